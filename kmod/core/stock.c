// SPDX-License-Identifier: GPL-2.0
/*
 * Pools with KPOOL_F_FIXED: a worker builds objects ahead of use.
 *
 * The stock consists of the objects in the depots (depot.c); objects in CPU
 * caches count as handed out.  Owns pool->stock_work, which builds when the
 * stock is below the low-water mark, until it is twice that, and tries again
 * later if building fails.
 *
 * Process context.  May call wait.c and below.
 */
#include "internal.h"

/* Build one object for a waiter, for the reserve, or for the stock. */
static int kpool_stock_add(struct kpool *pool)
{
	void *obj = kpool_object_build(pool, GFP_KERNEL);

	if (!obj)
		return -ENOMEM;
	if (kpool_offer(pool, obj))
		return 0;
	return kpool_keep_new(pool, obj, GFP_KERNEL);
}

/* Bring the stock to twice the low-water mark, or the pool to its maximum. */
int kpool_stock_fill(struct kpool *pool)
{
	int err = 0;

	while (!err && kpool_stock(pool) < 2UL * pool->low_water) {
		err = kpool_stock_add(pool);
		cond_resched();
	}
	return err;
}

static void kpool_stock_worker(struct work_struct *work)
{
	struct kpool *pool = container_of(to_delayed_work(work), struct kpool,
					  stock_work);

	/*
	 * At the maximum nothing can be built until an object is discarded, and
	 * users may keep theirs: pause.
	 */
	if (kpool_stock_short(pool) && kpool_stock_fill(pool) &&
	    kpool_stock_short(pool))
		queue_delayed_work(kpool_workqueue, &pool->stock_work, HZ);
	kpool_serve_waiters(pool);
}

void kpool_stock_init(struct kpool *pool)
{
	INIT_DELAYED_WORK(&pool->stock_work, kpool_stock_worker);
}

/* Build no more. */
void kpool_stock_close(struct kpool *pool)
{
	kpool_stock_abandon(pool);
	cancel_delayed_work_sync(&pool->stock_work);
}

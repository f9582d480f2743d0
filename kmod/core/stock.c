// SPDX-License-Identifier: GPL-2.0
/*
 * A worker that builds objects ahead of their use: the stock of a pool with
 * KPOOL_F_FIXED, the reserve, and all objects of a pool whose reserve is as
 * large as its maximum.
 *
 * The stock consists of the objects in the depots (depot.c); objects in CPU
 * caches count as handed out.  Owns pool->stock_work, which runs when the reserve
 * or the stock is short, fills the stock up to twice its low-water mark, and tries
 * again a second later if building fails.
 *
 * Process context.  May call wait.c and below.
 */
#include "internal.h"

/* Is there something to build ahead? */
static bool kpool_stock_wanted(struct kpool *pool)
{
	unsigned int low_water = READ_ONCE(pool->low_water);

	return kpool_stock_short(pool) ||
	       (low_water && kpool_stock(pool) < 2UL * low_water);
}

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

/* Build what is missing, or up to the pool's maximum: 0 or -ENOMEM. */
int kpool_stock_fill(struct kpool *pool)
{
	int err = 0;

	while (!err && kpool_stock_wanted(pool)) {
		err = kpool_stock_add(pool);
		cond_resched();
	}
	return err;
}

/* At the maximum nothing can be built until an object is torn down. */
static bool kpool_stock_at_max(struct kpool *pool)
{
	return pool->max && READ_ONCE(pool->live) >= pool->max;
}

static void kpool_stock_worker(struct work_struct *work)
{
	struct kpool *pool = container_of(to_delayed_work(work), struct kpool,
					  stock_work);

	/* At the maximum, kpool_live_put() queues this once it can build. */
	if (kpool_stock_short(pool) && kpool_stock_fill(pool) &&
	    kpool_stock_short(pool) && !kpool_stock_at_max(pool))
		kpool_stock_queue(pool, HZ);
	kpool_serve_waiters(pool);
}

void kpool_stock_init(struct kpool *pool)
{
	INIT_DELAYED_WORK(&pool->stock_work, kpool_stock_worker);
}

/* Build no more. */
void kpool_stock_close(struct kpool *pool)
{
	kpool_stock_give_up(pool);
	cancel_delayed_work_sync(&pool->stock_work);
}

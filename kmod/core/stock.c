// SPDX-License-Identifier: GPL-2.0
/*
 * Pools with KPOOL_F_FIXED: objects are built ahead of use, by a worker.
 *
 * The stock is what the depots hold; what lies in CPU caches is as good as
 * handed out.  Owns pool->stock_work, which builds when the stock is below the
 * low-water mark, until it is twice that, and tries again later if it can't.
 * Called by the slow paths of gets, and by reclaim, which leaves the stock up
 * to the low-water mark alone.
 */
#include "internal.h"

static unsigned long kpool_stock(struct kpool *pool)
{
	unsigned long stock = 0;
	int node;

	for_each_node(node)
		stock += kpool_depot_idle(pool->depots[node]);
	return stock;
}

/* Is there less than a fixed pool has to keep?  Never so for others. */
bool kpool_stock_short(struct kpool *pool)
{
	return pool->low_water && kpool_stock(pool) < pool->low_water;
}

/* How many objects reclaim may take; of other pools all are spare. */
unsigned long kpool_stock_spare(struct kpool *pool)
{
	unsigned long stock;

	if (!pool->low_water)
		return ULONG_MAX;
	stock = kpool_stock(pool);
	return stock - min_t(unsigned long, stock, pool->low_water);
}

/* To be called when objects were taken.  Any context. */
void kpool_stock_check(struct kpool *pool)
{
	/* A worker that could not build is to be left alone for a while. */
	if (kpool_stock_short(pool) && !in_nmi())
		queue_delayed_work(kpool_workqueue, &pool->stock_work, 0);
}

/* To be called when an object less exists: at the maximum, it was in the way. */
void kpool_stock_retry(struct kpool *pool)
{
	if (kpool_stock_short(pool))
		mod_delayed_work(kpool_workqueue, &pool->stock_work, 0);
}

/* Builds one object for who waits, for the reserve, or for the stock. */
static int kpool_stock_add(struct kpool *pool)
{
	void *obj = kpool_object_build(pool, GFP_KERNEL);

	if (!obj)
		return -ENOMEM;
	if (kpool_reserve_offer(pool, obj))
		return 0;
	return kpool_cache_add(pool, obj, GFP_KERNEL);
}

/* Brings the stock to twice the low-water mark, or the pool to its maximum. */
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

	/* At the maximum an object must come back first, and may be kept. */
	if (kpool_stock_fill(pool) && kpool_stock_short(pool))
		queue_delayed_work(kpool_workqueue, &pool->stock_work, HZ);
	kpool_serve_waiters(pool);
}

void kpool_stock_init(struct kpool *pool)
{
	INIT_DELAYED_WORK(&pool->stock_work, kpool_stock_worker);
}

/* No more building.  May sleep. */
void kpool_stock_close(struct kpool *pool)
{
	/* Nothing is short from now on, so that nobody queues it again. */
	pool->low_water = 0;
	cancel_delayed_work_sync(&pool->stock_work);
}

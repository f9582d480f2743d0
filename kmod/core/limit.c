// SPDX-License-Identifier: GPL-2.0
/*
 * Everything that pool->lock protects: the stack of reserved objects, the
 * number of objects that exist in a pool with a maximum, the queue of waiters,
 * the size that magazines are filled to, and the limit that all of these set
 * for puts.
 *
 * A put on the hot path reads nothing of this but pool->put_limit, which is
 * computed here, see "The hot path" in Documentation/internals/engine.rst.
 *
 * pool->lock is a raw spinlock, taken in any context but an NMI and held for a
 * few instructions.  Calls nothing in core; it queues the stock worker and the
 * worker that flushes the CPU caches.
 */
#include "internal.h"

/* Call with pool->lock held, after any change of the state it protects. */
static void kpool_update_put_limit(struct kpool *pool)
{
	bool divert = !list_empty(&pool->waiters) ||
		      pool->nr_reserved < pool->reserve || pool->destroyed;

	unsigned long limit = 0;

	if (!divert)
		limit = pool->max ? pool->nr_slots : pool->magazine_size;

	/* All CPUs read it all the time: do not write what it is already. */
	if (pool->put_limit != limit)
		WRITE_ONCE(pool->put_limit, limit);
}

/* CPUs contend for a depot: let them go there less often. */
void kpool_magazines_grow(struct kpool *pool)
{
	unsigned long flags;

	if (READ_ONCE(pool->magazine_size) >= pool->magazine_capacity)
		return;
	raw_spin_lock_irqsave(&pool->lock, flags);
	if (pool->magazine_size < pool->magazine_capacity)
		WRITE_ONCE(pool->magazine_size, pool->magazine_size + 1);
	kpool_update_put_limit(pool);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
}

/* Memory is short: let each CPU keep less again. */
void kpool_magazines_restore(struct kpool *pool)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&pool->lock, flags);
	WRITE_ONCE(pool->magazine_size, pool->magazine_base);
	kpool_update_put_limit(pool);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
}

/* Serve the first waiter, if there is one; pool->lock is held. */
static bool kpool_hand_over(struct kpool *pool, void *obj)
{
	struct kpool_waiter *waiter;

	waiter = list_first_entry_or_null(&pool->waiters, struct kpool_waiter,
					  node);
	if (!waiter)
		return false;
	list_del(&waiter->node);
	waiter->obj = obj;
	waiter->served = true;
	wake_up_process(waiter->task);
	return true;
}

/* Acquire the right to build one more object: false at the maximum. */
bool kpool_live_get(struct kpool *pool)
{
	unsigned long flags;
	bool below;

	if (!pool->max)
		return true;
	raw_spin_lock_irqsave(&pool->lock, flags);
	below = pool->live < pool->max;
	if (below)
		pool->live++;
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return below;
}

/*
 * Release the right of an object that is gone.  The right passes to the first
 * waiter; where gets do not build, the stock worker may use it.
 */
void kpool_live_put(struct kpool *pool)
{
	unsigned long flags;

	if (!pool->max)
		return;
	raw_spin_lock_irqsave(&pool->lock, flags);
	if (!pool->gets_build || !kpool_hand_over(pool, NULL))
		pool->live--;
	/* At the maximum, the stock worker may be pausing: end its pause. */
	if (pool->builds_ahead && !pool->stock_closed)
		mod_delayed_work(kpool_workqueue, &pool->stock_work, 0);
	kpool_update_put_limit(pool);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
}

/*
 * Release the right of an object that could not be built, and let the next
 * waiter try, which fails if building does.  Waiters that never fail are not
 * woken: two of them, or one and the stock worker, could pass the right back and
 * forth as fast as building fails.  They retry on a timer.
 */
void kpool_live_cancel(struct kpool *pool)
{
	unsigned long flags;

	if (!pool->max)
		return;
	raw_spin_lock_irqsave(&pool->lock, flags);
	if (pool->waits_forever || !kpool_hand_over(pool, NULL))
		pool->live--;
	/* Another builder may have failed for this right; but do not spin. */
	if (pool->builds_ahead && !pool->stock_closed)
		queue_delayed_work(kpool_workqueue, &pool->stock_work, HZ);
	kpool_update_put_limit(pool);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
}

static void *kpool_reserve_pop(struct kpool *pool)
{
	if (!pool->nr_reserved)
		return NULL;
	kpool_count(pool, KPOOL_RESERVE_GETS);
	return pool->reserved[--pool->nr_reserved];
}

/* An object from the reserve, counted as a hit, or NULL. */
void *kpool_reserve_get(struct kpool *pool)
{
	unsigned long flags;
	void *obj;

	if (!pool->reserved)
		return NULL;
	raw_spin_lock_irqsave(&pool->lock, flags);
	obj = kpool_reserve_pop(pool);
	kpool_update_put_limit(pool);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	if (obj)
		kpool_count(pool, KPOOL_HITS);
	return obj;
}

/*
 * Keep @obj in the stack of a pool of which all objects are reserved; false if
 * there is no room, which means that the pool was destroyed.
 */
bool kpool_reserve_push(struct kpool *pool, void *obj)
{
	unsigned long flags;
	bool room;

	raw_spin_lock_irqsave(&pool->lock, flags);
	room = pool->nr_reserved < pool->population;
	if (room)
		pool->reserved[pool->nr_reserved++] = obj;
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return room;
}

/**
 * kpool_offer() - offer an idle object to the waiters and to the reserve
 * @pool: the pool
 * @obj: an object in its reset state
 *
 * Context: Any but NMI.
 * Return: true if a waiter or the reserve took it.
 */
bool kpool_offer(struct kpool *pool, void *obj)
{
	unsigned long flags;
	bool taken;

	raw_spin_lock_irqsave(&pool->lock, flags);
	taken = kpool_hand_over(pool, obj);
	if (!taken && pool->nr_reserved < pool->reserve) {
		pool->reserved[pool->nr_reserved++] = obj;
		taken = true;
	}
	kpool_update_put_limit(pool);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return taken;
}

bool kpool_has_waiters(struct kpool *pool)
{
	unsigned long flags;
	bool any;

	raw_spin_lock_irqsave(&pool->lock, flags);
	any = !list_empty(&pool->waiters);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return any;
}

/*
 * Queue @waiter, or serve it at once if the pool has changed since its get
 * failed.  The first waiter in the queue starts a search of the CPU caches.
 */
void kpool_waiter_queue(struct kpool *pool, struct kpool_waiter *waiter)
{
	raw_spin_lock_irq(&pool->lock);
	waiter->obj = kpool_reserve_pop(pool);
	if (waiter->obj) {
		waiter->served = true;
	} else if (pool->max && pool->live < pool->max &&
		   !pool->waits_forever) {
		waiter->served = true;
		pool->live++;
	} else {
		if (list_empty(&pool->waiters) && !pool->slots)
			queue_work(kpool_reclaim_workqueue, &pool->flush_work);
		list_add_tail(&waiter->node, &pool->waiters);
	}
	kpool_update_put_limit(pool);
	raw_spin_unlock_irq(&pool->lock);
}

bool kpool_waiter_served(struct kpool *pool, struct kpool_waiter *waiter)
{
	bool served;

	raw_spin_lock_irq(&pool->lock);
	served = waiter->served;
	raw_spin_unlock_irq(&pool->lock);
	return served;
}

/* Take @waiter off the queue; true if it was served before that. */
bool kpool_waiter_leave(struct kpool *pool, struct kpool_waiter *waiter)
{
	bool served;

	raw_spin_lock_irq(&pool->lock);
	served = waiter->served;
	if (!served)
		list_del(&waiter->node);
	kpool_update_put_limit(pool);
	raw_spin_unlock_irq(&pool->lock);
	return served;
}

/* Queue the stock worker, unless the pool has given its stock up. */
void kpool_stock_queue(struct kpool *pool, unsigned long delay)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&pool->lock, flags);
	if (!pool->stock_closed)
		queue_delayed_work(kpool_workqueue, &pool->stock_work, delay);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
}

/* Keep no stock, and queue the stock worker no more. */
void kpool_stock_give_up(struct kpool *pool)
{
	raw_spin_lock_irq(&pool->lock);
	pool->stock_closed = true;
	pool->low_water = 0;
	pool->population = 0;
	raw_spin_unlock_irq(&pool->lock);
}

void kpool_limit_init(struct kpool *pool)
{
	raw_spin_lock_init(&pool->lock);
	INIT_LIST_HEAD(&pool->waiters);
	kpool_update_put_limit(pool);
}

/* From now on puts tear objects down, and the reserve takes no more. */
void kpool_limit_close(struct kpool *pool)
{
	raw_spin_lock_irq(&pool->lock);
	WRITE_ONCE(pool->destroyed, true);
	pool->reserve = 0;
	kpool_update_put_limit(pool);
	raw_spin_unlock_irq(&pool->lock);
}

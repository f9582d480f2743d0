// SPDX-License-Identifier: GPL-2.0
/*
 * The reserve, the maximum, and those who wait for an object.
 *
 * Owns, under pool->lock (a raw spinlock, any context but an NMI): the stack
 * of reserved objects, the number of objects that exist in a pool that has a
 * maximum, the queue of waiters, and the size that magazines are filled to.
 *
 * A put must not look at any of this.  So the pool's put_limit, which every put
 * compares its magazine's level with anyway, is 0 while the reserve is short
 * or somebody waits: then all puts take the slow path and come here.  Gets
 * come here when nothing was cached and nothing could be built.
 */
#include <linux/sched/signal.h>

#include "internal.h"

/* How long a waiter sleeps before it tries again to build. */
#define KPOOL_RETRY	HZ

/**
 * struct kpool_waiter - somebody who sleeps until there is an object
 * @node: in pool->waiters, first come, first served.
 * @task: whom to wake.
 * @obj: the object that was handed over, or NULL for the right to build one.
 * @served: off the queue.
 *
 * Lives on the waiter's stack; all of it is protected by pool->lock, which the
 * waiter takes once more before it returns, so that the one who serves it can
 * wake it safely.
 */
struct kpool_waiter {
	struct list_head node;
	struct task_struct *task;
	void *obj;
	bool served;
};

/* To be called with pool->lock held after any change of what it protects. */
static void kpool_update_put_limit(struct kpool *pool)
{
	bool wanted = !list_empty(&pool->waiters) ||
		      pool->nr_reserved < pool->reserve || pool->destroyed;

	WRITE_ONCE(pool->put_limit, wanted ? 0 : pool->magazine_size);
}

/* CPUs contend for a depot: let them go there less often. */
void kpool_enlarge_magazines(struct kpool *pool)
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
void kpool_restore_magazines(struct kpool *pool)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&pool->lock, flags);
	WRITE_ONCE(pool->magazine_size, pool->magazine_base);
	kpool_update_put_limit(pool);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
}

/* Serves the first waiter, if any; pool->lock is held. */
static bool kpool_serve_waiter(struct kpool *pool, void *obj)
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

/* The right to build one more object: false at the maximum. */
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

/* An object is gone: its place goes to the first who waits, or is free. */
void kpool_live_put(struct kpool *pool)
{
	bool fixed = pool->flags & KPOOL_F_FIXED;
	unsigned long flags;

	if (!pool->max)
		return;
	raw_spin_lock_irqsave(&pool->lock, flags);
	/* In a fixed pool it is the worker who builds. */
	if (fixed || !kpool_serve_waiter(pool, NULL))
		pool->live--;
	kpool_update_put_limit(pool);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	if (fixed)
		kpool_stock_retry(pool);
}

/*
 * An object could not be built.  The next who waits may try, unless he tries
 * again by himself: two would hand their failure to each other for ever.
 */
void kpool_live_cancel(struct kpool *pool)
{
	unsigned long flags;

	if (!pool->max)
		return;
	if (!pool->reserve) {
		kpool_live_put(pool);
		return;
	}
	raw_spin_lock_irqsave(&pool->lock, flags);
	pool->live--;
	raw_spin_unlock_irqrestore(&pool->lock, flags);
}

static void *kpool_reserve_pop(struct kpool *pool)
{
	if (!pool->nr_reserved)
		return NULL;
	kpool_count(pool, KPOOL_RESERVE_GETS);
	return pool->reserved[--pool->nr_reserved];
}

/* An object out of the reserve, or NULL. */
void *kpool_reserve_get(struct kpool *pool)
{
	unsigned long flags;
	void *obj;

	if (!pool->reserve || in_nmi())
		return NULL;
	raw_spin_lock_irqsave(&pool->lock, flags);
	obj = kpool_reserve_pop(pool);
	kpool_update_put_limit(pool);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	if (obj)
		kpool_count(pool, KPOOL_HITS);
	return obj;
}

/**
 * kpool_reserve_offer() - give an idle object to who needs it most
 * @pool: the pool
 * @obj: an object in its reset state
 *
 * Context: any but NMI.
 * Return: true if a waiter or the reserve took it.
 */
bool kpool_reserve_offer(struct kpool *pool, void *obj)
{
	unsigned long flags;
	bool taken;

	raw_spin_lock_irqsave(&pool->lock, flags);
	taken = kpool_serve_waiter(pool, obj);
	if (!taken && pool->nr_reserved < pool->reserve) {
		pool->reserved[pool->nr_reserved++] = obj;
		taken = true;
	}
	kpool_update_put_limit(pool);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return taken;
}

static bool kpool_has_waiters(struct kpool *pool)
{
	unsigned long flags;
	bool any;

	raw_spin_lock_irqsave(&pool->lock, flags);
	any = !list_empty(&pool->waiters);
	raw_spin_unlock_irqrestore(&pool->lock, flags);
	return any;
}

/* Hands what the depots hold to those who wait.  Any context but NMI. */
void kpool_serve_waiters(struct kpool *pool)
{
	while (kpool_has_waiters(pool)) {
		void *obj = kpool_cache_get_shared(pool);

		if (!obj)
			return;
		/* Whoever waited may have left. */
		if (kpool_reserve_offer(pool, obj))
			kpool_stock_check(pool);
		else
			kpool_cache_add(pool, obj, GFP_NOWAIT | __GFP_NOWARN);
	}
}

/*
 * Queues @waiter, or serves it at once if things have changed since its get
 * failed.  Who finds nobody else waiting has CPU caches searched.
 */
static void kpool_wait_begin(struct kpool *pool, struct kpool_waiter *waiter)
{
	raw_spin_lock_irq(&pool->lock);
	waiter->obj = kpool_reserve_pop(pool);
	if (waiter->obj) {
		waiter->served = true;
	} else if (pool->max && pool->live < pool->max && !pool->reserve &&
		   !(pool->flags & KPOOL_F_FIXED)) {
		waiter->served = true;
		pool->live++;
	} else {
		if (list_empty(&pool->waiters))
			queue_work(kpool_flush_workqueue, &pool->flush_work);
		list_add_tail(&waiter->node, &pool->waiters);
	}
	kpool_update_put_limit(pool);
	raw_spin_unlock_irq(&pool->lock);
}

/*
 * Searches the CPU caches for those who wait.  From the moment that the first
 * was queued every put comes to kpool_reserve_offer(), except those that read
 * put_limit just before; these have ended after a grace period, so that the
 * flush finds their objects.  It must not begin earlier: a put could use the
 * set of caches that the flush has made live, and yet the old limit.
 */
static void kpool_flush_worker(struct work_struct *work)
{
	struct kpool *pool = container_of(work, struct kpool, flush_work);

	/* Pairs with the section in kpool_cpu_put(). */
	synchronize_rcu();
	kpool_flush(pool);
}

/* May a waiter try to build before it is served? */
static bool kpool_wait_retries(struct kpool *pool)
{
	return pool->reserve && !(pool->flags & KPOOL_F_FIXED);
}

/* Sleeps until served, it is time to try again, or a signal comes. */
static void kpool_wait_sleep(struct kpool *pool, struct kpool_waiter *waiter,
			     unsigned int state)
{
	long timeout = MAX_SCHEDULE_TIMEOUT;
	bool served;

	if (kpool_wait_retries(pool))
		timeout = KPOOL_RETRY;
	while (timeout && !signal_pending_state(state, current)) {
		set_current_state(state);
		raw_spin_lock_irq(&pool->lock);
		served = waiter->served;
		raw_spin_unlock_irq(&pool->lock);
		if (served)
			break;
		timeout = schedule_timeout(timeout);
	}
	__set_current_state(TASK_RUNNING);
}

/* Leaves the queue; true if the waiter has been served meanwhile. */
static bool kpool_wait_end(struct kpool *pool, struct kpool_waiter *waiter)
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

/* Stays in the queue, at its place, until served, able to build, or a signal. */
static void *kpool_wait_turn(struct kpool *pool, struct kpool_waiter *waiter,
			     gfp_t gfp, unsigned int state)
{
	void *obj = NULL;

	do {
		/* Before the first sleep too: things may have changed. */
		if (kpool_wait_retries(pool) && !READ_ONCE(waiter->served)) {
			kpool_serve_waiters(pool);
			obj = kpool_object_build(pool, gfp);
			if (obj)
				break;
		}
		kpool_wait_sleep(pool, waiter, state);
	} while (kpool_wait_retries(pool) && !READ_ONCE(waiter->served) &&
		 !signal_pending_state(state, current));
	return obj;
}

/* Waits once: NULL after a signal, or if the right to build was of no use. */
static void *kpool_wait_once(struct kpool *pool, gfp_t gfp, unsigned int state)
{
	struct kpool_waiter waiter = { .task = current };
	void *obj;

	kpool_wait_begin(pool, &waiter);
	obj = kpool_wait_turn(pool, &waiter, gfp, state);
	if (kpool_wait_end(pool, &waiter)) {
		if (waiter.obj) {
			/* Built one as well: it is for the next. */
			if (obj && !kpool_reserve_offer(pool, obj))
				kpool_cache_add(pool, obj, gfp);
			kpool_count(pool, KPOOL_HITS);
			return waiter.obj;
		}
		/* Served with the right to build. */
		if (obj)
			kpool_live_put(pool);
		else
			obj = kpool_object_build_granted(pool, gfp);
	}
	if (obj)
		kpool_count(pool, KPOOL_NEWS);
	return obj;
}

/**
 * kpool_reserve_wait() - wait for an object, first come, first served
 * @pool: a pool with a maximum or a reserve, or a fixed one
 * @gfp: as for kpool_get(), and it may sleep
 * @state: the task state to wait in
 *
 * Who waits in a pool with a reserve also tries to build, at once and every
 * second; so there the order is not kept when memory comes back.
 *
 * Context: process context.
 * Return: an object; or NULL after a signal, or if the right to build one was
 *	had and building failed, in a pool without reserve.
 */
void *kpool_reserve_wait(struct kpool *pool, gfp_t gfp, unsigned int state)
{
	bool never_fails = pool->reserve || (pool->flags & KPOOL_F_FIXED);
	void *obj;

	do {
		obj = kpool_wait_once(pool, gfp, state);
	} while (!obj && never_fails && !signal_pending_state(state, current));
	return obj;
}

/* Makes room for the reserve; to be called before the pool is visible. */
int kpool_reserve_init(struct kpool *pool)
{
	raw_spin_lock_init(&pool->lock);
	INIT_LIST_HEAD(&pool->waiters);
	INIT_WORK(&pool->flush_work, kpool_flush_worker);
	if (pool->reserve) {
		pool->reserved = kvcalloc(pool->reserve, sizeof(void *),
					  GFP_KERNEL);
		if (!pool->reserved)
			return -ENOMEM;
	}
	kpool_update_put_limit(pool);
	return 0;
}

/* Builds the reserve of a new pool.  May sleep. */
int kpool_reserve_fill(struct kpool *pool)
{
	unsigned int n;
	void *obj;

	for (n = 0; n < pool->reserve; n++) {
		obj = kpool_object_build(pool, GFP_KERNEL);
		if (!obj)
			return -ENOMEM;
		kpool_reserve_offer(pool, obj);
	}
	return 0;
}

/* From now on puts tear down, and the reserve is given up.  May sleep. */
void kpool_reserve_close(struct kpool *pool)
{
	unsigned int n;

	raw_spin_lock_irq(&pool->lock);
	WRITE_ONCE(pool->destroyed, true);
	kpool_update_put_limit(pool);
	n = pool->nr_reserved;
	pool->nr_reserved = 0;
	pool->reserve = 0;
	raw_spin_unlock_irq(&pool->lock);
	while (n)
		kpool_object_destroy(pool, pool->reserved[--n]);
	kvfree(pool->reserved);
	pool->reserved = NULL;
}

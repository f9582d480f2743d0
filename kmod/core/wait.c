// SPDX-License-Identifier: GPL-2.0
/*
 * A get sleeps until it receives an object.
 *
 * Owns the sleep.  The queue, and with it which waiter is served next, is in
 * limit.c, under pool->lock.  "Waiting" in Documentation/internals/engine.rst
 * says from where waiters receive objects.
 *
 * May call put.c and below.
 */
#include <linux/sched/signal.h>

#include "internal.h"

/* How long a waiter sleeps before it tries again to build. */
#define KPOOL_RETRY	HZ

/* Sleep until served, until it is time to try again, or until a signal. */
static void kpool_wait_sleep(struct kpool *pool, struct kpool_waiter *waiter,
			     unsigned int state)
{
	long timeout = pool->waiters_build ? KPOOL_RETRY : MAX_SCHEDULE_TIMEOUT;

	while (timeout && !signal_pending_state(state, current)) {
		set_current_state(state);
		if (kpool_waiter_served(pool, waiter))
			break;
		timeout = schedule_timeout(timeout);
	}
	__set_current_state(TASK_RUNNING);
}

/*
 * Keep the waiter's place in the queue until it is served, has built an object,
 * which is returned, or a signal comes.
 */
static void *kpool_wait_turn(struct kpool *pool, struct kpool_waiter *waiter,
			     gfp_t gfp, unsigned int state)
{
	void *obj = NULL;

	do {
		/* Also before the first sleep: the pool may have changed. */
		if (pool->waiters_build && !READ_ONCE(waiter->served)) {
			kpool_serve_waiters(pool);
			obj = kpool_object_build(pool, gfp);
			if (obj)
				break;
		}
		kpool_wait_sleep(pool, waiter, state);
	} while (pool->waiters_build && !READ_ONCE(waiter->served) &&
		 !signal_pending_state(state, current));
	return obj;
}

/* Wait once: NULL after a signal, or if building an object failed. */
static void *kpool_wait_once(struct kpool *pool, gfp_t gfp, unsigned int state)
{
	struct kpool_waiter waiter = { .task = current };
	void *obj;

	kpool_waiter_queue(pool, &waiter);
	if (pool->slots) {
		/* Pairs with the cmpxchg() in kpool_slot_fill(). */
		smp_mb();
		kpool_serve_waiters(pool);
	}
	obj = kpool_wait_turn(pool, &waiter, gfp, state);
	if (kpool_waiter_leave(pool, &waiter)) {
		if (waiter.obj) {
			/* Served and built: pass one object on. */
			if (obj && !kpool_offer(pool, obj)) {
				kpool_keep_new(pool, obj, gfp);
				kpool_serve_waiters(pool);
			}
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
		kpool_count(pool, KPOOL_MISSES);
	return obj;
}

/**
 * kpool_wait() - wait for an object, first come, first served
 * @pool: a pool whose gets wait
 * @gfp: as for kpool_get(); may sleep
 * @state: the task state to wait in
 *
 * In a pool with a reserve the waiters also try to build, at once and every
 * second, so the order is not kept there when memory becomes available again.
 *
 * Context: Process context.
 * Return: An object; or NULL after a signal or, in a pool without a reserve, if
 *	the waiter was given the right to build an object and building failed.
 */
void *kpool_wait(struct kpool *pool, gfp_t gfp, unsigned int state)
{
	void *obj;

	do {
		obj = kpool_wait_once(pool, gfp, state);
	} while (!obj && pool->waits_forever &&
		 !signal_pending_state(state, current));
	return obj;
}

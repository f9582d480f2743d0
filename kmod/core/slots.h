/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The short paths to the slots of this CPU, for get.c, put.c and slots.c.
 *
 * They use the slot to which a hint points.  The hint is not protected: if it is
 * wrong, the caller searches all slots.  A get may move to another CPU at any
 * moment, since any CPU may use any slot.
 */
#ifndef _KPOOL_CORE_SLOTS_H
#define _KPOOL_CORE_SLOTS_H

#include "internal.h"

/* The object that was put last on this CPU, counted as a hit, or NULL. */
static __always_inline void *kpool_slots_get(struct kpool *pool)
{
	struct kpool_slots *slots = raw_cpu_ptr(pool->slots);
	long last = READ_ONCE(slots->top) - 1;
	void *obj;

	if (last < 0)
		return NULL;
	obj = xchg(&slots->slot[last], NULL);
	if (!obj)
		return NULL;
	WRITE_ONCE(slots->top, last);
	this_cpu_inc(pool->slots->gets);
	return obj;
}

/*
 * Put @obj into the slot @i of @slots.  False if it is full, or if puts are
 * diverted; the caller then still has the object.
 *
 * A waiter diverts puts first and then searches the slots (kpool_wait_once()).  A
 * put fills the slot first and then reads whether puts are diverted.  There is a
 * full barrier on both sides: either the waiter finds the object, or it is taken
 * back here.  Call with preemption off.
 */
static __always_inline bool kpool_slot_fill(struct kpool *pool,
					    struct kpool_slots *slots,
					    unsigned long i, void *obj)
{
	void *empty = NULL;

	if (!try_cmpxchg(&slots->slot[i], &empty, obj))
		return false;
	/* Pairs with the smp_mb() in kpool_wait_once(). */
	if (unlikely(kpool_puts_diverted(pool)) &&
	    cmpxchg(&slots->slot[i], obj, NULL) == obj)
		return false;
	WRITE_ONCE(slots->top, i + 1);
	this_cpu_inc(pool->slots->puts);
	return true;
}

/*
 * Put @obj into the next slot of this CPU: false if that is not possible.  With
 * preemption off, since the object may be the last of a pool that is being
 * destroyed: the pool stays for a grace period.
 */
static __always_inline bool kpool_slots_put(struct kpool *pool, void *obj)
{
	struct kpool_slots *slots;
	unsigned long top;
	bool done;

	preempt_disable();
	slots = raw_cpu_ptr(pool->slots);
	top = READ_ONCE(slots->top);
	/* The limit is the number of slots, or 0 while puts are diverted. */
	done = top < READ_ONCE(pool->put_limit) &&
	       kpool_slot_fill(pool, slots, top, obj);
	preempt_enable();
	return done;
}

#endif /* _KPOOL_CORE_SLOTS_H */

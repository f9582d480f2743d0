// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that use pools: get, put, bulk, discard, hand over to others.
 *
 * A thread picks a pool, holds its lock for reading, does a few dozen random
 * operations on it, puts all objects that it holds and goes on to the next
 * pool.
 */
#include <kpool/compat.h>
#include <linux/kthread.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "torture.h"

/* Owner of the objects in a mailbox. */
#define TORTURE_MAIL	(~1UL)

struct torture_holder {
	struct torture_pool *tp;
	struct rnd_state *random;
	unsigned long owner;
	unsigned int held;
	void *objs[TORTURE_HELD];
};

static gfp_t torture_gfp(struct torture_holder *holder)
{
	/*
	 * Waiting at the maximum while holding objects would be a deadlock of
	 * the torture itself.
	 */
	if (holder->held)
		return torture_random(holder->random, 2) ? GFP_NOWAIT :
							   GFP_ATOMIC;
	return torture_random(holder->random, 4) ? GFP_KERNEL : GFP_NOWAIT;
}

static void torture_get(struct torture_holder *holder)
{
	gfp_t gfp = torture_gfp(holder) | __GFP_NOWARN;
	void *obj;

	if (holder->held == TORTURE_HELD)
		return;
	obj = kpool_get(holder->tp->pool, gfp);
	if (!obj) {
		torture_count(TORTURE_GET_FAILURES);
		return;
	}
	torture_count(TORTURE_GETS);
	if (torture_own(holder->tp, obj, holder->owner))
		holder->objs[holder->held++] = obj;
}

static void *torture_take_held(struct torture_holder *holder)
{
	unsigned int i = torture_random(holder->random, holder->held);
	void *obj = holder->objs[i];

	holder->objs[i] = holder->objs[--holder->held];
	return obj;
}

static void torture_put(struct torture_holder *holder)
{
	void *obj;

	if (!holder->held)
		return;
	obj = torture_take_held(holder);
	if (!torture_disown(holder->tp, obj, holder->owner))
		return;
	if (torture_random(holder->random, 32)) {
		kpool_put(holder->tp->pool, obj);
		torture_count(TORTURE_PUTS);
	} else {
		kpool_discard(holder->tp->pool, obj);
		torture_count(TORTURE_DISCARDS);
	}
}

static void torture_get_bulk(struct torture_holder *holder)
{
	unsigned int n = torture_random(holder->random,
					TORTURE_HELD - holder->held + 1);
	void **objs = holder->objs + holder->held;
	unsigned int got, kept = 0, i;

	got = kpool_get_bulk(holder->tp->pool,
			     torture_gfp(holder) | __GFP_NOWARN, n, objs);
	for (i = 0; i < got; i++)
		if (torture_own(holder->tp, objs[i], holder->owner))
			objs[kept++] = objs[i];
	holder->held += kept;
	torture_count(TORTURE_BULKS);
}

static void torture_put_bulk(struct torture_holder *holder)
{
	unsigned int n = torture_random(holder->random, holder->held + 1);
	unsigned int i;

	holder->held -= n;
	for (i = 0; i < n; i++)
		if (!torture_disown(holder->tp, holder->objs[holder->held + i],
				    holder->owner))
			holder->objs[holder->held + i] = NULL;
	kpool_put_bulk(holder->tp->pool, n, holder->objs + holder->held);
	torture_count(TORTURE_BULKS);
}

/* Leave an object for another thread, or take one and put it. */
static void torture_hand_over(struct torture_holder *holder)
{
	struct torture_pool *tp = holder->tp;
	void **slot = &tp->mailbox[torture_random(holder->random,
						  TORTURE_MAILBOX)];
	void *obj = NULL;

	if (holder->held) {
		obj = torture_take_held(holder);
		torture_transfer(tp, obj, holder->owner, TORTURE_MAIL);
	}
	obj = xchg(slot, obj);
	if (!obj)
		return;
	if (torture_disown(tp, obj, TORTURE_MAIL))
		kpool_put(tp->pool, obj);
	torture_count(TORTURE_HANDOVERS);
}

/* With preemption or interrupts disabled, no call may sleep. */
static void torture_atomic_pair(struct torture_holder *holder)
{
	bool irqs = torture_random(holder->random, 2);
	unsigned long flags = 0;
	void *obj;

	preempt_disable();
	if (irqs)
		local_irq_save(flags);
	obj = kpool_get(holder->tp->pool, GFP_ATOMIC | __GFP_NOWARN);
	if (obj && torture_own(holder->tp, obj, holder->owner) &&
	    torture_disown(holder->tp, obj, holder->owner))
		kpool_put(holder->tp->pool, obj);
	if (irqs)
		local_irq_restore(flags);
	preempt_enable();
	torture_count(obj ? TORTURE_GETS : TORTURE_GET_FAILURES);
}

static void torture_operation(struct torture_holder *holder)
{
	switch (torture_random(holder->random, 16)) {
	case 0:
		torture_get_bulk(holder);
		break;
	case 1:
		torture_put_bulk(holder);
		break;
	case 2:
		torture_hand_over(holder);
		break;
	case 3:
		torture_atomic_pair(holder);
		break;
	case 4 ... 9:
		torture_get(holder);
		break;
	default:
		torture_put(holder);
		break;
	}
}

int torture_user(void *unused)
{
	struct torture_holder *holder;
	struct rnd_state random;
	unsigned int n;

	torture_seed(&random);
	holder = kzalloc_obj(*holder, GFP_KERNEL);
	if (!holder) {
		torture_error("no memory for a user");
		return -ENOMEM;
	}
	holder->random = &random;
	holder->owner = torture_new_owner();
	while (!torture_should_stop()) {
		holder->tp = &torture_pools[torture_random(&random,
							   torture_nr_pools)];
		down_read(&holder->tp->lock);
		for (n = torture_random(&random, 200); n; n--)
			torture_operation(holder);
		while (holder->held)
			torture_put(holder);
		up_read(&holder->tp->lock);
		cond_resched();
	}
	kfree(holder);
	return 0;
}

/* Put the objects in the mailbox of a pool that has no users. */
void torture_empty_mailbox(struct torture_pool *tp)
{
	int i;

	for (i = 0; i < TORTURE_MAILBOX; i++) {
		void *obj = xchg(&tp->mailbox[i], NULL);

		if (obj && torture_disown(tp, obj, TORTURE_MAIL))
			kpool_put(tp->pool, obj);
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Objects that are put in an NMI and that no other place can take.  An object
 * to keep is left here if this CPU's magazine cannot take it and the depot
 * cannot either: its lock is held, it is at its limit or has no magazine with
 * room.  An object to tear down always is, because an NMI may run no exit hook
 * and free no memory.
 *
 * Owns the NMI slots of struct kpool_shared.  An NMI stores with cmpxchg() and
 * queues pool->nmi_work, which takes with xchg() as soon as interrupts are on
 * again, or on PREEMPT_RT when its thread runs.  Calls nothing in core.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/printk.h>

#include "internal.h"

/* Start with the slots of this CPU; one NMI may put more than fit there. */
static bool kpool_nmi_store(struct kpool *pool, void *obj, bool doomed)
{
	int cpu, i;

	for_each_cpu_wrap(cpu, cpu_possible_mask, smp_processor_id()) {
		struct kpool_shared *shared = per_cpu_ptr(pool->shared, cpu);
		void **slots = doomed ? shared->nmi_doomed : shared->nmi_kept;

		for (i = 0; i < KPOOL_NMI_SLOTS; i++)
			/* Pairs with the xchg() in kpool_nmi_take(). */
			if (!cmpxchg(&slots[i], NULL, obj))
				return true;
	}
	return false;
}

/**
 * kpool_nmi_leave() - leave an object for the irq work
 * @pool: the pool
 * @obj: an object that is not in use
 * @doomed: true to tear it down, false to keep it
 *
 * If an NMI puts more objects than all CPUs have slots, the rest is lost: it
 * stays counted as in use.
 *
 * Context: NMI.
 */
void kpool_nmi_leave(struct kpool *pool, void *obj, bool doomed)
{
	if (READ_ONCE(pool->destroyed))
		WRITE_ONCE(pool->late_nmi, true);
	if (!kpool_nmi_store(pool, obj, doomed))
		pr_warn_once("%s: an NMI put too many objects at once, some are lost\n",
			     pool->name);
	irq_work_queue(&pool->nmi_work);
}

static void *kpool_nmi_take(void **slot)
{
	if (!READ_ONCE(*slot))
		return NULL;
	/* Pairs with the cmpxchg() in kpool_nmi_store(). */
	return xchg(slot, NULL);
}

/**
 * kpool_nmi_take_all() - empty the slots of all CPUs
 * @pool: the pool
 * @settle: called for each object, which then belongs to the callee
 *
 * Context: Any but NMI.
 */
void kpool_nmi_take_all(struct kpool *pool,
			void (*settle)(struct kpool *pool, void *obj,
				       bool doomed))
{
	int cpu, i;
	void *obj;

	for_each_possible_cpu(cpu) {
		struct kpool_shared *shared = per_cpu_ptr(pool->shared, cpu);

		for (i = 0; i < KPOOL_NMI_SLOTS; i++) {
			obj = kpool_nmi_take(&shared->nmi_kept[i]);
			if (obj)
				settle(pool, obj, false);
			obj = kpool_nmi_take(&shared->nmi_doomed[i]);
			if (obj)
				settle(pool, obj, true);
		}
	}
}

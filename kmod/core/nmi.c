// SPDX-License-Identifier: GPL-2.0
/*
 * Objects that come back in an NMI when nothing else may take them: to be
 * kept, when the NMI hit while this CPU's cache and the depot's lock were
 * held; to be torn down, always, for an NMI may run no exit hook and free no
 * memory.
 *
 * Owns the nmi slots of struct kpool_shared.  An NMI stores with cmpxchg(),
 * irq work takes with xchg() and puts the object where it belongs as soon as
 * interrupts are on again.  Called by cache.c, object.c and pool.c.
 */
#include <linux/printk.h>

#include "internal.h"

static void kpool_nmi_settle(struct kpool *pool, void **slot, bool doomed)
{
	void *obj;

	if (!READ_ONCE(*slot))
		return;
	/* Pairs with the cmpxchg() in kpool_nmi_leave(). */
	obj = xchg(slot, NULL);
	if (!obj)
		return;
	if (READ_ONCE(pool->destroyed))
		kpool_late_put(pool, obj);
	else if (doomed)
		kpool_object_destroy(pool, obj);
	else
		kpool_cache_put(pool, obj);
}

static void kpool_nmi_collect(struct irq_work *work)
{
	struct kpool *pool = container_of(work, struct kpool, nmi_work);
	int cpu, i;

	for_each_possible_cpu(cpu) {
		struct kpool_shared *shared = per_cpu_ptr(pool->shared, cpu);

		for (i = 0; i < KPOOL_NMI_SLOTS; i++) {
			kpool_nmi_settle(pool, &shared->nmi_kept[i], false);
			kpool_nmi_settle(pool, &shared->nmi_doomed[i], true);
		}
	}
}

/* This CPU's slots first; then any, for one NMI may put more than a few. */
static bool kpool_nmi_leave(struct kpool *pool, void *obj, bool doomed)
{
	int cpu, i;

	for_each_cpu_wrap(cpu, cpu_possible_mask, smp_processor_id()) {
		struct kpool_shared *shared = per_cpu_ptr(pool->shared, cpu);
		void **slots = doomed ? shared->nmi_doomed : shared->nmi_kept;

		for (i = 0; i < KPOOL_NMI_SLOTS; i++)
			/* Pairs with the xchg() in kpool_nmi_settle(). */
			if (!cmpxchg(&slots[i], NULL, obj))
				return true;
	}
	return false;
}

/**
 * kpool_nmi_put() - leave an object for the irq work
 * @pool: the pool
 * @obj: an object that nobody uses
 * @doomed: to be torn down, not kept
 *
 * If an NMI puts more objects than all CPUs have slots, the rest is lost: it
 * stays counted as in use.
 *
 * Context: NMI.
 */
void kpool_nmi_put(struct kpool *pool, void *obj, bool doomed)
{
	if (!kpool_nmi_leave(pool, obj, doomed))
		pr_warn_once("kpool: %s: an NMI put too many objects at once, some are lost\n",
			     pool->name);
	irq_work_queue(&pool->nmi_work);
}

void kpool_nmi_init(struct kpool *pool)
{
	init_irq_work(&pool->nmi_work, kpool_nmi_collect);
}

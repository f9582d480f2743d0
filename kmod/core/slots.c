// SPDX-License-Identifier: GPL-2.0
/*
 * The CPU caches of pools with a maximum: slots that every CPU may use.
 *
 * In such a pool, an object that only one CPU can reach may be the one that all
 * others wait for.  So its CPU caches consist of slots for single objects: any
 * CPU, in any context, fills an empty slot by cmpxchg() and empties a full one
 * by xchg().  No lock is needed.  Both operations are full barriers, so the next
 * user of an object sees what the last one wrote.
 *
 * Owns struct kpool_slots.  Returns an object or NULL, or whether it took one.
 * Any context.  Calls nothing in core.
 */
#include <linux/cpumask.h>
#include <linux/topology.h>

#include "slots.h"

/* Create the slots of a pool with a maximum: 0 or -ENOMEM. */
int kpool_slots_create(struct kpool *pool)
{
	struct kpool_slots *slots;

	pool->slots = __alloc_percpu(struct_size(slots, slot, pool->nr_slots),
				     cache_line_size());
	return pool->slots ? 0 : -ENOMEM;
}

/* Empty the slot @i of @slots; NULL if it is empty. */
static void *kpool_slot_take(struct kpool_slots *slots, unsigned int i)
{
	/* Look first: do not dirty the cache line of a CPU that has none. */
	if (!READ_ONCE(slots->slot[i]))
		return NULL;
	return xchg(&slots->slot[i], NULL);
}

/* An object out of the slots of @cpu, or NULL. */
void *kpool_slots_take(struct kpool *pool, int cpu)
{
	struct kpool_slots *slots = per_cpu_ptr(pool->slots, cpu);
	unsigned int i = pool->nr_slots;
	void *obj = NULL;

	while (!obj && i)
		obj = kpool_slot_take(slots, --i);
	if (obj || READ_ONCE(slots->top))
		WRITE_ONCE(slots->top, i);
	return obj;
}

/**
 * kpool_slots_search() - get an object from the slots of some CPUs
 * @pool: a pool with a maximum
 * @cpus: whose slots, beginning with those of this CPU
 *
 * Context: Any.
 * Return: An object, or NULL.
 */
void *kpool_slots_search(struct kpool *pool, const struct cpumask *cpus)
{
	int here = raw_smp_processor_id();
	void *obj;
	int cpu;

	for_each_cpu_wrap(cpu, cpus, here) {
		obj = kpool_slots_take(pool, cpu);
		if (!obj)
			continue;
		if (cpu != here)
			kpool_count(pool, KPOOL_STEALS);
		return obj;
	}
	return NULL;
}

/*
 * Search for an empty slot of this CPU; false if there is none, or while puts are
 * diverted.  The hint may be wrong after an interrupt, or after another CPU has
 * taken an object.
 */
bool kpool_slots_put_any(struct kpool *pool, void *obj)
{
	struct kpool_slots *slots = raw_cpu_ptr(pool->slots);
	unsigned int i;

	for (i = 0; i < pool->nr_slots && !kpool_puts_diverted(pool); i++)
		if (!READ_ONCE(slots->slot[i]) &&
		    kpool_slot_fill(pool, slots, i, obj))
			return true;
	return false;
}

/* Put an idle object from kpool_slots_take() back, if a slot of @cpu is empty. */
bool kpool_slots_return(struct kpool *pool, int cpu, void *obj)
{
	struct kpool_slots *slots = per_cpu_ptr(pool->slots, cpu);
	unsigned int i;

	for (i = 0; i < pool->nr_slots; i++)
		if (!cmpxchg(&slots->slot[i], NULL, obj))
			return true;
	return false;
}

/* The number of objects in the slots of @cpu. */
unsigned int kpool_slots_level(struct kpool *pool, int cpu)
{
	struct kpool_slots *slots = per_cpu_ptr(pool->slots, cpu);
	unsigned int level = 0;
	unsigned int i;

	for (i = 0; i < pool->nr_slots; i++)
		level += !!READ_ONCE(slots->slot[i]);
	return level;
}

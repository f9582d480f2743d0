// SPDX-License-Identifier: GPL-2.0
/*
 * CPU caches and shared slots: cached objects, from near to far.
 *
 * Returns an object or NULL, takes an object or reports why not; never builds,
 * waits or destroys.  Owns struct kpool_cpu together with the hot halves of
 * get.c and put.c, by the rules of cpu_cache.h, and the slot "full" of struct
 * kpool_shared, which is only changed by xchg().
 *
 * The next user of an object sees what its last user wrote: on the same CPU in
 * program order, through a shared slot because of the xchg() on both sides,
 * through a depot because of its lock, and through reclaim because of the grace
 * period.
 *
 * The order in which a CPU refills its cache: its own shared slot, what reclaim
 * is about to take from it, the depot of this node (full magazines before
 * victims), the shared slots of this node's other CPUs, then the depots and
 * shared slots of other nodes.  A caller that cannot use its cache takes a
 * single object, from a depot before a shared slot.  In a pool with a maximum,
 * the slots of slots.c take the place of CPU caches and shared slots.
 *
 * Any context but NMI, except where a function says so.  May call depot.c and
 * below.
 */
#include <linux/topology.h>

#include "cpu_cache.h"
#include "slots.h"

/*
 * Offer @full to other CPUs.  Returns what the slot held, which the caller now
 * owns.  The caller saw it empty, but while a cycle runs, an interrupt on this
 * CPU may use the other set of caches and fill the slot first.
 */
static struct kpool_magazine *
kpool_shared_publish(struct kpool_shared *shared, struct kpool_magazine *full)
{
	/* Pairs with the xchg() in kpool_shared_take(). */
	return xchg(&shared->full, full);
}

/* Take the magazine out of a shared slot, or NULL. */
static struct kpool_magazine *kpool_shared_take(struct kpool_shared *shared)
{
	/* Look first: do not dirty the cache line of a CPU that has none. */
	if (!READ_ONCE(shared->full))
		return NULL;
	/* Pairs with the xchg() in kpool_shared_publish(). */
	return xchg(&shared->full, NULL);
}

static unsigned int kpool_next_cpu(int cpu, const struct cpumask *cpus)
{
	/*
	 * Harmless race: a CPU that comes up meanwhile is missed, and the slot
	 * of one that goes down is searched until kpool_cpu_dead() empties it.
	 */
	return data_race(cpumask_next(cpu, cpus));
}

/* Take a magazine from one of @cpus between @first and @end. */
static struct kpool_magazine *
kpool_steal_between(struct kpool *pool, const struct cpumask *cpus,
		    int first, unsigned int end)
{
	struct kpool_magazine *magazine;
	unsigned int cpu;

	for (cpu = kpool_next_cpu(first, cpus); cpu < end;
	     cpu = kpool_next_cpu(cpu, cpus)) {
		magazine = kpool_shared_take(per_cpu_ptr(pool->shared, cpu));
		if (magazine) {
			kpool_count(pool, KPOOL_STEALS);
			return magazine;
		}
	}
	return NULL;
}

/* The magazine of one of @cpus. */
static struct kpool_magazine *kpool_steal_from(struct kpool *pool,
					       const struct cpumask *cpus)
{
	int here = smp_processor_id();

	/* Each thief starts behind its own CPU, so that thieves spread out. */
	return kpool_steal_between(pool, cpus, here, nr_cpu_ids) ?:
	       kpool_steal_between(pool, cpus, -1, here);
}

/* The magazine of another CPU of this node. */
static struct kpool_magazine *kpool_steal_near(struct kpool *pool)
{
	return kpool_steal_from(pool, cpumask_of_node(numa_node_id()));
}

/* The magazine of a CPU of another node. */
static struct kpool_magazine *kpool_steal_far(struct kpool *pool)
{
	if (nr_online_nodes == 1)
		return NULL;
	return kpool_steal_from(pool, cpu_online_mask);
}

/*
 * Take this CPU's magazine back out of the set that reclaim is flushing, so
 * that a pool in use need not build objects during the grace period.
 *
 * Until the grace period is over, the old cache still belongs to this CPU, and
 * preemption is off.  If the interrupted code holds it, the magazine stays.
 * After the grace period kpool_cpu_collect() may take the same magazine:
 * xchg() decides.
 */
static struct kpool_magazine *kpool_cpu_rescue(struct kpool *pool)
{
	struct kpool_cpu __percpu *flushing = READ_ONCE(pool->flushing_set);
	struct kpool_magazine *magazine;
	struct kpool_cpu *cpu;

	if (likely(!flushing))
		return NULL;
	cpu = raw_cpu_ptr(flushing);
	if (READ_ONCE(cpu->busy) ||
	    READ_ONCE(READ_ONCE(cpu->loaded)->level) <= 0)
		return NULL;
	magazine = xchg(&cpu->loaded, &kpool_magazine_none);
	if (magazine->level > 0)
		return magazine;
	/* Only empty if the set became live again and an interrupt used it. */
	if (magazine->level == 0)
		kpool_depot_put(kpool_depot_here(pool), magazine);
	return NULL;
}

/* Keep a magazine that has become empty for later. */
static void kpool_cpu_stash(struct kpool *pool,
			    struct kpool_cpu __kpool_here *cpu,
			    struct kpool_magazine *magazine)
{
	if (!cpu->spare)
		cpu->spare = magazine;
	else
		kpool_depot_put(kpool_depot_here(pool), magazine);
}

/* A magazine out of the depot of another node. */
static struct kpool_magazine *kpool_depot_far(struct kpool *pool)
{
	struct kpool_depot *here = kpool_depot_here(pool);
	struct kpool_magazine *magazine;
	int node;

	if (nr_node_ids == 1)
		return NULL;
	/* Also of nodes that went offline with objects in their depot. */
	for_each_node(node) {
		if (pool->depots[node] == here)
			continue;
		magazine = kpool_depot_swap_for_full(pool, pool->depots[node],
						     NULL);
		if (magazine)
			return magazine;
	}
	return NULL;
}

/* A magazine from outside this CPU and its depot, or NULL. */
static struct kpool_magazine *kpool_find_elsewhere(struct kpool *pool)
{
	struct kpool_magazine *magazine;

	magazine = kpool_steal_near(pool);
	if (magazine || (pool->flags & KPOOL_F_NUMA_LOCAL))
		return magazine;
	magazine = kpool_depot_far(pool);
	return magazine ?: kpool_steal_far(pool);
}

/*
 * Replace the loaded magazine, which is empty, by one with objects.  False if
 * nothing cached can be reached at once.  Not while tasks wait for objects.  The
 * cache is held.
 */
static bool kpool_cpu_refill(struct kpool *pool,
			     struct kpool_cpu __kpool_here *cpu)
{
	struct kpool_magazine *empty = cpu->loaded;
	struct kpool_magazine *magazine;

	if (empty == &kpool_magazine_none)
		empty = NULL;
	magazine = kpool_shared_take(this_cpu_ptr(pool->shared));
	if (!magazine)
		magazine = kpool_cpu_rescue(pool);
	if (!magazine) {
		magazine = kpool_depot_swap_for_full(pool,
						     kpool_depot_here(pool),
						     empty);
		if (magazine)
			empty = NULL;
		else
			magazine = kpool_find_elsewhere(pool);
	}
	if (!magazine)
		return false;
	cpu->loaded = magazine;
	if (empty)
		kpool_cpu_stash(pool, cpu, empty);
	return true;
}

/*
 * The same for a pool with a maximum: this CPU's slots, the depot of this node,
 * the slots of its other CPUs, and then everywhere else.
 */
static void *kpool_slots_get_one(struct kpool *pool)
{
	const struct cpumask *near = cpumask_of_node(numa_node_id());
	void *obj;
	int node;

	obj = kpool_slots_search(pool, cpumask_of(smp_processor_id()));
	if (!obj)
		obj = kpool_depot_get_one(pool, kpool_depot_here(pool));
	if (!obj)
		obj = kpool_slots_search(pool, near);
	if (obj || (pool->flags & KPOOL_F_NUMA_LOCAL))
		return obj;
	for_each_node(node) {
		obj = kpool_depot_get_one(pool, pool->depots[node]);
		if (obj)
			return obj;
	}
	/* Also of CPUs that went offline with objects in their slots. */
	return kpool_slots_search(pool, cpu_possible_mask);
}

/*
 * One object for a caller that may not load a magazine: an interrupt that found
 * the cache busy, or any caller while tasks wait for objects.
 */
static void *kpool_cache_get_one(struct kpool *pool)
{
	struct kpool_depot *depot = kpool_depot_here(pool);
	struct kpool_magazine *magazine;
	void *obj;

	if (pool->slots)
		return kpool_slots_get_one(pool);

	obj = kpool_depot_get_one(pool, depot);
	if (obj)
		return obj;
	magazine = kpool_shared_take(this_cpu_ptr(pool->shared));
	if (!magazine)
		magazine = kpool_find_elsewhere(pool);
	if (!magazine)
		return NULL;
	obj = kpool_magazine_pop(magazine);
	kpool_depot_put(depot, magazine);
	return obj;
}

/*
 * With KPOOL_F_NUMA_LOCAL, the last resort when no object of this node could be
 * built: one object of another node.  The rest of its magazine stays there.
 * Any context but NMI.
 */
void *kpool_cache_get_far(struct kpool *pool)
{
	void *obj = NULL;
	int node;

	if (!(pool->flags & KPOOL_F_NUMA_LOCAL))
		return NULL;
	for_each_node(node) {
		obj = kpool_depot_get_one(pool, pool->depots[node]);
		if (obj)
			break;
	}
	if (!obj && pool->slots)
		obj = kpool_slots_search(pool, cpu_possible_mask);
	return obj;
}

/*
 * An object from a depot or shared slot, those of other nodes only if this pool
 * shares objects between nodes; not counted as a hit, or NULL.
 */
void *kpool_cache_get_elsewhere(struct kpool *pool)
{
	void *obj;

	preempt_disable();
	obj = kpool_cache_get_one(pool);
	preempt_enable();
	return obj ?: kpool_cache_get_far(pool);
}

/**
 * kpool_cache_get() - get a cached object
 * @pool: the pool
 *
 * While puts are diverted, call kpool_serve_waiters() afterwards: the objects
 * of a magazine that was taken here and handed to a depot were out of reach for
 * the waiters in between.
 *
 * Context: Any but NMI.
 * Return: An object, counted as a hit, or NULL.
 */
void *kpool_cache_get(struct kpool *pool)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	bool one = true;
	void *obj = NULL;

	if (kpool_cpu_trylock(cpu)) {
		one = kpool_puts_diverted(pool);
		if (cpu->loaded->level > 0 ||
		    (!one && kpool_cpu_refill(pool, cpu))) {
			obj = kpool_magazine_pop(cpu->loaded);
			cpu->gets++;
		}
		kpool_cpu_unlock(cpu);
	}
	/* A refill that found nothing has searched the same places. */
	if (!obj && one) {
		obj = kpool_cache_get_one(pool);
		if (obj)
			kpool_count(pool, KPOOL_HITS);
	}
	kpool_cpu_exit();
	return obj;
}

/**
 * kpool_cache_get_nmi() - get a cached object that an NMI can reach
 * @pool: the pool
 *
 * It can reach this CPU's magazine, the depot of this node and, with
 * %KPOOL_F_NUMA_LOCAL, those of other nodes, as long as no lock is held; in a
 * pool with a maximum, it can reach all slots and depots.
 *
 * Context: NMI.
 * Return: An object, counted as a hit, or NULL.
 */
void *kpool_cache_get_nmi(struct kpool *pool)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	void *obj = NULL;
	int node;

	if (pool->slots)
		obj = kpool_slots_search(pool, cpu_possible_mask);
	if (obj) {
		kpool_count(pool, KPOOL_HITS);
		goto out;
	}
	if (kpool_cpu_trylock(cpu)) {
		if (cpu->loaded->level > 0) {
			obj = kpool_magazine_pop(cpu->loaded);
			cpu->gets++;
		}
		kpool_cpu_unlock(cpu);
	}
	if (obj)
		goto out;
	obj = kpool_depot_try_get_one(pool, kpool_depot_here(pool));
	if (!obj && (pool->slots || (pool->flags & KPOOL_F_NUMA_LOCAL))) {
		for_each_node(node) {
			obj = kpool_depot_try_get_one(pool,
						      pool->depots[node]);
			if (obj)
				break;
		}
	}
	if (obj)
		kpool_count(pool, KPOOL_HITS);
out:
	kpool_cpu_exit();
	return obj;
}

/* Replace the loaded magazine, which is full, by an empty one. */
static enum kpool_put_result
kpool_cpu_make_room(struct kpool *pool, struct kpool_cpu __kpool_here *cpu)
{
	struct kpool_depot *depot = kpool_depot_here(pool);
	struct kpool_shared *shared = this_cpu_ptr(pool->shared);
	struct kpool_magazine *empty = cpu->spare;
	struct kpool_magazine *full = cpu->loaded;
	bool publish = !READ_ONCE(shared->full);

	if (full == &kpool_magazine_none)
		full = NULL;
	if (full && !publish && kpool_depot_at_limit(pool, depot))
		return KPOOL_PUT_OVERFLOW;
	if (!empty) {
		empty = kpool_depot_swap_for_empty(pool, depot,
						   publish ? NULL : full);
		if (!empty)
			return KPOOL_PUT_NO_ROOM;
	} else {
		cpu->spare = NULL;
		if (full && !publish) {
			kpool_depot_put(depot, full);
			kpool_count(pool, KPOOL_DEPOT_PUTS);
		}
	}
	cpu->loaded = empty;
	if (full && publish) {
		full = kpool_shared_publish(shared, full);
		if (unlikely(full))
			kpool_depot_put(depot, full);
	}
	return KPOOL_PUT_DONE;
}

/* For a caller that may not touch this CPU's cache. */
static enum kpool_put_result
kpool_cache_put_one(struct kpool *pool, struct kpool_depot *depot, void *obj)
{
	if (kpool_depot_at_limit(pool, depot))
		return KPOOL_PUT_OVERFLOW;
	if (!kpool_depot_put_one(pool, depot, obj))
		return KPOOL_PUT_NO_ROOM;
	kpool_count(pool, KPOOL_KEPT);
	return KPOOL_PUT_DONE;
}

/* Put @obj into the loaded magazine or its replacement.  The cache is held. */
static enum kpool_put_result kpool_cpu_push(struct kpool *pool,
					    struct kpool_cpu __kpool_here *cpu,
					    void *obj)
{
	enum kpool_put_result result = KPOOL_PUT_DONE;
	long level = cpu->loaded->level;

	if (kpool_puts_diverted(pool))
		return KPOOL_PUT_DIVERTED;
	if (level < 0 || level >= READ_ONCE(pool->magazine_size))
		result = kpool_cpu_make_room(pool, cpu);
	if (result == KPOOL_PUT_DONE) {
		kpool_magazine_push(cpu->loaded, obj);
		cpu->puts++;
	}
	return result;
}

/**
 * kpool_cache_put() - cache an object on this CPU or in this node's depot
 * @pool: the pool
 * @obj: an object in its reset state
 *
 * Whether puts are diverted is read with preemption off: the flush of a waiter
 * (kpool_flush_worker()) relies on a grace period to know that every put sees
 * it.  A caller that finds the cache busy has interrupted its holder, so the
 * same grace period covers what it read before.
 *
 * Context: Any but NMI.
 * Return: The result; the caller still owns the object unless it is
 *	KPOOL_PUT_DONE.
 */
enum kpool_put_result kpool_cache_put(struct kpool *pool, void *obj)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	enum kpool_put_result result;

	if (kpool_cpu_trylock(cpu)) {
		result = kpool_cpu_push(pool, cpu, obj);
		kpool_cpu_unlock(cpu);
	} else if (pool->slots && kpool_slots_put_any(pool, obj)) {
		result = KPOOL_PUT_DONE;
	} else if (pool->slots && kpool_puts_diverted(pool)) {
		result = KPOOL_PUT_DIVERTED;
	} else {
		result = kpool_cache_put_one(pool, kpool_depot_here(pool), obj);
	}
	kpool_cpu_exit();
	return result;
}

/* The same for the depot of @node, unless this CPU belongs to it. */
enum kpool_put_result kpool_cache_put_node(struct kpool *pool, int node,
					   void *obj)
{
	enum kpool_put_result result = KPOOL_PUT_DIVERTED;

	preempt_disable();
	/* With preemption off, as in kpool_cache_put(). */
	if (node != numa_mem_id() && !kpool_puts_diverted(pool))
		result = kpool_cache_put_one(pool, pool->depots[node], obj);
	preempt_enable();
	return result;
}

/*
 * Take the magazines of a cache that is flushed, or whose CPU is dead, and add
 * them to @found.  Nothing works on the cache any more, but its CPU may still
 * be in kpool_cpu_rescue().
 */
void kpool_cpu_collect(struct kpool_cpu *cpu, struct list_head *found)
{
	struct kpool_magazine *magazine;

	magazine = xchg(&cpu->loaded, &kpool_magazine_none);
	if (magazine != &kpool_magazine_none)
		list_add(&magazine->node, found);
	magazine = cpu->spare;
	cpu->spare = NULL;
	if (magazine)
		list_add(&magazine->node, found);
}

/* Take the objects that @cpu offers to others, and add them to @found. */
void kpool_shared_collect(struct kpool *pool, int cpu, struct list_head *found)
{
	struct kpool_magazine *magazine;

	magazine = kpool_shared_take(per_cpu_ptr(pool->shared, cpu));
	if (magazine)
		list_add(&magazine->node, found);
}

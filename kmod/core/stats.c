// SPDX-License-Identifier: GPL-2.0
/*
 * Reading a pool's counters.
 *
 * Every counter is written by one CPU only, and only ever grows; reading adds
 * them up.  Derived values are sums of such counters, never differences, so that
 * no counter is ever seen to go backwards; on 32-bit machines they start again
 * at 0 after 2^32.  Gauges (idle, in use) are exact when the pool is quiet.
 *
 * Any context; RCU instead of a lock, see magazine.c.  May call interface.c.
 */
#include <linux/export.h>
#include <linux/math64.h>

#include "internal.h"

/* Where each counter goes in struct kpool_stats. */
#define KPOOL_COUNTER_OFFSET(id, member) \
	[id] = offsetof(struct kpool_stats, member),
static const unsigned short kpool_counter_offsets[KPOOL_NR_COUNTERS] = {
	KPOOL_COUNTERS(KPOOL_COUNTER_OFFSET)
};

static unsigned long kpool_sum(struct kpool *pool, enum kpool_counter counter)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(pool->counters, cpu)->value[counter]);
	return sum;
}

static long kpool_level(struct kpool_magazine *magazine)
{
	return magazine ? max(READ_ONCE(magazine->level), 0L) : 0;
}

/* Add the counters of one CPU's caches, and the objects in them. */
static void kpool_add_sets(struct kpool *pool, int cpu,
			   struct kpool_cpu_stats *stats)
{
	struct kpool_shared *shared = per_cpu_ptr(pool->shared, cpu);
	int set;

	rcu_read_lock();
	for (set = 0; set < ARRAY_SIZE(pool->cpu_sets); set++) {
		struct kpool_cpu *cache = per_cpu_ptr(pool->cpu_sets[set], cpu);

		stats->gets += READ_ONCE(cache->gets);
		stats->puts += READ_ONCE(cache->puts);
		stats->cached += kpool_level(READ_ONCE(cache->loaded));
	}
	stats->cached += kpool_level(READ_ONCE(shared->full));
	rcu_read_unlock();
}

/* The same for a pool with a maximum. */
static void kpool_add_slots(struct kpool *pool, int cpu,
			    struct kpool_cpu_stats *stats)
{
	struct kpool_slots *slots = per_cpu_ptr(pool->slots, cpu);

	stats->gets += READ_ONCE(slots->gets);
	stats->puts += READ_ONCE(slots->puts);
	stats->cached += kpool_slots_level(pool, cpu);
}

static void kpool_add_cpu(struct kpool *pool, int cpu,
			  struct kpool_cpu_stats *stats)
{
	if (pool->slots)
		kpool_add_slots(pool, cpu, stats);
	else
		kpool_add_sets(pool, cpu, stats);
}

/**
 * kpool_read_cpu_stats() - read one CPU's share of a pool's statistics
 * @pool: the pool
 * @cpu: a possible CPU
 * @stats: filled in
 *
 * Context: Any.
 */
void kpool_read_cpu_stats(struct kpool *pool, int cpu,
			  struct kpool_cpu_stats *stats)
{
	struct kpool_counters *counters = per_cpu_ptr(pool->counters, cpu);
	const unsigned long *value = counters->value;

	*stats = (struct kpool_cpu_stats){};
	kpool_add_cpu(pool, cpu, stats);
	stats->hits = stats->gets + READ_ONCE(value[KPOOL_HITS]);
	stats->gets = stats->hits + READ_ONCE(value[KPOOL_MISSES]);
	stats->puts += READ_ONCE(value[KPOOL_KEPT]) +
		       READ_ONCE(value[KPOOL_REJECTED]) +
		       READ_ONCE(value[KPOOL_OVERFLOWED]);
	stats->steals = READ_ONCE(value[KPOOL_STEALS]);
}

/* Objects in the caches and shared slots of all CPUs. */
unsigned long kpool_cached_by_cpus(struct kpool *pool)
{
	struct kpool_cpu_stats stats = {};
	int cpu;

	for_each_possible_cpu(cpu)
		kpool_add_cpu(pool, cpu, &stats);
	return stats.cached;
}

/* Number of objects that exist. */
unsigned long kpool_nr_objects(struct kpool *pool)
{
	return kpool_sum(pool, KPOOL_BUILT) - kpool_sum(pool, KPOOL_DESTROYED);
}

static void kpool_read_idle(struct kpool *pool, struct kpool_stats *stats)
{
	int node;

	for_each_node(node) {
		struct kpool_depot *depot = pool->depots[node];

		stats->idle_depot += READ_ONCE(depot->full.objects);
		stats->idle_victim += READ_ONCE(depot->victims.objects);
	}
	stats->idle_reserve = READ_ONCE(pool->nr_reserved);
	stats->idle = stats->idle_cpu + stats->idle_depot +
		      stats->idle_victim + stats->idle_reserve;
	/* An object that moves between layers meanwhile may be seen in both. */
	stats->in_use = stats->built - min(stats->built,
					   stats->destroyed + stats->idle);
}

/* The out-of-line part of kpool_read_stats(), which has zeroed @stats. */
void __kpool_read_stats(struct kpool *pool, struct kpool_stats *stats,
			const struct kpool_caller *caller)
{
	struct kpool_cpu_stats cpus = {};
	int cpu, i;

	if (kpool_check_caller(pool->name, caller, KPOOL_LAYOUT))
		return;
	for_each_possible_cpu(cpu)
		kpool_add_cpu(pool, cpu, &cpus);
	for (i = 0; i < KPOOL_NR_COUNTERS; i++)
		*(u64 *)((char *)stats + kpool_counter_offsets[i]) =
			kpool_sum(pool, i);
	stats->hits += cpus.gets;
	stats->gets = stats->hits + stats->misses;
	stats->kept += cpus.puts;
	stats->puts = stats->kept + stats->rejected + stats->overflowed;
	stats->gc_cycles = READ_ONCE(pool->gc_cycles);
	stats->object_size = pool->size;
	stats->idle_cpu = cpus.cached;
	kpool_read_idle(pool, stats);
	if (stats->gets)
		stats->hit_rate_permille = mul_u64_u64_div_u64(stats->hits, 1000,
							       stats->gets);
}
EXPORT_SYMBOL_GPL(__kpool_read_stats);

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The engine's own data structures, and what its files offer each other.
 *
 * Layers, from the hottest down; cache.c explains how objects move between
 * them:
 *
 *	CPU cache	one loaded magazine a CPU; owner only, no lock
 *	shared slot	one full magazine a CPU, taken by xchg(), also by thieves
 *	depot		full, victim and empty magazines of a NUMA node
 *	reserve		objects that reclaim never touches, last to be handed out
 *	build		a new object
 *
 * Locks, in the order in which they may be taken:
 *
 *	kpool_reclaim_lock	mutex: one clearing cycle at a time	reclaim.c
 *	kpool_pools_lock	mutex: the list of pools		pool.c
 *	pool->lock		raw spinlock: reserve, waiters, live	reserve.c
 *	depot->lock		raw spinlock: lists of magazines	depot.c
 *	pool->retire_lock	raw spinlock: nodes for teardown	object.c
 *
 * The raw spinlocks are never held together.
 *
 * Hooks are called with none of them held, except that exit hooks may run under
 * kpool_reclaim_lock and inside of an RCU reader, for they must not sleep.
 */
#ifndef _KPOOL_CORE_INTERNAL_H
#define _KPOOL_CORE_INTERNAL_H

#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/kpool.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

/**
 * struct kpool_magazine - an array of idle objects that moves as a whole
 * @level: objects held; -1 in the stand-in below.
 * @node: link in a list of a depot or of reclaim.
 * @rcu: frees the magazine after readers of statistics are gone.
 * @objects: the first @level entries are valid.
 *
 * A magazine belongs to exactly one of: a CPU cache, a shared slot, a depot,
 * or the thread that took it out of one of these.  Only the owner touches it,
 * except that statistics may read @level.
 */
struct kpool_magazine {
	long level;
	union {
		struct list_head node;
		struct rcu_head rcu;
	};
	void *objects[];
};

/*
 * What stands in a CPU cache that has no magazine.  Its level of -1 fails the
 * test for an object to get, and taken as unsigned also the one for room to
 * put, so that the hot path needs no other test.
 */
extern struct kpool_magazine kpool_magazine_none;

/**
 * struct kpool_cpu - one CPU's cache
 * @busy: somebody on this CPU works on the rest.
 * @loaded: the magazine that gets and puts work on, or the stand-in.
 * @gets: gets that @loaded served.
 * @puts: puts that @loaded took.
 * @spare: an empty magazine, or NULL.
 *
 * Rule: only code on this CPU with preemption off touches it, between
 * kpool_cpu_take() and kpool_cpu_give(), which set and clear @busy.  An
 * interrupt that finds it busy goes to the depot.  Reclaim retires all caches
 * of a pool at once by pointing the pool at its other set, and owns the old
 * ones after a grace period.
 */
struct kpool_cpu {
	bool busy;
	struct kpool_magazine *loaded;
	unsigned long gets;
	unsigned long puts;
	struct kpool_magazine *spare;
};

/* Objects that NMIs left, of each sort and for each CPU; see nmi.c. */
#define KPOOL_NMI_SLOTS		3

/**
 * struct kpool_shared - what a CPU offers to the others
 * @full: a magazine with objects, or NULL.  The CPU itself fills it, anybody
 *	takes it, both with xchg().
 * @nmi_kept: objects that an NMI left to be cached.
 * @nmi_doomed: objects that an NMI left to be torn down.
 */
struct kpool_shared {
	struct kpool_magazine *full;
	void *nmi_kept[KPOOL_NMI_SLOTS];
	void *nmi_doomed[KPOOL_NMI_SLOTS];
} ____cacheline_aligned_in_smp;

/* Counters of the slow paths; the hot ones stand in struct kpool_cpu. */
enum kpool_counter {
	KPOOL_HITS,
	KPOOL_NEWS,
	KPOOL_NEW_FAILURES,
	KPOOL_KEPT,
	KPOOL_REJECTED,
	KPOOL_OVERFLOWED,
	KPOOL_DISCARDED,
	KPOOL_BUILT,
	KPOOL_DESTROYED,
	KPOOL_STEALS,
	KPOOL_DEPOT_GETS,
	KPOOL_DEPOT_PUTS,
	KPOOL_VICTIM_GETS,
	KPOOL_RESERVE_GETS,
	KPOOL_GC_FREED,
	KPOOL_NR_COUNTERS
};

struct kpool_counters {
	unsigned long value[KPOOL_NR_COUNTERS];
};

/**
 * struct kpool_magazine_list - magazines of one sort in a depot
 * @head: the magazines, most recently used first.
 * @magazines: how many.
 * @least: the smallest @magazines since the last cycle: what was not needed.
 * @objects: how many objects they hold.
 */
struct kpool_magazine_list {
	struct list_head head;
	unsigned int magazines;
	unsigned int least;
	unsigned long objects;
};

/**
 * struct kpool_depot - the idle magazines of one NUMA node
 * @lock: protects all of it; held for list operations only, and taken from
 *	any context (an NMI tries it once).
 * @full: magazines with objects, some of them not filled up.
 * @victims: magazines with objects that the next cycle frees.
 * @empty: magazines without.
 */
struct kpool_depot {
	raw_spinlock_t lock;
	struct kpool_magazine_list full;
	struct kpool_magazine_list victims;
	struct kpool_magazine_list empty;
};

struct kpool {
	/* Read by every get and put, written almost never. */

	/* The live set of CPU caches; read with preemption off. */
	struct kpool_cpu __percpu *cpu;
	/* magazine_size, or 0 to send every put down the slow path. */
	unsigned long put_limit;
	/* A put has more to do than to cache: reset, or go to another node. */
	bool put_prepares;
	void *ctx;

	/* Constant after creation, read by the slow paths. */
	struct kpool_shared __percpu *shared;
	struct kpool_counters __percpu *counters;
	/* Both sets of CPU caches; @cpu is one of them. */
	struct kpool_cpu __percpu *cpu_sets[2];
	struct kpool_ops ops;
	struct kmem_cache *slab;
	size_t size;
	unsigned int align;
	unsigned int flags;
	unsigned int reserve;
	unsigned int max;
	/* Room in each magazine, and what of it a new pool uses. */
	unsigned int magazine_capacity;
	unsigned int magazine_base;
	/* Objects that one depot may hold. */
	unsigned long depot_limit;

	/* The set that reclaim is retiring, or NULL; see kpool_cpu_rescue(). */
	struct kpool_cpu __percpu *retiring;
	/* kpool_destroy() has begun; what is still put is torn down. */
	bool destroyed;

	/* Protects the next five; see reserve.c. */
	raw_spinlock_t lock;
	/* Objects to fill a magazine with, between base and capacity. */
	unsigned int magazine_size;
	void **reserved;
	unsigned int nr_reserved;
	/* Objects that exist or are being built, if there is a maximum. */
	unsigned int live;
	struct list_head waiters;
	/* Brings what CPUs cache to those who wait. */
	struct work_struct flush_work;

	/* With KPOOL_F_FIXED: the stock to keep, and who sees to it. */
	unsigned int low_water;
	struct delayed_work stock_work;

	/* Objects whose teardown waits for a worker; see object.c. */
	struct llist_head retired;
	atomic_long_t nr_retired;
	atomic_long_t nr_retired_done;
	wait_queue_head_t retire_wait;
	struct llist_head retire_nodes;
	raw_spinlock_t retire_lock;
	struct work_struct retire_work;
	struct irq_work nmi_work;

	/* Under kpool_reclaim_lock: the cycle's list, how many there were. */
	struct list_head cycle;
	unsigned long gc_cycles;

	/* Registry; see pool.c. */
	struct list_head list;
	refcount_t refs;
	struct completion unused;
	atomic_long_t leaked;
	struct work_struct free_work;
	void *observer_data;
	char name[KPOOL_NAME_MAX + 1];

	struct kpool_depot *depots[];
};

/* In a slow path: one more of @counter, from any context. */
static inline void kpool_count(struct kpool *pool, enum kpool_counter counter)
{
	this_cpu_inc(pool->counters->value[counter]);
}

static inline void kpool_count_many(struct kpool *pool,
				    enum kpool_counter counter, unsigned long n)
{
	this_cpu_add(pool->counters->value[counter], n);
}

/* magazine.c */
struct kpool_magazine *kpool_magazine_alloc(struct kpool *pool, gfp_t gfp);
void kpool_magazine_free(struct kpool_magazine *magazine);

static inline void kpool_magazine_push(struct kpool_magazine *magazine,
				       void *obj)
{
	magazine->objects[magazine->level] = obj;
	WRITE_ONCE(magazine->level, magazine->level + 1);
}

static inline void *kpool_magazine_pop(struct kpool_magazine *magazine)
{
	WRITE_ONCE(magazine->level, magazine->level - 1);
	return magazine->objects[magazine->level];
}

/* cache.c */
void kpool_cpu_collect(struct kpool_cpu *cpu, struct list_head *found);
void kpool_shared_collect(struct kpool *pool, int cpu, struct list_head *found);
void *kpool_cache_get(struct kpool *pool);
void *kpool_cache_get_shared(struct kpool *pool);
void kpool_cache_put(struct kpool *pool, void *obj);
int kpool_cache_add(struct kpool *pool, void *obj, gfp_t gfp);

/* depot.c */

/* What kpool_depot_take() takes, with the empty magazines of no use. */
enum kpool_take {
	KPOOL_TAKE_UNUSED,	/* what nobody needed since the last time */
	KPOOL_TAKE_VICTIMS,	/* the victims */
	KPOOL_TAKE_ALL,		/* everything */
};

struct kpool_depot *kpool_depot_create(int node);
struct kpool_depot *kpool_depot_here(struct kpool *pool);
struct kpool_magazine *
kpool_depot_swap_for_full(struct kpool *pool, struct kpool_depot *depot,
			  struct kpool_magazine *empty);
struct kpool_magazine *
kpool_depot_swap_for_empty(struct kpool *pool, struct kpool_depot *depot,
			   struct kpool_magazine *full);
void kpool_depot_put(struct kpool_depot *depot, struct kpool_magazine *magazine);
void *kpool_depot_get_one(struct kpool *pool, struct kpool_depot *depot);
bool kpool_depot_put_one(struct kpool *pool, struct kpool_depot *depot,
			 void *obj);
bool kpool_depot_full(struct kpool *pool, struct kpool_depot *depot);
unsigned long kpool_depot_idle(struct kpool_depot *depot);
struct kpool_magazine *kpool_depot_take_victim(struct kpool_depot *depot,
					       unsigned long spare);
void kpool_depot_age(struct kpool_depot *depot);
void kpool_depot_take(struct kpool_depot *depot, enum kpool_take what,
		      unsigned long *spare, struct list_head *to);

/* nmi.c */
void kpool_nmi_init(struct kpool *pool);
void kpool_nmi_put(struct kpool *pool, void *obj, bool doomed);

/* object.c */
int kpool_object_node(void *obj);
void *kpool_object_build(struct kpool *pool, gfp_t gfp);
void *kpool_object_build_granted(struct kpool *pool, gfp_t gfp);
void kpool_object_destroy(struct kpool *pool, void *obj);
void kpool_retire_init(struct kpool *pool);
void kpool_retire_flush(struct kpool *pool);

/* reserve.c */
void kpool_enlarge_magazines(struct kpool *pool);
void kpool_restore_magazines(struct kpool *pool);
int kpool_reserve_init(struct kpool *pool);
int kpool_reserve_fill(struct kpool *pool);
void kpool_reserve_close(struct kpool *pool);
void *kpool_reserve_get(struct kpool *pool);
bool kpool_reserve_offer(struct kpool *pool, void *obj);
void *kpool_reserve_wait(struct kpool *pool, gfp_t gfp, unsigned int state);
void kpool_serve_waiters(struct kpool *pool);
bool kpool_live_get(struct kpool *pool);
void kpool_live_put(struct kpool *pool);
void kpool_live_cancel(struct kpool *pool);

/* stock.c */
void kpool_stock_init(struct kpool *pool);
int kpool_stock_fill(struct kpool *pool);
bool kpool_stock_short(struct kpool *pool);
unsigned long kpool_stock_spare(struct kpool *pool);
void kpool_stock_check(struct kpool *pool);
void kpool_stock_retry(struct kpool *pool);
void kpool_stock_close(struct kpool *pool);

/* reclaim.c */
void kpool_flush(struct kpool *pool);
void kpool_gc_all(void);
int kpool_reclaim_init(void);
void kpool_reclaim_exit(void);

/* pool.c */
/**
 * struct kpool_observer - who is told of pools that come and go
 * @created: a pool is there; what it returns is kept for @destroyed.
 * @destroyed: a pool is about to go; on return nothing may use it any more.
 *
 * Set once by the module before the first pool can exist.
 */
struct kpool_observer {
	void *(*created)(struct kpool *pool);
	void (*destroyed)(struct kpool *pool, void *data);
};

extern struct list_head kpool_pools;
extern struct workqueue_struct *kpool_workqueue;
extern struct workqueue_struct *kpool_flush_workqueue;
struct kpool *kpool_next(struct kpool *pool);
void kpool_put_ref(struct kpool *pool);
void kpool_late_put(struct kpool *pool, void *obj);
int kpool_core_init(const struct kpool_observer *observer);
void kpool_core_exit(void);

/* stats.c */
/**
 * struct kpool_cpu_stats - one CPU's share of a pool's statistics
 * @gets: gets on this CPU
 * @hits: gets served from what was cached
 * @puts: puts on this CPU
 * @steals: magazines this CPU took from others
 * @cached: objects this CPU holds now
 */
struct kpool_cpu_stats {
	u64 gets;
	u64 hits;
	u64 puts;
	u64 steals;
	u64 cached;
};

void kpool_read_cpu_stats(struct kpool *pool, int cpu,
			  struct kpool_cpu_stats *stats);
unsigned long kpool_cached_by_cpus(struct kpool *pool);

#endif /* _KPOOL_CORE_INTERNAL_H */

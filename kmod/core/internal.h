/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The data structures of the core, and the functions that its files share.
 *
 * Documentation/internals/engine.rst has the levels of the files, the states of
 * a magazine, the locks in the order in which they may be taken, and the
 * barriers with their partners.
 *
 * No hook is called with a lock held.  The shrinker calls exit hooks inside an RCU
 * reader, because they must not sleep.
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
 * @level: number of objects held; -1 in the placeholder below.
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
 * The placeholder of a CPU cache that has no magazine.  Its level of -1 fails
 * the test for an object to get and, as an unsigned number, also the test for
 * room to put, so that the hot path needs no other test.
 */
extern struct kpool_magazine kpool_magazine_none;

/**
 * struct kpool_cpu - the cache of one CPU
 * @busy: code on this CPU is using the rest.
 * @loaded: the magazine that gets and puts work on, or the placeholder.
 * @gets: gets that @loaded served.
 * @puts: puts that @loaded took.
 * @spare: an empty magazine, or NULL.
 *
 * Only code on this CPU with preemption off touches it, between
 * kpool_cpu_trylock() and kpool_cpu_unlock(), which set and clear @busy.  An
 * interrupt that finds it busy goes to the depot.  Reclaim flushes all caches
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

/**
 * struct kpool_slots - the cache of one CPU in a pool with a maximum
 * @top: a hint: the number of slots in use, if they were used as a stack.
 * @gets: gets that these slots served by the hint.
 * @puts: puts that they took.
 * @slot: each holds an object, or NULL.
 *
 * Used by the rules of slots.c, from any CPU; @gets and @puts only on this one.
 */
struct kpool_slots {
	long top;
	unsigned long gets;
	unsigned long puts;
	void *slot[];
};

/* Objects of each sort that NMIs may leave on each CPU; see nmi.c. */
#define KPOOL_NMI_SLOTS		3

/**
 * struct kpool_shared - the objects that a CPU offers to others
 * @full: a magazine with objects, or NULL.  The CPU itself fills the slot, any
 *	CPU empties it, both with xchg().
 * @nmi_kept: objects that an NMI left to be cached.
 * @nmi_doomed: objects that an NMI left to be torn down.
 */
struct kpool_shared {
	struct kpool_magazine *full;
	void *nmi_kept[KPOOL_NMI_SLOTS];
	void *nmi_doomed[KPOOL_NMI_SLOTS];
} ____cacheline_aligned_in_smp;

/*
 * Counters of the slow paths, each with its member of struct kpool_stats; those
 * of the hot paths are in struct kpool_cpu.
 */
#define KPOOL_COUNTERS(counter)					\
	counter(KPOOL_HITS, hits)				\
	counter(KPOOL_MISSES, misses)				\
	counter(KPOOL_BUILD_FAILURES, build_failures)		\
	counter(KPOOL_KEPT, kept)				\
	counter(KPOOL_REJECTED, rejected)			\
	counter(KPOOL_OVERFLOWED, overflowed)			\
	counter(KPOOL_DISCARDED, discarded)			\
	counter(KPOOL_BUILT, built)				\
	counter(KPOOL_DESTROYED, destroyed)			\
	counter(KPOOL_STEALS, steals)				\
	counter(KPOOL_DEPOT_GETS, depot_gets)			\
	counter(KPOOL_DEPOT_PUTS, depot_puts)			\
	counter(KPOOL_VICTIM_GETS, victim_gets)			\
	counter(KPOOL_RESERVE_GETS, reserve_gets)		\
	counter(KPOOL_GC_FREED, gc_freed)

#define KPOOL_COUNTER_ID(id, member)	id,
enum kpool_counter {
	KPOOL_COUNTERS(KPOOL_COUNTER_ID)
	KPOOL_NR_COUNTERS
};

struct kpool_counters {
	unsigned long value[KPOOL_NR_COUNTERS];
};

/**
 * struct kpool_magazine_list - magazines of one sort in a depot
 * @head: the magazines, most recently used first.
 * @magazines: number of magazines in the list.
 * @least: the smallest value of @magazines since the last cycle, that is, the
 *	number of magazines that were not needed.
 * @objects: number of objects in these magazines.
 */
struct kpool_magazine_list {
	struct list_head head;
	unsigned int magazines;
	unsigned int least;
	unsigned long objects;
};

/**
 * struct kpool_depot - the idle magazines of one NUMA node
 * @lock: protects all of it; held for list operations only, and taken in any
 *	context (in an NMI, tried once).
 * @full: magazines with objects, some of them not filled up.
 * @victims: magazines with objects that the next cycle frees.
 * @empty: magazines without objects.
 */
struct kpool_depot {
	raw_spinlock_t lock;
	struct kpool_magazine_list full;
	struct kpool_magazine_list victims;
	struct kpool_magazine_list empty;
};

/* The work of a put, which depends on the pool. */
enum kpool_put_route {
	KPOOL_PUT_PLAIN,	/* use the live set */
	KPOOL_PUT_RESET,	/* call the reset hook first */
	KPOOL_PUT_SLOT,		/* fill a slot: a pool with a maximum */
	KPOOL_PUT_PREPARE,	/* anything else, or several of these */
};

struct kpool {
	/* Read by every get and put, written almost never. */

	/* The live set of CPU caches; read with preemption off. */
	struct kpool_cpu __percpu *cpu;
	/*
	 * The number of objects that a CPU's cache may hold, or 0 to send every
	 * put down the slow path; see kpool_update_put_limit().
	 */
	unsigned long put_limit;
	/* The work of a put, of enum kpool_put_route. */
	u8 put_route;
	void *ctx;

	/* Constant until kpool_destroy(), read by the slow paths. */

	/* Gets build objects, as opposed to the worker of KPOOL_F_FIXED. */
	bool gets_build;
	/* A get that may sleep waits for an object rather than fail. */
	bool gets_wait;
	/* Such a get never fails: it waits until it has an object. */
	bool waits_forever;
	/* A waiter tries to build an object from time to time. */
	bool waiters_build;
	/* A worker builds objects ahead of their use, see stock.c. */
	bool builds_ahead;
	/*
	 * With a maximum: the CPU caches instead of those below, and the number
	 * of slots of each.  @cpu is then one that is always busy, so that the
	 * hot paths come here.
	 */
	struct kpool_slots __percpu *slots;
	unsigned int nr_slots;
	struct kpool_shared __percpu *shared;
	struct kpool_counters __percpu *counters;
	/* Both sets of CPU caches, of which @cpu is one; none with a maximum. */
	struct kpool_cpu __percpu *cpu_sets[2];
	struct kpool_ops ops;
	struct kmem_cache *slab;
	size_t size;
	unsigned int align;
	unsigned int flags;
	unsigned int reserve;
	unsigned int max;
	/* Room in each magazine, and how much of it a new pool uses. */
	unsigned int magazine_capacity;
	unsigned int magazine_base;
	/* Objects that one depot may hold. */
	unsigned long depot_limit;

	/* The set that reclaim is flushing, or NULL; see kpool_cpu_rescue(). */
	struct kpool_cpu __percpu *flushing_set;
	/* An NMI left an object after that; see kpool_destroy(). */
	bool late_nmi;
	/* kpool_destroy() has begun; objects that are still put are torn down. */
	bool destroyed;

	/*
	 * Protects the members up to flush_work, and changes of @put_limit,
	 * @destroyed and @reserve; see limit.c.
	 */
	raw_spinlock_t lock;
	/* Objects to fill a magazine with, between base and capacity. */
	unsigned int magazine_size;
	void **reserved;
	unsigned int nr_reserved;
	/* Objects that exist or are being built, if there is a maximum. */
	unsigned int live;
	struct list_head waiters;
	/* With KPOOL_F_FIXED: the stock to keep. */
	unsigned int low_water;
	/* With a reserve of as many objects as the maximum: that number. */
	unsigned int population;
	/* Nothing may queue @stock_work any more. */
	bool stock_closed;

	/* Brings what CPUs cache to the waiters; see reclaim.c. */
	struct work_struct flush_work;
	/* Builds objects ahead of their use; see stock.c. */
	struct delayed_work stock_work;

	/* Objects whose teardown is deferred to a worker; see object.c. */
	struct llist_head deferred;
	atomic_long_t nr_deferred;
	atomic_long_t nr_deferred_done;
	wait_queue_head_t deferred_wait;
	struct llist_head deferred_nodes;
	raw_spinlock_t deferred_lock;
	struct work_struct deferred_work;

	/* Keeps or tears down the objects that NMIs left; see put.c. */
	struct irq_work nmi_work;

	/*
	 * Bit 0: a cycle uses the pool, and owns the next two: its link in the
	 * cycle's list, and the number of cycles.
	 */
	unsigned long cycling;
	struct list_head cycle;
	unsigned long gc_cycles;
	/* Tears down what cycles over all pools have freed; see reclaim.c. */
	struct work_struct dispose_work;
	/* The magazines for it, under @lock. */
	struct list_head doomed;

	/* See registry.c. */
	struct list_head list;
	refcount_t refs;
	struct completion unused;
	void *observer_data;
	/* Objects that are left of a pool that was destroyed; see object.c. */
	atomic_long_t leaked;
	/* Frees the pool once they have been put; see pool.c. */
	struct work_struct free_work;
	char name[KPOOL_NAME_MAX + 1];

	struct kpool_depot *depots[];
};

/* Count one event, from any context.  For slow paths. */
static inline void kpool_count(struct kpool *pool, enum kpool_counter counter)
{
	this_cpu_inc(pool->counters->value[counter]);
}

static inline void kpool_count_many(struct kpool *pool,
				    enum kpool_counter counter, unsigned long n)
{
	this_cpu_add(pool->counters->value[counter], n);
}

/*
 * Must objects that are put go to a waiter or to the reserve, rather than into
 * a CPU cache?  Also true once the pool is being destroyed.
 */
static inline bool kpool_puts_diverted(struct kpool *pool)
{
	return !READ_ONCE(pool->put_limit);
}

/* args.c */
int kpool_args_check(const char *name, size_t size,
		     const struct kpool_args *args);
void kpool_args_apply(struct kpool *pool, size_t size,
		      const struct kpool_args *args);

/* limit.c */

/**
 * struct kpool_waiter - a task that sleeps until there is an object
 * @node: in pool->waiters, first come, first served.
 * @task: the task to wake.
 * @obj: the object that was handed over, or NULL for the right to build one.
 * @served: no longer in the queue.
 *
 * Lives on the waiter's stack.  All of it is protected by pool->lock, which the
 * waiter takes once more before it returns, so that the task that serves it can
 * wake it safely.
 */
struct kpool_waiter {
	struct list_head node;
	struct task_struct *task;
	void *obj;
	bool served;
};

void kpool_limit_init(struct kpool *pool);
void kpool_limit_close(struct kpool *pool);
void kpool_magazines_grow(struct kpool *pool);
void kpool_magazines_restore(struct kpool *pool);
void kpool_stock_queue(struct kpool *pool, unsigned long delay);
void kpool_stock_give_up(struct kpool *pool);
bool kpool_live_get(struct kpool *pool);
void kpool_live_put(struct kpool *pool);
void kpool_live_cancel(struct kpool *pool);
void *kpool_reserve_get(struct kpool *pool);
bool kpool_reserve_push(struct kpool *pool, void *obj);
bool kpool_offer(struct kpool *pool, void *obj);
bool kpool_has_waiters(struct kpool *pool);
void kpool_waiter_queue(struct kpool *pool, struct kpool_waiter *waiter);
bool kpool_waiter_served(struct kpool *pool, struct kpool_waiter *waiter);
bool kpool_waiter_leave(struct kpool *pool, struct kpool_waiter *waiter);

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

/* nmi.c */
void kpool_nmi_leave(struct kpool *pool, void *obj, bool doomed);
void kpool_nmi_take_all(struct kpool *pool,
			void (*settle)(struct kpool *pool, void *obj,
				       bool doomed));

/* registry.c */

/**
 * struct kpool_observer - informed of the creation and destruction of pools
 * @created: a pool exists; the return value is kept for @destroyed.
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
extern struct workqueue_struct *kpool_reclaim_workqueue;
struct kpool *kpool_registry_next(struct kpool *pool);
void kpool_registry_put(struct kpool *pool);
int kpool_registry_add(struct kpool *pool);
void kpool_registry_remove(struct kpool *pool);
void kpool_observe(struct kpool *pool);
void kpool_unobserve(struct kpool *pool);
int kpool_registry_init(const struct kpool_observer *observer);
void kpool_registry_exit(void);

/* stats.c */

/**
 * struct kpool_cpu_stats - one CPU's share of a pool's statistics
 * @gets: gets on this CPU
 * @hits: gets served from cached objects
 * @puts: puts on this CPU
 * @steals: magazines that this CPU took from others
 * @cached: objects that this CPU holds now
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
unsigned long kpool_nr_objects(struct kpool *pool);

/* depot.c */

/* Magazines to take, in addition to empty ones that are not needed. */
enum kpool_take {
	KPOOL_TAKE_UNUSED,	/* those not needed since the last time */
	KPOOL_TAKE_VICTIMS,	/* the victims */
	KPOOL_TAKE_ALL,		/* everything */
};

struct kpool_depot *kpool_depot_create(int node);
void kpool_depot_free(struct kpool_depot *depot);
struct kpool_depot *kpool_depot_here(struct kpool *pool);
struct kpool_magazine *
kpool_depot_swap_for_full(struct kpool *pool, struct kpool_depot *depot,
			  struct kpool_magazine *empty);
struct kpool_magazine *
kpool_depot_swap_for_empty(struct kpool *pool, struct kpool_depot *depot,
			   struct kpool_magazine *full);
void kpool_depot_put(struct kpool_depot *depot, struct kpool_magazine *magazine);
void *kpool_depot_get_one(struct kpool *pool, struct kpool_depot *depot);
void *kpool_depot_try_get_one(struct kpool *pool, struct kpool_depot *depot);
bool kpool_depot_put_one(struct kpool *pool, struct kpool_depot *depot,
			 void *obj);
bool kpool_depot_try_put_one(struct kpool *pool, struct kpool_depot *depot,
			     void *obj);
bool kpool_depot_grow(struct kpool *pool, int node, gfp_t gfp);
bool kpool_depot_at_limit(struct kpool *pool, struct kpool_depot *depot);
unsigned long kpool_depot_idle(struct kpool_depot *depot);
struct kpool_magazine *kpool_depot_take_victim(struct kpool_depot *depot,
					       unsigned long spare);
void kpool_depot_age(struct kpool_depot *depot);
void kpool_depot_take(struct kpool_depot *depot, enum kpool_take what,
		      unsigned long *spare, struct list_head *to);
unsigned long kpool_stock(struct kpool *pool);
bool kpool_stock_short(struct kpool *pool);
unsigned long kpool_stock_spare(struct kpool *pool);
void kpool_stock_check_slow(struct kpool *pool);

/*
 * Call after objects were taken out of the depots or the reserve.  Any context
 * but NMI.
 */
static inline void kpool_stock_check(struct kpool *pool)
{
	if (pool->builds_ahead)
		kpool_stock_check_slow(pool);
}

/* object.c */
int kpool_object_node(void *obj);
void *kpool_object_build(struct kpool *pool, gfp_t gfp);
void *kpool_object_build_granted(struct kpool *pool, gfp_t gfp);
void kpool_object_destroy(struct kpool *pool, void *obj);
void kpool_deferred_init(struct kpool *pool);
void kpool_deferred_wait(struct kpool *pool);

/* slots.c */
int kpool_slots_create(struct kpool *pool);
void *kpool_slots_search(struct kpool *pool, const struct cpumask *cpus);
bool kpool_slots_put_any(struct kpool *pool, void *obj);
void *kpool_slots_take(struct kpool *pool, int cpu);
bool kpool_slots_return(struct kpool *pool, int cpu, void *obj);
unsigned int kpool_slots_level(struct kpool *pool, int cpu);

/* cache.c */

/* The result of an attempt to cache an object. */
enum kpool_put_result {
	KPOOL_PUT_DONE,
	KPOOL_PUT_DIVERTED,	/* not cached: a waiter or the reserve needs it */
	KPOOL_PUT_NO_ROOM,	/* not cached: an empty magazine is missing */
	KPOOL_PUT_OVERFLOW,	/* not cached: the pool has enough idle objects */
};

void *kpool_cache_get(struct kpool *pool);
void *kpool_cache_get_nmi(struct kpool *pool);
void *kpool_cache_get_far(struct kpool *pool);
void *kpool_cache_get_elsewhere(struct kpool *pool);
enum kpool_put_result kpool_cache_put(struct kpool *pool, void *obj);
enum kpool_put_result kpool_cache_put_node(struct kpool *pool, int node,
					   void *obj);
void kpool_cpu_collect(struct kpool_cpu *cpu, struct list_head *found);
void kpool_shared_collect(struct kpool *pool, int cpu, struct list_head *found);

/* reserve.c */
int kpool_reserve_alloc(struct kpool *pool);
void kpool_reserve_destroy(struct kpool *pool);

/* put.c */
void kpool_serve_waiters(struct kpool *pool);
void kpool_keep(struct kpool *pool, void *obj);
int kpool_keep_new(struct kpool *pool, void *obj, gfp_t gfp);
void kpool_put_init(struct kpool *pool);

/* wait.c */
void *kpool_wait(struct kpool *pool, gfp_t gfp, unsigned int state);

/* reclaim.c */
void kpool_flush(struct kpool *pool);
void kpool_reclaim_pool_init(struct kpool *pool);
void kpool_gc_start(void);
void kpool_gc_all(void);
void kpool_trim_all(void);
unsigned long kpool_drain_all(void);
unsigned long kpool_dispose(struct kpool *pool,
			    struct kpool_magazine *magazine);
int kpool_reclaim_init(void);
void kpool_reclaim_exit(void);

/* stock.c */
void kpool_stock_init(struct kpool *pool);
int kpool_stock_fill(struct kpool *pool);
void kpool_stock_close(struct kpool *pool);

/* shrink.c */
int kpool_shrink_init(void);
void kpool_shrink_exit(void);

/* trim.c */
void kpool_trim_init(void);
void kpool_trim_exit(void);

/* pool.c */
int kpool_core_init(const struct kpool_observer *observer);
void kpool_core_exit(void);

#endif /* _KPOOL_CORE_INTERNAL_H */

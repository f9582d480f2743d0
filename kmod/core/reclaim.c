// SPDX-License-Identifier: GPL-2.0
/*
 * Cycles: how idle objects, in CPU caches too, are found and freed.
 *
 * A cycle takes the objects out of the CPU caches in three steps: kpool_flip(),
 * a grace period, kpool_collect().  What it then frees depends on enum
 * kpool_cycle.  "Flushing the CPU caches" in Documentation/internals/engine.rst
 * explains both.
 *
 * A pool takes part in one cycle at a time (kpool_cycle_begin()), which then owns
 * its sets of CPU caches.  That lasts for a grace period, and no hook runs
 * meanwhile: what a cycle frees is torn down afterwards, by the caller or, if the
 * cycle was over all pools, by a worker of each pool.  So a pool whose hooks are
 * slow delays no other.
 *
 * Process context.  May call wait.c and below.
 */
#include <linux/cpuhotplug.h>
#include <linux/export.h>
#include <linux/mutex.h>
#include <linux/topology.h>
#include <linux/wait_bit.h>

#include "internal.h"

enum kpool_cycle {
	KPOOL_CYCLE_FLUSH,	/* collect CPU caches, free nothing */
	KPOOL_CYCLE_TRIM,	/* free magazines not needed recently */
	KPOOL_CYCLE_AGE,	/* free victims, turn the rest into victims */
	KPOOL_CYCLE_DRAIN,	/* free all but reserve and stock */
};

/* One cycle over all pools at a time, so that two do not wait for each other. */
static DEFINE_MUTEX(kpool_cycle_all_lock);
/* Bytes freed by all cycles; may wrap. */
static atomic_long_t kpool_cycle_bytes;
static int kpool_cpu_state;

/**
 * kpool_dispose() - free a magazine and the objects in it
 * @pool: the pool
 * @magazine: a magazine that belongs to the caller
 *
 * Context: Any but NMI; exit hooks run in the same context.
 * Return: The number of objects freed.
 */
unsigned long kpool_dispose(struct kpool *pool, struct kpool_magazine *magazine)
{
	unsigned long freed = 0;

	while (magazine->level) {
		void *obj = kpool_magazine_pop(magazine);

		/* The reserve may have become short since the last put. */
		if (kpool_puts_diverted(pool) && kpool_offer(pool, obj))
			continue;
		kpool_object_destroy(pool, obj);
		freed++;
	}
	kpool_magazine_free(magazine);
	kpool_count_many(pool, KPOOL_GC_FREED, freed);
	return freed;
}

static unsigned long kpool_dispose_all(struct kpool *pool,
				       struct list_head *magazines)
{
	struct kpool_magazine *magazine, *next;
	unsigned long freed = 0;

	list_for_each_entry_safe(magazine, next, magazines, node) {
		freed += kpool_dispose(pool, magazine);
		cond_resched();
	}
	return freed;
}

static void kpool_flip(struct kpool *pool)
{
	struct kpool_cpu __percpu *old = pool->cpu;
	int other = old == pool->cpu_sets[0];

	if (pool->slots)
		return;
	WRITE_ONCE(pool->flushing_set, old);
	/*
	 * Pairs with the address dependency in kpool_cpu_enter(): a user of
	 * this set sees what kpool_cpu_collect() left in it.
	 */
	smp_store_release(&pool->cpu, pool->cpu_sets[other]);
}

/* Hand a list of magazines to the depot of @cpu's node. */
static void kpool_deposit(struct kpool *pool, int cpu, struct list_head *found)
{
	struct kpool_depot *depot = pool->depots[cpu_to_mem(cpu)];
	struct kpool_magazine *magazine, *next;

	list_for_each_entry_safe(magazine, next, found, node)
		kpool_depot_put(depot, magazine);
}

/* Move an object from a slot to the depot of @cpu's node. */
static bool kpool_deposit_one(struct kpool *pool, int cpu, void *obj)
{
	int node = cpu_to_mem(cpu);

	if (kpool_depot_put_one(pool, pool->depots[node], obj))
		return true;
	return kpool_depot_grow(pool, node, GFP_NOWAIT | __GFP_NOWARN) &&
	       kpool_depot_put_one(pool, pool->depots[node], obj);
}

/* In a pool with a maximum: empty the slots of @cpu. */
static void kpool_collect_slots(struct kpool *pool, int cpu)
{
	unsigned int i;
	void *obj;

	/* Not more often than there are slots: the CPU may be filling them. */
	for (i = 0; i < pool->nr_slots; i++) {
		obj = kpool_slots_take(pool, cpu);
		if (!obj)
			return;
		if (kpool_deposit_one(pool, cpu, obj))
			continue;
		/* There is no memory for a magazine: leave the rest. */
		if (!kpool_slots_return(pool, cpu, obj))
			kpool_object_destroy(pool, obj);
		return;
	}
}

/* After the grace period: empty the old set and the shared slots. */
static void kpool_collect(struct kpool *pool)
{
	struct kpool_cpu __percpu *flushed = pool->flushing_set;
	int cpu;

	if (pool->slots) {
		for_each_possible_cpu(cpu)
			kpool_collect_slots(pool, cpu);
		return;
	}
	for_each_possible_cpu(cpu) {
		LIST_HEAD(found);

		kpool_cpu_collect(per_cpu_ptr(flushed, cpu), &found);
		/*
		 * A put may have read put_limit before it changed, and the set
		 * after that.  Now none can use either set.
		 */
		if (READ_ONCE(pool->destroyed))
			kpool_cpu_collect(per_cpu_ptr(pool->cpu, cpu), &found);
		kpool_shared_collect(pool, cpu, &found);
		kpool_deposit(pool, cpu, &found);
	}
	WRITE_ONCE(pool->flushing_set, NULL);
}

/* The magazines that a cycle takes out of the depots. */
static enum kpool_take kpool_cycle_takes(enum kpool_cycle cycle)
{
	switch (cycle) {
	case KPOOL_CYCLE_TRIM:
		return KPOOL_TAKE_UNUSED;
	case KPOOL_CYCLE_AGE:
		return KPOOL_TAKE_VICTIMS;
	default:
		return KPOOL_TAKE_ALL;
	}
}

/* Wait until no other cycle uses @pool. */
static void kpool_cycle_begin(struct kpool *pool)
{
	wait_on_bit_lock(&pool->cycling, 0, TASK_UNINTERRUPTIBLE);
}

static void kpool_cycle_end(struct kpool *pool)
{
	clear_and_wake_up_bit(0, &pool->cycling);
}

/* Add to @doomed what this cycle frees, but not a fixed pool's stock. */
static void kpool_clear(struct kpool *pool, enum kpool_cycle cycle,
			struct list_head *doomed)
{
	unsigned long spare = kpool_stock_spare(pool);
	int node;

	if (cycle == KPOOL_CYCLE_FLUSH)
		return;
	for_each_node(node) {
		struct kpool_depot *depot = pool->depots[node];

		kpool_depot_take(depot, kpool_cycle_takes(cycle), &spare,
				 doomed);
		if (cycle == KPOOL_CYCLE_AGE)
			kpool_depot_age(depot);
	}
	if (cycle != KPOOL_CYCLE_TRIM) {
		kpool_magazines_restore(pool);
		WRITE_ONCE(pool->gc_cycles, pool->gc_cycles + 1);
	}
}

/* After the grace period: collect and clear. */
static void kpool_cycle_finish(struct kpool *pool, enum kpool_cycle cycle,
			       struct list_head *doomed)
{
	kpool_collect(pool);
	kpool_clear(pool, cycle, doomed);
	kpool_cycle_end(pool);
	kpool_serve_waiters(pool);
}

/* The bytes of @freed objects, unless their teardown is deferred. */
static unsigned long kpool_bytes_freed(struct kpool *pool, unsigned long freed)
{
	return pool->flags & KPOOL_F_DEFER_EXIT ? 0 : freed * pool->size;
}

/* Tear down what a cycle frees. */
static unsigned long kpool_cycle_dispose(struct kpool *pool,
					 struct list_head *doomed)
{
	unsigned long freed = kpool_dispose_all(pool, doomed);

	atomic_long_add(kpool_bytes_freed(pool, freed), &kpool_cycle_bytes);
	/* Others may have taken what this cycle left. */
	kpool_stock_check(pool);
	return freed;
}

static unsigned long kpool_cycle_one(struct kpool *pool, enum kpool_cycle cycle)
{
	LIST_HEAD(doomed);

	kpool_cycle_begin(pool);
	kpool_flip(pool);
	/* Pairs with the sections from kpool_cpu_enter() to _exit(). */
	synchronize_rcu();
	kpool_cycle_finish(pool, cycle, &doomed);
	return kpool_cycle_dispose(pool, &doomed);
}

/* Wait until the objects of @pool that cycles over all pools have freed are gone. */
static void kpool_dispose_wait(struct kpool *pool)
{
	/* A hook that runs in the worker cannot wait for itself. */
	if (current_work() != &pool->dispose_work)
		flush_work(&pool->dispose_work);
}

/* Move the objects in CPU caches to the depots, where all CPUs reach them. */
void kpool_flush(struct kpool *pool)
{
	kpool_cycle_one(pool, KPOOL_CYCLE_FLUSH);
}

/**
 * kpool_gc() - run one clearing cycle over a pool
 * @pool: the pool
 *
 * Frees the victims, and turns all objects that are idle now, in CPU caches
 * too, into victims.  A victim that is used again is no longer one.  The
 * reserve stays.
 *
 * Context: Process context, sleeps for an RCU grace period, and until teardowns
 *	that were deferred so far are done.
 * Return: The number of objects freed.
 */
unsigned long kpool_gc(struct kpool *pool)
{
	unsigned long freed = kpool_cycle_one(pool, KPOOL_CYCLE_AGE);

	kpool_dispose_wait(pool);
	kpool_deferred_wait(pool);
	return freed;
}
EXPORT_SYMBOL_GPL(kpool_gc);

/**
 * kpool_drain() - free all idle objects, except the reserve
 * @pool: the pool
 *
 * A pool with %KPOOL_F_FIXED also keeps its stock up to the low-water mark.
 * On return, the objects that the shrinker was freeing are gone as well, and
 * their exit hooks have run.
 *
 * Context: Process context, sleeps for two RCU grace periods, and until the
 *	teardowns that were deferred so far are done.
 * Return: The number of objects freed, not counting the shrinker's.
 */
unsigned long kpool_drain(struct kpool *pool)
{
	unsigned long freed = kpool_cycle_one(pool, KPOOL_CYCLE_DRAIN);

	/* Pairs with the section in kpool_shrink_scan(). */
	synchronize_rcu();
	kpool_dispose_wait(pool);
	kpool_deferred_wait(pool);
	return freed;
}
EXPORT_SYMBOL_GPL(kpool_drain);

/*
 * Search the CPU caches for the waiters.  From the moment that the first was
 * queued, every put offers its object to the queue, except those that read
 * put_limit just before.  These have ended after a grace period, so the flush
 * finds their objects.  If the flush came first, a put that had read the old
 * limit could cache its object in the new set, which the flush does not search.
 */
static void kpool_flush_worker(struct work_struct *work)
{
	struct kpool *pool = container_of(work, struct kpool, flush_work);

	/* Pairs with the section in kpool_cpu_put(). */
	synchronize_rcu();
	kpool_flush(pool);
}

static void kpool_dispose_worker(struct work_struct *work)
{
	struct kpool *pool = container_of(work, struct kpool, dispose_work);
	LIST_HEAD(doomed);

	raw_spin_lock_irq(&pool->lock);
	list_splice_init(&pool->doomed, &doomed);
	raw_spin_unlock_irq(&pool->lock);
	kpool_cycle_dispose(pool, &doomed);
}

void kpool_reclaim_pool_init(struct kpool *pool)
{
	INIT_WORK(&pool->flush_work, kpool_flush_worker);
	INIT_WORK(&pool->dispose_work, kpool_dispose_worker);
	INIT_LIST_HEAD(&pool->doomed);
}

/* Have the worker of @pool tear down what a cycle over all pools frees. */
static void kpool_dispose_later(struct kpool *pool, struct list_head *doomed)
{
	if (list_empty(doomed))
		return;
	raw_spin_lock_irq(&pool->lock);
	list_splice_tail(doomed, &pool->doomed);
	raw_spin_unlock_irq(&pool->lock);
	queue_work(kpool_reclaim_workqueue, &pool->dispose_work);
}

/* One cycle over all pools, with one grace period for all of them. */
static void kpool_cycle_all(enum kpool_cycle cycle)
{
	struct kpool *pool, *next;
	LIST_HEAD(pools);

	mutex_lock(&kpool_cycle_all_lock);
	for (pool = kpool_registry_next(NULL); pool;
	     pool = kpool_registry_next(pool)) {
		refcount_inc(&pool->refs);
		kpool_cycle_begin(pool);
		list_add_tail(&pool->cycle, &pools);
		kpool_flip(pool);
	}
	/* Pairs with the sections from kpool_cpu_enter() to _exit(). */
	if (!list_empty(&pools))
		synchronize_rcu();
	list_for_each_entry_safe(pool, next, &pools, cycle) {
		LIST_HEAD(doomed);

		kpool_cycle_finish(pool, cycle, &doomed);
		kpool_dispose_later(pool, &doomed);
		kpool_registry_put(pool);
		cond_resched();
	}
	mutex_unlock(&kpool_cycle_all_lock);
}

/* Wait until the objects that cycles over all pools have freed are gone. */
static void kpool_dispose_wait_all(void)
{
	struct kpool *pool;

	for (pool = kpool_registry_next(NULL); pool;
	     pool = kpool_registry_next(pool))
		kpool_dispose_wait(pool);
}

/* One clearing cycle over all pools, which tears down a little later. */
void kpool_gc_start(void)
{
	kpool_cycle_all(KPOOL_CYCLE_AGE);
}

/* One clearing cycle over all pools. */
void kpool_gc_all(void)
{
	kpool_gc_start();
	kpool_dispose_wait_all();
}

/* Trim all pools to their working set. */
void kpool_trim_all(void)
{
	kpool_cycle_all(KPOOL_CYCLE_TRIM);
}

/*
 * Drain all pools.  Return the bytes freed meanwhile, by any cycle: a cycle
 * that this had to wait for may have left nothing to free.
 */
unsigned long kpool_drain_all(void)
{
	unsigned long before = atomic_long_read(&kpool_cycle_bytes);

	kpool_cycle_all(KPOOL_CYCLE_DRAIN);
	kpool_dispose_wait_all();
	return atomic_long_read(&kpool_cycle_bytes) - before;
}

/*
 * The CPU is dead and runs no code any more: give its objects to the depot of
 * its node.
 */
static int kpool_cpu_dead(unsigned int cpu)
{
	struct kpool *pool;
	int set;

	for (pool = kpool_registry_next(NULL); pool;
	     pool = kpool_registry_next(pool)) {
		LIST_HEAD(found);

		/* All CPUs reach the slots, also those of dead ones. */
		if (pool->slots)
			continue;
		kpool_cycle_begin(pool);
		for (set = 0; set < ARRAY_SIZE(pool->cpu_sets); set++)
			kpool_cpu_collect(per_cpu_ptr(pool->cpu_sets[set], cpu),
					  &found);
		kpool_shared_collect(pool, cpu, &found);
		kpool_deposit(pool, cpu, &found);
		kpool_cycle_end(pool);
	}
	return 0;
}

int kpool_reclaim_init(void)
{
	int err;

	err = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "kpool:dead",
					NULL, kpool_cpu_dead);
	if (err < 0)
		return err;
	kpool_cpu_state = err;
	return 0;
}

void kpool_reclaim_exit(void)
{
	cpuhp_remove_state_nocalls(kpool_cpu_state);
}

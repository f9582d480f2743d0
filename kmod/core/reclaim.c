// SPDX-License-Identifier: GPL-2.0
/*
 * Giving memory back: clearing cycles, draining, the shrinker, CPU hotplug.
 *
 * A clearing cycle frees the victims and makes victims of what is idle now, as
 * Go's pools do at a garbage collection: two cycles empty a pool that nobody
 * uses, one does not.  A cycle goes
 *
 *	flip		the pool's gets and puts continue on the other set of
 *			CPU caches, which is empty
 *	grace period	one for all pools of the cycle; then nobody is left
 *			that works on the old set (each section with preemption
 *			off is an RCU reader), and no CPU had to be interrupted
 *	collect		the old set's magazines and the shared slots go to the
 *			depots
 *	age		victims are freed, full magazines become victims
 *
 * A trim, which runs every trim_interval, does not age: after collecting it
 * frees the full magazines that nobody needed since the last trim, as illumos'
 * kmem and FreeBSD's UMA do.  As CPU caches are collected each time, what an
 * idle CPU holds is found out one interval later.
 *
 * kpool_reclaim_lock lets one cycle run at a time; it protects which set of
 * CPU caches is live.  Exit hooks run under it, which they may because they
 * must not sleep; those that do run in the pool's worker, see object.c.
 *
 * The shrinker never waits: it frees from the depots at once, and has a worker
 * run a cycle for what lies in CPU caches.  The OOM notifier, the last resort,
 * does wait, and gives away all that may be.
 */
#include <kpool/compat.h>
#include <linux/cpuhotplug.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/oom.h>
#include <linux/shrinker.h>
#include <linux/topology.h>

#include "internal.h"

enum kpool_cycle {
	KPOOL_CYCLE_FLUSH,	/* collect CPU caches, free nothing */
	KPOOL_CYCLE_TRIM,	/* free what was not needed of late */
	KPOOL_CYCLE_AGE,	/* free victims, turn the rest into victims */
	KPOOL_CYCLE_DRAIN,	/* free all but the reserve */
};

/* The least time between two cycles that the shrinker asks for. */
#define KPOOL_SHRINK_INTERVAL	HZ

static DEFINE_MUTEX(kpool_reclaim_lock);
/* What all cycles freed, under kpool_reclaim_lock; goes round and round. */
static unsigned long kpool_cycle_bytes;
static struct shrinker *kpool_shrinker;

/* Frees @magazine and what it holds; the number of objects freed. */
static unsigned long kpool_dispose_one(struct kpool *pool,
				       struct kpool_magazine *magazine)
{
	unsigned long freed = 0;

	while (magazine->level) {
		void *obj = kpool_magazine_pop(magazine);

		/* The reserve may have run short since the last put. */
		if (kpool_reserve_offer(pool, obj))
			continue;
		kpool_object_destroy(pool, obj);
		freed++;
	}
	kpool_magazine_free(magazine);
	kpool_count_many(pool, KPOOL_GC_FREED, freed);
	return freed;
}

static unsigned long kpool_dispose(struct kpool *pool,
				   struct list_head *magazines)
{
	struct kpool_magazine *magazine, *next;
	unsigned long freed = 0;

	list_for_each_entry_safe(magazine, next, magazines, node) {
		freed += kpool_dispose_one(pool, magazine);
		cond_resched();
	}
	return freed;
}

static void kpool_flip(struct kpool *pool)
{
	struct kpool_cpu __percpu *old = pool->cpu;
	int other = old == pool->cpu_sets[0];

	WRITE_ONCE(pool->retiring, old);
	/*
	 * Pairs with the address dependency in kpool_cpu_enter(): who uses
	 * this set sees what kpool_cpu_collect() left in it.
	 */
	smp_store_release(&pool->cpu, pool->cpu_sets[other]);
}

/* Hands a list of magazines to the depot of @cpu's node. */
static void kpool_deposit(struct kpool *pool, int cpu, struct list_head *found)
{
	struct kpool_depot *depot = pool->depots[cpu_to_mem(cpu)];
	struct kpool_magazine *magazine, *next;

	list_for_each_entry_safe(magazine, next, found, node)
		kpool_depot_put(depot, magazine);
}

/* After the grace period: the retired set and the shared slots are emptied. */
static void kpool_collect(struct kpool *pool)
{
	struct kpool_cpu __percpu *retired = pool->retiring;
	int cpu;

	for_each_possible_cpu(cpu) {
		LIST_HEAD(found);

		kpool_cpu_collect(per_cpu_ptr(retired, cpu), &found);
		kpool_shared_collect(pool, cpu, &found);
		kpool_deposit(pool, cpu, &found);
	}
	WRITE_ONCE(pool->retiring, NULL);
}

/* What a cycle takes out of the depots. */
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

/* Frees what the cycle takes, but for what a fixed pool keeps. */
static unsigned long kpool_clear(struct kpool *pool, enum kpool_cycle cycle)
{
	unsigned long spare = kpool_stock_spare(pool);
	unsigned long freed = 0;
	int node;

	if (cycle == KPOOL_CYCLE_FLUSH)
		return 0;
	for_each_node(node) {
		struct kpool_depot *depot = pool->depots[node];
		LIST_HEAD(doomed);

		kpool_depot_take(depot, kpool_cycle_takes(cycle), &spare,
				 &doomed);
		if (cycle == KPOOL_CYCLE_AGE)
			kpool_depot_age(depot);
		freed += kpool_dispose(pool, &doomed);
	}
	if (cycle != KPOOL_CYCLE_TRIM) {
		kpool_restore_magazines(pool);
		WRITE_ONCE(pool->gc_cycles, pool->gc_cycles + 1);
	}
	return freed;
}

/* How much memory @freed objects were, as far as they are gone already. */
static unsigned long kpool_bytes_freed(struct kpool *pool, unsigned long freed)
{
	return pool->flags & KPOOL_F_DEFER_EXIT ? 0 : freed * pool->size;
}

/* One cycle over @pools, linked by their member cycle.  May sleep. */
static unsigned long kpool_run_cycle(struct list_head *pools,
				     enum kpool_cycle cycle)
{
	unsigned long freed = 0;
	struct kpool *pool;

	lockdep_assert_held(&kpool_reclaim_lock);
	list_for_each_entry(pool, pools, cycle)
		kpool_flip(pool);
	/* Pairs with the sections from kpool_cpu_enter() to _exit(). */
	synchronize_rcu();
	list_for_each_entry(pool, pools, cycle) {
		unsigned long cleared;

		kpool_collect(pool);
		cleared = kpool_clear(pool, cycle);
		freed += cleared;
		WRITE_ONCE(kpool_cycle_bytes, kpool_cycle_bytes +
			   kpool_bytes_freed(pool, cleared));
		kpool_serve_waiters(pool);
		cond_resched();
	}
	return freed;
}

static unsigned long kpool_cycle_one(struct kpool *pool, enum kpool_cycle cycle)
{
	unsigned long freed;
	LIST_HEAD(pools);

	mutex_lock(&kpool_reclaim_lock);
	list_add(&pool->cycle, &pools);
	freed = kpool_run_cycle(&pools, cycle);
	mutex_unlock(&kpool_reclaim_lock);
	return freed;
}

/* Brings what lies in CPU caches to where others can get it.  May sleep. */
void kpool_flush(struct kpool *pool)
{
	kpool_cycle_one(pool, KPOOL_CYCLE_FLUSH);
}

/**
 * kpool_gc() - run one clearing cycle over a pool
 * @pool: the pool
 *
 * Frees the victims, and turns all that is idle now, in CPU caches too, into
 * victims.  A victim that is used again is one no more.  The reserve stays.
 *
 * Context: Process context, sleeps for an RCU grace period, and until exits
 *	that were deferred so far are done.
 * Return: The number of objects freed.
 */
unsigned long kpool_gc(struct kpool *pool)
{
	unsigned long freed = kpool_cycle_one(pool, KPOOL_CYCLE_AGE);

	kpool_retire_flush(pool);
	return freed;
}
EXPORT_SYMBOL_GPL(kpool_gc);

/**
 * kpool_drain() - free all that is idle, except the reserve
 * @pool: the pool
 *
 * A pool with %KPOOL_F_FIXED also keeps its stock up to the low-water mark.
 * On return also what the shrinker was about to free is gone, exit hooks and
 * all.
 *
 * Context: Process context, sleeps for two RCU grace periods, and until exits
 *	that were deferred so far are done.
 * Return: The number of objects freed, not counting the shrinker's.
 */
unsigned long kpool_drain(struct kpool *pool)
{
	unsigned long freed = kpool_cycle_one(pool, KPOOL_CYCLE_DRAIN);

	/* Pairs with the section in kpool_shrink_scan(). */
	synchronize_rcu();
	kpool_retire_flush(pool);
	return freed;
}
EXPORT_SYMBOL_GPL(kpool_drain);

static void kpool_cycle_all(enum kpool_cycle cycle)
{
	struct kpool *pool, *next;
	LIST_HEAD(pools);

	mutex_lock(&kpool_reclaim_lock);
	for (pool = kpool_next(NULL); pool; pool = kpool_next(pool)) {
		refcount_inc(&pool->refs);
		list_add_tail(&pool->cycle, &pools);
	}
	if (!list_empty(&pools))
		kpool_run_cycle(&pools, cycle);
	list_for_each_entry_safe(pool, next, &pools, cycle)
		kpool_put_ref(pool);
	mutex_unlock(&kpool_reclaim_lock);
}

/* One clearing cycle over all pools. */
void kpool_gc_all(void)
{
	kpool_cycle_all(KPOOL_CYCLE_AGE);
}

/*
 * Cycles that the shrinker has asked for and that have not begun.  Two empty
 * whatever is not used, so more are not remembered.
 */
static atomic_t kpool_cycles_wanted;
/* When the last of them began, in jiffies. */
static unsigned long kpool_cycle_began;

static void kpool_reclaim_worker(struct work_struct *work);
static DECLARE_DELAYED_WORK(kpool_reclaim_work, kpool_reclaim_worker);

/* Any context in which the shrinker may run: nothing is waited for. */
static void kpool_want_cycle(void)
{
	unsigned long next = READ_ONCE(kpool_cycle_began) +
			     KPOOL_SHRINK_INTERVAL;
	unsigned long now = jiffies;

	atomic_add_unless(&kpool_cycles_wanted, 1, 2);
	queue_delayed_work(kpool_workqueue, &kpool_reclaim_work,
			   time_in_range(now, next - KPOOL_SHRINK_INTERVAL,
					 next) ? next - now : 0);
}

static void kpool_reclaim_worker(struct work_struct *work)
{
	WRITE_ONCE(kpool_cycle_began, jiffies);
	if (atomic_dec_if_positive(&kpool_cycles_wanted) > 0)
		queue_delayed_work(kpool_workqueue, &kpool_reclaim_work,
				   KPOOL_SHRINK_INTERVAL);
	kpool_gc_all();
}

static unsigned int kpool_trim_interval = 15;
/* Protected by kernel_param_lock(), which a change of the interval holds. */
static bool kpool_trim_ready;

static void kpool_trim_worker(struct work_struct *work);
/* Not deferrable: its timer may be on a CPU that sleeps while others work. */
static DECLARE_DELAYED_WORK(kpool_trim_work, kpool_trim_worker);

static void kpool_trim_arm(void)
{
	unsigned int interval = READ_ONCE(kpool_trim_interval);

	if (interval)
		mod_delayed_work(kpool_workqueue, &kpool_trim_work,
				 interval * HZ);
	else
		cancel_delayed_work(&kpool_trim_work);
}

static void kpool_trim_worker(struct work_struct *work)
{
	kpool_cycle_all(KPOOL_CYCLE_TRIM);
	kpool_trim_arm();
}

static int kpool_trim_interval_set(const char *value,
				   const struct kernel_param *param)
{
	int err = param_set_uint_minmax(value, param, 0, 3600);

	/* A parameter of insmod comes before there is a workqueue. */
	if (!err && kpool_trim_ready)
		kpool_trim_arm();
	return err;
}

static const struct kernel_param_ops kpool_trim_interval_ops = {
	.set = kpool_trim_interval_set,
	.get = param_get_uint,
};

module_param_cb(trim_interval, &kpool_trim_interval_ops, &kpool_trim_interval,
		0644);
MODULE_PARM_DESC(trim_interval,
		 "Seconds between trims to the working set, up to 3600; 0: none (default 15)");

/*
 * Shrinker: how many objects of this node can be freed at once.  What lies in
 * CPU caches can't, so it is not counted, but a cycle is under way for it.
 */
static unsigned long kpool_shrink_count(struct shrinker *shrinker,
					struct shrink_control *control)
{
	unsigned long count = 0;
	struct kpool *pool;

	rcu_read_lock();
	list_for_each_entry_rcu(pool, &kpool_pools, list) {
		unsigned long spare = kpool_stock_spare(pool);

		/* What is left of a fixed pool may be one magazine, or two. */
		if (spare >= READ_ONCE(pool->magazine_size))
			count += min(kpool_depot_idle(pool->depots[control->nid]),
				     spare);
	}
	rcu_read_unlock();
	if (!list_empty(&kpool_pools))
		kpool_want_cycle();
	return count ?: SHRINK_EMPTY;
}

/*
 * Frees victims of one pool and node, at least @wanted if there are so many.
 * Where there are none, makes some of what is full: who is scanned twice with
 * no use in between loses it.
 */
static unsigned long kpool_shrink_pool(struct kpool *pool, int node,
				       unsigned long wanted)
{
	struct kpool_depot *depot = pool->depots[node];
	struct kpool_magazine *magazine;
	unsigned long freed = 0;

	while (freed < wanted) {
		magazine = kpool_depot_take_victim(depot,
						   kpool_stock_spare(pool));
		if (!magazine) {
			kpool_depot_age(depot);
			break;
		}
		freed += kpool_dispose_one(pool, magazine);
	}
	return freed;
}

static unsigned long kpool_shrink_scan(struct shrinker *shrinker,
				       struct shrink_control *control)
{
	unsigned long freed = 0;
	struct kpool *pool;

	rcu_read_lock();
	list_for_each_entry_rcu(pool, &kpool_pools, list) {
		if (freed >= control->nr_to_scan)
			break;
		freed += kpool_shrink_pool(pool, control->nid,
					   control->nr_to_scan - freed);
	}
	rcu_read_unlock();
	return freed;
}

/* For how long memory that was given away should have helped. */
#define KPOOL_OOM_INTERVAL	HZ

/*
 * Out of memory: everything but reserves goes, so that nobody is killed.  Not
 * for ever: pools that are in use fill up again each time, and if that keeps
 * the machine out of memory, somebody has to be killed after all.  oom_lock is
 * held, so there is one at a time.
 */
static int kpool_oom(struct notifier_block *block, unsigned long unused,
		     void *freed)
{
	unsigned long before = READ_ONCE(kpool_cycle_bytes);
	unsigned long pages;
	static u64 helped;
	u64 now;

	kpool_cycle_all(KPOOL_CYCLE_DRAIN);
	now = get_jiffies_64();
	/* A cycle that we had to wait for counts: it left nothing for ours. */
	pages = (READ_ONCE(kpool_cycle_bytes) - before) >> PAGE_SHIFT;
	if (!pages || time_before64(now, helped + KPOOL_OOM_INTERVAL))
		return NOTIFY_OK;
	helped = now;
	/* Any at all makes the allocation try again. */
	*(unsigned long *)freed += pages;
	return NOTIFY_OK;
}

static struct notifier_block kpool_oom_block = {
	.notifier_call = kpool_oom,
};

/*
 * The CPU is gone, nothing runs there any more; what it held goes to its
 * node's depot.
 */
static int kpool_cpu_dead(unsigned int cpu)
{
	struct kpool *pool;
	int set;

	mutex_lock(&kpool_reclaim_lock);
	for (pool = kpool_next(NULL); pool; pool = kpool_next(pool)) {
		LIST_HEAD(found);

		for (set = 0; set < ARRAY_SIZE(pool->cpu_sets); set++)
			kpool_cpu_collect(per_cpu_ptr(pool->cpu_sets[set], cpu),
					  &found);
		kpool_shared_collect(pool, cpu, &found);
		kpool_deposit(pool, cpu, &found);
	}
	mutex_unlock(&kpool_reclaim_lock);
	return 0;
}

static int kpool_cpu_state;

int kpool_reclaim_init(void)
{
	int err;

	err = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "kpool:dead",
					NULL, kpool_cpu_dead);
	if (err < 0)
		return err;
	kpool_cpu_state = err;
	kpool_shrinker = kpool_shrinker_register(kpool_shrink_count,
						 kpool_shrink_scan);
	if (!kpool_shrinker) {
		cpuhp_remove_state_nocalls(kpool_cpu_state);
		return -ENOMEM;
	}
	register_oom_notifier(&kpool_oom_block);
	kernel_param_lock(THIS_MODULE);
	kpool_trim_ready = true;
	kpool_trim_arm();
	kernel_param_unlock(THIS_MODULE);
	return 0;
}

void kpool_reclaim_exit(void)
{
	kernel_param_lock(THIS_MODULE);
	kpool_trim_ready = false;
	kernel_param_unlock(THIS_MODULE);
	unregister_oom_notifier(&kpool_oom_block);
	kpool_shrinker_unregister(kpool_shrinker);
	cancel_delayed_work_sync(&kpool_reclaim_work);
	cancel_delayed_work_sync(&kpool_trim_work);
	cpuhp_remove_state_nocalls(kpool_cpu_state);
}

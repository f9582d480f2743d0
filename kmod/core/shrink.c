// SPDX-License-Identifier: GPL-2.0
/*
 * The shrinker and the OOM notifier: memory is short.
 *
 * The shrinker never waits: it frees from the depots at once, and has a worker
 * run a clearing cycle for objects in CPU caches.  The OOM notifier, the last
 * resort, does wait, and frees everything that may be freed.
 *
 * The shrinker runs in any context that allocates memory, and reads the list of
 * pools under RCU; exit hooks run inside that reader.  May call reclaim.c and
 * below.
 */
#include <kpool/compat.h>
#include <linux/jiffies.h>
#include <linux/oom.h>
#include <linux/shrinker.h>

#include "internal.h"

/* Minimum time between two cycles that the shrinker asks for. */
#define KPOOL_SHRINK_INTERVAL	HZ

static struct shrinker *kpool_shrinker;

/*
 * Cycles that the shrinker has asked for and that have not begun.  Two cycles
 * free all objects that are not used, so more are not remembered.
 */
static atomic_t kpool_cycles_wanted;
/* When the last of them began, in jiffies. */
static unsigned long kpool_cycle_began;

static void kpool_reclaim_worker(struct work_struct *work);
static DECLARE_DELAYED_WORK(kpool_reclaim_work, kpool_reclaim_worker);

/* Any context in which the shrinker may run; does not wait. */
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
	kpool_gc_start();
}

/*
 * The number of objects of this node that can be freed at once.  Those in CPU
 * caches cannot, so they are not counted; a cycle is under way for them.
 */
static unsigned long kpool_shrink_count(struct shrinker *shrinker,
					struct shrink_control *control)
{
	unsigned long count = 0;
	struct kpool *pool;

	rcu_read_lock();
	list_for_each_entry_rcu(pool, &kpool_pools, list) {
		unsigned long spare = kpool_stock_spare(pool);

		/* A fixed pool keeps a stock, plus up to one magazine. */
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
 * Free victims of one pool and node, at least @wanted if there are so many.  If
 * there are none, turn the full magazines into victims: a pool that is scanned
 * twice without being used in between loses them.
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
		freed += kpool_dispose(pool, magazine);
	}
	/* Gets may have taken what the shrinker left. */
	kpool_stock_check(pool);
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

/* The time in which memory that was freed should have helped. */
#define KPOOL_OOM_INTERVAL	HZ

/*
 * Out of memory: free everything except reserves and stocks, so that no task
 * is killed.  But not forever: pools in use fill up again each time, and if that
 * keeps the machine out of memory, a task has to be killed after all.  oom_lock
 * is held, so only one call runs at a time.
 */
static int kpool_oom(struct notifier_block *block, unsigned long unused,
		     void *freed)
{
	unsigned long pages = kpool_drain_all() >> PAGE_SHIFT;
	u64 now = get_jiffies_64();
	static u64 helped;

	if (!pages || time_before64(now, helped + KPOOL_OOM_INTERVAL))
		return NOTIFY_OK;
	helped = now;
	/* Any number above 0 makes the allocation try again. */
	*(unsigned long *)freed += pages;
	return NOTIFY_OK;
}

static struct notifier_block kpool_oom_block = {
	.notifier_call = kpool_oom,
};

int kpool_shrink_init(void)
{
	kpool_shrinker = kpool_shrinker_register(kpool_shrink_count,
						 kpool_shrink_scan);
	if (!kpool_shrinker)
		return -ENOMEM;
	register_oom_notifier(&kpool_oom_block);
	return 0;
}

void kpool_shrink_exit(void)
{
	unregister_oom_notifier(&kpool_oom_block);
	kpool_shrinker_unregister(kpool_shrinker);
	cancel_delayed_work_sync(&kpool_reclaim_work);
}

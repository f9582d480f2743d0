// SPDX-License-Identifier: GPL-2.0
/*
 * The list of pools, and the resources that all pools share: the observer and
 * the workqueues.
 *
 * kpool_pools_lock protects changes of kpool_pools, which is read under that
 * lock or under RCU.  A pool stays in the list while a caller holds a reference
 * from kpool_registry_next(), and its memory stays for a grace period after it
 * left the list.  Changes are made in process context.  Calls nothing in core.
 */
#include <linux/mutex.h>

#include "internal.h"

LIST_HEAD(kpool_pools);
struct workqueue_struct *kpool_workqueue;
struct workqueue_struct *kpool_reclaim_workqueue;

static DEFINE_MUTEX(kpool_pools_lock);
static const struct kpool_observer *kpool_observer;

/*
 * Return the pool after @pool, whose reference is dropped, or the first one
 * after NULL; with a reference.  For a walk over all pools that may sleep at
 * each of them.
 */
struct kpool *kpool_registry_next(struct kpool *pool)
{
	struct kpool *next = pool;

	mutex_lock(&kpool_pools_lock);
	next = list_prepare_entry(next, &kpool_pools, list);
	list_for_each_entry_continue(next, &kpool_pools, list) {
		/* A pool that is being destroyed may still be listed. */
		if (refcount_inc_not_zero(&next->refs))
			break;
	}
	if (list_entry_is_head(next, &kpool_pools, list))
		next = NULL;
	mutex_unlock(&kpool_pools_lock);
	if (pool)
		kpool_registry_put(pool);
	return next;
}

/* Drop a reference from kpool_registry_next(). */
void kpool_registry_put(struct kpool *pool)
{
	if (refcount_dec_and_test(&pool->refs))
		complete(&pool->unused);
}

/* Add a new pool: return 0, or -EEXIST if its name is in use. */
int kpool_registry_add(struct kpool *pool)
{
	struct kpool *other;
	int err = 0;

	refcount_set(&pool->refs, 1);
	init_completion(&pool->unused);
	mutex_lock(&kpool_pools_lock);
	list_for_each_entry(other, &kpool_pools, list)
		if (!strcmp(other->name, pool->name))
			err = -EEXIST;
	if (!err)
		list_add_tail_rcu(&pool->list, &kpool_pools);
	mutex_unlock(&kpool_pools_lock);
	return err;
}

/* Remove a pool, and wait for callers that found it in the list. */
void kpool_registry_remove(struct kpool *pool)
{
	kpool_registry_put(pool);
	wait_for_completion(&pool->unused);
	mutex_lock(&kpool_pools_lock);
	list_del_rcu(&pool->list);
	mutex_unlock(&kpool_pools_lock);
}

void kpool_observe(struct kpool *pool)
{
	pool->observer_data = kpool_observer->created(pool);
}

void kpool_unobserve(struct kpool *pool)
{
	kpool_observer->destroyed(pool, pool->observer_data);
}

int kpool_registry_init(const struct kpool_observer *observer)
{
	kpool_observer = observer;
	/* Reclaim makes progress without it: the shrinker frees by itself. */
	kpool_workqueue = alloc_workqueue("kpool", WQ_UNBOUND, 0);
	if (!kpool_workqueue)
		return -ENOMEM;
	/* A task that writes memory out may wait for an object, see wait.c. */
	kpool_reclaim_workqueue = alloc_workqueue("kpool-reclaim",
						  WQ_UNBOUND | WQ_MEM_RECLAIM,
						  0);
	if (!kpool_reclaim_workqueue) {
		destroy_workqueue(kpool_workqueue);
		return -ENOMEM;
	}
	return 0;
}

void kpool_registry_exit(void)
{
	destroy_workqueue(kpool_reclaim_workqueue);
	destroy_workqueue(kpool_workqueue);
}

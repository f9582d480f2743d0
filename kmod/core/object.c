// SPDX-License-Identifier: GPL-2.0
/*
 * Building an object: memory, then the init hook; and tearing it down: the exit
 * hook, then memory.
 *
 * Owns the objects whose teardown is deferred to a worker: those of pools with
 * KPOOL_F_DEFER_EXIT, and on PREEMPT_RT those dropped where the slab allocator
 * may not be called.  A deferred object stays intact for its exit hook, so the
 * list links small nodes, not objects.  A node is set aside when an object is
 * built, so that deferring never fails.  pool->deferred_lock protects taking a
 * node; adding to the two lists needs no lock.
 *
 * Any context but NMI, with no spinlock held.  May call limit.c.
 */
#include <kpool/compat.h>
#include <linux/llist.h>
#include <linux/mm.h>
#include <linux/topology.h>

#include "internal.h"

struct kpool_deferred {
	struct llist_node node;
	void *obj;
	bool built;
};

/* May the teardown of this pool's objects have to wait for a worker? */
static bool kpool_may_defer(struct kpool *pool)
{
	return (pool->flags & KPOOL_F_DEFER_EXIT) ||
	       IS_ENABLED(CONFIG_PREEMPT_RT);
}

static struct kpool_deferred *kpool_deferred_take(struct kpool *pool)
{
	struct llist_node *node;
	unsigned long flags;

	raw_spin_lock_irqsave(&pool->deferred_lock, flags);
	node = llist_del_first(&pool->deferred_nodes);
	raw_spin_unlock_irqrestore(&pool->deferred_lock, flags);
	return llist_entry(node, struct kpool_deferred, node);
}

static bool kpool_deferred_prepare(struct kpool *pool, gfp_t gfp)
{
	struct kpool_deferred *deferred;

	if (!kpool_may_defer(pool))
		return true;
	deferred = kmalloc_obj(*deferred, gfp);
	if (!deferred)
		return false;
	llist_add(&deferred->node, &pool->deferred_nodes);
	return true;
}

/* The node from which the memory of a new object is requested. */
static int kpool_build_node(struct kpool *pool)
{
	return pool->flags & KPOOL_F_NUMA_LOCAL ? numa_mem_id() : NUMA_NO_NODE;
}

/* The node of an object's memory, which is in the linear mapping or from vmalloc(). */
int kpool_object_node(void *obj)
{
	struct page *page;

	if (is_vmalloc_addr(obj))
		page = vmalloc_to_page(obj);
	else
		page = virt_to_page(obj);
	return page_to_nid(page);
}

static void *kpool_memory_alloc(struct kpool *pool, gfp_t gfp)
{
	if (pool->ops.alloc)
		return pool->ops.alloc(pool->ctx, gfp, kpool_build_node(pool));
	if (pool->slab)
		return kmem_cache_alloc_node(pool->slab, gfp,
					     kpool_build_node(pool));
	return kmalloc_node(pool->size, gfp, kpool_build_node(pool));
}

static void kpool_memory_free(struct kpool *pool, void *obj)
{
	if (pool->ops.alloc)
		pool->ops.free(obj, pool->ctx);
	else if (pool->slab)
		kmem_cache_free(pool->slab, obj);
	else
		kfree(obj);
}

/*
 * Count an object that was torn down; the last access to a pool that has been
 * destroyed.  Once the pool is marked as destroyed, objects are counted apart,
 * and the last one frees the pool: the section with preemption off pairs with
 * the grace period in kpool_destroy(), after which the counter of the others does
 * not change any more.
 */
static void kpool_object_gone(struct kpool *pool)
{
	bool late;

	preempt_disable();
	late = READ_ONCE(pool->destroyed);
	if (!late)
		kpool_count(pool, KPOOL_DESTROYED);
	preempt_enable();
	if (late && !atomic_long_dec_return(&pool->leaked))
		queue_work(kpool_workqueue, &pool->free_work);
}

static void kpool_object_teardown(struct kpool *pool, void *obj, bool built)
{
	if (built && pool->ops.exit)
		pool->ops.exit(obj, pool->ctx);
	kpool_memory_free(pool, obj);
	if (built) {
		kpool_live_put(pool);
		kpool_object_gone(pool);
	} else {
		kpool_live_cancel(pool);
	}
}

/* Tear an object down that is @built, or whose init hook failed. */
static void kpool_object_drop(struct kpool *pool, void *obj, bool built)
{
	struct kpool_deferred *deferred;

	if (!kpool_may_defer(pool)) {
		kpool_object_teardown(pool, obj, built);
		return;
	}
	deferred = kpool_deferred_take(pool);
	if (!(pool->flags & KPOOL_F_DEFER_EXIT) && kpool_may_allocate()) {
		kfree(deferred);
		kpool_object_teardown(pool, obj, built);
		return;
	}
	deferred->obj = obj;
	deferred->built = built;
	atomic_long_inc(&pool->nr_deferred);
	if (llist_add(&deferred->node, &pool->deferred))
		queue_work(kpool_workqueue, &pool->deferred_work);
}

/**
 * kpool_object_build_granted() - build a new object, with the right to do so
 * @pool: the pool
 * @gfp: passed to the allocator and the init hook
 *
 * The caller holds the right from kpool_live_get(); on failure it is released.
 *
 * Context: Any that @gfp allows and in which memory may be allocated.
 * Return: The object, counted as built and in use, or NULL.
 */
void *kpool_object_build_granted(struct kpool *pool, gfp_t gfp)
{
	void *obj;

	/* The node first: once there is an object, this must not fail. */
	if (!kpool_deferred_prepare(pool, gfp))
		goto fail;
	obj = kpool_memory_alloc(pool, gfp);
	if (!obj) {
		if (kpool_may_defer(pool))
			kfree(kpool_deferred_take(pool));
		goto fail;
	}
	if (pool->ops.init && pool->ops.init(obj, pool->ctx, gfp)) {
		kpool_count(pool, KPOOL_BUILD_FAILURES);
		kpool_object_drop(pool, obj, false);
		return NULL;
	}
	kpool_count(pool, KPOOL_BUILT);
	return obj;
fail:
	kpool_count(pool, KPOOL_BUILD_FAILURES);
	kpool_live_cancel(pool);
	return NULL;
}

/**
 * kpool_object_build() - build a new object within the pool's maximum
 * @pool: the pool
 * @gfp: passed to the allocator and the init hook
 *
 * Context: Any but NMI; fails where nothing may be allocated.
 * Return: The object, counted as built and in use, or NULL.
 */
void *kpool_object_build(struct kpool *pool, gfp_t gfp)
{
	if (!kpool_may_allocate() || !kpool_live_get(pool))
		return NULL;
	return kpool_object_build_granted(pool, gfp);
}

/**
 * kpool_object_destroy() - tear an object down, here or in a worker
 * @pool: the pool
 * @obj: an object that is not in use
 *
 * Context: Any but NMI.
 */
void kpool_object_destroy(struct kpool *pool, void *obj)
{
	kpool_object_drop(pool, obj, true);
}

static void kpool_deferred_worker(struct work_struct *work)
{
	struct kpool *pool = container_of(work, struct kpool, deferred_work);
	struct kpool_deferred *deferred, *next;
	struct llist_node *list;

	/* In the order of arrival: kpool_deferred_wait() only counts. */
	list = llist_reverse_order(llist_del_all(&pool->deferred));
	llist_for_each_entry_safe(deferred, next, list, node) {
		kpool_object_teardown(pool, deferred->obj, deferred->built);
		kfree(deferred);
		/* The task that waits for the last one may free the pool. */
		spin_lock_irq(&pool->deferred_wait.lock);
		atomic_long_inc(&pool->nr_deferred_done);
		wake_up_all_locked(&pool->deferred_wait);
		spin_unlock_irq(&pool->deferred_wait.lock);
		cond_resched();
	}
}

void kpool_deferred_init(struct kpool *pool)
{
	init_llist_head(&pool->deferred);
	init_llist_head(&pool->deferred_nodes);
	raw_spin_lock_init(&pool->deferred_lock);
	init_waitqueue_head(&pool->deferred_wait);
	INIT_WORK(&pool->deferred_work, kpool_deferred_worker);
}

/*
 * Wait until as many objects are torn down as were deferred so far.  This does
 * not flush the work: a hook that runs in it may destroy another pool, whose
 * work is on the same workqueue.
 */
void kpool_deferred_wait(struct kpool *pool)
{
	long deferred = atomic_long_read(&pool->nr_deferred);

	/* A hook that runs in the worker cannot wait for itself. */
	if (current_work() == &pool->deferred_work)
		return;
	wait_event(pool->deferred_wait,
		   atomic_long_read(&pool->nr_deferred_done) - deferred >= 0);
	/* The worker may have counted but not yet woken: let it finish. */
	spin_lock_irq(&pool->deferred_wait.lock);
	spin_unlock_irq(&pool->deferred_wait.lock);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * An object's birth and death: memory, the init hook; the exit hook, memory.
 *
 * Owns the list of retired objects, whose teardown a worker does: those of
 * pools with KPOOL_F_DEFER_EXIT, and on PREEMPT_RT those dropped where the slab
 * allocator may not be called.  A retired object is kept intact for its exit
 * hook, so the list links small nodes, not objects; one is set aside when an
 * object is built, so that retiring never fails.  pool->retire_lock protects
 * taking a node; the two lists are lock-less for adding.  Nodes are taken from
 * any context but an NMI.
 *
 * Called by all of core, with no spinlock held.
 */
#include <kpool/compat.h>
#include <linux/llist.h>
#include <linux/mm.h>
#include <linux/topology.h>

#include "internal.h"

struct kpool_retired {
	struct llist_node node;
	void *obj;
	bool built;
};

/* Whether objects of this pool may have to wait for a worker. */
static bool kpool_may_retire(struct kpool *pool)
{
	return (pool->flags & KPOOL_F_DEFER_EXIT) ||
	       IS_ENABLED(CONFIG_PREEMPT_RT);
}

static struct kpool_retired *kpool_retired_take(struct kpool *pool)
{
	struct llist_node *node;
	unsigned long flags;

	raw_spin_lock_irqsave(&pool->retire_lock, flags);
	node = llist_del_first(&pool->retire_nodes);
	raw_spin_unlock_irqrestore(&pool->retire_lock, flags);
	return llist_entry(node, struct kpool_retired, node);
}

static bool kpool_retired_prepare(struct kpool *pool, gfp_t gfp)
{
	struct kpool_retired *retired;

	if (!kpool_may_retire(pool))
		return true;
	retired = kmalloc_obj(*retired, gfp);
	if (!retired)
		return false;
	llist_add(&retired->node, &pool->retire_nodes);
	return true;
}

/* Where a new object's memory is to lie. */
static int kpool_build_node(struct kpool *pool)
{
	return pool->flags & KPOOL_F_NUMA_LOCAL ? numa_mem_id() : NUMA_NO_NODE;
}

/* Where an object's memory lies: in the linear mapping or from vmalloc(). */
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

static void kpool_object_teardown(struct kpool *pool, void *obj, bool built)
{
	if (built && pool->ops.exit)
		pool->ops.exit(obj, pool->ctx);
	kpool_memory_free(pool, obj);
	if (built) {
		kpool_count(pool, KPOOL_DESTROYED);
		kpool_live_put(pool);
	} else {
		kpool_live_cancel(pool);
	}
}

/* Tears an object down that is @built, or whose init hook failed. */
static void kpool_object_drop(struct kpool *pool, void *obj, bool built)
{
	struct kpool_retired *retired;

	if (!kpool_may_retire(pool)) {
		kpool_object_teardown(pool, obj, built);
		return;
	}
	retired = kpool_retired_take(pool);
	if (!(pool->flags & KPOOL_F_DEFER_EXIT) && kpool_may_allocate()) {
		kfree(retired);
		kpool_object_teardown(pool, obj, built);
		return;
	}
	retired->obj = obj;
	retired->built = built;
	atomic_long_inc(&pool->nr_retired);
	if (llist_add(&retired->node, &pool->retired))
		queue_work(kpool_workqueue, &pool->retire_work);
}

/**
 * kpool_object_build_granted() - build a new object, with the right to do so
 * @pool: the pool
 * @gfp: passed to the allocator and the init hook
 *
 * The caller holds the right from kpool_live_get(); on failure it is given
 * back.
 *
 * Context: any that @gfp allows and in which memory may be allocated.
 * Return: the object, counted as built and in use, or NULL.
 */
void *kpool_object_build_granted(struct kpool *pool, gfp_t gfp)
{
	void *obj;

	/* Its node first: there is no way back once there is an object. */
	if (!kpool_retired_prepare(pool, gfp))
		goto fail;
	obj = kpool_memory_alloc(pool, gfp);
	if (!obj) {
		if (kpool_may_retire(pool))
			kfree(kpool_retired_take(pool));
		goto fail;
	}
	if (pool->ops.init && pool->ops.init(obj, pool->ctx, gfp)) {
		kpool_count(pool, KPOOL_NEW_FAILURES);
		kpool_object_drop(pool, obj, false);
		return NULL;
	}
	kpool_count(pool, KPOOL_BUILT);
	return obj;
fail:
	kpool_count(pool, KPOOL_NEW_FAILURES);
	kpool_live_cancel(pool);
	return NULL;
}

/**
 * kpool_object_build() - build a new object within the pool's maximum
 * @pool: the pool
 * @gfp: passed to the allocator and the init hook
 *
 * Context: any; fails where nothing may be allocated.
 * Return: the object, counted as built and in use, or NULL.
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
 * @obj: an object that nobody uses
 *
 * Context: any.
 */
void kpool_object_destroy(struct kpool *pool, void *obj)
{
	if (in_nmi())
		kpool_nmi_put(pool, obj, true);
	else
		kpool_object_drop(pool, obj, true);
}

static void kpool_retire_worker(struct work_struct *work)
{
	struct kpool *pool = container_of(work, struct kpool, retire_work);
	struct kpool_retired *retired, *next;
	struct llist_node *list;

	/* First come, first gone: kpool_retire_flush() only counts. */
	list = llist_reverse_order(llist_del_all(&pool->retired));
	llist_for_each_entry_safe(retired, next, list, node) {
		kpool_object_teardown(pool, retired->obj, retired->built);
		kfree(retired);
		/* Who waits for the last one may free the pool. */
		spin_lock_irq(&pool->retire_wait.lock);
		atomic_long_inc(&pool->nr_retired_done);
		wake_up_all_locked(&pool->retire_wait);
		spin_unlock_irq(&pool->retire_wait.lock);
		cond_resched();
	}
}

void kpool_retire_init(struct kpool *pool)
{
	init_llist_head(&pool->retired);
	init_llist_head(&pool->retire_nodes);
	raw_spin_lock_init(&pool->retire_lock);
	init_waitqueue_head(&pool->retire_wait);
	INIT_WORK(&pool->retire_work, kpool_retire_worker);
}

/*
 * Waits until as many objects are torn down as were retired so far.  Not by
 * flushing the work: a hook that runs in it may destroy another pool, whose work
 * is on the same workqueue.
 */
void kpool_retire_flush(struct kpool *pool)
{
	long retired = atomic_long_read(&pool->nr_retired);

	wait_event(pool->retire_wait,
		   atomic_long_read(&pool->nr_retired_done) - retired >= 0);
	/* The worker, which may have counted but not woken, is done with it. */
	spin_lock_irq(&pool->retire_wait.lock);
	spin_unlock_irq(&pool->retire_wait.lock);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Pools: creation, destruction, and objects built ahead.
 *
 * Process context, except for kpool_prewarm().  May call everything in core.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kpool/compat.h>
#include <kpool/owned.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/module.h>
#include <linux/sched/mm.h>

#include "internal.h"

static int kpool_create_slab(struct kpool *pool)
{
	static atomic_t serial = ATOMIC_INIT(0);
	char *name;

	/* Objects too large for the slab allocator's caches take pages. */
	if (pool->ops.alloc || pool->size > KMALLOC_MAX_CACHE_SIZE)
		return 0;
	/* A destroyed pool whose objects are still in use keeps its slab. */
	name = kasprintf(GFP_KERNEL, "kpool-%s-%d", pool->name,
			 atomic_inc_return(&serial));
	if (!name)
		return -ENOMEM;
	/*
	 * As with kmalloc(), objects may be copied from and to user space.
	 * Not merged with others: sysfs would keep the name of an alias forever.
	 */
	pool->slab = kmem_cache_create_usercopy(name, pool->size, pool->align,
						SLAB_NO_MERGE, 0, pool->size,
						NULL);
	kfree(name);
	return pool->slab ? 0 : -ENOMEM;
}

static int kpool_create_depots(struct kpool *pool)
{
	int node;

	for_each_node(node) {
		pool->depots[node] = kpool_depot_create(node);
		if (!pool->depots[node])
			return -ENOMEM;
	}
	return 0;
}

static int kpool_create_sets(struct kpool *pool)
{
	int set, cpu;

	for (set = 0; set < ARRAY_SIZE(pool->cpu_sets); set++) {
		pool->cpu_sets[set] = alloc_percpu(struct kpool_cpu);
		if (!pool->cpu_sets[set])
			return -ENOMEM;
		for_each_possible_cpu(cpu)
			per_cpu_ptr(pool->cpu_sets[set], cpu)->loaded =
				&kpool_magazine_none;
	}
	pool->cpu = pool->cpu_sets[0];
	return 0;
}

/* In a pool with a maximum, the hot paths find this and take the slow ones. */
static DEFINE_PER_CPU(struct kpool_cpu, kpool_cpu_busy) = {
	.busy = true,
	.loaded = &kpool_magazine_none,
};

static int kpool_create_caches(struct kpool *pool)
{
	int err;

	if (pool->max) {
		pool->cpu = &kpool_cpu_busy;
		err = kpool_slots_create(pool);
	} else {
		err = kpool_create_sets(pool);
	}
	if (err)
		return err;
	pool->shared = alloc_percpu(struct kpool_shared);
	pool->counters = alloc_percpu(struct kpool_counters);
	return pool->shared && pool->counters ? 0 : -ENOMEM;
}

/* Free the pool itself, which holds no objects any more. */
static void kpool_free(struct kpool *pool)
{
	void (*release)(void *ctx) = pool->ops.release;
	void *ctx = pool->ctx;
	int node;

	for_each_node(node)
		kpool_depot_free(pool->depots[node]);
	kmem_cache_destroy(pool->slab);
	kvfree(pool->reserved);
	free_percpu(pool->counters);
	free_percpu(pool->shared);
	free_percpu(pool->cpu_sets[0]);
	free_percpu(pool->cpu_sets[1]);
	free_percpu(pool->slots);
	kfree(pool);
	if (release)
		release(ctx);
}

/* The last object that was in use at the pool's destruction has been put. */
static void kpool_free_late(struct work_struct *work)
{
	struct kpool *pool = container_of(work, struct kpool, free_work);

	/* An NMI that left an object may be about to queue the irq work. */
	if (READ_ONCE(pool->late_nmi))
		synchronize_rcu();
	irq_work_sync(&pool->nmi_work);
	kpool_deferred_wait(pool);
	kpool_free(pool);
	/* kpool_core_exit() waits for this work, so that its code stays. */
	module_put(THIS_MODULE);
}

static struct kpool *kpool_alloc(const char *name, size_t size,
				 const struct kpool_args *args)
{
	struct kpool *pool;

	pool = kzalloc_flex(*pool, depots, nr_node_ids, GFP_KERNEL);
	if (!pool)
		return NULL;
	strscpy(pool->name, name, sizeof(pool->name));
	kpool_args_apply(pool, size, args);
	kpool_limit_init(pool);
	kpool_deferred_init(pool);
	kpool_put_init(pool);
	kpool_reclaim_pool_init(pool);
	kpool_stock_init(pool);
	INIT_WORK(&pool->free_work, kpool_free_late);
	return pool;
}

/* The out-of-line part of kpool_create(). */
struct kpool *__kpool_create(const char *name, size_t size,
			     const struct kpool_args *args,
			     const struct kpool_caller *caller)
{
	static const struct kpool_args defaults;
	struct kpool *pool;
	int err;

	might_sleep();
	err = kpool_check_caller(name, caller, KPOOL_LAYOUT);
	if (err)
		return ERR_PTR(err);
	if (!args)
		args = &defaults;
	err = kpool_args_check(name, size, args);
	if (err)
		return ERR_PTR(err);
	pool = kpool_alloc(name, size, args);
	if (!pool)
		return ERR_PTR(-ENOMEM);
	err = kpool_reserve_alloc(pool);
	if (!err)
		err = kpool_create_depots(pool);
	if (!err)
		err = kpool_create_caches(pool);
	if (!err)
		err = kpool_create_slab(pool);
	if (!err)
		err = kpool_registry_add(pool);
	if (err)
		goto err_free;
	kpool_observe(pool);
	/* A pool starts with its reserve and its stock, up to its maximum. */
	err = kpool_stock_fill(pool);
	if (err && kpool_stock_short(pool))
		goto err_destroy;
	return pool;

	/* A pool that the caller never got does not own its @ctx. */
err_destroy:
	pool->ops.release = NULL;
	kpool_destroy(pool);
	return ERR_PTR(err);
err_free:
	pool->ops.release = NULL;
	kpool_free(pool);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(__kpool_create);

/* There may have been no magazine for an object in a slot. */
static void kpool_destroy_slots(struct kpool *pool)
{
	void *obj;
	int cpu;

	if (!pool->slots)
		return;
	for_each_possible_cpu(cpu)
		while ((obj = kpool_slots_take(pool, cpu)))
			kpool_object_destroy(pool, obj);
}

/**
 * kpool_destroy() - destroy a pool and all its idle objects
 * @pool: the pool; NULL and error pointers are ignored
 *
 * All users must be done with it: no call for this pool may run at the same
 * time.  Objects that are still in use are a bug of the driver.  They are
 * reported and left alone; each may still be put back or discarded, which tears
 * it down, and the last one frees the pool's memory.  kpool.ko cannot be
 * unloaded before that.
 *
 * Context: Process context, sleeps for a few RCU grace periods, and until the
 *	teardowns that were deferred so far are done.
 */
void kpool_destroy(struct kpool *pool)
{
	char name[KPOOL_NAME_MAX + 1];
	long left;

	if (IS_ERR_OR_NULL(pool))
		return;
	kpool_unobserve(pool);
	kpool_registry_remove(pool);
	irq_work_sync(&pool->nmi_work);
	cancel_work_sync(&pool->flush_work);
	flush_work(&pool->dispose_work);
	kpool_stock_close(pool);
	kpool_limit_close(pool);
	kpool_reserve_destroy(pool);
	/*
	 * Its grace periods also cover RCU readers of the list of pools, and pair
	 * with the section in kpool_object_gone().
	 */
	kpool_drain(pool);
	kpool_destroy_slots(pool);
	strscpy(name, pool->name, sizeof(name));
	__module_get(THIS_MODULE);
	/*
	 * The objects that existed when the pool was marked, less those that were
	 * torn down since.  From here on, the last of the others may free the pool.
	 */
	left = atomic_long_add_return(kpool_nr_objects(pool), &pool->leaked);
	if (left) {
		WARN(1, pr_fmt("%s: destroyed with %ld objects in use\n"), name,
		     left);
		return;
	}
	kpool_free_late(&pool->free_work);
}
EXPORT_SYMBOL_GPL(kpool_destroy);

DEFINE_KPOOL_OWNED(kpool_devm_release, kpool_destroy)

/* The out-of-line part of devm_kpool_create(). */
struct kpool *__devm_kpool_create(struct device *dev, const char *name,
				  size_t size, const struct kpool_args *args,
				  const struct kpool_caller *caller)
{
	return KPOOL_OWNED(dev, kpool_devm_release,
			   __kpool_create(name, size, args, caller));
}
EXPORT_SYMBOL_GPL(__devm_kpool_create);

/**
 * kpool_prewarm() - build objects ahead of their use
 * @pool: the pool
 * @n: number of objects to add
 * @gfp: allocation flags for building them
 *
 * Context: Any that @gfp allows, but not NMI.
 * Return: 0, or -ENOMEM if fewer were built, for lack of memory or because the
 *	pool's maximum or the limit on its idle objects is reached.  The objects
 *	that were built stay.
 */
int kpool_prewarm(struct kpool *pool, unsigned int n, gfp_t gfp)
{
	int err = 0;

	while (n-- && !err) {
		void *obj = NULL;

		if (!kpool_depot_at_limit(pool, pool->depots[numa_mem_id()]))
			obj = kpool_object_build(pool, gfp);
		err = obj ? kpool_keep_new(pool, obj, gfp) : -ENOMEM;
		if (gfpflags_allow_blocking(gfp))
			cond_resched();
	}
	kpool_serve_waiters(pool);
	return err;
}
EXPORT_SYMBOL_GPL(kpool_prewarm);

int kpool_core_init(const struct kpool_observer *observer)
{
	int err;

	err = kpool_registry_init(observer);
	if (err)
		return err;
	err = kpool_reclaim_init();
	if (err)
		goto err_registry;
	err = kpool_shrink_init();
	if (err)
		goto err_reclaim;
	kpool_trim_init();
	return 0;
err_reclaim:
	kpool_reclaim_exit();
err_registry:
	kpool_registry_exit();
	return err;
}

void kpool_core_exit(void)
{
	kpool_trim_exit();
	kpool_shrink_exit();
	kpool_reclaim_exit();
	kpool_registry_exit();
}

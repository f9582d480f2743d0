// SPDX-License-Identifier: GPL-2.0
/*
 * Pools: their creation, their destruction, the list of all of them.
 *
 * Owns kpool_pools.  kpool_pools_lock protects its changes; it is read under
 * that lock or under RCU.  A pool stays while somebody holds a reference
 * (kpool_next()), and its memory for a grace period after it left the list.
 */
#include <kpool/compat.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sizes.h>

#include "internal.h"

#define KPOOL_F_ALL	(KPOOL_F_DEFER_EXIT | KPOOL_F_FIXED | \
			 KPOOL_F_NUMA_LOCAL)

/* The memory that may lie idle in a pool's depots by default. */
#define KPOOL_IDLE_BYTES	SZ_32M

LIST_HEAD(kpool_pools);
struct workqueue_struct *kpool_workqueue;
struct workqueue_struct *kpool_flush_workqueue;

static DEFINE_MUTEX(kpool_pools_lock);
static const struct kpool_observer *kpool_observer;

/*
 * The pool after @pool, whose reference is given up, or the first one after
 * NULL; with a reference.  To walk over all pools and sleep at each.
 */
struct kpool *kpool_next(struct kpool *pool)
{
	struct kpool *next = pool;

	mutex_lock(&kpool_pools_lock);
	next = list_prepare_entry(next, &kpool_pools, list);
	list_for_each_entry_continue(next, &kpool_pools, list) {
		/* One that is being destroyed is on the list a little longer. */
		if (refcount_inc_not_zero(&next->refs))
			break;
	}
	if (list_entry_is_head(next, &kpool_pools, list))
		next = NULL;
	mutex_unlock(&kpool_pools_lock);
	if (pool)
		kpool_put_ref(pool);
	return next;
}

void kpool_put_ref(struct kpool *pool)
{
	if (refcount_dec_and_test(&pool->refs))
		complete(&pool->unused);
}

static bool kpool_name_ok(const char *name)
{
	const char *c;

	if (!name || !*name || strlen(name) > KPOOL_NAME_MAX)
		return false;
	/* These are files of debugfs beside the pools' directories. */
	if (!strcmp(name, "pools") || !strcmp(name, "gc") ||
	    !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (c = name; *c; c++)
		if (*c <= ' ' || *c > '~' || *c == '/')
			return false;
	return true;
}

static int kpool_check_args(const char *name, size_t size,
			    const struct kpool_args *args)
{
	const struct kpool_ops *ops = args->ops;

	if (!kpool_name_ok(name) || !size)
		return -EINVAL;
	if (size > KMALLOC_MAX_SIZE)
		return -E2BIG;
	if (args->align && (!is_power_of_2(args->align) ||
			    args->align > PAGE_SIZE))
		return -EINVAL;
	if (args->flags & ~KPOOL_F_ALL)
		return -EINVAL;
	if (args->low_water &&
	    (!(args->flags & KPOOL_F_FIXED) ||
	     (args->max && args->low_water > args->max - args->reserve)))
		return -EINVAL;
	if (args->max && args->max < args->reserve)
		return -EINVAL;
	/* Without room for a stock nothing would ever be built again. */
	if (args->flags & KPOOL_F_FIXED && args->max &&
	    args->max == args->reserve)
		return -EINVAL;
	if (args->magazine > KPOOL_MAGAZINE_MAX)
		return -EINVAL;
	if (ops && !ops->alloc != !ops->free)
		return -EINVAL;
	return 0;
}

/*
 * The larger the object, the less may lie idle.  The capacities make a magazine
 * with its header fill a slab object of 1024, 512, 256 and 64 bytes.
 */
static const struct {
	size_t size;
	unsigned int base;
	unsigned int capacity;
} kpool_magazines[] = {
	{ 256, 61, 125 },
	{ 1024, 13, 61 },
	{ 8192, 5, 29 },
	{ SIZE_MAX, 2, 5 },
};

static void kpool_choose_magazine(struct kpool *pool,
				  const struct kpool_args *args)
{
	unsigned int limit = KPOOL_MAGAZINE_MAX;
	int i = 0;

	while (pool->size > kpool_magazines[i].size)
		i++;
	pool->magazine_base = args->magazine ?: kpool_magazines[i].base;
	pool->magazine_capacity = args->magazine ?: kpool_magazines[i].capacity;
	/* With a maximum, one CPU shall not sit on most of the objects. */
	if (args->max && !args->magazine)
		limit = max(args->max / (2 * num_online_cpus()), 1U);
	pool->magazine_base = min(pool->magazine_base, limit);
	pool->magazine_capacity = min(pool->magazine_capacity, limit);
	pool->magazine_size = pool->magazine_base;
}

static void kpool_choose_idle(struct kpool *pool, const struct kpool_args *args)
{
	unsigned long idle = args->idle_max;

	/* As many bytes, or a few magazines for each CPU. */
	if (!idle)
		idle = max(KPOOL_IDLE_BYTES / pool->size,
			   4UL * num_possible_cpus() * pool->magazine_base);
	if (pool->flags & KPOOL_F_FIXED) {
		pool->low_water = args->low_water ?: pool->magazine_base;
		if (args->max)
			pool->low_water = min(pool->low_water,
					      args->max - args->reserve);
	}
	idle = max(idle, 2UL * pool->low_water);
	pool->depot_limit = DIV_ROUND_UP(idle, nr_online_nodes);
}

static int kpool_create_slab(struct kpool *pool)
{
	static atomic_t serial = ATOMIC_INIT(0);
	char *name;

	/* Beyond what the slab allocator has caches for, pages do. */
	if (pool->ops.alloc || pool->size > KMALLOC_MAX_CACHE_SIZE)
		return 0;
	/* A pool that was destroyed with objects out still has its slab. */
	name = kasprintf(GFP_KERNEL, "kpool-%s-%d", pool->name,
			 atomic_inc_return(&serial));
	if (!name)
		return -ENOMEM;
	/*
	 * As kmalloc() has it, objects may be copied from and to user space.
	 * Not merged with others: of an alias, sysfs keeps the name for ever.
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

static int kpool_create_caches(struct kpool *pool)
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
	pool->shared = alloc_percpu(struct kpool_shared);
	pool->counters = alloc_percpu(struct kpool_counters);
	return pool->shared && pool->counters ? 0 : -ENOMEM;
}

/* Frees the pool itself, which holds no objects any more. */
static void kpool_free(struct kpool *pool)
{
	void (*release)(void *ctx) = pool->ops.release;
	void *ctx = pool->ctx;
	int node;

	for_each_node(node)
		kfree(pool->depots[node]);
	kmem_cache_destroy(pool->slab);
	kvfree(pool->reserved);
	free_percpu(pool->counters);
	free_percpu(pool->shared);
	free_percpu(pool->cpu_sets[0]);
	free_percpu(pool->cpu_sets[1]);
	kfree(pool);
	if (release)
		release(ctx);
}

/* The last object that was out when the pool was destroyed has come back. */
static void kpool_free_late(struct work_struct *work)
{
	struct kpool *pool = container_of(work, struct kpool, free_work);

	/* An NMI that left an object may be about to queue the irq work. */
	synchronize_rcu();
	irq_work_sync(&pool->nmi_work);
	kpool_retire_flush(pool);
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
	if (args->ops)
		pool->ops = *args->ops;
	pool->put_prepares = pool->ops.reset ||
			     (args->flags & KPOOL_F_NUMA_LOCAL);
	pool->ctx = args->ctx;
	pool->size = size;
	pool->align = args->align;
	pool->flags = args->flags;
	pool->reserve = args->reserve;
	pool->max = args->max;
	kpool_choose_magazine(pool, args);
	kpool_choose_idle(pool, args);
	refcount_set(&pool->refs, 1);
	init_completion(&pool->unused);
	INIT_WORK(&pool->free_work, kpool_free_late);
	kpool_nmi_init(pool);
	kpool_retire_init(pool);
	kpool_stock_init(pool);
	return pool;
}

static int kpool_register(struct kpool *pool)
{
	struct kpool *other;
	int err = 0;

	mutex_lock(&kpool_pools_lock);
	list_for_each_entry(other, &kpool_pools, list)
		if (!strcmp(other->name, pool->name))
			err = -EEXIST;
	if (!err)
		list_add_tail_rcu(&pool->list, &kpool_pools);
	mutex_unlock(&kpool_pools_lock);
	return err;
}

/* Nobody finds the pool any more, and nobody who found it still uses it. */
static void kpool_unregister(struct kpool *pool)
{
	kpool_put_ref(pool);
	wait_for_completion(&pool->unused);
	mutex_lock(&kpool_pools_lock);
	list_del_rcu(&pool->list);
	mutex_unlock(&kpool_pools_lock);
}

/* Destroys a pool that nobody has got.  What its @ctx is remains theirs. */
static void kpool_create_undo(struct kpool *pool)
{
	pool->ops.release = NULL;
	kpool_destroy(pool);
}

/* kpool_create() of <linux/kpool.h>, with the caller that it has. */
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
	err = kpool_check_args(name, size, args);
	if (err)
		return ERR_PTR(err);
	pool = kpool_alloc(name, size, args);
	if (!pool)
		return ERR_PTR(-ENOMEM);
	err = kpool_reserve_init(pool);
	if (!err)
		err = kpool_create_depots(pool);
	if (!err)
		err = kpool_create_caches(pool);
	if (!err)
		err = kpool_create_slab(pool);
	if (!err)
		err = kpool_register(pool);
	if (err)
		goto free;
	pool->observer_data = kpool_observer->created(pool);
	err = kpool_reserve_fill(pool);
	/* Short of its maximum a fixed pool starts with its stock. */
	if (!err && kpool_stock_fill(pool) && kpool_stock_short(pool))
		err = -ENOMEM;
	if (err)
		goto destroy;
	return pool;

destroy:
	kpool_create_undo(pool);
	return ERR_PTR(err);
free:
	pool->ops.release = NULL;
	kpool_free(pool);
	return ERR_PTR(err);
}
EXPORT_SYMBOL_GPL(__kpool_create);

/* Objects that exist. */
static unsigned long kpool_nr_objects(struct kpool *pool)
{
	struct kpool_stats stats;

	kpool_read_stats(pool, &stats);
	return stats.built - stats.destroyed;
}

/**
 * kpool_destroy() - destroy a pool and all its idle objects
 * @pool: the pool; NULL and error pointers are passed over
 *
 * All users must be done with it: no call for this pool may run at the same
 * time.  Objects that are still out are a bug of the driver.  They are reported
 * and left alone; each may still be put back or discarded, which tears it
 * down, and the last one frees the pool's memory.  kpool.ko can't be unloaded
 * before that.
 *
 * Context: Process context, sleeps for two RCU grace periods.
 */
void kpool_destroy(struct kpool *pool)
{
	unsigned long left;

	if (IS_ERR_OR_NULL(pool))
		return;
	kpool_observer->destroyed(pool, pool->observer_data);
	kpool_unregister(pool);
	irq_work_sync(&pool->nmi_work);
	cancel_work_sync(&pool->flush_work);
	kpool_stock_close(pool);
	kpool_reserve_close(pool);
	/* Its grace period also covers RCU readers of the list of pools. */
	kpool_drain(pool);
	left = kpool_nr_objects(pool);
	if (!left) {
		kpool_free(pool);
		return;
	}
	__module_get(THIS_MODULE);
	WARN(1, "kpool: %s: destroyed with %lu objects in use\n", pool->name,
	     left);
	/* From here on the last object may free the pool. */
	atomic_long_set(&pool->leaked, left);
}
EXPORT_SYMBOL_GPL(kpool_destroy);

/* An object of a pool that was destroyed before has come back. */
void kpool_late_put(struct kpool *pool, void *obj)
{
	if (in_nmi()) {
		/* Comes here again from the irq work. */
		kpool_nmi_put(pool, obj, true);
		return;
	}
	kpool_object_destroy(pool, obj);
	if (atomic_long_dec_and_test(&pool->leaked))
		queue_work(kpool_workqueue, &pool->free_work);
}

static void kpool_devm_destroy(void *pool)
{
	kpool_destroy(pool);
}

/* devm_kpool_create() of <linux/kpool.h>, likewise. */
struct kpool *__devm_kpool_create(struct device *dev, const char *name,
				  size_t size, const struct kpool_args *args,
				  const struct kpool_caller *caller)
{
	struct kpool *pool;
	int err;

	pool = __kpool_create(name, size, args, caller);
	if (IS_ERR(pool))
		return pool;
	err = devm_add_action(dev, kpool_devm_destroy, pool);
	if (err) {
		kpool_create_undo(pool);
		return ERR_PTR(err);
	}
	return pool;
}
EXPORT_SYMBOL_GPL(__devm_kpool_create);

/**
 * kpool_prewarm() - build objects ahead of their use
 * @pool: the pool
 * @n: how many objects to add
 * @gfp: how they may be built
 *
 * Context: Any that @gfp allows, but no NMI.
 * Return: 0, or -ENOMEM if fewer were built, for want of memory or because the
 *	pool's maximum or the bound on its idle objects is reached.  Those that
 *	were stay.
 */
int kpool_prewarm(struct kpool *pool, unsigned int n, gfp_t gfp)
{
	int err = 0;

	while (n-- && !err) {
		void *obj = NULL;

		if (!kpool_depot_full(pool, pool->depots[numa_mem_id()]))
			obj = kpool_object_build(pool, gfp);
		err = obj ? kpool_cache_add(pool, obj, gfp) : -ENOMEM;
		if (gfpflags_allow_blocking(gfp))
			cond_resched();
	}
	kpool_serve_waiters(pool);
	return err;
}
EXPORT_SYMBOL_GPL(kpool_prewarm);

static void kpool_workqueues_destroy(void)
{
	if (kpool_flush_workqueue)
		destroy_workqueue(kpool_flush_workqueue);
	destroy_workqueue(kpool_workqueue);
}

int kpool_core_init(const struct kpool_observer *observer)
{
	int err;

	kpool_observer = observer;
	/* Not for progress of reclaim: the shrinker frees by itself. */
	kpool_workqueue = alloc_workqueue("kpool", WQ_UNBOUND, 0);
	if (!kpool_workqueue)
		return -ENOMEM;
	/* Who writes memory out may wait for an object, see kpool_wait_begin(). */
	kpool_flush_workqueue = alloc_workqueue("kpool-flush",
						WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	err = kpool_flush_workqueue ? kpool_reclaim_init() : -ENOMEM;
	if (err)
		kpool_workqueues_destroy();
	return err;
}

void kpool_core_exit(void)
{
	kpool_reclaim_exit();
	kpool_workqueues_destroy();
}

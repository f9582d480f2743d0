// SPDX-License-Identifier: GPL-2.0
/*
 * The workload "static".  One operation gets an object from a pool that is
 * defined at file level and puts it back.
 *
 * kpool	DEFINE_KPOOL().  The request sets the size of the objects, so
 *		they come from an alloc hook, which the fast paths never call.
 * kernel	what drivers write: a list of free objects behind a spinlock,
 *		safe in interrupts as kpool is, that falls back to kmalloc().
 *
 * Only one run is in progress at a time, but files may keep their pools: the
 * static pool is destroyed with the last of them.
 */
#include <linux/kpool_static.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include "loops.h"

static size_t static_size;

static void *static_alloc(void *ctx, gfp_t gfp, int node)
{
	bench_count_alloc(static_size);
	return kmalloc_node(static_size, gfp, node);
}

static void static_free(void *obj, void *ctx)
{
	kfree(obj);
}

static const struct kpool_ops static_ops = {
	.alloc = static_alloc,
	.free = static_free,
};

struct static_object {
	char bytes[KPOOL_BENCH_SIZE_MIN];
};

DEFINE_KPOOL(bench_static, struct static_object, .ops = &static_ops);

static __always_inline bool kpool_operation(struct bench_source source)
{
	struct static_object *obj = bench_static_get(GFP_KERNEL);

	if (unlikely(!obj))
		return false;
	bench_static_put(obj);
	return true;
}

BENCH_DEFINE_KIND_LOOPS(static_kpool, kpool_operation);

/* Number of existing sources, each of which uses the pool. */
static unsigned int static_users;
static DEFINE_MUTEX(static_users_lock);

static void static_kpool_destroy(const struct bench_source *source,
				 const struct bench_builder *builder)
{
	mutex_lock(&static_users_lock);
	if (!--static_users)
		bench_static_destroy();
	mutex_unlock(&static_users_lock);
}

static int static_kpool_create(const struct bench_run *run, const char *name,
			       struct bench_source *source)
{
	int err;

	mutex_lock(&static_users_lock);
	err = bench_static_create();
	if (!err) {
		/*
		 * No object is in use now, and the idle ones have the old size.
		 */
		kpool_drain(bench_static_pool());
		static_size = source->size;
		static_users++;
	}
	mutex_unlock(&static_users_lock);
	return err;
}

static void static_kpool_count(const struct bench_source *source,
			       struct bench_counts *counts)
{
	struct kpool_stats stats;

	kpool_read_stats(bench_static_pool(), &stats);
	counts->gets += stats.gets;
	counts->hits += stats.hits;
}

const struct bench_backend bench_static_kpool = {
	.create = static_kpool_create,
	.destroy = static_kpool_destroy,
	.count = static_kpool_count,
	.loops = &static_kpool_loops,
};

/* The driver's own pool: free objects that begin with their list node. */
static LIST_HEAD(static_list);
static DEFINE_SPINLOCK(static_lock);

static __always_inline struct list_head *static_take(size_t size)
{
	struct list_head *obj = NULL;
	unsigned long flags;

	spin_lock_irqsave(&static_lock, flags);
	if (!list_empty(&static_list)) {
		obj = static_list.next;
		list_del(obj);
	}
	spin_unlock_irqrestore(&static_lock, flags);
	if (obj)
		return obj;
	bench_count_alloc(size);
	return kmalloc(size, GFP_KERNEL);
}

static __always_inline bool kernel_operation(struct bench_source source)
{
	struct list_head *obj = static_take(source.size);
	unsigned long flags;

	if (unlikely(!obj))
		return false;
	spin_lock_irqsave(&static_lock, flags);
	list_add(obj, &static_list);
	spin_unlock_irqrestore(&static_lock, flags);
	return true;
}

BENCH_DEFINE_KIND_LOOPS(static_kernel, kernel_operation);

static void static_kernel_destroy(const struct bench_source *source,
				  const struct bench_builder *builder)
{
	struct list_head *obj, *next;
	unsigned long flags;
	LIST_HEAD(gone);

	/* Another file may be using the list. */
	spin_lock_irqsave(&static_lock, flags);
	list_splice_init(&static_list, &gone);
	spin_unlock_irqrestore(&static_lock, flags);
	list_for_each_safe(obj, next, &gone)
		kfree(obj);
}

const struct bench_backend bench_static_kernel = {
	.destroy = static_kernel_destroy,
	.loops = &static_kernel_loops,
};

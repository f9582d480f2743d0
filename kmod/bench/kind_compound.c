// SPDX-License-Identifier: GPL-2.0
/*
 * The workload "compound".  One operation gets a parent and two children, all
 * three of the same size, and puts them.
 *
 * kpool	a compound whose children come from one pool each.
 * kernel	kzalloc() of the parent and kmalloc() of the children, each time.
 *		Counting them costs two instructions each.
 */
#include <linux/kpool_compound.h>
#include "loops.h"

#define COMPOUND_CHILDREN	2

struct compound_object {
	void *children[COMPOUND_CHILDREN];
};

/**
 * struct compound_source - the state behind a source, as in a driver
 * @compound: the parents
 * @pools: the pools of the children
 */
struct compound_source {
	struct kpool_compound *compound;
	struct kpool *pools[COMPOUND_CHILDREN];
};

static __always_inline bool kpool_operation(struct bench_source source)
{
	struct compound_source *driver = source.pool;
	void *obj = kpool_compound_get(driver->compound, GFP_KERNEL);

	if (unlikely(!obj))
		return false;
	kpool_compound_put(driver->compound, obj);
	return true;
}

BENCH_DEFINE_KIND_LOOPS(compound_kpool, kpool_operation);

static void compound_kpool_destroy(const struct bench_source *source,
				   const struct bench_builder *builder)
{
	struct compound_source *driver = source->pool;
	int i;

	kpool_compound_destroy(driver->compound);
	for (i = 0; i < COMPOUND_CHILDREN; i++)
		kpool_destroy(driver->pools[i]);
	kfree(driver);
}

static int compound_create_pools(struct compound_source *driver,
				 const char *name, size_t size)
{
	struct kpool_child children[COMPOUND_CHILDREN];
	const struct kpool_compound_args args = {
		.children = children,
		.nr = COMPOUND_CHILDREN,
	};
	char child[KPOOL_NAME_MAX + 1];
	int i;

	for (i = 0; i < COMPOUND_CHILDREN; i++) {
		snprintf(child, sizeof(child), "%s.%d", name, i);
		driver->pools[i] = kpool_create(child, size, NULL);
		if (IS_ERR(driver->pools[i]))
			return PTR_ERR(driver->pools[i]);
		children[i] = (struct kpool_child){
			.pool = driver->pools[i],
			.offset = offsetof(struct compound_object, children[i]),
		};
	}
	driver->compound = kpool_compound_create(name, size, &args);
	return PTR_ERR_OR_ZERO(driver->compound);
}

static int compound_kpool_create(const struct bench_run *run, const char *name,
				 struct bench_source *source)
{
	struct compound_source *driver = kzalloc_obj(*driver, GFP_KERNEL);
	int err;

	if (!driver)
		return -ENOMEM;
	source->pool = driver;
	err = compound_create_pools(driver, name, source->size);
	if (err)
		compound_kpool_destroy(source, NULL);
	return err;
}

static void compound_count_pool(struct kpool *pool, size_t size,
				struct bench_counts *counts)
{
	struct kpool_stats stats;

	kpool_read_stats(pool, &stats);
	counts->allocs += stats.built;
	counts->bytes += stats.built * size;
	counts->gets += stats.gets;
	counts->hits += stats.hits;
}

static void compound_kpool_count(const struct bench_source *source,
				 struct bench_counts *counts)
{
	struct compound_source *driver = source->pool;
	int i;

	compound_count_pool(kpool_compound_pool(driver->compound),
			    source->size, counts);
	for (i = 0; i < COMPOUND_CHILDREN; i++)
		compound_count_pool(driver->pools[i], source->size, counts);
}

const struct bench_backend bench_compound_kpool = {
	.create = compound_kpool_create,
	.destroy = compound_kpool_destroy,
	.count = compound_kpool_count,
	.loops = &compound_kpool_loops,
};

static __always_inline void compound_free(struct compound_object *obj)
{
	int i;

	for (i = 0; i < COMPOUND_CHILDREN; i++)
		kfree(obj->children[i]);
	kfree(obj);
}

static __always_inline bool kernel_operation(struct bench_source source)
{
	struct compound_object *obj = kzalloc(source.size, GFP_KERNEL);
	int i;

	if (unlikely(!obj))
		return false;
	bench_count_alloc(source.size);
	for (i = 0; i < COMPOUND_CHILDREN; i++) {
		obj->children[i] = kmalloc(source.size, GFP_KERNEL);
		if (unlikely(!obj->children[i])) {
			compound_free(obj);
			return false;
		}
		bench_count_alloc(source.size);
	}
	compound_free(obj);
	return true;
}

BENCH_DEFINE_KIND_LOOPS(compound_kernel, kernel_operation);

const struct bench_backend bench_compound_kernel = {
	.loops = &compound_kernel_loops,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "mempool": over a slab cache for plain objects, over kmalloc()
 * for objects that are built.  A mempool calls its allocator for each get and
 * keeps a minimum for when that fails; both functions below count these calls,
 * at a price of two or three instructions per get.
 */
#include <linux/mempool.h>
#include "loops.h"

/**
 * struct mempool_source - the state behind a source
 * @pool: the mempool
 * @cache: slab cache of plain objects, or NULL
 * @builder: how the other objects are built, or NULL
 * @size: bytes per object
 */
struct mempool_source {
	mempool_t *pool;
	struct kmem_cache *cache;
	const struct bench_builder *builder;
	size_t size;
};

static void *mempool_alloc_plain(gfp_t gfp, void *data)
{
	struct mempool_source *mempool = data;

	bench_count_alloc(mempool->size);
	return kmem_cache_alloc(mempool->cache, gfp);
}

static void mempool_free_plain(void *obj, void *data)
{
	struct mempool_source *mempool = data;

	kmem_cache_free(mempool->cache, obj);
}

static void *mempool_alloc_built(gfp_t gfp, void *data)
{
	struct mempool_source *mempool = data;
	void *obj = kmalloc(mempool->size, gfp);

	if (!obj)
		return NULL;
	bench_count_alloc(mempool->size);
	if (mempool->builder->build(obj, gfp)) {
		kfree(obj);
		return NULL;
	}
	return obj;
}

static void mempool_free_built(void *obj, void *data)
{
	struct mempool_source *mempool = data;

	mempool->builder->teardown(obj);
	kfree(obj);
}

/* source.pool is the mempool; its pool_data is the struct mempool_source. */
static __always_inline void *mempool_get(struct bench_source source, gfp_t gfp)
{
	return mempool_alloc(source.pool, gfp);
}

static __always_inline void mempool_put(struct bench_source source, void *obj)
{
	mempool_free(obj, source.pool);
}

BENCH_DEFINE_LOOPS(mempool, mempool_get, mempool_put);
BENCH_DEFINE_ATOMIC(mempool, mempool_get, mempool_put);
BENCH_DEFINE_DROP(mempool, mempool_put);

static const struct bench_loops mempool_loops = {
	BENCH_LOOPS(mempool),
	.atomic = mempool_atomic,
	.drop = mempool_drop,
};

static void *mempool_get_built(struct bench_source source,
			       const struct bench_builder *builder)
{
	return mempool_alloc(source.pool, GFP_KERNEL);
}

/* The mempool may keep it for its minimum, so it must be as good as new. */
static void mempool_put_built(struct bench_source source,
			      const struct bench_builder *builder, void *obj)
{
	builder->reset(obj);
	mempool_free(obj, source.pool);
}

static int bench_mempool_create(const struct bench_run *run, const char *name,
				struct bench_source *source)
{
	struct mempool_source *mempool;

	mempool = kzalloc_obj(*mempool, GFP_KERNEL);
	if (!mempool)
		return -ENOMEM;
	mempool->size = source->size;
	mempool->builder = run->workload->builder;
	if (mempool->builder) {
		mempool->pool = mempool_create(run->req.objects,
					       mempool_alloc_built,
					       mempool_free_built, mempool);
	} else {
		mempool->cache = kmem_cache_create(name, source->size, 0, 0,
						   NULL);
		if (!mempool->cache)
			goto free;
		mempool->pool = mempool_create(run->req.objects,
					       mempool_alloc_plain,
					       mempool_free_plain, mempool);
	}
	if (!mempool->pool)
		goto free;
	source->pool = mempool->pool;
	return 0;
free:
	kmem_cache_destroy(mempool->cache);
	kfree(mempool);
	return -ENOMEM;
}

static void bench_mempool_destroy(const struct bench_source *source,
				  const struct bench_builder *builder)
{
	mempool_t *pool = source->pool;
	struct mempool_source *mempool = pool->pool_data;

	mempool_destroy(pool);
	kmem_cache_destroy(mempool->cache);
	kfree(mempool);
}

const struct bench_backend bench_backend_mempool = {
	.suffix = "-mempool",
	.takes_objects = true,
	.create = bench_mempool_create,
	.destroy = bench_mempool_destroy,
	.get_built = mempool_get_built,
	.put_built = mempool_put_built,
	.loops = &mempool_loops,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "kmem_cache": memory from a slab cache of its own.  A workspace
 * is built in it for every use, for a slab cache frees objects whenever it
 * likes and could not tear them down.
 */
#include "loops.h"

static __always_inline void *slab_get(struct bench_source source)
{
	return kmem_cache_alloc(source.pool, GFP_KERNEL);
}

static __always_inline void slab_put(struct bench_source source, void *obj)
{
	kmem_cache_free(source.pool, obj);
}

static __always_inline void *slab_get_built(struct bench_source source)
{
	void *obj = kmem_cache_alloc(source.pool, GFP_KERNEL);

	if (obj && deflate_build(obj, GFP_KERNEL)) {
		kmem_cache_free(source.pool, obj);
		obj = NULL;
	}
	return obj;
}

static __always_inline void slab_put_built(struct bench_source source,
					   void *obj)
{
	deflate_teardown(obj);
	kmem_cache_free(source.pool, obj);
}

BENCH_DEFINE_LOOPS(slab, slab_get, slab_put, slab_get_built, slab_put_built);

static int slab_create(const struct bench_run *run, const char *name,
		       struct bench_source *source)
{
	source->pool = kmem_cache_create(name, source->size, 0, 0, NULL);
	return source->pool ? 0 : -ENOMEM;
}

static void slab_destroy(const struct bench_source *source, bool compress)
{
	kmem_cache_destroy(source->pool);
}

const struct bench_backend bench_backend_kmem_cache = {
	.get_allocates = true,
	.create = slab_create,
	.destroy = slab_destroy,
	.loops = &slab_loops,
};

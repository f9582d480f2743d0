// SPDX-License-Identifier: GPL-2.0
/*
 * The backends "kmem_cache" and "kmem_cache-ctor": memory from a dedicated slab
 * cache.  A constructor runs once for each object of a new slab, so users must
 * free an object in its constructed state: they clear its header first.
 *
 * Objects that have to be built are built for every use, because a slab cache
 * frees memory whenever it likes and could not tear them down.
 */
#include "built.h"
#include "header.h"
#include "loops.h"

static __always_inline void *slab_get(struct bench_source source, gfp_t gfp)
{
	return kmem_cache_alloc(source.pool, gfp);
}

static __always_inline void slab_put(struct bench_source source, void *obj)
{
	kmem_cache_free(source.pool, obj);
}

static __always_inline void slab_ctor_put(struct bench_source source,
					  void *obj)
{
	bench_header_clear(obj);
	kmem_cache_free(source.pool, obj);
}

BENCH_DEFINE_LOOPS(slab, slab_get, slab_put);
BENCH_DEFINE_ATOMIC(slab, slab_get, slab_put);
BENCH_DEFINE_DROP(slab, slab_put);
BENCH_DEFINE_BUILT(slab, slab_get, slab_put);

static const struct bench_loops slab_loops = {
	BENCH_LOOPS(slab),
	.atomic = slab_atomic,
	.drop = slab_drop,
};

BENCH_DEFINE_LOOPS(slab_ctor, slab_get, slab_ctor_put);
BENCH_DEFINE_ATOMIC(slab_ctor, slab_get, slab_ctor_put);
BENCH_DEFINE_DROP(slab_ctor, slab_ctor_put);

static const struct bench_loops slab_ctor_loops = {
	BENCH_LOOPS(slab_ctor),
	.atomic = slab_ctor_atomic,
	.drop = slab_ctor_drop,
};

static int slab_create(const struct bench_run *run, const char *name,
		       struct bench_source *source)
{
	source->pool = kmem_cache_create(name, source->size, 0, 0, NULL);
	return source->pool ? 0 : -ENOMEM;
}

static void slab_ctor(void *obj)
{
	bench_header_clear(obj);
}

static int slab_ctor_create(const struct bench_run *run, const char *name,
			    struct bench_source *source)
{
	source->pool = kmem_cache_create(name, source->size, 0, 0, slab_ctor);
	return source->pool ? 0 : -ENOMEM;
}

static void slab_destroy(const struct bench_source *source,
			 const struct bench_builder *builder)
{
	kmem_cache_destroy(source->pool);
}

static void slab_clear(const struct bench_source *source)
{
	kmem_cache_shrink(source->pool);
}

const struct bench_backend bench_backend_kmem_cache = {
	.suffix = "-cache",
	.get_allocates = true,
	.create = slab_create,
	.destroy = slab_destroy,
	.clear = slab_clear,
	.get_built = slab_get_built,
	.put_built = slab_put_built,
	.loops = &slab_loops,
};

const struct bench_backend bench_backend_kmem_cache_ctor = {
	.suffix = "-ctor",
	.size_min = BENCH_HEADER_SIZE,
	.get_allocates = true,
	.create = slab_ctor_create,
	.destroy = slab_destroy,
	.clear = slab_clear,
	.loops = &slab_ctor_loops,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * The backends "kpool", "kpool-hooks" and "kpool-fixed".  Plain objects of
 * "kpool" have no hooks.  Objects of "kpool-hooks" are cleared once and have a
 * header of 64 bytes, which the reset hook clears.  "kpool-fixed" builds
 * nothing in a get: a worker builds, up to the number of objects in the
 * request.
 *
 * Objects that have to be built are built by the init hook; their memory may be
 * freed only where sleeping is allowed.
 */
#include <linux/kpool.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "header.h"
#include "loops.h"

static __always_inline void *bench_kpool_get(struct bench_source source,
					     gfp_t gfp)
{
	return kpool_get(source.pool, gfp);
}

static __always_inline void bench_kpool_put(struct bench_source source,
					    void *obj)
{
	kpool_put(source.pool, obj);
}

static __always_inline void bench_kpool_discard(struct bench_source source,
						void *obj)
{
	kpool_discard(source.pool, obj);
}

BENCH_DEFINE_LOOPS(kpool, bench_kpool_get, bench_kpool_put);
BENCH_DEFINE_ATOMIC(kpool, bench_kpool_get, bench_kpool_put);
BENCH_DEFINE_DROP(kpool, bench_kpool_discard);

static const struct bench_loops kpool_loops = {
	BENCH_LOOPS(kpool),
	.atomic = kpool_atomic,
	.drop = kpool_drop,
};

static void *bench_kpool_get_built(struct bench_source source,
				   const struct bench_builder *builder)
{
	return kpool_get(source.pool, GFP_KERNEL);
}

static void bench_kpool_put_built(struct bench_source source,
				  const struct bench_builder *builder,
				  void *obj)
{
	kpool_put(source.pool, obj);
}

static int built_init(void *obj, void *ctx, gfp_t gfp)
{
	const struct bench_builder *builder = ctx;

	return builder->build(obj, gfp);
}

static bool built_reset(void *obj, void *ctx)
{
	const struct bench_builder *builder = ctx;

	builder->reset(obj);
	return true;
}

static void built_exit(void *obj, void *ctx)
{
	const struct bench_builder *builder = ctx;

	builder->teardown(obj);
}

static const struct kpool_ops built_ops = {
	.init = built_init,
	.reset = built_reset,
	.exit = built_exit,
};

static bool header_reset(void *obj, void *ctx)
{
	bench_header_clear(obj);
	return true;
}

static int header_init(void *obj, void *ctx, gfp_t gfp)
{
	bench_header_clear(obj);
	return 0;
}

static const struct kpool_ops header_ops = {
	.init = header_init,
	.reset = header_reset,
};

static int kpool_source_create(const char *name, const struct kpool_args *args,
			       struct bench_source *source)
{
	struct kpool *pool = kpool_create(name, source->size, args);

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	source->pool = pool;
	return 0;
}

static void args_set_builder(struct kpool_args *args,
			     const struct bench_builder *builder)
{
	if (!builder)
		return;
	args->ops = &built_ops;
	args->ctx = (void *)builder;
	args->flags |= KPOOL_F_DEFER_EXIT;
}

static int bench_kpool_create(const struct bench_run *run, const char *name,
			      struct bench_source *source)
{
	struct kpool_args args = { };

	args_set_builder(&args, run->workload->builder);
	return kpool_source_create(name, &args, source);
}

static int kpool_hooks_create(const struct bench_run *run, const char *name,
			      struct bench_source *source)
{
	const struct kpool_args args = { .ops = &header_ops };

	return kpool_source_create(name, &args, source);
}

static int kpool_fixed_create(const struct bench_run *run, const char *name,
			      struct bench_source *source)
{
	struct kpool_args args = {
		.flags = KPOOL_F_FIXED,
		.low_water = DIV_ROUND_UP(run->req.objects, 2),
	};

	args_set_builder(&args, run->workload->builder);
	return kpool_source_create(name, &args, source);
}

static void bench_kpool_destroy(const struct bench_source *source,
				const struct bench_builder *builder)
{
	kpool_destroy(source->pool);
}

static void bench_kpool_clear(const struct bench_source *source)
{
	kpool_gc(source->pool);
}

static void bench_kpool_count(const struct bench_source *source,
			      struct bench_counts *counts)
{
	struct kpool_stats stats;

	kpool_read_stats(source->pool, &stats);
	counts->allocs += stats.built;
	counts->bytes += stats.built * source->size;
	counts->gets += stats.gets;
	counts->hits += stats.hits;
}

const struct bench_backend bench_backend_kpool = {
	.create = bench_kpool_create,
	.destroy = bench_kpool_destroy,
	.clear = bench_kpool_clear,
	.count = bench_kpool_count,
	.get_built = bench_kpool_get_built,
	.put_built = bench_kpool_put_built,
	.loops = &kpool_loops,
};

const struct bench_backend bench_backend_kpool_hooks = {
	.suffix = "-hooks",
	.size_min = BENCH_HEADER_SIZE,
	.create = kpool_hooks_create,
	.destroy = bench_kpool_destroy,
	.clear = bench_kpool_clear,
	.count = bench_kpool_count,
	.loops = &kpool_loops,
};

const struct bench_backend bench_backend_kpool_fixed = {
	.suffix = "-fixed",
	.mean = true,
	.takes_objects = true,
	.create = kpool_fixed_create,
	.destroy = bench_kpool_destroy,
	.clear = bench_kpool_clear,
	.count = bench_kpool_count,
	.get_built = bench_kpool_get_built,
	.put_built = bench_kpool_put_built,
	.loops = &kpool_loops,
};

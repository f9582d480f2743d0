// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "kpool".  Plain objects have no hooks; a workspace is built by
 * the init hook, and its memory may only be freed where one may sleep.
 */
#include <linux/kpool.h>
#include "loops.h"

static __always_inline void *bench_kpool_get(struct bench_source source)
{
	return kpool_get(source.pool, GFP_KERNEL);
}

static __always_inline void bench_kpool_put(struct bench_source source,
					    void *obj)
{
	kpool_put(source.pool, obj);
}

BENCH_DEFINE_LOOPS(kpool, bench_kpool_get, bench_kpool_put,
		   bench_kpool_get, bench_kpool_put);

static int kpool_build(void *obj, void *ctx, gfp_t gfp)
{
	return deflate_build(obj, gfp);
}

static bool kpool_reset(void *obj, void *ctx)
{
	deflate_reset(obj);
	return true;
}

static void kpool_teardown(void *obj, void *ctx)
{
	deflate_teardown(obj);
}

static const struct kpool_ops kpool_deflate_ops = {
	.init = kpool_build,
	.reset = kpool_reset,
	.exit = kpool_teardown,
};

static int bench_kpool_create(const struct bench_run *run, const char *name,
			      struct bench_source *source)
{
	struct kpool_args args = { };
	struct kpool *pool;

	if (bench_is_compress(run)) {
		args.ops = &kpool_deflate_ops;
		args.flags = KPOOL_F_DEFER_EXIT;
	}
	pool = kpool_create(name, source->size, &args);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	source->pool = pool;
	return 0;
}

static void bench_kpool_destroy(const struct bench_source *source,
				bool compress)
{
	kpool_destroy(source->pool);
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
	.count = bench_kpool_count,
	.loops = &kpool_loops,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * The workload "sized": buffers of changing sizes up to object_size.  One
 * operation gets a buffer of this CPU's next size, writes to its first and its
 * last byte, and puts it, either with kpool_sized or with kvmalloc() and
 * kvfree() each time, where counting the requested bytes takes two
 * instructions.
 *
 * The sizes are pseudo-random, from a generator with a constant seed, and so
 * the same in every run.
 */
#include <linux/kpool_sized.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include "loops.h"

/* A power of two. */
#define SIZED_TURNS	64

/**
 * struct sized_source - the state behind a source
 * @sized: the pools, or NULL
 * @sizes: the sizes of the buffers, in turn
 */
struct sized_source {
	struct kpool_sized *sized;
	u32 sizes[SIZED_TURNS];
};

static DEFINE_PER_CPU(unsigned int, sized_turn);

static __always_inline size_t sized_next(const struct sized_source *sized)
{
	return sized->sizes[this_cpu_inc_return(sized_turn) % SIZED_TURNS];
}

static __always_inline void sized_touch(u8 *buf, size_t size)
{
	WRITE_ONCE(buf[0], 1);
	WRITE_ONCE(buf[size - 1], 1);
}

static __always_inline bool sized_operation(struct bench_source source)
{
	const struct sized_source *sized = source.pool;
	size_t size = sized_next(sized);
	void *buf = kpool_sized_get(sized->sized, size, GFP_KERNEL);

	if (unlikely(!buf))
		return false;
	sized_touch(buf, size);
	kpool_sized_put(sized->sized, buf);
	return true;
}

static __always_inline bool sized_kernel_operation(struct bench_source source)
{
	size_t size = sized_next(source.pool);
	void *buf = kvmalloc(size, GFP_KERNEL);

	if (unlikely(!buf))
		return false;
	bench_count_alloc(size);
	sized_touch(buf, size);
	kvfree(buf);
	return true;
}

BENCH_DEFINE_KIND_LOOPS(sized, sized_operation);
BENCH_DEFINE_KIND_LOOPS(sized_kernel, sized_kernel_operation);

static int sized_kernel_create(const struct bench_run *run, const char *name,
			       struct bench_source *source)
{
	struct sized_source *sized = kzalloc_obj(*sized, GFP_KERNEL);
	struct rnd_state random;
	int i;

	if (!sized)
		return -ENOMEM;
	prandom_seed_state(&random, 1);
	for (i = 0; i < SIZED_TURNS; i++)
		sized->sizes[i] = 1 + prandom_u32_state(&random) % source->size;
	source->pool = sized;
	return 0;
}

static void sized_kernel_destroy(const struct bench_source *source,
				 const struct bench_builder *builder)
{
	kfree(source->pool);
}

/*
 * Four steps per doubling: classes as close to the requested sizes as possible.
 */
static int sized_create(const struct bench_run *run, const char *name,
			struct bench_source *source)
{
	const struct kpool_sized_args args = {
		.smallest = min(64UL, rounddown_pow_of_two(source->size)),
		.largest = source->size,
		.steps = 4,
	};
	struct sized_source *sized;
	int err;

	err = sized_kernel_create(run, name, source);
	if (err)
		return err;
	sized = source->pool;
	sized->sized = kpool_sized_create(name, &args);
	if (!IS_ERR(sized->sized))
		return 0;
	err = PTR_ERR(sized->sized);
	kfree(sized);
	return err;
}

static void sized_destroy(const struct bench_source *source,
			  const struct bench_builder *builder)
{
	struct sized_source *sized = source->pool;

	kpool_sized_destroy(sized->sized);
	kfree(sized);
}

static void sized_count(const struct bench_source *source,
			struct bench_counts *counts)
{
	struct sized_source *sized = source->pool;
	struct kpool_stats stats;
	struct kpool *pool;
	unsigned int i;

	for (i = 0; (pool = kpool_sized_pool(sized->sized, i)); i++) {
		kpool_read_stats(pool, &stats);
		counts->allocs += stats.built;
		counts->bytes += stats.built * stats.object_size;
		counts->gets += stats.gets;
		counts->hits += stats.hits;
	}
}

const struct bench_backend bench_sized_kpool = {
	.create = sized_create,
	.destroy = sized_destroy,
	.count = sized_count,
	.loops = &sized_loops,
};

const struct bench_backend bench_sized_kernel = {
	.create = sized_kernel_create,
	.destroy = sized_kernel_destroy,
	.loops = &sized_kernel_loops,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * Workloads whose objects have to be built: compress, whose workspaces are
 * large and have to be cleared, and expensive-new, after Go's benchmark of that
 * name for sync.Pool, whose objects take a millisecond each to build.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include "bench.h"
#include "builder.h"
#include "deflate.h"

static void finish_compress(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++)
		kfree(run->lanes[i].page);
}

static int setup_compress(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++) {
		struct bench_lane *lane = &run->lanes[i];

		lane->page = kzalloc_obj(*lane->page, GFP_KERNEL);
		if (!lane->page)
			return -ENOMEM;
		deflate_page_fill(lane->page);
	}
	return 0;
}

static unsigned int ops_compress(struct bench_lane *lane, unsigned int ops)
{
	const struct bench_run *run = lane->run;
	const struct bench_backend *backend = run->backend;
	const struct bench_builder *builder = run->pools->builder;
	struct bench_source source = run->pools->sources[0];
	unsigned int left;

	for (left = ops; left; left--) {
		void *obj = backend->get_built(source, builder);

		if (!obj)
			break;
		deflate_page(obj, lane->page);
		backend->put_built(source, builder, obj);
	}
	return ops - left;
}

/* Verify the output of the first batch, which belongs to the warm-up. */
static int after_compress(struct bench_lane *lane)
{
	if (!lane->page->length)
		return -EIO;
	return lane->steps++ ? 0 : deflate_page_verify(lane->page);
}

const struct bench_workload bench_compress = {
	.name = "compress",
	.text =
		"A page is deflated with a zlib workspace of 268 KiB: a typical use of a pool. kpool and objpool return workspaces that are built already; most others build one for each page.",
	.stable_ops = 160,
	.batch = 8,
	.objects = 8,
	.warm_up = 4,
	.builder = &bench_deflate_builder,
	.setup = setup_compress,
	.ops = ops_compress,
	.after = after_compress,
	.finish = finish_compress,
};

/* The millisecond stands for a wait, such as for a device or for a key. */
static int expensive_build(void *obj, gfp_t gfp)
{
	usleep_range(USEC_PER_MSEC, USEC_PER_MSEC + 10);
	return 0;
}

static void expensive_reset(void *obj)
{
}

static void expensive_teardown(void *obj)
{
}

const struct bench_builder bench_expensive_builder = {
	.build = expensive_build,
	.reset = expensive_reset,
	.teardown = expensive_teardown,
};

static unsigned int fill_built(const struct bench_run *run, void **objs,
			       unsigned int nr)
{
	unsigned int got;

	for (got = 0; got < nr; got++) {
		objs[got] = run->backend->get_built(run->pools->sources[0],
						    run->pools->builder);
		if (!objs[got])
			break;
	}
	return got;
}

static unsigned int ops_expensive(struct bench_lane *lane, unsigned int ops)
{
	const struct bench_run *run = lane->run;
	unsigned int burst = run->req.burst;
	unsigned int left = ops;

	while (left) {
		unsigned int got = fill_built(run, lane->objs, burst);
		unsigned int i;

		for (i = 0; i < got; i++)
			run->backend->put_built(run->pools->sources[0],
						run->pools->builder,
						lane->objs[i]);
		if (got != burst)
			break;
		left -= burst;
	}
	return ops - left;
}

/* Memory runs short every so many batches, while all objects are idle. */
#define EXPENSIVE_CLEAR	4

static int after_expensive(struct bench_lane *lane)
{
	if (!lane->index && !(++lane->steps % EXPENSIVE_CLEAR))
		bench_pools_clear(lane->run->pools);
	return 0;
}

const struct bench_workload bench_expensive_new = {
	.name = "expensive-new",
	.text =
		"100 objects are held at once that take 1 ms each to build, while clearing cycles run, after Go's benchmark of that name. The cost is the mean.",
	.stable_ops = 2000,
	.cpus = 1,
	.batch = 100,
	.burst = 100,
	.objects = 200,
	.warm_up = 1,
	.most = KPOOL_BENCH_EXPENSIVE_MAX,
	.mean = true,
	.no_latency = true,
	.builder = &bench_expensive_builder,
	.setup = bench_setup_objs,
	.ops = ops_expensive,
	.after = after_expensive,
	.finish = bench_finish_objs,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * What a batch of operations is, for all workloads but cross.  The engine
 * calls a step for every batch, in the thread of its lane; only the backend's
 * loop is between the two readings of the clock.
 *
 * A batch should be short beside the time from one timer interrupt to the
 * next, or the median batch has one in it.  It should not be smaller than the
 * number of objects prepared, or the backend fixed could serve most batches
 * from its stock, and the median would not know what restocking costs.
 */
#include <linux/mm.h>
#include <linux/timekeeping.h>
#include "bench.h"
#include "deflate.h"

static unsigned int batch_pair(const struct bench_lane *lane)
{
	const struct bench_run *run = lane->run;
	const struct bench_pools *pools = run->pools;
	const struct bench_loops *loops = run->backend->loops;

	if (pools->nr == 1)
		return loops->pair(pools->sources[0], run->req.batch);
	return loops->turns(pools->sources, pools->nr,
			    run->req.batch / pools->nr) * pools->nr;
}

static unsigned int batch_overflow(const struct bench_lane *lane)
{
	const struct bench_run *run = lane->run;
	unsigned int burst = run->req.burst;

	return run->backend->loops->overflow(run->pools->sources[0],
					     lane->objs, burst,
					     run->req.batch / burst) * burst;
}

static unsigned int batch_compress(const struct bench_lane *lane)
{
	const struct bench_run *run = lane->run;

	return run->backend->loops->compress(run->pools->sources[0],
					     lane->page, run->req.batch);
}

static __always_inline int
timed_step(struct bench_lane *lane, u64 *ns,
	   unsigned int (*batch)(const struct bench_lane *lane))
{
	u64 before = ktime_get_ns();
	unsigned int ops = batch(lane);

	*ns += ktime_get_ns() - before;
	return ops == lane->run->req.batch ? ops : -ENOMEM;
}

static int step_pair(struct bench_lane *lane, u64 *ns)
{
	return timed_step(lane, ns, batch_pair);
}

static const struct bench_workload bench_pair = {
	.name = "pair",
	.batch = 1024,
	.objects = 100,
	.warm_up = 4,
	.step = step_pair,
};

static const struct bench_workload bench_parallel = {
	.name = "parallel",
	.batch = 1024,
	.objects = 100,
	.warm_up = 4,
	.step = step_pair,
};

static void finish_overflow(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++)
		kvfree(run->lanes[i].objs);
}

static int setup_overflow(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++) {
		run->lanes[i].objs = kvcalloc(run->req.burst, sizeof(void *),
					      GFP_KERNEL);
		if (!run->lanes[i].objs)
			return -ENOMEM;
	}
	return 0;
}

static int step_overflow(struct bench_lane *lane, u64 *ns)
{
	return timed_step(lane, ns, batch_overflow);
}

static const struct bench_workload bench_overflow = {
	.name = "overflow",
	.batch = 1000,
	.objects = 100,
	.warm_up = 4,
	.setup = setup_overflow,
	.step = step_overflow,
	.finish = finish_overflow,
};

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

/* The first batch, which is one for warming up, is looked at closely. */
static int step_compress(struct bench_lane *lane, u64 *ns)
{
	bool first = !lane->page->length;
	int ret = timed_step(lane, ns, batch_compress);

	if (ret < 0)
		return ret;
	if (!lane->page->length)
		return -EIO;
	if (first) {
		int bad = deflate_page_verify(lane->page);

		if (bad)
			return bad;
	}
	return ret;
}

static const struct bench_workload bench_compress = {
	.name = "compress",
	.batch = 8,
	.objects = 8,
	.warm_up = 4,
	.setup = setup_compress,
	.step = step_compress,
	.finish = finish_compress,
};

#define BENCH_DEFINE_KIND(kind, label, ops)				\
static const struct bench_workload bench_kind_##kind = {		\
	.name = label,							\
	.batch = ops,							\
	.objects = 100,							\
	.warm_up = 4,							\
	.step = step_pair,						\
}

/*
 * Objects that take long to build: a timer interrupt is nothing beside them,
 * while a worker that builds between two batches must not hide much.
 */
#define BENCH_DEFINE_STATE(kind, label)					\
static const struct bench_workload bench_kind_##kind = {		\
	.name = label,							\
	.batch = 128,							\
	.objects = 8,							\
	.warm_up = 1,							\
	.step = step_pair,						\
}

BENCH_DEFINE_STATE(state, "state");
BENCH_DEFINE_STATE(state_use, "state-use");
BENCH_DEFINE_KIND(buf, "buf", 256);
BENCH_DEFINE_KIND(sized, "sized", 256);
BENCH_DEFINE_KIND(ring, "ring", 1024);
BENCH_DEFINE_KIND(fifo, "fifo", 256);
BENCH_DEFINE_KIND(compound, "compound", 256);
BENCH_DEFINE_KIND(work, "work", 16);
BENCH_DEFINE_KIND(dma, "dma", 256);
BENCH_DEFINE_KIND(static, "static", 1024);

const struct bench_workload *const bench_workloads[KPOOL_BENCH_WORKLOADS] = {
	[KPOOL_BENCH_PAIR] = &bench_pair,
	[KPOOL_BENCH_PARALLEL] = &bench_parallel,
	[KPOOL_BENCH_COMPRESS] = &bench_compress,
	[KPOOL_BENCH_OVERFLOW] = &bench_overflow,
	[KPOOL_BENCH_CROSS] = &bench_cross,
	[KPOOL_BENCH_STATE] = &bench_kind_state,
	[KPOOL_BENCH_STATE_USE] = &bench_kind_state_use,
	[KPOOL_BENCH_BUF] = &bench_kind_buf,
	[KPOOL_BENCH_SIZED] = &bench_kind_sized,
	[KPOOL_BENCH_RING] = &bench_kind_ring,
	[KPOOL_BENCH_FIFO] = &bench_kind_fifo,
	[KPOOL_BENCH_COMPOUND] = &bench_kind_compound,
	[KPOOL_BENCH_WORK] = &bench_kind_work,
	[KPOOL_BENCH_DMA] = &bench_kind_dma,
	[KPOOL_BENCH_STATIC] = &bench_kind_static,
};

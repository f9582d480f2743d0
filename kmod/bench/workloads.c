// SPDX-License-Identifier: GPL-2.0
/*
 * The workloads by number, and the operations of the plain ones.  The engine
 * makes a lane do its operations batch by batch; only the backend's loop runs
 * between two readings of the clock.
 *
 * A batch should be short compared with the time from one timer interrupt to
 * the next, or the median batch contains one.  It should not be smaller than
 * the number of objects prepared, or the backend single-use could serve most
 * batches from its stock, and the median would not include the cost of
 * restocking.
 */
#include <linux/mm.h>
#include <linux/prandom.h>
#include "bench.h"

static unsigned int ops_pair(struct bench_lane *lane, unsigned int ops)
{
	const struct bench_run *run = lane->run;
	const struct bench_pools *pools = run->pools;
	const struct bench_loops *loops = run->backend->loops;

	if (pools->nr == 1)
		return loops->pair(pools->sources[0], ops);
	return loops->turns(pools->sources, pools->nr, ops / pools->nr) *
	       pools->nr;
}

static const struct bench_workload bench_pair = {
	.name = "pair",
	.text =
		"One get and its put, again and again, on one CPU: the price of the hot path.",
	.stable_ops = 128 * 4096,
	.batch = 1024,
	.objects = 100,
	.warm_up = 4,
	.ops = ops_pair,
};

static const struct bench_workload bench_parallel = {
	.name = "parallel",
	.text =
		"The same on several CPUs at once. The cost is the time of an operation on each CPU, so it stays the same as long as CPUs do not contend.",
	.stable_ops = 64 * 4096,
	.cpus = 1,
	.cpus_all = true,
	.batch = 1024,
	.objects = 100,
	.warm_up = 4,
	.ops = ops_pair,
};

static const struct bench_workload bench_page = {
	.name = "page",
	.text = "Get and put of a page.",
	.stable_ops = 64 * 1024,
	.batch = 1024,
	.objects = 256,
	.warm_up = 4,
	.ops = ops_pair,
};

/*
 * Eight sizes in a pseudo-random order that branch and cache predictors cannot
 * learn; a batch repeats the pattern as often as it fits.  The order is the
 * same in each run.
 */
#define MIXED_PATTERN	64

static int setup_mixed(struct bench_run *run)
{
	const struct bench_pools *pools = run->pools;
	struct rnd_state random;
	unsigned int i;

	run->pattern = kvcalloc(MIXED_PATTERN, sizeof(*run->pattern),
				GFP_KERNEL);
	if (!run->pattern)
		return -ENOMEM;
	prandom_seed_state(&random, MIXED_PATTERN);
	for (i = 0; i < MIXED_PATTERN; i++)
		run->pattern[i] = pools->sources[prandom_u32_state(&random) %
						 pools->nr];
	return 0;
}

static void finish_mixed(struct bench_run *run)
{
	kvfree(run->pattern);
}

static unsigned int ops_mixed(struct bench_lane *lane, unsigned int ops)
{
	const struct bench_run *run = lane->run;

	return run->backend->loops->turns(run->pattern, MIXED_PATTERN,
					  ops / MIXED_PATTERN) * MIXED_PATTERN;
}

static const struct bench_workload bench_mixed = {
	.name = "mixed",
	.text =
		"Get and put of eight sizes in changing order, each from a pool of its own.",
	.stable_ops = 64 * 1024,
	.size_shift = 2,
	.batch = 16 * MIXED_PATTERN,
	.unit = MIXED_PATTERN,
	.objects = 100,
	.warm_up = 4,
	.pools = 8,
	.setup = setup_mixed,
	.ops = ops_mixed,
	.finish = finish_mixed,
};

static unsigned int ops_nested(struct bench_lane *lane, unsigned int ops)
{
	const struct bench_run *run = lane->run;

	return run->backend->loops->nested(run->pools->sources, ops);
}

static const struct bench_workload bench_nested = {
	.name = "nested",
	.text =
		"A request that takes an object from each of three pools, and puts them in reverse order.",
	.stable_ops = 64 * 1024,
	.batch = 256,
	.objects = 100,
	.warm_up = 4,
	.pools = 3,
	.gets = 3,
	.ops = ops_nested,
};

#define BENCH_DEFINE_KIND(kind, nr, total, what)			\
static const struct bench_workload bench_kind_##kind = {		\
	.name = #kind,							\
	.text = what,							\
	.is_kind = true,						\
	.stable_ops = total,						\
	.batch = nr,							\
	.objects = 100,							\
	.warm_up = 4,							\
	.ops = ops_pair,						\
}

/*
 * Objects that take long to build: a timer interrupt costs little compared with
 * them, but a worker that builds between two batches must not hide much.  Many
 * states can be got from a pool, or some used, while one is built.
 */
#define BENCH_DEFINE_STATE(kind, label, nr_cpus, times, what)		\
static const struct bench_workload bench_kind_##kind = {		\
	.name = label,							\
	.text = what,							\
	.is_kind = true,						\
	.stable_ops = 512,						\
	.stable_ops_kpool = (times) * 512,				\
	.cpus = nr_cpus,						\
	.batch = 128,							\
	.objects = 8,							\
	.warm_up = 1,							\
	.ops = ops_pair,						\
}

BENCH_DEFINE_STATE(state, "state", 1, 128,
		   "Get and put of an interpreter's state of 830 allocations.");
BENCH_DEFINE_STATE(state_use, "state-use", 0, 16,
		   "The same as state, with a script that runs on the state in between.");
BENCH_DEFINE_KIND(buf, 256, 64 * 1024,
		  "A message is assembled in a growing buffer. kernel: kvmalloc() for each message.");
BENCH_DEFINE_KIND(sized, 256, 64 * 1024,
		  "Buffers of changing sizes. kernel: kvmalloc() of the size.");
BENCH_DEFINE_KIND(ring, 1024, 64 * 1024,
		  "One of a fixed number of buffers. kernel: a list and a spinlock that interrupts may take.");
BENCH_DEFINE_KIND(fifo, 256, 64 * 1024,
		  "A fifo of 16 pointers is got, used for 4, and put. kernel: a ptr_ring for each use.");
BENCH_DEFINE_KIND(compound, 256, 64 * 1024,
		  "A parent and two children. kernel: one allocation for each of the three.");
BENCH_DEFINE_KIND(work, 16, 1600,
		  "A work item is submitted and waited for. kernel: an item from kzalloc().");
BENCH_DEFINE_KIND(dma, 256, 64 * 1024,
		  "A coherent buffer. kernel: dma_pool_alloc().");
BENCH_DEFINE_KIND(static, 1024, 64 * 1024,
		  "An object of a pool defined at file level. kernel: a list and a spinlock.");

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
	[KPOOL_BENCH_STARVATION] = &bench_starvation,
	[KPOOL_BENCH_EXPENSIVE_NEW] = &bench_expensive_new,
	[KPOOL_BENCH_BURST] = &bench_burst,
	[KPOOL_BENCH_MIXED] = &bench_mixed,
	[KPOOL_BENCH_NESTED] = &bench_nested,
	[KPOOL_BENCH_INTERRUPT] = &bench_interrupt,
	[KPOOL_BENCH_PAGE] = &bench_page,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * Workloads that hold many objects at once: overflow and starvation, after Go's
 * benchmarks of these names for sync.Pool, and burst, whose depth is random.
 * Each lane has its own array for the objects that it holds.
 */
#include <linux/minmax.h>
#include <linux/mm.h>
#include "bench.h"

/* The @finish of a workload, or a part of another one's. */
void bench_finish_objs(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++)
		kvfree(run->lanes[i].objs);
}

/* Give each lane room for a burst.  On failure the caller frees the run. */
int bench_setup_objs(struct bench_run *run)
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

static unsigned int ops_overflow(struct bench_lane *lane, unsigned int ops)
{
	const struct bench_run *run = lane->run;
	unsigned int burst = run->req.burst;

	return run->backend->loops->overflow(run->pools->sources[0],
					     lane->objs, burst,
					     ops / burst) * burst;
}

const struct bench_workload bench_overflow = {
	.name = "overflow",
	.text =
		"100 gets, then 100 puts, after Go's benchmark of that name: more objects than one CPU's cache holds.",
	.stable_ops = 64 * 4000,
	.batch = 1000,
	.burst = 100,
	.objects = 100,
	.warm_up = 4,
	.setup = bench_setup_objs,
	.ops = ops_overflow,
	.finish = bench_finish_objs,
};

/* George Marsaglia's xorshift: random enough for depths, and fast. */
static u32 next_random(u32 *state)
{
	u32 x = *state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return *state = x;
}

static int setup_burst(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++)
		run->lanes[i].random = 2463534242U + i;
	return bench_setup_objs(run);
}

/* The next depth, from 1 to the request's burst and at most @left. */
static unsigned int next_depth(struct bench_lane *lane, unsigned int left)
{
	u64 depth = (u64)next_random(&lane->random) * lane->run->req.burst;

	return min_t(u32, 1 + (depth >> 32), left);
}

static unsigned int ops_burst(struct bench_lane *lane, unsigned int ops)
{
	const struct bench_run *run = lane->run;
	const struct bench_loops *loops = run->backend->loops;
	struct bench_source source = run->pools->sources[0];
	unsigned int left = ops;

	while (left) {
		unsigned int depth = next_depth(lane, left);
		unsigned int got = loops->fill(source, lane->objs, depth);

		loops->empty(source, lane->objs, got);
		left -= got;
		if (got != depth)
			break;
	}
	return ops - left;
}

const struct bench_workload bench_burst = {
	.name = "burst",
	.text = "A random number of gets, up to 1000, then as many puts.",
	.stable_ops = 64 * 4000,
	.batch = 4000,
	.unit = 1,
	.burst = 1000,
	.objects = 1000,
	.no_latency = true,
	.warm_up = 8,
	.setup = setup_burst,
	.ops = ops_burst,
	.finish = bench_finish_objs,
};

/* A third of the objects are not put back, as in Go's benchmark. */
static unsigned int ops_starvation(struct bench_lane *lane, unsigned int ops)
{
	const struct bench_run *run = lane->run;
	const struct bench_loops *loops = run->backend->loops;
	struct bench_source source = run->pools->sources[0];
	unsigned int burst = run->req.burst;
	unsigned int left;

	for (left = ops / burst; left; left--) {
		unsigned int got = loops->fill(source, lane->objs, burst);
		unsigned int kept = got - got / 3;

		loops->empty(source, lane->objs, kept);
		loops->drop(source, lane->objs + kept, got - kept);
		if (got != burst)
			break;
	}
	return ops - left * burst;
}

const struct bench_workload bench_starvation = {
	.name = "starvation",
	.text =
		"100 gets, then 67 puts, and 33 objects are lost for good, after Go's benchmark of that name: a third of the objects has to be built again.",
	.stable_ops = 64 * 4000,
	.cpus = 1,
	.batch = 1000,
	.burst = 100,
	.objects = 100,
	.warm_up = 4,
	.setup = bench_setup_objs,
	.ops = ops_starvation,
	.finish = bench_finish_objs,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * Makes the answer of a run from what its lanes measured.  Called by engine.c
 * when all lanes have stopped, so nothing here is locked.
 *
 * The cost is the median of all batches: an interrupt or a preempted thread
 * spoils single batches, and what happens to most of them is what counts.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sort.h>
#include "bench.h"

#define PS_PER_NS	1000

static int samples_compare(const void *a, const void *b)
{
	u64 left = *(const u64 *)a;
	u64 right = *(const u64 *)b;

	return left < right ? -1 : left > right;
}

/*
 * A batch of cross is what the producer and the consumer took together: adds
 * up the samples of each couple and moves them to the front.
 */
static unsigned int samples_join_couples(struct bench_run *run)
{
	unsigned int nr = 0;
	unsigned int lane;
	unsigned int i;

	for (lane = 0; lane < run->nr_lanes; lane += 2) {
		const u64 *producer = run->lanes[lane].samples;
		const u64 *consumer = run->lanes[lane + 1].samples;

		for (i = 0; i < run->batches; i++)
			run->samples[nr++] = producer[i] + consumer[i];
	}
	return nr;
}

static unsigned int samples_join(struct bench_run *run)
{
	if (run->req.workload == KPOOL_BENCH_CROSS)
		return samples_join_couples(run);
	return run->nr_lanes * run->batches;
}

static u64 elapsed_ns(const struct bench_run *run)
{
	u64 started = run->lanes[0].started;
	u64 ended = run->lanes[0].ended;
	unsigned int i;

	for (i = 1; i < run->nr_lanes; i++) {
		started = min(started, run->lanes[i].started);
		ended = max(ended, run->lanes[i].ended);
	}
	return ended - started;
}

static void result_cost(struct bench_run *run)
{
	struct kpool_bench_run *req = &run->req;
	unsigned int nr = samples_join(run);
	u64 *samples = run->samples;
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < nr; i++)
		sum += samples[i];
	sort(samples, nr, sizeof(*samples), samples_compare, NULL);
	req->cost_ps = div_u64(samples[nr / 2] * PS_PER_NS, req->batch);
	req->cost_min_ps = div_u64(samples[0] * PS_PER_NS, req->batch);
	req->cost_mean_ps = div64_u64(sum * PS_PER_NS, (u64)nr * req->batch);
}

/* While one CPU's batch is timed, the shared clock counts for all of them. */
static bool has_concurrent_samples(const struct bench_run *run)
{
	return run->req.flags & KPOOL_BENCH_F_SHARED_CLOCK &&
	       run->nr_lanes > 1 && run->req.workload != KPOOL_BENCH_CROSS;
}

/**
 * bench_result() - fill in the answer
 * @run: a run that has ended without an error
 * @before: what was counted before the measured part
 * @after: what was counted after it
 */
void bench_result(struct bench_run *run, const struct bench_counts *before,
		  const struct bench_counts *after)
{
	struct kpool_bench_run *req = &run->req;

	req->ops_done = bench_run_ops_done(run);
	req->elapsed_ns = elapsed_ns(run);
	result_cost(run);
	if (has_concurrent_samples(run))
		req->cost_ps = div64_u64(req->elapsed_ns * PS_PER_NS,
					 req->ops_done);

	req->allocs = after->allocs - before->allocs;
	req->alloc_bytes = after->bytes - before->bytes;
	if (run->backend->get_allocates) {
		req->allocs += req->ops_done;
		req->alloc_bytes += req->ops_done * run->pools->sources[0].size;
	}
	req->gets = after->gets - before->gets;
	req->hits = after->hits - before->hits;
}

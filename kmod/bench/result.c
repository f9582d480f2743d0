// SPDX-License-Identifier: GPL-2.0
/*
 * The progress of a run, read while its lanes work, and its result, computed
 * from the lanes' measurements when all of them have stopped.  No lock is
 * needed.
 *
 * The cost is the median of all batches: an interrupt or a preemption spoils
 * single batches, but not most of them.  It is the mean where a few batches
 * bear costs that the others have caused.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sort.h>
#include "bench.h"
#include "builder.h"

#define PS_PER_NS	1000

static int samples_compare(const void *a, const void *b)
{
	u64 left = *(const u64 *)a;
	u64 right = *(const u64 *)b;

	return left < right ? -1 : left > right;
}

/*
 * A sample of cross is the time of a producer's batch plus its share of the
 * time of the consumer, which empties one batch of each producer.  Add up the
 * measurements of each group, and move the sums to the front.
 */
static unsigned int samples_join_groups(struct bench_run *run)
{
	unsigned int producers = run->req.producers;
	unsigned int nr = 0;
	unsigned int first;
	unsigned int lane;
	unsigned int i;

	for (first = 0; first < run->nr_lanes; first += producers + 1) {
		for (i = 0; i < run->batches; i++) {
			u64 sum = 0;

			for (lane = 0; lane <= producers; lane++)
				sum += run->lanes[first + lane].samples[i];
			run->samples[nr++] = div_u64(sum, producers);
		}
	}
	return nr;
}

static unsigned int samples_join(struct bench_run *run)
{
	if (run->req.workload == KPOOL_BENCH_CROSS)
		return samples_join_groups(run);
	return run->nr_lanes * run->batches;
}

u64 bench_run_ops_done(const struct bench_run *run)
{
	unsigned int i;
	u64 done = 0;

	for (i = 0; i < run->nr_lanes; i++)
		done += READ_ONCE(run->lanes[i].ops_done);
	return done;
}

u64 bench_run_ops_total(const struct bench_run *run)
{
	unsigned int lanes = run->nr_lanes;

	if (run->req.workload == KPOOL_BENCH_CROSS)
		lanes -= lanes / (run->req.producers + 1);
	return run->req.ops * lanes;
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

/* While one CPU's batch is timed, the shared clock counts for all of them. */
static bool has_concurrent_samples(const struct bench_run *run)
{
	return run->req.flags & KPOOL_BENCH_F_SHARED_CLOCK &&
	       run->nr_lanes > 1 && run->req.workload != KPOOL_BENCH_CROSS;
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
	if (run->workload->mean || run->backend->mean)
		req->cost_ps = req->cost_mean_ps;
	if (has_concurrent_samples(run))
		req->cost_ps = div64_u64(req->elapsed_ns * PS_PER_NS,
					 req->ops_done);
}

/* Bytes that an operation's gets request, without the bytes for building. */
static u64 bytes_of_get(const struct bench_run *run)
{
	const struct bench_builder *builder = run->workload->builder;

	if (builder && builder->size)
		return builder->size;
	return run->req.object_size_used;
}

/**
 * bench_result() - fill in the result of a run
 * @run: a run that has ended without an error
 * @before: counts before the measured part
 * @after: counts after the measured part
 */
void bench_result(struct bench_run *run, const struct bench_counts *before,
		  const struct bench_counts *after)
{
	struct kpool_bench_run *req = &run->req;

	req->ops_done = bench_run_ops_done(run);
	req->elapsed_ns = elapsed_ns(run);
	if (bench_is_latency(run))
		bench_latency_result(run);
	else
		result_cost(run);

	req->allocs = after->allocs - before->allocs;
	req->alloc_bytes = after->bytes - before->bytes;
	if (run->backend->get_allocates) {
		req->allocs += req->ops_done * max(run->workload->gets, 1U);
		req->alloc_bytes += req->ops_done * bytes_of_get(run);
	}
	req->gets = after->gets - before->gets;
	req->hits = after->hits - before->hits;
}

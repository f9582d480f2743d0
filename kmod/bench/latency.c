// SPDX-License-Identifier: GPL-2.0
/*
 * Operations timed one by one.  A lane starts an operation when its schedule
 * says so, or at once if it is late; the latency counts from the scheduled
 * time.  A long operation thus delays the following ones and adds to their
 * latencies, instead of keeping them from being measured ("coordinated
 * omission", Gil Tene).
 *
 * Latencies are counted in buckets whose width grows with the latency, as in
 * Tene's HdrHistogram: see KPOOL_BENCH_BUCKETS.  Each lane has buckets of its
 * own, which are added up when all lanes have stopped.
 */
#include <linux/bitops.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include "bench.h"

/* Binary logarithm of the number of buckets for each power of two. */
#define LATENCY_SUB_BITS	4

static unsigned int latency_bucket(u64 ns)
{
	unsigned int exponent = 0;

	if (ns >> (LATENCY_SUB_BITS + 1))
		exponent = fls64(ns) - (LATENCY_SUB_BITS + 1);
	return min_t(u64, ((u64)exponent << LATENCY_SUB_BITS) + (ns >> exponent),
		     KPOOL_BENCH_BUCKETS - 1);
}

/* The longest latency that is counted in @bucket. */
static u64 bucket_end(unsigned int bucket)
{
	unsigned int exponent;
	u64 begin;

	if (bucket < 2U << LATENCY_SUB_BITS)
		return bucket;
	exponent = (bucket >> LATENCY_SUB_BITS) - 1;
	begin = (bucket & ((1U << LATENCY_SUB_BITS) - 1)) +
		(1U << LATENCY_SUB_BITS);
	return ((begin + 1) << exponent) - 1;
}

static void latency_add(struct bench_lane *lane, u64 ns)
{
	lane->latencies[latency_bucket(ns)]++;
	lane->latency_max = max(lane->latency_max, ns);
}

/* Let other tasks run, then wait until @due. */
static void latency_wait(u64 due)
{
	cond_resched();
	while (ktime_get_ns() < due)
		cpu_relax();
}

/**
 * bench_latency_measure() - do the operations of a lane one by one
 * @lane: the lane
 *
 * The lane's time is from the start of its schedule to the end of the last
 * operation.
 *
 * Return: 0 or a negative errno.
 */
int bench_latency_measure(struct bench_lane *lane)
{
	const struct bench_run *run = lane->run;
	unsigned int batch = run->req.batch;
	u64 due = ktime_get_ns();
	unsigned int i;

	lane->started = due;
	for (i = 0; i < run->batches; i++) {
		unsigned int done;

		due += run->req.interval_ns;
		latency_wait(due);
		done = run->workload->ops(lane, batch);
		lane->ended = ktime_get_ns();
		latency_add(lane, lane->ended - due);
		if (done != batch)
			return -ENOMEM;
		WRITE_ONCE(lane->ops_done, lane->ops_done + done);
		if (bench_is_cancelled(run))
			return -EINTR;
	}
	return 0;
}

/* The latency that @permille of all operations did not exceed. */
static u64 latency_percentile(const u32 *buckets, u64 total,
			      unsigned int permille)
{
	u64 wanted = DIV_ROUND_UP_ULL(total * permille, 1000);
	unsigned int i;
	u64 seen = 0;

	for (i = 0; i < KPOOL_BENCH_BUCKETS - 1; i++) {
		seen += buckets[i];
		if (seen >= wanted)
			break;
	}
	return bucket_end(i);
}

/* Add all lanes up in the buckets of the first, and fill in the result. */
void bench_latency_result(struct bench_run *run)
{
	struct kpool_bench_run *req = &run->req;
	u32 *sum = run->latencies;
	unsigned int lane, i;
	u64 total;

	req->latency_max_ns = run->lanes[0].latency_max;
	for (lane = 1; lane < run->nr_lanes; lane++) {
		for (i = 0; i < KPOOL_BENCH_BUCKETS; i++)
			sum[i] += run->lanes[lane].latencies[i];
		req->latency_max_ns = max(req->latency_max_ns,
					  run->lanes[lane].latency_max);
	}
	total = (u64)run->nr_lanes * run->batches;
	req->latency_p50_ns = min(latency_percentile(sum, total, 500),
				  req->latency_max_ns);
	req->latency_p99_ns = min(latency_percentile(sum, total, 990),
				  req->latency_max_ns);
	req->latency_p999_ns = min(latency_percentile(sum, total, 999),
				   req->latency_max_ns);
}

/*
 * Before a run, check that user space has room for the buckets: 0 or -EFAULT.
 */
int bench_latency_prepare(const struct kpool_bench_run *req)
{
	if (!req->histogram)
		return 0;
	return clear_user(u64_to_user_ptr(req->histogram),
			  KPOOL_BENCH_BUCKETS * sizeof(u64)) ? -EFAULT : 0;
}

/* Copy the buckets to user space if it asked for them: 0 or -EFAULT. */
int bench_latency_copy(const struct bench_run *run)
{
	u64 __user *to = u64_to_user_ptr(run->req.histogram);
	unsigned int i;

	if (!run->req.histogram)
		return 0;
	for (i = 0; i < KPOOL_BENCH_BUCKETS; i++) {
		u64 count = run->latencies[i];

		if (copy_to_user(to + i, &count, sizeof(count)))
			return -EFAULT;
	}
	return 0;
}

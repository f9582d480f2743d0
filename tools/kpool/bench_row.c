// SPDX-License-Identifier: GPL-2.0
/* Combines the results of a row's rounds. */
#include <stdint.h>
#include <string.h>

#include "bench_module.h"
#include "bench_row.h"

/* The time that the latencies of a row may take, and their least number. */
#define LATENCY_NS	50000000ULL
#define LATENCY_LEAST	100
#define LATENCY_MOST	20000

static void insert_cost(struct bench_row *row, __u64 cost)
{
	unsigned int i;

	for (i = row->rounds; i && row->costs[i - 1] > cost; i--)
		row->costs[i] = row->costs[i - 1];
	row->costs[i] = cost;
	row->rounds++;
}

static __u64 median_cost(const struct bench_row *row)
{
	unsigned int middle = row->rounds / 2;

	if (row->rounds % 2)
		return row->costs[middle];
	return (row->costs[middle - 1] + row->costs[middle]) / 2;
}

void bench_row_add_round(struct bench_row *row,
			 const struct kpool_bench_run *answer)
{
	struct kpool_bench_run *run = &row->run;

	if (row->rounds == BENCH_ROUNDS_MAX)
		return;
	insert_cost(row, answer->cost_ps);
	run->cost_ps = median_cost(row);
	run->burst = answer->burst;
	run->object_size_used = answer->object_size_used;
	run->ops_done += answer->ops_done;
	run->elapsed_ns += answer->elapsed_ns;
	run->allocs += answer->allocs;
	run->alloc_bytes += answer->alloc_bytes;
	run->gets += answer->gets;
	run->hits += answer->hits;
}

/* Operations that are timed together. */
static unsigned int latency_unit(const struct kpool_bench_run *run)
{
	if (run->burst)
		return run->burst;
	if (run->pools > 1)
		return run->pools;
	return bench_module.workloads[run->workload].unit;
}

/*
 * The time of a unit on its CPU; others may have used the same clock meanwhile.
 */
static __u64 unit_ns(const struct bench_row *row)
{
	const struct kpool_bench_run *run = &row->run;
	__u64 cpus = run->flags & KPOOL_BENCH_F_SHARED_CLOCK ? run->cpus : 1;

	return run->cost_ps * latency_unit(run) * cpus / 1000;
}

/*
 * Twice the time of the slowest row, and some more to read the clock, so that
 * each row can keep up.
 */
__u64 bench_rows_interval(const struct bench_row *rows, size_t nr)
{
	__u64 slowest = 0;
	size_t i;

	for (i = 0; i < nr; i++)
		if (rows[i].rounds && unit_ns(&rows[i]) > slowest)
			slowest = unit_ns(&rows[i]);
	return 2 * slowest + 1000;
}

void bench_row_ask_latency(const struct bench_row *row, __u64 interval,
			   struct kpool_bench_run *run)
{
	__u64 times = LATENCY_NS / interval;

	if (times > LATENCY_MOST)
		times = LATENCY_MOST;
	if (times < LATENCY_LEAST)
		times = LATENCY_LEAST;
	*run = row->run;
	run->flags |= KPOOL_BENCH_F_LATENCY;
	run->batch = 0;
	run->ops = times * latency_unit(run);
	run->interval_ns = interval;
	run->histogram = (uintptr_t)row->histogram;
}

__u64 bench_row_low(const struct bench_row *row)
{
	return row->costs[0];
}

__u64 bench_row_high(const struct bench_row *row)
{
	return row->rounds ? row->costs[row->rounds - 1] : 0;
}

double bench_row_confidence(unsigned int rounds)
{
	double missed = 2;

	while (rounds--)
		missed /= 2;
	return missed < 1 ? 1 - missed : 0;
}

static const struct bench_row *loop_of(const struct bench_row *rows, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (rows[i].run.backend == KPOOL_BENCH_LOOP && rows[i].rounds)
			return &rows[i];
	return NULL;
}

void bench_rows_set_net(struct bench_row *rows, size_t nr)
{
	const struct bench_row *loop = loop_of(rows, nr);
	size_t i;

	for (i = 0; i < nr && loop; i++) {
		if (!rows[i].rounds || &rows[i] == loop)
			continue;
		rows[i].net_ps = rows[i].run.cost_ps - loop->run.cost_ps;
		rows[i].has_net = true;
	}
}

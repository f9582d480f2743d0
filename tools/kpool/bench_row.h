/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A row of the benchmark's report: the request, and the combined results of all
 * its rounds. No I/O here, so that tests can make up results.
 */
#ifndef BENCH_ROW_H
#define BENCH_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/kpool_bench.h>

/* The highest number of rounds that --rounds accepts. */
#define BENCH_ROUNDS_MAX	32

/**
 * struct bench_row - a workload on a backend
 * @run: the request; then the result, in which operations, time, allocations,
 *	gets and hits of all rounds are added up, and cost_ps is the median
 * @note: the reason why there are no figures, or ""
 * @rounds: number of rounds measured
 * @costs: the costs of the rounds, the lowest first
 * @has_latency: the four latencies of @run were measured
 * @histogram: latencies, see KPOOL_BENCH_BUCKETS
 * @has_memory: @held and @held_cleared were measured
 * @held: bytes that the backend held once no object was in use
 * @held_cleared: the same after two clearing cycles
 * @has_net: @net_ps was measured
 * @net_ps: the cost less that of the backend loop in the same workload
 */
struct bench_row {
	struct kpool_bench_run run;
	char note[sizeof(((struct kpool_bench_reason *)0)->text)];
	unsigned int rounds;
	__u64 costs[BENCH_ROUNDS_MAX];
	bool has_latency;
	__u64 histogram[KPOOL_BENCH_BUCKETS];
	bool has_memory;
	long long held;
	long long held_cleared;
	bool has_net;
	__s64 net_ps;
};

/* Adds the result of one round. */
void bench_row_add_round(struct bench_row *row,
			 const struct kpool_bench_run *answer);

/*
 * The interval that contains the true median: from the lowest to the highest
 * cost of all rounds. It does so with the probability that
 * bench_row_confidence() returns.
 */
__u64 bench_row_low(const struct bench_row *row);
__u64 bench_row_high(const struct bench_row *row);

/*
 * Each round is as likely to cost more than the true median as less, so the
 * probability that all @rounds are on the same side of it is 1 in 2^(rounds -
 * 1).
 */
double bench_row_confidence(unsigned int rounds);

/*
 * Returns the nanoseconds from one operation to the next for the latencies of
 * @nr rows of a workload on the same number of CPUs: the same for all rows, so
 * that they can be compared. Here an operation is the smallest unit that can be
 * timed, such as a burst.
 */
__u64 bench_rows_interval(const struct bench_row *rows, size_t nr);

/* Fills in the latency request of a row that has its costs. */
void bench_row_ask_latency(const struct bench_row *row, __u64 interval,
			   struct kpool_bench_run *run);

/*
 * Sets the cost without the measuring loop for each of @nr rows of a workload.
 */
void bench_rows_set_net(struct bench_row *rows, size_t nr);

#endif /* BENCH_ROW_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A row of the benchmark's report: what was asked, and what all its rounds have
 * answered.  No I/O: bench_measure.c does the runs, tests make up their answers.
 */
#ifndef BENCH_ROW_H
#define BENCH_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/kpool_bench.h>

/* Most rounds that --rounds may ask for. */
#define BENCH_ROUNDS_MAX	32

/**
 * struct bench_row - a workload on a backend
 * @run: the request; then the answer, in which operations, time, allocations,
 *	gets and hits of all rounds are added up, and cost_ps is the median
 * @note: why there are no figures, or ""
 * @rounds: rounds that were measured
 * @costs: their costs, the least first
 * @has_latency: the four latencies of @run were measured
 * @histogram: latencies, see KPOOL_BENCH_BUCKETS
 * @has_memory: the next two were measured
 * @held: bytes that the backend kept when nothing was in use any more
 * @held_cleared: the same after two clearing cycles
 * @has_net: the next was measured
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

/* Adds what one round has answered. */
void bench_row_add_round(struct bench_row *row,
			 const struct kpool_bench_run *answer);

/*
 * The interval that has the true median in it: the least and the greatest cost
 * of all rounds.  It does with the probability that bench_row_confidence() says.
 */
__u64 bench_row_low(const struct bench_row *row);
__u64 bench_row_high(const struct bench_row *row);

/*
 * Each round is as likely to cost more than the true median as to cost less, so
 * all of @rounds are on one side of it once in 2^(rounds - 1) times.
 */
double bench_row_confidence(unsigned int rounds);

/*
 * Nanoseconds from one operation to the next for the latencies of @nr rows of a
 * workload on as many CPUs: the same for all, so that they can be compared.  An
 * operation is here what can't be taken apart, as a burst.
 */
__u64 bench_rows_interval(const struct bench_row *rows, size_t nr);

/* Fills in the request for the latencies of a row that has its costs. */
void bench_row_ask_latency(const struct bench_row *row, __u64 interval,
			   struct kpool_bench_run *run);

/* Sets what each of @nr rows of a workload costs without the measuring loop. */
void bench_rows_set_net(struct bench_row *rows, size_t nr);

#endif /* BENCH_ROW_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What "kpool bench" is asked to do, and the runs that this comes to.  No I/O:
 * bench.c fills in the options and does the runs, tests do neither.
 */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/kpool_bench.h>

#include "bench_row.h"

/* Numbers of CPUs that --cpus may name at a time. */
#define PLAN_CPUS_MAX	16

/**
 * struct bench_options - what the command line says
 * @workloads: a bit for each workload
 * @backends: a bit for each backend
 * @cpus: on how many CPUs the workloads run that may use several, a row for each
 *	number
 * @nr_cpus: how many numbers; 0: rows on all that are online, and for most of
 *	these workloads also on a single one
 * @size: bytes an object
 * @ops: operations on each CPU; 0: a default for the workload
 * @pools: pools that pair and parallel use in turn
 * @burst: objects that are held at a time by the workloads that hold several; 0:
 *	the module's default
 * @icount: the clock counts the instructions of all CPUs
 * @keep: leave kpool's pools until the device is closed
 */
struct bench_options {
	unsigned int workloads;
	unsigned int backends;
	unsigned int cpus[PLAN_CPUS_MAX];
	unsigned int nr_cpus;
	unsigned long long size;
	unsigned long long ops;
	unsigned int pools;
	unsigned int burst;
	bool icount;
	bool keep;
};

/* Some workloads have rows for each number of CPUs. */
#define PLAN_ROWS_MAX	((KPOOL_BENCH_WORKLOADS + 5 * PLAN_CPUS_MAX) * \
			 KPOOL_BENCH_BACKENDS)

/**
 * struct bench_plan - rows, in the order in which they are measured
 * @nr: how many
 * @rows: they; those of a workload on as many CPUs follow one another
 */
struct bench_plan {
	size_t nr;
	struct bench_row rows[PLAN_ROWS_MAX];
};

extern const char *const bench_workload_names[KPOOL_BENCH_WORKLOADS];
extern const char *const bench_backend_names[KPOOL_BENCH_BACKENDS];

void bench_options_init(struct bench_options *options);

/* Chooses the workloads and backends that bench_report_states() compares. */
void bench_options_states(struct bench_options *options);

/**
 * bench_parse_names() - read a list of names
 * @list: names with commas between them, or "all"
 * @names: what exists
 * @nr: how many exist
 * @mask: set to a bit for each name in the list
 *
 * Return: NULL, or the first name that does not exist, to be freed.
 */
char *bench_parse_names(const char *list, const char *const *names, size_t nr,
			unsigned int *mask);

/**
 * bench_parse_number() - read a number
 * @text: the number, decimal
 * @min: the least that it may be
 * @max: the most
 * @number: set to it
 *
 * Return: false if @text is not a number or out of range.
 */
bool bench_parse_number(const char *text, unsigned long long min,
			unsigned long long max, unsigned long long *number);

/* Reads numbers with commas between them; false if one is no good. */
bool bench_parse_cpus(const char *list, struct bench_options *options);

/**
 * bench_plan_group() - rows that are to be compared
 * @plan: the plan
 * @first: the first of them
 *
 * Return: how many rows from @first on are of its workload and as many CPUs.
 */
size_t bench_plan_group(const struct bench_plan *plan, size_t first);

/* Makes the plan for a machine with @online CPUs. */
void bench_plan_make(const struct bench_options *options, unsigned int online,
		     struct bench_plan *plan);

#endif /* BENCH_PLAN_H */

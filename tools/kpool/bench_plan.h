/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options of "kpool bench", and the runs that they result in. No I/O here,
 * so that tests need no device.
 */
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/kpool_bench.h>

#include "bench_module.h"
#include "bench_row.h"

/* The most numbers of CPUs that --cpus may list. */
#define PLAN_CPUS_MAX	16

/**
 * struct bench_options - the options given on the command line
 * @workloads: a bit for each workload
 * @backends: a bit for each backend
 * @cpus: numbers of CPUs for the workloads that can use several, with a row for
 *	each number
 * @nr_cpus: length of @cpus; 0: rows on all online CPUs, and for most of these
 *	workloads also on the fewest possible
 * @size: bytes per object
 * @ops: operations on each CPU; 0: a default for the workload
 * @pools: pools that pair and parallel use in turn
 * @burst: objects held at a time by the workloads that hold several; 0: the
 *	module's default
 * @icount: the clock counts the instructions of all CPUs
 * @keep: keep kpool's pools until the device is closed
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
#define PLAN_ROWS_MAX	((BENCH_MODULE_MAX + 5 * PLAN_CPUS_MAX) * \
			 BENCH_MODULE_MAX)

/**
 * struct bench_plan - rows, in the order in which they are measured
 * @nr: number of rows
 * @rows: the rows; those of a workload on the same number of CPUs are adjacent
 */
struct bench_plan {
	size_t nr;
	struct bench_row rows[PLAN_ROWS_MAX];
};

void bench_options_init(struct bench_options *options);

/**
 * bench_parse_names() - parse a list of names
 * @list: comma-separated names, or "all"
 * @name_of: returns the name of a number below @nr
 * @nr: number of existing names
 * @mask: set to a bit for each name in the list
 *
 * Return: NULL, or the first name that does not exist; the caller frees it.
 */
char *bench_parse_names(const char *list, const char *(*name_of)(unsigned int),
			unsigned int nr, unsigned int *mask);

/**
 * bench_parse_number() - parse a number
 * @text: the text of a decimal number
 * @min: lowest valid number
 * @max: highest valid number
 * @number: set to the number
 *
 * Return: false if @text is not a number or out of range.
 */
bool bench_parse_number(const char *text, unsigned long long min,
			unsigned long long max, unsigned long long *number);

/* Parses a comma-separated list of numbers; returns false if one is invalid. */
bool bench_parse_cpus(const char *list, struct bench_options *options);

/**
 * bench_plan_group() - find rows that will be compared
 * @plan: the plan
 * @first: index of the first row
 *
 * Return: the number of adjacent rows from @first on with the same workload and
 * number of CPUs.
 */
size_t bench_plan_group(const struct bench_plan *plan, size_t first);

/* Makes the plan for the machine and the workloads that bench_module describes. */
void bench_plan_make(const struct bench_options *options,
		     struct bench_plan *plan);

#endif /* BENCH_PLAN_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Has the device measure the rows of a workload. It neither reads the command
 * line nor writes the report.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "bench_row.h"

/**
 * struct bench_measure - how rows are measured
 * @device: /dev/kpool-bench, open
 * @cpus: number of online CPUs
 * @rounds: how many times each row is measured
 * @latency: also measure operations one by one
 * @memory: also measure how much memory a backend holds
 * @interrupted: set by a signal handler to end as soon as possible
 */
struct bench_measure {
	int device;
	unsigned int cpus;
	unsigned int rounds;
	bool latency;
	bool memory;
	const atomic_bool *interrupted;
};

/**
 * bench_measure_group() - measure rows that will be compared
 * @measure: how to measure
 * @rows: rows of one workload on the same number of CPUs
 * @nr: number of rows
 *
 * Each round measures every row once, so that changes in the machine over time
 * do not favour one row. Rows that cannot be measured get a note.
 *
 * Return: false after a message if the device fails, or if interrupted.
 */
bool bench_measure_group(const struct bench_measure *measure,
			 struct bench_row *rows, size_t nr);

#endif /* BENCH_MEASURE_H */

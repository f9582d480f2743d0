/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Has the device measure the rows of a workload.  Called by bench.c, which
 * reads the command line and writes the report.
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
 * @cpus: CPUs that are online
 * @rounds: how often each row is measured
 * @latency: also measure operations one by one
 * @memory: also measure what memory a backend holds
 * @interrupted: set by a signal: end as soon as possible
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
 * bench_measure_group() - measure rows that are to be compared
 * @measure: how
 * @rows: rows of one workload on as many CPUs
 * @nr: how many
 *
 * Each round measures every row once, so that what changes in the machine
 * meanwhile does not favour one.  Rows that can't be measured get a note.
 *
 * Return: false after a message if the device does not go on, or if
 * interrupted.
 */
bool bench_measure_group(const struct bench_measure *measure,
			 struct bench_row *rows, size_t nr);

#endif /* BENCH_MEASURE_H */

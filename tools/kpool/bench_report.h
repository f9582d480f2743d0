/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The benchmark's report, as a table for people and as JSON for machines.
 * Knows nothing of the device: bench.c and the tests put rows in.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "bench_row.h"

/**
 * struct bench_report_head - where the figures come from
 * @kernel: release of the kernel
 * @flavour: its flavour, as test kernels have one, or "unknown"
 * @commit: the state of kpool's source, or "unknown"
 * @arch: the architecture
 * @accel: what runs the machine (tcg, kvm, or native for User Mode Linux), or "unknown"
 * @icount: time is made from instructions, and costs are instructions
 * @cpus: CPUs that are online
 * @rounds: rounds that each row was measured for
 * @brief: only costs were measured, once: the table has no columns for the rest
 */
struct bench_report_head {
	const char *kernel;
	const char *flavour;
	const char *commit;
	const char *arch;
	const char *accel;
	bool icount;
	unsigned int cpus;
	unsigned int rounds;
	bool brief;
};

/* How costs were measured; only those of one method can be compared. */
const char *bench_report_method(const struct bench_report_head *head);

/*
 * Prints the comparison of pools for an interpreter's states, with rows of the
 * workloads state and state-use: what an operation takes with each backend, how
 * many times that of kpool, and how many times it was where this comparison
 * comes from.
 */
void bench_report_states(FILE *stream, const struct bench_report_head *head,
			 const struct bench_row *rows, size_t nr);

struct json_object;

/* Prints what comes above the rows of the table. */
void bench_report_table_head(FILE *stream,
			     const struct bench_report_head *head);

/* Prints a row of the table; or, if it has no figures, why that is so. */
void bench_report_table_row(FILE *stream, const struct bench_report_head *head,
			    const struct bench_row *row);

/*
 * The report for machines, with an empty array "rows", and a row for it; to be
 * put, or NULL if there is no memory.
 */
struct json_object *bench_report_json(const struct bench_report_head *head);
struct json_object *bench_report_json_row(const struct bench_report_head *head,
					  const struct bench_row *row);

#endif /* BENCH_REPORT_H */

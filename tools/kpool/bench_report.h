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
 * @arch: the architecture
 * @accel: what runs the machine (tcg, kvm, um), or "unknown"
 * @icount: time is made from instructions, and costs are instructions
 * @cpus: CPUs that are online
 * @rounds: rounds that each row was measured for
 */
struct bench_report_head {
	const char *kernel;
	const char *flavour;
	const char *arch;
	const char *accel;
	bool icount;
	unsigned int cpus;
	unsigned int rounds;
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
 * Begins the report for machines, adds a row to it, and writes it.  The first
 * two answer NULL and false if there is no memory; the last answers false if
 * it could not write, with errno set.
 */
struct json_object *bench_report_json(const struct bench_report_head *head);
bool bench_report_json_row(struct json_object *report,
			   const struct bench_report_head *head,
			   const struct bench_row *row);
bool bench_report_json_write(struct json_object *report, FILE *stream);

/*
 * Writes one row as a line of JSON; or, if @row is NULL, a report without rows,
 * which comes first.  Such lines can be read as far as they were written.
 */
bool bench_report_json_line(const struct bench_report_head *head,
			    const struct bench_row *row, FILE *stream);

#endif /* BENCH_REPORT_H */

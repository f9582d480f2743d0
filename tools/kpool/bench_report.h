/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The benchmark's report, as a table for people and as JSON for programs.
 * Independent of the device: rows are passed in.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "bench_row.h"

/**
 * struct bench_report_head - where the figures come from
 * @kernel: release of the kernel
 * @flavour: flavour of a test kernel, or "unknown"
 * @commit: the commit of kpool's source, or "unknown"
 * @arch: the architecture
 * @accel: the machine's accelerator (tcg, kvm, or native for User Mode Linux),
 *	or "unknown"
 * @icount: time is derived from instructions, so costs are instructions
 * @cpus: number of online CPUs
 * @rounds: rounds that each row was measured for
 * @brief: only costs were measured, once: the table omits all other columns
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

/* Returns how costs were measured; only costs of one method can be compared. */
const char *bench_report_method(const struct bench_report_head *head);

/*
 * Prints the comparison of pools for an interpreter's states, from rows of the
 * workloads state and state-use: the cost of an operation with each backend,
 * its ratio to that of kpool, and the same ratio as measured in Go.
 */
void bench_report_states(FILE *stream, const struct bench_report_head *head,
			 const struct bench_row *rows, size_t nr);

struct json_object;

/* Prints the text above the rows of the table. */
void bench_report_table_head(FILE *stream,
			     const struct bench_report_head *head);

/* Prints a row of the table or, if it has no figures, the reason for that. */
void bench_report_table_row(FILE *stream, const struct bench_report_head *head,
			    const struct bench_row *row);

/*
 * Return the report for programs, with an empty array "rows", and a row for it;
 * the caller must put it. NULL if out of memory.
 */
struct json_object *bench_report_json(const struct bench_report_head *head);
struct json_object *bench_report_json_row(const struct bench_report_head *head,
					  const struct bench_row *row);

#endif /* BENCH_REPORT_H */

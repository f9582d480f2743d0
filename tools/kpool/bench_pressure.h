/* SPDX-License-Identifier: GPL-2.0 */
/* What backends do when memory is short. */
#ifndef BENCH_PRESSURE_H
#define BENCH_PRESSURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

struct bench_report_head;
struct json_object;

/**
 * bench_pressure() - put the machine under memory pressure, once a backend
 * @head: where the figures come from
 * @backends: a bit for each backend; those that can't are left out
 * @table: receives a table
 * @report: set to the same as JSON, to be put; NULL if there is no memory
 * @interrupted: set by a signal: end as soon as possible
 *
 * Takes all memory that there is, so not on a machine that is in use.
 *
 * Return: false after a message if something failed.
 */
bool bench_pressure(const struct bench_report_head *head,
		    unsigned int backends, FILE *table,
		    struct json_object **report,
		    const atomic_bool *interrupted);

#endif /* BENCH_PRESSURE_H */

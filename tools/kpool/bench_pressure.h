/* SPDX-License-Identifier: GPL-2.0 */
/* What backends do when memory is short. */
#ifndef BENCH_PRESSURE_H
#define BENCH_PRESSURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct bench_json;
struct bench_report_head;

/**
 * struct pressure_sample - the machine at a moment
 * @ms: since the hog began
 * @held: bytes that the backend holds
 * @hog: bytes that the hog has
 */
struct pressure_sample {
	double ms;
	long long held;
	long long hog;
};

/**
 * pressure_given_back() - how long a backend kept what it held
 * @samples: taken while the hog was alive
 * @nr: how many
 * @free_part: bytes that the hog could have without any of the backend's
 * @rest: bytes that may be left
 *
 * Return: milliseconds from the moment when the hog had all that was free until
 * the backend held no more than @rest, which it may have before; negative if it
 * never did.
 */
double pressure_given_back(const struct pressure_sample *samples, size_t nr,
			   long long free_part, long long rest);

/**
 * bench_pressure() - put the machine under memory pressure, once a backend
 * @head: where the figures come from
 * @backends: a bit for each backend; those that can't are left out
 * @table: receives a table
 * @json: the report for machines, not begun; it grows by a row each backend
 * @interrupted: set by a signal: end as soon as possible
 *
 * Takes all memory that there is, so not on a machine that is in use.
 *
 * Return: false after a message if something failed.
 */
bool bench_pressure(const struct bench_report_head *head,
		    unsigned int backends, FILE *table,
		    struct bench_json *json, const atomic_bool *interrupted);

#endif /* BENCH_PRESSURE_H */

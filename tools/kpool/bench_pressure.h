/* SPDX-License-Identifier: GPL-2.0 */
/* Measures backends when memory is short. */
#ifndef BENCH_PRESSURE_H
#define BENCH_PRESSURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct bench_json;
struct bench_report_head;

/**
 * struct pressure_sample - the state of the machine at one moment
 * @ms: milliseconds since the hog started
 * @held: bytes that the backend holds
 * @hog: bytes that the hog has taken
 */
struct pressure_sample {
	double ms;
	long long held;
	long long hog;
};

/**
 * pressure_given_back() - how long a backend kept the memory that it held
 * @samples: samples taken while the hog was alive
 * @nr: number of samples
 * @free_part: bytes that the hog can take without the backend's
 * @rest: bytes that the backend may still hold
 *
 * Return: milliseconds from when the hog had all free memory until the backend
 * held no more than @rest; 0 if it gave its memory back before that; negative
 * if it never did.
 */
double pressure_given_back(const struct pressure_sample *samples, size_t nr,
			   long long free_part, long long rest);

/**
 * bench_pressure() - put the machine under memory pressure, once per backend
 * @head: where the figures come from
 * @backends: a bit for each backend; unsuitable ones are left out
 * @table: receives a table
 * @json: the report for machines, not begun yet; gains a row per backend
 * @interrupted: set by a signal handler to end as soon as possible
 *
 * Uses up all memory, so never call it on a machine that is in use.
 *
 * Return: false after a message if something failed.
 */
bool bench_pressure(const struct bench_report_head *head,
		    unsigned int backends, FILE *table,
		    struct bench_json *json, const atomic_bool *interrupted);

#endif /* BENCH_PRESSURE_H */

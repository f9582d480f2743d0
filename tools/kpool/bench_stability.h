/* SPDX-License-Identifier: GPL-2.0 */
/* Checks whether memory use stays constant over many operations. */
#ifndef BENCH_STABILITY_H
#define BENCH_STABILITY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

struct bench_json;
struct bench_report_head;

/**
 * bench_stability() - use all kinds of pools for a long time, and record memory
 * @head: where the figures come from
 * @device: /dev/kpool-bench, open
 * @ops: total number of operations
 * @table: receives a table
 * @json: the report for machines, not begun yet; gains a sample per turn
 * @interrupted: set by a signal handler to end as soon as possible
 *
 * Return: false after a message if something failed.
 */
bool bench_stability(const struct bench_report_head *head, int device,
		     unsigned long long ops, FILE *table,
		     struct bench_json *json, const atomic_bool *interrupted);

#endif /* BENCH_STABILITY_H */

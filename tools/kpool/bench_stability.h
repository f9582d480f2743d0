/* SPDX-License-Identifier: GPL-2.0 */
/* Whether memory stays what it is over many operations. */
#ifndef BENCH_STABILITY_H
#define BENCH_STABILITY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

struct bench_json;
struct bench_report_head;

/**
 * bench_stability() - use all kinds of pools for long, and look at memory
 * @head: where the figures come from
 * @device: /dev/kpool-bench, open
 * @ops: operations in all
 * @table: receives a table
 * @json: the report for machines, not begun; it grows by a sample each turn
 * @interrupted: set by a signal: end as soon as possible
 *
 * Return: false after a message if something failed.
 */
bool bench_stability(const struct bench_report_head *head, int device,
		     unsigned long long ops, FILE *table,
		     struct bench_json *json, const atomic_bool *interrupted);

#endif /* BENCH_STABILITY_H */

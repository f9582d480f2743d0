/* SPDX-License-Identifier: GPL-2.0 */
/* The descriptions of workloads and backends that the module gives. */
#ifndef BENCH_MODULE_H
#define BENCH_MODULE_H

#include <stdbool.h>
#include <stdio.h>

#include <linux/kpool_bench.h>

/* Sets of workloads and backends have 32 bits. */
#define BENCH_MODULE_MAX	32

/**
 * struct bench_module - the descriptions that the module gives
 * @nr_workloads: number of @workloads
 * @nr_backends: number of @backends
 * @workloads: the workloads by number
 * @backends: the backends by number
 */
struct bench_module {
	unsigned int nr_workloads;
	unsigned int nr_backends;
	struct kpool_bench_workload_info workloads[BENCH_MODULE_MAX];
	struct kpool_bench_backend_info backends[BENCH_MODULE_MAX];
};

/* Empty until bench_module_ask(); tests fill it in themselves. */
extern struct bench_module bench_module;

/* Asks @device; returns false, with errno set, if it does not answer. */
bool bench_module_ask(int device);

const char *bench_workload_name(unsigned int workload);
const char *bench_backend_name(unsigned int backend);

/* Prints names and descriptions for people, in lines of up to 78 columns. */
void bench_module_print(FILE *stream);

#endif /* BENCH_MODULE_H */

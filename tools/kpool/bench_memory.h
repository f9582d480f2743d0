/* SPDX-License-Identifier: GPL-2.0 */
/* Free memory of the machine, to see how much memory a pool holds. */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stdbool.h>
#include <stdio.h>

/* Parses /proc/zoneinfo: counts free pages, including those on CPUs' lists. */
bool memory_parse_zoneinfo(FILE *zoneinfo, unsigned long long *pages);

/* Returns the free bytes of the machine; false, with errno set, if unknown. */
bool memory_free(unsigned long long *bytes);

#endif /* BENCH_MEMORY_H */

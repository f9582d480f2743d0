/* SPDX-License-Identifier: GPL-2.0 */
/* How much memory the kernel has given away, to see what a pool holds. */
#ifndef BENCH_MEMORY_H
#define BENCH_MEMORY_H

#include <stdbool.h>
#include <stdio.h>

/* Reads the text of /proc/zoneinfo: pages that are free, also on CPUs' lists. */
bool memory_parse_zoneinfo(FILE *zoneinfo, unsigned long long *pages);

/* Bytes that are free in the machine; false, with errno set, if unknown. */
bool memory_free(unsigned long long *bytes);

#endif /* BENCH_MEMORY_H */

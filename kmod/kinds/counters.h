/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a kind of pool: an array per CPU, summed when they are read.
 * Count with this_cpu_inc(), in any context; the pool's show hook prints them.
 */
#ifndef _KPOOL_KINDS_COUNTERS_H
#define _KPOOL_KINDS_COUNTERS_H

#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>

static inline unsigned long __percpu *kpool_counters_alloc(unsigned int n)
{
	return __alloc_percpu(n * sizeof(unsigned long), sizeof(unsigned long));
}

/* Print one line for each of the @n counters. */
static inline void
kpool_counters_show(struct seq_file *file, const char *const *names,
		    const unsigned long __percpu *counters, unsigned int n)
{
	unsigned int i;
	int cpu;

	for (i = 0; i < n; i++) {
		unsigned long sum = 0;

		for_each_possible_cpu(cpu)
			sum += READ_ONCE(per_cpu_ptr(counters, cpu)[i]);
		seq_printf(file, "%s %lu\n", names[i], sum);
	}
}

#endif /* _KPOOL_KINDS_COUNTERS_H */

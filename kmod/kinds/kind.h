/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts that the kinds of pools share: the check of their arguments, and
 * their counters.  <kpool/owned.h> makes them device-managed, and
 * <kpool/show.h> shows their statistics.
 *
 * The counters of a kind are a copy of its structure of statistics for each
 * CPU.  Count with this_cpu_inc(), in any context.  Members that are not
 * counters stay 0 there, and are filled in after the counters were summed.
 */
#ifndef _KPOOL_KIND_H
#define _KPOOL_KIND_H

#include <linux/bits.h>
#include <linux/kpool.h>
#include <linux/types.h>

/* Flags that need nothing from a kind. */
#define KPOOL_KIND_FLAGS \
	(KPOOL_F_DEFER_EXIT | KPOOL_F_FIXED | KPOOL_F_NUMA_LOCAL)

/**
 * enum kpool_kind_members - members of &struct kpool_args that a kind supports
 * @KPOOL_KIND_HOOKS: the hooks init, reset, exit and show, and their context
 * @KPOOL_KIND_MEMORY: the hooks alloc, free and release
 * @KPOOL_KIND_ALIGN: the alignment
 * @KPOOL_KIND_LIMITS: all the numbers of objects
 */
enum kpool_kind_members {
	KPOOL_KIND_HOOKS	= BIT(0),
	KPOOL_KIND_MEMORY	= BIT(1),
	KPOOL_KIND_ALIGN	= BIT(2),
	KPOOL_KIND_LIMITS	= BIT(3),
};

/* kind.c */
int kpool_kind_check(const char *name, const struct kpool_args *args,
		     unsigned int members, unsigned int flags);
u64 kpool_kind_sum(const u64 __percpu *counter);
void kpool_kind_sum_all(u64 *sums, const void __percpu *counters,
			unsigned int nr);

/* Sum the counters of all CPUs into @stats, a structure of the same type. */
#define KPOOL_KIND_SUM(stats, counters)					\
do {									\
	typeof(stats) stats_ = (stats);					\
									\
	kpool_kind_sum_all((u64 *)stats_, counters,			\
			   sizeof(*stats_) / sizeof(u64));		\
} while (0)

/* static.c */
int kpool_static_init(void);
void kpool_static_exit(void);

#endif /* _KPOOL_KIND_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The size that was sufficient for a percentile of recent uses, see sizes.c.
 */
#ifndef _KPOOL_SIZES_H
#define _KPOOL_SIZES_H

#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>

/* A size's class is a number below this. */
#define KPOOL_SIZES_CLASSES	32

/* The window moves on by an eighth of its length. */
#define KPOOL_SIZES_SLOTS	8

/**
 * struct kpool_sizes_counts - uses that a CPU has counted and not brought in
 * @uses: number of uses
 * @sizes: number of uses of each class
 */
struct kpool_sizes_counts {
	unsigned int uses;
	unsigned int sizes[KPOOL_SIZES_CLASSES];
};

/**
 * struct kpool_sizes - the sizes of recent uses
 * @counts: per-CPU histograms
 * @batch: number of uses after which a CPU brings its histogram in
 * @permille: the percentile: uses of 1000 for which @class must suffice
 * @class: the smallest class that suffices for them
 * @lock: protects the following members
 * @oldest: index of the oldest of @slots
 * @slots: histograms that CPUs brought in
 * @sum: sum of all slots
 */
struct kpool_sizes {
	struct kpool_sizes_counts __percpu *counts;
	unsigned int batch;
	unsigned int permille;
	unsigned int class;

	raw_spinlock_t lock ____cacheline_aligned_in_smp;
	unsigned int oldest;
	unsigned int slots[KPOOL_SIZES_SLOTS][KPOOL_SIZES_CLASSES];
	unsigned int sum[KPOOL_SIZES_CLASSES];
};

int kpool_sizes_init(struct kpool_sizes *window, unsigned int uses,
		     unsigned int permille);
void kpool_sizes_exit(struct kpool_sizes *window);
void kpool_sizes_bring_in(struct kpool_sizes *window);

/* Count a use whose size is of @class.  Any context. */
static inline void kpool_sizes_count(struct kpool_sizes *window,
				     unsigned int class)
{
	this_cpu_inc(window->counts->sizes[class]);
	if (unlikely(this_cpu_inc_return(window->counts->uses) >=
		     window->batch))
		kpool_sizes_bring_in(window);
}

/* The class that suffices for the percentile; 0 before any is brought in. */
static inline unsigned int kpool_sizes_class(const struct kpool_sizes *window)
{
	/* Pairs with the WRITE_ONCE() in kpool_sizes_bring_in(): one word. */
	return READ_ONCE(window->class);
}

#endif /* _KPOOL_SIZES_H */

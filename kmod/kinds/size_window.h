/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which size enough of the last uses were content with, see size_window.c.
 */
#ifndef _KPOOL_SIZE_WINDOW_H
#define _KPOOL_SIZE_WINDOW_H

#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>

/* A size's class is anything below this. */
#define SIZE_WINDOW_CLASSES	32

/* The window moves on by an eighth of its length. */
#define SIZE_WINDOW_SLOTS	8

/**
 * struct size_window_counts - what a CPU has counted and not brought in
 * @uses: how many uses
 * @sizes: of which class
 */
struct size_window_counts {
	unsigned int uses;
	unsigned int sizes[SIZE_WINDOW_CLASSES];
};

/**
 * struct size_window - the sizes of the last uses
 * @counts: of each CPU
 * @batch: uses after which a CPU brings in what it counted
 * @permille: of 1000 uses, those that are to be content
 * @class: the smallest class that they are content with
 * @lock: protects what follows
 * @oldest: of @slots
 * @slots: uses by class, as CPUs brought them in
 * @sum: of all slots
 */
struct size_window {
	struct size_window_counts __percpu *counts;
	unsigned int batch;
	unsigned int permille;
	unsigned int class;

	raw_spinlock_t lock ____cacheline_aligned_in_smp;
	unsigned int oldest;
	unsigned int slots[SIZE_WINDOW_SLOTS][SIZE_WINDOW_CLASSES];
	unsigned int sum[SIZE_WINDOW_CLASSES];
};

int size_window_init(struct size_window *window, unsigned int uses,
		     unsigned int permille);
void size_window_exit(struct size_window *window);
void size_window_bring_in(struct size_window *window);

/* Counts a use of a size of @class.  Any context. */
static inline void size_window_count(struct size_window *window,
				     unsigned int class)
{
	this_cpu_inc(window->counts->sizes[class]);
	if (unlikely(this_cpu_inc_return(window->counts->uses) >=
		     window->batch))
		size_window_bring_in(window);
}

/* The class that enough uses were content with; 0 before any is brought in. */
static inline unsigned int size_window_class(const struct size_window *window)
{
	/* Pairs with the WRITE_ONCE() in size_window_bring_in(): one word. */
	return READ_ONCE(window->class);
}

#endif /* _KPOOL_SIZE_WINDOW_H */

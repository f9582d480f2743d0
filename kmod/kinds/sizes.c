// SPDX-License-Identifier: GPL-2.0
/*
 * Compute a percentile of the sizes of recent uses, cheaply enough for a hot
 * path.
 *
 * Each use counts the class of its size in a histogram of its own CPU.  When a
 * CPU has counted an eighth of a window, it replaces the oldest of eight shared
 * slots by its histogram, clears the histogram, and computes the percentile
 * from the sum of the slots.  Therefore:
 *
 * - a use writes to its CPU's memory only, except for one use in window / 8;
 * - no more than one window of uses is considered.  A change of load is
 *   followed after one window and the uses that CPUs had counted but not yet
 *   brought in, less than an eighth of a window each;
 * - a single very large use is forgotten after that many uses.  Decaying
 *   averages would need no slots, but would remember it for long.
 *
 * The histograms are changed by this_cpu operations, in any context.  The slots
 * and sums are changed by the lock holder, which has interrupts off and empties
 * the histogram of its own CPU only.  The lock is never waited for: if it is
 * taken, another CPU is bringing its histogram in, and the next use on this CPU
 * tries again.  The result is a word that is read without a lock; an outdated
 * value is harmless.
 *
 * Called by other kinds, for example buf.c.
 */
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/preempt.h>
#include <linux/types.h>

#include "sizes.h"

/**
 * kpool_sizes_init() - start with an empty window
 * @window: zeroed memory
 * @uses: number of recent uses to consider, above 0; rounded up to a multiple
 *	of %KPOOL_SIZES_SLOTS
 * @permille: the percentile: uses of 1000 for which the result must suffice, 1
 *	to 1000
 *
 * Context: Process context, may sleep.
 * Return: 0 or -ENOMEM.
 */
int kpool_sizes_init(struct kpool_sizes *window, unsigned int uses,
		     unsigned int permille)
{
	window->counts = alloc_percpu(struct kpool_sizes_counts);
	if (!window->counts)
		return -ENOMEM;
	window->batch = DIV_ROUND_UP(uses, KPOOL_SIZES_SLOTS);
	window->permille = permille;
	raw_spin_lock_init(&window->lock);
	return 0;
}

/**
 * kpool_sizes_exit() - free what kpool_sizes_init() allocated
 * @window: a window that is not in use any more, or zeroed memory
 *
 * Context: Process context.
 */
void kpool_sizes_exit(struct kpool_sizes *window)
{
	free_percpu(window->counts);
}

/* Call with the lock held. */
static unsigned int kpool_sizes_percentile(const struct kpool_sizes *window)
{
	u64 total = 0, content = 0;
	unsigned int class;

	for (class = 0; class < KPOOL_SIZES_CLASSES; class++)
		total += window->sum[class];
	for (class = 0; class < KPOOL_SIZES_CLASSES - 1; class++) {
		content += window->sum[class];
		if (content * 1000 >= total * window->permille)
			break;
	}
	return class;
}

/* With the lock held, replace the oldest slot by this CPU's histogram. */
static void kpool_sizes_take(struct kpool_sizes *window)
{
	unsigned int *slot = window->slots[window->oldest];
	unsigned int class;

	window->oldest = (window->oldest + 1) % KPOOL_SIZES_SLOTS;
	this_cpu_write(window->counts->uses, 0);
	for (class = 0; class < KPOOL_SIZES_CLASSES; class++) {
		window->sum[class] -= slot[class];
		/* An NMI may count at the same time. */
		slot[class] = this_cpu_xchg(window->counts->sizes[class], 0);
		window->sum[class] += slot[class];
	}
}

/**
 * kpool_sizes_bring_in() - add this CPU's histogram to the window
 * @window: the window
 *
 * Context: Any; does nothing in an NMI, or while another CPU does it.
 */
void kpool_sizes_bring_in(struct kpool_sizes *window)
{
	unsigned long flags;

	if (in_nmi() || !raw_spin_trylock_irqsave(&window->lock, flags))
		return;
	/* The task may have moved to a CPU whose batch is not full. */
	if (this_cpu_read(window->counts->uses) >= window->batch) {
		kpool_sizes_take(window);
		/* Pairs with the READ_ONCE() in kpool_sizes_class(). */
		WRITE_ONCE(window->class, kpool_sizes_percentile(window));
	}
	raw_spin_unlock_irqrestore(&window->lock, flags);
}

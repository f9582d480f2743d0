// SPDX-License-Identifier: GPL-2.0
/*
 * A percentile of the sizes of the last uses, for a hot path.
 *
 * A use counts its size's class in the histogram of its own CPU.  When a CPU
 * has counted an eighth of a window, it exchanges the oldest of eight shared
 * slots for its histogram, starts anew, and computes the percentile from the
 * sum of the slots.  So
 *
 * - a use writes to its CPU's memory only, but for one use in window / 8;
 * - no more than a window's uses are looked at, and a changed load is followed
 *   after a window and what CPUs had counted but not brought in before, less
 *   than an eighth of a window each;
 * - a giant is forgotten after that many uses.  Averages that decay would need
 *   no slots, but would see a giant for long.
 *
 * The histograms are changed by this_cpu operations, from any context; slots
 * and sums by the holder of the lock, who has interrupts off and empties the
 * histogram of his own CPU only.  The lock is never waited for: while it is
 * taken, somebody else brings his in, and the next use here tries again.  The
 * result is a word that is read without a lock; an old one does no harm.
 *
 * Called by other kinds, buf.c for one.
 */
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/preempt.h>
#include <linux/types.h>

#include "sizes.h"

/**
 * kpool_sizes_init() - start with an empty window
 * @window: zeroed memory
 * @uses: how many uses it looks back on, above 0; rounded up to a multiple of
 *	%KPOOL_SIZES_SLOTS
 * @permille: of 1000 uses, those that are to be content, 1 to 1000
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
 * @window: not in use any more, or zeroed memory
 *
 * Context: Process context.
 */
void kpool_sizes_exit(struct kpool_sizes *window)
{
	free_percpu(window->counts);
}

/* The lock is held. */
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

/* The lock is held.  This CPU's histogram takes the place of the oldest slot. */
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
 * kpool_sizes_bring_in() - let the window see what this CPU has counted
 * @window: the window
 *
 * Context: Any; in an NMI, and while another CPU does it, nothing happens.
 */
void kpool_sizes_bring_in(struct kpool_sizes *window)
{
	unsigned long flags;

	if (in_nmi() || !raw_spin_trylock_irqsave(&window->lock, flags))
		return;
	/* This may be another CPU than the one whose batch was full. */
	if (this_cpu_read(window->counts->uses) >= window->batch) {
		kpool_sizes_take(window);
		/* Pairs with the READ_ONCE() in kpool_sizes_class(). */
		WRITE_ONCE(window->class, kpool_sizes_percentile(window));
	}
	raw_spin_unlock_irqrestore(&window->lock, flags);
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpool_ring: a fixed number of buffers, built ahead and handed round in order,
 * without a lock.  See Documentation/kinds/ring.rst.
 */
#ifndef _LINUX_KPOOL_RING_H
#define _LINUX_KPOOL_RING_H

#include <linux/kpool.h>

struct kpool_ring;

/* Most buffers that a ring may have. */
#define KPOOL_RING_MAX	65536

/**
 * struct kpool_ring_args - what a ring's buffers are; zero is a good default
 * @ops: hooks, copied, or NULL; without alloc, free and release.  As in a pool,
 *	but the exit hook may always sleep, and if reset refuses a buffer, that
 *	one is torn down and another is built in its place, by a worker.
 * @ctx: passed to every hook.
 * @align: alignment of a buffer in bytes, a power of two up to PAGE_SIZE; 0 for
 *	ARCH_KMALLOC_MINALIGN.  As many bytes are added to each buffer.
 */
struct kpool_ring_args {
	const struct kpool_ops *ops;
	void *ctx;
	unsigned int align;
};

/**
 * struct kpool_ring_stats - a ring's counters and its state at this moment
 * @nr: buffers that it has
 * @in_use: of these, in the hands of users
 * @rebuilding: of these, refused by the reset hook and not yet built anew
 * @gets: calls that returned a buffer
 * @empty: calls that returned NULL
 * @scanned: buffers that these two passed over, as they were not free
 * @refused: puts whose buffer the reset hook refused
 * @bad_puts: puts of what was not in use
 */
struct kpool_ring_stats {
	u64 nr;
	u64 in_use;
	u64 rebuilding;
	u64 gets;
	u64 empty;
	u64 scanned;
	u64 refused;
	u64 bad_puts;
};

struct kpool_ring *kpool_ring_create(const char *name, unsigned int nr,
				     size_t size,
				     const struct kpool_ring_args *args);
void kpool_ring_destroy(struct kpool_ring *ring);
struct kpool_ring *devm_kpool_ring_create(struct device *dev, const char *name,
					  unsigned int nr, size_t size,
					  const struct kpool_ring_args *args);

void *kpool_ring_get(struct kpool_ring *ring);
void kpool_ring_put(struct kpool_ring *ring, void *buf);
void kpool_ring_read_stats(struct kpool_ring *ring,
			   struct kpool_ring_stats *stats);

#endif /* _LINUX_KPOOL_RING_H */

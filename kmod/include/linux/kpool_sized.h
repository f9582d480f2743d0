/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpool_sized: buffers whose size is known at run time only, from a pool for
 * each class of sizes.  See Documentation/kinds/sized.rst.
 */
#ifndef _LINUX_KPOOL_SIZED_H
#define _LINUX_KPOOL_SIZED_H

#include <linux/kpool.h>
#include <linux/slab.h>

struct kpool_sized;

/* Most classes that there may be. */
#define KPOOL_SIZED_CLASSES_MAX	64

/*
 * Bytes that a class adds to each buffer, in front of it.  Sizes that are this
 * much below a power of two fill whole pages.
 */
#define KPOOL_SIZED_OVERHEAD	ALIGN(2 * sizeof(void *), ARCH_KMALLOC_MINALIGN)

/**
 * struct kpool_sized_args - which classes there are, and how they behave
 * @sizes: bytes that a buffer of each class has, ascending; copied.  NULL for
 *	geometric classes.
 * @nr_sizes: how many @sizes there are, up to %KPOOL_SIZED_CLASSES_MAX.
 * @smallest: geometric classes: the smallest, a power of two, at least 8.
 * @largest: geometric classes: the size that the last one must hold; it is the
 *	first of the row that is not below.
 * @steps: geometric classes: how many there are from one power of two to the
 *	next, evenly: 1, 2 or 4.  At most half, a third or a fifth of a buffer
 *	is waste then.
 * @flags: for each class, see &enum kpool_flags.
 * @reserve: for each class: buffers that are built ahead and kept.
 * @max: for each class: buffers in use and idle at most; 0: no limit.
 * @idle_bytes: for each class: what may lie idle in its depots, about; 0: as
 *	&kpool_args.idle_max has it.
 */
struct kpool_sized_args {
	const size_t *sizes;
	unsigned int nr_sizes;
	size_t smallest;
	size_t largest;
	unsigned int steps;
	unsigned int flags;
	unsigned int reserve;
	unsigned int max;
	size_t idle_bytes;
};

struct kpool_sized *kpool_sized_create(const char *name,
				       const struct kpool_sized_args *args);
void kpool_sized_destroy(struct kpool_sized *sized);
struct kpool_sized *
devm_kpool_sized_create(struct device *dev, const char *name,
			const struct kpool_sized_args *args);

void *kpool_sized_get(struct kpool_sized *sized, size_t size, gfp_t gfp);
void kpool_sized_put(struct kpool_sized *sized, void *buf);
size_t kpool_sized_size(const void *buf);
struct kpool *kpool_sized_pool(struct kpool_sized *sized, unsigned int index);

#endif /* _LINUX_KPOOL_SIZED_H */

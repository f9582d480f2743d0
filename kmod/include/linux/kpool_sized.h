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
	unsigned int steps;
	size_t smallest;
	size_t largest;
	unsigned int flags;
	unsigned int reserve;
	unsigned int max;
	/* private: leaves no hole that a new member would fill. */
	unsigned int unused;
	/* public: */
	size_t idle_bytes;
};

/* All that a driver and kpool.ko share of these, see KPOOL_LAYOUT_OF(). */
#define KPOOL_SIZED_ARGS_MEMBERS					\
	struct kpool_sized_args, sizes, nr_sizes, steps, smallest,	\
	largest, flags, reserve, max, unused, idle_bytes
#define KPOOL_SIZED_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT, KPOOL_SIZED_ARGS_MEMBERS)

struct kpool_sized *
__kpool_sized_create(const char *name, const struct kpool_sized_args *args,
		     const struct kpool_caller *caller);

/**
 * kpool_sized_create() - create the pools of some classes of sizes
 * @name: what the pools' names begin with: they are "<name>-<size>", and the
 *	rules of kpool_create() are for the whole of it
 * @args: which classes, and how they are to behave; copied
 *
 * A buffer beyond a page need not be physically contiguous, as with kvmalloc().
 *
 * Context: Process context, may sleep.
 * Return: The pools, or an ERR_PTR():
 *	-EINVAL	no or a bad name, or with a size one that is too long; neither a
 *		list nor a row of classes, or parts of both; a list that is not
 *		ascending, or has a 0; a row whose smallest class is below 8,
 *		no power of two or above the largest, or whose steps are not 1,
 *		2 or 4; what kpool_create() has to say of the rest;
 *	-E2BIG	too many classes, or one that is larger than KMALLOC_MAX_SIZE
 *		less %KPOOL_SIZED_OVERHEAD;
 *	-EEXIST	one of the pools' names is taken;
 *	-ENOEXEC	the caller was compiled against headers of another kpool;
 *	-ENOMEM	no memory, or a reserve could not be built.
 */
static inline struct kpool_sized *
kpool_sized_create(const char *name, const struct kpool_sized_args *args)
{
	return __kpool_sized_create(name, args,
				    KPOOL_CALLER(KPOOL_SIZED_LAYOUT));
}

void kpool_sized_destroy(struct kpool_sized *sized);
struct kpool_sized *
__devm_kpool_sized_create(struct device *dev, const char *name,
			  const struct kpool_sized_args *args,
			  const struct kpool_caller *caller);

/**
 * devm_kpool_sized_create() - create pools of sizes that go with their device
 * @dev: the device
 * @name: as for kpool_sized_create()
 * @args: as for kpool_sized_create()
 *
 * Context: Process context, may sleep.
 * Return: As kpool_sized_create().  The pools are destroyed when @dev is
 *	unbound.
 */
static inline struct kpool_sized *
devm_kpool_sized_create(struct device *dev, const char *name,
			const struct kpool_sized_args *args)
{
	return __devm_kpool_sized_create(dev, name, args,
					 KPOOL_CALLER(KPOOL_SIZED_LAYOUT));
}

void *kpool_sized_get(struct kpool_sized *sized, size_t size, gfp_t gfp);
void kpool_sized_put(struct kpool_sized *sized, void *buf);
size_t kpool_sized_size(const void *buf);
struct kpool *kpool_sized_pool(struct kpool_sized *sized, unsigned int index);

#endif /* _LINUX_KPOOL_SIZED_H */

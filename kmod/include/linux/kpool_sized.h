/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpool_sized: buffers whose size is only known at run time, from one pool for
 * each size class.  See Documentation/kinds/sized.rst.
 */
#ifndef _LINUX_KPOOL_SIZED_H
#define _LINUX_KPOOL_SIZED_H

#include <linux/kpool.h>
#include <linux/slab.h>

struct kpool_sized;

/**
 * define KPOOL_SIZED_CLASSES_MAX - maximum number of size classes
 */
#define KPOOL_SIZED_CLASSES_MAX	64

/**
 * define KPOOL_SIZED_OVERHEAD - number of bytes in front of each buffer
 *
 * Sizes that are this much below a power of two fill whole pages.
 */
#define KPOOL_SIZED_OVERHEAD	ALIGN(2 * sizeof(void *), ARCH_KMALLOC_MINALIGN)

/**
 * struct kpool_sized_args - the size classes and their parameters
 * @pool: limits, reserve and flags of the pool of each class.  Hooks, a context
 *	and an alignment are not allowed.
 * @sizes: size of the buffers of each class in bytes, ascending; copied.  NULL
 *	for geometric classes.
 * @nr_sizes: number of @sizes, up to %KPOOL_SIZED_CLASSES_MAX.
 * @smallest: geometric classes: the smallest size, a power of two, at least 8.
 * @largest: geometric classes: the largest size to serve; the last class is the
 *	first one of the series that is not smaller.
 * @steps: geometric classes: the number of classes per power of two, evenly
 *	spaced: 1, 2 or 4.  At most half, a third or a fifth of a buffer,
 *	respectively, is then wasted.
 * @idle_bytes: approximate number of bytes that may be idle in the depots of
 *	each class, instead of &kpool_args.idle_max; 0: the number of objects in
 *	@pool, or its default.
 */
struct kpool_sized_args {
	struct kpool_args pool;
	const size_t *sizes;
	unsigned int nr_sizes;
	unsigned int steps;
	size_t smallest;
	size_t largest;
	size_t idle_bytes;
};

/**
 * struct kpool_sized_stats - statistics of a size class and of its pools
 * @size: size of a buffer of the class in bytes
 * @requested: bytes that all gets from the class asked for
 * @waste: bytes that these gets were given in addition
 * @waste_permille: these bytes per 1000 that were given
 * @oversize_in_use: oversize buffers in use; these and the following members
 *	are those of all classes
 * @oversize_gets: oversize buffers handed out
 * @oversize_bytes: bytes that @oversize_gets asked for
 * @oversize_failures: oversize buffers that could not be allocated
 * @bad_puts: puts of a pointer that was not a buffer in use
 */
struct kpool_sized_stats {
	u64 size;
	u64 requested;
	u64 waste;
	u64 waste_permille;
	u64 oversize_in_use;
	u64 oversize_gets;
	u64 oversize_bytes;
	u64 oversize_failures;
	u64 bad_puts;
};

/* The members that a driver and kpool.ko share, see KPOOL_LAYOUT_OF(). */
#define KPOOL_SIZED_ARGS_MEMBERS					\
	struct kpool_sized_args, pool, sizes, nr_sizes, steps, smallest, \
	largest, idle_bytes
#define KPOOL_SIZED_STATS_MEMBERS					\
	struct kpool_sized_stats, size, requested, waste,		\
	waste_permille, oversize_in_use, oversize_gets, oversize_bytes,	\
	oversize_failures, bad_puts
#define KPOOL_SIZED_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT,			\
		KPOOL_SIZED_ARGS_MEMBERS), KPOOL_SIZED_STATS_MEMBERS)

struct kpool_sized *
__kpool_sized_create(const char *name, const struct kpool_sized_args *args,
		     const struct kpool_caller *caller);

/**
 * kpool_sized_create() - create a pool for each of several size classes
 * @name: prefix of the pools' names, which are "<name>-<size>"; the rules of
 *	kpool_create() apply to the whole name
 * @args: the classes and their parameters, copied
 *
 * A buffer larger than a page need not be physically contiguous, as with
 * kvmalloc().
 *
 * Context: Process context, may sleep.
 * Return:
 * * the pools;
 * * ERR_PTR(%-EINVAL) - the name is missing or invalid, or too long with a
 *   size appended; neither a list nor a geometric series of classes is
 *   given, or parts of both; the list is not ascending, or has a 0; the
 *   smallest class of the series is below 8, no power of two or above the
 *   largest, or its steps are not 1, 2 or 4; both @args->idle_bytes and
 *   &kpool_args.idle_max are set; a member of @args->pool is set that is not
 *   allowed; or a reason of kpool_create();
 * * ERR_PTR(%-E2BIG) - too many classes, or one that is larger than
 *   KMALLOC_MAX_SIZE less %KPOOL_SIZED_OVERHEAD;
 * * ERR_PTR(%-EEXIST) - the name of one of the pools is in use;
 * * ERR_PTR(%-ENOEXEC) - the caller was compiled with headers of another
 *   kpool;
 * * ERR_PTR(%-ENOMEM) - no memory, or a reserve could not be built.
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
 * devm_kpool_sized_create() - create device-managed pools of size classes
 * @dev: the device
 * @name: as for kpool_sized_create()
 * @args: as for kpool_sized_create()
 *
 * Context: Process context, may sleep.
 * Return: As kpool_sized_create().  Unbinding @dev destroys the pools.
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
void __kpool_sized_read_stats(struct kpool_sized *sized, unsigned int index,
			      struct kpool_sized_stats *stats,
			      const struct kpool_caller *caller);

/**
 * kpool_sized_read_stats() - read the statistics of a size class
 * @sized: the pools
 * @index: index of the class, as for kpool_sized_pool()
 * @stats: filled in; exact while the pools are not in use
 *
 * All are 0 if there is no such class, or if the caller was compiled with
 * headers of another kpool.
 *
 * Context: Any.
 */
static inline void
kpool_sized_read_stats(struct kpool_sized *sized, unsigned int index,
		       struct kpool_sized_stats *stats)
{
	*stats = (struct kpool_sized_stats){};
	__kpool_sized_read_stats(sized, index, stats,
				 KPOOL_CALLER(KPOOL_SIZED_LAYOUT));
}

#endif /* _LINUX_KPOOL_SIZED_H */

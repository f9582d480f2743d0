/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpool_ring: a fixed number of buffers that are built in advance and handed
 * out in turn, without a lock.  See Documentation/kinds/ring.rst.
 */
#ifndef _LINUX_KPOOL_RING_H
#define _LINUX_KPOOL_RING_H

#include <linux/kpool.h>

struct kpool_ring;

/**
 * define KPOOL_RING_MAX - maximum number of buffers in a ring
 */
#define KPOOL_RING_MAX	65536

/**
 * struct kpool_ring_args - parameters of a ring; zero is a good default
 * @pool: the hooks, their context, and the alignment of a buffer.  The hooks
 *	work as in a pool, except that the exit hook may always sleep
 *	(%KPOOL_F_DEFER_EXIT is set), and that a buffer that reset refuses is
 *	torn down and replaced by a worker.  &kpool_args.align is a power of two
 *	up to PAGE_SIZE; 0 for ARCH_KMALLOC_MINALIGN.  It adds as many bytes to
 *	each buffer.  The hooks alloc, free and release, other flags, and
 *	numbers of objects are not allowed.
 */
struct kpool_ring_args {
	struct kpool_args pool;
};

/**
 * struct kpool_ring_stats - a ring's counters and current state
 * @gets: calls that returned a buffer
 * @empty: calls that returned NULL
 * @scanned: buffers that either of them skipped because they were not free
 * @refused: puts whose buffer the reset hook refused
 * @bad_puts: puts of a pointer that was not a buffer in use
 * @nr: number of buffers in the ring
 * @in_use: buffers held by users
 * @rebuilding: buffers that the reset hook refused and that are not rebuilt yet
 */
struct kpool_ring_stats {
	u64 gets;
	u64 empty;
	u64 scanned;
	u64 refused;
	u64 bad_puts;
	u64 nr;
	u64 in_use;
	u64 rebuilding;
};

/* The members that a driver and kpool.ko share, see KPOOL_LAYOUT_OF(). */
#define KPOOL_RING_ARGS_MEMBERS						\
	struct kpool_ring_args, pool
#define KPOOL_RING_STATS_MEMBERS					\
	struct kpool_ring_stats, gets, empty, scanned, refused,		\
	bad_puts, nr, in_use, rebuilding
#define KPOOL_RING_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT,			\
		KPOOL_RING_ARGS_MEMBERS), KPOOL_RING_STATS_MEMBERS)

struct kpool_ring *
__kpool_ring_create(const char *name, unsigned int nr, size_t size,
		    const struct kpool_ring_args *args,
		    const struct kpool_caller *caller);

/**
 * kpool_ring_create() - create a ring and all its buffers
 * @name: name of the ring and its pool, as for kpool_create()
 * @nr: number of buffers, up to %KPOOL_RING_MAX
 * @size: size of each buffer in bytes
 * @args: hooks and alignment, copied; NULL for defaults
 *
 * The ring holds all the objects of its pool, so the pool counts them as in
 * use.
 *
 * Context: Process context, may sleep.
 * Return:
 * * the ring;
 * * ERR_PTR(%-EINVAL) - the name is missing or invalid, @nr or @size is 0,
 *   the alignment is no power of two or above PAGE_SIZE, or a member of
 *   @args->pool is set that is not allowed;
 * * ERR_PTR(%-E2BIG) - too many buffers, or a buffer larger than
 *   KMALLOC_MAX_SIZE less its alignment;
 * * ERR_PTR(%-EEXIST) - the name is in use;
 * * ERR_PTR(%-ENOEXEC) - the caller was compiled with headers of another
 *   kpool;
 * * ERR_PTR(%-ENOMEM) - no memory, or the init hook failed.
 */
static inline struct kpool_ring *
kpool_ring_create(const char *name, unsigned int nr, size_t size,
		  const struct kpool_ring_args *args)
{
	return __kpool_ring_create(name, nr, size, args,
				   KPOOL_CALLER(KPOOL_RING_LAYOUT));
}

void kpool_ring_destroy(struct kpool_ring *ring);
struct kpool_ring *
__devm_kpool_ring_create(struct device *dev, const char *name, unsigned int nr,
			 size_t size, const struct kpool_ring_args *args,
			 const struct kpool_caller *caller);

/**
 * devm_kpool_ring_create() - create a device-managed ring
 * @dev: the device
 * @name: as for kpool_ring_create()
 * @nr: as for kpool_ring_create()
 * @size: as for kpool_ring_create()
 * @args: as for kpool_ring_create()
 *
 * Context: Process context, may sleep.
 * Return: As kpool_ring_create().  Unbinding @dev destroys the ring.
 */
static inline struct kpool_ring *
devm_kpool_ring_create(struct device *dev, const char *name, unsigned int nr,
		       size_t size, const struct kpool_ring_args *args)
{
	return __devm_kpool_ring_create(dev, name, nr, size, args,
					KPOOL_CALLER(KPOOL_RING_LAYOUT));
}

void *kpool_ring_get(struct kpool_ring *ring);
void kpool_ring_put(struct kpool_ring *ring, void *buf);
void __kpool_ring_read_stats(struct kpool_ring *ring,
			     struct kpool_ring_stats *stats,
			     const struct kpool_caller *caller);

/**
 * kpool_ring_read_stats() - read a ring's statistics
 * @ring: the ring
 * @stats: filled in
 *
 * The numbers are exact while the ring is quiet.
 *
 * All are 0 if the caller was compiled with headers of another kpool.
 *
 * Context: Any.  Reads the state of every buffer.
 */
static inline void
kpool_ring_read_stats(struct kpool_ring *ring, struct kpool_ring_stats *stats)
{
	*stats = (struct kpool_ring_stats){};
	__kpool_ring_read_stats(ring, stats, KPOOL_CALLER(KPOOL_RING_LAYOUT));
}

#endif /* _LINUX_KPOOL_RING_H */

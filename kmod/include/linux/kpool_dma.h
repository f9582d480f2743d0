/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpool_dma: pools of coherent DMA buffers.
 *
 * A buffer is memory that the device and the CPU see coherently, with an
 * address for each of the two.  dma_pool_alloc() and dma_alloc_coherent() do
 * their work for every use; such a pool does it once per buffer.
 *
 * For buffers that a driver holds for its whole lifetime, such as a descriptor
 * ring, dma_alloc_coherent() alone is the right choice.
 */
#ifndef _LINUX_KPOOL_DMA_H
#define _LINUX_KPOOL_DMA_H

#include <linux/bits.h>
#include <linux/kpool.h>
#include <linux/types.h>

struct device;
struct kpool_dma;

/**
 * enum kpool_dma_flags - changes to the default behaviour of a pool of buffers
 * @KPOOL_DMA_F_KEEP: a put leaves the contents of the buffer as they are, for
 *	the next user to find.  For users that overwrite a buffer before any
 *	code reads it.  With this flag only a buffer that was never used is
 *	zero.
 */
enum kpool_dma_flags {
	KPOOL_DMA_F_KEEP	= 1U << 0,
};

/**
 * struct kpool_dma_buf - a coherent buffer; read-only for its user
 * @dma: the buffer's address for the device
 * @cpu: the buffer's address for the CPU
 * @size: usable bytes, as passed to kpool_dma_create()
 */
struct kpool_dma_buf {
	dma_addr_t dma;
	void *cpu;
	size_t size;
};

/**
 * struct kpool_dma_args - parameters of a pool; zero is a good default for each
 * @pool: limits, reserve and flags of the underlying pool.  &kpool_args.align
 *	is the alignment of both addresses: a power of two up to PAGE_SIZE; 0
 *	for that of a u64.  Hooks, a context and %KPOOL_F_NUMA_LOCAL are not
 *	allowed; the device determines where its buffers are.
 * @boundary: a power of two; no buffer crosses an address that is a multiple of
 *	it.  At least 16 and at least the size rounded up to the alignment; 0:
 *	no boundary.  With a boundary, buffers that have pages of their own are
 *	built only where a get may sleep.
 * @flags: see &enum kpool_dma_flags.
 */
struct kpool_dma_args {
	struct kpool_args pool;
	size_t boundary;
	unsigned int flags;
	/* private: leaves no hole that a new member would fill. */
	unsigned int unused;
};

/**
 * struct kpool_dma_stats - the buffers of a pool
 * @size: usable bytes of a buffer
 * @footprint: bytes that a buffer occupies
 * @align: alignment of both addresses
 * @boundary: no buffer crosses a multiple of this; 0: none
 * @keep: 1 if a put leaves the contents of a buffer as they are, otherwise 0
 * @whole_pages: 1 if each buffer has pages of its own, otherwise 0
 * @buffers: number of buffers that exist
 * @bytes: bytes that they occupy
 */
struct kpool_dma_stats {
	u64 size;
	u64 footprint;
	u64 align;
	u64 boundary;
	u64 keep;
	u64 whole_pages;
	u64 buffers;
	u64 bytes;
};

/* The members that a driver and kpool.ko share, see KPOOL_LAYOUT_OF(). */
#define KPOOL_DMA_BUF_MEMBERS						\
	struct kpool_dma_buf, dma, cpu, size
#define KPOOL_DMA_ARGS_MEMBERS						\
	struct kpool_dma_args, pool, boundary, flags, unused
#define KPOOL_DMA_STATS_MEMBERS						\
	struct kpool_dma_stats, size, footprint, align, boundary, keep,	\
	whole_pages, buffers, bytes
#define KPOOL_DMA_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT,	\
		KPOOL_DMA_BUF_MEMBERS), KPOOL_DMA_ARGS_MEMBERS),	\
		KPOOL_DMA_STATS_MEMBERS)

struct kpool_dma *
__kpool_dma_create(struct device *dev, const char *name, size_t size,
		   const struct kpool_dma_args *args,
		   const struct kpool_caller *caller);

/**
 * kpool_dma_create() - create a pool of coherent DMA buffers
 * @dev: the device that uses the buffers; its coherent DMA mask must be set and
 *	must not change
 * @name: as for kpool_create()
 * @size: size of a buffer in bytes, up to KMALLOC_MAX_SIZE
 * @args: parameters of the pool, copied; NULL for defaults
 *
 * Buffers of which two or more fit into a page share pages, which are freed
 * only when the pool is destroyed.  Larger buffers have pages of their own,
 * which a worker frees when the pool drops the buffer (%KPOOL_F_DEFER_EXIT is
 * set for them).
 *
 * Context: Process context, may sleep.
 * Return:
 * * the pool;
 * * ERR_PTR(%-EINVAL) - there is no device or it has no coherent DMA mask; a
 *   flag is unknown; the boundary is no power of two, or is below 16 or the
 *   size rounded up to the alignment; hooks, a context or %KPOOL_F_NUMA_LOCAL
 *   are given; or a reason of kpool_create();
 * * ERR_PTR(%-E2BIG) - a buffer is larger than KMALLOC_MAX_SIZE;
 * * ERR_PTR(%-EEXIST) - the name is in use;
 * * ERR_PTR(%-ENOEXEC) - the caller was compiled with headers of another kpool;
 * * ERR_PTR(%-ENOMEM) - no memory, or the reserve could not be built;
 * * ERR_PTR(%-EOPNOTSUPP) - the kernel has no DMA (CONFIG_HAS_DMA).
 */
static inline struct kpool_dma *
kpool_dma_create(struct device *dev, const char *name, size_t size,
		 const struct kpool_dma_args *args)
{
	return __kpool_dma_create(dev, name, size, args,
				  KPOOL_CALLER(KPOOL_DMA_LAYOUT));
}

void kpool_dma_destroy(struct kpool_dma *pool);
struct kpool_dma *
__devm_kpool_dma_create(struct device *dev, const char *name, size_t size,
			const struct kpool_dma_args *args,
			const struct kpool_caller *caller);

/**
 * devm_kpool_dma_create() - create a device-managed pool of DMA buffers
 * @dev: as for kpool_dma_create()
 * @name: as for kpool_create()
 * @size: as for kpool_dma_create()
 * @args: as for kpool_dma_create()
 *
 * Call this while @dev is bound to a driver, as in a probe function.  All
 * buffers must have been put when @dev is unbound, see kpool_dma_destroy().
 *
 * Context: Process context, may sleep.
 * Return: As kpool_dma_create().  Unbinding @dev destroys the pool.
 */
static inline struct kpool_dma *
devm_kpool_dma_create(struct device *dev, const char *name, size_t size,
		      const struct kpool_dma_args *args)
{
	return __devm_kpool_dma_create(dev, name, size, args,
				       KPOOL_CALLER(KPOOL_DMA_LAYOUT));
}

struct kpool_dma_buf *kpool_dma_get(struct kpool_dma *pool, gfp_t gfp);
void kpool_dma_put(struct kpool_dma *pool, struct kpool_dma_buf *buf);
struct kpool *kpool_dma_pool(struct kpool_dma *pool);
void __kpool_dma_read_stats(struct kpool_dma *pool,
			    struct kpool_dma_stats *stats,
			    const struct kpool_caller *caller);

/**
 * kpool_dma_read_stats() - read the statistics of the buffers
 * @pool: the pool of buffers
 * @stats: filled in
 *
 * All are 0 if the caller was compiled with headers of another kpool.
 *
 * Context: Any.
 */
static inline void
kpool_dma_read_stats(struct kpool_dma *pool, struct kpool_dma_stats *stats)
{
	*stats = (struct kpool_dma_stats){};
	__kpool_dma_read_stats(pool, stats, KPOOL_CALLER(KPOOL_DMA_LAYOUT));
}

#endif /* _LINUX_KPOOL_DMA_H */

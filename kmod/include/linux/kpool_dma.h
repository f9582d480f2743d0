/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpool_dma: pools of coherent DMA buffers.
 *
 * A buffer is memory that a device and the CPU see alike, with its address for
 * each of the two.  What dma_pool_alloc() and dma_alloc_coherent() do for every
 * use, such a pool does once.
 *
 * For buffers that stay with a driver for as long as it lives, such as a
 * descriptor ring, dma_alloc_coherent() alone is right.
 */
#ifndef _LINUX_KPOOL_DMA_H
#define _LINUX_KPOOL_DMA_H

#include <linux/bits.h>
#include <linux/kpool.h>
#include <linux/types.h>

struct device;
struct kpool_dma;

/**
 * enum kpool_dma_flags - what a pool of buffers is asked to do differently
 * @KPOOL_DMA_F_KEEP: a put leaves the contents of the buffer as they are, and
 *	the next user gets them.  For users who overwrite a buffer before
 *	anybody reads it.  Only a buffer that was never used is zero then.
 */
enum kpool_dma_flags {
	KPOOL_DMA_F_KEEP	= 1U << 0,
};

/**
 * struct kpool_dma_buf - a coherent buffer; its user only reads this
 * @dma: its address for the device
 * @cpu: its address for the CPU
 * @size: bytes that may be used, as the pool was created with
 */
struct kpool_dma_buf {
	dma_addr_t dma;
	void *cpu;
	size_t size;
};

/**
 * struct kpool_dma_args - how a pool of buffers is to behave; zero is a good
 *	default for all
 * @boundary: a power of two that no buffer crosses a multiple of, not below 16
 *	nor the size rounded up to the alignment; 0: none.  With one, buffers
 *	that have pages of their own are built only where a get may sleep.
 * @flags: see &enum kpool_dma_flags.
 * @pool: limits, reserve and flags of the pool beneath, and in
 *	&kpool_args.align the alignment of both addresses: a power of two up to
 *	PAGE_SIZE, 0 for that of a u64.  It may have no hooks and no context,
 *	and not %KPOOL_F_NUMA_LOCAL: buffers lie where the device is.
 */
struct kpool_dma_args {
	size_t boundary;
	struct kpool_args pool;
	unsigned int flags;
	/* private: leaves no hole that a new member would fill. */
	unsigned int unused;
};

/* All that a driver and kpool.ko share of these, see KPOOL_LAYOUT_OF(). */
#define KPOOL_DMA_BUF_MEMBERS						\
	struct kpool_dma_buf, dma, cpu, size
#define KPOOL_DMA_ARGS_MEMBERS						\
	struct kpool_dma_args, boundary, pool, flags, unused
#define KPOOL_DMA_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT,			\
		KPOOL_DMA_BUF_MEMBERS), KPOOL_DMA_ARGS_MEMBERS)

struct kpool_dma *
__kpool_dma_create(struct device *dev, const char *name, size_t size,
		   const struct kpool_dma_args *args,
		   const struct kpool_caller *caller);

/**
 * kpool_dma_create() - create a pool of coherent DMA buffers
 * @dev: the device they are for; its coherent DMA mask is set and stays
 * @name: as for kpool_create()
 * @size: bytes a buffer, up to KMALLOC_MAX_SIZE
 * @args: how it is to behave, copied; NULL for defaults
 *
 * Buffers of which two or more fit into a page share pages, which go back to
 * the system when the pool is destroyed and not before.  Larger ones have pages
 * of their own, and each goes back when the pool drops it, by a worker
 * (%KPOOL_F_DEFER_EXIT is set for them).
 *
 * Context: Process context, may sleep.
 * Return: The pool, or an ERR_PTR():
 *	-EINVAL	no device or one without a coherent DMA mask, unknown flags,
 *		a boundary that is no power of two or below 16 or the size
 *		rounded up to the alignment, hooks, a context,
 *		%KPOOL_F_NUMA_LOCAL, or what kpool_create() has -EINVAL for;
 *	-E2BIG	a buffer larger than KMALLOC_MAX_SIZE;
 *	-EEXIST	the name is taken;
 *	-ENOEXEC	the caller was compiled against headers of another kpool;
 *	-ENOMEM	no memory, or the reserve could not be built;
 *	-EOPNOTSUPP	the kernel has no DMA (CONFIG_HAS_DMA).
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
 * devm_kpool_dma_create() - create a pool of buffers that goes with its device
 * @dev: as for kpool_dma_create()
 * @name: as for kpool_create()
 * @size: as for kpool_dma_create()
 * @args: as for kpool_dma_create()
 *
 * To be called where a driver is bound to @dev, as in its probe function.  All
 * buffers must be back when @dev is unbound, see kpool_dma_destroy().
 *
 * Context: Process context, may sleep.
 * Return: As kpool_dma_create().  The pool is destroyed when @dev is unbound.
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

#endif /* _LINUX_KPOOL_DMA_H */

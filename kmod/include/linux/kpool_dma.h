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
 * @cpu: its address for the CPU
 * @dma: its address for the device
 * @size: bytes that may be used, as the pool was created with
 */
struct kpool_dma_buf {
	void *cpu;
	dma_addr_t dma;
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
	unsigned int flags;
	struct kpool_args pool;
};

struct kpool_dma *kpool_dma_create(struct device *dev, const char *name,
				   size_t size,
				   const struct kpool_dma_args *args);
void kpool_dma_destroy(struct kpool_dma *pool);
struct kpool_dma *devm_kpool_dma_create(struct device *dev, const char *name,
					size_t size,
					const struct kpool_dma_args *args);

struct kpool_dma_buf *kpool_dma_get(struct kpool_dma *pool, gfp_t gfp);
void kpool_dma_put(struct kpool_dma *pool, struct kpool_dma_buf *buf);
struct kpool *kpool_dma_pool(struct kpool_dma *pool);

#endif /* _LINUX_KPOOL_DMA_H */

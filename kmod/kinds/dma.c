// SPDX-License-Identifier: GPL-2.0
/*
 * Pools of coherent DMA buffers.
 *
 * Owns the buffers: an object of the underlying pool is a struct kpool_dma_buf
 * and the memory that it describes.  The memory comes from a dma_pool, which
 * divides a page into several blocks, or in whole pages from
 * dma_alloc_coherent().  A buffer belongs to the caller that got it, and to the
 * underlying pool while it is idle.  So only the number of buffers is shared,
 * and it is atomic; nothing here needs a lock.
 *
 * Whole pages must not be freed with interrupts off, since on some machines
 * that requires an unmapping; a worker frees them.  All buffers are freed
 * before the underlying pool calls the release hook, which drops the reference
 * to the device.
 *
 * Called by drivers, and by the underlying pool through its hooks.
 */
#include <kpool/compat.h>
#include <kpool/owned.h>
#include <kpool/show.h>
#include <linux/align.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/export.h>
#include <linux/kpool_dma.h>
#include <linux/log2.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "kind.h"

/**
 * struct kpool_dma - a pool of buffers; constant after creation except @live
 * @pool: the underlying pool
 * @dev: the device that uses the buffers; a reference is held
 * @blocks: divides pages into buffers; NULL: each buffer has whole pages
 * @size: usable bytes of a buffer
 * @footprint: bytes that a buffer occupies
 * @align: alignment of both addresses
 * @boundary: no buffer crosses a multiple of this; 0: none
 * @flags: &enum kpool_dma_flags
 * @live: number of buffers that exist
 */
struct kpool_dma {
	struct kpool *pool;
	struct device *dev;
	struct dma_pool *blocks;
	size_t size;
	size_t footprint;
	size_t align;
	size_t boundary;
	unsigned int flags;
	atomic_long_t live;
};

static bool dma_crosses(const struct kpool_dma *pool, dma_addr_t dma)
{
	dma_addr_t last = dma + pool->size - 1;

	return pool->boundary &&
	       ((dma ^ last) & ~((dma_addr_t)pool->boundary - 1));
}

/*
 * Usually pages are aligned to their number rounded up to a power of two, and
 * cross no boundary that is at least as large.  Pages from the memory of a
 * device or from a contiguous area may not be aligned like that.  Such pages
 * can be freed only with interrupts on, so with a boundary pages are allocated
 * only where the caller may sleep.
 */
static void *dma_pages_alloc(struct kpool_dma *pool, gfp_t gfp, dma_addr_t *dma)
{
	void *pages;

	if (pool->boundary && !gfpflags_allow_blocking(gfp))
		return NULL;
	pages = dma_alloc_coherent(pool->dev, pool->footprint, dma, gfp);
	if (pages && dma_crosses(pool, *dma)) {
		dma_free_coherent(pool->dev, pool->footprint, pages, *dma);
		pages = NULL;
	}
	return pages;
}

static void *kpool_dma_mem_alloc(void *ctx, gfp_t gfp, int node)
{
	struct kpool_dma *pool = ctx;
	struct kpool_dma_buf *buf;

	/* The structure is not in the buffer, where the device may write. */
	buf = kmalloc_obj(*buf, gfp);
	if (!buf)
		return NULL;
	/* Both functions return zeroed memory. */
	if (pool->blocks)
		buf->cpu = dma_pool_zalloc(pool->blocks, gfp, &buf->dma);
	else
		buf->cpu = dma_pages_alloc(pool, gfp, &buf->dma);
	if (!buf->cpu) {
		kfree(buf);
		return NULL;
	}
	buf->size = pool->size;
	atomic_long_inc(&pool->live);
	return buf;
}

static void kpool_dma_mem_free(void *obj, void *ctx)
{
	struct kpool_dma *pool = ctx;
	struct kpool_dma_buf *buf = obj;

	if (pool->blocks)
		dma_pool_free(pool->blocks, buf->cpu, buf->dma);
	else
		dma_free_coherent(pool->dev, pool->footprint, buf->cpu,
				  buf->dma);
	kfree(buf);
	atomic_long_dec(&pool->live);
}

static bool kpool_dma_mem_wipe(void *obj, void *ctx)
{
	struct kpool_dma_buf *buf = obj;

	memset(buf->cpu, 0, buf->size);
	return true;
}

static void dma_show(struct seq_file *file, void *ctx)
{
	struct kpool_dma_stats stats;

	kpool_dma_read_stats(ctx, &stats);
	KPOOL_SHOW(file, &stats, KPOOL_DMA_STATS_MEMBERS);
}

/* All buffers have been freed. */
static void dma_release(void *ctx)
{
	struct kpool_dma *pool = ctx;

	dma_pool_destroy(pool->blocks);
	put_device(pool->dev);
	kfree(pool);
}

static const struct kpool_ops dma_wipe_ops = {
	.reset = kpool_dma_mem_wipe,
	.alloc = kpool_dma_mem_alloc,
	.free = kpool_dma_mem_free,
	.show = dma_show,
	.release = dma_release,
};

static const struct kpool_ops dma_keep_ops = {
	.alloc = kpool_dma_mem_alloc,
	.free = kpool_dma_mem_free,
	.show = dma_show,
	.release = dma_release,
};

/* A dma_pool links free blocks through two words. */
static size_t dma_block_size(size_t size, size_t align)
{
	return max_t(size_t, ALIGN(size, align), 2 * sizeof(u64));
}

/* kpool_create() checks the other arguments. */
static int dma_check_args(struct device *dev, const char *name, size_t size,
			  const struct kpool_dma_args *args)
{
	unsigned int align = args->pool.align ?: sizeof(u64);
	int err;

	err = kpool_kind_check(name, &args->pool,
			       KPOOL_KIND_LIMITS | KPOOL_KIND_ALIGN,
			       KPOOL_F_DEFER_EXIT | KPOOL_F_FIXED);
	if (err)
		return err;
	if (!dev || !size || (args->flags & ~KPOOL_DMA_F_KEEP))
		return -EINVAL;
	if (!is_power_of_2(align) || align > PAGE_SIZE)
		return -EINVAL;
	if (size > KMALLOC_MAX_SIZE)
		return -E2BIG;
	if (args->boundary && (!is_power_of_2(args->boundary) ||
			       args->boundary < dma_block_size(size, align)))
		return -EINVAL;
	if (!IS_ENABLED(CONFIG_HAS_DMA))
		return -EOPNOTSUPP;
	return dev->coherent_dma_mask ? 0 : -EINVAL;
}

/*
 * A dma_pool frees a page only when it is destroyed, so use one only for
 * buffers that share pages.
 */
static int dma_prepare(struct kpool_dma *pool, const char *name)
{
	size_t size = dma_block_size(pool->size, pool->align);

	if (2 * size > PAGE_SIZE) {
		pool->footprint = PAGE_ALIGN(pool->size);
		return 0;
	}
	pool->footprint = size;
	pool->blocks = dma_pool_create(name, pool->dev, size, pool->align,
				       pool->boundary);
	return pool->blocks ? 0 : -ENOMEM;
}

static struct kpool *dma_create_pool(struct kpool_dma *pool, const char *name,
				     const struct kpool_dma_args *args)
{
	struct kpool_args with_hooks = args->pool;

	with_hooks.ops = pool->flags & KPOOL_DMA_F_KEEP ? &dma_keep_ops :
							  &dma_wipe_ops;
	with_hooks.ctx = pool;
	with_hooks.align = 0;
	if (!pool->blocks)
		with_hooks.flags |= KPOOL_F_DEFER_EXIT;
	/* With an alloc hook the size is used for statistics only. */
	return kpool_create(name, pool->footprint, &with_hooks);
}

/* The out-of-line part of kpool_dma_create(). */
struct kpool_dma *
__kpool_dma_create(struct device *dev, const char *name, size_t size,
		   const struct kpool_dma_args *args,
		   const struct kpool_caller *caller)
{
	static const struct kpool_dma_args defaults;
	struct kpool_dma *pool;
	struct kpool *beneath;
	int err;

	might_sleep();
	err = kpool_check_caller(name, caller, KPOOL_DMA_LAYOUT);
	if (err)
		return ERR_PTR(err);
	if (!args)
		args = &defaults;
	err = dma_check_args(dev, name, size, args);
	if (err)
		return ERR_PTR(err);
	pool = kzalloc_obj(*pool, GFP_KERNEL);
	if (!pool)
		return ERR_PTR(-ENOMEM);
	pool->dev = get_device(dev);
	pool->size = size;
	pool->align = args->pool.align ?: sizeof(u64);
	pool->boundary = args->boundary;
	pool->flags = args->flags;
	err = dma_prepare(pool, name);
	beneath = err ? ERR_PTR(err) : dma_create_pool(pool, name, args);
	if (IS_ERR(beneath)) {
		dma_release(pool);
		return ERR_CAST(beneath);
	}
	pool->pool = beneath;
	return pool;
}
EXPORT_SYMBOL_GPL(__kpool_dma_create);

/**
 * kpool_dma_destroy() - destroy a pool and all its idle buffers
 * @pool: the pool; NULL and error pointers are ignored
 *
 * The rules of kpool_destroy() apply.  Buffers that are still in use are a bug
 * of the driver and are reported as such.  They may still be put, and the last
 * one frees the remaining memory.  The device must stay bound to its driver
 * until then.
 *
 * Context: Process context, sleeps for two RCU grace periods.
 */
void kpool_dma_destroy(struct kpool_dma *pool)
{
	if (!IS_ERR_OR_NULL(pool))
		kpool_destroy(pool->pool);
}
EXPORT_SYMBOL_GPL(kpool_dma_destroy);

/* The out-of-line part of kpool_dma_read_stats(), which has zeroed @stats. */
void __kpool_dma_read_stats(struct kpool_dma *pool,
			    struct kpool_dma_stats *stats,
			    const struct kpool_caller *caller)
{
	if (kpool_check_caller(NULL, caller, KPOOL_DMA_LAYOUT))
		return;
	stats->size = pool->size;
	stats->footprint = pool->footprint;
	stats->align = pool->align;
	stats->boundary = pool->boundary;
	stats->keep = !!(pool->flags & KPOOL_DMA_F_KEEP);
	stats->whole_pages = !pool->blocks;
	stats->buffers = atomic_long_read(&pool->live);
	stats->bytes = stats->buffers * pool->footprint;
}
EXPORT_SYMBOL_GPL(__kpool_dma_read_stats);

DEFINE_KPOOL_OWNED(dma_devm_release, kpool_dma_destroy)

/* The out-of-line part of devm_kpool_dma_create(). */
struct kpool_dma *
__devm_kpool_dma_create(struct device *dev, const char *name, size_t size,
			const struct kpool_dma_args *args,
			const struct kpool_caller *caller)
{
	return KPOOL_OWNED(dev, dma_devm_release,
			   __kpool_dma_create(dev, name, size, args, caller));
}
EXPORT_SYMBOL_GPL(__devm_kpool_dma_create);

/**
 * kpool_dma_get() - get a buffer
 * @pool: the pool
 * @gfp: as for kpool_get(); zone flags are ignored, the device's mask decides
 *
 * The caller owns the buffer until kpool_dma_put(), and may share it with the
 * device.  The buffer is zero, unless the pool has %KPOOL_DMA_F_KEEP.
 *
 * Context: Any, as kpool_get().  If the pool has a boundary, a buffer of whole
 *	pages is built only if @gfp lets the call sleep.
 * Return: The buffer, or NULL where kpool_get() returns NULL.
 */
struct kpool_dma_buf *kpool_dma_get(struct kpool_dma *pool, gfp_t gfp)
{
	return kpool_get(pool->pool, gfp & ~GFP_ZONEMASK);
}
EXPORT_SYMBOL_GPL(kpool_dma_get);

/**
 * kpool_dma_put() - give a buffer back
 * @pool: the pool that it came from
 * @buf: the buffer, or NULL, which does nothing
 *
 * The device must be done with the buffer: a later write could change the
 * buffer of another user.  Clears the whole buffer in the caller's context,
 * unless the pool has %KPOOL_DMA_F_KEEP.
 *
 * Context: Any.
 */
void kpool_dma_put(struct kpool_dma *pool, struct kpool_dma_buf *buf)
{
	kpool_put(pool->pool, buf);
}
EXPORT_SYMBOL_GPL(kpool_dma_put);

/**
 * kpool_dma_pool() - get the pool that underlies a pool of buffers
 * @pool: the pool of buffers
 *
 * For kpool_prewarm(), kpool_gc(), kpool_drain() and kpool_read_stats(), and
 * for kpool_discard(), kpool_get_bulk() and kpool_put_bulk(), whose objects are
 * struct kpool_dma_buf.  Do not destroy it with kpool_destroy().
 *
 * Context: Any.
 * Return: The underlying pool.
 */
struct kpool *kpool_dma_pool(struct kpool_dma *pool)
{
	return pool->pool;
}
EXPORT_SYMBOL_GPL(kpool_dma_pool);

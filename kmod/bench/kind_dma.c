// SPDX-License-Identifier: GPL-2.0
/*
 * The workload dma: one operation gets a coherent buffer of object_size bytes,
 * writes its first eight bytes, and puts it.  In the row kpool, the buffer
 * comes from a kpool_dma that keeps contents; in the row kernel, from
 * dma_pool_alloc(), or from dma_alloc_coherent() if it is larger than a page.
 * Neither clears it.
 *
 * This file owns a platform device for each source.
 */
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/kpool_dma.h>
#include <linux/platform_device.h>
#include "loops.h"

/**
 * struct bench_dma - the source of a run
 * @pool: for the row kpool
 * @blocks: for the row kernel, buffers of up to a page
 * @device: the device that the buffers are allocated for
 */
struct bench_dma {
	struct kpool_dma *pool;
	struct dma_pool *blocks;
	struct platform_device *device;
};

static __always_inline bool kpool_operation(struct bench_source source)
{
	struct bench_dma *dma = source.pool;
	struct kpool_dma_buf *buf = kpool_dma_get(dma->pool, GFP_KERNEL);

	if (unlikely(!buf))
		return false;
	WRITE_ONCE(*(u64 *)buf->cpu, buf->dma);
	kpool_dma_put(dma->pool, buf);
	return true;
}

BENCH_DEFINE_KIND_LOOPS(bench_dma_kpool, kpool_operation);

static __always_inline bool blocks_operation(const struct bench_dma *dma)
{
	dma_addr_t address;
	void *cpu = dma_pool_alloc(dma->blocks, GFP_KERNEL, &address);

	if (unlikely(!cpu))
		return false;
	WRITE_ONCE(*(u64 *)cpu, address);
	dma_pool_free(dma->blocks, cpu, address);
	return true;
}

static __always_inline bool kernel_operation(struct bench_source source)
{
	struct bench_dma *dma = source.pool;
	struct device *dev = &dma->device->dev;
	dma_addr_t address;
	void *cpu;

	if (dma->blocks)
		return blocks_operation(dma);
	cpu = dma_alloc_coherent(dev, source.size, &address, GFP_KERNEL);
	if (unlikely(!cpu))
		return false;
	WRITE_ONCE(*(u64 *)cpu, address);
	dma_free_coherent(dev, source.size, cpu, address);
	return true;
}

BENCH_DEFINE_KIND_LOOPS(bench_dma_kernel, kernel_operation);

static void dma_destroy(const struct bench_source *source,
			const struct bench_builder *builder)
{
	struct bench_dma *dma = source->pool;

	kpool_dma_destroy(dma->pool);
	dma_pool_destroy(dma->blocks);
	platform_device_unregister(dma->device);
	kfree(dma);
}

static struct bench_dma *dma_create(void)
{
	struct bench_dma *dma = kzalloc_obj(*dma, GFP_KERNEL);
	int err;

	if (!dma)
		return ERR_PTR(-ENOMEM);
	dma->device = platform_device_register_simple("kpool-bench-dma",
						      PLATFORM_DEVID_AUTO,
						      NULL, 0);
	if (IS_ERR(dma->device)) {
		err = PTR_ERR(dma->device);
		kfree(dma);
		return ERR_PTR(err);
	}
	err = dma_set_mask_and_coherent(&dma->device->dev, DMA_BIT_MASK(32));
	if (err) {
		platform_device_unregister(dma->device);
		kfree(dma);
		return ERR_PTR(err);
	}
	return dma;
}

static int dma_kpool_create(const struct bench_run *run, const char *name,
			    struct bench_source *source)
{
	const struct kpool_dma_args args = { .flags = KPOOL_DMA_F_KEEP };
	struct bench_dma *dma = dma_create();
	int err;

	if (IS_ERR(dma))
		return PTR_ERR(dma);
	source->pool = dma;
	dma->pool = kpool_dma_create(&dma->device->dev, name, source->size,
				     &args);
	err = PTR_ERR_OR_ZERO(dma->pool);
	if (err)
		dma_destroy(source, NULL);
	return err;
}

static int dma_kernel_create(const struct bench_run *run, const char *name,
			     struct bench_source *source)
{
	struct bench_dma *dma = dma_create();

	if (IS_ERR(dma))
		return PTR_ERR(dma);
	source->pool = dma;
	if (source->size > PAGE_SIZE)
		return 0;
	dma->blocks = dma_pool_create(name, &dma->device->dev, source->size,
				      sizeof(u64), 0);
	if (!dma->blocks) {
		dma_destroy(source, NULL);
		return -ENOMEM;
	}
	return 0;
}

static void dma_kpool_count(const struct bench_source *source,
			    struct bench_counts *counts)
{
	struct bench_dma *dma = source->pool;
	struct kpool_stats stats;

	kpool_read_stats(kpool_dma_pool(dma->pool), &stats);
	counts->allocs += stats.built;
	counts->bytes += stats.built * source->size;
	counts->gets += stats.gets;
	counts->hits += stats.hits;
}

const struct bench_backend bench_dma_kpool = {
	.create = dma_kpool_create,
	.destroy = dma_destroy,
	.count = dma_kpool_count,
	.loops = &bench_dma_kpool_loops,
};

const struct bench_backend bench_dma_kernel = {
	.get_allocates = true,
	.create = dma_kernel_create,
	.destroy = dma_destroy,
	.loops = &bench_dma_kernel_loops,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * kpool_dma under torture: blocks and whole pages for a device that does
 * nothing.  A user that gets a buffer finds it zeroed, is the only one that has
 * its device address, and finds its own data in it until it puts the buffer.
 *
 * This file owns the table of those addresses, which has its own lock.
 */
#include <linux/dma-mapping.h>
#include <linux/kpool_dma.h>
#include <linux/mm.h>
#include <linux/platform_device.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "torture.h"

/* The maximum number of buffers that a step holds. */
#define DMA_HELD	8

static const size_t dma_sizes[] = { 192, 3 * PAGE_SIZE };

static struct platform_device *dma_device;
static struct kpool_dma *dma_pools[ARRAY_SIZE(dma_sizes)];
static DEFINE_XARRAY(dma_in_use);

static int dma_setup(void)
{
	const struct kpool_dma_args args = { .pool.max = 64, };
	char name[24];
	int i, err;

	if (!IS_ENABLED(CONFIG_HAS_DMA))
		return 0;
	dma_device = platform_device_register_simple("torture-dma", -1, NULL,
						     0);
	if (IS_ERR(dma_device))
		return PTR_ERR(dma_device);
	err = dma_set_mask_and_coherent(&dma_device->dev, DMA_BIT_MASK(32));
	for (i = 0; i < ARRAY_SIZE(dma_sizes) && !err; i++) {
		snprintf(name, sizeof(name), "torture-dma-%zu", dma_sizes[i]);
		dma_pools[i] = kpool_dma_create(&dma_device->dev, name,
						dma_sizes[i], &args);
		err = PTR_ERR_OR_ZERO(dma_pools[i]);
	}
	return err;
}

/* The addresses of two buffers differ in more bits than the shift drops. */
static unsigned long dma_key(const struct kpool_dma_buf *buf)
{
	return buf->dma >> 6;
}

/* Return false if there is no memory for the table. */
static bool dma_own(struct kpool_dma_buf *buf, u8 stamp)
{
	int err = xa_insert(&dma_in_use, dma_key(buf), buf,
			    GFP_KERNEL | __GFP_NOWARN);

	if (err == -EBUSY)
		torture_error("dma: two users have %pad", &buf->dma);
	if (memchr_inv(buf->cpu, 0, buf->size))
		torture_error("dma: a buffer is not cleared");
	memset(buf->cpu, stamp, buf->size);
	return !err;
}

static void dma_disown(struct kpool_dma_buf *buf, u8 stamp)
{
	if (memchr_inv(buf->cpu, stamp, buf->size))
		torture_error("dma: a buffer was changed");
	if (xa_erase(&dma_in_use, dma_key(buf)) != buf)
		torture_error("dma: %pad was another buffer's", &buf->dma);
}

static void dma_give_back(struct rnd_state *random, struct kpool_dma *pool,
			  struct kpool_dma_buf *buf)
{
	unsigned long flags;

	switch (torture_random(random, 8)) {
	case 0:
		kpool_discard(kpool_dma_pool(pool), buf);
		break;
	case 1:
		local_irq_save(flags);
		kpool_dma_put(pool, buf);
		local_irq_restore(flags);
		break;
	default:
		kpool_dma_put(pool, buf);
		break;
	}
}

static void dma_step(struct rnd_state *random)
{
	struct kpool_dma_buf *bufs[DMA_HELD];
	u8 stamp = 1 + torture_random(random, 255);
	unsigned int n, held = 0;
	struct kpool_dma *pool;
	gfp_t gfp;

	if (!IS_ENABLED(CONFIG_HAS_DMA))
		return;
	pool = dma_pools[torture_random(random, ARRAY_SIZE(dma_sizes))];
	for (n = torture_random(random, DMA_HELD + 1); n; n--) {
		/* Only a user that holds nothing may wait at the maximum. */
		gfp = held ? GFP_ATOMIC : GFP_KERNEL;
		bufs[held] = kpool_dma_get(pool, gfp | __GFP_NOWARN);
		if (!bufs[held])
			break;
		if (dma_own(bufs[held], stamp))
			held++;
		else
			kpool_dma_put(pool, bufs[held]);
	}
	while (held--) {
		dma_disown(bufs[held], stamp);
		dma_give_back(random, pool, bufs[held]);
	}
	if (!torture_random(random, 64))
		kpool_gc(kpool_dma_pool(pool));
}

static void dma_teardown(void)
{
	struct kpool_stats stats;
	int i;

	for (i = 0; i < ARRAY_SIZE(dma_sizes); i++) {
		if (!IS_ERR_OR_NULL(dma_pools[i])) {
			kpool_read_stats(kpool_dma_pool(dma_pools[i]), &stats);
			if (stats.in_use)
				torture_error("dma: %llu buffers are missing",
					      stats.in_use);
		}
		kpool_dma_destroy(dma_pools[i]);
		dma_pools[i] = NULL;
	}
	xa_destroy(&dma_in_use);
	if (!IS_ERR_OR_NULL(dma_device))
		platform_device_unregister(dma_device);
	dma_device = NULL;
}

const struct torture_kind torture_kind_dma = {
	.name = "dma",
	.setup = dma_setup,
	.step = dma_step,
	.teardown = dma_teardown,
};

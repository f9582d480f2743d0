// SPDX-License-Identifier: GPL-2.0
/*
 * Pools of coherent DMA buffers, for a platform device that exists for the
 * test: both addresses of a buffer, its contents from one user to the next,
 * contexts, failures, statistics.
 *
 * Each property is tested with blocks, which share pages, and with buffers that
 * have pages of their own.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/kpool_dma.h>
#include <linux/kref.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/platform_device.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "helpers.h"

#define DMA_NAME	"kunit-dma"
#define BLOCK		256
#define PAGES		(2 * PAGE_SIZE + 8)
#define BUFFERS		40

static const size_t dma_sizes[] = { BLOCK, PAGES };

/* The device and the pool of the current case. */
static struct platform_device *dma_device;
static struct kpool_dma *dma_pool;

static int dma_test_init(struct kunit *test)
{
	dma_device = NULL;
	dma_pool = NULL;
	return test_pools_init(test);
}

static void dma_test_destroy(void)
{
	kpool_dma_destroy(dma_pool);
	dma_pool = NULL;
}

static void dma_test_exit(struct kunit *test)
{
	dma_test_destroy();
	platform_device_unregister(dma_device);
	dma_device = NULL;
	test_pools_exit(test);
}

/* Create a device that can address 31 bits. */
static struct device *new_device(struct kunit *test)
{
	struct platform_device *device;

	if (!IS_ENABLED(CONFIG_HAS_DMA))
		kunit_skip(test, "this kernel has no DMA (CONFIG_HAS_DMA)");
	device = platform_device_register_simple(DMA_NAME, PLATFORM_DEVID_AUTO,
						 NULL, 0);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(device), "no device");
	dma_device = device;
	KUNIT_ASSERT_EQ(test, 0, dma_set_mask_and_coherent(&device->dev,
							   DMA_BIT_MASK(31)));
	return &device->dev;
}

/* Create the pool; there is one at a time, for the one device. */
static void new_pool_of(struct kunit *test, size_t size,
			const struct kpool_dma_args *args)
{
	struct device *dev = dma_device ? &dma_device->dev : new_device(test);
	struct kpool_dma *pool;

	dma_test_destroy();
	pool = kpool_dma_create(dev, DMA_NAME, size, args);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_OR_NULL(pool),
			       "kpool_dma_create() returned %ld",
			       PTR_ERR(pool));
	dma_pool = pool;
}

#define new_pool(test, size, ...) \
	new_pool_of(test, size, &(struct kpool_dma_args){ __VA_ARGS__ })

static struct kpool_dma_buf *dma_get(struct kunit *test, gfp_t gfp)
{
	struct kpool_dma_buf *buf = kpool_dma_get(dma_pool, gfp);

	KUNIT_ASSERT_NOT_NULL_MSG(test, buf, "no buffer");
	KUNIT_ASSERT_NOT_NULL(test, buf->cpu);
	return buf;
}

static void dma_get_many(struct kunit *test, struct kpool_dma_buf **bufs)
{
	int i;

	for (i = 0; i < BUFFERS; i++)
		bufs[i] = dma_get(test, GFP_KERNEL);
}

static void dma_put_many(struct kpool_dma_buf **bufs)
{
	int i;

	for (i = 0; i < BUFFERS; i++)
		kpool_dma_put(dma_pool, bufs[i]);
}

static struct kpool_stats dma_stats(void)
{
	struct kpool_stats stats;

	kpool_read_stats(kpool_dma_pool(dma_pool), &stats);
	return stats;
}

/*
 * Expect that no buffer is in use, and that @n remain when idle ones are
 * dropped.
 */
static void expect_live(struct kunit *test, unsigned int n)
{
	kpool_drain(kpool_dma_pool(dma_pool));
	KUNIT_EXPECT_EQ(test, dma_stats().in_use, 0);
	KUNIT_EXPECT_EQ(test, test_details(test, DMA_NAME, "buffers"), n);
}

/* Creation */

static void expect_refused(struct kunit *test, int error, size_t size,
			   const struct kpool_dma_args *args)
{
	struct kpool_dma *pool;

	pool = kpool_dma_create(&dma_device->dev, DMA_NAME, size, args);
	KUNIT_EXPECT_EQ(test, PTR_ERR(pool), error);
	kpool_dma_destroy(pool);
}

#define refused(test, error, size, ...) \
	expect_refused(test, error, size, \
		       &(struct kpool_dma_args){ __VA_ARGS__ })

static void created_where_the_kernel_has_dma(struct kunit *test)
{
	struct kpool_dma *pool;

	if (IS_ENABLED(CONFIG_HAS_DMA)) {
		pool = kpool_dma_create(new_device(test), DMA_NAME, 64, NULL);
		KUNIT_EXPECT_FALSE(test, IS_ERR_OR_NULL(pool));
	} else {
		dma_device = platform_device_register_simple(DMA_NAME,
							     PLATFORM_DEVID_AUTO,
							     NULL, 0);
		KUNIT_ASSERT_FALSE(test, IS_ERR(dma_device));
		pool = kpool_dma_create(&dma_device->dev, DMA_NAME, 64, NULL);
		KUNIT_EXPECT_EQ(test, PTR_ERR(pool), -EOPNOTSUPP);
	}
	kpool_dma_destroy(pool);
}

static void no_device_is_refused(struct kunit *test)
{
	struct kpool_dma *pool = kpool_dma_create(NULL, DMA_NAME, 64, NULL);

	KUNIT_EXPECT_EQ(test, PTR_ERR(pool), -EINVAL);
}

static void device_without_mask_is_refused(struct kunit *test)
{
	new_device(test)->coherent_dma_mask = 0;
	refused(test, -EINVAL, 64);
}

static void bad_sizes_are_refused(struct kunit *test)
{
	new_device(test);
	refused(test, -EINVAL, 0);
	refused(test, -E2BIG, KMALLOC_MAX_SIZE + 1);
	refused(test, -E2BIG, SIZE_MAX);
}

static void bad_alignments_are_refused(struct kunit *test)
{
	new_device(test);
	refused(test, -EINVAL, 64, .pool.align = 3);
	refused(test, -EINVAL, 64, .pool.align = 2 * PAGE_SIZE);
	refused(test, -EINVAL, 64, .pool.align = 1U << 31);
}

static void bad_boundaries_are_refused(struct kunit *test)
{
	new_device(test);
	refused(test, -EINVAL, 64, .boundary = 65);
	refused(test, -EINVAL, 64, .boundary = 32);
	refused(test, -EINVAL, 8, .boundary = 8);
	/* Two of them could not be aligned without crossing the boundary. */
	refused(test, -EINVAL, 64, .boundary = 64, .pool.align = 128);
	refused(test, -EINVAL, PAGES, .boundary = PAGE_SIZE);
}

static void unknown_flags_are_refused(struct kunit *test)
{
	new_device(test);
	refused(test, -EINVAL, 64, .flags = ~KPOOL_DMA_F_KEEP);
}

/* Addresses */

static void buffers_are_aligned(struct kunit *test)
{
	static const struct {
		size_t size;
		unsigned int align;
	} kinds[] = {
		{ 1, 0 }, { 12, 0 }, { 12, 1 }, { 100, 64 }, { 64, 512 },
		{ 24, PAGE_SIZE }, { 2049, 16 }, { PAGES, 0 },
		{ PAGES, PAGE_SIZE },
	};
	struct kpool_dma_buf *bufs[BUFFERS];
	unsigned int align;
	int kind, i;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		align = kinds[kind].align ?: sizeof(u64);
		new_pool(test, kinds[kind].size,
			 .pool.align = kinds[kind].align);
		dma_get_many(test, bufs);
		for (i = 0; i < BUFFERS; i++) {
			KUNIT_EXPECT_EQ(test, bufs[i]->size, kinds[kind].size);
			KUNIT_EXPECT_TRUE(test, IS_ALIGNED(bufs[i]->dma, align));
			KUNIT_EXPECT_TRUE(test,
					  IS_ALIGNED((unsigned long)bufs[i]->cpu,
						     align));
		}
		dma_put_many(bufs);
	}
}

static void buffers_are_within_reach_of_the_device(struct kunit *test)
{
	struct kpool_dma_buf *bufs[BUFFERS];
	int size, i;

	for (size = 0; size < ARRAY_SIZE(dma_sizes); size++) {
		new_pool(test, dma_sizes[size]);
		dma_get_many(test, bufs);
		for (i = 0; i < BUFFERS; i++)
			KUNIT_EXPECT_LE(test, bufs[i]->dma + bufs[i]->size - 1,
					DMA_BIT_MASK(31));
		dma_put_many(bufs);
	}
}

static bool overlap(u64 a, u64 b, size_t size)
{
	return a < b + size && b < a + size;
}

static void buffers_do_not_overlap(struct kunit *test)
{
	struct kpool_dma_buf *bufs[BUFFERS];
	int size, i, j, found = 0;

	for (size = 0; size < ARRAY_SIZE(dma_sizes); size++) {
		new_pool(test, dma_sizes[size]);
		dma_get_many(test, bufs);
		for (i = 0; i < BUFFERS; i++)
			for (j = 0; j < i; j++) {
				found += overlap(bufs[i]->dma, bufs[j]->dma,
						 dma_sizes[size]);
				found += overlap((unsigned long)bufs[i]->cpu,
						 (unsigned long)bufs[j]->cpu,
						 dma_sizes[size]);
			}
		dma_put_many(bufs);
	}
	KUNIT_EXPECT_EQ(test, found, 0);
}

static void buffers_do_not_cross_the_boundary(struct kunit *test)
{
	static const struct {
		size_t size;
		size_t boundary;
	} kinds[] = {
		{ 96, 128 }, { 96, 256 }, { 600, 1024 }, { 96, SZ_4K },
		{ 3000, SZ_4K }, { PAGES, 4 * PAGE_SIZE },
	};
	struct kpool_dma_buf *bufs[BUFFERS];
	size_t boundary;
	int kind, i;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		boundary = kinds[kind].boundary;
		new_pool(test, kinds[kind].size, .boundary = boundary);
		dma_get_many(test, bufs);
		for (i = 0; i < BUFFERS; i++)
			KUNIT_EXPECT_EQ(test, bufs[i]->dma & ~(boundary - 1),
					(bufs[i]->dma + bufs[i]->size - 1) &
					~(boundary - 1));
		dma_put_many(bufs);
	}
}

/* Both addresses of a buffer must refer to the same bytes. */
static void addresses_of_a_buffer_belong_together(struct kunit *test)
{
	struct kpool_dma_buf *bufs[BUFFERS];
	int size, i, compared = 0;

	for (size = 0; size < ARRAY_SIZE(dma_sizes); size++) {
		new_pool(test, dma_sizes[size]);
		dma_get_many(test, bufs);
		for (i = 0; i < BUFFERS; i++) {
			KUNIT_EXPECT_EQ(test, offset_in_page(bufs[i]->cpu),
					offset_in_page(bufs[i]->dma));
			/*
			 * Without an IOMMU, DMA addresses are physical
			 * addresses.
			 */
			if (IS_ENABLED(CONFIG_IOMMU_SUPPORT) ||
			    !virt_addr_valid(bufs[i]->cpu))
				continue;
			KUNIT_EXPECT_EQ(test, virt_to_phys(bufs[i]->cpu),
					bufs[i]->dma);
			compared++;
		}
		dma_put_many(bufs);
	}
	if (!compared)
		kunit_skip(test, "DMA addresses are not physical here");
}

/* Contents */

static bool is_zero(const struct kpool_dma_buf *buf)
{
	return !memchr_inv(buf->cpu, 0, buf->size);
}

static void a_new_buffer_is_zero(struct kunit *test)
{
	struct kpool_dma_buf *bufs[BUFFERS];
	int size, round, i;

	for (size = 0; size < ARRAY_SIZE(dma_sizes); size++) {
		new_pool(test, dma_sizes[size], .flags = KPOOL_DMA_F_KEEP);
		/* In the second round, the memory has been used before. */
		for (round = 0; round < 2; round++) {
			dma_get_many(test, bufs);
			for (i = 0; i < BUFFERS; i++) {
				KUNIT_EXPECT_TRUE(test, is_zero(bufs[i]));
				memset(bufs[i]->cpu, 0x5e, bufs[i]->size);
			}
			dma_put_many(bufs);
			kpool_drain(kpool_dma_pool(dma_pool));
		}
	}
}

static void an_idle_buffer_is_zero(struct kunit *test)
{
	struct kpool_dma_buf *buf;
	void *cpu;
	int size;

	for (size = 0; size < ARRAY_SIZE(dma_sizes); size++) {
		new_pool(test, dma_sizes[size]);
		buf = dma_get(test, GFP_KERNEL);
		memset(buf->cpu, 0x5e, buf->size);
		cpu = buf->cpu;
		kpool_dma_put(dma_pool, buf);
		KUNIT_EXPECT_NULL_MSG(test,
				      memchr_inv(cpu, 0, dma_sizes[size]),
				      "cleared before a get returns it");
		KUNIT_EXPECT_PTR_EQ(test, dma_get(test, GFP_KERNEL), buf);
		KUNIT_EXPECT_TRUE(test, is_zero(buf));
		KUNIT_EXPECT_PTR_EQ(test, buf->cpu, cpu);
		kpool_dma_put(dma_pool, buf);
	}
}

static void contents_are_kept_if_asked_for(struct kunit *test)
{
	struct kpool_dma_buf *buf;
	int size;

	for (size = 0; size < ARRAY_SIZE(dma_sizes); size++) {
		new_pool(test, dma_sizes[size], .flags = KPOOL_DMA_F_KEEP);
		buf = dma_get(test, GFP_KERNEL);
		memset(buf->cpu, 0x5e, buf->size);
		kpool_dma_put(dma_pool, buf);
		KUNIT_EXPECT_PTR_EQ(test, dma_get(test, GFP_KERNEL), buf);
		KUNIT_EXPECT_NULL(test, memchr_inv(buf->cpu, 0x5e, buf->size));
		kpool_dma_put(dma_pool, buf);
	}
}

/* Exhaustion and failures */

static void at_the_maximum_atomic_gets_fail(struct kunit *test)
{
	struct kpool_dma_buf *bufs[2];
	int size;

	for (size = 0; size < ARRAY_SIZE(dma_sizes); size++) {
		new_pool(test, dma_sizes[size], .pool.max = 2);
		bufs[0] = dma_get(test, GFP_NOWAIT);
		bufs[1] = dma_get(test, GFP_NOWAIT);
		KUNIT_EXPECT_NULL(test, kpool_dma_get(dma_pool, GFP_ATOMIC));
		kpool_dma_put(dma_pool, bufs[0]);
		bufs[0] = dma_get(test, GFP_ATOMIC);
		kpool_dma_put(dma_pool, bufs[0]);
		kpool_dma_put(dma_pool, bufs[1]);
		expect_live(test, 0);
	}
}

/* Make the device unable to address any memory, or able again. */
static void reach_nothing(bool nothing)
{
	dma_device->dev.coherent_dma_mask = nothing ? 1 : DMA_BIT_MASK(31);
}

static void a_get_fails_if_no_memory_is_within_reach(struct kunit *test)
{
	int size;

	for (size = 0; size < ARRAY_SIZE(dma_sizes); size++) {
		new_pool(test, dma_sizes[size]);
		reach_nothing(true);
		KUNIT_EXPECT_NULL(test, kpool_dma_get(dma_pool, GFP_KERNEL));
		/*
		 * On devices without cache coherency, atomic memory is scarce.
		 */
		KUNIT_EXPECT_NULL(test, kpool_dma_get(dma_pool, GFP_ATOMIC |
						      __GFP_NOWARN));
		KUNIT_EXPECT_EQ(test, dma_stats().build_failures, 2);
		expect_live(test, 0);
		reach_nothing(false);
		kpool_dma_put(dma_pool, dma_get(test, GFP_KERNEL));
		expect_live(test, 0);
	}
}

static void the_reserve_serves_when_nothing_can_be_built(struct kunit *test)
{
	/* Two such blocks fill a page, with no room for a third. */
	static const size_t sizes[] = { PAGE_SIZE / 2, PAGES };
	struct kpool_dma_buf *bufs[2];
	int size;

	for (size = 0; size < ARRAY_SIZE(sizes); size++) {
		new_pool(test, sizes[size], .pool.reserve = 2);
		reach_nothing(true);
		bufs[0] = dma_get(test, GFP_ATOMIC);
		bufs[1] = dma_get(test, GFP_ATOMIC);
		KUNIT_EXPECT_NULL(test, kpool_dma_get(dma_pool, GFP_ATOMIC));
		kpool_dma_put(dma_pool, bufs[0]);
		kpool_dma_put(dma_pool, bufs[1]);
		expect_live(test, 2);
		reach_nothing(false);
	}
}

static void a_reserve_that_cannot_be_built_is_an_error(struct kunit *test)
{
	new_device(test);
	reach_nothing(true);
	refused(test, -ENOMEM, BLOCK, .pool.reserve = 2);
	refused(test, -ENOMEM, PAGES, .pool.reserve = 2);
	reach_nothing(false);
	new_pool(test, BLOCK, .pool.reserve = 2);
}

/* Contexts */

/* A get and a put in an interrupt, and a discard where no pool caches. */
struct dma_call {
	struct kpool_dma_buf *drop;
	bool got;
	bool zero;
};

static void dma_get_put_drop(void *data)
{
	struct dma_call *call = data;
	struct kpool_dma_buf *buf = kpool_dma_get(dma_pool, GFP_ATOMIC);

	if (buf) {
		call->got = true;
		call->zero = is_zero(buf);
		memset(buf->cpu, 0x5e, buf->size);
		kpool_dma_put(dma_pool, buf);
	}
	kpool_discard(kpool_dma_pool(dma_pool), call->drop);
}

static void in_context(struct kunit *test,
		       void (*context)(void (*run)(void *data), void *data))
{
	struct kpool_dma_buf *ready, *drop;
	struct dma_call call;
	int size;

	for (size = 0; size < ARRAY_SIZE(dma_sizes); size++) {
		new_pool(test, dma_sizes[size]);
		/* PREEMPT_RT allocates nothing in interrupts. */
		ready = dma_get(test, GFP_KERNEL);
		drop = dma_get(test, GFP_KERNEL);
		memset(ready->cpu, 0x5e, ready->size);
		kpool_dma_put(dma_pool, ready);
		call = (struct dma_call){ .drop = drop };
		context(dma_get_put_drop, &call);
		KUNIT_EXPECT_TRUE(test, call.got);
		KUNIT_EXPECT_TRUE(test, call.zero);
		KUNIT_EXPECT_EQ(test, dma_stats().discarded, 1);
		expect_live(test, 0);
	}
}

static void usable_in_hard_interrupts(struct kunit *test)
{
	in_context(test, test_in_hardirq);
}

static void usable_in_softirqs(struct kunit *test)
{
	in_context(test, test_in_softirq);
}

static void an_interrupt_can_build(struct kunit *test)
{
	struct dma_call call = { };
	int size;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "PREEMPT_RT allocates nothing in interrupts");
	for (size = 0; size < ARRAY_SIZE(dma_sizes); size++) {
		new_pool(test, dma_sizes[size]);
		test_in_hardirq(dma_get_put_drop, &call);
		KUNIT_EXPECT_TRUE(test, call.got);
		KUNIT_EXPECT_EQ(test, dma_stats().built, 1);
		expect_live(test, 0);
	}
}

/* Statistics */

static void expect_detail(struct kunit *test, const char *name, long long value)
{
	KUNIT_EXPECT_EQ_MSG(test, test_details(test, DMA_NAME, name), value,
			    "%s", name);
}

static void details_tell_what_a_pool_takes(struct kunit *test)
{
	struct kpool_dma_buf *bufs[2];

	new_pool(test, 100, .boundary = SZ_4K, .pool.align = 64);
	bufs[0] = dma_get(test, GFP_KERNEL);
	bufs[1] = dma_get(test, GFP_KERNEL);
	kpool_dma_put(dma_pool, bufs[1]);
	expect_detail(test, "size", 100);
	expect_detail(test, "footprint", 128);
	expect_detail(test, "align", 64);
	expect_detail(test, "boundary", SZ_4K);
	expect_detail(test, "keep", 0);
	expect_detail(test, "whole_pages", 0);
	expect_detail(test, "buffers", 2);
	expect_detail(test, "bytes", 256);
	KUNIT_EXPECT_EQ(test, dma_stats().object_size, 128);
	kpool_dma_put(dma_pool, bufs[0]);
	expect_live(test, 0);
	expect_detail(test, "bytes", 0);
}

static void details_tell_of_whole_pages(struct kunit *test)
{
	struct kpool_dma_buf *buf;

	new_pool(test, PAGES, .flags = KPOOL_DMA_F_KEEP);
	buf = dma_get(test, GFP_KERNEL);
	expect_detail(test, "size", PAGES);
	expect_detail(test, "footprint", 3 * PAGE_SIZE);
	expect_detail(test, "keep", 1);
	expect_detail(test, "whole_pages", 1);
	expect_detail(test, "bytes", 3 * PAGE_SIZE);
	kpool_dma_put(dma_pool, buf);
}

static void blocks_share_a_page_or_have_their_own(struct kunit *test)
{
	new_pool(test, PAGE_SIZE / 2);
	expect_detail(test, "whole_pages", 0);
	new_pool(test, PAGE_SIZE / 2 + 1);
	expect_detail(test, "whole_pages", 1);
	expect_detail(test, "footprint", PAGE_SIZE);
	new_pool(test, 8, .pool.align = PAGE_SIZE);
	expect_detail(test, "whole_pages", 1);
}

/* Late puts */

/* After the last buffer is back nothing is left, and the device is released. */
static void buffers_may_come_back_late(struct kunit *test)
{
	struct device *dev = new_device(test);
	unsigned int refs = kref_read(&dev->kobj.kref);
	struct kpool_dma_buf *bufs[2];
	int size, i;

	for (size = 0; size < ARRAY_SIZE(dma_sizes); size++) {
		new_pool(test, dma_sizes[size], .pool.reserve = 1);
		for (i = 0; i < 2; i++)
			bufs[i] = dma_get(test, GFP_KERNEL);
		pr_warn("kpool-expect: begin " DMA_NAME ": destroyed with 2\n");
		kpool_dma_destroy(dma_pool);
		pr_warn("kpool-expect: end\n");
		for (i = 0; i < 2; i++) {
			KUNIT_EXPECT_GT_MSG(test, kref_read(&dev->kobj.kref),
					    refs, "the device is held");
			memset(bufs[i]->cpu, 0x5e, bufs[i]->size);
			kpool_dma_put(dma_pool, bufs[i]);
		}
		dma_pool = NULL;
		test_wait(kref_read(&dev->kobj.kref) == refs);
		KUNIT_EXPECT_EQ(test, kref_read(&dev->kobj.kref), refs);
	}
}

static void a_pool_that_fails_gives_its_device_up(struct kunit *test)
{
	struct device *dev = new_device(test);
	unsigned int refs = kref_read(&dev->kobj.kref);

	reach_nothing(true);
	refused(test, -ENOMEM, BLOCK, .pool.reserve = 2);
	refused(test, -ENOMEM, PAGES, .pool.reserve = 2);
	reach_nothing(false);
	refused(test, -EINVAL, BLOCK, .pool.flags = 1U << 31);
	KUNIT_EXPECT_EQ(test, kref_read(&dev->kobj.kref), refs);
}

static struct kunit_case dma_cases[] = {
	KUNIT_CASE(created_where_the_kernel_has_dma),
	KUNIT_CASE(no_device_is_refused),
	KUNIT_CASE(device_without_mask_is_refused),
	KUNIT_CASE(bad_sizes_are_refused),
	KUNIT_CASE(bad_alignments_are_refused),
	KUNIT_CASE(bad_boundaries_are_refused),
	KUNIT_CASE(unknown_flags_are_refused),
	KUNIT_CASE(buffers_are_aligned),
	KUNIT_CASE(buffers_are_within_reach_of_the_device),
	KUNIT_CASE(buffers_do_not_overlap),
	KUNIT_CASE(buffers_do_not_cross_the_boundary),
	KUNIT_CASE(addresses_of_a_buffer_belong_together),
	KUNIT_CASE(a_new_buffer_is_zero),
	KUNIT_CASE(an_idle_buffer_is_zero),
	KUNIT_CASE(contents_are_kept_if_asked_for),
	KUNIT_CASE(at_the_maximum_atomic_gets_fail),
	KUNIT_CASE(a_get_fails_if_no_memory_is_within_reach),
	KUNIT_CASE(the_reserve_serves_when_nothing_can_be_built),
	KUNIT_CASE(a_reserve_that_cannot_be_built_is_an_error),
	KUNIT_CASE(usable_in_hard_interrupts),
	KUNIT_CASE(usable_in_softirqs),
	KUNIT_CASE(an_interrupt_can_build),
	KUNIT_CASE(details_tell_what_a_pool_takes),
	KUNIT_CASE(details_tell_of_whole_pages),
	KUNIT_CASE(blocks_share_a_page_or_have_their_own),
	KUNIT_CASE(buffers_may_come_back_late),
	KUNIT_CASE(a_pool_that_fails_gives_its_device_up),
	{}
};

static struct kunit_suite dma_suite = {
	.name = "kpool_dma",
	.init = dma_test_init,
	.exit = dma_test_exit,
	.test_cases = dma_cases,
};

kunit_test_suite(dma_suite);

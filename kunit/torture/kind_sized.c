// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers of random sizes: each has the size that it reports, and no other user
 * writes to it while it is held.
 */
#include <linux/gfp.h>
#include <linux/kpool_sized.h>
#include <linux/string.h>

#include "torture.h"

#define SIZED_HELD	8
#define SIZED_LARGEST	8192

static struct kpool_sized *torture_sized;

static int torture_sized_setup(void)
{
	const struct kpool_sized_args args = {
		.smallest = 32,
		.largest = SIZED_LARGEST,
		.steps = 2,
	};
	struct kpool_sized *sized;

	sized = kpool_sized_create("torture-sized", &args);
	if (IS_ERR(sized))
		return PTR_ERR(sized);
	torture_sized = sized;
	return 0;
}

static gfp_t torture_sized_gfp(struct rnd_state *random)
{
	static const gfp_t gfps[] = { GFP_KERNEL, GFP_NOWAIT, GFP_ATOMIC };

	return gfps[torture_random(random, ARRAY_SIZE(gfps))] | __GFP_NOWARN;
}

/* Mostly small, sometimes larger than the largest class. */
static size_t torture_sized_size(struct rnd_state *random)
{
	return torture_random(random, 2 * SIZED_LARGEST) >>
	       torture_random(random, 8);
}

static void torture_sized_step(struct rnd_state *random)
{
	unsigned int n = 1 + torture_random(random, SIZED_HELD);
	void *bufs[SIZED_HELD];
	u8 stamps[SIZED_HELD];
	unsigned int i;

	for (i = 0; i < n; i++) {
		size_t size = torture_sized_size(random);

		bufs[i] = kpool_sized_get(torture_sized, size,
					  torture_sized_gfp(random));
		if (!bufs[i])
			continue;
		if (kpool_sized_size(bufs[i]) < size)
			torture_error("sized: %zu bytes, not %zu",
				      kpool_sized_size(bufs[i]), size);
		stamps[i] = torture_random(random, 256);
		memset(bufs[i], stamps[i], kpool_sized_size(bufs[i]));
	}
	for (i = 0; i < n; i++) {
		if (bufs[i] && memchr_inv(bufs[i], stamps[i],
					  kpool_sized_size(bufs[i])))
			torture_error("sized: another user wrote to a buffer");
		kpool_sized_put(torture_sized, bufs[i]);
	}
}

static void torture_sized_teardown(void)
{
	struct kpool_stats stats;
	struct kpool *pool;
	unsigned int i;

	if (!torture_sized)
		return;
	for (i = 0; (pool = kpool_sized_pool(torture_sized, i)); i++) {
		/*
		 * An object that a worker tears down counts as in use until
		 * then.
		 */
		kpool_drain(pool);
		kpool_read_stats(pool, &stats);
		if (stats.in_use)
			torture_error("sized: %llu buffers of class %u are out",
				      stats.in_use, i);
	}
	kpool_sized_destroy(torture_sized);
}

const struct torture_kind torture_kind_sized = {
	.name = "sized",
	.setup = torture_sized_setup,
	.step = torture_sized_step,
	.teardown = torture_sized_teardown,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * A ring with fewer buffers than its users want: no other user writes to a
 * buffer that is held, and it is handed out as its hooks left it.
 */
#include <linux/kpool_ring.h>
#include <linux/string.h>

#include "torture.h"

#define RING_HELD	4
#define RING_NR		6
#define RING_SIZE	256

static struct kpool_ring *torture_ring;

static int torture_ring_init(void *buf, void *ctx, gfp_t gfp)
{
	memset(buf, 0, RING_SIZE);
	return 0;
}

/* Refuse a buffer now and then, depending on the byte that its user wrote. */
static bool torture_ring_reset(void *buf, void *ctx)
{
	bool refuse = *(u8 *)buf == 1;

	memset(buf, 0, RING_SIZE);
	return !refuse;
}

static int torture_ring_setup(void)
{
	static const struct kpool_ops ops = {
		.init = torture_ring_init,
		.reset = torture_ring_reset,
	};
	const struct kpool_ring_args args = { .pool.ops = &ops };
	struct kpool_ring *ring;

	ring = kpool_ring_create("torture-ring", RING_NR, RING_SIZE, &args);
	if (IS_ERR(ring))
		return PTR_ERR(ring);
	torture_ring = ring;
	return 0;
}

static void torture_ring_step(struct rnd_state *random)
{
	unsigned int n = 1 + torture_random(random, RING_HELD);
	u8 *bufs[RING_HELD];
	u8 stamps[RING_HELD];
	unsigned int i;

	for (i = 0; i < n; i++) {
		bufs[i] = kpool_ring_get(torture_ring);
		if (!bufs[i])
			continue;
		if (memchr_inv(bufs[i], 0, RING_SIZE))
			torture_error("ring: a buffer was not reset");
		stamps[i] = 1 + torture_random(random, 255);
		memset(bufs[i], stamps[i], RING_SIZE);
	}
	for (i = 0; i < n; i++) {
		if (bufs[i] && memchr_inv(bufs[i], stamps[i], RING_SIZE))
			torture_error("ring: another user wrote to a buffer");
		kpool_ring_put(torture_ring, bufs[i]);
	}
}

static void torture_ring_teardown(void)
{
	struct kpool_ring_stats stats;

	if (!torture_ring)
		return;
	kpool_ring_read_stats(torture_ring, &stats);
	if (stats.in_use)
		torture_error("ring: %llu buffers are out", stats.in_use);
	if (stats.bad_puts)
		torture_error("ring: %llu puts were not recognised",
			      stats.bad_puts);
	kpool_ring_destroy(torture_ring);
}

const struct torture_kind torture_kind_ring = {
	.name = "ring",
	.setup = torture_ring_setup,
	.step = torture_ring_step,
	.teardown = torture_ring_teardown,
};

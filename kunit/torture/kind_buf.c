// SPDX-License-Identifier: GPL-2.0
/*
 * Growable buffers under torture: the bytes that a user has appended and
 * prepended must stay, whatever other users do, until that user removes them.
 * Most uses are small, and some are giants, so that memory is kept and dropped,
 * in process context and with interrupts off.
 *
 * The bytes in a buffer count up from a number that its user chose.
 */
#include <linux/irqflags.h>
#include <linux/kpool_buf.h>
#include <linux/sizes.h>

#include "torture.h"

#define TORTURE_BUF_HEADROOM	32

/* In buffers of the first kind, giants come from vmalloc(). */
static const struct kpool_bufs_args torture_buf_args[] = {
	{ .max_size = SZ_8M, .headroom = TORTURE_BUF_HEADROOM, .window = 256 },
	{ .max_size = SZ_64K, .headroom = TORTURE_BUF_HEADROOM, .initial = 100,
	  .keep = SZ_4K, .pool.max = 4 },
};

static struct kpool_bufs *torture_bufs[ARRAY_SIZE(torture_buf_args)];

/**
 * struct torture_text - a buffer and its expected contents
 * @buf: the buffer
 * @first: its first byte; each other byte is one more than the previous one
 * @random: the random numbers of this thread
 */
struct torture_text {
	struct kpool_buf *buf;
	u8 first;
	struct rnd_state *random;
};

static int torture_buf_setup(void)
{
	static const char *const names[] = { "torture-buf", "torture-buf-keep" };
	int i;

	for (i = 0; i < ARRAY_SIZE(torture_bufs); i++) {
		torture_bufs[i] = kpool_bufs_create(names[i],
						    &torture_buf_args[i]);
		if (IS_ERR(torture_bufs[i]))
			return PTR_ERR(torture_bufs[i]);
	}
	return 0;
}

static void torture_buf_count_up(u8 *bytes, size_t n, u8 next)
{
	while (n--)
		*bytes++ = next++;
}

static void torture_buf_check(const struct torture_text *text)
{
	const struct kpool_buf *buf = text->buf;
	size_t i;

	for (i = 0; i < buf->len; i++)
		if (buf->data[i] != (u8)(text->first + i)) {
			torture_error("buf: byte %zu of %zu has changed", i,
				      buf->len);
			return;
		}
}

/* Append @n bytes all at once, or in pieces. */
static void torture_buf_append(struct torture_text *text, size_t n, gfp_t gfp)
{
	struct kpool_buf *buf = text->buf;
	u8 piece[48];
	void *tail;

	if (torture_random(text->random, 2)) {
		if (kpool_buf_reserve(buf, n, gfp))
			return;
		tail = kpool_buf_extend(buf, n);
		if (tail)
			torture_buf_count_up(tail, n,
					     text->first + buf->len - n);
		else
			torture_error("buf: no room after a reserve");
		return;
	}
	while (n) {
		size_t now = min(n, sizeof(piece));

		torture_buf_count_up(piece, now, text->first + buf->len);
		if (kpool_buf_append(buf, piece, now, gfp))
			return;
		n -= now;
	}
}

static void torture_buf_prepend(struct torture_text *text, size_t n)
{
	u8 *start = kpool_buf_push(text->buf, n);

	if (!start)
		return;
	text->first -= n;
	torture_buf_count_up(start, n, text->first);
}

/* Usually small; one size in 500 is larger than kmalloc() supports. */
static size_t torture_buf_size(struct rnd_state *random)
{
	if (!torture_random(random, 500))
		return SZ_4M + torture_random(random, SZ_1M);
	if (!torture_random(random, 20))
		return torture_random(random, SZ_64K);
	return torture_random(random, 2000);
}

static void torture_buf_operation(struct torture_text *text)
{
	gfp_t gfp = torture_random(text->random, 4) ? GFP_KERNEL : GFP_NOWAIT;
	struct kpool_buf *buf = text->buf;
	size_t n;

	switch (torture_random(text->random, 8)) {
	case 0:
		torture_buf_prepend(text, torture_random(text->random, 20));
		break;
	case 1:
		n = torture_random(text->random, buf->len + 1);
		if (kpool_buf_pull(buf, n))
			text->first += n;
		else
			torture_error("buf: could not pull what is there");
		break;
	case 2:
		kpool_buf_trim(buf, torture_random(text->random,
						   buf->len + 1));
		break;
	case 3:
		n = buf->len;
		if (!kpool_buf_printf(buf, gfp, "%300d", 1) &&
		    buf->len != n + 300)
			torture_error("buf: printed %zu bytes", buf->len - n);
		kpool_buf_trim(buf, n);
		break;
	default:
		torture_buf_append(text, torture_buf_size(text->random),
				   gfp | __GFP_NOWARN);
		break;
	}
}

static void torture_buf_put(struct kpool_bufs *bufs, struct torture_text *text)
{
	unsigned long flags;

	torture_buf_check(text);
	if (torture_random(text->random, 2)) {
		kpool_bufs_put(bufs, text->buf);
		return;
	}
	local_irq_save(flags);
	kpool_bufs_put(bufs, text->buf);
	local_irq_restore(flags);
}

static void torture_buf_step(struct rnd_state *random)
{
	struct kpool_bufs *bufs = torture_bufs[torture_random(random,
						ARRAY_SIZE(torture_bufs))];
	struct torture_text text = {
		.buf = kpool_bufs_get(bufs, GFP_KERNEL),
		.first = torture_random(random, 256),
		.random = random,
	};
	unsigned int n;

	if (!text.buf)
		return;
	if (text.buf->len ||
	    kpool_buf_headroom(text.buf) != TORTURE_BUF_HEADROOM)
		torture_error("buf: got a buffer that is not empty");
	for (n = torture_random(random, 8); n; n--)
		torture_buf_operation(&text);
	torture_buf_put(bufs, &text);
}

static void torture_buf_settle(struct kpool_bufs *bufs)
{
	struct kpool_bufs_stats grown;
	struct kpool_stats stats;

	kpool_drain(kpool_bufs_pool(bufs));
	kpool_read_stats(kpool_bufs_pool(bufs), &stats);
	kpool_bufs_read_stats(bufs, &grown);
	if (stats.in_use || stats.idle)
		torture_error("buf: %llu in use, %llu idle after the end",
			      stats.in_use, stats.idle);
	else if (grown.grown_bytes)
		torture_error("buf: %llu bytes were lost", grown.grown_bytes);
}

static void torture_buf_teardown(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(torture_bufs); i++) {
		if (!IS_ERR_OR_NULL(torture_bufs[i]))
			torture_buf_settle(torture_bufs[i]);
		kpool_bufs_destroy(torture_bufs[i]);
		torture_bufs[i] = NULL;
	}
}

const struct torture_kind torture_kind_buf = {
	.name = "buf",
	.setup = torture_buf_setup,
	.step = torture_buf_step,
	.teardown = torture_buf_teardown,
};

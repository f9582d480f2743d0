// SPDX-License-Identifier: GPL-2.0
/*
 * The workload "buf".  One operation assembles a message of object_size bytes,
 * in pieces of 64 bytes, in a buffer that starts with 4096 bytes and doubles
 * when it is full, and then releases the buffer.
 *
 * Without kpool the buffer is allocated for the message and freed after it;
 * both ways copy the same pieces with the same call.
 */
#include <linux/err.h>
#include <linux/kpool.h>
#include <linux/kpool_buf.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include "loops.h"

#define BUF_PIECE	64
#define BUF_START	4096

static const u8 buf_piece[BUF_PIECE];

/* With kpool */

static __always_inline bool buf_kpool_message(struct bench_source source)
{
	struct kpool_buf *buf = kpool_bufs_get(source.pool, GFP_KERNEL);
	size_t left;
	int err = 0;

	if (unlikely(!buf))
		return false;
	for (left = source.size; left && !err; ) {
		size_t n = min_t(size_t, left, BUF_PIECE);

		err = kpool_buf_append(buf, buf_piece, n, GFP_KERNEL);
		left -= n;
	}
	kpool_bufs_put(source.pool, buf);
	return !err;
}

BENCH_DEFINE_KIND_LOOPS(buf_kpool, buf_kpool_message);

static int buf_kpool_create(const struct bench_run *run, const char *name,
			    struct bench_source *source)
{
	const struct kpool_bufs_args args = { .initial = BUF_START };
	struct kpool_bufs *bufs = kpool_bufs_create(name, &args);

	if (IS_ERR(bufs))
		return PTR_ERR(bufs);
	source->pool = bufs;
	return 0;
}

static void buf_kpool_destroy(const struct bench_source *source,
			      const struct bench_builder *builder)
{
	kpool_bufs_destroy(source->pool);
}

static void buf_kpool_count(const struct bench_source *source,
			    struct bench_counts *counts)
{
	struct kpool_bufs_stats grown;
	struct kpool_stats stats;

	kpool_read_stats(kpool_bufs_pool(source->pool), &stats);
	kpool_bufs_read_stats(source->pool, &grown);
	counts->allocs += stats.built + grown.grown;
	counts->bytes += stats.built * stats.object_size + grown.allocated;
	counts->gets += stats.gets;
	counts->hits += stats.hits;
}

const struct bench_backend bench_buf_kpool = {
	.create = buf_kpool_create,
	.destroy = buf_kpool_destroy,
	.count = buf_kpool_count,
	.loops = &buf_kpool_loops,
};

/* Without kpool, as a driver would write it */

struct buf_plain {
	u8 *data;
	size_t len;
	size_t size;
};

/* Out of line, as kpool_buf_reserve() is. */
static noinline int buf_plain_grow(struct buf_plain *buf, size_t needed)
{
	size_t size = max_t(size_t, buf->size, BUF_START);
	u8 *data;

	while (size < needed)
		size *= 2;
	data = kvmalloc(size, GFP_KERNEL);
	if (!data)
		return -ENOMEM;
	bench_count_alloc(size);
	if (buf->len)
		memcpy(data, buf->data, buf->len);
	kvfree(buf->data);
	buf->data = data;
	buf->size = size;
	return 0;
}

static __always_inline int buf_plain_append(struct buf_plain *buf,
					    const void *data, size_t n)
{
	if (unlikely(n > buf->size - buf->len)) {
		int err = buf_plain_grow(buf, buf->len + n);

		if (err)
			return err;
	}
	memcpy(buf->data + buf->len, data, n);
	buf->len += n;
	return 0;
}

static __always_inline bool buf_kernel_message(struct bench_source source)
{
	struct buf_plain buf = { };
	size_t left;
	int err = 0;

	for (left = source.size; left && !err; ) {
		size_t n = min_t(size_t, left, BUF_PIECE);

		err = buf_plain_append(&buf, buf_piece, n);
		left -= n;
	}
	kvfree(buf.data);
	return !err;
}

BENCH_DEFINE_KIND_LOOPS(buf_kernel, buf_kernel_message);

const struct bench_backend bench_buf_kernel = {
	.loops = &buf_kernel_loops,
};

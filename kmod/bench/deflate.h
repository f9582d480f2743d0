/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The object of the workload compress: a zlib stream, which is expensive to
 * build (about 268 KiB of cleared memory) and cheap to reset. Backends build it
 * through bench_deflate_builder, and built.c uses it.
 *
 * An object has one user at a time; nothing here is locked.
 */
#ifndef _BENCH_DEFLATE_H
#define _BENCH_DEFLATE_H

#include <linux/gfp_types.h>
#include <linux/types.h>
#include <linux/zlib.h>

#define DEFLATE_PAGE_SIZE	4096

/* zlib expands a page that it cannot compress by less than this. */
#define DEFLATE_OUT_SIZE	(DEFLATE_PAGE_SIZE + 256)

/**
 * struct deflate_object - a zlib stream, ready for use
 * @stream: the stream, whose workspace is allocated separately
 */
struct deflate_object {
	struct z_stream_s stream;
};

/**
 * struct deflate_page - input and output of deflate
 * @in: the page
 * @out: the result
 * @length: bytes of @out that were used, 0 if deflating failed
 */
struct deflate_page {
	u8 in[DEFLATE_PAGE_SIZE];
	u8 out[DEFLATE_OUT_SIZE];
	unsigned int length;
};

/* Does this kernel have zlib? If not, nothing below is ever called. */
#define DEFLATE_AVAILABLE \
	(IS_REACHABLE(CONFIG_ZLIB_DEFLATE) && IS_REACHABLE(CONFIG_ZLIB_INFLATE))

size_t deflate_object_size(void);

void deflate_page(struct deflate_object *obj, struct deflate_page *page);

void deflate_page_fill(struct deflate_page *page);
int deflate_page_verify(const struct deflate_page *page);

#endif /* _BENCH_DEFLATE_H */

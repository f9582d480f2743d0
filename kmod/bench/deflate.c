// SPDX-License-Identifier: GPL-2.0
/*
 * Build, use and tear down a zlib stream, and the page that it works on. See
 * deflate.h.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/string.h>
#include "bench.h"
#include "builder.h"
#include "deflate.h"

#if DEFLATE_AVAILABLE

/* A file system's choice: most of the gain for a fraction of the time. */
#define DEFLATE_LEVEL	3

static size_t deflate_workspace_size(void)
{
	return zlib_deflate_workspacesize(MAX_WBITS, MAX_MEM_LEVEL);
}

size_t deflate_object_size(void)
{
	return sizeof(struct deflate_object) + deflate_workspace_size();
}

static int deflate_build(void *memory, gfp_t gfp)
{
	struct deflate_object *obj = memory;
	size_t size = deflate_workspace_size();

	obj->stream.workspace = kvzalloc(size, gfp);
	if (!obj->stream.workspace)
		return -ENOMEM;
	bench_count_alloc(size);
	if (zlib_deflateInit(&obj->stream, DEFLATE_LEVEL) != Z_OK) {
		kvfree(obj->stream.workspace);
		return -EINVAL;
	}
	return 0;
}

static void deflate_reset(void *memory)
{
	struct deflate_object *obj = memory;

	zlib_deflateReset(&obj->stream);
}

static void deflate_teardown(void *memory)
{
	struct deflate_object *obj = memory;

	kvfree(obj->stream.workspace);
}

const struct bench_builder bench_deflate_builder = {
	.size = sizeof(struct deflate_object),
	.build = deflate_build,
	.reset = deflate_reset,
	.teardown = deflate_teardown,
};

/* Deflate @page->in with a stream that was just built or reset. */
void deflate_page(struct deflate_object *obj, struct deflate_page *page)
{
	struct z_stream_s *stream = &obj->stream;

	stream->next_in = page->in;
	stream->avail_in = sizeof(page->in);
	stream->next_out = page->out;
	stream->avail_out = sizeof(page->out);
	if (zlib_deflate(stream, Z_FINISH) == Z_STREAM_END)
		page->length = stream->total_out;
	else
		page->length = 0;
}

static int deflate_inflate(const struct deflate_page *page, u8 *to)
{
	struct z_stream_s stream = {
		.next_in = page->out,
		.avail_in = page->length,
		.next_out = to,
		.avail_out = DEFLATE_PAGE_SIZE,
	};
	int ret = -EIO;

	stream.workspace = kvmalloc(zlib_inflate_workspacesize(), GFP_KERNEL);
	if (!stream.workspace)
		return -ENOMEM;
	if (zlib_inflateInit(&stream) == Z_OK &&
	    zlib_inflate(&stream, Z_FINISH) == Z_STREAM_END &&
	    stream.total_out == DEFLATE_PAGE_SIZE)
		ret = 0;
	kvfree(stream.workspace);
	return ret;
}

/* Check that the last result inflates to the page that it was made from. */
int deflate_page_verify(const struct deflate_page *page)
{
	u8 *inflated;
	int ret;

	inflated = kmalloc(DEFLATE_PAGE_SIZE, GFP_KERNEL);
	if (!inflated)
		return -ENOMEM;
	ret = deflate_inflate(page, inflated);
	if (!ret && memcmp(inflated, page->in, DEFLATE_PAGE_SIZE))
		ret = -EIO;
	kfree(inflated);
	return ret;
}

#else

const struct bench_builder bench_deflate_builder = { };

size_t deflate_object_size(void) { return 0; }
void deflate_page(struct deflate_object *obj, struct deflate_page *page) { }
int deflate_page_verify(const struct deflate_page *page) { return -EOPNOTSUPP; }

#endif /* DEFLATE_AVAILABLE */

/*
 * Fill the page with text that resembles a log. The text is the same in every
 * run, so that the work is the same too.
 */
void deflate_page_fill(struct deflate_page *page)
{
	static const char * const events[] = {
		"eth%u: link is up, %u Mbps, full duplex, flow control off\n",
		"usb %u: new high-speed device, address %u\n",
		"nvme%u: %u I/O queues, no volatile write cache\n",
		"sd%u: %u logical blocks of 512 bytes, write protect is off\n",
		"md%u: resync done, %u stripes checked\n",
	};
	char *text = (char *)page->in;
	size_t used = 0;
	u32 seconds = 0;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, DEFLATE_PAGE_SIZE);
	while (used < DEFLATE_PAGE_SIZE - 1) {
		u32 dice = prandom_u32_state(&rnd);

		seconds += dice % 7;
		used += scnprintf(text + used, DEFLATE_PAGE_SIZE - used,
				  "[%5u.%06u] ", seconds, dice % 1000000);
		used += scnprintf(text + used, DEFLATE_PAGE_SIZE - used,
				  events[dice % ARRAY_SIZE(events)],
				  dice >> 29, dice >> 12);
	}
	text[DEFLATE_PAGE_SIZE - 1] = '\n';
}

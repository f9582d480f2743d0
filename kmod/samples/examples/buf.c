// SPDX-License-Identifier: GPL-2.0
/*
 * The example of Documentation/kinds/buf.rst: reports of varying length, each
 * assembled in a buffer, with a header in front that contains the length.
 * Instead of sending them, the example checks their contents.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kpool_buf.h>
#include <linux/string.h>
#include <linux/types.h>

#include "examples.h"

struct report_header {
	__be32 length;
};

static const struct kpool_bufs_args report_args = {
	.initial = 512,
	.headroom = sizeof(struct report_header),
	.max_size = 65536,		/* a longer report is an error: -E2BIG */
};

/* Give the buffer back with kpool_bufs_put(). */
static struct kpool_buf *report_prepare(struct kpool_bufs *reports,
					const int *values, int n)
{
	struct kpool_buf *buf = kpool_bufs_get(reports, GFP_KERNEL);
	struct report_header *header;
	int err = 0;
	int i;

	if (!buf)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < n && !err; i++)
		err = kpool_buf_printf(buf, GFP_KERNEL, "%d: %d\n", i,
				       values[i]);
	if (err) {
		kpool_bufs_put(reports, buf);
		return ERR_PTR(err);
	}
	/* The length is known only now; the headroom is for the header. */
	i = buf->len;
	header = kpool_buf_push(buf, sizeof(*header));
	header->length = cpu_to_be32(i);
	return buf;
}

static int report_check(const struct kpool_buf *buf)
{
	static const char expected[] = "0: 15\n1: -3\n2: 8\n";
	const struct report_header *header = (void *)buf->data;

	if (be32_to_cpu(header->length) != strlen(expected) ||
	    memcmp(header + 1, expected, strlen(expected)))
		return -EIO;
	return 0;
}

int example_buf(void)
{
	static const int values[] = { 15, -3, 8 };
	struct kpool_bufs *reports;
	struct kpool_buf *buf;
	int err;

	reports = kpool_bufs_create("example-reports", &report_args);
	if (IS_ERR(reports))
		return PTR_ERR(reports);
	buf = report_prepare(reports, values, ARRAY_SIZE(values));
	err = PTR_ERR_OR_ZERO(buf);
	if (!err) {
		err = report_check(buf);
		kpool_bufs_put(reports, buf);
	}
	kpool_bufs_destroy(reports);
	return err;
}

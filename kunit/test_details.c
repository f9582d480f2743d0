// SPDX-License-Identifier: GPL-2.0
/* Reads what a pool shows of itself in debugfs; see test_pool.h. */
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "test_pool.h"

/* As a string; the caller frees it. */
static char *test_read_details(struct kunit *test, const char *pool)
{
	char *path = kasprintf(GFP_KERNEL, "/sys/kernel/debug/kpool/%s/details",
			       pool);
	char *text = kzalloc(SZ_4K, GFP_KERNEL);
	struct file *file = ERR_PTR(-ENOMEM);
	ssize_t length = -ENOENT;
	loff_t start = 0;

	if (path && text)
		file = filp_open(path, O_RDONLY, 0);
	if (!IS_ERR(file)) {
		length = kernel_read(file, text, SZ_4K - 1, &start);
		filp_close(file, NULL);
	}
	KUNIT_EXPECT_GT_MSG(test, length, 0, "cannot read %s", path);
	kfree(path);
	return text;
}

/*
 * The number that the pool's file "details" says of @name, or -1, and then the
 * test has failed.
 */
long long test_details(struct kunit *test, const char *pool, const char *name)
{
	char *text = test_read_details(test, pool);
	char *rest = text;
	long long value = -1;
	char *line;

	while ((line = strsep(&rest, "\n"))) {
		size_t length = strlen(name);

		if (strncmp(line, name, length) || line[length] != ' ')
			continue;
		if (kstrtoll(strim(line + length), 10, &value))
			value = -1;
	}
	KUNIT_EXPECT_GE_MSG(test, value, 0, "%s: no number for %s", pool, name);
	kfree(text);
	return value;
}

// SPDX-License-Identifier: GPL-2.0
/* Read the details of a pool from debugfs; see helpers.h. */
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uio.h>

#include "helpers.h"

/* Read @path below debugfs; return the number of bytes or a negative errno. */
static ssize_t test_read_file(const char *path, char *text, size_t size)
{
	struct kvec to = { .iov_base = text, .iov_len = size };
	struct vfsmount *debugfs = NULL;
	struct iov_iter iter;
	struct kiocb kiocb;
	struct file *file;
	ssize_t length;
	int users = 0;

	/*
	 * Use the kernel's own mount: a kernel thread need not see any other.
	 */
	length = simple_pin_fs(get_fs_type("debugfs"), &debugfs, &users);
	if (length)
		return length;
	file = file_open_root_mnt(debugfs, path, O_RDONLY, 0);
	if (IS_ERR(file)) {
		length = PTR_ERR(file);
	} else {
		/*
		 * kernel_read() refuses files of debugfs, but this one is a
		 * seq_file.
		 */
		init_sync_kiocb(&kiocb, file);
		iov_iter_kvec(&iter, READ, &to, 1, size);
		length = seq_read_iter(&kiocb, &iter);
		filp_close(file, NULL);
	}
	simple_release_fs(&debugfs, &users);
	return length;
}

/* Return the file as a string, which the caller frees. */
static char *test_read_details(struct kunit *test, const char *pool)
{
	char *path = kasprintf(GFP_KERNEL, "kpool/%s/details", pool);
	char *text = kzalloc(SZ_4K, GFP_KERNEL);
	ssize_t length = -ENOMEM;

	if (path && text)
		length = test_read_file(path, text, SZ_4K - 1);
	KUNIT_EXPECT_GT_MSG(test, length, 0, "cannot read %s", path);
	kfree(path);
	return text;
}

/*
 * Return the number that the pool's file "details" shows for @name. If there is
 * none, fail the test and return -1.
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

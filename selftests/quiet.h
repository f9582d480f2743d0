/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An open /dev/kpool-bench whose state must not change, whatever request is
 * made. For fixtures of tests whose requests are all refused.
 */
#ifndef _KPOOL_SELFTEST_QUIET_H
#define _KPOOL_SELFTEST_QUIET_H

#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"

/* Open a file that has not done anything yet. */
static inline int open_quiet(struct __test_metadata *_metadata)
{
	int fd;

	ASSERT_EQ(0, modules_load());
	ASSERT_EQ(0, pools_count());
	fd = bench_open();
	ASSERT_LE(0, fd);
	return fd;
}

/* Check that the file still has not done anything, and close it. */
static inline void close_quiet(struct __test_metadata *_metadata, int fd)
{
	struct kpool_bench_status status = { .runs = 1 };

	EXPECT_EQ(0, bench_call(fd, KPOOL_BENCH_STATUS, &status));
	EXPECT_EQ(0, status.running);
	EXPECT_EQ(0, status.runs);
	EXPECT_EQ(0, pools_count());
	close(fd);
	EXPECT_EQ(0, pools_count());
}

/* Return a copy of @data that can be read but not written, or NULL. */
static inline void *read_only(const void *data, size_t size)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return NULL;
	memcpy(page, data, size);
	return mprotect(page, 4096, PROT_READ) ? NULL : page;
}

#endif /* _KPOOL_SELFTEST_QUIET_H */

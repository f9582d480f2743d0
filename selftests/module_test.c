// SPDX-License-Identifier: GPL-2.0
/*
 * kpool.ko and kpool_bench.ko can be loaded and unloaded, leave nothing behind,
 * and cannot be unloaded while they are in use.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"

#define CYCLES	100

FIXTURE(module) {
};

FIXTURE_SETUP(module)
{
	ASSERT_EQ(0, modules_unload());
}

FIXTURE_TEARDOWN(module)
{
	EXPECT_EQ(0, modules_unload());
}

static bool nothing_is_left(void)
{
	return access(KPOOL_DEBUGFS, F_OK) && errno == ENOENT &&
	       access(KPOOL_BENCH_DEVICE, F_OK) && errno == ENOENT;
}

/* A single property, but many cycles, each of which waits for grace periods. */
TEST_F(module, load_and_unload_100_times)
{
	int i;

	for (i = 1; i <= CYCLES; i++) {
		ASSERT_EQ(0, module_load("kpool")) {
			TH_LOG("kpool, cycle %d", i);
		}
		ASSERT_EQ(0, module_load("kpool_bench")) {
			TH_LOG("kpool_bench, cycle %d", i);
		}
		ASSERT_EQ(0, module_unload("kpool_bench")) {
			TH_LOG("kpool_bench, cycle %d", i);
		}
		ASSERT_EQ(0, module_unload("kpool")) {
			TH_LOG("kpool, cycle %d", i);
		}
		ASSERT_TRUE(nothing_is_left()) {
			TH_LOG("cycle %d", i);
		}
	}
}

TEST_F(module, used_then_unloaded_100_times)
{
	__u32 handle;
	int i, fd;

	ASSERT_EQ(0, module_load("kpool"));
	for (i = 1; i <= CYCLES; i++) {
		ASSERT_EQ(0, module_load("kpool_test"));
		fd = objects_open();
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, objects_pool(fd, 256, 1, 0));
		ASSERT_EQ(0, objects_get(fd, &handle));
		close(fd);
		ASSERT_EQ(0, module_unload("kpool_test")) {
			TH_LOG("cycle %d", i);
		}
	}
}

TEST_F(module, nothing_left_in_debugfs)
{
	ASSERT_EQ(0, modules_load());
	ASSERT_EQ(0, access(KPOOL_DEBUGFS "/pools", F_OK));
	ASSERT_EQ(0, modules_unload());
	EXPECT_EQ(-1, access(KPOOL_DEBUGFS, F_OK));
	EXPECT_EQ(ENOENT, errno);
}

/* Since 6.5 a caller can keep a slab cache from being merged with others. */
static bool caches_may_be_merged(void)
{
	struct utsname kernel;
	int major, minor;

	return uname(&kernel) ||
	       sscanf(kernel.release, "%d.%d", &major, &minor) != 2 ||
	       major < 6 || (major == 6 && minor < 5);
}

static size_t slab_names(void)
{
	glob_t names;
	size_t nr = 0;

	if (!glob("/sys/kernel/slab/kpool-*", 0, NULL, &names))
		nr = names.gl_pathc;
	globfree(&names);
	return nr;
}

/* sysfs keeps the name of a merged cache after the cache is destroyed. */
TEST_F(module, nothing_left_in_sysfs)
{
	int fd;

	if (caches_may_be_merged())
		SKIP(return, "Linux before 6.5 keeps the names of merged caches");
	ASSERT_EQ(0, modules_load());
	fd = objects_open();
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, objects_pool(fd, 256, 0, 0));
	EXPECT_EQ(1, slab_names());
	close(fd);
	EXPECT_EQ(0, slab_names());
}

TEST_F(module, device_comes_and_goes)
{
	ASSERT_EQ(0, modules_load());
	EXPECT_EQ(0, access(KPOOL_BENCH_DEVICE, F_OK));
	ASSERT_EQ(0, modules_unload());
	EXPECT_EQ(-1, access(KPOOL_BENCH_DEVICE, F_OK));
	EXPECT_EQ(ENOENT, errno);
}

TEST_F(module, second_load_refused)
{
	ASSERT_EQ(0, modules_load());
	EXPECT_EQ(-EEXIST, module_load("kpool"));
	EXPECT_EQ(-EEXIST, module_load("kpool_bench"));
}

TEST_F(module, bench_needs_kpool)
{
	EXPECT_EQ(-ENOENT, module_load("kpool_bench"));
	EXPECT_FALSE(module_is_loaded("kpool_bench"));
}

TEST_F(module, kpool_stays_while_bench_uses_it)
{
	ASSERT_EQ(0, modules_load());
	EXPECT_EQ(-EWOULDBLOCK, module_unload("kpool"));
	EXPECT_TRUE(module_is_loaded("kpool"));
	EXPECT_EQ(0, pools_count());
}

TEST_F(module, bench_stays_while_device_is_open)
{
	struct kpool_bench_info info = {};
	int fd;

	ASSERT_EQ(0, modules_load());
	fd = bench_open();
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EWOULDBLOCK, module_unload("kpool_bench"));
	EXPECT_EQ(0, bench_call(fd, KPOOL_BENCH_INFO, &info));
	EXPECT_EQ(KPOOL_BENCH_VERSION, info.version);
	close(fd);
	EXPECT_EQ(0, module_unload("kpool_bench"));
}

TEST_F(module, kpool_stays_while_debugfs_is_open)
{
	int fd;

	ASSERT_EQ(0, module_load("kpool"));
	fd = open(KPOOL_DEBUGFS "/pools", O_RDONLY);
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EWOULDBLOCK, module_unload("kpool"));
	close(fd);
	EXPECT_EQ(0, module_unload("kpool"));
}

TEST_HARNESS_MAIN

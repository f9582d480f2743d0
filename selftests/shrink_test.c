// SPDX-License-Identifier: GPL-2.0
/*
 * Idle objects are freed when the system is short of memory: writing 2 to
 * drop_caches runs every shrinker. A worker reclaims the objects in CPU caches
 * a little later, so the tests have to wait.
 */
#include <errno.h>
#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"

#define POOL		"test0"
#define RESERVE		8
#define OBJECTS		1000

FIXTURE(shrink) {
	int fd;
	__u32 handles[OBJECTS];
};

FIXTURE_SETUP(shrink)
{
	if (access(DROP_CACHES, W_OK))
		SKIP(return, "%s is not there (CONFIG_SYSCTL)", DROP_CACHES);
	ASSERT_EQ(0, modules_load());
	self->fd = objects_open();
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(shrink)
{
	close(self->fd);
}

/* Puts objects on each CPU in turn, so that each has some in its cache. */
static int put_everywhere(int fd, const __u32 *handles, int nr)
{
	int i, ret = 0, cpus = cpus_online();

	for (i = 0; i < cpus && !ret; i++) {
		ret = cpu_pin(i);
		if (!ret)
			ret = objects_put_many(fd, handles + nr * i / cpus,
					       nr * (i + 1) / cpus - nr * i / cpus);
	}
	return ret;
}

static bool only_reserve_is_idle(void *unused)
{
	return pool_stat_now(POOL, "idle") == RESERVE;
}

static bool nothing_is_idle(void *unused)
{
	return pool_stat_now(POOL, "idle") == 0;
}

TEST_F(shrink, ends_with_the_reserve)
{
	ASSERT_EQ(0, objects_pool(self->fd, 256, RESERVE, 0));
	ASSERT_EQ(0, objects_get_many(self->fd, self->handles, OBJECTS));
	ASSERT_EQ(0, put_everywhere(self->fd, self->handles, OBJECTS));
	ASSERT_LE(OBJECTS, pool_stat_now(POOL, "idle"));

	ASSERT_EQ(0, pool_drop_caches_twice(POOL));
	EXPECT_TRUE(wait_until(only_reserve_is_idle, NULL)) {
		TH_LOG("%llu objects are still idle, %llu of them in CPU caches",
		       pool_stat_now(POOL, "idle"),
		       pool_stat_now(POOL, "idle_cpu"));
	}
	EXPECT_EQ(RESERVE, pool_stat_now(POOL, "idle_reserve"));
}

/*
 * The second write comes before the worker has done what the first requested.
 */
TEST_F(shrink, twice_in_a_row)
{
	ASSERT_EQ(0, objects_pool(self->fd, 256, RESERVE, 0));
	ASSERT_EQ(0, objects_get_many(self->fd, self->handles, OBJECTS));
	ASSERT_EQ(0, put_everywhere(self->fd, self->handles, OBJECTS));

	ASSERT_EQ(0, file_write(DROP_CACHES, "2"));
	ASSERT_EQ(0, file_write(DROP_CACHES, "2"));
	EXPECT_TRUE(wait_until(only_reserve_is_idle, NULL)) {
		TH_LOG("%llu objects are still idle, %llu of them victims",
		       pool_stat_now(POOL, "idle"),
		       pool_stat_now(POOL, "idle_victim"));
	}
}

TEST_F(shrink, without_reserve_ends_empty)
{
	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, objects_get_many(self->fd, self->handles, OBJECTS));
	ASSERT_EQ(0, put_everywhere(self->fd, self->handles, OBJECTS));

	ASSERT_EQ(0, pool_drop_caches_twice(POOL));
	EXPECT_TRUE(wait_until(nothing_is_idle, NULL));
	EXPECT_EQ(OBJECTS, pool_stat_now(POOL, "destroyed"));
	EXPECT_EQ(OBJECTS, pool_stat_now(POOL, "gc_freed"));
}

/* A shrinker most easily misses a single object in a CPU's cache. */
TEST_F(shrink, last_object_of_an_idle_cpu)
{
	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, objects_get(self->fd, self->handles));
	ASSERT_EQ(0, cpu_pin(1));
	ASSERT_EQ(0, objects_put(self->fd, self->handles[0]));
	ASSERT_EQ(1, pool_stat_now(POOL, "idle_cpu"));
	ASSERT_EQ(0, cpu_pin(0));

	ASSERT_EQ(0, pool_drop_caches_twice(POOL));
	EXPECT_TRUE(wait_until(nothing_is_idle, NULL));
}

TEST_F(shrink, objects_in_use_stay)
{
	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, objects_get_many(self->fd, self->handles, OBJECTS));
	ASSERT_EQ(0, put_everywhere(self->fd, self->handles, OBJECTS / 2));

	ASSERT_EQ(0, pool_drop_caches_twice(POOL));
	EXPECT_TRUE(wait_until(nothing_is_idle, NULL));
	EXPECT_EQ(OBJECTS / 2, pool_stat_now(POOL, "in_use"));
	EXPECT_EQ(0, objects_put_many(self->fd, self->handles + OBJECTS / 2,
				      OBJECTS / 2));
}

TEST_F(shrink, every_pool)
{
	int other = objects_open();
	__u32 handles[10];

	ASSERT_LE(0, other);
	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, objects_pool(other, 4096, 0, 0));
	ASSERT_EQ(0, objects_get_many(other, handles, 10));
	ASSERT_EQ(0, objects_put_many(other, handles, 10));
	ASSERT_EQ(0, objects_get_many(self->fd, self->handles, 10));
	ASSERT_EQ(0, objects_put_many(self->fd, self->handles, 10));

	ASSERT_EQ(0, pool_drop_caches_twice(POOL));
	EXPECT_TRUE(wait_until(nothing_is_idle, NULL));
	/* The worker clears all pools in one cycle. */
	EXPECT_EQ(0, pool_stat_now("test1", "idle"));
	close(other);
}

TEST_F(shrink, pool_works_afterwards)
{
	ASSERT_EQ(0, objects_pool(self->fd, 256, RESERVE, 0));
	ASSERT_EQ(0, objects_get_many(self->fd, self->handles, OBJECTS));
	ASSERT_EQ(0, put_everywhere(self->fd, self->handles, OBJECTS));
	ASSERT_EQ(0, pool_drop_caches_twice(POOL));
	ASSERT_TRUE(wait_until(only_reserve_is_idle, NULL));

	ASSERT_EQ(0, objects_get_many(self->fd, self->handles, OBJECTS));
	EXPECT_EQ(OBJECTS, pool_stat_now(POOL, "in_use"));
}

TEST_HARNESS_MAIN

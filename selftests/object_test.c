// SPDX-License-Identifier: GPL-2.0
/*
 * Objects held by user space: KPOOL_TEST_POOL, GET and PUT on /dev/kpool-test.
 */
#include <errno.h>
#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"

/* This is the only open file, so its number is 0. */
#define POOL	"test0"

FIXTURE(object) {
	int fd;
};

FIXTURE_SETUP(object)
{
	ASSERT_EQ(0, modules_load());
	self->fd = objects_open();
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(object)
{
	close(self->fd);
}

TEST_F(object, pool_appears)
{
	ASSERT_EQ(0, objects_pool(self->fd, 1000, 3, 10));
	EXPECT_EQ(1000, pool_stat_now(POOL, "object_size"));
	EXPECT_EQ(3, pool_stat_now(POOL, "idle_reserve"));
}

TEST_F(object, second_pool_refused)
{
	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	EXPECT_EQ(-EEXIST, objects_pool(self->fd, 256, 0, 0));
	EXPECT_EQ(1, pools_count());
}

TEST_F(object, get_without_pool)
{
	__u32 handle;

	EXPECT_EQ(-ENXIO, objects_get(self->fd, &handle));
}

TEST_F(object, put_without_pool)
{
	EXPECT_EQ(-ENOENT, objects_put(self->fd, 1));
}

TEST_F(object, handles_differ)
{
	__u32 one, other;

	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, objects_get(self->fd, &one));
	ASSERT_EQ(0, objects_get(self->fd, &other));
	EXPECT_NE(0, one);
	EXPECT_NE(0, other);
	EXPECT_NE(one, other);
}

TEST_F(object, used_again)
{
	struct kpool_test_object first = {}, again = {};

	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 1));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_TEST_GET, &first));
	EXPECT_EQ(1, first.serial);
	EXPECT_EQ(0, first.uses);
	ASSERT_EQ(0, objects_put(self->fd, first.handle));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_TEST_GET, &again));
	EXPECT_EQ(1, again.serial);
	EXPECT_EQ(1, again.uses);
}

TEST_F(object, two_users_two_objects)
{
	struct kpool_test_object one = {}, other = {};

	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_TEST_GET, &one));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_TEST_GET, &other));
	EXPECT_NE(one.serial, other.serial);
}

TEST_F(object, unknown_handle)
{
	__u32 handle;

	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, objects_get(self->fd, &handle));
	EXPECT_EQ(-ENOENT, objects_put(self->fd, handle + 1));
	EXPECT_EQ(-ENOENT, objects_put(self->fd, ~0U));
	EXPECT_EQ(1, pool_stat_now(POOL, "in_use"));
}

/* Zero is never a valid handle, so that a handle left unset is refused. */
TEST_F(object, handle_0)
{
	__u32 handle;

	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, objects_get(self->fd, &handle));
	EXPECT_EQ(-ENOENT, objects_put(self->fd, 0));
	EXPECT_EQ(1, pool_stat_now(POOL, "in_use"));
}

TEST_F(object, double_put)
{
	__u32 handle;

	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, objects_get(self->fd, &handle));
	ASSERT_EQ(0, objects_put(self->fd, handle));
	EXPECT_EQ(-ENOENT, objects_put(self->fd, handle));
	EXPECT_EQ(1, pool_stat_now(POOL, "puts"));
}

TEST_F(object, handle_of_another_file)
{
	int other = objects_open();
	__u32 handle;

	ASSERT_LE(0, other);
	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, objects_pool(other, 256, 0, 0));
	ASSERT_EQ(0, objects_get(self->fd, &handle));
	EXPECT_EQ(-ENOENT, objects_put(other, handle));
	EXPECT_EQ(0, objects_put(self->fd, handle));
}

TEST_F(object, max_reached)
{
	__u32 handles[5], handle;

	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 5));
	ASSERT_EQ(0, objects_get_many(self->fd, handles, 5));
	EXPECT_EQ(-EAGAIN, objects_get(self->fd, &handle));
	ASSERT_EQ(0, objects_put(self->fd, handles[0]));
	EXPECT_EQ(0, objects_get(self->fd, &handle));
}

TEST_F(object, close_frees_what_is_held)
{
	__u32 handles[100];

	ASSERT_EQ(0, objects_pool(self->fd, 256, 5, 0));
	ASSERT_EQ(0, objects_get_many(self->fd, handles, 100));
	ASSERT_EQ(0, objects_put_many(self->fd, handles, 50));
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(0, pools_count());
}

TEST_F(object, each_file_has_its_own_pool)
{
	int other = objects_open();

	ASSERT_LE(0, other);
	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, objects_pool(other, 512, 0, 0));
	EXPECT_EQ(256, pool_stat_now("test0", "object_size"));
	EXPECT_EQ(512, pool_stat_now("test1", "object_size"));
	close(other);
	EXPECT_FALSE(pool_exists("test1"));
	EXPECT_TRUE(pool_exists("test0"));
}

TEST_F(object, killed_process_leaves_nothing)
{
	int channel[2];
	__u32 handles[10];
	char ready;
	pid_t child;

	ASSERT_EQ(0, pipe(channel));
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		int fd = objects_open();

		if (fd < 0 || objects_pool(fd, 256, 2, 0) ||
		    objects_get_many(fd, handles, 10) ||
		    write(channel[1], "r", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(channel[1]);
	ASSERT_EQ(1, read(channel[0], &ready, 1));
	EXPECT_EQ(1, pools_count());
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, NULL, 0));
	EXPECT_EQ(0, pools_count());
}

/* A file shared by two processes is released when the last one closes it. */
TEST_F(object, shared_file_outlives_a_process)
{
	__u32 handle;
	pid_t child;
	int status;

	ASSERT_EQ(0, objects_pool(self->fd, 256, 0, 0));
	ASSERT_EQ(0, objects_get(self->fd, &handle));
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(objects_get(self->fd, &handle) ? 1 : 0);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(2, pool_stat_now(POOL, "in_use"));
	EXPECT_EQ(0, objects_put(self->fd, handle));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/*
 * Helpers that use a pool through /dev/kpool-test.
 */
#include <errno.h>
#include <fcntl.h>

#include "kpool_selftest.h"

/* Returns a file descriptor or a negative errno. */
int objects_open(void)
{
	int fd = open(KPOOL_TEST_DEVICE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int objects_pool(int fd, __u64 object_size, __u32 reserve, __u32 max)
{
	struct kpool_test_pool pool = {
		.object_size = object_size,
		.reserve = reserve,
		.max = max,
	};

	return bench_call(fd, KPOOL_TEST_POOL, &pool);
}

int objects_get(int fd, __u32 *handle)
{
	struct kpool_test_object object = {};
	int ret = bench_call(fd, KPOOL_TEST_GET, &object);

	if (!ret)
		*handle = object.handle;
	return ret;
}

int objects_put(int fd, __u32 handle)
{
	struct kpool_test_object object = { .handle = handle };

	return bench_call(fd, KPOOL_TEST_PUT, &object);
}

int objects_get_many(int fd, __u32 *handles, int nr)
{
	int ret = 0;

	while (nr-- && !ret)
		ret = objects_get(fd, handles++);
	return ret;
}

int objects_put_many(int fd, const __u32 *handles, int nr)
{
	int ret = 0;

	while (nr-- && !ret)
		ret = objects_put(fd, *handles++);
	return ret;
}

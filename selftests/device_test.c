// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kpool-bench: which users may open it, which requests it knows, and
 * pointers of every kind. request_test covers the contents of the structures.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"
#include "quiet.h"

FIXTURE(device) {
	int fd;
};

FIXTURE_SETUP(device)
{
	self->fd = open_quiet(_metadata);
}

FIXTURE_TEARDOWN(device)
{
	close_quiet(_metadata, self->fd);
}

/* The device node itself */

TEST_F(device, mode_0600)
{
	struct stat stat;

	ASSERT_EQ(0, fstat(self->fd, &stat));
	EXPECT_EQ(S_IFCHR | 0600, stat.st_mode);
	EXPECT_EQ(0, stat.st_uid);
}

TEST_F(device, others_may_not_open)
{
	pid_t child = fork();
	int status;

	ASSERT_LE(0, child);
	if (!child)
		_exit(setuid(65534) ? 1 : -bench_open());
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(EACCES, WEXITSTATUS(status));
}

TEST_F(device, several_processes_may_open)
{
	pid_t child = fork();
	int status;

	ASSERT_LE(0, child);
	if (!child) {
		int fd = bench_open();

		_exit(fd < 0 || bench_pool(fd, 256, 0, 0));
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_F(device, no_read_or_write)
{
	char byte = 0;

	EXPECT_EQ(-1, read(self->fd, &byte, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(self->fd, &byte, 1));
	EXPECT_EQ(EINVAL, errno);
}

/* KPOOL_BENCH_INFO, and numbers that are not requests */

TEST_F(device, info)
{
	struct kpool_bench_info info;

	memset(&info, 0xff, sizeof(info));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_INFO, &info));
	EXPECT_EQ(KPOOL_BENCH_VERSION, info.version);
	EXPECT_EQ(cpus_online(), info.cpus);
}

TEST_F(device, info_offers_kpool)
{
	const __u32 kpool = 1U << KPOOL_BENCH_KPOOL;
	struct kpool_bench_info info = {};

	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_INFO, &info));
	EXPECT_TRUE(info.backends[KPOOL_BENCH_PAIR] & kpool);
	EXPECT_TRUE(info.backends[KPOOL_BENCH_PARALLEL] & kpool);
	EXPECT_TRUE(info.backends[KPOOL_BENCH_OVERFLOW] & kpool);
	EXPECT_TRUE(info.backends[KPOOL_BENCH_CROSS] & kpool);
	EXPECT_TRUE(info.backends[KPOOL_BENCH_STATE] & kpool);
	EXPECT_TRUE(info.backends[KPOOL_BENCH_STATE_USE] & kpool);
}

/* The backend "kernel" is offered only for workloads of kpool's kinds. */
TEST_F(device, info_offers_states_what_makes_sense_for_them)
{
	const __u32 sense = 1U << KPOOL_BENCH_KPOOL | 1U << KPOOL_BENCH_NONE |
			    1U << KPOOL_BENCH_SINGLE_USE;
	struct kpool_bench_info info = {};

	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_INFO, &info));
	EXPECT_EQ(sense, info.backends[KPOOL_BENCH_STATE]);
	EXPECT_EQ(sense, info.backends[KPOOL_BENCH_STATE_USE]);
	EXPECT_FALSE(info.backends[KPOOL_BENCH_PAIR] &
		     1U << KPOOL_BENCH_KERNEL);
}

TEST_F(device, info_has_room_for_every_workload)
{
	struct kpool_bench_info info;

	EXPECT_EQ(24, ARRAY_SIZE(info.backends));
	EXPECT_LE(KPOOL_BENCH_WORKLOADS, ARRAY_SIZE(info.backends));
}

TEST_F(device, info_leaves_the_rest_zero)
{
	struct kpool_bench_info info;
	__u32 unknown = 0;
	size_t i;

	memset(&info, 0xff, sizeof(info));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_INFO, &info));
	for (i = 0; i < ARRAY_SIZE(info.backends); i++)
		unknown |= info.backends[i] >> KPOOL_BENCH_BACKENDS;
	for (i = KPOOL_BENCH_WORKLOADS; i < ARRAY_SIZE(info.backends); i++)
		unknown |= info.backends[i];
	for (i = 0; i < ARRAY_SIZE(info.reserved); i++)
		unknown |= info.reserved[i];
	EXPECT_EQ(0, unknown);
}

TEST_F(device, unknown_numbers)
{
	unsigned int number = _IOC_NR(KPOOL_BENCH_PUT) + 1;
	char data[sizeof(struct kpool_bench_run)] = {};

	for (; number <= _IOC_NRMASK; number++) {
		unsigned long request = _IOC(_IOC_READ | _IOC_WRITE,
					     KPOOL_BENCH_IOC, number,
					     sizeof(data));

		EXPECT_EQ(-ENOTTY, bench_call(self->fd, request, data)) {
			TH_LOG("request number %u", number);
		}
	}
}

TEST_F(device, request_0)
{
	EXPECT_EQ(-ENOTTY, bench_call(self->fd, 0, NULL));
}

TEST_F(device, request_all_ones)
{
	EXPECT_EQ(-ENOTTY, bench_call(self->fd, ~0U, NULL));
}

/* Rules that hold for every request */

FIXTURE(each) {
	int fd;
};

FIXTURE_SETUP(each)
{
	self->fd = open_quiet(_metadata);
}

FIXTURE_TEARDOWN(each)
{
	close_quiet(_metadata, self->fd);
}

FIXTURE_VARIANT(each) {
	unsigned long request;
};

FIXTURE_VARIANT_ADD(each, info) {
	.request = KPOOL_BENCH_INFO,
};

FIXTURE_VARIANT_ADD(each, run) {
	.request = KPOOL_BENCH_RUN,
};

FIXTURE_VARIANT_ADD(each, status) {
	.request = KPOOL_BENCH_STATUS,
};

FIXTURE_VARIANT_ADD(each, pool) {
	.request = KPOOL_BENCH_POOL,
};

FIXTURE_VARIANT_ADD(each, get) {
	.request = KPOOL_BENCH_GET,
};

FIXTURE_VARIANT_ADD(each, put) {
	.request = KPOOL_BENCH_PUT,
};

TEST_F(each, foreign_type)
{
	unsigned long request = _IOC(_IOC_DIR(variant->request),
				     KPOOL_BENCH_IOC - 1,
				     _IOC_NR(variant->request),
				     _IOC_SIZE(variant->request));
	char data[4096] = {};

	EXPECT_EQ(-ENOTTY, bench_call(self->fd, request, data));
}

TEST_F(each, other_direction)
{
	unsigned long request = _IOC(_IOC_NONE, KPOOL_BENCH_IOC,
				     _IOC_NR(variant->request),
				     _IOC_SIZE(variant->request));
	char data[4096] = {};

	EXPECT_EQ(-ENOTTY, bench_call(self->fd, request, data));
}

TEST_F(each, other_size)
{
	unsigned int size = _IOC_SIZE(variant->request);
	const unsigned int sizes[] = {
		0, 1, size - 1, size - 8, size + 1, size + 8, _IOC_SIZEMASK,
	};
	char data[_IOC_SIZEMASK] = {};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned long request = _IOC(_IOC_DIR(variant->request),
					     KPOOL_BENCH_IOC,
					     _IOC_NR(variant->request),
					     sizes[i]);

		EXPECT_EQ(-ENOTTY, bench_call(self->fd, request, data)) {
			TH_LOG("%lu bytes", _IOC_SIZE(request));
		}
	}
}

TEST_F(each, null_pointer)
{
	EXPECT_EQ(-EFAULT, bench_call(self->fd, variant->request, NULL));
}

TEST_F(each, unmapped_pointer)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, page);
	ASSERT_EQ(0, munmap(page, 4096));
	EXPECT_EQ(-EFAULT, bench_call(self->fd, variant->request, page));
}

/* The top of the address space belongs to the kernel on every architecture. */
TEST_F(each, kernel_pointer)
{
	EXPECT_EQ(-EFAULT, bench_call(self->fd, variant->request,
				      (void *)~0xffffUL));
}

/*
 * The structure ends beyond the user address space: an addition could overflow.
 */
TEST_F(each, pointer_that_wraps)
{
	EXPECT_EQ(-EFAULT, bench_call(self->fd, variant->request,
				      (void *)~7UL));
}

/* All of the structure is mapped except its last byte. */
TEST_F(each, structure_ends_outside)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *data = pages + 4096 - _IOC_SIZE(variant->request) + 1;

	ASSERT_NE(MAP_FAILED, pages);
	ASSERT_EQ(0, munmap(pages + 4096, 4096));
	EXPECT_EQ(-EFAULT, bench_call(self->fd, variant->request, data));
}

/* Results that cannot be written back */

TEST_F(device, info_into_read_only_memory)
{
	struct kpool_bench_info info = {};
	void *page = read_only(&info, sizeof(info));

	ASSERT_NE(NULL, page);
	EXPECT_EQ(-EFAULT, bench_call(self->fd, KPOOL_BENCH_INFO, page));
}

TEST_F(device, status_into_read_only_memory)
{
	struct kpool_bench_status status = {};
	void *page = read_only(&status, sizeof(status));

	ASSERT_NE(NULL, page);
	EXPECT_EQ(-EFAULT, bench_call(self->fd, KPOOL_BENCH_STATUS, page));
}

TEST_F(device, run_into_read_only_memory)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);
	void *page = read_only(&run, sizeof(run));

	ASSERT_NE(NULL, page);
	EXPECT_EQ(-EFAULT, bench_call(self->fd, KPOOL_BENCH_RUN, page));
}

/* Structures may be at any address, and nothing around them is written. */

TEST_F(device, misaligned_info)
{
	char data[sizeof(struct kpool_bench_info) + 8];
	struct kpool_bench_info info;
	int offset;

	for (offset = 1; offset < 8; offset++) {
		memset(data, 0x55, sizeof(data));
		ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_INFO,
					data + offset));
		memcpy(&info, data + offset, sizeof(info));
		EXPECT_EQ(KPOOL_BENCH_VERSION, info.version);
		EXPECT_EQ(0x55, data[offset - 1]);
		EXPECT_EQ(0x55, data[offset + sizeof(info)]);
	}
}

TEST_F(device, misaligned_run)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);
	char data[sizeof(run) + 8];
	int fd = bench_open();

	ASSERT_LE(0, fd);
	memcpy(data + 3, &run, sizeof(run));
	EXPECT_EQ(0, bench_call(fd, KPOOL_BENCH_RUN, data + 3));
	memcpy(&run, data + 3, sizeof(run));
	EXPECT_LE(1000, run.ops_done);
	close(fd);
}

TEST_HARNESS_MAIN

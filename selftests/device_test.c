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
		struct kpool_bench_info info;
		int fd = bench_open();

		_exit(fd < 0 || bench_call(fd, KPOOL_BENCH_INFO, &info));
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
	unsigned int number = _IOC_NR(KPOOL_BENCH_BACKEND) + 1;
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

/* KPOOL_BENCH_WORKLOAD and KPOOL_BENCH_BACKEND: structures with a size */

FIXTURE(described) {
	int fd;
	union {
		__u32 head[2];	/* size and index */
		char bytes[4096 + 8];
	} request;
};

FIXTURE_SETUP(described)
{
	self->fd = open_quiet(_metadata);
}

FIXTURE_TEARDOWN(described)
{
	close_quiet(_metadata, self->fd);
}

FIXTURE_VARIANT(described) {
	unsigned long request;
	__u32 size;
	__u32 least;
	__u32 nr;
	size_t name;
	size_t text;
};

FIXTURE_VARIANT_ADD(described, workload) {
	.request = KPOOL_BENCH_WORKLOAD,
	.size = sizeof(struct kpool_bench_workload_info),
	.least = KPOOL_BENCH_WORKLOAD_SIZE_VER3,
	.nr = KPOOL_BENCH_WORKLOADS,
	.name = offsetof(struct kpool_bench_workload_info, name),
	.text = offsetof(struct kpool_bench_workload_info, text),
};

FIXTURE_VARIANT_ADD(described, backend) {
	.request = KPOOL_BENCH_BACKEND,
	.size = sizeof(struct kpool_bench_backend_info),
	.least = KPOOL_BENCH_BACKEND_SIZE_VER3,
	.nr = KPOOL_BENCH_BACKENDS,
	.name = offsetof(struct kpool_bench_backend_info, name),
	.text = offsetof(struct kpool_bench_backend_info, text),
};

static int describe(int fd, unsigned long request, __u32 *head, __u32 size,
		    __u32 index)
{
	head[0] = size;
	head[1] = index;
	return bench_call(fd, request, head);
}

/* A text that fills its member could have been cut off. */
TEST_F(described, every_one_has_a_name_and_a_text)
{
	const char *name = self->request.bytes + variant->name;
	const char *text = self->request.bytes + variant->text;
	size_t room = variant->size - variant->text;
	__u32 i;

	for (i = 0; i < variant->nr; i++) {
		ASSERT_EQ(0, describe(self->fd, variant->request,
				      self->request.head, variant->size, i));
		EXPECT_EQ(variant->size, self->request.head[0]);
		EXPECT_EQ(i, self->request.head[1]);
		EXPECT_LT(0, strlen(name));
		EXPECT_LT(0, strlen(text));
		EXPECT_GT(room - 1, strlen(text)) {
			TH_LOG("%s: no room is left", name);
		}
	}
}

TEST_F(described, unknown_index)
{
	EXPECT_EQ(-ENOENT, describe(self->fd, variant->request,
				    self->request.head, variant->size, variant->nr));
	EXPECT_EQ(-ENOENT, describe(self->fd, variant->request,
				    self->request.head, variant->size, ~0U));
}

TEST_F(described, smaller_than_any_version)
{
	EXPECT_EQ(-EINVAL, describe(self->fd, variant->request,
				    self->request.head, 0, 0));
	EXPECT_EQ(-EINVAL, describe(self->fd, variant->request,
				    self->request.head, variant->least - 1, 0));
}

/* A newer program finds zeros in what this module does not know. */
TEST_F(described, larger)
{
	memset(self->request.bytes, 0, sizeof(self->request.bytes));
	self->request.bytes[4096] = 0x55;
	EXPECT_EQ(0, describe(self->fd, variant->request,
			      self->request.head, 4096, 0));
	EXPECT_EQ(variant->size, self->request.head[0]);
	EXPECT_EQ(0, self->request.bytes[variant->size]);
	EXPECT_EQ(0x55, self->request.bytes[4096]);
}

TEST_F(described, larger_with_a_request_that_is_not_known)
{
	self->request.bytes[variant->size] = 1;
	EXPECT_EQ(-E2BIG, describe(self->fd, variant->request,
				   self->request.head, variant->size + 1, 0));
	self->request.bytes[variant->size] = 0;
	EXPECT_EQ(0, describe(self->fd, variant->request,
			      self->request.head, variant->size + 1, 0));
}

TEST_F(described, larger_than_a_page)
{
	EXPECT_EQ(-E2BIG, describe(self->fd, variant->request,
				   self->request.head, ~0U, 0));
}

TEST_F(described, nothing_is_written_beyond_the_size)
{
	memset(self->request.bytes, 0x55, sizeof(self->request.bytes));
	EXPECT_EQ(0, describe(self->fd, variant->request,
			      self->request.head, variant->least, 0));
	EXPECT_EQ(0x55, self->request.bytes[variant->least]);
}

TEST_F(described, unreadable_pointer)
{
	EXPECT_EQ(-EFAULT, bench_call(self->fd, variant->request, NULL));
	EXPECT_EQ(-EFAULT, bench_call(self->fd, variant->request,
				      (void *)~0xffffUL));
}

TEST_F(described, into_read_only_memory)
{
	void *page;

	self->request.head[0] = variant->size;
	page = read_only(&self->request, variant->size);
	ASSERT_NE(NULL, page);
	EXPECT_EQ(-EFAULT, bench_call(self->fd, variant->request, page));
}

/* All of the structure is mapped except its last byte. */
TEST_F(described, structure_ends_outside)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *data = pages + 4096 - variant->size + 1;

	ASSERT_NE(MAP_FAILED, pages);
	ASSERT_EQ(0, munmap(pages + 4096, 4096));
	memcpy(data, &variant->size, sizeof(variant->size));
	EXPECT_EQ(-EFAULT, bench_call(self->fd, variant->request, data));
}

static int workload_info(int fd, __u32 workload,
			 struct kpool_bench_workload_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->index = workload;
	return bench_call(fd, KPOOL_BENCH_WORKLOAD, info);
}

/* A request that follows the description is not refused. */
TEST_F(device, descriptions_agree_with_what_a_run_accepts)
{
	struct kpool_bench_workload_info info;
	struct kpool_bench_run run;
	__u32 i;

	for (i = 0; i < KPOOL_BENCH_WORKLOADS; i++) {
		ASSERT_EQ(0, workload_info(self->fd, i, &info));
		EXPECT_EQ(!bench_request(i, 0).object_size,
			  !!(info.flags & KPOOL_BENCH_W_OWN_SIZE));
		EXPECT_TRUE(info.backends & 1U << KPOOL_BENCH_KPOOL);
		EXPECT_LE(info.cpus_low, info.cpus_high);
		EXPECT_LE(info.cpus_high, info.cpus_max);
		EXPECT_LT(0, info.ops);
		run = bench_request(i, KPOOL_BENCH_KPOOL);
		run.flags = KPOOL_BENCH_F_LATENCY;
		run.interval_ns = 1000;
		/* A wrong flag is refused before too many operations. */
		run.ops = KPOOL_BENCH_OPS_MAX + 1ULL;
		EXPECT_EQ(info.flags & KPOOL_BENCH_W_LATENCY ? -E2BIG : -EINVAL,
			  bench_call(self->fd, KPOOL_BENCH_RUN, &run)) {
			TH_LOG("latency of %s", info.name);
		}
		run = bench_request(i, KPOOL_BENCH_KPOOL);
		run.ops = KPOOL_BENCH_OPS_MAX + 1ULL;
		run.burst = 1;
		EXPECT_EQ(info.burst ? -E2BIG : -EINVAL,
			  bench_call(self->fd, KPOOL_BENCH_RUN, &run)) {
			TH_LOG("burst of %s", info.name);
		}
	}
}

TEST_F(device, cpus_to_measure)
{
	struct kpool_bench_workload_info info;
	__u32 online = cpus_online();

	ASSERT_EQ(0, workload_info(self->fd, KPOOL_BENCH_PAIR, &info));
	EXPECT_EQ(1, info.cpus_low);
	EXPECT_EQ(1, info.cpus_high);
	ASSERT_EQ(0, workload_info(self->fd, KPOOL_BENCH_PARALLEL, &info));
	EXPECT_EQ(online, info.cpus_low);
	EXPECT_EQ(online, info.cpus_high);
	ASSERT_EQ(0, workload_info(self->fd, KPOOL_BENCH_STARVATION, &info));
	EXPECT_EQ(1, info.cpus_low);
	EXPECT_EQ(online, info.cpus_high);
	ASSERT_EQ(0, workload_info(self->fd, KPOOL_BENCH_CROSS, &info));
	EXPECT_EQ(2, info.cpus_low);
	EXPECT_EQ(KPOOL_BENCH_PRODUCERS_MAX + 1, info.cpus_max);
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

FIXTURE_VARIANT_ADD(each, reason) {
	.request = KPOOL_BENCH_REASON,
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

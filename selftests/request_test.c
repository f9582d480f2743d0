// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kpool-bench refuses every request for something impossible with the
 * errno that <linux/kpool_bench.h> documents, and its state does not change.
 */
#include <errno.h>
#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"
#include "quiet.h"

#define TOO_LARGE	0x8000000000000000ULL

/* KPOOL_BENCH_RUN */

FIXTURE(bad_run) {
	int fd;
};

FIXTURE_SETUP(bad_run)
{
	self->fd = open_quiet(_metadata);
}

FIXTURE_TEARDOWN(bad_run)
{
	close_quiet(_metadata, self->fd);
}

FIXTURE_VARIANT(bad_run) {
	struct kpool_bench_run run;
	int error;
};

/* A valid run, except for the given fields. */
#define RUN_BUT(...)				\
	((struct kpool_bench_run){		\
		.workload = KPOOL_BENCH_PAIR,	\
		.backend = KPOOL_BENCH_KPOOL,	\
		.cpus = 1,			\
		.object_size = 256,		\
		.ops = 1000,			\
		##__VA_ARGS__			\
	})

#define STATE_BUT(...)	RUN_BUT(.workload = KPOOL_BENCH_STATE,	\
				.object_size = 0, ##__VA_ARGS__)

FIXTURE_VARIANT_ADD(bad_run, unknown_workload) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_WORKLOADS),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, huge_workload) {
	.run = RUN_BUT(.workload = ~0U),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, unknown_backend) {
	.run = RUN_BUT(.backend = KPOOL_BENCH_BACKENDS),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, huge_backend) {
	.run = RUN_BUT(.backend = ~0U),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, unknown_flag) {
	.run = RUN_BUT(.flags = KPOOL_BENCH_F_AGAIN << 1),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, again_without_keep) {
	.run = RUN_BUT(.flags = KPOOL_BENCH_F_AGAIN),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, highest_flag) {
	.run = RUN_BUT(.flags = 1U << 31),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, cpus_0) {
	.run = RUN_BUT(.cpus = 0),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, cpus_above_limit) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_PARALLEL,
		       .cpus = KPOOL_BENCH_CPUS_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, cpus_all_ones) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_PARALLEL, .cpus = ~0U),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, size_0) {
	.run = RUN_BUT(.object_size = 0),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, size_below_limit) {
	.run = RUN_BUT(.object_size = KPOOL_BENCH_SIZE_MIN - 1),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, size_above_limit) {
	.run = RUN_BUT(.object_size = KPOOL_BENCH_SIZE_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, size_2_to_32) {
	.run = RUN_BUT(.object_size = (1ULL << 32) + 256),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, size_2_to_63) {
	.run = RUN_BUT(.object_size = TOO_LARGE),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, size_all_ones) {
	.run = RUN_BUT(.object_size = ~0ULL),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, size_of_compress) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_COMPRESS),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, size_of_state) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_STATE),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, size_of_state_use) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_STATE_USE,
		       .object_size = 184257),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, state_on_no_cpu) {
	.run = STATE_BUT(.cpus = 0),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, state_on_too_many_cpus) {
	.run = STATE_BUT(.cpus = KPOOL_BENCH_CPUS_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, state_of_another_backend) {
	.run = STATE_BUT(.backend = KPOOL_BENCH_KMALLOC),
	.error = -EOPNOTSUPP,
};

FIXTURE_VARIANT_ADD(bad_run, state_of_the_kernel) {
	.run = STATE_BUT(.backend = KPOOL_BENCH_KERNEL),
	.error = -EOPNOTSUPP,
};

FIXTURE_VARIANT_ADD(bad_run, burst_of_state) {
	.run = STATE_BUT(.burst = 10),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, pools_of_state) {
	.run = STATE_BUT(.pools = 2),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, objects_of_state) {
	.run = STATE_BUT(.objects = 1),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, objects_of_none) {
	.run = STATE_BUT(.backend = KPOOL_BENCH_NONE, .objects = 1),
	.error = -EINVAL,
};

/* 2000 states need more memory than a run may use. */
FIXTURE_VARIANT_ADD(bad_run, states_above_memory_limit) {
	.run = STATE_BUT(.backend = KPOOL_BENCH_SINGLE_USE, .objects = 2000),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, pair_of_the_kernel) {
	.run = RUN_BUT(.backend = KPOOL_BENCH_KERNEL),
	.error = -EOPNOTSUPP,
};

FIXTURE_VARIANT_ADD(bad_run, ops_0) {
	.run = RUN_BUT(.ops = 0),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, ops_above_limit) {
	.run = RUN_BUT(.ops = KPOOL_BENCH_OPS_MAX + 1ULL),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, ops_2_to_63) {
	.run = RUN_BUT(.ops = TOO_LARGE),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, ops_all_ones) {
	.run = RUN_BUT(.ops = ~0ULL),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, batch_above_limit) {
	.run = RUN_BUT(.batch = KPOOL_BENCH_BATCH_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, batch_all_ones) {
	.run = RUN_BUT(.batch = ~0U),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, too_many_batches) {
	.run = RUN_BUT(.batch = 1, .ops = KPOOL_BENCH_BATCHES_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, objects_of_kpool) {
	.run = RUN_BUT(.objects = 1),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, objects_above_limit) {
	.run = RUN_BUT(.backend = KPOOL_BENCH_MEMPOOL,
		       .objects = KPOOL_BENCH_OBJECTS_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, memory_above_limit) {
	.run = RUN_BUT(.backend = KPOOL_BENCH_MEMPOOL,
		       .object_size = KPOOL_BENCH_SIZE_MAX,
		       .objects = KPOOL_BENCH_OBJECTS_MAX),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, burst_of_pair) {
	.run = RUN_BUT(.burst = 10),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, burst_above_limit) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_OVERFLOW,
		       .burst = KPOOL_BENCH_BURST_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, burst_all_ones) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_OVERFLOW, .burst = ~0U),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, pools_of_overflow) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_OVERFLOW, .pools = 2),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, pools_above_limit) {
	.run = RUN_BUT(.pools = KPOOL_BENCH_POOLS_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, pools_all_ones) {
	.run = RUN_BUT(.pools = ~0U),
	.error = -E2BIG,
};

/* A valid run that measures each operation, except for the given fields. */
#define LATENCY_BUT(...)	RUN_BUT(.flags = KPOOL_BENCH_F_LATENCY,	\
					.interval_ns = 1000, ##__VA_ARGS__)

FIXTURE_VARIANT_ADD(bad_run, interval_without_latency) {
	.run = RUN_BUT(.interval_ns = 1000),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, histogram_without_latency) {
	.run = RUN_BUT(.histogram = 4096),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, latency_without_interval) {
	.run = LATENCY_BUT(.interval_ns = 0),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, interval_above_limit) {
	.run = LATENCY_BUT(.interval_ns = KPOOL_BENCH_INTERVAL_MAX + 1ULL),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, latency_of_cross) {
	.run = LATENCY_BUT(.workload = KPOOL_BENCH_CROSS, .cpus = 2),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, latency_of_interrupt) {
	.run = LATENCY_BUT(.workload = KPOOL_BENCH_INTERRUPT),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, latency_of_burst) {
	.run = LATENCY_BUT(.workload = KPOOL_BENCH_BURST),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, latency_of_expensive_new) {
	.run = LATENCY_BUT(.workload = KPOOL_BENCH_EXPENSIVE_NEW),
	.error = -EINVAL,
};

/* Objects that take a millisecond each to build: only a few are allowed. */
#define EXPENSIVE_BUT(...)	RUN_BUT(.workload = KPOOL_BENCH_EXPENSIVE_NEW, \
					##__VA_ARGS__)

FIXTURE_VARIANT_ADD(bad_run, burst_of_expensive_new) {
	.run = EXPENSIVE_BUT(.burst = KPOOL_BENCH_EXPENSIVE_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, batch_of_expensive_new) {
	.run = EXPENSIVE_BUT(.batch = KPOOL_BENCH_EXPENSIVE_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, objects_of_expensive_new) {
	.run = EXPENSIVE_BUT(.backend = KPOOL_BENCH_MEMPOOL,
			     .objects = KPOOL_BENCH_EXPENSIVE_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, smaller_than_its_header) {
	.run = RUN_BUT(.backend = KPOOL_BENCH_KPOOL_HOOKS, .object_size = 63),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, smallest_of_mixed_smaller_than_its_header) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_MIXED,
		       .backend = KPOOL_BENCH_KMEM_CACHE_CTOR,
		       .object_size = 32),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, memory_of_many_pools) {
	.run = RUN_BUT(.pools = KPOOL_BENCH_POOLS_MAX,
		       .object_size = KPOOL_BENCH_SIZE_MAX),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, histogram_nowhere) {
	.run = LATENCY_BUT(.histogram = 8),
	.error = -EFAULT,
};

FIXTURE_VARIANT_ADD(bad_run, producers_of_pair) {
	.run = RUN_BUT(.producers = 1),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, producers_above_limit) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_CROSS,
		       .producers = KPOOL_BENCH_PRODUCERS_MAX + 1),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, producers_all_ones) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_CROSS, .producers = ~0U),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, group_that_is_not_full) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_CROSS, .producers = 3),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, size_of_page) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_PAGE),
	.error = -EINVAL,
};

/* The limit applies to the largest of the eight sizes. */
FIXTURE_VARIANT_ADD(bad_run, size_of_mixed_above_limit) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_MIXED,
		       .object_size = KPOOL_BENCH_SIZE_MAX / 64),
	.error = -E2BIG,
};

FIXTURE_VARIANT_ADD(bad_run, pools_of_nested) {
	.run = RUN_BUT(.workload = KPOOL_BENCH_NESTED, .pools = 2),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, object_without_a_header) {
	.run = RUN_BUT(.backend = KPOOL_BENCH_KPOOL_HOOKS, .object_size = 32),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, pad) {
	.run = RUN_BUT(.pad = 1),
	.error = -EINVAL,
};

FIXTURE_VARIANT_ADD(bad_run, reserved) {
	.run = RUN_BUT(.reserved = { TOO_LARGE }),
	.error = -EINVAL,
};

TEST_F(bad_run, refused)
{
	struct kpool_bench_run run = variant->run;
	int ret = bench_call(self->fd, KPOOL_BENCH_RUN, &run);

	if (ret == -EOPNOTSUPP && run.workload == KPOOL_BENCH_INTERRUPT)
		SKIP(return, "no such workload on this kernel: timers run in threads");
	EXPECT_EQ(variant->error, ret);
}

/* Combinations of fields that are invalid, or invalid on this machine */

FIXTURE(request) {
	int fd;
};

FIXTURE_SETUP(request)
{
	self->fd = open_quiet(_metadata);
}

FIXTURE_TEARDOWN(request)
{
	close_quiet(_metadata, self->fd);
}

TEST_F(request, pair_on_two_cpus)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);

	if (cpus_online() < 2)
		SKIP(return, "needs two CPUs");
	run.cpus = 2;
	EXPECT_EQ(-EINVAL, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
}

TEST_F(request, cross_on_one_cpu)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_CROSS,
						   KPOOL_BENCH_KPOOL);

	run.cpus = 1;
	EXPECT_EQ(-EINVAL, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
}

TEST_F(request, more_cpus_than_online)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PARALLEL,
						   KPOOL_BENCH_KPOOL);

	run.cpus = cpus_online() + 1;
	EXPECT_EQ(-E2BIG, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
}

TEST_F(request, offline_cpu)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PARALLEL,
						   KPOOL_BENCH_KPOOL);
	int ret;

	run.cpus = cpus_online();
	if (run.cpus < 2 || cpu_set_online(1, false))
		SKIP(return, "CPU 1 can't be taken offline");
	ret = bench_call(self->fd, KPOOL_BENCH_RUN, &run);
	ASSERT_EQ(0, cpu_set_online(1, true));
	EXPECT_EQ(-E2BIG, ret);
}

TEST_F(request, backend_that_info_does_not_list)
{
	struct kpool_bench_info info = {};
	__u32 workload, backend;
	int ret;

	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_INFO, &info));
	for (workload = 0; workload < KPOOL_BENCH_WORKLOADS; workload++) {
		for (backend = 0; backend < KPOOL_BENCH_BACKENDS; backend++) {
			struct kpool_bench_run run = bench_request(workload,
								   backend);

			if (info.backends[workload] & 1U << backend)
				continue;
			ret = bench_call(self->fd, KPOOL_BENCH_RUN, &run);
			EXPECT_EQ(-EOPNOTSUPP, ret) {
				TH_LOG("workload %u, backend %u", workload,
				       backend);
			}
		}
	}
}

/* Every combination that is not offered has a reason, and no other has. */
TEST_F(request, reasons)
{
	struct kpool_bench_info info = {};
	struct kpool_bench_reason reason = {};

	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_INFO, &info));
	for (reason.workload = 0; reason.workload < KPOOL_BENCH_WORKLOADS;
	     reason.workload++) {
		__u32 offered = info.backends[reason.workload];

		for (reason.backend = 0; reason.backend < KPOOL_BENCH_BACKENDS;
		     reason.backend++) {
			ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_REASON,
						&reason));
			EXPECT_EQ(!!(offered & 1U << reason.backend),
				  !reason.text[0]) {
				TH_LOG("workload %u, backend %u: '%s'",
				       reason.workload, reason.backend,
				       reason.text);
			}
		}
	}
}

TEST_F(request, reason_for_nothing)
{
	struct kpool_bench_reason reason = {
		.workload = KPOOL_BENCH_WORKLOADS,
	};

	EXPECT_EQ(-EINVAL, bench_call(self->fd, KPOOL_BENCH_REASON, &reason));
	reason.workload = 0;
	reason.backend = ~0U;
	EXPECT_EQ(-EINVAL, bench_call(self->fd, KPOOL_BENCH_REASON, &reason));
}

TEST_F(request, clear_without_pools)
{
	EXPECT_EQ(0, bench_call(self->fd, KPOOL_BENCH_CLEAR, NULL));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/*
 * KPOOL_BENCH_RUN: its results, and that a long run can be watched and ended in
 * every possible way.
 */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"

#define PAIR_POOL	"bench0-pair"

FIXTURE(run) {
	int fd;
	struct bench_thread thread;
};

FIXTURE_SETUP(run)
{
	ASSERT_EQ(0, modules_load());
	self->fd = bench_open();
	ASSERT_LE(0, self->fd);
	self->thread.fd = self->fd;
	self->thread.request = bench_long_request(1);
}

FIXTURE_TEARDOWN(run)
{
	close(self->fd);
	EXPECT_EQ(0, pools_count());
}

static void note_signal(int signal)
{
}

/* Sends a signal to the thread of a run; returns the result of the run. */
static int interrupt(struct bench_thread *thread)
{
	struct sigaction action = { .sa_handler = note_signal };

	sigaction(SIGUSR1, &action, NULL);
	pthread_kill(thread->thread, SIGUSR1);
	return bench_join(thread);
}

/* Progress */

TEST_F(run, status_before_and_after)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);
	struct kpool_bench_status status;

	memset(&status, 0xff, sizeof(status));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_STATUS, &status));
	EXPECT_EQ(0, status.running);
	EXPECT_EQ(0, status.ops_done);
	EXPECT_EQ(0, status.ops_total);
	EXPECT_EQ(0, status.runs);
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_STATUS, &status));
	EXPECT_EQ(0, status.running);
	EXPECT_EQ(0, status.ops_done);
	EXPECT_EQ(0, status.ops_total);
	EXPECT_EQ(1, status.runs);
}

struct progress {
	int fd;
	struct kpool_bench_status status;
	int steps;
	bool fell;
};

/* Has the progress risen ten times? */
static bool progress_rises(void *data)
{
	struct progress *progress = data;
	__u64 before = progress->status.ops_done;

	bench_call(progress->fd, KPOOL_BENCH_STATUS, &progress->status);
	if (progress->status.ops_done < before)
		progress->fell = true;
	if (progress->status.ops_done > before)
		progress->steps++;
	return progress->steps >= 10 || progress->fell;
}

TEST_F(run, progress_rises)
{
	struct progress progress = { .fd = self->fd };

	ASSERT_EQ(0, bench_start(&self->thread));
	EXPECT_TRUE(wait_until(progress_rises, &progress));
	EXPECT_FALSE(progress.fell);
	EXPECT_EQ(1, progress.status.running);
	EXPECT_LE(self->thread.request.ops, progress.status.ops_total);
	EXPECT_LT(progress.status.ops_done, progress.status.ops_total);
	EXPECT_EQ(-EINTR, interrupt(&self->thread));
}

TEST_F(run, cancelled_run_is_not_counted)
{
	struct kpool_bench_status status = {};

	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	ASSERT_EQ(-EINTR, interrupt(&self->thread));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_STATUS, &status));
	EXPECT_EQ(0, status.running);
	EXPECT_EQ(0, status.ops_done);
	EXPECT_EQ(0, status.runs);
}

/* One run at a time */

TEST_F(run, second_run_on_the_same_file)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KMALLOC);

	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	EXPECT_EQ(-EBUSY, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	EXPECT_EQ(-EINTR, interrupt(&self->thread));
}

TEST_F(run, second_run_on_another_file)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KMALLOC);
	int other = bench_open();

	ASSERT_LE(0, other);
	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	EXPECT_EQ(-EBUSY, bench_call(other, KPOOL_BENCH_RUN, &run));
	EXPECT_EQ(-EINTR, interrupt(&self->thread));
	EXPECT_EQ(0, bench_call(other, KPOOL_BENCH_RUN, &run));
	close(other);
}

/* Ways to end a run */

TEST_F(run, signal_ends_it)
{
	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	EXPECT_EQ(-EINTR, interrupt(&self->thread));
	EXPECT_EQ(0, pools_count());
}

/* Even SA_RESTART does not restart a run that a signal has ended. */
TEST_F(run, signal_with_sa_restart_ends_it)
{
	struct sigaction action = {
		.sa_handler = note_signal,
		.sa_flags = SA_RESTART,
	};

	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	ASSERT_EQ(0, sigaction(SIGUSR2, &action, NULL));
	ASSERT_EQ(0, pthread_kill(self->thread.thread, SIGUSR2));
	EXPECT_EQ(-EINTR, bench_join(&self->thread));
}

TEST_F(run, signal_ends_it_on_all_cpus)
{
	self->thread.request = bench_long_request(cpus_online());
	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	EXPECT_EQ(-EINTR, interrupt(&self->thread));
	EXPECT_EQ(0, pools_count());
}

TEST_F(run, signal_ends_a_couple)
{
	if (cpus_online() < 2)
		SKIP(return, "needs two CPUs");
	self->thread.request = bench_request(KPOOL_BENCH_CROSS,
					     KPOOL_BENCH_KPOOL);
	self->thread.request.ops = 100000000;
	self->thread.request.batch = 1000;
	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	EXPECT_EQ(-EINTR, interrupt(&self->thread));
	EXPECT_EQ(0, pools_count());
}

/* A child opens a file of its own and runs on it until the child dies. */
static pid_t start_child(void)
{
	pid_t child = fork();

	if (!child) {
		struct kpool_bench_run run = bench_long_request(1);
		int fd = bench_open();

		_exit(fd < 0 || bench_call(fd, KPOOL_BENCH_RUN, &run));
	}
	return child;
}

/* The parent's file has the number 0, so the child's has 1. */
static bool child_is_running(void *unused)
{
	struct pool_stats stats;

	return !pool_stats_read("bench1-pair", &stats) &&
	       pool_stat(&stats, "gets") > 0;
}

TEST_F(run, ctrl_c)
{
	pid_t child = start_child();
	int status;

	ASSERT_LE(0, child);
	ASSERT_TRUE(wait_until(child_is_running, NULL));
	ASSERT_EQ(0, kill(child, SIGINT));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGINT, WTERMSIG(status));
	EXPECT_EQ(0, pools_count());
}

TEST_F(run, killed_process_leaves_nothing)
{
	pid_t child = start_child();
	int status;

	ASSERT_LE(0, child);
	ASSERT_TRUE(wait_until(child_is_running, NULL));
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(0, pools_count());
}

TEST_F(run, close_in_another_thread)
{
	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	ASSERT_EQ(0, close(self->fd));
	EXPECT_EQ(-EINTR, bench_join(&self->thread));
	EXPECT_EQ(0, pools_count());
	self->fd = bench_open();
	ASSERT_LE(0, self->fd);
}

TEST_F(run, run_after_close_in_another_thread)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);

	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	ASSERT_EQ(0, close(self->fd));
	ASSERT_EQ(-EINTR, bench_join(&self->thread));
	self->fd = bench_open();
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
}

/*
 * A child that inherited the file does not end its parent's run when it exits.
 */
TEST_F(run, close_in_another_process)
{
	struct progress progress = { .fd = self->fd };
	sigset_t signals;
	pid_t child;

	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	/* As glibc does in fork(), but until the child has exited for certain. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	ASSERT_EQ(0, sigprocmask(SIG_BLOCK, &signals, NULL));
	child = fork();
	ASSERT_LE(0, child);
	if (!child)
		_exit(0);
	ASSERT_EQ(child, waitpid(child, NULL, 0));
	ASSERT_EQ(0, sigprocmask(SIG_UNBLOCK, &signals, NULL));
	EXPECT_TRUE(wait_until(progress_rises, &progress));
	EXPECT_EQ(1, progress.status.running);
	EXPECT_EQ(-EINTR, interrupt(&self->thread));
}

/* Close with a kept pool, during a run. */
TEST_F(run, close_with_everything_left_behind)
{
	struct kpool_bench_run kept = bench_request(KPOOL_BENCH_OVERFLOW,
						    KPOOL_BENCH_KPOOL);

	kept.flags = KPOOL_BENCH_F_KEEP;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &kept));
	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	EXPECT_EQ(2, pools_count());
	ASSERT_EQ(0, close(self->fd));
	EXPECT_EQ(-EINTR, bench_join(&self->thread));
	EXPECT_EQ(0, pools_count());
	self->fd = bench_open();
	ASSERT_LE(0, self->fd);
}

TEST_F(run, cpu_goes_offline)
{
	int cpus = cpus_online();

	if (cpus < 2 || access("/sys/devices/system/cpu/cpu1/online", W_OK))
		SKIP(return, "CPU 1 can't be taken offline");
	self->thread.request = bench_long_request(cpus);
	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->fd));
	ASSERT_EQ(0, cpu_set_online(1, false));
	EXPECT_EQ(-ENODEV, bench_join(&self->thread));
	ASSERT_EQ(0, cpu_set_online(1, true));
}

static __u64 buckets_sum(const __u64 *buckets)
{
	__u64 sum = 0;
	int i;

	for (i = 0; i < KPOOL_BENCH_BUCKETS; i++)
		sum += buckets[i];
	return sum;
}

/* Pools that are kept */

TEST_F(run, pools_go_with_the_run)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);

	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	EXPECT_EQ(0, pools_count());
}

TEST_F(run, kept_pool_has_idle_objects)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);

	run.flags = KPOOL_BENCH_F_KEEP;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	EXPECT_EQ(1, pools_count());
	EXPECT_EQ(0, pool_stat_now(PAIR_POOL, "in_use"));
	EXPECT_LE(run.ops_done, pool_stat_now(PAIR_POOL, "gets"));
	EXPECT_LE(1, pool_stat_now(PAIR_POOL, "built"));
}

TEST_F(run, kept_pool_is_replaced)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);
	struct kpool_bench_run again = run;

	run.flags = KPOOL_BENCH_F_KEEP;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	ASSERT_EQ(1, pools_count());
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &again));
	EXPECT_EQ(0, pools_count());
}

TEST_F(run, kept_pools_of_several_workloads)
{
	struct kpool_bench_run pair = bench_request(KPOOL_BENCH_PAIR,
						    KPOOL_BENCH_KPOOL);
	struct kpool_bench_run parallel = bench_request(KPOOL_BENCH_PARALLEL,
							KPOOL_BENCH_KPOOL);

	pair.flags = KPOOL_BENCH_F_KEEP;
	parallel.flags = KPOOL_BENCH_F_KEEP;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &pair));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &parallel));
	EXPECT_EQ(2, pools_count());
	EXPECT_TRUE(pool_exists("bench0-pair"));
	EXPECT_TRUE(pool_exists("bench0-parallel"));
}

TEST_F(run, kept_pool_of_any_backend)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_BURST,
						   KPOOL_BENCH_PTR_RING);
	struct kpool_bench_run again = run;

	run.flags = KPOOL_BENCH_F_KEEP;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	EXPECT_EQ(0, bench_call(self->fd, KPOOL_BENCH_CLEAR, NULL));
	EXPECT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &again));
}

TEST_F(run, another_backend_leaves_kept_pools_alone)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);
	struct kpool_bench_run other = bench_request(KPOOL_BENCH_PAIR,
						     KPOOL_BENCH_KPOOL_HOOKS);

	run.flags = KPOOL_BENCH_F_KEEP;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &other));
	EXPECT_EQ(1, pools_count());
	EXPECT_TRUE(pool_exists(PAIR_POOL));
}

TEST_F(run, kept_pool_is_used_again)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);
	struct kpool_bench_run first;
	long long gets;

	run.flags = KPOOL_BENCH_F_KEEP | KPOOL_BENCH_F_AGAIN;
	first = run;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &first));
	gets = pool_stat_now(PAIR_POOL, "gets");
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	EXPECT_EQ(2 * gets, pool_stat_now(PAIR_POOL, "gets"));
	EXPECT_EQ(first.ops_done, run.ops_done);
	EXPECT_EQ(run.gets, run.hits);
	EXPECT_EQ(1, pools_count());
}

TEST_F(run, kept_pool_of_another_size_is_not_used_again)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);
	struct kpool_bench_run larger = run;
	long long gets;

	run.flags = KPOOL_BENCH_F_KEEP;
	larger.flags = KPOOL_BENCH_F_KEEP | KPOOL_BENCH_F_AGAIN;
	larger.object_size = 1024;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	gets = pool_stat_now(PAIR_POOL, "gets");
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &larger));
	EXPECT_EQ(gets, pool_stat_now(PAIR_POOL, "gets"));
	EXPECT_EQ(1024, pool_stat_now(PAIR_POOL, "object_size"));
	EXPECT_EQ(1, pools_count());
}

TEST_F(run, refused_request_leaves_kept_pools_alone)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);
	struct kpool_bench_run small = bench_request(KPOOL_BENCH_PAIR,
						     KPOOL_BENCH_KPOOL_HOOKS);

	run.flags = KPOOL_BENCH_F_KEEP;
	small.flags = KPOOL_BENCH_F_KEEP;
	small.object_size = KPOOL_BENCH_SIZE_MIN;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	EXPECT_EQ(-EINVAL, bench_call(self->fd, KPOOL_BENCH_RUN, &small));
	EXPECT_TRUE(pool_exists(PAIR_POOL));
}

/* The pools and caches of all backends have distinct names. */
TEST_F(run, kept_pools_of_one_workload)
{
	static const unsigned int backends[] = {
		KPOOL_BENCH_KMEM_CACHE_CTOR, KPOOL_BENCH_KMEM_CACHE,
		KPOOL_BENCH_MEMPOOL, KPOOL_BENCH_KPOOL_FIXED,
		KPOOL_BENCH_KPOOL_HOOKS, KPOOL_BENCH_KPOOL,
	};
	struct kpool_bench_run kept = bench_request(KPOOL_BENCH_PAIR,
						    backends[0]);
	unsigned int i;

	kept.flags = KPOOL_BENCH_F_KEEP;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &kept));
	for (i = 1; i < ARRAY_SIZE(backends); i++) {
		struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
							   backends[i]);

		EXPECT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	}
}

/* A third of the objects is lost; an empty list allocates a new object. */
TEST_F(run, freelists_count_what_they_allocate)
{
	struct kpool_bench_run ring = bench_request(KPOOL_BENCH_STARVATION,
						    KPOOL_BENCH_PTR_RING);
	struct kpool_bench_run list = bench_request(KPOOL_BENCH_STARVATION,
						    KPOOL_BENCH_LLIST);
	struct kpool_bench_run cross = bench_request(KPOOL_BENCH_CROSS,
						     KPOOL_BENCH_PTR_RING);

	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &ring));
	EXPECT_EQ(ring.ops_done * 33 / 100, ring.allocs);
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &list));
	EXPECT_EQ(list.ops_done * 33 / 100, list.allocs);
	if (cpus_online() < 2)
		SKIP(return, "needs 2 CPUs for the workload cross");
	cross.cpus = 2;
	cross.ops = 100000;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &cross));
	/* The ring has room for the objects on their way. */
	EXPECT_GT(cross.ops_done / 10, cross.allocs);
}

/* Each measured operation is a burst. */
TEST_F(run, latencies_of_bursts)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_OVERFLOW,
						   KPOOL_BENCH_KPOOL);
	__u64 buckets[KPOOL_BENCH_BUCKETS] = {};

	run.flags = KPOOL_BENCH_F_LATENCY;
	run.interval_ns = 100000;
	run.histogram = (uintptr_t)buckets;
	run.ops = 5000;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	EXPECT_EQ(5000, run.ops_done);
	EXPECT_EQ(100, run.batch);
	EXPECT_EQ(50, buckets_sum(buckets));
}

/* Two clearings free the objects that were not used in between. */
TEST_F(run, kept_pools_are_cleared)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_OVERFLOW,
						   KPOOL_BENCH_KPOOL);

	run.flags = KPOOL_BENCH_F_KEEP;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	EXPECT_LE(100, pool_stat_now("bench0-overflow", "idle"));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_CLEAR, NULL));
	EXPECT_LE(100, pool_stat_now("bench0-overflow", "idle"));
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_CLEAR, NULL));
	EXPECT_EQ(0, pool_stat_now("bench0-overflow", "idle"));
}

/* Operations measured one by one */

TEST_F(run, latencies)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);
	__u64 buckets[KPOOL_BENCH_BUCKETS] = {};

	run.flags = KPOOL_BENCH_F_LATENCY;
	run.interval_ns = 2000;
	run.histogram = (uintptr_t)buckets;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	EXPECT_EQ(1000, run.ops_done);
	EXPECT_EQ(1000, buckets_sum(buckets));
	EXPECT_LT(0, run.latency_p50_ns);
	EXPECT_LE(run.latency_p50_ns, run.latency_p99_ns);
	EXPECT_LE(run.latency_p99_ns, run.latency_p999_ns);
	EXPECT_LE(run.latency_p999_ns, run.latency_max_ns);
	EXPECT_EQ(0, run.cost_ps);
}

/*
 * Operations scheduled faster than they can be done are late: the last, which
 * ends the run, by all the time that the run exceeded its schedule.
 */
TEST_F(run, latencies_of_what_cannot_keep_up)
{
	struct kpool_bench_run run = bench_request(KPOOL_BENCH_PAIR,
						   KPOOL_BENCH_KPOOL);

	run.flags = KPOOL_BENCH_F_LATENCY;
	run.interval_ns = 1;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	EXPECT_LE(run.elapsed_ns - run.ops_done * run.interval_ns,
		  run.latency_max_ns);
}

/* The results of each workload on each backend */

FIXTURE(result) {
	int fd;
};

FIXTURE_SETUP(result)
{
	ASSERT_EQ(0, modules_load());
	self->fd = bench_open();
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(result)
{
	close(self->fd);
	EXPECT_EQ(0, pools_count());
}

FIXTURE_VARIANT(result) {
	unsigned int workload;
};

FIXTURE_VARIANT_ADD(result, pair) {
	.workload = KPOOL_BENCH_PAIR,
};

FIXTURE_VARIANT_ADD(result, parallel) {
	.workload = KPOOL_BENCH_PARALLEL,
};

FIXTURE_VARIANT_ADD(result, compress) {
	.workload = KPOOL_BENCH_COMPRESS,
};

FIXTURE_VARIANT_ADD(result, overflow) {
	.workload = KPOOL_BENCH_OVERFLOW,
};

FIXTURE_VARIANT_ADD(result, cross) {
	.workload = KPOOL_BENCH_CROSS,
};

FIXTURE_VARIANT_ADD(result, starvation) {
	.workload = KPOOL_BENCH_STARVATION,
};

FIXTURE_VARIANT_ADD(result, expensive_new) {
	.workload = KPOOL_BENCH_EXPENSIVE_NEW,
};

FIXTURE_VARIANT_ADD(result, burst) {
	.workload = KPOOL_BENCH_BURST,
};

FIXTURE_VARIANT_ADD(result, mixed) {
	.workload = KPOOL_BENCH_MIXED,
};

FIXTURE_VARIANT_ADD(result, nested) {
	.workload = KPOOL_BENCH_NESTED,
};

FIXTURE_VARIANT_ADD(result, interrupt) {
	.workload = KPOOL_BENCH_INTERRUPT,
};

FIXTURE_VARIANT_ADD(result, page) {
	.workload = KPOOL_BENCH_PAGE,
};

static bool is_offered(int fd, unsigned int workload, unsigned int backend)
{
	struct kpool_bench_info info = {};

	return !bench_call(fd, KPOOL_BENCH_INFO, &info) &&
	       info.backends[workload] & 1U << backend;
}

/*
 * A short run of each workload, on all CPUs if the number makes a difference.
 */
static struct kpool_bench_run short_run(unsigned int workload,
					unsigned int backend)
{
	struct kpool_bench_run run = bench_request(workload, backend);

	/* Each lane warms up with some batches: use small ones. */
	run.batch = workload == KPOOL_BENCH_INTERRUPT ? 1000 : 100;
	if (workload == KPOOL_BENCH_PARALLEL || workload == KPOOL_BENCH_STATE)
		run.cpus = cpus_online();
	if (workload == KPOOL_BENCH_COMPRESS) {
		run.ops = 20;
		run.batch = 4;
	}
	if (workload == KPOOL_BENCH_EXPENSIVE_NEW)
		run.ops = 100;
	if (workload == KPOOL_BENCH_STATE || workload == KPOOL_BENCH_STATE_USE) {
		run.ops = 8;
		run.batch = 8;
	}
	return run;
}

static void check_answer(struct __test_metadata *_metadata,
			 const struct kpool_bench_run *run)
{
	int lanes = run->workload == KPOOL_BENCH_CROSS ? run->cpus / 2 :
							 run->cpus;

	EXPECT_LE(lanes * short_run(run->workload, 0).ops, run->ops_done);
	EXPECT_EQ(0, run->ops_done % run->batch);
	EXPECT_LE(run->object_size, run->object_size_used);
	EXPECT_LT(0, run->object_size_used);
	EXPECT_LT(0, run->elapsed_ns);
	EXPECT_LE(run->cost_min_ps, run->cost_ps);
	EXPECT_LE(run->cost_min_ps, run->cost_mean_ps);
	EXPECT_LE(run->hits, run->gets);
	EXPECT_EQ(!run->allocs, !run->alloc_bytes);
}

/* A combination that is unsupported or meaningless is refused with a reason. */
static void check_refusal(struct __test_metadata *_metadata, int fd,
			  struct kpool_bench_run *run)
{
	struct kpool_bench_reason reason = {
		.workload = run->workload,
		.backend = run->backend,
	};

	EXPECT_EQ(-EOPNOTSUPP, bench_call(fd, KPOOL_BENCH_RUN, run));
	EXPECT_EQ(0, bench_call(fd, KPOOL_BENCH_REASON, &reason));
	EXPECT_NE(0, reason.text[0]);
}

/* Returns false if there are no results to check. */
static bool run_and_check(struct __test_metadata *_metadata, int fd,
			  unsigned int workload, unsigned int backend,
			  struct kpool_bench_run *run)
{
	*run = short_run(workload, backend);
	if (cpus_online() < (int)run->cpus)
		SKIP(return false, "needs %u CPUs", run->cpus);
	if (!is_offered(fd, workload, backend)) {
		check_refusal(_metadata, fd, run);
		return false;
	}
	ASSERT_EQ(0, bench_call(fd, KPOOL_BENCH_RUN, run));
	check_answer(_metadata, run);
	return true;
}

TEST_F(result, loop)
{
	struct kpool_bench_run run;

	run_and_check(_metadata, self->fd, variant->workload,
		      KPOOL_BENCH_LOOP, &run);
}

TEST_F(result, kpool)
{
	struct kpool_bench_run run;

	if (run_and_check(_metadata, self->fd, variant->workload,
			  KPOOL_BENCH_KPOOL, &run))
		EXPECT_LE(run.ops_done, run.gets);
}

TEST_F(result, kpool_hooks)
{
	struct kpool_bench_run run;

	if (run_and_check(_metadata, self->fd, variant->workload,
			  KPOOL_BENCH_KPOOL_HOOKS, &run))
		EXPECT_LE(run.ops_done, run.gets);
}

TEST_F(result, kpool_fixed)
{
	struct kpool_bench_run run;

	if (run_and_check(_metadata, self->fd, variant->workload,
			  KPOOL_BENCH_KPOOL_FIXED, &run))
		EXPECT_LE(run.ops_done, run.gets);
}

TEST_F(result, kmem_cache)
{
	struct kpool_bench_run run;

	if (run_and_check(_metadata, self->fd, variant->workload,
			  KPOOL_BENCH_KMEM_CACHE, &run))
		EXPECT_LE(run.ops_done, run.allocs);
}

TEST_F(result, kmem_cache_ctor)
{
	struct kpool_bench_run run;

	if (run_and_check(_metadata, self->fd, variant->workload,
			  KPOOL_BENCH_KMEM_CACHE_CTOR, &run))
		EXPECT_LE(run.ops_done, run.allocs);
}

TEST_F(result, kmalloc)
{
	struct kpool_bench_run run;

	if (run_and_check(_metadata, self->fd, variant->workload,
			  KPOOL_BENCH_KMALLOC, &run))
		EXPECT_LE(run.ops_done, run.allocs);
}

TEST_F(result, kvmalloc)
{
	struct kpool_bench_run run;

	if (run_and_check(_metadata, self->fd, variant->workload,
			  KPOOL_BENCH_KVMALLOC, &run))
		EXPECT_LE(run.ops_done, run.allocs);
}

TEST_F(result, mempool)
{
	struct kpool_bench_run run;

	run_and_check(_metadata, self->fd, variant->workload,
		      KPOOL_BENCH_MEMPOOL, &run);
}

TEST_F(result, objpool)
{
	struct kpool_bench_run run;

	run_and_check(_metadata, self->fd, variant->workload,
		      KPOOL_BENCH_OBJPOOL, &run);
}

TEST_F(result, page_pool)
{
	struct kpool_bench_run run;

	run_and_check(_metadata, self->fd, variant->workload,
		      KPOOL_BENCH_PAGE_POOL, &run);
}

TEST_F(result, ptr_ring)
{
	struct kpool_bench_run run;

	run_and_check(_metadata, self->fd, variant->workload,
		      KPOOL_BENCH_PTR_RING, &run);
}

TEST_F(result, llist)
{
	struct kpool_bench_run run;

	run_and_check(_metadata, self->fd, variant->workload,
		      KPOOL_BENCH_LLIST, &run);
}

/* The backend that builds each object for one use allocates every time. */
TEST_F(result, none)
{
	struct kpool_bench_run run;

	if (run_and_check(_metadata, self->fd, variant->workload,
			  KPOOL_BENCH_NONE, &run))
		EXPECT_LE(run.ops_done, run.allocs);
}

TEST_F(result, single_use)
{
	struct kpool_bench_run run;

	run_and_check(_metadata, self->fd, variant->workload,
		      KPOOL_BENCH_SINGLE_USE, &run);
}

/* The purpose of a pool: in the long run it allocates no memory. */
FIXTURE(steady) {
	int fd;
};

FIXTURE_SETUP(steady)
{
	ASSERT_EQ(0, modules_load());
	self->fd = bench_open();
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(steady)
{
	close(self->fd);
	EXPECT_EQ(0, pools_count());
}

FIXTURE_VARIANT(steady) {
	unsigned int workload;
	__u64 ops;
};

FIXTURE_VARIANT_ADD(steady, pair) {
	.workload = KPOOL_BENCH_PAIR,
	.ops = 100000,
};

FIXTURE_VARIANT_ADD(steady, compress) {
	.workload = KPOOL_BENCH_COMPRESS,
	.ops = 100,
};

FIXTURE_VARIANT_ADD(steady, burst) {
	.workload = KPOOL_BENCH_BURST,
	.ops = 100000,
};

FIXTURE_VARIANT_ADD(steady, mixed) {
	.workload = KPOOL_BENCH_MIXED,
	.ops = 10000,
};

FIXTURE_VARIANT_ADD(steady, nested) {
	.workload = KPOOL_BENCH_NESTED,
	.ops = 10000,
};

FIXTURE_VARIANT_ADD(steady, expensive_new) {
	.workload = KPOOL_BENCH_EXPENSIVE_NEW,
	.ops = 1000,
};

FIXTURE_VARIANT_ADD(steady, state) {
	.workload = KPOOL_BENCH_STATE,
	.ops = 1000,
};

TEST_F(steady, no_allocations)
{
	struct kpool_bench_run run = bench_request(variant->workload,
						   KPOOL_BENCH_KPOOL);

	if (!is_offered(self->fd, variant->workload, KPOOL_BENCH_KPOOL))
		SKIP(return, "KPOOL_BENCH_INFO does not offer it");
	run.ops = variant->ops;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &run));
	EXPECT_EQ(0, run.allocs);
	EXPECT_EQ(0, run.alloc_bytes);
	EXPECT_EQ(run.gets, run.hits);
}

/*
 * Building a state takes 830 allocations, 184257 bytes in all, on any backend.
 */
FIXTURE(states) {
	int fd;
	struct kpool_bench_run run;
};

FIXTURE_SETUP(states)
{
	ASSERT_EQ(0, modules_load());
	self->fd = bench_open();
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(states)
{
	close(self->fd);
	EXPECT_EQ(0, pools_count());
}

FIXTURE_VARIANT(states) {
	unsigned int backend;
	unsigned int builds;
};

FIXTURE_VARIANT_ADD(states, kpool) {
	.backend = KPOOL_BENCH_KPOOL,
	.builds = 0,
};

FIXTURE_VARIANT_ADD(states, none) {
	.backend = KPOOL_BENCH_NONE,
	.builds = 1,
};

FIXTURE_VARIANT_ADD(states, single_use) {
	.backend = KPOOL_BENCH_SINGLE_USE,
	.builds = 1,
};

TEST_F(states, allocations_of_a_get)
{
	if (!run_and_check(_metadata, self->fd, KPOOL_BENCH_STATE,
			   variant->backend, &self->run))
		return;
	EXPECT_EQ(184257, self->run.object_size_used);
	EXPECT_EQ(830 * variant->builds * self->run.ops_done, self->run.allocs);
	EXPECT_EQ(184257 * variant->builds * self->run.ops_done,
		  self->run.alloc_bytes);
}

/* The kept pool coexists with that of the backend "single-use", also a pool. */
TEST_F(states, run_beside_a_kept_pool)
{
	struct kpool_bench_run kept = short_run(KPOOL_BENCH_STATE,
						KPOOL_BENCH_KPOOL);

	kept.flags = KPOOL_BENCH_F_KEEP;
	ASSERT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &kept));
	self->run = short_run(KPOOL_BENCH_STATE, variant->backend);
	EXPECT_EQ(0, bench_call(self->fd, KPOOL_BENCH_RUN, &self->run));
}

/* The script makes 4 globals of two allocations each, and 9 strings. */
TEST_F(states, allocations_of_a_use)
{
	if (!run_and_check(_metadata, self->fd, KPOOL_BENCH_STATE_USE,
			   variant->backend, &self->run))
		return;
	EXPECT_EQ((830 * variant->builds + 17) * self->run.ops_done,
		  self->run.allocs);
}

TEST_HARNESS_MAIN

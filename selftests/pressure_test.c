// SPDX-License-Identifier: GPL-2.0
/*
 * When memory really runs short, idle objects are freed, and no process is
 * killed for lack of memory that pools keep.
 *
 * Needs a small machine of at most MEMORY_MAX, whose memory is quickly used up:
 * a child process writes to as many pages as the test asks for.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"

#define POOL		"test0"
#define MB		0x100000ULL
#define MEMORY_MAX	(512 * MB)
#define TRACE		"/sys/kernel/tracing/instances/kpool_pressure"
#define SHRINKER	"kpool_shrink_scan"
#define SYSRQ		"/proc/sysrq-trigger"

/* Kernel messages between these two markers do not make the run fail. */
#define EXPECT_KILL	"kpool-expect: begin Out of memory: Killed"
#define EXPECT_END	"kpool-expect: end"

/*
 * SMALL_OBJECTS is as much memory as depots keep by default.
 */
#define SMALL		8192
#define SMALL_OBJECTS	(32 * MB / SMALL)
#define SMALL_ON_CPU	10

/* A few of these are a lot of memory. */
#define LARGE		MB
#define LARGE_ON_CPU	4
#define RESERVE		2

#define OBJECTS_MAX	SMALL_OBJECTS

/*
 * @eaten: bytes that the child process has used, in memory shared with it
 * @looks: number of checks of what kswapd has done, shared as well
 * @limit: bytes that the child can use while no pool holds anything
 */
FIXTURE(pressure) {
	int fd;
	atomic_ullong *eaten;
	atomic_ullong *looks;
	__u64 limit;
	__u32 handles[OBJECTS_MAX];
};

/* Returns the bytes of memory, or 0 if unknown. */
static __u64 memory_total(void)
{
	unsigned long long kb = 0;
	char *text, *at;

	if (!file_read("/proc/meminfo", &text)) {
		at = strstr(text, "MemTotal:");
		if (at)
			sscanf(at, "MemTotal: %llu kB", &kb);
	}
	free(text);
	return kb * 1024;
}

/* Sets the memory that the system keeps free and the free pages CPUs keep. */
static int set_margins(const char *boost, const char *fraction)
{
	int ret = file_write("/proc/sys/vm/watermark_boost_factor", boost);

	if (ret)
		return ret;
	return file_write("/proc/sys/vm/percpu_pagelist_high_fraction",
			  fraction);
}

/* Prepares tracing; start_kpool() enables it. */
static int trace_prepare(void)
{
	int ret = mkdir(TRACE, 0700) ? -errno : 0;

	/* The default buffer takes some of the memory that is to run out. */
	if (!ret)
		ret = file_write(TRACE "/buffer_size_kb", "64");
	if (!ret)
		ret = file_write(TRACE "/tracing_on", "0");
	if (!ret)
		ret = file_write(TRACE "/events/vmscan/mm_shrink_slab_end/enable",
				 "1");
	if (!ret)
		ret = file_write(TRACE "/events/oom/mark_victim/enable", "1");
	return ret;
}

/* Gives kswapd time, and the observer a chance to see what kswapd did. */
static void wait_for_look(atomic_ullong *looks)
{
	unsigned long long before = *looks;

	do {
		poll(NULL, 0, 5);
	} while (*looks == before);
}

/*
 * Writes to @bytes of memory and exits; the OOM killer chooses this process
 * first. If @looks is not NULL, waits after each MiB until the observer
 * increments it.
 */
static void eat(__u64 bytes, atomic_ullong *looks, atomic_ullong *eaten)
{
	char *memory;
	__u64 at;

	if (file_write("/proc/self/oom_score_adj", "1000"))
		_exit(2);
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		_exit(3);
	for (at = 0; at < bytes; at += 4096) {
		memory[at] = 1;
		*eaten = at;
		if (looks && at % MB == 0)
			wait_for_look(looks);
	}
	_exit(0);
}

/* Waits as the first choice of the OOM killer; sets *@ready when it does. */
static void wait_to_be_killed(atomic_ullong *ready)
{
	if (file_write("/proc/self/oom_score_adj", "1000"))
		_exit(2);
	*ready = 1;
	for (;;)
		pause();
}

static bool is_ready(void *ready)
{
	return *(atomic_ullong *)ready;
}

/* Runs eat() in a child; returns its status as reported by waitpid(). */
static int eat_and_wait(__u64 bytes, atomic_ullong *eaten)
{
	int status = -1;
	pid_t pid = fork();

	if (!pid)
		eat(bytes, NULL, eaten);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

/* The same, for a child that is certain to be killed. */
static int eat_and_die(atomic_ullong *eaten)
{
	int ret, status;

	ret = file_write("/dev/kmsg", EXPECT_KILL);
	status = eat_and_wait(memory_total(), eaten);
	if (!ret)
		ret = file_write("/dev/kmsg", EXPECT_END);
	if (!ret && !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL))
		ret = -ECHILD;
	return ret;
}

FIXTURE_SETUP(pressure)
{
	if (memory_total() > MEMORY_MAX)
		SKIP(return, "the machine has more than %llu MiB of memory",
		     MEMORY_MAX / MB);
	if (access("/sys/kernel/tracing/instances", W_OK))
		SKIP(return, "no tracefs with instances (CONFIG_TRACING)");
	/*
	 * Make these small and constant, so that a process gets the same amount
	 * each time.
	 */
	ASSERT_EQ(0, set_margins("0", "1000000"));
	self->eaten = mmap(NULL, 2 * sizeof(*self->eaten),
			   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			   -1, 0);
	ASSERT_NE(MAP_FAILED, self->eaten);
	self->looks = self->eaten + 1;
	ASSERT_EQ(0, modules_unload());
	ASSERT_EQ(0, trace_prepare());
}

/*
 * Call once everything else is set up, but before kpool is loaded: its worker
 * would go on running for a while.
 */
static int find_limit(atomic_ullong *eaten, __u64 *limit)
{
	int ret = eat_and_die(eaten);

	*limit = *eaten;
	return ret;
}

/* Returns the device's file descriptor or a negative errno. */
static int start_kpool(void)
{
	int ret = modules_load();

	if (!ret)
		ret = file_write(TRACE "/tracing_on", "1");
	return ret ? ret : objects_open();
}

FIXTURE_TEARDOWN(pressure)
{
	rmdir(TRACE);
	set_margins("15000", "0");
	close(self->fd);
}

/**
 * struct traced - what the trace says
 * @by_kswapd: objects that our shrinker freed for kswapd
 * @by_others: objects that our shrinker freed for other tasks
 * @kills: processes killed
 */
struct traced {
	unsigned long by_kswapd;
	unsigned long by_others;
	unsigned long kills;
};

static int trace_read(struct traced *seen)
{
	static const char answer[] = "last shrinker return val ";
	char *text, *line, *rest;
	int ret;

	memset(seen, 0, sizeof(*seen));
	ret = file_read(TRACE "/trace", &text);
	for (line = ret ? NULL : strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *value = strstr(line, answer);
		unsigned long freed;

		seen->kills += !!strstr(line, " mark_victim: ");
		if (!value || !strstr(line, SHRINKER))
			continue;
		freed = strtoul(value + strlen(answer), NULL, 10);
		if (strstr(line, "kswapd"))
			seen->by_kswapd += freed;
		else
			seen->by_others += freed;
	}
	free(text);
	return ret;
}

/* Puts objects into the caches of all CPUs, and nowhere else. */
static int fill_cpus(int fd, __u32 *handles, int on_each)
{
	int i, ret, cpus = cpus_online();

	ret = objects_get_many(fd, handles, cpus * on_each);
	for (i = 0; i < cpus && !ret; i++) {
		ret = cpu_pin(i);
		if (!ret)
			ret = objects_put_many(fd, handles + i * on_each,
					       on_each);
	}
	return ret;
}

/* Fills the depot of a pool of small objects. */
static int fill_depot(int fd, __u32 *handles)
{
	int ret = objects_get_many(fd, handles, SMALL_OBJECTS);

	return ret ? ret : objects_put_many(fd, handles, SMALL_OBJECTS);
}

static bool kswapd_freed_some(void)
{
	struct traced seen;

	return !trace_read(&seen) && seen.by_kswapd;
}

/* Has kswapd freed some objects, or has half of them been freed by others? */
static bool objects_were_taken(void *looks)
{
	++*(atomic_ullong *)looks;
	return kswapd_freed_some() ||
	       pool_stat_now(POOL, "idle") < SMALL_OBJECTS / 2;
}

/* A child uses up memory until idle objects are freed; then it is stopped. */
static int eat_until_taken(atomic_ullong *looks, atomic_ullong *eaten)
{
	int ret = 0, status;
	pid_t pid = fork();

	if (!pid)
		eat(memory_total(), looks, eaten);
	if (pid < 0)
		return -errno;
	if (!wait_until(objects_were_taken, looks))
		ret = -ETIMEDOUT;
	kill(pid, SIGKILL);
	return waitpid(pid, &status, 0) == pid ? ret : -ECHILD;
}

/*
 * This test must be the first: once a process has been killed for lack of
 * memory, kswapd gives up and leaves reclaim to other tasks for a while. kswapd
 * is not the only one in any case: the process itself reclaims, and our worker
 * runs cycles, so that it may take several tries to see kswapd free something.
 */
TEST_F(pressure, kswapd_takes_from_pools)
{
	int tries = 0;

	self->fd = start_kpool();
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, objects_pool(self->fd, SMALL, 0, 0));
	do {
		ASSERT_EQ(0, fill_depot(self->fd, self->handles));
		ASSERT_EQ(0, eat_until_taken(self->looks, self->eaten));
	} while (!kswapd_freed_some() && ++tries < 20);
	EXPECT_TRUE(kswapd_freed_some());
}

/*
 * The process needs half of the memory that the pool keeps. Not all of it has
 * to come from the pool: the limit varies a little.
 */
TEST_F(pressure, shrinker_feeds_a_process)
{
	__u64 half = SMALL_OBJECTS * SMALL / 2;
	struct traced seen;

	ASSERT_EQ(0, find_limit(self->eaten, &self->limit));
	self->fd = start_kpool();
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, objects_pool(self->fd, SMALL, 0, 0));
	ASSERT_EQ(0, fill_depot(self->fd, self->handles));
	ASSERT_EQ(SMALL_OBJECTS, pool_stat_now(POOL, "idle"));

	EXPECT_EQ(0, eat_and_wait(self->limit - half, self->eaten));
	EXPECT_LE(half / 2 / SMALL, pool_stat_now(POOL, "gc_freed"));
	ASSERT_EQ(0, trace_read(&seen));
	EXPECT_EQ(0, seen.kills);
	/* The pool's worker, which runs whole cycles, may have been faster. */
	EXPECT_LT(0, seen.by_kswapd + seen.by_others);
	TH_LOG("the shrinker freed %lu objects for kswapd, %lu for others; in all %llu were freed",
	       seen.by_kswapd, seen.by_others, pool_stat_now(POOL, "gc_freed"));
}

/* Objects in CPU caches are out of the shrinker's reach at first. */
TEST_F(pressure, process_lives_on_what_cpus_hold)
{
	int held = cpus_online() * LARGE_ON_CPU;
	struct traced seen;

	ASSERT_EQ(0, find_limit(self->eaten, &self->limit));
	self->fd = start_kpool();
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, objects_pool(self->fd, LARGE, 0, 0));
	ASSERT_EQ(0, fill_cpus(self->fd, self->handles, LARGE_ON_CPU));
	ASSERT_EQ(held, pool_stat_now(POOL, "idle"));

	EXPECT_EQ(0, eat_and_wait(self->limit - held * LARGE / 2, self->eaten));
	ASSERT_EQ(0, trace_read(&seen));
	EXPECT_EQ(0, seen.kills);
	EXPECT_GT(held, pool_stat_now(POOL, "idle"));
	TH_LOG("%llu of %d objects are left", pool_stat_now(POOL, "idle"), held);
}

/*
 * A process needs more memory than there is: pools are emptied before the kill.
 */
TEST_F(pressure, pools_give_all_before_a_kill)
{
	struct traced seen;

	self->fd = start_kpool();
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, objects_pool(self->fd, LARGE, RESERVE, 0));
	ASSERT_EQ(0, fill_cpus(self->fd, self->handles, LARGE_ON_CPU));
	ASSERT_LT(RESERVE, pool_stat_now(POOL, "idle"));

	EXPECT_EQ(0, eat_and_die(self->eaten));
	EXPECT_EQ(RESERVE, pool_stat_now(POOL, "idle"));
	EXPECT_EQ(RESERVE, pool_stat_now(POOL, "idle_reserve"));
	ASSERT_EQ(0, trace_read(&seen));
	EXPECT_EQ(1, seen.kills);
}

/*
 * The same, but without any pressure before: neither the shrinker nor the
 * worker has emptied the pool when the system runs out of memory.
 */
TEST_F(pressure, out_of_memory_empties_pools_at_once)
{
	int held = cpus_online() * SMALL_ON_CPU;
	int status;
	pid_t pid;

	if (access(SYSRQ, W_OK))
		SKIP(return, "%s is not there (CONFIG_MAGIC_SYSRQ)", SYSRQ);
	self->fd = start_kpool();
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, objects_pool(self->fd, SMALL, RESERVE, 0));
	ASSERT_EQ(0, fill_cpus(self->fd, self->handles, SMALL_ON_CPU));
	ASSERT_EQ(held, pool_stat_now(POOL, "idle_cpu"));
	*self->eaten = 0;
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		wait_to_be_killed(self->eaten);
	ASSERT_TRUE(wait_until(is_ready, self->eaten));

	ASSERT_EQ(0, file_write("/dev/kmsg", EXPECT_KILL));
	EXPECT_EQ(0, file_write(SYSRQ, "f"));
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(RESERVE, pool_stat_now(POOL, "idle"));
	EXPECT_EQ(held, pool_stat_now(POOL, "gc_freed"));
	ASSERT_EQ(0, file_write("/dev/kmsg", EXPECT_END));
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST_HARNESS_MAIN

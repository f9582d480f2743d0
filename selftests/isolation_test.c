// SPDX-License-Identifier: GPL-2.0
/*
 * Clearing does not disturb an isolated CPU: the objects in its cache are freed
 * without an interrupt to that CPU and without any work executed on it.
 *
 * Needs a machine booted for this test, for example with
 *
 *	isolcpus=nohz,domain,3 nohz_full=3 rcu_nocbs=3 tsc=reliable
 *
 * The last option stops the kernel from checking that CPU's clock twice a
 * second.
 *
 * The test runs a process that leaves objects in that CPU's cache and then
 * either stays there, in user space, or exits and leaves the CPU idle.
 * Disturbances of the CPU show up in /proc/interrupts and in the tracepoints of
 * workqueues.
 */
#include <errno.h>
#include <fcntl.h>
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
#define OBJECTS		200
#define CPUS		"/sys/devices/system/cpu"
#define TRACE		"/sys/kernel/tracing/instances/kpool_isolation"
#define TRIM_INTERVAL	"/sys/module/kpool/parameters/trim_interval"
#define STAT_REFRESH	"/proc/sys/vm/stat_refresh"
#define FAIR_SERVER	"/sys/kernel/debug/sched/fair_server/cpu%d/runtime"

/* A CPU is quiet once it is found undisturbed this many times in a row. */
#define QUIET_LOOKS	40

/*
 * The kernel itself disturbs a CPU once in a while. A disturbance that kpool
 * causes would show up in every round.
 */
#define ROUNDS		3

/**
 * struct disturbances - interrupts of a CPU since it was started
 * @calls: function call interrupts
 * @wakeups: rescheduling interrupts
 * @irq_work: irq_work interrupts
 */
struct disturbances {
	unsigned long calls;
	unsigned long wakeups;
	unsigned long irq_work;
};

/**
 * struct resident - shared with the process on the isolated CPU
 * @turns: iterations of its loop in user space; 0 until it starts looping
 * @error: negative errno if it failed before that
 * @seen: value of @turns at the beginning of the round
 */
struct resident {
	atomic_ulong turns;
	atomic_int error;
	unsigned long seen;
};

/**
 * struct isolated - the isolated CPU and the state of the test
 * @cpu: its number
 * @fd: the device with the pool of the objects
 * @resident: shared with the process on that CPU
 * @pid: PID of that process, or 0
 * @handles: handles of the objects
 */
struct isolated {
	int cpu;
	int fd;
	struct resident *resident;
	pid_t pid;
	__u32 handles[OBJECTS];
};

FIXTURE(isolation) {
	struct isolated isolated;
};

/* Returns the first CPU of a list in sysfs, or -1. */
static int first_cpu(const char *path)
{
	char *text, *end;
	int cpu = -1;

	if (!file_read(path, &text)) {
		cpu = strtol(text, &end, 10);
		if (end == text)
			cpu = -1;
	}
	free(text);
	return cpu;
}

/* Returns column @n of a line in /proc/interrupts, counted after its name. */
static unsigned long column(const char *line, int n)
{
	char *end = strchr(line, ':') + 1;
	unsigned long value = 0;

	while (n-- >= 0)
		value = strtoul(end, &end, 10);
	return value;
}

/* Returns the column of @cpu in /proc/interrupts. */
static int column_of(const char *text, int cpu)
{
	const char *end = strchr(text, '\n');
	int n, i = 0;

	while ((text = strstr(text, "CPU")) && text < end) {
		if (sscanf(text, "CPU%d", &n) == 1 && n == cpu)
			return i;
		text += 3;
		i++;
	}
	return -1;
}

/* Sets *@count from the line with that description. */
static int interrupts_of(char *text, const char *description, int cpu,
			 unsigned long *count)
{
	char *line = strstr(text, description);
	int n = column_of(text, cpu);

	if (!line || n < 0)
		return -ENODATA;
	while (line[-1] != '\n')
		line--;
	*count = column(line, n);
	return 0;
}

static int disturbances_read(int cpu, struct disturbances *seen)
{
	char *text;
	int ret;

	ret = file_read("/proc/interrupts", &text);
	if (!ret)
		ret = interrupts_of(text, "Function call interrupts", cpu,
				    &seen->calls);
	if (!ret)
		ret = interrupts_of(text, "Rescheduling interrupts", cpu,
				    &seen->wakeups);
	if (!ret)
		ret = interrupts_of(text, "IRQ work interrupts", cpu,
				    &seen->irq_work);
	free(text);
	return ret;
}

struct quiet {
	int cpu;
	int looks;
	struct disturbances seen;
};

static bool is_quiet(void *data)
{
	struct quiet *quiet = data;
	struct disturbances now;

	if (disturbances_read(quiet->cpu, &now))
		return false;
	if (memcmp(&now, &quiet->seen, sizeof(now)))
		quiet->looks = 0;
	quiet->seen = now;
	return ++quiet->looks == QUIET_LOOKS;
}

/* Waits until earlier activity of the CPU has no more effects. */
static bool wait_quiet(int cpu, struct disturbances *seen)
{
	struct quiet quiet = { .cpu = cpu };

	if (!wait_until(is_quiet, &quiet))
		return false;
	*seen = quiet.seen;
	return true;
}

static int trace_start(void)
{
	int ret = 0;

	if (mkdir(TRACE, 0700))
		ret = -errno;
	if (!ret)
		ret = file_write(TRACE "/events/workqueue/enable", "1");
	return ret;
}

/* Opening the file with O_TRUNC empties the trace. */
static int trace_clear(void)
{
	int fd = open(TRACE "/trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	return fd < 0 ? -errno : close(fd);
}

/* Counts and prints the lines of the trace about work on that CPU. */
static int works_on(struct __test_metadata *_metadata, int cpu)
{
	char queued[32], ran[32], *text, *line, *rest;
	int works = 0;

	snprintf(queued, sizeof(queued), " cpu=%d", cpu);
	snprintf(ran, sizeof(ran), "[%03d]", cpu);
	if (file_read(TRACE "/trace", &text))
		return -1;
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		char *mark = strstr(line, queued);
		bool is_queued = mark && !mark[strlen(queued)];
		bool has_run = strstr(line, ran) &&
			       strstr(line, "workqueue_execute_start");

		if (is_queued || has_run) {
			TH_LOG("%s", line);
			works++;
		}
	}
	free(text);
	return works;
}

static bool trace_tells_of(const char *function)
{
	bool found;
	char *text;

	found = !file_read(TRACE "/trace", &text) && strstr(text, function);
	free(text);
	return found;
}

static void end_resident(struct isolated *isolated)
{
	if (!isolated->pid)
		return;
	kill(isolated->pid, SIGKILL);
	waitpid(isolated->pid, NULL, 0);
	isolated->pid = 0;
}

/*
 * The deadline server of Linux 6.12 checks once a second whether the CPU has
 * time for ordinary tasks. Other kernels do not, or only where a real-time task
 * runs. Stopping the server on a CPU that runs no ordinary task makes 6.12
 * warn, since the server was not started: so this ordinary task moves there
 * first.
 */
static int stop_fair_server(int cpu)
{
	char path[96];
	int ret = cpu_stay(cpu);

	if (ret)
		return ret;
	snprintf(path, sizeof(path), FAIR_SERVER, cpu);
	file_write(path, "0");
	return cpu_stay(0);
}

FIXTURE_SETUP(isolation)
{
	struct isolated *isolated = &self->isolated;

	isolated->cpu = first_cpu(CPUS "/nohz_full");
	if (isolated->cpu < 1 || first_cpu(CPUS "/isolated") != isolated->cpu)
		SKIP(return, "no CPU is isolated: see the head of this file");
	if (access("/sys/kernel/tracing/instances", W_OK))
		SKIP(return, "no tracefs with instances (CONFIG_TRACING)");
	if (access(DROP_CACHES, W_OK))
		SKIP(return, "%s is not there (CONFIG_SYSCTL)", DROP_CACHES);
	ASSERT_EQ(0, modules_load());
	ASSERT_EQ(0, cpu_stay(0));
	isolated->resident = mmap(NULL, sizeof(*isolated->resident),
				  PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, isolated->resident);
	isolated->fd = objects_open();
	ASSERT_LE(0, isolated->fd);
	ASSERT_EQ(0, trace_start());
	ASSERT_EQ(0, stop_fair_server(isolated->cpu));
}

FIXTURE_TEARDOWN(isolation)
{
	struct isolated *isolated = &self->isolated;

	file_write(TRIM_INTERVAL, "0");
	end_resident(isolated);
	rmdir(TRACE);
	close(isolated->fd);
}

FIXTURE_VARIANT(isolation) {
	bool spins;	/* else the process exits and leaves the CPU idle */
};

FIXTURE_VARIANT_ADD(isolation, spinning) { .spins = true };
FIXTURE_VARIANT_ADD(isolation, idle) { .spins = false };

/* Fills the CPU's cache from that CPU and then makes no more system calls. */
static void reside(int fd, int cpu, struct resident *resident, __u32 *handles,
		   bool spins)
{
	int ret = cpu_stay(cpu);

	if (!ret)
		ret = objects_get_many(fd, handles, OBJECTS);
	if (!ret)
		ret = objects_put_many(fd, handles, OBJECTS);
	resident->error = ret;
	if (ret)
		_exit(1);
	do {
		resident->turns++;
	} while (spins);
	_exit(0);
}

static bool has_arrived(void *data)
{
	struct resident *resident = data;

	return resident->turns || resident->error;
}

/* An emulated CPU may be slow. */
static bool has_gone_on(void *data)
{
	struct resident *resident = data;

	return resident->turns > resident->seen;
}

/*
 * Returns the objects in that CPU's cache, from the pool's file "cpus", or -1.
 */
static long cached_on(int cpu)
{
	long cached = -1;
	char *text, *line, *rest;

	if (!file_read(KPOOL_DEBUGFS "/" POOL "/cpus", &text)) {
		for (line = strtok_r(text, "\n", &rest); line;
		     line = strtok_r(NULL, "\n", &rest)) {
			int n;
			long value;

			if (sscanf(line, "%d %*s %*s %*s %*s %ld", &n,
				   &value) == 2 && n == cpu)
				cached = value;
		}
	}
	free(text);
	return cached;
}

static bool nothing_is_idle(void *unused)
{
	return pool_stat_now(POOL, "idle") == 0;
}

/* The ways to clear a pool; each must leave nothing idle. */
static int clear_by_pressure(void)
{
	return pool_drop_caches_twice(POOL);
}

static int clear_by_gc(void)
{
	int ret = pool_write(POOL, "gc", "1");

	return ret ? ret : pool_write(POOL, "gc", "1");
}

static int clear_by_drain(void)
{
	return pool_write(POOL, "drain", "1");
}

static int clear_by_trim(void)
{
	return file_write(TRIM_INTERVAL, "1");
}

static void leave_objects(struct __test_metadata *_metadata,
			  struct isolated *isolated, bool spins)
{
	isolated->resident->turns = 0;
	isolated->pid = fork();
	ASSERT_LE(0, isolated->pid);
	if (!isolated->pid)
		reside(isolated->fd, isolated->cpu, isolated->resident, isolated->handles,
		       spins);
	ASSERT_TRUE(wait_until(has_arrived, isolated->resident));
	ASSERT_EQ(0, isolated->resident->error);
	if (!spins) {
		ASSERT_EQ(isolated->pid, waitpid(isolated->pid, NULL, 0));
		isolated->pid = 0;
	}
	EXPECT_LT(0, cached_on(isolated->cpu));
	EXPECT_EQ(OBJECTS, pool_stat_now(POOL, "idle"));
}

/* One round; returns true if the CPU was not disturbed. */
static bool clears_quietly(struct __test_metadata *_metadata,
			   struct isolated *isolated, bool spins,
			   int (*clear)(void))
{
	struct disturbances before = {}, after = {};
	int works;

	leave_objects(_metadata, isolated, spins);
	EXPECT_TRUE(wait_quiet(isolated->cpu, &before));
	EXPECT_EQ(0, trace_clear());
	isolated->resident->seen = isolated->resident->turns;

	EXPECT_EQ(0, clear());
	EXPECT_TRUE(wait_until(nothing_is_idle, NULL));
	if (spins)
		EXPECT_TRUE(wait_until(has_gone_on, isolated->resident));

	EXPECT_EQ(0, disturbances_read(isolated->cpu, &after));
	works = works_on(_metadata, isolated->cpu);
	EXPECT_EQ(0, cached_on(isolated->cpu));
	end_resident(isolated);
	if (!works && !memcmp(&before, &after, sizeof(before)))
		return true;
	TH_LOG("CPU %d: %lu function calls, %lu wakeups, %lu irq_works, %d works",
	       isolated->cpu, after.calls - before.calls,
	       after.wakeups - before.wakeups,
	       after.irq_work - before.irq_work, works);
	return false;
}

static void expect_quiet_clearing(struct __test_metadata *_metadata,
				  struct isolated *isolated, bool spins,
				  int (*clear)(void))
{
	bool quiet = false;
	int round;

	ASSERT_EQ(0, objects_pool(isolated->fd, 256, 0, 0));
	for (round = 0; round < ROUNDS && !quiet; round++)
		quiet = clears_quietly(_metadata, isolated, spins, clear);
	EXPECT_TRUE(quiet) {
		TH_LOG("CPU %d was disturbed in each of %d rounds", isolated->cpu,
		       ROUNDS);
	}
}

TEST_F(isolation, pressure)
{
	expect_quiet_clearing(_metadata, &self->isolated, variant->spins,
			      clear_by_pressure);
	/* Without this, an empty trace would prove nothing. */
	EXPECT_TRUE(trace_tells_of("function kpool_reclaim_worker"));
}

TEST_F(isolation, gc)
{
	expect_quiet_clearing(_metadata, &self->isolated, variant->spins, clear_by_gc);
}

TEST_F(isolation, drain)
{
	expect_quiet_clearing(_metadata, &self->isolated, variant->spins, clear_by_drain);
}

TEST_F(isolation, trim)
{
	expect_quiet_clearing(_metadata, &self->isolated, variant->spins, clear_by_trim);
	EXPECT_TRUE(trace_tells_of("function kpool_trim_worker"));
}

/*
 * The test notices a disturbance: updating statistics queues work on each CPU.
 */
TEST_F(isolation, disturbance_is_seen)
{
	struct disturbances before = {}, after = {};

	if (access(STAT_REFRESH, W_OK))
		SKIP(return, "%s is not there", STAT_REFRESH);
	ASSERT_EQ(0, objects_pool(self->isolated.fd, 256, 0, 0));
	leave_objects(_metadata, &self->isolated, variant->spins);
	ASSERT_TRUE(wait_quiet(self->isolated.cpu, &before));
	ASSERT_EQ(0, trace_clear());
	ASSERT_EQ(0, file_write(STAT_REFRESH, "1"));
	ASSERT_EQ(0, disturbances_read(self->isolated.cpu, &after));
	EXPECT_NE(0, memcmp(&before, &after, sizeof(before)));
	EXPECT_LT(0, works_on(_metadata, self->isolated.cpu));
}

TEST_HARNESS_MAIN

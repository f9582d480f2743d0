// SPDX-License-Identifier: GPL-2.0
/*
 * Helpers that talk to /dev/kpool-bench.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>

#include "kpool_selftest.h"

/* Returns a file descriptor or a negative errno. */
int bench_open(void)
{
	int fd = open(KPOOL_BENCH_DEVICE, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int bench_call(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

/* Workloads whose objects have a size of their own: a request gives 0. */
static bool has_own_size(unsigned int workload)
{
	return workload == KPOOL_BENCH_COMPRESS ||
	       workload == KPOOL_BENCH_PAGE ||
	       workload == KPOOL_BENCH_STATE ||
	       workload == KPOOL_BENCH_STATE_USE;
}

/* A short run in which every field is valid. */
struct kpool_bench_run bench_request(unsigned int workload,
				     unsigned int backend)
{
	struct kpool_bench_run request = {
		.workload = workload,
		.backend = backend,
		.cpus = workload == KPOOL_BENCH_CROSS ? 2 : 1,
		.object_size = has_own_size(workload) ? 0 : 256,
		.ops = 1000,
	};

	return request;
}

/* A run that takes minutes unless it is interrupted. */
struct kpool_bench_run bench_long_request(unsigned int cpus)
{
	struct kpool_bench_run request;
	__u64 most;

	request = bench_request(cpus > 1 ? KPOOL_BENCH_PARALLEL :
				KPOOL_BENCH_PAIR, KPOOL_BENCH_KPOOL);
	request.cpus = cpus;
	request.batch = KPOOL_BENCH_BATCH_MAX;
	most = KPOOL_BENCH_BATCHES_MAX / cpus * (__u64)request.batch;
	request.ops = most < KPOOL_BENCH_OPS_MAX ? most : KPOOL_BENCH_OPS_MAX;
	return request;
}

static void *bench_main(void *arg)
{
	struct bench_thread *thread = arg;
	sigset_t child;

	/*
	 * glibc blocks all signals around fork().  If the child exits before
	 * its parent has unblocked them, the kernel sends SIGCHLD to another
	 * thread, although it is ignored, and that would end the run.
	 */
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	pthread_sigmask(SIG_BLOCK, &child, NULL);
	thread->result = bench_call(thread->fd, KPOOL_BENCH_RUN,
				    &thread->request);
	return NULL;
}

int bench_start(struct bench_thread *thread)
{
	return -pthread_create(&thread->thread, NULL, bench_main, thread);
}

/* Returns the result of the run. */
int bench_join(struct bench_thread *thread)
{
	pthread_join(thread->thread, NULL);
	return thread->result;
}

static bool bench_has_progressed(void *fd)
{
	struct kpool_bench_status status = {};

	return !bench_call(*(int *)fd, KPOOL_BENCH_STATUS, &status) &&
	       status.ops_done;
}

/* Waits until a run has completed its first operations. */
bool bench_wait_running(int fd)
{
	return wait_until(bench_has_progressed, &fd);
}

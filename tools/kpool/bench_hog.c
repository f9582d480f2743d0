// SPDX-License-Identifier: GPL-2.0
/* The two processes that run along with "kpool bench --pressure". */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kpool_bench.h>

#include "bench_hog.h"

#define HOG_STEP	(256 * 1024)
#define RUN_OPS		32768
#define WORKER_BURST	100

struct bench_beside *bench_beside_new(void)
{
	void *shared = mmap(NULL, sizeof(struct bench_beside),
			    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			    -1, 0);

	return shared == MAP_FAILED ? NULL : shared;
}

static void set_oom_score(const char *score)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, score, strlen(score)) < 0)
		warn("cannot set oom_score_adj");
	close(fd);
}

void bench_oom_spare_me(void)
{
	set_oom_score("-1000");
}

int bench_hog_run(int device, unsigned int backend, unsigned int burst,
		  unsigned int objects, unsigned long long *ops,
		  unsigned long long *ns)
{
	struct kpool_bench_run run = {
		.workload = KPOOL_BENCH_OVERFLOW,
		.backend = backend,
		.cpus = 1,
		.object_size = BENCH_HOG_OBJECT,
		.ops = RUN_OPS,
		.burst = burst,
		.objects = objects,
		.flags = KPOOL_BENCH_F_KEEP | KPOOL_BENCH_F_AGAIN,
	};

	if (ioctl(device, KPOOL_BENCH_RUN, &run))
		return errno;
	*ops += run.ops_done;
	*ns += run.elapsed_ns;
	return 0;
}

/*
 * Returns 0 in the child; the parent gets the child's pid, or -1 after a
 * message.
 */
static pid_t fork_child(void)
{
	pid_t parent = getpid();
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child < 0)
		warn("cannot start a process");
	if (child)
		return child;
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	/*
	 * The child must not outlive the parent, which may have died already.
	 */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		_exit(EXIT_FAILURE);
	return 0;
}

/* Takes memory step by step, counts it, and keeps it until killed. */
pid_t bench_hog_start(struct bench_beside *nearby, long long wanted)
{
	pid_t child = fork_child();

	if (child)
		return child;
	set_oom_score("1000");
	while (nearby->taken < wanted) {
		char *step = mmap(NULL, HOG_STEP, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (step == MAP_FAILED)
			break;
		memset(step, 1, HOG_STEP);
		nearby->taken += HOG_STEP;
	}
	for (;;)
		pause();
}

/* If memory is too short for a run, the next run tries again. */
pid_t bench_worker_start(struct bench_beside *nearby, unsigned int backend)
{
	pid_t child = fork_child();
	int device, error;

	if (child)
		return child;
	device = open(KPOOL_BENCH_DEVICE, O_RDWR | O_CLOEXEC);
	if (device < 0)
		_exit(EXIT_FAILURE);
	do {
		unsigned long long ops = 0, ns = 0;

		error = bench_hog_run(device, backend, WORKER_BURST, 0, &ops,
				      &ns);
		nearby->ns += ns;
		nearby->ops += ops;
	} while (!error || error == ENOMEM);
	_exit(EXIT_FAILURE);
}

bool bench_hog_parse_status(FILE *status)
{
	const unsigned long long sigkill = 1ULL << (SIGKILL - 1);
	unsigned long long value;
	bool has_memory = false;
	bool killed = false;
	char line[256];

	while (fgets(line, sizeof(line), status)) {
		if (sscanf(line, "VmRSS: %llu", &value) == 1)
			has_memory = true;
		else if (sscanf(line, "SigPnd: %llx", &value) == 1 ||
			 sscanf(line, "ShdPnd: %llx", &value) == 1)
			killed |= value & sigkill;
	}
	return has_memory && !killed;
}

bool bench_hog_lives(pid_t pid)
{
	char path[64];
	FILE *status;
	bool lives;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	status = fopen(path, "re");
	if (!status)
		return false;
	lives = bench_hog_parse_status(status);
	fclose(status);
	return lives;
}

void bench_beside_stop(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

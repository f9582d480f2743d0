// SPDX-License-Identifier: GPL-2.0
/*
 * "kpool bench --pressure": a backend is left with many idle objects; then
 * another process, the hog, takes memory until it has all that was free and
 * nearly all that the backend holds.  How long does the backend keep it, is the
 * hog killed for it, and how fast is the backend while memory is short?
 *
 * What the backend holds is what is neither free, nor the hog's, nor was taken
 * before: so it needs no help of the backend's.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/kpool_bench.h>

#include "bench_memory.h"
#include "bench_plan.h"
#include "bench_pressure.h"
#include "bench_report.h"

#define OBJECT_BYTES	8192
#define OBJECTS		4096		/* 32 MiB */
#define HOG_STEP	(256 * 1024)
/* The part of what is held that the hog leaves to the backend, for overhead. */
#define HOG_LEAVES	8
/* What the kernel keeps free for itself, and needs to look after the hog. */
#define HOG_OVERHEAD	(14 * 1024 * 1024)
#define SAMPLES_MAX	2000
#define SAMPLE_NS	5000000
/* How long the hog waits for memory before it counts as refused, in seconds. */
#define HOG_PATIENCE	30

/**
 * struct sample - the machine at a moment
 * @ms: since the hog began
 * @held: bytes that the backend holds
 * @hog: bytes that the hog has
 */
struct sample {
	double ms;
	long long held;
	long long hog;
};

/**
 * struct pressure - one backend under pressure
 * @backend: which
 * @device: /dev/kpool-bench, open, for this backend alone
 * @before: free bytes before the backend had any
 * @wanted: bytes that the hog wants
 * @taken: bytes that it has, in memory that it shares with us
 * @held_peak: bytes that the backend held when the hog began
 * @given_back_ms: when it held no more than a tenth of all objects, or negative
 * @killed: the hog was killed, or gave up
 * @ops_before: operations a second before the hog came
 * @ops_during: the same while it has what it wanted
 * @nr: samples
 * @samples: they
 */
struct pressure {
	unsigned int backend;
	int device;
	unsigned long long before;
	long long wanted;
	atomic_llong *taken;
	long long held_peak;
	double given_back_ms;
	bool killed;
	double ops_before;
	double ops_during;
	size_t nr;
	struct sample samples[SAMPLES_MAX];
};

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static bool run_burst(struct pressure *pressure, unsigned int burst,
		      double *ops_per_second)
{
	struct kpool_bench_run run = {
		.workload = KPOOL_BENCH_OVERFLOW,
		.backend = pressure->backend,
		.cpus = 1,
		.object_size = OBJECT_BYTES,
		.ops = 8ULL * OBJECTS,
		.burst = burst,
		.flags = KPOOL_BENCH_F_KEEP,
	};

	/* Those of a fixed number have as many as are held at a time. */
	if (pressure->backend == KPOOL_BENCH_OBJPOOL ||
	    pressure->backend == KPOOL_BENCH_PTR_RING)
		run.objects = OBJECTS;
	*ops_per_second = 0;
	if (!ioctl(pressure->device, KPOOL_BENCH_RUN, &run)) {
		*ops_per_second = run.ops_done * 1e9 / run.elapsed_ns;
		return true;
	}
	return errno == ENOMEM;
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

/* Takes memory step by step, says how much, and keeps it until killed. */
static void hog(const struct pressure *pressure)
{
	set_oom_score("1000");
	while (*pressure->taken < pressure->wanted) {
		char *step = mmap(NULL, HOG_STEP, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (step == MAP_FAILED)
			break;
		memset(step, 1, HOG_STEP);
		*pressure->taken += HOG_STEP;
	}
	for (;;)
		pause();
}

static bool sample(struct pressure *pressure, double began)
{
	struct sample *sample = &pressure->samples[pressure->nr];
	unsigned long long free_bytes;

	if (!memory_free(&free_bytes) || pressure->nr == SAMPLES_MAX)
		return false;
	sample->ms = now_ms() - began;
	sample->hog = *pressure->taken;
	sample->held = (long long)(pressure->before - free_bytes) - sample->hog;
	pressure->nr++;
	if (pressure->given_back_ms < 0 &&
	    sample->held <= (long long)OBJECTS * OBJECT_BYTES / 10)
		pressure->given_back_ms = sample->ms;
	return true;
}

static bool hog_is_dead(pid_t child)
{
	return waitpid(child, NULL, WNOHANG) == child;
}

/* Watches the hog until it has all, is dead, or has waited for too long. */
static bool watch(struct pressure *pressure, pid_t child,
		  const atomic_bool *interrupted)
{
	const struct timespec pause = { .tv_nsec = SAMPLE_NS };
	double began = now_ms();

	while (sample(pressure, began) && !*interrupted) {
		if (hog_is_dead(child)) {
			/* What is free now was the hog's. */
			pressure->given_back_ms = -1;
			pressure->killed = true;
			pressure->nr--;
			return true;
		}
		if (*pressure->taken >= pressure->wanted)
			return true;
		if (now_ms() - began > HOG_PATIENCE * 1000)
			break;
		nanosleep(&pause, NULL);
	}
	pressure->killed = true;
	return !*interrupted;
}

static bool press(struct pressure *pressure, const atomic_bool *interrupted)
{
	unsigned long long free_bytes;
	pid_t child;
	bool ok;

	if (!memory_free(&free_bytes))
		return false;
	pressure->held_peak = pressure->before - free_bytes;
	pressure->wanted = (long long)free_bytes - HOG_OVERHEAD +
			   pressure->held_peak -
			   pressure->held_peak / HOG_LEAVES;
	*pressure->taken = 0;
	fflush(NULL);
	child = fork();
	if (child < 0) {
		warn("cannot start a process that takes memory");
		return false;
	}
	if (!child)
		hog(pressure);
	ok = watch(pressure, child, interrupted);
	if (ok && !pressure->killed)
		ok = run_burst(pressure, 100, &pressure->ops_during);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return ok;
}

static bool measure(struct pressure *pressure,
		    const atomic_bool *interrupted)
{
	double unused;
	bool ok;

	if (!memory_free(&pressure->before)) {
		warn("cannot tell how much memory is free");
		return false;
	}
	pressure->device = open(KPOOL_BENCH_DEVICE, O_RDWR | O_CLOEXEC);
	if (pressure->device < 0) {
		warn("cannot open " KPOOL_BENCH_DEVICE);
		return false;
	}
	ok = run_burst(pressure, 100, &pressure->ops_before) &&
	     run_burst(pressure, OBJECTS, &unused) &&
	     press(pressure, interrupted);
	if (!ok && !*interrupted)
		warn("%s: cannot be measured under pressure",
		     bench_backend_names[pressure->backend]);
	close(pressure->device);
	return ok;
}

static void print_row(FILE *table, const struct pressure *pressure)
{
	fprintf(table, "%-15s %12lld ", bench_backend_names[pressure->backend],
		pressure->held_peak / 1024);
	if (pressure->given_back_ms >= 0)
		fprintf(table, "%14.0f", pressure->given_back_ms);
	else
		fprintf(table, "%14s", "never");
	fprintf(table, " %8s %14.0f", pressure->killed ? "yes" : "no",
		pressure->ops_before);
	if (pressure->killed)
		fprintf(table, " %14s\n", "-");
	else
		fprintf(table, " %14.0f\n", pressure->ops_during);
	fflush(table);
}

static struct json_object *json_samples(const struct pressure *pressure)
{
	struct json_object *samples = json_object_new_array();
	size_t i;

	for (i = 0; i < pressure->nr; i++) {
		const struct sample *sample = &pressure->samples[i];
		struct json_object *one = json_object_new_array();

		json_object_array_add(one, json_object_new_double(sample->ms));
		json_object_array_add(one, json_object_new_int64(sample->held));
		json_object_array_add(one, json_object_new_int64(sample->hog));
		json_object_array_add(samples, one);
	}
	return samples;
}

static struct json_object *json_row(const struct pressure *pressure)
{
	struct json_object *row = json_object_new_object();
	struct json_object *given_back = NULL;

	if (pressure->given_back_ms >= 0)
		given_back = json_object_new_double(pressure->given_back_ms);
	json_object_object_add(row, "backend",
			       json_object_new_string(bench_backend_names[pressure->backend]));
	json_object_object_add(row, "held_peak",
			       json_object_new_int64(pressure->held_peak));
	json_object_object_add(row, "given_back_ms", given_back);
	json_object_object_add(row, "killed",
			       json_object_new_boolean(pressure->killed));
	json_object_object_add(row, "ops_before",
			       json_object_new_double(pressure->ops_before));
	json_object_object_add(row, "ops_during",
			       json_object_new_double(pressure->ops_during));
	json_object_object_add(row, "samples", json_samples(pressure));
	return row;
}

static struct json_object *json_head(const struct bench_report_head *head,
				     unsigned long long memory)
{
	struct json_object *report = json_object_new_object();

	json_object_object_add(report, "pressure",
			       json_object_new_boolean(true));
	json_object_object_add(report, "kernel",
			       json_object_new_string(head->kernel));
	json_object_object_add(report, "method",
			       json_object_new_string(bench_report_method(head)));
	json_object_object_add(report, "memory_bytes",
			       json_object_new_int64(memory));
	json_object_object_add(report, "backends", json_object_new_array());
	return report;
}

static void print_head(FILE *table, const struct bench_report_head *head,
		       unsigned long long memory)
{
	fprintf(table,
		"Linux %s, %llu MiB free; %d objects of %d bytes idle, then a process takes all memory\n\n",
		head->kernel, memory >> 20, OBJECTS, OBJECT_BYTES);
	fprintf(table, "%-15s %12s %14s %8s %14s %14s\n", "backend", "KiB held",
		"given back ms", "killed", "ops/s before", "ops/s under it");
}

static bool has_overflow(unsigned int backend)
{
	struct kpool_bench_info info = { 0 };
	int fd = open(KPOOL_BENCH_DEVICE, O_RDWR | O_CLOEXEC);
	bool has;

	if (fd < 0)
		return false;
	has = !ioctl(fd, KPOOL_BENCH_INFO, &info) &&
	      info.backends[KPOOL_BENCH_OVERFLOW] & 1U << backend;
	close(fd);
	/* The loop holds nothing. */
	return has && backend != KPOOL_BENCH_LOOP;
}

static bool press_each(unsigned int backends, struct pressure *pressure,
		       FILE *table, struct json_object *rows,
		       const atomic_bool *interrupted)
{
	atomic_llong *taken = pressure->taken;
	unsigned int backend;

	for (backend = 0; backend < KPOOL_BENCH_BACKENDS; backend++) {
		if (!(backends & 1U << backend) || !has_overflow(backend))
			continue;
		memset(pressure, 0, sizeof(*pressure));
		pressure->backend = backend;
		pressure->taken = taken;
		pressure->given_back_ms = -1;
		if (!measure(pressure, interrupted))
			return false;
		print_row(table, pressure);
		json_object_array_add(rows, json_row(pressure));
	}
	return true;
}

bool bench_pressure(const struct bench_report_head *head,
		    unsigned int backends, FILE *table,
		    struct json_object **report,
		    const atomic_bool *interrupted)
{
	struct pressure *pressure = malloc(sizeof(*pressure));
	unsigned long long memory = 0;
	struct json_object *rows;
	void *shared;
	bool ok;

	shared = mmap(NULL, sizeof(long long), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!pressure || shared == MAP_FAILED) {
		warnx("out of memory");
		free(pressure);
		return false;
	}
	/* Whoever is killed, not the one that measures. */
	set_oom_score("-1000");
	memory_free(&memory);
	*report = json_head(head, memory);
	json_object_object_get_ex(*report, "backends", &rows);
	print_head(table, head, memory);
	pressure->taken = shared;
	ok = press_each(backends, pressure, table, rows, interrupted);
	munmap(shared, sizeof(long long));
	free(pressure);
	return ok;
}

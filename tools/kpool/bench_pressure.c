// SPDX-License-Identifier: GPL-2.0
/*
 * "kpool bench --pressure": a backend is left with many idle objects. Then
 * another process, the hog, takes memory until it has all free memory and
 * nearly all that the backend holds. How long does the backend keep its memory,
 * is the hog killed for lack of it, and how fast is the backend meanwhile for a
 * third process, the worker, with objects of its own?
 *
 * The backend holds all memory that is neither free, nor the hog's, nor was in
 * use before, so it need not report that itself.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <linux/kpool_bench.h>

#include "bench_hog.h"
#include "bench_json.h"
#include "bench_memory.h"
#include "bench_module.h"
#include "bench_pressure.h"
#include "bench_report.h"

#define OBJECTS		4096		/* 32 MiB */
#define BURST		100
/* Of the memory held, the hog leaves an eighth to the backend for overhead. */
#define HOG_LEAVES	8
/*
 * The backend has given back its memory once at most half of it is left. The
 * hog needs more than half, so a backend that keeps it starves the hog.
 */
#define REST		((long long)OBJECTS * BENCH_HOG_OBJECT / 2)
/* Memory that the kernel keeps free for itself, and needs to serve the hog. */
#define HOG_OVERHEAD	(14 * 1024 * 1024)
/* The time that the hog may wait for memory, in milliseconds. */
#define HOG_PATIENCE	30000
#define SAMPLE_MS	20
#define SAMPLES_MAX	(HOG_PATIENCE / SAMPLE_MS + 1)
/* The time that the worker may take for its first run, in milliseconds. */
#define WORKER_PATIENCE	10000

/**
 * struct pressure - one backend under pressure
 * @backend: the backend
 * @device: /dev/kpool-bench, open, which holds the backend's objects
 * @worker: the process that uses the backend meanwhile
 * @nearby: progress of the worker and the hog
 * @before: free bytes if the backend held none
 * @filled: the backend was able to hold all objects
 * @held_peak: bytes that the backend held when the hog started
 * @free_part: bytes that the hog can take without any of @held_peak
 * @given_back_ms: see pressure_given_back()
 * @killed: the kernel killed the hog
 * @ops_before: operations per second before the hog started
 * @ops_during: the same while the hog took memory, or 0 if too few were done
 * @nr: number of samples
 * @samples: the samples
 */
struct pressure {
	unsigned int backend;
	int device;
	pid_t worker;
	struct bench_beside *nearby;
	unsigned long long before;
	bool filled;
	long long held_peak;
	long long free_part;
	double given_back_ms;
	bool killed;
	double ops_before;
	double ops_during;
	size_t nr;
	struct pressure_sample samples[SAMPLES_MAX];
};

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void sleep_ms(unsigned int ms)
{
	const struct timespec pause = { .tv_nsec = ms * 1000000L };

	nanosleep(&pause, NULL);
}

static double per_second(unsigned long long ops, unsigned long long ns)
{
	return ns ? ops * 1e9 / ns : 0;
}

double pressure_given_back(const struct pressure_sample *samples, size_t nr,
			   long long free_part, long long rest)
{
	double since = -1;
	size_t i;

	for (i = 0; i < nr; i++) {
		if (since < 0 && samples[i].hog >= free_part)
			since = samples[i].ms;
		if (samples[i].held <= rest)
			return since < 0 ? 0 : samples[i].ms - since;
	}
	return -1;
}

static bool take_sample(struct pressure *pressure, double began)
{
	struct pressure_sample *sample = &pressure->samples[pressure->nr];
	unsigned long long free_bytes;

	if (!memory_free(&free_bytes))
		return false;
	sample->ms = now_ms() - began;
	sample->hog = pressure->nearby->taken;
	sample->held = (long long)(pressure->before - free_bytes) - sample->hog;
	return true;
}

/*
 * Watches the hog until it has all the memory it wants, was killed, or has
 * waited too long. After the hog is killed, its memory is free too, so a sample
 * counts only if the hog is still alive after it was taken.
 */
static bool watch(struct pressure *pressure, pid_t hog, long long wanted,
		  const atomic_bool *interrupted)
{
	double began = now_ms();

	while (pressure->nr < SAMPLES_MAX && !*interrupted) {
		if (!take_sample(pressure, began)) {
			warn("cannot read how much memory is free");
			return false;
		}
		pressure->killed = !bench_hog_lives(hog);
		if (pressure->killed)
			return true;
		pressure->nr++;
		if (pressure->nearby->taken >= wanted ||
		    now_ms() - began > HOG_PATIENCE)
			return true;
		sleep_ms(SAMPLE_MS);
	}
	return !*interrupted;
}

static bool press(struct pressure *pressure, const atomic_bool *interrupted)
{
	struct bench_beside *nearby = pressure->nearby;
	unsigned long long ops = nearby->ops, ns = nearby->ns;
	unsigned long long free_bytes;
	long long wanted;
	pid_t hog;
	bool ok;

	if (!memory_free(&free_bytes))
		return false;
	pressure->free_part = (long long)free_bytes - HOG_OVERHEAD;
	wanted = pressure->free_part + pressure->held_peak -
		 pressure->held_peak / HOG_LEAVES;
	hog = bench_hog_start(nearby, wanted);
	if (hog < 0)
		return false;
	ok = watch(pressure, hog, wanted, interrupted);
	bench_beside_stop(hog);
	pressure->ops_during = per_second(nearby->ops - ops, nearby->ns - ns);
	pressure->given_back_ms = pressure_given_back(pressure->samples,
						      pressure->nr,
						      pressure->free_part, REST);
	return ok;
}

/* Starts the worker; its memory does not count as held by the backend. */
static bool start_worker(struct pressure *pressure,
			 const atomic_bool *interrupted)
{
	unsigned long long before, after;
	double began = now_ms();

	if (!memory_free(&before))
		return false;
	pressure->worker = bench_worker_start(pressure->nearby,
					      pressure->backend);
	if (pressure->worker < 0)
		return false;
	while (!pressure->nearby->ops && !*interrupted) {
		if (now_ms() - began > WORKER_PATIENCE) {
			warnx("the worker does not complete a run");
			return false;
		}
		sleep_ms(1);
	}
	if (!memory_free(&after))
		return false;
	pressure->before += (long long)(after - before);
	return true;
}

/* Returns the capacity of a backend of fixed size: all objects; else 0. */
static unsigned int objects_of(unsigned int backend)
{
	return backend == KPOOL_BENCH_OBJPOOL || backend == KPOOL_BENCH_PTR_RING ?
		       OBJECTS : 0;
}

/* Leaves the backend with its idle objects; returns false on failure. */
static bool fill(struct pressure *pressure)
{
	unsigned long long ops = 0, ns = 0;
	unsigned int backend = pressure->backend;
	unsigned long long free_bytes;
	int error;

	error = bench_hog_run(pressure->device, backend, BURST, 0, &ops, &ns);
	pressure->ops_before = per_second(ops, ns);
	if (!error)
		error = bench_hog_run(pressure->device, backend, OBJECTS,
				      objects_of(backend), &ops, &ns);
	if (error == ENOMEM)
		return true;
	if (error || !memory_free(&free_bytes)) {
		errno = error ?: errno;
		return false;
	}
	pressure->held_peak = pressure->before - free_bytes;
	pressure->filled = true;
	return true;
}

static bool measure_filled(struct pressure *pressure,
			   const atomic_bool *interrupted)
{
	bool ok;

	if (!fill(pressure)) {
		if (!*interrupted)
			warn("%s", bench_backend_name(pressure->backend));
		return false;
	}
	if (!pressure->filled)
		return true;
	ok = start_worker(pressure, interrupted) &&
	     press(pressure, interrupted);
	bench_beside_stop(pressure->worker);
	return ok;
}

static bool measure(struct pressure *pressure, const atomic_bool *interrupted)
{
	bool ok;

	if (!memory_free(&pressure->before)) {
		warn("cannot read how much memory is free");
		return false;
	}
	pressure->device = open(KPOOL_BENCH_DEVICE, O_RDWR | O_CLOEXEC);
	if (pressure->device < 0) {
		warn("cannot open " KPOOL_BENCH_DEVICE);
		return false;
	}
	ok = measure_filled(pressure, interrupted);
	close(pressure->device);
	return ok;
}

static void print_row(FILE *table, const struct pressure *pressure)
{
	fprintf(table, "%-15s ", bench_backend_name(pressure->backend));
	if (!pressure->filled) {
		fprintf(table, "cannot hold %d objects on this machine\n",
			OBJECTS);
		return;
	}
	fprintf(table, "%12lld ", pressure->held_peak / 1024);
	if (pressure->given_back_ms >= 0)
		fprintf(table, "%14.0f", pressure->given_back_ms);
	else
		fprintf(table, "%14s", "never");
	fprintf(table, " %8s %14.0f", pressure->killed ? "yes" : "no",
		pressure->ops_before);
	if (pressure->ops_during > 0)
		fprintf(table, " %14.0f\n", pressure->ops_during);
	else
		fprintf(table, " %14s\n", "-");
}

static bool json_add_sample(struct json_object *samples,
			    const struct pressure_sample *sample)
{
	struct json_object *one = json_object_new_array();

	return json_append(samples, one) &&
	       json_append(one, json_object_new_double(sample->ms)) &&
	       json_append(one, json_object_new_int64(sample->held)) &&
	       json_append(one, json_object_new_int64(sample->hog));
}

static bool json_add_samples(struct json_object *row,
			     const struct pressure *pressure)
{
	struct json_object *samples = json_object_new_array();
	size_t i;

	if (!json_add(row, "samples", samples))
		return false;
	for (i = 0; i < pressure->nr; i++)
		if (!json_add_sample(samples, &pressure->samples[i]))
			return false;
	return true;
}

/* Adds a number, or null if there is none. */
static bool json_add_if(struct json_object *row, const char *key, bool has,
			double value)
{
	return has ? json_add_double(row, key, value, "%.0f") :
		     json_add_null(row, key);
}

static struct json_object *json_row(const struct pressure *pressure)
{
	struct json_object *row = json_object_new_object();

	if (row &&
	    json_add_string(row, "backend",
			    bench_backend_name(pressure->backend)) &&
	    json_add_if(row, "held_peak", pressure->filled,
			pressure->held_peak) &&
	    json_add_if(row, "given_back_ms", pressure->given_back_ms >= 0,
			pressure->given_back_ms) &&
	    json_add_bool(row, "killed", pressure->killed) &&
	    json_add_if(row, "ops_before", pressure->ops_before > 0,
			pressure->ops_before) &&
	    json_add_if(row, "ops_during", pressure->ops_during > 0,
			pressure->ops_during) &&
	    json_add_samples(row, pressure))
		return row;
	json_object_put(row);
	return NULL;
}

static struct json_object *json_head(const struct bench_report_head *head,
				     unsigned long long memory)
{
	struct json_object *report = json_object_new_object();

	if (report && json_add_bool(report, "pressure", true) &&
	    json_add_string(report, "kernel", head->kernel) &&
	    json_add_string(report, "method", bench_report_method(head)) &&
	    json_add_integer(report, "memory_bytes", memory) &&
	    json_add(report, "backends", json_object_new_array()))
		return report;
	json_object_put(report);
	return NULL;
}

static void print_head(FILE *table, const struct bench_report_head *head,
		       unsigned long long memory)
{
	fprintf(table,
		"Linux %s, %llu MiB free; %d objects of %d bytes idle, then a process takes all memory\n\n",
		head->kernel, memory >> 20, OBJECTS, BENCH_HOG_OBJECT);
	fprintf(table, "%-15s %12s %14s %8s %14s %14s\n", "backend", "KiB held",
		"given back ms", "killed", "ops/s before", "ops/s during");
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
	/* The backend loop holds nothing. */
	return has && backend != KPOOL_BENCH_LOOP;
}

static bool press_each(unsigned int backends, struct pressure *pressure,
		       FILE *table, struct bench_json *json,
		       const atomic_bool *interrupted)
{
	struct bench_beside *nearby = pressure->nearby;
	unsigned int backend;

	for (backend = 0; backend < KPOOL_BENCH_BACKENDS; backend++) {
		if (!(backends & 1U << backend) || !has_overflow(backend))
			continue;
		memset(pressure, 0, sizeof(*pressure));
		memset(nearby, 0, sizeof(*nearby));
		pressure->backend = backend;
		pressure->nearby = nearby;
		pressure->given_back_ms = -1;
		if (!measure(pressure, interrupted))
			return false;
		print_row(table, pressure);
		fflush(table);
		if (!bench_json_add(json, json_row(pressure)))
			return false;
	}
	return true;
}

bool bench_pressure(const struct bench_report_head *head,
		    unsigned int backends, FILE *table,
		    struct bench_json *json, const atomic_bool *interrupted)
{
	struct pressure *pressure = malloc(sizeof(*pressure));
	struct bench_beside *nearby = bench_beside_new();
	unsigned long long memory;
	bool ok;

	if (!pressure || !nearby || !memory_free(&memory)) {
		warn("cannot allocate shared memory");
		free(pressure);
		return false;
	}
	pressure->nearby = nearby;
	bench_oom_spare_me();
	print_head(table, head, memory);
	ok = bench_json_begin(json, json_head(head, memory), "backends") &&
	     press_each(backends, pressure, table, json, interrupted);
	munmap(nearby, sizeof(*nearby));
	free(pressure);
	return ok;
}

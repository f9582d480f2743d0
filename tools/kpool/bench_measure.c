// SPDX-License-Identifier: GPL-2.0
/* Requests for the device, and what goes wrong with them. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench_measure.h"
#include "bench_memory.h"
#include "bench_plan.h"

/* How long the latencies of a row may take, and how many there are at least. */
#define LATENCY_NS	50000000ULL
#define LATENCY_LEAST	100
#define LATENCY_MOST	20000

static void complain_run(const struct kpool_bench_run *run)
{
	const char *why = strerror(errno);

	switch (errno) {
	case EBUSY:
		why = "another benchmark is under way; try again when it is done";
		break;
	case EINTR:
		why = "interrupted";
		break;
	case EINVAL:
		why = "the module refuses this combination of options; see kpool bench --help";
		break;
	case E2BIG:
		why = "too many CPUs, operations or objects for this machine, or too large ones";
		break;
	case ENOMEM:
		why = "the machine has too little free memory; ask for fewer or smaller objects";
		break;
	case ENODEV:
		why = "a CPU went offline";
		break;
	case EIO:
		why = "what was deflated does not inflate to the same page";
		break;
	}
	warnx("%s with %s on %u CPU%s: %s",
	      bench_workload_names[run->workload],
	      bench_backend_names[run->backend], run->cpus,
	      run->cpus == 1 ? "" : "s", why);
}

static bool do_run(int device, struct kpool_bench_run *run)
{
	if (!ioctl(device, KPOOL_BENCH_RUN, run))
		return true;
	complain_run(run);
	return false;
}

/* Writes into @row why there will be no figures for it, if so. */
static bool row_explain(const struct bench_measure *measure,
			struct bench_row *row)
{
	struct kpool_bench_reason reason = {
		.workload = row->run.workload,
		.backend = row->run.backend,
	};

	if (row->run.cpus > measure->cpus) {
		snprintf(row->note, sizeof(row->note), "too few CPUs");
		return true;
	}
	if (ioctl(measure->device, KPOOL_BENCH_REASON, &reason)) {
		warn("the device does not say what it can do");
		return false;
	}
	memcpy(row->note, reason.text, sizeof(row->note));
	return true;
}

static bool row_is_measured(const struct bench_row *row)
{
	return !row->note[0];
}

static bool measure_round(const struct bench_measure *measure,
			  struct bench_row *rows, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		struct kpool_bench_run run = rows[i].run;

		if (!row_is_measured(&rows[i]))
			continue;
		run.ops = (run.ops + measure->rounds - 1) / measure->rounds;
		if (*measure->interrupted || !do_run(measure->device, &run))
			return false;
		bench_row_add_round(&rows[i], &run);
	}
	return true;
}

/* Has this workload operations that can be timed alone, in reasonable time? */
static bool has_latency(unsigned int workload)
{
	return workload != KPOOL_BENCH_CROSS &&
	       workload != KPOOL_BENCH_INTERRUPT &&
	       workload != KPOOL_BENCH_EXPENSIVE_NEW;
}

/* Operations that can't be told apart. */
static unsigned int latency_unit(const struct kpool_bench_run *run)
{
	if (run->burst)
		return run->burst;
	/* A turn of its pattern. */
	return run->workload == KPOOL_BENCH_MIXED ? 64 : 1;
}

/*
 * Time from one operation to the next, in nanoseconds: twice what the slowest
 * backend takes and something for the clock, so that each could keep up, and
 * the same for all of them, so that they can be compared.
 */
static __u64 latency_interval(const struct bench_row *rows, size_t nr)
{
	__u64 slowest = 0;
	size_t i;

	for (i = 0; i < nr; i++) {
		__u64 cost = rows[i].run.cost_ps * latency_unit(&rows[i].run);

		if (rows[i].rounds && cost > slowest)
			slowest = cost;
	}
	return 2 * slowest / 1000 + 1000;
}

static bool measure_latency(const struct bench_measure *measure,
			    struct bench_row *row, __u64 interval)
{
	struct kpool_bench_run run = row->run;
	__u64 times = LATENCY_NS / interval;

	if (interval > KPOOL_BENCH_INTERVAL_MAX)
		return true;
	if (times > LATENCY_MOST)
		times = LATENCY_MOST;
	if (times < LATENCY_LEAST)
		times = LATENCY_LEAST;
	run.flags |= KPOOL_BENCH_F_LATENCY;
	run.batch = 0;
	run.ops = times * latency_unit(&run);
	run.interval_ns = interval;
	run.histogram = (uintptr_t)row->histogram;
	if (*measure->interrupted || !do_run(measure->device, &run))
		return false;
	row->run.latency_p50_ns = run.latency_p50_ns;
	row->run.latency_p99_ns = run.latency_p99_ns;
	row->run.latency_p999_ns = run.latency_p999_ns;
	row->run.latency_max_ns = run.latency_max_ns;
	row->has_latency = true;
	return true;
}

static long long bytes_taken(unsigned long long before)
{
	unsigned long long now = before;

	return memory_free(&now) ? (long long)(before - now) : 0;
}

/* On a file of its own, whose pools go when it is closed. */
static bool measure_kept(struct bench_row *row, int device,
			 unsigned long long before)
{
	struct kpool_bench_run run = row->run;

	run.flags |= KPOOL_BENCH_F_KEEP;
	if (!do_run(device, &run))
		return false;
	row->held = bytes_taken(before);
	if (ioctl(device, KPOOL_BENCH_CLEAR) || ioctl(device, KPOOL_BENCH_CLEAR)) {
		warn("the device does not clear its pools");
		return false;
	}
	row->held_cleared = bytes_taken(before);
	row->has_memory = true;
	return true;
}

static bool measure_memory(const struct bench_measure *measure,
			   struct bench_row *row)
{
	unsigned long long before;
	bool ok;
	int fd;

	if (*measure->interrupted)
		return false;
	if (!memory_free(&before))
		return true;
	fd = open(KPOOL_BENCH_DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		warn("cannot open " KPOOL_BENCH_DEVICE);
		return false;
	}
	ok = measure_kept(row, fd, before);
	close(fd);
	return ok;
}

static bool measure_more(const struct bench_measure *measure,
			 struct bench_row *rows, size_t nr)
{
	__u64 interval = latency_interval(rows, nr);
	size_t i;

	for (i = 0; i < nr; i++) {
		if (!row_is_measured(&rows[i]))
			continue;
		if (measure->latency && has_latency(rows[i].run.workload) &&
		    !measure_latency(measure, &rows[i], interval))
			return false;
		if (measure->memory && !measure_memory(measure, &rows[i]))
			return false;
	}
	return true;
}

bool bench_measure_group(const struct bench_measure *measure,
			 struct bench_row *rows, size_t nr)
{
	unsigned int round;
	size_t i;

	for (i = 0; i < nr; i++)
		if (!row_explain(measure, &rows[i]))
			return false;
	for (round = 0; round < measure->rounds; round++)
		if (!measure_round(measure, rows, nr))
			return false;
	bench_rows_set_net(rows, nr);
	return measure_more(measure, rows, nr);
}

// SPDX-License-Identifier: GPL-2.0
/* Sends requests to the device, and handles their errors. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench_measure.h"
#include "bench_memory.h"
#include "bench_module.h"

/* The outcome of a run. */
enum outcome {
	RUN_DONE,
	RUN_REFUSED,	/* impossible on this machine, but others may work */
	RUN_FAILED,
};

static const char *explain(int error)
{
	switch (error) {
	case EBUSY:
		return "another benchmark is under way; try again when it is done";
	case EINTR:
		return "interrupted";
	case EINVAL:
		return "with these options there are too few objects, or too small ones";
	case E2BIG:
		return "too many CPUs, operations or objects for this machine, or too large ones";
	case ENOMEM:
		return "the machine has too little free memory; ask for fewer or smaller objects";
	case ENODEV:
		return "a CPU went offline";
	case EIO:
		return "the deflated data does not inflate to the original page";
	default:
		return strerror(error);
	}
}

static enum outcome do_run(int device, struct kpool_bench_run *run)
{
	int error;

	if (!ioctl(device, KPOOL_BENCH_RUN, run))
		return RUN_DONE;
	error = errno;
	if (error == EINVAL || error == E2BIG || error == ENOMEM)
		return RUN_REFUSED;
	warnx("%s with %s on %u CPU%s: %s",
	      bench_workload_name(run->workload),
	      bench_backend_name(run->backend), run->cpus,
	      run->cpus == 1 ? "" : "s", explain(error));
	return RUN_FAILED;
}

/* If @row cannot be measured, writes the reason into it. */
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
		warn("cannot query what the device supports");
		return false;
	}
	memcpy(row->note, reason.text, sizeof(row->note));
	return true;
}

static bool row_is_measured(const struct bench_row *row)
{
	return !row->note[0];
}

static struct kpool_bench_run
request_of_round(const struct bench_measure *measure,
		 const struct bench_row *row)
{
	struct kpool_bench_run run = row->run;

	run.ops = (run.ops + measure->rounds - 1) / measure->rounds;
	return run;
}

static bool measure_once(const struct bench_measure *measure,
			 struct bench_row *row)
{
	struct kpool_bench_run run = request_of_round(measure, row);

	switch (do_run(measure->device, &run)) {
	case RUN_DONE:
		bench_row_add_round(row, &run);
		return true;
	case RUN_REFUSED:
		snprintf(row->note, sizeof(row->note), "%s", explain(errno));
		return true;
	default:
		return false;
	}
}

static bool measure_round(const struct bench_measure *measure,
			  struct bench_row *rows, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		if (!row_is_measured(&rows[i]))
			continue;
		if (*measure->interrupted || !measure_once(measure, &rows[i]))
			return false;
	}
	return true;
}

/* Can operations of this workload be timed one by one, in reasonable time? */
static bool has_latency(unsigned int workload)
{
	return bench_module.workloads[workload].flags & KPOOL_BENCH_W_LATENCY;
}

static bool measure_latency(const struct bench_measure *measure,
			    struct bench_row *row, __u64 interval)
{
	struct kpool_bench_run run;
	enum outcome outcome;

	if (interval > KPOOL_BENCH_INTERVAL_MAX)
		return true;
	if (*measure->interrupted)
		return false;
	bench_row_ask_latency(row, interval, &run);
	outcome = do_run(measure->device, &run);
	if (outcome != RUN_DONE)
		return outcome == RUN_REFUSED;
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

/*
 * Uses an open file of its own, whose pools are destroyed when it is closed,
 * and as many operations as one round.
 */
static bool measure_kept(const struct bench_measure *measure,
			 struct bench_row *row, int device,
			 unsigned long long before)
{
	struct kpool_bench_run run = request_of_round(measure, row);
	enum outcome outcome;

	run.flags |= KPOOL_BENCH_F_KEEP;
	outcome = do_run(device, &run);
	if (outcome != RUN_DONE)
		return outcome == RUN_REFUSED;
	row->held = bytes_taken(before);
	if (ioctl(device, KPOOL_BENCH_CLEAR) || ioctl(device, KPOOL_BENCH_CLEAR)) {
		warn("the device cannot clear its pools");
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
	ok = measure_kept(measure, row, fd, before);
	close(fd);
	return ok;
}

static bool measure_more(const struct bench_measure *measure,
			 struct bench_row *rows, size_t nr)
{
	__u64 interval = bench_rows_interval(rows, nr);
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

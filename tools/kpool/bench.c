// SPDX-License-Identifier: GPL-2.0
/*
 * "kpool bench": reads the command line, has the device do the runs, and hands
 * the results to the report.  What can be tested without the device is in
 * bench_plan.c and bench_report.c.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/kpool_bench.h>

#include "bench_plan.h"
#include "bench_report.h"
#include "command.h"

/**
 * struct bench - all that the command knows
 * @options: what is to be done
 * @head: where the figures come from
 * @json: where to write JSON: NULL, "-" or a file
 * @then: a shell command to run before the pools go away, or NULL
 * @device: the open device
 * @info: what it can do
 */
struct bench {
	struct bench_options options;
	struct bench_report_head head;
	const char *json;
	const char *then;
	int device;
	struct kpool_bench_info info;
};

enum {
	OPTION_JSON = 0x100,
	OPTION_FLAVOUR,
	OPTION_ACCEL,
	OPTION_ICOUNT,
	OPTION_THEN,
};

static const struct argp_option bench_argp_options[] = {
	{ NULL, 0, NULL, 0, "What is measured:", 1 },
	{ "workload", 'w', "LIST", 0,
	  "workloads, with commas between them (default: all)", 1 },
	{ "backend", 'b', "LIST", 0,
	  "backends, with commas between them (default: all)", 1 },
	{ "cpus", 'c', "N[,N...]", 0,
	  "CPUs that parallel uses, a row for each number (default: all that are online)", 1 },
	{ "size", 's', "BYTES", 0,
	  "size of an object (default: 256; compress has its own)", 1 },
	{ "ops", 'n', "N", 0,
	  "operations on each CPU (default: enough for a steady figure)", 1 },
	{ "pools", 'p', "N", 0,
	  "pools that pair and parallel use in turn (default: 1)", 1 },
	{ "burst", 'B', "N", 0,
	  "objects that overflow gets in a row (default: 100)", 1 },
	{ NULL, 0, NULL, 0, "What comes out:", 2 },
	{ "json", OPTION_JSON, "FILE", 0,
	  "write JSON to FILE; -: to standard output, and the table to standard error", 2 },
	{ "then", OPTION_THEN, "COMMAND", 0,
	  "run a shell command before kpool's pools of this benchmark go away", 2 },
	{ NULL, 0, NULL, 0,
	  "What the report says about the machine (default: from the environment, KPOOL_FLAVOUR, KPOOL_ACCEL and KPOOL_ICOUNT):", 3 },
	{ "flavour", OPTION_FLAVOUR, "NAME", 0, "flavour of the kernel", 3 },
	{ "accel", OPTION_ACCEL, "NAME", 0, "what runs the machine", 3 },
	{ "icount", OPTION_ICOUNT, NULL, 0,
	  "an emulator makes one nanosecond from each instruction of any CPU; costs are instructions", 3 },
	{ 0 },
};

static const char bench_doc[] =
	"Compare kpool with the other ways to get an object.\v"
	"Workloads:\n"
	"  pair        get and put on one CPU\n"
	"  parallel    the same on several CPUs at once\n"
	"  compress    deflate a page with a zlib workspace of about 268 KiB\n"
	"  overflow    get a burst of objects, then put them all\n"
	"  cross       get on one CPU, put on another\n"
	"\n"
	"Backends:\n"
	"  loop        nothing: what the measuring loop costs itself; it is included in every cost\n"
	"  kpool       kpool_get() and kpool_put()\n"
	"  kmem_cache  a slab cache\n"
	"  kmalloc     kmalloc() and kfree(); for compress the same as none, so left out\n"
	"  mempool     a mempool over a slab cache\n"
	"  objpool     an objpool, Linux 6.7 and later\n"
	"  none        build each object for one use and tear it down\n"
	"  fixed       objects built in advance, used once, replaced by a worker\n"
	"\n"
	"The cost is the time of one get and its put on their CPU, the median of many batches. "
	"With --icount time passes for all CPUs when one of them works; on several CPUs the cost is "
	"then the time of the whole run by the operations of all CPUs.\n"
	"\n"
	"An allocation is a request to the kernel's own allocators, whoever makes it: each get from "
	"kmem_cache or kmalloc is one, a get from a pool only if the pool had to ask.";

static unsigned int parse_names(struct argp_state *state, const char *what,
				const char *list, const char *const *names,
				size_t nr)
{
	unsigned int mask = 0;
	char *wrong = bench_parse_names(list, names, nr, &mask);

	if (wrong)
		argp_error(state, "there is no %s '%s'; see --help", what,
			   wrong);
	free(wrong);
	return mask;
}

static unsigned long long parse_number(struct argp_state *state,
				       const char *what, const char *text,
				       unsigned long long min,
				       unsigned long long max)
{
	unsigned long long number = 0;

	if (!bench_parse_number(text, min, max, &number))
		argp_error(state, "--%s must be a number from %llu to %llu, not '%s'",
			   what, min, max, text);
	return number;
}

static error_t bench_parse(int key, char *arg, struct argp_state *state)
{
	struct bench *bench = state->input;
	struct bench_options *options = &bench->options;

	switch (key) {
	case 'w':
		options->workloads = parse_names(state, "workload", arg,
						 bench_workload_names,
						 KPOOL_BENCH_WORKLOADS);
		return 0;
	case 'b':
		options->backends = parse_names(state, "backend", arg,
						bench_backend_names,
						KPOOL_BENCH_BACKENDS);
		return 0;
	case 'c':
		if (!bench_parse_cpus(arg, options))
			argp_error(state, "--cpus must be up to %d numbers from 1 to %d with commas between them, not '%s'",
				   PLAN_CPUS_MAX, KPOOL_BENCH_CPUS_MAX, arg);
		return 0;
	case 's':
		options->size = parse_number(state, "size", arg,
					     KPOOL_BENCH_SIZE_MIN,
					     KPOOL_BENCH_SIZE_MAX);
		return 0;
	case 'n':
		options->ops = parse_number(state, "ops", arg, 1,
					    KPOOL_BENCH_OPS_MAX);
		return 0;
	case 'p':
		options->pools = parse_number(state, "pools", arg, 1,
					      KPOOL_BENCH_POOLS_MAX);
		return 0;
	case 'B':
		options->burst = parse_number(state, "burst", arg, 1,
					      KPOOL_BENCH_BURST_MAX);
		return 0;
	case OPTION_JSON:
		bench->json = arg;
		return 0;
	case OPTION_THEN:
		bench->then = arg;
		options->keep = true;
		return 0;
	case OPTION_FLAVOUR:
		bench->head.flavour = arg;
		return 0;
	case OPTION_ACCEL:
		bench->head.accel = arg;
		return 0;
	case OPTION_ICOUNT:
		options->icount = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "what is '%s'? Only options are expected",
			   arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static __attribute__((format(printf, 1, 2))) void complain(const char *format,
							   ...)
{
	va_list args;

	fflush(stdout);
	fputs("kpool bench: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static const char *from_environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : "unknown";
}

static bool environment_is_yes(const char *name)
{
	const char *value = getenv(name);

	return value && (!strcmp(value, "1") || !strcmp(value, "yes"));
}

static void bench_init(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	bench_options_init(&bench->options);
	bench->options.icount = environment_is_yes("KPOOL_ICOUNT");
	bench->head.flavour = from_environment("KPOOL_FLAVOUR");
	bench->head.accel = from_environment("KPOOL_ACCEL");
}

static bool bench_open(struct bench *bench)
{
	bench->device = open(KPOOL_BENCH_DEVICE, O_RDWR | O_CLOEXEC);
	if (bench->device < 0) {
		if (errno == ENOENT || errno == ENXIO || errno == ENODEV)
			complain("%s is missing: load kpool.ko and kpool_bench.ko first (insmod, as root)",
				 KPOOL_BENCH_DEVICE);
		else if (errno == EACCES || errno == EPERM)
			complain("%s is for root only: run this command as root",
				 KPOOL_BENCH_DEVICE);
		else
			complain("cannot open %s: %m", KPOOL_BENCH_DEVICE);
		return false;
	}
	if (ioctl(bench->device, KPOOL_BENCH_INFO, &bench->info)) {
		complain("%s does not answer (%m): is kpool_bench.ko from the same source as this command?",
			 KPOOL_BENCH_DEVICE);
		return false;
	}
	if (bench->info.version < KPOOL_BENCH_VERSION) {
		complain("kpool_bench.ko is older than this command (interface %u, needed: %d): build both from the same source",
			 bench->info.version, KPOOL_BENCH_VERSION);
		return false;
	}
	return true;
}

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
		why = "too many CPUs, operations or objects, or too large ones, for this machine; ask for less";
		break;
	case ENOMEM:
		why = "the machine has too little free memory; ask for fewer or smaller objects";
		break;
	case ENODEV:
		why = "a CPU went offline";
		break;
	case EIO:
		why = "what was deflated does not inflate to the same page: zlib or the pool is broken";
		break;
	}
	complain("%s with %s on %u CPU%s: %s",
		 bench_workload_names[run->workload],
		 bench_backend_names[run->backend], run->cpus,
		 run->cpus == 1 ? "" : "s", why);
}

/* Why there will be no figures for a row, or NULL. */
static const char *bench_unavailable(const struct bench *bench,
				     const struct kpool_bench_run *run)
{
	bool compress = run->workload == KPOOL_BENCH_COMPRESS;

	if (bench->info.cpus < run->cpus)
		return "not run: too few CPUs";
	if (bench->info.backends[run->workload] & (1U << run->backend))
		return NULL;
	if (compress && run->backend == KPOOL_BENCH_KMALLOC)
		return "left out: the same as none";
	return "not available in this kernel";
}

/* Rows that have no figures are not in the JSON. */
static bool bench_rows(struct bench *bench, const struct bench_plan *plan,
		       FILE *table, struct json_object *report)
{
	size_t rows = 0;
	size_t i;

	for (i = 0; i < plan->nr; i++) {
		struct kpool_bench_run run = plan->runs[i];
		const char *note = bench_unavailable(bench, &run);

		if (note) {
			bench_report_table_note(table, &run, note);
			continue;
		}
		if (ioctl(bench->device, KPOOL_BENCH_RUN, &run)) {
			complain_run(&run);
			return false;
		}
		bench_report_table_row(table, &bench->head, &run);
		fflush(table);
		if (report &&
		    !bench_report_json_row(report, &bench->head, &run)) {
			complain("out of memory");
			return false;
		}
		rows++;
	}
	if (!rows)
		complain("nothing of this can be measured on this machine");
	return rows;
}

static bool bench_write(const struct bench *bench, struct json_object *report)
{
	bool to_stdout = !strcmp(bench->json, "-");
	FILE *stream = to_stdout ? stdout : fopen(bench->json, "w");
	bool written;

	if (!stream) {
		complain("cannot write %s: %m", bench->json);
		return false;
	}
	written = bench_report_json_write(report, stream);
	if (!to_stdout && fclose(stream))
		written = false;
	if (!written)
		complain("cannot write %s: %m", bench->json);
	return written;
}

static bool bench_then(const struct bench *bench)
{
	int status;

	fflush(NULL);
	status = system(bench->then);
	if (!status)
		return true;
	complain("the command given with --then failed: %s", bench->then);
	return false;
}

static bool bench_report(struct bench *bench)
{
	FILE *table = stdout;
	struct json_object *report = NULL;
	struct bench_plan plan;
	bool ok;

	if (bench->json) {
		if (!strcmp(bench->json, "-"))
			table = stderr;
		report = bench_report_json(&bench->head);
		if (!report) {
			complain("out of memory");
			return false;
		}
	}
	bench_plan_make(&bench->options, bench->info.cpus, &plan);
	bench_report_table_head(table, &bench->head);
	ok = bench_rows(bench, &plan, table, report);
	if (ok && report)
		ok = bench_write(bench, report);
	json_object_put(report);
	return ok;
}

int bench_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = bench_argp_options,
		.parser = bench_parse,
		.doc = bench_doc,
	};
	struct utsname machine;
	struct bench bench;
	bool ok;

	bench_init(&bench);
	argp_parse(&argp, argc, argv, 0, NULL, &bench);
	if (uname(&machine) || !bench_open(&bench))
		return EXIT_FAILURE;
	bench.head.kernel = machine.release;
	bench.head.arch = machine.machine;
	bench.head.icount = bench.options.icount;
	bench.head.cpus = bench.info.cpus;
	ok = bench_report(&bench);
	if (ok && bench.then)
		ok = bench_then(&bench);
	close(bench.device);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

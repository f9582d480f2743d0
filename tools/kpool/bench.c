// SPDX-License-Identifier: GPL-2.0
/*
 * "kpool bench": reads the command line, has the device do the runs, and hands
 * the results to the report.  What can be tested without the device is in
 * bench_plan.c and bench_report.c.
 */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
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
 * @states: print the comparison of pools for states, and no row for each run
 * @device: the open device
 * @info: what it can do
 */
struct bench {
	struct bench_options options;
	struct bench_report_head head;
	const char *json;
	const char *then;
	bool states;
	int device;
	struct kpool_bench_info info;
};

enum {
	OPTION_JSON = 0x100,
	OPTION_FLAVOUR,
	OPTION_ACCEL,
	OPTION_ICOUNT,
	OPTION_THEN,
	OPTION_STATES,
};

static const struct argp_option bench_argp_options[] = {
	{ NULL, 0, NULL, 0, "What is measured:", 1 },
	{ "workload", 'w', "LIST", 0,
	  "workloads, with commas between them (default: all)",
	  1 },
	{ "backend", 'b', "LIST", 0,
	  "backends, with commas between them (default: all)",
	  1 },
	{ "cpus", 'c', "N[,N...]", 0,
	  "CPUs that parallel and state use, a row for each number (default: all that are online)",
	  1 },
	{ "size", 's', "BYTES", 0,
	  "size of an object (default: 256; compress, state and state-use have their own)",
	  1 },
	{ "ops", 'n', "N", 0,
	  "operations on each CPU (default: enough for a steady figure)",
	  1 },
	{ "pools", 'p', "N", 0,
	  "pools that pair and parallel use in turn (default: 1)",
	  1 },
	{ "burst", 'B', "N", 0,
	  "objects that overflow gets in a row (default: 100)",
	  1 },
	{ "states", OPTION_STATES, NULL, 0,
	  "compare pools for states: --workload state,state-use --backend kpool,fixed,none, and a table that says how many times kpool's each takes",
	  1 },
	{ NULL, 0, NULL, 0, "What comes out:", 2 },
	{ "json", OPTION_JSON, "FILE", 0,
	  "write JSON to FILE; -: to standard output, and the table to standard error",
	  2 },
	{ "then", OPTION_THEN, "COMMAND", 0,
	  "run a shell command before kpool's pools of this benchmark go away",
	  2 },
	{ NULL, 0, NULL, 0,
	  "What the report says about the machine (default: from the environment, KPOOL_FLAVOUR, KPOOL_ACCEL and KPOOL_ICOUNT):",
	  3 },
	{ "flavour", OPTION_FLAVOUR, "NAME", 0, "flavour of the kernel", 3 },
	{ "accel", OPTION_ACCEL, "NAME", 0, "what runs the machine", 3 },
	{ "icount", OPTION_ICOUNT, NULL, 0,
	  "an emulator makes one nanosecond from each instruction of any CPU; costs are instructions",
	  3 },
	{ 0 },
};

static const char bench_doc[] =
	"Compare kpool with the other ways to get an object.\n"
	"\vWorkloads:\n"
	"  pair        get and put on one CPU\n"
	"  parallel    the same on several CPUs at once\n"
	"  compress    deflate a page with a zlib workspace of about 268 KiB\n"
	"  overflow    get a burst of objects, then put them all\n"
	"  cross       get on one CPU, put on another\n"
	"  state       get and put an interpreter's state of 830 allocations\n"
	"  state-use   the same, and run a small script on it in between\n"
	"\n"
	"and one for each kind of pool:\n"
	"  buf         a growable buffer, to which --size bytes are appended in pieces\n"
	"  sized       buffers of changing sizes up to --size\n"
	"  ring        a buffer out of a fixed number of them\n"
	"  fifo        a fifo of pointers, used for four of them\n"
	"  compound    an object with two children\n"
	"  work        run a function on a workqueue and wait for it\n"
	"  dma         a coherent buffer with its DMA address\n"
	"  static      an object from a pool that is defined statically\n"
	"\n"
	"Backends:\n"
	"  loop        nothing: the measuring loop, which is part of every cost\n"
	"  kpool       kpool_get() and kpool_put()\n"
	"  kmem_cache  a slab cache\n"
	"  kmalloc     kmalloc() and kfree()\n"
	"  mempool     a mempool over a slab cache\n"
	"  objpool     an objpool, Linux 6.7 and later\n"
	"  none        build each object for one use and tear it down\n"
	"  fixed       objects built in advance, used once, replaced by a worker; who\n"
	"              finds none builds one, or for states waits for the worker\n"
	"  kernel      for one of the kinds: what a driver does without it\n"
	"\n"
	"States are compared with kpool, none and fixed only, the kinds after them with\n"
	"kpool and kernel.\n"
	"\n"
	"The cost is the time of one get and its put on their CPU, the median of many\n"
	"batches. With --icount time passes for all CPUs when one of them works; on\n"
	"several CPUs the cost is then the time of the whole run by the operations of\n"
	"all CPUs.\n"
	"\n"
	"An allocation is a request to the kernel's own allocators, whoever makes it:\n"
	"each get from kmem_cache or kmalloc is one, a get from a pool only if the pool\n"
	"had to ask.\n";

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
		argp_error(state,
			   "--%s must be a number from %llu to %llu, not '%s'",
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
			argp_error(state,
				   "--cpus must be up to %d numbers from 1 to %d with commas between them, not '%s'",
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
	case OPTION_STATES:
		bench->states = true;
		bench_options_states(options);
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

static void complain_open(void)
{
	switch (errno) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		warnx(KPOOL_BENCH_DEVICE
		      " is missing: load kpool.ko, then kpool_bench.ko, with insmod as root");
		break;
	case EACCES:
	case EPERM:
		warnx(KPOOL_BENCH_DEVICE
		      " is for root only: run this command as root");
		break;
	default:
		warn("cannot open " KPOOL_BENCH_DEVICE);
	}
}

static bool bench_open(struct bench *bench)
{
	bench->device = open(KPOOL_BENCH_DEVICE, O_RDWR | O_CLOEXEC);
	if (bench->device < 0) {
		complain_open();
		return false;
	}
	if (!ioctl(bench->device, KPOOL_BENCH_INFO, &bench->info) &&
	    bench->info.version >= KPOOL_BENCH_VERSION)
		return true;
	warnx(KPOOL_BENCH_DEVICE
	      " does not understand this command: build both from the same source");
	return false;
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

/* Why there will be no figures for a row, or NULL. */
static const char *bench_unavailable(const struct bench *bench,
				     const struct kpool_bench_run *run)
{
	if (bench->info.cpus < run->cpus)
		return "not run: too few CPUs";
	if (bench->info.backends[run->workload] & (1U << run->backend))
		return NULL;
	return "not available in this kernel";
}

/* Does a run of the plan; @note is why there are no figures, or NULL. */
static bool bench_row(struct bench *bench, struct kpool_bench_run *run,
		      const char *note, FILE *table, struct json_object *report)
{
	if (note) {
		if (!bench->states)
			bench_report_table_note(table, run, note);
		return true;
	}
	if (ioctl(bench->device, KPOOL_BENCH_RUN, run)) {
		complain_run(run);
		return false;
	}
	if (!bench->states)
		bench_report_table_row(table, &bench->head, run);
	fflush(table);
	if (!report || bench_report_json_row(report, &bench->head, run))
		return true;
	warnx("out of memory");
	return false;
}

/*
 * Rows that have no figures are not in the JSON.  Those that have become
 * @plan->runs.
 */
static bool bench_rows(struct bench *bench, struct bench_plan *plan,
		       FILE *table, struct json_object *report)
{
	size_t rows = 0;
	size_t i;

	for (i = 0; i < plan->nr; i++) {
		struct kpool_bench_run run = plan->runs[i];
		const char *note = bench_unavailable(bench, &run);

		if (!bench_row(bench, &run, note, table, report))
			return false;
		if (!note)
			plan->runs[rows++] = run;
	}
	plan->nr = rows;
	if (!rows)
		warnx("nothing of this can be measured on this machine");
	return rows;
}

static bool json_to_stdout(const struct bench *bench)
{
	return bench->json && !strcmp(bench->json, "-");
}

/* Before anything is measured, so that nothing is measured in vain. */
static FILE *json_open(const struct bench *bench)
{
	FILE *stream = json_to_stdout(bench) ? stdout :
					       fopen(bench->json, "w");

	if (!stream)
		warn("cannot write %s", bench->json);
	return stream;
}

static bool json_close(const struct bench *bench, FILE *stream,
		       struct json_object *report)
{
	bool written = bench_report_json_write(report, stream);

	if (stream != stdout && fclose(stream))
		written = false;
	if (!written)
		warn("cannot write %s", bench->json);
	return written;
}

static bool bench_then(const struct bench *bench)
{
	int status;

	fflush(NULL);
	status = system(bench->then);
	if (!status)
		return true;
	warnx("the command given with --then failed: %s", bench->then);
	return false;
}

static bool bench_table(struct bench *bench, struct json_object *report)
{
	FILE *table = json_to_stdout(bench) ? stderr : stdout;
	struct bench_plan plan;

	bench_plan_make(&bench->options, bench->info.cpus, &plan);
	if (!bench->states)
		bench_report_table_head(table, &bench->head);
	if (!bench_rows(bench, &plan, table, report))
		return false;
	if (bench->states)
		bench_report_states(table, &bench->head, plan.runs, plan.nr);
	return true;
}

static bool bench_json(struct bench *bench)
{
	struct json_object *report;
	FILE *stream;
	bool ok;

	stream = json_open(bench);
	if (!stream)
		return false;
	report = bench_report_json(&bench->head);
	if (!report) {
		warnx("out of memory");
		return false;
	}
	ok = bench_table(bench, report) && json_close(bench, stream, report);
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
	ok = bench.json ? bench_json(&bench) : bench_table(&bench, NULL);
	if (ok && bench.then)
		ok = bench_then(&bench);
	close(bench.device);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * "kpool bench": reads the command line, has the device do the runs, and passes
 * the results to the report. The parts that can be tested without the device
 * are in bench_plan.c and bench_report.c.
 */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <sysexits.h>
#include <unistd.h>

#include <linux/kpool_bench.h>

#include "bench_json.h"
#include "bench_measure.h"
#include "bench_module.h"
#include "bench_plan.h"
#include "bench_pressure.h"
#include "bench_report.h"
#include "bench_stability.h"
#include "command.h"

/* Six rounds: 97 % of medians are between the lowest and the highest cost. */
#define DEFAULT_ROUNDS		6

/* The exit status that a shell reports for a process killed by SIGINT. */
#define EXIT_INTERRUPTED	130

/**
 * struct bench - the state of the command
 * @options: options that describe the runs
 * @workloads: names of workloads, or NULL for all
 * @backends: names of backends, or NULL for all
 * @head: where the figures come from
 * @json: where to write JSON: NULL, "-" or a file
 * @lines: where to write lines of JSON, or NULL
 * @report: the report that is written there
 * @then: a shell command to run before the pools are destroyed, or NULL
 * @pressure: measure under memory pressure, and do nothing else
 * @stability: number of operations over which memory is observed, or 0
 * @quick: measure no latencies and no memory
 * @states: print the comparison of pools for states, not a row per run
 * @device: the open device
 * @info: information that it returned about itself
 */
struct bench {
	struct bench_options options;
	const char *workloads;
	const char *backends;
	struct bench_report_head head;
	const char *json;
	const char *lines;
	struct bench_json report;
	const char *then;
	bool pressure;
	unsigned long long stability;
	bool quick;
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
	OPTION_ROUNDS,
	OPTION_QUICK,
	OPTION_LINES,
	OPTION_PRESSURE,
	OPTION_STABILITY,
};

static const struct argp_option bench_argp_options[] = {
	{ NULL, 0, NULL, 0, "Measurement:", 1 },
	{ "workload", 'w', "LIST", 0,
	  "comma-separated workloads (default: all)",
	  1 },
	{ "backend", 'b', "LIST", 0,
	  "comma-separated backends (default: all)",
	  1 },
	{ "cpus", 'c', "N[,N...]", 0,
	  "numbers of CPUs for the workloads that can use several, with rows for each number (default: the lowest possible, and all online CPUs)",
	  1 },
	{ "size", 's', "BYTES", 0,
	  "size of an object (default: 256; compress, page, state and state-use use sizes of their own; mixed uses eight, from a quarter of this to 32 times this)",
	  1 },
	{ "ops", 'n', "N", 0,
	  "operations on each CPU (default: enough for stable results)",
	  1 },
	{ "pools", 'p', "N", 0,
	  "number of pools that pair and parallel use in turn (default: 1)",
	  1 },
	{ "burst", 'B', "N", 0,
	  "number of objects that overflow, burst, starvation and expensive-new hold (default: 100; burst up to 1000)",
	  1 },
	{ "rounds", OPTION_ROUNDS, "N", 0,
	  "measure each row N times, alternating with the other rows of its workload (default: 6; with --quick: 1)",
	  1 },
	{ "quick", OPTION_QUICK, NULL, 0,
	  "measure neither latencies nor memory", 1 },
	{ "states", OPTION_STATES, NULL, 0,
	  "compare pools for states: --workload state,state-use --backend kpool,single-use,none, and a table with each cost as a multiple of kpool's",
	  1 },
	{ "pressure", OPTION_PRESSURE, NULL, 0,
	  "instead of all this, measure how long backends keep idle objects when another process takes all memory; for test machines only",
	  1 },
	{ "stability", OPTION_STABILITY, "N", 0,
	  "instead of all this, do N operations with all kinds of pools and report the memory they use meanwhile",
	  1 },
	{ NULL, 0, NULL, 0, "Output:", 2 },
	{ "json", OPTION_JSON, "FILE", 0,
	  "write JSON to FILE; if it is -, to standard output, and the table to standard error",
	  2 },
	{ "lines", OPTION_LINES, "FILE", 0,
	  "write lines of JSON to FILE: first the head, then each row or sample as soon as it is measured",
	  2 },
	{ "then", OPTION_THEN, "COMMAND", 0,
	  "run a shell command before kpool's pools of this benchmark are destroyed",
	  2 },
	{ NULL, 0, NULL, 0,
	  "Description of the machine in the report (default: the environment variables KPOOL_FLAVOUR, KPOOL_ACCEL and KPOOL_ICOUNT):",
	  3 },
	{ "flavour", OPTION_FLAVOUR, "NAME", 0, "flavour of the kernel", 3 },
	{ "accel", OPTION_ACCEL, "NAME", 0, "the accelerator that runs the machine", 3 },
	{ "icount", OPTION_ICOUNT, NULL, 0,
	  "the emulator advances time by one nanosecond for each instruction of any CPU; costs are instructions",
	  3 },
	{ 0 },
};

static const char bench_doc[] =
	"Compare kpool with other ways to get an object.\n"
	"\vThe cost is the time of one get and its put on their CPU, the median of many\n"
	"batches. With --icount time passes for all CPUs when one of them works; on\n"
	"several CPUs the cost is then the time of the whole run divided by the number\n"
	"of operations on all CPUs.\n"
	"\n"
	"An allocation is a call to the kernel's own allocators, from any code: each\n"
	"get from kmem_cache or kmalloc is one, but a get from a pool is one only if\n"
	"the pool has to allocate.\n";

/* Returns false after a message if @list contains a name that does not exist. */
static bool choose(const char *what, const char *list,
		   const char *(*name_of)(unsigned int), unsigned int nr,
		   unsigned int *mask)
{
	char *wrong = list ? bench_parse_names(list, name_of, nr, mask) : NULL;

	if (wrong)
		warnx("there is no %s '%s'; see kpool bench --help", what,
		      wrong);
	free(wrong);
	return !wrong;
}

static bool bench_choose(struct bench *bench)
{
	return choose("workload", bench->workloads, bench_workload_name,
		      bench_module.nr_workloads, &bench->options.workloads) &&
	       choose("backend", bench->backends, bench_backend_name,
		      bench_module.nr_backends, &bench->options.backends);
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
		bench->workloads = arg;
		return 0;
	case 'b':
		bench->backends = arg;
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
	case OPTION_LINES:
		bench->lines = arg;
		return 0;
	case OPTION_ROUNDS:
		bench->head.rounds = parse_number(state, "rounds", arg, 1,
						  BENCH_ROUNDS_MAX);
		return 0;
	case OPTION_QUICK:
		bench->quick = true;
		return 0;
	case OPTION_PRESSURE:
		bench->pressure = true;
		return 0;
	case OPTION_STABILITY:
		bench->stability = parse_number(state, "stability", arg, 1000,
						1000000000000ULL);
		return 0;
	case OPTION_THEN:
		bench->then = arg;
		options->keep = true;
		return 0;
	case OPTION_STATES:
		bench->states = true;
		bench->workloads = "state,state-use";
		bench->backends = "kpool,single-use,none";
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
	bench->head.commit = from_environment("KPOOL_COMMIT");
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
	    bench->info.version >= KPOOL_BENCH_VERSION &&
	    bench_module_ask(bench->device))
		return true;
	warnx(KPOOL_BENCH_DEVICE
	      " does not understand this command: build both from the same source");
	return false;
}

static atomic_bool bench_interrupted;

/* The signal itself also ends the run that is in progress. */
static void interrupt(int signal)
{
	(void)signal;
	bench_interrupted = true;
}

/*
 * The first signal ends the benchmark; a second one kills the process as usual.
 */
static void catch_interrupts(void)
{
	const struct sigaction action = {
		.sa_handler = interrupt,
		.sa_flags = SA_RESETHAND,
	};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* Records a row that is done. */
static bool bench_row_done(struct bench *bench, const struct bench_row *row,
			   FILE *table)
{
	if (!bench->states)
		bench_report_table_row(table, &bench->head, row);
	fflush(table);
	return bench_json_add(&bench->report,
			      bench_report_json_row(&bench->head, row));
}

/* Rows that lack a round because of a signal are omitted. */
static bool bench_group(struct bench *bench, struct bench_row *rows, size_t nr,
			FILE *table)
{
	const struct bench_measure measure = {
		.device = bench->device,
		.cpus = bench->info.cpus,
		.rounds = bench->head.rounds,
		.latency = !bench->quick,
		.memory = !bench->quick,
		.interrupted = &bench_interrupted,
	};
	bool ok = bench_measure_group(&measure, rows, nr);
	size_t i;

	for (i = 0; i < nr; i++) {
		if (!rows[i].note[0] && rows[i].rounds < measure.rounds)
			continue;
		if (!bench_row_done(bench, &rows[i], table))
			return false;
	}
	return ok;
}

/* No progress if the terminal is connected to a file, as in a test machine. */
static bool bench_progress_wanted(void)
{
	const char *terminal = getenv("TERM");

	return isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb");
}

static void bench_progress(const struct bench_plan *plan, size_t done)
{
	if (bench_progress_wanted())
		fprintf(stderr, "\r%zu of %zu rows\033[K%s", done, plan->nr,
			done == plan->nr ? "\n" : "\r");
}

static bool bench_rows(struct bench *bench, struct bench_plan *plan,
		       FILE *table)
{
	size_t first, nr;
	bool any = false;

	for (first = 0; first < plan->nr; first += nr) {
		size_t i;

		nr = bench_plan_group(plan, first);
		bench_progress(plan, first);
		if (!bench_group(bench, &plan->rows[first], nr, table))
			return false;
		for (i = first; i < first + nr; i++)
			any |= !plan->rows[i].note[0];
	}
	bench_progress(plan, plan->nr);
	if (!any)
		warnx("none of this can be measured on this machine");
	return any;
}

static bool json_to_stdout(const struct bench *bench)
{
	return bench->json && !strcmp(bench->json, "-");
}

/* Opens the file before any measurement, so that none is lost if it fails. */
static FILE *json_open(const struct bench *bench)
{
	FILE *stream = json_to_stdout(bench) ? stdout :
					       fopen(bench->json, "w");

	if (!stream)
		warn("cannot write %s", bench->json);
	return stream;
}

static bool json_close(const struct bench *bench, FILE *stream)
{
	bool written = bench_json_write(bench->report.report, stream);

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

static bool bench_planned(struct bench *bench, FILE *table)
{
	if (!bench->states)
		bench_report_table_head(table, &bench->head);
	fflush(table);
	return bench_json_begin(&bench->report, bench_report_json(&bench->head),
				"rows");
}

static bool bench_table(struct bench *bench, FILE *table)
{
	struct bench_plan *plan = malloc(sizeof(*plan));
	bool ok;

	if (!plan) {
		warnx("out of memory");
		return false;
	}
	bench_plan_make(&bench->options, plan);
	ok = bench_planned(bench, table) && bench_rows(bench, plan, table);
	if (bench->states && (ok || bench_interrupted))
		bench_report_states(table, &bench->head, plan->rows, plan->nr);
	free(plan);
	return ok;
}

/* Prints a table of rows, or measures under pressure or stability instead. */
static bool bench_what_is_wanted(struct bench *bench)
{
	FILE *table = json_to_stdout(bench) ? stderr : stdout;

	if (bench->pressure)
		return bench_pressure(&bench->head, bench->options.backends,
				      table, &bench->report,
				      &bench_interrupted);
	if (bench->stability)
		return bench_stability(&bench->head, bench->device,
				       bench->stability, table, &bench->report,
				       &bench_interrupted);
	return bench_table(bench, table);
}

/* Results measured before an error are written, too. */
static bool bench_do(struct bench *bench)
{
	FILE *stream = NULL;
	bool ok;

	if (bench->json) {
		stream = json_open(bench);
		if (!stream)
			return false;
	}
	ok = bench_what_is_wanted(bench);
	if (stream && bench->report.report)
		ok = json_close(bench, stream) && ok;
	bench_json_end(&bench->report);
	return ok;
}

static bool bench_open_lines(struct bench *bench)
{
	if (!bench->lines)
		return true;
	bench->report.lines = fopen(bench->lines, "w");
	if (!bench->report.lines)
		warn("cannot write %s", bench->lines);
	return bench->report.lines;
}

/* Add the workloads and backends of the module, if it is loaded, to the help. */
static char *bench_help(int key, const char *text, void *input)
{
	char *help = NULL;
	FILE *stream;
	size_t size;
	int device;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	stream = open_memstream(&help, &size);
	if (!stream)
		return (char *)text;
	device = open(KPOOL_BENCH_DEVICE, O_RDWR | O_CLOEXEC);
	if (device >= 0 && bench_module_ask(device))
		bench_module_print(stream);
	else
		fputs("For root, with kpool_bench.ko loaded, this lists workloads and backends.\n",
		      stream);
	fprintf(stream, "\n%s", text);
	fclose(stream);
	if (device >= 0)
		close(device);
	return help;
}

int bench_main(int argc, char **argv)
{
	static const struct argp argp = {
		.options = bench_argp_options,
		.parser = bench_parse,
		.doc = bench_doc,
		.help_filter = bench_help,
	};
	struct utsname machine;
	struct bench bench;
	bool ok;

	bench_init(&bench);
	argp_parse(&argp, argc, argv, 0, NULL, &bench);
	if (!bench.head.rounds)
		bench.head.rounds = bench.quick ? 1 : DEFAULT_ROUNDS;
	bench.head.brief = bench.quick && bench.head.rounds == 1;
	if (uname(&machine) || !bench_open(&bench))
		return EXIT_FAILURE;
	if (!bench_choose(&bench))
		return EX_USAGE;
	bench.head.kernel = machine.release;
	bench.head.arch = machine.machine;
	bench.head.icount = bench.options.icount;
	bench.head.cpus = bench.info.cpus;
	catch_interrupts();
	ok = bench_open_lines(&bench) && bench_do(&bench);
	if (ok && bench.then)
		ok = bench_then(&bench);
	close(bench.device);
	if (bench_interrupted)
		return EXIT_INTERRUPTED;
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

// SPDX-License-Identifier: GPL-2.0
/* The report, made from results that need no device. */
#include <json-c/json.h>
#include <stdlib.h>

#include "bench_json.h"
#include "bench_module.h"
#include "bench_report.h"
#include "tap.h"

static const struct bench_report_head head = {
	.kernel = "6.1.0-test",
	.flavour = "fast",
	.commit = "0123456789ab",
	.arch = "x86_64",
	.accel = "tcg",
	.icount = true,
	.cpus = 4,
	.rounds = 6,
};

/* A row with every field that a row can have. */
static const struct bench_row kpool_row = {
	.run = {
		.workload = KPOOL_BENCH_PAIR,
		.backend = KPOOL_BENCH_KPOOL,
		.cpus = 1,
		.object_size_used = 256,
		.ops_done = 4000,
		.cost_ps = 49074,
		.allocs = 1,
		.alloc_bytes = 256,
		.gets = 4000,
		.hits = 3999,
		.latency_p50_ns = 33,
		.latency_p99_ns = 65,
		.latency_p999_ns = 1050,
		.latency_max_ns = 4242,
	},
	.rounds = 6,
	.costs = { 48000, 49000, 49024, 49124, 50000, 51500 },
	.has_latency = true,
	/* The last bucket, and those where the width of buckets changes. */
	.histogram = {
		[5] = 1, [31] = 2, [32] = 900, [33] = 90, [47] = 4, [48] = 2,
		[KPOOL_BENCH_BUCKETS - 1] = 1,
	},
	.has_memory = true,
	.held = 1048576,
	.held_cleared = 4096,
	.has_net = true,
	.net_ps = 46974,
};

/* The minimum that a row with figures has. */
static const struct bench_row none_row = {
	.run = {
		.workload = KPOOL_BENCH_COMPRESS,
		.backend = KPOOL_BENCH_NONE,
		.cpus = 2,
		.object_size_used = 268200,
		.ops_done = 100,
		.cost_ps = 785316625,
		.allocs = 200,
		.alloc_bytes = 26820000,
	},
	.rounds = 1,
	.costs = { 785316625 },
};

static const struct bench_row absent_row = {
	.run = {
		.workload = KPOOL_BENCH_EXPENSIVE_NEW,
		.backend = KPOOL_BENCH_KMEM_CACHE_CTOR,
		.cpus = 2,
	},
	.note = "too few CPUs",
};

static void strip_newline(char *text)
{
	text[strcspn(text, "\n")] = '\0';
}

static void table_is(const struct bench_row *row, const char *want,
		     const char *name)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	bench_report_table_row(stream, &head, row);
	fclose(stream);
	strip_newline(text);
	tap_same(text, want, name);
	free(text);
}

static void test_table(void)
{
	table_is(&kpool_row,
		 "pair          kpool              1     256        49.07        46.97        48.00        51.50 insns       33       65     1050      4242     0.000        0.1   0.9998      1024         4",
		 "a row with all figures");
	table_is(&none_row,
		 "compress      none               2  268200    785316.62            -            -            - insns        -        -        -         -     2.000   268200.0        -         -         -",
		 "a row with the fewest figures");
	table_is(&absent_row,
		 "expensive-new kmem_cache-ctor    2  absent: too few CPUs",
		 "a row without figures");
}

static void test_table_odd_rows(void)
{
	struct bench_row row = kpool_row;

	row.histogram[32]--;
	row.net_ps = -1500;
	row.held = -8192;
	row.held_cleared = 0;
	table_is(&row,
		 "pair          kpool              1     256        49.07        -1.50        48.00        51.50 insns       33       65        -      4242     0.000        0.1   0.9998        -8         0",
		 "a row of 999 latencies, and of figures below zero");
}

static char *table_head(const struct bench_report_head *of)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	bench_report_table_head(stream, of);
	fclose(stream);
	return text;
}

static void test_table_head(void)
{
	char *text = table_head(&head);

	tap_check(strstr(text, "\nworkload      backend         cpus    size "),
		  "the columns have names");
	tap_check(strstr(text, " 96.9 % confidence (6 rounds)"),
		  "the head states the confidence of the interval");
	strip_newline(text);
	tap_same(text,
		 "Linux 6.1.0-test, flavour fast, x86_64, accel tcg with icount, 4 CPUs",
		 "the first line says where the figures come from");
	free(text);
}

/* The last line of the head has as many columns as a row. */
static void test_table_width(const struct bench_report_head *of)
{
	char *text = table_head(of);
	char *row = NULL;
	const char *columns;
	size_t size;
	FILE *stream = open_memstream(&row, &size);

	bench_report_table_row(stream, of, &none_row);
	fclose(stream);
	columns = strstr(text, "\nworkload ");
	tap_check(columns && strlen(columns + 1) == strlen(row),
		  "names are as wide as figures");
	free(row);
	free(text);
}

/* The table omits columns that were not measured. */
static void test_brief(void)
{
	struct bench_report_head brief = head;
	char *text;

	brief.rounds = 1;
	brief.brief = true;
	test_table_width(&brief);
	text = table_head(&brief);
	tap_check(strstr(text, "bytes/op hit rate\n") && !strstr(text, "p50") &&
		  !strstr(text, "round") && !strstr(text, "KiB"),
		  "a brief table has costs and allocations");
	free(text);
}

static void test_one_round(void)
{
	struct bench_report_head once = head;
	char *text;

	once.rounds = 1;
	once.cpus = 1;
	text = table_head(&once);
	tap_check(strstr(text, "one round only") && !strstr(text, "confidence"),
		  "a single round has no confidence");
	tap_check(strstr(text, ", 1 CPU\n"), "one CPU is not several");
	free(text);
}

/* A run of the workloads for states, with 1000 operations. */
#define STATE_ROW(of_workload, of_backend, on_cpus, ns, nr_allocs, nr_bytes)	\
	{								\
		.run = {						\
			.workload = of_workload,			\
			.backend = of_backend,				\
			.cpus = on_cpus,				\
			.object_size_used = 184257,			\
			.ops_done = 1000,				\
			.elapsed_ns = 1000 * (ns),			\
			.cost_ps = 1,					\
			.allocs = 1000 * (nr_allocs),			\
			.alloc_bytes = 1000 * (nr_bytes),		\
		},							\
		.rounds = 1,						\
	}

static const struct bench_row state_rows[] = {
	STATE_ROW(KPOOL_BENCH_STATE, KPOOL_BENCH_KPOOL, 1, 40, 0, 0),
	STATE_ROW(KPOOL_BENCH_STATE, KPOOL_BENCH_NONE, 1, 30000, 830, 184257),
	STATE_ROW(KPOOL_BENCH_STATE, KPOOL_BENCH_SINGLE_USE, 1, 50000, 830,
		  184257),
	STATE_ROW(KPOOL_BENCH_STATE, KPOOL_BENCH_KPOOL, 2, 25, 0, 0),
	STATE_ROW(KPOOL_BENCH_STATE, KPOOL_BENCH_SINGLE_USE, 2, 45000, 830,
		  184257),
	STATE_ROW(KPOOL_BENCH_STATE, KPOOL_BENCH_KPOOL, 4, 20, 0, 0),
	STATE_ROW(KPOOL_BENCH_STATE, KPOOL_BENCH_SINGLE_USE, 4, 40000, 830,
		  184257),
	STATE_ROW(KPOOL_BENCH_STATE_USE, KPOOL_BENCH_KPOOL, 1, 1000, 17, 749),
	STATE_ROW(KPOOL_BENCH_STATE_USE, KPOOL_BENCH_SINGLE_USE, 1, 52000, 847,
		  185006),
	{
		.run = {
			.workload = KPOOL_BENCH_STATE,
			.backend = KPOOL_BENCH_KPOOL,
			.cpus = 8,
		},
		.note = "too few CPUs",
	},
};

static char *states_text(const struct bench_report_head *of,
			 const struct bench_row *rows, size_t nr)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	bench_report_states(stream, of, rows, nr);
	fclose(stream);
	return text;
}

static void test_states(void)
{
	char *text = states_text(&head, state_rows, ARRAY_SIZE(state_rows));

	tap_same(text,
		 "Linux 6.1.0-test, flavour fast, x86_64, accel tcg with icount, 4 CPUs\n"
		 "The time that passed, over the operations of all CPUs.\n"
		 "\n"
		 "benchmark  cpus pool           insns/op   bytes/op  allocs/op  times kpool      in Go\n"
		 "simple        1 kpool             40.00        0.0      0.000          1.0        1.0\n"
		 "simple        1 single-use     50000.00   184257.0    830.000       1250.0     1293.9\n"
		 "simple        1 none           30000.00   184257.0    830.000        750.0          -\n"
		 "parallel      4 kpool             20.00        0.0      0.000          1.0        1.0\n"
		 "parallel      4 single-use     40000.00   184257.0    830.000       2000.0    10729.6\n"
		 "real-world    1 kpool           1000.00      749.0     17.000          1.0        1.0\n"
		 "real-world    1 single-use     52000.00   185006.0    847.000         52.0       42.5\n",
		 "the comparison of pools for states, parallel on the most CPUs that there are");
	free(text);
}

static void test_states_without_kpool(void)
{
	struct bench_report_head ns = head;
	char *text;

	ns.icount = false;
	text = states_text(&ns, &state_rows[2], 1);
	tap_check(strstr(text, "    830.000            -     1293.9\n"),
		  "nothing to compare with is a dash");
	tap_check(strstr(text, "        ns/op "),
		  "the comparison names its unit");
	tap_check(!strstr(text, "parallel") && !strstr(text, "real-world"),
		  "benchmarks that were not run are absent");
	free(text);
}

/* Returns the member @key of @object, as JSON text. */
static const char *member(struct json_object *object, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, key, &value))
		return NULL;
	return json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN);
}

struct expectation {
	const char *key;
	const char *value;
};

static void members_are(struct json_object *object,
			const struct expectation *expected, size_t nr)
{
	char name[64];
	size_t i;

	for (i = 0; i < nr; i++) {
		snprintf(name, sizeof(name), "JSON: %s", expected[i].key);
		tap_same(member(object, expected[i].key), expected[i].value,
			 name);
	}
	tap_check((size_t)json_object_object_length(object) == nr,
		  "JSON: no other members");
}

#define UNIT_AND_LATENCY	"\"unit\":1,\"latency\":true,"

static const struct expectation head_members[] = {
	{ "kernel", "\"6.1.0-test\"" },
	{ "flavour", "\"fast\"" },
	{ "commit", "\"0123456789ab\"" },
	{ "arch", "\"x86_64\"" },
	{ "accel", "\"tcg\"" },
	{ "icount", "true" },
	{ "cpus", "4" },
	{ "method", "\"instructions\"" },
	{ "rounds", "6" },
	{ "workloads",
	  "[{\"name\":\"pair\",\"text\":\"Pair.\"," UNIT_AND_LATENCY "\"backends\":[\"kpool\"]}]" },
	{ "backends",
	  "[{\"name\":\"loop\",\"text\":\"a loop\"},{\"name\":\"kpool\",\"text\":\"a pool\"}]" },
	{ "confidence", "0.9688" },
};

static void test_json_head(struct json_object *report)
{
	json_object_object_del(report, "rows");
	members_are(report, head_members, ARRAY_SIZE(head_members));
}

static const struct expectation kpool_members[] = {
	{ "workload", "\"pair\"" },
	{ "backend", "\"kpool\"" },
	{ "cpus", "1" },
	{ "object_size", "256" },
	{ "ops", "4000" },
	{ "cost", "49.074" },
	{ "cost_net", "46.974" },
	{ "cost_low", "48.000" },
	{ "cost_high", "51.500" },
	{ "unit", "\"insns\"" },
	{ "method", "\"instructions\"" },
	{ "p50", "33" },
	{ "p99", "65" },
	{ "p999", "1050" },
	{ "max", "4242" },
	{ "allocs_per_op", "0.000250" },
	{ "bytes_per_op", "0.064" },
	{ "hit_rate", "0.999750" },
	{ "held", "1048576" },
	{ "held_cleared", "4096" },
	{ "latencies",
	  "[[5,1],[31,2],[32,900],[34,90],[62,4],[64,2],[8521215115264,1]]" },
};

/* Every row has the same keys, so that programs need not check for them. */
static void test_json_nulls(struct json_object *row)
{
	static const char *const nulls[] = {
		"cost_net", "cost_low", "cost_high", "p50", "p99", "p999",
		"max", "hit_rate", "held", "held_cleared", "latencies",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nulls); i++) {
		char name[64];

		snprintf(name, sizeof(name), "JSON: no %s is null", nulls[i]);
		tap_same(member(row, nulls[i]), "null", name);
	}
	tap_same(member(row, "cost"), "785316.625", "JSON: a cost is present");
	tap_check(json_object_object_length(row) == ARRAY_SIZE(kpool_members),
		  "JSON: as many keys as any row with figures");
}

static void test_json_absent(struct json_object *row)
{
	static const struct expectation expected[] = {
		{ "workload", "\"expensive-new\"" },
		{ "backend", "\"kmem_cache-ctor\"" },
		{ "cpus", "2" },
		{ "absent", "\"too few CPUs\"" },
	};

	members_are(row, expected, ARRAY_SIZE(expected));
}

/* The report as written is parsed by json-c's own parser. */
static struct json_object *written_and_read(struct json_object *report)
{
	struct json_object *read;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	tap_check(bench_json_write(report, stream), "JSON is written");
	fclose(stream);
	read = json_tokener_parse(text);
	free(text);
	return read;
}

static bool add_row(struct bench_json *json, const struct bench_row *row)
{
	return bench_json_add(json, bench_report_json_row(&head, row));
}

/* Begins a report with three rows. */
static void three_rows(struct bench_json *json)
{
	tap_check(bench_json_begin(json, bench_report_json(&head), "rows") &&
		  add_row(json, &kpool_row) && add_row(json, &none_row) &&
		  add_row(json, &absent_row), "rows are added");
}

static void test_json(void)
{
	struct bench_json json = { 0 };
	struct json_object *rows;
	struct json_object *read;

	three_rows(&json);
	read = written_and_read(json.report);
	bench_json_end(&json);
	if (!tap_check(json_object_object_get_ex(read, "rows", &rows) &&
		       json_object_array_length(rows) == 3,
		       "JSON can be parsed, with all rows"))
		return;
	members_are(json_object_array_get_idx(rows, 0), kpool_members,
		    ARRAY_SIZE(kpool_members));
	test_json_nulls(json_object_array_get_idx(rows, 1));
	test_json_absent(json_object_array_get_idx(rows, 2));
	test_json_head(read);
	json_object_put(read);
}

static void test_few_latencies(void)
{
	struct bench_row row = kpool_row;
	struct json_object *json;

	row.histogram[32]--;
	json = bench_report_json_row(&head, &row);
	tap_same(member(json, "p999"), "null",
		 "JSON: 999 latencies have no slowest thousandth");
	tap_same(member(json, "p99"), "65",
		 "JSON: but a slowest hundredth");
	json_object_put(json);
}

static void test_json_write_error(void)
{
	struct bench_json json = { .lines = fopen("/dev/full", "w") };

	/* Each failure is also reported on standard error. */
	tap_check(!bench_json_begin(&json, bench_report_json(&head), "rows"),
		  "a full disk is detected when a line is written");
	tap_check(!add_row(&json, &none_row), "and at the next one");
	tap_check(!bench_json_write(json.report, json.lines),
		  "a full disk is detected");
	fclose(json.lines);
	bench_json_end(&json);
}

static void test_json_no_memory(void)
{
	struct bench_json json = { 0 };

	tap_check(!bench_json_begin(&json, NULL, "rows"),
		  "lack of memory for a report is detected");
	bench_json_end(&json);
	tap_check(bench_json_begin(&json, bench_report_json(&head), "rows") &&
		  !bench_json_add(&json, NULL),
		  "and for a row");
	bench_json_end(&json);
}

/* Returns the next line of @lines, up to its newline, which is replaced. */
static struct json_object *line_read(char **lines)
{
	char *line = strsep(lines, "\n");

	tap_check(line && *lines, "a line is written, and ends");
	return json_tokener_parse(line);
}

static void test_json_lines(void)
{
	struct json_object *first, *row, *absent;
	struct bench_json json = { 0 };
	char *text = NULL, *rest;
	size_t size;

	json.lines = open_memstream(&text, &size);
	three_rows(&json);
	fclose(json.lines);
	bench_json_end(&json);
	rest = text;
	first = line_read(&rest);
	row = line_read(&rest);
	json_object_put(line_read(&rest));
	absent = line_read(&rest);
	tap_check(rest && !*rest, "nothing follows the last line");
	tap_same(member(first, "rows"), "[]", "the first line has no rows");
	test_json_head(first);
	members_are(row, kpool_members, ARRAY_SIZE(kpool_members));
	test_json_absent(absent);
	json_object_put(absent);
	json_object_put(row);
	json_object_put(first);
	free(text);
}

static void method_is(const char *accel, const char *want, const char *name)
{
	struct bench_report_head of = head;
	struct json_object *report, *row;

	of.icount = false;
	of.accel = accel;
	report = bench_report_json(&of);
	row = bench_report_json_row(&of, &kpool_row);
	tap_same(member(report, "method"), want, name);
	tap_same(member(row, "method"), want,
		 "its rows have the same method");
	tap_same(member(row, "unit"), "\"ns\"",
		 "without icount a cost is in nanoseconds");
	json_object_put(row);
	json_object_put(report);
}

static void test_methods(void)
{
	method_is("tcg", "\"emulated\"", "an emulator has its own time");
	method_is("native", "\"native\"", "User Mode Linux has the host's time");
	method_is("kvm", "\"wall\"", "a virtual machine has the wall clock's");
	method_is("unknown", "\"wall\"", "and so has a physical machine");
}

static void explanation_is(const char *accel, bool icount, const char *want)
{
	struct bench_report_head of = head;
	char name[64];
	char *text;

	of.icount = icount;
	of.accel = accel;
	text = table_head(&of);
	snprintf(name, sizeof(name), "the table explains its costs: %s%s",
		 accel, icount ? " with icount" : "");
	tap_check(strstr(text, want), name);
	free(text);
}

static void test_explanations(void)
{
	explanation_is("tcg", true, "instructions of the machine, on one CPU exact.\n");
	explanation_is("tcg", false, "only to be compared within this table.\n");
	explanation_is("native", false, "time, at the host's speed.\n");
	explanation_is("kvm", false, ": time.\n");
}

/* Descriptions, as of a module, of the workloads and backends of the rows above. */
static const struct bench_module made_up = {
	.nr_workloads = 1,
	.nr_backends = 2,
	.workloads = {
		[KPOOL_BENCH_PAIR] = {
			.name = "pair", .text = "Pair.", .unit = 1,
			.flags = KPOOL_BENCH_W_LATENCY,
			.backends = 1 << KPOOL_BENCH_KPOOL,
		},
		[KPOOL_BENCH_COMPRESS].name = "compress",
		[KPOOL_BENCH_EXPENSIVE_NEW].name = "expensive-new",
	},
	.backends = {
		[KPOOL_BENCH_LOOP] = { .name = "loop", .text = "a loop" },
		[KPOOL_BENCH_KPOOL] = { .name = "kpool", .text = "a pool" },
		[KPOOL_BENCH_NONE].name = "none",
		[KPOOL_BENCH_SINGLE_USE].name = "single-use",
		[KPOOL_BENCH_KMEM_CACHE_CTOR].name = "kmem_cache-ctor",
	},
};

int main(void)
{
	bench_module = made_up;
	tap_begin();
	test_table();
	test_table_odd_rows();
	test_table_head();
	test_table_width(&head);
	test_brief();
	test_one_round();
	test_explanations();
	test_states();
	test_states_without_kpool();
	test_json();
	test_few_latencies();
	test_json_lines();
	test_json_no_memory();
	test_json_write_error();
	test_methods();
	return tap_end();
}

// SPDX-License-Identifier: GPL-2.0
/* The report made from results that no device is needed for. */
#include <json-c/json.h>
#include <stdlib.h>

#include "bench_report.h"
#include "tap.h"

static const struct bench_report_head head = {
	.kernel = "6.1.0-test",
	.flavour = "fast",
	.arch = "x86_64",
	.accel = "tcg",
	.icount = true,
	.cpus = 4,
};

static const struct kpool_bench_run kpool_run = {
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
};

static const struct kpool_bench_run none_run = {
	.workload = KPOOL_BENCH_COMPRESS,
	.backend = KPOOL_BENCH_NONE,
	.cpus = 2,
	.object_size_used = 268200,
	.ops_done = 100,
	.cost_ps = 785316625,
	.allocs = 200,
	.alloc_bytes = 26820000,
};

static void strip_newline(char *text)
{
	text[strcspn(text, "\n")] = '\0';
}

static char *row_text(const struct kpool_bench_run *run, const char *note)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (note)
		bench_report_table_note(stream, run, note);
	else
		bench_report_table_row(stream, &head, run);
	fclose(stream);
	strip_newline(text);
	return text;
}

static void table_is(const struct kpool_bench_run *run, const char *note,
		     const char *want, const char *name)
{
	char *text = row_text(run, note);

	tap_same(text, want, name);
	free(text);
}

static void test_table(void)
{
	table_is(&kpool_run, NULL,
		 "pair      kpool         1     256      4000        49.07 insns     0.000        0.1   0.9998",
		 "a row of a backend that counts hits");
	table_is(&none_run, NULL,
		 "compress  none          2  268200       100    785316.62 insns     2.000   268200.0        -",
		 "a row of one that does not");
	table_is(&none_run, "not available in this kernel",
		 "compress  none          2  not available in this kernel",
		 "a row without figures");
}

static void test_table_head(void)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	bench_report_table_head(stream, &head);
	fclose(stream);
	tap_check(strstr(text, "\nworkload  backend    cpus    size"),
		  "the columns have names");
	strip_newline(text);
	tap_same(text,
		 "Linux 6.1.0-test, flavour fast, x86_64, accel tcg with icount, 4 CPUs",
		 "the first line tells where the figures come from");
	free(text);
}

/* A run of the workloads for states, of 1000 operations. */
#define STATE_RUN(of_workload, of_backend, on_cpus, ns, nr_allocs, nr_bytes)	\
	{								\
		.workload = of_workload,				\
		.backend = of_backend,					\
		.cpus = on_cpus,					\
		.object_size_used = 184257,				\
		.ops_done = 1000,					\
		.elapsed_ns = 1000 * (ns),				\
		.cost_ps = 1,						\
		.allocs = 1000 * (nr_allocs),				\
		.alloc_bytes = 1000 * (nr_bytes),			\
	}

static const struct kpool_bench_run state_runs[] = {
	STATE_RUN(KPOOL_BENCH_STATE, KPOOL_BENCH_KPOOL, 1, 40, 0, 0),
	STATE_RUN(KPOOL_BENCH_STATE, KPOOL_BENCH_NONE, 1, 30000, 830, 184257),
	STATE_RUN(KPOOL_BENCH_STATE, KPOOL_BENCH_FIXED, 1, 50000, 830, 184257),
	STATE_RUN(KPOOL_BENCH_STATE, KPOOL_BENCH_KPOOL, 2, 25, 0, 0),
	STATE_RUN(KPOOL_BENCH_STATE, KPOOL_BENCH_FIXED, 2, 45000, 830, 184257),
	STATE_RUN(KPOOL_BENCH_STATE, KPOOL_BENCH_KPOOL, 4, 20, 0, 0),
	STATE_RUN(KPOOL_BENCH_STATE, KPOOL_BENCH_FIXED, 4, 40000, 830, 184257),
	STATE_RUN(KPOOL_BENCH_STATE_USE, KPOOL_BENCH_KPOOL, 1, 1000, 17, 749),
	STATE_RUN(KPOOL_BENCH_STATE_USE, KPOOL_BENCH_FIXED, 1, 52000, 847,
		  185006),
};

static char *states_text(const struct bench_report_head *of,
			 const struct kpool_bench_run *runs, size_t nr)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	bench_report_states(stream, of, runs, nr);
	fclose(stream);
	return text;
}

static void test_states(void)
{
	char *text = states_text(&head, state_runs, ARRAY_SIZE(state_runs));

	tap_same(text,
		 "Linux 6.1.0-test, flavour fast, x86_64, accel tcg with icount, 4 CPUs\n"
		 "The time that passed, over the operations of all CPUs.\n"
		 "\n"
		 "benchmark  cpus pool        insns/op   bytes/op  allocs/op  times kpool      in Go\n"
		 "simple        1 kpool          40.00        0.0      0.000          1.0        1.0\n"
		 "simple        1 fixed       50000.00   184257.0    830.000       1250.0     1293.9\n"
		 "simple        1 none        30000.00   184257.0    830.000        750.0          -\n"
		 "parallel      4 kpool          20.00        0.0      0.000          1.0        1.0\n"
		 "parallel      4 fixed       40000.00   184257.0    830.000       2000.0    10729.6\n"
		 "real-world    1 kpool        1000.00      749.0     17.000          1.0        1.0\n"
		 "real-world    1 fixed       52000.00   185006.0    847.000         52.0       42.5\n",
		 "the comparison of pools for states, parallel on the most CPUs");
	free(text);
}

static void test_states_without_kpool(void)
{
	struct bench_report_head ns = head;
	char *text;

	ns.icount = false;
	text = states_text(&ns, &state_runs[2], 1);
	tap_check(strstr(text, "    830.000            -     1293.9\n"),
		  "nothing to compare with is a dash");
	tap_check(strstr(text, "        ns/op "),
		  "the comparison names its unit");
	tap_check(!strstr(text, "parallel") && !strstr(text, "real-world"),
		  "what was not run is not there");
	free(text);
}

/* The text of the member @key of @object, as JSON. */
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
		  "JSON: nothing else");
}

static void test_json_head(struct json_object *report)
{
	static const struct expectation expected[] = {
		{ "kernel", "\"6.1.0-test\"" },
		{ "flavour", "\"fast\"" },
		{ "arch", "\"x86_64\"" },
		{ "accel", "\"tcg\"" },
		{ "icount", "true" },
		{ "cpus", "4" },
	};
	struct json_object *rows = NULL;

	tap_check(json_object_object_get_ex(report, "rows", &rows) &&
		  json_object_array_length(rows) == 2, "JSON: both rows");
	json_object_object_del(report, "rows");
	members_are(report, expected, ARRAY_SIZE(expected));
}

static void test_json_row(struct json_object *row)
{
	static const struct expectation expected[] = {
		{ "workload", "\"pair\"" },
		{ "backend", "\"kpool\"" },
		{ "cpus", "1" },
		{ "object_size", "256" },
		{ "ops", "4000" },
		{ "cost", "49.07" },
		{ "unit", "\"insns\"" },
		{ "allocs_per_op", "0.000250" },
		{ "bytes_per_op", "0.064" },
		{ "hit_rate", "0.999750" },
	};

	members_are(row, expected, ARRAY_SIZE(expected));
}

/* What is written is read again by json-c's own parser. */
static struct json_object *written_and_read(struct json_object *report)
{
	struct json_object *read;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	tap_check(bench_report_json_write(report, stream), "JSON is written");
	fclose(stream);
	read = json_tokener_parse(text);
	free(text);
	return read;
}

static void test_json(void)
{
	struct json_object *report = bench_report_json(&head);
	struct json_object *rows;
	struct json_object *read;

	tap_check(report && bench_report_json_row(report, &head, &kpool_run) &&
		  bench_report_json_row(report, &head, &none_run),
		  "rows are added");
	read = written_and_read(report);
	json_object_put(report);
	if (!tap_check(json_object_object_get_ex(read, "rows", &rows),
		       "JSON is read again"))
		return;
	test_json_row(json_object_array_get_idx(rows, 0));
	tap_same(member(json_object_array_get_idx(rows, 1), "hit_rate"), "null",
		 "JSON: no hits are null");
	test_json_head(read);
	json_object_put(read);
}

static void test_json_write_error(void)
{
	struct json_object *report = bench_report_json(&head);
	FILE *full = fopen("/dev/full", "w");

	tap_check(full && !bench_report_json_write(report, full),
		  "a full disk is noticed");
	if (full)
		fclose(full);
	json_object_put(report);
}

static void test_nanoseconds(void)
{
	struct bench_report_head ns = head;
	struct json_object *report;
	struct json_object *rows;

	ns.icount = false;
	report = bench_report_json(&ns);
	bench_report_json_row(report, &ns, &kpool_run);
	json_object_object_get_ex(report, "rows", &rows);
	tap_same(member(json_object_array_get_idx(rows, 0), "unit"), "\"ns\"",
		 "without icount a cost is in nanoseconds");
	json_object_put(report);
}

int main(void)
{
	tap_begin();
	test_table();
	test_table_head();
	test_states();
	test_states_without_kpool();
	test_json();
	test_json_write_error();
	test_nanoseconds();
	return tap_end();
}

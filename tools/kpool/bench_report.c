// SPDX-License-Identifier: GPL-2.0
/* The two forms of the benchmark's report. */
#include <json-c/json.h>
#include <stdio.h>

#include "bench_plan.h"
#include "bench_report.h"

#define PS_PER_NS	1000.0

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static const char *report_unit(const struct bench_report_head *head)
{
	return head->icount ? "insns" : "ns";
}

static double per_op(__u64 amount, const struct kpool_bench_run *run)
{
	return run->ops_done ? (double)amount / run->ops_done : 0;
}

/* A backend that does not count hits reports no gets. */
static bool has_hit_rate(const struct kpool_bench_run *run)
{
	return run->gets;
}

static double hit_rate(const struct kpool_bench_run *run)
{
	return (double)run->hits / run->gets;
}

static void report_machine(FILE *stream, const struct bench_report_head *head)
{
	fprintf(stream, "Linux %s, flavour %s, %s, accel %s%s, %u CPU%s\n",
		head->kernel, head->flavour, head->arch, head->accel,
		head->icount ? " with icount" : "", head->cpus,
		head->cpus == 1 ? "" : "s");
}

void bench_report_table_head(FILE *stream, const struct bench_report_head *head)
{
	report_machine(stream, head);
	fputs("One operation is one get and its put.\n\n", stream);
	fprintf(stream, "%-9s %-10s %4s %7s %9s %12s %-5s %9s %10s %8s\n",
		"workload", "backend", "cpus", "size", "ops", "cost", "unit",
		"allocs/op", "bytes/op", "hit rate");
}

void bench_report_table_row(FILE *stream, const struct bench_report_head *head,
			    const struct kpool_bench_run *run)
{
	fprintf(stream, "%-9s %-10s %4u %7llu %9llu %12.2f %-5s %9.3f %10.1f ",
		bench_workload_names[run->workload],
		bench_backend_names[run->backend], run->cpus,
		run->object_size_used, run->ops_done,
		run->cost_ps / PS_PER_NS, report_unit(head),
		per_op(run->allocs, run), per_op(run->alloc_bytes, run));
	if (has_hit_rate(run))
		fprintf(stream, "%8.4f\n", hit_rate(run));
	else
		fprintf(stream, "%8s\n", "-");
}

void bench_report_table_note(FILE *stream, const struct kpool_bench_run *run,
			     const char *note)
{
	fprintf(stream, "%-9s %-10s %4u  %s\n",
		bench_workload_names[run->workload],
		bench_backend_names[run->backend], run->cpus, note);
}

/**
 * struct states_row - a benchmark of the comparison of pools for states
 * @name: its name
 * @workload: the workload that it is
 * @several: on several CPUs at once
 * @go_pool: nanoseconds an operation with Go's sync.Pool
 * @go_fixed: the same with a pool of states that are built ahead and used once
 *
 * The figures of Go are those of a Lua interpreter's states, of as many
 * allocations and bytes.
 */
struct states_row {
	const char *name;
	unsigned int workload;
	bool several;
	double go_pool;
	double go_fixed;
};

static const struct states_row states_rows[] = {
	{ "simple", KPOOL_BENCH_STATE, false, 21.54, 27870 },
	{ "parallel", KPOOL_BENCH_STATE, true, 2.463, 26427 },
	{ "real-world", KPOOL_BENCH_STATE_USE, false, 619.6, 26341 },
};

static const unsigned int states_backends[] = {
	KPOOL_BENCH_KPOOL, KPOOL_BENCH_FIXED, KPOOL_BENCH_NONE,
};

/* The run of @row on @backend, on the most CPUs if there are several such. */
static const struct kpool_bench_run *
states_find(const struct states_row *row, unsigned int backend,
	    const struct kpool_bench_run *runs, size_t nr)
{
	const struct kpool_bench_run *found = NULL;
	size_t i;

	for (i = 0; i < nr; i++) {
		const struct kpool_bench_run *run = &runs[i];

		bool several = run->cpus > 1;

		if (run->workload != row->workload ||
		    run->backend != backend || several != row->several)
			continue;
		if (!found || run->cpus > found->cpus)
			found = run;
	}
	return found;
}

/*
 * As Go's benchmarks count: the time that passed, over the operations of all
 * CPUs.  What a worker does counts, too, as far as somebody waits for it.
 */
static double states_cost(const struct kpool_bench_run *run)
{
	return per_op(run->elapsed_ns, run);
}

static void states_line(FILE *stream, const struct states_row *row,
			const struct kpool_bench_run *run,
			const struct kpool_bench_run *pooled)
{
	fprintf(stream, "%-10s %4u %-7s %12.2f %10.1f %10.3f", row->name,
		run->cpus, bench_backend_names[run->backend], states_cost(run),
		per_op(run->alloc_bytes, run), per_op(run->allocs, run));
	if (pooled && states_cost(pooled) > 0)
		fprintf(stream, " %12.1f",
			states_cost(run) / states_cost(pooled));
	else
		fprintf(stream, " %12s", "-");
	switch (run->backend) {
	case KPOOL_BENCH_KPOOL:
		fprintf(stream, " %10.1f\n", 1.0);
		break;
	case KPOOL_BENCH_FIXED:
		fprintf(stream, " %10.1f\n", row->go_fixed / row->go_pool);
		break;
	default:
		fprintf(stream, " %10s\n", "-");
	}
}

void bench_report_states(FILE *stream, const struct bench_report_head *head,
			 const struct kpool_bench_run *runs, size_t nr)
{
	size_t i, j;

	report_machine(stream, head);
	fputs("The time that passed, over the operations of all CPUs.\n\n", stream);
	fprintf(stream, "%-10s %4s %-7s %12s %10s %10s %12s %10s\n",
		"benchmark", "cpus", "pool",
		head->icount ? "insns/op" : "ns/op", "bytes/op",
		"allocs/op", "times kpool", "in Go");
	for (i = 0; i < ARRAY_SIZE(states_rows); i++) {
		const struct states_row *row = &states_rows[i];
		const struct kpool_bench_run *pooled;

		pooled = states_find(row, KPOOL_BENCH_KPOOL, runs, nr);
		for (j = 0; j < ARRAY_SIZE(states_backends); j++) {
			const struct kpool_bench_run *run;

			run = states_find(row, states_backends[j], runs, nr);
			if (run)
				states_line(stream, row, run, pooled);
		}
	}
}

/*
 * Adds @value, which then belongs to @object, under @key.  NULL stands for no
 * memory, so a null has to be added without this.
 */
static bool json_add(struct json_object *object, const char *key,
		     struct json_object *value)
{
	if (value && !json_object_object_add(object, key, value))
		return true;
	json_object_put(value);
	return false;
}

static bool json_add_string(struct json_object *object, const char *key,
			    const char *value)
{
	return json_add(object, key, json_object_new_string(value));
}

static bool json_add_integer(struct json_object *object, const char *key,
			     __u64 value)
{
	return json_add(object, key, json_object_new_int64(value));
}

static bool json_add_double(struct json_object *object, const char *key,
			    double value, const char *format)
{
	char text[64];

	snprintf(text, sizeof(text), format, value);
	return json_add(object, key, json_object_new_double_s(value, text));
}

struct json_object *bench_report_json(const struct bench_report_head *head)
{
	struct json_object *report = json_object_new_object();

	if (report &&
	    json_add_string(report, "kernel", head->kernel) &&
	    json_add_string(report, "flavour", head->flavour) &&
	    json_add_string(report, "arch", head->arch) &&
	    json_add_string(report, "accel", head->accel) &&
	    json_add(report, "icount", json_object_new_boolean(head->icount)) &&
	    json_add_integer(report, "cpus", head->cpus) &&
	    json_add(report, "rows", json_object_new_array()))
		return report;
	json_object_put(report);
	return NULL;
}

static bool json_fill_row(struct json_object *row,
			  const struct bench_report_head *head,
			  const struct kpool_bench_run *run)
{
	if (!json_add_string(row, "workload",
			     bench_workload_names[run->workload]) ||
	    !json_add_string(row, "backend",
			     bench_backend_names[run->backend]) ||
	    !json_add_integer(row, "cpus", run->cpus) ||
	    !json_add_integer(row, "object_size", run->object_size_used) ||
	    !json_add_integer(row, "ops", run->ops_done) ||
	    !json_add_double(row, "cost", run->cost_ps / PS_PER_NS, "%.2f") ||
	    !json_add_string(row, "unit", report_unit(head)) ||
	    !json_add_double(row, "allocs_per_op", per_op(run->allocs, run),
			     "%.6f") ||
	    !json_add_double(row, "bytes_per_op", per_op(run->alloc_bytes, run),
			     "%.3f"))
		return false;
	if (has_hit_rate(run))
		return json_add_double(row, "hit_rate", hit_rate(run), "%.6f");
	return !json_object_object_add(row, "hit_rate", NULL);
}

bool bench_report_json_row(struct json_object *report,
			   const struct bench_report_head *head,
			   const struct kpool_bench_run *run)
{
	struct json_object *row = json_object_new_object();
	struct json_object *rows;

	if (row && json_fill_row(row, head, run) &&
	    json_object_object_get_ex(report, "rows", &rows) &&
	    !json_object_array_add(rows, row))
		return true;
	json_object_put(row);
	return false;
}

bool bench_report_json_write(struct json_object *report, FILE *stream)
{
	const char *text;

	text = json_object_to_json_string_ext(report,
					      JSON_C_TO_STRING_PRETTY |
					      JSON_C_TO_STRING_SPACED |
					      JSON_C_TO_STRING_NOSLASHESCAPE);
	return text && fprintf(stream, "%s\n", text) >= 0 && !fflush(stream);
}

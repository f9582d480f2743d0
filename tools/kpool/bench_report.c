// SPDX-License-Identifier: GPL-2.0
/* The two forms of the benchmark's report. */
#include <json-c/json.h>
#include <stdio.h>

#include "bench_plan.h"
#include "bench_report.h"

#define PS_PER_NS	1000.0

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

void bench_report_table_head(FILE *stream, const struct bench_report_head *head)
{
	fprintf(stream, "Linux %s, flavour %s, %s, accel %s%s, %u CPU%s\n",
		head->kernel, head->flavour, head->arch, head->accel,
		head->icount ? " with icount" : "", head->cpus,
		head->cpus == 1 ? "" : "s");
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

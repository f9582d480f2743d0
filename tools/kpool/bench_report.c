// SPDX-License-Identifier: GPL-2.0
/* Writes the two forms of the benchmark's report. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "bench_json.h"
#include "bench_module.h"
#include "bench_report.h"

#define PS_PER_NS	1000.0

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static const char *report_unit(const struct bench_report_head *head)
{
	return head->icount ? "insns" : "ns";
}

const char *bench_report_method(const struct bench_report_head *head)
{
	if (head->icount)
		return "instructions";
	if (!strcmp(head->accel, "native"))
		return "native";
	return strcmp(head->accel, "tcg") ? "wall" : "emulated";
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
	return run->gets ? (double)run->hits / run->gets : 0;
}

static void report_machine(FILE *stream, const struct bench_report_head *head)
{
	fprintf(stream, "Linux %s, flavour %s, %s, accel %s%s, %u CPU%s\n",
		head->kernel, head->flavour, head->arch, head->accel,
		head->icount ? " with icount" : "", head->cpus,
		head->cpus == 1 ? "" : "s");
}

static const char *method_explained(const struct bench_report_head *head)
{
	if (head->icount)
		return "instructions of the machine, on one CPU exact";
	if (!strcmp(head->accel, "native"))
		return "time, at the host's speed";
	if (!strcmp(head->accel, "tcg"))
		return "time of an emulator: only to be compared within this table";
	return "time";
}

static void table_explain_more(FILE *stream,
			       const struct bench_report_head *head)
{
	fputs("; from, to:\n", stream);
	if (head->rounds > 1)
		fprintf(stream,
			"the median is in between with %.1f %% confidence (%u rounds). ",
			100 * bench_row_confidence(head->rounds), head->rounds);
	else
		fputs("one round only. ", stream);
	fputs("KiB: held when idle, after two clearings.\n\n", stream);
}

void bench_report_table_head(FILE *stream, const struct bench_report_head *head)
{
	report_machine(stream, head);
	fprintf(stream, "%s: %s.\n",
		head->brief ? "Costs" : "Costs and latencies",
		method_explained(head));
	fputs("One operation is one get and its put; net: without the measuring loop",
	      stream);
	if (head->brief)
		fputs(".\n\n", stream);
	else
		table_explain_more(stream, head);
	fprintf(stream, "%-13s %-15s %4s %7s %12s %12s", "workload", "backend",
		"cpus", "size", "cost", "net");
	if (!head->brief)
		fprintf(stream, " %12s %12s", "from", "to");
	fprintf(stream, " %-5s", "unit");
	if (!head->brief)
		fprintf(stream, " %8s %8s %8s %9s", "p50", "p99", "p99.9",
			"max");
	fprintf(stream, " %9s %10s %8s", "allocs/op", "bytes/op", "hit rate");
	if (!head->brief)
		fprintf(stream, " %9s %9s", "KiB idle", "cleared");
	fputc('\n', stream);
}

static void table_cost(FILE *stream, const struct bench_report_head *head,
		       const struct bench_row *row)
{
	fprintf(stream, " %12.2f", row->run.cost_ps / PS_PER_NS);
	if (row->has_net)
		fprintf(stream, " %12.2f", row->net_ps / PS_PER_NS);
	else
		fprintf(stream, " %12s", "-");
	if (!head->brief && row->rounds > 1)
		fprintf(stream, " %12.2f %12.2f", bench_row_low(row) / PS_PER_NS,
			bench_row_high(row) / PS_PER_NS);
	else if (!head->brief)
		fprintf(stream, " %12s %12s", "-", "-");
	fprintf(stream, " %-5s", report_unit(head));
}

/* Fewer than a thousand operations have no slowest thousandth. */
#define ROW_HAS_P999	1000

static __u64 row_latencies(const struct bench_row *row)
{
	__u64 sum = 0;
	unsigned int i;

	for (i = 0; i < KPOOL_BENCH_BUCKETS; i++)
		sum += row->histogram[i];
	return sum;
}

static void table_latency(FILE *stream, const struct bench_row *row)
{
	const struct kpool_bench_run *run = &row->run;

	if (!row->has_latency) {
		fprintf(stream, " %8s %8s %8s %9s", "-", "-", "-", "-");
		return;
	}
	fprintf(stream, " %8llu %8llu", run->latency_p50_ns,
		run->latency_p99_ns);
	if (row_latencies(row) >= ROW_HAS_P999)
		fprintf(stream, " %8llu", run->latency_p999_ns);
	else
		fprintf(stream, " %8s", "-");
	fprintf(stream, " %9llu", run->latency_max_ns);
}

static void table_allocations(FILE *stream, const struct bench_row *row)
{
	const struct kpool_bench_run *run = &row->run;

	fprintf(stream, " %9.3f %10.1f", per_op(run->allocs, run),
		per_op(run->alloc_bytes, run));
	if (has_hit_rate(run))
		fprintf(stream, " %8.4f", hit_rate(run));
	else
		fprintf(stream, " %8s", "-");
}

static void table_memory(FILE *stream, const struct bench_row *row)
{
	if (row->has_memory)
		fprintf(stream, " %9lld %9lld", row->held / 1024,
			row->held_cleared / 1024);
	else
		fprintf(stream, " %9s %9s", "-", "-");
}

void bench_report_table_row(FILE *stream, const struct bench_report_head *head,
			    const struct bench_row *row)
{
	fprintf(stream, "%-13s %-15s %4u", bench_workload_name(row->run.workload),
		bench_backend_name(row->run.backend), row->run.cpus);
	if (row->note[0]) {
		fprintf(stream, "  absent: %s\n", row->note);
		return;
	}
	fprintf(stream, " %7llu", row->run.object_size_used);
	table_cost(stream, head, row);
	if (!head->brief)
		table_latency(stream, row);
	table_allocations(stream, row);
	if (!head->brief)
		table_memory(stream, row);
	fputc('\n', stream);
}

/**
 * struct states_row - a line of the comparison of pools for states
 * @name: name of the benchmark
 * @workload: its workload
 * @several: runs on several CPUs at once
 * @go_pool: nanoseconds per operation with Go's sync.Pool
 * @go_single_use: the same with a pool of states that are built ahead and used once
 *
 * Go's figures are for states of a Lua interpreter with the same numbers of
 * allocations and bytes.
 */
struct states_row {
	const char *name;
	unsigned int workload;
	bool several;
	double go_pool;
	double go_single_use;
};

static const struct states_row states_rows[] = {
	{ "simple", KPOOL_BENCH_STATE, false, 21.54, 27870 },
	{ "parallel", KPOOL_BENCH_STATE, true, 2.463, 26427 },
	{ "real-world", KPOOL_BENCH_STATE_USE, false, 619.6, 26341 },
};

static const unsigned int states_backends[] = {
	KPOOL_BENCH_KPOOL, KPOOL_BENCH_SINGLE_USE, KPOOL_BENCH_NONE,
};

/* Finds the run of @row on @backend, on the most CPUs if there are several. */
static const struct kpool_bench_run *
states_find(const struct states_row *row, unsigned int backend,
	    const struct bench_row *rows, size_t nr)
{
	const struct kpool_bench_run *found = NULL;
	size_t i;

	for (i = 0; i < nr; i++) {
		const struct kpool_bench_run *run = &rows[i].run;
		bool several = run->cpus > 1;

		if (rows[i].note[0] || !rows[i].rounds ||
		    run->workload != row->workload ||
		    run->backend != backend || several != row->several)
			continue;
		if (!found || run->cpus > found->cpus)
			found = run;
	}
	return found;
}

/*
 * Counts as Go's benchmarks do: the elapsed time divided by the operations of
 * all CPUs. This includes the work of a worker as far as a caller waits for it.
 */
static double states_cost(const struct kpool_bench_run *run)
{
	return per_op(run->elapsed_ns, run);
}

static void states_line(FILE *stream, const struct states_row *row,
			const struct kpool_bench_run *run,
			const struct kpool_bench_run *pooled)
{
	fprintf(stream, "%-10s %4u %-10s %12.2f %10.1f %10.3f", row->name,
		run->cpus, bench_backend_name(run->backend), states_cost(run),
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
	case KPOOL_BENCH_SINGLE_USE:
		fprintf(stream, " %10.1f\n", row->go_single_use / row->go_pool);
		break;
	default:
		fprintf(stream, " %10s\n", "-");
	}
}

void bench_report_states(FILE *stream, const struct bench_report_head *head,
			 const struct bench_row *rows, size_t nr)
{
	size_t i, j;

	report_machine(stream, head);
	fputs("The time that passed, over the operations of all CPUs.\n\n", stream);
	fprintf(stream, "%-10s %4s %-10s %12s %10s %10s %12s %10s\n",
		"benchmark", "cpus", "pool",
		head->icount ? "insns/op" : "ns/op", "bytes/op",
		"allocs/op", "times kpool", "in Go");
	for (i = 0; i < ARRAY_SIZE(states_rows); i++) {
		const struct states_row *row = &states_rows[i];
		const struct kpool_bench_run *pooled;

		pooled = states_find(row, KPOOL_BENCH_KPOOL, rows, nr);
		for (j = 0; j < ARRAY_SIZE(states_backends); j++) {
			const struct kpool_bench_run *run;

			run = states_find(row, states_backends[j], rows, nr);
			if (run)
				states_line(stream, row, run, pooled);
		}
	}
}

/* The names of the backends that a workload is compared with. */
static bool json_add_compared(struct json_object *object,
			      const struct kpool_bench_workload_info *info)
{
	struct json_object *names = json_object_new_array();
	unsigned int i;

	if (!json_add(object, "backends", names))
		return false;
	for (i = 0; i < bench_module.nr_backends; i++)
		if (info->backends & (1U << i) &&
		    !json_append(names, json_object_new_string(bench_backend_name(i))))
			return false;
	return true;
}

static bool json_add_workload(struct json_object *array,
			      const struct kpool_bench_workload_info *info)
{
	struct json_object *object = json_object_new_object();

	return json_append(array, object) &&
	       json_add_string(object, "name", info->name) &&
	       json_add_string(object, "text", info->text) &&
	       json_add_integer(object, "unit", info->unit) &&
	       json_add_bool(object, "latency",
			     info->flags & KPOOL_BENCH_W_LATENCY) &&
	       json_add_compared(object, info);
}

static bool json_add_backend(struct json_object *array,
			     const struct kpool_bench_backend_info *info)
{
	struct json_object *object = json_object_new_object();

	return json_append(array, object) &&
	       json_add_string(object, "name", info->name) &&
	       json_add_string(object, "text", info->text);
}

/* Adds what the module says about its workloads and backends. */
static bool json_add_module(struct json_object *report)
{
	struct json_object *workloads = json_object_new_array();
	struct json_object *backends = json_object_new_array();
	bool ok = json_add(report, "workloads", workloads);
	unsigned int i;

	ok = json_add(report, "backends", backends) && ok;
	for (i = 0; ok && i < bench_module.nr_workloads; i++)
		ok = json_add_workload(workloads, &bench_module.workloads[i]);
	for (i = 0; ok && i < bench_module.nr_backends; i++)
		ok = json_add_backend(backends, &bench_module.backends[i]);
	return ok;
}

struct json_object *bench_report_json(const struct bench_report_head *head)
{
	struct json_object *report = json_object_new_object();

	if (report &&
	    json_add_string(report, "kernel", head->kernel) &&
	    json_add_string(report, "flavour", head->flavour) &&
	    json_add_string(report, "commit", head->commit) &&
	    json_add_string(report, "arch", head->arch) &&
	    json_add_string(report, "accel", head->accel) &&
	    json_add_bool(report, "icount", head->icount) &&
	    json_add_integer(report, "cpus", head->cpus) &&
	    json_add_string(report, "method", bench_report_method(head)) &&
	    json_add_integer(report, "rounds", head->rounds) &&
	    json_add_double(report, "confidence",
			    bench_row_confidence(head->rounds), "%.4f") &&
	    json_add_module(report) &&
	    json_add(report, "rows", json_object_new_array()))
		return report;
	json_object_put(report);
	return NULL;
}

/* Adds a null if there is no figure, so that each row has the same keys. */
static bool json_add_maybe(struct json_object *object, const char *key,
			   bool has, double value, const char *format)
{
	if (has)
		return json_add_double(object, key, value, format);
	return json_add_null(object, key);
}

static bool json_add_row_cost(struct json_object *json,
			      const struct bench_report_head *head,
			      const struct bench_row *row)
{
	bool several = row->rounds > 1;

	return json_add_double(json, "cost", row->run.cost_ps / PS_PER_NS,
			       "%.3f") &&
	       json_add_maybe(json, "cost_net", row->has_net,
			      row->net_ps / PS_PER_NS, "%.3f") &&
	       json_add_maybe(json, "cost_low", several,
			      bench_row_low(row) / PS_PER_NS, "%.3f") &&
	       json_add_maybe(json, "cost_high", several,
			      bench_row_high(row) / PS_PER_NS, "%.3f") &&
	       json_add_string(json, "unit", report_unit(head)) &&
	       json_add_string(json, "method", bench_report_method(head));
}

static bool json_add_row_latency(struct json_object *json,
				 const struct bench_row *row)
{
	const struct kpool_bench_run *run = &row->run;
	bool has = row->has_latency;
	bool has_p999 = has && row_latencies(row) >= ROW_HAS_P999;

	return json_add_maybe(json, "p50", has, run->latency_p50_ns, "%.0f") &&
	       json_add_maybe(json, "p99", has, run->latency_p99_ns, "%.0f") &&
	       json_add_maybe(json, "p999", has_p999, run->latency_p999_ns,
			      "%.0f") &&
	       json_add_maybe(json, "max", has, run->latency_max_ns, "%.0f");
}

/* Returns the shortest latency in a bucket, see KPOOL_BENCH_BUCKETS. */
static __u64 bucket_begin(unsigned int bucket)
{
	if (bucket < 32)
		return bucket;
	return (__u64)(bucket % 16 + 16) << (bucket / 16 - 1);
}

static bool json_add_bucket(struct json_object *histogram, unsigned int bucket,
			    __u64 count)
{
	struct json_object *pair = json_object_new_array();

	return json_append(histogram, pair) &&
	       json_append(pair, json_object_new_int64(bucket_begin(bucket))) &&
	       json_append(pair, json_object_new_int64(count));
}

/* Adds pairs of a bucket's shortest latency and the number of its latencies. */
static bool json_add_histogram(struct json_object *json,
			       const struct bench_row *row)
{
	struct json_object *histogram;
	unsigned int i;

	if (!row->has_latency)
		return json_add_null(json, "latencies");
	histogram = json_object_new_array();
	if (!json_add(json, "latencies", histogram))
		return false;
	for (i = 0; i < KPOOL_BENCH_BUCKETS; i++)
		if (row->histogram[i] &&
		    !json_add_bucket(histogram, i, row->histogram[i]))
			return false;
	return true;
}

static bool json_add_row_memory(struct json_object *json,
				const struct bench_row *row)
{
	const struct kpool_bench_run *run = &row->run;

	return json_add_double(json, "allocs_per_op", per_op(run->allocs, run),
			       "%.6f") &&
	       json_add_double(json, "bytes_per_op",
			       per_op(run->alloc_bytes, run), "%.3f") &&
	       json_add_maybe(json, "hit_rate", has_hit_rate(run),
			      hit_rate(run), "%.6f") &&
	       json_add_maybe(json, "held", row->has_memory, row->held,
			      "%.0f") &&
	       json_add_maybe(json, "held_cleared", row->has_memory,
			      row->held_cleared, "%.0f");
}

static bool json_fill_row(struct json_object *json,
			  const struct bench_report_head *head,
			  const struct bench_row *row)
{
	const struct kpool_bench_run *run = &row->run;

	if (!json_add_string(json, "workload",
			     bench_workload_name(run->workload)) ||
	    !json_add_string(json, "backend",
			     bench_backend_name(run->backend)) ||
	    !json_add_integer(json, "cpus", run->cpus))
		return false;
	if (row->note[0])
		return json_add_string(json, "absent", row->note);
	return json_add_integer(json, "object_size", run->object_size_used) &&
	       json_add_integer(json, "ops", run->ops_done) &&
	       json_add_row_cost(json, head, row) &&
	       json_add_row_latency(json, row) &&
	       json_add_row_memory(json, row) &&
	       json_add_histogram(json, row);
}

struct json_object *bench_report_json_row(const struct bench_report_head *head,
					  const struct bench_row *row)
{
	struct json_object *json = json_object_new_object();

	if (json && json_fill_row(json, head, row))
		return json;
	json_object_put(json);
	return NULL;
}

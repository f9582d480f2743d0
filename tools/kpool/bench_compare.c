// SPDX-License-Identifier: GPL-2.0
/*
 * "kpool bench --compare": rows of two reports side by side.  Rows belong
 * together if workload, backend, number of CPUs, object size and the method of
 * measuring are the same; a difference counts if the intervals of the two costs
 * do not overlap, or for instructions of one CPU, which are exact, always.
 */
#include <err.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_compare.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define EXIT_UNUSABLE	2

/**
 * struct compared - what comparing came to
 * @same: rows whose cost is the same
 * @less: rows that cost less
 * @more: rows that cost more
 * @too_much: of these, more than the limit allows
 * @only_old: rows that are missing in the new report
 * @only_new: rows that are missing in the old one
 */
struct compared {
	unsigned int same;
	unsigned int less;
	unsigned int more;
	unsigned int too_much;
	unsigned int only_old;
	unsigned int only_new;
};

static const char *text_of(struct json_object *row, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(row, key, &value))
		return "";
	return json_object_get_string(value) ?: "";
}

static double number_of(struct json_object *row, const char *key, double missing)
{
	struct json_object *value;

	if (!json_object_object_get_ex(row, key, &value) || !value)
		return missing;
	return json_object_get_double(value);
}

static bool is_measured(struct json_object *row)
{
	return json_object_object_get_ex(row, "cost", NULL);
}

static bool belong_together(struct json_object *a, struct json_object *b)
{
	static const char *const keys[] = {
		"workload", "backend", "cpus", "object_size", "method",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(text_of(a, keys[i]), text_of(b, keys[i])))
			return false;
	return is_measured(a) && is_measured(b);
}

static struct json_object *find_row(struct json_object *rows,
				    struct json_object *like)
{
	size_t i;

	for (i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (belong_together(row, like))
			return row;
	}
	return NULL;
}

/* Instructions of several CPUs depend on how these take turns. */
static bool is_exact(struct json_object *row)
{
	return !strcmp(text_of(row, "method"), "instructions") &&
	       !strcmp(text_of(row, "cpus"), "1");
}

/* Could the two costs be the same, seen how much they vary? */
static bool may_be_same(struct json_object *old, struct json_object *new)
{
	double old_cost = number_of(old, "cost", 0);
	double new_cost = number_of(new, "cost", 0);

	if (is_exact(new))
		return old_cost == new_cost;
	return number_of(old, "cost_low", old_cost) <=
		       number_of(new, "cost_high", new_cost) &&
	       number_of(new, "cost_low", new_cost) <=
		       number_of(old, "cost_high", old_cost);
}

static double percent_more(double old, double new)
{
	return old > 0 ? (new - old) * 100 / old : 0;
}

static void print_row(struct json_object *row, double old, double new,
		      const char *verdict)
{
	printf("%-13s %-15s %4s %7s %-12s %12.2f %12.2f %+8.2f %%  %s\n",
	       text_of(row, "workload"), text_of(row, "backend"),
	       text_of(row, "cpus"), text_of(row, "object_size"),
	       text_of(row, "method"), old, new, percent_more(old, new),
	       verdict);
}

static void compare_rows(struct json_object *old, struct json_object *new,
			 int limit, struct compared *compared)
{
	double old_cost = number_of(old, "cost", 0);
	double new_cost = number_of(new, "cost", 0);
	bool too_much = limit >= 0 &&
			percent_more(old_cost, new_cost) > limit;

	if (may_be_same(old, new)) {
		compared->same++;
		return;
	}
	if (new_cost < old_cost) {
		compared->less++;
		print_row(new, old_cost, new_cost, "less");
		return;
	}
	compared->more++;
	compared->too_much += too_much;
	print_row(new, old_cost, new_cost, too_much ? "MORE THAN ALLOWED" :
						      "more");
}

static void print_only(struct json_object *row, const char *where)
{
	printf("%-13s %-15s %4s %7s %-12s only in the %s report\n",
	       text_of(row, "workload"), text_of(row, "backend"),
	       text_of(row, "cpus"), text_of(row, "object_size"),
	       text_of(row, "method"), where);
}

static void compare_reports(struct json_object *old, struct json_object *new,
			    int limit, struct compared *compared)
{
	struct json_object *row, *other;
	size_t i;

	for (i = 0; i < json_object_array_length(new); i++) {
		row = json_object_array_get_idx(new, i);
		other = find_row(old, row);
		if (other) {
			compare_rows(other, row, limit, compared);
		} else if (is_measured(row)) {
			compared->only_new++;
			print_only(row, "new");
		}
	}
	for (i = 0; i < json_object_array_length(old); i++) {
		row = json_object_array_get_idx(old, i);
		if (is_measured(row) && !find_row(new, row)) {
			compared->only_old++;
			print_only(row, "old");
		}
	}
}

/* The JSON in @file, or NULL after a message. */
static struct json_object *read_json(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct json_object *json;

	if (fd < 0) {
		warn("cannot read %s", file);
		return NULL;
	}
	json = json_object_from_fd(fd);
	close(fd);
	if (!json)
		warnx("%s: this is no JSON", file);
	return json;
}

/* The report in @file, or NULL after a message. */
static struct json_object *read_report(const char *file)
{
	struct json_object *report = read_json(file);
	struct json_object *rows;

	if (!report)
		return NULL;
	if (json_object_object_get_ex(report, "rows", &rows) &&
	    json_object_is_type(rows, json_type_array) &&
	    json_object_array_length(rows))
		return report;
	warnx("%s: no report of kpool bench --json: it has no rows", file);
	json_object_put(report);
	return NULL;
}

static struct json_object *rows_of(struct json_object *report)
{
	struct json_object *rows;

	json_object_object_get_ex(report, "rows", &rows);
	return rows;
}

static int compare_and_sum_up(struct json_object *old, struct json_object *new,
			      int limit)
{
	struct compared compared = { 0 };

	printf("from Linux %s to %s\n\n", text_of(old, "kernel"),
	       text_of(new, "kernel"));
	printf("%-13s %-15s %4s %7s %-12s %12s %12s %10s\n", "workload",
	       "backend", "cpus", "size", "method", "old", "new", "change");
	compare_reports(rows_of(old), rows_of(new), limit, &compared);
	printf("\n%u the same, %u less, %u more", compared.same, compared.less,
	       compared.more);
	if (limit >= 0)
		printf(", of these %u by more than %d %%", compared.too_much,
		       limit);
	printf("; %u only in the old report, %u only in the new one\n",
	       compared.only_old, compared.only_new);
	return compared.too_much ? EXIT_FAILURE : EXIT_SUCCESS;
}

int bench_compare(const char *old, const char *new, int limit)
{
	struct json_object *old_report = read_report(old);
	struct json_object *new_report = old_report ? read_report(new) : NULL;
	int status = EXIT_UNUSABLE;

	if (new_report)
		status = compare_and_sum_up(old_report, new_report, limit);
	json_object_put(new_report);
	json_object_put(old_report);
	return status;
}

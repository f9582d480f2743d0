// SPDX-License-Identifier: GPL-2.0
/*
 * "kpool bench --compare": compares the rows of two reports, each written by
 * "kpool bench --json" or combined from several by "make bench". Rows belong
 * together if workload, backend, number of CPUs, object size and the method of
 * measuring are the same. A difference counts if the intervals of the two costs
 * do not overlap; the interval of a row measured once is a point.
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

/*
 * A member added to each row: the number of CPUs of the machine it comes from.
 */
#define MACHINE		"machine"

/**
 * struct report - a report to compare
 * @kernel: release of the kernel
 * @rows: an array of all rows
 */
struct report {
	char kernel[64];
	struct json_object *rows;
};

/**
 * struct compared - the result of a comparison
 * @same: number of rows whose cost is the same
 * @less: rows that cost less
 * @more: rows that cost more
 * @too_much: of these, rows whose cost grew by more than the limit
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

	if (!json_object_object_get_ex(row, key, &value) ||
	    (!json_object_is_type(value, json_type_double) &&
	     !json_object_is_type(value, json_type_int)))
		return missing;
	return json_object_get_double(value);
}

/* A row without figures says why; a row with a zero cost is broken. */
static bool is_measured(struct json_object *row)
{
	return number_of(row, "cost", 0) > 0;
}

static bool is_absent(struct json_object *row)
{
	return *text_of(row, "absent");
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

/*
 * Parts of one report may have measured the same row on machines with different
 * numbers of CPUs: if there is a choice, prefer the same machine size.
 */
static struct json_object *find_row(struct json_object *rows,
				    struct json_object *like)
{
	struct json_object *found = NULL;
	size_t i;

	for (i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (!belong_together(row, like))
			continue;
		if (!strcmp(text_of(row, MACHINE), text_of(like, MACHINE)))
			return row;
		found = found ?: row;
	}
	return found;
}

/* Could the two costs be the same, given how much they vary? */
static bool may_be_same(struct json_object *old, struct json_object *new)
{
	double old_cost = number_of(old, "cost", 0);
	double new_cost = number_of(new, "cost", 0);

	return number_of(old, "cost_low", old_cost) <=
		       number_of(new, "cost_high", new_cost) &&
	       number_of(new, "cost_low", new_cost) <=
		       number_of(old, "cost_high", old_cost);
}

static double percent_more(double old, double new)
{
	return (new - old) * 100 / old;
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

/* Returns the JSON in @file, or NULL after a message. */
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
		warnx("%s: this is not JSON", file);
	return json;
}

static bool is_whole(struct json_object *row)
{
	return *text_of(row, "workload") && *text_of(row, "backend") &&
	       (is_measured(row) || is_absent(row));
}

/* Adds the rows of one part, if any; returns false if one is broken. */
static bool add_rows(struct report *report, struct json_object *part)
{
	struct json_object *rows, *row;
	size_t i;

	/* Rows with results of Go have no backends. */
	if (!json_object_object_get_ex(part, "rows", &rows) ||
	    !json_object_is_type(rows, json_type_array) ||
	    !*text_of(part, "kernel"))
		return true;
	if (!report->kernel[0])
		snprintf(report->kernel, sizeof(report->kernel), "%s",
			 text_of(part, "kernel"));
	for (i = 0; i < json_object_array_length(rows); i++) {
		row = json_object_array_get_idx(rows, i);
		if (!is_whole(row))
			return false;
		json_object_object_add(row, MACHINE,
				       json_object_new_string(text_of(part, "cpus")));
		json_object_array_add(report->rows, json_object_get(row));
	}
	return true;
}

static bool add_parts(struct report *report, struct json_object *json)
{
	struct json_object *parts;
	size_t i;

	if (!json_object_object_get_ex(json, "parts", &parts) ||
	    !json_object_is_type(parts, json_type_array))
		return add_rows(report, json);
	for (i = 0; i < json_object_array_length(parts); i++)
		if (!add_rows(report, json_object_array_get_idx(parts, i)))
			return false;
	return true;
}

/* Reads @file into @report; on failure prints a message. */
static bool read_report(const char *file, struct report *report)
{
	struct json_object *json = read_json(file);
	bool whole;

	if (!json)
		return false;
	whole = add_parts(report, json);
	json_object_put(json);
	if (!whole)
		warnx("%s: a row has no name, or neither a cost nor a reason why not",
		      file);
	else if (!json_object_array_length(report->rows))
		warnx("%s: not a report of kpool bench --json or make bench: it has no rows",
		      file);
	else
		return true;
	return false;
}

static int compare_and_sum_up(const struct report *old,
			      const struct report *new, int limit)
{
	struct compared compared = { 0 };

	printf("from Linux %s to %s\n\n", old->kernel, new->kernel);
	printf("%-13s %-15s %4s %7s %-12s %12s %12s %10s\n", "workload",
	       "backend", "cpus", "size", "method", "old", "new", "change");
	compare_reports(old->rows, new->rows, limit, &compared);
	printf("\n%u the same, %u less, %u more", compared.same, compared.less,
	       compared.more);
	if (limit >= 0)
		printf(", of these %u by more than %d %%", compared.too_much,
		       limit);
	printf("; %u only in the old report, %u only in the new one\n",
	       compared.only_old, compared.only_new);
	if (limit < 0)
		return EXIT_SUCCESS;
	/* A check for growing costs must fail if a row has disappeared. */
	return compared.too_much || compared.only_old ? EXIT_FAILURE :
							EXIT_SUCCESS;
}

int bench_compare(const char *old_file, const char *new_file, int limit)
{
	struct report old = { .rows = json_object_new_array() };
	struct report new = { .rows = json_object_new_array() };
	int status = EXIT_UNUSABLE;

	if (!old.rows || !new.rows)
		warnx("out of memory");
	else if (read_report(old_file, &old) && read_report(new_file, &new))
		status = compare_and_sum_up(&old, &new, limit);
	json_object_put(new.rows);
	json_object_put(old.rows);
	return status;
}

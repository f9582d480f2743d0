/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON that is complete or not there at all, as json-c has it with every
 * allocation checked; and reports that grow item by item, of which each is
 * written down at once, so that what ends early has not been in vain.
 */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <stdbool.h>
#include <stdio.h>

struct json_object;

/**
 * struct bench_json - a report that grows
 * @report: all of it
 * @items: the array in @report that items are added to
 * @lines: receives the report without items as a line, and then each item as
 *	one; or NULL
 */
struct bench_json {
	struct json_object *report;
	struct json_object *items;
	FILE *lines;
};

/**
 * bench_json_begin() - begin a report
 * @json: with @lines set
 * @report: an object with the array @key in it, which belongs to @json then;
 *	NULL is taken for a lack of memory
 *
 * Return: false after a message if there is no memory, or it can't be written.
 */
bool bench_json_begin(struct bench_json *json, struct json_object *report,
		      const char *key);

/**
 * bench_json_add() - add an item, and write it down
 * @json: which bench_json_begin() began
 * @item: belongs to @json then; NULL is taken for a lack of memory
 *
 * Return: as of bench_json_begin().
 */
bool bench_json_add(struct bench_json *json, struct json_object *item);

/* Writes @report for people to read; false, with errno set, if it could not. */
bool bench_json_write(struct json_object *report, FILE *stream);

/* Forgets all of it. */
void bench_json_end(struct bench_json *json);

/*
 * Add @value, which belongs to @object or @array then, and answer whether there
 * was memory for it.  For json_add() and json_append() NULL is a lack of
 * memory; a null is added with json_add_null().
 */
bool json_add(struct json_object *object, const char *key,
	      struct json_object *value);
bool json_add_null(struct json_object *object, const char *key);
bool json_add_string(struct json_object *object, const char *key,
		     const char *value);
bool json_add_integer(struct json_object *object, const char *key,
		      long long value);
bool json_add_bool(struct json_object *object, const char *key, bool value);
/* @format is printf()'s, for one double. */
bool json_add_double(struct json_object *object, const char *key,
		     double value, const char *format);
bool json_append(struct json_object *array, struct json_object *value);

#endif /* BENCH_JSON_H */

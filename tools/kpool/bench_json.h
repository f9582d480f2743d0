/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Builds JSON that is either complete or absent, since every allocation of
 * json-c is checked; and reports that grow item by item. Each item is written
 * at once, so that a benchmark that ends early keeps its results.
 */
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <stdbool.h>
#include <stdio.h>

struct json_object;

/**
 * struct bench_json - a report that grows
 * @report: the whole report
 * @items: the array in @report that items are added to
 * @lines: if not NULL, receives the report without items as a line, and then
 *	each item as a line
 */
struct bench_json {
	struct json_object *report;
	struct json_object *items;
	FILE *lines;
};

/**
 * bench_json_begin() - begin a report
 * @json: must have @lines set
 * @report: an object that contains the array @key; @json takes ownership. NULL
 *	counts as out of memory
 * @key: name of the array in @report
 *
 * Return: false after a message if out of memory or if writing fails.
 */
bool bench_json_begin(struct bench_json *json, struct json_object *report,
		      const char *key);

/**
 * bench_json_add() - add an item, and write it
 * @json: set up by bench_json_begin()
 * @item: @json takes ownership. NULL counts as out of memory
 *
 * Return: the same as for bench_json_begin().
 */
bool bench_json_add(struct bench_json *json, struct json_object *item);

/*
 * Writes @report in readable form; returns false, with errno set, on failure.
 */
bool bench_json_write(struct json_object *report, FILE *stream);

/* Frees the report. */
void bench_json_end(struct bench_json *json);

/*
 * Add @value to @object or @array, which takes ownership; return false if out
 * of memory. For json_add() and json_append() a NULL @value counts as out of
 * memory; use json_add_null() to add a null.
 */
bool json_add(struct json_object *object, const char *key,
	      struct json_object *value);
bool json_add_null(struct json_object *object, const char *key);
bool json_add_string(struct json_object *object, const char *key,
		     const char *value);
bool json_add_integer(struct json_object *object, const char *key,
		      long long value);
bool json_add_bool(struct json_object *object, const char *key, bool value);
/* @format is a printf() format for one double. */
bool json_add_double(struct json_object *object, const char *key,
		     double value, const char *format);
bool json_append(struct json_object *array, struct json_object *value);

#endif /* BENCH_JSON_H */

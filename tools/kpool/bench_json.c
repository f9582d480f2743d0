// SPDX-License-Identifier: GPL-2.0
/* JSON with every allocation checked, and reports that grow item by item. */
#include <err.h>
#include <json-c/json.h>

#include "bench_json.h"

bool json_add(struct json_object *object, const char *key,
	      struct json_object *value)
{
	if (value && !json_object_object_add(object, key, value))
		return true;
	json_object_put(value);
	return false;
}

bool json_add_null(struct json_object *object, const char *key)
{
	return !json_object_object_add(object, key, NULL);
}

bool json_add_string(struct json_object *object, const char *key,
		     const char *value)
{
	return json_add(object, key, json_object_new_string(value));
}

bool json_add_integer(struct json_object *object, const char *key,
		      long long value)
{
	return json_add(object, key, json_object_new_int64(value));
}

bool json_add_bool(struct json_object *object, const char *key, bool value)
{
	return json_add(object, key, json_object_new_boolean(value));
}

bool json_add_double(struct json_object *object, const char *key,
		     double value, const char *format)
{
	char text[64];

	snprintf(text, sizeof(text), format, value);
	return json_add(object, key, json_object_new_double_s(value, text));
}

bool json_append(struct json_object *array, struct json_object *value)
{
	if (value && !json_object_array_add(array, value))
		return true;
	json_object_put(value);
	return false;
}

static bool write_line(struct json_object *item, FILE *lines)
{
	const char *text;

	if (!lines)
		return true;
	text = json_object_to_json_string_ext(item,
					      JSON_C_TO_STRING_PLAIN |
					      JSON_C_TO_STRING_NOSLASHESCAPE);
	if (text && fprintf(lines, "%s\n", text) >= 0 && !fflush(lines))
		return true;
	warn("cannot write the results");
	return false;
}

bool bench_json_begin(struct bench_json *json, struct json_object *report,
		      const char *key)
{
	json->report = report;
	if (report && json_object_object_get_ex(report, key, &json->items))
		return write_line(report, json->lines);
	warnx("out of memory");
	return false;
}

bool bench_json_add(struct bench_json *json, struct json_object *item)
{
	if (!item || !json_append(json->items, item)) {
		warnx("out of memory");
		return false;
	}
	return write_line(item, json->lines);
}

bool bench_json_write(struct json_object *report, FILE *stream)
{
	const char *text;

	text = json_object_to_json_string_ext(report,
					      JSON_C_TO_STRING_PRETTY |
					      JSON_C_TO_STRING_SPACED |
					      JSON_C_TO_STRING_NOSLASHESCAPE);
	return text && fprintf(stream, "%s\n", text) >= 0 && !fflush(stream);
}

void bench_json_end(struct bench_json *json)
{
	json_object_put(json->report);
	json->report = NULL;
	json->items = NULL;
}

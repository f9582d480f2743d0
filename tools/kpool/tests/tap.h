/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prints the results of a test program as KTAP: each check is a test case.
 * main() calls tap_begin(), makes the checks, and returns tap_end().
 *
 * KTAP needs the number of results before the first of them, so they are kept
 * until the end. A program that crashes prints nothing, and its exit status
 * shows that.
 */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static unsigned int tap_cases;
static unsigned int tap_failures;
static char *tap_results;
static size_t tap_size;
static FILE *tap_stream;

static inline void tap_begin(void)
{
	tap_stream = open_memstream(&tap_results, &tap_size);
	if (!tap_stream)
		abort();
}

/* Reports @ok as the result of the test case @name. */
static inline bool tap_check(bool ok, const char *name)
{
	tap_cases++;
	tap_failures += !ok;
	fprintf(tap_stream, "%sok %u %s\n", ok ? "" : "not ", tap_cases, name);
	return ok;
}

/* Checks that two texts are the same; if not, prints both. */
static inline void tap_same(const char *is, const char *want, const char *name)
{
	if (!tap_check(is && !strcmp(is, want), name))
		fprintf(tap_stream, "# is:   %s\n# want: %s\n",
			is ? is : "(nothing)", want);
}

static inline int tap_end(void)
{
	fclose(tap_stream);
	printf("KTAP version 1\n1..%u\n%s", tap_cases, tap_results);
	free(tap_results);
	return tap_failures ? 1 : 0;
}

#endif /* TAP_H */

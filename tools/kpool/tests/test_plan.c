// SPDX-License-Identifier: GPL-2.0
/* What the words of the command line come to. */
#include <stdlib.h>

#include "bench_plan.h"
#include "tap.h"

static void names(const char *list, const char *wrong, unsigned int want,
		  const char *name)
{
	unsigned int mask;
	char *got = bench_parse_names(list, bench_backend_names,
				      KPOOL_BENCH_BACKENDS, &mask);

	if (wrong)
		tap_same(got, wrong, name);
	else
		tap_check(!got && mask == want, name);
	free(got);
}

static void test_names(void)
{
	names("kpool", NULL, 1 << KPOOL_BENCH_KPOOL, "one name");
	names("fixed,loop", NULL,
	      1 << KPOOL_BENCH_FIXED | 1 << KPOOL_BENCH_LOOP, "two names");
	names("all", NULL, (1 << KPOOL_BENCH_BACKENDS) - 1, "all names");
	names("kpool,slub", "slub", 0, "an unknown name is told");
	names("kpo", "kpo", 0, "a part of a name is no name");
	names("kpool,", "", 0, "an empty name is no name");
	names("", "", 0, "an empty list is refused");
}

static bool number(const char *text)
{
	unsigned long long number;

	return bench_parse_number(text, 16, 100, &number);
}

static void test_numbers(void)
{
	unsigned long long value = 0;

	tap_check(bench_parse_number("64", 16, 100, &value) && value == 64,
		  "a number is read");
	tap_check(number("16") && number("100"), "both ends are in the range");
	tap_check(!number("15") && !number("101"), "more and less are not");
	tap_check(!number("-18446744073709551552"), "no sign");
	tap_check(!number(" 64") && !number("64 ") && !number("64k"),
		  "nothing but digits");
	tap_check(!number(""), "at least one digit");
	tap_check(!number("18446744073709551680"), "no more than 64 bits");
}

static void test_cpus(void)
{
	struct bench_options options;

	bench_options_init(&options);
	tap_check(bench_parse_cpus("1,4,16", &options) &&
		  options.nr_cpus == 3 && options.cpus[0] == 1 &&
		  options.cpus[1] == 4 && options.cpus[2] == 16,
		  "a list of CPUs");
	tap_check(!bench_parse_cpus("0", &options), "no CPU is too few");
	tap_check(!bench_parse_cpus("1,,2", &options), "an empty element");
	tap_check(!bench_parse_cpus("1,2,", &options), "a comma at the end");
	tap_check(!bench_parse_cpus("100000000", &options), "too many CPUs");
	tap_check(!bench_parse_cpus("1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1",
				    &options), "too many numbers");
}

static size_t rows_of(const struct bench_plan *plan, unsigned int workload)
{
	size_t rows = 0;
	size_t i;

	for (i = 0; i < plan->nr; i++)
		rows += plan->runs[i].workload == workload;
	return rows;
}

static const struct kpool_bench_run *row_of(const struct bench_plan *plan,
					    unsigned int workload,
					    unsigned int backend)
{
	size_t i;

	for (i = 0; i < plan->nr; i++) {
		if (plan->runs[i].workload == workload &&
		    plan->runs[i].backend == backend)
			return &plan->runs[i];
	}
	return NULL;
}

static void test_default_plan(void)
{
	struct bench_options options;
	struct bench_plan plan;

	bench_options_init(&options);
	bench_plan_make(&options, 4, &plan);
	tap_check(rows_of(&plan, KPOOL_BENCH_PAIR) == KPOOL_BENCH_BACKENDS - 1 &&
		  rows_of(&plan, KPOOL_BENCH_CROSS) == KPOOL_BENCH_BACKENDS - 1,
		  "everything by default but what is for kinds only");
	tap_check(!row_of(&plan, KPOOL_BENCH_PAIR, KPOOL_BENCH_KERNEL),
		  "no row of another backend for kernel");
	tap_check(plan.runs[0].workload == KPOOL_BENCH_PAIR &&
		  plan.runs[0].backend == KPOOL_BENCH_LOOP &&
		  plan.runs[0].cpus == 1 && plan.runs[0].object_size == 256 &&
		  plan.runs[0].ops && !plan.runs[0].flags,
		  "the first row is the loop on one CPU");
	tap_check(row_of(&plan, KPOOL_BENCH_PARALLEL,
			 KPOOL_BENCH_KPOOL)->cpus == 4,
		  "parallel uses all CPUs");
	tap_check(row_of(&plan, KPOOL_BENCH_CROSS,
			 KPOOL_BENCH_KPOOL)->cpus == 2, "cross uses two");
	tap_check(!row_of(&plan, KPOOL_BENCH_COMPRESS,
			  KPOOL_BENCH_KPOOL)->object_size,
		  "compress is asked for no size");
}

static const struct kpool_bench_run *row_on(const struct bench_plan *plan,
					    unsigned int workload,
					    unsigned int cpus)
{
	size_t i;

	for (i = 0; i < plan->nr; i++) {
		if (plan->runs[i].workload == workload &&
		    plan->runs[i].cpus == cpus)
			return &plan->runs[i];
	}
	return NULL;
}

static void test_states(void)
{
	const struct kpool_bench_run *pooled, *built;
	struct bench_options options;
	struct bench_plan plan;

	bench_options_init(&options);
	bench_plan_make(&options, 4, &plan);
	tap_check(rows_of(&plan, KPOOL_BENCH_STATE) == 6 &&
		  row_on(&plan, KPOOL_BENCH_STATE, 1) &&
		  row_on(&plan, KPOOL_BENCH_STATE, 4),
		  "state: three backends, on one CPU and on all");
	tap_check(rows_of(&plan, KPOOL_BENCH_STATE_USE) == 3 &&
		  row_on(&plan, KPOOL_BENCH_STATE_USE, 1),
		  "state-use: three backends on one CPU");
	tap_check(!row_of(&plan, KPOOL_BENCH_STATE, KPOOL_BENCH_LOOP) &&
		  !row_of(&plan, KPOOL_BENCH_STATE, KPOOL_BENCH_KERNEL),
		  "states have no other backends");
	pooled = row_of(&plan, KPOOL_BENCH_STATE, KPOOL_BENCH_KPOOL);
	built = row_of(&plan, KPOOL_BENCH_STATE, KPOOL_BENCH_NONE);
	tap_check(!pooled->object_size && !built->object_size &&
		  !row_of(&plan, KPOOL_BENCH_STATE_USE,
			  KPOOL_BENCH_KPOOL)->object_size,
		  "states are asked for no size");
	tap_check(!pooled->burst && !pooled->pools,
		  "states have no bursts and one pool");
	tap_check(pooled->ops > built->ops,
		  "what is not built can be got more often");
	bench_plan_make(&options, 1, &plan);
	tap_check(rows_of(&plan, KPOOL_BENCH_STATE) == 3,
		  "state on a machine with one CPU: not twice");
	options.ops = 7;
	bench_parse_cpus("2,4", &options);
	bench_plan_make(&options, 4, &plan);
	tap_check(rows_of(&plan, KPOOL_BENCH_STATE) == 6 &&
		  !row_on(&plan, KPOOL_BENCH_STATE, 1),
		  "state on the CPUs that were asked for, and no others");
	tap_check(row_of(&plan, KPOOL_BENCH_STATE, KPOOL_BENCH_KPOOL)->ops == 7,
		  "as many operations as asked for");
}

static void test_states_option(void)
{
	struct bench_options options;
	struct bench_plan plan;

	bench_options_init(&options);
	bench_options_states(&options);
	bench_plan_make(&options, 2, &plan);
	tap_check(plan.nr == 9 && rows_of(&plan, KPOOL_BENCH_STATE) == 6 &&
		  rows_of(&plan, KPOOL_BENCH_STATE_USE) == 3,
		  "--states is nine runs of states");
}

static void test_kinds(void)
{
	struct bench_options options;
	unsigned int workload;
	struct bench_plan plan;
	bool ok = true;

	bench_options_init(&options);
	bench_plan_make(&options, 4, &plan);
	for (workload = KPOOL_BENCH_BUF; workload < KPOOL_BENCH_WORKLOADS;
	     workload++)
		ok &= rows_of(&plan, workload) == 2 &&
		      row_of(&plan, workload, KPOOL_BENCH_KPOOL) &&
		      row_of(&plan, workload, KPOOL_BENCH_KERNEL) &&
		      row_of(&plan, workload, KPOOL_BENCH_KPOOL)->cpus == 1 &&
		      row_of(&plan, workload,
			     KPOOL_BENCH_KPOOL)->object_size == 256;
	tap_check(ok, "each kind with kpool and kernel, on one CPU, of a size");
}

static void test_options(void)
{
	struct bench_options options;
	struct bench_plan plan;

	bench_options_init(&options);
	options.workloads = 1 << KPOOL_BENCH_PARALLEL;
	options.backends = 1 << KPOOL_BENCH_KPOOL | 1 << KPOOL_BENCH_NONE;
	options.pools = 10;
	options.ops = 7;
	options.icount = true;
	options.keep = true;
	bench_parse_cpus("1,2,4", &options);
	bench_plan_make(&options, 4, &plan);
	tap_check(plan.nr == 6 && rows_of(&plan, KPOOL_BENCH_PARALLEL) == 6,
		  "a row for each backend and number of CPUs");
	tap_check(plan.runs[0].pools == 10 && plan.runs[0].ops == 7,
		  "options arrive in the request");
	tap_check(plan.runs[0].flags == (KPOOL_BENCH_F_SHARED_CLOCK |
					 KPOOL_BENCH_F_KEEP),
		  "icount shares a clock, and pools are kept");
	tap_check(plan.runs[1].flags == KPOOL_BENCH_F_SHARED_CLOCK,
		  "only kpool has pools to keep");
}

static void test_largest_plan(void)
{
	struct bench_options options;
	struct bench_plan plan;

	bench_options_init(&options);
	bench_parse_cpus("1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", &options);
	bench_plan_make(&options, 1, &plan);
	tap_check(plan.nr <= ARRAY_SIZE(plan.runs),
		  "the largest plan has room");
	tap_check(rows_of(&plan, KPOOL_BENCH_PARALLEL) ==
		  PLAN_CPUS_MAX * (KPOOL_BENCH_BACKENDS - 1) &&
		  rows_of(&plan, KPOOL_BENCH_STATE) == PLAN_CPUS_MAX * 3,
		  "and all rows on each number of CPUs");
}

int main(void)
{
	tap_begin();
	test_names();
	test_numbers();
	test_cpus();
	test_default_plan();
	test_states();
	test_states_option();
	test_kinds();
	test_options();
	test_largest_plan();
	return tap_end();
}

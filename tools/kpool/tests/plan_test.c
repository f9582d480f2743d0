// SPDX-License-Identifier: GPL-2.0
/* The plan and options that the words of the command line result in. */
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

/* Fails if a workload or backend added to the header has no name yet. */
static bool all_named(const char *const *names, size_t nr)
{
	size_t i, j;

	for (i = 0; i < nr; i++) {
		if (!names[i] || !*names[i])
			return false;
		for (j = 0; j < i; j++)
			if (!strcmp(names[i], names[j]))
				return false;
	}
	return true;
}

static void test_names(void)
{
	tap_check(all_named(bench_workload_names, KPOOL_BENCH_WORKLOADS) &&
		  all_named(bench_backend_names, KPOOL_BENCH_BACKENDS),
		  "each workload and backend has a name of its own");
	names("kpool", NULL, 1 << KPOOL_BENCH_KPOOL, "one name");
	names("single-use,loop", NULL,
	      1 << KPOOL_BENCH_SINGLE_USE | 1 << KPOOL_BENCH_LOOP, "two names");
	names("all", NULL, (1 << KPOOL_BENCH_BACKENDS) - 1, "all names");
	names("kpool,slub", "slub", 0, "an unknown name is reported");
	names("kmem_cache-ctor,llist", NULL,
	      1 << KPOOL_BENCH_KMEM_CACHE_CTOR | 1 << KPOOL_BENCH_LLIST,
	      "a name that begins like another");
	names("kpo", "kpo", 0, "a part of a name is not a name");
	names("kpool,", "", 0, "an empty name is not a name");
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
		  "a number is parsed");
	tap_check(number("16") && number("100"), "both ends are in the range");
	tap_check(!number("15") && !number("101"), "values above and below are not");
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

/* The plan is too large for the stack. */
static struct bench_plan plan;

static struct bench_options options;

/* Makes the default plan for a machine with @online CPUs. */
static void plan_default(unsigned int online)
{
	bench_options_init(&options);
	bench_plan_make(&options, online, &plan);
}

/* Counts rows of @workload on @cpus CPUs, or on any number if @cpus is 0. */
static size_t rows_on(unsigned int workload, unsigned int cpus)
{
	size_t rows = 0;
	size_t i;

	for (i = 0; i < plan.nr; i++)
		rows += plan.rows[i].run.workload == workload &&
			(!cpus || plan.rows[i].run.cpus == cpus);
	return rows;
}

static size_t rows_of(unsigned int workload)
{
	return rows_on(workload, 0);
}

static const struct kpool_bench_run *row_of(unsigned int workload,
					    unsigned int backend)
{
	size_t i;

	for (i = 0; i < plan.nr; i++) {
		const struct kpool_bench_run *run = &plan.rows[i].run;

		if (run->workload == workload && run->backend == backend)
			return run;
	}
	return NULL;
}

/* All backends except kernel, which is for kinds of pools only. */
#define MOST_BACKENDS	(KPOOL_BENCH_BACKENDS - 1)

static void test_default_plan(void)
{
	const struct kpool_bench_run *first = &plan.rows[0].run;
	bool ok = true;
	size_t i;

	plan_default(4);
	tap_check(rows_of(KPOOL_BENCH_PAIR) == MOST_BACKENDS &&
		  rows_of(KPOOL_BENCH_PAGE) == MOST_BACKENDS,
		  "by default everything except for kinds only");
	tap_check(!row_of(KPOOL_BENCH_PAIR, KPOOL_BENCH_KERNEL) &&
		  !row_of(KPOOL_BENCH_PAGE, KPOOL_BENCH_KERNEL),
		  "no row of another workload for kernel");
	tap_check(first->workload == KPOOL_BENCH_PAIR &&
		  first->backend == KPOOL_BENCH_LOOP && first->cpus == 1 &&
		  first->object_size == 256 && !first->flags,
		  "the first row is the loop on one CPU");
	for (i = 0; i < plan.nr; i++)
		ok &= plan.rows[i].run.ops > 0;
	tap_check(ok, "each row has operations to do");
}

/* Rows start without figures, whatever the memory of the plan contained. */
static void test_empty_rows(void)
{
	const struct bench_row *last;

	memset(&plan, 0xff, sizeof(plan));
	plan_default(4);
	last = &plan.rows[plan.nr - 1];
	tap_check(!last->rounds && !last->note[0] && !last->has_latency &&
		  !last->has_memory && !last->has_net && !last->run.cost_ps,
		  "rows have no figures yet");
}

/*
 * Has @workload a row for each backend on @few and on @many CPUs, and no more?
 */
static bool is_on(unsigned int workload, unsigned int few, unsigned int many)
{
	size_t backends = workload == KPOOL_BENCH_STATE ? 3 : MOST_BACKENDS;

	return rows_on(workload, few) == backends &&
	       rows_on(workload, many) == backends &&
	       rows_of(workload) == (few == many ? backends : 2 * backends);
}

static bool is_on_several(unsigned int workload)
{
	return workload == KPOOL_BENCH_PARALLEL ||
	       workload == KPOOL_BENCH_CROSS || workload == KPOOL_BENCH_STATE ||
	       workload == KPOOL_BENCH_STARVATION ||
	       workload == KPOOL_BENCH_EXPENSIVE_NEW;
}

static void test_cpus_of_workloads(void)
{
	unsigned int workload;
	bool ok = true;

	plan_default(4);
	tap_check(is_on(KPOOL_BENCH_PARALLEL, 4, 4), "parallel uses all CPUs");
	tap_check(is_on(KPOOL_BENCH_CROSS, 2, 4), "cross: on two CPUs and all");
	tap_check(is_on(KPOOL_BENCH_STATE, 1, 4), "state: on one CPU and all");
	tap_check(is_on(KPOOL_BENCH_STARVATION, 1, 4),
		  "starvation: on one CPU and all");
	tap_check(is_on(KPOOL_BENCH_EXPENSIVE_NEW, 1, 4),
		  "expensive-new: on one CPU and all");
	for (workload = 0; workload < KPOOL_BENCH_WORKLOADS; workload++)
		if (!is_on_several(workload))
			ok &= rows_of(workload) &&
			      rows_on(workload, 1) == rows_of(workload);
	tap_check(ok, "all others: on one CPU");
}

static void test_small_machines(void)
{
	plan_default(2);
	tap_check(is_on(KPOOL_BENCH_CROSS, 2, 2),
		  "cross on a machine with two CPUs: not twice");
	plan_default(1);
	tap_check(is_on(KPOOL_BENCH_PARALLEL, 1, 1) &&
		  is_on(KPOOL_BENCH_STATE, 1, 1) &&
		  is_on(KPOOL_BENCH_STARVATION, 1, 1) &&
		  is_on(KPOOL_BENCH_EXPENSIVE_NEW, 1, 1),
		  "on a machine with one CPU: not twice");
	tap_check(is_on(KPOOL_BENCH_CROSS, 2, 2),
		  "and cross on two, so that the report shows it as absent");
}

/* Has each row of cross producers on all CPUs but one, and no other row any? */
static bool producers_are_right(void)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < plan.nr; i++) {
		const struct kpool_bench_run *run = &plan.rows[i].run;

		if (run->workload == KPOOL_BENCH_CROSS)
			ok &= run->producers == run->cpus - 1;
		else
			ok &= !run->producers;
	}
	return ok;
}

static void test_producers(void)
{
	plan_default(4);
	tap_check(producers_are_right(),
		  "cross gets on all CPUs but one, no other workload does");
	plan_default(17);
	tap_check(is_on(KPOOL_BENCH_CROSS, 2, 17) && producers_are_right(),
		  "cross has up to 16 producers");
	plan_default(18);
	tap_check(is_on(KPOOL_BENCH_CROSS, 2, 17) &&
		  is_on(KPOOL_BENCH_STARVATION, 1, 18) && producers_are_right(),
		  "and no more on a larger machine");
	bench_parse_cpus("1,3,17,18", &options);
	bench_plan_make(&options, 32, &plan);
	tap_check(is_on(KPOOL_BENCH_CROSS, 3, 17) && producers_are_right(),
		  "cross runs on those of the given numbers of CPUs that it can use");
	tap_check(rows_on(KPOOL_BENCH_PARALLEL, 18) == MOST_BACKENDS &&
		  rows_of(KPOOL_BENCH_PARALLEL) == 4 * MOST_BACKENDS,
		  "other workloads run on all of them");
}

static void test_states(void)
{
	const struct kpool_bench_run *pooled, *built;

	plan_default(4);
	tap_check(rows_of(KPOOL_BENCH_STATE_USE) == 3 &&
		  rows_on(KPOOL_BENCH_STATE_USE, 1) == 3,
		  "state-use: three backends on one CPU");
	pooled = row_of(KPOOL_BENCH_STATE, KPOOL_BENCH_KPOOL);
	built = row_of(KPOOL_BENCH_STATE, KPOOL_BENCH_NONE);
	if (!tap_check(pooled && built &&
		       row_of(KPOOL_BENCH_STATE, KPOOL_BENCH_SINGLE_USE),
		       "state: kpool, none and single-use"))
		return;
	tap_check(!row_of(KPOOL_BENCH_STATE, KPOOL_BENCH_LOOP) &&
		  !row_of(KPOOL_BENCH_STATE, KPOOL_BENCH_KERNEL),
		  "states have no other backends");
	tap_check(!pooled->burst && !pooled->pools,
		  "states have no bursts and one pool");
	tap_check(pooled->ops > built->ops,
		  "states that are not built have more operations");
	options.ops = 7;
	bench_parse_cpus("2,4", &options);
	bench_plan_make(&options, 4, &plan);
	tap_check(is_on(KPOOL_BENCH_STATE, 2, 4),
		  "state on the given numbers of CPUs, and no others");
	tap_check(row_of(KPOOL_BENCH_STATE, KPOOL_BENCH_KPOOL)->ops == 7,
		  "as many operations as requested");
}

static void test_states_option(void)
{
	bench_options_init(&options);
	bench_options_states(&options);
	bench_plan_make(&options, 2, &plan);
	tap_check(plan.nr == 9 && rows_of(KPOOL_BENCH_STATE) == 6 &&
		  rows_of(KPOOL_BENCH_STATE_USE) == 3,
		  "--states is nine runs of states");
}

static void test_kinds(void)
{
	unsigned int workload;
	bool ok = true;

	plan_default(4);
	for (workload = KPOOL_BENCH_BUF; workload <= KPOOL_BENCH_STATIC;
	     workload++)
		ok &= rows_of(workload) == 2 &&
		      row_of(workload, KPOOL_BENCH_KPOOL) &&
		      row_of(workload, KPOOL_BENCH_KERNEL) &&
		      row_of(workload, KPOOL_BENCH_KPOOL)->cpus == 1 &&
		      row_of(workload, KPOOL_BENCH_KPOOL)->object_size == 256;
	tap_check(ok, "each kind with kpool and kernel, on one CPU, of a size");
}

static bool has_own_size(unsigned int workload)
{
	return workload == KPOOL_BENCH_COMPRESS ||
	       workload == KPOOL_BENCH_PAGE || workload == KPOOL_BENCH_STATE ||
	       workload == KPOOL_BENCH_STATE_USE;
}

/*
 * Do all rows request it, except those of mixed and those with their own size?
 */
static bool size_is(unsigned long long size)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < plan.nr; i++) {
		const struct kpool_bench_run *run = &plan.rows[i].run;

		if (run->workload != KPOOL_BENCH_MIXED &&
		    !has_own_size(run->workload))
			ok &= run->object_size == size;
	}
	return ok;
}

static unsigned long long mixed_size(void)
{
	return row_of(KPOOL_BENCH_MIXED, KPOOL_BENCH_KPOOL)->object_size;
}

static void test_sizes(void)
{
	bool ok = true;
	size_t i;

	plan_default(4);
	for (i = 0; i < plan.nr; i++)
		if (has_own_size(plan.rows[i].run.workload))
			ok &= !plan.rows[i].run.object_size;
	tap_check(ok, "workloads with a size of their own get none");
	tap_check(size_is(256), "others get the default size");
	tap_check(mixed_size() == 64, "the sizes of mixed begin at a quarter");
	options.size = 1024;
	bench_plan_make(&options, 4, &plan);
	tap_check(size_is(1024) && mixed_size() == 256,
		  "or the requested size");
	options.size = KPOOL_BENCH_SIZE_MIN;
	bench_plan_make(&options, 4, &plan);
	tap_check(size_is(KPOOL_BENCH_SIZE_MIN) &&
		  mixed_size() == KPOOL_BENCH_SIZE_MIN,
		  "the sizes of mixed do not begin below the least size");
}

static bool has_burst(unsigned int workload)
{
	return workload == KPOOL_BENCH_OVERFLOW ||
	       workload == KPOOL_BENCH_STARVATION ||
	       workload == KPOOL_BENCH_EXPENSIVE_NEW ||
	       workload == KPOOL_BENCH_BURST;
}

/* Do all workloads with bursts request it, and no others? */
static bool burst_is(unsigned int burst)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < plan.nr; i++) {
		const struct kpool_bench_run *run = &plan.rows[i].run;

		ok &= run->burst == (has_burst(run->workload) ? burst : 0);
	}
	return ok;
}

static void test_bursts(void)
{
	plan_default(4);
	tap_check(burst_is(0), "by default the module chooses the size of a burst");
	options.burst = 50;
	bench_plan_make(&options, 4, &plan);
	tap_check(burst_is(50), "a burst is requested only of workloads with bursts");
}

static void test_pools(void)
{
	bool ok = true;
	size_t i;

	bench_options_init(&options);
	options.pools = 10;
	bench_plan_make(&options, 4, &plan);
	for (i = 0; i < plan.nr; i++) {
		const struct kpool_bench_run *run = &plan.rows[i].run;
		bool has = run->workload == KPOOL_BENCH_PAIR ||
			   run->workload == KPOOL_BENCH_PARALLEL;

		ok &= run->pools == (has ? 10 : 0);
	}
	tap_check(ok, "only pair and parallel use pools in turn");
}

static void test_options(void)
{
	const struct kpool_bench_run *first = &plan.rows[0].run;

	bench_options_init(&options);
	options.workloads = 1 << KPOOL_BENCH_PARALLEL;
	options.backends = 1 << KPOOL_BENCH_KPOOL | 1 << KPOOL_BENCH_NONE;
	options.pools = 10;
	options.ops = 7;
	options.icount = true;
	options.keep = true;
	bench_parse_cpus("1,2,4", &options);
	bench_plan_make(&options, 4, &plan);
	tap_check(plan.nr == 6 && rows_of(KPOOL_BENCH_PARALLEL) == 6,
		  "a row for each backend and number of CPUs");
	tap_check(first->pools == 10 && first->ops == 7,
		  "options are passed on in the request");
	tap_check(first->flags == (KPOOL_BENCH_F_SHARED_CLOCK |
				   KPOOL_BENCH_F_KEEP),
		  "icount shares a clock, and pools are kept");
	tap_check(plan.rows[1].run.flags == KPOOL_BENCH_F_SHARED_CLOCK,
		  "only kpool has pools to keep");
	options.workloads = 1 << KPOOL_BENCH_PAIR;
	options.backends = 1 << KPOOL_BENCH_KERNEL;
	bench_plan_make(&options, 4, &plan);
	tap_check(!plan.nr, "combinations that do not exist have no row");
}

static size_t first_of(unsigned int workload, unsigned int cpus)
{
	size_t i;

	for (i = 0; i < plan.nr; i++)
		if (plan.rows[i].run.workload == workload &&
		    plan.rows[i].run.cpus == cpus)
			break;
	return i;
}

static size_t group_of(unsigned int workload, unsigned int cpus)
{
	return bench_plan_group(&plan, first_of(workload, cpus));
}

static void test_groups(void)
{
	size_t sum = 0;
	size_t groups;

	plan_default(4);
	tap_check(group_of(KPOOL_BENCH_PAIR, 1) == MOST_BACKENDS,
		  "a group ends with its workload");
	tap_check(group_of(KPOOL_BENCH_STATE, 1) == 3 &&
		  group_of(KPOOL_BENCH_STATE, 4) == 3,
		  "a group ends with its number of CPUs");
	tap_check(bench_plan_group(&plan, 1) == MOST_BACKENDS - 1,
		  "a group counts from the given row");
	tap_check(bench_plan_group(&plan, plan.nr - 1) == 1,
		  "a group ends with the plan");
	for (groups = 0; sum < plan.nr; groups++)
		sum += bench_plan_group(&plan, sum);
	/* Four of the workloads have two groups. */
	tap_check(sum == plan.nr && groups == KPOOL_BENCH_WORKLOADS + 4,
		  "the groups make up the plan");
}

static void test_largest_plan(void)
{
	bench_options_init(&options);
	bench_parse_cpus("2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2", &options);
	bench_plan_make(&options, 2, &plan);
	tap_check(plan.nr <= PLAN_ROWS_MAX, "the largest plan has room");
	tap_check(rows_of(KPOOL_BENCH_PARALLEL) ==
		  PLAN_CPUS_MAX * MOST_BACKENDS &&
		  rows_of(KPOOL_BENCH_CROSS) == PLAN_CPUS_MAX * MOST_BACKENDS &&
		  rows_of(KPOOL_BENCH_STATE) == PLAN_CPUS_MAX * 3,
		  "and all rows on each number of CPUs");
}

int main(void)
{
	tap_begin();
	test_names();
	test_numbers();
	test_cpus();
	test_default_plan();
	test_empty_rows();
	test_cpus_of_workloads();
	test_small_machines();
	test_producers();
	test_states();
	test_states_option();
	test_kinds();
	test_sizes();
	test_bursts();
	test_pools();
	test_options();
	test_groups();
	test_largest_plan();
	return tap_end();
}

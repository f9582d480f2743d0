// SPDX-License-Identifier: GPL-2.0
/* The plan and options that the words of the command line result in. */
#include <stdlib.h>

#include "bench_plan.h"
#include "tap.h"

/*
 * A made-up module on a machine with 4 CPUs: its numbers of backends are those
 * of the header, because the plan knows kpool.
 */
enum {
	ONE,		/* on one CPU, with pools in turn */
	ALL,		/* on all CPUs */
	BOTH,		/* on one CPU and on all, with bursts, of three backends */
	GROUPS,		/* producers and a consumer */
	OWN,		/* objects of its own size, and more operations with kpool */
	DOUBLES,	/* several sizes, around the size of others */
	NR_WORKLOADS,
};

#define NR_BACKENDS	5
#define ONE(backend)	(1U << (backend))
#define EVERY		(ONE(NR_BACKENDS) - 1)
#define THREE		(ONE(KPOOL_BENCH_KPOOL) | ONE(KPOOL_BENCH_LOOP) | \
			 ONE(KPOOL_BENCH_KMALLOC))

#define LARGEST	KPOOL_BENCH_SIZE_MAX

#define WORKLOAD(low, high, most, set, size, nr_ops, ...)	{	\
	.backends = set, .size_max = size, .unit = 1, .cpus_low = low,	\
	.cpus_high = high, .cpus_max = most, .ops = 1000,		\
	.ops_kpool = nr_ops, __VA_ARGS__				\
}

static const struct bench_module made_up = {
	.nr_workloads = NR_WORKLOADS,
	.nr_backends = NR_BACKENDS,
	.workloads = {
		[ONE] = WORKLOAD(1, 1, 1, EVERY, LARGEST, 1000,
				 .flags = KPOOL_BENCH_W_POOLS),
		[ALL] = WORKLOAD(4, 4, 1024, EVERY, LARGEST, 1000,
				 .flags = KPOOL_BENCH_W_POOLS),
		[BOTH] = WORKLOAD(1, 4, 1024, THREE, LARGEST, 1000,
				  .burst = 100),
		[GROUPS] = WORKLOAD(2, 4, 17, EVERY, LARGEST, 1000,
				    .flags = KPOOL_BENCH_W_PRODUCERS),
		[OWN] = WORKLOAD(1, 1, 1, EVERY, LARGEST, 16000,
				 .flags = KPOOL_BENCH_W_OWN_SIZE),
		[DOUBLES] = WORKLOAD(1, 1, 1, EVERY, LARGEST >> 7, 1000,
				     .size_shift = 2),
	},
	.backends = {
		[KPOOL_BENCH_LOOP] = { .name = "loop" },
		[KPOOL_BENCH_KPOOL] = { .name = "kpool" },
		[KPOOL_BENCH_KMEM_CACHE] = { .name = "kmem_cache" },
		[KPOOL_BENCH_KMALLOC] = { .name = "kmalloc" },
		[KPOOL_BENCH_MEMPOOL] = { .name = "kmalloc-like" },
	},
};

static void names(const char *list, const char *wrong, unsigned int want,
		  const char *name)
{
	unsigned int mask;
	char *got = bench_parse_names(list, bench_backend_name, NR_BACKENDS,
				      &mask);

	if (wrong)
		tap_same(got, wrong, name);
	else
		tap_check(!got && mask == want, name);
	free(got);
}

static void test_names(void)
{
	names("kpool", NULL, 1 << KPOOL_BENCH_KPOOL, "one name");
	names("kmalloc,loop", NULL,
	      1 << KPOOL_BENCH_KMALLOC | 1 << KPOOL_BENCH_LOOP, "two names");
	names("all", NULL, ~0U, "all names");
	names("kpool,slub", "slub", 0, "an unknown name is reported");
	names("kmalloc-like", NULL, 1 << KPOOL_BENCH_MEMPOOL,
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

static void plan_default(void)
{
	bench_options_init(&options);
	bench_plan_make(&options, &plan);
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

/* Has @workload rows for each of @nr backends on @few and @many CPUs only? */
static bool is_on(unsigned int workload, unsigned int few, unsigned int many)
{
	size_t nr = workload == BOTH ? 3 : NR_BACKENDS;

	return rows_on(workload, few) == nr && rows_on(workload, many) == nr &&
	       rows_of(workload) == (few == many ? nr : 2 * nr);
}

static void test_default_plan(void)
{
	const struct kpool_bench_run *first = &plan.rows[0].run;
	const struct bench_row *last;

	/* Rows start without figures, whatever the memory contained. */
	memset(&plan, 0xff, sizeof(plan));
	plan_default();
	last = &plan.rows[plan.nr - 1];
	tap_check(!last->rounds && !last->note[0] && !last->has_latency &&
		  !last->has_memory && !last->has_net && !last->run.cost_ps,
		  "rows have no figures yet");
	tap_check(first->workload == ONE && first->backend == KPOOL_BENCH_LOOP &&
		  first->cpus == 1 && first->object_size == 256 &&
		  first->ops == 1000 && !first->flags,
		  "the first row is the loop on one CPU");
	tap_check(is_on(ONE, 1, 1) && is_on(ALL, 4, 4) && is_on(BOTH, 1, 4) &&
		  is_on(GROUPS, 2, 4),
		  "rows are on the numbers of CPUs that the module proposes");
	tap_check(!row_of(BOTH, KPOOL_BENCH_KMEM_CACHE),
		  "no row for a backend that a workload is not compared with");
	tap_check(row_of(OWN, KPOOL_BENCH_KPOOL)->ops == 16000 &&
		  row_of(OWN, KPOOL_BENCH_KMALLOC)->ops == 1000,
		  "kpool has as many operations as the module proposes for it");
}

static void test_given_cpus(void)
{
	bench_options_init(&options);
	bench_parse_cpus("1,3,17,18", &options);
	bench_plan_make(&options, &plan);
	tap_check(is_on(GROUPS, 3, 17),
		  "of the given numbers of CPUs only those that can be used");
	tap_check(row_of(GROUPS, KPOOL_BENCH_LOOP)->producers == 2 &&
		  !row_of(ALL, KPOOL_BENCH_LOOP)->producers,
		  "all CPUs but one are producers, where there are any");
	tap_check(rows_on(ALL, 18) == NR_BACKENDS &&
		  rows_of(ALL) == 4 * NR_BACKENDS,
		  "other workloads run on all of them");
	tap_check(is_on(ONE, 1, 1), "or still on one");
	bench_parse_cpus("2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2", &options);
	bench_plan_make(&options, &plan);
	tap_check(plan.nr <= PLAN_ROWS_MAX &&
		  rows_of(ALL) == PLAN_CPUS_MAX * NR_BACKENDS,
		  "the largest plan has room");
}

static unsigned long long size_of(unsigned int workload)
{
	return row_of(workload, KPOOL_BENCH_KPOOL)->object_size;
}

static void test_sizes(void)
{
	plan_default();
	tap_check(!size_of(OWN), "a workload with a size of its own gets none");
	tap_check(size_of(ALL) == 256 && size_of(DOUBLES) == 64,
		  "others get the default size, or begin below it");
	options.size = KPOOL_BENCH_SIZE_MIN;
	bench_plan_make(&options, &plan);
	tap_check(size_of(ALL) == KPOOL_BENCH_SIZE_MIN &&
		  size_of(DOUBLES) == KPOOL_BENCH_SIZE_MIN,
		  "no size is below the least");
	options.size = KPOOL_BENCH_SIZE_MAX;
	bench_plan_make(&options, &plan);
	tap_check(size_of(ALL) == KPOOL_BENCH_SIZE_MAX &&
		  size_of(DOUBLES) == KPOOL_BENCH_SIZE_MAX >> 7,
		  "nor above the largest of the workload");
}

static void test_options(void)
{
	const struct kpool_bench_run *first = &plan.rows[0].run;

	plan_default();
	tap_check(!row_of(BOTH, KPOOL_BENCH_KPOOL)->burst,
		  "by default the module chooses the size of a burst");
	options.burst = 50;
	options.pools = 10;
	options.ops = 7;
	bench_plan_make(&options, &plan);
	tap_check(row_of(BOTH, KPOOL_BENCH_KPOOL)->burst == 50 && !first->burst,
		  "a burst is requested only of workloads with bursts");
	tap_check(first->pools == 10 && !row_of(BOTH, KPOOL_BENCH_KPOOL)->pools,
		  "pools are requested only of workloads that use them in turn");
	tap_check(first->ops == 7 && row_of(OWN, KPOOL_BENCH_KPOOL)->ops == 7,
		  "as many operations as requested");
	options.workloads = 1 << ALL;
	options.backends = 1 << KPOOL_BENCH_KPOOL | 1 << KPOOL_BENCH_KMALLOC;
	options.icount = true;
	options.keep = true;
	bench_parse_cpus("1,2,4", &options);
	bench_plan_make(&options, &plan);
	tap_check(plan.nr == 6 && rows_of(ALL) == 6,
		  "a row for each backend and number of CPUs");
	tap_check(first->flags == (KPOOL_BENCH_F_SHARED_CLOCK |
				   KPOOL_BENCH_F_KEEP),
		  "icount shares a clock, and pools are kept");
	tap_check(plan.rows[1].run.flags == KPOOL_BENCH_F_SHARED_CLOCK,
		  "only kpool has pools to keep");
	options.workloads = 1 << BOTH;
	options.backends = 1 << KPOOL_BENCH_KMEM_CACHE;
	bench_plan_make(&options, &plan);
	tap_check(!plan.nr, "combinations that do not exist have no row");
}

static void test_groups(void)
{
	size_t groups, sum = 0;

	plan_default();
	tap_check(bench_plan_group(&plan, 0) == NR_BACKENDS,
		  "a group ends with its workload");
	tap_check(bench_plan_group(&plan, 2 * NR_BACKENDS) == 3,
		  "a group ends with its number of CPUs");
	tap_check(bench_plan_group(&plan, 1) == NR_BACKENDS - 1,
		  "a group counts from the given row");
	tap_check(bench_plan_group(&plan, plan.nr - 1) == 1,
		  "a group ends with the plan");
	for (groups = 0; sum < plan.nr; groups++)
		sum += bench_plan_group(&plan, sum);
	/* Two of the workloads have two groups. */
	tap_check(sum == plan.nr && groups == NR_WORKLOADS + 2,
		  "the groups make up the plan");
}

int main(void)
{
	bench_module = made_up;
	tap_begin();
	test_names();
	test_numbers();
	test_cpus();
	test_default_plan();
	test_given_cpus();
	test_sizes();
	test_options();
	test_groups();
	return tap_end();
}

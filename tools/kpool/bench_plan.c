// SPDX-License-Identifier: GPL-2.0
/* Turns the words of the command line into requests for the device. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench_module.h"
#include "bench_plan.h"

#define DEFAULT_SIZE	256

void bench_options_init(struct bench_options *options)
{
	memset(options, 0, sizeof(*options));
	options->workloads = ~0U;
	options->backends = ~0U;
	options->size = DEFAULT_SIZE;
	options->pools = 1;
}

char *bench_parse_names(const char *list, const char *(*name_of)(unsigned int),
			unsigned int nr, unsigned int *mask)
{
	*mask = 0;
	for (;;) {
		size_t length = strcspn(list, ",");
		char *name = strndup(list, length);
		unsigned int i;

		for (i = 0; name && i < nr; i++) {
			if (!strcmp(name, name_of(i)))
				break;
		}
		if (i < nr)
			*mask |= 1U << i;
		else if (name && !strcmp(name, "all"))
			*mask = ~0U;
		else
			return name;
		free(name);
		if (!list[length])
			return NULL;
		list += length + 1;
	}
}

bool bench_parse_number(const char *text, unsigned long long min,
			unsigned long long max, unsigned long long *number)
{
	char *end;

	/*
	 * strtoull() accepts signs and leading space; a number here has
	 * neither.
	 */
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return !errno && !*end && *number >= min && *number <= max;
}

bool bench_parse_cpus(const char *list, struct bench_options *options)
{
	options->nr_cpus = 0;
	for (;;) {
		size_t length = strcspn(list, ",");
		unsigned long long cpus;
		char text[8];

		if (length >= sizeof(text) || options->nr_cpus == PLAN_CPUS_MAX)
			return false;
		memcpy(text, list, length);
		text[length] = '\0';
		if (!bench_parse_number(text, 1, KPOOL_BENCH_CPUS_MAX, &cpus))
			return false;
		options->cpus[options->nr_cpus++] = cpus;
		if (!list[length])
			return true;
		list += length + 1;
	}
}

/*
 * Some workloads use several sizes, each twice the previous one, which should
 * lie around the size that other workloads use.
 */
static unsigned long long size_of(const struct bench_options *options,
				  const struct kpool_bench_workload_info *info)
{
	unsigned long long size = options->size >> info->size_shift;

	if (size > info->size_max)
		return info->size_max;
	return size < KPOOL_BENCH_SIZE_MIN ? KPOOL_BENCH_SIZE_MIN : size;
}

static void plan_row(const struct bench_options *options,
		     struct bench_plan *plan, unsigned int workload,
		     unsigned int backend, unsigned int cpus)
{
	const struct kpool_bench_workload_info *info =
		&bench_module.workloads[workload];
	struct kpool_bench_run *run = &plan->rows[plan->nr].run;

	memset(&plan->rows[plan->nr++], 0, sizeof(plan->rows[0]));
	run->workload = workload;
	run->backend = backend;
	run->cpus = cpus;
	run->ops = options->ops ?: backend == KPOOL_BENCH_KPOOL ?
				   info->ops_kpool : info->ops;
	if (!(info->flags & KPOOL_BENCH_W_OWN_SIZE))
		run->object_size = size_of(options, info);
	if (info->burst)
		run->burst = options->burst;
	if (info->flags & KPOOL_BENCH_W_POOLS)
		run->pools = options->pools;
	if (info->flags & KPOOL_BENCH_W_PRODUCERS)
		run->producers = cpus - 1;
	if (options->icount)
		run->flags |= KPOOL_BENCH_F_SHARED_CLOCK;
	if (options->keep && backend == KPOOL_BENCH_KPOOL)
		run->flags |= KPOOL_BENCH_F_KEEP;
}

static void plan_rows(const struct bench_options *options,
		      struct bench_plan *plan, unsigned int workload,
		      unsigned int cpus)
{
	unsigned int backends = options->backends &
				bench_module.workloads[workload].backends;
	unsigned int backend;

	for (backend = 0; backend < bench_module.nr_backends; backend++) {
		if (backends & (1U << backend))
			plan_row(options, plan, workload, backend, cpus);
	}
}

/* The fewest CPUs on which the workload can run. */
static unsigned int least_cpus(const struct kpool_bench_workload_info *info)
{
	return info->flags & KPOOL_BENCH_W_PRODUCERS ? 2 : 1;
}

/*
 * Adds rows for each number of CPUs requested, or for the lowest and highest
 * that the module proposes.
 */
static void plan_workload(const struct bench_options *options,
			  struct bench_plan *plan, unsigned int workload)
{
	const struct kpool_bench_workload_info *info =
		&bench_module.workloads[workload];
	unsigned int i;

	if (options->nr_cpus && info->cpus_max > 1) {
		for (i = 0; i < options->nr_cpus; i++)
			if (options->cpus[i] >= least_cpus(info) &&
			    options->cpus[i] <= info->cpus_max)
				plan_rows(options, plan, workload,
					  options->cpus[i]);
		return;
	}
	plan_rows(options, plan, workload, info->cpus_low);
	if (info->cpus_high > info->cpus_low)
		plan_rows(options, plan, workload, info->cpus_high);
}

size_t bench_plan_group(const struct bench_plan *plan, size_t first)
{
	const struct kpool_bench_run *of = &plan->rows[first].run;
	size_t i;

	for (i = first + 1; i < plan->nr; i++)
		if (plan->rows[i].run.workload != of->workload ||
		    plan->rows[i].run.cpus != of->cpus)
			break;
	return i - first;
}

void bench_plan_make(const struct bench_options *options,
		     struct bench_plan *plan)
{
	unsigned int workload;

	plan->nr = 0;
	for (workload = 0; workload < bench_module.nr_workloads; workload++)
		if (options->workloads & (1U << workload))
			plan_workload(options, plan, workload);
}

// SPDX-License-Identifier: GPL-2.0
/* Turns the words of the command line into requests for the device. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench_plan.h"

#define DEFAULT_SIZE	256

const char *const bench_workload_names[KPOOL_BENCH_WORKLOADS] = {
	[KPOOL_BENCH_PAIR] = "pair",
	[KPOOL_BENCH_PARALLEL] = "parallel",
	[KPOOL_BENCH_COMPRESS] = "compress",
	[KPOOL_BENCH_OVERFLOW] = "overflow",
	[KPOOL_BENCH_CROSS] = "cross",
	[KPOOL_BENCH_STATE] = "state",
	[KPOOL_BENCH_STATE_USE] = "state-use",
	[KPOOL_BENCH_BUF] = "buf",
	[KPOOL_BENCH_SIZED] = "sized",
	[KPOOL_BENCH_RING] = "ring",
	[KPOOL_BENCH_FIFO] = "fifo",
	[KPOOL_BENCH_COMPOUND] = "compound",
	[KPOOL_BENCH_WORK] = "work",
	[KPOOL_BENCH_DMA] = "dma",
	[KPOOL_BENCH_STATIC] = "static",
	[KPOOL_BENCH_STARVATION] = "starvation",
	[KPOOL_BENCH_EXPENSIVE_NEW] = "expensive-new",
	[KPOOL_BENCH_BURST] = "burst",
	[KPOOL_BENCH_MIXED] = "mixed",
	[KPOOL_BENCH_NESTED] = "nested",
	[KPOOL_BENCH_INTERRUPT] = "interrupt",
	[KPOOL_BENCH_PAGE] = "page",
};

const char *const bench_backend_names[KPOOL_BENCH_BACKENDS] = {
	[KPOOL_BENCH_LOOP] = "loop",
	[KPOOL_BENCH_KPOOL] = "kpool",
	[KPOOL_BENCH_KMEM_CACHE] = "kmem_cache",
	[KPOOL_BENCH_KMALLOC] = "kmalloc",
	[KPOOL_BENCH_MEMPOOL] = "mempool",
	[KPOOL_BENCH_OBJPOOL] = "objpool",
	[KPOOL_BENCH_NONE] = "none",
	[KPOOL_BENCH_SINGLE_USE] = "single-use",
	[KPOOL_BENCH_KERNEL] = "kernel",
	[KPOOL_BENCH_KPOOL_HOOKS] = "kpool-hooks",
	[KPOOL_BENCH_KPOOL_FIXED] = "kpool-fixed",
	[KPOOL_BENCH_KMEM_CACHE_CTOR] = "kmem_cache-ctor",
	[KPOOL_BENCH_KVMALLOC] = "kvmalloc",
	[KPOOL_BENCH_PAGE_POOL] = "page_pool",
	[KPOOL_BENCH_PTR_RING] = "ptr_ring",
	[KPOOL_BENCH_LLIST] = "llist",
};

/* Long enough for a stable median, short enough to watch. */
static const unsigned int default_ops[KPOOL_BENCH_WORKLOADS] = {
	[KPOOL_BENCH_PAIR] = 128 * 4096,
	[KPOOL_BENCH_PARALLEL] = 64 * 4096,
	[KPOOL_BENCH_COMPRESS] = 160,
	[KPOOL_BENCH_OVERFLOW] = 64 * 4000,
	[KPOOL_BENCH_CROSS] = 128 * 1024,
	[KPOOL_BENCH_STATE] = 512,
	[KPOOL_BENCH_STATE_USE] = 512,
	[KPOOL_BENCH_BUF] = 64 * 1024,
	[KPOOL_BENCH_SIZED] = 64 * 1024,
	[KPOOL_BENCH_RING] = 64 * 1024,
	[KPOOL_BENCH_FIFO] = 64 * 1024,
	[KPOOL_BENCH_COMPOUND] = 64 * 1024,
	[KPOOL_BENCH_WORK] = 1600,
	[KPOOL_BENCH_DMA] = 64 * 1024,
	[KPOOL_BENCH_STATIC] = 64 * 1024,
	[KPOOL_BENCH_STARVATION] = 64 * 4000,
	[KPOOL_BENCH_EXPENSIVE_NEW] = 2000,
	[KPOOL_BENCH_BURST] = 64 * 4000,
	[KPOOL_BENCH_MIXED] = 64 * 1024,
	[KPOOL_BENCH_NESTED] = 64 * 1024,
	[KPOOL_BENCH_INTERRUPT] = 16 * 8192,
	[KPOOL_BENCH_PAGE] = 64 * 1024,
};

void bench_options_init(struct bench_options *options)
{
	memset(options, 0, sizeof(*options));
	options->workloads = (1U << KPOOL_BENCH_WORKLOADS) - 1;
	options->backends = (1U << KPOOL_BENCH_BACKENDS) - 1;
	options->size = DEFAULT_SIZE;
	options->pools = 1;
}

static unsigned int state_backends(void)
{
	return 1U << KPOOL_BENCH_KPOOL | 1U << KPOOL_BENCH_NONE |
	       1U << KPOOL_BENCH_SINGLE_USE;
}

void bench_options_states(struct bench_options *options)
{
	options->workloads = 1U << KPOOL_BENCH_STATE |
			     1U << KPOOL_BENCH_STATE_USE;
	options->backends = state_backends();
}

char *bench_parse_names(const char *list, const char *const *names, size_t nr,
			unsigned int *mask)
{
	unsigned int all = (1U << nr) - 1;

	*mask = 0;
	for (;;) {
		size_t length = strcspn(list, ",");
		char *name = strndup(list, length);
		size_t i;

		if (name && !strcmp(name, "all"))
			*mask |= all;
		for (i = 0; name && i < nr; i++) {
			if (!strcmp(name, names[i]))
				break;
		}
		if (i < nr)
			*mask |= 1U << i;
		else if (!name || strcmp(name, "all"))
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

static bool is_state(unsigned int workload)
{
	return workload == KPOOL_BENCH_STATE ||
	       workload == KPOOL_BENCH_STATE_USE;
}

/* Many states can be got from a pool, or some used, while one is built. */
static unsigned int default_ops_of(unsigned int workload, unsigned int backend)
{
	unsigned int ops = default_ops[workload];

	if (backend != KPOOL_BENCH_KPOOL)
		return ops;
	if (workload == KPOOL_BENCH_STATE)
		return 128 * ops;
	return workload == KPOOL_BENCH_STATE_USE ? 16 * ops : ops;
}

/* A kind of pool is compared only with its own alternative. */
static unsigned int backends_of(unsigned int workload)
{
	if (is_state(workload))
		return state_backends();
	if (workload < KPOOL_BENCH_BUF || workload > KPOOL_BENCH_STATIC)
		return ~(1U << KPOOL_BENCH_KERNEL);
	return 1U << KPOOL_BENCH_KPOOL | 1U << KPOOL_BENCH_KERNEL;
}

static bool has_own_size(unsigned int workload)
{
	return workload == KPOOL_BENCH_COMPRESS ||
	       workload == KPOOL_BENCH_PAGE || is_state(workload);
}

static bool has_burst(unsigned int workload)
{
	return workload == KPOOL_BENCH_OVERFLOW ||
	       workload == KPOOL_BENCH_STARVATION ||
	       workload == KPOOL_BENCH_EXPENSIVE_NEW ||
	       workload == KPOOL_BENCH_BURST;
}

/*
 * Some workloads use several sizes, each twice the previous one: mixed uses
 * eight, around the size that other workloads use, and nested uses three.
 */
static unsigned long long size_of(const struct bench_options *options,
				  unsigned int workload)
{
	unsigned long long most = KPOOL_BENCH_SIZE_MAX;
	unsigned long long size = options->size;

	if (workload == KPOOL_BENCH_MIXED) {
		size /= 4;
		most >>= 7;
	} else if (workload == KPOOL_BENCH_NESTED) {
		most >>= 2;
	}
	if (size > most)
		return most;
	return size < KPOOL_BENCH_SIZE_MIN ? KPOOL_BENCH_SIZE_MIN : size;
}

static void plan_row(const struct bench_options *options,
		     struct bench_plan *plan, unsigned int workload,
		     unsigned int backend, unsigned int cpus)
{
	struct kpool_bench_run *run = &plan->rows[plan->nr].run;

	memset(&plan->rows[plan->nr++], 0, sizeof(plan->rows[0]));
	run->workload = workload;
	run->backend = backend;
	run->cpus = cpus;
	run->ops = options->ops ? options->ops :
				  default_ops_of(workload, backend);
	if (!has_own_size(workload))
		run->object_size = size_of(options, workload);
	if (has_burst(workload))
		run->burst = options->burst;
	if (workload == KPOOL_BENCH_PAIR || workload == KPOOL_BENCH_PARALLEL)
		run->pools = options->pools;
	if (workload == KPOOL_BENCH_CROSS)
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
	unsigned int backends = options->backends & backends_of(workload);
	unsigned int backend;

	for (backend = 0; backend < KPOOL_BENCH_BACKENDS; backend++) {
		if (backends & (1U << backend))
			plan_row(options, plan, workload, backend, cpus);
	}
}

/* Returns the fewest CPUs of a workload that can use several, or 0. */
static unsigned int fewest_cpus(unsigned int workload)
{
	switch (workload) {
	case KPOOL_BENCH_PARALLEL:
	case KPOOL_BENCH_STATE:
	case KPOOL_BENCH_STARVATION:
	case KPOOL_BENCH_EXPENSIVE_NEW:
		return 1;
	case KPOOL_BENCH_CROSS:
		return 2;
	default:
		return 0;
	}
}

/* The most CPUs: a consumer of cross has a limited number of producers. */
static unsigned int most_cpus(unsigned int workload)
{
	return workload == KPOOL_BENCH_CROSS ? KPOOL_BENCH_PRODUCERS_MAX + 1 :
					       KPOOL_BENCH_CPUS_MAX;
}

/*
 * Adds rows for each number of CPUs requested, or for the fewest and for all.
 */
static void plan_several(const struct bench_options *options,
			 unsigned int online, struct bench_plan *plan,
			 unsigned int workload)
{
	unsigned int fewest = fewest_cpus(workload);
	unsigned int most = most_cpus(workload);
	unsigned int i;

	for (i = 0; i < options->nr_cpus; i++)
		if (options->cpus[i] >= fewest && options->cpus[i] <= most)
			plan_rows(options, plan, workload, options->cpus[i]);
	if (options->nr_cpus)
		return;
	if (online > most)
		online = most;
	/* On one CPU, parallel would be the same as pair. */
	if (workload != KPOOL_BENCH_PARALLEL && online > fewest)
		plan_rows(options, plan, workload, fewest);
	plan_rows(options, plan, workload, online > fewest ? online : fewest);
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

void bench_plan_make(const struct bench_options *options, unsigned int online,
		     struct bench_plan *plan)
{
	unsigned int workload;

	plan->nr = 0;
	for (workload = 0; workload < KPOOL_BENCH_WORKLOADS; workload++) {
		if (!(options->workloads & (1U << workload)))
			continue;
		if (fewest_cpus(workload))
			plan_several(options, online, plan, workload);
		else
			plan_rows(options, plan, workload, 1);
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The state that all threads of a run share: counters, errors, the end of the
 * run, the pools, and random numbers.  Counters are per CPU, the rest is atomic
 * or set before the threads start.  Any context, except for waiting.
 */
#include <linux/module.h>
#include <linux/random.h>
#include <linux/wait.h>

#include "torture.h"

unsigned int torture_fail_permille = 10;
module_param_named(fail_permille, torture_fail_permille, uint, 0444);
MODULE_PARM_DESC(fail_permille, "Calls of init in 1000 that fail (default 10)");

unsigned int torture_refuse_permille = 10;
module_param_named(refuse_permille, torture_refuse_permille, uint, 0444);
MODULE_PARM_DESC(refuse_permille,
		 "Calls of reset in 1000 that refuse (default 10)");

unsigned int torture_nr_pools;
unsigned int torture_nr_stable;
struct torture_pool *torture_pools;

static const char * const torture_names[] = {
	[TORTURE_GETS] = "gets",
	[TORTURE_GET_FAILURES] = "get_failures",
	[TORTURE_PUTS] = "puts",
	[TORTURE_DISCARDS] = "discards",
	[TORTURE_BULKS] = "bulks",
	[TORTURE_HANDOVERS] = "handovers",
	[TORTURE_REFUSED] = "refused",
	[TORTURE_INIT_FAILURES] = "init_failures",
	[TORTURE_CYCLES] = "cycles",
	[TORTURE_DRAINS] = "drains",
	[TORTURE_PREWARMS] = "prewarms",
	[TORTURE_RECREATED] = "recreated",
	[TORTURE_KINDS] = "kinds",
	[TORTURE_HOTPLUGS] = "hotplugs",
	[TORTURE_IRQS] = "irqs",
	[TORTURE_IRQ_HITS] = "irq_hits",
	[TORTURE_NMIS] = "nmis",
	[TORTURE_NMI_HITS] = "nmi_hits",
};

static DEFINE_PER_CPU(unsigned long [TORTURE_NR_COUNTERS], torture_counters);
static DECLARE_WAIT_QUEUE_HEAD(torture_wait);
static atomic_t torture_nr_errors;
static bool torture_stop;

void torture_count(enum torture_counter counter)
{
	this_cpu_inc(torture_counters[counter]);
}

/*
 * Only the first few errors are printed; one is enough to fail.  Any context.
 */
void torture_error(const char *format, ...)
{
	struct va_format text;
	va_list args;

	if (atomic_inc_return(&torture_nr_errors) > 20)
		return;
	va_start(args, format);
	text.fmt = format;
	text.va = &args;
	pr_err("kpool_torture: error: %pV\n", &text);
	va_end(args);
}

bool torture_should_stop(void)
{
	return READ_ONCE(torture_stop);
}

void torture_wait_for_stop(void)
{
	wait_event(torture_wait, torture_should_stop());
}

/* A random number evenly distributed below @below, which may be 0. */
u32 torture_random(struct rnd_state *random, u32 below)
{
	return below ? prandom_u32_state(random) % below : 0;
}

void torture_seed(struct rnd_state *random)
{
	prandom_seed_state(random, get_random_u64());
}

int torture_errors(void)
{
	return atomic_read(&torture_nr_errors);
}

/* End the run: the threads return as soon as they can. */
void torture_stop_running(void)
{
	WRITE_ONCE(torture_stop, true);
	wake_up_all(&torture_wait);
}

static unsigned long torture_sum(int counter)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu(torture_counters[counter], cpu);
	return sum;
}

void torture_summary(void)
{
	char line[512];
	int length = 0;
	int i;

	for (i = 0; i < TORTURE_NR_COUNTERS; i++)
		length += scnprintf(line + length, sizeof(line) - length,
				    " %s %lu", torture_names[i],
				    torture_sum(i));
	pr_info("kpool_torture: summary:%s\n", line);
}

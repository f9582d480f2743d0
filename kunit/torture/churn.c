// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that disturb the users: they clear and drain pools, build objects
 * ahead, destroy pools and create them again, and take CPUs offline and back.
 */
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/sched.h>

#include "torture.h"

int torture_clearer(void *unused)
{
	struct torture_pool *tp;
	struct rnd_state random;

	torture_seed(&random);
	while (!torture_should_stop()) {
		tp = &torture_pools[torture_random(&random, torture_nr_pools)];
		down_read(&tp->lock);
		switch (torture_random(&random, 4)) {
		case 0:
			kpool_drain(tp->pool);
			torture_count(TORTURE_DRAINS);
			break;
		case 1:
			kpool_prewarm(tp->pool, torture_random(&random, 40),
				      GFP_KERNEL | __GFP_NOWARN);
			torture_count(TORTURE_PREWARMS);
			break;
		default:
			kpool_gc(tp->pool);
			torture_count(TORTURE_CYCLES);
			break;
		}
		up_read(&tp->lock);
		cond_resched();
	}
	return 0;
}

int torture_recreator(void *unused)
{
	struct torture_pool *tp;
	struct rnd_state random;
	int err;

	torture_seed(&random);
	while (!torture_should_stop()) {
		tp = &torture_pools[torture_nr_stable +
				    torture_random(&random, torture_nr_pools -
							    torture_nr_stable)];
		down_write(&tp->lock);
		torture_empty_mailbox(tp);
		torture_pool_destroy(tp);
		err = torture_pool_create(tp);
		if (err) {
			/* The pool is unusable now: this ends the run. */
			torture_error("%s: not created: %d", tp->name, err);
			torture_wait_for_stop();
		}
		up_write(&tp->lock);
		torture_count(TORTURE_RECREATED);
		schedule_timeout_interruptible(2);
	}
	return 0;
}

#ifdef CONFIG_HOTPLUG_CPU
int torture_hotplugger(void *unused)
{
	struct rnd_state random;
	int cpu;

	torture_seed(&random);
	while (!torture_should_stop()) {
		/* CPU 0 stays online, as it must on most machines. */
		cpu = 1 + torture_random(&random, num_present_cpus() - 1);
		if (!remove_cpu(cpu)) {
			torture_count(TORTURE_HOTPLUGS);
			schedule_timeout_interruptible(HZ / 20);
			if (add_cpu(cpu))
				torture_error("CPU %d did not come back", cpu);
		}
		schedule_timeout_interruptible(HZ / 20);
	}
	return 0;
}
#endif

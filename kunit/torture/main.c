// SPDX-License-Identifier: GPL-2.0
/*
 * kpool_torture.ko: random load on pools of every kind.
 *
 * insmod runs it, for the given number of seconds or until it finds an error,
 * in which case insmod fails. A signal ends it early. The last lines in the
 * kernel log are a summary of the operations and the verdict,
 *
 *	kpool_torture: SUCCESS, or
 *	kpool_torture: FAILURE
 *
 * as in rcutorture. See "modinfo kpool_torture" for parameters.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/kpool_version.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include <kpool/compat.h>

#include "torture.h"

#define TORTURE_THREADS_MAX	256

static unsigned int seconds = 60;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "How long to run (default 60)");

static unsigned int threads;
module_param(threads, uint, 0444);
MODULE_PARM_DESC(threads, "Threads that use pools (default two a CPU)");

static unsigned int pools = 16;
module_param(pools, uint, 0444);
MODULE_PARM_DESC(pools, "Pools, of eight kinds in turn (default 16)");

static unsigned int clearers = 1;
module_param(clearers, uint, 0444);
MODULE_PARM_DESC(clearers, "Threads that clear, drain and prewarm (default 1)");

static unsigned int torture_kind_threads = 2;
module_param_named(kind_threads, torture_kind_threads, uint, 0444);
MODULE_PARM_DESC(kind_threads,
		 "Threads that use pools of all kinds (default 2)");

static bool recreate = true;
module_param(recreate, bool, 0444);
MODULE_PARM_DESC(recreate, "Destroy and create half of the pools all the time");

static bool hotplug;
module_param(hotplug, bool, 0444);
MODULE_PARM_DESC(hotplug, "Take CPUs offline and back all the time");

static bool irqs = true;
module_param(irqs, bool, 0444);
MODULE_PARM_DESC(irqs, "Use pools from a timer interrupt on each CPU");

static bool nmis;
module_param(nmis, bool, 0444);
MODULE_PARM_DESC(nmis, "Use pools from NMIs, where the machine can send them");

static struct task_struct *torture_tasks[TORTURE_THREADS_MAX];
static unsigned int torture_nr_tasks;

static int torture_start(int (*function)(void *), const char *name)
{
	struct task_struct *task;

	if (torture_nr_tasks == TORTURE_THREADS_MAX)
		return -E2BIG;
	task = kthread_create(function, NULL, "torture_%s", name);
	if (IS_ERR(task))
		return PTR_ERR(task);
	/*
	 * The task must exist until it is stopped, even if it ends before that.
	 */
	get_task_struct(task);
	torture_tasks[torture_nr_tasks++] = task;
	wake_up_process(task);
	return 0;
}

static int torture_start_many(int (*function)(void *), const char *name,
			      unsigned int n)
{
	int err = 0;

	while (n-- && !err)
		err = torture_start(function, name);
	return err;
}

static int torture_start_hotplug(void)
{
#ifdef CONFIG_HOTPLUG_CPU
	if (num_present_cpus() > 1)
		return torture_start(torture_hotplugger, "hotplug");
#endif
	pr_info("kpool_torture: hotplug left out: no CPU can go offline\n");
	hotplug = false;
	return 0;
}

static int torture_start_nmis(void)
{
	int err = torture_nmis_start();

	if (err == -EOPNOTSUPP) {
		pr_info("kpool_torture: NMIs left out: this machine sends none\n");
		nmis = false;
		return 0;
	}
	return err ?: torture_start(torture_nmi_sender, "nmi");
}

static int torture_start_all(void)
{
	int err;

	err = torture_start_many(torture_user, "user",
				 threads ?: 2 * num_online_cpus());
	if (!err)
		err = torture_start_many(torture_clearer, "clear", clearers);
	if (!err && recreate && torture_nr_stable < torture_nr_pools)
		err = torture_start(torture_recreator, "recreate");
	if (!err)
		err = torture_start_many(torture_kinds_user, "kinds",
					 torture_kind_threads);
	if (!err && irqs)
		err = torture_irqs_start();
	if (!err && nmis)
		err = torture_start_nmis();
	if (!err && hotplug)
		err = torture_start_hotplug();
	return err;
}

static void torture_stop_all(void)
{
	torture_stop_running();
	/*
	 * Stop in reverse order: hotplug must be over before timers are
	 * stopped.
	 */
	while (torture_nr_tasks) {
		struct task_struct *task = torture_tasks[--torture_nr_tasks];

		kthread_stop(task);
		put_task_struct(task);
	}
	if (irqs)
		torture_irqs_stop();
	if (nmis)
		torture_nmis_stop();
}

static int torture_create_pools(void)
{
	unsigned int i;
	int err = 0;

	torture_nr_pools = clamp(pools, 1U, 4096U);
	torture_nr_stable = DIV_ROUND_UP(torture_nr_pools, 2);
	torture_pools = kvcalloc(torture_nr_pools, sizeof(*torture_pools),
				 GFP_KERNEL);
	if (!torture_pools)
		return -ENOMEM;
	for (i = 0; i < torture_nr_pools && !err; i++) {
		init_rwsem(&torture_pools[i].lock);
		torture_pools[i].index = i;
		err = torture_pool_create(&torture_pools[i]);
	}
	return err;
}

static void torture_destroy_pools(void)
{
	unsigned int i;

	for (i = 0; torture_pools && i < torture_nr_pools; i++) {
		if (IS_ERR_OR_NULL(torture_pools[i].pool))
			continue;
		torture_empty_mailbox(&torture_pools[i]);
		torture_pool_destroy(&torture_pools[i]);
	}
	kvfree(torture_pools);
}

/* Run until the time is over, an error is found, or a signal comes. */
static void torture_run(void)
{
	unsigned int second;

	for (second = 1; second <= seconds; second++) {
		schedule_timeout_interruptible(HZ);
		if (torture_errors() || signal_pending(current))
			break;
		if (second % 60 == 0)
			pr_info("kpool_torture: %u of %u seconds, no error\n",
				second, seconds);
	}
}

static int __init torture_init(void)
{
	int err;

	err = torture_create_pools();
	if (!err)
		err = torture_kinds_setup();
	if (!err)
		err = torture_start_all();
	if (err)
		torture_error("could not start: %d", err);
	else
		torture_run();
	torture_stop_all();
	torture_kinds_teardown();
	torture_destroy_pools();
	torture_summary();
	if (torture_errors()) {
		pr_err("kpool_torture: FAILURE, %d errors\n",
		       torture_errors());
		return err ?: -EIO;
	}
	pr_info("kpool_torture: SUCCESS\n");
	return 0;
}
module_init(torture_init);

static void __exit torture_exit(void)
{
}
module_exit(torture_exit);

MODULE_DESCRIPTION("Random load on kpool, with a verdict");
MODULE_LICENSE("GPL");
MODULE_VERSION(KPOOL_VERSION);

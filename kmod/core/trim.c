// SPDX-License-Identifier: GPL-2.0
/*
 * The timer that trims all pools to their working set, and its module parameter
 * trim_interval.
 *
 * Process context.  kernel_param_lock() protects changing the interval; the
 * worker arms its timer again without it, so a change to 0 at that moment may
 * be followed by one more trim.  May call reclaim.c.
 */
#include <linux/jiffies.h>
#include <linux/module.h>

#include "internal.h"

static unsigned int kpool_trim_interval = 15;
/* Protected by kernel_param_lock(), which a change of the interval holds. */
static bool kpool_trim_ready;

static void kpool_trim_worker(struct work_struct *work);
/* Not deferrable: its timer may be on a CPU that sleeps while others work. */
static DECLARE_DELAYED_WORK(kpool_trim_work, kpool_trim_worker);

static void kpool_trim_arm(void)
{
	unsigned int interval = READ_ONCE(kpool_trim_interval);

	if (interval)
		mod_delayed_work(kpool_workqueue, &kpool_trim_work,
				 interval * HZ);
	else
		cancel_delayed_work(&kpool_trim_work);
}

static void kpool_trim_worker(struct work_struct *work)
{
	kpool_trim_all();
	kpool_trim_arm();
}

static int kpool_trim_interval_set(const char *value,
				   const struct kernel_param *param)
{
	int err = param_set_uint_minmax(value, param, 0, 3600);

	/* insmod sets its parameters before there is a workqueue. */
	if (!err && kpool_trim_ready)
		kpool_trim_arm();
	return err;
}

static const struct kernel_param_ops kpool_trim_interval_ops = {
	.set = kpool_trim_interval_set,
	.get = param_get_uint,
};

module_param_cb(trim_interval, &kpool_trim_interval_ops, &kpool_trim_interval,
		0644);
MODULE_PARM_DESC(trim_interval,
		 "Seconds between trims to the working set, up to 3600; 0: none (default 15)");

void kpool_trim_init(void)
{
	kernel_param_lock(THIS_MODULE);
	kpool_trim_ready = true;
	kpool_trim_arm();
	kernel_param_unlock(THIS_MODULE);
}

void kpool_trim_exit(void)
{
	kernel_param_lock(THIS_MODULE);
	kpool_trim_ready = false;
	kernel_param_unlock(THIS_MODULE);
	cancel_delayed_work_sync(&kpool_trim_work);
}

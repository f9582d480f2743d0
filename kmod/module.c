// SPDX-License-Identifier: GPL-2.0
/*
 * kpool.ko: combines the core, its observer, and the kinds of pools.
 */
#include <linux/kpool_version.h>
#include <linux/module.h>

#include "core/internal.h"
#include "kinds/kind.h"
#include "observe/observe.h"

static int __init kpool_init(void)
{
	int err;

	kpool_debugfs_init();
	err = kpool_core_init(&kpool_debugfs_observer);
	if (err)
		goto err_debugfs;
	err = kpool_static_init();
	if (err)
		goto err_core;
	return 0;

err_core:
	kpool_core_exit();
err_debugfs:
	kpool_debugfs_exit();
	return err;
}
module_init(kpool_init);

static void __exit kpool_exit(void)
{
	kpool_static_exit();
	kpool_core_exit();
	kpool_debugfs_exit();
}
module_exit(kpool_exit);

MODULE_DESCRIPTION("Pools of constructed objects with per-CPU magazines");
MODULE_LICENSE("GPL");
MODULE_VERSION(KPOOL_VERSION);

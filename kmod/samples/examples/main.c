// SPDX-License-Identifier: GPL-2.0
/*
 * kpool_examples.ko: runs each example of the documentation once when it is
 * loaded, and prints the result.  Its only caller is the module loader.
 */
#include <linux/kernel.h>
#include <linux/module.h>

#include "examples.h"

static const struct {
	const char *name;
	int (*run)(void);
} examples[] = {
	{ "buf", example_buf },
	{ "compound", example_compound },
	{ "device", example_device },
	{ "dma", example_dma },
	{ "fifo", example_fifo },
	{ "ring", example_ring },
	{ "scope", example_scope },
	{ "sized", example_sized },
	{ "static", example_static },
	{ "typed", example_typed },
	{ "work", example_work },
};

static int __init examples_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(examples); i++) {
		int err = examples[i].run();

		if (err) {
			pr_err("kpool_examples: %s: %d\n", examples[i].name,
			       err);
			return err;
		}
		pr_info("kpool_examples: %s: done\n", examples[i].name);
	}
	return 0;
}
module_init(examples_init);

static void __exit examples_exit(void)
{
}
module_exit(examples_exit);

MODULE_DESCRIPTION("The worked examples of kpool's documentation");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0
/*
 * kpool_sample_table.ko: a pool of objects that keep their capacity.  It uses a
 * table twice and prints how often the second user had to allocate memory.
 *
 * Owns the pool; its only caller is the module loader.
 */
#include <linux/kpool.h>
#include <linux/module.h>

#include "table.h"

#define USER_NAMES	50

static struct kpool *tables;

/* Store names and values; return the number of allocations, or an error. */
static int use_table(const char *user)
{
	struct table *table = kpool_get(tables, GFP_KERNEL);
	char name[16], value[32];
	unsigned int before;
	int i, err = 0;

	if (!table)
		return -ENOMEM;
	before = table->allocations;
	for (i = 0; i < USER_NAMES && !err; i++) {
		snprintf(name, sizeof(name), "name-%d", i);
		snprintf(value, sizeof(value), "%s has %d", user, i);
		err = table_set(table, name, value, GFP_KERNEL);
	}
	if (!err)
		err = table->allocations - before;
	kpool_put(tables, table);
	return err;
}

static int __init kpool_sample_table_init(void)
{
	const struct kpool_args args = { .ops = &table_ops };
	int first, second;

	tables = kpool_create("kpool_sample_table", sizeof(struct table),
			      &args);
	if (IS_ERR(tables))
		return PTR_ERR(tables);
	first = use_table("the first user");
	second = first < 0 ? first : use_table("the second");
	if (second < 0) {
		kpool_destroy(tables);
		return second;
	}
	pr_info("kpool_sample_table: allocations of the first user %d, of the second %d\n",
		first, second);
	return 0;
}
module_init(kpool_sample_table_init);

static void __exit kpool_sample_table_exit(void)
{
	kpool_destroy(tables);
}
module_exit(kpool_sample_table_exit);

MODULE_DESCRIPTION("Objects whose reset keeps their capacity");
MODULE_LICENSE("GPL");

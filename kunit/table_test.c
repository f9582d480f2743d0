// SPDX-License-Identifier: GPL-2.0
/*
 * The object of the sample kpool_sample_table: its reset removes all data of
 * the former user and keeps all memory, so that the next user needs no
 * allocation.
 *
 * The code under test is the sample's own, which is compiled into this file.
 */
#include "../kmod/samples/table.c"

#include "helpers.h"

#define NAMES	100

static struct kpool *tables;

static int table_test_init(struct kunit *test)
{
	const struct kpool_args args = { .ops = &table_ops };
	int err = test_pools_init(test);

	if (err)
		return err;
	tables = kpool_create("kunit-table", sizeof(struct table), &args);
	return PTR_ERR_OR_ZERO(tables);
}

static void table_test_exit(struct kunit *test)
{
	kpool_destroy(tables);
	test_pools_exit(test);
}

static struct table *get_table(struct kunit *test)
{
	struct table *table = kpool_get(tables, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, table);
	return table;
}

static const char *number(char *text, size_t size, const char *what, int i)
{
	snprintf(text, size, "%s-%d", what, i);
	return text;
}

static void fill(struct kunit *test, struct table *table, const char *user,
		 int names)
{
	char name[32], value[64];
	int i;

	for (i = 0; i < names; i++)
		KUNIT_EXPECT_EQ(test, 0,
				table_set(table,
					  number(name, sizeof(name), "name", i),
					  number(value, sizeof(value), user, i),
					  GFP_KERNEL));
}

static unsigned int found(struct table *table, const char *user, int names)
{
	char name[32], value[64];
	unsigned int n = 0;
	const char *has;
	int i;

	for (i = 0; i < names; i++) {
		has = table_find(table, number(name, sizeof(name), "name", i));
		number(value, sizeof(value), user, i);
		n += has && !strcmp(has, value);
	}
	return n;
}

static unsigned int entries_in_use(struct table *table)
{
	struct table_entry *entry;
	unsigned int n = 0;
	int bucket;

	hash_for_each(table->entries, bucket, entry, node)
		n++;
	return n;
}

static unsigned int entries_in_stock(struct table *table)
{
	struct table_entry *entry;
	unsigned int n = 0;

	hlist_for_each_entry(entry, &table->stock, node)
		n++;
	return n;
}

static void values_are_found_by_their_names(struct kunit *test)
{
	struct table *table = get_table(test);

	fill(test, table, "first", NAMES);
	KUNIT_EXPECT_EQ(test, found(table, "first", NAMES), NAMES);
	KUNIT_EXPECT_NULL(test, table_find(table, "name"));
	KUNIT_EXPECT_NULL(test, table_find(table, ""));
	kpool_put(tables, table);
}

static void a_name_has_one_value(struct kunit *test)
{
	struct table *table = get_table(test);

	fill(test, table, "first", NAMES);
	fill(test, table, "second", NAMES);
	KUNIT_EXPECT_EQ(test, found(table, "second", NAMES), NAMES);
	KUNIT_EXPECT_EQ(test, entries_in_use(table), NAMES);
	kpool_put(tables, table);
}

static void the_next_user_finds_no_name(struct kunit *test)
{
	struct table *table = get_table(test);
	char name[32];
	int i;

	fill(test, table, "secret", NAMES);
	kpool_put(tables, table);
	KUNIT_ASSERT_PTR_EQ(test, get_table(test), table);
	for (i = 0; i < NAMES; i++)
		KUNIT_EXPECT_NULL(test,
				  table_find(table, number(name, sizeof(name),
							   "name", i)));
	KUNIT_EXPECT_EQ(test, entries_in_use(table), 0);
	kpool_put(tables, table);
}

/* Check also the memory that should be unused. */
static void no_byte_of_the_former_user_remains(struct kunit *test)
{
	struct table *table = get_table(test);
	struct table_entry *entry;
	size_t used;

	fill(test, table, "secret", NAMES);
	used = table->used;
	KUNIT_EXPECT_GT(test, used, TABLE_TEXT_START);
	kpool_put(tables, table);
	KUNIT_EXPECT_NULL(test, memchr_inv(table->text, 0, used));
	hlist_for_each_entry(entry, &table->stock, node) {
		KUNIT_EXPECT_EQ(test, entry->hash, 0);
		KUNIT_EXPECT_EQ(test, entry->name, 0);
		KUNIT_EXPECT_EQ(test, entry->value, 0);
	}
}

static void the_next_user_allocates_nothing(struct kunit *test)
{
	struct table *table = get_table(test);
	unsigned int allocations;
	int user;

	fill(test, table, "first", NAMES);
	allocations = table->allocations;
	KUNIT_EXPECT_GT(test, allocations, NAMES);
	kpool_put(tables, table);
	for (user = 0; user < 10; user++) {
		KUNIT_ASSERT_PTR_EQ(test, get_table(test), table);
		fill(test, table, "other", NAMES);
		KUNIT_EXPECT_EQ(test, found(table, "other", NAMES), NAMES);
		KUNIT_EXPECT_EQ(test, table->allocations, allocations);
		kpool_put(tables, table);
	}
}

static void the_reset_keeps_the_capacity(struct kunit *test)
{
	struct table *table = get_table(test);
	size_t capacity;
	char *text;

	fill(test, table, "first", NAMES);
	text = table->text;
	capacity = table->capacity;
	kpool_put(tables, table);
	KUNIT_ASSERT_PTR_EQ(test, get_table(test), table);
	KUNIT_EXPECT_PTR_EQ(test, table->text, text);
	KUNIT_EXPECT_EQ(test, table->capacity, capacity);
	KUNIT_EXPECT_EQ(test, table->used, 0);
	KUNIT_EXPECT_EQ(test, entries_in_stock(table), NAMES);
	fill(test, table, "second", NAMES);
	KUNIT_EXPECT_PTR_EQ(test, table->text, text);
	KUNIT_EXPECT_EQ(test, entries_in_stock(table), 0);
	kpool_put(tables, table);
}

static void expect_rejected(struct kunit *test, u64 rejected)
{
	struct kpool_stats stats;

	kpool_read_stats(tables, &stats);
	KUNIT_EXPECT_EQ(test, stats.rejected, rejected);
	KUNIT_EXPECT_EQ(test, stats.idle, 1 - rejected);
}

static void a_table_with_many_entries_is_not_kept(struct kunit *test)
{
	struct table *table = get_table(test);

	fill(test, table, "many", TABLE_ENTRIES_KEPT);
	kpool_put(tables, table);
	expect_rejected(test, 0);
	KUNIT_ASSERT_PTR_EQ(test, get_table(test), table);
	fill(test, table, "many", TABLE_ENTRIES_KEPT + 1);
	kpool_put(tables, table);
	expect_rejected(test, 1);
}

static void a_table_with_much_text_is_not_kept(struct kunit *test)
{
	struct table *table = get_table(test);
	char *value = kunit_kzalloc(test, TABLE_TEXT_KEPT + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, value);
	memset(value, 'x', TABLE_TEXT_KEPT);
	KUNIT_EXPECT_EQ(test, 0, table_set(table, "name", value, GFP_KERNEL));
	KUNIT_EXPECT_STREQ(test, table_find(table, "name"), value);
	kpool_put(tables, table);
	expect_rejected(test, 1);
}

static struct kunit_case table_cases[] = {
	KUNIT_CASE(values_are_found_by_their_names),
	KUNIT_CASE(a_name_has_one_value),
	KUNIT_CASE(the_next_user_finds_no_name),
	KUNIT_CASE(no_byte_of_the_former_user_remains),
	KUNIT_CASE(the_next_user_allocates_nothing),
	KUNIT_CASE(the_reset_keeps_the_capacity),
	KUNIT_CASE(a_table_with_many_entries_is_not_kept),
	KUNIT_CASE(a_table_with_much_text_is_not_kept),
	{}
};

static struct kunit_suite table_suite = {
	.name = "kpool_table",
	.init = table_test_init,
	.exit = table_test_exit,
	.test_cases = table_cases,
};

kunit_test_suite(table_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * The table of table.h: its hooks and its operations.
 *
 * The reset hook is the point of this sample.  It removes everything that the
 * user has put into the table, but keeps the memory for it: entries go to the
 * stock, and the text keeps its capacity.  A table that grew for one rare user
 * is dropped instead; otherwise all of them would eventually be as large as the
 * largest ever was.
 *
 * KUnit includes this file, and so tests the object that the sample uses.
 */
#include <linux/jhash.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "table.h"

static u32 table_hash(const char *name)
{
	return jhash(name, strlen(name), 0);
}

static int table_init(void *obj, void *ctx, gfp_t gfp)
{
	struct table *table = obj;

	hash_init(table->entries);
	INIT_HLIST_HEAD(&table->stock);
	table->nr_entries = 0;
	table->used = 0;
	table->capacity = TABLE_TEXT_START;
	table->allocations = 1;
	table->text = kmalloc(table->capacity, gfp);
	return table->text ? 0 : -ENOMEM;
}

static bool table_reset(void *obj, void *ctx)
{
	struct table *table = obj;
	struct table_entry *entry;
	struct hlist_node *next;
	int bucket;

	if (table->capacity > TABLE_TEXT_KEPT ||
	    table->nr_entries > TABLE_ENTRIES_KEPT)
		return false;
	hash_for_each_safe(table->entries, bucket, next, entry, node) {
		hash_del(&entry->node);
		*entry = (struct table_entry){ };
		hlist_add_head(&entry->node, &table->stock);
	}
	memset(table->text, 0, table->used);
	table->used = 0;
	return true;
}

/* A table that the reset hook refused still has its entries in use. */
static void table_exit(void *obj, void *ctx)
{
	struct table *table = obj;
	struct table_entry *entry;
	struct hlist_node *next;
	int bucket;

	hash_for_each_safe(table->entries, bucket, next, entry, node)
		kfree(entry);
	hlist_for_each_entry_safe(entry, next, &table->stock, node)
		kfree(entry);
	kfree_sensitive(table->text);
}

const struct kpool_ops table_ops = {
	.init = table_init,
	.reset = table_reset,
	.exit = table_exit,
};

static struct table_entry *table_lookup(const struct table *table,
					const char *name)
{
	u32 hash = table_hash(name);
	struct table_entry *entry;

	hash_for_each_possible(table->entries, entry, node, hash)
		if (entry->hash == hash &&
		    !strcmp(table->text + entry->name, name))
			return entry;
	return NULL;
}

/* Return an entry that is in neither list. */
static struct table_entry *table_new_entry(struct table *table, gfp_t gfp)
{
	struct table_entry *entry;

	if (!hlist_empty(&table->stock)) {
		entry = hlist_entry(table->stock.first, struct table_entry,
				    node);
		hlist_del_init(&entry->node);
		return entry;
	}
	entry = kzalloc(sizeof(*entry), gfp);
	if (!entry)
		return NULL;
	table->allocations++;
	table->nr_entries++;
	return entry;
}

static int table_make_room(struct table *table, size_t bytes, gfp_t gfp)
{
	size_t capacity = table->capacity;
	char *text;

	if (bytes > KMALLOC_MAX_SIZE / 2 - table->used)
		return -E2BIG;
	while (capacity - table->used < bytes)
		capacity *= 2;
	if (capacity == table->capacity)
		return 0;
	text = kmalloc(capacity, gfp);
	if (!text)
		return -ENOMEM;
	table->allocations++;
	memcpy(text, table->text, table->used);
	/* The slab allocator gives this memory to another user. */
	kfree_sensitive(table->text);
	table->text = text;
	table->capacity = capacity;
	return 0;
}

/* Append @string, for which there is room, and return its offset. */
static u32 table_add_text(struct table *table, const char *string, size_t size)
{
	u32 start = table->used;

	memcpy(table->text + start, string, size);
	table->used += size;
	return start;
}

/**
 * table_set() - set the value of a name, replacing a former value
 * @table: the table
 * @name: the name, copied; must not be from this table
 * @value: the value, copied; must not be from this table
 * @gfp: allocation flags if the table must grow
 *
 * Return: 0, or -ENOMEM or -E2BIG with the table unchanged.
 */
int table_set(struct table *table, const char *name, const char *value,
	      gfp_t gfp)
{
	struct table_entry *entry = table_lookup(table, name);
	size_t value_size = strlen(value) + 1;
	size_t name_size = strlen(name) + 1;
	int err;

	err = table_make_room(table, entry ? value_size :
				     size_add(name_size, value_size), gfp);
	if (err)
		return err;
	if (!entry) {
		entry = table_new_entry(table, gfp);
		if (!entry)
			return -ENOMEM;
		entry->hash = table_hash(name);
		entry->name = table_add_text(table, name, name_size);
		hash_add(table->entries, &entry->node, entry->hash);
	}
	entry->value = table_add_text(table, value, value_size);
	return 0;
}

/**
 * table_find() - find the value of a name
 * @table: the table
 * @name: the name
 *
 * Return: The value, valid until the next table_set(), or NULL.
 */
const char *table_find(const struct table *table, const char *name)
{
	const struct table_entry *entry = table_lookup(table, name);

	return entry ? table->text + entry->value : NULL;
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names and values, to be found by name: an object worth to be pooled, for it
 * grows as it is used, and all that it has grown is of use to the next user.
 *
 * A table belongs to whoever got it from the pool; nothing here is locked.
 */
#ifndef _KPOOL_SAMPLE_TABLE_H
#define _KPOOL_SAMPLE_TABLE_H

#include <linux/gfp.h>
#include <linux/hashtable.h>
#include <linux/kpool.h>
#include <linux/list.h>
#include <linux/types.h>

#define TABLE_BITS		6
/* The room for text that a new table has, in bytes. */
#define TABLE_TEXT_START	512
/* What has grown beyond one of these is not kept for the next user. */
#define TABLE_TEXT_KEPT		16384
#define TABLE_ENTRIES_KEPT	256

/**
 * struct table_entry - one name and its value
 * @node: in a table's entries or in its stock
 * @hash: of the name
 * @name: where it begins in the table's text, as a string
 * @value: where its value does
 */
struct table_entry {
	struct hlist_node node;
	u32 hash;
	u32 name;
	u32 value;
};

/**
 * struct table - a hash table with its text
 * @entries: what it holds
 * @stock: entries that it has made and does not need now
 * @nr_entries: how many both have
 * @text: the strings, one after the other; grows, so that it may move
 * @used: bytes of @text that have something in them
 * @capacity: bytes that there are
 * @allocations: how often it has asked for memory since it was built
 */
struct table {
	DECLARE_HASHTABLE(entries, TABLE_BITS);
	struct hlist_head stock;
	unsigned int nr_entries;
	char *text;
	size_t used;
	size_t capacity;
	unsigned int allocations;
};

extern const struct kpool_ops table_ops;

int table_set(struct table *table, const char *name, const char *value,
	      gfp_t gfp);
const char *table_find(const struct table *table, const char *name);

#endif /* _KPOOL_SAMPLE_TABLE_H */

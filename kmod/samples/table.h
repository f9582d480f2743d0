/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values that are found by name: an object that is worth pooling, because it
 * grows while it is used, and its next user benefits from the memory.
 *
 * A table belongs to the caller that got it from the pool; there is no lock.
 */
#ifndef _KPOOL_SAMPLE_TABLE_H
#define _KPOOL_SAMPLE_TABLE_H

#include <linux/gfp.h>
#include <linux/hashtable.h>
#include <linux/kpool.h>
#include <linux/list.h>
#include <linux/types.h>

#define TABLE_BITS		6
/* Size of the text of a new table, in bytes. */
#define TABLE_TEXT_START	512
/* A table that exceeds one of these is not kept for the next user. */
#define TABLE_TEXT_KEPT		16384
#define TABLE_ENTRIES_KEPT	256

/**
 * struct table_entry - one name and its value
 * @node: in a table's entries or in its stock
 * @hash: hash of the name
 * @name: offset of the name, a string, in the table's text
 * @value: offset of the value
 */
struct table_entry {
	struct hlist_node node;
	u32 hash;
	u32 name;
	u32 value;
};

/**
 * struct table - a hash table with its text
 * @entries: the entries in use
 * @stock: allocated entries that are not in use
 * @nr_entries: number of entries in both
 * @text: the strings, one after the other; moves when it grows
 * @used: bytes of @text in use
 * @capacity: size of @text in bytes
 * @allocations: number of allocations since the table was built
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

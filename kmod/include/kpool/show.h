/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Show a structure of statistics in debugfs: one line "name value" for each
 * member.  The list of members that the layout check uses provides the names.
 */
#ifndef _KPOOL_SHOW_H
#define _KPOOL_SHOW_H

#include <linux/build_bug.h>
#include <linux/kpool_interface.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/types.h>

#define __KPOOL_NAMES(type, ...)	#__VA_ARGS__
/* The names of the members in such a list: "gets, hits, ..." */
#define KPOOL_NAMES(...)		__KPOOL_NAMES(__VA_ARGS__)

static inline void kpool_show_values(struct seq_file *file, const char *names,
				     const u64 *values)
{
	while (*names) {
		int length = strcspn(names, ",");

		seq_printf(file, "%.*s %llu\n", length, names, *values++);
		names += length;
		names += strspn(names, ", ");
	}
}

/**
 * KPOOL_SHOW() - show all members of a structure
 * @file: the file in debugfs
 * @stats: pointer to the structure; all its members are of the type u64
 * @...: the structure's type, and all its members in order
 */
#define KPOOL_SHOW(file, stats, ...)					\
do {									\
	typeof(stats) stats_ = (stats);					\
									\
	BUILD_BUG_ON(sizeof(*stats_) !=					\
		     KPOOL_NR_MEMBERS(__VA_ARGS__) * sizeof(u64));	\
	kpool_show_values(file, KPOOL_NAMES(__VA_ARGS__),		\
			  (const u64 *)stats_);				\
} while (0)

#endif /* _KPOOL_SHOW_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for magazines.
 *
 * A magazine is freed after a grace period, because statistics read the level
 * of a CPU's magazine without owning it.  How many objects a magazine may hold
 * is chosen in args.c and enlarged in limit.c, when depot.c finds contention.
 *
 * Any context in which memory may be allocated and freed.  Calls nothing in
 * core.
 */
#include <kpool/compat.h>

#include "internal.h"

struct kpool_magazine kpool_magazine_none = { .level = -1 };

struct kpool_magazine *kpool_magazine_alloc(struct kpool *pool, gfp_t gfp)
{
	struct kpool_magazine *magazine;

	magazine = kmalloc_flex(*magazine, objects, pool->magazine_capacity,
				gfp);
	if (magazine)
		magazine->level = 0;
	return magazine;
}

void kpool_magazine_free(struct kpool_magazine *magazine)
{
	kfree_rcu(magazine, rcu);
}

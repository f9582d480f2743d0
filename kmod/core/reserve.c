// SPDX-License-Identifier: GPL-2.0
/*
 * Building the reserve of a new pool, and tearing it down.
 *
 * The stack of reserved objects itself is under pool->lock, see limit.c, where
 * kpool_offer() also fills it up from puts.
 * Process context.  May call object.c and limit.c.
 */
#include "internal.h"

/* Make room for the reserve, before the pool is visible to others. */
int kpool_reserve_alloc(struct kpool *pool)
{
	if (!pool->reserve)
		return 0;
	pool->reserved = kvcalloc(pool->reserve, sizeof(void *), GFP_KERNEL);
	return pool->reserved ? 0 : -ENOMEM;
}

/* Build the reserve of a new pool. */
int kpool_reserve_fill(struct kpool *pool)
{
	unsigned int n;
	void *obj;

	for (n = 0; n < pool->reserve; n++) {
		obj = kpool_object_build(pool, GFP_KERNEL);
		if (!obj)
			return -ENOMEM;
		kpool_offer(pool, obj);
	}
	return 0;
}

/* Tear the reserve down.  Since kpool_limit_close() nothing else uses it. */
void kpool_reserve_destroy(struct kpool *pool)
{
	while (pool->nr_reserved)
		kpool_object_destroy(pool, pool->reserved[--pool->nr_reserved]);
	kvfree(pool->reserved);
	pool->reserved = NULL;
}

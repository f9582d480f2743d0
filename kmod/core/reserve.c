// SPDX-License-Identifier: GPL-2.0
/*
 * The memory for the stack of reserved objects, and the end of the reserve.
 *
 * The stack itself is under pool->lock, see limit.c, where kpool_offer() fills it
 * up from puts and from what the stock worker builds.
 * Process context.  May call object.c and limit.c.
 */
#include "internal.h"

/* Make room for the reserve, before the pool is visible to others. */
int kpool_reserve_alloc(struct kpool *pool)
{
	unsigned int nr = pool->population ?: pool->reserve;

	if (!nr)
		return 0;
	pool->reserved = kvcalloc(nr, sizeof(void *),
				  GFP_KERNEL | __GFP_NOWARN);
	return pool->reserved ? 0 : -ENOMEM;
}

/* Tear the reserve down.  Since kpool_limit_close() nothing else uses it. */
void kpool_reserve_destroy(struct kpool *pool)
{
	while (pool->nr_reserved) {
		kpool_object_destroy(pool, pool->reserved[--pool->nr_reserved]);
		cond_resched();
	}
	kvfree(pool->reserved);
	pool->reserved = NULL;
}

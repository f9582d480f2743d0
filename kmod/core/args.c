// SPDX-License-Identifier: GPL-2.0
/*
 * The arguments of a new pool: checks of kpool_create()'s arguments, and
 * everything about a new pool that follows from them, such as the size of its
 * magazines.
 *
 * Runs before the pool is visible to others.  Calls nothing in core.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "internal.h"

#define KPOOL_F_ALL	(KPOOL_F_DEFER_EXIT | KPOOL_F_FIXED | \
			 KPOOL_F_NUMA_LOCAL)

/* The largest number of slots of each CPU in a pool with a maximum. */
#define KPOOL_SLOTS_MAX	32U

/* The default limit on the idle memory in a pool's depots. */
#define KPOOL_IDLE_BYTES	SZ_32M

static bool kpool_name_ok(const char *name)
{
	const char *c;

	if (!name || !*name || strlen(name) > KPOOL_NAME_MAX)
		return false;
	/* These are files of debugfs next to the pools' directories. */
	if (!strcmp(name, "pools") || !strcmp(name, "gc") ||
	    !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (c = name; *c; c++)
		if (*c <= ' ' || *c > '~' || *c == '/')
			return false;
	return true;
}

/* Check the arguments of kpool_create(): return 0, or the error for it. */
int kpool_args_check(const char *name, size_t size,
		     const struct kpool_args *args)
{
	const struct kpool_ops *ops = args->ops;

	if (!kpool_name_ok(name) || !size)
		return -EINVAL;
	if (size > KMALLOC_MAX_SIZE)
		return -E2BIG;
	if (args->align && (!is_power_of_2(args->align) ||
			    args->align > PAGE_SIZE))
		return -EINVAL;
	if (args->flags & ~KPOOL_F_ALL)
		return -EINVAL;
	if (args->low_water &&
	    (!(args->flags & KPOOL_F_FIXED) ||
	     (args->max && args->low_water > args->max - args->reserve)))
		return -EINVAL;
	if (args->max && args->max < args->reserve)
		return -EINVAL;
	/* Without room for a stock the worker could never build an object. */
	if (args->flags & KPOOL_F_FIXED && args->max &&
	    args->max == args->reserve)
		return -EINVAL;
	if (args->magazine > KPOOL_MAGAZINE_MAX)
		return -EINVAL;
	if (ops && !ops->alloc != !ops->free)
		return -EINVAL;
	return 0;
}

/*
 * The larger the object, the fewer may be idle.  With these capacities a
 * magazine and its header fill a slab object of 1024, 512, 256 and 64 bytes.
 */
static const struct {
	size_t size;
	unsigned int base;
	unsigned int capacity;
} kpool_magazines[] = {
	{ 256, 61, 125 },
	{ 1024, 13, 61 },
	{ 8192, 5, 29 },
	{ SIZE_MAX, 2, 5 },
};

static void kpool_choose_magazine(struct kpool *pool,
				  const struct kpool_args *args)
{
	int i = 0;

	while (pool->size > kpool_magazines[i].size)
		i++;
	pool->magazine_base = args->magazine ?: kpool_magazines[i].base;
	pool->magazine_capacity = args->magazine ?: kpool_magazines[i].capacity;
	pool->magazine_size = pool->magazine_base;
}

/*
 * Slots for single objects, fewer if the maximum is small, so that a search over
 * all CPUs is short.
 */
static void kpool_choose_slots(struct kpool *pool, const struct kpool_args *args)
{
	if (!args->max)
		return;
	pool->nr_slots = clamp(args->max / num_online_cpus(), 2U,
			       KPOOL_SLOTS_MAX);
	if (args->magazine)
		pool->nr_slots = min(pool->nr_slots, args->magazine);
	/* Then every object is reserved, and all of them are built ahead. */
	if (args->reserve == args->max) {
		pool->population = args->max;
		pool->reserve = 0;
	}
}

static void kpool_choose_idle(struct kpool *pool, const struct kpool_args *args)
{
	unsigned long idle = args->idle_max;

	/* As many objects as fit, or a few magazines for each CPU. */
	if (!idle)
		idle = max(KPOOL_IDLE_BYTES / pool->size,
			   4UL * num_possible_cpus() * pool->magazine_base);
	if (pool->flags & KPOOL_F_FIXED) {
		pool->low_water = args->low_water ?: pool->magazine_base;
		if (args->max)
			pool->low_water = min(pool->low_water,
					      args->max - args->reserve);
	}
	idle = max(idle, 2UL * pool->low_water);
	pool->depot_limit = DIV_ROUND_UP(idle, nr_online_nodes);
	if (pool->population)
		pool->depot_limit = pool->population;
}

/* Choose the sources of a get that finds no idle object. */
static void kpool_choose_sources(struct kpool *pool)
{
	pool->gets_build = !(pool->flags & KPOOL_F_FIXED);
	bool reserve = pool->reserve || pool->population;

	pool->waits_forever = reserve || !pool->gets_build;
	pool->builds_ahead = pool->waits_forever;
	pool->gets_wait = pool->waits_forever || pool->max;
	pool->waiters_build = reserve && pool->gets_build;
}

/* Initialise the members of @pool, which is zeroed, from its arguments. */
void kpool_args_apply(struct kpool *pool, size_t size,
		      const struct kpool_args *args)
{
	if (args->ops)
		pool->ops = *args->ops;
	if (args->flags & KPOOL_F_NUMA_LOCAL || (pool->ops.reset && args->max))
		pool->put_route = KPOOL_PUT_PREPARE;
	else if (args->max)
		pool->put_route = KPOOL_PUT_SLOT;
	else if (pool->ops.reset)
		pool->put_route = KPOOL_PUT_RESET;
	pool->ctx = args->ctx;
	pool->size = size;
	pool->align = args->align;
	pool->flags = args->flags;
	pool->reserve = args->reserve;
	pool->max = args->max;
	kpool_choose_magazine(pool, args);
	kpool_choose_slots(pool, args);
	kpool_choose_idle(pool, args);
	kpool_choose_sources(pool);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The depot: the idle magazines of one NUMA node.
 *
 * Owns three lists under depot->lock, a raw spinlock that is held for a few
 * list operations with interrupts off, so that any context may take it; an NMI
 * only tries (kpool_depot_try_get_one(), kpool_depot_try_put_one()).  Also adds
 * up the contents of all depots of a pool, which are the stock of a pool with
 * KPOOL_F_FIXED.
 *
 * May call limit.c and magazine.c, but not with the lock held.
 *
 * Magazines come and go at the head of a list, so that the warmest are used
 * first and the smallest number seen (struct kpool_magazine_list) tells how
 * many stayed at the tail, unused: Bonwick's working set (USENIX 2001).
 */
#include <linux/topology.h>

#include "internal.h"

static void kpool_list_init(struct kpool_magazine_list *list)
{
	INIT_LIST_HEAD(&list->head);
	list->magazines = 0;
	list->least = 0;
	list->objects = 0;
}

static void kpool_list_add(struct kpool_magazine_list *list,
			   struct kpool_magazine *magazine)
{
	list_add(&magazine->node, &list->head);
	list->magazines++;
	WRITE_ONCE(list->objects, list->objects + magazine->level);
}

static void kpool_list_del(struct kpool_magazine_list *list,
			   struct kpool_magazine *magazine)
{
	list_del(&magazine->node);
	list->magazines--;
	if (list->magazines < list->least)
		list->least = list->magazines;
	WRITE_ONCE(list->objects, list->objects - magazine->level);
}

static struct kpool_magazine *kpool_list_pop(struct kpool_magazine_list *list)
{
	struct kpool_magazine *magazine;

	magazine = list_first_entry_or_null(&list->head, struct kpool_magazine,
					    node);
	if (magazine)
		kpool_list_del(list, magazine);
	return magazine;
}

/*
 * Move up to @nr magazines from the tail of @list to @to, as long as they hold
 * no more than *@spare objects, which is counted down.  Return the number of
 * magazines moved.
 */
static unsigned int kpool_list_take(struct kpool_magazine_list *list,
				    unsigned int nr, unsigned long *spare,
				    struct list_head *to)
{
	struct kpool_magazine *magazine;
	unsigned int taken;

	for (taken = 0; taken < nr && list->magazines; taken++) {
		magazine = list_last_entry(&list->head, struct kpool_magazine,
					   node);
		if (magazine->level > *spare)
			break;
		kpool_list_del(list, magazine);
		list_add(&magazine->node, to);
		*spare -= magazine->level;
	}
	return taken;
}

/*
 * On contention, grow the pool's magazines, so that CPUs come here less often,
 * as FreeBSD's UMA does.
 */
static unsigned long kpool_depot_lock(struct kpool *pool,
				      struct kpool_depot *depot)
{
	unsigned long flags;

	if (likely(raw_spin_trylock_irqsave(&depot->lock, flags)))
		return flags;
	kpool_magazines_grow(pool);
	raw_spin_lock_irqsave(&depot->lock, flags);
	return flags;
}

/* For an NMI, which may have interrupted the holder. */
static bool kpool_depot_trylock(struct kpool_depot *depot, unsigned long *flags)
{
	/* Where locks are compiled away, there is nothing to try. */
	if (!IS_ENABLED(CONFIG_SMP))
		return false;
	return raw_spin_trylock_irqsave(&depot->lock, *flags);
}

static void kpool_depot_unlock(struct kpool_depot *depot, unsigned long flags)
{
	raw_spin_unlock_irqrestore(&depot->lock, flags);
}

/* Create a depot whose memory is on @node; return NULL on failure. */
struct kpool_depot *kpool_depot_create(int node)
{
	struct kpool_depot *depot;

	depot = kzalloc_node(sizeof(*depot), GFP_KERNEL,
			     node_online(node) ? node : NUMA_NO_NODE);
	if (!depot)
		return NULL;
	raw_spin_lock_init(&depot->lock);
	kpool_list_init(&depot->full);
	kpool_list_init(&depot->victims);
	kpool_list_init(&depot->empty);
	return depot;
}

/* Free a depot, and the magazines in it, which are empty. */
void kpool_depot_free(struct kpool_depot *depot)
{
	struct kpool_magazine *magazine;

	if (!depot)
		return;
	while ((magazine = kpool_list_pop(&depot->empty)))
		kpool_magazine_free(magazine);
	kfree(depot);
}

/* The depot of the node that this CPU allocates from. */
struct kpool_depot *kpool_depot_here(struct kpool *pool)
{
	return pool->depots[numa_mem_id()];
}

/* The number of objects that the depot holds, read without the lock. */
unsigned long kpool_depot_idle(struct kpool_depot *depot)
{
	return READ_ONCE(depot->full.objects) +
	       READ_ONCE(depot->victims.objects);
}

/**
 * kpool_depot_swap_for_full() - get a magazine with objects
 * @pool: the pool, for its counters
 * @depot: one of its depots
 * @empty: a magazine to give to the depot in exchange, or NULL
 *
 * Context: Any but NMI.
 * Return: A magazine with at least one object, which the caller then owns; or
 * NULL, and the caller still owns @empty.
 */
struct kpool_magazine *
kpool_depot_swap_for_full(struct kpool *pool, struct kpool_depot *depot,
			  struct kpool_magazine *empty)
{
	struct kpool_magazine *magazine;
	bool victim = false;
	unsigned long flags;

	/* A stale value only costs a build; do not bounce the lock for it. */
	if (!kpool_depot_idle(depot))
		return NULL;
	flags = kpool_depot_lock(pool, depot);
	magazine = kpool_list_pop(&depot->full);
	if (!magazine) {
		magazine = kpool_list_pop(&depot->victims);
		victim = true;
	}
	if (magazine && empty)
		kpool_list_add(&depot->empty, empty);
	kpool_depot_unlock(depot, flags);
	if (magazine)
		kpool_count(pool, victim ? KPOOL_VICTIM_GETS : KPOOL_DEPOT_GETS);
	return magazine;
}

/**
 * kpool_depot_swap_for_empty() - get a magazine without objects
 * @pool: the pool, for its counters
 * @depot: one of its depots
 * @full: a magazine to give to the depot in exchange, or NULL
 *
 * Context: Any but NMI.
 * Return: An empty magazine, which the caller then owns; or NULL, and the
 * caller still owns @full.
 */
struct kpool_magazine *
kpool_depot_swap_for_empty(struct kpool *pool, struct kpool_depot *depot,
			   struct kpool_magazine *full)
{
	struct kpool_magazine *magazine;
	unsigned long flags;

	flags = kpool_depot_lock(pool, depot);
	magazine = kpool_list_pop(&depot->empty);
	if (magazine && full)
		kpool_list_add(&depot->full, full);
	kpool_depot_unlock(depot, flags);
	if (magazine && full)
		kpool_count(pool, KPOOL_DEPOT_PUTS);
	return magazine;
}

/* Hand @magazine over, full or empty.  Any context but NMI. */
void kpool_depot_put(struct kpool_depot *depot, struct kpool_magazine *magazine)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&depot->lock, flags);
	kpool_list_add(magazine->level ? &depot->full : &depot->empty,
		       magazine);
	raw_spin_unlock_irqrestore(&depot->lock, flags);
}

/* Take an object out of the first magazine of @list; depot->lock is held. */
static void *kpool_list_get_one(struct kpool_depot *depot,
				struct kpool_magazine_list *list)
{
	struct kpool_magazine *magazine;
	void *obj;

	magazine = kpool_list_pop(list);
	if (!magazine)
		return NULL;
	obj = kpool_magazine_pop(magazine);
	kpool_list_add(magazine->level ? list : &depot->empty, magazine);
	return obj;
}

/* One object; depot->lock is held and dropped. */
static void *kpool_depot_get_locked(struct kpool *pool,
				    struct kpool_depot *depot,
				    unsigned long flags)
{
	enum kpool_counter counter = KPOOL_DEPOT_GETS;
	void *obj;

	obj = kpool_list_get_one(depot, &depot->full);
	if (!obj) {
		obj = kpool_list_get_one(depot, &depot->victims);
		counter = KPOOL_VICTIM_GETS;
	}
	kpool_depot_unlock(depot, flags);
	if (obj)
		kpool_count(pool, counter);
	return obj;
}

/* One object for a caller that cannot use its CPU's cache, or NULL. */
void *kpool_depot_get_one(struct kpool *pool, struct kpool_depot *depot)
{
	/* A stale value only costs a build; do not bounce the lock for it. */
	if (!kpool_depot_idle(depot))
		return NULL;
	return kpool_depot_get_locked(pool, depot,
				      kpool_depot_lock(pool, depot));
}

/* The same in an NMI: also NULL if the lock is held. */
void *kpool_depot_try_get_one(struct kpool *pool, struct kpool_depot *depot)
{
	unsigned long flags;

	if (!kpool_depot_trylock(depot, &flags))
		return NULL;
	return kpool_depot_get_locked(pool, depot, flags);
}

/* Add one object, if there is room; depot->lock is held and dropped. */
static bool kpool_depot_put_locked(struct kpool *pool,
				   struct kpool_depot *depot, void *obj,
				   unsigned long flags)
{
	struct kpool_magazine *magazine;

	magazine = list_first_entry_or_null(&depot->full.head,
					    struct kpool_magazine, node);
	if (magazine && magazine->level < READ_ONCE(pool->magazine_size))
		kpool_list_del(&depot->full, magazine);
	else
		magazine = kpool_list_pop(&depot->empty);
	if (magazine) {
		kpool_magazine_push(magazine, obj);
		kpool_list_add(&depot->full, magazine);
	}
	kpool_depot_unlock(depot, flags);
	if (magazine)
		kpool_count(pool, KPOOL_DEPOT_PUTS);
	return magazine;
}

/*
 * One object from a caller that cannot use its CPU's cache.  False if the first
 * full magazine has no room and there is no empty one.
 */
bool kpool_depot_put_one(struct kpool *pool, struct kpool_depot *depot,
			 void *obj)
{
	return kpool_depot_put_locked(pool, depot, obj,
				      kpool_depot_lock(pool, depot));
}

/* The same in an NMI: also false if the lock is held. */
bool kpool_depot_try_put_one(struct kpool *pool, struct kpool_depot *depot,
			     void *obj)
{
	unsigned long flags;

	if (!kpool_depot_trylock(depot, &flags))
		return false;
	return kpool_depot_put_locked(pool, depot, obj, flags);
}

/* Add an empty magazine to the depot of @node, if memory allows. */
bool kpool_depot_grow(struct kpool *pool, int node, gfp_t gfp)
{
	struct kpool_magazine *magazine;

	if (!kpool_may_allocate())
		return false;
	magazine = kpool_magazine_alloc(pool, gfp);
	if (!magazine)
		return false;
	kpool_depot_put(pool->depots[node], magazine);
	return true;
}

/* Does the depot hold as many objects as it may, or more? */
bool kpool_depot_at_limit(struct kpool *pool, struct kpool_depot *depot)
{
	return kpool_depot_idle(depot) >= pool->depot_limit;
}

/*
 * Take the coldest magazine of victims, which the caller then owns.  Return NULL
 * if there is none or it has more than @spare objects.
 */
struct kpool_magazine *kpool_depot_take_victim(struct kpool_depot *depot,
					       unsigned long spare)
{
	struct kpool_magazine *magazine = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&depot->lock, flags);
	if (depot->victims.magazines)
		magazine = list_last_entry(&depot->victims.head,
					   struct kpool_magazine, node);
	if (magazine && magazine->level <= spare)
		kpool_list_del(&depot->victims, magazine);
	else
		magazine = NULL;
	raw_spin_unlock_irqrestore(&depot->lock, flags);
	return magazine;
}

/* If there are no victims, turn the full magazines into victims. */
void kpool_depot_age(struct kpool_depot *depot)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&depot->lock, flags);
	if (!depot->victims.magazines) {
		list_splice_init(&depot->full.head, &depot->victims.head);
		depot->victims.magazines = depot->full.magazines;
		WRITE_ONCE(depot->victims.objects, depot->full.objects);
		depot->full.magazines = 0;
		depot->full.least = 0;
		WRITE_ONCE(depot->full.objects, 0);
	}
	raw_spin_unlock_irqrestore(&depot->lock, flags);
}

/* Number of magazines that are moved per acquisition of the lock. */
#define KPOOL_TAKE_BATCH	32

/*
 * Move the magazines of @list, or those of them that were not needed since the
 * last call, to @to, and start a new interval for the list.  Magazines that are
 * added between two batches stay.
 */
static void kpool_depot_take_list(struct kpool_depot *depot,
				  struct kpool_magazine_list *list, bool all,
				  unsigned long *spare, struct list_head *to)
{
	unsigned int left = UINT_MAX;
	unsigned int taken, batch;
	unsigned long flags;

	do {
		raw_spin_lock_irqsave(&depot->lock, flags);
		left = min(left, all ? list->magazines : list->least);
		batch = min(left, KPOOL_TAKE_BATCH);
		taken = kpool_list_take(list, batch, spare, to);
		left -= taken;
		/* At the end begin a new interval, else correct this one. */
		if (left && taken == batch)
			list->least = min(left, list->least);
		else
			list->least = list->magazines;
		raw_spin_unlock_irqrestore(&depot->lock, flags);
	} while (left && taken == batch);
}

/**
 * kpool_depot_take() - take magazines out of a depot
 * @depot: the depot
 * @what: the sort of magazines
 * @spare: maximum number of objects, counted down; ULONG_MAX for any number
 * @to: the list to add them to
 *
 * Context: Any but NMI.
 */
void kpool_depot_take(struct kpool_depot *depot, enum kpool_take what,
		      unsigned long *spare, struct list_head *to)
{
	bool all = what == KPOOL_TAKE_ALL;

	kpool_depot_take_list(depot, &depot->empty, all, spare, to);
	kpool_depot_take_list(depot, &depot->victims,
			      all || what == KPOOL_TAKE_VICTIMS, spare, to);
	if (what != KPOOL_TAKE_VICTIMS)
		kpool_depot_take_list(depot, &depot->full, all, spare, to);
}

/* Objects in the depots of all nodes. */
unsigned long kpool_stock(struct kpool *pool)
{
	unsigned long stock = 0;
	int node;

	for_each_node(node)
		stock += kpool_depot_idle(pool->depots[node]);
	return stock;
}

/* Has the pool fewer objects ahead of their use than it has to? */
bool kpool_stock_short(struct kpool *pool)
{
	unsigned int low_water = READ_ONCE(pool->low_water);

	if (READ_ONCE(pool->nr_reserved) < READ_ONCE(pool->reserve) ||
	    READ_ONCE(pool->live) < READ_ONCE(pool->population))
		return true;
	return low_water && kpool_stock(pool) < low_water;
}

/* The number of objects that reclaim may take; any number from other pools. */
unsigned long kpool_stock_spare(struct kpool *pool)
{
	unsigned int low_water = READ_ONCE(pool->low_water);
	unsigned long stock;

	if (READ_ONCE(pool->population))
		return 0;
	if (!low_water)
		return ULONG_MAX;
	stock = kpool_stock(pool);
	return stock - min_t(unsigned long, stock, low_water);
}

/* The rest of kpool_stock_check(). */
void kpool_stock_check_slow(struct kpool *pool)
{
	/*
	 * After a failure the worker pauses; leave its timer alone.  If it is
	 * about to run instead, it must see what was taken: pairs with the barrier
	 * in set_work_pool_and_clear_pending().
	 */
	smp_mb();
	if (kpool_stock_short(pool) && !delayed_work_pending(&pool->stock_work))
		kpool_stock_queue(pool, 0);
}

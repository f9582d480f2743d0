// SPDX-License-Identifier: GPL-2.0
/*
 * The depot: the idle magazines of one NUMA node.
 *
 * Owns three lists under depot->lock, a raw spinlock that is held for a few
 * list operations with interrupts off, so that any context may take it.  An
 * NMI only tries it once.  Nothing is allocated or freed here.  Called by the
 * slow paths (cache.c) and by reclaim.c.
 *
 * Magazines come and go at the head of a list, so that the warmest are used
 * first and the least number seen (struct kpool_magazine_list) tells how many
 * stayed at the tail, unused: Bonwick's working set (USENIX 2001).
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

/* Moves all of @from to the tail of @to, a list that nobody counts. */
static void kpool_list_detach(struct kpool_magazine_list *from,
			      struct list_head *to)
{
	list_splice_tail_init(&from->head, to);
	from->magazines = 0;
	from->least = 0;
	WRITE_ONCE(from->objects, 0);
}

/*
 * False only in an NMI that interrupted a holder, or races with one.  Who has
 * to wait makes the pool's magazines larger, so that fewer come here: FreeBSD's
 * UMA does it this way.
 */
static bool kpool_depot_lock(struct kpool *pool, struct kpool_depot *depot,
			     unsigned long *flags)
{
	/* Where locks are compiled away, there is nothing to try. */
	if (!IS_ENABLED(CONFIG_SMP) && in_nmi())
		return false;
	if (likely(raw_spin_trylock_irqsave(&depot->lock, *flags)))
		return true;
	if (in_nmi())
		return false;
	kpool_enlarge_magazines(pool);
	raw_spin_lock_irqsave(&depot->lock, *flags);
	return true;
}

static void kpool_depot_unlock(struct kpool_depot *depot, unsigned long flags)
{
	raw_spin_unlock_irqrestore(&depot->lock, flags);
}

/* A depot whose memory lies on @node, or NULL. */
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

/* The depot of the node that this CPU allocates from. */
struct kpool_depot *kpool_depot_here(struct kpool *pool)
{
	return pool->depots[numa_mem_id()];
}

/**
 * kpool_depot_swap_for_full() - get a magazine with objects
 * @pool: the pool, for its counters
 * @depot: one of its depots
 * @empty: goes to the depot in exchange, or NULL
 *
 * Return: a magazine with at least one object, now the caller's; or NULL, and
 * then @empty is still the caller's.
 */
struct kpool_magazine *
kpool_depot_swap_for_full(struct kpool *pool, struct kpool_depot *depot,
			  struct kpool_magazine *empty)
{
	struct kpool_magazine *magazine;
	bool victim = false;
	unsigned long flags;

	/* A stale answer only costs a build; do not bounce the lock for it. */
	if (!READ_ONCE(depot->full.objects) &&
	    !READ_ONCE(depot->victims.objects))
		return NULL;
	if (!kpool_depot_lock(pool, depot, &flags))
		return NULL;
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
 * @full: goes to the depot in exchange, or NULL
 *
 * Return: an empty magazine, now the caller's; or NULL, and then @full is
 * still the caller's.
 */
struct kpool_magazine *
kpool_depot_swap_for_empty(struct kpool *pool, struct kpool_depot *depot,
			   struct kpool_magazine *full)
{
	struct kpool_magazine *magazine;
	unsigned long flags;

	if (!kpool_depot_lock(pool, depot, &flags))
		return NULL;
	magazine = kpool_list_pop(&depot->empty);
	if (magazine && full)
		kpool_list_add(&depot->full, full);
	kpool_depot_unlock(depot, flags);
	if (magazine && full)
		kpool_count(pool, KPOOL_DEPOT_PUTS);
	return magazine;
}

/* Hands @magazine over, whatever it holds.  Not from an NMI. */
void kpool_depot_put(struct kpool_depot *depot, struct kpool_magazine *magazine)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&depot->lock, flags);
	kpool_list_add(magazine->level ? &depot->full : &depot->empty,
		       magazine);
	raw_spin_unlock_irqrestore(&depot->lock, flags);
}

/* Takes an object out of the first magazine of @list; depot->lock is held. */
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

/* One object for a caller that can't use its CPU's cache, or NULL. */
void *kpool_depot_get_one(struct kpool *pool, struct kpool_depot *depot)
{
	enum kpool_counter counter = KPOOL_DEPOT_GETS;
	unsigned long flags;
	void *obj;

	if (!kpool_depot_lock(pool, depot, &flags))
		return NULL;
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

/*
 * One object from a caller that can't use its CPU's cache.  False if neither
 * the first full magazine has room nor an empty one is there.
 */
bool kpool_depot_put_one(struct kpool *pool, struct kpool_depot *depot,
			 void *obj)
{
	struct kpool_magazine *magazine;
	unsigned long flags;

	if (!kpool_depot_lock(pool, depot, &flags))
		return false;
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

/* Has the depot as many objects as it may?  A glance, without the lock. */
bool kpool_depot_full(struct kpool *pool, struct kpool_depot *depot)
{
	return READ_ONCE(depot->full.objects) +
	       READ_ONCE(depot->victims.objects) >= pool->depot_limit;
}

/* One magazine of victims, now the caller's, or NULL. */
struct kpool_magazine *kpool_depot_take_victim(struct kpool_depot *depot)
{
	struct kpool_magazine *magazine;
	unsigned long flags;

	raw_spin_lock_irqsave(&depot->lock, flags);
	magazine = kpool_list_pop(&depot->victims);
	raw_spin_unlock_irqrestore(&depot->lock, flags);
	return magazine;
}

/*
 * One step of clearing: moves the victims to @doomed, unless it is NULL and
 * there are some, and makes victims of what is full.
 */
void kpool_depot_age(struct kpool_depot *depot, struct list_head *doomed)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&depot->lock, flags);
	if (doomed)
		kpool_list_detach(&depot->victims, doomed);
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

/* Moves every magazine, with or without objects, to @doomed. */
void kpool_depot_take_all(struct kpool_depot *depot, struct list_head *doomed)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&depot->lock, flags);
	kpool_list_detach(&depot->victims, doomed);
	kpool_list_detach(&depot->full, doomed);
	kpool_list_detach(&depot->empty, doomed);
	raw_spin_unlock_irqrestore(&depot->lock, flags);
}

/* Moves the magazines at the tail of @list that nobody needed to @surplus. */
static void kpool_list_take_least(struct kpool_magazine_list *list,
				  struct list_head *surplus)
{
	struct kpool_magazine *magazine;
	unsigned int n;

	for (n = list->least; n; n--) {
		magazine = list_last_entry(&list->head, struct kpool_magazine,
					   node);
		kpool_list_del(list, magazine);
		list_add(&magazine->node, surplus);
	}
	list->least = list->magazines;
}

/*
 * Moves the magazines that nobody needed since the last call to @surplus and
 * starts a new interval: always the empty ones, and if @objects is set also
 * full ones and victims.
 */
void kpool_depot_take_surplus(struct kpool_depot *depot, bool objects,
			      struct list_head *surplus)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&depot->lock, flags);
	kpool_list_take_least(&depot->empty, surplus);
	if (objects) {
		kpool_list_take_least(&depot->full, surplus);
		kpool_list_take_least(&depot->victims, surplus);
	}
	raw_spin_unlock_irqrestore(&depot->lock, flags);
}

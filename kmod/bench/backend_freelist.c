// SPDX-License-Identifier: GPL-2.0
/*
 * The backends "ptr_ring" and "llist": freelists as drivers write them by hand.
 * A get that finds the list empty calls kmalloc().  A put frees the object if a
 * ptr_ring is full; an llist never is.
 *
 * A ptr_ring has a lock for producers and another for consumers.  An llist
 * needs a lock for consumers only.  Interrupts are disabled only in the loop
 * "atomic", where interrupts use the list as well.  Objects are not built: the
 * memory from kmalloc() cannot be told from a built object.
 */
#include <linux/llist.h>
#include <linux/lockdep.h>
#include <linux/ptr_ring.h>
#include <linux/spinlock.h>
#include "loops.h"

/*
 * A list that interrupts use gets its own lockdep class: only its locks are
 * taken with interrupts disabled.
 */
static struct lock_class_key ring_consumer_key;
static struct lock_class_key ring_producer_key;
static struct lock_class_key llist_key;

/* The slow path, which is not measured. */
static noinline void *freelist_new(size_t size, gfp_t gfp)
{
	bench_count_alloc(size);
	return kmalloc(size, gfp);
}

static __always_inline void *ring_get(struct bench_source source, gfp_t gfp)
{
	void *obj = ptr_ring_consume(source.pool);

	return likely(obj) ? obj : freelist_new(source.size, gfp);
}

static __always_inline void ring_put(struct bench_source source, void *obj)
{
	if (unlikely(ptr_ring_produce(source.pool, obj)))
		kfree(obj);
}

static __always_inline void *ring_get_any(struct bench_source source, gfp_t gfp)
{
	void *obj = ptr_ring_consume_any(source.pool);

	return likely(obj) ? obj : freelist_new(source.size, gfp);
}

static __always_inline void ring_put_any(struct bench_source source, void *obj)
{
	if (unlikely(ptr_ring_produce_any(source.pool, obj)))
		kfree(obj);
}

static __always_inline void freelist_drop(struct bench_source source, void *obj)
{
	kfree(obj);
}

BENCH_DEFINE_LOOPS(ring, ring_get, ring_put);
BENCH_DEFINE_ATOMIC(ring, ring_get_any, ring_put_any);
BENCH_DEFINE_DROP(ring, freelist_drop);

static const struct bench_loops ring_loops = {
	BENCH_LOOPS(ring),
	.atomic = ring_atomic,
	.drop = ring_drop,
};

static int ring_create(const struct bench_run *run, const char *name,
		       struct bench_source *source)
{
	struct ptr_ring *ring = kzalloc_obj(*ring, GFP_KERNEL);
	int ret;

	if (!ring)
		return -ENOMEM;
	ret = ptr_ring_init(ring, run->req.objects, GFP_KERNEL);
	if (ret) {
		kfree(ring);
		return ret;
	}
	if (run->req.workload == KPOOL_BENCH_INTERRUPT) {
		lockdep_set_class(&ring->consumer_lock, &ring_consumer_key);
		lockdep_set_class(&ring->producer_lock, &ring_producer_key);
	}
	source->pool = ring;
	return 0;
}

static void ring_destroy(const struct bench_source *source,
			 const struct bench_builder *builder)
{
	struct ptr_ring *ring = source->pool;
	void *obj;

	/* ptr_ring_cleanup() would leave interrupts enabled. */
	while ((obj = ptr_ring_consume_any(ring)))
		kfree(obj);
	ptr_ring_cleanup(ring, NULL);
	kfree(ring);
}

/**
 * struct free_llist - free objects, last in, first out
 * @head: the objects; an object's first word is its node
 * @lock: protects removal; objects are added without it
 */
struct free_llist {
	struct llist_head head;
	spinlock_t lock;	/* llist_del_first() */
};

static __always_inline void *llist_source_get(struct bench_source source,
					      gfp_t gfp)
{
	struct free_llist *list = source.pool;
	struct llist_node *node;

	spin_lock(&list->lock);
	node = llist_del_first(&list->head);
	spin_unlock(&list->lock);
	return likely(node) ? node : freelist_new(source.size, gfp);
}

static __always_inline void *llist_source_get_any(struct bench_source source,
						  gfp_t gfp)
{
	struct free_llist *list = source.pool;
	struct llist_node *node;
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	node = llist_del_first(&list->head);
	spin_unlock_irqrestore(&list->lock, flags);
	return likely(node) ? node : freelist_new(source.size, gfp);
}

static __always_inline void llist_source_put(struct bench_source source,
					     void *obj)
{
	struct free_llist *list = source.pool;

	llist_add(obj, &list->head);
}

BENCH_DEFINE_LOOPS(llist_source, llist_source_get, llist_source_put);
BENCH_DEFINE_ATOMIC(llist_source, llist_source_get_any, llist_source_put);
BENCH_DEFINE_DROP(llist_source, freelist_drop);

static const struct bench_loops llist_loops = {
	BENCH_LOOPS(llist_source),
	.atomic = llist_source_atomic,
	.drop = llist_source_drop,
};

static int llist_create(const struct bench_run *run, const char *name,
			struct bench_source *source)
{
	struct free_llist *list = kzalloc_obj(*list, GFP_KERNEL);

	if (!list)
		return -ENOMEM;
	init_llist_head(&list->head);
	spin_lock_init(&list->lock);
	if (run->req.workload == KPOOL_BENCH_INTERRUPT)
		lockdep_set_class(&list->lock, &llist_key);
	source->pool = list;
	return 0;
}

static void llist_destroy(const struct bench_source *source,
			  const struct bench_builder *builder)
{
	struct free_llist *list = source->pool;
	struct llist_node *node;

	while ((node = llist_del_first(&list->head)))
		kfree(node);
	kfree(list);
}

const struct bench_backend bench_backend_ptr_ring = {
	.takes_objects = true,
	.sized_to_use = true,
	.create = ring_create,
	.destroy = ring_destroy,
	.loops = &ring_loops,
};

const struct bench_backend bench_backend_llist = {
	.create = llist_create,
	.destroy = llist_destroy,
	.loops = &llist_loops,
};

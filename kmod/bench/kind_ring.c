// SPDX-License-Identifier: GPL-2.0
/*
 * The workload "ring": a fixed number of buffers of object_size bytes.  One
 * operation gets a buffer, writes to its first and its last byte, and puts it,
 * either with kpool_ring or with a list under a spinlock that is safe in
 * interrupts.
 */
#include <linux/kpool_ring.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include "loops.h"

static __always_inline void ring_touch(u8 *buf, size_t size)
{
	WRITE_ONCE(buf[0], 1);
	WRITE_ONCE(buf[size - 1], 1);
}

static __always_inline bool ring_operation(struct bench_source source)
{
	void *buf = kpool_ring_get(source.pool);

	if (unlikely(!buf))
		return false;
	ring_touch(buf, source.size);
	kpool_ring_put(source.pool, buf);
	return true;
}

BENCH_DEFINE_KIND_LOOPS(ring, ring_operation);

static int ring_create(const struct bench_run *run, const char *name,
		       struct bench_source *source)
{
	struct kpool_ring *ring;

	ring = kpool_ring_create(name, run->req.objects, source->size, NULL);
	if (IS_ERR(ring))
		return PTR_ERR(ring);
	source->pool = ring;
	return 0;
}

static void ring_destroy(const struct bench_source *source,
			 const struct bench_builder *builder)
{
	kpool_ring_destroy(source->pool);
}

/* The buffers were all built before the run, or are built by a worker. */
static void ring_count(const struct bench_source *source,
		       struct bench_counts *counts)
{
	struct kpool_ring_stats stats;

	kpool_ring_read_stats(source->pool, &stats);
	counts->allocs += stats.nr + stats.refused;
	counts->bytes += (stats.nr + stats.refused) * source->size;
	counts->gets += stats.gets + stats.empty;
	counts->hits += stats.gets;
}

const struct bench_backend bench_ring_kpool = {
	.takes_objects = true,
	.sized_to_use = true,
	.cannot_grow = true,
	.create = ring_create,
	.destroy = ring_destroy,
	.count = ring_count,
	.loops = &ring_loops,
};

/**
 * struct ring_list - the free buffers
 * @lock: protects @free
 * @free: the buffers; the one that was put last is at the end
 */
struct ring_list {
	spinlock_t lock;	/* the list */
	struct list_head free;
};

/* Header in front of a buffer. */
struct ring_entry {
	struct list_head node;
	u8 buf[];
};

/* Out of line, as kpool_ring_get() and kpool_ring_put() are. */
static noinline void *ring_list_get(struct ring_list *list)
{
	struct ring_entry *entry;
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	entry = list_first_entry_or_null(&list->free, struct ring_entry, node);
	if (entry)
		list_del(&entry->node);
	spin_unlock_irqrestore(&list->lock, flags);
	return entry ? entry->buf : NULL;
}

static noinline void ring_list_put(struct ring_list *list, void *buf)
{
	struct ring_entry *entry = container_of(buf, struct ring_entry, buf[0]);
	unsigned long flags;

	spin_lock_irqsave(&list->lock, flags);
	list_add_tail(&entry->node, &list->free);
	spin_unlock_irqrestore(&list->lock, flags);
}

static __always_inline bool ring_kernel_operation(struct bench_source source)
{
	void *buf = ring_list_get(source.pool);

	if (unlikely(!buf))
		return false;
	ring_touch(buf, source.size);
	ring_list_put(source.pool, buf);
	return true;
}

BENCH_DEFINE_KIND_LOOPS(ring_kernel, ring_kernel_operation);

static void ring_kernel_destroy(const struct bench_source *source,
				const struct bench_builder *builder)
{
	struct ring_list *list = source->pool;
	struct ring_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &list->free, node)
		kfree(entry);
	kfree(list);
}

static int ring_kernel_create(const struct bench_run *run, const char *name,
			      struct bench_source *source)
{
	struct ring_list *list = kzalloc_obj(*list, GFP_KERNEL);
	struct ring_entry *entry;
	unsigned int i;

	if (!list)
		return -ENOMEM;
	spin_lock_init(&list->lock);
	INIT_LIST_HEAD(&list->free);
	source->pool = list;
	for (i = 0; i < run->req.objects; i++) {
		entry = kmalloc_flex(*entry, buf, source->size, GFP_KERNEL);
		if (!entry) {
			ring_kernel_destroy(source, NULL);
			return -ENOMEM;
		}
		list_add_tail(&entry->node, &list->free);
	}
	return 0;
}

const struct bench_backend bench_ring_kernel = {
	.takes_objects = true,
	.sized_to_use = true,
	.cannot_grow = true,
	.create = ring_kernel_create,
	.destroy = ring_kernel_destroy,
	.loops = &ring_kernel_loops,
};

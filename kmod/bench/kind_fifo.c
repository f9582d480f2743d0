// SPDX-License-Identifier: GPL-2.0
/*
 * The workload "fifo".  One operation gets a fifo of 16 pointers, sends 4,
 * receives them and puts the fifo back.  It is compared with what a driver does
 * without a pool: allocate a ptr_ring and its queue, use it through the
 * functions that any context may call, and free it.  object_size does not
 * matter.
 */
#include <linux/kpool.h>
#include <linux/kpool_fifo.h>
#include <linux/ptr_ring.h>
#include "loops.h"

#define FIFO_DEPTH	16
#define FIFO_USED	4

static __always_inline bool fifo_kpool_operation(struct bench_source source)
{
	struct kpool_fifo *fifo = kpool_fifos_get(source.pool, GFP_KERNEL);
	int i;

	if (!fifo)
		return false;
	for (i = 0; i < FIFO_USED; i++)
		kpool_fifo_send(fifo, fifo);
	for (i = 0; i < FIFO_USED; i++)
		kpool_fifo_receive(fifo);
	kpool_fifos_put(source.pool, fifo);
	return true;
}

BENCH_DEFINE_KIND_LOOPS(fifo_kpool, fifo_kpool_operation);

static int fifo_kpool_create(const struct bench_run *run, const char *name,
			     struct bench_source *source)
{
	const struct kpool_fifos_args args = { .depth = FIFO_DEPTH };
	struct kpool_fifos *fifos = kpool_fifos_create(name, &args);

	if (IS_ERR(fifos))
		return PTR_ERR(fifos);
	source->pool = fifos;
	return 0;
}

static void fifo_kpool_destroy(const struct bench_source *source,
			       const struct bench_builder *builder)
{
	kpool_fifos_destroy(source->pool);
}

static void fifo_kpool_count(const struct bench_source *source,
			     struct bench_counts *counts)
{
	struct kpool_stats stats;

	kpool_read_stats(kpool_fifos_pool(source->pool), &stats);
	/* Each object is two allocations, the fifo and its queue. */
	counts->allocs += 2 * stats.built;
	counts->bytes += stats.built *
			 (stats.object_size + FIFO_DEPTH * sizeof(void *));
	counts->gets += stats.gets;
	counts->hits += stats.hits;
}

const struct bench_backend bench_fifo_kpool = {
	.create = fifo_kpool_create,
	.destroy = fifo_kpool_destroy,
	.count = fifo_kpool_count,
	.loops = &fifo_kpool_loops,
};

static __always_inline bool fifo_kernel_operation(struct bench_source source)
{
	struct ptr_ring *ring = kmalloc_obj(*ring, GFP_KERNEL);
	int i;

	if (!ring)
		return false;
	bench_count_alloc(sizeof(*ring));
	if (ptr_ring_init(ring, FIFO_DEPTH, GFP_KERNEL)) {
		kfree(ring);
		return false;
	}
	bench_count_alloc(FIFO_DEPTH * sizeof(void *));
	for (i = 0; i < FIFO_USED; i++)
		ptr_ring_produce_any(ring, ring);
	for (i = 0; i < FIFO_USED; i++)
		ptr_ring_consume_any(ring);
	ptr_ring_cleanup(ring, NULL);
	kfree(ring);
	return true;
}

BENCH_DEFINE_KIND_LOOPS(fifo_kernel, fifo_kernel_operation);

const struct bench_backend bench_fifo_kernel = {
	.loops = &fifo_kernel_loops,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "single-use": objects built in advance and used once.  A consumer
 * takes one from the stock and tears it down when it is done; a worker builds
 * new ones when less than a quarter is left.  A get that finds the stock empty
 * builds an object itself.
 *
 * The lock protects the stock and the counters.
 */
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include "loops.h"

/**
 * struct single_use_pool - a stock of built objects
 * @lock: protects @stocked, @objs, @gets, @hits and @built
 * @size: bytes per object
 * @builder: how objects are built, or NULL
 * @stocked: number of objects in @objs
 * @low: the worker is queued when fewer objects are stocked
 * @high: number of objects that the worker stocks
 * @gets: number of gets
 * @hits: gets that were served from the stock
 * @built: objects built, by the worker or by a get that found the stock empty
 * @refill: the worker
 * @objs: the stock
 */
struct single_use_pool {
	spinlock_t lock;	/* the stock and the counters */
	size_t size;
	const struct bench_builder *builder;
	unsigned int stocked;
	unsigned int low;
	unsigned int high;
	u64 gets;
	u64 hits;
	u64 built;
	struct work_struct refill;
	void *objs[];
};

static void *single_use_build(const struct single_use_pool *pool)
{
	void *obj = kzalloc(pool->size, GFP_KERNEL);

	if (obj && bench_build(pool->builder, obj, GFP_KERNEL)) {
		kfree(obj);
		obj = NULL;
	}
	return obj;
}

static void single_use_teardown(void *obj, const struct bench_builder *builder)
{
	bench_teardown(builder, obj);
	kfree(obj);
}

/* Put @obj into the stock; return false if the stock is full. */
static bool single_use_stock(struct single_use_pool *pool, void *obj)
{
	bool stocked = false;

	spin_lock(&pool->lock);
	if (pool->stocked < pool->high) {
		pool->objs[pool->stocked++] = obj;
		pool->built++;
		stocked = true;
	}
	spin_unlock(&pool->lock);
	return stocked;
}

/* Only this function adds to the stock; it never runs concurrently. */
static void single_use_refill(struct work_struct *work)
{
	struct single_use_pool *pool =
		container_of(work, struct single_use_pool, refill);

	while (READ_ONCE(pool->stocked) < pool->high) {
		void *obj = single_use_build(pool);

		if (!obj)
			return;
		if (!single_use_stock(pool, obj))
			single_use_teardown(obj, pool->builder);
		cond_resched();
	}
}

static noinline void *single_use_get(struct single_use_pool *pool)
{
	void *obj = NULL;
	bool low;

	spin_lock(&pool->lock);
	pool->gets++;
	if (pool->stocked) {
		obj = pool->objs[--pool->stocked];
		pool->hits++;
	} else {
		pool->built++;
	}
	low = pool->stocked < pool->low;
	spin_unlock(&pool->lock);

	if (low)
		queue_work(system_dfl_wq, &pool->refill);
	return obj ? obj : single_use_build(pool);
}

static __always_inline void *bench_single_use_get(struct bench_source source,
						  gfp_t gfp)
{
	return single_use_get(source.pool);
}

static __always_inline void bench_single_use_put(struct bench_source source,
						 void *obj)
{
	kfree(obj);
}

BENCH_DEFINE_LOOPS(single_use, bench_single_use_get, bench_single_use_put);
BENCH_DEFINE_DROP(single_use, bench_single_use_put);

/* No loop for interrupts: the lock does not disable them. */
static const struct bench_loops single_use_loops = {
	BENCH_LOOPS(single_use),
	.drop = single_use_drop,
};

static void *single_use_get_built(struct bench_source source,
				  const struct bench_builder *builder)
{
	return single_use_get(source.pool);
}

static void single_use_put_built(struct bench_source source,
				 const struct bench_builder *builder, void *obj)
{
	single_use_teardown(obj, builder);
}

static void bench_single_use_destroy(const struct bench_source *source,
				     const struct bench_builder *builder)
{
	struct single_use_pool *pool = source->pool;

	cancel_work_sync(&pool->refill);
	while (pool->stocked)
		single_use_teardown(pool->objs[--pool->stocked], builder);
	kvfree(pool);
}

static void bench_single_use_settle(const struct bench_source *source)
{
	struct single_use_pool *pool = source->pool;

	queue_work(system_dfl_wq, &pool->refill);
	flush_work(&pool->refill);
}

static int bench_single_use_create(const struct bench_run *run,
				   const char *name,
				   struct bench_source *source)
{
	unsigned int objects = run->req.objects;
	struct single_use_pool *pool;

	pool = kvzalloc(struct_size(pool, objs, objects), GFP_KERNEL);
	if (!pool)
		return -ENOMEM;
	spin_lock_init(&pool->lock);
	INIT_WORK(&pool->refill, single_use_refill);
	pool->builder = run->workload->builder;
	pool->size = source->size;
	pool->high = objects;
	pool->low = DIV_ROUND_UP(objects, 4);
	source->pool = pool;

	bench_single_use_settle(source);
	if (pool->stocked == pool->high)
		return 0;
	bench_single_use_destroy(source, pool->builder);
	return -ENOMEM;
}

static void bench_single_use_count(const struct bench_source *source,
				   struct bench_counts *counts)
{
	struct single_use_pool *pool = source->pool;

	spin_lock(&pool->lock);
	counts->allocs += pool->built;
	counts->bytes += pool->built * pool->size;
	counts->gets += pool->gets;
	counts->hits += pool->hits;
	spin_unlock(&pool->lock);
}

const struct bench_backend bench_backend_single_use = {
	.takes_objects = true,
	.mean = true,
	.create = bench_single_use_create,
	.destroy = bench_single_use_destroy,
	.settle = bench_single_use_settle,
	.count = bench_single_use_count,
	.get_built = single_use_get_built,
	.put_built = single_use_put_built,
	.loops = &single_use_loops,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * Pooled objects in the hands of user space: an open file's pool, and the
 * objects that were got from it and not yet put.  All functions are called with
 * the file's lock held.
 */
#include <linux/kpool.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "bench.h"

/**
 * struct bench_object - the header of every object
 * @serial: serial number of the object in its pool, from 1
 * @uses: how often the object was put
 */
struct bench_object {
	u64 serial;
	u64 uses;
};

static int object_init(void *obj, void *ctx, gfp_t gfp)
{
	struct bench_objects *objects = ctx;
	struct bench_object *object = obj;

	object->serial = atomic64_inc_return(&objects->built);
	object->uses = 0;
	return 0;
}

static bool object_reset(void *obj, void *ctx)
{
	struct bench_object *object = obj;

	object->uses++;
	return true;
}

static const struct kpool_ops object_ops = {
	.init = object_init,
	.reset = object_reset,
};

void bench_objects_init(struct bench_objects *objects)
{
	BUILD_BUG_ON(sizeof(struct bench_object) > KPOOL_BENCH_SIZE_MIN);
	xa_init_flags(&objects->held, XA_FLAGS_ALLOC1);
}

void bench_objects_release(struct bench_objects *objects)
{
	struct bench_object *object;
	unsigned long handle;

	if (!objects->pool)
		return;
	xa_for_each(&objects->held, handle, object)
		kpool_put(objects->pool, object);
	xa_destroy(&objects->held);
	kpool_destroy(objects->pool);
}

static int objects_check(const struct kpool_bench_pool *req)
{
	if (req->flags || req->pad ||
	    memchr_inv(req->reserved, 0, sizeof(req->reserved)))
		return -EINVAL;
	if (req->object_size < KPOOL_BENCH_SIZE_MIN)
		return -EINVAL;
	if (req->object_size > KPOOL_BENCH_SIZE_MAX ||
	    req->reserve > KPOOL_BENCH_OBJECTS_MAX ||
	    req->max > KPOOL_BENCH_OBJECTS_MAX ||
	    req->object_size * req->reserve > KPOOL_BENCH_MEMORY_MAX)
		return -E2BIG;
	if (req->max && req->max < req->reserve)
		return -EINVAL;
	return 0;
}

int bench_objects_create(struct bench_objects *objects, int id,
			 const struct kpool_bench_pool *req)
{
	struct kpool_args args = {
		.ops = &object_ops,
		.ctx = objects,
		.reserve = req->reserve,
		.max = req->max,
	};
	struct kpool *pool;
	char name[24];
	int ret;

	ret = objects_check(req);
	if (ret)
		return ret;
	if (objects->pool)
		return -EEXIST;
	snprintf(name, sizeof(name), "bench%d-user", id);
	pool = kpool_create(name, req->object_size, &args);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	objects->pool = pool;
	objects->bounded = req->max;
	objects->held_max = min_t(u64, KPOOL_BENCH_HANDLES_MAX,
				  div64_u64(KPOOL_BENCH_MEMORY_MAX,
					    req->object_size));
	return 0;
}

/*
 * In a pool with a max, a get that may sleep would wait for an object to be
 * put, which perhaps only this caller could do; so the get must not sleep.
 */
static struct bench_object *object_get(struct bench_objects *objects)
{
	gfp_t gfp = objects->bounded ? GFP_NOWAIT : GFP_KERNEL;

	return kpool_get(objects->pool, gfp);
}

int bench_objects_get(struct bench_objects *objects,
		      struct kpool_bench_object *req)
{
	struct bench_object *object;
	u32 handle;
	int ret;

	if (req->handle || req->flags || req->serial || req->uses ||
	    memchr_inv(req->reserved, 0, sizeof(req->reserved)))
		return -EINVAL;
	if (!objects->pool)
		return -ENXIO;
	if (objects->nr_held == objects->held_max)
		return -ENOSPC;
	object = object_get(objects);
	if (!object)
		return objects->bounded ? -EAGAIN : -ENOMEM;
	ret = xa_alloc_cyclic(&objects->held, &handle, object,
			      XA_LIMIT(1, INT_MAX), &objects->next, GFP_KERNEL);
	if (ret < 0) {
		kpool_put(objects->pool, object);
		return ret;
	}
	objects->nr_held++;
	req->handle = handle;
	req->serial = object->serial;
	req->uses = object->uses;
	return 0;
}

int bench_objects_put(struct bench_objects *objects, u32 handle)
{
	struct bench_object *object;

	object = xa_erase(&objects->held, handle);
	if (!object)
		return -ENOENT;
	objects->nr_held--;
	kpool_put(objects->pool, object);
	return 0;
}

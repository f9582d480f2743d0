// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "objpool": a fixed number of objects in rings, one a CPU, where
 * the kernel has it.  Its get and put are inline functions in recent kernels,
 * and so part of the loop, as they are in its users.
 */
#include "loops.h"

#if KPOOL_HAVE_OBJPOOL

#include <linux/objpool.h>

/**
 * struct objpool_source - what stands behind a source
 * @pool: the objpool; first, so that a source's pool points to it
 * @error: what building an object came to, 0 or a negative errno
 */
struct objpool_source {
	struct objpool_head pool;
	int error;
};

static __always_inline void *bench_objpool_get(struct bench_source source)
{
	return objpool_pop(source.pool);
}

static __always_inline void bench_objpool_put(struct bench_source source,
					      void *obj)
{
	objpool_push(obj, source.pool);
}

static __always_inline void bench_objpool_put_built(struct bench_source source,
						    void *obj)
{
	deflate_reset(obj);
	objpool_push(obj, source.pool);
}

BENCH_DEFINE_LOOPS(objpool, bench_objpool_get, bench_objpool_put,
		   bench_objpool_get, bench_objpool_put_built);

/*
 * Never fails: objpool would forget the objects that were built before, while
 * one without a workspace can be torn down like any other.
 */
static int objpool_build(void *obj, void *context)
{
	struct objpool_source *objpool = context;

	if (!objpool->error)
		objpool->error = deflate_build(obj, GFP_KERNEL);
	return 0;
}

static void bench_objpool_destroy(const struct bench_source *source,
				  bool compress)
{
	struct objpool_source *objpool = source->pool;
	void *obj;

	if (compress) {
		while ((obj = objpool_pop(&objpool->pool)))
			deflate_teardown(obj);
	}
	objpool_free(&objpool->pool);
	kfree(objpool);
}

static int bench_objpool_create(const struct bench_run *run, const char *name,
				struct bench_source *source)
{
	bool compress = bench_is_compress(run);
	struct objpool_source *objpool;
	int ret;

	if (source->size > OBJPOOL_OBJECT_SIZE_MAX)
		return -E2BIG;
	objpool = kzalloc_obj(*objpool, GFP_KERNEL);
	if (!objpool)
		return -ENOMEM;
	ret = objpool_init(&objpool->pool, run->req.objects, source->size,
			   GFP_KERNEL, objpool, compress ? objpool_build : NULL, NULL);
	if (ret) {
		kfree(objpool);
		return ret;
	}
	source->pool = &objpool->pool;
	if (objpool->error) {
		ret = objpool->error;
		bench_objpool_destroy(source, compress);
	}
	return ret;
}

const struct bench_backend bench_backend_objpool = {
	.takes_objects = true,
	.cannot_grow = true,
	.create = bench_objpool_create,
	.destroy = bench_objpool_destroy,
	.loops = &objpool_loops,
};

#endif /* KPOOL_HAVE_OBJPOOL */

// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "objpool": a fixed number of objects in per-CPU rings, on kernels
 * that have it.  Its get and put are inline functions in recent kernels, and so
 * part of the loop, as they are in objpool's users.
 */
#include "loops.h"

#if KPOOL_HAVE_OBJPOOL

#include <linux/objpool.h>

static __always_inline void *bench_objpool_get(struct bench_source source,
					       gfp_t gfp)
{
	return objpool_pop(source.pool);
}

static __always_inline void bench_objpool_put(struct bench_source source,
					      void *obj)
{
	objpool_push(obj, source.pool);
}

BENCH_DEFINE_LOOPS(objpool, bench_objpool_get, bench_objpool_put);
BENCH_DEFINE_ATOMIC(objpool, bench_objpool_get, bench_objpool_put);

/* No loop "drop": an objpool cannot replace an object. */
static const struct bench_loops objpool_loops = {
	BENCH_LOOPS(objpool),
	.atomic = objpool_atomic,
};

static void *objpool_get_built(struct bench_source source,
			       const struct bench_builder *builder)
{
	return objpool_pop(source.pool);
}

static void objpool_put_built(struct bench_source source,
			      const struct bench_builder *builder, void *obj)
{
	builder->reset(obj);
	objpool_push(obj, source.pool);
}

/*
 * objpool_init() forgets the objects that it has built when one fails; so build
 * objects after it, in the order in which they come out.
 */
static int objpool_build(struct objpool_head *pool,
			 const struct bench_builder *builder, unsigned int nr)
{
	unsigned int i;
	void **objs;
	int ret = 0;

	objs = kvcalloc(nr, sizeof(*objs), GFP_KERNEL);
	if (!objs)
		return -ENOMEM;
	for (i = 0; i < nr && !ret; i++) {
		objs[i] = objpool_pop(pool);
		ret = objs[i] ? builder->build(objs[i], GFP_KERNEL) : -ENOMEM;
	}
	if (ret)
		i--;
	while (i--) {
		if (ret)
			builder->teardown(objs[i]);
		else
			objpool_push(objs[i], pool);
	}
	kvfree(objs);
	return ret;
}

static void bench_objpool_destroy(const struct bench_source *source,
				  const struct bench_builder *builder)
{
	struct objpool_head *pool = source->pool;
	void *obj;

	if (builder) {
		while ((obj = objpool_pop(pool)))
			builder->teardown(obj);
	}
	objpool_free(pool);
	kfree(pool);
}

static int bench_objpool_create(const struct bench_run *run, const char *name,
				struct bench_source *source)
{
	struct objpool_head *pool;
	int ret;

	pool = kzalloc_obj(*pool, GFP_KERNEL);
	if (!pool)
		return -ENOMEM;
	ret = objpool_init(pool, run->req.objects, source->size,
			   GFP_KERNEL, NULL, NULL, NULL);
	if (ret) {
		kfree(pool);
		return ret;
	}
	source->pool = pool;
	if (run->workload->builder)
		ret = objpool_build(pool, run->workload->builder,
				    run->req.objects);
	if (ret) {
		objpool_free(pool);
		kfree(pool);
	}
	return ret;
}

const struct bench_backend bench_backend_objpool = {
	.size_max = OBJPOOL_OBJECT_SIZE_MAX,
	.takes_objects = true,
	.sized_to_use = true,
	.cannot_grow = true,
	.create = bench_objpool_create,
	.destroy = bench_objpool_destroy,
	.get_built = objpool_get_built,
	.put_built = objpool_put_built,
	.loops = &objpool_loops,
};

#endif /* KPOOL_HAVE_OBJPOOL */

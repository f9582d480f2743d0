// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "loop": nothing is got and nothing is put.  What its loops cost
 * is the part of every other backend's figure that is the measurement's own.
 * For compress, each CPU has one workspace of its own: the cost of the work.
 */
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include "loops.h"

/*
 * Where the call would be, the arguments are in registers and anything may come
 * back, NULL included.  Volatile, so that each turn of the loop has its own.
 */
static __always_inline void *loop_get(struct bench_source source)
{
	void *obj;

	asm volatile("" : "=r" (obj) : "0" (source.pool), "r" (GFP_KERNEL) :
		     "memory");
	return obj;
}

static __always_inline void loop_put(struct bench_source source, void *obj)
{
	asm volatile("" : : "r" (source.pool), "r" (obj) : "memory");
}

static __always_inline void *loop_get_built(struct bench_source source)
{
	return raw_cpu_ptr((struct deflate_object __percpu *)source.pool);
}

static __always_inline void loop_put_built(struct bench_source source,
					   void *obj)
{
	deflate_reset(obj);
}

BENCH_DEFINE_LOOPS(loop, loop_get, loop_put, loop_get_built, loop_put_built);

static void loop_destroy(const struct bench_source *source, bool compress)
{
	struct deflate_object __percpu *objs;
	int cpu;

	if (!compress)
		return;
	objs = (struct deflate_object __percpu *)source->pool;
	for_each_possible_cpu(cpu)
		deflate_teardown(per_cpu_ptr(objs, cpu));
	free_percpu(objs);
}

static int loop_create(const struct bench_run *run, const char *name,
		       struct bench_source *source)
{
	struct deflate_object __percpu *objs;
	unsigned int i;
	int ret;

	if (!bench_is_compress(run)) {
		source->pool = source;
		return 0;
	}
	objs = alloc_percpu(struct deflate_object);
	if (!objs)
		return -ENOMEM;
	source->pool = (void __force *)objs;
	for (i = 0; i < run->nr_lanes; i++) {
		ret = deflate_build(per_cpu_ptr(objs, run->lanes[i].cpu),
				    GFP_KERNEL);
		if (ret) {
			loop_destroy(source, true);
			return ret;
		}
	}
	return 0;
}

const struct bench_backend bench_backend_loop = {
	.create = loop_create,
	.destroy = loop_destroy,
	.loops = &loop_loops,
};

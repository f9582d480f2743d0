// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "loop": nothing is got and nothing is put.  The cost of its loops
 * is the overhead of the measurement that every other backend's figure
 * includes.  Where objects have to be built, each CPU has one of its own, and
 * the figure also includes the cost of the work.
 */
#include <linux/compiler.h>
#include <linux/cpumask.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include "loops.h"

/*
 * At the place of the call, the arguments are in registers and any value may be
 * returned, NULL included.  Volatile, so that each turn of the loop has its
 * own.
 */
static __always_inline void *loop_get(struct bench_source source, gfp_t gfp)
{
	void *obj;

	asm volatile("" : "=r" (obj) : "0" (source.pool), "r" (gfp) : "memory");
	return obj;
}

static __always_inline void loop_put(struct bench_source source, void *obj)
{
	asm volatile("" : : "r" (source.pool), "r" (obj) : "memory");
}

BENCH_DEFINE_LOOPS(loop, loop_get, loop_put);
BENCH_DEFINE_ATOMIC(loop, loop_get, loop_put);
BENCH_DEFINE_DROP(loop, loop_put);

static const struct bench_loops loop_loops = {
	BENCH_LOOPS(loop),
	.atomic = loop_atomic,
	.drop = loop_drop,
};

/*
 * The source holds a per-CPU address as an ordinary pointer.  A compiler may
 * treat the two as different address spaces, and only integers cast to both.
 */
static void __percpu *loop_objects(void *pool)
{
	return (void __percpu *)(__force unsigned long)pool;
}

static void *loop_get_built(struct bench_source source,
			    const struct bench_builder *builder)
{
	return raw_cpu_ptr(loop_objects(source.pool));
}

static void loop_put_built(struct bench_source source,
			   const struct bench_builder *builder, void *obj)
{
	builder->reset(obj);
}

static void loop_teardown(void __percpu *objs,
			  const struct bench_builder *builder,
			  const struct cpumask *built)
{
	int cpu;

	for_each_cpu(cpu, built)
		builder->teardown(per_cpu_ptr(objs, cpu));
	free_percpu(objs);
}

static void loop_destroy(const struct bench_source *source,
			 const struct bench_builder *builder)
{
	if (builder)
		loop_teardown(loop_objects(source->pool), builder,
			      cpu_possible_mask);
}

/* Build on all possible CPUs, so that destroying need not know which ones. */
static int loop_build(void __percpu *objs, const struct bench_builder *builder)
{
	cpumask_var_t built;
	int ret = 0;
	int cpu;

	if (!zalloc_cpumask_var(&built, GFP_KERNEL)) {
		free_percpu(objs);
		return -ENOMEM;
	}
	for_each_possible_cpu(cpu) {
		ret = builder->build(per_cpu_ptr(objs, cpu), GFP_KERNEL);
		if (ret)
			break;
		cpumask_set_cpu(cpu, built);
	}
	if (ret)
		loop_teardown(objs, builder, built);
	free_cpumask_var(built);
	return ret;
}

static int loop_create(const struct bench_run *run, const char *name,
		       struct bench_source *source)
{
	const struct bench_builder *builder = run->workload->builder;
	void __percpu *objs;

	if (!builder) {
		source->pool = source;
		return 0;
	}
	objs = __alloc_percpu(max(builder->size, sizeof(u64)), sizeof(u64));
	if (!objs)
		return -ENOMEM;
	source->pool = (void *)(__force unsigned long)objs;
	return loop_build(objs, builder);
}

const struct bench_backend bench_backend_loop = {
	.create = loop_create,
	.destroy = loop_destroy,
	.get_built = loop_get_built,
	.put_built = loop_put_built,
	.loops = &loop_loops,
};

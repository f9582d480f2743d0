// SPDX-License-Identifier: GPL-2.0
/*
 * Pools on a machine with several NUMA nodes.  Skipped if there is only one:
 * tools/vm/run --numa 2.
 *
 * "Near" is one node, where objects are built, and "far" another one.
 */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include <kpool/compat.h>

#include "helpers.h"

#define NUMA_OBJECTS	30

/**
 * struct numa_cpus - a CPU of each of two nodes
 * @near: a CPU of the first node that has CPUs
 * @far: a CPU of the next such node
 */
struct numa_cpus {
	int near;
	int far;
};

static struct numa_cpus numa_cpus(struct kunit *test)
{
	struct numa_cpus cpus = { .near = -1, .far = -1 };
	int node, cpu;

	for_each_online_node(node) {
		cpu = cpumask_any_and(cpumask_of_node(node), cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			continue;
		if (cpus.near < 0)
			cpus.near = cpu;
		else if (cpus.far < 0)
			cpus.far = cpu;
	}
	if (cpus.far < 0)
		kunit_skip(test, "this machine has one NUMA node");
	return cpus;
}

struct numa_gets {
	struct test_pool *tp;
	unsigned int n;
	struct test_object **objs;
};

static void numa_get_here(void *data)
{
	struct numa_gets *gets = data;
	unsigned int i;

	for (i = 0; i < gets->n; i++) {
		gets->objs[i] = kpool_get(gets->tp->pool, GFP_KERNEL);
		if (gets->objs[i])
			test_use(gets->objs[i]);
	}
}

/* Get in process context on @cpu; NULL in @objs if there was none. */
static void numa_try_get(struct kunit *test, struct test_pool *tp, int cpu,
			 unsigned int n, struct test_object **objs)
{
	struct numa_gets gets = { .tp = tp, .n = n, .objs = objs };

	test_on_cpu(test, cpu, numa_get_here, &gets);
}

static void numa_get(struct kunit *test, struct test_pool *tp, int cpu,
		     unsigned int n, struct test_object **objs)
{
	unsigned int i;

	numa_try_get(test, tp, cpu, n, objs);
	for (i = 0; i < n; i++)
		KUNIT_ASSERT_NOT_NULL_MSG(test, objs[i], "%s: no object",
					  tp->name);
}

static unsigned int numa_count_on(int node, unsigned int n,
				  struct test_object **objs)
{
	unsigned int on = 0, i;

	for (i = 0; i < n; i++)
		on += page_to_nid(virt_to_page(objs[i])) == node;
	return on;
}

static bool numa_is_among(struct test_object *obj, unsigned int n,
			  struct test_object **objs)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (objs[i] == obj)
			return true;
	return false;
}

/* Create a pool with objects of the near node that were put on the far node. */
static struct test_pool *numa_local_pool(struct kunit *test,
					 const struct numa_cpus *cpus,
					 struct test_object **objs)
{
	struct test_pool *tp = test_pool(test, .magazine = 4,
					 .flags = KPOOL_F_NUMA_LOCAL);

	numa_get(test, tp, cpus->near, NUMA_OBJECTS, objs);
	KUNIT_ASSERT_EQ_MSG(test, NUMA_OBJECTS,
			    numa_count_on(cpu_to_mem(cpus->near), NUMA_OBJECTS,
					  objs),
			    "built in the memory of their node");
	test_put_on_cpu(test, tp, cpus->far, NUMA_OBJECTS, objs);
	test_expect_quiet(test, tp, 0);
	return tp;
}

static void local_pool_asks_for_memory_of_its_node(struct kunit *test)
{
	struct numa_cpus cpus = numa_cpus(test);
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_NUMA_LOCAL);
	struct test_object *objs[2];

	numa_get(test, tp, cpus.near, 1, &objs[0]);
	KUNIT_EXPECT_EQ(test, tp->numa_node, cpu_to_mem(cpus.near));
	numa_get(test, tp, cpus.far, 1, &objs[1]);
	KUNIT_EXPECT_EQ(test, tp->numa_node, cpu_to_mem(cpus.far));
	test_put_many(tp, 2, objs);
}

static void default_pool_leaves_the_node_to_the_allocator(struct kunit *test)
{
	struct numa_cpus cpus = numa_cpus(test);
	struct test_pool *tp = test_pool(test);
	struct test_object *obj;

	numa_get(test, tp, cpus.far, 1, &obj);
	KUNIT_EXPECT_EQ(test, tp->numa_node, NUMA_NO_NODE);
	kpool_put(tp->pool, obj);
}

static void objects_put_far_away_come_home(struct kunit *test)
{
	struct numa_cpus cpus = numa_cpus(test);
	struct test_object *objs[NUMA_OBJECTS];
	struct test_pool *tp = numa_local_pool(test, &cpus, objs);

	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).idle_cpu, 0,
			    "no far CPU keeps any");
	numa_get(test, tp, cpus.near, NUMA_OBJECTS, objs);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).built, NUMA_OBJECTS,
			    "all of them are reused");
	test_put_many(tp, NUMA_OBJECTS, objs);
	test_expect_quiet(test, tp, 0);
}

static void far_gets_build_on_their_node(struct kunit *test)
{
	struct numa_cpus cpus = numa_cpus(test);
	struct test_object *objs[NUMA_OBJECTS];
	struct test_pool *tp = numa_local_pool(test, &cpus, objs);

	numa_get(test, tp, cpus.far, NUMA_OBJECTS, objs);
	KUNIT_EXPECT_EQ(test, NUMA_OBJECTS,
			numa_count_on(cpu_to_mem(cpus.far), NUMA_OBJECTS,
				      objs));
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 2 * NUMA_OBJECTS);
	test_put_on_cpu(test, tp, cpus.far, NUMA_OBJECTS, objs);
	test_expect_quiet(test, tp, 0);
}

static void far_object_is_better_than_none(struct kunit *test)
{
	struct numa_cpus cpus = numa_cpus(test);
	struct test_object *objs[NUMA_OBJECTS];
	struct test_pool *tp = numa_local_pool(test, &cpus, objs);

	atomic_set(&tp->allocs_left, 0);
	numa_get(test, tp, cpus.far, NUMA_OBJECTS, objs);
	KUNIT_EXPECT_EQ(test, NUMA_OBJECTS,
			numa_count_on(cpu_to_mem(cpus.near), NUMA_OBJECTS,
				      objs));
	test_put_on_cpu(test, tp, cpus.far, NUMA_OBJECTS, objs);
	test_expect_quiet(test, tp, 0);
	numa_get(test, tp, cpus.near, NUMA_OBJECTS, objs);
	test_put_many(tp, NUMA_OBJECTS, objs);
}

static void objects_at_home_are_cached_by_their_cpu(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4,
					 .flags = KPOOL_F_NUMA_LOCAL);
	struct numa_cpus cpus = numa_cpus(test);
	struct test_object *objs[2];

	numa_get(test, tp, cpus.near, 2, objs);
	test_put_on_cpu(test, tp, cpus.near, 2, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_cpu, 2);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_depot, 0);
}

static void numa_put_bulk_here(void *data)
{
	struct numa_gets *puts = data;

	kpool_put_bulk(puts->tp->pool, puts->n, (void **)puts->objs);
}

static void objects_put_in_bulk_come_home(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4,
					 .flags = KPOOL_F_NUMA_LOCAL);
	struct test_object *objs[NUMA_OBJECTS];
	struct numa_gets puts = { .tp = tp, .n = NUMA_OBJECTS, .objs = objs };
	struct numa_cpus cpus = numa_cpus(test);

	numa_get(test, tp, cpus.near, NUMA_OBJECTS, objs);
	test_on_cpu(test, cpus.far, numa_put_bulk_here, &puts);
	numa_get(test, tp, cpus.near, NUMA_OBJECTS, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, NUMA_OBJECTS);
	test_put_many(tp, NUMA_OBJECTS, objs);
	test_expect_quiet(test, tp, 0);
}

static void clearing_reaches_every_node(struct kunit *test)
{
	struct numa_cpus cpus = numa_cpus(test);
	struct test_object *objs[NUMA_OBJECTS];
	struct test_pool *tp = numa_local_pool(test, &cpus, objs);

	numa_get(test, tp, cpus.far, NUMA_OBJECTS, objs);
	test_put_on_cpu(test, tp, cpus.far, NUMA_OBJECTS, objs);
	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 0);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_victim, 2 * NUMA_OBJECTS);
	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 2 * NUMA_OBJECTS);
	test_expect_quiet(test, tp, 0);
}

/*
 * Objects that a node's CPUs held stay on the node, also when they are cleared.
 */
static void victims_stay_on_their_node(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4,
					 .flags = KPOOL_F_NUMA_LOCAL);
	struct numa_cpus cpus = numa_cpus(test);
	struct test_object *objs[2];

	numa_get(test, tp, cpus.far, 2, objs);
	test_put_on_cpu(test, tp, cpus.far, 2, objs);
	kpool_gc(tp->pool);
	numa_get(test, tp, cpus.near, 1, &objs[0]);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).victim_gets, 0,
			    "not for the near node");
	numa_get(test, tp, cpus.far, 1, &objs[1]);
	KUNIT_EXPECT_EQ(test, test_stats(tp).victim_gets, 1);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 3);
	test_put_many(tp, 2, objs);
}

static void default_pool_uses_far_objects_before_building(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 2);
	struct test_object *objs[NUMA_OBJECTS];
	struct numa_cpus cpus = numa_cpus(test);

	numa_get(test, tp, cpus.near, NUMA_OBJECTS, objs);
	/* Two objects stay in the far CPU's own magazine. */
	test_put_on_cpu(test, tp, cpus.far, NUMA_OBJECTS, objs);
	numa_get(test, tp, cpus.near, NUMA_OBJECTS - 2, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, NUMA_OBJECTS);
	KUNIT_EXPECT_GT(test, test_stats(tp).steals, 0);
	test_put_many(tp, NUMA_OBJECTS - 2, objs);
	test_expect_quiet(test, tp, 0);
}

/* Leave a full magazine on each of two CPUs, one on either node. */
static void thief_prefers_its_node(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 2);
	struct test_object *near_objs[3], *far_objs[3], *obj;
	struct numa_cpus cpus = numa_cpus(test);
	int near_node = cpu_to_node(cpus.near);
	int thief = -1, cpu;

	/*
	 * A search of the CPUs in their order would come to the far node first.
	 */
	for_each_cpu_and(cpu, cpumask_of_node(near_node), cpu_online_mask)
		thief = cpu;
	cpus.near = cpumask_first_and(cpumask_of_node(near_node),
				      cpu_online_mask);
	if (thief == cpus.near)
		kunit_skip(test, "a node needs two CPUs");
	numa_get(test, tp, cpus.near, 3, near_objs);
	numa_get(test, tp, cpus.far, 3, far_objs);
	test_put_on_cpu(test, tp, cpus.near, 3, near_objs);
	test_put_on_cpu(test, tp, cpus.far, 3, far_objs);
	numa_get(test, tp, thief, 1, &obj);
	KUNIT_EXPECT_EQ(test, test_stats(tp).steals, 1);
	KUNIT_EXPECT_TRUE(test, numa_is_among(obj, 3, near_objs));
	kpool_put(tp->pool, obj);
	test_expect_quiet(test, tp, 0);
}

static void *numa_vmalloc(void *ctx, gfp_t gfp, int node)
{
	return vmalloc_node(PAGE_SIZE, node);
}

static void numa_vfree(void *obj, void *ctx)
{
	vfree(obj);
}

static const struct kpool_ops numa_vmalloc_ops = {
	.alloc = numa_vmalloc,
	.free = numa_vfree,
};

static void memory_of_vmalloc_comes_home(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .ops = &numa_vmalloc_ops,
					 .magazine = 4,
					 .flags = KPOOL_F_NUMA_LOCAL);
	struct test_object *objs[NUMA_OBJECTS];
	struct numa_cpus cpus = numa_cpus(test);

	numa_get(test, tp, cpus.near, NUMA_OBJECTS, objs);
	test_put_on_cpu(test, tp, cpus.far, NUMA_OBJECTS, objs);
	numa_get(test, tp, cpus.near, NUMA_OBJECTS, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, NUMA_OBJECTS);
	test_put_many(tp, NUMA_OBJECTS, objs);
}

static struct kunit_case numa_cases[] = {
	KUNIT_CASE(local_pool_asks_for_memory_of_its_node),
	KUNIT_CASE(default_pool_leaves_the_node_to_the_allocator),
	KUNIT_CASE(objects_put_far_away_come_home),
	KUNIT_CASE(far_gets_build_on_their_node),
	KUNIT_CASE(far_object_is_better_than_none),
	KUNIT_CASE(objects_at_home_are_cached_by_their_cpu),
	KUNIT_CASE(objects_put_in_bulk_come_home),
	KUNIT_CASE(clearing_reaches_every_node),
	KUNIT_CASE(victims_stay_on_their_node),
	KUNIT_CASE(default_pool_uses_far_objects_before_building),
	KUNIT_CASE(thief_prefers_its_node),
	KUNIT_CASE(memory_of_vmalloc_comes_home),
	{}
};

static struct kunit_suite numa_suite = {
	.name = "kpool_numa",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = numa_cases,
};

kunit_test_suite(numa_suite);

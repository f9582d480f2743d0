// SPDX-License-Identifier: GPL-2.0
/* The objects of a CPU that goes offline are available to the others. */
#include <linux/cpu.h>
#include <linux/cpumask.h>

#include "helpers.h"

#if IS_ENABLED(CONFIG_HOTPLUG_CPU)

static void take_offline(struct kunit *test, int cpu)
{
	int err = remove_cpu(cpu);

	if (err)
		kunit_skip(test, "CPU %d can't go offline: error %d", cpu, err);
}

static void take_online(struct kunit *test, int cpu)
{
	KUNIT_ASSERT_EQ_MSG(test, add_cpu(cpu), 0, "CPU %d", cpu);
}

/* Fill all caches of @cpu: its own magazine, the shared slot, and the depot. */
static void leave_on_cpu(struct kunit *test, struct test_pool *tp, int cpu)
{
	struct test_object *objs[15];

	test_get_many(test, tp, ARRAY_SIZE(objs), objs);
	test_put_on_cpu(test, tp, cpu, ARRAY_SIZE(objs), objs);
}

static void objects_of_a_dead_cpu_are_used(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	int cpu = test_other_cpu(test);
	struct test_object *objs[15];

	leave_on_cpu(test, tp, cpu);
	take_offline(test, cpu);
	test_expect_quiet(test, tp, 0);
	test_get_many(test, tp, ARRAY_SIZE(objs), objs);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).built, ARRAY_SIZE(objs),
			    "none of them had to be built again");
	take_online(test, cpu);
	test_put_many(tp, ARRAY_SIZE(objs), objs);
	test_expect_quiet(test, tp, 0);
}

static void objects_of_a_dead_cpu_are_cleared(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	int cpu = test_other_cpu(test);

	leave_on_cpu(test, tp, cpu);
	take_offline(test, cpu);
	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 0);
	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 15);
	take_online(test, cpu);
	test_expect_quiet(test, tp, 0);
}

static void cpu_that_comes_back_starts_anew(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	int cpu = test_other_cpu(test);
	int round;

	for (round = 0; round < 3; round++) {
		leave_on_cpu(test, tp, cpu);
		take_offline(test, cpu);
		if (round == 1)
			kpool_gc(tp->pool);
		take_online(test, cpu);
		leave_on_cpu(test, tp, cpu);
		test_expect_quiet(test, tp, 0);
	}
	KUNIT_EXPECT_EQ_MSG(test, kpool_drain(tp->pool), test_stats(tp).built,
			    "nothing is lost");
	test_expect_quiet(test, tp, 0);
}

static void pool_destroyed_while_a_cpu_is_away_loses_nothing(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	int cpu = test_other_cpu(test);

	leave_on_cpu(test, tp, cpu);
	take_offline(test, cpu);
	test_pool_destroy(test, tp);
	take_online(test, cpu);
}

static struct kunit_case hotplug_cases[] = {
	KUNIT_CASE(objects_of_a_dead_cpu_are_used),
	KUNIT_CASE(objects_of_a_dead_cpu_are_cleared),
	KUNIT_CASE(cpu_that_comes_back_starts_anew),
	KUNIT_CASE(pool_destroyed_while_a_cpu_is_away_loses_nothing),
	{}
};

#else

static void cpus_go_and_come(struct kunit *test)
{
	kunit_skip(test, "this kernel has no CPU hotplug");
}

static struct kunit_case hotplug_cases[] = {
	KUNIT_CASE(cpus_go_and_come),
	{}
};

#endif

/* CPU 0 often has to stay online. */
static int hotplug_init(struct kunit *test)
{
	int err = test_pools_init(test);

	return err ?: set_cpus_allowed_ptr(current,
					   cpumask_of(cpumask_first(cpu_online_mask)));
}

static struct kunit_suite hotplug_suite = {
	.name = "kpool_hotplug",
	.init = hotplug_init,
	.exit = test_pools_exit,
	.test_cases = hotplug_cases,
};

kunit_test_suite(hotplug_suite);

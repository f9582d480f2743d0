// SPDX-License-Identifier: GPL-2.0
/* Objects that are cached on one CPU and needed on another. */
#include "helpers.h"

static void full_magazine_is_stolen_before_building(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	int cpu = test_other_cpu(test);
	struct test_object *objs[5];

	test_get_many(test, tp, 5, objs);
	/*
	 * Four objects fill a magazine, and the fifth needs another magazine.
	 */
	test_put_on_cpu(test, tp, cpu, 5, objs);
	test_get_many(test, tp, 4, objs);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).built, 5, "nothing is built");
	KUNIT_EXPECT_EQ(test, test_stats(tp).hits, 4);
	KUNIT_EXPECT_GT(test, test_stats(tp).steals, 0);
	test_put_many(tp, 4, objs);
	test_expect_quiet(test, tp, 0);
}

static void depot_is_shared(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 2);
	int cpu = test_other_cpu(test);
	struct test_object *objs[20];

	test_get_many(test, tp, 20, objs);
	test_put_on_cpu(test, tp, cpu, 20, objs);
	/* All objects except those in the other CPU's own magazine. */
	test_get_many(test, tp, 18, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 20);
	KUNIT_EXPECT_GT(test, test_stats(tp).depot_gets, 0);
	test_put_many(tp, 18, objs);
	test_expect_quiet(test, tp, 0);
}

/* Get on this CPU and put on the other one, over and over. */
static void consumer_gives_back_to_producer(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	int cpu = test_other_cpu(test);
	struct test_object *objs[16];
	u64 built = 0;
	int round;

	for (round = 0; round < 50; round++) {
		test_get_many(test, tp, 16, objs);
		test_put_on_cpu(test, tp, cpu, 16, objs);
		if (round == 4)
			built = test_stats(tp).built;
	}
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).built, built,
			    "nothing is built in the long run");
	test_expect_quiet(test, tp, 0);
}

/*
 * NULL only if no object is cached: a get that may sleep can wait until another
 * CPU's cache has been reached.
 */
static void sleeping_get_finds_what_another_cpu_caches(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 8);
	int cpu = test_other_cpu(test);
	struct test_object *objs[3];
	int i;

	test_get_many(test, tp, 3, objs);
	test_put_on_cpu(test, tp, cpu, 3, objs);
	atomic_set(&tp->allocs_left, 0);
	for (i = 0; i < 3; i++)
		objs[i] = test_get(test, tp, GFP_KERNEL);
	test_expect_quiet(test, tp, 3);
	test_put_many(tp, 3, objs);
}

static struct kunit_case cache_cases[] = {
	KUNIT_CASE(full_magazine_is_stolen_before_building),
	KUNIT_CASE(depot_is_shared),
	KUNIT_CASE(consumer_gives_back_to_producer),
	KUNIT_CASE(sleeping_get_finds_what_another_cpu_caches),
	{}
};

static struct kunit_suite cache_suite = {
	.name = "kpool_cache",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = cache_cases,
};

kunit_test_suite(cache_suite);

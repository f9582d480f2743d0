// SPDX-License-Identifier: GPL-2.0
/*
 * Getting and putting many objects at once.
 */
#include "helpers.h"

#define MANY	100

static void expect_fresh_and_distinct(struct kunit *test, unsigned int n,
				      void **objs)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		KUNIT_ASSERT_NOT_NULL_MSG(test, objs[i], "object %u", i);
		/*
		 * A second get of the same object in this loop would find it
		 * used.
		 */
		KUNIT_EXPECT_TRUE_MSG(test, test_is_fresh(objs[i]),
				      "object %u", i);
		test_use(objs[i]);
	}
}

static void none_is_nothing(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	KUNIT_EXPECT_EQ(test, 0,
			kpool_get_bulk(tp->pool, GFP_KERNEL, 0, NULL));
	kpool_put_bulk(tp->pool, 0, NULL);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->allocs), 0);
	test_expect_quiet(test, tp, 0);
}

static void many_are_built(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 8);
	void *objs[MANY];

	KUNIT_ASSERT_EQ(test, MANY,
			kpool_get_bulk(tp->pool, GFP_KERNEL, MANY, objs));
	expect_fresh_and_distinct(test, MANY, objs);
	test_expect_quiet(test, tp, MANY);
	kpool_put_bulk(tp->pool, MANY, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, MANY);
	test_expect_quiet(test, tp, 0);
}

static void more_than_a_magazine_is_reused(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 8);
	void *objs[MANY];
	int round;

	for (round = 0; round < 4; round++) {
		KUNIT_ASSERT_EQ(test, MANY,
				kpool_get_bulk(tp->pool, GFP_KERNEL, MANY,
					       objs));
		expect_fresh_and_distinct(test, MANY, objs);
		kpool_put_bulk(tp->pool, MANY, objs);
	}
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).built, MANY,
			    "objects are built only in the first round");
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->resets), 4 * MANY);
	test_expect_quiet(test, tp, 0);
}

static void at_the_maximum_it_is_fewer(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 7);
	void *objs[10];

	KUNIT_EXPECT_EQ(test, 7,
			kpool_get_bulk(tp->pool, GFP_NOWAIT, 10, objs));
	expect_fresh_and_distinct(test, 7, objs);
	KUNIT_EXPECT_EQ(test, 0,
			kpool_get_bulk(tp->pool, GFP_NOWAIT, 1, objs + 7));
	test_expect_quiet(test, tp, 7);
	kpool_put_bulk(tp->pool, 7, objs);
	test_expect_quiet(test, tp, 0);
}

static void at_the_maximum_it_does_not_wait_for_more(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 3);
	void *objs[5];

	KUNIT_EXPECT_EQ(test, 3,
			kpool_get_bulk(tp->pool, GFP_KERNEL, 5, objs));
	kpool_put_bulk(tp->pool, 3, objs);
}

static void without_memory_it_is_fewer(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	void *objs[10];

	test_fill(test, tp, 2);
	atomic_set(&tp->allocs_left, 3);
	KUNIT_EXPECT_EQ(test, 5,
			kpool_get_bulk(tp->pool, GFP_KERNEL, 10, objs));
	expect_fresh_and_distinct(test, 5, objs);
	test_expect_quiet(test, tp, 5);
	kpool_put_bulk(tp->pool, 5, objs);
}

static void null_entries_are_passed_over(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	void *objs[20] = {};
	int i;

	for (i = 1; i < ARRAY_SIZE(objs); i += 2)
		objs[i] = test_get(test, tp, GFP_KERNEL);
	kpool_put_bulk(tp->pool, ARRAY_SIZE(objs), objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).puts, 10);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 10);
	test_expect_quiet(test, tp, 0);
}

/* The same, with no reset hook to call. */
static void null_entries_are_passed_over_without_reset(struct kunit *test)
{
	struct test_pool *tp = test_pool_prepare(test);
	const struct kpool_args args = { .magazine = 4 };
	void *objs[20] = {};
	int i;

	tp->pool = kpool_create(tp->name, 64, &args);
	KUNIT_ASSERT_FALSE(test, IS_ERR(tp->pool));
	for (i = 1; i < ARRAY_SIZE(objs); i += 2)
		objs[i] = kpool_get(tp->pool, GFP_KERNEL);
	kpool_put_bulk(tp->pool, ARRAY_SIZE(objs), objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).puts, 10);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 10);
	KUNIT_EXPECT_EQ(test, test_stats(tp).in_use, 0);
	kpool_destroy(tp->pool);
}

static void refused_objects_are_dropped(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	void *objs[10];

	KUNIT_ASSERT_EQ(test, 10,
			kpool_get_bulk(tp->pool, GFP_KERNEL, 10, objs));
	tp->refuse = true;
	kpool_put_bulk(tp->pool, 10, objs);
	tp->refuse = false;
	KUNIT_EXPECT_EQ(test, test_stats(tp).rejected, 10);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits), 10);
	test_expect_quiet(test, tp, 0);
}

static void bulk_and_single_calls_mix(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	struct test_object *singles[10];
	void *objs[10];

	test_get_many(test, tp, 10, singles);
	kpool_put_bulk(tp->pool, 10, (void **)singles);
	KUNIT_ASSERT_EQ(test, 10,
			kpool_get_bulk(tp->pool, GFP_KERNEL, 10, objs));
	expect_fresh_and_distinct(test, 10, objs);
	test_put_many(tp, 10, (struct test_object **)objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 10);
	test_expect_quiet(test, tp, 0);
}

static struct kunit_case bulk_cases[] = {
	KUNIT_CASE(none_is_nothing),
	KUNIT_CASE(many_are_built),
	KUNIT_CASE(more_than_a_magazine_is_reused),
	KUNIT_CASE(at_the_maximum_it_is_fewer),
	KUNIT_CASE(at_the_maximum_it_does_not_wait_for_more),
	KUNIT_CASE(without_memory_it_is_fewer),
	KUNIT_CASE(null_entries_are_passed_over),
	KUNIT_CASE(null_entries_are_passed_over_without_reset),
	KUNIT_CASE(refused_objects_are_dropped),
	KUNIT_CASE(bulk_and_single_calls_mix),
	{}
};

static struct kunit_suite bulk_suite = {
	.name = "kpool_bulk",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = bulk_cases,
};

kunit_test_suite(bulk_suite);

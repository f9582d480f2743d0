// SPDX-License-Identifier: GPL-2.0
/*
 * Clearing: two cycles empty an unused pool, one does not; objects that are
 * used in between stay; no cache is out of reach.
 */
#include <linux/cpumask.h>

#include "helpers.h"

static void one_cycle_frees_nothing_that_was_just_used(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);

	test_fill(test, tp, 30);
	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits), 0);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_victim, 30);
	test_expect_quiet(test, tp, 0);
}

static void two_cycles_empty_an_unused_pool(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);

	test_fill(test, tp, 30);
	kpool_gc(tp->pool);
	KUNIT_EXPECT_EQ_MSG(test, kpool_gc(tp->pool), 30,
			    "returns the number of objects that it freed");
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits), 30);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 0);
	test_expect_quiet(test, tp, 0);
}

static void clearing_an_empty_pool_frees_nothing(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 0);
	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 0);
	KUNIT_EXPECT_EQ(test, kpool_drain(tp->pool), 0);
	test_expect_quiet(test, tp, 0);
}

static void clearing_leaves_objects_in_use_alone(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *objs[5];
	int i;

	test_get_many(test, tp, ARRAY_SIZE(objs), objs);
	test_fill(test, tp, 5);
	for (i = 0; i < 3; i++)
		kpool_gc(tp->pool);
	kpool_drain(tp->pool);
	for (i = 0; i < ARRAY_SIZE(objs); i++)
		KUNIT_EXPECT_EQ(test, objs[i]->state, TEST_USED);
	test_expect_quiet(test, tp, ARRAY_SIZE(objs));
	test_put_many(tp, ARRAY_SIZE(objs), objs);
}

static void victims_are_used_before_building(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	struct test_object *objs[30];

	test_fill(test, tp, 30);
	kpool_gc(tp->pool);
	test_get_many(test, tp, 30, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 30);
	KUNIT_EXPECT_EQ(test, test_stats(tp).hits, 30);
	KUNIT_EXPECT_GT(test, test_stats(tp).victim_gets, 0);
	test_put_many(tp, 30, objs);
}

static void victim_that_was_used_is_one_no_more(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 1);
	unsigned int i;

	test_fill(test, tp, 10);
	/* One object is used between any two cycles, and that one stays. */
	for (i = 0; i < 5; i++) {
		kpool_gc(tp->pool);
		kpool_put(tp->pool, test_get(test, tp, GFP_KERNEL));
	}
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).built, 10,
			    "it was never built again");
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).idle, 1,
			    "and the others are gone");
	KUNIT_EXPECT_EQ(test, test_stats(tp).victim_gets, 5);
	test_expect_quiet(test, tp, 0);
}

static void fresh_objects_are_used_before_victims(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 2);

	test_fill(test, tp, 10);
	kpool_gc(tp->pool);
	KUNIT_ASSERT_EQ(test, kpool_prewarm(tp->pool, 4, GFP_KERNEL), 0);
	test_fill(test, tp, 4);
	KUNIT_EXPECT_EQ(test, test_stats(tp).victim_gets, 0);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_victim, 10);
}

static void drain_takes_everything_at_once(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);

	test_fill(test, tp, 30);
	kpool_gc(tp->pool);
	KUNIT_ASSERT_EQ(test, kpool_prewarm(tp->pool, 9, GFP_KERNEL), 0);
	test_fill(test, tp, 1);
	KUNIT_EXPECT_EQ_MSG(test, kpool_drain(tp->pool), 39,
			    "victims, depot and CPU caches");
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits), 39);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 0);
	test_expect_quiet(test, tp, 0);
}

static void drain_is_counted_as_freed(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	test_fill(test, tp, 7);
	kpool_drain(tp->pool);
	KUNIT_EXPECT_EQ(test, test_stats(tp).gc_freed, 7);
}

static void pool_works_after_draining(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 2);
	int i;

	for (i = 0; i < 5; i++) {
		test_fill(test, tp, 10);
		KUNIT_EXPECT_EQ(test, kpool_drain(tp->pool), 10);
	}
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 50);
	test_expect_quiet(test, tp, 0);
}

/* Fill the cache of each CPU with one object; return the number of objects. */
static unsigned int fill_all_cpus(struct kunit *test, struct test_pool *tp)
{
	struct test_object *objs[16];
	unsigned int n = 0;
	int cpu;

	test_other_cpu(test);
	test_get_many(test, tp, ARRAY_SIZE(objs), objs);
	for_each_online_cpu(cpu) {
		if (n < ARRAY_SIZE(objs)) {
			test_put_on_cpu(test, tp, cpu, 1, &objs[n]);
			n++;
		}
	}
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).idle_cpu, n,
			    "too few to be offered to others");
	while (n < ARRAY_SIZE(objs))
		kpool_put(tp->pool, objs[n++]);
	return n;
}

static void clearing_reaches_the_caches_of_all_cpus(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 200);
	unsigned int total = fill_all_cpus(test, tp);

	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 0);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).idle_victim, total,
			    "every CPU's cache is reached");
	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), total);
	test_expect_quiet(test, tp, 0);
}

static void draining_reaches_the_caches_of_all_cpus(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 200);
	unsigned int total = fill_all_cpus(test, tp);

	KUNIT_EXPECT_EQ(test, kpool_drain(tp->pool), total);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 0);
	test_expect_quiet(test, tp, 0);
}

static void clearing_reaches_what_cpus_offer_to_others(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 2);
	int cpu = test_other_cpu(test);
	struct test_object *objs[11];

	test_get_many(test, tp, 11, objs);
	/*
	 * One magazine in the CPU's cache, one in the shared slot, some in the
	 * depot.
	 */
	test_put_on_cpu(test, tp, cpu, 11, objs);
	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 0);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_victim, 11);
	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 11);
	test_expect_quiet(test, tp, 0);
}

/* More magazines than reclaim moves at a time. */
#define MANY	200

static void many_magazines_go_in_one_cycle(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 1);

	KUNIT_ASSERT_EQ(test, kpool_prewarm(tp->pool, MANY, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, kpool_drain(tp->pool), MANY);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 0);
	KUNIT_ASSERT_EQ(test, kpool_prewarm(tp->pool, MANY, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 0);
	KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), MANY);
	test_expect_quiet(test, tp, 0);
}

/**
 * struct reclaim_slow - a pool whose exit hook takes its time
 * @pool: the pool
 * @hold: the hook does not return
 * @entered: the hook runs
 */
struct reclaim_slow {
	struct kpool *pool;
	bool hold;
	struct completion entered;
};

static void slow_exit(void *obj, void *ctx)
{
	struct reclaim_slow *slow = ctx;

	complete(&slow->entered);
	while (READ_ONCE(slow->hold))
		cpu_relax();
}

static const struct kpool_ops slow_ops = { .exit = slow_exit };

static void drain_slow(void *data)
{
	struct reclaim_slow *slow = data;

	kpool_drain(slow->pool);
}

/* The calls that others make meanwhile. */
static void use_other_pools(void *data)
{
	struct test_pool *tp = data;
	struct kpool *other;

	kpool_gc(tp->pool);
	kpool_drain(tp->pool);
	other = kpool_create("test-other", 64, NULL);
	if (IS_ERR(other))
		return;
	kpool_put(other, kpool_get(other, GFP_KERNEL));
	kpool_destroy(other);
}

static void a_slow_hook_delays_no_other_pool(struct kunit *test)
{
	struct reclaim_slow slow = { .hold = true };
	const struct kpool_args args = { .ops = &slow_ops, .ctx = &slow };
	struct test_pool *tp = test_pool(test);
	int cpu = test_other_cpu(test);
	struct test_thread *drainer, *user;

	init_completion(&slow.entered);
	slow.pool = kpool_create("test-slow", 64, &args);
	KUNIT_ASSERT_FALSE(test, IS_ERR(slow.pool));
	kpool_put(slow.pool, kpool_get(slow.pool, GFP_KERNEL));
	drainer = test_thread_start(test, cpu, drain_slow, &slow);
	wait_for_completion(&slow.entered);
	user = test_thread_start(test, raw_smp_processor_id(), use_other_pools,
				 tp);
	test_thread_join(test, user);
	WRITE_ONCE(slow.hold, false);
	test_thread_join(test, drainer);
	kpool_destroy(slow.pool);
}

/* Against the rules, but no reason to hang. */
static void gc_in_exit(void *obj, void *ctx)
{
	struct reclaim_slow *slow = ctx;

	if (!try_wait_for_completion(&slow->entered))
		kpool_gc(slow->pool);
}

static const struct kpool_ops gc_ops = { .exit = gc_in_exit };

static void a_hook_that_clears_its_own_pool_does_not_hang(struct kunit *test)
{
	struct reclaim_slow slow = {};
	const struct kpool_args args = { .ops = &gc_ops, .ctx = &slow };
	struct test_thread *drainer;

	init_completion(&slow.entered);
	slow.pool = kpool_create("test-slow", 64, &args);
	KUNIT_ASSERT_FALSE(test, IS_ERR(slow.pool));
	kpool_put(slow.pool, kpool_get(slow.pool, GFP_KERNEL));
	drainer = test_thread_start(test, raw_smp_processor_id(), drain_slow,
				    &slow);
	if (!test_thread_join(test, drainer))
		return;
	/* From here on the hook does nothing. */
	complete_all(&slow.entered);
	kpool_destroy(slow.pool);
}

static struct kunit_case reclaim_cases[] = {
	KUNIT_CASE(one_cycle_frees_nothing_that_was_just_used),
	KUNIT_CASE(two_cycles_empty_an_unused_pool),
	KUNIT_CASE(clearing_an_empty_pool_frees_nothing),
	KUNIT_CASE(clearing_leaves_objects_in_use_alone),
	KUNIT_CASE(victims_are_used_before_building),
	KUNIT_CASE(victim_that_was_used_is_one_no_more),
	KUNIT_CASE(fresh_objects_are_used_before_victims),
	KUNIT_CASE(drain_takes_everything_at_once),
	KUNIT_CASE(drain_is_counted_as_freed),
	KUNIT_CASE(pool_works_after_draining),
	KUNIT_CASE(clearing_reaches_the_caches_of_all_cpus),
	KUNIT_CASE(draining_reaches_the_caches_of_all_cpus),
	KUNIT_CASE(clearing_reaches_what_cpus_offer_to_others),
	KUNIT_CASE(many_magazines_go_in_one_cycle),
	KUNIT_CASE(a_slow_hook_delays_no_other_pool),
	KUNIT_CASE(a_hook_that_clears_its_own_pool_does_not_hang),
	{}
};

static struct kunit_suite reclaim_suite = {
	.name = "kpool_reclaim",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = reclaim_cases,
};

kunit_test_suite(reclaim_suite);

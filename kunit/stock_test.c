// SPDX-License-Identifier: GPL-2.0
/*
 * KPOOL_F_FIXED: gets never build; a worker keeps a stock.  With a reserve in
 * addition, the pool is a hybrid.
 */

#include "helpers.h"

#define LOW_WATER	4
/* The number of objects that the worker builds up to. */
#define STOCK		(2 * LOW_WATER)
#define RESERVE		3

/* Wait until the worker has brought the stock to the low-water mark. */
static void expect_refill(struct kunit *test, struct test_pool *tp)
{
	KUNIT_EXPECT_TRUE(test, test_wait(test_stats(tp).idle >= LOW_WATER));
}

/*
 * Expect that all objects came back.  While building fails, the worker tries
 * again and again, so test_expect_quiet() would find the figures changing.
 */
static void expect_none_in_use(struct kunit *test, struct test_pool *tp)
{
	KUNIT_EXPECT_EQ(test, test_stats(tp).in_use, 0);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, test_stats(tp).built);
}

static void create_builds_the_stock(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_FIXED,
					 .low_water = LOW_WATER);
	struct kpool_stats stats = test_stats(tp);

	KUNIT_EXPECT_EQ(test, stats.idle_depot, STOCK);
	KUNIT_EXPECT_EQ(test, stats.built, STOCK);
	test_expect_quiet(test, tp, 0);
}

static void create_fails_without_a_stock(struct kunit *test)
{
	struct test_pool *tp = test_pool_prepare(test);
	const struct kpool_args args = {
		.ops = &test_pool_ops,
		.ctx = tp,
		.flags = KPOOL_F_FIXED,
		.low_water = LOW_WATER,
	};

	atomic_set(&tp->inits_left, LOW_WATER - 1);
	tp->pool = kpool_create(tp->name, sizeof(struct test_object), &args);
	KUNIT_EXPECT_TRUE(test, tp->pool == ERR_PTR(-ENOMEM));
	test_pool_destroy(test, tp);
}

static void an_empty_pool_fails_atomic_gets(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_FIXED,
					 .low_water = LOW_WATER);
	struct test_object *objs[STOCK];

	atomic_set(&tp->allocs_left, 0);
	test_get_many(test, tp, STOCK, objs);
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_NOWAIT));
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_ATOMIC));
	KUNIT_EXPECT_EQ(test, test_stats(tp).hits, STOCK);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, STOCK);
	test_put_many(tp, STOCK, objs);
	expect_none_in_use(test, tp);
}

/* Get faster than any worker can build, so that many gets find nothing. */
static void gets_do_not_build(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_FIXED,
					 .low_water = LOW_WATER);
	void *objs[8 * STOCK];
	unsigned int got;

	preempt_disable();
	got = kpool_get_bulk(tp->pool, GFP_ATOMIC, ARRAY_SIZE(objs), objs);
	preempt_enable();
	KUNIT_EXPECT_GE(test, got, STOCK);
	KUNIT_EXPECT_EQ(test, test_stats(tp).misses, 0);
	KUNIT_EXPECT_EQ(test, test_stats(tp).hits, got);
	kpool_put_bulk(tp->pool, got, objs);
}

/* With magazines of one object, no object is on its way to another user. */
static void the_worker_refills(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_FIXED,
					 .low_water = LOW_WATER, .magazine = 1);
	struct test_object *objs[STOCK];
	unsigned int n;

	/* Get one by one: each get waits for its object if necessary. */
	for (n = 0; n < STOCK; n++)
		objs[n] = test_get(test, tp, GFP_KERNEL);
	expect_refill(test, tp);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).misses, 0,
			    "none of them was built by a get");
	KUNIT_EXPECT_TRUE_MSG(test, gfpflags_allow_blocking(tp->init_gfp),
			      "the worker may sleep");
	test_put_many(tp, STOCK, objs);
}

/*
 * Create a pool whose stock is used up, all of it in @objs, and cannot be
 * refilled, and start @getter, which waits for an object.
 */
static struct test_pool *a_waiter_without_stock(struct kunit *test,
						struct test_getter *getter,
						struct test_object **objs)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_FIXED,
					 .low_water = LOW_WATER);

	atomic_set(&tp->allocs_left, 0);
	test_get_many(test, tp, STOCK, objs);
	*getter = (struct test_getter){ .tp = tp, .gfp = GFP_KERNEL };
	test_getter_start(test, getter);
	test_thread_expect_blocked(test, getter->thread);
	return tp;
}

static void a_get_waits_for_the_worker(struct kunit *test)
{
	struct test_object *objs[STOCK];
	struct test_getter getter;
	struct test_pool *tp = a_waiter_without_stock(test, &getter, objs);

	atomic_set(&tp->allocs_left, INT_MAX);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_NOT_NULL(test, getter.obj);
	KUNIT_EXPECT_EQ(test, test_stats(tp).misses, 0);
	kpool_put(tp->pool, getter.obj);
	test_put_many(tp, STOCK, objs);
}

static void a_put_ends_the_wait(struct kunit *test)
{
	struct test_object *objs[STOCK];
	struct test_getter getter;
	struct test_pool *tp = a_waiter_without_stock(test, &getter, objs);

	kpool_put(tp->pool, objs[0]);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_PTR_EQ(test, getter.obj, objs[0]);
	kpool_put(tp->pool, getter.obj);
	test_put_many(tp, STOCK - 1, objs + 1);
	expect_none_in_use(test, tp);
}

/* A fixed pool with a reserve is the hybrid. */
static void the_reserve_serves_when_the_stock_is_out(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_FIXED,
					 .low_water = LOW_WATER,
					 .reserve = RESERVE);
	struct test_object *objs[STOCK + RESERVE];

	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, STOCK + RESERVE);
	atomic_set(&tp->allocs_left, 0);
	test_get_many(test, tp, STOCK, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).reserve_gets, 0);
	test_get_many(test, tp, RESERVE, objs + STOCK);
	KUNIT_EXPECT_EQ(test, test_stats(tp).reserve_gets, RESERVE);
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_NOWAIT));
	test_put_many(tp, STOCK + RESERVE, objs);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).idle_reserve, RESERVE,
			    "the reserve is filled up first");
	expect_none_in_use(test, tp);
}

static void reclaim_leaves_the_stock(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_FIXED,
					 .low_water = LOW_WATER, .magazine = 1);
	int i;

	KUNIT_EXPECT_EQ(test, kpool_drain(tp->pool), STOCK - LOW_WATER);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, LOW_WATER);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, kpool_gc(tp->pool), 0);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, LOW_WATER);
	test_expect_quiet(test, tp, 0);
}

static void the_maximum_bounds_the_stock(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_FIXED,
					 .low_water = LOW_WATER,
					 .max = STOCK - 2);
	struct test_object *objs[STOCK - 2];

	KUNIT_EXPECT_EQ(test, test_stats(tp).built, STOCK - 2);
	test_get_many(test, tp, STOCK - 2, objs);
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_ATOMIC));
	test_put_many(tp, STOCK - 2, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, STOCK - 2);
	test_expect_quiet(test, tp, 0);
}

static void a_discarded_object_is_replaced(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_FIXED,
					 .low_water = LOW_WATER, .magazine = 1,
					 .max = LOW_WATER);
	unsigned int n;

	/*
	 * Every object is consumed; after the first few, each get waits for a
	 * new one.
	 */
	for (n = 0; n < 3 * LOW_WATER; n++)
		kpool_discard(tp->pool, test_get(test, tp, GFP_KERNEL));
	expect_refill(test, tp);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 4 * LOW_WATER);
	KUNIT_EXPECT_EQ(test, test_stats(tp).misses, 0);
	test_expect_quiet(test, tp, 0);
}

/*
 * The object that was discarded could be built again, but building fails.  A
 * pause follows each attempt, so there are no more than seconds.
 */
static void the_worker_pauses_when_building_fails(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_FIXED,
					 .low_water = LOW_WATER,
					 .max = STOCK);
	struct test_object *objs[STOCK];
	unsigned long start;

	test_get_many(test, tp, STOCK, objs);
	atomic_set(&tp->allocs_left, 0);
	start = jiffies;
	kpool_discard(tp->pool, objs[0]);
	KUNIT_EXPECT_TRUE(test, test_wait(atomic_read(&tp->failures)));
	schedule_timeout_uninterruptible(HZ / 4);
	KUNIT_EXPECT_LE(test, atomic_read(&tp->failures),
			(int)((jiffies - start) / HZ) + 2);
	test_put_many(tp, STOCK - 1, objs + 1);
	test_expect_quiet(test, tp, 0);
}

/*
 * Each object that the destruction tears down leaves the stock short and the
 * pool below its maximum, and the exit hook sleeps, so that the worker could
 * run.
 */
static void destruction_stops_the_worker(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_FIXED,
					 .low_water = LOW_WATER, .magazine = 1,
					 .max = STOCK);

	tp->sleep = true;
	test_pool_destroy(test, tp);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->allocs), STOCK);
}

static struct kunit_case stock_cases[] = {
	KUNIT_CASE(create_builds_the_stock),
	KUNIT_CASE(create_fails_without_a_stock),
	KUNIT_CASE(an_empty_pool_fails_atomic_gets),
	KUNIT_CASE(gets_do_not_build),
	KUNIT_CASE(the_worker_refills),
	KUNIT_CASE(a_get_waits_for_the_worker),
	KUNIT_CASE(a_put_ends_the_wait),
	KUNIT_CASE(the_reserve_serves_when_the_stock_is_out),
	KUNIT_CASE(reclaim_leaves_the_stock),
	KUNIT_CASE(the_maximum_bounds_the_stock),
	KUNIT_CASE(a_discarded_object_is_replaced),
	KUNIT_CASE(the_worker_pauses_when_building_fails),
	KUNIT_CASE(destruction_stops_the_worker),
	{}
};

static struct kunit_suite stock_suite = {
	.name = "kpool_stock",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = stock_cases,
};

kunit_test_suite(stock_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * Static pools: created once, by the first get that may, and as defined.  Their
 * destruction on module exit is tested where a module can be unloaded: in
 * selftests/static_test.c and by the torture module.
 */
#include <linux/completion.h>
#include <linux/kpool_static.h>
#include <linux/preempt.h>
#include <linux/sched/mm.h>

#include "helpers.h"

/* Counts the calls of the hooks, and makes them fail. */
static struct test_pool hooks;

DEFINE_KPOOL(kunit_static, struct test_object, .ops = &test_pool_ops,
	     .ctx = &hooks, .reserve = 2, .max = 4);

/* The hooks of this object use a static pool themselves. */
struct holder {
	struct test_object *held;
};

static int holder_init(void *obj, void *ctx, gfp_t gfp)
{
	struct holder *holder = obj;

	holder->held = kunit_static_get(gfp);
	return holder->held ? 0 : -ENOMEM;
}

static void holder_exit(void *obj, void *ctx)
{
	struct holder *holder = obj;

	kunit_static_put(holder->held);
}

static const struct kpool_ops holder_ops = {
	.init = holder_init,
	.exit = holder_exit,
};

DEFINE_KPOOL(kunit_holders, struct holder, .ops = &holder_ops, .reserve = 1);

static int static_init(struct kunit *test)
{
	memset(&hooks, 0, sizeof(hooks));
	init_completion(&hooks.exited);
	atomic_set(&hooks.allocs_left, INT_MAX);
	atomic_set(&hooks.inits_left, INT_MAX);
	return test_pools_init(test);
}

/* After each case, check that all built objects are torn down. */
static void static_exit(struct kunit *test)
{
	kunit_holders_destroy();
	kunit_static_destroy();
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.exits),
			atomic_read(&hooks.inits));
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.frees),
			atomic_read(&hooks.allocs));
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.misuses), 0);
	test_pools_exit(test);
}

static struct kpool_stats static_stats(void)
{
	struct kpool_stats stats = {};

	if (kunit_static_pool())
		kpool_read_stats(kunit_static_pool(), &stats);
	return stats;
}

static struct test_object *static_get(struct kunit *test, gfp_t gfp)
{
	struct test_object *obj = kunit_static_get(gfp);

	KUNIT_ASSERT_NOT_NULL(test, obj);
	KUNIT_EXPECT_TRUE(test, test_is_fresh(obj));
	test_use(obj);
	return obj;
}

/* Return the error of creating another pool of this name. */
static long error_of_name(const char *name)
{
	struct kpool *pool = kpool_create(name, 64, NULL);
	long err = PTR_ERR_OR_ZERO(pool);

	kpool_destroy(pool);
	return err;
}

static void the_first_get_creates_the_pool(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, kunit_static_pool());
	KUNIT_EXPECT_EQ(test, error_of_name("kunit_static"), 0);
	kunit_static_put(static_get(test, GFP_KERNEL));
	KUNIT_EXPECT_NOT_NULL(test, kunit_static_pool());
	KUNIT_EXPECT_EQ_MSG(test, error_of_name("kunit_static"), -EEXIST,
			    "it has the name from its definition");
}

static void the_first_bulk_get_creates_the_pool(struct kunit *test)
{
	struct test_object *objs[3];
	unsigned int i;

	KUNIT_ASSERT_EQ(test, kunit_static_get_bulk(GFP_KERNEL, 3, objs), 3);
	KUNIT_EXPECT_EQ(test, static_stats().in_use, 3);
	for (i = 0; i < 3; i++)
		test_use(objs[i]);
	kunit_static_put_bulk(3, objs);
	KUNIT_EXPECT_EQ(test, static_stats().in_use, 0);
}

static void the_pool_is_as_defined(struct kunit *test)
{
	struct test_object *objs[4];
	int i;

	KUNIT_ASSERT_EQ(test, kunit_static_create(), 0);
	KUNIT_EXPECT_EQ(test, static_stats().idle_reserve, 2);
	KUNIT_EXPECT_EQ(test, static_stats().object_size,
			sizeof(struct test_object));
	for (i = 0; i < 4; i++)
		objs[i] = static_get(test, GFP_NOWAIT);
	KUNIT_EXPECT_NULL_MSG(test, kunit_static_get(GFP_NOWAIT),
			      "this is the maximum");
	for (i = 0; i < 4; i++)
		kunit_static_put(objs[i]);
}

static void create_does_it_early_and_once(struct kunit *test)
{
	struct kpool *pool;

	KUNIT_ASSERT_EQ(test, kunit_static_create(), 0);
	pool = kunit_static_pool();
	KUNIT_ASSERT_NOT_NULL(test, pool);
	KUNIT_EXPECT_EQ(test, kunit_static_create(), 0);
	KUNIT_EXPECT_PTR_EQ(test, kunit_static_pool(), pool);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&hooks.inits), 2,
			    "its reserve, once");
}

static void a_get_that_may_not_sleep_does_not_create(struct kunit *test)
{
	struct test_object *obj;

	KUNIT_EXPECT_NULL(test, kunit_static_get(GFP_ATOMIC));
	KUNIT_EXPECT_NULL(test, kunit_static_get(GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, kunit_static_get_bulk(GFP_ATOMIC, 1, &obj), 0);
	KUNIT_EXPECT_NULL(test, kunit_static_pool());
}

static void a_get_without_io_does_not_create(struct kunit *test)
{
	unsigned int scope;

	KUNIT_EXPECT_NULL(test, kunit_static_get(GFP_NOIO));
	KUNIT_EXPECT_NULL(test, kunit_static_get(GFP_NOFS));
	scope = memalloc_nofs_save();
	KUNIT_EXPECT_NULL_MSG(test, kunit_static_get(GFP_KERNEL),
			      "nor in such a scope");
	memalloc_nofs_restore(scope);
	KUNIT_EXPECT_NULL(test, kunit_static_pool());
	KUNIT_ASSERT_EQ(test, kunit_static_create(), 0);
	kunit_static_put(static_get(test, GFP_NOIO));
}

static void a_name_that_is_taken(struct kunit *test)
{
	struct kpool *other = kpool_create("kunit_static", 64, NULL);

	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	KUNIT_EXPECT_EQ(test, kunit_static_create(), -EEXIST);
	KUNIT_EXPECT_NULL(test, kunit_static_get(GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kunit_static_pool());
	kpool_destroy(other);
	kunit_static_put(static_get(test, GFP_KERNEL));
}

static void what_failed_is_tried_again(struct kunit *test)
{
	atomic_set(&hooks.allocs_left, 1);
	KUNIT_EXPECT_EQ_MSG(test, kunit_static_create(), -ENOMEM,
			    "half of the reserve is built");
	atomic_set(&hooks.inits_left, 0);
	atomic_set(&hooks.allocs_left, INT_MAX);
	KUNIT_EXPECT_NULL(test, kunit_static_get(GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kunit_static_pool());
	atomic_set(&hooks.inits_left, INT_MAX);
	kunit_static_put(static_get(test, GFP_KERNEL));
}

/* No object can have been got before, but NULL may be put. */
static void null_is_put_before_the_pool_is_created(struct kunit *test)
{
	struct test_object *none[2] = {};

	kunit_static_put(NULL);
	kunit_static_discard(NULL);
	kunit_static_put_bulk(2, none);
	KUNIT_EXPECT_NULL(test, kunit_static_pool());
}

static void what_is_discarded_is_torn_down(struct kunit *test)
{
	kunit_static_discard(static_get(test, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, static_stats().discarded, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.exits), 1);
}

struct session {
	unsigned int got;
	bool right_context;
};

static void get_and_put(struct session *session)
{
	struct test_object *objs[3];
	unsigned int i, n = 0;

	objs[0] = kunit_static_get(GFP_ATOMIC);
	if (objs[0])
		n = 1 + kunit_static_get_bulk(GFP_ATOMIC, 2, objs + 1);
	session->got = n;
	for (i = 0; i < n; i++)
		kunit_static_put(objs[i]);
}

static void hardirq_session(void *data)
{
	struct session *session = data;

	session->right_context = in_hardirq();
	get_and_put(session);
}

static void softirq_session(void *data)
{
	struct session *session = data;

	session->right_context = in_serving_softirq();
	get_and_put(session);
}

static void in_interrupts_once_it_is_created(struct kunit *test)
{
	struct session session = {};

	test_in_hardirq(hardirq_session, &session);
	KUNIT_EXPECT_TRUE(test, session.right_context);
	KUNIT_EXPECT_EQ_MSG(test, session.got, 0, "not created");
	KUNIT_ASSERT_EQ(test, kunit_static_create(), 0);
	KUNIT_ASSERT_EQ(test, 0,
			kpool_prewarm(kunit_static_pool(), 1, GFP_KERNEL));
	test_in_hardirq(hardirq_session, &session);
	KUNIT_EXPECT_EQ(test, session.got, 3);
	session.right_context = false;
	test_in_softirq(softirq_session, &session);
	KUNIT_EXPECT_TRUE(test, session.right_context);
	KUNIT_EXPECT_EQ(test, session.got, 3);
	KUNIT_EXPECT_EQ(test, static_stats().in_use, 0);
}

#define RACERS	6
#define ROUNDS	20

struct race {
	struct completion start;
	atomic_t failed;
};

static void first_get(void *data)
{
	struct race *race = data;
	struct test_object *obj;

	wait_for_completion(&race->start);
	obj = kunit_static_get(GFP_KERNEL);
	if (!obj)
		atomic_inc(&race->failed);
	kunit_static_put(obj);
}

static void run_race(struct kunit *test, struct race *race)
{
	struct test_thread *threads[RACERS];
	int i;

	init_completion(&race->start);
	atomic_set(&race->failed, 0);
	for (i = 0; i < RACERS; i++)
		threads[i] = test_thread_start(test, -1, first_get, race);
	complete_all(&race->start);
	for (i = 0; i < RACERS; i++)
		if (!test_thread_join(test, threads[i]))
			return;
	KUNIT_EXPECT_EQ(test, atomic_read(&race->failed), 0);
	KUNIT_EXPECT_EQ_MSG(test, static_stats().gets, RACERS,
			    "all got their object from the same pool");
}

/* A second pool of the same name would be refused, and that get would fail. */
static void concurrent_first_gets_create_one_pool(struct kunit *test)
{
	struct race *race = kunit_kzalloc(test, sizeof(*race), GFP_KERNEL);
	int round;

	KUNIT_ASSERT_NOT_NULL(test, race);
	for (round = 0; round < ROUNDS; round++) {
		run_race(test, race);
		kunit_static_destroy();
	}
}

static void what_is_destroyed_is_created_again(struct kunit *test)
{
	kunit_static_destroy();
	kunit_static_put(static_get(test, GFP_KERNEL));
	kunit_static_destroy();
	KUNIT_EXPECT_NULL(test, kunit_static_pool());
	KUNIT_EXPECT_EQ(test, error_of_name("kunit_static"), 0);
	kunit_static_destroy();
	kunit_static_put(static_get(test, GFP_KERNEL));
	KUNIT_EXPECT_EQ_MSG(test, static_stats().gets, 1, "a new pool");
}

static void hooks_create_another_static_pool(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, kunit_holders_create(), 0);
	KUNIT_EXPECT_NOT_NULL(test, kunit_static_pool());
	KUNIT_EXPECT_EQ(test, static_stats().in_use, 1);
	kunit_holders_destroy();
	KUNIT_EXPECT_EQ(test, static_stats().in_use, 0);
}

static struct kunit_case static_cases[] = {
	KUNIT_CASE(the_first_get_creates_the_pool),
	KUNIT_CASE(the_first_bulk_get_creates_the_pool),
	KUNIT_CASE(the_pool_is_as_defined),
	KUNIT_CASE(create_does_it_early_and_once),
	KUNIT_CASE(a_get_that_may_not_sleep_does_not_create),
	KUNIT_CASE(a_get_without_io_does_not_create),
	KUNIT_CASE(a_name_that_is_taken),
	KUNIT_CASE(what_failed_is_tried_again),
	KUNIT_CASE(null_is_put_before_the_pool_is_created),
	KUNIT_CASE(what_is_discarded_is_torn_down),
	KUNIT_CASE(in_interrupts_once_it_is_created),
	KUNIT_CASE(concurrent_first_gets_create_one_pool),
	KUNIT_CASE(what_is_destroyed_is_created_again),
	KUNIT_CASE(hooks_create_another_static_pool),
	{}
};

static struct kunit_suite static_suite = {
	.name = "kpool_static",
	.init = static_init,
	.exit = static_exit,
	.test_cases = static_cases,
};

kunit_test_suite(static_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * Scoped put: an object is put wherever its scope is left, and only then,
 * unless it was kept.
 */
#include <linux/kpool_scope.h>
#include <linux/kpool_static.h>
#include <linux/kpool_typed.h>
#include <linux/preempt.h>

#include "helpers.h"

KPOOL_TYPED(scoped, struct test_object);
DEFINE_KPOOL(kunit_scoped, struct test_object, .max = 2);

static void at_the_end_of_the_scope(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	{
		KPOOL_SCOPED(struct test_object, obj, tp->pool, GFP_KERNEL);

		KUNIT_EXPECT_NOT_NULL(test, obj);
		KUNIT_EXPECT_TRUE(test, test_is_fresh(obj));
		test_use(obj);
		test_expect_quiet(test, tp, 1);
	}
	test_expect_quiet(test, tp, 0);
	KUNIT_EXPECT_EQ(test, test_stats(tp).puts, 1);
}

static int leave_early(struct test_pool *tp, int where)
{
	KPOOL_SCOPED(struct test_object, obj, tp->pool, GFP_KERNEL);

	if (!obj)
		return -ENOMEM;
	test_use(obj);
	if (where == 1)
		return 1;
	while (where == 2)
		return 2;
	return where;
}

static void at_every_return(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	int where;

	for (where = 1; where <= 3; where++) {
		KUNIT_EXPECT_EQ(test, leave_early(tp, where), where);
		test_expect_quiet(test, tp, 0);
	}
	KUNIT_EXPECT_EQ(test, test_stats(tp).puts, 3);
}

static void in_each_turn_of_a_loop(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	int i;

	for (i = 0; i < 6; i++) {
		KPOOL_SCOPED(struct test_object, obj, tp->pool, GFP_NOWAIT);

		KUNIT_EXPECT_NOT_NULL(test, obj);
		if (i == 1)
			continue;
		if (i == 4)
			break;
	}
	KUNIT_EXPECT_EQ(test, test_stats(tp).gets, 5);
	test_expect_quiet(test, tp, 0);
}

static void no_object_is_not_put(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);

	{
		KPOOL_SCOPED(struct test_object, first, tp->pool, GFP_NOWAIT);
		KPOOL_SCOPED(struct test_object, none, tp->pool, GFP_NOWAIT);

		KUNIT_EXPECT_NOT_NULL(test, first);
		KUNIT_EXPECT_NULL(test, none);
	}
	KUNIT_EXPECT_EQ(test, test_stats(tp).puts, 1);
	test_expect_quiet(test, tp, 0);
}

static struct test_object *keep(struct test_pool *tp)
{
	KPOOL_SCOPED(struct test_object, obj, tp->pool, GFP_KERNEL);

	if (!obj)
		return NULL;
	test_use(obj);
	return_ptr(obj);
}

static void unless_it_is_kept(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *kept = keep(tp), *other = NULL;

	KUNIT_ASSERT_NOT_NULL(test, kept);
	test_expect_quiet(test, tp, 1);
	{
		KPOOL_SCOPED(struct test_object, obj, tp->pool, GFP_KERNEL);

		other = no_free_ptr(obj);
		KUNIT_EXPECT_NULL(test, obj);
	}
	KUNIT_EXPECT_NOT_NULL(test, other);
	test_expect_quiet(test, tp, 2);
	kpool_put(tp->pool, other);
	kpool_put(tp->pool, kept);
	test_expect_quiet(test, tp, 0);
}

/* The object that was put last is the first to be got again. */
static void in_reverse_order(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *first, *second;

	{
		KPOOL_SCOPED(struct test_object, a, tp->pool, GFP_KERNEL);
		KPOOL_SCOPED(struct test_object, b, tp->pool, GFP_KERNEL);

		first = a;
		second = b;
	}
	{
		KPOOL_SCOPED(struct test_object, a, tp->pool, GFP_KERNEL);
		KPOOL_SCOPED(struct test_object, b, tp->pool, GFP_KERNEL);

		KUNIT_EXPECT_PTR_EQ(test, a, first);
		KUNIT_EXPECT_PTR_EQ(test, b, second);
	}
}

static unsigned int evaluations;

static struct kpool *evaluate(struct test_pool *tp)
{
	evaluations++;
	return tp->pool;
}

static void the_pool_is_evaluated_once(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	evaluations = 0;
	{
		KPOOL_SCOPED(struct test_object, obj, evaluate(tp), GFP_KERNEL);

		KUNIT_EXPECT_NOT_NULL(test, obj);
	}
	KUNIT_EXPECT_EQ(test, evaluations, 1);
}

static void from_a_typed_pool(struct kunit *test)
{
	struct test_pool *tp = test_pool_prepare(test);
	struct scoped_pool *pool;
	struct test_object *kept;

	pool = scoped_pool_create(tp->name, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pool));
	tp->pool = scoped_pool_untyped(pool);
	{
		KPOOL_SCOPED_TYPED(scoped, obj, pool, GFP_KERNEL);
		KPOOL_SCOPED_TYPED(scoped, other, pool, GFP_KERNEL);

		KUNIT_EXPECT_NOT_NULL(test, obj);
		KUNIT_EXPECT_EQ(test, sizeof(*obj), sizeof(struct test_object));
		KUNIT_EXPECT_EQ(test, test_stats(tp).in_use, 2);
		kept = no_free_ptr(other);
	}
	KUNIT_EXPECT_EQ(test, test_stats(tp).in_use, 1);
	scoped_pool_put(pool, kept);
	scoped_pool_destroy(pool);
}

static struct test_object *static_scope(struct kunit *test, bool keep)
{
	struct test_object *obj __free(kunit_scoped) =
		kunit_scoped_get(GFP_KERNEL);

	KUNIT_EXPECT_NOT_NULL(test, obj);
	if (!keep)
		return NULL;
	return_ptr(obj);
}

static void from_a_static_pool(struct kunit *test)
{
	struct kpool_stats stats;
	struct test_object *kept;

	KUNIT_ASSERT_EQ(test, kunit_scoped_create(), 0);
	KUNIT_EXPECT_NULL(test, static_scope(test, false));
	kpool_read_stats(kunit_scoped_pool(), &stats);
	KUNIT_EXPECT_EQ(test, stats.in_use, 0);
	kept = static_scope(test, true);
	kpool_read_stats(kunit_scoped_pool(), &stats);
	KUNIT_EXPECT_EQ(test, stats.in_use, 1);
	kunit_scoped_put(kept);
	kunit_scoped_destroy();
}

struct session {
	struct test_pool *tp;
	bool right_context;
	bool got;
};

static void hardirq_session(void *data)
{
	struct session *session = data;

	KPOOL_SCOPED(struct test_object, obj, session->tp->pool, GFP_ATOMIC);

	session->right_context = in_hardirq();
	session->got = obj;
}

static void in_a_hard_interrupt(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct session session = { .tp = tp };

	test_fill(test, tp, 1);
	test_in_hardirq(hardirq_session, &session);
	KUNIT_EXPECT_TRUE(test, session.right_context);
	KUNIT_EXPECT_TRUE(test, session.got);
	test_expect_quiet(test, tp, 0);
}

static struct kunit_case scope_cases[] = {
	KUNIT_CASE(at_the_end_of_the_scope),
	KUNIT_CASE(at_every_return),
	KUNIT_CASE(in_each_turn_of_a_loop),
	KUNIT_CASE(no_object_is_not_put),
	KUNIT_CASE(unless_it_is_kept),
	KUNIT_CASE(in_reverse_order),
	KUNIT_CASE(the_pool_is_evaluated_once),
	KUNIT_CASE(from_a_typed_pool),
	KUNIT_CASE(from_a_static_pool),
	KUNIT_CASE(in_a_hard_interrupt),
	{}
};

static struct kunit_suite scope_suite = {
	.name = "kpool_scope",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = scope_cases,
};

kunit_test_suite(scope_suite);

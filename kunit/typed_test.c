// SPDX-License-Identifier: GPL-2.0
/*
 * The functions of typed pools do the same as the calls that they are named
 * after. tools/check/build_test tests that a wrong type does not compile.
 */
#include <linux/device.h>
#include <linux/kpool_typed.h>
#include <linux/preempt.h>

#include "helpers.h"

KPOOL_TYPED(typed, struct test_object);

/* Create a pool with counting hooks, which is destroyed when the case ends. */
static struct test_pool *typed_prepare(struct kunit *test,
				       struct typed_pool **pool,
				       struct kpool_args args)
{
	struct test_pool *tp = test_pool_prepare(test);

	args.ops = &test_pool_ops;
	args.ctx = tp;
	*pool = typed_pool_create(tp->name, &args);
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(*pool));
	tp->pool = typed_pool_untyped(*pool);
	return tp;
}

static void typed_finish(struct kunit *test, struct test_pool *tp,
			 struct typed_pool *pool)
{
	test_expect_quiet(test, tp, 0);
	typed_pool_destroy(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits),
			atomic_read(&tp->inits));
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->misuses), 0);
}

static void create_passes_errors_on(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	KUNIT_EXPECT_EQ(test, PTR_ERR(typed_pool_create(tp->name, NULL)),
			-EEXIST);
	KUNIT_EXPECT_EQ(test, PTR_ERR(typed_pool_create(NULL, NULL)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(typed_pool_create("", NULL)), -EINVAL);
}

static void destroy_passes_over_errors(struct kunit *test)
{
	typed_pool_destroy(NULL);
	typed_pool_destroy(ERR_PTR(-EEXIST));
}

static void objects_are_of_the_types_size(struct kunit *test)
{
	struct typed_pool *pool;
	struct test_pool *tp = typed_prepare(test, &pool,
					     (struct kpool_args){});

	KUNIT_EXPECT_EQ(test, test_stats(tp).object_size,
			sizeof(struct test_object));
	typed_finish(test, tp, pool);
}

static void what_is_put_is_got_again(struct kunit *test)
{
	struct typed_pool *pool;
	struct test_pool *tp = typed_prepare(test, &pool,
					     (struct kpool_args){});
	struct test_object *obj = typed_pool_get(pool, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, obj);
	test_use(obj);
	typed_pool_put(pool, obj);
	typed_pool_put(pool, NULL);
	KUNIT_EXPECT_PTR_EQ(test, typed_pool_get(pool, GFP_KERNEL), obj);
	KUNIT_EXPECT_TRUE(test, test_is_fresh(obj));
	typed_pool_put(pool, obj);
	KUNIT_EXPECT_PTR_EQ(test,
			    typed_pool_get_interruptible(pool, GFP_KERNEL),
			    obj);
	typed_pool_put(pool, obj);
	KUNIT_EXPECT_EQ(test, test_stats(tp).puts, 3);
	typed_finish(test, tp, pool);
}

static void what_is_discarded_is_torn_down(struct kunit *test)
{
	struct typed_pool *pool;
	struct test_pool *tp = typed_prepare(test, &pool,
					     (struct kpool_args){});

	typed_pool_discard(pool, typed_pool_get(pool, GFP_KERNEL));
	typed_pool_discard(pool, NULL);
	KUNIT_EXPECT_EQ(test, test_stats(tp).discarded, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits), 1);
	typed_finish(test, tp, pool);
}

static void bulk_calls_know_the_maximum(struct kunit *test)
{
	struct typed_pool *pool;
	struct test_pool *tp = typed_prepare(test, &pool,
					     (struct kpool_args){ .max = 3 });
	struct test_object *objs[4];
	unsigned int n, i;

	n = typed_pool_get_bulk(pool, GFP_NOWAIT, 4, objs);
	KUNIT_EXPECT_EQ(test, n, 3);
	for (i = 0; i < n; i++)
		test_use(objs[i]);
	typed_pool_put_bulk(pool, n, objs);
	typed_finish(test, tp, pool);
}

struct session {
	struct typed_pool *pool;
	bool right_context;
	bool got;
};

static void hardirq_session(void *data)
{
	struct session *session = data;
	struct test_object *obj = typed_pool_get(session->pool, GFP_ATOMIC);

	session->right_context = in_hardirq();
	session->got = obj;
	typed_pool_put(session->pool, obj);
}

static void in_a_hard_interrupt(struct kunit *test)
{
	struct typed_pool *pool;
	struct test_pool *tp = typed_prepare(test, &pool,
					     (struct kpool_args){});
	struct session session = { .pool = pool };

	typed_pool_put(pool, typed_pool_get(pool, GFP_KERNEL));
	test_in_hardirq(hardirq_session, &session);
	KUNIT_EXPECT_TRUE(test, session.right_context);
	KUNIT_EXPECT_TRUE(test, session.got);
	typed_finish(test, tp, pool);
}

static void a_pool_goes_with_its_device(struct kunit *test)
{
	/* No owner: older kernels run KUnit before a module is in sysfs. */
	struct device *dev = __root_device_register("kpool-kunit", NULL);
	struct test_pool *tp = test_pool_prepare(test);
	const struct kpool_args args = {
		.ops = &test_pool_ops,
		.ctx = tp,
		.reserve = 2,
	};
	struct typed_pool *pool;
	struct kpool *again;

	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	pool = devm_typed_pool_create(dev, tp->name, &args);
	KUNIT_EXPECT_FALSE(test, IS_ERR_OR_NULL(pool));
	KUNIT_EXPECT_EQ(test, PTR_ERR(devm_typed_pool_create(dev, tp->name,
							     NULL)), -EEXIST);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits), 0);
	root_device_unregister(dev);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->inits), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits), 2);
	again = kpool_create(tp->name, 64, NULL);
	KUNIT_EXPECT_FALSE_MSG(test, IS_ERR(again), "its name is usable");
	kpool_destroy(again);
}

static struct kunit_case typed_cases[] = {
	KUNIT_CASE(create_passes_errors_on),
	KUNIT_CASE(destroy_passes_over_errors),
	KUNIT_CASE(objects_are_of_the_types_size),
	KUNIT_CASE(what_is_put_is_got_again),
	KUNIT_CASE(what_is_discarded_is_torn_down),
	KUNIT_CASE(bulk_calls_know_the_maximum),
	KUNIT_CASE(in_a_hard_interrupt),
	KUNIT_CASE(a_pool_goes_with_its_device),
	{}
};

static struct kunit_suite typed_suite = {
	.name = "kpool_typed",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = typed_cases,
};

kunit_test_suite(typed_suite);

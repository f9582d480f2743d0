// SPDX-License-Identifier: GPL-2.0
/*
 * The hooks: each is called when and as often as the contract says, with the
 * right arguments, and failures are undone.
 */
#include <linux/preempt.h>
#include <linux/slab.h>

#include <kpool/compat.h>

#include "helpers.h"

static void hooks_are_optional(struct kunit *test)
{
	struct test_pool *tp = test_pool_prepare(test);
	void *obj;

	tp->pool = kpool_create(tp->name, 100, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(tp->pool));
	obj = kpool_get(tp->pool, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, obj);
	if (obj)
		memset(obj, 0x5e, 100);
	kpool_put(tp->pool, obj);
	kpool_discard(tp->pool, kpool_get(tp->pool, GFP_KERNEL));
	kpool_destroy(tp->pool);
}

static void init_runs_once_per_object(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	int i;

	for (i = 0; i < 10; i++)
		kpool_put(tp->pool, test_get(test, tp, GFP_KERNEL));
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->inits), 1,
			    "an object that was put is not built again");
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->allocs), 1);
	test_expect_quiet(test, tp, 0);
}

static void init_and_alloc_see_the_flags_of_get(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *objs[2];

	objs[0] = test_get(test, tp, GFP_ATOMIC);
	KUNIT_EXPECT_EQ_MSG(test, (__force unsigned int)tp->gfp,
			    (__force unsigned int)GFP_ATOMIC, "alloc");
	KUNIT_EXPECT_EQ_MSG(test, (__force unsigned int)tp->init_gfp,
			    (__force unsigned int)GFP_ATOMIC, "init");
	objs[1] = test_get(test, tp, GFP_KERNEL);
	KUNIT_EXPECT_EQ_MSG(test, (__force unsigned int)tp->gfp,
			    (__force unsigned int)GFP_KERNEL, "alloc");
	KUNIT_EXPECT_EQ_MSG(test, (__force unsigned int)tp->init_gfp,
			    (__force unsigned int)GFP_KERNEL, "init");
	test_put_many(tp, 2, objs);
}

static void alloc_is_given_a_node(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	tp->numa_node = INT_MIN;
	kpool_put(tp->pool, test_get(test, tp, GFP_KERNEL));
	KUNIT_EXPECT_TRUE_MSG(test,
			      tp->numa_node == NUMA_NO_NODE ||
			      (tp->numa_node >= 0 &&
			       node_online(tp->numa_node)),
			      "alloc was given node %d", tp->numa_node);
}

static void reset_runs_in_put(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->resets), 0,
			    "not in a get that builds");
	kpool_put(tp->pool, obj);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->resets), 1, "in the put");
	obj = test_get(test, tp, GFP_KERNEL);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->resets), 1,
			    "not in a get that hits");
	kpool_put(tp->pool, obj);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->resets), 2,
			    "in every put");
}

static void reset_runs_for_puts_only(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = 2);
	struct test_object *obj;

	KUNIT_EXPECT_EQ(test, kpool_prewarm(tp->pool, 3, GFP_KERNEL), 0);
	obj = test_get(test, tp, GFP_KERNEL);
	kpool_discard(tp->pool, obj);
	kpool_gc(tp->pool);
	kpool_gc(tp->pool);
	kpool_drain(tp->pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->resets), 0);
}

/* test_get() checks for the data that test_use() wrote. */
static void no_get_shows_a_former_users_data(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = 2, .magazine = 4);
	struct test_object *objs[42];
	unsigned int round;

	for (round = 0; round < 5; round++) {
		test_get_many(test, tp, 40, objs);
		test_put_many(tp, 20, objs);
		kpool_put_bulk(tp->pool, 20, (void **)objs + 20);
		if (round & 1)
			kpool_gc(tp->pool);
	}
	/* Get all of them once more, and the reserve. */
	atomic_set(&tp->allocs_left, 0);
	test_get_many(test, tp, 42, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 0);
	test_put_many(tp, 42, objs);
}

static void refused_object_is_dropped(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	tp->refuse = true;
	kpool_put(tp->pool, obj);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->exits), 1,
			    "torn down in the put");
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->frees), 1,
			    "its memory is freed");
	KUNIT_EXPECT_EQ(test, test_stats(tp).rejected, 1);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 0);
	test_expect_quiet(test, tp, 0);
}

static void refused_object_is_not_handed_out_again(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	tp->refuse = true;
	kpool_put(tp->pool, obj);
	tp->refuse = false;
	obj = test_get(test, tp, GFP_KERNEL);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).misses, 2, "a new one is built");
	kpool_put(tp->pool, obj);
}

static void discard_tears_down_without_reset(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	kpool_discard(tp->pool, obj);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->frees), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->resets), 0);
	test_expect_quiet(test, tp, 0);
}

static void exit_runs_in_the_call_that_drops(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	kpool_discard(tp->pool, test_get(test, tp, GFP_KERNEL));
	KUNIT_EXPECT_PTR_EQ_MSG(test, tp->exit_task, current, "discard");
	tp->exit_task = NULL;
	test_fill(test, tp, 1);
	kpool_drain(tp->pool);
	KUNIT_EXPECT_PTR_EQ_MSG(test, tp->exit_task, current, "drain");
}

static void failed_init_is_undone(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	atomic_set(&tp->inits_left, 0);
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_KERNEL));
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->frees), 1,
			    "its memory is freed");
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->exits), 0,
			    "an object that was not built is not torn down");
	KUNIT_EXPECT_EQ(test, test_stats(tp).gets, 0);
	test_expect_quiet(test, tp, 0);
}

static void failed_alloc_is_not_built(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	atomic_set(&tp->allocs_left, 0);
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_KERNEL));
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->inits), 0, "init");
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->frees), 0, "free");
	test_expect_quiet(test, tp, 0);
}

static void pool_recovers_from_failure(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);

	atomic_set(&tp->inits_left, 0);
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_NOWAIT));
	atomic_set(&tp->allocs_left, 0);
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_NOWAIT));
	atomic_set(&tp->inits_left, 1);
	atomic_set(&tp->allocs_left, 1);
	/* The failures must not count towards the maximum. */
	kpool_put(tp->pool, test_get(test, tp, GFP_NOWAIT));
	test_expect_quiet(test, tp, 0);
}

static void create_that_fails_half_way_undoes_all(struct kunit *test)
{
	struct test_pool *tp = test_pool_prepare(test);
	const struct kpool_args args = {
		.ops = &test_pool_ops,
		.ctx = tp,
		.reserve = 8,
	};
	struct kpool *pool;

	atomic_set(&tp->inits_left, 5);
	pool = kpool_create(tp->name, sizeof(struct test_object), &args);
	KUNIT_EXPECT_EQ(test, PTR_ERR(pool), -ENOMEM);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->inits), 5,
			    "it has tried to build the reserve");
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits),
			atomic_read(&tp->inits));
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->frees),
			atomic_read(&tp->allocs));
	if (!IS_ERR(pool))
		kpool_destroy(pool);
}

static void prewarm_that_fails_half_way_keeps_what_it_has(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	atomic_set(&tp->inits_left, 5);
	KUNIT_EXPECT_EQ(test, kpool_prewarm(tp->pool, 8, GFP_KERNEL), -ENOMEM);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 5);
	test_expect_quiet(test, tp, 0);
}

static void cached_object_is_better_than_failure(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	test_fill(test, tp, 1);
	atomic_set(&tp->allocs_left, 0);
	kpool_put(tp->pool, test_get(test, tp, GFP_KERNEL));
}

static void destroy_tears_down_all_that_is_idle(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = 3, .magazine = 2);

	test_fill(test, tp, 20);
	kpool_gc(tp->pool);
	test_fill(test, tp, 5);
	/* test_pool_destroy() compares the calls of the hooks. */
	test_pool_destroy(test, tp);
	KUNIT_EXPECT_GE(test, atomic_read(&tp->exits), 23);
}

/* Put an object that reset refuses where nothing may sleep. */
static void refuse_in_atomic_context(struct test_pool *tp,
				     struct test_object *obj)
{
	tp->refuse = true;
	preempt_disable();
	kpool_put(tp->pool, obj);
	preempt_enable();
	tp->refuse = false;
}

static void expect_exit_in_worker(struct kunit *test, struct test_pool *tp,
				  const char *what)
{
	KUNIT_EXPECT_TRUE_MSG(test,
			      test_wait(try_wait_for_completion(&tp->exited)),
			      "%s: exit was never called", what);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->atomic_exits), 0,
			    "%s: exit may sleep", what);
	KUNIT_EXPECT_PTR_NE_MSG(test, tp->exit_task, current,
				"%s: a worker runs exit", what);
}

static void deferred_exit_may_sleep_after_put(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_DEFER_EXIT);

	tp->sleep = true;
	refuse_in_atomic_context(tp, test_get(test, tp, GFP_KERNEL));
	expect_exit_in_worker(test, tp, "put");
}

static void discard_from_interrupt(void *data)
{
	struct test_pool *tp = data;

	kpool_discard(tp->pool, kpool_get(tp->pool, GFP_ATOMIC));
}

static void deferred_exit_may_sleep_after_interrupt(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_DEFER_EXIT);

	tp->sleep = true;
	/* On PREEMPT_RT, a get in an interrupt builds nothing. */
	test_fill(test, tp, 1);
	test_in_hardirq(discard_from_interrupt, tp);
	expect_exit_in_worker(test, tp, "discard from an interrupt");
}

static void deferred_exit_may_sleep_after_clearing(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_DEFER_EXIT);

	tp->sleep = true;
	test_fill(test, tp, 1);
	kpool_gc(tp->pool);
	kpool_gc(tp->pool);
	expect_exit_in_worker(test, tp, "gc");
	test_fill(test, tp, 1);
	kpool_drain(tp->pool);
	expect_exit_in_worker(test, tp, "drain");
}

static void deferred_exit_leaves_object_intact(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_DEFER_EXIT);
	struct test_object *objs[10];

	test_fill(test, tp, ARRAY_SIZE(objs) + 1);
	test_get_many(test, tp, ARRAY_SIZE(objs), objs);
	/* exit reports objects that were written to in the meantime. */
	preempt_disable();
	discard_from_interrupt(tp);
	test_put_many(tp, ARRAY_SIZE(objs), objs);
	preempt_enable();
	kpool_drain(tp->pool);
}

static void destroy_waits_for_deferred_exits(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_DEFER_EXIT,
					 .reserve = 2);

	tp->sleep = true;
	test_fill(test, tp, 10);
	refuse_in_atomic_context(tp, test_get(test, tp, GFP_KERNEL));
	/* test_pool_destroy() compares the calls of the hooks at once. */
	test_pool_destroy(test, tp);
}

/**
 * struct exits - the order in which objects were torn down
 * @go: completion that the first exit waits for
 * @nr: number of exits
 * @objs: the objects, in order
 */
struct exits {
	struct completion go;
	unsigned int nr;
	void *objs[3];
};

static void exit_in_order(void *obj, void *ctx)
{
	struct exits *exits = ctx;

	if (!exits->nr)
		wait_for_completion(&exits->go);
	if (exits->nr < ARRAY_SIZE(exits->objs))
		exits->objs[exits->nr] = obj;
	exits->nr++;
}

/*
 * A user can wait for its own objects by counting them; others may come as
 * well.
 */
static void deferred_exits_keep_their_order(struct kunit *test)
{
	static const struct kpool_ops ops = { .exit = exit_in_order };
	struct exits exits = { };
	const struct kpool_args args = {
		.ops = &ops,
		.ctx = &exits,
		.flags = KPOOL_F_DEFER_EXIT,
	};
	void *objs[ARRAY_SIZE(exits.objs)];
	struct kpool *pool;
	unsigned int i;

	init_completion(&exits.go);
	pool = kpool_create("kunit-order", 64, &args);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pool));
	KUNIT_EXPECT_EQ(test, kpool_get_bulk(pool, GFP_KERNEL,
					     ARRAY_SIZE(objs), objs),
			ARRAY_SIZE(objs));
	for (i = 0; i < ARRAY_SIZE(objs); i++)
		kpool_discard(pool, objs[i]);
	complete(&exits.go);
	kpool_destroy(pool);
	KUNIT_EXPECT_EQ(test, exits.nr, ARRAY_SIZE(objs));
	for (i = 0; i < ARRAY_SIZE(objs); i++)
		KUNIT_EXPECT_PTR_EQ(test, exits.objs[i], objs[i]);
}

/*
 * The flag allows free to sleep too, also for an object that failed to build.
 */
static void deferred_free_may_sleep_after_failed_init(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_DEFER_EXIT);

	atomic_set(&tp->inits_left, 0);
	preempt_disable();
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_ATOMIC));
	preempt_enable();
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->atomic_exits), 0);
}

/*
 * Objects that hold an object of another pool, which is their hooks' context.
 */
struct parent {
	struct test_object *child;
};

static int parent_init(void *obj, void *ctx, gfp_t gfp)
{
	struct test_pool *children = ctx;
	struct parent *parent = obj;

	parent->child = kpool_get(children->pool, gfp);
	return parent->child ? 0 : -ENOMEM;
}

static bool parent_reset(void *obj, void *ctx)
{
	struct test_pool *children = ctx;
	struct parent *parent = obj;

	kpool_put(children->pool, parent->child);
	parent->child = kpool_get(children->pool, GFP_ATOMIC);
	return parent->child;
}

static void parent_exit(void *obj, void *ctx)
{
	struct test_pool *children = ctx;
	struct parent *parent = obj;

	kpool_put(children->pool, parent->child);
}

static const struct kpool_ops parent_ops = {
	.init = parent_init,
	.reset = parent_reset,
	.exit = parent_exit,
};

static void use_parents(struct kunit *test, struct test_pool *parents)
{
	struct parent *objs[30];
	int i;

	for (i = 0; i < ARRAY_SIZE(objs); i++) {
		objs[i] = kpool_get(parents->pool, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, objs[i]);
		KUNIT_EXPECT_TRUE(test, test_is_fresh(objs[i]->child));
	}
	for (i = 0; i < ARRAY_SIZE(objs); i++)
		kpool_put(parents->pool, objs[i]);
}

static void hooks_may_use_another_pool(struct kunit *test)
{
	struct test_pool *children = test_pool(test, .magazine = 4);
	struct test_pool *parents = test_pool(test, .ops = &parent_ops,
					      .ctx = children, .magazine = 3);

	use_parents(test, parents);
	test_expect_quiet(test, children, test_stats(parents).idle);
	kpool_gc(parents->pool);
	kpool_gc(parents->pool);
	KUNIT_EXPECT_EQ(test, test_stats(parents).idle, 0);
	test_expect_quiet(test, children, 0);
	use_parents(test, parents);
	kpool_drain(parents->pool);
	test_expect_quiet(test, children, 0);
}

static void worker_may_use_another_pool(struct kunit *test)
{
	struct test_pool *children = test_pool(test);
	struct test_pool *parents = test_pool(test, .ops = &parent_ops,
					      .ctx = children,
					      .flags = KPOOL_F_DEFER_EXIT);

	use_parents(test, parents);
	test_pool_destroy(test, parents);
	test_expect_quiet(test, children, 0);
}

static struct kunit_case object_cases[] = {
	KUNIT_CASE(hooks_are_optional),
	KUNIT_CASE(init_runs_once_per_object),
	KUNIT_CASE(init_and_alloc_see_the_flags_of_get),
	KUNIT_CASE(alloc_is_given_a_node),
	KUNIT_CASE(reset_runs_in_put),
	KUNIT_CASE(reset_runs_for_puts_only),
	KUNIT_CASE(no_get_shows_a_former_users_data),
	KUNIT_CASE(refused_object_is_dropped),
	KUNIT_CASE(refused_object_is_not_handed_out_again),
	KUNIT_CASE(discard_tears_down_without_reset),
	KUNIT_CASE(exit_runs_in_the_call_that_drops),
	KUNIT_CASE(failed_init_is_undone),
	KUNIT_CASE(failed_alloc_is_not_built),
	KUNIT_CASE(pool_recovers_from_failure),
	KUNIT_CASE(create_that_fails_half_way_undoes_all),
	KUNIT_CASE(prewarm_that_fails_half_way_keeps_what_it_has),
	KUNIT_CASE(cached_object_is_better_than_failure),
	KUNIT_CASE(destroy_tears_down_all_that_is_idle),
	KUNIT_CASE(deferred_exit_may_sleep_after_put),
	KUNIT_CASE(deferred_exit_may_sleep_after_interrupt),
	KUNIT_CASE(deferred_exit_may_sleep_after_clearing),
	KUNIT_CASE(deferred_exit_leaves_object_intact),
	KUNIT_CASE(destroy_waits_for_deferred_exits),
	KUNIT_CASE(deferred_exits_keep_their_order),
	KUNIT_CASE(deferred_free_may_sleep_after_failed_init),
	KUNIT_CASE(hooks_may_use_another_pool),
	KUNIT_CASE(worker_may_use_another_pool),
	{}
};

static struct kunit_suite object_suite = {
	.name = "kpool_object",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = object_cases,
};

kunit_test_suite(object_suite);

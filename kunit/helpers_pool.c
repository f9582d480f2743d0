// SPDX-License-Identifier: GPL-2.0
/*
 * Pools whose hooks count and check, for all suites; see helpers.h.
 *
 * The hooks may be called from any context and on all CPUs at once, so their
 * counters are atomic.  Fields that only one test thread reads, while the pool
 * is quiet, are plain.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include <kpool/compat.h>

#include "helpers.h"

/* Is sleeping allowed here, as far as the kernel's configuration tells? */
static bool test_may_sleep(void)
{
	if (!in_task() || irqs_disabled())
		return false;
	return !IS_ENABLED(CONFIG_PREEMPT_COUNT) || preemptible();
}

static void test_check(struct test_pool *tp, bool right)
{
	if (!right)
		atomic_inc(&tp->misuses);
}

static void *test_alloc(void *ctx, gfp_t gfp, int node)
{
	struct test_pool *tp = ctx;
	struct test_object *obj;

	tp->gfp = gfp;
	tp->numa_node = node;
	if (atomic_dec_if_positive(&tp->allocs_left) < 0)
		goto fail;
	obj = kmalloc_node(sizeof(*obj), gfp, node);
	if (!obj)
		goto fail;
	obj->state = TEST_RAW;
	atomic_inc(&tp->allocs);
	return obj;
fail:
	atomic_inc(&tp->failures);
	return NULL;
}

static int test_init(void *data, void *ctx, gfp_t gfp)
{
	struct test_object *obj = data;
	struct test_pool *tp = ctx;

	tp->init_gfp = gfp;
	test_check(tp, obj->state == TEST_RAW);
	if (atomic_dec_if_positive(&tp->inits_left) < 0) {
		atomic_inc(&tp->failures);
		return -ENXIO;
	}
	*obj = (struct test_object){ .state = TEST_FRESH };
	atomic_inc(&tp->inits);
	return 0;
}

static bool test_reset(void *data, void *ctx)
{
	struct test_object *obj = data;
	struct test_pool *tp = ctx;

	test_check(tp, obj->state == TEST_USED || obj->state == TEST_FRESH);
	atomic_inc(&tp->resets);
	if (tp->refuse)
		return false;
	*obj = (struct test_object){ .state = TEST_FRESH };
	return true;
}

static void test_exit(void *data, void *ctx)
{
	struct test_object *obj = data;
	struct test_pool *tp = ctx;

	test_check(tp, obj->state == TEST_USED || obj->state == TEST_FRESH);
	obj->state = TEST_TORN_DOWN;
	if (!test_may_sleep())
		atomic_inc(&tp->atomic_exits);
	else if (tp->sleep)
		synchronize_rcu();
	tp->exit_task = current;
	atomic_inc(&tp->exits);
	complete(&tp->exited);
}

static void test_free(void *data, void *ctx)
{
	struct test_object *obj = data;
	struct test_pool *tp = ctx;

	/* The object is raw if init failed. */
	test_check(tp, obj->state == TEST_TORN_DOWN || obj->state == TEST_RAW);
	if (!test_may_sleep())
		atomic_inc(&tp->atomic_exits);
	atomic_inc(&tp->frees);
	kfree(obj);
}

const struct kpool_ops test_pool_ops = {
	.alloc = test_alloc,
	.init = test_init,
	.reset = test_reset,
	.exit = test_exit,
	.free = test_free,
};

/* The pools of the current case; KUnit runs one case at a time. */
static LIST_HEAD(test_pools);

int test_pools_init(struct kunit *test)
{
	INIT_LIST_HEAD(&test_pools);
	return set_cpus_allowed_ptr(current, cpumask_of(raw_smp_processor_id()));
}

void test_pools_exit(struct kunit *test)
{
	struct test_pool *tp, *next;

	/* In reverse order: pools that use others were made after them. */
	list_for_each_entry_safe_reverse(tp, next, &test_pools, node)
		test_pool_destroy(test, tp);
}

/* Prepare everything except the pool itself. */
struct test_pool *test_pool_prepare(struct kunit *test)
{
	static atomic_t serial = ATOMIC_INIT(0);
	struct test_pool *tp = kunit_kzalloc(test, sizeof(*tp), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, tp);
	snprintf(tp->name, sizeof(tp->name), "kunit-%d",
		 atomic_inc_return(&serial));
	init_completion(&tp->exited);
	atomic_set(&tp->allocs_left, INT_MAX);
	atomic_set(&tp->inits_left, INT_MAX);
	INIT_LIST_HEAD(&tp->node);
	return tp;
}

/* Use the counting hooks, unless @args has hooks of its own. */
struct test_pool *test_pool_create(struct kunit *test,
				   const struct kpool_args *args)
{
	struct test_pool *tp = test_pool_prepare(test);
	struct kpool_args with_hooks = *args;
	struct kpool *pool;

	if (!with_hooks.ops) {
		with_hooks.ops = &test_pool_ops;
		with_hooks.ctx = tp;
	}
	pool = kpool_create(tp->name, sizeof(struct test_object), &with_hooks);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_OR_NULL(pool),
			       "kpool_create() returned %ld", PTR_ERR(pool));
	tp->pool = pool;
	list_add_tail(&tp->node, &test_pools);
	return tp;
}

/* Destroy the pool and check that the calls of its hooks balance. */
void test_pool_destroy(struct kunit *test, struct test_pool *tp)
{
	list_del_init(&tp->node);
	kpool_destroy(tp->pool);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->exits),
			    atomic_read(&tp->inits),
			    "%s: every object that was built is torn down",
			    tp->name);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->frees),
			    atomic_read(&tp->allocs),
			    "%s: all memory is freed", tp->name);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->misuses), 0,
			    "%s: a hook was given an object in a wrong state",
			    tp->name);
}

struct kpool_stats test_stats(struct test_pool *tp)
{
	struct kpool_stats stats;

	kpool_read_stats(tp->pool, &stats);
	return stats;
}

/*
 * Check a pool without activity: its figures must agree with each other, with
 * the hooks, and with @in_use, the number of objects that the test holds.  Only
 * for pools with the counting hooks.
 */
void test_expect_quiet(struct kunit *test, struct test_pool *tp,
		       unsigned int in_use)
{
	struct kpool_stats stats = test_stats(tp);

	KUNIT_EXPECT_EQ_MSG(test, stats.in_use, in_use,
			    "in_use counts the objects that users hold");
	KUNIT_EXPECT_EQ_MSG(test, stats.gets, stats.hits + stats.misses,
			    "a get is a hit or builds");
	KUNIT_EXPECT_EQ_MSG(test, stats.puts,
			    stats.kept + stats.rejected + stats.overflowed,
			    "a put object is kept or dropped");
	KUNIT_EXPECT_EQ_MSG(test, stats.built - stats.destroyed,
			    stats.in_use + stats.idle, "nothing is lost");
	KUNIT_EXPECT_EQ_MSG(test, stats.idle,
			    stats.idle_cpu + stats.idle_depot +
			    stats.idle_victim + stats.idle_reserve,
			    "idle is the sum of its parts");
	KUNIT_EXPECT_EQ_MSG(test, stats.built, (u64)atomic_read(&tp->inits),
			    "built counts the successes of init");
	KUNIT_EXPECT_EQ_MSG(test, stats.destroyed, (u64)atomic_read(&tp->exits),
			    "destroyed counts the calls of exit");
	KUNIT_EXPECT_EQ_MSG(test, stats.build_failures,
			    (u64)atomic_read(&tp->failures),
			    "build_failures counts failed allocs and inits");
}

bool test_is_fresh(const struct test_object *obj)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(obj->secret); i++)
		if (obj->secret[i])
			return false;
	return obj->state == TEST_FRESH;
}

/* Leave data in the object that the next user must not see. */
void test_use(struct test_object *obj)
{
	obj->state = TEST_USED;
	memset(obj->secret, 0x5e, sizeof(obj->secret));
}

/* Get an object and use it; there must be one, in its reset state. */
struct test_object *test_get(struct kunit *test, struct test_pool *tp,
			     gfp_t gfp)
{
	struct test_object *obj = kpool_get(tp->pool, gfp);

	KUNIT_ASSERT_NOT_NULL_MSG(test, obj, "%s: no object", tp->name);
	KUNIT_EXPECT_TRUE_MSG(test, test_is_fresh(obj),
			      "%s: an object that is not in its reset state",
			      tp->name);
	test_use(obj);
	return obj;
}

/* Does not sleep, so that a test fails instead of waiting forever. */
void test_get_many(struct kunit *test, struct test_pool *tp, unsigned int n,
		   struct test_object **objs)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		objs[i] = test_get(test, tp, GFP_NOWAIT);
}

void test_put_many(struct test_pool *tp, unsigned int n,
		   struct test_object **objs)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		kpool_put(tp->pool, objs[i]);
}

/* Leave @n idle objects that were in use. */
void test_fill(struct kunit *test, struct test_pool *tp, unsigned int n)
{
	struct test_object **objs;

	objs = kunit_kcalloc(test, n, sizeof(*objs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, objs);
	test_get_many(test, tp, n, objs);
	test_put_many(tp, n, objs);
}

MODULE_DESCRIPTION("KUnit suites for kpool");
MODULE_LICENSE("GPL");

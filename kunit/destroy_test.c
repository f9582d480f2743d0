// SPDX-License-Identifier: GPL-2.0
/*
 * Destroying a pool with objects in use: a warning with the pool's name and the
 * count, no object freed that is in use, and late puts that tear objects down.
 *
 * The warning is expected, so each test announces it in the kernel log, for
 * tools that search the log for reports.
 */
#include <linux/kmsg_dump.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "helpers.h"

/* Move to the end of the kernel log. */
static void log_mark(struct kmsg_dump_iter *log)
{
	kmsg_dump_rewind(log);
	while (kmsg_dump_get_line(log, false, NULL, 0, NULL))
		;
}

/* Count the lines logged since log_mark() that contain @text. */
static unsigned int log_count(struct kmsg_dump_iter *log, const char *text)
{
	unsigned int lines = 0;
	char line[256];
	size_t len;

	while (kmsg_dump_get_line(log, false, line, sizeof(line) - 1, &len)) {
		line[len] = '\0';
		if (strstr(line, text))
			lines++;
	}
	return lines;
}

/*
 * Destroy @tp with @n objects in use and expect the warning.  The objects may
 * be put afterwards.
 */
static void destroy_early(struct kunit *test, struct test_pool *tp,
			  unsigned int n)
{
	struct kmsg_dump_iter log;
	char expected[128];

	snprintf(expected, sizeof(expected),
		 "%s: destroyed with %u objects in use", tp->name, n);
	log_mark(&log);
	pr_warn("kpool-expect: begin %s\n", expected);
	list_del_init(&tp->node);
	kpool_destroy(tp->pool);
	pr_warn("kpool-expect: end\n");
	/* One of the lines is the announcement. */
	KUNIT_EXPECT_EQ_MSG(test, log_count(&log, expected), 2,
			    "warned once, with name and count");
}

/* The checks that test_pool_destroy() makes for other pools. */
static void expect_all_gone(struct kunit *test, struct test_pool *tp)
{
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits), atomic_read(&tp->inits));
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->frees),
			atomic_read(&tp->allocs));
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->misuses), 0);
}

static void idle_pool_goes_without_a_word(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = 2);
	struct kmsg_dump_iter log;

	test_fill(test, tp, 10);
	log_mark(&log);
	test_pool_destroy(test, tp);
	KUNIT_EXPECT_EQ(test, log_count(&log, tp->name), 0);
}

static void objects_in_use_are_warned_of_and_left_alone(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = 2, .magazine = 2);
	struct test_object *objs[3];
	int i;

	test_get_many(test, tp, 3, objs);
	test_fill(test, tp, 5);
	destroy_early(test, tp, 3);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->exits), 7,
			    "idle objects are torn down, the reserve too");
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ_MSG(test, objs[i]->state, TEST_USED,
				    "object %d", i);
	test_put_many(tp, 3, objs);
	expect_all_gone(test, tp);
}

static void late_put_tears_down(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *objs[2];

	test_get_many(test, tp, 2, objs);
	destroy_early(test, tp, 2);
	kpool_put(tp->pool, objs[0]);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->frees), 1);
	kpool_put(tp->pool, objs[1]);
	expect_all_gone(test, tp);
}

static void late_discard_tears_down(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	destroy_early(test, tp, 1);
	kpool_discard(tp->pool, obj);
	expect_all_gone(test, tp);
}

static void late_bulk_put_tears_down(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *objs[5];

	test_get_many(test, tp, 5, objs);
	destroy_early(test, tp, 5);
	kpool_put_bulk(tp->pool, 5, (void **)objs);
	expect_all_gone(test, tp);
}

static void late_refused_put_tears_down(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	destroy_early(test, tp, 1);
	tp->refuse = true;
	kpool_put(tp->pool, obj);
	expect_all_gone(test, tp);
}

static void late_put_defers_exit(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .flags = KPOOL_F_DEFER_EXIT);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	destroy_early(test, tp, 1);
	tp->sleep = true;
	preempt_disable();
	kpool_put(tp->pool, obj);
	preempt_enable();
	KUNIT_EXPECT_TRUE(test, test_wait(try_wait_for_completion(&tp->exited)));
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->atomic_exits), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->misuses), 0);
}

static void name_is_free_while_objects_are_out(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);
	struct kpool *again;

	destroy_early(test, tp, 1);
	again = kpool_create(tp->name, 64, NULL);
	KUNIT_EXPECT_FALSE(test, IS_ERR(again));
	kpool_put(tp->pool, obj);
	kpool_put(again, kpool_get(again, GFP_KERNEL));
	kpool_destroy(again);
	expect_all_gone(test, tp);
}

/* The context of a pool; a real release hook would free it. */
struct release_count {
	atomic_t calls;
	struct completion called;
};

static int release_fail_init(void *obj, void *ctx, gfp_t gfp)
{
	return -ENOMEM;
}

static void release_counted(void *ctx)
{
	struct release_count *count = ctx;

	atomic_inc(&count->calls);
	complete(&count->called);
}

static const struct kpool_ops release_ops = {
	.release = release_counted,
};

static const struct kpool_ops release_fail_ops = {
	.init = release_fail_init,
	.release = release_counted,
};

static struct kpool *release_pool(const struct kpool_ops *ops,
				  unsigned int reserve,
				  struct release_count *count)
{
	const struct kpool_args args = {
		.ops = ops,
		.ctx = count,
		.reserve = reserve,
	};

	atomic_set(&count->calls, 0);
	init_completion(&count->called);
	return kpool_create("kunit-release", 64, &args);
}

static void release_ends_destroy(struct kunit *test)
{
	struct release_count count;
	struct kpool *pool = release_pool(&release_ops, 2, &count);

	KUNIT_ASSERT_FALSE(test, IS_ERR(pool));
	kpool_put(pool, kpool_get(pool, GFP_KERNEL));
	kpool_drain(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&count.calls), 0);
	kpool_destroy(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&count.calls), 1);
}

static void release_waits_for_late_objects(struct kunit *test)
{
	struct release_count *count = kunit_kzalloc(test, sizeof(*count),
						    GFP_KERNEL);
	struct kpool *pool;
	void *objs[2];

	KUNIT_ASSERT_NOT_NULL(test, count);
	pool = release_pool(&release_ops, 0, count);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pool));
	KUNIT_ASSERT_EQ(test, kpool_get_bulk(pool, GFP_KERNEL, 2, objs), 2);
	pr_warn("kpool-expect: begin kunit-release: destroyed with 2\n");
	kpool_destroy(pool);
	pr_warn("kpool-expect: end\n");
	kpool_put(pool, objs[0]);
	KUNIT_EXPECT_EQ(test, atomic_read(&count->calls), 0);
	kpool_put(pool, objs[1]);
	KUNIT_EXPECT_TRUE(test, test_wait(try_wait_for_completion(&count->called)));
	KUNIT_EXPECT_EQ(test, atomic_read(&count->calls), 1);
}

/* Enough that the delays below reach beyond the last grace period. */
#define RACES		40

/**
 * struct destroy_race - a thread that puts objects while the pool goes
 * @pool: the pool
 * @objs: the objects
 * @delay: ticks until the first is put, and again until the second is
 */
struct destroy_race {
	struct kpool *pool;
	void *objs[2];
	unsigned int delay;
};

static void put_during_destruction(void *data)
{
	struct destroy_race *race = data;
	int i;

	for (i = 0; i < 2; i++) {
		schedule_timeout_uninterruptible(race->delay);
		kpool_put(race->pool, race->objs[i]);
	}
}

/*
 * The puts come before, during and after the destruction.  A third object stays
 * out until it has returned, so that it always warns.
 */
static void puts_may_overlap_with_destruction(struct kunit *test)
{
	struct release_count *count = kunit_kzalloc(test, sizeof(*count),
						    GFP_KERNEL);
	int cpu = test_other_cpu(test);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, count);
	for (i = 0; i < RACES; i++) {
		struct destroy_race race = { .delay = i / 2 };
		struct test_thread *thread;
		void *obj;

		race.pool = release_pool(&release_ops, 0, count);
		KUNIT_ASSERT_FALSE(test, IS_ERR(race.pool));
		KUNIT_ASSERT_EQ(test, kpool_get_bulk(race.pool, GFP_KERNEL, 2,
						     race.objs), 2);
		obj = kpool_get(race.pool, GFP_KERNEL);
		thread = test_thread_start(test, cpu, put_during_destruction,
					   &race);
		pr_warn("kpool-expect: begin kunit-release: destroyed with\n");
		kpool_destroy(race.pool);
		pr_warn("kpool-expect: end\n");
		KUNIT_EXPECT_EQ(test, atomic_read(&count->calls), 0);
		if (!test_thread_join(test, thread))
			return;
		kpool_put(race.pool, obj);
		if (!test_wait(try_wait_for_completion(&count->called))) {
			KUNIT_FAIL(test, "the pool is not freed");
			return;
		}
		KUNIT_EXPECT_EQ(test, atomic_read(&count->calls), 1);
	}
}

static void failed_create_releases_nothing(struct kunit *test)
{
	struct release_count count, other;
	struct kpool *pool;

	pool = release_pool(&release_fail_ops, 1, &count);
	KUNIT_EXPECT_EQ_MSG(test, PTR_ERR_OR_ZERO(pool), -ENOMEM,
			    "the reserve cannot be built");
	KUNIT_EXPECT_EQ(test, atomic_read(&count.calls), 0);
	pool = release_pool(&release_ops, 0, &count);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pool));
	KUNIT_EXPECT_EQ_MSG(test,
			    PTR_ERR_OR_ZERO(release_pool(&release_ops, 0,
							 &other)),
			    -EEXIST, "the name is taken");
	KUNIT_EXPECT_EQ(test, atomic_read(&other.calls), 0);
	kpool_destroy(pool);
	KUNIT_EXPECT_EQ(test, atomic_read(&count.calls), 1);
}

static struct kunit_case destroy_cases[] = {
	KUNIT_CASE(idle_pool_goes_without_a_word),
	KUNIT_CASE(objects_in_use_are_warned_of_and_left_alone),
	KUNIT_CASE(late_put_tears_down),
	KUNIT_CASE(late_discard_tears_down),
	KUNIT_CASE(late_bulk_put_tears_down),
	KUNIT_CASE(late_refused_put_tears_down),
	KUNIT_CASE(late_put_defers_exit),
	KUNIT_CASE(name_is_free_while_objects_are_out),
	KUNIT_CASE(release_ends_destroy),
	KUNIT_CASE(release_waits_for_late_objects),
	KUNIT_CASE(puts_may_overlap_with_destruction),
	KUNIT_CASE(failed_create_releases_nothing),
	{}
};

static struct kunit_suite destroy_suite = {
	.name = "kpool_destroy",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = destroy_cases,
};

kunit_test_suite(destroy_suite);

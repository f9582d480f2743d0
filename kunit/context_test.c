// SPDX-License-Identifier: GPL-2.0
/*
 * Get and put work in every context that the contract names, and the figures
 * are right afterwards.
 */
#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>

#include "helpers.h"

#define MANY	20

/* The operations in one context, which must not report failures itself. */
struct session {
	struct test_pool *tp;
	unsigned int got;
	unsigned int stale;
	bool right_context;
};

static void get_use_put(struct session *session)
{
	struct kpool *pool = session->tp->pool;
	struct test_object *objs[MANY];
	unsigned int n;

	for (n = 0; n < MANY / 2; n++) {
		objs[n] = kpool_get(pool, GFP_ATOMIC);
		if (!objs[n])
			break;
	}
	n += kpool_get_bulk(pool, GFP_ATOMIC, MANY - n, (void **)objs + n);
	session->got = n;
	while (n--) {
		if (!test_is_fresh(objs[n]))
			session->stale++;
		test_use(objs[n]);
		if (n % 5 == 0)
			kpool_discard(pool, objs[n]);
		else
			kpool_put(pool, objs[n]);
	}
}

/* PREEMPT_RT allocates nothing in such contexts, so build objects before. */
static void prepare(struct kunit *test, struct test_pool *tp)
{
	KUNIT_ASSERT_EQ(test, 0,
			kpool_prewarm(tp->pool, MANY - test_stats(tp).idle,
				      GFP_KERNEL));
}

/* A worker tears down the objects that were dropped in such a context. */
static void settle(struct kunit *test, struct test_pool *tp)
{
	KUNIT_EXPECT_TRUE(test, test_wait(!test_stats(tp).in_use));
}

/*
 * Try a new pool and a filled one, that is, building and caching. @atomic:
 * nothing may sleep in this context, including the locks that are spinlocks
 * elsewhere.
 */
static void try_context(struct kunit *test, void (*enter)(struct session *),
			bool atomic)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	bool prepared = atomic && IS_ENABLED(CONFIG_PREEMPT_RT);
	struct session session = { .tp = tp };
	int round;

	for (round = 0; round < 3; round++) {
		session.got = 0;
		session.right_context = false;
		if (prepared)
			prepare(test, tp);
		enter(&session);
		if (prepared)
			settle(test, tp);
		KUNIT_EXPECT_TRUE(test, session.right_context);
		KUNIT_EXPECT_EQ(test, session.got, MANY);
		KUNIT_EXPECT_EQ(test, session.stale, 0);
		test_expect_quiet(test, tp, 0);
	}
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).gets, 3 * MANY, "gets");
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).built, MANY + 2 * 4,
			    "discarded objects are built again");
}

static void hardirq_session(void *data)
{
	struct session *session = data;

	session->right_context = in_hardirq();
	get_use_put(session);
}

static void enter_hardirq(struct session *session)
{
	test_in_hardirq(hardirq_session, session);
}

static void in_a_hard_interrupt(struct kunit *test)
{
	try_context(test, enter_hardirq, true);
}

static void softirq_session(void *data)
{
	struct session *session = data;

	session->right_context = in_serving_softirq();
	get_use_put(session);
}

static void enter_softirq(struct session *session)
{
	test_in_softirq(softirq_session, session);
}

static void in_a_softirq(struct kunit *test)
{
	try_context(test, enter_softirq, false);
}

static void without_preemption(struct session *session)
{
	preempt_disable();
	session->right_context = true;
	get_use_put(session);
	preempt_enable();
}

static void with_preemption_off(struct kunit *test)
{
	try_context(test, without_preemption, true);
}

static void without_interrupts(struct session *session)
{
	unsigned long flags;

	local_irq_save(flags);
	session->right_context = irqs_disabled();
	get_use_put(session);
	/* The pool must leave interrupts disabled. */
	session->right_context &= irqs_disabled();
	local_irq_restore(flags);
}

static void with_interrupts_off(struct kunit *test)
{
	try_context(test, without_interrupts, true);
}

static void without_softirqs(struct session *session)
{
	local_bh_disable();
	session->right_context = in_softirq();
	get_use_put(session);
	local_bh_enable();
}

static void with_softirqs_off(struct kunit *test)
{
	try_context(test, without_softirqs, false);
}

static void got_here(void *data)
{
	struct test_getter *getter = data;

	getter->obj = kpool_get(getter->tp->pool, GFP_ATOMIC);
}

static void put_here(void *data)
{
	struct test_getter *getter = data;

	kpool_put(getter->tp->pool, getter->obj);
}

static void an_object_may_change_contexts(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_getter getter = { .tp = tp };

	test_fill(test, tp, 1);
	test_in_hardirq(got_here, &getter);
	KUNIT_ASSERT_NOT_NULL(test, getter.obj);
	test_in_softirq(put_here, &getter);
	getter.obj = test_get(test, tp, GFP_KERNEL);
	test_in_hardirq(put_here, &getter);
	test_in_softirq(got_here, &getter);
	KUNIT_EXPECT_TRUE(test, test_is_fresh(getter.obj));
	kpool_put(tp->pool, getter.obj);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 1);
	test_expect_quiet(test, tp, 0);
}

static void an_interrupt_builds_unless_that_may_sleep(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_getter getter = { .tp = tp };

	test_in_hardirq(got_here, &getter);
	KUNIT_EXPECT_EQ(test, !getter.obj, IS_ENABLED(CONFIG_PREEMPT_RT));
	kpool_put(tp->pool, getter.obj);
	test_expect_quiet(test, tp, 0);
}

static struct kunit_case context_cases[] = {
	KUNIT_CASE(in_a_hard_interrupt),
	KUNIT_CASE(in_a_softirq),
	KUNIT_CASE(with_preemption_off),
	KUNIT_CASE(with_interrupts_off),
	KUNIT_CASE(with_softirqs_off),
	KUNIT_CASE(an_object_may_change_contexts),
	KUNIT_CASE(an_interrupt_builds_unless_that_may_sleep),
	{}
};

static struct kunit_suite context_suite = {
	.name = "kpool_context",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = context_cases,
};

kunit_test_suite(context_suite);

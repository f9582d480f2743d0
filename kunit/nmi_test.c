// SPDX-License-Identifier: GPL-2.0
/*
 * Gets and puts in an NMI: they take what can be reached at once, and leave the
 * rest of the work to an interrupt.
 */
#include "helpers.h"

#define MAGAZINE	2
/* More objects than one CPU can leave for later. */
#define MANY		4

/* The work of one NMI: @nr gets, or puts of @nr objects. */
struct session {
	struct test_pool *tp;
	unsigned int nr;
	unsigned int got;
	int exits;
	struct test_object *objs[MANY];
};

static void get_here(void *data)
{
	struct session *session = data;

	while (session->got < session->nr) {
		session->objs[session->got] = kpool_get(session->tp->pool,
							GFP_NOWAIT);
		if (!session->objs[session->got])
			break;
		session->got++;
	}
}

static void put_here(void *data)
{
	struct session *session = data;
	unsigned int i;

	for (i = 0; i < session->nr; i++)
		kpool_put(session->tp->pool, session->objs[i]);
	session->exits = atomic_read(&session->tp->exits);
}

static void discard_here(void *data)
{
	struct session *session = data;
	unsigned int i;

	for (i = 0; i < session->nr; i++)
		kpool_discard(session->tp->pool, session->objs[i]);
	session->exits = atomic_read(&session->tp->exits);
}

static void a_get_takes_what_this_cpu_has_cached(struct kunit *test)
{
	struct session session = { .tp = test_pool(test), .nr = 2 };

	test_needs_nmi(test);
	test_fill(test, session.tp, 2);
	test_in_nmi(test, get_here, &session);
	KUNIT_EXPECT_EQ(test, session.got, 2);
	KUNIT_EXPECT_EQ(test, test_stats(session.tp).hits, 2);
	test_expect_quiet(test, session.tp, 2);
	test_put_many(session.tp, session.got, session.objs);
}

static void get_interruptible_here(void *data)
{
	struct session *session = data;

	session->objs[0] = kpool_get_interruptible(session->tp->pool,
						   GFP_KERNEL);
	session->got = session->objs[0] ? 1 : 0;
}

static void an_interruptible_get_takes_it_too(struct kunit *test)
{
	struct session session = { .tp = test_pool(test), .nr = 1 };

	test_needs_nmi(test);
	test_fill(test, session.tp, 1);
	test_in_nmi(test, get_interruptible_here, &session);
	KUNIT_EXPECT_EQ(test, session.got, 1);
	KUNIT_EXPECT_EQ(test, test_stats(session.tp).hits, 1);
	test_expect_quiet(test, session.tp, 1);
	test_put_many(session.tp, session.got, session.objs);
}

static void a_get_takes_from_the_depot(struct kunit *test)
{
	struct session session = { .tp = test_pool(test), .nr = 1 };

	test_needs_nmi(test);
	KUNIT_ASSERT_EQ(test, 0, kpool_prewarm(session.tp->pool, 1, GFP_KERNEL));
	KUNIT_ASSERT_EQ(test, test_stats(session.tp).idle_depot, 1);
	test_in_nmi(test, get_here, &session);
	KUNIT_EXPECT_EQ(test, session.got, 1);
	KUNIT_EXPECT_EQ(test, test_stats(session.tp).idle_depot, 0);
	KUNIT_EXPECT_EQ(test, test_stats(session.tp).hits, 1);
	test_expect_quiet(test, session.tp, 1);
	test_put_many(session.tp, session.got, session.objs);
}

static void a_get_builds_nothing(struct kunit *test)
{
	struct session session = { .tp = test_pool(test), .nr = 1 };

	test_needs_nmi(test);
	test_in_nmi(test, get_here, &session);
	KUNIT_EXPECT_EQ(test, session.got, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&session.tp->allocs), 0);
	KUNIT_EXPECT_EQ(test, test_stats(session.tp).build_failures, 0);
	test_expect_quiet(test, session.tp, 0);
}

static void a_put_is_cached(struct kunit *test)
{
	struct session session = { .tp = test_pool(test, .magazine = MAGAZINE),
				   .nr = 1 };

	test_needs_nmi(test);
	test_fill(test, session.tp, 1);
	test_get_many(test, session.tp, 1, session.objs);
	test_in_nmi(test, put_here, &session);
	KUNIT_EXPECT_EQ(test, test_stats(session.tp).idle_cpu, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&session.tp->resets), 2);
	test_expect_quiet(test, session.tp, 0);
}

/* The magazine is full, and the one in the depot holds one object. */
static void a_put_takes_room_in_the_depot(struct kunit *test)
{
	struct session session = { .tp = test_pool(test, .magazine = MAGAZINE),
				   .nr = 1 };
	struct test_pool *tp = session.tp;
	struct test_object *objs[MAGAZINE + 1];

	test_needs_nmi(test);
	test_get_many(test, tp, MAGAZINE + 1, objs);
	KUNIT_ASSERT_EQ(test, 0, kpool_prewarm(tp->pool, 1, GFP_KERNEL));
	test_put_many(tp, MAGAZINE, objs);
	KUNIT_ASSERT_EQ(test, test_stats(tp).idle_cpu, MAGAZINE);
	KUNIT_ASSERT_EQ(test, test_stats(tp).idle_depot, 1);
	session.objs[0] = objs[MAGAZINE];
	test_in_nmi(test, put_here, &session);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_depot, 2);
	KUNIT_EXPECT_EQ(test, test_stats(tp).kept, MAGAZINE + 1);
	test_expect_quiet(test, tp, 0);
}

static void a_put_without_room_is_kept_a_little_later(struct kunit *test)
{
	struct session session = { .tp = test_pool(test, .magazine = MAGAZINE),
				   .nr = MANY };

	test_needs_nmi(test);
	test_get_many(test, session.tp, MANY, session.objs);
	test_in_nmi(test, put_here, &session);
	KUNIT_EXPECT_TRUE(test, test_wait(test_stats(session.tp).idle == MANY));
	KUNIT_EXPECT_EQ(test, test_stats(session.tp).destroyed, 0);
	test_expect_quiet(test, session.tp, 0);
}

/* The exit hook must not run in the NMI. */
static void expect_torn_down_later(struct kunit *test, struct session *session)
{
	KUNIT_EXPECT_EQ(test, session->exits, 0);
	KUNIT_EXPECT_TRUE(test,
			  test_wait(atomic_read(&session->tp->frees) == MANY));
	test_expect_quiet(test, session->tp, 0);
}

static void a_refused_object_is_torn_down_later(struct kunit *test)
{
	struct session session = { .tp = test_pool(test), .nr = MANY };

	test_needs_nmi(test);
	test_get_many(test, session.tp, MANY, session.objs);
	session.tp->refuse = true;
	test_in_nmi(test, put_here, &session);
	KUNIT_EXPECT_EQ(test, test_stats(session.tp).rejected, MANY);
	expect_torn_down_later(test, &session);
}

static void a_discarded_object_is_torn_down_later(struct kunit *test)
{
	struct session session = { .tp = test_pool(test), .nr = MANY };

	test_needs_nmi(test);
	test_get_many(test, session.tp, MANY, session.objs);
	test_in_nmi(test, discard_here, &session);
	KUNIT_EXPECT_EQ(test, test_stats(session.tp).discarded, MANY);
	expect_torn_down_later(test, &session);
}

/* The waiter must get the object, although the depot has room for it. */
static void a_put_reaches_a_waiter(struct kunit *test)
{
	struct session session = { .tp = test_pool(test, .max = 1), .nr = 1 };
	struct test_getter getter = { .tp = session.tp, .gfp = GFP_KERNEL };

	test_needs_nmi(test);
	KUNIT_ASSERT_EQ(test, 0, kpool_prewarm(session.tp->pool, 1, GFP_KERNEL));
	/* In an NMI, a get leaves the magazine in the depot. */
	test_in_nmi(test, get_here, &session);
	KUNIT_ASSERT_EQ(test, session.got, 1);
	test_use(session.objs[0]);
	test_getter_start(test, &getter);
	test_thread_expect_blocked(test, getter.thread);
	test_in_nmi(test, put_here, &session);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_PTR_EQ(test, getter.obj, session.objs[0]);
	KUNIT_EXPECT_TRUE(test, getter.fresh);
	kpool_put(session.tp->pool, getter.obj);
	test_expect_quiet(test, session.tp, 0);
}

static struct kunit_case nmi_cases[] = {
	KUNIT_CASE(a_get_takes_what_this_cpu_has_cached),
	KUNIT_CASE(an_interruptible_get_takes_it_too),
	KUNIT_CASE(a_get_takes_from_the_depot),
	KUNIT_CASE(a_get_builds_nothing),
	KUNIT_CASE(a_put_is_cached),
	KUNIT_CASE(a_put_takes_room_in_the_depot),
	KUNIT_CASE(a_put_without_room_is_kept_a_little_later),
	KUNIT_CASE(a_refused_object_is_torn_down_later),
	KUNIT_CASE(a_discarded_object_is_torn_down_later),
	KUNIT_CASE(a_put_reaches_a_waiter),
	{}
};

static struct kunit_suite nmi_suite = {
	.name = "kpool_nmi",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = nmi_cases,
};

kunit_test_suite(nmi_suite);

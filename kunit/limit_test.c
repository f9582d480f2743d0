// SPDX-License-Identifier: GPL-2.0
/*
 * The maximum: it is never exceeded; a get that must not sleep returns NULL; a
 * get that may sleep waits, first come, first served, until a signal ends the
 * wait if that is allowed.
 */
#include <linux/jiffies.h>
#include <linux/sched/signal.h>

#include "helpers.h"

static void at_the_maximum_atomic_gets_fail(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 3);
	struct test_object *objs[3];

	test_get_many(test, tp, 3, objs);
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_NOWAIT));
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_ATOMIC));
	KUNIT_EXPECT_EQ(test, test_stats(tp).gets, 3);
	test_put_many(tp, 3, objs);
	test_expect_quiet(test, tp, 0);
}

static void below_the_maximum_gets_build(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 3);
	struct test_object *objs[3];
	int round;

	for (round = 0; round < 3; round++) {
		test_get_many(test, tp, 3, objs);
		test_put_many(tp, 3, objs);
		kpool_drain(tp->pool);
	}
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 9);
	test_expect_quiet(test, tp, 0);
}

static void idle_objects_count(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 3);
	struct test_object *objs[3];

	test_fill(test, tp, 3);
	test_get_many(test, tp, 3, objs);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).built, 3,
			    "the idle ones are used");
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_NOWAIT));
	test_put_many(tp, 3, objs);
}

static void prewarm_stops_at_the_maximum(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 3);

	KUNIT_EXPECT_EQ(test, kpool_prewarm(tp->pool, 3, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, kpool_prewarm(tp->pool, 1, GFP_KERNEL), -ENOMEM);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 3);
	test_expect_quiet(test, tp, 0);
}

static void the_reserve_counts(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 3, .reserve = 2);
	struct test_object *objs[3];

	test_get_many(test, tp, 3, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 3);
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_NOWAIT));
	test_put_many(tp, 3, objs);
	test_expect_quiet(test, tp, 0);
}

static void a_put_makes_room_for_an_atomic_get(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_NOWAIT));
	kpool_put(tp->pool, obj);
	kpool_put(tp->pool, test_get(test, tp, GFP_NOWAIT));
	test_expect_quiet(test, tp, 0);
}

static void a_discard_makes_room_for_an_atomic_get(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);

	kpool_discard(tp->pool, test_get(test, tp, GFP_KERNEL));
	kpool_put(tp->pool, test_get(test, tp, GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 2);
	test_expect_quiet(test, tp, 0);
}

static void a_put_wakes_a_waiter(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	struct test_getter getter = { .tp = tp, .gfp = GFP_KERNEL };
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	test_getter_start(test, &getter);
	test_thread_expect_blocked(test, getter.thread);
	kpool_put(tp->pool, obj);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_PTR_EQ_MSG(test, getter.obj, obj,
				"it has the object that was put");
	KUNIT_EXPECT_TRUE_MSG(test, getter.fresh, "after its reset");
	KUNIT_EXPECT_EQ(test, test_stats(tp).gets, 2);
	KUNIT_EXPECT_EQ(test, test_stats(tp).hits, 1);
	KUNIT_EXPECT_EQ(test, test_stats(tp).kept, 1);
	test_expect_quiet(test, tp, 1);
	kpool_put(tp->pool, getter.obj);
	test_expect_quiet(test, tp, 0);
}

static void a_discard_wakes_a_waiter(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	struct test_getter getter = { .tp = tp, .gfp = GFP_KERNEL };
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	test_getter_start(test, &getter);
	test_thread_expect_blocked(test, getter.thread);
	kpool_discard(tp->pool, obj);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_ASSERT_NOT_NULL(test, getter.obj);
	KUNIT_EXPECT_TRUE(test, getter.fresh);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).misses, 2,
			    "it has built a new one");
	test_expect_quiet(test, tp, 1);
	kpool_put(tp->pool, getter.obj);
}

static void a_refused_put_wakes_a_waiter(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1,
					 .flags = KPOOL_F_DEFER_EXIT);
	struct test_getter getter = { .tp = tp, .gfp = GFP_KERNEL };
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	test_getter_start(test, &getter);
	test_thread_expect_blocked(test, getter.thread);
	tp->refuse = true;
	kpool_put(tp->pool, obj);
	tp->refuse = false;
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_NOT_NULL(test, getter.obj);
	kpool_put(tp->pool, getter.obj);
}

static void a_bulk_put_wakes_several_waiters(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 3);
	struct test_getter getters[3];
	struct test_object *objs[3];
	int i;

	test_get_many(test, tp, 3, objs);
	for (i = 0; i < 3; i++) {
		getters[i] = (struct test_getter){ .tp = tp, .gfp = GFP_KERNEL };
		test_getter_start(test, &getters[i]);
		test_thread_expect_blocked(test, getters[i].thread);
	}
	kpool_put_bulk(tp->pool, 3, (void **)objs);
	for (i = 0; i < 3; i++) {
		if (!test_thread_join(test, getters[i].thread))
			return;
		KUNIT_EXPECT_NOT_NULL(test, getters[i].obj);
	}
	test_expect_quiet(test, tp, 3);
	for (i = 0; i < 3; i++)
		kpool_put(tp->pool, getters[i].obj);
}

/*
 * One object, which is passed from getter to getter: its holder is the only
 * one, so the turns cannot overlap.
 */
static void waiters_are_served_in_their_order(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);
	struct test_getter getters[6];
	atomic_t turns = ATOMIC_INIT(0);
	int i;

	for (i = 0; i < ARRAY_SIZE(getters); i++) {
		getters[i] = (struct test_getter){
			.tp = tp,
			.gfp = GFP_KERNEL,
			.put = true,
			.turns = &turns,
		};
		test_getter_start(test, &getters[i]);
		test_thread_expect_blocked(test, getters[i].thread);
	}
	kpool_put(tp->pool, obj);
	for (i = 0; i < ARRAY_SIZE(getters); i++) {
		if (!test_thread_join(test, getters[i].thread))
			return;
		KUNIT_EXPECT_EQ_MSG(test, getters[i].turn, i + 1,
				    "waiter %d", i + 1);
	}
	test_expect_quiet(test, tp, 0);
}

static void who_comes_later_does_not_overtake(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	struct test_getter getter = { .tp = tp, .gfp = GFP_KERNEL };
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	test_getter_start(test, &getter);
	test_thread_expect_blocked(test, getter.thread);
	kpool_put(tp->pool, obj);
	KUNIT_EXPECT_NULL_MSG(test, kpool_get(tp->pool, GFP_NOWAIT),
			      "the object is the waiter's, awake or not");
	if (test_thread_join(test, getter.thread))
		kpool_put(tp->pool, getter.obj);
}

/*
 * The objects are in a CPU's own cache, which only a request makes it give up.
 */
static void waiter_finds_what_another_cpu_caches(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 2, .magazine = 8);
	struct test_getter getter = { .tp = tp, .gfp = GFP_KERNEL };
	int cpu = test_other_cpu(test);
	struct test_object *objs[2];

	test_get_many(test, tp, 2, objs);
	test_put_on_cpu(test, tp, cpu, 2, objs);
	test_getter_start(test, &getter);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_NOT_NULL(test, getter.obj);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 2);
	test_expect_quiet(test, tp, 1);
	kpool_put(tp->pool, getter.obj);
	test_expect_quiet(test, tp, 0);
}

/**
 * struct limit_round - a put that races with a get that waits
 * @tp: the pool
 * @objs: its only objects
 * @round: the round that has begun
 * @getting: the round in which both were got
 */
struct limit_round {
	struct test_pool *tp;
	void *objs[2];
	unsigned int round;
	unsigned int getting;
};

/* Enough to hit a window of a few instructions on several CPUs. */
#define ROUNDS		20000

static void get_in_rounds(void *data)
{
	struct limit_round *race = data;
	unsigned int round, i;

	for (round = 1; round <= ROUNDS; round++) {
		while (READ_ONCE(race->round) != round)
			cpu_relax();
		for (i = 0; i < 2; i++)
			race->objs[i] = kpool_get(race->tp->pool, GFP_KERNEL);
		/* Pairs with the acquire below. */
		smp_store_release(&race->getting, round);
	}
}

/* The other thread cannot go on unless it receives both objects. */
static void no_put_passes_a_waiter_by(struct kunit *test)
{
	struct limit_round race = {
		/* One slot for each CPU, so the second goes to the depot. */
		.tp = test_pool(test, .max = 2, .magazine = 1),
	};
	int cpu = test_other_cpu(test);
	struct test_thread *getter;
	unsigned int round, i;

	test_get_many(test, race.tp, 2, (struct test_object **)race.objs);
	getter = test_thread_start(test, cpu, get_in_rounds, &race);
	for (round = 1; round <= ROUNDS; round++) {
		void *objs[2] = { race.objs[0], race.objs[1] };

		WRITE_ONCE(race.round, round);
		for (i = 0; i < round % 64; i++)
			cpu_relax();
		kpool_put(race.tp->pool, objs[0]);
		kpool_put(race.tp->pool, objs[1]);
		for (i = 0; i < 1000 && READ_ONCE(race.getting) != round; i++)
			cpu_relax();
		/* Pairs with the release above. */
		if (!test_wait(smp_load_acquire(&race.getting) == round)) {
			KUNIT_FAIL(test, "a waiter sleeps next to an object");
			return;
		}
	}
	test_thread_join(test, getter);
	test_put_many(race.tp, 2, (struct test_object **)race.objs);
	test_expect_quiet(test, race.tp, 0);
}

/* All objects are idle, and all on another CPU. */
static struct test_pool *limit_elsewhere(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 4);
	int cpu = test_other_cpu(test);
	struct test_object *objs[4];

	test_get_many(test, tp, 4, objs);
	test_put_on_cpu(test, tp, cpu, 4, objs);
	return tp;
}

static void an_atomic_get_reaches_other_cpus(struct kunit *test)
{
	struct test_pool *tp = limit_elsewhere(test);
	struct test_object *objs[4];

	test_get_many(test, tp, 4, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 4);
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_ATOMIC));
	test_put_many(tp, 4, objs);
	test_expect_quiet(test, tp, 0);
}

static void get_and_put_four(void *data)
{
	struct test_getter *getter = data;
	void *objs[4];
	int i;

	for (i = 0; i < 4; i++) {
		objs[i] = kpool_get(getter->tp->pool, GFP_ATOMIC);
		getter->turn += !!objs[i];
	}
	kpool_put_bulk(getter->tp->pool, 4, objs);
}

static void an_interrupt_reaches_other_cpus(struct kunit *test)
{
	struct test_getter getter = { .tp = limit_elsewhere(test) };

	test_in_hardirq(get_and_put_four, &getter);
	KUNIT_EXPECT_EQ(test, getter.turn, 4);
	test_expect_quiet(test, getter.tp, 0);
}

static void an_nmi_reaches_other_cpus(struct kunit *test)
{
	struct test_getter getter = {};

	test_needs_nmi(test);
	getter.tp = limit_elsewhere(test);
	test_in_nmi(test, get_and_put_four, &getter);
	KUNIT_EXPECT_EQ(test, getter.turn, 4);
	test_expect_quiet(test, getter.tp, 0);
}

/**
 * struct limit_reader - a thread that keeps a grace period from ending
 * @held: it is an RCU reader
 * @release: it may end
 */
struct limit_reader {
	struct completion held;
	bool release;
};

static void hold_grace_period(void *data)
{
	struct limit_reader *reader = data;

	rcu_read_lock();
	complete(&reader->held);
	while (!READ_ONCE(reader->release))
		cpu_relax();
	rcu_read_unlock();
}

/* A grace period takes longer than the object was away. */
static void waiting_takes_no_grace_period(struct kunit *test)
{
	struct test_getter getters[2];
	struct limit_reader reader = {};
	struct test_pool *tp = test_pool(test, .max = 2);
	int cpu = test_other_cpu(test);
	struct test_thread *thread;
	struct test_object *objs[2];
	int i;

	init_completion(&reader.held);
	test_get_many(test, tp, 2, objs);
	test_put_on_cpu(test, tp, cpu, 2, objs);
	thread = test_thread_start(test, cpu, hold_grace_period, &reader);
	wait_for_completion(&reader.held);
	for (i = 0; i < 2; i++) {
		getters[i] = (struct test_getter){ .tp = tp, .gfp = GFP_KERNEL };
		test_getter_start(test, &getters[i]);
	}
	for (i = 0; i < 2; i++) {
		if (!test_thread_join(test, getters[i].thread))
			break;
		kpool_put(tp->pool, getters[i].obj);
	}
	WRITE_ONCE(reader.release, true);
	test_thread_join(test, thread);
}

static void a_reserve_of_all_is_rebuilt(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 4, .reserve = 4);
	struct test_object *objs[4];
	int i;

	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 4);
	test_get_many(test, tp, 4, objs);
	kpool_discard(tp->pool, objs[0]);
	kpool_discard(tp->pool, objs[1]);
	KUNIT_EXPECT_TRUE(test, test_wait(test_stats(tp).built == 6));
	test_put_many(tp, 2, objs + 2);
	kpool_drain(tp->pool);
	for (i = 0; i < 2; i++)
		kpool_gc(tp->pool);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).idle, 4, "none is cleared");
	test_expect_quiet(test, tp, 0);
}

static void a_put_on_another_cpu_wakes_a_waiter(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	struct test_getter getter = { .tp = tp, .gfp = GFP_KERNEL };
	int cpu = test_other_cpu(test);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	test_getter_start(test, &getter);
	test_thread_expect_blocked(test, getter.thread);
	test_put_on_cpu(test, tp, cpu, 1, &obj);
	if (test_thread_join(test, getter.thread))
		kpool_put(tp->pool, getter.obj);
}

static void put_held(void *data)
{
	struct test_getter *holder = data;

	kpool_put(holder->tp->pool, holder->obj);
}

static void a_put_from_an_interrupt_wakes_a_waiter(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	struct test_getter getter = { .tp = tp, .gfp = GFP_KERNEL };
	struct test_getter holder = { .tp = tp };

	holder.obj = test_get(test, tp, GFP_KERNEL);
	test_getter_start(test, &getter);
	test_thread_expect_blocked(test, getter.thread);
	test_in_hardirq(put_held, &holder);
	if (test_thread_join(test, getter.thread))
		kpool_put(tp->pool, getter.obj);
}

static void a_waiter_that_cannot_build_gets_null(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	struct test_getter getter = { .tp = tp, .gfp = GFP_KERNEL };
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);

	test_getter_start(test, &getter);
	test_thread_expect_blocked(test, getter.thread);
	atomic_set(&tp->allocs_left, 0);
	kpool_discard(tp->pool, obj);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_NULL(test, getter.obj);
	test_expect_quiet(test, tp, 0);
	/* The right to build is not lost. */
	atomic_set(&tp->allocs_left, 1);
	kpool_put(tp->pool, test_get(test, tp, GFP_NOWAIT));
}

/**
 * struct limit_user - a thread that gets and discards
 * @tp: the pool
 * @failed: gets that returned NULL
 * @thread: the thread
 */
struct limit_user {
	struct test_pool *tp;
	unsigned int failed;
	struct test_thread *thread;
};

/*
 * The race window is narrow: do as many turns as fit, about 100000 on a fast
 * CPU.
 */
#define LIMIT_TIME	HZ

static void get_and_discard(void *data)
{
	unsigned long end = jiffies + LIMIT_TIME;
	struct limit_user *user = data;

	while (time_before(jiffies, end)) {
		void *obj = kpool_get(user->tp->pool, GFP_KERNEL);

		if (obj)
			kpool_discard(user->tp->pool, obj);
		else
			user->failed++;
		cond_resched();
	}
}

/* A place that becomes free between two checks of the maximum is not missed. */
static void blocking_gets_do_not_fail_for_the_maximum(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 3);
	struct limit_user users[4] = { };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(users); i++) {
		users[i].tp = tp;
		users[i].thread = test_thread_start(test, -1, get_and_discard,
						    &users[i]);
	}
	for (i = 0; i < ARRAY_SIZE(users); i++) {
		if (test_thread_join(test, users[i].thread))
			KUNIT_EXPECT_EQ(test, users[i].failed, 0);
	}
	test_expect_quiet(test, tp, 0);
}

/* Start a getter that waits at the maximum, and that a signal may interrupt. */
static void start_interruptible(struct kunit *test, struct test_getter *getter)
{
	getter->gfp = GFP_KERNEL;
	getter->interruptible = true;
	test_getter_start(test, getter);
	test_thread_expect_blocked(test, getter->thread);
}

static void a_signal_ends_an_interruptible_wait(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);
	struct test_getter getter = { .tp = tp };

	start_interruptible(test, &getter);
	send_sig(SIGUSR1, getter.thread->task, 1);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_NULL(test, getter.obj);
	KUNIT_EXPECT_TRUE(test, getter.signalled);
	kpool_put(tp->pool, obj);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).idle, 1,
			    "a waiter that has left is not served");
	test_expect_quiet(test, tp, 0);
}

static void a_put_ends_an_interruptible_wait(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);
	struct test_getter getter = { .tp = tp };

	start_interruptible(test, &getter);
	kpool_put(tp->pool, obj);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_PTR_EQ(test, getter.obj, obj);
	KUNIT_EXPECT_FALSE(test, getter.signalled);
	kpool_put(tp->pool, getter.obj);
	test_expect_quiet(test, tp, 0);
}

/* Gets from a reserve do not fail, except because of a signal. */
static void a_signal_ends_the_wait_for_a_reserve(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = 1);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);
	struct test_getter getter = { .tp = tp };
	struct test_object *last;

	atomic_set(&tp->allocs_left, 0);
	last = test_get(test, tp, GFP_KERNEL);
	start_interruptible(test, &getter);
	send_sig(SIGUSR1, getter.thread->task, 1);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_NULL(test, getter.obj);
	KUNIT_EXPECT_TRUE(test, getter.signalled);
	kpool_put(tp->pool, obj);
	kpool_put(tp->pool, last);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 2);
}

/* The other waiters move up. */
static void a_signal_leaves_the_others_their_places(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 1);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);
	struct test_getter first = { .tp = tp };
	struct test_getter second = { .tp = tp };

	start_interruptible(test, &first);
	start_interruptible(test, &second);
	send_sig(SIGUSR1, first.thread->task, 1);
	if (!test_thread_join(test, first.thread))
		return;
	KUNIT_EXPECT_NULL(test, first.obj);
	kpool_put(tp->pool, obj);
	if (!test_thread_join(test, second.thread))
		return;
	KUNIT_EXPECT_PTR_EQ(test, second.obj, obj);
	kpool_put(tp->pool, second.obj);
	test_expect_quiet(test, tp, 0);
}

static void interruptible_gets_use_the_cache(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 2);
	struct test_object *obj;

	test_fill(test, tp, 1);
	obj = kpool_get_interruptible(tp->pool, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, obj);
	KUNIT_EXPECT_TRUE(test, test_is_fresh(obj));
	KUNIT_EXPECT_EQ(test, test_stats(tp).built, 1);
	kpool_put(tp->pool, obj);
	test_expect_quiet(test, tp, 0);
}

struct bulk_getter {
	struct test_pool *tp;
	void *objs[3];
	unsigned int got;
};

static void bulk_get(void *data)
{
	struct bulk_getter *getter = data;

	getter->got = kpool_get_bulk(getter->tp->pool, GFP_KERNEL, 3,
				     getter->objs);
}

static void bulk_get_waits_for_its_first(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .max = 2);
	struct bulk_getter getter = { .tp = tp };
	struct test_thread *thread;
	struct test_object *objs[2];

	test_get_many(test, tp, 2, objs);
	thread = test_thread_start(test, -1, bulk_get, &getter);
	test_thread_expect_blocked(test, thread);
	kpool_put(tp->pool, objs[0]);
	if (!test_thread_join(test, thread))
		return;
	KUNIT_EXPECT_EQ_MSG(test, getter.got, 1, "and for no other");
	kpool_put_bulk(tp->pool, getter.got, getter.objs);
	kpool_put(tp->pool, objs[1]);
	test_expect_quiet(test, tp, 0);
}

static struct kunit_case limit_cases[] = {
	KUNIT_CASE(at_the_maximum_atomic_gets_fail),
	KUNIT_CASE(below_the_maximum_gets_build),
	KUNIT_CASE(idle_objects_count),
	KUNIT_CASE(prewarm_stops_at_the_maximum),
	KUNIT_CASE(the_reserve_counts),
	KUNIT_CASE(a_put_makes_room_for_an_atomic_get),
	KUNIT_CASE(a_discard_makes_room_for_an_atomic_get),
	KUNIT_CASE(a_put_wakes_a_waiter),
	KUNIT_CASE(a_discard_wakes_a_waiter),
	KUNIT_CASE(a_refused_put_wakes_a_waiter),
	KUNIT_CASE(a_bulk_put_wakes_several_waiters),
	KUNIT_CASE(waiters_are_served_in_their_order),
	KUNIT_CASE(who_comes_later_does_not_overtake),
	KUNIT_CASE(waiter_finds_what_another_cpu_caches),
	KUNIT_CASE(no_put_passes_a_waiter_by),
	KUNIT_CASE(an_atomic_get_reaches_other_cpus),
	KUNIT_CASE(an_interrupt_reaches_other_cpus),
	KUNIT_CASE(an_nmi_reaches_other_cpus),
	KUNIT_CASE(waiting_takes_no_grace_period),
	KUNIT_CASE(a_reserve_of_all_is_rebuilt),
	KUNIT_CASE(a_put_on_another_cpu_wakes_a_waiter),
	KUNIT_CASE(a_put_from_an_interrupt_wakes_a_waiter),
	KUNIT_CASE(a_waiter_that_cannot_build_gets_null),
	KUNIT_CASE(blocking_gets_do_not_fail_for_the_maximum),
	KUNIT_CASE(a_signal_ends_an_interruptible_wait),
	KUNIT_CASE(a_put_ends_an_interruptible_wait),
	KUNIT_CASE(a_signal_ends_the_wait_for_a_reserve),
	KUNIT_CASE(a_signal_leaves_the_others_their_places),
	KUNIT_CASE(interruptible_gets_use_the_cache),
	KUNIT_CASE(bulk_get_waits_for_its_first),
	{}
};

static struct kunit_suite limit_suite = {
	.name = "kpool_limit",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = limit_cases,
};

kunit_test_suite(limit_suite);

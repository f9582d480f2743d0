// SPDX-License-Identifier: GPL-2.0
/*
 * All CPUs at once: an object is never handed to two users, no object is lost,
 * and the user that gets an object sees it as reset left it.
 *
 * Threads on every CPU, some bound to it and some not, get, put and discard
 * objects, also in bulk, while others clear and drain the pool and a timer on
 * each CPU does the same in hard interrupts.  Each object carries the stamp of
 * its user and a checksum of the data that the user wrote.
 */
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>
#include <linux/sched/prio.h>
#include <linux/slab.h>

#include <kpool/compat.h>
#include <kpool/compat_kunit.h>

#include "interrupts.h"
#include "helpers.h"

static unsigned int load_ops = 700000;
module_param(load_ops, uint, 0444);
MODULE_PARM_DESC(load_ops, "gets and puts of each thread of kpool_smp");

#define HELD_MAX	64
#define HELD_IN_IRQ	4
#define WORDS		6
#define MAX_USERS	96

/**
 * struct stamped - an object that records its user
 * @owner: the user's number, 0 while the object is in the pool
 * @sum: checksum of @words
 * @words: data of the user, 0 after reset
 */
struct stamped {
	atomic_t owner;
	u32 sum;
	u32 words[WORDS];
};

struct load_user;

/**
 * struct load - a pool and its users
 * @tp: the pool
 * @ops: gets and puts of each thread
 * @limited: there are too few objects for all, so a user that holds some must
 *	not wait
 * @block: gets wait, and no user holds more than one object
 * @bugs: counters of errors
 * @stop: the load is over; @gc and @drain must end
 * @gets: objects got
 * @puts: objects put
 * @discards: objects discarded
 * @failed: gets that returned NULL
 * @gets_in_irq: those of @gets that came from interrupts
 * @nr_users: number of @users
 * @users: threads and timers
 * @gc: thread that clears all the time
 * @drain: thread that drains all the time
 */
struct load {
	struct test_pool *tp;
	unsigned int ops;
	bool limited;
	bool block;
	struct {
		atomic_t taken_twice;
		atomic_t not_mine;
		atomic_t not_fresh;
		atomic_t overwritten;
	} bugs;
	bool stop;
	atomic_long_t gets;
	atomic_long_t puts;
	atomic_long_t discards;
	atomic_long_t failed;
	unsigned long gets_in_irq;
	int nr_users;
	struct load_user *users[MAX_USERS];
	struct test_thread *gc;
	struct test_thread *drain;
};

/**
 * struct load_user - one user of the load, and its objects
 * @load: the load that it is part of
 * @number: its stamp, not 0
 * @rnd: random numbers that select its operations
 * @held: number of @objs
 * @objs: the objects that it holds
 * @gets: objects got
 * @puts: objects put
 * @discards: objects discarded
 * @failed: gets that returned NULL
 * @cpu: the CPU that it is bound to, or -1
 * @is_timer: the user is a timer and runs in interrupts
 * @thread: the thread of a user that is no timer
 * @timer: the timer of a user that is one
 */
struct load_user {
	struct load *load;
	int number;
	struct rnd_state rnd;
	unsigned int held;
	struct stamped *objs[HELD_MAX];
	unsigned long gets;
	unsigned long puts;
	unsigned long discards;
	unsigned long failed;
	int cpu;
	bool is_timer;
	struct test_thread *thread;
	struct hrtimer timer;
};

static int stamped_init(void *data, void *ctx, gfp_t gfp)
{
	struct test_pool *tp = ctx;

	memset(data, 0, sizeof(struct stamped));
	atomic_inc(&tp->inits);
	return 0;
}

/* Plain stores: the pool must make them visible to the next user. */
static bool stamped_reset(void *data, void *ctx)
{
	struct stamped *obj = data;

	obj->sum = 0;
	memset(obj->words, 0, sizeof(obj->words));
	return true;
}

static void stamped_exit(void *data, void *ctx)
{
	struct stamped *obj = data;
	struct test_pool *tp = ctx;

	if (atomic_read(&obj->owner))
		atomic_inc(&tp->misuses);
	/* A user that still holds the object will notice. */
	atomic_set(&obj->owner, -1);
	atomic_inc(&tp->exits);
}

static const struct kpool_ops stamped_ops = {
	.init = stamped_init,
	.reset = stamped_reset,
	.exit = stamped_exit,
};

static bool is_zero(const struct stamped *obj)
{
	return !obj->sum && !memchr_inv(obj->words, 0, sizeof(obj->words));
}

static void user_takes(struct load_user *user, struct stamped *obj)
{
	struct load *load = user->load;
	int i;

	user->gets++;
	if (atomic_xchg(&obj->owner, user->number))
		atomic_inc(&load->bugs.taken_twice);
	if (!is_zero(obj))
		atomic_inc(&load->bugs.not_fresh);
	for (i = 0; i < WORDS; i++) {
		obj->words[i] = user->number * 0x01010101 + user->gets + i;
		obj->sum += obj->words[i];
	}
	user->objs[user->held++] = obj;
}

/* Take any object from the user, ready to be put. */
static struct stamped *user_leaves(struct load_user *user)
{
	unsigned int which = prandom_u32_state(&user->rnd) % user->held;
	struct stamped *obj = user->objs[which];
	struct load *load = user->load;
	u32 sum = 0;
	int i;

	user->objs[which] = user->objs[--user->held];
	for (i = 0; i < WORDS; i++)
		sum += obj->words[i];
	if (sum != obj->sum || !sum)
		atomic_inc(&load->bugs.overwritten);
	if (atomic_xchg(&obj->owner, 0) != user->number)
		atomic_inc(&load->bugs.not_mine);
	return obj;
}

static void user_gets(struct load_user *user, gfp_t gfp)
{
	struct stamped *obj = kpool_get(user->load->tp->pool, gfp);

	if (obj)
		user_takes(user, obj);
	else
		user->failed++;
}

static void user_puts(struct load_user *user)
{
	user->puts++;
	kpool_put(user->load->tp->pool, user_leaves(user));
}

static void user_discards(struct load_user *user)
{
	user->discards++;
	kpool_discard(user->load->tp->pool, user_leaves(user));
}

static void user_gets_bulk(struct load_user *user, gfp_t gfp, unsigned int n)
{
	unsigned int got, i;
	void *objs[HELD_MAX];

	n = min(n, HELD_MAX - user->held);
	got = kpool_get_bulk(user->load->tp->pool, gfp, n, objs);
	for (i = 0; i < got; i++)
		user_takes(user, objs[i]);
}

static void user_puts_bulk(struct load_user *user, unsigned int n)
{
	void *objs[HELD_MAX];
	unsigned int i;

	n = min(n, user->held);
	for (i = 0; i < n; i++)
		objs[i] = user_leaves(user);
	user->puts += n;
	kpool_put_bulk(user->load->tp->pool, n, objs);
}

/* Hold any number of objects, and use all ways to get and put. */
static void user_does_something(struct load_user *user)
{
	u32 what = prandom_u32_state(&user->rnd);
	unsigned int n = 1 + (what >> 16) % 40;
	gfp_t gfp = GFP_ATOMIC;

	if (what & BIT(31) && !user->load->limited)
		gfp = GFP_KERNEL;
	what %= 100;
	if (what < 45) {
		if (user->held < HELD_MAX)
			user_gets(user, gfp);
	} else if (what < 90) {
		if (user->held)
			user_puts(user);
	} else if (what < 94) {
		user_gets_bulk(user, gfp, n);
	} else if (what < 98) {
		user_puts_bulk(user, n);
	} else if (user->held) {
		user_discards(user);
	}
}

/* Wait for an object while holding no other, so that not all users wait. */
static void user_waits_for_one(struct load_user *user)
{
	user_gets(user, GFP_KERNEL);
	if (user->held)
		user_puts(user);
}

static void user_ends(struct load_user *user)
{
	struct load *load = user->load;

	while (user->held)
		user_puts(user);
	atomic_long_add(user->gets, &load->gets);
	atomic_long_add(user->puts, &load->puts);
	atomic_long_add(user->discards, &load->discards);
	atomic_long_add(user->failed, &load->failed);
}

static void user_main(void *data)
{
	struct load_user *user = data;
	struct load *load = user->load;
	unsigned int i;

	for (i = 0; i < load->ops && !READ_ONCE(load->stop); i++) {
		if (load->block)
			user_waits_for_one(user);
		else
			user_does_something(user);
		cond_resched();
	}
	user_ends(user);
}

/* These two threads run first whenever their grace period is over. */
static void gc_main(void *data)
{
	struct load *load = data;

	set_user_nice(current, MIN_NICE);
	while (!READ_ONCE(load->stop))
		kpool_gc(load->tp->pool);
}

static void drain_main(void *data)
{
	struct load *load = data;

	set_user_nice(current, MIN_NICE);
	while (!READ_ONCE(load->stop))
		kpool_drain(load->tp->pool);
}

/*
 * Run in a hard interrupt, which may hit the middle of a get or put.  Get as
 * many objects as the user may hold, or put all of them, so that magazines
 * move.
 */
static enum hrtimer_restart user_interrupts(struct hrtimer *timer)
{
	struct load_user *user = container_of(timer, struct load_user, timer);
	bool get = !user->held;
	int i;

	for (i = 0; i < HELD_IN_IRQ; i++) {
		if (get)
			user_gets(user, GFP_ATOMIC);
		else if (user->held)
			user_puts(user);
	}
	if (READ_ONCE(user->load->stop))
		return HRTIMER_NORESTART;
	/* Vary the interval, so that interrupts hit everywhere. */
	hrtimer_forward_now(timer, TEST_TIMER_NS +
				   prandom_u32_state(&user->rnd) % 99991);
	return HRTIMER_RESTART;
}

static void user_starts_timer(void *data)
{
	struct load_user *user = data;

	hrtimer_start(&user->timer, ns_to_ktime(TEST_TIMER_NS),
		      TEST_TIMER_MODE);
}

static struct load_user *load_add_user(struct kunit *test, struct load *load)
{
	struct load_user *user = kunit_kzalloc(test, sizeof(*user), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, user);
	user->load = load;
	load->users[load->nr_users++] = user;
	user->number = load->nr_users;
	prandom_seed_state(&user->rnd, user->number);
	return user;
}

static void load_expect_no_bugs(struct kunit *test, struct load *load)
{
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&load->bugs.taken_twice), 0,
			    "an object that another user had was handed out");
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&load->bugs.not_mine), 0,
			    "an object changed hands while it was in use");
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&load->bugs.not_fresh), 0,
			    "an object was handed out with old data in it");
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&load->bugs.overwritten), 0,
			    "an object was written to while it was in use");
}

static void load_expect_balance(struct kunit *test, struct load *load)
{
	struct kpool_stats stats = test_stats(load->tp);

	KUNIT_EXPECT_EQ_MSG(test, stats.gets, atomic_long_read(&load->gets),
			    "gets");
	KUNIT_EXPECT_EQ_MSG(test, stats.puts, atomic_long_read(&load->puts),
			    "puts");
	KUNIT_EXPECT_EQ_MSG(test, stats.discarded,
			    atomic_long_read(&load->discards), "discards");
	/*
	 * A worker may still be bringing objects to threads that waited for
	 * them.
	 */
	kpool_drain(load->tp->pool);
	test_expect_quiet(test, load->tp, 0);
}

/* Two threads per CPU, of which one is bound to it, and its interrupts. */
static void load_add_users(struct kunit *test, struct load *load, bool irqs)
{
	struct load_user *user;
	int cpu;

	for_each_online_cpu(cpu) {
		if (load->nr_users + 3 > MAX_USERS)
			break;
		load_add_user(test, load)->cpu = cpu;
		load_add_user(test, load)->cpu = -1;
		if (!irqs)
			continue;
		user = load_add_user(test, load);
		user->cpu = cpu;
		user->is_timer = true;
		hrtimer_setup(&user->timer, user_interrupts, CLOCK_MONOTONIC,
			      TEST_TIMER_MODE);
	}
}

static void load_start(struct kunit *test, struct load *load)
{
	int i;

	load->gc = test_thread_start(test, -1, gc_main, load);
	load->drain = test_thread_start(test, -1, drain_main, load);
	for (i = 0; i < load->nr_users; i++) {
		struct load_user *user = load->users[i];

		if (user->is_timer)
			test_on_cpu(test, user->cpu, user_starts_timer, user);
		else
			user->thread = test_thread_start(test, user->cpu,
							 user_main, user);
	}
}

/* Threads end by themselves; then @gc and @drain are stopped. */
static bool load_end(struct kunit *test, struct load *load)
{
	bool ended = true;
	int i;

	for (i = 0; i < load->nr_users; i++)
		if (!load->users[i]->is_timer)
			ended &= test_thread_join(test, load->users[i]->thread);
	WRITE_ONCE(load->stop, true);
	for (i = 0; i < load->nr_users; i++) {
		struct load_user *user = load->users[i];

		if (!user->is_timer)
			continue;
		hrtimer_cancel(&user->timer);
		load->gets_in_irq += user->gets;
		user_ends(user);
	}
	ended &= test_thread_join(test, load->gc);
	ended &= test_thread_join(test, load->drain);
	return ended;
}

static void run_load(struct kunit *test, struct load *load, bool irqs)
{
	struct kpool_stats stats;

	load_add_users(test, load, irqs);
	load_start(test, load);
	KUNIT_ASSERT_TRUE_MSG(test, load_end(test, load),
			      "the load does not end");
	if (irqs)
		KUNIT_EXPECT_GT_MSG(test, load->gets_in_irq, 0,
				    "no interrupt came");
	stats = test_stats(load->tp);
	kunit_info(test, "%llu gets, %lu of them in interrupts, %llu built, %llu steals, %llu cycles",
		   stats.gets, load->gets_in_irq, stats.built, stats.steals,
		   stats.gc_cycles);
	load_expect_no_bugs(test, load);
	load_expect_balance(test, load);
}

static void try_load(struct kunit *test, const struct kpool_args *args,
		     unsigned int ops, bool block, bool irqs)
{
	struct load *load = kunit_kzalloc(test, sizeof(*load), GFP_KERNEL);
	struct kpool_args with_hooks = *args;
	struct test_pool *tp;

	KUNIT_ASSERT_NOT_NULL(test, load);
	tp = test_pool_prepare(test);
	with_hooks.ops = &stamped_ops;
	with_hooks.ctx = tp;
	tp->pool = kpool_create(tp->name, sizeof(struct stamped), &with_hooks);
	KUNIT_ASSERT_FALSE(test, IS_ERR(tp->pool));
	load->tp = tp;
	load->ops = ops;
	load->limited = args->max || args->reserve;
	load->block = block;
	run_load(test, load, irqs);
	if (block)
		KUNIT_EXPECT_EQ_MSG(test, atomic_long_read(&load->failed), 0,
				    "gets that may wait do not fail");
	test_pool_destroy(test, tp);
}

static void objects_have_one_owner(struct kunit *test)
{
	const struct kpool_args args = {};

	try_load(test, &args, load_ops, false, false);
}

static void objects_have_one_owner_with_interrupts(struct kunit *test)
{
	const struct kpool_args args = {};

	try_load(test, &args, load_ops, false, true);
}

/* Every get and put moves a magazine. */
static void objects_have_one_owner_in_small_magazines(struct kunit *test)
{
	const struct kpool_args args = { .magazine = 1 };

	try_load(test, &args, load_ops / 2, false, true);
}

/* Most gets search everywhere, so that CPUs race for the shared slots. */
static void objects_have_one_owner_where_there_are_few(struct kunit *test)
{
	const struct kpool_args args = { .magazine = 1, .max = 8 };

	try_load(test, &args, load_ops / 2, false, true);
}

static void objects_have_one_owner_with_a_reserve(struct kunit *test)
{
	const struct kpool_args args = {
		.reserve = 8,
		.max = 200,
		.magazine = 3,
	};

	try_load(test, &args, load_ops / 2, false, true);
}

static void objects_have_one_owner_with_deferred_exits(struct kunit *test)
{
	const struct kpool_args args = {
		.magazine = 2,
		.flags = KPOOL_F_DEFER_EXIT,
	};

	try_load(test, &args, load_ops / 2, false, true);
}

/* Fewer objects than threads, each of which waits for its turn. */
static void waiters_all_get_their_turn(struct kunit *test)
{
	const struct kpool_args args = { .max = 3 };

	try_load(test, &args, load_ops / 100, true, false);
}

static void waiters_all_get_their_turn_with_a_reserve(struct kunit *test)
{
	const struct kpool_args args = { .max = 3, .reserve = 2 };

	try_load(test, &args, load_ops / 100, true, false);
}

static struct kunit_case smp_cases[] = {
	KUNIT_CASE_SLOW(objects_have_one_owner),
	KUNIT_CASE_SLOW(objects_have_one_owner_with_interrupts),
	KUNIT_CASE_SLOW(objects_have_one_owner_in_small_magazines),
	KUNIT_CASE_SLOW(objects_have_one_owner_where_there_are_few),
	KUNIT_CASE_SLOW(objects_have_one_owner_with_a_reserve),
	KUNIT_CASE_SLOW(objects_have_one_owner_with_deferred_exits),
	KUNIT_CASE_SLOW(waiters_all_get_their_turn),
	KUNIT_CASE_SLOW(waiters_all_get_their_turn_with_a_reserve),
	{}
};

static struct kunit_suite smp_suite = {
	.name = "kpool_smp",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = smp_cases,
};

kunit_test_suite(smp_suite);

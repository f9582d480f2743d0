/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared helpers of the suites: pools whose hooks count and check, and ways to
 * run code on a certain CPU, in a certain context, or in a thread that may
 * block.
 *
 * A suite uses test_pools_init() and test_pools_exit() as its init and exit.
 * After each case all pools that it made are destroyed and the calls of their
 * hooks must balance, so that every case is a test for leaks as well.
 *
 * A case runs in a thread that stays on one CPU, so that it gets the objects
 * that it put.  Nothing here may be used by two cases at the same time.
 */
#ifndef _KPOOL_KUNIT_HELPERS_H
#define _KPOOL_KUNIT_HELPERS_H

#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/kpool.h>
#include <linux/list.h>
#include <linux/sched.h>

/*
 * The number of times that a test checks, once a tick, whether an expected
 * event has happened.  This counts checks and not seconds: a machine whose host
 * does not let it run does not check either.
 */
#define TEST_LOOKS	(60 * HZ)

/* Wait until @condition holds.  The value is false if that does not happen. */
#define test_wait(condition)						\
({									\
	unsigned int looks_ = TEST_LOOKS;				\
									\
	while (!(condition) && --looks_)				\
		schedule_timeout_uninterruptible(1);			\
	looks_ > 0;							\
})

enum test_object_state {
	TEST_RAW = 0x7261770a,		/* from the alloc hook */
	TEST_FRESH = 0x66726573,	/* as init and reset leave it */
	TEST_USED = 0x75736564,		/* written to by a user */
	TEST_TORN_DOWN = 0x64656164,	/* after exit */
};

/**
 * struct test_object - the objects of the suites' pools
 * @state: see &enum test_object_state; the hooks check and change it
 * @secret: data that a user writes, 0 in an object that is in its reset state
 */
struct test_object {
	unsigned int state;
	unsigned long secret[6];
};

/**
 * struct test_pool - a pool and the calls of its hooks
 * @pool: the pool
 * @node: in the list of the case's pools
 * @name: unique name of the pool
 * @allocs: calls of the alloc hook that succeeded
 * @inits: calls of the init hook that succeeded
 * @resets: calls of the reset hook
 * @exits: calls of the exit hook
 * @frees: calls of the free hook
 * @failures: calls of alloc and init that failed
 * @misuses: calls with an object in the wrong state or with a wrong context
 * @atomic_exits: calls of exit or free where sleeping was not allowed
 * @allocs_left: number of further calls of alloc that succeed
 * @inits_left: number of further calls of init that succeed
 * @refuse: reset returns false
 * @sleep: exit sleeps
 * @gfp: the flags in the last call of alloc
 * @init_gfp: the flags in the last call of init
 * @numa_node: the node in the last call of alloc
 * @exit_task: the task that called exit last
 * @exited: completed by each call of exit
 */
struct test_pool {
	struct kpool *pool;
	struct list_head node;
	char name[KPOOL_NAME_MAX + 1];
	atomic_t allocs;
	atomic_t inits;
	atomic_t resets;
	atomic_t exits;
	atomic_t frees;
	atomic_t failures;
	atomic_t misuses;
	atomic_t atomic_exits;
	atomic_t allocs_left;
	atomic_t inits_left;
	bool refuse;
	bool sleep;
	gfp_t gfp;
	gfp_t init_gfp;
	int numa_node;
	struct task_struct *exit_task;
	struct completion exited;
};

extern const struct kpool_ops test_pool_ops;

int test_pools_init(struct kunit *test);
void test_pools_exit(struct kunit *test);

struct test_pool *test_pool_prepare(struct kunit *test);
struct test_pool *test_pool_create(struct kunit *test,
				   const struct kpool_args *args);
void test_pool_destroy(struct kunit *test, struct test_pool *tp);

/* Create a pool with counting hooks: test_pool(test, .reserve = 2, .max = 4) */
#define test_pool(test, ...) \
	test_pool_create(test, &(struct kpool_args){ __VA_ARGS__ })

struct kpool_stats test_stats(struct test_pool *tp);
void test_expect_quiet(struct kunit *test, struct test_pool *tp,
		       unsigned int in_use);

/* The value of @name that the pool's show hook prints in debugfs */
long long test_details(struct kunit *test, const char *pool, const char *name);

/* Objects */
bool test_is_fresh(const struct test_object *obj);
void test_use(struct test_object *obj);
struct test_object *test_get(struct kunit *test, struct test_pool *tp,
			     gfp_t gfp);
void test_get_many(struct kunit *test, struct test_pool *tp, unsigned int n,
		   struct test_object **objs);
void test_put_many(struct test_pool *tp, unsigned int n,
		   struct test_object **objs);
void test_fill(struct kunit *test, struct test_pool *tp, unsigned int n);

/* CPUs and contexts; @run is called once and has ended on return */
int test_other_cpu(struct kunit *test);
void test_on_cpu(struct kunit *test, int cpu, void (*run)(void *data),
		 void *data);
void test_put_on_cpu(struct kunit *test, struct test_pool *tp, int cpu,
		     unsigned int n, struct test_object **objs);
void test_in_hardirq(void (*run)(void *data), void *data);
void test_in_softirq(void (*run)(void *data), void *data);
/*
 * A case that uses test_in_nmi() calls test_needs_nmi() first, which may skip
 * it.
 */
void test_needs_nmi(struct kunit *test);
void test_in_nmi(struct kunit *test, void (*run)(void *data), void *data);

/**
 * struct test_thread - code that may block while the test goes on
 * @task: the task, with a reference held
 * @run: the function that it runs
 * @data: the argument of @run
 * @started: the thread is running
 * @done: @run has returned
 */
struct test_thread {
	struct task_struct *task;
	void (*run)(void *data);
	void *data;
	struct completion started;
	struct completion done;
};

struct test_thread *test_thread_start(struct kunit *test, int cpu,
				      void (*run)(void *data), void *data);
void test_thread_expect_blocked(struct kunit *test, struct test_thread *thread);
bool test_thread_join(struct kunit *test, struct test_thread *thread);

/**
 * struct test_getter - a thread that gets one object
 * @tp: the pool
 * @gfp: for kpool_get()
 * @interruptible: a signal may end the wait
 * @put: put the object at once
 * @turns: if not NULL, counts the getters that had an object
 * @obj: the result of kpool_get()
 * @signalled: a signal was pending when kpool_get() returned
 * @fresh: @obj was in its reset state
 * @turn: the turn of this getter, counted from 1
 * @thread: the thread of the getter
 */
struct test_getter {
	struct test_pool *tp;
	gfp_t gfp;
	bool interruptible;
	bool put;
	atomic_t *turns;
	struct test_object *obj;
	bool signalled;
	bool fresh;
	int turn;
	struct test_thread *thread;
};

void test_getter_start(struct kunit *test, struct test_getter *getter);

#endif /* _KPOOL_KUNIT_HELPERS_H */

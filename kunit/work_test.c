// SPDX-License-Identifier: GPL-2.0
/*
 * Pooled work items: each runs once, with its own data, or is cancelled; flush,
 * destroy and references end when they must and not before.
 */
#include <linux/device.h>
#include <linux/kpool_work.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/workqueue.h>

#include <kpool/compat.h>

#include "helpers.h"

#define NAME	"kunit-work"
#define ROUNDS	2000

/* A gate that a task waits at, and the number of tasks that passed it. */
struct gate {
	struct completion entered;
	struct completion open;
	atomic_t passed;
};

static void gate_init(struct gate *gate)
{
	init_completion(&gate->entered);
	init_completion(&gate->open);
	atomic_set(&gate->passed, 0);
}

/*
 * The data of the task is a pointer to a gate.  Return how often it was passed.
 */
static int pass(void *data, size_t len)
{
	struct gate *gate = *(struct gate **)data;

	complete(&gate->entered);
	wait_for_completion(&gate->open);
	return atomic_inc_return(&gate->passed);
}

static int count(void *data, size_t len)
{
	atomic_inc(*(atomic_t **)data);
	return 0;
}

static int answer(void *data, size_t len)
{
	return len == sizeof(int) ? *(int *)data : -EPROTO;
}

/*
 * The works of the current case, on a workqueue of their own that does one
 * thing at a time, so that items behind a gate stay queued.  The exit function
 * opens the gate if a case has failed to, and destroys them.
 */
static struct workqueue_struct *one_at_a_time;
static struct kpool_works *works;
static struct gate gate;

static int work_test_init(struct kunit *test)
{
	int err = test_pools_init(test);

	if (err)
		return err;
	gate_init(&gate);
	works = NULL;
	one_at_a_time = alloc_ordered_workqueue("kpool-kunit", 0);
	return one_at_a_time ? 0 : -ENOMEM;
}

static void work_test_exit(struct kunit *test)
{
	complete_all(&gate.open);
	kpool_works_destroy(works);
	if (one_at_a_time)
		destroy_workqueue(one_at_a_time);
	test_pools_exit(test);
}

static void create_on(struct kunit *test, struct workqueue_struct *wq,
		      unsigned int max)
{
	const struct kpool_works_args args = { .pool.max = max };

	works = kpool_works_create(NAME, wq, sizeof(u64), &args);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(works), "create returned %ld",
			       PTR_ERR(works));
}

static int submit_pass(struct gate *gate)
{
	return kpool_works_submit(works, pass, &gate, sizeof(gate), GFP_NOWAIT);
}

/* Nothing more runs on the ordered workqueue from now on. */
static void close_gate(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, 0, submit_pass(&gate));
	wait_for_completion(&gate.entered);
}

static struct kpool_task *submit_ref(struct kunit *test, kpool_task_fn fn,
				     const void *data, size_t len)
{
	struct kpool_task *task;

	task = kpool_works_submit_ref(works, fn, data, len, GFP_NOWAIT);
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(task));
	return task;
}

static struct kpool_stats pool_stats(void)
{
	struct kpool_stats stats;

	kpool_read_stats(kpool_works_pool(works), &stats);
	return stats;
}

/* Check that all runs are counted and that every task is back. */
static void expect_settled(struct kunit *test, unsigned int ran,
			   unsigned int cancelled)
{
	kpool_works_flush(works);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "submitted"),
			ran + cancelled);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "ran"), ran);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "cancelled"), cancelled);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "in_flight"), 0);
	KUNIT_EXPECT_EQ(test, pool_stats().in_use, 0);
}

static void create_refuses_bad_arguments(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, -E2BIG,
			PTR_ERR(kpool_works_create(NAME, NULL, SIZE_MAX, NULL)));
	KUNIT_EXPECT_EQ(test, -E2BIG,
			PTR_ERR(kpool_works_create(NAME, NULL, KMALLOC_MAX_SIZE,
						   NULL)));
}

static void submit_refuses_bad_arguments(struct kunit *test)
{
	u64 data[2] = { };

	create_on(test, NULL, 0);
	kpool_task_put(ERR_PTR(-ENOMEM));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			kpool_works_submit(NULL, count, data, 8, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			kpool_works_submit(works, NULL, data, 8, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, -EINVAL,
			kpool_works_submit(works, count, NULL, 1, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, -E2BIG,
			kpool_works_submit(works, count, data, 9, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, -E2BIG,
			kpool_works_submit_wait(works, answer, data, 9,
						GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, -E2BIG,
			PTR_ERR(kpool_works_submit_ref(works, count, data, 9,
						       GFP_KERNEL)));
	expect_settled(test, 0, 0);
}

static int no_data(void *data, size_t len)
{
	return len ? -EPROTO : 17;
}

static void submit_works_without_data(struct kunit *test)
{
	create_on(test, NULL, 0);
	KUNIT_EXPECT_EQ(test, 17,
			kpool_works_submit_wait(works, no_data, NULL, 0,
						GFP_KERNEL));
	expect_settled(test, 1, 0);
}

static void wait_answers_what_the_function_did(struct kunit *test)
{
	int data;

	create_on(test, NULL, 0);
	for (data = -3; data < 3; data++)
		KUNIT_EXPECT_EQ(test, data,
				kpool_works_submit_wait(works, answer, &data,
							sizeof(data),
							GFP_KERNEL));
	expect_settled(test, 6, 0);
}

static void a_task_has_its_own_copy_of_the_data(struct kunit *test)
{
	struct kpool_task *task;
	int data = 5;

	create_on(test, one_at_a_time, 0);
	close_gate(test);
	task = submit_ref(test, answer, &data, sizeof(data));
	data = 6;
	complete(&gate.open);
	KUNIT_EXPECT_EQ(test, 5, kpool_task_wait(task));
	kpool_task_put(task);
	expect_settled(test, 2, 0);
}

/*
 * Read beyond the task's own data, only within what a former user could have
 * set.
 */
static int residue(void *data, size_t len)
{
	return memchr_inv(data + len, 0, sizeof(u64) - len) ? 1 : 0;
}

static void a_task_keeps_no_data_of_its_last_user(struct kunit *test)
{
	u64 data = ~0ULL;

	create_on(test, NULL, 1);
	kpool_works_submit_wait(works, answer, &data, sizeof(data), GFP_KERNEL);
	kpool_works_flush(works);
	KUNIT_EXPECT_EQ(test, 0,
			kpool_works_submit_wait(works, residue, &data, 1,
						GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, pool_stats().built, 1);
}

static int sleep_there(void *data, size_t len)
{
	if (!in_task() || irqs_disabled())
		return -EPERM;
	synchronize_rcu();
	return 1;
}

static void functions_may_sleep(struct kunit *test)
{
	create_on(test, NULL, 0);
	KUNIT_EXPECT_EQ(test, 1,
			kpool_works_submit_wait(works, sleep_there, NULL, 0,
						GFP_KERNEL));
}

static void tasks_are_used_again(struct kunit *test)
{
	atomic_t ran = ATOMIC_INIT(0);
	atomic_t *data = &ran;
	int i;

	create_on(test, one_at_a_time, 1);
	for (i = 0; i < 100; i++)
		KUNIT_EXPECT_EQ(test, 0,
				kpool_works_submit(works, count, &data,
						   sizeof(data), GFP_KERNEL));
	expect_settled(test, 100, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ran), 100);
	KUNIT_EXPECT_EQ(test, pool_stats().built, 1);
}

/* Submit and cancel where nothing may sleep. */
struct session {
	struct gate *gate;
	bool may_cancel;
	struct kpool_task *tasks[4];
	unsigned int submitted;
	unsigned int cancelled;
};

static void submit_and_cancel(void *data)
{
	struct session *session = data;
	int i;

	for (i = 0; i < 4; i++) {
		session->tasks[i] =
			kpool_works_submit_ref(works, pass, &session->gate,
					       sizeof(session->gate), GFP_ATOMIC);
		if (IS_ERR(session->tasks[i]))
			return;
		session->submitted++;
	}
	for (i = 0; i < 2 && session->may_cancel; i++)
		session->cancelled += kpool_task_cancel(session->tasks[i]);
	for (i = 0; i < 4; i++)
		kpool_task_put(session->tasks[i]);
}

static void try_context(struct kunit *test,
			void (*enter)(void (*run)(void *data), void *data),
			bool may_cancel)
{
	struct session session = { .gate = &gate, .may_cancel = may_cancel };
	unsigned int cancelled = may_cancel ? 2 : 0;

	create_on(test, one_at_a_time, 0);
	/* PREEMPT_RT allocates nothing in such contexts. */
	KUNIT_ASSERT_EQ(test, 0,
			kpool_prewarm(kpool_works_pool(works), 8, GFP_KERNEL));
	close_gate(test);
	enter(submit_and_cancel, &session);
	KUNIT_EXPECT_EQ(test, session.submitted, 4);
	KUNIT_EXPECT_EQ(test, session.cancelled, cancelled);
	complete_all(&gate.open);
	expect_settled(test, 5 - cancelled, cancelled);
	KUNIT_EXPECT_EQ(test, atomic_read(&gate.passed), 5 - cancelled);
}

static void submit_works_in_hardirq(struct kunit *test)
{
	/* PREEMPT_RT wakes all waiters only in threads. */
	try_context(test, test_in_hardirq, !IS_ENABLED(CONFIG_PREEMPT_RT));
}

static void submit_works_in_softirq(struct kunit *test)
{
	try_context(test, test_in_softirq, true);
}

static void at_the_maximum_an_atomic_submit_fails(struct kunit *test)
{
	int data = 1;

	create_on(test, one_at_a_time, 1);
	close_gate(test);
	KUNIT_EXPECT_EQ(test, -ENOMEM,
			kpool_works_submit(works, answer, &data, sizeof(data),
					   GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "in_flight"), 1);
	complete(&gate.open);
	expect_settled(test, 1, 0);
	/*
	 * The task may be where an atomic get does not look, so this one may
	 * sleep.
	 */
	KUNIT_EXPECT_EQ_MSG(test, 1,
			    kpool_works_submit_wait(works, answer, &data,
						    sizeof(data), GFP_KERNEL),
			    "the task is free again");
	expect_settled(test, 2, 0);
}

static void submit_one(void *data)
{
	int number = 3;

	*(int *)data = kpool_works_submit_wait(works, answer, &number,
					      sizeof(number), GFP_KERNEL);
}

static void at_the_maximum_others_wait_for_a_task(struct kunit *test)
{
	struct test_thread *thread;
	int result = 0;

	create_on(test, one_at_a_time, 1);
	close_gate(test);
	thread = test_thread_start(test, -1, submit_one, &result);
	test_thread_expect_blocked(test, thread);
	complete(&gate.open);
	if (!test_thread_join(test, thread))
		return;
	KUNIT_EXPECT_EQ(test, result, 3);
	expect_settled(test, 2, 0);
}

static void a_cancelled_task_does_not_run(struct kunit *test)
{
	atomic_t ran = ATOMIC_INIT(0);
	atomic_t *data = &ran;
	struct kpool_task *task;

	create_on(test, one_at_a_time, 0);
	close_gate(test);
	task = submit_ref(test, count, &data, sizeof(data));
	KUNIT_EXPECT_TRUE(test, kpool_task_cancel(task));
	KUNIT_EXPECT_FALSE_MSG(test, kpool_task_cancel(task),
			       "it has been cancelled already");
	KUNIT_EXPECT_EQ(test, -ECANCELED, kpool_task_wait(task));
	KUNIT_EXPECT_EQ(test, -ECANCELED, kpool_task_wait(task));
	KUNIT_EXPECT_EQ_MSG(test, pool_stats().in_use, 2,
			    "the reference keeps it");
	kpool_task_put(task);
	KUNIT_EXPECT_EQ(test, pool_stats().in_use, 1);
	complete(&gate.open);
	expect_settled(test, 1, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&ran), 0);
}

static void a_task_that_runs_is_not_cancelled(struct kunit *test)
{
	struct gate *data = &gate;
	struct kpool_task *task;

	create_on(test, NULL, 0);
	task = submit_ref(test, pass, &data, sizeof(data));
	wait_for_completion(&gate.entered);
	KUNIT_EXPECT_FALSE(test, kpool_task_cancel(task));
	complete(&gate.open);
	KUNIT_EXPECT_EQ(test, 1, kpool_task_wait(task));
	KUNIT_EXPECT_FALSE_MSG(test, kpool_task_cancel(task), "it has run");
	KUNIT_EXPECT_EQ(test, 1, kpool_task_wait(task));
	kpool_task_put(task);
	expect_settled(test, 1, 0);
}

static void cancel_sync_task(void *data)
{
	/* Make any result except false a failure. */
	if (kpool_task_cancel_sync(data))
		atomic_set(&gate.passed, -100);
}

static void cancel_sync_waits_for_a_task_that_runs(struct kunit *test)
{
	struct gate *data = &gate;
	struct test_thread *thread;
	struct kpool_task *task;

	create_on(test, NULL, 0);
	task = submit_ref(test, pass, &data, sizeof(data));
	wait_for_completion(&gate.entered);
	thread = test_thread_start(test, -1, cancel_sync_task, task);
	test_thread_expect_blocked(test, thread);
	complete(&gate.open);
	if (!test_thread_join(test, thread))
		return;
	KUNIT_EXPECT_EQ(test, atomic_read(&gate.passed), 1);
	kpool_task_put(task);
	expect_settled(test, 1, 0);
}

static void wait_task(void *data)
{
	if (kpool_task_wait(data) != 1)
		atomic_set(&gate.passed, -100);
}

static void several_may_wait_for_a_task(struct kunit *test)
{
	struct gate *data = &gate;
	struct test_thread *threads[3];
	struct kpool_task *task;
	int i;

	create_on(test, NULL, 0);
	task = submit_ref(test, pass, &data, sizeof(data));
	for (i = 0; i < 3; i++) {
		threads[i] = test_thread_start(test, -1, wait_task, task);
		test_thread_expect_blocked(test, threads[i]);
	}
	complete(&gate.open);
	for (i = 0; i < 3; i++)
		if (!test_thread_join(test, threads[i]))
			return;
	KUNIT_EXPECT_EQ(test, atomic_read(&gate.passed), 1);
	kpool_task_put(task);
	expect_settled(test, 1, 0);
}

static void a_task_runs_without_its_reference(struct kunit *test)
{
	atomic_t ran = ATOMIC_INIT(0);
	atomic_t *data = &ran;

	create_on(test, one_at_a_time, 0);
	close_gate(test);
	kpool_task_put(submit_ref(test, count, &data, sizeof(data)));
	complete(&gate.open);
	expect_settled(test, 2, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&ran), 1);
}

static void a_task_with_a_reference_is_not_used_again(struct kunit *test)
{
	struct kpool_task *task;
	int data = 4;
	int i;

	create_on(test, NULL, 0);
	task = submit_ref(test, answer, &data, sizeof(data));
	kpool_works_flush(works);
	for (i = 0; i < 50; i++) {
		int other = 100 + i;

		kpool_works_submit_wait(works, answer, &other, sizeof(other),
					GFP_KERNEL);
	}
	KUNIT_EXPECT_EQ(test, 4, kpool_task_wait(task));
	kpool_task_put(task);
	expect_settled(test, 51, 0);
}

/* Whichever wins, each task has either run or been cancelled, and is back. */
static void each_task_runs_or_is_cancelled(struct kunit *test)
{
	atomic_t ran = ATOMIC_INIT(0);
	atomic_t *data = &ran;
	unsigned int cancelled = 0;
	int i;

	create_on(test, NULL, 0);
	for (i = 0; i < ROUNDS; i++) {
		struct kpool_task *task = submit_ref(test, count, &data,
						     sizeof(data));

		if (i % 3 == 0)
			cpu_relax();
		if (i % 4 < 2)
			cancelled += kpool_task_cancel_sync(task);
		else if (i % 4 == 2)
			cancelled += kpool_task_cancel(task);
		kpool_task_put(task);
	}
	expect_settled(test, ROUNDS - cancelled, cancelled);
	KUNIT_EXPECT_EQ(test, atomic_read(&ran), ROUNDS - cancelled);
}

static void flush(void *data)
{
	kpool_works_flush(works);
}

static void flush_waits_for_what_was_submitted(struct kunit *test)
{
	struct test_thread *thread;
	int round;

	create_on(test, NULL, 0);
	/* Test odd and even generations. */
	for (round = 0; round < 4; round++) {
		KUNIT_ASSERT_EQ(test, 0, submit_pass(&gate));
		thread = test_thread_start(test, -1, flush, NULL);
		test_thread_expect_blocked(test, thread);
		complete(&gate.open);
		if (!test_thread_join(test, thread))
			return;
		KUNIT_EXPECT_EQ(test, atomic_read(&gate.passed), round + 1);
	}
}

static void flush_does_not_wait_for_what_comes_later(struct kunit *test)
{
	struct test_thread *thread;
	struct gate later;

	gate_init(&later);
	create_on(test, NULL, 0);
	KUNIT_ASSERT_EQ(test, 0, submit_pass(&gate));
	thread = test_thread_start(test, -1, flush, NULL);
	test_thread_expect_blocked(test, thread);
	KUNIT_EXPECT_EQ(test, 0, submit_pass(&later));
	complete(&gate.open);
	if (!test_thread_join(test, thread))
		return;
	KUNIT_EXPECT_EQ(test, atomic_read(&later.passed), 0);
	complete(&later.open);
	expect_settled(test, 2, 0);
}

/*
 * The second flush began while the first waited, and has its own task to wait
 * for.
 */
static void a_flush_waits_for_what_came_during_another(struct kunit *test)
{
	struct test_thread *first, *second;
	struct gate later;

	gate_init(&later);
	create_on(test, NULL, 0);
	KUNIT_ASSERT_EQ(test, 0, submit_pass(&gate));
	first = test_thread_start(test, -1, flush, NULL);
	test_thread_expect_blocked(test, first);
	KUNIT_EXPECT_EQ(test, 0, submit_pass(&later));
	second = test_thread_start(test, -1, flush, NULL);
	test_thread_expect_blocked(test, second);
	complete(&gate.open);
	if (!test_thread_join(test, first))
		return;
	test_thread_expect_blocked(test, second);
	KUNIT_EXPECT_EQ(test, atomic_read(&later.passed), 0);
	complete(&later.open);
	if (test_thread_join(test, second))
		expect_settled(test, 2, 0);
}

struct foreign {
	struct work_struct work;
	struct completion open;
};

static void foreign_run(struct work_struct *work)
{
	struct foreign *foreign = container_of(work, struct foreign, work);

	wait_for_completion(&foreign->open);
}

static void flush_does_not_wait_for_others_work(struct kunit *test)
{
	struct foreign foreign;
	int data = 1;

	create_on(test, one_at_a_time, 0);
	INIT_WORK_ONSTACK(&foreign.work, foreign_run);
	init_completion(&foreign.open);
	KUNIT_EXPECT_EQ(test, 1,
			kpool_works_submit_wait(works, answer, &data,
						sizeof(data), GFP_KERNEL));
	queue_work(one_at_a_time, &foreign.work);
	kpool_works_flush(works);
	complete(&foreign.open);
	flush_work(&foreign.work);
	destroy_work_on_stack(&foreign.work);
}

/* The flush waits only for the task that is cancelled. */
static void flush_waits_no_more_for_cancelled_tasks(struct kunit *test)
{
	struct test_thread *thread;
	struct kpool_task *task;
	struct foreign foreign;

	create_on(test, one_at_a_time, 0);
	INIT_WORK_ONSTACK(&foreign.work, foreign_run);
	init_completion(&foreign.open);
	queue_work(one_at_a_time, &foreign.work);
	task = submit_ref(test, no_data, NULL, 0);
	thread = test_thread_start(test, -1, flush, NULL);
	test_thread_expect_blocked(test, thread);
	KUNIT_EXPECT_TRUE(test, kpool_task_cancel(task));
	if (!test_thread_join(test, thread))
		return;
	kpool_task_put(task);
	complete(&foreign.open);
	flush_work(&foreign.work);
	destroy_work_on_stack(&foreign.work);
	expect_settled(test, 0, 1);
}

/* Submit as many further tasks as the data says, one after the other. */
static int chain(void *data, size_t len)
{
	int left = *(int *)data - 1;

	if (left < 0)
		return 0;
	return kpool_works_submit(works, chain, &left, sizeof(left), GFP_KERNEL);
}

static void a_task_may_submit_another(struct kunit *test)
{
	int links = 20;
	int left;

	create_on(test, NULL, 0);
	KUNIT_EXPECT_EQ(test, 0,
			kpool_works_submit_wait(works, chain, &links,
						sizeof(links), GFP_KERNEL));
	/* Each flush waits at least for the next task. */
	for (left = links; left; left--)
		kpool_works_flush(works);
	expect_settled(test, 21, 0);
}

static void destroy(void *data)
{
	kpool_works_destroy(works);
	works = NULL;
}

static void destroy_waits_for_all_that_is_queued(struct kunit *test)
{
	atomic_t ran = ATOMIC_INIT(0);
	atomic_t *data = &ran;
	struct test_thread *thread;
	int i;

	create_on(test, one_at_a_time, 0);
	close_gate(test);
	for (i = 0; i < 30; i++)
		KUNIT_EXPECT_EQ(test, 0,
				kpool_works_submit(works, count, &data,
						   sizeof(data), GFP_KERNEL));
	thread = test_thread_start(test, -1, destroy, NULL);
	test_thread_expect_blocked(test, thread);
	KUNIT_EXPECT_EQ(test, atomic_read(&ran), 0);
	complete(&gate.open);
	if (test_thread_join(test, thread))
		KUNIT_EXPECT_EQ(test, atomic_read(&ran), 30);
}

static int late_result;

static int submit_late(void *data, size_t len)
{
	pass(data, len);
	late_result = kpool_works_submit(works, no_data, NULL, 0, GFP_KERNEL);
	return 0;
}

static void a_task_cannot_submit_during_destroy(struct kunit *test)
{
	struct gate *data = &gate;
	struct test_thread *thread;

	late_result = 0;
	create_on(test, NULL, 0);
	KUNIT_ASSERT_EQ(test, 0,
			kpool_works_submit(works, submit_late, &data,
					   sizeof(data), GFP_KERNEL));
	wait_for_completion(&gate.entered);
	thread = test_thread_start(test, -1, destroy, NULL);
	test_thread_expect_blocked(test, thread);
	complete(&gate.open);
	if (test_thread_join(test, thread))
		KUNIT_EXPECT_EQ(test, late_result, -ESHUTDOWN);
}

/*
 * When the last user of a task has returned it to the pool, it may still run
 * the pool's code; destroying at once tests for that.
 */
static void destroy_at_once_is_safe(struct kunit *test)
{
	atomic_t ran = ATOMIC_INIT(0);
	atomic_t *data = &ran;
	int i;

	for (i = 0; i < 50; i++) {
		create_on(test, NULL, 0);
		kpool_works_submit(works, count, &data, sizeof(data),
				   GFP_KERNEL);
		kpool_works_submit_wait(works, count, &data, sizeof(data),
					GFP_KERNEL);
		destroy(NULL);
		KUNIT_EXPECT_EQ(test, atomic_read(&ran), 2 * (i + 1));
	}
}

static void drain_waits_for_the_worker(struct kunit *test)
{
	int data = 7;
	int i;

	create_on(test, NULL, 0);
	for (i = 0; i < 50; i++) {
		KUNIT_EXPECT_EQ(test, 7,
				kpool_works_submit_wait(works, answer, &data,
							sizeof(data),
							GFP_KERNEL));
		kpool_drain(kpool_works_pool(works));
	}
	expect_settled(test, 50, 0);
}

static void a_late_reference_does_no_harm(struct kunit *test)
{
	/* The works stay; this pointer lets kmemleak find them. */
	static struct kpool_works *left;
	struct kpool_task *task;
	int data = 1;

	create_on(test, NULL, 0);
	left = works;
	task = submit_ref(test, answer, &data, sizeof(data));
	kpool_works_flush(works);
	pr_warn("kpool-expect: begin %s: destroyed with 1 objects in use\n",
		NAME);
	destroy(NULL);
	pr_warn("kpool-expect: end\n");
	KUNIT_EXPECT_EQ(test, 1, kpool_task_wait(task));
	kpool_task_put(task);
	KUNIT_EXPECT_NOT_NULL(test, left);
}

/* A thread that a signal may interrupt while it waits. */
struct waiter {
	kpool_task_fn fn;
	struct gate *gate;
	int result;
};

static void wait_interruptible(void *data)
{
	struct waiter *waiter = data;

	allow_signal(SIGUSR1);
	waiter->result =
		kpool_works_submit_wait_interruptible(works, waiter->fn,
						      &waiter->gate,
						      sizeof(waiter->gate),
						      GFP_KERNEL);
}

static void without_a_signal_the_result_is_answered(struct kunit *test)
{
	struct waiter waiter = { .fn = pass, .gate = &gate };
	struct test_thread *thread;

	create_on(test, NULL, 0);
	thread = test_thread_start(test, -1, wait_interruptible, &waiter);
	test_thread_expect_blocked(test, thread);
	complete(&gate.open);
	if (!test_thread_join(test, thread))
		return;
	KUNIT_EXPECT_EQ(test, waiter.result, 1);
	expect_settled(test, 1, 0);
}

/*
 * A thread waits behind a task that does not end, until a signal comes: its own
 * task is queued, or at a maximum it waits for a task.
 */
static void signal_ends_wait(struct kunit *test, unsigned int max,
			     unsigned int cancelled)
{
	struct waiter waiter = { .fn = pass, .gate = &gate };
	struct test_thread *thread;

	create_on(test, one_at_a_time, max);
	close_gate(test);
	thread = test_thread_start(test, -1, wait_interruptible, &waiter);
	test_thread_expect_blocked(test, thread);
	send_sig(SIGUSR1, thread->task, 1);
	if (!test_thread_join(test, thread))
		return;
	KUNIT_EXPECT_EQ(test, waiter.result, -ERESTARTSYS);
	complete(&gate.open);
	expect_settled(test, 1, cancelled);
}

static void a_signal_cancels_what_has_not_started(struct kunit *test)
{
	signal_ends_wait(test, 0, 1);
}

static void a_signal_ends_the_wait_for_a_task(struct kunit *test)
{
	signal_ends_wait(test, 1, 0);
}

static void a_signal_does_not_leave_what_runs_alone(struct kunit *test)
{
	struct waiter waiter = { .fn = pass, .gate = &gate };
	struct test_thread *thread;

	create_on(test, NULL, 0);
	thread = test_thread_start(test, -1, wait_interruptible, &waiter);
	wait_for_completion(&gate.entered);
	test_thread_expect_blocked(test, thread);
	send_sig(SIGUSR1, thread->task, 1);
	test_thread_expect_blocked(test, thread);
	complete(&gate.open);
	if (!test_thread_join(test, thread))
		return;
	KUNIT_EXPECT_EQ(test, waiter.result, 1);
	expect_settled(test, 1, 0);
}

/* Run on this CPU, so that the thread does not run before both have come. */
static void a_signal_may_come_with_the_end(struct kunit *test)
{
	struct waiter waiter = { .fn = pass, .gate = &gate };
	struct test_thread *thread;
	int round, spins;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		kunit_skip(test, "PREEMPT_RT sends no signal with preemption off");
	create_on(test, NULL, 0);
	for (round = 1; round <= 50; round++) {
		waiter.result = 0;
		thread = test_thread_start(test, raw_smp_processor_id(),
					   wait_interruptible, &waiter);
		wait_for_completion(&gate.entered);
		test_thread_expect_blocked(test, thread);
		preempt_disable();
		complete(&gate.open);
		for (spins = 0; spins < 100000; spins++)
			if (atomic_read(&gate.passed) == round)
				break;
		send_sig(SIGUSR1, thread->task, 1);
		preempt_enable();
		if (!test_thread_join(test, thread))
			return;
		KUNIT_EXPECT_EQ(test, waiter.result, round);
	}
	expect_settled(test, 50, 0);
}

static void works_go_with_their_device(struct kunit *test)
{
	/* No owner: older kernels run KUnit before a module is in sysfs. */
	struct device *dev = __root_device_register("kpool-kunit", NULL);
	atomic_t ran = ATOMIC_INIT(0);
	atomic_t *data = &ran;
	struct kpool_works *owned;

	KUNIT_ASSERT_FALSE(test, IS_ERR(dev));
	owned = devm_kpool_works_create(dev, NAME, NULL, sizeof(data), NULL);
	KUNIT_EXPECT_FALSE(test, IS_ERR(owned));
	if (!IS_ERR(owned))
		KUNIT_EXPECT_EQ(test, 0,
				kpool_works_submit(owned, count, &data,
						   sizeof(data), GFP_KERNEL));
	root_device_unregister(dev);
	KUNIT_EXPECT_EQ(test, atomic_read(&ran), 1);
	/* Its name is available again. */
	create_on(test, NULL, 0);
}

static struct kunit_case work_cases[] = {
	KUNIT_CASE(create_refuses_bad_arguments),
	KUNIT_CASE(submit_refuses_bad_arguments),
	KUNIT_CASE(submit_works_without_data),
	KUNIT_CASE(wait_answers_what_the_function_did),
	KUNIT_CASE(a_task_has_its_own_copy_of_the_data),
	KUNIT_CASE(a_task_keeps_no_data_of_its_last_user),
	KUNIT_CASE(functions_may_sleep),
	KUNIT_CASE(tasks_are_used_again),
	KUNIT_CASE(submit_works_in_hardirq),
	KUNIT_CASE(submit_works_in_softirq),
	KUNIT_CASE(at_the_maximum_an_atomic_submit_fails),
	KUNIT_CASE(at_the_maximum_others_wait_for_a_task),
	KUNIT_CASE(a_cancelled_task_does_not_run),
	KUNIT_CASE(a_task_that_runs_is_not_cancelled),
	KUNIT_CASE(cancel_sync_waits_for_a_task_that_runs),
	KUNIT_CASE(several_may_wait_for_a_task),
	KUNIT_CASE(a_task_runs_without_its_reference),
	KUNIT_CASE(a_task_with_a_reference_is_not_used_again),
	KUNIT_CASE(each_task_runs_or_is_cancelled),
	KUNIT_CASE(flush_waits_for_what_was_submitted),
	KUNIT_CASE(flush_does_not_wait_for_what_comes_later),
	KUNIT_CASE(a_flush_waits_for_what_came_during_another),
	KUNIT_CASE(flush_waits_no_more_for_cancelled_tasks),
	KUNIT_CASE(flush_does_not_wait_for_others_work),
	KUNIT_CASE(a_task_may_submit_another),
	KUNIT_CASE(destroy_waits_for_all_that_is_queued),
	KUNIT_CASE(a_task_cannot_submit_during_destroy),
	KUNIT_CASE(destroy_at_once_is_safe),
	KUNIT_CASE(drain_waits_for_the_worker),
	KUNIT_CASE(a_late_reference_does_no_harm),
	KUNIT_CASE(without_a_signal_the_result_is_answered),
	KUNIT_CASE(a_signal_cancels_what_has_not_started),
	KUNIT_CASE(a_signal_ends_the_wait_for_a_task),
	KUNIT_CASE(a_signal_does_not_leave_what_runs_alone),
	KUNIT_CASE(a_signal_may_come_with_the_end),
	KUNIT_CASE(works_go_with_their_device),
	{}
};

static struct kunit_suite work_suite = {
	.name = "kpool_work",
	.init = work_test_init,
	.exit = work_test_exit,
	.test_cases = work_cases,
};

kunit_test_suite(work_suite);

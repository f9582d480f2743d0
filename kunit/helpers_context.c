// SPDX-License-Identifier: GPL-2.0
/*
 * Run code on a certain CPU, in an interrupt, and in threads that block; see
 * helpers.h.
 */
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched/debug.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include <kpool/compat.h>

#include "interrupts.h"
#include "helpers.h"

/* Return a CPU that the test does not run on, or skip the case. */
int test_other_cpu(struct kunit *test)
{
	int cpu = cpumask_any_but(cpu_online_mask, raw_smp_processor_id());

	if (cpu >= nr_cpu_ids)
		kunit_skip(test, "only one CPU is online");
	return cpu;
}

struct test_call {
	void (*run)(void *data);
	void *data;
};

static int test_call_on_cpu(void *data)
{
	struct test_call *call = data;

	call->run(call->data);
	return 0;
}

/* Run in process context. */
void test_on_cpu(struct kunit *test, int cpu, void (*run)(void *data),
		 void *data)
{
	struct test_call call = { .run = run, .data = data };

	KUNIT_ASSERT_EQ_MSG(test, 0,
			    smp_call_on_cpu(cpu, test_call_on_cpu, &call, false),
			    "nothing can be run on CPU %d", cpu);
}

struct test_puts {
	struct test_pool *tp;
	unsigned int n;
	struct test_object **objs;
};

static void test_put_here(void *data)
{
	struct test_puts *puts = data;

	test_put_many(puts->tp, puts->n, puts->objs);
}

/* Put in process context on @cpu, whose cache then holds the objects. */
void test_put_on_cpu(struct kunit *test, struct test_pool *tp, int cpu,
		     unsigned int n, struct test_object **objs)
{
	struct test_puts puts = { .tp = tp, .n = n, .objs = objs };

	test_on_cpu(test, cpu, test_put_here, &puts);
}

struct test_irq_call {
	struct test_call call;
	struct irq_work work;
};

static void test_irq_work(struct irq_work *work)
{
	struct test_irq_call *irq =
		container_of(work, struct test_irq_call, work);

	irq->call.run(irq->call.data);
}

/* Run on this CPU with interrupts disabled. */
void test_in_hardirq(void (*run)(void *data), void *data)
{
	struct test_irq_call irq = {
		.call = { .run = run, .data = data },
		.work = TEST_IRQ_WORK_INIT(test_irq_work),
	};

	irq_work_queue(&irq.work);
	irq_work_sync(&irq.work);
}

struct test_softirq_call {
	struct test_call call;
	struct tasklet_struct tasklet;
	struct completion done;
};

static void test_tasklet(struct tasklet_struct *tasklet)
{
	struct test_softirq_call *softirq =
		container_of(tasklet, struct test_softirq_call, tasklet);

	softirq->call.run(softirq->call.data);
	complete(&softirq->done);
}

/* Run on this CPU, in a softirq or in the thread that replaces it. */
void test_in_softirq(void (*run)(void *data), void *data)
{
	struct test_softirq_call softirq = {
		.call = { .run = run, .data = data },
		.done = COMPLETION_INITIALIZER_ONSTACK(softirq.done),
	};

	tasklet_setup(&softirq.tasklet, test_tasklet);
	tasklet_schedule(&softirq.tasklet);
	wait_for_completion(&softirq.done);
	tasklet_kill(&softirq.tasklet);
}

static int test_thread_main(void *data)
{
	struct test_thread *thread = data;

	complete(&thread->started);
	thread->run(thread->data);
	complete(&thread->done);
	return 0;
}

/*
 * Start on @cpu, or on any CPU if it is negative.  The caller must join the
 * thread.
 */
struct test_thread *test_thread_start(struct kunit *test, int cpu,
				      void (*run)(void *data), void *data)
{
	struct test_thread *thread = kzalloc_obj(*thread, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, thread);
	thread->run = run;
	thread->data = data;
	init_completion(&thread->started);
	init_completion(&thread->done);
	thread->task = kthread_create(test_thread_main, thread, "kpool-kunit");
	if (IS_ERR(thread->task)) {
		kfree(thread);
		KUNIT_ASSERT_TRUE_MSG(test, false, "no thread");
	}
	get_task_struct(thread->task);
	if (cpu >= 0)
		kthread_bind(thread->task, cpu);
	wake_up_process(thread->task);
	wait_for_completion(&thread->started);
	return thread;
}

/*
 * Wait until the thread sleeps.  It must not sleep for any reason other than
 * the one under test.
 */
void test_thread_expect_blocked(struct kunit *test, struct test_thread *thread)
{
	KUNIT_EXPECT_TRUE_MSG(test, test_wait(!task_is_running(thread->task)),
			      "a thread that must wait keeps running");
	KUNIT_EXPECT_FALSE_MSG(test, completion_done(&thread->done),
			       "a thread that must wait has ended");
}

/* Wait until the thread has ended, or makes no more progress. */
static bool test_thread_wait(struct test_thread *thread)
{
	unsigned int looks = TEST_LOOKS;
	u64 ran = 0;

	while (!wait_for_completion_timeout(&thread->done, 1)) {
		u64 runs = READ_ONCE(thread->task->se.sum_exec_runtime);

		if (runs != ran)
			looks = TEST_LOOKS;
		else if (!--looks)
			return false;
		ran = runs;
	}
	return true;
}

/*
 * Wait until the thread has ended, and free it.  Return false if it sleeps
 * forever: the test has failed then, and the thread and its memory are left
 * alone.
 */
bool test_thread_join(struct kunit *test, struct test_thread *thread)
{
	if (!test_thread_wait(thread)) {
		KUNIT_FAIL(test, "a thread does not end");
		sched_show_task(thread->task);
		return false;
	}
	/* The module's code must stay until the thread has exited. */
	kthread_stop(thread->task);
	put_task_struct(thread->task);
	kfree(thread);
	return true;
}

static void test_getter_main(void *data)
{
	struct test_getter *getter = data;

	if (getter->interruptible) {
		allow_signal(SIGUSR1);
		getter->obj = kpool_get_interruptible(getter->tp->pool,
						      getter->gfp);
	} else {
		getter->obj = kpool_get(getter->tp->pool, getter->gfp);
	}
	getter->signalled = signal_pending(current);
	if (!getter->obj)
		return;
	getter->fresh = test_is_fresh(getter->obj);
	test_use(getter->obj);
	if (getter->turns)
		getter->turn = atomic_inc_return(getter->turns);
	if (getter->put)
		kpool_put(getter->tp->pool, getter->obj);
}

/*
 * Start on this CPU.  The caller must call test_thread_join(test,
 * getter->thread).
 */
void test_getter_start(struct kunit *test, struct test_getter *getter)
{
	getter->thread = test_thread_start(test, raw_smp_processor_id(),
					   test_getter_main, getter);
}

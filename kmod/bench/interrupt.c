// SPDX-License-Identifier: GPL-2.0
/*
 * The workload interrupt: a lane does half the operations of a batch, and a
 * timer of its CPU interrupts it again and again to do the other half, each
 * time as many operations as the lane has done since the last interrupt.  A
 * batch ends when both halves are done; its time includes entering and leaving
 * the interrupts.
 *
 * A lane writes @asked and reads @done and @failed, its timer reads @asked and
 * writes the others, mostly on the same CPU, where a lane sees whole
 * interrupts.  The order of the accesses does not matter: each member is a
 * number that only grows.
 */
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/timekeeping.h>
#include "bench.h"

/*
 * Nanoseconds from one interrupt to the next.  The cost of an interrupt depends
 * on whether it hits the middle of an operation, so there must be many
 * interrupts; the number is odd, so that they hit all places.  In User Mode
 * Linux each interrupt is a signal of the host and takes several of its system
 * calls.
 */
#ifdef CONFIG_UML
#define INTERRUPT_INTERVAL	1000003
#else
#define INTERRUPT_INTERVAL	20011
#endif

/* Operations that a lane does before it asks the timer for as many. */
#define INTERRUPT_CHUNK		16

/**
 * struct bench_timer - the timer of a lane
 * @timer: the timer
 * @lane: the lane that it belongs to
 * @asked: operations of this batch that the timer should have done by now
 * @done: operations of this batch that the timer has done
 * @failed: memory ran out
 */
struct bench_timer {
	struct hrtimer timer;
	const struct bench_lane *lane;
	unsigned int asked;
	unsigned int done;
	bool failed;
};

static unsigned int pairs_atomic(const struct bench_lane *lane,
				 unsigned int ops)
{
	const struct bench_run *run = lane->run;

	return run->backend->loops->atomic(run->pools->sources[0], ops);
}

static enum hrtimer_restart timer_interrupt(struct hrtimer *hrtimer)
{
	struct bench_timer *timer = container_of(hrtimer, struct bench_timer,
						 timer);
	unsigned int ops = READ_ONCE(timer->asked) - timer->done;
	unsigned int done = pairs_atomic(timer->lane, ops);

	WRITE_ONCE(timer->failed, done != ops);
	WRITE_ONCE(timer->done, timer->done + done);
	if (timer->failed || timer->done == timer->lane->run->req.batch / 2)
		return HRTIMER_NORESTART;
	/*
	 * The interval starts now; otherwise slow operations would make no
	 * progress.
	 */
	hrtimer_set_expires(hrtimer, ktime_add_ns(ktime_get(),
						  INTERRUPT_INTERVAL));
	return HRTIMER_RESTART;
}

static void timer_start(struct bench_timer *timer, u64 ns)
{
	hrtimer_start(&timer->timer, ns_to_ktime(ns),
		      HRTIMER_MODE_REL_PINNED);
}

static bool timer_is_done(const struct bench_timer *timer, unsigned int ops)
{
	return READ_ONCE(timer->done) == ops || READ_ONCE(timer->failed);
}

/* Do @ops operations, then let the timer catch up at once. */
static unsigned int lane_half(struct bench_lane *lane, unsigned int ops)
{
	struct bench_timer *timer = lane->timer;
	unsigned int done = 0;

	while (done < ops) {
		unsigned int chunk = min(ops - done, INTERRUPT_CHUNK);

		if (pairs_atomic(lane, chunk) != chunk)
			break;
		done += chunk;
		WRITE_ONCE(timer->asked, done);
	}
	/* If this CPU went offline, the timer may be running on another one. */
	hrtimer_cancel(&timer->timer);
	timer_start(timer, 0);
	while (!timer_is_done(timer, done))
		cpu_relax();
	return done;
}

static int step_interrupt(struct bench_lane *lane, u64 *ns)
{
	unsigned int half = lane->run->req.batch / 2;
	struct bench_timer *timer = lane->timer;
	unsigned int done;
	u64 before;

	timer->asked = 0;
	timer->done = 0;
	timer->failed = false;
	before = ktime_get_ns();
	timer_start(timer, INTERRUPT_INTERVAL);
	done = lane_half(lane, half);
	*ns += ktime_get_ns() - before;
	hrtimer_cancel(&timer->timer);
	done += timer->done;
	return done == 2 * half ? done : -ENOMEM;
}

static void finish_interrupt(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++)
		kfree(run->lanes[i].timer);
}

static int setup_interrupt(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++) {
		struct bench_timer *timer = kzalloc_obj(*timer, GFP_KERNEL);

		if (!timer)
			return -ENOMEM;
		hrtimer_setup(&timer->timer, timer_interrupt, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL_PINNED);
		timer->lane = &run->lanes[i];
		run->lanes[i].timer = timer;
	}
	return 0;
}

const struct bench_workload bench_interrupt = {
	.name = "interrupt",
	.text =
		"Half of the operations from a timer interrupt that arrives in the middle of the other half. Entering and leaving interrupts is part of the cost.",
	.stable_ops = 16 * 8192,
	.batch = 8192,
	.unit = 2,
	.objects = 100,
	.warm_up = 4,
	.setup = setup_interrupt,
	.step = step_interrupt,
	.finish = finish_interrupt,
};

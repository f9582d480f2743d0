/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the suites and the torture ask for hard interrupts.
 *
 * PREEMPT_RT makes threads of timers and irq work unless they insist.  On other
 * kernels those that insist run in the same context as the rest, but lock
 * checking judges them as if for PREEMPT_RT (PROVE_RAW_LOCK_NESTING): it would
 * report kpool, which builds objects in interrupts only where that is allowed,
 * for what it does not do there.
 */
#ifndef _KPOOL_KUNIT_INTERRUPTS_H
#define _KPOOL_KUNIT_INTERRUPTS_H

#include <linux/hrtimer.h>
#include <linux/irq_work.h>

#ifdef CONFIG_PREEMPT_RT
#define TEST_TIMER_MODE			HRTIMER_MODE_REL_PINNED_HARD
#define TEST_IRQ_WORK_INIT(function)	IRQ_WORK_INIT_HARD(function)
#else
#define TEST_TIMER_MODE			HRTIMER_MODE_REL_PINNED
#define TEST_IRQ_WORK_INIT(function)	IRQ_WORK_INIT(function)
#endif

/*
 * The least time between two interrupts of a timer, in nanoseconds.  In User
 * Mode Linux each takes several system calls of the host: more often, and the
 * tests would do nothing else.
 */
#ifdef CONFIG_UML
#define TEST_TIMER_NS			1000000
#else
#define TEST_TIMER_NS			20000
#endif

#endif /* _KPOOL_KUNIT_INTERRUPTS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Modes in which the suites and the torture module request hard interrupts.
 *
 * PREEMPT_RT runs timers and irq work in threads unless they request a hard
 * interrupt.  On other kernels such a request does not change the context, but
 * lock checking treats it as on PREEMPT_RT (PROVE_RAW_LOCK_NESTING): it would
 * report kpool for building objects there, which kpool does in interrupts only
 * where that is allowed.
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
 * Mode Linux each takes several system calls of the host: with more of them,
 * the tests would do nothing else.
 */
#ifdef CONFIG_UML
#define TEST_TIMER_NS			1000000
#else
#define TEST_TIMER_NS			20000
#endif

#endif /* _KPOOL_KUNIT_INTERRUPTS_H */

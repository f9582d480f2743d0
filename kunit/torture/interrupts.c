// SPDX-License-Identifier: GPL-2.0
/*
 * Gets and puts in hard interrupts and in NMIs, which interrupt the code under
 * test: a timer on each CPU, and NMIs that a thread sends.
 *
 * The address of the interrupted instruction shows whether an interrupt came in
 * the middle of kpool_get() or kpool_put(); these interrupts are counted. Only
 * pools that are never destroyed are used here.
 */
#include <kpool/compat.h>
#include <linux/cpu.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/smp.h>
#ifdef CONFIG_X86_LOCAL_APIC
#include <asm/apic.h>
#include <asm/nmi.h>
#endif
#include <asm/irq_regs.h>

#include "../interrupts.h"
#include "torture.h"

/* The approximate length of the two functions. */
#define TORTURE_HOT_BYTES	96

static DEFINE_PER_CPU(struct hrtimer, torture_timer);
static DEFINE_PER_CPU(unsigned int, torture_turn);

static bool torture_in_hot_path(unsigned long ip)
{
	return ip - (unsigned long)kpool_get < TORTURE_HOT_BYTES ||
	       ip - (unsigned long)kpool_put < TORTURE_HOT_BYTES;
}

/* The next pool for this CPU; called with its interrupts disabled. */
static struct torture_pool *torture_interrupt_pool(void)
{
	return &torture_pools[this_cpu_inc_return(torture_turn) %
			      torture_nr_stable];
}

static void torture_interrupt_pair(void)
{
	struct torture_pool *tp = torture_interrupt_pool();
	unsigned long owner = torture_new_owner();
	void *obj;

	obj = kpool_get(tp->pool, GFP_ATOMIC | __GFP_NOWARN);
	if (!obj)
		return;
	if (torture_own(tp, obj, owner) && torture_disown(tp, obj, owner))
		kpool_put(tp->pool, obj);
}

static enum hrtimer_restart torture_irq(struct hrtimer *timer)
{
	struct pt_regs *regs = get_irq_regs();

	if (regs && torture_in_hot_path(instruction_pointer(regs)))
		torture_count(TORTURE_IRQ_HITS);
	torture_interrupt_pair();
	torture_count(TORTURE_IRQS);
	/* An odd interval, so that each interrupt hits another place. */
	hrtimer_forward_now(timer, ns_to_ktime(97003));
	return HRTIMER_RESTART;
}

static void torture_start_timer(void *unused)
{
	struct hrtimer *timer = this_cpu_ptr(&torture_timer);

	hrtimer_setup(timer, torture_irq, CLOCK_MONOTONIC, TEST_TIMER_MODE);
	hrtimer_start(timer, ns_to_ktime(97003), TEST_TIMER_MODE);
}

int torture_irqs_start(void)
{
	on_each_cpu(torture_start_timer, NULL, true);
	return 0;
}

void torture_irqs_stop(void)
{
	struct hrtimer *timer;
	int cpu;

	for_each_possible_cpu(cpu) {
		timer = per_cpu_ptr(&torture_timer, cpu);
		if (timer->base)
			hrtimer_cancel(timer);
	}
}

#ifdef CONFIG_X86_LOCAL_APIC

static DEFINE_PER_CPU(atomic_t, torture_nmi_sent);

static int torture_nmi(unsigned int reason, struct pt_regs *regs)
{
	if (!atomic_xchg(this_cpu_ptr(&torture_nmi_sent), 0))
		return NMI_DONE;
	if (torture_in_hot_path(instruction_pointer(regs)))
		torture_count(TORTURE_NMI_HITS);
	torture_interrupt_pair();
	torture_count(TORTURE_NMIS);
	return NMI_HANDLED;
}

int torture_nmis_start(void)
{
	return register_nmi_handler(NMI_LOCAL, torture_nmi, 0, "kpool_torture");
}

void torture_nmis_stop(void)
{
	unregister_nmi_handler(NMI_LOCAL, "kpool_torture");
}

static void torture_send_nmi(unsigned int cpu)
{
	cpus_read_lock();
	if (cpu_online(cpu)) {
		atomic_set(per_cpu_ptr(&torture_nmi_sent, cpu), 1);
		apic->send_IPI(cpu, NMI_VECTOR);
	}
	cpus_read_unlock();
}

int torture_nmi_sender(void *unused)
{
	struct rnd_state random;
	int cpu;

	torture_seed(&random);
	while (!torture_should_stop()) {
		cpu = torture_random(&random, nr_cpu_ids);
		if (cpu_possible(cpu))
			torture_send_nmi(cpu);
		schedule_timeout_interruptible(1);
	}
	/* No NMI may be in flight when the handler is unregistered. */
	for_each_online_cpu(cpu)
		while (atomic_read(per_cpu_ptr(&torture_nmi_sent, cpu)) &&
		       cpu_online(cpu))
			schedule_timeout_interruptible(1);
	return 0;
}

#else

int torture_nmis_start(void)
{
	return -EOPNOTSUPP;
}

void torture_nmis_stop(void)
{
}

int torture_nmi_sender(void *unused)
{
	return 0;
}

#endif

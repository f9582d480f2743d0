// SPDX-License-Identifier: GPL-2.0
/* Run code in a non-maskable interrupt; see helpers.h. */
#include <linux/preempt.h>
#include <linux/smp.h>
#ifdef CONFIG_X86_LOCAL_APIC
#include <asm/apic.h>
#include <asm/nmi.h>
#endif

#include "helpers.h"

#ifdef CONFIG_X86_LOCAL_APIC

struct test_nmi_call {
	void (*run)(void *data);
	void *data;
	bool done;
};

/* The call that the next NMI makes. */
static struct test_nmi_call *test_nmi_call;

static int test_nmi(unsigned int reason, struct pt_regs *regs)
{
	struct test_nmi_call *call = xchg(&test_nmi_call, NULL);

	if (!call)
		return NMI_DONE;
	call->run(call->data);
	/* Pairs with the acquire in test_in_nmi(). */
	smp_store_release(&call->done, true);
	return NMI_HANDLED;
}

void test_needs_nmi(struct kunit *test)
{
}

void test_in_nmi(struct kunit *test, void (*run)(void *data), void *data)
{
	struct test_nmi_call call = { .run = run, .data = data };

	KUNIT_ASSERT_EQ(test, 0, register_nmi_handler(NMI_LOCAL, test_nmi, 0,
						      "kpool_kunit"));
	xchg(&test_nmi_call, &call);
	preempt_disable();
	apic->send_IPI(smp_processor_id(), NMI_VECTOR);
	preempt_enable();
	/* Pairs with the release in test_nmi(). */
	KUNIT_EXPECT_TRUE_MSG(test, test_wait(smp_load_acquire(&call.done)),
			      "no NMI came");
	/* The call is on this stack. */
	xchg(&test_nmi_call, NULL);
	unregister_nmi_handler(NMI_LOCAL, "kpool_kunit");
}

#else

void test_needs_nmi(struct kunit *test)
{
	kunit_skip(test, "this machine sends no NMIs");
}

void test_in_nmi(struct kunit *test, void (*run)(void *data), void *data)
{
	KUNIT_FAIL(test, "test_needs_nmi() comes first");
}

#endif

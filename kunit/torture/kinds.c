// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that use pools of all kinds: each picks a kind at random and does a step
 * of it, again and again, while memory is reclaimed.  The steps are in
 * kind_*.c.
 *
 * The kinds are set up before the threads start and torn down after they have
 * ended; nothing here is locked.
 */
#include <linux/sched.h>

#include "torture.h"

static const struct torture_kind *const torture_kinds[] = {
	&torture_kind_buf,
	&torture_kind_compound,
	&torture_kind_dma,
	&torture_kind_fifo,
	&torture_kind_ring,
	&torture_kind_sized,
	&torture_kind_static,
	&torture_kind_work,
};

int torture_kinds_setup(void)
{
	int err = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(torture_kinds) && !err; i++)
		err = torture_kinds[i]->setup();
	return err;
}

void torture_kinds_teardown(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(torture_kinds); i++)
		torture_kinds[i]->teardown();
}

int torture_kinds_user(void *unused)
{
	struct rnd_state random;
	u32 which;

	torture_seed(&random);
	while (ARRAY_SIZE(torture_kinds) && !torture_should_stop()) {
		which = torture_random(&random, ARRAY_SIZE(torture_kinds));
		torture_kinds[which]->step(&random);
		torture_count(TORTURE_KINDS);
		cond_resched();
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The sample with a table: its second user allocates no memory. The KUnit suite
 * kpool_table tests the table itself.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"

#define SAMPLE	"kpool_sample_table"

FIXTURE(sample_table) {
	int kmsg;
};

FIXTURE_SETUP(sample_table)
{
	ASSERT_EQ(0, modules_load());
	self->kmsg = kmsg_open();
	if (self->kmsg < 0)
		SKIP(return, "the kernel keeps no log (CONFIG_PRINTK)");
	/*
	 * Both users run on one CPU, so that the second gets the table put by
	 * the first.
	 */
	ASSERT_EQ(0, cpu_pin(0));
	ASSERT_EQ(0, module_load(SAMPLE));
}

FIXTURE_TEARDOWN(sample_table)
{
	module_unload(SAMPLE);
	close(self->kmsg);
}

/* Reads the numbers of allocations that the sample prints for its two users. */
static int read_message(int kmsg, int *first, int *second)
{
	char *text = kmsg_next(kmsg, SAMPLE);
	int found = 0;

	if (text)
		found = sscanf(text, SAMPLE
			       ": allocations of the first user %d, of the second %d",
			       first, second);
	free(text);
	return found == 2 ? 0 : -ENOENT;
}

TEST_F(sample_table, second_user_allocates_nothing)
{
	int first, second;

	ASSERT_EQ(0, read_message(self->kmsg, &first, &second));
	EXPECT_LT(50, first);
	EXPECT_EQ(0, second);
}

TEST_F(sample_table, both_had_the_same_table)
{
	EXPECT_EQ(2, pool_stat_now(SAMPLE, "gets"));
	EXPECT_EQ(1, pool_stat_now(SAMPLE, "built"));
	EXPECT_EQ(2, pool_stat_now(SAMPLE, "kept"));
	EXPECT_EQ(0, pool_stat_now(SAMPLE, "in_use"));
}

TEST_F(sample_table, leaves_nothing_behind)
{
	ASSERT_EQ(0, module_unload(SAMPLE));
	EXPECT_FALSE(pool_exists(SAMPLE));
}

TEST_HARNESS_MAIN

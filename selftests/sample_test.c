// SPDX-License-Identifier: GPL-2.0
/*
 * The driver that the README shows works, and so does the one with large
 * objects.
 */
#include <stdlib.h>
#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"

FIXTURE(sample) {
	int kmsg;
};

FIXTURE_SETUP(sample)
{
	ASSERT_EQ(0, modules_load());
	self->kmsg = kmsg_open();
	if (self->kmsg < 0)
		SKIP(return, "the kernel keeps no log (CONFIG_PRINTK)");
}

FIXTURE_TEARDOWN(sample)
{
	module_unload("kpool_sample");
	module_unload("kpool_sample_state");
	close(self->kmsg);
}

/* Returns how many messages since the last call begin with @start. */
static int messages(int kmsg, const char *start)
{
	int found = 0;
	char *text;

	while ((text = kmsg_next(kmsg, start))) {
		free(text);
		found++;
	}
	return found;
}

TEST_F(sample, loads_and_says_so)
{
	ASSERT_EQ(0, module_load("kpool_sample"));
	EXPECT_EQ(1, messages(self->kmsg, "kpool_sample: "));
}

TEST_F(sample, has_a_pool_with_one_idle_object)
{
	ASSERT_EQ(0, module_load("kpool_sample"));
	EXPECT_EQ(1, pool_stat_now("kpool_sample", "gets"));
	EXPECT_EQ(1, pool_stat_now("kpool_sample", "kept"));
	EXPECT_EQ(1, pool_stat_now("kpool_sample", "idle"));
	EXPECT_EQ(0, pool_stat_now("kpool_sample", "in_use"));
}

TEST_F(sample, leaves_nothing_behind)
{
	int before = pools_count();

	ASSERT_EQ(0, module_load("kpool_sample"));
	EXPECT_EQ(before + 1, pools_count());
	ASSERT_EQ(0, module_unload("kpool_sample"));
	EXPECT_EQ(before, pools_count());
	EXPECT_FALSE(pool_exists("kpool_sample"));
}

TEST_F(sample, states_run_a_script)
{
	ASSERT_EQ(0, module_load("kpool_sample_state"));
	EXPECT_EQ(1, messages(self->kmsg, "kpool_sample_state: "));
	EXPECT_EQ(1, pool_stat_now("kpool_sample_state", "kept"));
	EXPECT_EQ(0, pool_stat_now("kpool_sample_state", "in_use"));
	ASSERT_EQ(0, module_unload("kpool_sample_state"));
	EXPECT_FALSE(pool_exists("kpool_sample_state"));
}

TEST_HARNESS_MAIN

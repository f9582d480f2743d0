// SPDX-License-Identifier: GPL-2.0
/*
 * The driver that the README shows is one that works, and so is the one with
 * large objects.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "kpool_selftest.h"

FIXTURE(sample) {
	int kmsg;
};

FIXTURE_SETUP(sample)
{
	ASSERT_EQ(0, modules_load());
	self->kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (self->kmsg < 0)
		SKIP(return, "the kernel keeps no log (CONFIG_PRINTK)");
	ASSERT_LE(0, lseek(self->kmsg, 0, SEEK_END));
}

FIXTURE_TEARDOWN(sample)
{
	module_unload("kpool_sample");
	module_unload("kpool_sample_state");
}

/* How many messages begin with @start, of those since the last call. */
static int messages(int kmsg, const char *start)
{
	char record[8192], *text;
	int found = 0;
	ssize_t got;

	for (;;) {
		got = read(kmsg, record, sizeof(record) - 1);
		if (got < 0 && errno == EPIPE)
			continue;	/* some were overwritten */
		if (got <= 0)
			return found;
		record[got] = '\0';
		text = strchr(record, ';');
		if (text && !strncmp(text + 1, start, strlen(start)))
			found++;
	}
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

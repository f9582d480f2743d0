// SPDX-License-Identifier: GPL-2.0
/*
 * A static pool exists once its module has used it, and is destroyed with the
 * module. The module is kpool_examples, which defines the pool
 * example_responses and contains no calls to create or destroy it.
 */
#include <errno.h>

#include "harness.h"
#include "kpool_selftest.h"

#define MODULE	"kpool_examples"
#define POOL	"example_responses"
#define CYCLES	20

FIXTURE(static_pool) {
	int before;
};

FIXTURE_SETUP(static_pool)
{
	ASSERT_EQ(0, modules_load());
	self->before = pools_count();
	ASSERT_FALSE(pool_exists(POOL));
}

FIXTURE_TEARDOWN(static_pool)
{
	module_unload(MODULE);
}

TEST_F(static_pool, is_created_by_its_use)
{
	ASSERT_EQ(0, module_load(MODULE));
	EXPECT_TRUE(pool_exists(POOL));
	EXPECT_EQ(self->before + 1, pools_count());
	EXPECT_LT(0, pool_stat_now(POOL, "gets"));
	EXPECT_EQ(2, pool_stat_now(POOL, "idle_reserve"));
	EXPECT_EQ(0, pool_stat_now(POOL, "in_use"));
}

TEST_F(static_pool, goes_with_its_module)
{
	ASSERT_EQ(0, module_load(MODULE));
	ASSERT_TRUE(pool_exists(POOL));
	ASSERT_EQ(0, module_unload(MODULE));
	EXPECT_FALSE(pool_exists(POOL));
	EXPECT_EQ(self->before, pools_count());
}

/* Grace periods are slow on some machines, and each cycle waits for many. */
TEST_F(static_pool, comes_and_goes_again)
{
	int i;

	for (i = 1; i <= CYCLES; i++) {
		ASSERT_EQ(0, module_load(MODULE));
		ASSERT_TRUE(pool_exists(POOL));
		ASSERT_EQ(0, module_unload(MODULE)) {
			TH_LOG("cycle %d", i);
		}
		ASSERT_FALSE(pool_exists(POOL));
	}
}

TEST_F(static_pool, other_modules_come_and_go_meanwhile)
{
	ASSERT_EQ(0, module_load(MODULE));
	ASSERT_EQ(0, module_load("kpool_sample"));
	ASSERT_EQ(0, module_unload("kpool_sample"));
	EXPECT_TRUE(pool_exists(POOL));
}

TEST_F(static_pool, holds_kpool_in_memory)
{
	ASSERT_EQ(0, module_load(MODULE));
	ASSERT_EQ(0, module_unload("kpool_bench"));
	ASSERT_EQ(0, module_unload("kpool_test"));
	EXPECT_EQ(-EWOULDBLOCK, module_unload("kpool"));
	ASSERT_EQ(0, module_unload(MODULE));
	EXPECT_EQ(0, module_unload("kpool"));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Pools that are destroyed together with their device. */
#include <linux/device.h>

#include "helpers.h"

static struct device *new_device(struct kunit *test)
{
	/* No owner: older kernels run KUnit before a module is in sysfs. */
	struct device *dev = __root_device_register("kpool-kunit", NULL);

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(dev), "no device");
	return dev;
}

/* Create a pool with counting hooks that belongs to @dev. */
static struct test_pool *device_pool(struct kunit *test, struct device *dev)
{
	struct test_pool *tp = test_pool_prepare(test);
	const struct kpool_args args = {
		.ops = &test_pool_ops,
		.ctx = tp,
		.reserve = 2,
	};

	tp->pool = devm_kpool_create(dev, tp->name, sizeof(struct test_object),
				     &args);
	return tp;
}

static void pool_goes_with_its_device(struct kunit *test)
{
	struct device *dev = new_device(test);
	struct test_pool *tp = device_pool(test, dev);
	struct kpool *again;
	bool created = !IS_ERR_OR_NULL(tp->pool);

	KUNIT_EXPECT_TRUE(test, created);
	if (created) {
		test_fill(test, tp, 10);
		test_expect_quiet(test, tp, 0);
	}
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tp->exits), 0,
			    "it stays as long as the device");
	root_device_unregister(dev);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->inits), 12);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->exits), 12);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->frees), 12);
	again = kpool_create(tp->name, 64, NULL);
	KUNIT_EXPECT_FALSE_MSG(test, IS_ERR(again), "its name is usable");
	kpool_destroy(again);
}

static void device_has_several_pools(struct kunit *test)
{
	struct device *dev = new_device(test);
	struct test_pool *pools[3];
	int i;

	for (i = 0; i < ARRAY_SIZE(pools); i++) {
		pools[i] = device_pool(test, dev);
		KUNIT_EXPECT_FALSE(test, IS_ERR_OR_NULL(pools[i]->pool));
	}
	root_device_unregister(dev);
	for (i = 0; i < ARRAY_SIZE(pools); i++) {
		KUNIT_EXPECT_EQ(test, atomic_read(&pools[i]->inits), 2);
		KUNIT_EXPECT_EQ(test, atomic_read(&pools[i]->exits), 2);
	}
}

static void error_is_passed_on(struct kunit *test)
{
	struct device *dev = new_device(test);
	struct test_pool *tp = test_pool(test);
	struct kpool *pool;

	pool = devm_kpool_create(dev, tp->name, 64, NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(pool), -EEXIST);
	pool = devm_kpool_create(dev, "kunit-devres", 0, NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(pool), -EINVAL);
	/* No action was left with the device. */
	root_device_unregister(dev);
	kpool_put(tp->pool, test_get(test, tp, GFP_KERNEL));
	test_expect_quiet(test, tp, 0);
}

static struct kunit_case devres_cases[] = {
	KUNIT_CASE(pool_goes_with_its_device),
	KUNIT_CASE(device_has_several_pools),
	KUNIT_CASE(error_is_passed_on),
	{}
};

static struct kunit_suite devres_suite = {
	.name = "kpool_devres",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = devres_cases,
};

kunit_test_suite(devres_suite);

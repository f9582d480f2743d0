// SPDX-License-Identifier: GPL-2.0
/*
 * Creating pools: refused arguments and their errors, accepted arguments, and
 * copies of arguments.
 */
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "helpers.h"

#define LONGEST_NAME "as-long-as-a-name-may-be-which-is-47-characters"
static_assert(sizeof(LONGEST_NAME) == KPOOL_NAME_MAX + 1);

static void *some_alloc(void *ctx, gfp_t gfp, int node)
{
	return kmalloc(64, gfp);
}

static void some_free(void *obj, void *ctx)
{
	kfree(obj);
}

static const struct kpool_ops only_alloc = { .alloc = some_alloc };
static const struct kpool_ops only_free = { .free = some_free };

struct bad_create {
	const char *what;
	const char *name;
	size_t size;
	struct kpool_args args;
	int err;
};

static const struct bad_create bad_creates[] = {
	{ "no name", NULL, 64, {}, -EINVAL },
	{ "empty name", "", 64, {}, -EINVAL },
	{ "name too long", LONGEST_NAME "x", 64, {}, -EINVAL },
	{ "name with a slash", "kunit/1", 64, {}, -EINVAL },
	{ "name with a blank", "kunit 1", 64, {}, -EINVAL },
	{ "name with a newline", "kunit\n", 64, {}, -EINVAL },
	{ "name that leads out of debugfs", "..", 64, {}, -EINVAL },
	{ "size 0", "kunit-bad", 0, {}, -EINVAL },
	{ "size too large", "kunit-bad", KMALLOC_MAX_SIZE + 1, {}, -E2BIG },
	{ "size huge", "kunit-bad", SIZE_MAX, {}, -E2BIG },
	{ "max below reserve", "kunit-bad", 64,
	  { .max = 3, .reserve = 4 }, -EINVAL },
	{ "fixed, and room only for the reserve", "kunit-bad", 64,
	  { .max = 3, .reserve = 3, .flags = KPOOL_F_FIXED }, -EINVAL },
	{ "magazine too big", "kunit-bad", 64,
	  { .magazine = KPOOL_MAGAZINE_MAX + 1 }, -EINVAL },
	{ "magazine huge", "kunit-bad", 64,
	  { .magazine = UINT_MAX }, -EINVAL },
	{ "unknown flag", "kunit-bad", 64, { .flags = BIT(31) }, -EINVAL },
	{ "known and unknown flag", "kunit-bad", 64,
	  { .flags = KPOOL_F_DEFER_EXIT | BIT(31) }, -EINVAL },
	{ "align no power of two", "kunit-bad", 64, { .align = 24 }, -EINVAL },
	{ "align beyond a page", "kunit-bad", 64,
	  { .align = 2 * PAGE_SIZE }, -EINVAL },
	{ "alloc without free", "kunit-bad", 64,
	  { .ops = &only_alloc }, -EINVAL },
	{ "free without alloc", "kunit-bad", 64,
	  { .ops = &only_free }, -EINVAL },
};

static void bad_create_what(const struct bad_create *bad, char *desc)
{
	strscpy(desc, bad->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(bad_create, bad_creates, bad_create_what);

static void bad_argument_is_refused(struct kunit *test)
{
	const struct bad_create *bad = test->param_value;
	struct kpool *pool = kpool_create(bad->name, bad->size, &bad->args);

	KUNIT_EXPECT_TRUE_MSG(test, IS_ERR(pool), "%s", bad->what);
	KUNIT_EXPECT_EQ_MSG(test, PTR_ERR(pool), bad->err, "%s", bad->what);
	if (!IS_ERR(pool))
		kpool_destroy(pool);
}

static void refused_name_stays_free(struct kunit *test)
{
	const struct kpool_args bad = { .magazine = UINT_MAX };
	struct kpool *pool;

	KUNIT_EXPECT_EQ(test, PTR_ERR(kpool_create("kunit-bad", 64, &bad)),
			-EINVAL);
	pool = kpool_create("kunit-bad", 64, NULL);
	KUNIT_EXPECT_FALSE(test, IS_ERR(pool));
	kpool_destroy(pool);
}

static void name_of_existing_pool_is_refused(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct kpool *other = kpool_create(tp->name, 64, NULL);

	KUNIT_EXPECT_EQ(test, PTR_ERR(other), -EEXIST);
	/* The pool that has the name still works. */
	kpool_put(tp->pool, test_get(test, tp, GFP_KERNEL));
	test_expect_quiet(test, tp, 0);
}

static void name_of_destroyed_pool_is_free(struct kunit *test)
{
	int i;

	for (i = 0; i < 3; i++) {
		struct kpool *pool = kpool_create("kunit-again", 64, NULL);

		KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(pool), "round %d", i);
		kpool_destroy(pool);
	}
}

static void name_is_copied(struct kunit *test)
{
	char name[] = "kunit-copied";
	struct kpool *pool = kpool_create(name, 64, NULL);
	struct kpool *other;

	KUNIT_ASSERT_FALSE(test, IS_ERR(pool));
	strscpy(name, "kunit-other", sizeof(name));
	other = kpool_create("kunit-copied", 64, NULL);
	KUNIT_EXPECT_EQ_MSG(test, PTR_ERR(other), -EEXIST,
			    "the pool keeps the name that it was given");
	kpool_destroy(other);
	other = kpool_create(name, 64, NULL);
	KUNIT_EXPECT_FALSE_MSG(test, IS_ERR(other),
			       "and the new name is not taken");
	kpool_destroy(other);
	kpool_destroy(pool);
}

static void longest_name_is_accepted(struct kunit *test)
{
	struct kpool *pool = kpool_create(LONGEST_NAME, 64, NULL);

	KUNIT_EXPECT_FALSE(test, IS_ERR(pool));
	kpool_destroy(pool);
}

static void args_are_copied(struct kunit *test)
{
	struct test_pool *tp = test_pool_prepare(test);
	struct kpool_args args = {
		.ops = &test_pool_ops,
		.ctx = tp,
		.max = 2,
		.magazine = 1,
	};
	struct test_object *objs[2];

	tp->pool = kpool_create(tp->name, sizeof(struct test_object), &args);
	KUNIT_ASSERT_FALSE(test, IS_ERR(tp->pool));
	memset(&args, 0xff, sizeof(args));
	test_get_many(test, tp, 2, objs);
	KUNIT_EXPECT_NULL_MSG(test, kpool_get(tp->pool, GFP_NOWAIT),
			      "the maximum is the one it was created with");
	test_put_many(tp, 2, objs);
	test_pool_destroy(test, tp);
}

static void largest_arguments_are_accepted(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .align = PAGE_SIZE,
					 .reserve = 5, .max = 5,
					 .magazine = KPOOL_MAGAZINE_MAX);

	test_expect_quiet(test, tp, 0);
}

static void destroying_nothing_is_harmless(struct kunit *test)
{
	kpool_destroy(NULL);
	kpool_destroy(ERR_PTR(-ENOMEM));
}

/* Fill objects of @size and @align: they must not overlap. */
static void try_memory(struct kunit *test, size_t size, unsigned int align)
{
	const struct kpool_args args = { .align = align };
	struct test_pool *tp = test_pool_prepare(test);
	unsigned char *objs[8];
	int i;

	tp->pool = kpool_create(tp->name, size, &args);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(tp->pool), "size %zu align %u",
			       size, align);
	KUNIT_EXPECT_EQ(test, test_stats(tp).object_size, (u64)size);
	for (i = 0; i < ARRAY_SIZE(objs); i++) {
		objs[i] = kpool_get(tp->pool, GFP_KERNEL);
		KUNIT_EXPECT_NOT_NULL(test, objs[i]);
		if (!objs[i])
			continue;
		KUNIT_EXPECT_TRUE_MSG(test,
				      !align || IS_ALIGNED((uintptr_t)objs[i],
							   align),
				      "size %zu align %u", size, align);
		memset(objs[i], i + 1, size);
	}
	for (i = 0; i < ARRAY_SIZE(objs); i++) {
		KUNIT_EXPECT_TRUE_MSG(test,
				      !objs[i] ||
				      !memchr_inv(objs[i], i + 1, size),
				      "objects of size %zu overlap", size);
		kpool_put(tp->pool, objs[i]);
	}
	kpool_destroy(tp->pool);
}

static const unsigned int aligns[] = { 1, 8, 16, 64, 256, 1024, PAGE_SIZE };

static void alignment_is_honoured(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(aligns); i++) {
		try_memory(test, 24, aligns[i]);
		try_memory(test, 3000, aligns[i]);
		try_memory(test, 5 * PAGE_SIZE, aligns[i]);
	}
}

static void objects_may_be_small_and_large(struct kunit *test)
{
	try_memory(test, 1, 0);
	try_memory(test, 7, 0);
	try_memory(test, PAGE_SIZE, 0);
	try_memory(test, 300000, 0);
}

/* The largest size that the allocator supports. */
static void largest_size_is_accepted(struct kunit *test)
{
	struct kpool *pool = kpool_create("kunit-large", KMALLOC_MAX_SIZE, NULL);

	KUNIT_EXPECT_FALSE(test, IS_ERR(pool));
	kpool_destroy(pool);
}

/* An error, and no warning of the allocator about the driver's number. */
static void a_reserve_of_any_size_is_an_error_at_most(struct kunit *test)
{
	const struct kpool_args args = { .reserve = UINT_MAX };

	KUNIT_EXPECT_EQ(test,
			PTR_ERR_OR_ZERO(kpool_create("test-large", 64, &args)),
			-ENOMEM);
}

static struct kunit_case create_cases[] = {
	KUNIT_CASE_PARAM(bad_argument_is_refused, bad_create_gen_params),
	KUNIT_CASE(refused_name_stays_free),
	KUNIT_CASE(name_of_existing_pool_is_refused),
	KUNIT_CASE(name_of_destroyed_pool_is_free),
	KUNIT_CASE(name_is_copied),
	KUNIT_CASE(longest_name_is_accepted),
	KUNIT_CASE(args_are_copied),
	KUNIT_CASE(largest_arguments_are_accepted),
	KUNIT_CASE(destroying_nothing_is_harmless),
	KUNIT_CASE(alignment_is_honoured),
	KUNIT_CASE(objects_may_be_small_and_large),
	KUNIT_CASE(largest_size_is_accepted),
	KUNIT_CASE(a_reserve_of_any_size_is_an_error_at_most),
	{}
};

static struct kunit_suite create_suite = {
	.name = "kpool_create",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = create_cases,
};

kunit_test_suite(create_suite);

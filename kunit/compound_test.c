// SPDX-License-Identifier: GPL-2.0
/*
 * Compound objects: a get returns all or nothing, a put returns every child to
 * its own pool, and a user that took a child over keeps it.
 */
#include <linux/device.h>
#include <linux/kpool_compound.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/seq_file.h>

#include "helpers.h"

/**
 * struct family - a parent
 * @obj: state for the counting hooks; must be first
 * @older: a child
 * @younger: another child
 */
struct family {
	struct test_object obj;
	struct test_object *older;
	struct test_object *younger;
};

/**
 * struct test_family - a compound, the pools of its children, and their hooks
 * @older: the pool of the child @older
 * @younger: the pool of the child @younger
 * @parents: the counting hooks of the parents, and their pool
 * @children: the declarations of both children
 * @compound: the compound
 * @seen_older: value of @older that the parent's last reset saw
 * @seen_younger: value of @younger that the parent's last reset saw
 * @wipe: the parent's reset clears its pointers
 */
struct test_family {
	struct test_pool *older;
	struct test_pool *younger;
	struct test_pool *parents;
	struct kpool_child children[2];
	struct kpool_compound *compound;
	struct test_object *seen_older;
	struct test_object *seen_younger;
	bool wipe;
};

static void *family_alloc(void *ctx, gfp_t gfp, int node)
{
	struct test_family *tf = ctx;
	struct family *family;

	if (atomic_dec_if_positive(&tf->parents->allocs_left) < 0)
		return NULL;
	family = kmalloc_node(sizeof(*family), gfp, node);
	if (family) {
		/* Uninitialised memory looks like this, at best. */
		memset(family, 0x5e, sizeof(*family));
		family->obj.state = TEST_RAW;
		atomic_inc(&tf->parents->allocs);
	}
	return family;
}

static int family_init(void *obj, void *ctx, gfp_t gfp)
{
	struct test_family *tf = ctx;

	return test_pool_ops.init(obj, tf->parents, gfp);
}

static bool family_reset(void *obj, void *ctx)
{
	struct test_family *tf = ctx;
	struct family *family = obj;

	tf->seen_older = family->older;
	tf->seen_younger = family->younger;
	if (tf->wipe)
		memset(family, 0, sizeof(*family));
	family->obj.state = TEST_USED;
	return test_pool_ops.reset(obj, tf->parents);
}

static void family_exit(void *obj, void *ctx)
{
	struct test_family *tf = ctx;
	struct family *family = obj;

	if (family->older || family->younger)
		atomic_inc(&tf->parents->misuses);
	test_pool_ops.exit(obj, tf->parents);
}

static void family_free(void *obj, void *ctx)
{
	struct test_family *tf = ctx;

	test_pool_ops.free(obj, tf->parents);
}

static void family_show(struct seq_file *file, void *ctx)
{
	seq_puts(file, "families 42\n");
}

static const struct kpool_ops family_ops = {
	.alloc = family_alloc,
	.init = family_init,
	.reset = family_reset,
	.exit = family_exit,
	.free = family_free,
	.show = family_show,
};

/*
 * Create pools of at most @max objects for the children, and no compound yet.
 */
static struct test_family *family_prepare(struct kunit *test, unsigned int max)
{
	struct test_family *tf = kunit_kzalloc(test, sizeof(*tf), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, tf);
	tf->older = test_pool(test, .max = max);
	tf->younger = test_pool(test, .max = max);
	tf->parents = test_pool_prepare(test);
	tf->children[0] = (struct kpool_child)
		KPOOL_CHILD(struct family, older, tf->older->pool);
	tf->children[1] = (struct kpool_child)
		KPOOL_CHILD(struct family, younger, tf->younger->pool);
	return tf;
}

/* The parameters of the parents' pool are @pool, or NULL for defaults. */
static struct kpool_compound *
compound_create(const char *name, size_t size, const struct kpool_args *pool,
		const struct kpool_child *children, unsigned int nr)
{
	struct kpool_compound_args args = { .children = children, .nr = nr };

	if (pool)
		args.pool = *pool;
	return kpool_compound_create(name, size, &args);
}

static struct test_family *family_create(struct kunit *test, unsigned int max,
					 struct kpool_args args)
{
	struct test_family *tf = family_prepare(test, max);

	args.ops = &family_ops;
	args.ctx = tf;
	tf->compound = compound_create(tf->parents->name,
				       sizeof(struct family), &args,
				       tf->children, 2);
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(tf->compound));
	tf->parents->pool = kpool_compound_pool(tf->compound);
	return tf;
}

#define family(test, max, ...) \
	family_create(test, max, (struct kpool_args){ __VA_ARGS__ })

static void family_expect_in_use(struct kunit *test, struct test_family *tf,
				 int parents, int older, int younger)
{
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tf->parents).in_use, parents,
			    "parents");
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tf->older).in_use, older,
			    "older children");
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tf->younger).in_use, younger,
			    "younger children");
}

static void family_expect_gone(struct kunit *test, struct test_family *tf)
{
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->parents->exits),
			atomic_read(&tf->parents->inits));
	KUNIT_EXPECT_EQ(test, atomic_read(&tf->parents->frees),
			atomic_read(&tf->parents->allocs));
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&tf->parents->misuses), 0,
			    "a hook was given a parent in a wrong state");
}

/* Check that all objects are back, and destroy the compound. */
static void family_finish(struct kunit *test, struct test_family *tf)
{
	family_expect_in_use(test, tf, 0, 0, 0);
	kpool_compound_destroy(tf->compound);
	family_expect_gone(test, tf);
}

static struct family *family_get(struct kunit *test, struct test_family *tf)
{
	struct family *family = kpool_compound_get(tf->compound, GFP_NOWAIT);

	KUNIT_ASSERT_NOT_NULL(test, family);
	KUNIT_ASSERT_NOT_NULL(test, family->older);
	KUNIT_ASSERT_NOT_NULL(test, family->younger);
	KUNIT_EXPECT_TRUE(test, test_is_fresh(&family->obj));
	KUNIT_EXPECT_TRUE(test, test_is_fresh(family->older));
	KUNIT_EXPECT_TRUE(test, test_is_fresh(family->younger));
	test_use(&family->obj);
	test_use(family->older);
	test_use(family->younger);
	return family;
}

static long family_error(struct test_family *tf, const char *name, size_t size,
			 const struct kpool_child *children, unsigned int nr)
{
	struct kpool_compound *compound;

	compound = compound_create(name, size, NULL, children, nr);
	if (IS_ERR_OR_NULL(compound))
		return PTR_ERR(compound);
	kpool_compound_destroy(compound);
	return 0;
}

static void no_children_are_refused(struct kunit *test)
{
	struct test_family *tf = family_prepare(test, 0);
	const struct kpool_child *children = tf->children;

	KUNIT_EXPECT_EQ(test, family_error(tf, "kunit-c", 64, NULL, 0),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, family_error(tf, "kunit-c", 64, NULL, 1),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, family_error(tf, "kunit-c", 64, children, 0),
			-EINVAL);
}

static void too_many_children_are_refused(struct kunit *test)
{
	struct test_family *tf = family_prepare(test, 0);
	struct kpool_child *children;
	int i;

	children = kunit_kcalloc(test, KPOOL_CHILDREN_MAX + 1,
				 sizeof(*children), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, children);
	for (i = 0; i <= KPOOL_CHILDREN_MAX; i++) {
		children[i].pool = tf->older->pool;
		children[i].offset = i * sizeof(void *);
	}
	KUNIT_EXPECT_EQ(test, family_error(tf, "kunit-c", 4096, children,
					   KPOOL_CHILDREN_MAX + 1), -E2BIG);
	KUNIT_EXPECT_EQ(test, family_error(tf, "kunit-c", 4096, children,
					   KPOOL_CHILDREN_MAX), 0);
}

static void a_child_has_one_pool(struct kunit *test)
{
	struct test_family *tf = family(test, 0);
	struct kpool_child child = {};

	KUNIT_EXPECT_EQ_MSG(test, family_error(tf, "kunit-c", 64, &child, 1),
			    -EINVAL, "none");
	child.pool = ERR_PTR(-ENOMEM);
	KUNIT_EXPECT_EQ_MSG(test, family_error(tf, "kunit-c", 64, &child, 1),
			    -EINVAL, "an error pointer");
	child.pool = tf->older->pool;
	child.compound = tf->compound;
	KUNIT_EXPECT_EQ_MSG(test, family_error(tf, "kunit-c", 64, &child, 1),
			    -EINVAL, "two");
	child.pool = NULL;
	KUNIT_EXPECT_EQ(test, family_error(tf, "kunit-c", 64, &child, 1), 0);
	child.compound = ERR_PTR(-ENOMEM);
	KUNIT_EXPECT_EQ_MSG(test, family_error(tf, "kunit-c", 64, &child, 1),
			    -EINVAL, "an error pointer");
	family_finish(test, tf);
}

static void bad_offsets_are_refused(struct kunit *test)
{
	struct test_family *tf = family_prepare(test, 0);
	struct kpool_child *children = tf->children;
	struct kpool_child *child = &children[1];
	const size_t size = sizeof(struct family);

	child->offset = size - sizeof(void *) + 1;
	KUNIT_EXPECT_EQ_MSG(test, family_error(tf, "kunit-c", size, children,
					       2), -EINVAL, "not aligned and beyond the end");
	child->offset = size;
	KUNIT_EXPECT_EQ_MSG(test, family_error(tf, "kunit-c", size, children,
					       2), -EINVAL, "beyond the end");
	child->offset = ALIGN_DOWN(SIZE_MAX, sizeof(void *));
	KUNIT_EXPECT_EQ_MSG(test, family_error(tf, "kunit-c", size, children,
					       2), -EINVAL, "far beyond the end");
	child->offset = 4;
	KUNIT_EXPECT_EQ_MSG(test, family_error(tf, "kunit-c", size, children,
					       2), -EINVAL, "not aligned");
	child->offset = children[0].offset;
	KUNIT_EXPECT_EQ_MSG(test, family_error(tf, "kunit-c", size, children,
					       2), -EINVAL, "twice the same");
	child->offset = size - sizeof(void *);
	KUNIT_EXPECT_EQ_MSG(test, family_error(tf, "kunit-c", 4, children, 2),
			    -EINVAL, "no room for a pointer");
	KUNIT_EXPECT_EQ(test, family_error(tf, "kunit-c", size, children, 2),
			0);
}

static void errors_of_the_parents_pool_are_passed_on(struct kunit *test)
{
	struct test_family *tf = family_prepare(test, 0);
	const struct kpool_child *children = tf->children;
	const struct kpool_ops half = { .alloc = family_alloc };
	const struct kpool_args args = { .ops = &half };

	KUNIT_EXPECT_EQ(test, family_error(tf, tf->older->name, 256, children,
					   2), -EEXIST);
	KUNIT_EXPECT_EQ(test, family_error(tf, "kunit-c", SIZE_MAX, children,
					   2), -E2BIG);
	KUNIT_EXPECT_EQ_MSG(test, PTR_ERR(compound_create("kunit-c", 256,
							  &args, children,
							  2)),
			    -EINVAL, "alloc without free");
}

static void a_reserve_that_cant_be_built_is_an_error(struct kunit *test)
{
	struct test_family *tf = family_prepare(test, 0);
	const struct kpool_args args = {
		.ops = &family_ops,
		.ctx = tf,
		.reserve = 2,
	};
	struct kpool_compound *compound;

	atomic_set(&tf->parents->allocs_left, 1);
	compound = compound_create("kunit-c", sizeof(struct family),
				   &args, tf->children, 2);
	KUNIT_EXPECT_EQ(test, PTR_ERR(compound), -ENOMEM);
	family_expect_gone(test, tf);
}

static void get_hands_out_parent_and_children(struct kunit *test)
{
	struct test_family *tf = family(test, 0);
	struct family *family = family_get(test, tf);

	KUNIT_EXPECT_PTR_NE(test, family->older, family->younger);
	family_expect_in_use(test, tf, 1, 1, 1);
	kpool_compound_put(tf->compound, family);
	family_finish(test, tf);
}

static void nothing_is_built_again(struct kunit *test)
{
	struct test_family *tf = family(test, 0);
	int i;

	for (i = 0; i < 10; i++)
		kpool_compound_put(tf->compound, family_get(test, tf));
	KUNIT_EXPECT_EQ(test, test_stats(tf->parents).built, 1);
	KUNIT_EXPECT_EQ(test, test_stats(tf->older).built, 1);
	KUNIT_EXPECT_EQ(test, test_stats(tf->younger).built, 1);
	test_expect_quiet(test, tf->older, 0);
	test_expect_quiet(test, tf->younger, 0);
	family_finish(test, tf);
}

static void hooks_are_optional(struct kunit *test)
{
	struct test_family *tf = family_prepare(test, 0);
	const struct kpool_child *children = tf->children;
	struct kpool_compound *compound;
	struct family *family;

	compound = compound_create(tf->parents->name, sizeof(*family),
				   NULL, children, 2);
	KUNIT_ASSERT_FALSE(test, IS_ERR(compound));
	family = kpool_compound_get(compound, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, family);
	KUNIT_EXPECT_NOT_NULL(test, family->older);
	kpool_compound_put(compound, family);
	kpool_compound_discard(compound,
			       kpool_compound_get(compound, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, test_stats(tf->older).in_use, 0);
	kpool_compound_destroy(compound);
}

static void reset_sees_the_children(struct kunit *test)
{
	struct test_family *tf = family(test, 0);
	struct family *family = family_get(test, tf);
	struct test_object *older = family->older;
	struct test_object *younger = family->younger;

	kpool_compound_put(tf->compound, family);
	KUNIT_EXPECT_PTR_EQ(test, tf->seen_older, older);
	KUNIT_EXPECT_PTR_EQ(test, tf->seen_younger, younger);
	family_finish(test, tf);
}

static void reset_may_clear_the_pointers(struct kunit *test)
{
	struct test_family *tf = family(test, 0);

	tf->wipe = true;
	kpool_compound_put(tf->compound, family_get(test, tf));
	family_finish(test, tf);
}

/* The parent is dropped, but its children remain usable. */
static void a_refused_parent_leaves_its_children(struct kunit *test)
{
	struct test_family *tf = family(test, 0);

	tf->parents->refuse = true;
	kpool_compound_put(tf->compound, family_get(test, tf));
	KUNIT_EXPECT_EQ(test, test_stats(tf->parents).rejected, 1);
	KUNIT_EXPECT_EQ(test, test_stats(tf->parents).destroyed, 1);
	KUNIT_EXPECT_EQ(test, test_stats(tf->older).idle, 1);
	KUNIT_EXPECT_EQ(test, test_stats(tf->younger).idle, 1);
	family_finish(test, tf);
}

static void a_child_that_is_missing_undoes_the_get(struct kunit *test)
{
	struct test_family *tf = family(test, 2);
	struct test_object *last[2];

	test_get_many(test, tf->younger, 2, last);
	KUNIT_EXPECT_NULL(test, kpool_compound_get(tf->compound, GFP_NOWAIT));
	family_expect_in_use(test, tf, 0, 0, 2);
	KUNIT_EXPECT_EQ(test, test_details(test, tf->parents->name, "unwinds"),
			1);
	kpool_put(tf->younger->pool, last[0]);
	kpool_compound_put(tf->compound, family_get(test, tf));
	kpool_put(tf->younger->pool, last[1]);
	family_finish(test, tf);
}

static void a_first_child_that_is_missing_undoes_the_get(struct kunit *test)
{
	struct test_family *tf = family(test, 0);

	atomic_set(&tf->older->allocs_left, 0);
	KUNIT_EXPECT_NULL(test, kpool_compound_get(tf->compound, GFP_KERNEL));
	family_expect_in_use(test, tf, 0, 0, 0);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tf->younger).gets, 0,
			    "its pool is not called");
	KUNIT_EXPECT_NULL(test, tf->seen_older);
	family_finish(test, tf);
}

static void a_parent_that_is_missing_costs_no_child(struct kunit *test)
{
	struct test_family *tf = family(test, 0, .max = 1);
	struct family *family = family_get(test, tf);

	KUNIT_EXPECT_NULL(test, kpool_compound_get(tf->compound, GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, test_stats(tf->older).gets, 1);
	KUNIT_EXPECT_EQ_MSG(test,
			    test_details(test, tf->parents->name, "unwinds"), 0,
			    "no child was missing");
	kpool_compound_put(tf->compound, family);
	family_finish(test, tf);
}

static void a_child_that_is_taken_over_stays(struct kunit *test)
{
	struct test_family *tf = family(test, 0);
	struct family *family = family_get(test, tf);
	struct test_object *kept = family->older;

	family->older = NULL;
	kpool_compound_put(tf->compound, family);
	family_expect_in_use(test, tf, 0, 1, 0);
	KUNIT_EXPECT_EQ_MSG(test, kept->state, TEST_USED, "it is not reset");
	/* The parent gets another child next time. */
	family = family_get(test, tf);
	KUNIT_EXPECT_PTR_NE(test, family->older, kept);
	kpool_compound_put(tf->compound, family);
	kpool_put(tf->older->pool, kept);
	family_finish(test, tf);
}

static void discard_tears_all_down(struct kunit *test)
{
	struct test_family *tf = family(test, 0);
	struct family *family = family_get(test, tf);
	struct test_object *kept = family->younger;

	family->younger = NULL;
	kpool_compound_discard(tf->compound, family);
	KUNIT_EXPECT_EQ(test, test_stats(tf->parents).discarded, 1);
	KUNIT_EXPECT_EQ(test, test_stats(tf->older).discarded, 1);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tf->younger).discarded, 0,
			    "this one was taken over");
	kpool_put(tf->younger->pool, kept);
	family_finish(test, tf);
}

static void two_children_of_one_pool(struct kunit *test)
{
	struct test_family *tf = family_prepare(test, 2);
	const struct kpool_child children[] = {
		KPOOL_CHILD(struct family, older, tf->older->pool),
		KPOOL_CHILD(struct family, younger, tf->older->pool),
	};
	struct kpool_compound *compound;
	struct family *family;

	compound = compound_create(tf->parents->name, sizeof(*family),
				   NULL, children, 2);
	KUNIT_ASSERT_FALSE(test, IS_ERR(compound));
	family = kpool_compound_get(compound, GFP_NOWAIT);
	KUNIT_ASSERT_NOT_NULL(test, family);
	KUNIT_EXPECT_PTR_NE(test, family->older, family->younger);
	KUNIT_EXPECT_EQ(test, test_stats(tf->older).in_use, 2);
	KUNIT_EXPECT_NULL(test, kpool_compound_get(compound, GFP_NOWAIT));
	kpool_compound_put(compound, family);
	KUNIT_EXPECT_EQ(test, test_stats(tf->older).in_use, 0);
	kpool_compound_destroy(compound);
}

struct clan {
	struct family *family;
	struct test_object *friend;
};

/* Create a compound whose first child is @tf's family. */
static struct kpool_compound *clan_create(struct kunit *test,
					  struct test_family *tf,
					  struct test_pool *friends)
{
	const struct kpool_child children[] = {
		KPOOL_CHILD_COMPOUND(struct clan, family, tf->compound),
		KPOOL_CHILD(struct clan, friend, friends->pool),
	};
	struct kpool_compound *clans;

	clans = compound_create("kunit-clans", sizeof(struct clan), NULL,
				children, ARRAY_SIZE(children));
	KUNIT_ASSERT_FALSE(test, IS_ERR(clans));
	return clans;
}

static void children_have_children(struct kunit *test)
{
	struct test_family *tf = family(test, 0);
	struct test_pool *friends = test_pool(test, .max = 1);
	struct kpool_compound *clans = clan_create(test, tf, friends);
	struct clan *clan = kpool_compound_get(clans, GFP_NOWAIT);

	KUNIT_ASSERT_NOT_NULL(test, clan);
	KUNIT_ASSERT_NOT_NULL(test, clan->family);
	KUNIT_EXPECT_NOT_NULL(test, clan->family->older);
	family_expect_in_use(test, tf, 1, 1, 1);
	/* First a friend is missing, and then a grandchild. */
	KUNIT_EXPECT_NULL(test, kpool_compound_get(clans, GFP_NOWAIT));
	family_expect_in_use(test, tf, 1, 1, 1);
	kpool_compound_put(clans, clan);
	family_expect_in_use(test, tf, 0, 0, 0);
	kpool_drain(tf->younger->pool);
	atomic_set(&tf->younger->allocs_left, 0);
	KUNIT_EXPECT_NULL(test, kpool_compound_get(clans, GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, test_stats(friends).in_use, 0);
	family_expect_in_use(test, tf, 0, 0, 0);
	atomic_set(&tf->younger->allocs_left, INT_MAX);
	kpool_compound_discard(clans, kpool_compound_get(clans, GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, test_stats(tf->parents).discarded, 1);
	KUNIT_EXPECT_EQ(test, test_stats(tf->younger).discarded, 1);
	kpool_compound_destroy(clans);
	family_finish(test, tf);
}

static void details_show_ours_and_the_drivers(struct kunit *test)
{
	struct test_family *tf = family(test, 0);

	KUNIT_EXPECT_EQ(test, test_details(test, tf->parents->name, "children"),
			2);
	KUNIT_EXPECT_EQ(test, test_details(test, tf->parents->name, "unwinds"),
			0);
	KUNIT_EXPECT_EQ(test, test_details(test, tf->parents->name, "families"),
			42);
	family_finish(test, tf);
}

static void the_parents_may_have_a_reserve(struct kunit *test)
{
	struct test_family *tf = family(test, 0, .reserve = 2);
	struct family *families[2];

	atomic_set(&tf->parents->allocs_left, 0);
	families[0] = family_get(test, tf);
	families[1] = family_get(test, tf);
	kpool_compound_put(tf->compound, families[0]);
	kpool_compound_put(tf->compound, families[1]);
	family_finish(test, tf);
}

/* The warning is expected; see destroy_test.c. */
static void late_puts_find_all_they_need(struct kunit *test)
{
	struct test_family *tf = family(test, 0);
	struct family *families[2];
	int i;

	for (i = 0; i < 2; i++)
		families[i] = family_get(test, tf);
	pr_warn("kpool-expect: begin %s: destroyed with 2 objects in use\n",
		tf->parents->name);
	kpool_compound_destroy(tf->compound);
	pr_warn("kpool-expect: end\n");
	kpool_compound_put(tf->compound, families[0]);
	KUNIT_EXPECT_EQ(test, test_stats(tf->older).in_use, 1);
	kpool_compound_discard(tf->compound, families[1]);
	KUNIT_EXPECT_EQ(test, test_stats(tf->older).in_use, 0);
	KUNIT_EXPECT_EQ(test, test_stats(tf->younger).in_use, 0);
	family_expect_gone(test, tf);
}

static struct kunit_case compound_cases[] = {
	KUNIT_CASE(no_children_are_refused),
	KUNIT_CASE(too_many_children_are_refused),
	KUNIT_CASE(a_child_has_one_pool),
	KUNIT_CASE(bad_offsets_are_refused),
	KUNIT_CASE(errors_of_the_parents_pool_are_passed_on),
	KUNIT_CASE(a_reserve_that_cant_be_built_is_an_error),
	KUNIT_CASE(get_hands_out_parent_and_children),
	KUNIT_CASE(nothing_is_built_again),
	KUNIT_CASE(hooks_are_optional),
	KUNIT_CASE(reset_sees_the_children),
	KUNIT_CASE(reset_may_clear_the_pointers),
	KUNIT_CASE(a_refused_parent_leaves_its_children),
	KUNIT_CASE(a_child_that_is_missing_undoes_the_get),
	KUNIT_CASE(a_first_child_that_is_missing_undoes_the_get),
	KUNIT_CASE(a_parent_that_is_missing_costs_no_child),
	KUNIT_CASE(a_child_that_is_taken_over_stays),
	KUNIT_CASE(discard_tears_all_down),
	KUNIT_CASE(two_children_of_one_pool),
	KUNIT_CASE(children_have_children),
	KUNIT_CASE(details_show_ours_and_the_drivers),
	KUNIT_CASE(the_parents_may_have_a_reserve),
	KUNIT_CASE(late_puts_find_all_they_need),
	{}
};

static struct kunit_suite compound_suite = {
	.name = "kpool_compound",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = compound_cases,
};

kunit_test_suite(compound_suite);

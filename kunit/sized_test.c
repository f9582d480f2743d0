// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers in size classes: the class that serves a get, sizes that are too
 * large, pointers that a put recognises, and statistics.
 *
 * Each case destroys the pools that it created; kpool_sized_destroy() warns if
 * any buffer is still in use, and tools that check the kernel log report a
 * failure.
 */
#include <linux/device.h>
#include <linux/kpool_sized.h>
#include <linux/limits.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "helpers.h"

#define NAME		"kunit-sized"
#define LONGEST_NAME	"as-long-as-a-name-may-be-which-is-47-characters"

static const size_t list[] = { 24, 100, 1000, 10000 };

#define LIST		.sizes = list, .nr_sizes = ARRAY_SIZE(list)

static struct kpool_sized *create(struct kunit *test,
				  const struct kpool_sized_args *args)
{
	struct kpool_sized *sized = kpool_sized_create(NAME, args);

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_OR_NULL(sized),
			       "kpool_sized_create() returned %ld",
			       PTR_ERR(sized));
	return sized;
}

#define sized_of(test, ...) \
	create(test, &(struct kpool_sized_args){ __VA_ARGS__ })

/* All classes print the same details, which describe the whole. */
static long long details(struct kunit *test, const char *name)
{
	return test_details(test, NAME "-24", name);
}

struct bad_create {
	const char *what;
	const char *name;
	struct kpool_sized_args args;
	int err;
};

static const size_t unsorted[] = { 24, 100, 64 };
static const size_t endless[] = { 24, SIZE_MAX };
static const size_t twice[] = { 24, 24 };
static const size_t with_0[] = { 0, 24 };
static const size_t large[] = { KMALLOC_MAX_SIZE };

static const struct bad_create bad_creates[] = {
	{ "name too long with a size", LONGEST_NAME, { LIST }, -EINVAL },
	{ "name too long without", LONGEST_NAME "x", { LIST }, -EINVAL },
	{ "no classes", NAME, {}, -EINVAL },
	{ "empty list", NAME, { .sizes = list }, -EINVAL },
	{ "count without a list", NAME, { .nr_sizes = 3 }, -EINVAL },
	{ "list and row", NAME, { LIST, .smallest = 64, .largest = 128,
	  .steps = 1 }, -EINVAL },
	{ "not ascending", NAME, { .sizes = unsorted, .nr_sizes = 3 }, -EINVAL },
	{ "a size twice", NAME, { .sizes = twice, .nr_sizes = 2 }, -EINVAL },
	{ "size 0", NAME, { .sizes = with_0, .nr_sizes = 2 }, -EINVAL },
	{ "too many", NAME, { .sizes = list,
	  .nr_sizes = KPOOL_SIZED_CLASSES_MAX + 1 }, -E2BIG },
	{ "too large", NAME, { .sizes = large, .nr_sizes = 1 }, -E2BIG },
	{ "row's largest too large", NAME, { .smallest = 64,
	  .largest = KMALLOC_MAX_SIZE + 1, .steps = 1 }, -E2BIG },
	{ "row of too many", NAME, { .smallest = 8, .largest = SZ_2M,
	  .steps = 4 }, -E2BIG },
	{ "row of one too many", NAME, { .smallest = 16, .largest = SZ_1M,
	  .steps = 4 }, -E2BIG },
	{ "list without an end", NAME, { .sizes = endless, .nr_sizes = 2 },
	  -E2BIG },
	{ "row without steps", NAME, { .smallest = 64, .largest = 128 },
	  -EINVAL },
	{ "three steps", NAME, { .smallest = 64, .largest = 128, .steps = 3 },
	  -EINVAL },
	{ "eight steps", NAME, { .smallest = 64, .largest = 128, .steps = 8 },
	  -EINVAL },
	{ "smallest below 8", NAME, { .smallest = 4, .largest = 128,
	  .steps = 1 }, -EINVAL },
	{ "smallest no power of two", NAME, { .smallest = 48, .largest = 128,
	  .steps = 1 }, -EINVAL },
	{ "largest below smallest", NAME, { .smallest = 64, .largest = 63,
	  .steps = 1 }, -EINVAL },
	{ "two limits of idle buffers", NAME, { LIST, .pool.idle_max = 1,
	  .idle_bytes = 1 }, -EINVAL },
};

static void bad_arguments_are_refused(struct kunit *test)
{
	struct kpool_sized *sized;
	int i;

	for (i = 0; i < ARRAY_SIZE(bad_creates); i++) {
		const struct bad_create *bad = &bad_creates[i];

		sized = kpool_sized_create(bad->name, &bad->args);
		KUNIT_EXPECT_EQ_MSG(test, PTR_ERR(sized), bad->err, "%s",
				    bad->what);
		if (!IS_ERR(sized))
			kpool_sized_destroy(sized);
	}
	KUNIT_EXPECT_EQ(test, PTR_ERR(kpool_sized_create(NAME, NULL)), -EINVAL);
}

/*
 * The classes created before the taken name are destroyed, or the second create
 * would fail.
 */
static void a_name_that_is_taken_is_refused(struct kunit *test)
{
	struct kpool *pool = kpool_create(NAME "-1000", 64, NULL);
	struct kpool_sized *sized;

	KUNIT_ASSERT_FALSE(test, IS_ERR(pool));
	sized = kpool_sized_create(NAME, &(struct kpool_sized_args){ LIST });
	KUNIT_EXPECT_EQ(test, PTR_ERR(sized), -EEXIST);
	kpool_destroy(pool);
	kpool_sized_destroy(sized_of(test, LIST));
}

static void null_has_no_size(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, kpool_sized_size(NULL), 0);
}

static void expect_size(struct kunit *test, struct kpool_sized *sized,
			size_t size, size_t expected)
{
	void *buf = kpool_sized_get(sized, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	if (kpool_sized_size(buf) != expected)
		KUNIT_FAIL(test, "a get of %zu bytes returns %zu, not %zu",
			   size, kpool_sized_size(buf), expected);
	kpool_sized_put(sized, buf);
}

static void the_smallest_listed_class_that_fits_serves(struct kunit *test)
{
	struct kpool_sized *sized = sized_of(test, LIST);
	int i;

	expect_size(test, sized, 1, list[0]);
	for (i = 0; i < ARRAY_SIZE(list); i++) {
		expect_size(test, sized, list[i] - 1, list[i]);
		expect_size(test, sized, list[i], list[i]);
		if (i)
			expect_size(test, sized, list[i - 1] + 1, list[i]);
	}
	kpool_sized_destroy(sized);
}

static void size_0_is_of_the_smallest_class(struct kunit *test)
{
	struct kpool_sized *sized = sized_of(test, LIST);

	expect_size(test, sized, 0, list[0]);
	kpool_sized_destroy(sized);
	sized = sized_of(test, .smallest = 8, .largest = 8, .steps = 4);
	expect_size(test, sized, 0, 8);
	kpool_sized_destroy(sized);
}

/* Check each size by itself against a list of the expected classes. */
static void expect_row(struct kunit *test, unsigned int steps,
		       const size_t *row)
{
	struct kpool_sized *sized = sized_of(test, .smallest = row[0],
					     .largest = 300, .steps = steps);
	size_t size;

	for (size = 0; size <= 300; size++) {
		if (size > *row)
			row++;
		expect_size(test, sized, size, *row);
	}
	/* The last class may be larger than necessary. */
	expect_size(test, sized, *row, *row);
	KUNIT_EXPECT_EQ(test, row[1], 0);
	kpool_sized_destroy(sized);
}

static void a_row_of_powers_of_two(struct kunit *test)
{
	static const size_t row[] = { 16, 32, 64, 128, 256, 512, 0 };

	expect_row(test, 1, row);
}

static void a_row_with_two_steps(struct kunit *test)
{
	static const size_t row[] = { 32, 48, 64, 96, 128, 192, 256, 384, 0 };

	expect_row(test, 2, row);
}

static void a_row_with_four_steps(struct kunit *test)
{
	static const size_t row[] = {
		8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112,
		128, 160, 192, 224, 256, 320, 0
	};

	expect_row(test, 4, row);
}

static void the_whole_buffer_may_be_used(struct kunit *test)
{
	struct kpool_sized *sized = sized_of(test, LIST);
	void *bufs[ARRAY_SIZE(list)][2];
	int i, j;

	for (i = 0; i < ARRAY_SIZE(list); i++)
		for (j = 0; j < 2; j++) {
			void *buf = kpool_sized_get(sized, list[i], GFP_KERNEL);

			KUNIT_ASSERT_NOT_NULL(test, buf);
			KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)buf,
							   ARCH_KMALLOC_MINALIGN));
			memset(buf, 16 * i + j, kpool_sized_size(buf));
			bufs[i][j] = buf;
		}
	for (i = 0; i < ARRAY_SIZE(list); i++)
		for (j = 0; j < 2; j++) {
			KUNIT_EXPECT_NULL(test, memchr_inv(bufs[i][j],
							   16 * i + j, list[i]));
			kpool_sized_put(sized, bufs[i][j]);
		}
	KUNIT_EXPECT_EQ(test, details(test, "bad_puts"), 0);
	kpool_sized_destroy(sized);
}

static void a_put_finds_the_class(struct kunit *test)
{
	struct kpool_sized *sized = sized_of(test, LIST);
	void *bufs[ARRAY_SIZE(list)];
	int i;

	for (i = 0; i < ARRAY_SIZE(list); i++)
		bufs[i] = kpool_sized_get(sized, list[i], GFP_KERNEL);
	for (i = 0; i < ARRAY_SIZE(list); i++)
		kpool_sized_put(sized, bufs[i]);
	for (i = 0; i < ARRAY_SIZE(list); i++) {
		void *buf = kpool_sized_get(sized, list[i], GFP_KERNEL);

		KUNIT_EXPECT_PTR_EQ(test, buf, bufs[i]);
		kpool_sized_put(sized, buf);
	}
	kpool_sized_destroy(sized);
}

static void gfp_zero_clears_what_was_asked_for(struct kunit *test)
{
	struct kpool_sized *sized = sized_of(test, LIST);
	size_t size;
	void *buf;

	for (size = 20; size <= 20000; size *= 10) {
		buf = kpool_sized_get(sized, size, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, buf);
		memset(buf, 0x5e, size);
		kpool_sized_put(sized, buf);
		buf = kpool_sized_get(sized, size, GFP_KERNEL | __GFP_ZERO);
		KUNIT_ASSERT_NOT_NULL(test, buf);
		KUNIT_EXPECT_NULL(test, memchr_inv(buf, 0, size));
		kpool_sized_put(sized, buf);
	}
	kpool_sized_destroy(sized);
}

static void oversize_is_served_and_counted(struct kunit *test)
{
	static const size_t sizes[] = { 10001, 100000, 2 * KMALLOC_MAX_SIZE };
	struct kpool_sized *sized = sized_of(test, LIST);
	u64 bytes = 0;
	void *buf;
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		buf = kpool_sized_get(sized, sizes[i], GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, buf);
		KUNIT_EXPECT_EQ(test, kpool_sized_size(buf), sizes[i]);
		KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)buf,
						   ARCH_KMALLOC_MINALIGN));
		memset(buf, 0x5e, sizes[i]);
		bytes += sizes[i];
		KUNIT_EXPECT_EQ(test, details(test, "oversize_in_use"), 1);
		kpool_sized_put(sized, buf);
		KUNIT_EXPECT_EQ(test, details(test, "oversize_in_use"), 0);
	}
	KUNIT_EXPECT_EQ(test, details(test, "oversize_gets"),
			ARRAY_SIZE(sizes));
	KUNIT_EXPECT_EQ(test, details(test, "oversize_bytes"), bytes);
	KUNIT_EXPECT_EQ(test, details(test, "oversize_failures"), 0);
	KUNIT_EXPECT_EQ(test, details(test, "bad_puts"), 0);
	kpool_sized_destroy(sized);
}

static void oversize_that_cannot_be_had_is_counted(struct kunit *test)
{
	struct kpool_sized *sized = sized_of(test, LIST);

	KUNIT_EXPECT_NULL(test, kpool_sized_get(sized, SIZE_MAX, GFP_KERNEL));
	KUNIT_EXPECT_NULL(test, kpool_sized_get(sized, INT_MAX, GFP_KERNEL));
	KUNIT_EXPECT_NULL_MSG(test,
			      kpool_sized_get(sized, 2 * KMALLOC_MAX_SIZE,
					      GFP_NOWAIT | __GFP_NOWARN),
			      "vmalloc() may sleep");
	KUNIT_EXPECT_EQ(test, details(test, "oversize_failures"), 3);
	KUNIT_EXPECT_EQ(test, details(test, "oversize_gets"), 0);
	KUNIT_EXPECT_EQ(test, details(test, "oversize_in_use"), 0);
	kpool_sized_destroy(sized);
}

static void each_class_has_its_maximum(struct kunit *test)
{
	struct kpool_sized *sized = sized_of(test, LIST, .pool.max = 1);
	void *small = kpool_sized_get(sized, 10, GFP_NOWAIT);
	void *other;

	KUNIT_EXPECT_NOT_NULL(test, small);
	KUNIT_EXPECT_NULL_MSG(test, kpool_sized_get(sized, 10, GFP_NOWAIT),
			      "no larger class serves it");
	other = kpool_sized_get(sized, 100, GFP_NOWAIT);
	KUNIT_EXPECT_NOT_NULL(test, other);
	KUNIT_EXPECT_EQ_MSG(test, details(test, "requested"), 10,
			    "a failed get does not count");
	kpool_sized_put(sized, small);
	small = kpool_sized_get(sized, 10, GFP_NOWAIT);
	KUNIT_EXPECT_NOT_NULL(test, small);
	kpool_sized_put(sized, small);
	kpool_sized_put(sized, other);
	kpool_sized_destroy(sized);
}

static void waste_is_what_was_not_asked_for(struct kunit *test)
{
	static const size_t sizes[] = { 100, 75, 25, 50 };
	struct kpool_sized *sized = sized_of(test, LIST);
	int i;

	KUNIT_EXPECT_EQ_MSG(test, details(test, "waste_permille"), 0,
			    "without a get there is none");
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		kpool_sized_put(sized, kpool_sized_get(sized, sizes[i],
						       GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, test_details(test, NAME "-100", "size"), 100);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME "-100", "requested"), 250);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME "-100", "waste"), 150);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME "-100", "waste_permille"),
			375);
	KUNIT_EXPECT_EQ_MSG(test, details(test, "requested"), 0,
			    "each class has its own");
	kpool_sized_destroy(sized);
}

static void a_put_of_what_is_not_in_use_is_caught(struct kunit *test)
{
	struct kpool_sized *sized = sized_of(test, LIST);
	struct kpool_sized *other = kpool_sized_create("kunit-other",
		&(struct kpool_sized_args){ LIST });
	char *foreign = kunit_kzalloc(test, 256, GFP_KERNEL);
	void *buf = kpool_sized_get(sized, 10, GFP_KERNEL);
	void *theirs;

	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	theirs = kpool_sized_get(other, 10, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, foreign);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_NOT_NULL(test, theirs);

	pr_warn("kpool-expect: begin " NAME ": put of a pointer\n");
	kpool_sized_put(sized, foreign + 128);
	pr_warn("kpool-expect: end\n");
	KUNIT_EXPECT_EQ(test, details(test, "bad_puts"), 1);
	KUNIT_EXPECT_NULL_MSG(test, memchr_inv(foreign, 0, 256), "left alone");
	/* The warning is printed only once. */
	kpool_sized_put(sized, theirs);
	KUNIT_EXPECT_EQ(test, details(test, "bad_puts"), 2);
	kpool_sized_put(sized, buf);
	KUNIT_EXPECT_EQ(test, details(test, "bad_puts"), 2);
	kpool_sized_put(sized, buf);
	KUNIT_EXPECT_EQ(test, details(test, "bad_puts"), 3);

	KUNIT_EXPECT_PTR_EQ(test, kpool_sized_get(sized, 10, GFP_KERNEL), buf);
	kpool_sized_put(sized, buf);
	kpool_sized_put(other, theirs);
	kpool_sized_destroy(other);
	kpool_sized_destroy(sized);
}

/* The operations in one context, which must not report failures itself. */
struct session {
	struct kpool_sized *sized;
	unsigned int got;
	bool oversize;
};

static void get_and_put(void *data)
{
	struct session *session = data;
	void *bufs[ARRAY_SIZE(list)];
	void *oversize;
	int i;

	for (i = 0; i < ARRAY_SIZE(list); i++)
		bufs[i] = kpool_sized_get(session->sized, list[i], GFP_ATOMIC);
	for (i = 0; i < ARRAY_SIZE(list); i++) {
		if (bufs[i])
			memset(bufs[i], 0x5e, list[i]);
		session->got += !!bufs[i];
		kpool_sized_put(session->sized, bufs[i]);
	}
	oversize = kpool_sized_get(session->sized, 20000, GFP_ATOMIC);
	session->oversize = oversize;
	kpool_sized_put(session->sized, oversize);
}

/* PREEMPT_RT builds nothing where it must not sleep: it needs the reserve. */
static void in_a_hard_interrupt(struct kunit *test)
{
	struct session session = {
		.sized = sized_of(test, LIST, .pool.reserve = 1),
	};

	test_in_hardirq(get_and_put, &session);
	KUNIT_EXPECT_EQ(test, session.got, ARRAY_SIZE(list));
	KUNIT_EXPECT_EQ(test, session.oversize,
			!IS_ENABLED(CONFIG_PREEMPT_RT));
	KUNIT_EXPECT_EQ(test, details(test, "bad_puts"), 0);
	kpool_sized_destroy(session.sized);
}

static void in_a_softirq(struct kunit *test)
{
	struct session session = { .sized = sized_of(test, LIST) };

	test_in_softirq(get_and_put, &session);
	KUNIT_EXPECT_EQ(test, session.got, ARRAY_SIZE(list));
	KUNIT_EXPECT_TRUE(test, session.oversize);
	kpool_sized_destroy(session.sized);
}

static void each_class_has_its_pool(struct kunit *test)
{
	struct kpool_sized *sized = sized_of(test, LIST);
	void *buf = kpool_sized_get(sized, list[1], GFP_KERNEL);
	struct kpool_stats stats;
	int i;

	for (i = 0; i < ARRAY_SIZE(list); i++) {
		struct kpool *pool = kpool_sized_pool(sized, i);

		KUNIT_ASSERT_NOT_NULL(test, pool);
		kpool_read_stats(pool, &stats);
		KUNIT_EXPECT_EQ(test, stats.in_use, i == 1);
		KUNIT_EXPECT_EQ(test, stats.object_size,
				list[i] + KPOOL_SIZED_OVERHEAD);
	}
	KUNIT_EXPECT_NULL(test, kpool_sized_pool(sized, i));
	kpool_sized_put(sized, buf);
	kpool_sized_destroy(sized);
}

static void in_an_nmi_without_oversize(struct kunit *test)
{
	struct session session = { };

	test_needs_nmi(test);
	session.sized = sized_of(test, LIST);
	/* Make objects available. */
	get_and_put(&session);
	session.got = 0;
	test_in_nmi(test, get_and_put, &session);
	KUNIT_EXPECT_EQ(test, session.got, ARRAY_SIZE(list));
	KUNIT_EXPECT_FALSE(test, session.oversize);
	KUNIT_EXPECT_EQ(test, details(test, "bad_puts"), 0);
	kpool_sized_destroy(session.sized);
}

struct one_buffer {
	struct kpool_sized *sized;
	void *buf;
};

static void put_one(void *data)
{
	struct one_buffer *one = data;

	kpool_sized_put(one->sized, one->buf);
}

static void an_nmi_leaves_oversize_in_use(struct kunit *test)
{
	struct one_buffer one;

	test_needs_nmi(test);
	one.sized = sized_of(test, LIST);
	one.buf = kpool_sized_get(one.sized, 20000, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, one.buf);
	pr_warn("kpool-expect: begin " NAME ": put of an oversize buffer\n");
	test_in_nmi(test, put_one, &one);
	pr_warn("kpool-expect: end\n");
	KUNIT_EXPECT_EQ(test, details(test, "oversize_in_use"), 1);
	kpool_sized_put(one.sized, one.buf);
	KUNIT_EXPECT_EQ(test, details(test, "oversize_in_use"), 0);
	kpool_sized_destroy(one.sized);
}

static void a_vmalloc_buffer_is_put_in_a_hard_interrupt(struct kunit *test)
{
	struct one_buffer one = { .sized = sized_of(test, LIST) };

	one.buf = kpool_sized_get(one.sized, 2 * KMALLOC_MAX_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, one.buf);
	test_in_hardirq(put_one, &one);
	KUNIT_EXPECT_EQ(test, details(test, "oversize_in_use"), 0);
	kpool_sized_destroy(one.sized);
}

/* KASAN would report memory that is freed too early, kmemleak too late. */
static void buffers_may_come_back_late(struct kunit *test)
{
	struct kpool_sized *sized = sized_of(test, LIST);
	void *small = kpool_sized_get(sized, 10, GFP_KERNEL);
	void *large = kpool_sized_get(sized, 10000, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, small);
	KUNIT_ASSERT_NOT_NULL(test, large);
	memset(small, 0x5e, list[0]);
	pr_warn("kpool-expect: begin destroyed with 1 objects in use\n");
	kpool_sized_destroy(sized);
	pr_warn("kpool-expect: end\n");
	KUNIT_EXPECT_NULL(test, memchr_inv(small, 0x5e, list[0]));
	kpool_sized_put(sized, large);
	kpool_sized_put(sized, small);
	/* The names are available again. */
	kpool_sized_destroy(sized_of(test, LIST));
}

static void oversize_may_come_back_late(struct kunit *test)
{
	struct kpool_sized *sized = sized_of(test, LIST);
	void *buf = kpool_sized_get(sized, 20000, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	pr_warn("kpool-expect: begin destroyed with 1 oversize buffers\n");
	kpool_sized_destroy(sized);
	pr_warn("kpool-expect: end\n");
	memset(buf, 0x5e, 20000);
	kpool_sized_put(sized, buf);
}

static struct kunit_case sized_cases[] = {
	KUNIT_CASE(bad_arguments_are_refused),
	KUNIT_CASE(a_name_that_is_taken_is_refused),
	KUNIT_CASE(null_has_no_size),
	KUNIT_CASE(the_smallest_listed_class_that_fits_serves),
	KUNIT_CASE(size_0_is_of_the_smallest_class),
	KUNIT_CASE(a_row_of_powers_of_two),
	KUNIT_CASE(a_row_with_two_steps),
	KUNIT_CASE(a_row_with_four_steps),
	KUNIT_CASE(the_whole_buffer_may_be_used),
	KUNIT_CASE(a_put_finds_the_class),
	KUNIT_CASE(gfp_zero_clears_what_was_asked_for),
	KUNIT_CASE(oversize_is_served_and_counted),
	KUNIT_CASE(oversize_that_cannot_be_had_is_counted),
	KUNIT_CASE(each_class_has_its_maximum),
	KUNIT_CASE(waste_is_what_was_not_asked_for),
	KUNIT_CASE(a_put_of_what_is_not_in_use_is_caught),
	KUNIT_CASE(each_class_has_its_pool),
	KUNIT_CASE(in_a_hard_interrupt),
	KUNIT_CASE(in_a_softirq),
	KUNIT_CASE(in_an_nmi_without_oversize),
	KUNIT_CASE(an_nmi_leaves_oversize_in_use),
	KUNIT_CASE(a_vmalloc_buffer_is_put_in_a_hard_interrupt),
	KUNIT_CASE(buffers_may_come_back_late),
	KUNIT_CASE(oversize_may_come_back_late),
	{}
};

static struct kunit_suite sized_suite = {
	.name = "kpool_sized",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = sized_cases,
};

kunit_test_suite(sized_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * Growable buffers: appended data stays, a call that fails changes nothing, and
 * pools keep the memory that their buffers usually need and no more.
 *
 * After each case its pool is destroyed. All buffers must be back by then; once
 * they are gone, so must be all memory that they had grown by.
 */
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/kpool_buf.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "helpers.h"

#define TEST_NAME	"kunit-buf"

/* The size of an allocation that must fail, and without waiting. */
#define TEST_NO_MEMORY	(KMALLOC_MAX_SIZE + 1)

static struct kpool_bufs *test_bufs;

static int buf_test_init(struct kunit *test)
{
	test_bufs = NULL;
	return test_pools_init(test);
}

static struct kpool_bufs_stats buf_stats(void)
{
	struct kpool_bufs_stats stats;

	kpool_bufs_read_stats(test_bufs, &stats);
	return stats;
}

static struct kpool_stats buf_pool_stats(void)
{
	struct kpool_stats stats;

	kpool_read_stats(kpool_bufs_pool(test_bufs), &stats);
	return stats;
}

static void buf_test_exit(struct kunit *test)
{
	if (test_bufs) {
		KUNIT_EXPECT_EQ_MSG(test, buf_pool_stats().in_use, 0,
				    "all buffers were put");
		kpool_drain(kpool_bufs_pool(test_bufs));
		if (!buf_pool_stats().idle)
			KUNIT_EXPECT_EQ_MSG(test, buf_stats().grown_bytes, 0,
					    "all grown memory was freed");
		kpool_bufs_destroy(test_bufs);
	}
	test_pools_exit(test);
}

static void create_bufs(struct kunit *test, const struct kpool_bufs_args *args)
{
	struct kpool_bufs *created = kpool_bufs_create(TEST_NAME, args);

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_OR_NULL(created),
			       "kpool_bufs_create() returned %ld",
			       PTR_ERR(created));
	test_bufs = created;
}

/* Create the case's pool: bufs(test, .initial = 64, .headroom = 16) */
#define bufs(test, ...) \
	create_bufs(test, &(struct kpool_bufs_args){ __VA_ARGS__ })

static struct kpool_buf *get_buf(struct kunit *test)
{
	struct kpool_buf *buf = kpool_bufs_get(test_bufs, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_EXPECT_EQ_MSG(test, buf->len, 0, "a new buffer is empty");
	return buf;
}

static size_t capacity(const struct kpool_buf *buf)
{
	return kpool_buf_headroom(buf) + buf->len + kpool_buf_tailroom(buf);
}

static u8 pattern(size_t i)
{
	return i * 7 + (i >> 8);
}

/*
 * Append the bytes @from to @to of a pattern that is not periodic in small
 * steps.
 */
static void append_pattern(struct kunit *test, struct kpool_buf *buf,
			   size_t from, size_t to)
{
	for (; from < to; from++) {
		u8 byte = pattern(from);

		KUNIT_ASSERT_EQ(test, 0,
				kpool_buf_append(buf, &byte, 1, GFP_KERNEL));
	}
}

static void expect_pattern(struct kunit *test, const struct kpool_buf *buf,
			   size_t from, size_t to)
{
	size_t i;

	KUNIT_ASSERT_EQ(test, buf->len, to - from);
	for (i = from; i < to; i++)
		if (buf->data[i - from] != pattern(i))
			break;
	KUNIT_EXPECT_EQ_MSG(test, i, to, "byte %zu differs", i);
}

/* One use of a buffer that needs @bytes. */
static void use_once(struct kunit *test, size_t bytes)
{
	struct kpool_buf *buf = get_buf(test);

	KUNIT_EXPECT_EQ(test, kpool_buf_reserve(buf, bytes, GFP_KERNEL), 0);
	kpool_bufs_put(test_bufs, buf);
}

static void use_times(struct kunit *test, unsigned int times, size_t bytes)
{
	while (times--)
		use_once(test, bytes);
}

/* Creation */

static void expect_refused(struct kunit *test, long err,
			   const struct kpool_bufs_args *args)
{
	struct kpool_bufs *refused = kpool_bufs_create(TEST_NAME, args);

	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(refused), err);
	kpool_bufs_destroy(refused);
}

#define refused(test, err, ...) \
	expect_refused(test, err, &(struct kpool_bufs_args){ __VA_ARGS__ })

static void bad_arguments_are_refused(struct kunit *test)
{
	refused(test, -EINVAL, .percentile = 1001);
	refused(test, -EINVAL, .max_size = 4095);
	refused(test, -EINVAL, .max_size = 4096, .headroom = 1);
	refused(test, -EINVAL, .initial = 1, .max_size = 63);
	refused(test, -EINVAL, .max_size = 8192, .keep = 8193);
	refused(test, -EINVAL, .keep = 8192, .percentile = 500);
	refused(test, -EINVAL, .keep = 8192, .window = 64);
}

static void too_big_arguments_are_refused(struct kunit *test)
{
	refused(test, -E2BIG, .max_size = KPOOL_BUF_MAX + 1UL);
	refused(test, -E2BIG, .window = KPOOL_BUF_WINDOW_MAX + 1);
	refused(test, -E2BIG, .initial = SIZE_MAX);
	refused(test, -E2BIG, .headroom = SIZE_MAX);
	refused(test, -E2BIG, .initial = KMALLOC_MAX_SIZE + 1,
		.max_size = KPOOL_BUF_MAX);
	/*
	 * Together with the buffer's structure it is too large for an object.
	 */
	refused(test, -E2BIG, .initial = KMALLOC_MAX_SIZE);
}

static void limits_are_allowed(struct kunit *test)
{
	bufs(test, .percentile = 1000, .window = KPOOL_BUF_WINDOW_MAX,
	     .max_size = KPOOL_BUF_MAX, .initial = 1, .pool.reserve = 2,
	     .pool.max = 2);
	use_times(test, 3, 100);
}

static void new_buffers_have_the_room_asked_for(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .initial = 1000, .headroom = 24);
	buf = get_buf(test);
	KUNIT_EXPECT_EQ(test, kpool_buf_headroom(buf), 24);
	KUNIT_EXPECT_EQ(test, kpool_buf_tailroom(buf), 1000);
	kpool_bufs_put(test_bufs, buf);
}

static void default_buffers_have_4096_bytes(struct kunit *test)
{
	struct kpool_buf *buf;

	create_bufs(test, NULL);
	buf = get_buf(test);
	KUNIT_EXPECT_EQ(test, kpool_buf_headroom(buf), 0);
	KUNIT_EXPECT_EQ(test, kpool_buf_tailroom(buf), 4096);
	kpool_bufs_put(test_bufs, buf);
}

/* Data */

static void appended_bytes_stay_while_it_grows(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .initial = 64);
	buf = get_buf(test);
	append_pattern(test, buf, 0, 100000);
	expect_pattern(test, buf, 0, 100000);
	KUNIT_EXPECT_EQ_MSG(test, capacity(buf), 131072,
			    "it doubles, to powers of two");
	KUNIT_EXPECT_EQ_MSG(test, buf_stats().grown, 11, "128 to 131072");
	kpool_bufs_put(test_bufs, buf);
}

static void grown_buffers_keep_their_headroom(struct kunit *test)
{
	struct kpool_buf *buf;
	u8 *start;

	bufs(test, .initial = 64, .headroom = 16);
	buf = get_buf(test);
	append_pattern(test, buf, 4, 1000);
	KUNIT_EXPECT_EQ(test, kpool_buf_headroom(buf), 16);
	start = kpool_buf_push(buf, 4);
	KUNIT_ASSERT_NOT_NULL(test, start);
	KUNIT_EXPECT_PTR_EQ(test, start, buf->data);
	for (size_t i = 0; i < 4; i++)
		start[i] = pattern(i);
	expect_pattern(test, buf, 0, 1000);
	KUNIT_EXPECT_EQ(test, kpool_buf_headroom(buf), 12);
	kpool_bufs_put(test_bufs, buf);
}

static void extend_takes_tailroom_and_no_more(struct kunit *test)
{
	struct kpool_buf *buf;
	u8 *tail;

	bufs(test, .initial = 100);
	buf = get_buf(test);
	tail = kpool_buf_extend(buf, 60);
	KUNIT_EXPECT_PTR_EQ(test, tail, buf->data);
	KUNIT_EXPECT_NULL(test, kpool_buf_extend(buf, 41));
	KUNIT_EXPECT_NULL(test, kpool_buf_extend(buf, SIZE_MAX));
	KUNIT_EXPECT_EQ(test, buf->len, 60);
	KUNIT_EXPECT_PTR_EQ(test, kpool_buf_extend(buf, 40), (void *)tail + 60);
	KUNIT_EXPECT_EQ(test, kpool_buf_tailroom(buf), 0);
	kpool_bufs_put(test_bufs, buf);
}

static void push_takes_headroom_and_no_more(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .headroom = 10);
	buf = get_buf(test);
	KUNIT_EXPECT_NULL(test, kpool_buf_push(buf, 11));
	KUNIT_EXPECT_EQ(test, buf->len, 0);
	KUNIT_EXPECT_NOT_NULL(test, kpool_buf_push(buf, 10));
	KUNIT_EXPECT_EQ(test, buf->len, 10);
	KUNIT_EXPECT_NULL(test, kpool_buf_push(buf, 1));
	kpool_bufs_put(test_bufs, buf);
}

static void pull_takes_data_and_no_more(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test);
	buf = get_buf(test);
	append_pattern(test, buf, 0, 100);
	KUNIT_EXPECT_NULL(test, kpool_buf_pull(buf, 101));
	expect_pattern(test, buf, 0, 100);
	KUNIT_EXPECT_PTR_EQ(test, kpool_buf_pull(buf, 40), (void *)buf->data);
	expect_pattern(test, buf, 40, 100);
	KUNIT_EXPECT_NOT_NULL(test, kpool_buf_pull(buf, 60));
	KUNIT_EXPECT_EQ(test, buf->len, 0);
	kpool_bufs_put(test_bufs, buf);
}

static void trim_only_shortens(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test);
	buf = get_buf(test);
	append_pattern(test, buf, 0, 100);
	kpool_buf_trim(buf, 101);
	expect_pattern(test, buf, 0, 100);
	kpool_buf_trim(buf, 30);
	expect_pattern(test, buf, 0, 30);
	kpool_buf_trim(buf, 0);
	KUNIT_EXPECT_EQ(test, buf->len, 0);
	kpool_bufs_put(test_bufs, buf);
}

/* Use the buffer as a queue of bytes, of which there are never more than 48. */
static void what_was_pulled_makes_room(struct kunit *test)
{
	struct kpool_buf *buf;
	size_t i;

	bufs(test, .initial = 96, .headroom = 4);
	buf = get_buf(test);
	append_pattern(test, buf, 0, 48);
	for (i = 48; i < 4800; i += 16) {
		append_pattern(test, buf, i, i + 16);
		kpool_buf_pull(buf, 16);
		expect_pattern(test, buf, i - 32, i + 16);
	}
	KUNIT_EXPECT_LE_MSG(test, capacity(buf), 256,
			    "it does not grow forever");
	KUNIT_EXPECT_GT(test, buf_stats().moved, 0);
	KUNIT_EXPECT_GE_MSG(test, kpool_buf_headroom(buf), 4,
			    "headroom survives a move");
	kpool_bufs_put(test_bufs, buf);
}

/*
 * Where growing is impossible, the space of pulled bytes is reused completely.
 */
static void at_the_maximum_data_moves(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .initial = 64, .max_size = 64);
	buf = get_buf(test);
	append_pattern(test, buf, 0, 64);
	kpool_buf_pull(buf, 1);
	append_pattern(test, buf, 64, 65);
	expect_pattern(test, buf, 1, 65);
	KUNIT_EXPECT_EQ(test, buf_stats().moved, 1);
	kpool_bufs_put(test_bufs, buf);
}

static void beyond_the_maximum_nothing_changes(struct kunit *test)
{
	static const u8 more[2];
	struct kpool_buf *buf;

	bufs(test, .initial = 100, .headroom = 10, .max_size = 1000);
	buf = get_buf(test);
	append_pattern(test, buf, 0, 989);
	KUNIT_EXPECT_EQ(test, kpool_buf_append(buf, more, 2, GFP_KERNEL),
			-E2BIG);
	KUNIT_EXPECT_EQ(test, kpool_buf_reserve(buf, SIZE_MAX, GFP_KERNEL),
			-E2BIG);
	KUNIT_EXPECT_EQ(test, kpool_buf_printf(buf, GFP_KERNEL, "xy"), -E2BIG);
	expect_pattern(test, buf, 0, 989);
	append_pattern(test, buf, 989, 990);
	KUNIT_EXPECT_EQ(test, capacity(buf), 1000);
	KUNIT_EXPECT_EQ(test, buf_stats().too_big, 3);
	kpool_bufs_put(test_bufs, buf);
}

static void without_memory_nothing_changes(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .max_size = SZ_64M);
	buf = get_buf(test);
	append_pattern(test, buf, 0, 5000);
	KUNIT_EXPECT_EQ(test,
			kpool_buf_reserve(buf, TEST_NO_MEMORY, GFP_NOWAIT),
			-ENOMEM);
	expect_pattern(test, buf, 0, 5000);
	KUNIT_EXPECT_EQ(test, capacity(buf), 8192);
	KUNIT_EXPECT_EQ(test, buf_stats().grow_failures, 1);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 8192);
	kpool_bufs_put(test_bufs, buf);
}

/* Text */

static void printed_text_is_appended(struct kunit *test)
{
	struct kpool_buf *buf;
	char expected[80];
	int i;

	bufs(test, .initial = 64);
	buf = get_buf(test);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, 0,
				kpool_buf_printf(buf, GFP_KERNEL, "%s %d;",
						 "number", i));
	KUNIT_EXPECT_EQ(test, buf->len, 90);
	KUNIT_EXPECT_EQ_MSG(test, buf->data[90], 0, "a NUL follows");
	snprintf(expected, sizeof(expected), "number 8;number 9;");
	KUNIT_EXPECT_STREQ(test, (char *)buf->data + 72, expected);
	kpool_bufs_put(test_bufs, buf);
}

/*
 * The text's NUL needs room too, and must not be beyond the end of the buffer.
 */
static void text_that_just_fits_makes_it_grow(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .initial = 64);
	buf = get_buf(test);
	KUNIT_EXPECT_EQ(test, kpool_buf_printf(buf, GFP_KERNEL, "%63d", 1), 0);
	KUNIT_EXPECT_EQ(test, capacity(buf), 64);
	KUNIT_EXPECT_EQ(test, kpool_buf_printf(buf, GFP_KERNEL, "x"), 0);
	KUNIT_EXPECT_EQ(test, capacity(buf), 128);
	KUNIT_EXPECT_EQ(test, buf->len, 64);
	kpool_bufs_put(test_bufs, buf);
}

static void refused_text_leaves_the_former(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .initial = 64, .max_size = 64);
	buf = get_buf(test);
	KUNIT_EXPECT_EQ(test, kpool_buf_printf(buf, GFP_KERNEL, "former"), 0);
	KUNIT_EXPECT_EQ(test, kpool_buf_printf(buf, GFP_KERNEL, "%64d", 1),
			-E2BIG);
	KUNIT_EXPECT_EQ(test, buf->len, 6);
	KUNIT_EXPECT_STREQ(test, (char *)buf->data, "former");
	kpool_bufs_put(test_bufs, buf);
}

/* Make it likely that the next block of this size contains no zeros. */
static void leave_garbage(struct kunit *test, size_t size)
{
	void *block = kmalloc(size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, block);
	memset(block, 'x', size);
	/* Keep the compiler from seeing that the block is never read. */
	barrier_data(block);
	kfree(block);
}

/*
 * The NUL must survive a growing buffer, once or more, and a move of the data.
 */
static void text_keeps_its_nul(struct kunit *test)
{
	struct kpool_buf *buf;
	size_t room;

	bufs(test, .initial = 64, .max_size = 1024);
	buf = get_buf(test);
	KUNIT_EXPECT_EQ(test, 0, kpool_buf_printf(buf, GFP_KERNEL, "text"));
	for (room = 100; room < 1000; room *= 3) {
		leave_garbage(test, roundup_pow_of_two(room));
		KUNIT_EXPECT_EQ(test, 0,
				kpool_buf_reserve(buf, room, GFP_KERNEL));
		KUNIT_EXPECT_STREQ(test, (char *)buf->data, "text");
	}
	kpool_buf_trim(buf, 0);
	append_pattern(test, buf, 1, 1000);
	KUNIT_EXPECT_EQ(test, 0, kpool_buf_printf(buf, GFP_KERNEL, "moved"));
	kpool_buf_pull(buf, 999);
	KUNIT_EXPECT_EQ(test, 0, kpool_buf_reserve(buf, 500, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, buf_stats().moved, 1);
	KUNIT_EXPECT_STREQ(test, (char *)buf->data, "moved");
	kpool_bufs_put(test_bufs, buf);
}

/* The byte after the data may be read only if there is one. */
static void data_up_to_the_end_is_moved(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .initial = 64, .max_size = 256);
	buf = get_buf(test);
	append_pattern(test, buf, 0, 64);
	KUNIT_EXPECT_EQ(test, kpool_buf_tailroom(buf), 0);
	append_pattern(test, buf, 64, 256);
	KUNIT_EXPECT_EQ(test, kpool_buf_tailroom(buf), 0);
	kpool_buf_pull(buf, 1);
	append_pattern(test, buf, 256, 257);
	KUNIT_EXPECT_EQ(test, buf_stats().moved, 1);
	expect_pattern(test, buf, 1, 257);
	kpool_bufs_put(test_bufs, buf);
}

/* Reuse */

static void next_user_finds_an_empty_buffer(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .headroom = 8, .pool.max = 1);
	buf = get_buf(test);
	append_pattern(test, buf, 0, 100);
	kpool_buf_push(buf, 8);
	kpool_buf_pull(buf, 50);
	kpool_bufs_put(test_bufs, buf);
	buf = get_buf(test);
	KUNIT_EXPECT_EQ(test, kpool_buf_headroom(buf), 8);
	KUNIT_EXPECT_EQ(test, kpool_buf_tailroom(buf), 4096);
	KUNIT_EXPECT_NULL(test, kpool_buf_pull(buf, 1));
	kpool_bufs_put(test_bufs, buf);
}

static void capacity_below_a_fixed_ceiling_is_kept(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .keep = 16384);
	use_times(test, 10, 16384);
	KUNIT_EXPECT_EQ(test, buf_stats().grown, 1);
	KUNIT_EXPECT_EQ(test, buf_stats().dropped, 0);
	KUNIT_EXPECT_EQ(test, buf_stats().ceiling, 16384);
	buf = get_buf(test);
	KUNIT_EXPECT_EQ(test, capacity(buf), 16384);
	kpool_bufs_put(test_bufs, buf);
}

static void capacity_above_a_fixed_ceiling_goes_back(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .keep = 16384);
	use_times(test, 10, 16385);
	KUNIT_EXPECT_EQ(test, buf_stats().grown, 10);
	KUNIT_EXPECT_EQ(test, buf_stats().dropped, 10);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 0);
	buf = get_buf(test);
	KUNIT_EXPECT_EQ(test, capacity(buf), 4096);
	kpool_bufs_put(test_bufs, buf);
	KUNIT_EXPECT_EQ_MSG(test, buf_pool_stats().built, 1,
			    "the buffer itself is never lost");
}

static void a_ceiling_of_1_keeps_the_first_memory(struct kunit *test)
{
	bufs(test, .keep = 1);
	use_times(test, 10, 4096);
	KUNIT_EXPECT_EQ(test, buf_stats().dropped, 0);
	use_times(test, 10, 4097);
	KUNIT_EXPECT_EQ(test, buf_stats().dropped, 10);
	KUNIT_EXPECT_EQ(test, buf_stats().ceiling, 4096);
}

static void drained_buffers_give_all_memory_back(struct kunit *test)
{
	bufs(test, .keep = SZ_1M, .max_size = SZ_16M);
	use_once(test, SZ_1M);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, SZ_1M);
	kpool_drain(kpool_bufs_pool(test_bufs));
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 0);
}

/* A reserve of N means N gets that cannot fail, whatever happened before. */
static void the_reserve_survives_dropped_memory(struct kunit *test)
{
	struct kpool_buf *held[2];
	int i;

	bufs(test, .keep = 1, .pool.reserve = 2, .pool.max = 2);
	for (i = 0; i < 2; i++) {
		held[i] = get_buf(test);
		KUNIT_EXPECT_EQ(test, 0, kpool_buf_reserve(held[i], SZ_64K,
							   GFP_KERNEL));
	}
	for (i = 0; i < 2; i++)
		kpool_bufs_put(test_bufs, held[i]);
	KUNIT_EXPECT_EQ(test, buf_pool_stats().idle, 2);
	KUNIT_EXPECT_EQ(test, buf_pool_stats().built, 2);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 0);
}

/* Calibration; the case's thread stays on one CPU. */

static void usual_sizes_are_kept(struct kunit *test)
{
	bufs(test);
	use_times(test, 2 * 1024, SZ_64K);
	KUNIT_EXPECT_EQ(test, buf_stats().ceiling, SZ_64K);
	KUNIT_EXPECT_EQ_MSG(test, buf_stats().grown, 1024 / 8,
			    "once they are known, they are kept");
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, SZ_64K);
}

static void a_rare_giant_is_not_kept(struct kunit *test)
{
	bufs(test);
	use_times(test, 500, 1000);
	use_once(test, SZ_1M);
	KUNIT_EXPECT_EQ_MSG(test, buf_stats().grown_bytes, 0, "at once");
	use_times(test, 500, 1000);
	KUNIT_EXPECT_EQ(test, buf_stats().ceiling, 4096);
	KUNIT_EXPECT_EQ(test, buf_stats().dropped, 1);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 0);
}

/* A giant is not kept either when it is the very first use. */
static void a_giant_to_begin_with_is_not_kept(struct kunit *test)
{
	bufs(test);
	use_once(test, SZ_1M);
	use_times(test, 1000, 1000);
	KUNIT_EXPECT_EQ(test, buf_stats().ceiling, 4096);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 0);
}

static void a_changed_load_is_followed(struct kunit *test)
{
	int round;

	bufs(test);
	for (round = 0; round < 3; round++) {
		use_times(test, 2 * 1024, 1000);
		KUNIT_EXPECT_EQ(test, buf_stats().ceiling, 4096);
		KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 0);
		use_times(test, 2 * 1024, SZ_64K);
		KUNIT_EXPECT_EQ(test, buf_stats().ceiling, SZ_64K);
		KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, SZ_64K);
	}
}

/* Uses older than a window plus the current eighth of one are forgotten. */
static void a_window_forgets_after_an_eighth_more(struct kunit *test)
{
	bufs(test, .window = 80, .percentile = 1000);
	use_once(test, SZ_64K);
	use_times(test, 79, 1000);
	KUNIT_EXPECT_EQ_MSG(test, buf_stats().ceiling, SZ_64K,
			    "the window has it");
	use_times(test, 10, 1000);
	KUNIT_EXPECT_EQ_MSG(test, buf_stats().ceiling, 4096,
			    "the window has moved on");
}

static void the_percentile_decides(struct kunit *test)
{
	int i;

	bufs(test, .window = 80, .percentile = 900);
	for (i = 0; i < 80; i++)
		use_once(test, i % 10 ? 1000 : SZ_64K);
	KUNIT_EXPECT_EQ_MSG(test, buf_stats().ceiling, 4096,
			    "one of ten is one too few");
	for (i = 0; i < 80; i++)
		use_once(test, i % 5 ? 1000 : SZ_64K);
	KUNIT_EXPECT_EQ_MSG(test, buf_stats().ceiling, SZ_64K,
			    "one of five counts");
}

/* The bytes that a use needed count, not the size that the buffer had. */
static void small_uses_of_big_buffers_are_small(struct kunit *test)
{
	bufs(test, .window = 80);
	use_times(test, 80, SZ_64K);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, SZ_64K);
	use_times(test, 90, 10);
	KUNIT_EXPECT_EQ(test, buf_stats().ceiling, 4096);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 0);
}

/* Use buffers that have the room, so that nothing has to be reserved. */
static void fill_and_take_away(struct kunit *test,
			       void (*take_away)(struct kpool_buf *buf))
{
	struct kpool_buf *buf;
	int i;

	bufs(test, .window = 80);
	use_times(test, 80, SZ_64K);
	for (i = 0; i < 90; i++) {
		buf = get_buf(test);
		KUNIT_EXPECT_NOT_NULL(test, kpool_buf_extend(buf, SZ_64K));
		take_away(buf);
		KUNIT_EXPECT_EQ(test, buf->len, 0);
		kpool_bufs_put(test_bufs, buf);
	}
	KUNIT_EXPECT_EQ(test, buf_stats().ceiling, SZ_64K);
}

static void trim_all(struct kpool_buf *buf)
{
	kpool_buf_trim(buf, 0);
}

static void what_was_trimmed_counts(struct kunit *test)
{
	fill_and_take_away(test, trim_all);
}

static void pull_all(struct kpool_buf *buf)
{
	kpool_buf_pull(buf, buf->len);
}

static void what_was_pulled_counts(struct kunit *test)
{
	fill_and_take_away(test, pull_all);
}

struct buf_uses {
	struct kunit *test;
	unsigned int times;
	size_t bytes;
};

static void use_here(void *data)
{
	struct buf_uses *uses = data;

	use_times(uses->test, uses->times, uses->bytes);
}

static void all_cpus_have_a_say(struct kunit *test)
{
	struct buf_uses uses = { test, 80, SZ_64K };

	bufs(test, .window = 80);
	use_times(test, 80, 1000);
	test_on_cpu(test, test_other_cpu(test), use_here, &uses);
	KUNIT_EXPECT_EQ(test, buf_stats().ceiling, SZ_64K);
}

/* Contexts */

struct buf_in_context {
	struct kpool_buf *buf;
	size_t bytes;
	gfp_t gfp;
	int err;
};

static void whole_use(void *data)
{
	struct buf_in_context *use = data;
	struct kpool_buf *buf = kpool_bufs_get(test_bufs, use->gfp);

	use->err = -ENXIO;
	if (!buf)
		return;
	use->err = kpool_buf_reserve(buf, use->bytes, use->gfp);
	if (!use->err)
		use->err = kpool_buf_printf(buf, use->gfp, "%s", "printed");
	kpool_bufs_put(test_bufs, buf);
}

static void put_here(void *data)
{
	struct buf_in_context *use = data;

	kpool_bufs_put(test_bufs, use->buf);
}

static void interrupts_use_buffers(struct kunit *test)
{
	struct buf_in_context use = { .bytes = 3 * 4096, .gfp = GFP_ATOMIC };
	int expected = IS_ENABLED(CONFIG_PREEMPT_RT) ? -ENOMEM : 0;

	bufs(test, .window = 8, .pool.reserve = 1);
	test_in_softirq(whole_use, &use);
	KUNIT_EXPECT_EQ(test, use.err, 0);
	/* More than the buffers have grown to by now. */
	use.bytes = 6 * 4096;
	test_in_hardirq(whole_use, &use);
	KUNIT_EXPECT_EQ(test, use.err, expected);
	/* From here on the initial memory is enough again. */
	use.bytes = 100;
	for (int i = 0; i < 20; i++)
		test_in_hardirq(whole_use, &use);
	KUNIT_EXPECT_EQ(test, use.err, 0);
	KUNIT_EXPECT_EQ(test, buf_stats().ceiling, 4096);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 0);
}

/* vfree() must not be called in such a context. */
static void vmalloced_memory_goes_back(struct kunit *test,
				       void (*in)(void (*run)(void *data),
						  void *data))
{
	struct buf_in_context use;

	bufs(test, .keep = 8192, .max_size = SZ_16M);
	/*
	 * PREEMPT_RT builds no buffer in such a context; this leaves an idle
	 * one.
	 */
	kpool_bufs_put(test_bufs, get_buf(test));
	use.buf = get_buf(test);
	KUNIT_EXPECT_EQ(test, kpool_buf_reserve(use.buf, TEST_NO_MEMORY,
						GFP_KERNEL), 0);
	KUNIT_EXPECT_TRUE(test, is_vmalloc_addr(use.buf->data));
	in(put_here, &use);
	KUNIT_EXPECT_EQ(test, buf_stats().dropped, 1);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 0);
	KUNIT_EXPECT_EQ(test, buf_pool_stats().kept, 2);
}

static void without_preemption(void (*run)(void *data), void *data)
{
	preempt_disable();
	run(data);
	preempt_enable();
}

static void vmalloced_memory_is_dropped_in_hardirq(struct kunit *test)
{
	vmalloced_memory_goes_back(test, test_in_hardirq);
}

static void vmalloced_memory_is_dropped_in_softirq(struct kunit *test)
{
	vmalloced_memory_goes_back(test, test_in_softirq);
}

static void vmalloced_memory_is_dropped_when_atomic(struct kunit *test)
{
	vmalloced_memory_goes_back(test, without_preemption);
}

/* An NMI can free no memory: the whole buffer is torn down a moment later. */
static void an_nmi_gives_grown_buffers_back(struct kunit *test)
{
	struct buf_in_context use;

	test_needs_nmi(test);
	bufs(test, .keep = 8192);
	use.buf = get_buf(test);
	KUNIT_EXPECT_EQ(test, kpool_buf_reserve(use.buf, 8193, GFP_KERNEL), 0);
	test_in_nmi(test, put_here, &use);
	KUNIT_EXPECT_EQ(test, buf_stats().dropped, 1);
	KUNIT_EXPECT_EQ(test, buf_pool_stats().rejected, 1);
	kpool_drain(kpool_bufs_pool(test_bufs));
	KUNIT_EXPECT_EQ(test, buf_pool_stats().destroyed, 1);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 0);
}

static void an_nmi_uses_what_is_cached(struct kunit *test)
{
	struct buf_in_context use = { .bytes = 4000, .gfp = GFP_ATOMIC };

	test_needs_nmi(test);
	bufs(test);
	use_once(test, 1);
	test_in_nmi(test, whole_use, &use);
	KUNIT_EXPECT_EQ(test, use.err, 0);
	use.bytes = 5000;
	test_in_nmi(test, whole_use, &use);
	KUNIT_EXPECT_EQ_MSG(test, use.err, -ENOMEM, "it cannot grow");
	KUNIT_EXPECT_EQ(test, buf_stats().grow_failures, 1);
}

static void reserve_here(void *data)
{
	struct buf_in_context *use = data;

	use->err = kpool_buf_reserve(use->buf, use->bytes, use->gfp);
}

static void data_moves_where_a_buffer_cannot_grow(struct kunit *test)
{
	struct buf_in_context use = { .bytes = 1500, .gfp = GFP_ATOMIC };

	test_needs_nmi(test);
	bufs(test);
	use.buf = get_buf(test);
	memset(kpool_buf_extend(use.buf, 3000), 'x', 3000);
	kpool_buf_pull(use.buf, 1000);
	test_in_nmi(test, reserve_here, &use);
	KUNIT_EXPECT_EQ(test, use.err, 0);
	KUNIT_EXPECT_GE(test, kpool_buf_tailroom(use.buf), 1500);
	KUNIT_EXPECT_EQ(test, buf_stats().moved, 1);
	KUNIT_EXPECT_EQ(test, use.buf->len, 2000);
	KUNIT_EXPECT_NULL(test, memchr_inv(use.buf->data, 'x', 2000));
	kpool_bufs_put(test_bufs, use.buf);
}

static void idle_vmalloced_memory_is_reclaimed(struct kunit *test)
{
	bufs(test, .keep = SZ_16M, .max_size = SZ_16M);
	use_once(test, TEST_NO_MEMORY);
	KUNIT_EXPECT_GT(test, buf_stats().grown_bytes, 0);
	kpool_gc(kpool_bufs_pool(test_bufs));
	kpool_gc(kpool_bufs_pool(test_bufs));
	KUNIT_EXPECT_EQ(test, buf_pool_stats().idle, 0);
	KUNIT_EXPECT_EQ(test, buf_stats().grown_bytes, 0);
}

static void at_the_maximum_of_buffers_atomic_gets_fail(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .pool.max = 1);
	buf = get_buf(test);
	KUNIT_EXPECT_NULL(test, kpool_bufs_get(test_bufs, GFP_NOWAIT));
	kpool_bufs_put(test_bufs, buf);
}

/* Statistics */

static void details_show_the_statistics(struct kunit *test)
{
	struct kpool_buf *buf;

	bufs(test, .keep = SZ_16K, .initial = 64, .max_size = SZ_32K);
	use_once(test, SZ_16K);
	use_once(test, SZ_32K);
	buf = get_buf(test);
	append_pattern(test, buf, 0, 64);
	kpool_buf_pull(buf, 64);
	append_pattern(test, buf, 64, 65);
	KUNIT_EXPECT_EQ(test, kpool_buf_reserve(buf, SZ_32K, GFP_KERNEL),
			-E2BIG);
	KUNIT_EXPECT_EQ(test, kpool_buf_reserve(buf, SZ_8K, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, test_details(test, TEST_NAME, "ceiling"), SZ_16K);
	KUNIT_EXPECT_EQ(test, test_details(test, TEST_NAME, "grown"), 3);
	KUNIT_EXPECT_EQ(test, test_details(test, TEST_NAME, "grow_failures"),
			0);
	KUNIT_EXPECT_EQ(test, test_details(test, TEST_NAME, "too_big"), 1);
	KUNIT_EXPECT_EQ(test, test_details(test, TEST_NAME, "moved"), 1);
	KUNIT_EXPECT_EQ(test, test_details(test, TEST_NAME, "dropped"), 1);
	KUNIT_EXPECT_EQ(test, test_details(test, TEST_NAME, "allocated"),
			SZ_16K + SZ_32K + SZ_16K);
	KUNIT_EXPECT_EQ(test, test_details(test, TEST_NAME, "grown_bytes"),
			SZ_16K);
	kpool_bufs_put(test_bufs, buf);
}

static struct kunit_case buf_cases[] = {
	KUNIT_CASE(bad_arguments_are_refused),
	KUNIT_CASE(too_big_arguments_are_refused),
	KUNIT_CASE(limits_are_allowed),
	KUNIT_CASE(new_buffers_have_the_room_asked_for),
	KUNIT_CASE(default_buffers_have_4096_bytes),
	KUNIT_CASE(appended_bytes_stay_while_it_grows),
	KUNIT_CASE(grown_buffers_keep_their_headroom),
	KUNIT_CASE(extend_takes_tailroom_and_no_more),
	KUNIT_CASE(push_takes_headroom_and_no_more),
	KUNIT_CASE(pull_takes_data_and_no_more),
	KUNIT_CASE(trim_only_shortens),
	KUNIT_CASE(what_was_pulled_makes_room),
	KUNIT_CASE(at_the_maximum_data_moves),
	KUNIT_CASE(beyond_the_maximum_nothing_changes),
	KUNIT_CASE(without_memory_nothing_changes),
	KUNIT_CASE(printed_text_is_appended),
	KUNIT_CASE(text_that_just_fits_makes_it_grow),
	KUNIT_CASE(refused_text_leaves_the_former),
	KUNIT_CASE(text_keeps_its_nul),
	KUNIT_CASE(data_up_to_the_end_is_moved),
	KUNIT_CASE(next_user_finds_an_empty_buffer),
	KUNIT_CASE(capacity_below_a_fixed_ceiling_is_kept),
	KUNIT_CASE(capacity_above_a_fixed_ceiling_goes_back),
	KUNIT_CASE(a_ceiling_of_1_keeps_the_first_memory),
	KUNIT_CASE(drained_buffers_give_all_memory_back),
	KUNIT_CASE(the_reserve_survives_dropped_memory),
	KUNIT_CASE(usual_sizes_are_kept),
	KUNIT_CASE(a_rare_giant_is_not_kept),
	KUNIT_CASE(a_giant_to_begin_with_is_not_kept),
	KUNIT_CASE(a_changed_load_is_followed),
	KUNIT_CASE(a_window_forgets_after_an_eighth_more),
	KUNIT_CASE(the_percentile_decides),
	KUNIT_CASE(small_uses_of_big_buffers_are_small),
	KUNIT_CASE(what_was_trimmed_counts),
	KUNIT_CASE(what_was_pulled_counts),
	KUNIT_CASE(all_cpus_have_a_say),
	KUNIT_CASE(interrupts_use_buffers),
	KUNIT_CASE(vmalloced_memory_is_dropped_in_hardirq),
	KUNIT_CASE(vmalloced_memory_is_dropped_in_softirq),
	KUNIT_CASE(vmalloced_memory_is_dropped_when_atomic),
	KUNIT_CASE(an_nmi_gives_grown_buffers_back),
	KUNIT_CASE(an_nmi_uses_what_is_cached),
	KUNIT_CASE(data_moves_where_a_buffer_cannot_grow),
	KUNIT_CASE(idle_vmalloced_memory_is_reclaimed),
	KUNIT_CASE(at_the_maximum_of_buffers_atomic_gets_fail),
	KUNIT_CASE(details_show_the_statistics),
	{}
};

static struct kunit_suite buf_suite = {
	.name = "kpool_buf",
	.init = buf_test_init,
	.exit = buf_test_exit,
	.test_cases = buf_cases,
};

kunit_test_suite(buf_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * Rings: order, no buffer handed out twice, NULL when all are in use, the
 * pointers that a put recognises, buffers that are refused, and every context.
 */
#include <linux/device.h>
#include <linux/kpool_ring.h>
#include <linux/printk.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "helpers.h"

#define NAME	"kunit-ring"
#define NR	4
#define SIZE	100

/**
 * struct hooks - counters and settings of a ring's hooks
 * @inits: buffers built
 * @resets: calls of reset
 * @exits: buffers torn down
 * @inits_left: number of further calls of init that succeed
 * @refuse: reset returns false
 */
struct hooks {
	atomic_t inits;
	atomic_t resets;
	atomic_t exits;
	atomic_t inits_left;
	bool refuse;
};

static int count_init(void *buf, void *ctx, gfp_t gfp)
{
	struct hooks *hooks = ctx;

	if (atomic_dec_if_positive(&hooks->inits_left) < 0)
		return -ENXIO;
	memset(buf, 0, SIZE);
	atomic_inc(&hooks->inits);
	return 0;
}

static bool count_reset(void *buf, void *ctx)
{
	struct hooks *hooks = ctx;

	atomic_inc(&hooks->resets);
	memset(buf, 0, SIZE);
	return !READ_ONCE(hooks->refuse);
}

static void count_exit(void *buf, void *ctx)
{
	struct hooks *hooks = ctx;

	/* exit may sleep, whatever the context of the put was. */
	might_sleep();
	atomic_inc(&hooks->exits);
}

static void count_show(struct seq_file *file, void *ctx)
{
	struct hooks *hooks = ctx;

	seq_printf(file, "resets %d\n", atomic_read(&hooks->resets));
}

static const struct kpool_ops count_ops = {
	.init = count_init,
	.reset = count_reset,
	.exit = count_exit,
	.show = count_show,
};

static struct kpool_ring *plain_ring(struct kunit *test)
{
	struct kpool_ring *ring = kpool_ring_create(NAME, NR, SIZE, NULL);

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_OR_NULL(ring),
			       "kpool_ring_create() returned %ld",
			       PTR_ERR(ring));
	return ring;
}

static struct kpool_ring *hooked_ring(struct kunit *test, struct hooks *hooks)
{
	const struct kpool_ring_args args = {
		.pool.ops = &count_ops,
		.pool.ctx = hooks,
	};
	struct kpool_ring *ring;

	*hooks = (struct hooks){ };
	atomic_set(&hooks->inits_left, INT_MAX);
	ring = kpool_ring_create(NAME, NR, SIZE, &args);
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(ring));
	return ring;
}

static struct kpool_ring_stats stats_of(struct kpool_ring *ring)
{
	struct kpool_ring_stats stats;

	kpool_ring_read_stats(ring, &stats);
	return stats;
}

static void get_all(struct kunit *test, struct kpool_ring *ring, void **bufs)
{
	int i;

	for (i = 0; i < NR; i++) {
		bufs[i] = kpool_ring_get(ring);
		KUNIT_ASSERT_NOT_NULL(test, bufs[i]);
	}
}

static void put_all(struct kpool_ring *ring, void **bufs)
{
	int i;

	for (i = 0; i < NR; i++)
		kpool_ring_put(ring, bufs[i]);
}

/* Wait until the worker has rebuilt the refused buffers, all except @left. */
static void wait_for_worker(struct kunit *test, struct kpool_ring *ring,
			    unsigned int left)
{
	test_wait(stats_of(ring).rebuilding <= left);
	KUNIT_EXPECT_EQ(test, stats_of(ring).rebuilding, left);
}

static void *some_alloc(void *ctx, gfp_t gfp, int node)
{
	return NULL;
}

static void some_free(void *buf, void *ctx)
{
}

static const struct kpool_ops with_alloc = {
	.alloc = some_alloc,
	.free = some_free,
};

struct bad_create {
	const char *what;
	const char *name;
	unsigned int nr;
	size_t size;
	struct kpool_ring_args args;
	int err;
};

static const struct bad_create bad_creates[] = {
	{ "no buffers", NAME, 0, SIZE, {}, -EINVAL },
	{ "size 0", NAME, NR, 0, {}, -EINVAL },
	{ "alignment of 3", NAME, NR, SIZE, { .pool.align = 3 }, -EINVAL },
	{ "alignment above a page", NAME, NR, SIZE,
	  { .pool.align = 2 * PAGE_SIZE }, -EINVAL },
	{ "alloc and free hooks", NAME, NR, SIZE, { .pool.ops = &with_alloc },
	  -EINVAL },
	{ "too many", NAME, KPOOL_RING_MAX + 1, SIZE, {}, -E2BIG },
	{ "too large", NAME, NR, KMALLOC_MAX_SIZE, {}, -E2BIG },
	{ "much too large", NAME, NR, SIZE_MAX, {}, -E2BIG },
};

static void bad_arguments_are_refused(struct kunit *test)
{
	struct kpool_ring *ring;
	int i;

	for (i = 0; i < ARRAY_SIZE(bad_creates); i++) {
		const struct bad_create *bad = &bad_creates[i];

		ring = kpool_ring_create(bad->name, bad->nr, bad->size,
					 &bad->args);
		KUNIT_EXPECT_EQ_MSG(test, PTR_ERR(ring), bad->err, "%s",
				    bad->what);
		if (!IS_ERR(ring))
			kpool_ring_destroy(ring);
	}
}

static void create_undoes_what_init_could_not_finish(struct kunit *test)
{
	struct hooks hooks = { .inits_left = ATOMIC_INIT(NR - 1) };
	const struct kpool_ring_args args = {
		.pool.ops = &count_ops,
		.pool.ctx = &hooks,
	};

	KUNIT_EXPECT_EQ(test,
			PTR_ERR(kpool_ring_create(NAME, NR, SIZE, &args)),
			-ENOMEM);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.inits), NR - 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.exits), NR - 1);
	kpool_ring_destroy(plain_ring(test));
}

static void buffers_are_handed_round_in_order(struct kunit *test)
{
	struct kpool_ring *ring = plain_ring(test);
	void *bufs[NR];
	int i;

	for (i = 0; i < NR; i++) {
		bufs[i] = kpool_ring_get(ring);
		kpool_ring_put(ring, bufs[i]);
		KUNIT_EXPECT_TRUE(test, !i || bufs[i] != bufs[i - 1]);
	}
	for (i = 0; i < 3 * NR; i++) {
		void *buf = kpool_ring_get(ring);

		KUNIT_EXPECT_PTR_EQ(test, buf, bufs[i % NR]);
		kpool_ring_put(ring, buf);
	}
	KUNIT_EXPECT_EQ(test, stats_of(ring).scanned, 0);
	kpool_ring_destroy(ring);
}

static void what_is_in_use_is_passed_over(struct kunit *test)
{
	struct kpool_ring *ring = plain_ring(test);
	void *held = kpool_ring_get(ring);
	int i;

	for (i = 0; i < 2 * (NR - 1); i++) {
		void *buf = kpool_ring_get(ring);

		KUNIT_EXPECT_NOT_NULL(test, buf);
		KUNIT_EXPECT_TRUE(test, buf != held);
		kpool_ring_put(ring, buf);
	}
	KUNIT_EXPECT_EQ_MSG(test, stats_of(ring).scanned, 1,
			    "once in the second round");
	kpool_ring_put(ring, held);
	kpool_ring_destroy(ring);
}

static void with_all_in_use_a_get_answers_null(struct kunit *test)
{
	struct kpool_ring *ring = plain_ring(test);
	void *bufs[NR];

	get_all(test, ring, bufs);
	KUNIT_EXPECT_EQ(test, stats_of(ring).in_use, NR);
	KUNIT_EXPECT_NULL(test, kpool_ring_get(ring));
	KUNIT_EXPECT_EQ(test, stats_of(ring).empty, 1);
	KUNIT_EXPECT_EQ(test, stats_of(ring).scanned, NR);
	KUNIT_EXPECT_EQ(test, stats_of(ring).gets, NR);
	/* The only free buffer is found wherever the cursor is. */
	kpool_ring_put(ring, bufs[2]);
	KUNIT_EXPECT_PTR_EQ(test, kpool_ring_get(ring), bufs[2]);
	put_all(ring, bufs);
	KUNIT_EXPECT_EQ(test, stats_of(ring).in_use, 0);
	kpool_ring_destroy(ring);
}

static void a_ring_may_have_one_buffer(struct kunit *test)
{
	struct kpool_ring *ring = kpool_ring_create(NAME, 1, 1, NULL);
	void *buf;

	KUNIT_ASSERT_FALSE(test, IS_ERR(ring));
	buf = kpool_ring_get(ring);
	KUNIT_EXPECT_NULL(test, kpool_ring_get(ring));
	kpool_ring_put(ring, buf);
	KUNIT_EXPECT_PTR_EQ(test, kpool_ring_get(ring), buf);
	kpool_ring_put(ring, buf);
	kpool_ring_destroy(ring);
}

static void the_whole_buffer_may_be_used(struct kunit *test)
{
	unsigned int align;
	void *bufs[NR];
	int i;

	for (align = 0; align <= PAGE_SIZE; align = align ? 8 * align : 8) {
		const struct kpool_ring_args args = { .pool.align = align };
		struct kpool_ring *ring = kpool_ring_create(NAME, NR, SIZE,
							    &args);

		KUNIT_ASSERT_FALSE(test, IS_ERR(ring));
		get_all(test, ring, bufs);
		for (i = 0; i < NR; i++) {
			KUNIT_EXPECT_TRUE(test,
					  IS_ALIGNED((unsigned long)bufs[i],
						     align ?: ARCH_KMALLOC_MINALIGN));
			memset(bufs[i], 1 + i, SIZE);
		}
		for (i = 0; i < NR; i++)
			KUNIT_EXPECT_NULL(test, memchr_inv(bufs[i], 1 + i, SIZE));
		put_all(ring, bufs);
		KUNIT_EXPECT_EQ(test, stats_of(ring).bad_puts, 0);
		kpool_ring_destroy(ring);
	}
}

static void reset_runs_in_put(struct kunit *test)
{
	struct hooks hooks;
	struct kpool_ring *ring = hooked_ring(test, &hooks);
	void *bufs[NR];
	int i;

	get_all(test, ring, bufs);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.resets), 0);
	for (i = 0; i < NR; i++)
		memset(bufs[i], 0x5e, SIZE);
	put_all(ring, bufs);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.resets), NR);
	get_all(test, ring, bufs);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_NULL(test, memchr_inv(bufs[i], 0, SIZE));
	put_all(ring, bufs);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&hooks.inits), NR,
			    "the buffers stay the same");
	kpool_ring_destroy(ring);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.exits), NR);
}

static void a_refused_buffer_is_built_anew(struct kunit *test)
{
	struct hooks hooks;
	struct kpool_ring *ring = hooked_ring(test, &hooks);
	void *bufs[NR];

	hooks.refuse = true;
	kpool_ring_put(ring, kpool_ring_get(ring));
	hooks.refuse = false;
	wait_for_worker(test, ring, 0);
	KUNIT_EXPECT_EQ(test, stats_of(ring).refused, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.inits), NR + 1);
	get_all(test, ring, bufs);
	put_all(ring, bufs);
	kpool_ring_destroy(ring);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.exits), NR + 1);
}

static void without_a_new_one_the_ring_goes_on(struct kunit *test)
{
	struct hooks hooks;
	struct kpool_ring *ring = hooked_ring(test, &hooks);
	void *bufs[NR], *gone = kpool_ring_get(ring);
	int i;

	atomic_set(&hooks.inits_left, 0);
	hooks.refuse = true;
	kpool_ring_put(ring, gone);
	hooks.refuse = false;
	/*
	 * The worker has failed to rebuild by the time the old buffer is gone.
	 */
	KUNIT_EXPECT_TRUE(test, test_wait(atomic_read(&hooks.exits)));
	for (i = 0; i < NR - 1; i++)
		bufs[i] = kpool_ring_get(ring);
	KUNIT_EXPECT_NULL(test, kpool_ring_get(ring));
	KUNIT_EXPECT_EQ(test, stats_of(ring).rebuilding, 1);
	KUNIT_EXPECT_EQ(test, stats_of(ring).in_use, NR - 1);
	/* The worker tries again. */
	atomic_set(&hooks.inits_left, 1);
	wait_for_worker(test, ring, 0);
	bufs[i] = kpool_ring_get(ring);
	KUNIT_EXPECT_NOT_NULL(test, bufs[i]);
	put_all(ring, bufs);
	kpool_ring_destroy(ring);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.exits), NR + 1);
}

static void destroy_does_not_wait_for_a_new_one(struct kunit *test)
{
	struct hooks hooks;
	struct kpool_ring *ring = hooked_ring(test, &hooks);
	int i;

	atomic_set(&hooks.inits_left, 0);
	hooks.refuse = true;
	for (i = 0; i < NR; i++)
		kpool_ring_put(ring, kpool_ring_get(ring));
	kpool_ring_destroy(ring);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.exits), NR);
}

static void a_put_of_what_is_not_in_use_is_caught(struct kunit *test)
{
	struct kpool_ring *ring = plain_ring(test);
	struct kpool_ring *other = kpool_ring_create("kunit-other", NR, SIZE,
						     NULL);
	char *foreign = kunit_kzalloc(test, 256, GFP_KERNEL);
	void *bufs[NR], *theirs;

	KUNIT_ASSERT_NOT_NULL(test, foreign);
	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	theirs = kpool_ring_get(other);
	get_all(test, ring, bufs);

	pr_warn("kpool-expect: begin " NAME ": put of a pointer\n");
	kpool_ring_put(ring, foreign + 128);
	pr_warn("kpool-expect: end\n");
	KUNIT_EXPECT_EQ(test, stats_of(ring).bad_puts, 1);
	/* The warning is printed only once. */
	memset(foreign, 0xff, 256);
	kpool_ring_put(ring, foreign + 128);
	KUNIT_EXPECT_EQ(test, stats_of(ring).bad_puts, 2);
	kpool_ring_put(ring, theirs);
	KUNIT_EXPECT_EQ(test, stats_of(ring).bad_puts, 3);
	KUNIT_EXPECT_EQ_MSG(test, stats_of(ring).in_use, NR, "unharmed");
	kpool_ring_put(ring, bufs[1]);
	kpool_ring_put(ring, bufs[1]);
	KUNIT_EXPECT_EQ(test, stats_of(ring).bad_puts, 4);
	KUNIT_EXPECT_EQ(test, stats_of(ring).in_use, NR - 1);
	KUNIT_EXPECT_PTR_EQ(test, kpool_ring_get(ring), bufs[1]);
	KUNIT_EXPECT_NULL(test, kpool_ring_get(ring));

	put_all(ring, bufs);
	kpool_ring_put(other, theirs);
	kpool_ring_destroy(other);
	kpool_ring_destroy(ring);
}

static void reset_runs_once_in_a_double_put(struct kunit *test)
{
	struct hooks hooks;
	struct kpool_ring *ring = hooked_ring(test, &hooks);
	void *buf = kpool_ring_get(ring);

	kpool_ring_put(ring, buf);
	pr_warn("kpool-expect: begin " NAME ": put of a pointer\n");
	kpool_ring_put(ring, buf);
	pr_warn("kpool-expect: end\n");
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.resets), 1);
	kpool_ring_destroy(ring);
}

static void the_statistics_are_in_debugfs(struct kunit *test)
{
	struct hooks hooks;
	struct kpool_ring *ring = hooked_ring(test, &hooks);
	void *buf = kpool_ring_get(ring);

	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "nr"), NR);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "in_use"), 1);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "gets"), 1);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "empty"), 0);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "scanned"), 0);
	kpool_ring_put(ring, buf);
	KUNIT_EXPECT_EQ_MSG(test, test_details(test, NAME, "resets"), 1,
			    "the driver's own lines follow");
	kpool_ring_destroy(ring);
}

/* The operations in one context, which must not report failures itself. */
struct session {
	struct kpool_ring *ring;
	void *bufs[NR];
	bool null;
};

static void get_and_put(void *data)
{
	struct session *session = data;
	int i;

	for (i = 0; i < NR; i++)
		session->bufs[i] = kpool_ring_get(session->ring);
	session->null = !kpool_ring_get(session->ring);
	put_all(session->ring, session->bufs);
}

/* Get all buffers once, then have them refused. */
static void try_context(struct kunit *test,
			void (*enter)(struct kunit *test,
				      struct session *session))
{
	struct hooks hooks;
	struct session session = { .ring = hooked_ring(test, &hooks) };
	int i;

	enter(test, &session);
	KUNIT_EXPECT_TRUE(test, session.null);
	for (i = 0; i < NR; i++)
		KUNIT_EXPECT_NOT_NULL(test, session.bufs[i]);
	KUNIT_EXPECT_EQ(test, stats_of(session.ring).in_use, 0);
	hooks.refuse = true;
	enter(test, &session);
	hooks.refuse = false;
	wait_for_worker(test, session.ring, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.inits), 2 * NR);
	KUNIT_EXPECT_EQ(test, stats_of(session.ring).bad_puts, 0);
	kpool_ring_destroy(session.ring);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.exits), 2 * NR);
}

static void enter_hardirq(struct kunit *test, struct session *session)
{
	test_in_hardirq(get_and_put, session);
}

static void in_a_hard_interrupt(struct kunit *test)
{
	try_context(test, enter_hardirq);
}

static void enter_softirq(struct kunit *test, struct session *session)
{
	test_in_softirq(get_and_put, session);
}

static void in_a_softirq(struct kunit *test)
{
	try_context(test, enter_softirq);
}

static void enter_nmi(struct kunit *test, struct session *session)
{
	test_in_nmi(test, get_and_put, session);
}

static void in_an_nmi(struct kunit *test)
{
	test_needs_nmi(test);
	try_context(test, enter_nmi);
}

static void buffers_may_come_back_late(struct kunit *test)
{
	struct hooks hooks;
	struct kpool_ring *ring = hooked_ring(test, &hooks);
	void *bufs[2] = { kpool_ring_get(ring), kpool_ring_get(ring) };
	int i;

	memset(bufs[0], 0x5e, SIZE);
	memset(bufs[1], 0x5e, SIZE);
	pr_warn("kpool-expect: begin " NAME ": destroyed with 2 objects in use\n");
	kpool_ring_destroy(ring);
	pr_warn("kpool-expect: end\n");
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.exits), NR - 2);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_NULL(test, memchr_inv(bufs[i], 0x5e, SIZE));
		kpool_ring_put(ring, bufs[i]);
	}
	test_wait(atomic_read(&hooks.exits) >= NR);
	KUNIT_EXPECT_EQ(test, atomic_read(&hooks.exits), NR);
	/* The name is available again. */
	kpool_ring_destroy(plain_ring(test));
}

static struct kunit_case ring_cases[] = {
	KUNIT_CASE(bad_arguments_are_refused),
	KUNIT_CASE(create_undoes_what_init_could_not_finish),
	KUNIT_CASE(buffers_are_handed_round_in_order),
	KUNIT_CASE(what_is_in_use_is_passed_over),
	KUNIT_CASE(with_all_in_use_a_get_answers_null),
	KUNIT_CASE(a_ring_may_have_one_buffer),
	KUNIT_CASE(the_whole_buffer_may_be_used),
	KUNIT_CASE(reset_runs_in_put),
	KUNIT_CASE(a_refused_buffer_is_built_anew),
	KUNIT_CASE(without_a_new_one_the_ring_goes_on),
	KUNIT_CASE(destroy_does_not_wait_for_a_new_one),
	KUNIT_CASE(a_put_of_what_is_not_in_use_is_caught),
	KUNIT_CASE(reset_runs_once_in_a_double_put),
	KUNIT_CASE(the_statistics_are_in_debugfs),
	KUNIT_CASE(in_a_hard_interrupt),
	KUNIT_CASE(in_a_softirq),
	KUNIT_CASE(in_an_nmi),
	KUNIT_CASE(buffers_may_come_back_late),
	{}
};

static struct kunit_suite ring_suite = {
	.name = "kpool_ring",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = ring_cases,
};

kunit_test_suite(ring_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * The reserve: a reserve of N means N gets that cannot fail.
 */
#include "helpers.h"

#define RESERVE	4

static void reserve_is_built_by_create(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE);
	struct kpool_stats stats = test_stats(tp);

	KUNIT_EXPECT_EQ(test, stats.idle_reserve, RESERVE);
	KUNIT_EXPECT_EQ(test, stats.built, RESERVE);
	KUNIT_EXPECT_EQ(test, stats.gets, 0);
	test_expect_quiet(test, tp, 0);
}

static void reserve_survives_clearing(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE);
	int i;

	test_fill(test, tp, 10);
	for (i = 0; i < 4; i++)
		kpool_gc(tp->pool);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_reserve, RESERVE);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).idle, RESERVE,
			    "nothing but the reserve is left");
	test_expect_quiet(test, tp, 0);
}

static void reserve_survives_draining(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE);

	test_fill(test, tp, 10);
	KUNIT_EXPECT_EQ_MSG(test, kpool_drain(tp->pool), 10,
			    "all beyond the reserve");
	KUNIT_EXPECT_EQ(test, kpool_drain(tp->pool), 0);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_reserve, RESERVE);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, RESERVE);
}

/* Get until none is left; return the number of gets that were served. */
static unsigned int get_all(struct test_pool *tp, gfp_t gfp, unsigned int max,
			    void **objs)
{
	unsigned int n;

	for (n = 0; n < max; n++) {
		objs[n] = kpool_get(tp->pool, gfp);
		if (!objs[n])
			break;
	}
	return n;
}

static void as_many_gets_as_the_reserve_cannot_fail(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE);
	void *objs[RESERVE + 1];

	atomic_set(&tp->allocs_left, 0);
	KUNIT_EXPECT_EQ(test, RESERVE,
			get_all(tp, GFP_ATOMIC, RESERVE + 1, objs));
	KUNIT_EXPECT_EQ(test, test_stats(tp).reserve_gets, RESERVE);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).hits, RESERVE,
			    "they were cached");
	test_expect_quiet(test, tp, RESERVE);
	kpool_put_bulk(tp->pool, RESERVE, objs);
	test_expect_quiet(test, tp, 0);
}

static void gets_cannot_fail_after_clearing(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE);
	void *objs[RESERVE + 1];

	test_fill(test, tp, 10);
	kpool_gc(tp->pool);
	kpool_drain(tp->pool);
	atomic_set(&tp->allocs_left, 0);
	KUNIT_EXPECT_EQ(test, RESERVE,
			get_all(tp, GFP_ATOMIC, RESERVE + 1, objs));
	kpool_put_bulk(tp->pool, RESERVE, objs);
}

static void reserve_is_handed_out_in_bulk(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE);
	void *objs[RESERVE + 1];

	atomic_set(&tp->allocs_left, 0);
	KUNIT_EXPECT_EQ(test, RESERVE,
			kpool_get_bulk(tp->pool, GFP_ATOMIC, RESERVE + 1,
				       objs));
	kpool_put_bulk(tp->pool, RESERVE, objs);
}

static void reserve_is_last_to_be_handed_out(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE,
					 .magazine = 2);
	struct test_object *objs[10 + RESERVE];

	test_fill(test, tp, 5);
	kpool_gc(tp->pool);
	KUNIT_ASSERT_EQ(test, kpool_prewarm(tp->pool, 5, GFP_KERNEL), 0);
	atomic_set(&tp->allocs_left, 0);
	test_get_many(test, tp, 10, objs);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).reserve_gets, 0,
			    "all that is idle comes first, victims too");
	test_get_many(test, tp, RESERVE, objs + 10);
	KUNIT_EXPECT_EQ(test, test_stats(tp).reserve_gets, RESERVE);
	test_put_many(tp, 10 + RESERVE, objs);
}

static void building_comes_before_the_reserve(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE);
	struct test_object *objs[10];

	test_get_many(test, tp, 10, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).reserve_gets, 0);
	KUNIT_EXPECT_EQ(test, test_stats(tp).misses, 10);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_reserve, RESERVE);
	test_put_many(tp, 10, objs);
}

static void reserve_is_handed_out_at_the_maximum(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE,
					 .max = RESERVE);
	void *objs[RESERVE + 1];

	KUNIT_EXPECT_EQ(test, RESERVE,
			get_all(tp, GFP_NOWAIT, RESERVE + 1, objs));
	kpool_put_bulk(tp->pool, RESERVE, objs);
}

static void puts_refill_the_reserve_first(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE);
	struct test_object *objs[RESERVE];
	struct kpool_stats stats;
	int i;

	atomic_set(&tp->allocs_left, 0);
	test_get_many(test, tp, RESERVE, objs);
	for (i = 0; i < RESERVE; i++) {
		kpool_put(tp->pool, objs[i]);
		stats = test_stats(tp);
		KUNIT_EXPECT_EQ(test, stats.idle_reserve, i + 1);
		KUNIT_EXPECT_EQ_MSG(test, stats.idle, i + 1,
				    "nowhere else before it is full");
	}
	KUNIT_EXPECT_EQ(test, test_stats(tp).kept, RESERVE);
	/* With the reserve full, the next object is cached. */
	atomic_set(&tp->allocs_left, 1);
	test_fill(test, tp, 1);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, RESERVE + 1);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_reserve, RESERVE);
}

static void bulk_puts_refill_the_reserve_first(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE);
	void *objs[RESERVE + 3];

	atomic_set(&tp->allocs_left, 3);
	KUNIT_ASSERT_EQ(test, RESERVE + 3,
			get_all(tp, GFP_ATOMIC, RESERVE + 3, objs));
	kpool_put_bulk(tp->pool, RESERVE + 3, objs);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_reserve, RESERVE);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, RESERVE + 3);
}

static void refused_object_does_not_refill_the_reserve(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = 1);
	struct test_object *obj;

	atomic_set(&tp->allocs_left, 0);
	obj = test_get(test, tp, GFP_ATOMIC);
	tp->refuse = true;
	kpool_put(tp->pool, obj);
	tp->refuse = false;
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 0);
	atomic_set(&tp->allocs_left, 1);
	test_fill(test, tp, 1);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).idle_reserve, 1,
			    "the next one does");
}

static void short_reserve_is_refilled_before_clearing(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = 2);
	struct test_object *objs[2];

	/* The gets empty the reserve, and nothing can refill it. */
	atomic_set(&tp->allocs_left, 0);
	test_get_many(test, tp, 2, objs);
	kpool_discard(tp->pool, objs[0]);
	kpool_discard(tp->pool, objs[1]);
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 0);
	atomic_set(&tp->allocs_left, 5);
	KUNIT_EXPECT_EQ(test, kpool_prewarm(tp->pool, 5, GFP_KERNEL), 0);
	kpool_drain(tp->pool);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).idle_reserve, 2,
			    "nothing is freed that the reserve lacks");
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle, 2);
	test_expect_quiet(test, tp, 0);
}

struct interrupt_get {
	struct test_pool *tp;
	void *objs[RESERVE + 1];
	unsigned int got;
};

static void get_all_in_interrupt(void *data)
{
	struct interrupt_get *get = data;

	get->got = get_all(get->tp, GFP_ATOMIC, RESERVE + 1, get->objs);
	kpool_put_bulk(get->tp->pool, get->got, get->objs);
}

static void reserve_serves_interrupts(struct kunit *test)
{
	struct interrupt_get get = {
		.tp = test_pool(test, .reserve = RESERVE),
	};

	atomic_set(&get.tp->allocs_left, 0);
	test_in_hardirq(get_all_in_interrupt, &get);
	KUNIT_EXPECT_EQ(test, get.got, RESERVE);
	KUNIT_EXPECT_EQ(test, test_stats(get.tp).idle_reserve, RESERVE);
	test_expect_quiet(test, get.tp, 0);
}

static void sleeping_get_waits_for_a_put(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = 1);
	struct test_getter getter = { .tp = tp, .gfp = GFP_KERNEL };
	struct test_object *obj;

	atomic_set(&tp->allocs_left, 0);
	obj = test_get(test, tp, GFP_NOWAIT);
	test_getter_start(test, &getter);
	test_thread_expect_blocked(test, getter.thread);
	kpool_put(tp->pool, obj);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_PTR_EQ_MSG(test, getter.obj, obj,
				"the object that was put");
	KUNIT_EXPECT_TRUE_MSG(test, getter.fresh, "after its reset");
	kpool_put(tp->pool, getter.obj);
	KUNIT_EXPECT_EQ_MSG(test, test_stats(tp).idle_reserve, 1,
			    "back in the reserve");
	test_expect_quiet(test, tp, 0);
}

static void sleeping_get_builds_when_that_works_again(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = 1);
	struct test_getter getter = { .tp = tp, .gfp = GFP_KERNEL };
	struct test_object *obj;

	atomic_set(&tp->allocs_left, 0);
	obj = test_get(test, tp, GFP_NOWAIT);
	test_getter_start(test, &getter);
	test_thread_expect_blocked(test, getter.thread);
	/* The pool is not notified; it must retry by itself. */
	atomic_set(&tp->allocs_left, 1);
	if (!test_thread_join(test, getter.thread))
		return;
	KUNIT_EXPECT_NOT_NULL(test, getter.obj);
	kpool_put(tp->pool, getter.obj);
	kpool_put(tp->pool, obj);
	test_expect_quiet(test, tp, 0);
}

static void sleeping_gets_never_fail(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = 2);
	struct test_getter getters[8];
	struct test_object *objs[2];
	int i;

	atomic_set(&tp->allocs_left, 0);
	test_get_many(test, tp, 2, objs);
	for (i = 0; i < ARRAY_SIZE(getters); i++) {
		getters[i] = (struct test_getter){
			.tp = tp,
			.gfp = GFP_NOIO,
			.put = true,
		};
		test_getter_start(test, &getters[i]);
	}
	test_put_many(tp, 2, objs);
	for (i = 0; i < ARRAY_SIZE(getters); i++) {
		if (!test_thread_join(test, getters[i].thread))
			return;
		KUNIT_EXPECT_NOT_NULL_MSG(test, getters[i].obj, "thread %d", i);
		KUNIT_EXPECT_TRUE_MSG(test, getters[i].fresh, "thread %d", i);
	}
	KUNIT_EXPECT_EQ(test, test_stats(tp).idle_reserve, 2);
	test_expect_quiet(test, tp, 0);
}

/* Take the whole reserve, while nothing can be built. */
static void take_the_reserve(struct kunit *test, struct test_pool *tp,
			     struct test_object **objs)
{
	atomic_set(&tp->allocs_left, 0);
	test_get_many(test, tp, RESERVE, objs);
	KUNIT_ASSERT_EQ(test, test_stats(tp).idle_reserve, 0);
}

static void a_worker_refills_what_was_discarded(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE);
	struct test_object *objs[RESERVE];
	int i;

	take_the_reserve(test, tp, objs);
	for (i = 0; i < RESERVE; i++)
		kpool_discard(tp->pool, objs[i]);
	atomic_set(&tp->allocs_left, RESERVE);
	KUNIT_EXPECT_TRUE(test, test_wait(test_stats(tp).idle_reserve == RESERVE));
	test_get_many(test, tp, RESERVE, objs);
	test_put_many(tp, RESERVE, objs);
	test_expect_quiet(test, tp, 0);
}

static void a_worker_refills_what_was_refused(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .reserve = RESERVE,
					 .max = 2 * RESERVE);
	struct test_object *objs[RESERVE];

	take_the_reserve(test, tp, objs);
	tp->refuse = true;
	test_put_many(tp, RESERVE, objs);
	tp->refuse = false;
	atomic_set(&tp->allocs_left, RESERVE);
	KUNIT_EXPECT_TRUE(test, test_wait(test_stats(tp).idle_reserve == RESERVE));
	test_expect_quiet(test, tp, 0);
}

/**
 * struct stubborn - an allocator that behaves as the page allocator may
 * @blocks: there is no memory
 * @memory: completed when there is memory again
 * @first: the flags of the first call without memory
 * @calls: calls without memory
 *
 * Like the page allocator it fails if it may not reclaim, or not for long, and
 * otherwise tries until there is memory.
 */
struct stubborn {
	bool blocks;
	struct completion memory;
	gfp_t first;
	atomic_t calls;
};

static void *stubborn_alloc(void *ctx, gfp_t gfp, int node)
{
	struct stubborn *stubborn = ctx;

	if (READ_ONCE(stubborn->blocks)) {
		if (atomic_inc_return(&stubborn->calls) == 1)
			stubborn->first = gfp;
		if (!(gfp & __GFP_DIRECT_RECLAIM) || (gfp & __GFP_NORETRY))
			return NULL;
		wait_for_completion(&stubborn->memory);
	}
	return kmalloc(sizeof(struct test_object), gfp);
}

static void stubborn_free(void *obj, void *ctx)
{
	kfree(obj);
}

static const struct kpool_ops stubborn_ops = {
	.alloc = stubborn_alloc,
	.free = stubborn_free,
};

static void stubborn_get(void *data)
{
	struct test_getter *getter = data;

	getter->obj = kpool_get(getter->tp->pool, getter->gfp);
}

/* Memory may depend on this very get: the reserve must not wait for it. */
static void the_reserve_comes_before_reclaim(struct kunit *test)
{
	struct stubborn stubborn = {};
	struct test_pool tp = {};
	struct test_getter getters[2];
	const struct kpool_args args = {
		.ops = &stubborn_ops,
		.ctx = &stubborn,
		.reserve = 1,
	};
	int i;

	init_completion(&stubborn.memory);
	tp.pool = kpool_create("test-stubborn", sizeof(struct test_object),
			       &args);
	KUNIT_ASSERT_FALSE(test, IS_ERR(tp.pool));
	WRITE_ONCE(stubborn.blocks, true);
	for (i = 0; i < 2; i++) {
		getters[i] = (struct test_getter){ .tp = &tp, .gfp = GFP_NOIO };
		getters[i].thread = test_thread_start(test,
						      raw_smp_processor_id(),
						      stubborn_get, &getters[i]);
		if (!i && !test_thread_join(test, getters[0].thread))
			goto out;
	}
	KUNIT_EXPECT_NOT_NULL_MSG(test, getters[0].obj, "the reserve");
	KUNIT_EXPECT_FALSE(test, stubborn.first & (__GFP_DIRECT_RECLAIM | __GFP_IO));
	KUNIT_EXPECT_TRUE(test, stubborn.first & __GFP_NOMEMALLOC);
	KUNIT_EXPECT_TRUE(test, stubborn.first & __GFP_NOWARN);
	test_thread_expect_blocked(test, getters[1].thread);
	kpool_put(tp.pool, getters[0].obj);
	if (!test_thread_join(test, getters[1].thread))
		goto out;
	KUNIT_EXPECT_PTR_EQ_MSG(test, getters[1].obj, getters[0].obj,
				"what was put while it waited");
	kpool_put(tp.pool, getters[1].obj);
out:
	WRITE_ONCE(stubborn.blocks, false);
	complete_all(&stubborn.memory);
	kpool_destroy(tp.pool);
}

static struct kunit_case reserve_cases[] = {
	KUNIT_CASE(reserve_is_built_by_create),
	KUNIT_CASE(reserve_survives_clearing),
	KUNIT_CASE(reserve_survives_draining),
	KUNIT_CASE(as_many_gets_as_the_reserve_cannot_fail),
	KUNIT_CASE(gets_cannot_fail_after_clearing),
	KUNIT_CASE(reserve_is_handed_out_in_bulk),
	KUNIT_CASE(reserve_is_last_to_be_handed_out),
	KUNIT_CASE(building_comes_before_the_reserve),
	KUNIT_CASE(reserve_is_handed_out_at_the_maximum),
	KUNIT_CASE(puts_refill_the_reserve_first),
	KUNIT_CASE(bulk_puts_refill_the_reserve_first),
	KUNIT_CASE(refused_object_does_not_refill_the_reserve),
	KUNIT_CASE(short_reserve_is_refilled_before_clearing),
	KUNIT_CASE(reserve_serves_interrupts),
	KUNIT_CASE(sleeping_get_waits_for_a_put),
	KUNIT_CASE(sleeping_get_builds_when_that_works_again),
	KUNIT_CASE(sleeping_gets_never_fail),
	KUNIT_CASE(a_worker_refills_what_was_discarded),
	KUNIT_CASE(a_worker_refills_what_was_refused),
	KUNIT_CASE(the_reserve_comes_before_reclaim),
	{}
};

static struct kunit_suite reserve_suite = {
	.name = "kpool_reserve",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = reserve_cases,
};

kunit_test_suite(reserve_suite);

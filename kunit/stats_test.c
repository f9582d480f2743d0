// SPDX-License-Identifier: GPL-2.0
/*
 * The statistics: every call counts what the contract says, the figures agree
 * with each other, and no counter is ever seen to go backwards.
 */
#include <linux/prandom.h>
#include <linux/slab.h>

#include "helpers.h"

static void new_pool_has_counted_nothing(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct kpool_stats stats = test_stats(tp);

	KUNIT_EXPECT_EQ(test, stats.object_size, sizeof(struct test_object));
	stats.object_size = 0;
	KUNIT_EXPECT_NULL_MSG(test, memchr_inv(&stats, 0, sizeof(stats)),
			      "all counters start at 0");
}

static void get_that_builds_is_a_new(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct test_object *obj = test_get(test, tp, GFP_KERNEL);
	struct kpool_stats stats = test_stats(tp);

	KUNIT_EXPECT_EQ(test, stats.gets, 1);
	KUNIT_EXPECT_EQ(test, stats.misses, 1);
	KUNIT_EXPECT_EQ(test, stats.hits, 0);
	KUNIT_EXPECT_EQ(test, stats.built, 1);
	test_expect_quiet(test, tp, 1);
	kpool_put(tp->pool, obj);
}

static void get_that_finds_one_is_a_hit(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct kpool_stats stats;
	struct test_object *obj;

	test_fill(test, tp, 1);
	obj = test_get(test, tp, GFP_KERNEL);
	stats = test_stats(tp);
	KUNIT_EXPECT_EQ(test, stats.gets, 2);
	KUNIT_EXPECT_EQ(test, stats.hits, 1);
	KUNIT_EXPECT_EQ(test, stats.built, 1);
	KUNIT_EXPECT_EQ(test, stats.hit_rate_permille, 500);
	test_expect_quiet(test, tp, 1);
	kpool_put(tp->pool, obj);
}

static void get_that_fails_is_no_get(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct kpool_stats stats;

	atomic_set(&tp->allocs_left, 0);
	KUNIT_EXPECT_NULL(test, kpool_get(tp->pool, GFP_KERNEL));
	stats = test_stats(tp);
	KUNIT_EXPECT_EQ(test, stats.gets, 0);
	KUNIT_EXPECT_EQ(test, stats.build_failures, 1);
	test_expect_quiet(test, tp, 0);
}

static void put_is_kept(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct kpool_stats stats;

	test_fill(test, tp, 3);
	stats = test_stats(tp);
	KUNIT_EXPECT_EQ(test, stats.puts, 3);
	KUNIT_EXPECT_EQ(test, stats.kept, 3);
	KUNIT_EXPECT_EQ(test, stats.idle, 3);
	test_expect_quiet(test, tp, 0);
}

static void refused_put_is_rejected(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct kpool_stats stats;

	tp->refuse = true;
	test_fill(test, tp, 3);
	stats = test_stats(tp);
	KUNIT_EXPECT_EQ(test, stats.puts, 3);
	KUNIT_EXPECT_EQ(test, stats.rejected, 3);
	KUNIT_EXPECT_EQ(test, stats.kept, 0);
	KUNIT_EXPECT_EQ(test, stats.destroyed, 3);
	test_expect_quiet(test, tp, 0);
}

static void put_of_null_counts_nothing(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	kpool_put(tp->pool, NULL);
	kpool_discard(tp->pool, NULL);
	KUNIT_EXPECT_EQ(test, test_stats(tp).puts, 0);
	KUNIT_EXPECT_EQ(test, test_stats(tp).discarded, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&tp->resets), 0);
	test_expect_quiet(test, tp, 0);
}

static void discard_is_no_put(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct kpool_stats stats;

	kpool_discard(tp->pool, test_get(test, tp, GFP_KERNEL));
	stats = test_stats(tp);
	KUNIT_EXPECT_EQ(test, stats.discarded, 1);
	KUNIT_EXPECT_EQ(test, stats.destroyed, 1);
	KUNIT_EXPECT_EQ(test, stats.puts, 0);
	test_expect_quiet(test, tp, 0);
}

static void prewarm_builds_without_gets(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct kpool_stats stats;

	KUNIT_EXPECT_EQ(test, kpool_prewarm(tp->pool, 50, GFP_KERNEL), 0);
	stats = test_stats(tp);
	KUNIT_EXPECT_EQ(test, stats.built, 50);
	KUNIT_EXPECT_EQ(test, stats.idle, 50);
	KUNIT_EXPECT_EQ(test, stats.gets, 0);
	KUNIT_EXPECT_EQ(test, stats.puts, 0);
	test_expect_quiet(test, tp, 0);
}

static void prewarmed_objects_are_hits(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);

	KUNIT_EXPECT_EQ(test, kpool_prewarm(tp->pool, 50, GFP_KERNEL), 0);
	test_fill(test, tp, 50);
	KUNIT_EXPECT_EQ(test, test_stats(tp).hits, 50);
	KUNIT_EXPECT_EQ(test, test_stats(tp).misses, 0);
}

static void bulk_counts_every_object(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	struct kpool_stats stats;
	void *objs[50];

	KUNIT_ASSERT_EQ(test, 50,
			kpool_get_bulk(tp->pool, GFP_KERNEL, 50, objs));
	kpool_put_bulk(tp->pool, 50, objs);
	KUNIT_ASSERT_EQ(test, 50,
			kpool_get_bulk(tp->pool, GFP_KERNEL, 50, objs));
	stats = test_stats(tp);
	KUNIT_EXPECT_EQ(test, stats.gets, 100);
	KUNIT_EXPECT_EQ(test, stats.hits, 50);
	KUNIT_EXPECT_EQ(test, stats.puts, 50);
	test_expect_quiet(test, tp, 50);
	kpool_put_bulk(tp->pool, 50, objs);
	test_expect_quiet(test, tp, 0);
}

static void clearing_counts_cycles_and_objects(struct kunit *test)
{
	struct test_pool *tp = test_pool(test);
	struct kpool_stats stats;

	test_fill(test, tp, 10);
	kpool_gc(tp->pool);
	stats = test_stats(tp);
	KUNIT_EXPECT_EQ(test, stats.gc_cycles, 1);
	KUNIT_EXPECT_EQ(test, stats.gc_freed, 0);
	KUNIT_EXPECT_EQ(test, stats.idle_victim, 10);
	kpool_gc(tp->pool);
	stats = test_stats(tp);
	KUNIT_EXPECT_EQ(test, stats.gc_cycles, 2);
	KUNIT_EXPECT_EQ(test, stats.gc_freed, 10);
	KUNIT_EXPECT_EQ(test, stats.destroyed, 10);
	test_expect_quiet(test, tp, 0);
}

static void every_idle_object_is_somewhere(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4, .reserve = 3);
	struct kpool_stats stats;

	test_fill(test, tp, 40);
	kpool_gc(tp->pool);
	KUNIT_EXPECT_EQ(test, kpool_prewarm(tp->pool, 8, GFP_KERNEL), 0);
	test_fill(test, tp, 1);
	stats = test_stats(tp);
	KUNIT_EXPECT_EQ(test, stats.idle, 51);
	KUNIT_EXPECT_EQ(test, stats.idle_reserve, 3);
	KUNIT_EXPECT_GT(test, stats.idle_cpu, 0);
	KUNIT_EXPECT_GT(test, stats.idle_victim, 0);
	KUNIT_EXPECT_GT(test, stats.idle_depot, 0);
	test_expect_quiet(test, tp, 0);
}

/* The expected statistics, computed independently of the pool. */
struct model {
	struct kpool_stats stats;
	struct test_object *held[64];
};

static void model_get(struct kunit *test, struct test_pool *tp, struct model *m)
{
	struct kpool_stats *s = &m->stats;

	if (s->in_use == ARRAY_SIZE(m->held))
		return;
	m->held[s->in_use++] = test_get(test, tp, GFP_KERNEL);
	s->gets++;
	if (s->idle) {
		s->hits++;
		s->idle--;
	} else {
		s->misses++;
		s->built++;
	}
}

static void model_put(struct test_pool *tp, struct model *m, bool refuse)
{
	struct kpool_stats *s = &m->stats;

	if (!s->in_use)
		return;
	tp->refuse = refuse;
	kpool_put(tp->pool, m->held[--s->in_use]);
	tp->refuse = false;
	s->puts++;
	if (refuse) {
		s->rejected++;
		s->destroyed++;
	} else {
		s->kept++;
		s->idle++;
	}
}

static void model_discard(struct test_pool *tp, struct model *m)
{
	struct kpool_stats *s = &m->stats;

	if (!s->in_use)
		return;
	kpool_discard(tp->pool, m->held[--s->in_use]);
	s->discarded++;
	s->destroyed++;
}

static void model_clear(struct test_pool *tp, struct model *m, bool drain)
{
	struct kpool_stats *s = &m->stats;
	unsigned long freed;

	freed = drain ? kpool_drain(tp->pool) : kpool_gc(tp->pool);
	s->idle -= freed;
	s->gc_freed += freed;
	s->destroyed += freed;
}

static void model_compare(struct kunit *test, struct test_pool *tp,
			  struct model *m, int step)
{
	struct kpool_stats stats = test_stats(tp);

	KUNIT_ASSERT_EQ_MSG(test, stats.gets, m->stats.gets, "%d", step);
	KUNIT_ASSERT_EQ_MSG(test, stats.hits, m->stats.hits, "%d", step);
	KUNIT_ASSERT_EQ_MSG(test, stats.misses, m->stats.misses, "%d", step);
	KUNIT_ASSERT_EQ_MSG(test, stats.puts, m->stats.puts, "%d", step);
	KUNIT_ASSERT_EQ_MSG(test, stats.kept, m->stats.kept, "%d", step);
	KUNIT_ASSERT_EQ_MSG(test, stats.rejected, m->stats.rejected, "%d",
			    step);
	KUNIT_ASSERT_EQ_MSG(test, stats.discarded, m->stats.discarded, "%d",
			    step);
	KUNIT_ASSERT_EQ_MSG(test, stats.built, m->stats.built, "%d", step);
	KUNIT_ASSERT_EQ_MSG(test, stats.destroyed, m->stats.destroyed, "%d",
			    step);
	KUNIT_ASSERT_EQ_MSG(test, stats.gc_freed, m->stats.gc_freed, "%d",
			    step);
	KUNIT_ASSERT_EQ_MSG(test, stats.in_use, m->stats.in_use, "%d", step);
	KUNIT_ASSERT_EQ_MSG(test, stats.idle, m->stats.idle, "%d", step);
}

static void figures_are_right_after_any_calls(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 3);
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	struct rnd_state rnd;
	int step;

	KUNIT_ASSERT_NOT_NULL(test, m);
	prandom_seed_state(&rnd, 1);
	for (step = 0; step < 5000; step++) {
		u32 what = prandom_u32_state(&rnd) % 200;

		if (what < 90)
			model_get(test, tp, m);
		else if (what < 170)
			model_put(tp, m, false);
		else if (what < 185)
			model_put(tp, m, true);
		else if (what < 195)
			model_discard(tp, m);
		else
			model_clear(tp, m, what == 199);
		model_compare(test, tp, m, step);
	}
	while (m->stats.in_use)
		model_put(tp, m, false);
	test_expect_quiet(test, tp, 0);
}

/* The fields before in_use are counters. */
#define NR_COUNTERS	(offsetof(struct kpool_stats, in_use) / sizeof(u64))

struct churn {
	struct test_pool *tp;
	struct test_thread *thread;
	unsigned int rounds;
};

static void churn(void *data)
{
	struct churn *churn = data;
	struct kpool *pool = churn->tp->pool;
	unsigned int round;
	void *objs[12];

	for (round = 0; round < churn->rounds; round++) {
		unsigned int n = 1 + round % ARRAY_SIZE(objs);

		n = kpool_get_bulk(pool, GFP_KERNEL, n, objs);
		kpool_discard(pool, round % 7 ? NULL : objs[--n]);
		kpool_put_bulk(pool, n, objs);
		if (round % 256 == 0)
			kpool_gc(pool);
		cond_resched();
	}
}

static void counters_never_go_backwards(struct kunit *test)
{
	struct test_pool *tp = test_pool(test, .magazine = 4);
	struct churn churns[4] = {};
	u64 last[NR_COUNTERS] = {};
	bool running = true;
	int i;

	for (i = 0; i < ARRAY_SIZE(churns); i++) {
		churns[i].tp = tp;
		churns[i].rounds = 5000;
		churns[i].thread = test_thread_start(test, -1, churn,
						     &churns[i]);
	}
	while (running) {
		struct kpool_stats stats = test_stats(tp);
		const u64 *now = (const u64 *)&stats;

		for (i = 0; i < NR_COUNTERS; i++) {
			if (now[i] < last[i])
				KUNIT_FAIL(test, "counter %d: %llu after %llu",
					   i, now[i], last[i]);
			last[i] = now[i];
		}
		running = false;
		for (i = 0; i < ARRAY_SIZE(churns); i++)
			running |= !completion_done(&churns[i].thread->done);
		cond_resched();
	}
	for (i = 0; i < ARRAY_SIZE(churns); i++)
		test_thread_join(test, churns[i].thread);
	test_expect_quiet(test, tp, 0);
}

static struct kunit_case stats_cases[] = {
	KUNIT_CASE(new_pool_has_counted_nothing),
	KUNIT_CASE(get_that_builds_is_a_new),
	KUNIT_CASE(get_that_finds_one_is_a_hit),
	KUNIT_CASE(get_that_fails_is_no_get),
	KUNIT_CASE(put_is_kept),
	KUNIT_CASE(refused_put_is_rejected),
	KUNIT_CASE(put_of_null_counts_nothing),
	KUNIT_CASE(discard_is_no_put),
	KUNIT_CASE(prewarm_builds_without_gets),
	KUNIT_CASE(prewarmed_objects_are_hits),
	KUNIT_CASE(bulk_counts_every_object),
	KUNIT_CASE(clearing_counts_cycles_and_objects),
	KUNIT_CASE(every_idle_object_is_somewhere),
	KUNIT_CASE(figures_are_right_after_any_calls),
	KUNIT_CASE(counters_never_go_backwards),
	{}
};

static struct kunit_suite stats_suite = {
	.name = "kpool_stats",
	.init = test_pools_init,
	.exit = test_pools_exit,
	.test_cases = stats_cases,
};

kunit_test_suite(stats_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * The workload cross: what one CPU gets, another puts.  Lanes 2n and 2n + 1
 * are a couple, a producer and a consumer.  The producer fills a basket with
 * a batch of objects, the consumer empties it.  Only filling and emptying are
 * timed, each on its own CPU; a sample is the sum of both.
 *
 * Two baskets let both work at the same time.  With a clock that all CPUs
 * share (%KPOOL_BENCH_F_SHARED_CLOCK) there is one, and they take turns.
 *
 * A basket belongs to the producer while @full is false and to the consumer
 * while it is true; whoever is done hands it over by a release store.
 */
#include <linux/mm.h>
#include <linux/timekeeping.h>
#include "bench.h"

#define BASKETS_MAX	2

/**
 * struct bench_basket - objects on their way to another CPU
 * @full: whose turn it is, see above
 * @nr: how many objects are in it
 * @objs: they
 */
struct bench_basket {
	bool full;
	unsigned int nr;
	void **objs;
};

/**
 * struct bench_couple - what a producer and a consumer share
 * @wait: where each waits for the other
 * @baskets: used in turn
 */
struct bench_couple {
	wait_queue_head_t wait;
	struct bench_basket baskets[BASKETS_MAX];
};

static unsigned int nr_baskets(const struct bench_run *run)
{
	return run->req.flags & KPOOL_BENCH_F_SHARED_CLOCK ? 1 : BASKETS_MAX;
}

static bool is_consumer(const struct bench_lane *lane)
{
	return lane->index & 1;
}

static bool basket_is_full(const struct bench_basket *basket)
{
	/* Pairs with the release in basket_hand_over(). */
	return smp_load_acquire(&basket->full);
}

static bool basket_wait(struct bench_lane *lane, struct bench_basket *basket,
			bool full)
{
	wait_event(lane->couple->wait,
		   basket_is_full(basket) == full ||
		   bench_is_cancelled(lane->run));
	return !bench_is_cancelled(lane->run);
}

/*
 * The basket that this lane uses next, once it is its turn.  The consumer
 * starts when all baskets are full, so that as many objects as can ever be on
 * their way have been built before anything is measured.
 */
static struct bench_basket *basket_next(struct bench_lane *lane)
{
	unsigned int nr = nr_baskets(lane->run);
	struct bench_basket *baskets = lane->couple->baskets;
	struct bench_basket *basket = &baskets[lane->steps % nr];
	bool full = is_consumer(lane);

	if (full && !lane->steps && !basket_wait(lane, &baskets[nr - 1], true))
		return NULL;
	if (!basket_wait(lane, basket, full))
		return NULL;
	lane->steps++;
	return basket;
}

static void basket_hand_over(struct bench_lane *lane,
			     struct bench_basket *basket)
{
	/* Pairs with the acquire in basket_is_full(): first what is in it. */
	smp_store_release(&basket->full, !is_consumer(lane));
	wake_up(&lane->couple->wait);
}

static int step_produce(struct bench_lane *lane, struct bench_basket *basket,
			u64 *ns)
{
	const struct bench_run *run = lane->run;
	u64 before = ktime_get_ns();

	basket->nr = run->backend->loops->fill(run->pools->sources[0],
					       basket->objs, run->req.batch);
	*ns += ktime_get_ns() - before;
	if (basket->nr != run->req.batch)
		return -ENOMEM;
	basket_hand_over(lane, basket);
	return 0;
}

static int step_consume(struct bench_lane *lane, struct bench_basket *basket,
			u64 *ns)
{
	const struct bench_run *run = lane->run;
	unsigned int nr = basket->nr;
	u64 before = ktime_get_ns();

	run->backend->loops->empty(run->pools->sources[0], basket->objs, nr);
	*ns += ktime_get_ns() - before;
	basket->nr = 0;
	basket_hand_over(lane, basket);
	return nr;
}

/* An operation is complete when its object was put. */
static int step_cross(struct bench_lane *lane, u64 *ns)
{
	struct bench_basket *basket = basket_next(lane);

	if (!basket)
		return -EINTR;
	if (is_consumer(lane))
		return step_consume(lane, basket, ns);
	return step_produce(lane, basket, ns);
}

static void cancel_cross(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++) {
		if (run->lanes[i].couple)
			wake_up_all(&run->lanes[i].couple->wait);
	}
}

static void couple_free(struct bench_run *run, struct bench_couple *couple)
{
	unsigned int i;

	for (i = 0; i < BASKETS_MAX; i++) {
		struct bench_basket *basket = &couple->baskets[i];

		if (basket->nr)
			run->backend->loops->empty(run->pools->sources[0],
						   basket->objs, basket->nr);
		kvfree(basket->objs);
	}
	kfree(couple);
}

/* All threads are gone: baskets that were not emptied are emptied here. */
static void finish_cross(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i += 2) {
		if (run->lanes[i].couple)
			couple_free(run, run->lanes[i].couple);
	}
}

static struct bench_couple *couple_alloc(const struct bench_run *run)
{
	struct bench_couple *couple;
	unsigned int i;

	couple = kzalloc_obj(*couple, GFP_KERNEL);
	if (!couple)
		return NULL;
	init_waitqueue_head(&couple->wait);
	for (i = 0; i < nr_baskets(run); i++) {
		struct bench_basket *basket = &couple->baskets[i];

		basket->objs = kvcalloc(run->req.batch, sizeof(void *),
					GFP_KERNEL);
		if (!basket->objs)
			goto free;
	}
	return couple;
free:
	for (i = 0; i < nr_baskets(run); i++)
		kvfree(couple->baskets[i].objs);
	kfree(couple);
	return NULL;
}

static int setup_cross(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i += 2) {
		struct bench_couple *couple = couple_alloc(run);

		if (!couple)
			return -ENOMEM;
		run->lanes[i].couple = couple;
		run->lanes[i + 1].couple = couple;
	}
	return 0;
}

/*
 * What the consumer's own magazine holds between two batches is out of the
 * producer's reach, and differs each time.  It takes as many batches as a
 * magazine has room, at the most, to build the last object that is missing.
 */
#define CROSS_WARM_UP	256

const struct bench_workload bench_cross = {
	.name = "cross",
	.batch = 1024,
	.objects = 100,
	.warm_up = CROSS_WARM_UP,
	.setup = setup_cross,
	.cancel = cancel_cross,
	.step = step_cross,
	.finish = finish_cross,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * The workload cross: one CPU gets objects and another puts them.  Lanes work
 * in groups: some producers, then their consumer.  A producer fills a basket
 * with a batch of objects, the consumer empties a basket of each producer in
 * turn.  Only filling and emptying are timed, each on its own CPU; a sample is
 * the time to fill a basket plus a producer's share of the time to empty the
 * baskets.
 *
 * With two baskets per producer, all lanes work at the same time.  With a clock
 * that all CPUs share (%KPOOL_BENCH_F_SHARED_CLOCK) each producer has one
 * basket, and the lanes take turns: a producer waits until the previous one has
 * filled its basket.
 *
 * A basket belongs to its producer while @full is false and to the consumer
 * while it is true; the lane that owns it hands it over by a release store.
 */
#include <linux/mm.h>
#include <linux/timekeeping.h>
#include "bench.h"

#define BASKETS_MAX	2

/**
 * struct bench_basket - objects on their way to another CPU
 * @full: false: the producer owns the basket, true: the consumer does
 * @nr: number of objects in the basket
 * @objs: the objects
 */
struct bench_basket {
	bool full;
	unsigned int nr;
	void **objs;
};

/**
 * struct bench_group - state that some producers and their consumer share
 * @wait: wait queue of all lanes of the group
 * @baskets: the baskets of each producer, which it uses in turn
 */
struct bench_group {
	wait_queue_head_t wait;
	struct bench_basket baskets[][BASKETS_MAX];
};

static unsigned int nr_baskets(const struct bench_run *run)
{
	return run->req.flags & KPOOL_BENCH_F_SHARED_CLOCK ? 1 : BASKETS_MAX;
}

/* Index of the lane in its group; the consumer comes after its producers. */
static unsigned int place_of(const struct bench_lane *lane)
{
	return lane->index % (lane->run->req.producers + 1);
}

static bool is_consumer(const struct bench_lane *lane)
{
	return place_of(lane) == lane->run->req.producers;
}

static bool basket_is_full(const struct bench_basket *basket)
{
	/* Pairs with the release in basket_hand_over(). */
	return smp_load_acquire(&basket->full);
}

static bool basket_wait(struct bench_lane *lane, struct bench_basket *basket,
			bool full)
{
	wait_event(lane->group->wait,
		   basket_is_full(basket) == full ||
		   bench_is_cancelled(lane->run));
	return !bench_is_cancelled(lane->run);
}

static void basket_hand_over(struct bench_lane *lane,
			     struct bench_basket *basket)
{
	/* Pairs with the acquire in basket_is_full(): publishes the objects. */
	smp_store_release(&basket->full, !is_consumer(lane));
	wake_up_all(&lane->group->wait);
}

/*
 * Wait until it is this producer's turn to fill @basket.  Under a shared clock,
 * the previous producer has then filled its own basket, which stays full until
 * the consumer's turn, after the last producer.
 */
static bool producer_wait(struct bench_lane *lane, struct bench_basket *basket)
{
	unsigned int place = place_of(lane);

	if (!basket_wait(lane, basket, false))
		return false;
	if (!place || nr_baskets(lane->run) > 1)
		return true;
	return basket_wait(lane, lane->group->baskets[place - 1], true);
}

static int step_produce(struct bench_lane *lane, u64 *ns)
{
	const struct bench_run *run = lane->run;
	struct bench_basket *basket;
	u64 before;

	basket = &lane->group->baskets[place_of(lane)]
				      [lane->steps++ % nr_baskets(run)];
	if (!producer_wait(lane, basket))
		return -EINTR;
	before = ktime_get_ns();
	basket->nr = run->backend->loops->fill(run->pools->sources[0],
					       basket->objs, run->req.batch);
	*ns += ktime_get_ns() - before;
	if (basket->nr != run->req.batch)
		return -ENOMEM;
	basket_hand_over(lane, basket);
	return 0;
}

/*
 * The consumer starts when all baskets are full, so that the largest possible
 * number of objects in transit has been built before anything is measured.
 */
static bool consumer_wait(struct bench_lane *lane)
{
	unsigned int which = lane->steps ? lane->steps : nr_baskets(lane->run) - 1;
	unsigned int i;

	which %= nr_baskets(lane->run);
	for (i = 0; i < lane->run->req.producers; i++) {
		if (!basket_wait(lane, &lane->group->baskets[i][which], true))
			return false;
	}
	return true;
}

static unsigned int basket_empty(struct bench_lane *lane,
				 struct bench_basket *basket, u64 *ns)
{
	const struct bench_run *run = lane->run;
	unsigned int nr = basket->nr;
	u64 before = ktime_get_ns();

	run->backend->loops->empty(run->pools->sources[0], basket->objs, nr);
	*ns += ktime_get_ns() - before;
	basket->nr = 0;
	return nr;
}

/*
 * Hand the baskets over when all are empty: under a shared clock, the producers
 * would otherwise measure the consumer's time as well.
 */
static int step_consume(struct bench_lane *lane, u64 *ns)
{
	const struct bench_run *run = lane->run;
	unsigned int which;
	unsigned int i;
	int done = 0;

	if (!consumer_wait(lane))
		return -EINTR;
	which = lane->steps++ % nr_baskets(run);
	for (i = 0; i < run->req.producers; i++)
		done += basket_empty(lane, &lane->group->baskets[i][which], ns);
	for (i = 0; i < run->req.producers; i++)
		basket_hand_over(lane, &lane->group->baskets[i][which]);
	return done;
}

/* An operation is complete when its object has been put. */
static int step_cross(struct bench_lane *lane, u64 *ns)
{
	return is_consumer(lane) ? step_consume(lane, ns) :
				   step_produce(lane, ns);
}

static void cancel_cross(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++) {
		if (run->lanes[i].group)
			wake_up_all(&run->lanes[i].group->wait);
	}
}

/* All threads have ended: empty the baskets that are still full. */
static void group_free(const struct bench_run *run, struct bench_group *group)
{
	unsigned int i, j;

	for (i = 0; i < run->req.producers; i++) {
		for (j = 0; j < BASKETS_MAX; j++) {
			struct bench_basket *basket = &group->baskets[i][j];

			if (basket->nr)
				run->backend->loops->empty(run->pools->sources[0],
							   basket->objs,
							   basket->nr);
			kvfree(basket->objs);
		}
	}
	kfree(group);
}

static void finish_cross(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i += run->req.producers + 1) {
		if (run->lanes[i].group)
			group_free(run, run->lanes[i].group);
	}
}

static struct bench_group *group_alloc(const struct bench_run *run)
{
	struct bench_group *group;
	unsigned int i, j;

	group = kzalloc_flex(*group, baskets, run->req.producers, GFP_KERNEL);
	if (!group)
		return NULL;
	init_waitqueue_head(&group->wait);
	for (i = 0; i < run->req.producers; i++) {
		for (j = 0; j < nr_baskets(run); j++) {
			void **objs = kvcalloc(run->req.batch, sizeof(*objs),
					       GFP_KERNEL);

			if (!objs) {
				group_free(run, group);
				return NULL;
			}
			group->baskets[i][j].objs = objs;
		}
	}
	return group;
}

static int setup_cross(struct bench_run *run)
{
	struct bench_group *group = NULL;
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++) {
		if (!place_of(&run->lanes[i]))
			group = group_alloc(run);
		if (!group)
			return -ENOMEM;
		run->lanes[i].group = group;
	}
	return 0;
}

/*
 * Objects in the consumer's own magazine between two batches are out of the
 * producers' reach, and their number differs each time.  It takes at most as
 * many batches as a magazine has slots to build the last missing object.
 */
#define CROSS_WARM_UP	256

const struct bench_workload bench_cross = {
	.name = "cross",
	.text =
		"Some CPUs get objects and another CPU puts them: objects move from the consumer back to the producers.",
	.stable_ops = 128 * 1024,
	.cpus = 2,
	.batch = 1024,
	.objects = 100,
	.warm_up = CROSS_WARM_UP,
	.setup = setup_cross,
	.cancel = cancel_cross,
	.step = step_cross,
	.finish = finish_cross,
};

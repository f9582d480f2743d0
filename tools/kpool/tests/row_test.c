// SPDX-License-Identifier: GPL-2.0
/* The combined results of several rounds. */
#include "bench_module.h"
#include "bench_row.h"
#include "tap.h"

/* Adds a round of which only the cost matters. */
static void add_cost(struct bench_row *row, __u64 cost)
{
	const struct kpool_bench_run answer = { .cost_ps = cost };

	bench_row_add_round(row, &answer);
}

static struct bench_row row_of_costs(const __u64 *costs, size_t nr)
{
	struct bench_row row = { .rounds = 0 };
	size_t i;

	for (i = 0; i < nr; i++)
		add_cost(&row, costs[i]);
	return row;
}

static bool costs_are(const struct bench_row *row, const __u64 *want, size_t nr)
{
	return row->rounds == nr &&
	       !memcmp(row->costs, want, nr * sizeof(*want));
}

static void test_order(void)
{
	static const __u64 costs[] = { 50, 10, 30, 30, 90, 20 };
	static const __u64 sorted[] = { 10, 20, 30, 30, 50, 90 };
	struct bench_row row = row_of_costs(costs, ARRAY_SIZE(costs));

	tap_check(costs_are(&row, sorted, ARRAY_SIZE(sorted)),
		  "costs are kept in order, equal ones too");
	tap_check(bench_row_low(&row) == 10 && bench_row_high(&row) == 90,
		  "the interval is from the least to the greatest");
}

static void test_median(void)
{
	struct bench_row row = { .rounds = 0 };

	tap_check(!bench_row_low(&row) && !bench_row_high(&row),
		  "before the first round there is no interval");
	add_cost(&row, 50);
	tap_check(row.run.cost_ps == 50 && bench_row_low(&row) == 50 &&
		  bench_row_high(&row) == 50, "one round is its own interval");
	add_cost(&row, 10);
	tap_check(row.run.cost_ps == 30,
		  "of two rounds the median is in the middle");
	add_cost(&row, 20);
	tap_check(row.run.cost_ps == 20,
		  "of three rounds the median is the second");
	add_cost(&row, 90);
	tap_check(row.run.cost_ps == 35,
		  "of four rounds it is between the second and the third");
}

/* Adds the same round twice. */
static struct bench_row row_of_two(void)
{
	const struct kpool_bench_run answer = {
		.ops = 1000,
		.batch = 16,
		.object_size_used = 4096,
		.ops_done = 2000,
		.elapsed_ns = 300,
		.cost_ps = 7,
		.allocs = 5,
		.alloc_bytes = 640,
		.gets = 2010,
		.hits = 1999,
	};
	struct bench_row row = {
		.run.cpus = 2,
		.run.object_size = 256,
		.run.ops = 6000,
	};

	bench_row_add_round(&row, &answer);
	bench_row_add_round(&row, &answer);
	return row;
}

static void test_sums(void)
{
	const struct bench_row row = row_of_two();
	const struct kpool_bench_run *run = &row.run;

	tap_check(run->ops_done == 4000 && run->elapsed_ns == 600,
		  "operations and time of all rounds are added up");
	tap_check(run->allocs == 10 && run->alloc_bytes == 1280,
		  "allocations and their bytes, too");
	tap_check(run->gets == 4020 && run->hits == 3998, "gets and hits, too");
	tap_check(run->object_size_used == 4096,
		  "the size of an object is not summed");
	tap_check(run->cpus == 2 && run->object_size == 256 &&
		  run->ops == 6000, "the request stays as it was");
	/*
	 * Otherwise a later request of more operations would have too many
	 * batches.
	 */
	tap_check(!run->batch, "the next run may choose its own batches");
}

static void test_too_many_rounds(void)
{
	struct kpool_bench_run answer = { .cost_ps = 100, .ops_done = 1 };
	struct bench_row row = { .rounds = 0 };
	unsigned int i;

	for (i = 0; i < BENCH_ROUNDS_MAX; i++)
		bench_row_add_round(&row, &answer);
	tap_check(row.rounds == 32 && row.run.ops_done == 32,
		  "32 rounds have room");
	answer.cost_ps = 1;
	bench_row_add_round(&row, &answer);
	tap_check(row.rounds == 32 && row.run.ops_done == 32 &&
		  bench_row_low(&row) == 100 && !row.has_latency &&
		  !row.histogram[0], "the 33rd round is ignored");
}

static void test_confidence(void)
{
	tap_check(bench_row_confidence(0) == 0 && bench_row_confidence(1) == 0,
		  "one round gives no confidence");
	tap_check(bench_row_confidence(2) == 0.5, "two rounds: one in two");
	tap_check(bench_row_confidence(6) == 0.96875, "six rounds: 97 in 100");
	tap_check(bench_row_confidence(BENCH_ROUNDS_MAX) < 1,
		  "no number of rounds makes it certain");
}

static struct bench_row row_on(unsigned int backend, __u64 cost)
{
	const __u64 costs[] = { cost };
	struct bench_row row = row_of_costs(costs, ARRAY_SIZE(costs));

	row.run.backend = backend;
	return row;
}

static bool net_is(const struct bench_row *row, long long net)
{
	return row->has_net && row->net_ps == net;
}

static void test_net(void)
{
	struct bench_row rows[] = {
		row_on(KPOOL_BENCH_KPOOL, 49074),
		row_on(KPOOL_BENCH_LOOP, 2100),
		row_on(KPOOL_BENCH_KMALLOC, 2000),
		{ .run.backend = KPOOL_BENCH_PAGE_POOL, .note = "absent" },
	};

	bench_rows_set_net(rows, ARRAY_SIZE(rows));
	tap_check(net_is(&rows[0], 46974), "the loop's cost is subtracted");
	tap_check(net_is(&rows[2], -100), "a net cost may be below zero");
	tap_check(!rows[1].has_net, "the loop has no net cost");
	tap_check(!rows[3].has_net,
		  "a row that was not measured has no net cost");
}

static void test_net_without_loop(void)
{
	struct bench_row rows[] = {
		{ .run.backend = KPOOL_BENCH_LOOP, .note = "too few CPUs" },
		row_on(KPOOL_BENCH_KPOOL, 49074),
		row_on(KPOOL_BENCH_KMALLOC, 60000),
	};

	bench_rows_set_net(&rows[1], 2);
	tap_check(!rows[1].has_net && !rows[2].has_net,
		  "without the loop there is no net cost");
	bench_rows_set_net(rows, ARRAY_SIZE(rows));
	tap_check(!rows[1].has_net && !rows[2].has_net,
		  "nor with a loop that was not measured");
}

static struct bench_row timed_row(unsigned int workload, __u64 cost_ps)
{
	struct bench_row row = {
		.run.workload = workload,
		.run.cpus = 1,
	};

	add_cost(&row, cost_ps);
	return row;
}

/* The device decides how many operations a burst has. */
static void test_latency_burst(void)
{
	const struct kpool_bench_run answer = { .cost_ps = 50000, .burst = 100 };
	struct bench_row rows[2] = {
		{ .run.workload = KPOOL_BENCH_OVERFLOW, .run.cpus = 1 },
		{ .run.workload = KPOOL_BENCH_OVERFLOW, .run.cpus = 1 },
	};
	struct kpool_bench_run ask;

	bench_row_add_round(&rows[0], &answer);
	tap_check(bench_rows_interval(rows, 2) == 2 * 100 * 50 + 1000,
		  "a burst has twice the time of all its operations");
	bench_row_ask_latency(&rows[0], 11000, &ask);
	tap_check(ask.interval_ns == 11000 && ask.ops == 4545 * 100 &&
		  ask.flags & KPOOL_BENCH_F_LATENCY && !ask.batch &&
		  ask.histogram, "and bursts are requested, not operations");
}

static void test_latency_interval(void)
{
	struct bench_row rows[2] = {
		timed_row(KPOOL_BENCH_PAIR, 10000),
		timed_row(KPOOL_BENCH_PAIR, 300000),
	};
	struct bench_row mixed = timed_row(KPOOL_BENCH_MIXED, 10000);
	struct bench_row shared = timed_row(KPOOL_BENCH_PARALLEL, 10000);
	struct kpool_bench_run ask;

	tap_check(bench_rows_interval(rows, 2) == 1600,
		  "the slowest can keep up, and all have the same time");
	tap_check(bench_rows_interval(&mixed, 1) == 2 * 64 * 10 + 1000,
		  "a turn of mixed has 64 operations");
	shared.run.cpus = 4;
	shared.run.pools = 3;
	tap_check(bench_rows_interval(&shared, 1) == 2 * 3 * 10 + 1000,
		  "a turn through pools has one for each");
	shared.run.flags = KPOOL_BENCH_F_SHARED_CLOCK;
	tap_check(bench_rows_interval(&shared, 1) == 2 * 3 * 4 * 10 + 1000,
		  "on a shared clock the other CPUs use time, too");
	bench_row_ask_latency(&rows[0], 1600, &ask);
	tap_check(ask.ops == 20000, "there are no more than 20000");
	bench_row_ask_latency(&rows[0], 100000000, &ask);
	tap_check(ask.ops == 100, "and no fewer than 100");
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < BENCH_MODULE_MAX; i++)
		bench_module.workloads[i].unit = 1;
	bench_module.workloads[KPOOL_BENCH_MIXED].unit = 64;
	tap_begin();
	test_order();
	test_median();
	test_sums();
	test_too_many_rounds();
	test_confidence();
	test_net();
	test_net_without_loop();
	test_latency_burst();
	test_latency_interval();
	return tap_end();
}

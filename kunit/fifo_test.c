// SPDX-License-Identifier: GPL-2.0
/*
 * Pooled fifos: order and depth, the effects of close, and that each pointer
 * that was sent is received or dropped exactly once.
 */
#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/kpool_fifo.h>
#include <linux/printk.h>

#include <kpool/compat.h>

#include "helpers.h"

#define NAME	"kunit-fifo"
#define DEPTH	6

/* Elements are numbers from 1; fifos do not dereference them. */
#define ELEM(n)	((void *)(unsigned long)(n))
#define MANY	20000

/*
 * The fifos of the current case, and the arguments of their drop callback.
 * Atomic, because several threads may call it.
 */
static struct kpool_fifos *fifos;
static atomic_t nr_dropped;
static unsigned long dropped[DEPTH];
static DECLARE_BITMAP(seen, MANY + 1);
static atomic_t seen_twice;

static void see(void *elem)
{
	if (test_and_set_bit((unsigned long)elem, seen))
		atomic_inc(&seen_twice);
}

static void drop(void *elem, void *ctx)
{
	int n = atomic_inc_return(&nr_dropped);

	if (ctx != &nr_dropped)
		atomic_inc(&seen_twice);
	if (n <= DEPTH)
		dropped[n - 1] = (unsigned long)elem;
	see(elem);
}

static int fifo_test_init(struct kunit *test)
{
	fifos = NULL;
	atomic_set(&nr_dropped, 0);
	atomic_set(&seen_twice, 0);
	bitmap_zero(seen, MANY + 1);
	return test_pools_init(test);
}

static void fifo_test_exit(struct kunit *test)
{
	kpool_fifos_destroy(fifos);
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&seen_twice), 0,
			    "an element came twice, or with a wrong context");
	test_pools_exit(test);
}

static void create_fifos(struct kunit *test, unsigned int depth,
			 unsigned int max)
{
	const struct kpool_fifos_args args = {
		.pool.max = max,
		.depth = depth,
		.drop = drop,
		.ctx = &nr_dropped,
	};

	fifos = kpool_fifos_create(NAME, &args);
	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(fifos), "create returned %ld",
			       PTR_ERR(fifos));
}

static struct kpool_fifo *get_fifo(struct kunit *test)
{
	struct kpool_fifo *fifo = kpool_fifos_get(fifos, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, fifo);
	return fifo;
}

static struct kpool_stats pool_stats(void)
{
	struct kpool_stats stats;

	kpool_read_stats(kpool_fifos_pool(fifos), &stats);
	return stats;
}

static void send_numbers(struct kunit *test, struct kpool_fifo *fifo,
			 int from, int to)
{
	int n;

	for (n = from; n <= to; n++)
		KUNIT_EXPECT_EQ(test, 0, kpool_fifo_send(fifo, ELEM(n)));
}

static void receive_numbers(struct kunit *test, struct kpool_fifo *fifo,
			    int from, int to)
{
	int n;

	for (n = from; n <= to; n++)
		KUNIT_EXPECT_PTR_EQ(test, ELEM(n), kpool_fifo_receive(fifo));
}

static long create_error(const char *name, const struct kpool_fifos_args *args)
{
	struct kpool_fifos *created = kpool_fifos_create(name, args);

	if (IS_ERR(created))
		return PTR_ERR(created);
	kpool_fifos_destroy(created);
	return 0;
}

static void create_refuses_bad_arguments(struct kunit *test)
{
	struct kpool_fifos_args args = { .depth = 0 };

	KUNIT_EXPECT_EQ(test, -EINVAL, create_error(NAME, NULL));
	KUNIT_EXPECT_EQ(test, -EINVAL, create_error(NAME, &args));
	args.depth = KPOOL_FIFO_DEPTH_MAX + 1;
	KUNIT_EXPECT_EQ(test, -E2BIG, create_error(NAME, &args));
	args.depth = UINT_MAX;
	KUNIT_EXPECT_EQ(test, -E2BIG, create_error(NAME, &args));
}

static void what_was_sent_first_is_received_first(struct kunit *test)
{
	struct kpool_fifo *fifo;
	int round;

	create_fifos(test, DEPTH, 0);
	fifo = get_fifo(test);
	KUNIT_EXPECT_NULL(test, kpool_fifo_receive(fifo));
	/*
	 * The number sent does not divide the depth, so the fifo wraps at every
	 * slot.
	 */
	for (round = 0; round < 20; round++) {
		send_numbers(test, fifo, 1, DEPTH - 1);
		receive_numbers(test, fifo, 1, DEPTH - 1);
	}
	KUNIT_EXPECT_NULL(test, kpool_fifo_receive(fifo));
	kpool_fifos_put(fifos, fifo);
	KUNIT_EXPECT_EQ(test, atomic_read(&nr_dropped), 0);
}

static void send_refuses_null(struct kunit *test)
{
	struct kpool_fifo *fifo;

	create_fifos(test, DEPTH, 0);
	fifo = get_fifo(test);
	KUNIT_EXPECT_EQ(test, -EINVAL, kpool_fifo_send(fifo, NULL));
	KUNIT_EXPECT_TRUE(test, kpool_fifo_is_empty(fifo));
	kpool_fifos_put(fifos, fifo);
}

/* A fifo is full at its last slot, and has room as soon as one slot is free. */
static void a_fifo_is_full_at_its_depth(struct kunit *test, unsigned int depth)
{
	struct kpool_fifo *fifo;
	unsigned int n;

	create_fifos(test, depth, 0);
	fifo = get_fifo(test);
	send_numbers(test, fifo, 1, depth);
	for (n = 1; n <= 3 * depth; n++) {
		KUNIT_EXPECT_EQ(test, -EAGAIN, kpool_fifo_send(fifo, ELEM(1)));
		receive_numbers(test, fifo, n, n);
		send_numbers(test, fifo, depth + n, depth + n);
	}
	KUNIT_EXPECT_EQ(test, -EAGAIN, kpool_fifo_send(fifo, ELEM(1)));
	KUNIT_EXPECT_EQ(test, kpool_fifo_len(fifo), depth);
	kpool_fifos_put(fifos, fifo);
	KUNIT_EXPECT_EQ(test, atomic_read(&nr_dropped), depth);
}

static void a_small_fifo_is_full_at_its_depth(struct kunit *test)
{
	a_fifo_is_full_at_its_depth(test, 1);
}

static void a_large_fifo_is_full_at_its_depth(struct kunit *test)
{
	a_fifo_is_full_at_its_depth(test, 1000);
}

static void the_largest_fifo_can_be_had(struct kunit *test)
{
	struct kpool_fifo *fifo;

	create_fifos(test, KPOOL_FIFO_DEPTH_MAX, 0);
	fifo = get_fifo(test);
	send_numbers(test, fifo, 1, 3);
	kpool_fifo_close(fifo);
	/* Put where vfree() must not be called. */
	preempt_disable();
	kpool_fifos_put(fifos, fifo);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, atomic_read(&nr_dropped), 3);
}

static void len_counts_what_is_in_it(struct kunit *test)
{
	struct kpool_fifo *fifo;
	int n;

	create_fifos(test, DEPTH, 0);
	fifo = get_fifo(test);
	for (n = 0; n < DEPTH; n++) {
		KUNIT_EXPECT_EQ(test, kpool_fifo_len(fifo), n);
		KUNIT_EXPECT_EQ(test, kpool_fifo_is_empty(fifo), !n);
		send_numbers(test, fifo, n + 1, n + 1);
	}
	for (n = DEPTH; n; n--) {
		KUNIT_EXPECT_EQ(test, kpool_fifo_len(fifo), n);
		KUNIT_EXPECT_NOT_NULL(test, kpool_fifo_receive(fifo));
	}
	KUNIT_EXPECT_EQ(test, kpool_fifo_len(fifo), 0);
	KUNIT_EXPECT_TRUE(test, kpool_fifo_is_empty(fifo));
	kpool_fifos_put(fifos, fifo);
}

static void put_drops_what_is_left(struct kunit *test)
{
	struct kpool_fifo *fifo;
	int n;

	create_fifos(test, DEPTH, 0);
	fifo = get_fifo(test);
	send_numbers(test, fifo, 1, 5);
	receive_numbers(test, fifo, 1, 2);
	kpool_fifos_put(fifos, fifo);
	KUNIT_ASSERT_EQ(test, atomic_read(&nr_dropped), 3);
	for (n = 0; n < 3; n++)
		KUNIT_EXPECT_EQ_MSG(test, dropped[n], n + 3, "oldest first");
}

static void the_next_user_gets_it_empty(struct kunit *test)
{
	struct kpool_fifo *fifo;
	int round;

	create_fifos(test, DEPTH, 1);
	for (round = 0; round < 10; round++) {
		fifo = get_fifo(test);
		KUNIT_EXPECT_EQ(test, kpool_fifo_len(fifo), 0);
		KUNIT_EXPECT_NULL(test, kpool_fifo_receive(fifo));
		send_numbers(test, fifo, 1 + 10 * round, 4 + 10 * round);
		kpool_fifos_put(fifos, fifo);
	}
	KUNIT_EXPECT_EQ_MSG(test, pool_stats().built, 1, "it is reused");
}

static void fifos_without_a_callback_forget(struct kunit *test)
{
	const struct kpool_fifos_args args = { .pool.max = 1, .depth = DEPTH };
	struct kpool_fifo *fifo;

	fifos = kpool_fifos_create(NAME, &args);
	KUNIT_ASSERT_FALSE(test, IS_ERR(fifos));
	fifo = get_fifo(test);
	send_numbers(test, fifo, 1, 4);
	kpool_fifos_put(fifos, fifo);
	fifo = get_fifo(test);
	KUNIT_EXPECT_TRUE(test, kpool_fifo_is_empty(fifo));
	kpool_fifos_put(fifos, fifo);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "drained"), 4);
}

static void a_closed_fifo_lets_nothing_in(struct kunit *test)
{
	struct kpool_fifo *fifo;

	create_fifos(test, DEPTH, 0);
	fifo = get_fifo(test);
	KUNIT_EXPECT_FALSE(test, kpool_fifo_is_closed(fifo));
	send_numbers(test, fifo, 1, 2);
	kpool_fifo_close(fifo);
	KUNIT_EXPECT_TRUE(test, kpool_fifo_is_closed(fifo));
	KUNIT_EXPECT_EQ(test, -EPIPE, kpool_fifo_send(fifo, ELEM(3)));
	KUNIT_EXPECT_EQ(test, kpool_fifo_len(fifo), 2);
	kpool_fifos_put(fifos, fifo);
}

static void a_closed_fifo_can_be_received_from(struct kunit *test)
{
	struct kpool_fifo *fifo;

	create_fifos(test, DEPTH, 0);
	fifo = get_fifo(test);
	send_numbers(test, fifo, 1, DEPTH);
	kpool_fifo_close(fifo);
	receive_numbers(test, fifo, 1, DEPTH);
	KUNIT_EXPECT_NULL(test, kpool_fifo_receive(fifo));
	kpool_fifos_put(fifos, fifo);
	KUNIT_EXPECT_EQ(test, atomic_read(&nr_dropped), 0);
}

static void a_closed_fifo_is_not_kept(struct kunit *test)
{
	struct kpool_fifo *fifo;

	create_fifos(test, DEPTH, 0);
	fifo = get_fifo(test);
	send_numbers(test, fifo, 1, 2);
	kpool_fifo_close(fifo);
	kpool_fifos_put(fifos, fifo);
	KUNIT_EXPECT_EQ(test, atomic_read(&nr_dropped), 2);
	KUNIT_EXPECT_EQ(test, pool_stats().rejected, 1);
	KUNIT_EXPECT_EQ(test, pool_stats().idle, 0);
	fifo = get_fifo(test);
	KUNIT_EXPECT_FALSE(test, kpool_fifo_is_closed(fifo));
	send_numbers(test, fifo, 3, 3);
	kpool_fifos_put(fifos, fifo);
	KUNIT_EXPECT_EQ(test, pool_stats().idle, 1);
}

static void at_the_maximum_an_atomic_get_fails(struct kunit *test)
{
	struct kpool_fifo *fifo;

	create_fifos(test, DEPTH, 1);
	fifo = get_fifo(test);
	KUNIT_EXPECT_NULL(test, kpool_fifos_get(fifos, GFP_NOWAIT));
	/* Putting a closed fifo makes room, although the fifo is not kept. */
	kpool_fifo_close(fifo);
	kpool_fifos_put(fifos, fifo);
	fifo = kpool_fifos_get(fifos, GFP_NOWAIT);
	KUNIT_EXPECT_NOT_NULL(test, fifo);
	kpool_fifos_put(fifos, fifo);
	KUNIT_EXPECT_EQ(test, pool_stats().in_use, 0);
}

/*
 * Half a megabyte each, not from vmalloc(): sooner or later one cannot be
 * allocated, and the part of that fifo which was allocated is freed again.
 */
static void a_fifo_without_a_ring_is_not_built(struct kunit *test)
{
	struct kpool_fifo **held;
	struct kpool_stats stats;
	unsigned int n;

	held = kunit_kcalloc(test, 4096, sizeof(*held), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, held);
	create_fifos(test, KPOOL_FIFO_DEPTH_MAX, 0);
	for (n = 0; n < 4096; n++) {
		held[n] = kpool_fifos_get(fifos, GFP_NOWAIT | __GFP_NOWARN);
		if (!held[n])
			break;
	}
	stats = pool_stats();
	KUNIT_EXPECT_EQ(test, stats.in_use, n);
	if (n < 4096)
		KUNIT_EXPECT_GT(test, stats.build_failures, 0);
	while (n--)
		kpool_fifos_put(fifos, held[n]);
	kpool_drain(kpool_fifos_pool(fifos));
	stats = pool_stats();
	KUNIT_EXPECT_EQ(test, stats.in_use + stats.idle, 0);
	if (!stats.build_failures)
		kunit_skip(test, "more memory than this test takes");
}

static void statistics_count_what_happened(struct kunit *test)
{
	struct kpool_fifo *fifo;

	create_fifos(test, DEPTH, 0);
	fifo = get_fifo(test);
	send_numbers(test, fifo, 1, DEPTH);
	KUNIT_EXPECT_EQ(test, -EAGAIN, kpool_fifo_send(fifo, ELEM(1)));
	receive_numbers(test, fifo, 1, 2);
	kpool_fifo_close(fifo);
	kpool_fifo_close(fifo);
	KUNIT_EXPECT_EQ(test, -EPIPE, kpool_fifo_send(fifo, ELEM(1)));
	kpool_fifos_put(fifos, fifo);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "sent"), DEPTH);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "received"), 2);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "drained"), DEPTH - 2);
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "closed"), 1);
}

struct session {
	int right;
	bool close;
};

/* Use a fifo in all ways where nothing may sleep. */
static void use_fifo(void *data)
{
	struct session *session = data;
	struct kpool_fifo *fifo = kpool_fifos_get(fifos, GFP_ATOMIC);

	if (!fifo)
		return;
	session->right += !kpool_fifo_send(fifo, ELEM(1));
	session->right += !kpool_fifo_send(fifo, ELEM(2));
	session->right += !kpool_fifo_send(fifo, ELEM(3));
	session->right += kpool_fifo_receive(fifo) == ELEM(1);
	session->right += kpool_fifo_len(fifo) == 2;
	if (session->close)
		kpool_fifo_close(fifo);
	kpool_fifos_put(fifos, fifo);
}

static void try_context(struct kunit *test,
			void (*enter)(void (*run)(void *data), void *data))
{
	struct session session = { };

	create_fifos(test, DEPTH, 0);
	/* PREEMPT_RT allocates nothing in such contexts. */
	KUNIT_ASSERT_EQ(test, 0,
			kpool_prewarm(kpool_fifos_pool(fifos), 2, GFP_KERNEL));
	enter(use_fifo, &session);
	KUNIT_EXPECT_EQ(test, session.right, 5);
	KUNIT_EXPECT_EQ(test, atomic_read(&nr_dropped), 2);
	bitmap_zero(seen, MANY + 1);
	session.close = true;
	enter(use_fifo, &session);
	KUNIT_EXPECT_EQ(test, session.right, 10);
	KUNIT_EXPECT_EQ(test, atomic_read(&nr_dropped), 4);
	kpool_drain(kpool_fifos_pool(fifos));
	KUNIT_EXPECT_EQ(test, pool_stats().in_use, 0);
}

static void fifos_work_in_hardirq(struct kunit *test)
{
	try_context(test, test_in_hardirq);
}

static void fifos_work_in_softirq(struct kunit *test)
{
	try_context(test, test_in_softirq);
}

/* Threads that send all numbers up to MANY, and threads that receive them. */
struct traffic {
	struct kpool_fifo *fifo;
	atomic_t next;
	atomic_t sent;
	atomic_t received;
	atomic_t late;
	bool closed;
};

static void send_until_closed(void *data)
{
	struct traffic *traffic = data;
	int n = atomic_inc_return(&traffic->next);

	while (n <= MANY) {
		/* Pairs with the release in run_traffic(). */
		bool closed = smp_load_acquire(&traffic->closed);
		int err = kpool_fifo_send(traffic->fifo, ELEM(n));

		if (err == -EPIPE)
			return;
		if (err) {
			cond_resched();
			continue;
		}
		atomic_inc(&traffic->sent);
		if (closed)
			atomic_inc(&traffic->late);
		n = atomic_inc_return(&traffic->next);
	}
}

static void receive_until_closed(void *data)
{
	struct traffic *traffic = data;

	bool closed;
	void *elem;

	do {
		closed = kpool_fifo_is_closed(traffic->fifo);
		elem = kpool_fifo_receive(traffic->fifo);
		if (elem) {
			see(elem);
			atomic_inc(&traffic->received);
		}
		cond_resched();
	} while (elem || !closed);
}

static void run_traffic(struct kunit *test, unsigned int until)
{
	struct traffic traffic = { };
	struct test_thread *senders[3], *receivers[3];
	int i;

	create_fifos(test, DEPTH, 0);
	traffic.fifo = get_fifo(test);
	for (i = 0; i < 3; i++) {
		senders[i] = test_thread_start(test, -1, send_until_closed,
					       &traffic);
		receivers[i] = test_thread_start(test, -1, receive_until_closed,
						 &traffic);
	}
	while (atomic_read(&traffic.received) < until)
		cond_resched();
	kpool_fifo_close(traffic.fifo);
	/* Pairs with the acquire in send_until_closed(). */
	smp_store_release(&traffic.closed, true);
	for (i = 0; i < 3; i++)
		if (!test_thread_join(test, senders[i]) ||
		    !test_thread_join(test, receivers[i]))
			return;
	KUNIT_EXPECT_EQ_MSG(test, atomic_read(&traffic.late), 0,
			    "no element is accepted after the close");
	KUNIT_EXPECT_TRUE(test, kpool_fifo_is_empty(traffic.fifo));
	KUNIT_EXPECT_EQ(test, atomic_read(&traffic.received),
			atomic_read(&traffic.sent));
	KUNIT_EXPECT_EQ(test, bitmap_weight(seen, MANY + 1),
			atomic_read(&traffic.sent));
	KUNIT_EXPECT_EQ(test, test_details(test, NAME, "sent"),
			atomic_read(&traffic.sent));
	kpool_fifos_put(fifos, traffic.fifo);
	KUNIT_EXPECT_EQ(test, atomic_read(&nr_dropped), 0);
}

/*
 * A fifo with room for all elements, used by as many threads as there are CPUs.
 */
struct crowd {
	struct kpool_fifo *fifo;
	atomic_t next;
	atomic_t received;
	atomic_t ready;
	int threads;
};

static void crowd_wait(struct crowd *crowd)
{
	atomic_inc(&crowd->ready);
	while (atomic_read(&crowd->ready) < crowd->threads)
		cond_resched();
}

static void crowd_send(void *data)
{
	struct crowd *crowd = data;
	int n;

	crowd_wait(crowd);
	while ((n = atomic_inc_return(&crowd->next)) <= MANY)
		if (kpool_fifo_send(crowd->fifo, ELEM(n)))
			atomic_inc(&seen_twice);
}

static void crowd_receive(void *data)
{
	struct crowd *crowd = data;
	void *elem;

	crowd_wait(crowd);
	while ((elem = kpool_fifo_receive(crowd->fifo))) {
		see(elem);
		atomic_inc(&crowd->received);
	}
}

static bool run_crowd(struct kunit *test, struct crowd *crowd,
		      void (*run)(void *data))
{
	struct test_thread *threads[4];
	bool ended = true;
	int cpu, i;

	atomic_set(&crowd->ready, 0);
	crowd->threads = min_t(int, num_online_cpus(), ARRAY_SIZE(threads));
	cpu = cpumask_first(cpu_online_mask);
	for (i = 0; i < crowd->threads; i++) {
		threads[i] = test_thread_start(test, cpu, run, crowd);
		cpu = cpumask_next(cpu, cpu_online_mask);
	}
	for (i = 0; i < crowd->threads; i++)
		ended &= test_thread_join(test, threads[i]);
	return ended;
}

static void each_element_is_received_once(struct kunit *test)
{
	struct crowd crowd = { };
	int round;

	create_fifos(test, MANY, 0);
	for (round = 0; round < 5; round++) {
		crowd.fifo = get_fifo(test);
		atomic_set(&crowd.next, 0);
		atomic_set(&crowd.received, 0);
		bitmap_zero(seen, MANY + 1);
		if (!run_crowd(test, &crowd, crowd_send))
			return;
		KUNIT_EXPECT_EQ(test, kpool_fifo_len(crowd.fifo), MANY);
		if (!run_crowd(test, &crowd, crowd_receive))
			return;
		KUNIT_EXPECT_EQ(test, atomic_read(&crowd.received), MANY);
		KUNIT_EXPECT_EQ(test, bitmap_weight(seen, MANY + 1), MANY);
		kpool_fifos_put(fifos, crowd.fifo);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&nr_dropped), 0);
}

static void close_ends_the_traffic(struct kunit *test)
{
	run_traffic(test, MANY / 4);
}

struct closer {
	struct kpool_fifo *fifo;
	unsigned int at;
	unsigned int len;
};

static void close_in_between(void *data)
{
	struct closer *closer = data;

	while (kpool_fifo_len(closer->fifo) < closer->at)
		cond_resched();
	kpool_fifo_close(closer->fifo);
	/* The length is final now. */
	closer->len = kpool_fifo_len(closer->fifo);
}

/* The close comes while the sender is sending. */
static void close_is_exact(struct kunit *test)
{
	int cpu = test_other_cpu(test);
	int round;

	create_fifos(test, 2000, 0);
	for (round = 0; round < 200; round++) {
		struct closer closer = {
			.fifo = get_fifo(test),
			.at = 20 + round % 50,
		};
		struct test_thread *thread;
		unsigned int sent = 0;
		int err;

		thread = test_thread_start(test, cpu, close_in_between,
					   &closer);
		do {
			err = kpool_fifo_send(closer.fifo, ELEM(1));
			sent += !err;
		} while (err != -EPIPE);
		if (!test_thread_join(test, thread))
			return;
		KUNIT_EXPECT_EQ(test, closer.len, sent);
		while (kpool_fifo_receive(closer.fifo))
			;
		kpool_fifos_put(fifos, closer.fifo);
	}
}

static void a_fifo_that_is_put_late_does_no_harm(struct kunit *test)
{
	/* The pool stays; this pointer lets kmemleak find it. */
	static struct kpool_fifos *left;
	struct kpool_fifo *fifo;

	create_fifos(test, DEPTH, 0);
	left = fifos;
	fifo = get_fifo(test);
	send_numbers(test, fifo, 1, 2);
	pr_warn("kpool-expect: begin %s: destroyed with 1 objects in use\n",
		NAME);
	kpool_fifos_destroy(fifos);
	pr_warn("kpool-expect: end\n");
	fifos = NULL;
	send_numbers(test, fifo, 3, 3);
	receive_numbers(test, fifo, 1, 1);
	kpool_fifos_put(left, fifo);
	KUNIT_EXPECT_EQ(test, atomic_read(&nr_dropped), 2);
}

static struct kunit_case fifo_cases[] = {
	KUNIT_CASE(create_refuses_bad_arguments),
	KUNIT_CASE(what_was_sent_first_is_received_first),
	KUNIT_CASE(send_refuses_null),
	KUNIT_CASE(a_small_fifo_is_full_at_its_depth),
	KUNIT_CASE(a_large_fifo_is_full_at_its_depth),
	KUNIT_CASE(the_largest_fifo_can_be_had),
	KUNIT_CASE(len_counts_what_is_in_it),
	KUNIT_CASE(put_drops_what_is_left),
	KUNIT_CASE(the_next_user_gets_it_empty),
	KUNIT_CASE(fifos_without_a_callback_forget),
	KUNIT_CASE(a_closed_fifo_lets_nothing_in),
	KUNIT_CASE(a_closed_fifo_can_be_received_from),
	KUNIT_CASE(a_closed_fifo_is_not_kept),
	KUNIT_CASE(at_the_maximum_an_atomic_get_fails),
	KUNIT_CASE(a_fifo_without_a_ring_is_not_built),
	KUNIT_CASE(statistics_count_what_happened),
	KUNIT_CASE(fifos_work_in_hardirq),
	KUNIT_CASE(fifos_work_in_softirq),
	KUNIT_CASE(each_element_is_received_once),
	KUNIT_CASE(close_ends_the_traffic),
	KUNIT_CASE(close_is_exact),
	KUNIT_CASE(a_fifo_that_is_put_late_does_no_harm),
	{}
};

static struct kunit_suite fifo_suite = {
	.name = "kpool_fifo",
	.init = fifo_test_init,
	.exit = fifo_test_exit,
	.test_cases = fifo_cases,
};

kunit_test_suite(fifo_suite);

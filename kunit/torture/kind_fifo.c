// SPDX-License-Identifier: GPL-2.0
/*
 * Pooled fifos under torture: some that all threads share, which are closed and
 * replaced all the time, and some that only one thread uses.  Each element is a
 * stamp that is marked as sent and as received or dropped, so that a lost or
 * duplicated element is noticed.
 *
 * A shared fifo's users hold its lock for reading; the thread that puts it back
 * holds the lock for writing.
 */
#include <kpool/compat.h>
#include <linux/kpool_fifo.h>
#include <linux/slab.h>

#include "torture.h"

#define FIFO_SHARED	4
#define FIFO_DEPTH	12

struct fifo_stamp {
	unsigned long magic;
	struct fifo_stamp *self;
};

#define FIFO_SENT	0x73656e74UL
#define FIFO_DONE	0x646f6e65UL

static struct kpool_fifos *fifos;
static struct fifo_shared {
	struct rw_semaphore lock;
	struct kpool_fifo *fifo;
} shared[FIFO_SHARED];
static atomic_long_t fifo_live;

static void fifo_end(void *elem)
{
	struct fifo_stamp *stamp = elem;

	if (stamp->self != stamp ||
	    cmpxchg(&stamp->magic, FIFO_SENT, FIFO_DONE) != FIFO_SENT) {
		torture_error("fifo: an element that was not sent");
		return;
	}
	atomic_long_dec(&fifo_live);
	kfree(stamp);
}

static void fifo_drop(void *elem, void *ctx)
{
	if (ctx != &fifo_live)
		torture_error("fifo: dropped with a wrong context");
	fifo_end(elem);
}

/* Return 0, the error of kpool_fifo_send(), or -ENOMEM. */
static int fifo_send(struct kpool_fifo *fifo)
{
	struct fifo_stamp *stamp = kmalloc_obj(*stamp, GFP_KERNEL);
	int err;

	if (!stamp)
		return -ENOMEM;
	stamp->magic = FIFO_SENT;
	stamp->self = stamp;
	atomic_long_inc(&fifo_live);
	err = kpool_fifo_send(fifo, stamp);
	if (err)
		fifo_end(stamp);
	return err;
}

static void fifo_receive(struct kpool_fifo *fifo)
{
	void *elem = kpool_fifo_receive(fifo);

	if (elem)
		fifo_end(elem);
}

static void fifo_use_shared(struct rnd_state *random, struct fifo_shared *with)
{
	u32 n = torture_random(random, 40);
	bool closed = false;

	down_read(&with->lock);
	while (with->fifo && n--) {
		switch (torture_random(random, 16)) {
		case 0:
			if (torture_random(random, 8))
				break;
			kpool_fifo_close(with->fifo);
			closed = true;
			break;
		case 1:
			if (kpool_fifo_len(with->fifo) > FIFO_DEPTH)
				torture_error("fifo: longer than its depth");
			break;
		case 2 ... 8:
			if (!fifo_send(with->fifo) && closed)
				torture_error("fifo: sent into a closed one");
			break;
		default:
			fifo_receive(with->fifo);
			break;
		}
	}
	up_read(&with->lock);
}

static void fifo_replace(struct fifo_shared *with)
{
	down_write(&with->lock);
	kpool_fifos_put(fifos, with->fifo);
	with->fifo = kpool_fifos_get(fifos, GFP_NOWAIT | __GFP_NOWARN);
	if (with->fifo && (!kpool_fifo_is_empty(with->fifo) ||
			   kpool_fifo_is_closed(with->fifo)))
		torture_error("fifo: a new one is used");
	up_write(&with->lock);
}

/* Fill a fifo exactly to its depth. */
static void fifo_use_alone(struct rnd_state *random)
{
	struct kpool_fifo *fifo = kpool_fifos_get(fifos, GFP_KERNEL);
	u32 n = torture_random(random, 2 * FIFO_DEPTH);
	u32 sent = 0;
	int err = 0;

	if (!fifo)
		return;
	while (n-- && !err) {
		err = fifo_send(fifo);
		sent += !err;
	}
	if (kpool_fifo_len(fifo) != sent ||
	    (err == -EAGAIN && sent != FIFO_DEPTH))
		torture_error("fifo: %u sent, %u there, last %d", sent,
			      kpool_fifo_len(fifo), err);
	for (n = torture_random(random, FIFO_DEPTH); n; n--)
		fifo_receive(fifo);
	kpool_fifos_put(fifos, fifo);
}

static void fifo_step(struct rnd_state *random)
{
	struct fifo_shared *with = &shared[torture_random(random, FIFO_SHARED)];

	switch (torture_random(random, 8)) {
	case 0:
		fifo_replace(with);
		break;
	case 1:
		fifo_use_alone(random);
		break;
	default:
		fifo_use_shared(random, with);
		break;
	}
}

static int fifo_setup(void)
{
	const struct kpool_fifos_args args = {
		.depth = FIFO_DEPTH,
		.drop = fifo_drop,
		.ctx = &fifo_live,
	};
	int i;

	for (i = 0; i < FIFO_SHARED; i++)
		init_rwsem(&shared[i].lock);
	fifos = kpool_fifos_create("torture-fifo", &args);
	return PTR_ERR_OR_ZERO(fifos);
}

static void fifo_teardown(void)
{
	struct kpool_stats stats;
	int i;

	if (IS_ERR_OR_NULL(fifos))
		return;
	for (i = 0; i < FIFO_SHARED; i++) {
		kpool_fifos_put(fifos, shared[i].fifo);
		shared[i].fifo = NULL;
	}
	kpool_read_stats(kpool_fifos_pool(fifos), &stats);
	if (stats.in_use)
		torture_error("fifo: %llu did not come back", stats.in_use);
	if (atomic_long_read(&fifo_live))
		torture_error("fifo: %ld elements are lost",
			      atomic_long_read(&fifo_live));
	kpool_fifos_destroy(fifos);
	fifos = NULL;
}

const struct torture_kind torture_kind_fifo = {
	.name = "fifo",
	.setup = fifo_setup,
	.step = fifo_step,
	.teardown = fifo_teardown,
};

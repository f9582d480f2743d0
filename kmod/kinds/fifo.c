// SPDX-License-Identifier: GPL-2.0
/*
 * Pooled fifos of pointers that can be closed: channels.
 *
 * Owns the fifos, but not the pointers in them.  A pointer belongs to the
 * sender until kpool_fifo_send() returns 0, then to the fifo, and at last to
 * the receiver or the drop callback.  Called by drivers.
 *
 * A fifo is a ptr_ring, whose sending and receiving sides share no cache lines
 * except those of the slots.  (The depth of a kfifo is a power of two, and its
 * data would need the same two locks.)  The locks of a ptr_ring sleep on
 * PREEMPT_RT, where a hard interrupt could not take them.  Therefore
 * fifo->send_lock replaces its producer_lock and fifo->receive_lock its
 * consumer_lock.  Both are raw, are held for a few instructions with interrupts
 * off, and are never held together.
 *
 * fifo->closed is written under send_lock.  A send that takes the lock before
 * the close adds its pointer; one that takes it later finds the fifo closed.
 * So nothing is added after kpool_fifo_close() has returned.
 */
#include <kpool/compat.h>
#include <kpool/owned.h>
#include <kpool/show.h>
#include <linux/cache.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kpool.h>
#include <linux/kpool_fifo.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/ptr_ring.h>
#include <linux/spinlock.h>

#include "kind.h"

struct kpool_fifos {
	struct kpool *pool;
	struct kpool_fifos_stats __percpu *counters;
	struct kpool_fifos_args args;
};

/*
 * @sent, @received: counted since the fifo was got; the difference is its
 *	length
 */
struct kpool_fifo {
	struct ptr_ring ring;
	struct kpool_fifos *fifos;
	/* Protects the ring's producer, @sent, and writes of @closed. */
	raw_spinlock_t send_lock ____cacheline_aligned_in_smp;
	unsigned int sent;
	bool closed;
	/* Protects the ring's consumer and @received. */
	raw_spinlock_t receive_lock ____cacheline_aligned_in_smp;
	unsigned int received;
};

static void *kpool_fifo_take(struct kpool_fifo *fifo)
{
	unsigned long flags;
	void *elem;

	raw_spin_lock_irqsave(&fifo->receive_lock, flags);
	elem = __ptr_ring_consume(&fifo->ring);
	if (elem)
		WRITE_ONCE(fifo->received, fifo->received + 1);
	raw_spin_unlock_irqrestore(&fifo->receive_lock, flags);
	return elem;
}

static void kpool_fifo_drain(struct kpool_fifo *fifo)
{
	const struct kpool_fifos_args *args = &fifo->fifos->args;
	void *elem;

	while ((elem = kpool_fifo_take(fifo))) {
		this_cpu_inc(fifo->fifos->counters->drained);
		if (args->drop)
			args->drop(elem, args->ctx);
	}
}

/* Such a ring may come from vmalloc(). */
static bool kpool_fifos_deep(const struct kpool_fifos *fifos)
{
	return fifos->args.depth > PAGE_SIZE / sizeof(void *);
}

static int kpool_fifo_init(void *obj, void *ctx, gfp_t gfp)
{
	struct kpool_fifos *fifos = ctx;
	struct kpool_fifo *fifo = obj;
	int err;

	/* Since 7.0 kvmalloc() tries vmalloc() even where it must not sleep. */
	if (kpool_fifos_deep(fifos) && !gfpflags_allow_blocking(gfp))
		return -ENOMEM;
	err = ptr_ring_init(&fifo->ring, fifos->args.depth, gfp);
	if (err)
		return err;
	/* Free each slot at once, so that @depth pointers always fit. */
	fifo->ring.batch = 1;
	fifo->fifos = fifos;
	raw_spin_lock_init(&fifo->send_lock);
	raw_spin_lock_init(&fifo->receive_lock);
	fifo->sent = 0;
	fifo->received = 0;
	fifo->closed = false;
	return 0;
}

/* The caller of the put is the last user of the fifo. */
static bool kpool_fifo_reset(void *obj, void *ctx)
{
	struct kpool_fifo *fifo = obj;

	if (fifo->sent != fifo->received)
		kpool_fifo_drain(fifo);
	if (fifo->closed)
		return false;
	fifo->sent = 0;
	fifo->received = 0;
	return true;
}

/* The fifo is empty: it is new, or was reset. */
static void kpool_fifo_exit(void *obj, void *ctx)
{
	struct kpool_fifo *fifo = obj;

	ptr_ring_cleanup(&fifo->ring, NULL);
}

static void kpool_fifos_show(struct seq_file *file, void *ctx)
{
	struct kpool_fifos_stats stats;

	kpool_fifos_read_stats(ctx, &stats);
	KPOOL_SHOW(file, &stats, KPOOL_FIFOS_STATS_MEMBERS);
}

static void kpool_fifos_release(void *ctx)
{
	struct kpool_fifos *fifos = ctx;

	free_percpu(fifos->counters);
	kfree(fifos);
}

static struct kpool *kpool_fifos_make_pool(const char *name,
					   struct kpool_fifos *fifos)
{
	static const struct kpool_ops ops = {
		.init = kpool_fifo_init,
		.reset = kpool_fifo_reset,
		.exit = kpool_fifo_exit,
		.show = kpool_fifos_show,
		.release = kpool_fifos_release,
	};
	struct kpool_args args = fifos->args.pool;

	args.ops = &ops;
	args.ctx = fifos;
	args.align = __alignof__(struct kpool_fifo);
	/* vfree() may sleep. */
	if (kpool_fifos_deep(fifos))
		args.flags |= KPOOL_F_DEFER_EXIT;
	return kpool_create(name, sizeof(struct kpool_fifo), &args);
}

static int kpool_fifos_check_args(const char *name,
				  const struct kpool_fifos_args *args)
{
	int err;

	if (!args || !args->depth)
		return -EINVAL;
	err = kpool_kind_check(name, &args->pool, KPOOL_KIND_LIMITS,
			       KPOOL_KIND_FLAGS);
	if (err)
		return err;
	return args->depth > KPOOL_FIFO_DEPTH_MAX ? -E2BIG : 0;
}

/* The out-of-line part of kpool_fifos_create(). */
struct kpool_fifos *
__kpool_fifos_create(const char *name, const struct kpool_fifos_args *args,
		     const struct kpool_caller *caller)
{
	struct kpool *pool = ERR_PTR(-ENOMEM);
	struct kpool_fifos *fifos;
	int err;

	err = kpool_check_caller(name, caller, KPOOL_FIFOS_LAYOUT);
	if (!err)
		err = kpool_fifos_check_args(name, args);
	if (err)
		return ERR_PTR(err);
	fifos = kzalloc_obj(*fifos, GFP_KERNEL);
	if (!fifos)
		return ERR_PTR(-ENOMEM);
	fifos->args = *args;
	fifos->counters = alloc_percpu(struct kpool_fifos_stats);
	if (fifos->counters)
		pool = kpool_fifos_make_pool(name, fifos);
	if (IS_ERR(pool)) {
		kpool_fifos_release(fifos);
		return ERR_CAST(pool);
	}
	fifos->pool = pool;
	return fifos;
}
EXPORT_SYMBOL_GPL(__kpool_fifos_create);

/**
 * kpool_fifos_destroy() - destroy a pool of fifos
 * @fifos: the pool; NULL and error pointers are ignored
 *
 * All fifos must have been put.  A fifo that is still in use is a bug of the
 * driver, which kpool_destroy() reports.  It may still be used and put; the
 * last one frees the memory of the pool.
 *
 * Context: Process context, sleeps.
 */
void kpool_fifos_destroy(struct kpool_fifos *fifos)
{
	if (!IS_ERR_OR_NULL(fifos))
		kpool_destroy(fifos->pool);
}
EXPORT_SYMBOL_GPL(kpool_fifos_destroy);

/**
 * kpool_fifos_pool() - get the pool that holds the fifos
 * @fifos: the pool of fifos
 *
 * For its statistics, and to prewarm or drain it; not to get or put.
 *
 * Context: Any.
 * Return: The pool, which @fifos keeps owning.
 */
struct kpool *kpool_fifos_pool(struct kpool_fifos *fifos)
{
	return fifos->pool;
}
EXPORT_SYMBOL_GPL(kpool_fifos_pool);

/* The out-of-line part of kpool_fifos_read_stats(), which has zeroed @stats. */
void __kpool_fifos_read_stats(struct kpool_fifos *fifos,
			      struct kpool_fifos_stats *stats,
			      const struct kpool_caller *caller)
{
	if (!kpool_check_caller(NULL, caller, KPOOL_FIFOS_LAYOUT))
		KPOOL_KIND_SUM(stats, fifos->counters);
}
EXPORT_SYMBOL_GPL(__kpool_fifos_read_stats);

DEFINE_KPOOL_OWNED(kpool_fifos_devm_release, kpool_fifos_destroy)

/* The out-of-line part of devm_kpool_fifos_create(). */
struct kpool_fifos *
__devm_kpool_fifos_create(struct device *dev, const char *name,
			  const struct kpool_fifos_args *args,
			  const struct kpool_caller *caller)
{
	return KPOOL_OWNED(dev, kpool_fifos_devm_release,
			   __kpool_fifos_create(name, args, caller));
}
EXPORT_SYMBOL_GPL(__devm_kpool_fifos_create);

/**
 * kpool_fifos_get() - get an empty, open fifo
 * @fifos: the pool
 * @gfp: allocation flags if no fifo is idle; as for kpool_get()
 *
 * Context: Any that @gfp allows, also hard interrupts; no NMI.  Fifos whose
 *	pointers need more than a page are built only if @gfp lets the call
 *	sleep; for other contexts use a reserve or kpool_prewarm().
 * Return: The fifo, or NULL as for kpool_get().  The caller owns it until
 *	kpool_fifos_put().
 */
struct kpool_fifo *kpool_fifos_get(struct kpool_fifos *fifos, gfp_t gfp)
{
	return kpool_get(fifos->pool, gfp);
}
EXPORT_SYMBOL_GPL(kpool_fifos_get);

/**
 * kpool_fifos_put() - give a fifo back
 * @fifos: the pool that it came from
 * @fifo: the fifo, or NULL for nothing to do
 *
 * Passes the pointers that are left in it to the drop callback.  A fifo that
 * was closed is torn down.  No call for this fifo may run at the same time or
 * later.
 *
 * Context: Any but NMI; the drop callback is called in the same context.
 */
void kpool_fifos_put(struct kpool_fifos *fifos, struct kpool_fifo *fifo)
{
	kpool_put(fifos->pool, fifo);
}
EXPORT_SYMBOL_GPL(kpool_fifos_put);

/**
 * kpool_fifo_send() - append a pointer
 * @fifo: a fifo from kpool_fifos_get() that was not put yet
 * @elem: any pointer but NULL
 *
 * Memory that the sender wrote before is visible to the receiver of the
 * pointer.
 *
 * Context: Any but NMI; any number of senders at a time; does not wait.
 * Return:
 * * 0, and the fifo owns the pointer; after an error, the caller still owns it;
 * * %-EINVAL - it is NULL;
 * * %-EAGAIN - the fifo is full;
 * * %-EPIPE - the fifo is closed.
 */
int kpool_fifo_send(struct kpool_fifo *fifo, void *elem)
{
	unsigned long flags;
	int err;

	if (!elem)
		return -EINVAL;
	raw_spin_lock_irqsave(&fifo->send_lock, flags);
	if (fifo->closed)
		err = -EPIPE;
	else if (__ptr_ring_produce(&fifo->ring, elem))
		err = -EAGAIN;
	else
		err = 0;
	if (!err)
		WRITE_ONCE(fifo->sent, fifo->sent + 1);
	raw_spin_unlock_irqrestore(&fifo->send_lock, flags);
	if (!err)
		this_cpu_inc(fifo->fifos->counters->sent);
	return err;
}
EXPORT_SYMBOL_GPL(kpool_fifo_send);

/**
 * kpool_fifo_receive() - take the oldest pointer out
 * @fifo: a fifo from kpool_fifos_get() that was not put yet
 *
 * A closed fifo can be received from until it is empty.
 *
 * Context: Any but NMI; any number of receivers at a time; does not wait.
 * Return: The pointer, which the caller then owns, or NULL if the fifo is
 *	empty.
 */
void *kpool_fifo_receive(struct kpool_fifo *fifo)
{
	void *elem = kpool_fifo_take(fifo);

	if (elem)
		this_cpu_inc(fifo->fifos->counters->received);
	return elem;
}
EXPORT_SYMBOL_GPL(kpool_fifo_receive);

/**
 * kpool_fifo_close() - accept no more pointers
 * @fifo: a fifo from kpool_fifos_get() that was not put yet
 *
 * Every send that has not added its pointer when this call returns fails with
 * -EPIPE.  A fifo cannot be opened again; it is torn down when it is put.
 *
 * Context: Any but NMI; may be called more than once.
 */
void kpool_fifo_close(struct kpool_fifo *fifo)
{
	unsigned long flags;
	bool closed;

	raw_spin_lock_irqsave(&fifo->send_lock, flags);
	closed = fifo->closed;
	/* Pairs with the acquire in kpool_fifo_is_closed(). */
	smp_store_release(&fifo->closed, true);
	raw_spin_unlock_irqrestore(&fifo->send_lock, flags);
	if (!closed)
		this_cpu_inc(fifo->fifos->counters->closed);
}
EXPORT_SYMBOL_GPL(kpool_fifo_close);

/**
 * kpool_fifo_is_closed() - check if a fifo accepts no more pointers
 * @fifo: a fifo from kpool_fifos_get() that was not put yet
 *
 * A receiver that sees a closed fifo and then finds it empty has seen its end.
 *
 * Context: Any.
 * Return: true if it is closed.
 */
bool kpool_fifo_is_closed(const struct kpool_fifo *fifo)
{
	/* Pairs with the release in kpool_fifo_close(): shows earlier sends. */
	return smp_load_acquire(&fifo->closed);
}
EXPORT_SYMBOL_GPL(kpool_fifo_is_closed);

/**
 * kpool_fifo_len() - count the pointers in a fifo
 * @fifo: a fifo from kpool_fifos_get() that was not put yet
 *
 * Context: Any.
 * Return: 0 to the fifo's depth; exact if no send or receive runs meanwhile.
 */
unsigned int kpool_fifo_len(const struct kpool_fifo *fifo)
{
	int len = READ_ONCE(fifo->sent) - READ_ONCE(fifo->received);

	/* If both change while they are read, any difference is possible. */
	return clamp(len, 0, (int)fifo->fifos->args.depth);
}
EXPORT_SYMBOL_GPL(kpool_fifo_len);

/**
 * kpool_fifo_is_empty() - check if a fifo is empty
 * @fifo: a fifo from kpool_fifos_get() that was not put yet
 *
 * Context: Any.
 * Return: true if it is; exact if no send or receive runs meanwhile.
 */
bool kpool_fifo_is_empty(const struct kpool_fifo *fifo)
{
	return !kpool_fifo_len(fifo);
}
EXPORT_SYMBOL_GPL(kpool_fifo_is_empty);

// SPDX-License-Identifier: GPL-2.0
/*
 * Pooled fifos of pointers, with an end: channels.
 *
 * Owns the fifos, but not the pointers in them: they are the sender's until
 * kpool_fifo_send() answers 0, the fifo's then, and the receiver's, or the drop
 * callback's, after that.  Called by drivers.
 *
 * A fifo is a ptr_ring, in which the sending and the receiving side share no
 * cache line but the slots'.  (A kfifo's depth is a power of two, and its data
 * would need the same two locks.)  Its own locks sleep on PREEMPT_RT, where a
 * hard interrupt could not take them.  So fifo->send_lock stands in for its
 * producer_lock and fifo->receive_lock for its consumer_lock.  Both are raw,
 * held for a few instructions, with interrupts off, and never together.
 *
 * fifo->closed is written under send_lock.  A send that has the lock before the
 * close puts its pointer in; one that has it after sees that the fifo is
 * closed.  So once kpool_fifo_close() has returned, nothing goes in.
 */
#include <kpool/compat.h>
#include <linux/cache.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kpool.h>
#include <linux/kpool_fifo.h>
#include <linux/minmax.h>
#include <linux/ptr_ring.h>
#include <linux/spinlock.h>

#include "counters.h"
#include "owned.h"

enum kpool_fifo_counter {
	KPOOL_FIFO_SENT,
	KPOOL_FIFO_RECEIVED,
	KPOOL_FIFO_DRAINED,
	KPOOL_FIFO_CLOSED,
	KPOOL_FIFO_COUNTERS
};

static const char *const kpool_fifo_names[] = {
	[KPOOL_FIFO_SENT] = "sent",
	[KPOOL_FIFO_RECEIVED] = "received",
	[KPOOL_FIFO_DRAINED] = "drained",
	[KPOOL_FIFO_CLOSED] = "closed",
};

struct kpool_fifos {
	struct kpool *pool;
	struct kpool_fifos_args args;
	unsigned long __percpu *counters;
};

/*
 * @sent, @received: since the fifo was got; their difference is its length
 */
struct kpool_fifo {
	struct ptr_ring ring;
	struct kpool_fifos *fifos;
	/* The ring's producer, @sent and, for writing, @closed. */
	raw_spinlock_t send_lock ____cacheline_aligned_in_smp;
	unsigned int sent;
	bool closed;
	/* The ring's consumer and @received. */
	raw_spinlock_t receive_lock ____cacheline_aligned_in_smp;
	unsigned int received;
};

static void kpool_fifo_count(struct kpool_fifo *fifo,
			     enum kpool_fifo_counter counter)
{
	this_cpu_inc(fifo->fifos->counters[counter]);
}

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
		kpool_fifo_count(fifo, KPOOL_FIFO_DRAINED);
		if (args->drop)
			args->drop(elem, args->ctx);
	}
}

/* The ring may come from vmalloc(). */
static bool kpool_fifos_deep(const struct kpool_fifos *fifos)
{
	return fifos->args.depth > PAGE_SIZE / sizeof(void *);
}

static int kpool_fifo_init(void *obj, void *ctx, gfp_t gfp)
{
	struct kpool_fifos *fifos = ctx;
	struct kpool_fifo *fifo = obj;
	int err;

	/* Since 7.0 kvmalloc() tries vmalloc() even where that is forbidden. */
	if (kpool_fifos_deep(fifos) && !gfpflags_allow_blocking(gfp))
		return -ENOMEM;
	err = ptr_ring_init(&fifo->ring, fifos->args.depth, gfp);
	if (err)
		return err;
	/* A slot is free as soon as it is received from: full means full. */
	fifo->ring.batch = 1;
	fifo->fifos = fifos;
	raw_spin_lock_init(&fifo->send_lock);
	raw_spin_lock_init(&fifo->receive_lock);
	fifo->sent = 0;
	fifo->received = 0;
	fifo->closed = false;
	return 0;
}

/* Nobody else uses the fifo any more. */
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

/* The fifo is empty: new, or after a reset. */
static void kpool_fifo_exit(void *obj, void *ctx)
{
	struct kpool_fifo *fifo = obj;

	ptr_ring_cleanup(&fifo->ring, NULL);
}

static void kpool_fifos_show(struct seq_file *file, void *ctx)
{
	struct kpool_fifos *fifos = ctx;

	kpool_counters_show(file, kpool_fifo_names, fifos->counters,
			    KPOOL_FIFO_COUNTERS);
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
	struct kpool_args args = {
		.ops = &ops,
		.ctx = fifos,
		.align = __alignof__(struct kpool_fifo),
		.reserve = fifos->args.reserve,
		.max = fifos->args.max,
	};

	/* And vfree() may sleep. */
	if (kpool_fifos_deep(fifos))
		args.flags = KPOOL_F_DEFER_EXIT;
	return kpool_create(name, sizeof(struct kpool_fifo), &args);
}

/* kpool_fifos_create(), with its caller. */
struct kpool_fifos *
__kpool_fifos_create(const char *name, const struct kpool_fifos_args *args,
		     const struct kpool_caller *caller)
{
	struct kpool *pool = ERR_PTR(-ENOMEM);
	struct kpool_fifos *fifos;
	int err;

	err = kpool_check_caller(name, caller, KPOOL_FIFOS_LAYOUT);
	if (err)
		return ERR_PTR(err);
	if (!args || !args->depth)
		return ERR_PTR(-EINVAL);
	if (args->depth > KPOOL_FIFO_DEPTH_MAX)
		return ERR_PTR(-E2BIG);
	fifos = kzalloc_obj(*fifos, GFP_KERNEL);
	if (!fifos)
		return ERR_PTR(-ENOMEM);
	fifos->args = *args;
	fifos->counters = kpool_counters_alloc(KPOOL_FIFO_COUNTERS);
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
 * @fifos: the pool; NULL and error pointers are passed over
 *
 * All fifos must have been put.  One that was not is a bug of the driver, which
 * kpool_destroy() reports; it may still be used and put, and the last one frees
 * the pool's memory.
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
 * kpool_fifos_pool() - the pool that the fifos come from
 * @fifos: the pool of fifos
 *
 * For its statistics, and to prewarm or drain it; not to get or put.
 *
 * Context: Any.
 * Return: The pool, which stays that of the fifos.
 */
struct kpool *kpool_fifos_pool(struct kpool_fifos *fifos)
{
	return fifos->pool;
}
EXPORT_SYMBOL_GPL(kpool_fifos_pool);

static void kpool_fifos_devm_release(struct device *dev, void *res)
{
	kpool_fifos_destroy(*(void **)res);
}

/* devm_kpool_fifos_create(), with its caller. */
struct kpool_fifos *
__devm_kpool_fifos_create(struct device *dev, const char *name,
			  const struct kpool_fifos_args *args,
			  const struct kpool_caller *caller)
{
	void **owned = devres_alloc(kpool_fifos_devm_release, sizeof(*owned),
				    GFP_KERNEL);

	if (!owned)
		return ERR_PTR(-ENOMEM);
	return kpool_owned_add(dev, owned,
			       __kpool_fifos_create(name, args, caller));
}
EXPORT_SYMBOL_GPL(__devm_kpool_fifos_create);

/**
 * kpool_fifo_get() - get an empty, open fifo
 * @fifos: the pool
 * @gfp: how a fifo may be built if none is idle; as for kpool_get()
 *
 * Context: Any that @gfp allows, also hard interrupts; no NMI.  Fifos whose
 *	pointers need more than a page are built only where @gfp lets the call
 *	sleep; a reserve or kpool_prewarm() has them ready for other contexts.
 * Return: The fifo, the caller's until kpool_fifo_put(), or NULL as for
 *	kpool_get().
 */
struct kpool_fifo *kpool_fifo_get(struct kpool_fifos *fifos, gfp_t gfp)
{
	return kpool_get(fifos->pool, gfp);
}
EXPORT_SYMBOL_GPL(kpool_fifo_get);

/**
 * kpool_fifo_put() - give a fifo back
 * @fifos: the pool it came from
 * @fifo: the fifo, or NULL for nothing to do
 *
 * What is left in it goes to the drop callback.  A fifo that was closed is torn
 * down.  Nobody may use the fifo any more, not even for a call that is under
 * way.
 *
 * Context: Any but NMI; the drop callback is called in it.
 */
void kpool_fifo_put(struct kpool_fifos *fifos, struct kpool_fifo *fifo)
{
	kpool_put(fifos->pool, fifo);
}
EXPORT_SYMBOL_GPL(kpool_fifo_put);

/**
 * kpool_fifo_send() - put a pointer in at the end
 * @fifo: a fifo that the caller, or who let the caller use it, has got
 * @elem: any pointer but NULL
 *
 * What the sender wrote before is seen by who receives the pointer.
 *
 * Context: Any but NMI, by any number at a time; does not wait.
 * Return: 0, and then the pointer is the fifo's; or, and then it is still the
 *	caller's:
 *	-EINVAL	it is NULL;
 *	-EAGAIN	the fifo is full;
 *	-EPIPE	the fifo is closed.
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
		kpool_fifo_count(fifo, KPOOL_FIFO_SENT);
	return err;
}
EXPORT_SYMBOL_GPL(kpool_fifo_send);

/**
 * kpool_fifo_receive() - take the pointer that was sent first
 * @fifo: a fifo that the caller, or who let the caller use it, has got
 *
 * A closed fifo can be received from until it is empty.
 *
 * Context: Any but NMI, by any number at a time; does not wait.
 * Return: The pointer, the caller's, or NULL if the fifo is empty.
 */
void *kpool_fifo_receive(struct kpool_fifo *fifo)
{
	void *elem = kpool_fifo_take(fifo);

	if (elem)
		kpool_fifo_count(fifo, KPOOL_FIFO_RECEIVED);
	return elem;
}
EXPORT_SYMBOL_GPL(kpool_fifo_receive);

/**
 * kpool_fifo_close() - let nothing more in
 * @fifo: a fifo that the caller, or who let the caller use it, has got
 *
 * Every send that has not put its pointer in when the call returns answers
 * -EPIPE.  There is no way back: the fifo is torn down when it is put.
 *
 * Context: Any but NMI; more than once is no harm.
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
		kpool_fifo_count(fifo, KPOOL_FIFO_CLOSED);
}
EXPORT_SYMBOL_GPL(kpool_fifo_close);

/**
 * kpool_fifo_is_closed() - whether nothing more will come in
 * @fifo: a fifo that the caller, or who let the caller use it, has got
 *
 * A receiver that asks first and then finds the fifo empty has seen its end.
 *
 * Context: Any.
 * Return: true if it is closed.
 */
bool kpool_fifo_is_closed(const struct kpool_fifo *fifo)
{
	/* Pairs with the release in kpool_fifo_close(): shows all it ended. */
	return smp_load_acquire(&fifo->closed);
}
EXPORT_SYMBOL_GPL(kpool_fifo_is_closed);

/**
 * kpool_fifo_len() - how many pointers are in a fifo
 * @fifo: a fifo that the caller, or who let the caller use it, has got
 *
 * Context: Any.
 * Return: 0 to the fifo's depth; exact if nobody sends or receives meanwhile.
 */
unsigned int kpool_fifo_len(const struct kpool_fifo *fifo)
{
	int len = READ_ONCE(fifo->sent) - READ_ONCE(fifo->received);

	/* Who reads both while they change can see any difference. */
	return clamp(len, 0, (int)fifo->fifos->args.depth);
}
EXPORT_SYMBOL_GPL(kpool_fifo_len);

/**
 * kpool_fifo_is_empty() - whether a fifo is empty
 * @fifo: a fifo that the caller, or who let the caller use it, has got
 *
 * Context: Any.
 * Return: true if it is; exact if nobody sends or receives meanwhile.
 */
bool kpool_fifo_is_empty(const struct kpool_fifo *fifo)
{
	return !kpool_fifo_len(fifo);
}
EXPORT_SYMBOL_GPL(kpool_fifo_is_empty);

// SPDX-License-Identifier: GPL-2.0
/*
 * A ring: a fixed number of buffers, handed out in turn, never one that is
 * still in use.
 *
 * Owns a pool, all of whose objects the ring holds from its creation on, and a
 * slot for each of them.  There is no lock: the context that changes the state
 * of a slot with cmpxchg() owns the slot until it changes the state again.
 *
 *	free -> in use		by a get
 *	in use -> free		by a put
 *	in use -> resetting	by a put that has more to do, followed by one of
 *	resetting -> free
 *	resetting -> refused	owned by the worker until there is a new buffer
 *	refused -> free		by the worker
 *
 * The cursor is only a hint where to look first.  The number of its slot is
 * stored in front of each buffer.  The struct kpool_ring exists until the last
 * of the pool's objects is torn down, so that buffers can be put after
 * kpool_ring_destroy().
 *
 * Called by drivers.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kpool/compat.h>
#include <kpool/owned.h>
#include <kpool/show.h>
#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/irq_work.h>
#include <linux/kpool_ring.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/workqueue.h>

#include "kind.h"

enum kpool_ring_state {
	KPOOL_RING_FREE,
	KPOOL_RING_IN_USE,
	KPOOL_RING_RESETTING,
	KPOOL_RING_REFUSED,
};

/**
 * struct kpool_ring_slot - a buffer's place in the ring
 * @state: &enum kpool_ring_state
 * @buf: the buffer; NULL if it was refused and could not be rebuilt.  Changed
 *	by the worker only, while the slot is refused.
 */
struct kpool_ring_slot {
	atomic_t state;
	void *buf;
} ____cacheline_aligned_in_smp;

/* Stored directly in front of the buffer. */
struct kpool_ring_header {
	unsigned int index;
};

struct kpool_ring {
	/* Constant after creation, except put_prepares and destroyed. */

	unsigned int nr;
	/* A put has more to do: there is a reset hook, or no ring any more. */
	bool put_prepares;
	struct kpool_ring_slot *slots;
	struct kpool_ring_stats __percpu *counters;
	struct kpool *pool;
	/* Offset of the buffer in its object. */
	size_t front;
	struct kpool_ops ops;
	void *ctx;
	bool destroyed;
	char name[KPOOL_NAME_MAX + 1];

	atomic_long_t bad_puts;
	/* Starts the worker after a refusal, which may have been in an NMI. */
	struct irq_work refused_work;
	struct delayed_work rebuild_work;

	/* The slot after the one whose buffer was handed out last. */
	unsigned int cursor ____cacheline_aligned_in_smp;
};

static struct kpool_ring_header *kpool_ring_header(void *buf)
{
	return buf - sizeof(struct kpool_ring_header);
}

/* All buffers have been torn down. */
static void kpool_ring_free(void *ctx)
{
	struct kpool_ring *ring = ctx;

	free_percpu(ring->counters);
	kvfree(ring->slots);
	kfree(ring);
}

/* Pairs with the release in the put of the former user. */
static bool kpool_ring_claim(struct kpool_ring_slot *slot)
{
	int state = KPOOL_RING_FREE;

	return atomic_read(&slot->state) == KPOOL_RING_FREE &&
	       atomic_try_cmpxchg_acquire(&slot->state, &state,
					  KPOOL_RING_IN_USE);
}

/**
 * kpool_ring_get() - get the next free buffer
 * @ring: the ring
 *
 * Checks each buffer once, starting after the one that was handed out last.
 * Gets that do not overlap return the buffers in order.  A get does not see a
 * buffer that is put after it has been checked.
 *
 * Context: Any, also NMIs; takes no lock and allocates nothing.
 * Return: The buffer, as init or reset left it, or NULL if each one was in use
 *	when it was checked.  The caller owns it until kpool_ring_put().
 */
void *kpool_ring_get(struct kpool_ring *ring)
{
	unsigned int i = READ_ONCE(ring->cursor);
	unsigned int nr = ring->nr;
	unsigned int left;

	for (left = nr; left; left--) {
		struct kpool_ring_slot *slot = &ring->slots[i];

		if (++i == nr)
			i = 0;
		if (unlikely(!kpool_ring_claim(slot)))
			continue;
		/* Only a hint: a delayed get may move it back. */
		WRITE_ONCE(ring->cursor, i);
		this_cpu_inc(ring->counters->gets);
		if (unlikely(left != nr))
			this_cpu_add(ring->counters->scanned, nr - left);
		return slot->buf;
	}
	this_cpu_inc(ring->counters->empty);
	this_cpu_add(ring->counters->scanned, nr);
	return NULL;
}
EXPORT_SYMBOL_GPL(kpool_ring_get);

/* The caller owns the slot. */
static void kpool_ring_reset(struct kpool_ring *ring,
			     struct kpool_ring_slot *slot)
{
	if (unlikely(READ_ONCE(ring->destroyed))) {
		/* The last buffer frees @ring. */
		kpool_discard(ring->pool, slot->buf - ring->front);
		return;
	}
	if (!ring->ops.reset || ring->ops.reset(slot->buf, ring->ctx)) {
		/* Pairs with the acquire in kpool_ring_claim(). */
		atomic_set_release(&slot->state, KPOOL_RING_FREE);
		return;
	}
	this_cpu_inc(ring->counters->refused);
	/* Pairs with the acquire in kpool_ring_rebuild(). */
	atomic_set_release(&slot->state, KPOOL_RING_REFUSED);
	irq_work_queue(&ring->refused_work);
}

/* Put the buffer of @slot; return false if it was not in use. */
static bool kpool_ring_release(struct kpool_ring *ring,
			       struct kpool_ring_slot *slot)
{
	int state = KPOOL_RING_IN_USE;

	/* Pairs with the acquire in kpool_ring_claim(). */
	if (likely(!READ_ONCE(ring->put_prepares)))
		return atomic_try_cmpxchg_release(&slot->state, &state,
						  KPOOL_RING_FREE);
	if (!atomic_try_cmpxchg_acquire(&slot->state, &state,
					KPOOL_RING_RESETTING))
		return false;
	kpool_ring_reset(ring, slot);
	return true;
}

static noinline void kpool_ring_bad_put(struct kpool_ring *ring)
{
	WARN(atomic_long_inc_return(&ring->bad_puts) == 1,
	     pr_fmt("%s: put of a pointer that is not in use\n"), ring->name);
}

/**
 * kpool_ring_put() - put a buffer back into its ring
 * @ring: the ring
 * @buf: the buffer, or NULL, which does nothing
 *
 * A pointer that is not a buffer of @ring in use, because it is foreign or was
 * put before, is left alone and counted; the first one triggers a warning.  The
 * memory in front of it must be readable, since the number of the slot is read
 * from there.
 *
 * If the reset hook refuses the buffer, a worker tears it down and builds
 * another in its place; until then, the ring has one buffer less.  If building
 * fails, the worker tries again every second.
 *
 * Context: Any, also NMIs; takes no lock and allocates nothing.  The reset hook
 *	runs in the same context.
 */
void kpool_ring_put(struct kpool_ring *ring, void *buf)
{
	struct kpool_ring_slot *slot;
	unsigned int index;

	if (unlikely(!buf))
		return;
	index = kpool_ring_header(buf)->index;
	if (likely(index < ring->nr)) {
		slot = &ring->slots[index];
		/* If the slot is not in use, the worker may change it. */
		if (likely(READ_ONCE(slot->buf) == buf &&
			   kpool_ring_release(ring, slot)))
			return;
	}
	kpool_ring_bad_put(ring);
}
EXPORT_SYMBOL_GPL(kpool_ring_put);

/* Build the buffer of @slot, which the caller owns. */
static int kpool_ring_build(struct kpool_ring *ring,
			    struct kpool_ring_slot *slot)
{
	void *obj = kpool_get(ring->pool, GFP_KERNEL);
	void *buf;

	if (!obj)
		return -ENOMEM;
	buf = obj + ring->front;
	kpool_ring_header(buf)->index = slot - ring->slots;
	WRITE_ONCE(slot->buf, buf);
	/* Pairs with the acquire in kpool_ring_claim(). */
	atomic_set_release(&slot->state, KPOOL_RING_FREE);
	return 0;
}

static void kpool_ring_rebuild(struct work_struct *work)
{
	struct kpool_ring *ring = container_of(to_delayed_work(work),
					       struct kpool_ring, rebuild_work);
	unsigned int i;
	int err = 0;

	for (i = 0; i < ring->nr; i++) {
		struct kpool_ring_slot *slot = &ring->slots[i];

		/* Pairs with the release in kpool_ring_reset(). */
		if (atomic_read_acquire(&slot->state) != KPOOL_RING_REFUSED)
			continue;
		if (slot->buf)
			kpool_discard(ring->pool, slot->buf - ring->front);
		WRITE_ONCE(slot->buf, NULL);
		err = kpool_ring_build(ring, slot) ?: err;
		cond_resched();
	}
	if (err)
		queue_delayed_work(system_dfl_wq, &ring->rebuild_work, HZ);
}

static void kpool_ring_refused(struct irq_work *work)
{
	struct kpool_ring *ring = container_of(work, struct kpool_ring,
					       refused_work);

	mod_delayed_work(system_dfl_wq, &ring->rebuild_work, 0);
}

/* The out-of-line part of kpool_ring_read_stats(), which has zeroed @stats. */
void __kpool_ring_read_stats(struct kpool_ring *ring,
			     struct kpool_ring_stats *stats,
			     const struct kpool_caller *caller)
{
	unsigned int i;

	if (kpool_check_caller(ring->name, caller, KPOOL_RING_LAYOUT))
		return;
	KPOOL_KIND_SUM(stats, ring->counters);
	stats->bad_puts = atomic_long_read(&ring->bad_puts);
	stats->nr = ring->nr;
	for (i = 0; i < ring->nr; i++) {
		int state = atomic_read(&ring->slots[i].state);

		stats->in_use += state == KPOOL_RING_IN_USE ||
				 state == KPOOL_RING_RESETTING;
		stats->rebuilding += state == KPOOL_RING_REFUSED;
	}
}
EXPORT_SYMBOL_GPL(__kpool_ring_read_stats);

static void kpool_ring_show(struct seq_file *file, void *ctx)
{
	struct kpool_ring *ring = ctx;
	struct kpool_ring_stats stats;

	kpool_ring_read_stats(ring, &stats);
	KPOOL_SHOW(file, &stats, KPOOL_RING_STATS_MEMBERS);
	if (ring->ops.show)
		ring->ops.show(file, ring->ctx);
}

static int kpool_ring_init(void *obj, void *ctx, gfp_t gfp)
{
	struct kpool_ring *ring = ctx;

	if (!ring->ops.init)
		return 0;
	return ring->ops.init(obj + ring->front, ring->ctx, gfp);
}

static void kpool_ring_exit(void *obj, void *ctx)
{
	struct kpool_ring *ring = ctx;

	if (ring->ops.exit)
		ring->ops.exit(obj + ring->front, ring->ctx);
}

static const struct kpool_ops kpool_ring_ops = {
	.init = kpool_ring_init,
	.exit = kpool_ring_exit,
	.show = kpool_ring_show,
	.release = kpool_ring_free,
};

static int kpool_ring_check_args(const char *name, unsigned int nr,
				 size_t size, const struct kpool_ring_args *args)
{
	int err = kpool_kind_check(name, &args->pool,
				   KPOOL_KIND_HOOKS | KPOOL_KIND_ALIGN,
				   KPOOL_F_DEFER_EXIT);

	if (err)
		return err;
	if (!nr || !size)
		return -EINVAL;
	if (args->pool.align && (!is_power_of_2(args->pool.align) ||
				 args->pool.align > PAGE_SIZE))
		return -EINVAL;
	/* So no sum overflows; kpool_create() checks the resulting size. */
	return nr > KPOOL_RING_MAX || size > KMALLOC_MAX_SIZE ? -E2BIG : 0;
}

/* Allocate a ring without its pool.  No slot is free yet. */
static struct kpool_ring *kpool_ring_alloc(const char *name, unsigned int nr,
					   const struct kpool_ring_args *args)
{
	struct kpool_ring *ring = kzalloc_obj(*ring, GFP_KERNEL);
	unsigned int i;

	if (!ring)
		return NULL;
	ring->slots = kvcalloc(nr, sizeof(*ring->slots), GFP_KERNEL);
	ring->counters = alloc_percpu(struct kpool_ring_stats);
	if (!ring->slots || !ring->counters) {
		kpool_ring_free(ring);
		return NULL;
	}
	strscpy(ring->name, name, sizeof(ring->name));
	ring->nr = nr;
	if (args->pool.ops)
		ring->ops = *args->pool.ops;
	ring->ctx = args->pool.ctx;
	ring->put_prepares = ring->ops.reset;
	for (i = 0; i < nr; i++)
		atomic_set(&ring->slots[i].state, KPOOL_RING_REFUSED);
	init_irq_work(&ring->refused_work, kpool_ring_refused);
	INIT_DELAYED_WORK(&ring->rebuild_work, kpool_ring_rebuild);
	return ring;
}

/* The out-of-line part of kpool_ring_create(). */
struct kpool_ring *
__kpool_ring_create(const char *name, unsigned int nr, size_t size,
		    const struct kpool_ring_args *args,
		    const struct kpool_caller *caller)
{
	static const struct kpool_ring_args defaults;
	struct kpool_args pool_args = {
		.ops = &kpool_ring_ops,
		.flags = KPOOL_F_DEFER_EXIT,
	};
	struct kpool_ring *ring;
	unsigned int i;
	int err;

	might_sleep();
	err = kpool_check_caller(name, caller, KPOOL_RING_LAYOUT);
	if (err)
		return ERR_PTR(err);
	if (!args)
		args = &defaults;
	err = kpool_ring_check_args(name, nr, size, args);
	if (err)
		return ERR_PTR(err);
	ring = kpool_ring_alloc(name, nr, args);
	if (!ring)
		return ERR_PTR(-ENOMEM);
	pool_args.ctx = ring;
	pool_args.align = max_t(unsigned int, args->pool.align,
				ARCH_KMALLOC_MINALIGN);
	ring->front = ALIGN(sizeof(struct kpool_ring_header), pool_args.align);
	ring->pool = kpool_create(name, ring->front + size, &pool_args);
	if (IS_ERR(ring->pool)) {
		err = PTR_ERR(ring->pool);
		kpool_ring_free(ring);
		return ERR_PTR(err);
	}
	for (i = 0; i < nr && !err; i++)
		err = kpool_ring_build(ring, &ring->slots[i]);
	if (err) {
		kpool_ring_destroy(ring);
		return ERR_PTR(err);
	}
	return ring;
}
EXPORT_SYMBOL_GPL(__kpool_ring_create);

/**
 * kpool_ring_destroy() - destroy a ring and all buffers that are not in use
 * @ring: the ring; NULL and error pointers are ignored
 *
 * All users must be done with the ring: no call for it may run at the same
 * time.  Buffers that are still in use are a bug of the driver.  They are
 * reported as by kpool_destroy() and left alone.  Each may still be put and is
 * then torn down; the last one frees the remaining memory.
 *
 * Context: Process context, sleeps for two RCU grace periods.
 */
void kpool_ring_destroy(struct kpool_ring *ring)
{
	unsigned int i;

	if (IS_ERR_OR_NULL(ring))
		return;
	irq_work_sync(&ring->refused_work);
	cancel_delayed_work_sync(&ring->rebuild_work);
	WRITE_ONCE(ring->destroyed, true);
	WRITE_ONCE(ring->put_prepares, true);
	for (i = 0; i < ring->nr; i++) {
		struct kpool_ring_slot *slot = &ring->slots[i];

		if (slot->buf && atomic_read(&slot->state) != KPOOL_RING_IN_USE)
			kpool_discard(ring->pool, slot->buf - ring->front);
	}
	kpool_destroy(ring->pool);
}
EXPORT_SYMBOL_GPL(kpool_ring_destroy);

DEFINE_KPOOL_OWNED(kpool_ring_devm_release, kpool_ring_destroy)

/* The out-of-line part of devm_kpool_ring_create(). */
struct kpool_ring *
__devm_kpool_ring_create(struct device *dev, const char *name, unsigned int nr,
			 size_t size, const struct kpool_ring_args *args,
			 const struct kpool_caller *caller)
{
	return KPOOL_OWNED(dev, kpool_ring_devm_release,
			   __kpool_ring_create(name, nr, size, args, caller));
}
EXPORT_SYMBOL_GPL(__devm_kpool_ring_create);

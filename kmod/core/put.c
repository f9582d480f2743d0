// SPDX-License-Identifier: GPL-2.0
/*
 * kpool_put() and its relatives: an object is given back.
 *
 * kpool_cpu_put() is half of "The hot path" in Documentation/internals/engine.rst.
 * Everything else is decided here in this order: the reset hook, the object's
 * own node, this CPU's magazine or slot; then, in an NMI, the depot or a place for
 * later; a waiter or the reserve; teardown, if the pool is destroyed; the caches;
 * teardown.
 *
 * Any context.  May call cache.c and below.
 */
#include <linux/export.h>
#include <linux/topology.h>

#include "cpu_cache.h"
#include "slots.h"

/* The hot half of a put: false if this CPU's magazine cannot take @obj. */
static __always_inline bool kpool_cpu_put(struct kpool *pool, void *obj)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	struct kpool_magazine *magazine;
	bool room = false;
	long level;

	if (unlikely(!kpool_cpu_trylock(cpu)))
		goto out;
	magazine = cpu->loaded;
	level = magazine->level;
	/*
	 * As an unsigned number, the -1 of the placeholder fails this test too.
	 * Harmless race: a limit read too early is covered by a grace period,
	 * see kpool_flush_worker().  A plain access lets the compiler compare
	 * with the memory operand directly.
	 */
	room = (unsigned long)level < data_race(pool->put_limit);
	if (likely(room)) {
		magazine->objects[level] = obj;
		WRITE_ONCE(magazine->level, level + 1);
		cpu->puts++;
	}
	kpool_cpu_unlock(cpu);
out:
	kpool_cpu_exit();
	return room;
}

/* Tear down an object that was put and must not be used again. */
static void kpool_put_doomed(struct kpool *pool, void *obj)
{
	if (in_nmi())
		kpool_nmi_leave(pool, obj, true);
	else
		kpool_object_destroy(pool, obj);
}

/**
 * kpool_keep_new() - keep a new object, which was never handed out
 * @pool: the pool
 * @obj: a built object; torn down if it cannot be kept
 * @gfp: allocation flags if a magazine is needed
 *
 * Context: Any that @gfp allows but NMI.
 * Return: 0 or -ENOMEM.
 */
int kpool_keep_new(struct kpool *pool, void *obj, gfp_t gfp)
{
	int node = numa_mem_id();

	do {
		if (kpool_depot_put_one(pool, pool->depots[node], obj))
			return 0;
	} while (kpool_depot_grow(pool, node, gfp));
	kpool_object_destroy(pool, obj);
	return -ENOMEM;
}

/*
 * Hand idle objects to the waiters.  Also call after an object was cached while
 * a task may have queued and searched.  Any context but NMI.
 */
void kpool_serve_waiters(struct kpool *pool)
{
	while (kpool_has_waiters(pool)) {
		void *obj = kpool_cache_get_elsewhere(pool);

		if (!obj)
			return;
		/* The waiter may have left. */
		if (kpool_offer(pool, obj))
			kpool_stock_check(pool);
		else
			kpool_keep_new(pool, obj, GFP_NOWAIT | __GFP_NOWARN);
	}
}

/*
 * An object was cached in a depot of a pool with a maximum.  A waiter that queued
 * meanwhile may have searched the depot before, see kpool_slot_fill(): no grace
 * period waits for puts here.
 */
static bool kpool_waiter_missed(struct kpool *pool)
{
	if (!pool->slots)
		return false;
	smp_mb(); /* pairs with that in kpool_wait_once() */
	return kpool_puts_diverted(pool);
}

/**
 * kpool_keep() - keep an object that is in its reset state
 * @pool: the pool
 * @obj: the object; torn down if there is no room and none can be made
 *
 * While a task waits for an object or the reserve is short, the object goes
 * there.
 *
 * Context: Any but NMI.
 */
void kpool_keep(struct kpool *pool, void *obj)
{
	enum kpool_put_result result;
	bool grown = false;

	do {
		if (kpool_puts_diverted(pool)) {
			if (kpool_offer(pool, obj)) {
				kpool_count(pool, KPOOL_KEPT);
				return;
			}
			if (READ_ONCE(pool->destroyed)) {
				kpool_object_destroy(pool, obj);
				return;
			}
		}
		result = kpool_cache_put(pool, obj);
		if (result == KPOOL_PUT_DONE) {
			if (unlikely(kpool_waiter_missed(pool)))
				kpool_serve_waiters(pool);
			return;
		}
		if (result == KPOOL_PUT_NO_ROOM) {
			if (grown || !kpool_depot_grow(pool, numa_mem_id(),
						       GFP_NOWAIT |
						       __GFP_NOWARN))
				break;
			grown = true;
		}
	} while (result != KPOOL_PUT_OVERFLOW);
	/* Where all objects are reserved, there is a place for each. */
	if (pool->population && kpool_reserve_push(pool, obj)) {
		kpool_count(pool, KPOOL_KEPT);
		if (unlikely(kpool_waiter_missed(pool)))
			kpool_serve_waiters(pool);
		return;
	}
	kpool_count(pool, KPOOL_OVERFLOWED);
	kpool_object_destroy(pool, obj);
}

/*
 * In an NMI: to the depot of @node if its lock is free and it has room, or else
 * to the irq work.  No magazine is replaced and none is allocated.
 */
static void kpool_put_nmi(struct kpool *pool, int node, void *obj)
{
	struct kpool_depot *depot = pool->depots[node];

	if (kpool_puts_diverted(pool) || kpool_depot_at_limit(pool, depot) ||
	    !kpool_depot_try_put_one(pool, depot, obj)) {
		kpool_nmi_leave(pool, obj, false);
		return;
	}
	kpool_count(pool, KPOOL_KEPT);
	if (unlikely(kpool_waiter_missed(pool)))
		irq_work_queue(&pool->nmi_work);
}

/* This CPU's magazine has no room, or the object is needed elsewhere. */
static noinline void kpool_put_slow(struct kpool *pool, void *obj)
{
	if (in_nmi())
		kpool_put_nmi(pool, numa_mem_id(), obj);
	else
		kpool_keep(pool, obj);
}

/*
 * With KPOOL_F_NUMA_LOCAL: take @obj to the depot of its own node if that is not
 * this CPU's.  Return false if it is to be cached here.
 */
static bool kpool_put_home(struct kpool *pool, void *obj)
{
	int node = kpool_object_node(obj);
	enum kpool_put_result result;

	if (in_nmi()) {
		if (node == numa_mem_id())
			return false;
		kpool_put_nmi(pool, node, obj);
		return true;
	}
	result = kpool_cache_put_node(pool, node, obj);
	if (result == KPOOL_PUT_NO_ROOM &&
	    kpool_depot_grow(pool, node, GFP_NOWAIT | __GFP_NOWARN))
		result = kpool_cache_put_node(pool, node, obj);
	if (result == KPOOL_PUT_DONE && unlikely(kpool_waiter_missed(pool)))
		kpool_serve_waiters(pool);
	return result == KPOOL_PUT_DONE;
}

/* The reset hook refused @obj. */
static noinline void kpool_put_rejected(struct kpool *pool, void *obj)
{
	kpool_count(pool, KPOOL_REJECTED);
	kpool_put_doomed(pool, obj);
}

static noinline void kpool_put_prepare(struct kpool *pool, void *obj)
{
	if (pool->ops.reset && unlikely(!pool->ops.reset(obj, pool->ctx))) {
		kpool_put_rejected(pool, obj);
		return;
	}
	if ((pool->flags & KPOOL_F_NUMA_LOCAL) && kpool_put_home(pool, obj))
		return;
	if (pool->slots ? !kpool_slots_put(pool, obj) :
			  unlikely(!kpool_cpu_put(pool, obj)))
		kpool_put_slow(pool, obj);
}

/*
 * A reset hook and nothing else.  This and the next function are not inlined, so
 * that a put which does less saves no registers.
 */
static noinline void kpool_put_reset(struct kpool *pool, void *obj)
{
	if (unlikely(!pool->ops.reset(obj, pool->ctx)))
		kpool_put_rejected(pool, obj);
	else if (unlikely(!kpool_cpu_put(pool, obj)))
		kpool_put_slow(pool, obj);
}

static noinline void kpool_put_special(struct kpool *pool, void *obj)
{
	if (pool->put_route == KPOOL_PUT_SLOT) {
		if (unlikely(!kpool_slots_put(pool, obj)))
			kpool_put_slow(pool, obj);
	} else if (pool->put_route == KPOOL_PUT_RESET) {
		kpool_put_reset(pool, obj);
	} else {
		kpool_put_prepare(pool, obj);
	}
}

/**
 * kpool_put() - put an object back
 * @pool: the pool that it came from
 * @obj: the object, or NULL for nothing to do
 *
 * Runs the reset hook.  The object is then idle until it is handed out again,
 * unless the hook refused it or there was no room: then it is torn down.
 *
 * Context: Any, also hard interrupts and NMIs.  The reset hook runs in the same
 *	context.  So does the exit hook, with three exceptions: with
 *	%KPOOL_F_DEFER_EXIT, and on PREEMPT_RT with preemption off, a worker
 *	runs it; after an NMI, an interrupt does.
 */
void kpool_put(struct kpool *pool, void *obj)
{
	if (unlikely(!obj))
		return;
	if (unlikely(pool->put_route != KPOOL_PUT_PLAIN))
		kpool_put_special(pool, obj);
	else if (unlikely(!kpool_cpu_put(pool, obj)))
		kpool_put_slow(pool, obj);
}
EXPORT_SYMBOL_GPL(kpool_put);

/**
 * kpool_discard() - give back an object that must not be used again
 * @pool: the pool that it came from
 * @obj: the object, or NULL for nothing to do
 *
 * Context: As kpool_put(), without the reset hook.  In an NMI the object is
 *	torn down a little later.
 */
void kpool_discard(struct kpool *pool, void *obj)
{
	if (!obj)
		return;
	kpool_count(pool, KPOOL_DISCARDED);
	kpool_put_doomed(pool, obj);
}
EXPORT_SYMBOL_GPL(kpool_discard);

/* Push objects until one is NULL or the magazine is full. */
static unsigned int kpool_cpu_put_bulk(struct kpool *pool, unsigned int n,
				       void **objs)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	unsigned int done = 0;

	if (kpool_cpu_trylock(cpu)) {
		while (done < n && objs[done] &&
		       (unsigned long)cpu->loaded->level <
		       READ_ONCE(pool->put_limit))
			kpool_magazine_push(cpu->loaded, objs[done++]);
		cpu->puts += done;
		kpool_cpu_unlock(cpu);
	}
	kpool_cpu_exit();
	return done;
}

/**
 * kpool_put_bulk() - put several objects back
 * @pool: the pool that they came from
 * @n: number of objects
 * @objs: the objects; NULL entries are skipped
 *
 * Context: As kpool_put().
 */
void kpool_put_bulk(struct kpool *pool, unsigned int n, void **objs)
{
	unsigned int done = 0;

	while (done < n) {
		/* After the last object, a destroyed pool may be gone. */
		if (!objs[done]) {
			done++;
			continue;
		}
		/* The reset hook cannot run while the cache is held. */
		if (pool->put_route == KPOOL_PUT_PLAIN)
			done += kpool_cpu_put_bulk(pool, n - done, objs + done);
		if (done < n)
			kpool_put(pool, objs[done++]);
	}
}
EXPORT_SYMBOL_GPL(kpool_put_bulk);

/* Settle an object that an NMI left. */
static void kpool_settle(struct kpool *pool, void *obj, bool doomed)
{
	if (doomed)
		kpool_object_destroy(pool, obj);
	else
		kpool_keep(pool, obj);
}

static void kpool_settle_all(struct irq_work *work)
{
	struct kpool *pool = container_of(work, struct kpool, nmi_work);

	kpool_nmi_take_all(pool, kpool_settle);
	kpool_serve_waiters(pool);
}

void kpool_put_init(struct kpool *pool)
{
	init_irq_work(&pool->nmi_work, kpool_settle_all);
}

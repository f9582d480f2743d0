// SPDX-License-Identifier: GPL-2.0
/*
 * kpool_get() and its relatives: the order in which the sources of an object are
 * tried.
 *
 * kpool_get() is half of "The hot path" in Documentation/internals/engine.rst.
 * The slow path tries cached objects, from near to far; then a new object; then
 * the reserve; then it waits; and if that is not possible, it collects the
 * objects in the caches of other CPUs.
 *
 * Any context.  May call reclaim.c and below.
 */
#include <linux/export.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "cpu_cache.h"
#include "slots.h"

/* The hot half of a get: false if this CPU's magazine cannot serve it. */
static __always_inline bool kpool_cpu_get(struct kpool *pool, void **obj)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	struct kpool_magazine *magazine;
	long level;

	if (unlikely(!kpool_cpu_trylock(cpu))) {
		kpool_cpu_exit();
		return false;
	}
	magazine = cpu->loaded;
	level = magazine->level - 1;
	if (unlikely(level < 0)) {
		kpool_cpu_unlock(cpu);
		kpool_cpu_exit();
		return false;
	}
	/* Otherwise the compiler keeps both values, at the cost of an instruction. */
	OPTIMIZER_HIDE_VAR(level);
	WRITE_ONCE(magazine->level, level);
	cpu->gets++;
	*obj = magazine->objects[level];
	kpool_cpu_unlock(cpu);
	kpool_cpu_exit();
	return true;
}

/* A cached object, counted as a hit, or NULL.  Any context but NMI. */
static void *kpool_get_cached(struct kpool *pool)
{
	void *obj = kpool_cache_get(pool);

	/* A magazine that we took was out of the waiters' reach meanwhile. */
	if (unlikely(kpool_puts_diverted(pool)))
		kpool_serve_waiters(pool);
	kpool_stock_check(pool);
	return obj;
}

/* A new object, counted as a miss, or NULL. */
static void *kpool_get_new(struct kpool *pool, gfp_t gfp)
{
	void *obj;

	if (!pool->gets_build)
		return NULL;
	obj = kpool_object_build(pool, gfp);
	if (obj)
		kpool_count(pool, KPOOL_MISSES);
	return obj;
}

/*
 * With a reserve, the allocator must fail where it would otherwise try forever:
 * the memory may come from the very task that waits for it.  It must also leave
 * the kernel's own reserves alone, and not complain.
 */
static gfp_t kpool_gfp_of_reserve(gfp_t gfp)
{
	gfp &= ~(__GFP_NOFAIL | __GFP_RETRY_MAYFAIL);
	return gfp | __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
}

/* Reclaim takes time and may wait for others: take from the reserve first. */
static gfp_t kpool_gfp_at_once(gfp_t gfp)
{
	return gfp & ~(__GFP_DIRECT_RECLAIM | __GFP_IO);
}

/* The last sources: wait in @state if this pool waits, or flush all CPU caches. */
static void *kpool_get_last(struct kpool *pool, gfp_t gfp, unsigned int state)
{
	void *obj = NULL;

	if (pool->gets_wait)
		obj = kpool_wait(pool, gfp, state);
	if (obj || pool->waits_forever || signal_pending_state(state, current))
		return obj;
	/* Out of memory, but perhaps not out of objects. */
	if (!kpool_cached_by_cpus(pool))
		return NULL;
	if (!pool->slots)
		kpool_flush(pool);
	return kpool_get_cached(pool);
}

/*
 * This CPU's magazine is empty or busy.  Waits in the task state @state, or not
 * at all if it is TASK_RUNNING.
 */
static noinline void *kpool_get_slow(struct kpool *pool, gfp_t gfp,
				     unsigned int state)
{
	void *obj;

	if (in_nmi())
		return kpool_cache_get_nmi(pool);
	might_alloc(gfp);
	obj = kpool_get_cached(pool);
	if (obj)
		return obj;
	/* The reserve and the wait must not be held up, as in a mempool. */
	if (pool->waiters_build)
		gfp = kpool_gfp_of_reserve(gfp);
	obj = kpool_get_new(pool,
			    pool->waiters_build ? kpool_gfp_at_once(gfp) : gfp);
	if (obj)
		return obj;
	obj = kpool_cache_get_far(pool);
	if (obj) {
		kpool_count(pool, KPOOL_HITS);
		return obj;
	}
	obj = kpool_reserve_get(pool);
	kpool_stock_check(pool);
	if (obj || state == TASK_RUNNING || !gfpflags_allow_blocking(gfp))
		return obj;
	return kpool_get_last(pool, gfp, state);
}

/*
 * The hot half could not serve the get; in a pool with a maximum it never can.
 * Not inlined, and apart from the slow path, so that neither the hot path nor
 * the slots have to save registers.
 */
static noinline void *kpool_get_other(struct kpool *pool, gfp_t gfp,
				      unsigned int state)
{
	if (pool->slots) {
		void *obj = kpool_slots_get(pool);

		if (likely(obj))
			return obj;
	}
	return kpool_get_slow(pool, gfp, state);
}

/**
 * kpool_get() - get an object in its reset state
 * @pool: the pool
 * @gfp: allocation flags if no object is cached; with __GFP_DIRECT_RECLAIM the
 *	call may sleep
 *
 * In a pool with a maximum, with a reserve or with %KPOOL_F_FIXED, a call that
 * may sleep waits for an object.  With a reserve or %KPOOL_F_FIXED it never
 * fails; a pool with a reserve also tries to build every second meanwhile.
 *
 * Context: Any that @gfp allows; also hard interrupts.  In an NMI, and on
 *	PREEMPT_RT with preemption off, the call returns an object that can be
 *	reached at once, or fails.  On another kernel,
 *	CONFIG_PROVE_RAW_LOCK_NESTING reports a get that has to build where
 *	PREEMPT_RT does not allow it, as it reports kmalloc().
 * Return: The object, which belongs to the caller until kpool_put() or
 *	kpool_discard(); or NULL if no object is cached and none could be built.
 *	A call that may not sleep does not reach objects in the magazines that
 *	other CPUs work on, unless the pool has a maximum.
 */
void *kpool_get(struct kpool *pool, gfp_t gfp)
{
	void *obj;

	if (likely(kpool_cpu_get(pool, &obj)))
		return obj;
	return kpool_get_other(pool, gfp, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL_GPL(kpool_get);

/**
 * kpool_get_interruptible() - get an object, unless a signal comes first
 * @pool: the pool
 * @gfp: as for kpool_get()
 *
 * Like kpool_get(), but a signal ends the wait for an object.
 *
 * Context: As kpool_get().
 * Return: The object; or NULL if there was none, because of a signal if
 *	signal_pending() is true.
 */
void *kpool_get_interruptible(struct kpool *pool, gfp_t gfp)
{
	void *obj;

	if (likely(kpool_cpu_get(pool, &obj)))
		return obj;
	return kpool_get_other(pool, gfp, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL_GPL(kpool_get_interruptible);

/* Pop up to @n objects off this CPU's magazine, the last put first. */
static unsigned int kpool_cpu_get_bulk(struct kpool *pool, unsigned int n,
				       void **objs)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	unsigned int got = 0;

	if (kpool_cpu_trylock(cpu)) {
		while (got < n && cpu->loaded->level > 0)
			objs[got++] = kpool_magazine_pop(cpu->loaded);
		cpu->gets += got;
		kpool_cpu_unlock(cpu);
	}
	kpool_cpu_exit();
	return got;
}

/**
 * kpool_get_bulk() - get several objects
 * @pool: the pool
 * @gfp: as for kpool_get()
 * @n: number of objects
 * @objs: filled from the start
 *
 * Does not wait for other users of the pool once it has one object: two
 * callers that each hold what the other one waits for would never return.
 *
 * Context: As kpool_get().
 * Return: The number of objects in @objs, 0 to @n.
 */
unsigned int kpool_get_bulk(struct kpool *pool, gfp_t gfp, unsigned int n,
			    void **objs)
{
	unsigned int got = 0;

	while (got < n) {
		got += kpool_cpu_get_bulk(pool, n - got, objs + got);
		if (got == n)
			break;
		objs[got] = kpool_get_other(pool, gfp,
					    got ? TASK_RUNNING :
						  TASK_UNINTERRUPTIBLE);
		if (!objs[got])
			break;
		got++;
	}
	return got;
}
EXPORT_SYMBOL_GPL(kpool_get_bulk);

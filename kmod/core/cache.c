// SPDX-License-Identifier: GPL-2.0
/*
 * Get and put: the CPU caches and the shared slots.
 *
 * The hot path is two functions long: kpool_get() pops an object off this
 * CPU's loaded magazine, kpool_put() pushes one.  It takes no lock, disables
 * no interrupts and writes no memory that another CPU writes.  What makes it
 * safe, by whom it could be disturbed:
 *
 * - Another task on this CPU: preemption is off between kpool_cpu_enter() and
 *   kpool_cpu_exit().
 * - An interrupt or NMI on this CPU: kpool_cpu_take() sets the cache's busy
 *   flag.  What interrupts before that runs to its end, leaves the cache in
 *   order and not busy, and nothing of it has been read yet; what interrupts
 *   afterwards finds the cache busy and uses the depot.
 * - Reclaim on another CPU: it never writes to the live set of caches.  It
 *   points the pool at the other set (kpool_flip(), reclaim.c) and waits for a
 *   grace period, of which each section with preemption off is a reader.
 *
 * An object's next user sees what its former user wrote: on the same CPU in
 * program order, through a shared slot by the xchg() on both sides, through a
 * depot by its lock, and through reclaim by the grace period.
 *
 * Where a get looks, in this order: this CPU's magazine, its shared slot, what
 * reclaim is about to take from it, the depot of this node (full magazines
 * before victims), the shared slots of this node's other CPUs, then the depots
 * and shared slots of other nodes.
 * Magazines after Bonwick and Adams, "Magazines and Vmem", USENIX 2001; the
 * shared slot as in Go's per-P pool chains, which others may steal from.
 */
#include <kpool/compat.h>
#include <linux/export.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/topology.h>

#include "internal.h"

/* Turns preemption off and answers this CPU's cache. */
static __always_inline struct kpool_cpu __kpool_here *
kpool_cpu_enter(struct kpool *pool)
{
	preempt_disable();
	/* Pairs with the release in kpool_flip(), by address dependency. */
	return kpool_here(struct kpool_cpu, READ_ONCE(pool->cpu));
}

static __always_inline void kpool_cpu_exit(void)
{
	preempt_enable();
}

/*
 * Takes hold of this CPU's cache; false if the code that we interrupted has
 * it.  Test and set need not be one: whoever comes between them is done with
 * the cache, and has cleared the flag, before we go on.
 */
static __always_inline bool kpool_cpu_take(struct kpool_cpu __kpool_here *cpu)
{
	if (unlikely(cpu->busy))
		return false;
	cpu->busy = true;
	barrier(); /* nothing of the cache is read before it is ours */
	return true;
}

static __always_inline void kpool_cpu_give(struct kpool_cpu __kpool_here *cpu)
{
	barrier(); /* the cache is in order before an interrupt may use it */
	cpu->busy = false;
}

/* Does somebody wait for objects, so that no CPU may keep magazines? */
static bool kpool_wanted(struct kpool *pool)
{
	return !READ_ONCE(pool->put_limit);
}

/*
 * Offers @full to other CPUs; what the slot held is the caller's then.  It was
 * empty when we looked, but while a cycle runs an interrupt may use the other
 * set of caches of this CPU, and there is one slot for both.
 */
static struct kpool_magazine *
kpool_shared_publish(struct kpool_shared *shared, struct kpool_magazine *full)
{
	/* Pairs with the xchg() in kpool_shared_take(). */
	return xchg(&shared->full, full);
}

/* A magazine with objects that is now the caller's, or NULL. */
static struct kpool_magazine *kpool_shared_take(struct kpool_shared *shared)
{
	/* Look first: a thief must not dirty the lines of those who have none. */
	if (!READ_ONCE(shared->full))
		return NULL;
	/* Pairs with the xchg() in kpool_shared_publish(). */
	return xchg(&shared->full, NULL);
}

static unsigned int kpool_next_cpu(int cpu, const struct cpumask *cpus)
{
	/*
	 * Harmless race: a CPU that comes up meanwhile is missed, and one that
	 * goes down is looked at in vain, until kpool_cpu_dead() empties it.
	 */
	return data_race(cpumask_next(cpu, cpus));
}

/* What one of @victims after CPU @first and before @end offers. */
static struct kpool_magazine *
kpool_steal_between(struct kpool *pool, const struct cpumask *victims,
		    int first, unsigned int end)
{
	struct kpool_magazine *magazine;
	unsigned int cpu;

	for (cpu = kpool_next_cpu(first, victims); cpu < end;
	     cpu = kpool_next_cpu(cpu, victims)) {
		magazine = kpool_shared_take(per_cpu_ptr(pool->shared, cpu));
		if (magazine) {
			kpool_count(pool, KPOOL_STEALS);
			return magazine;
		}
	}
	return NULL;
}

/* What one of @victims offers. */
static struct kpool_magazine *kpool_steal_from(struct kpool *pool,
					       const struct cpumask *victims)
{
	int here = smp_processor_id();

	/* Everybody starts behind himself, so that thieves spread out. */
	return kpool_steal_between(pool, victims, here, nr_cpu_ids) ?:
	       kpool_steal_between(pool, victims, -1, here);
}

/* What another CPU of this node offers. */
static struct kpool_magazine *kpool_steal_near(struct kpool *pool)
{
	return kpool_steal_from(pool, cpumask_of_node(numa_node_id()));
}

/* What any CPU offers: of this node there was nothing. */
static struct kpool_magazine *kpool_steal_far(struct kpool *pool)
{
	if (nr_online_nodes == 1)
		return NULL;
	return kpool_steal_from(pool, cpu_online_mask);
}

/*
 * Takes this CPU's magazine back out of the set that reclaim is retiring, so
 * that a pool in use need not build objects during the grace period.
 *
 * Until the grace period is over the old cache is still this CPU's, and we
 * run with preemption off.  If the code that we interrupted has it, it stays.
 * After the grace period kpool_cpu_collect() may be taking the same magazine:
 * xchg() decides.
 */
static struct kpool_magazine *kpool_cpu_rescue(struct kpool *pool)
{
	struct kpool_cpu __percpu *retiring = READ_ONCE(pool->retiring);
	struct kpool_magazine *magazine;
	struct kpool_cpu *cpu;

	if (likely(!retiring))
		return NULL;
	cpu = raw_cpu_ptr(retiring);
	if (READ_ONCE(cpu->busy) ||
	    READ_ONCE(READ_ONCE(cpu->loaded)->level) <= 0)
		return NULL;
	magazine = xchg(&cpu->loaded, &kpool_magazine_none);
	if (magazine->level > 0)
		return magazine;
	/* Empty only if the set went live again and an interrupt used it. */
	if (magazine->level == 0)
		kpool_depot_put(kpool_depot_here(pool), magazine);
	return NULL;
}

/* Keeps a magazine that has become empty for later. */
static void kpool_cpu_stash(struct kpool *pool,
			    struct kpool_cpu __kpool_here *cpu,
			    struct kpool_magazine *magazine)
{
	if (!cpu->spare)
		cpu->spare = magazine;
	else
		kpool_depot_put(kpool_depot_here(pool), magazine);
}

/* From the depots of all other nodes. */
static struct kpool_magazine *kpool_depot_far(struct kpool *pool)
{
	struct kpool_depot *here = kpool_depot_here(pool);
	struct kpool_magazine *magazine;
	int node;

	if (nr_node_ids == 1)
		return NULL;
	/* Also of nodes that went offline with objects in their depot. */
	for_each_node(node) {
		if (pool->depots[node] == here)
			continue;
		magazine = kpool_depot_swap_for_full(pool, pool->depots[node],
						     NULL);
		if (magazine)
			return magazine;
	}
	return NULL;
}

/* A magazine that is in no depot of this node, or NULL. */
static struct kpool_magazine *kpool_find_shared(struct kpool *pool)
{
	struct kpool_magazine *magazine;

	magazine = kpool_steal_near(pool);
	if (magazine || (pool->flags & KPOOL_F_NUMA_LOCAL))
		return magazine;
	magazine = kpool_depot_far(pool);
	return magazine ?: kpool_steal_far(pool);
}

/*
 * Replaces the loaded magazine, which is empty, by one with objects.  False if
 * nothing is cached that can be reached at once, if others wait for objects,
 * or in an NMI, which must not wait for the lock to hand over the empty one.
 * The cache is held.
 */
static bool kpool_cpu_refill(struct kpool *pool,
			     struct kpool_cpu __kpool_here *cpu)
{
	struct kpool_magazine *empty = cpu->loaded;
	struct kpool_magazine *magazine;

	if (empty == &kpool_magazine_none)
		empty = NULL;
	if (kpool_wanted(pool) || in_nmi())
		return false;
	magazine = kpool_shared_take(this_cpu_ptr(pool->shared));
	if (!magazine)
		magazine = kpool_cpu_rescue(pool);
	if (!magazine) {
		magazine = kpool_depot_swap_for_full(pool,
						     kpool_depot_here(pool),
						     empty);
		if (magazine)
			empty = NULL;
		else
			magazine = kpool_find_shared(pool);
	}
	if (!magazine)
		return false;
	cpu->loaded = magazine;
	if (empty)
		kpool_cpu_stash(pool, cpu, empty);
	return true;
}

/*
 * One object for a caller that may not load a magazine: an interrupt that
 * found the cache busy, or anybody while others wait for objects.
 */
static void *kpool_get_one(struct kpool *pool)
{
	struct kpool_depot *depot = kpool_depot_here(pool);
	struct kpool_magazine *magazine;
	void *obj;

	obj = kpool_depot_get_one(pool, depot);
	if (obj || in_nmi())
		return obj;
	magazine = kpool_shared_take(this_cpu_ptr(pool->shared));
	if (!magazine)
		magazine = kpool_find_shared(pool);
	if (!magazine)
		return NULL;
	obj = kpool_magazine_pop(magazine);
	kpool_depot_put(depot, magazine);
	return obj;
}

/*
 * The last resort of a pool with KPOOL_F_NUMA_LOCAL, when no object of this
 * node could be built: one of another node, leaving the others there.
 */
static void *kpool_get_far(struct kpool *pool)
{
	void *obj = NULL;
	int node;

	if (!(pool->flags & KPOOL_F_NUMA_LOCAL))
		return NULL;
	for_each_node(node) {
		obj = kpool_depot_get_one(pool, pool->depots[node]);
		if (obj)
			break;
	}
	return obj;
}

/* An object out of any depot or shared slot, not counted as a hit, or NULL. */
void *kpool_cache_get_shared(struct kpool *pool)
{
	void *obj;

	preempt_disable();
	obj = kpool_get_one(pool);
	preempt_enable();
	return obj ?: kpool_get_far(pool);
}

/**
 * kpool_cache_get() - take an object out of whatever is cached
 * @pool: the pool
 *
 * Context: any.
 * Return: an object, counted as a hit, or NULL.
 */
void *kpool_cache_get(struct kpool *pool)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	void *obj = NULL;

	if (kpool_cpu_take(cpu)) {
		if (cpu->loaded->level > 0 || kpool_cpu_refill(pool, cpu)) {
			obj = kpool_magazine_pop(cpu->loaded);
			cpu->gets++;
		}
		kpool_cpu_give(cpu);
	}
	if (!obj) {
		obj = kpool_get_one(pool);
		if (obj)
			kpool_count(pool, KPOOL_HITS);
	}
	kpool_cpu_exit();
	/* What we took it from may have been out of a waiter's sight. */
	if (unlikely(kpool_wanted(pool)) && !in_nmi())
		kpool_serve_waiters(pool);
	return obj;
}

/* What became of an attempt to cache an object. */
enum kpool_put {
	KPOOL_PUT_DONE,
	KPOOL_PUT_WANTED,	/* not cached: somebody waits for objects */
	KPOOL_PUT_NO_ROOM,	/* not cached: an empty magazine is missing */
	KPOOL_PUT_OVERFLOW,	/* not cached: the pool has enough idle objects */
};

/* Replaces the loaded magazine, which is full, by an empty one. */
static enum kpool_put kpool_cpu_make_room(struct kpool *pool,
					  struct kpool_cpu __kpool_here *cpu)
{
	struct kpool_depot *depot = kpool_depot_here(pool);
	struct kpool_shared *shared = this_cpu_ptr(pool->shared);
	struct kpool_magazine *empty = cpu->spare;
	struct kpool_magazine *full = cpu->loaded;
	bool publish = !READ_ONCE(shared->full);

	if (full == &kpool_magazine_none)
		full = NULL;
	if (full && !publish && kpool_depot_full(pool, depot))
		return KPOOL_PUT_OVERFLOW;
	if (!empty) {
		empty = kpool_depot_swap_for_empty(pool, depot,
						   publish ? NULL : full);
		if (!empty)
			return KPOOL_PUT_NO_ROOM;
	} else {
		cpu->spare = NULL;
		if (full && !publish) {
			kpool_depot_put(depot, full);
			kpool_count(pool, KPOOL_DEPOT_PUTS);
		}
	}
	cpu->loaded = empty;
	if (full && publish) {
		full = kpool_shared_publish(shared, full);
		if (unlikely(full))
			kpool_depot_put(depot, full);
	}
	return KPOOL_PUT_DONE;
}

/* For a caller that may not touch this CPU's cache. */
static enum kpool_put kpool_put_one(struct kpool *pool,
				    struct kpool_depot *depot, void *obj)
{
	if (kpool_depot_full(pool, depot))
		return KPOOL_PUT_OVERFLOW;
	if (!kpool_depot_put_one(pool, depot, obj))
		return KPOOL_PUT_NO_ROOM;
	kpool_count(pool, KPOOL_KEPT);
	return KPOOL_PUT_DONE;
}

/* Puts @obj in the loaded magazine or what replaces it.  The cache is held. */
static enum kpool_put kpool_cpu_push(struct kpool *pool,
				     struct kpool_cpu __kpool_here *cpu,
				     void *obj)
{
	enum kpool_put result = KPOOL_PUT_DONE;
	long level = cpu->loaded->level;

	if (kpool_wanted(pool))
		return KPOOL_PUT_WANTED;
	if (level < 0 || level >= READ_ONCE(pool->magazine_size)) {
		if (in_nmi())
			return KPOOL_PUT_NO_ROOM;
		result = kpool_cpu_make_room(pool, cpu);
	}
	if (result == KPOOL_PUT_DONE) {
		kpool_magazine_push(cpu->loaded, obj);
		cpu->puts++;
	}
	return result;
}

static enum kpool_put kpool_cache_try_put(struct kpool *pool, void *obj)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	enum kpool_put result;

	if (kpool_cpu_take(cpu)) {
		result = kpool_cpu_push(pool, cpu, obj);
		kpool_cpu_give(cpu);
	} else {
		result = kpool_put_one(pool, kpool_depot_here(pool), obj);
	}
	kpool_cpu_exit();
	return result;
}

/* One more empty magazine for @node's depot, if memory allows. */
static bool kpool_depot_grow(struct kpool *pool, int node, gfp_t gfp)
{
	struct kpool_magazine *magazine;

	if (!kpool_may_allocate())
		return false;
	magazine = kpool_magazine_alloc(pool, gfp);
	if (!magazine)
		return false;
	kpool_depot_put(pool->depots[node], magazine);
	return true;
}

/**
 * kpool_cache_add() - keep a new object, which was never handed out
 * @pool: the pool
 * @obj: a built object; torn down if it can't be kept
 * @gfp: how a magazine may be allocated
 *
 * Context: any that @gfp allows but NMI.
 * Return: 0 or -ENOMEM.
 */
int kpool_cache_add(struct kpool *pool, void *obj, gfp_t gfp)
{
	int node = numa_mem_id();

	do {
		if (kpool_depot_put_one(pool, pool->depots[node], obj))
			return 0;
	} while (kpool_depot_grow(pool, node, gfp));
	kpool_object_destroy(pool, obj);
	return -ENOMEM;
}

/**
 * kpool_cache_put() - keep an object that is in its reset state
 * @pool: the pool
 * @obj: an object of it; dropped if there is no room and none can be made
 *
 * While somebody waits for an object or the reserve is short, the object goes
 * there.  Whether that is so must be looked at again with preemption off, in
 * kpool_cache_try_put(): who begins to wait relies on a grace period to know
 * that every put sees it (kpool_reserve_wait()).
 *
 * Context: any.
 */
void kpool_cache_put(struct kpool *pool, void *obj)
{
	enum kpool_put result;
	bool grown = false;

	do {
		if (kpool_wanted(pool) && !in_nmi() &&
		    kpool_reserve_offer(pool, obj)) {
			kpool_count(pool, KPOOL_KEPT);
			return;
		}
		result = kpool_cache_try_put(pool, obj);
		if (result == KPOOL_PUT_DONE)
			return;
		if (result == KPOOL_PUT_NO_ROOM) {
			if (grown || !kpool_depot_grow(pool, numa_mem_id(),
						       GFP_NOWAIT |
						       __GFP_NOWARN))
				break;
			grown = true;
		}
	} while (result != KPOOL_PUT_OVERFLOW && !in_nmi());
	if (in_nmi()) {
		kpool_nmi_put(pool, obj, false);
		return;
	}
	kpool_count(pool, KPOOL_OVERFLOWED);
	kpool_object_destroy(pool, obj);
}

/*
 * With KPOOL_F_NUMA_LOCAL: takes @obj to its own node's depot if that is not
 * this CPU's.  False if it is to be cached here.
 */
static bool kpool_put_home(struct kpool *pool, void *obj)
{
	int node = kpool_object_node(obj);
	enum kpool_put result;
	bool grown = false;

	for (;;) {
		preempt_disable();
		/* With preemption off, as in kpool_cache_try_put(). */
		if (node == numa_mem_id() || kpool_wanted(pool))
			result = KPOOL_PUT_WANTED;
		else
			result = kpool_put_one(pool, pool->depots[node], obj);
		preempt_enable();
		if (result != KPOOL_PUT_NO_ROOM || grown)
			return result == KPOOL_PUT_DONE;
		grown = true;
		if (!kpool_depot_grow(pool, node, GFP_NOWAIT | __GFP_NOWARN))
			return false;
	}
}

/*
 * Takes a retired or dead CPU's magazines: adds them to @found.  Nobody works
 * on them, but their CPU may still be in kpool_cpu_rescue().
 */
void kpool_cpu_collect(struct kpool_cpu *cpu, struct list_head *found)
{
	struct kpool_magazine *magazine;

	magazine = xchg(&cpu->loaded, &kpool_magazine_none);
	if (magazine != &kpool_magazine_none)
		list_add(&magazine->node, found);
	magazine = cpu->spare;
	cpu->spare = NULL;
	if (magazine)
		list_add(&magazine->node, found);
}

/* Takes what @cpu offers to others: adds it to @found. */
void kpool_shared_collect(struct kpool *pool, int cpu, struct list_head *found)
{
	struct kpool_magazine *magazine;

	magazine = kpool_shared_take(per_cpu_ptr(pool->shared, cpu));
	if (magazine)
		list_add(&magazine->node, found);
}

/*
 * Nothing in this CPU's magazine: look elsewhere, build, use the reserve; then
 * wait in the given task state, or not at all if it is TASK_RUNNING.
 */
static noinline void *kpool_get_slow(struct kpool *pool, gfp_t gfp,
				     unsigned int state)
{
	bool fixed = pool->flags & KPOOL_F_FIXED;
	void *obj;

	if (!in_nmi())
		might_alloc(gfp);
	obj = kpool_cache_get(pool);
	if (fixed)
		kpool_stock_check(pool);
	if (obj)
		return obj;
	if (!fixed) {
		/* With a reserve to fall back on, a failure is no news. */
		obj = kpool_object_build(pool, pool->reserve ?
					       gfp | __GFP_NOWARN : gfp);
		if (obj) {
			kpool_count(pool, KPOOL_NEWS);
			return obj;
		}
	}
	obj = kpool_get_far(pool);
	if (obj) {
		kpool_count(pool, KPOOL_HITS);
		return obj;
	}
	obj = kpool_reserve_get(pool);
	if (obj || state == TASK_RUNNING || !gfpflags_allow_blocking(gfp))
		return obj;
	/* At the maximum, or no more: who waits finds out under the lock. */
	if (pool->reserve || fixed || pool->max)
		obj = kpool_reserve_wait(pool, gfp, state);
	if (obj || pool->reserve || fixed || signal_pending_state(state, current))
		return obj;
	/* Out of memory, but perhaps not out of objects. */
	if (!kpool_cached_by_cpus(pool))
		return NULL;
	kpool_flush(pool);
	return kpool_cache_get(pool);
}

/**
 * kpool_get() - get an object in its reset state
 * @pool: the pool
 * @gfp: how a new object may be built if none is cached; with
 *	__GFP_DIRECT_RECLAIM the call may sleep
 *
 * A pool with a maximum waits for an object if @gfp lets it.  A pool with a
 * reserve, asked with a @gfp that may sleep, never fails: it waits until an
 * object is put back or can be built, trying again every second.
 *
 * Context: Any that @gfp allows; also hard interrupts.  In an NMI the call
 *	hands out what is at hand or fails, and so it does on PREEMPT_RT with
 *	preemption off.  There CONFIG_PROVE_RAW_LOCK_NESTING, on another kernel,
 *	reports a get that has to build, as it reports kmalloc().
 * Return: The object, the caller's until kpool_put() or kpool_discard(); or
 *	NULL if nothing is cached and none could be built.  Where it may not
 *	sleep, objects in the magazine that another CPU works on are out of
 *	reach.
 */
void *kpool_get(struct kpool *pool, gfp_t gfp)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	struct kpool_magazine *magazine;
	long level;
	void *obj;

	if (unlikely(!kpool_cpu_take(cpu)))
		goto slow;
	magazine = cpu->loaded;
	level = magazine->level - 1;
	if (unlikely(level < 0)) {
		kpool_cpu_give(cpu);
		goto slow;
	}
	/* Or the compiler keeps both values and spends an instruction on it. */
	OPTIMIZER_HIDE_VAR(level);
	WRITE_ONCE(magazine->level, level);
	cpu->gets++;
	obj = magazine->objects[level];
	kpool_cpu_give(cpu);
	kpool_cpu_exit();
	return obj;
slow:
	kpool_cpu_exit();
	return kpool_get_slow(pool, gfp, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL_GPL(kpool_get);

/**
 * kpool_get_interruptible() - get an object, unless a signal comes first
 * @pool: the pool
 * @gfp: as for kpool_get()
 *
 * As kpool_get(), but where that would wait for an object, a signal ends the
 * wait.
 *
 * Context: As kpool_get().
 * Return: The object; or NULL if none could be had, because of a signal if
 *	signal_pending() is true.
 */
void *kpool_get_interruptible(struct kpool *pool, gfp_t gfp)
{
	/* Looks into this CPU's magazine as well. */
	return kpool_get_slow(pool, gfp, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL_GPL(kpool_get_interruptible);

/* This CPU's magazine has no room, or the object is wanted elsewhere. */
static noinline void kpool_put_slow(struct kpool *pool, void *obj)
{
	if (unlikely(READ_ONCE(pool->destroyed))) {
		kpool_late_put(pool, obj);
		return;
	}
	kpool_cache_put(pool, obj);
}

/* The hot half of a put: false if this CPU's magazine can't take @obj. */
static __always_inline bool kpool_cpu_put(struct kpool *pool, void *obj)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	struct kpool_magazine *magazine;
	bool room = false;
	long level;

	if (unlikely(!kpool_cpu_take(cpu)))
		goto out;
	magazine = cpu->loaded;
	level = magazine->level;
	/*
	 * As unsigned, so that a stand-in's -1 leaves no room either.  Harmless
	 * race: a limit read too early is caught by a grace period, see
	 * kpool_reserve_wait(); as a plain access it can be the comparison's
	 * operand in memory.
	 */
	room = (unsigned long)level < data_race(pool->put_limit);
	if (likely(room)) {
		magazine->objects[level] = obj;
		WRITE_ONCE(magazine->level, level + 1);
		cpu->puts++;
	}
	kpool_cpu_give(cpu);
out:
	kpool_cpu_exit();
	return room;
}

static void kpool_put_rejected(struct kpool *pool, void *obj)
{
	kpool_count(pool, KPOOL_REJECTED);
	if (unlikely(READ_ONCE(pool->destroyed)))
		kpool_late_put(pool, obj);
	else
		kpool_object_destroy(pool, obj);
}

/* Not inlined, so that kpool_put() without a hook saves no registers. */
static noinline void kpool_put_prepare(struct kpool *pool, void *obj)
{
	if (pool->ops.reset && unlikely(!pool->ops.reset(obj, pool->ctx)))
		kpool_put_rejected(pool, obj);
	else if ((pool->flags & KPOOL_F_NUMA_LOCAL) && kpool_put_home(pool, obj))
		return;
	else if (unlikely(!kpool_cpu_put(pool, obj)))
		kpool_put_slow(pool, obj);
}

/**
 * kpool_put() - give an object back
 * @pool: the pool it came from
 * @obj: the object, or NULL for nothing to do
 *
 * Runs the reset hook.  The object then waits for its next user, unless the
 * hook refused it or no room was left: then it is torn down.
 *
 * Context: Any, also hard interrupts and NMIs.  The reset hook runs in it, and
 *	so does the exit hook unless the pool has %KPOOL_F_DEFER_EXIT.
 */
void kpool_put(struct kpool *pool, void *obj)
{
	if (unlikely(!obj))
		return;
	if (pool->put_prepares)
		kpool_put_prepare(pool, obj);
	else if (unlikely(!kpool_cpu_put(pool, obj)))
		kpool_put_slow(pool, obj);
}
EXPORT_SYMBOL_GPL(kpool_put);

/**
 * kpool_discard() - give an object back that nobody shall use again
 * @pool: the pool it came from
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
	if (unlikely(READ_ONCE(pool->destroyed)))
		kpool_late_put(pool, obj);
	else
		kpool_object_destroy(pool, obj);
}
EXPORT_SYMBOL_GPL(kpool_discard);

/* Pops up to @n objects off this CPU's magazine, the last put first. */
static unsigned int kpool_cpu_get_bulk(struct kpool *pool, unsigned int n,
				       void **objs)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	unsigned int got = 0;

	if (kpool_cpu_take(cpu)) {
		while (got < n && cpu->loaded->level > 0)
			objs[got++] = kpool_magazine_pop(cpu->loaded);
		cpu->gets += got;
		kpool_cpu_give(cpu);
	}
	kpool_cpu_exit();
	return got;
}

/**
 * kpool_get_bulk() - get several objects
 * @pool: the pool
 * @gfp: as for kpool_get()
 * @n: how many
 * @objs: filled from the start
 *
 * Does not wait for other users of the pool once it has one object: two
 * callers that hold what the other waits for would never end.
 *
 * Context: As kpool_get().
 * Return: how many objects were had, 0 to @n.
 */
unsigned int kpool_get_bulk(struct kpool *pool, gfp_t gfp, unsigned int n,
			    void **objs)
{
	unsigned int got = 0;

	while (got < n) {
		got += kpool_cpu_get_bulk(pool, n - got, objs + got);
		if (got == n)
			break;
		objs[got] = kpool_get_slow(pool, gfp,
					   got ? TASK_RUNNING :
						 TASK_UNINTERRUPTIBLE);
		if (!objs[got])
			break;
		got++;
	}
	return got;
}
EXPORT_SYMBOL_GPL(kpool_get_bulk);

/* Pushes objects until one is NULL or the magazine is full. */
static unsigned int kpool_cpu_put_bulk(struct kpool *pool, unsigned int n,
				       void **objs)
{
	struct kpool_cpu __kpool_here *cpu = kpool_cpu_enter(pool);
	unsigned int done = 0;

	if (kpool_cpu_take(cpu)) {
		while (done < n && objs[done] &&
		       (unsigned long)cpu->loaded->level <
		       READ_ONCE(pool->put_limit))
			kpool_magazine_push(cpu->loaded, objs[done++]);
		cpu->puts += done;
		kpool_cpu_give(cpu);
	}
	kpool_cpu_exit();
	return done;
}

/**
 * kpool_put_bulk() - give several objects back
 * @pool: the pool they came from
 * @n: how many
 * @objs: the objects; entries that are NULL are passed over
 *
 * Context: As kpool_put().
 */
void kpool_put_bulk(struct kpool *pool, unsigned int n, void **objs)
{
	unsigned int done = 0;

	while (done < n) {
		/* The reset hook can't run while the cache is held. */
		if (!pool->put_prepares)
			done += kpool_cpu_put_bulk(pool, n - done, objs + done);
		if (done < n)
			kpool_put(pool, objs[done++]);
	}
}
EXPORT_SYMBOL_GPL(kpool_put_bulk);

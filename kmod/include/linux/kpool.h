/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpool: constructed objects, handed out, reset, put back and used again.
 *
 * This is the whole interface for drivers.  A pool keeps idle objects in
 * their built state in per-CPU magazines; what is unused goes back to the
 * system in two steps when memory is short.  Documentation/ starts from a
 * driver's point of view; kmod/core/ holds the implementation.
 *
 * Best suited for objects that cost more to build than to reset and that are
 * used for a short time, often.  Not meant for objects that live long (the
 * pool sees no reuse), that need no construction and are small (use
 * kmem_cache), or of which only a handful exist.
 */
#ifndef _LINUX_KPOOL_H
#define _LINUX_KPOOL_H

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kpool_interface.h>
#include <linux/preempt.h>
#include <linux/types.h>

struct device;
struct kpool;
struct seq_file;

/* Longest name of a pool, without its terminating NUL. */
#define KPOOL_NAME_MAX		47

/* Most objects that one magazine may hold, see &struct kpool_args. */
#define KPOOL_MAGAZINE_MAX	253

/**
 * enum kpool_flags - what a pool is asked to do differently
 * @KPOOL_F_DEFER_EXIT: the exit or free hook may sleep; a worker runs both,
 *	later and in process context.  Without this flag neither may sleep,
 *	for a put from an interrupt or the shrinker may call them.
 * @KPOOL_F_FIXED: no get builds an object; a worker does, ahead of use and in
 *	process context, when fewer than &kpool_args.low_water wait in the
 *	depots.  A get that finds nothing takes the reserve, waits if it may,
 *	or fails.  Fixed with a reserve is the hybrid: stock for the usual load,
 *	reserve for the worst moment.
 * @KPOOL_F_NUMA_LOCAL: an object that is put on another NUMA node than its
 *	memory's goes back to its own, as long as that has room, and gets
 *	prefer a new object to one of another node.  Costs a look at the
 *	object's page in each put; memory from an alloc hook must be of the
 *	linear mapping or from vmalloc().
 */
enum kpool_flags {
	KPOOL_F_DEFER_EXIT	= 1U << 0,
	KPOOL_F_FIXED		= 1U << 1,
	KPOOL_F_NUMA_LOCAL	= 1U << 2,
};

/**
 * struct kpool_ops - the hooks of a pool, all optional
 * @init: builds a new object; 0 or a negative errno, and then the get that
 *	asked for it fails unless the pool has a reserve left.  May sleep only
 *	if @gfp says so.
 * @reset: brings an object back to the state that @init left it in.  Runs in
 *	kpool_put(), in the caller's context, so that an idle object never
 *	holds a former user's data.  Answering false drops the object: it is
 *	torn down instead of cached (grown too big, closed, broken).
 * @exit: tears an object down.  Must not sleep unless the pool has
 *	%KPOOL_F_DEFER_EXIT.
 * @alloc: provides an object's memory in place of the slab allocator, or NULL.
 *	@node is a NUMA node or %NUMA_NO_NODE.  Needs @free.
 * @free: gives memory from @alloc back.  The rule of @exit applies.
 * @show: adds lines "name value" of the driver's own to the pool's directory in
 *	debugfs, as the file "details".  Called in process context, at any time
 *	after kpool_create() was called and until kpool_destroy() returns.
 * @release: the last use of @ctx, which may be freed: when kpool_destroy() is
 *	done or, if objects were out by then, when the last of them has come
 *	back.  Called once, in process context, and may sleep; in the latter
 *	case by a worker, and the module must stay until then.  Not called if
 *	kpool_create() fails.
 *
 * A hook may use other pools, but never the pool that it belongs to.
 */
struct kpool_ops {
	int (*init)(void *obj, void *ctx, gfp_t gfp);
	bool (*reset)(void *obj, void *ctx);
	void (*exit)(void *obj, void *ctx);
	void *(*alloc)(void *ctx, gfp_t gfp, int node);
	void (*free)(void *obj, void *ctx);
	void (*show)(struct seq_file *file, void *ctx);
	void (*release)(void *ctx);
};

/**
 * struct kpool_args - how a pool is to behave; zero is a good default for all
 * @ops: the hooks, copied, or NULL.
 * @ctx: passed to every hook.
 * @align: alignment of an object in bytes, a power of two up to PAGE_SIZE; 0
 *	for the allocator's own.  Not used with an alloc hook.
 * @flags: see &enum kpool_flags.
 * @reserve: objects built by kpool_create() and kept for gets that could
 *	otherwise not be served.  They are never reclaimed.
 * @max: live objects (in use and idle) at most; 0: no limit.
 * @magazine: objects that a magazine holds, the unit in which objects move
 *	between CPUs, up to %KPOOL_MAGAZINE_MAX; 0: chosen by object size, and
 *	made larger, up to two to six times, when CPUs contend for a depot.
 * @idle_max: objects that may lie idle in the depots, about; 0: 32 MiB of them,
 *	or more on machines with many CPUs.  On top come the reserve and a few
 *	magazines a CPU: two that it works with, and two that a clearing cycle
 *	or a trim may have brought to a depot that was full.  What is put
 *	beyond that is torn down.
 * @low_water: with %KPOOL_F_FIXED: the stock below which the worker builds
 *	more, up to twice as many; 0: as many as a magazine holds.
 */
struct kpool_args {
	const struct kpool_ops *ops;
	void *ctx;
	unsigned int align;
	unsigned int flags;
	unsigned int reserve;
	unsigned int max;
	unsigned int magazine;
	unsigned int idle_max;
	unsigned int low_water;
	/* private: leaves no hole that a new member would fill. */
	unsigned int unused;
};

/**
 * struct kpool_stats - a pool's counters and what it holds at this moment
 * @gets: calls that returned an object (a bulk get of n counts n)
 * @hits: gets served from anything that was cached
 * @misses: gets that built an object
 * @build_failures: attempts to build an object that failed
 * @puts: objects given back with kpool_put() and kpool_put_bulk()
 * @kept: puts after which the object stayed in the pool or went to a waiter
 * @rejected: puts whose object the reset hook refused
 * @overflowed: puts whose object was dropped because no room was left
 * @discarded: objects given to kpool_discard()
 * @built: objects ever built
 * @destroyed: objects ever torn down
 * @steals: magazines taken from other CPUs to serve a get
 * @depot_gets: gets that the depot served
 * @depot_puts: times that a magazine or an object was handed to the depot, by
 *	puts, and also by prewarming and a fixed pool's worker
 * @victim_gets: gets that brought victims back into use
 * @reserve_gets: gets served from the reserve
 * @gc_cycles: clearing cycles that ran
 * @gc_freed: objects that clearing, draining, trimming and the shrinker tore
 *	down
 * @in_use: objects that users hold
 * @idle: objects that wait in the pool, the sum of the four below
 * @idle_cpu: of these, in the magazines of CPUs
 * @idle_depot: of these, in depots
 * @idle_victim: of these, victims: freed by the next cycle unless used
 * @idle_reserve: of these, in the reserve
 * @object_size: bytes an object
 * @hit_rate_permille: hits of 1000 gets, 0 before the first get
 *
 * In any quiet moment @gets = @hits + @misses, @puts = @kept + @rejected +
 * @overflowed, and @built - @destroyed = @in_use + @idle.
 */
struct kpool_stats {
	u64 gets;
	u64 hits;
	u64 misses;
	u64 build_failures;
	u64 puts;
	u64 kept;
	u64 rejected;
	u64 overflowed;
	u64 discarded;
	u64 built;
	u64 destroyed;
	u64 steals;
	u64 depot_gets;
	u64 depot_puts;
	u64 victim_gets;
	u64 reserve_gets;
	u64 gc_cycles;
	u64 gc_freed;
	u64 in_use;
	u64 idle;
	u64 idle_cpu;
	u64 idle_depot;
	u64 idle_victim;
	u64 idle_reserve;
	u64 object_size;
	u64 hit_rate_permille;
};

/* All that a driver and kpool.ko share of any pool, see KPOOL_LAYOUT_OF(). */
#define KPOOL_OPS_MEMBERS						\
	struct kpool_ops, init, reset, exit, alloc, free, show, release
#define KPOOL_ARGS_MEMBERS						\
	struct kpool_args, ops, ctx, align, flags, reserve, max,	\
	magazine, idle_max, low_water, unused
#define KPOOL_STATS_MEMBERS						\
	struct kpool_stats, gets, hits, misses, build_failures, puts, kept,	\
	rejected, overflowed, discarded, built, destroyed, steals,	\
	depot_gets, depot_puts, victim_gets, reserve_gets, gc_cycles,	\
	gc_freed, in_use, idle, idle_cpu, idle_depot, idle_victim,	\
	idle_reserve, object_size, hit_rate_permille
#define KPOOL_LAYOUT							\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(2166136261U,	\
		KPOOL_OPS_MEMBERS), KPOOL_ARGS_MEMBERS),		\
		KPOOL_STATS_MEMBERS)

struct kpool *__kpool_create(const char *name, size_t size,
			     const struct kpool_args *args,
			     const struct kpool_caller *caller);
struct kpool *__devm_kpool_create(struct device *dev, const char *name,
				  size_t size, const struct kpool_args *args,
				  const struct kpool_caller *caller);

/**
 * kpool_create() - create a pool
 * @name: unique among the pools that exist, printable, without blanks and
 *	slashes, up to %KPOOL_NAME_MAX characters; copied.  "pools", "gc", "."
 *	and ".." are taken: it names a directory of debugfs.
 * @size: bytes an object, up to KMALLOC_MAX_SIZE; with an alloc hook only a
 *	figure for statistics
 * @args: how it is to behave, copied; NULL for defaults
 *
 * Builds the reserve, and the stock of a fixed pool.
 *
 * Context: Process context, may sleep.
 * Return: The pool, or an ERR_PTR():
 *	-EINVAL	no or a bad name, size 0, unknown flags, an alignment that is
 *		no power of two or above PAGE_SIZE, a maximum below the
 *		reserve, or equal to it with %KPOOL_F_FIXED, a magazine above
 *		%KPOOL_MAGAZINE_MAX, a low-water mark without %KPOOL_F_FIXED or
 *		beyond the maximum less the reserve, or only one of the alloc
 *		and free hooks;
 *	-E2BIG	an object larger than KMALLOC_MAX_SIZE;
 *	-EEXIST	the name is taken;
 *	-ENOEXEC	the caller was compiled against headers of another kpool;
 *	-ENOMEM	no memory, or the reserve could not be built.
 */
static inline struct kpool *kpool_create(const char *name, size_t size,
					 const struct kpool_args *args)
{
	return __kpool_create(name, size, args, KPOOL_CALLER(KPOOL_LAYOUT));
}

void kpool_destroy(struct kpool *pool);

/**
 * devm_kpool_create() - create a pool that goes with its device
 * @dev: the device
 * @name: as for kpool_create()
 * @size: as for kpool_create()
 * @args: as for kpool_create()
 *
 * Context: Process context, may sleep.
 * Return: As kpool_create().  The pool is destroyed when @dev is unbound.
 */
static inline struct kpool *
devm_kpool_create(struct device *dev, const char *name, size_t size,
		  const struct kpool_args *args)
{
	return __devm_kpool_create(dev, name, size, args,
				   KPOOL_CALLER(KPOOL_LAYOUT));
}

void *kpool_get(struct kpool *pool, gfp_t gfp);
void *kpool_get_interruptible(struct kpool *pool, gfp_t gfp);
void kpool_put(struct kpool *pool, void *obj);
void kpool_discard(struct kpool *pool, void *obj);
unsigned int kpool_get_bulk(struct kpool *pool, gfp_t gfp, unsigned int n,
			    void **objs);
void kpool_put_bulk(struct kpool *pool, unsigned int n, void **objs);

/**
 * kpool_may_allocate() - may this context call the slab allocator at all
 *
 * For a reset or exit hook that allocates or frees, which may run in any context
 * that its pool is used in.  In an NMI nobody may; nor on PREEMPT_RT with
 * preemption off, whatever the flags are.
 *
 * Context: Any.
 * Return: true if kmalloc() may be called, with a gfp that does not sleep, and
 *	kfree().
 */
static inline bool kpool_may_allocate(void)
{
	if (in_nmi())
		return false;
	return !IS_ENABLED(CONFIG_PREEMPT_RT) || preemptible();
}

int kpool_prewarm(struct kpool *pool, unsigned int n, gfp_t gfp);
unsigned long kpool_gc(struct kpool *pool);
unsigned long kpool_drain(struct kpool *pool);

void __kpool_read_stats(struct kpool *pool, struct kpool_stats *stats,
			const struct kpool_caller *caller);

/**
 * kpool_read_stats() - read a pool's statistics
 * @pool: the pool
 * @stats: filled in
 *
 * Exact when the pool is quiet; otherwise each counter is one that was true at
 * some time during the call.
 *
 * All of them are 0 if the caller was compiled against headers of another kpool.
 *
 * Context: any.
 */
static inline void kpool_read_stats(struct kpool *pool,
				    struct kpool_stats *stats)
{
	*stats = (struct kpool_stats){};
	__kpool_read_stats(pool, stats, KPOOL_CALLER(KPOOL_LAYOUT));
}

#endif /* _LINUX_KPOOL_H */

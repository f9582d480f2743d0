/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpool: a pool of constructed objects for drivers.  An object is built once;
 * afterwards it is handed out, reset when it is put back, and used again.
 *
 * This is the whole interface for drivers.  A pool keeps idle objects in their
 * built state in per-CPU magazines.  When memory is short, it returns unused
 * objects to the system in two steps.  Documentation/ starts from a driver's
 * point of view; kmod/core/ holds the implementation.
 *
 * A pool suits objects that cost more to build than to reset and that are used
 * often and for a short time.  It is the wrong tool for objects that live long
 * (they are not reused), for small ones that need no construction (use
 * kmem_cache), and where only a handful of objects exist.
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

/**
 * define KPOOL_NAME_MAX - maximum length of a pool's name, without the NUL
 */
#define KPOOL_NAME_MAX		47

/**
 * define KPOOL_MAGAZINE_MAX - maximum number of objects per magazine
 */
#define KPOOL_MAGAZINE_MAX	253

/**
 * enum kpool_flags - changes to the default behaviour of a pool
 * @KPOOL_F_DEFER_EXIT: the exit or free hook may sleep.  A worker calls both of
 *	them, later and in process context.  Without this flag neither hook may
 *	sleep, because kpool_put() in an interrupt or the shrinker may call it.
 * @KPOOL_F_FIXED: a get never builds an object.  A worker builds objects ahead
 *	of use and in process context, when the depots hold fewer than
 *	&kpool_args.low_water.  A get that finds no idle object takes one from
 *	the reserve, waits if it may, or fails.  With a reserve in
 *	addition, the stock serves the usual load and the reserve the worst
 *	moment.
 * @KPOOL_F_NUMA_LOCAL: an object that is put on a NUMA node other than the one
 *	of its memory returns to the latter, as long as there is room, and gets
 *	prefer a new object to one from another node.  Each put has to look up
 *	the object's page, so memory from an alloc hook must be in the linear
 *	mapping or come from vmalloc().
 */
enum kpool_flags {
	KPOOL_F_DEFER_EXIT	= 1U << 0,
	KPOOL_F_FIXED		= 1U << 1,
	KPOOL_F_NUMA_LOCAL	= 1U << 2,
};

/**
 * struct kpool_ops - the hooks of a pool, all optional
 * @init: builds a new object and returns 0 or a negative errno.  If it fails,
 *	the get that needed the object takes one from the reserve, waits for one
 *	or, as a last resort, collects those that other CPUs cache; if it finds
 *	none, it fails.  May sleep only if @gfp allows it.
 * @reset: returns an object to the state in which @init left it.  Runs in
 *	kpool_put(), in the caller's context, so that an idle object never
 *	holds a former user's data; it may sleep only if all puts of this pool
 *	come from where that is allowed.  If it returns false, the object is torn
 *	down instead of cached (it grew too big, was closed, or is broken).
 * @exit: tears an object down.  Must not sleep unless the pool has
 *	%KPOOL_F_DEFER_EXIT.
 * @alloc: allocates the memory of an object instead of the slab allocator;
 *	returns NULL on failure.  @node is a NUMA node or %NUMA_NO_NODE.
 *	Requires @free.
 * @free: frees memory from @alloc.  Must not sleep unless the pool has
 *	%KPOOL_F_DEFER_EXIT.
 * @show: prints the driver's own lines "name value" into the file "details" of
 *	the pool's debugfs directory.  Called in process context, at any time
 *	from the start of kpool_create() until kpool_destroy() returns.
 * @release: the last use of @ctx, which it may free.  Called once, in process
 *	context, and may sleep: at the end of kpool_destroy() or, if objects are
 *	still in use by then, by a worker after the last of them was put.  In
 *	the latter case the module must stay loaded until then.  Not called if
 *	kpool_create() fails.
 *
 * A hook may use other pools, with flags that allow what the hook itself may
 * do, but never the pool that it belongs to.
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
 * struct kpool_args - parameters of a pool; zero is a good default for each
 * @ops: the hooks, copied, or NULL.
 * @ctx: passed to every hook.
 * @align: alignment of an object in bytes, a power of two up to PAGE_SIZE; 0
 *	for that of the allocator.  Ignored with an alloc hook.
 * @flags: see &enum kpool_flags.
 * @reserve: number of objects that kpool_create() builds and the pool keeps for
 *	gets that could otherwise not be served.  They are never reclaimed.
 * @max: maximum number of live objects, in use and idle; 0: no limit.  With a
 *	maximum, every CPU reaches all idle objects, and a get and its put use two
 *	atomic operations.
 * @magazine: number of objects per magazine, the unit in which objects move
 *	between CPUs, up to %KPOOL_MAGAZINE_MAX; 0: chosen by object size.
 *	A size that was chosen by object size grows when CPUs contend for a
 *	depot, up to two to six times.  A size that is given here never grows.
 * @idle_max: approximate number of idle objects that the depots may hold, an
 *	equal share in that of each online NUMA node; 0: as many as take 32
 *	MiB, or more on machines with many CPUs.  In a fixed pool it is at least
 *	twice @low_water.  The reserve and a few magazines per CPU are not
 *	counted: two that the CPU works with, and two that a cycle may have
 *	moved to a depot that was at its limit.  An object that is put beyond
 *	that is torn down.
 * @low_water: with %KPOOL_F_FIXED: the number of objects in stock below which
 *	the worker builds more, up to twice as many; 0: the size of a magazine.
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
 * struct kpool_stats - a pool's counters and the number of its objects
 * @gets: objects that were handed out (a bulk get of n counts n)
 * @hits: gets served by an object that existed: idle anywhere in the pool,
 *	from the reserve, or handed over by a put
 * @misses: gets that built an object
 * @build_failures: attempts to build an object that failed
 * @puts: objects given back with kpool_put() and kpool_put_bulk()
 * @kept: puts after which the object stayed in the pool or went to a waiter
 * @rejected: puts whose object the reset hook refused
 * @overflowed: puts whose object was dropped because no room was left
 * @discarded: objects given to kpool_discard()
 * @built: objects built since the pool was created
 * @destroyed: objects torn down since the pool was created
 * @steals: magazines taken from other CPUs to serve a get
 * @depot_gets: gets served by the depot
 * @depot_puts: times that a magazine or an object was handed to the depot by
 *	puts, by prewarming and by a fixed pool's worker
 * @victim_gets: gets that brought victims back into use
 * @reserve_gets: gets served from the reserve
 * @gc_cycles: clearing cycles and drains that ran
 * @gc_freed: objects that clearing, draining, trimming and the shrinker tore
 *	down
 * @in_use: objects held by users
 * @idle: objects idle in the pool, the sum of the next four
 * @idle_cpu: idle objects in the magazines of CPUs
 * @idle_depot: idle objects in depots
 * @idle_victim: idle objects that the next cycle frees unless they are used
 * @idle_reserve: idle objects in the reserve
 * @object_size: size of an object in bytes
 * @hit_rate_permille: hits per 1000 gets, 0 before the first get
 *
 * While the pool is quiet, @gets = @hits + @misses, @puts = @kept + @rejected +
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

/* The members that a driver and kpool.ko share, see KPOOL_LAYOUT_OF(). */
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
 * @name: unique among the existing pools, printable, without blanks and
 *	slashes, up to %KPOOL_NAME_MAX characters; copied.  It names a directory
 *	in debugfs, so "pools", "gc", "." and ".." are not available.
 * @size: size of an object in bytes, up to KMALLOC_MAX_SIZE; with an alloc hook
 *	it is used for statistics only
 * @args: parameters of the pool, copied; NULL for defaults
 *
 * Builds the reserve and, for a fixed pool, the stock.
 *
 * Context: Process context, may sleep.
 * Return:
 * * the pool;
 * * ERR_PTR(%-EINVAL) - @name is missing or invalid, @size is 0, a flag is
 *   unknown, the alignment is no power of two or above PAGE_SIZE, the maximum
 *   is below the reserve, or equal to it with %KPOOL_F_FIXED, the magazine is
 *   above %KPOOL_MAGAZINE_MAX, a low-water mark comes without %KPOOL_F_FIXED or
 *   exceeds the maximum less the reserve, or only one of the alloc and free
 *   hooks is set;
 * * ERR_PTR(%-E2BIG) - an object is larger than KMALLOC_MAX_SIZE;
 * * ERR_PTR(%-EEXIST) - the name is in use;
 * * ERR_PTR(%-ENOEXEC) - the caller was compiled with headers of another kpool;
 * * ERR_PTR(%-ENOMEM) - no memory, or the reserve could not be built.
 */
static inline struct kpool *kpool_create(const char *name, size_t size,
					 const struct kpool_args *args)
{
	return __kpool_create(name, size, args, KPOOL_CALLER(KPOOL_LAYOUT));
}

void kpool_destroy(struct kpool *pool);

/**
 * devm_kpool_create() - create a device-managed pool
 * @dev: the device
 * @name: as for kpool_create()
 * @size: as for kpool_create()
 * @args: as for kpool_create()
 *
 * Context: Process context, may sleep.
 * Return: As kpool_create().  Unbinding @dev destroys the pool.
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
 * kpool_may_allocate() - check if this context may call the slab allocator
 *
 * For a reset or exit hook that allocates or frees, since it may run in any
 * context in which its pool is used.  The slab allocator must not be called in
 * an NMI, nor on PREEMPT_RT with preemption off, whatever the flags are.
 *
 * Context: Any.
 * Return: true if the caller may call kfree(), and kmalloc() with flags that
 *	do not sleep.
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
 * The numbers are exact while the pool is quiet.  Otherwise each counter has a
 * value that was correct at some time during the call.
 *
 * All are 0 if the caller was compiled with headers of another kpool.
 *
 * Context: Any.
 */
static inline void kpool_read_stats(struct kpool *pool,
				    struct kpool_stats *stats)
{
	*stats = (struct kpool_stats){};
	__kpool_read_stats(pool, stats, KPOOL_CALLER(KPOOL_LAYOUT));
}

#endif /* _LINUX_KPOOL_H */

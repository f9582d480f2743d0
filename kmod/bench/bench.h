/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of kpool_bench.ko share.
 *
 *   device.c      the character device: requests, limits, lifetime of a file
 *   objects.c     objects that user space holds
 *   request.c     limits and defaults of a run
 *   engine.c      a run: one bound thread a CPU
 *   result.c      what the threads measured, made into an answer
 *   latency.c     operations one by one, on a schedule
 *   workloads.c   what a batch of operations is
 *   burst.c       the same where many objects are held at once
 *   built.c       the same with objects that have to be built
 *   cross.c       the workload that needs two CPUs
 *   interrupt.c   the workload of which a timer does a half
 *   pools.c       the sources of a run's objects
 *   backend_*.c   where objects come from, and the loops that are measured
 *   kind_*.c      the same for one of the pool family, a workload of its own
 *   builder.h     objects that have to be built
 *   deflate.c     those of the workload compress
 *
 * Calls go from the top of this list to the bottom.
 */
#ifndef _BENCH_H
#define _BENCH_H

#include <linux/completion.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/xarray.h>
#include <linux/kpool_bench.h>
#include <kpool/compat.h>

struct bench_builder;
struct bench_group;
struct bench_run;
struct bench_timer;
struct deflate_page;
struct kpool;

/**
 * struct bench_source - one instance of a backend: what a loop gets from
 * @pool: the backend's own pool or cache, if it has one
 * @size: bytes an object
 *
 * Passed to the loops by value, so that it stays in registers.
 */
struct bench_source {
	void *pool;
	size_t size;
};

/**
 * struct bench_counts - what was asked of the kernel's allocators, and hits
 * @allocs: requests for memory
 * @bytes: bytes that they asked for
 * @gets: gets that were counted
 * @hits: of these, served by an object that was ready
 */
struct bench_counts {
	u64 allocs;
	u64 bytes;
	u64 gets;
	u64 hits;
};

/**
 * struct bench_loops - the measured loops of a backend, see loops.h
 * @pair: get and put, @ops times; the only one that a kind has
 * @atomic: the same without sleeping, where interrupts may do it as well
 * @turns: get and put on each of @nr sources in turn, @turns times
 * @nested: get from three sources and put in reverse order, @ops times
 * @overflow: get @burst objects, put them, @bursts times
 * @fill: get @nr objects
 * @empty: put @nr objects
 * @drop: give up @nr objects, so that others have to be made
 *
 * NULL if it makes no sense on the backend.  All but @empty and @drop return
 * how many of the operations, turns, bursts or objects were completed; less
 * than was asked for means that memory ran out.
 */
struct bench_loops {
	unsigned int (*pair)(struct bench_source source, unsigned int ops);
	unsigned int (*atomic)(struct bench_source source, unsigned int ops);
	unsigned int (*turns)(const struct bench_source *sources,
			      unsigned int nr, unsigned int turns);
	unsigned int (*nested)(const struct bench_source *sources,
			       unsigned int ops);
	unsigned int (*overflow)(struct bench_source source, void **objs,
				 unsigned int burst, unsigned int bursts);
	unsigned int (*fill)(struct bench_source source, void **objs,
			     unsigned int nr);
	void (*empty)(struct bench_source source, void **objs, unsigned int nr);
	void (*drop)(struct bench_source source, void **objs, unsigned int nr);
};

/**
 * struct bench_backend - where objects come from
 * @suffix: of the names of its pools and caches, so that those of another
 *	backend can be kept; or NULL
 * @size_min: it has no smaller objects; 0: no limit
 * @size_max: it has no larger ones; 0: no limit
 * @get_allocates: each get is itself a request to the kernel's allocators
 * @takes_objects: a number of objects is prepared when a source is made
 * @sized_to_use: unless the request says how many, twice as many as are used
 *	at a time
 * @cannot_grow: there are never more objects than those
 * @mean: the cost is the mean of all batches, for a worker builds between some
 * @create: makes a source called @name; @source->size is set
 * @destroy: unmakes it
 * @settle: waits until nothing happens behind the scenes, or NULL
 * @clear: gives memory back that was not used since the last time, or NULL
 * @count: adds what a source has counted since it was made, or NULL
 * @get_built: gets an object that is built, or NULL if memory ran out
 * @put_built: gives it back, to be reset or torn down
 * @loops: what is measured
 *
 * One instance a backend, constant, used by one run at a time.  @get_built and
 * @put_built are NULL if it cannot have objects that were built; called once
 * for many thousand instructions, they need not be part of a loop.
 */
struct bench_backend {
	const char *suffix;
	size_t size_min;
	size_t size_max;
	bool get_allocates;
	bool takes_objects;
	bool sized_to_use;
	bool mean;
	bool cannot_grow;
	int (*create)(const struct bench_run *run, const char *name,
		      struct bench_source *source);
	void (*destroy)(const struct bench_source *source,
			const struct bench_builder *builder);
	void (*settle)(const struct bench_source *source);
	void (*clear)(const struct bench_source *source);
	void (*count)(const struct bench_source *source,
		      struct bench_counts *counts);
	void *(*get_built)(struct bench_source source,
			   const struct bench_builder *builder);
	void (*put_built)(struct bench_source source,
			  const struct bench_builder *builder, void *obj);
	const struct bench_loops *loops;
};

/**
 * struct bench_pools - all sources of a run, the first @nr made
 * @backend: which backend they belong to
 * @builder: how their objects are built, or NULL
 * @made_for: the request that they were made for
 * @nr: how many there are
 * @sources: they
 */
struct bench_pools {
	const struct bench_backend *backend;
	const struct bench_builder *builder;
	struct kpool_bench_run made_for;
	unsigned int nr;
	struct bench_source sources[];
};

/**
 * struct bench_lane - what one CPU does in a run
 * @run: the run
 * @task: its thread, bound to @cpu
 * @cpu: its CPU
 * @index: which lane of the run it is, from 0
 * @group: for cross, what it shares with its partners
 * @timer: for interrupt, what the timer of its CPU does
 * @steps: batches done, warming up included, where the workload counts them
 * @random: for burst, where its random numbers are
 * @objs: room for a burst
 * @page: for compress, what is deflated and where to
 * @samples: nanoseconds of each batch
 * @latencies: how often it took how long, see latency.c, or NULL
 * @latency_max: the longest
 * @ops_done: operations completed, read by others while it grows
 * @started: clock when the first measured batch began
 * @ended: clock when the last one ended
 * @error: 0 or a negative errno
 *
 * Belongs to the thread while it runs and to the engine before and after.
 */
struct bench_lane {
	struct bench_run *run;
	struct task_struct *task;
	unsigned int cpu;
	unsigned int index;
	struct bench_group *group;
	struct bench_timer *timer;
	unsigned int steps;
	u32 random;
	void **objs;
	struct deflate_page *page;
	u64 *samples;
	u32 *latencies;
	u64 latency_max;
	u64 ops_done;
	u64 started;
	u64 ended;
	int error;
};

/**
 * struct bench_workload - what a batch of operations is
 * @name: its name in debugfs
 * @batch: operations in a batch unless the request says so
 * @unit: a batch is a multiple of this; 0: of burst or of pools
 * @burst: objects that are held at a time unless the request says so; 0: a
 *	request must not say so
 * @objects: objects prepared in a pool unless the request says so
 * @warm_up: batches on each lane before anything is measured
 * @pools: sources that it uses, each twice the size of the one before; 0: as
 *	many as the request says, all of one size
 * @gets: objects that an operation gets; 0: 1
 * @most: no more operations in a batch, objects in a burst or objects that are
 *	prepared, because each takes long; 0: the usual limits
 * @mean: the cost is the mean of all batches, for few are like the others
 * @no_latency: there is no operation that could be timed alone
 * @builder: how its objects are built, or NULL
 * @setup: gives the lanes what they need, or NULL
 * @cancel: wakes lanes that wait for each other, or NULL
 * @ops: does @ops operations of a lane, returns how many it could do.  The
 *	clock is read right before and after.
 * @step: in place of @ops: does one batch with a clock of its own; the
 *	nanoseconds it took are added to *@ns.  Returns the operations that this
 *	completed or a negative errno.
 * @after: what a lane does between batches, or NULL; 0 or a negative errno
 * @finish: takes back what @setup gave and what was left lying about, or NULL
 */
struct bench_workload {
	const char *name;
	unsigned int batch;
	unsigned int unit;
	unsigned int burst;
	unsigned int objects;
	unsigned int warm_up;
	unsigned int pools;
	unsigned int gets;
	unsigned int most;
	bool mean;
	bool no_latency;
	const struct bench_builder *builder;
	int (*setup)(struct bench_run *run);
	void (*cancel)(struct bench_run *run);
	unsigned int (*ops)(struct bench_lane *lane, unsigned int ops);
	int (*step)(struct bench_lane *lane, u64 *ns);
	int (*after)(struct bench_lane *lane);
	void (*finish)(struct bench_run *run);
};

/**
 * struct bench_run - a run that is under way
 * @req: the request, checked, with defaults filled in
 * @workload: what is done
 * @backend: with objects from where
 * @pools: the sources of the objects
 * @pattern: for mixed, the sources in the order in which they are used
 * @batches: measured batches on each lane
 * @cancelled: set once, by anybody, to end it early
 * @warming: lanes that still warm up
 * @running: lanes that are not done
 * @start: completed when all are warm
 * @wait: where the engine waits for @warming and @running
 * @nr_lanes: how many of @lanes exist
 * @lanes: one a CPU
 * @samples: those of all lanes, one lane after the other
 * @latencies: the same of their latencies, or NULL
 */
struct bench_run {
	struct kpool_bench_run req;
	const struct bench_workload *workload;
	const struct bench_backend *backend;
	struct bench_pools *pools;
	struct bench_source *pattern;
	unsigned int batches;
	bool cancelled;
	atomic_t warming;
	atomic_t running;
	struct completion start;
	wait_queue_head_t wait;
	unsigned int nr_lanes;
	struct bench_lane *lanes;
	u64 *samples;
	u32 *latencies;
};

static inline bool bench_is_cancelled(const struct bench_run *run)
{
	return READ_ONCE(run->cancelled);
}

/* A workload of its own backends, which know what an object is. */
static inline bool bench_is_kind(unsigned int workload)
{
	return workload >= KPOOL_BENCH_STATE && workload <= KPOOL_BENCH_STATIC;
}

/* An object of its own, which knows its size. */
static inline bool bench_is_state(unsigned int workload)
{
	return workload == KPOOL_BENCH_STATE ||
	       workload == KPOOL_BENCH_STATE_USE;
}

static inline bool bench_is_latency(const struct bench_run *run)
{
	return run->req.flags & KPOOL_BENCH_F_LATENCY;
}

/* What hooks ask of the kernel's allocators while a run is under way. */
DECLARE_PER_CPU(struct bench_counts, bench_hook_counts);

/*
 * Part of what is measured, so not by this_cpu_add(): where that is not one
 * instruction it switches interrupts off, which in User Mode Linux took ten
 * times as long as what it counts.  There an interrupt in the middle may lose
 * what it counted itself, and nothing preempts.
 */
static inline void bench_count_allocs(unsigned int allocs, size_t bytes)
{
	raw_cpu_add(bench_hook_counts.allocs, allocs);
	raw_cpu_add(bench_hook_counts.bytes, bytes);
}

static inline void bench_count_alloc(size_t bytes)
{
	bench_count_allocs(1, bytes);
}

/* objects.c */

/**
 * struct bench_objects - pooled objects in the hands of user space
 * @pool: where they come from, NULL before KPOOL_BENCH_POOL
 * @bounded: the pool has a max
 * @built: serial number of the object built last
 * @next: where to look for a free handle
 * @nr_held: objects in @held
 * @held_max: how many there may be
 * @held: objects by handle
 *
 * The lock of the open file protects it, but for @built.
 */
struct bench_objects {
	struct kpool *pool;
	bool bounded;
	atomic64_t built;
	u32 next;
	u32 nr_held;
	u32 held_max;
	struct xarray held;
};

void bench_objects_init(struct bench_objects *objects);
void bench_objects_release(struct bench_objects *objects);
int bench_objects_create(struct bench_objects *objects, int id,
			 const struct kpool_bench_pool *req);
int bench_objects_get(struct bench_objects *objects,
		      struct kpool_bench_object *req);
int bench_objects_put(struct bench_objects *objects, u32 handle);

/* request.c */
int bench_check_request(struct kpool_bench_run *req);

/* engine.c */
struct bench_run *bench_run_alloc(const struct kpool_bench_run *req, int id,
				  struct bench_pools *pools);
int bench_run_execute(struct bench_run *run);
void bench_run_cancel(struct bench_run *run);
void bench_run_free(struct bench_run *run, struct bench_pools **keep);

/* result.c */
u64 bench_run_ops_done(const struct bench_run *run);
u64 bench_run_ops_total(const struct bench_run *run);
void bench_result(struct bench_run *run, const struct bench_counts *before,
		  const struct bench_counts *after);

/* latency.c */
int bench_latency_prepare(const struct kpool_bench_run *req);
int bench_latency_measure(struct bench_lane *lane);
void bench_latency_result(struct bench_run *run);
int bench_latency_copy(const struct bench_run *run);

/* workloads.c */
extern const struct bench_workload *const
bench_workloads[KPOOL_BENCH_WORKLOADS];
int bench_setup_objs(struct bench_run *run);
void bench_finish_objs(struct bench_run *run);

/* burst.c */
extern const struct bench_workload bench_overflow;
extern const struct bench_workload bench_burst;
extern const struct bench_workload bench_starvation;

/* built.c */
extern const struct bench_workload bench_compress;
extern const struct bench_workload bench_expensive_new;

/* cross.c */
extern const struct bench_workload bench_cross;

/* interrupt.c */
extern const struct bench_workload bench_interrupt;

/* backends.c */
const struct bench_backend *bench_backend_of(unsigned int workload,
					     unsigned int backend);
const char *bench_why_not(unsigned int workload, unsigned int backend);

/* pools.c */
struct bench_pools *bench_pools_create(const struct bench_run *run, int id);
bool bench_pools_fit(const struct bench_pools *pools,
		     const struct kpool_bench_run *req);
void bench_pools_destroy(struct bench_pools *pools);
void bench_pools_settle(const struct bench_pools *pools);
void bench_pools_clear(const struct bench_pools *pools);
void bench_pools_count(const struct bench_pools *pools,
		       struct bench_counts *counts);

/* backend_*.c */
extern const struct bench_backend bench_backend_loop;
extern const struct bench_backend bench_backend_kpool;
extern const struct bench_backend bench_backend_kmem_cache;
extern const struct bench_backend bench_backend_kmalloc;
extern const struct bench_backend bench_backend_mempool;
extern const struct bench_backend bench_backend_objpool;
extern const struct bench_backend bench_backend_none;
extern const struct bench_backend bench_backend_fixed;
extern const struct bench_backend bench_backend_kpool_hooks;
extern const struct bench_backend bench_backend_kpool_fixed;
extern const struct bench_backend bench_backend_kmem_cache_ctor;
extern const struct bench_backend bench_backend_kvmalloc;
extern const struct bench_backend bench_backend_page_pool;
extern const struct bench_backend bench_backend_ptr_ring;
extern const struct bench_backend bench_backend_llist;

/* kind_*.c */
extern const struct bench_backend bench_state_kpool;
extern const struct bench_backend bench_state_none;
extern const struct bench_backend bench_state_fixed;
extern const struct bench_backend bench_state_use_kpool;
extern const struct bench_backend bench_state_use_none;
extern const struct bench_backend bench_state_use_fixed;
extern const struct bench_backend bench_buf_kpool;
extern const struct bench_backend bench_buf_kernel;
extern const struct bench_backend bench_sized_kpool;
extern const struct bench_backend bench_sized_kernel;
extern const struct bench_backend bench_ring_kpool;
extern const struct bench_backend bench_ring_kernel;
extern const struct bench_backend bench_fifo_kpool;
extern const struct bench_backend bench_fifo_kernel;
extern const struct bench_backend bench_compound_kpool;
extern const struct bench_backend bench_compound_kernel;
extern const struct bench_backend bench_work_kpool;
extern const struct bench_backend bench_work_kernel;
extern const struct bench_backend bench_dma_kpool;
extern const struct bench_backend bench_dma_kernel;
extern const struct bench_backend bench_static_kpool;
extern const struct bench_backend bench_static_kernel;
size_t bench_state_size(void);

#endif /* _BENCH_H */

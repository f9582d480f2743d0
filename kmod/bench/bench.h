/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shared declarations of the files of kpool_bench.ko.
 *
 *   device.c      the character device: requests, limits, lifetime of a file
 *   describe.c    what tools have to know about workloads and backends
 *   request.c     limits and defaults of a run
 *   engine.c      a run: one bound thread per CPU
 *   result.c      the result of a run, from what the threads measured
 *   latency.c     operations timed one by one, on a schedule
 *   workloads.c   the workloads: the operations of a batch
 *   burst.c       workloads that hold many objects at once
 *   built.c       workloads with objects that have to be built
 *   cross.c       the workload that needs at least two CPUs
 *   interrupt.c   the workload that runs half in a timer interrupt
 *   pools.c       the sources of a run's objects
 *   backend_*.c   the sources of objects, and the loops that are measured
 *   kind_*.c      the same for one kind of pool, which is a workload of its own
 *   builder.h     objects that have to be built
 *   deflate.c     objects of the workload compress
 *
 * A file calls only those below it in this list.
 */
#ifndef _BENCH_H
#define _BENCH_H

#include <linux/completion.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/kpool_bench.h>
#include <kpool/compat.h>

struct bench_builder;
struct bench_group;
struct bench_run;
struct bench_timer;
struct deflate_page;

/**
 * struct bench_source - a source of objects: one instance of a backend
 * @pool: the backend's own pool or cache, if it has one
 * @size: bytes per object
 *
 * Passed to the loops by value, so that it stays in registers.
 */
struct bench_source {
	void *pool;
	size_t size;
};

/**
 * struct bench_counts - counts of allocations, gets and hits
 * @allocs: requests to the kernel's allocators
 * @bytes: bytes requested
 * @gets: gets that were counted
 * @hits: those of @gets that were served by an object that was ready
 */
struct bench_counts {
	u64 allocs;
	u64 bytes;
	u64 gets;
	u64 hits;
};

/**
 * struct bench_loops - the measured loops of a backend, see loops.h
 * @pair: get and put, @ops times; a kind of pool has no other loop
 * @atomic: the same without sleeping, while interrupts may do the same
 * @turns: get and put on each of @nr sources in turn, @turns times
 * @nested: get from three sources, put in reverse order, @ops times
 * @overflow: get @burst objects, put them, @bursts times
 * @fill: get @nr objects
 * @empty: put @nr objects
 * @drop: drop @nr objects, so that others have to be made
 *
 * A loop is NULL if it makes no sense for the backend.  All loops except @empty
 * and @drop return the number of operations, turns, bursts or objects that were
 * completed; a smaller number than requested means that memory ran out.
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
 * @suffix: suffix of the names of its pools and caches, so that those of
 *	another backend can be kept; or NULL
 * @size_min: size of the smallest objects; 0: no limit
 * @size_max: size of the largest objects; 0: no limit
 * @get_allocates: each get is itself a request to the kernel's allocators
 * @takes_objects: a number of objects is prepared when a source is made
 * @sized_to_use: by default, at least twice as many objects as are in use at a
 *	time are prepared
 * @cannot_grow: there are never more objects than the prepared ones
 * @mean: the cost is the mean of all batches, because a worker builds between
 *	some
 * @create: makes a source called @name; the caller has set @source->size
 * @destroy: destroys a source
 * @settle: waits until no background work is left, or NULL
 * @clear: frees memory that was not used since the previous call, or NULL
 * @count: adds the counts of a source since it was made, or NULL
 * @get_built: returns a built object, or NULL if memory ran out
 * @put_built: puts a built object, which is then reset or torn down
 * @loops: the measured loops
 *
 * There is one constant instance per backend, used by one run at a time.
 * @get_built and @put_built are NULL if the backend cannot keep built objects;
 * they are called only once in many thousand instructions, so they need not be
 * part of a loop.
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
 * struct bench_pools - all sources of a run, of which the first @nr exist
 * @backend: the backend of the sources
 * @builder: how the objects are built, or NULL
 * @made_for: the request that the sources were made for
 * @nr: number of sources
 * @sources: the sources
 */
struct bench_pools {
	const struct bench_backend *backend;
	const struct bench_builder *builder;
	struct kpool_bench_run made_for;
	unsigned int nr;
	struct bench_source sources[];
};

/**
 * struct bench_lane - the part of a run on one CPU
 * @run: the run
 * @task: its thread, bound to @cpu
 * @cpu: its CPU
 * @index: index of the lane in the run, from 0
 * @group: for cross, the state that it shares with its partners
 * @timer: for interrupt, the timer of its CPU
 * @steps: batches done, including warm-up, if the workload counts them
 * @random: for burst, the state of its random numbers
 * @objs: room for a burst
 * @page: for compress, the input and output of deflate
 * @samples: nanoseconds of each batch
 * @latencies: histogram of latencies, see latency.c, or NULL
 * @latency_max: the longest latency
 * @ops_done: operations completed; other tasks read it while it grows
 * @started: time when the first measured batch began
 * @ended: time when the last batch ended
 * @error: 0 or a negative errno
 *
 * A lane belongs to its thread while that runs, and to the engine before and
 * after.
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
 * struct bench_workload - the operations of a batch
 * @name: its name in reports and in debugfs
 * @text: what it does, for people
 * @is_kind: it has backends of its own, in the table of backends.c
 * @stable_ops: operations on each CPU that give a stable result; few enough to
 *	watch
 * @stable_ops_kpool: the same with kpool; 0: @stable_ops
 * @cpus: smallest number of CPUs to measure; 0: only one CPU is worth measuring
 * @cpus_all: all CPUs are worth measuring, but no smaller number
 * @size_shift: its smallest objects are smaller than those of other workloads
 *	by this power of 2
 * @batch: default number of operations in a batch
 * @unit: a batch is a multiple of this; 0: of the burst or of the number of
 *	pools
 * @burst: default number of objects that are held at a time; 0: the request
 *	must not set it
 * @objects: default number of objects prepared in a pool
 * @warm_up: batches on each lane before anything is measured
 * @pools: number of sources, each with objects of twice the size of the
 *	previous one; 0: the number in the request, all of one size
 * @gets: number of objects that an operation gets; 0: 1
 * @most: limit of the operations in a batch, the objects in a burst and the
 *	objects that are prepared, because each takes long; 0: the usual limits
 * @mean: the cost is the mean of all batches, because their costs vary widely
 * @no_latency: no operation could be timed alone
 * @builder: how its objects are built, or NULL
 * @setup: allocates what the lanes need, or NULL
 * @cancel: wakes the lanes that wait for each other, or NULL
 * @ops: does @ops operations of a lane and returns the number that succeeded.
 *	The clock is read right before and after it.
 * @step: in place of @ops: does one batch, times it itself and adds the
 *	nanoseconds to *@ns.  Returns the number of completed operations or a
 *	negative errno.
 * @after: called between the batches of a lane, or NULL; returns 0 or a
 *	negative errno
 * @finish: frees what @setup allocated and everything that was left over, or
 *	NULL
 */
struct bench_workload {
	const char *name;
	const char *text;
	bool is_kind;
	unsigned int stable_ops;
	unsigned int stable_ops_kpool;
	unsigned int cpus;
	bool cpus_all;
	unsigned int size_shift;
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
 * struct bench_run - a run in progress
 * @req: the request, checked, with defaults filled in
 * @workload: the workload
 * @backend: the backend that objects come from
 * @pools: the sources of the objects
 * @pattern: for mixed, the sources in the order in which they are used
 * @batches: number of measured batches on each lane
 * @cancelled: set once, by any task, to end the run early
 * @warming: number of lanes that are still warming up
 * @running: number of lanes that are not done
 * @start: completed when all lanes are warm
 * @wait: wait queue of the engine, for @warming and @running
 * @nr_lanes: number of @lanes that exist
 * @lanes: one per CPU
 * @samples: samples of all lanes, one lane after the other
 * @latencies: latencies of all lanes in the same order, or NULL
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

/* Is it a workload whose objects have a fixed size? */
static inline bool bench_is_state(unsigned int workload)
{
	return workload == KPOOL_BENCH_STATE ||
	       workload == KPOOL_BENCH_STATE_USE;
}

static inline bool bench_is_latency(const struct bench_run *run)
{
	return run->req.flags & KPOOL_BENCH_F_LATENCY;
}

/* Counts of the allocations that hooks make while a run is in progress. */
DECLARE_PER_CPU(struct bench_counts, bench_hook_counts);

/*
 * This is part of what is measured, so it does not use this_cpu_add(): where
 * that is not one instruction it disables interrupts, which in User Mode Linux
 * took ten times as long as what it counts.  There an interrupt in the middle
 * may lose its own count, and nothing preempts.
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

/* describe.c */
void bench_describe_workload(struct kpool_bench_workload_info *info);
void bench_describe_backend(struct kpool_bench_backend_info *info);

/* request.c */
int bench_check_request(struct kpool_bench_run *req);
size_t bench_own_size(unsigned int workload);
u64 bench_largest_size(unsigned int workload);
bool bench_takes_pools(unsigned int workload);
bool bench_has_latency(unsigned int workload);

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

/* Is it a workload with its own backends, which define what an object is? */
static inline bool bench_is_kind(unsigned int workload)
{
	return bench_workloads[workload]->is_kind;
}

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
u32 bench_compared_with(unsigned int workload);

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
extern const struct bench_backend bench_backend_single_use;
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
extern const struct bench_backend bench_state_single_use;
extern const struct bench_backend bench_state_use_kpool;
extern const struct bench_backend bench_state_use_none;
extern const struct bench_backend bench_state_use_single_use;
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

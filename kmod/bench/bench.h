/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of kpool_bench.ko share.
 *
 *   device.c      the character device: requests, limits, lifetime of a file
 *   objects.c     objects that user space holds
 *   request.c     limits and defaults of a run
 *   engine.c      a run: one bound thread a CPU
 *   result.c      what the threads measured, made into an answer
 *   workloads.c   what a batch of operations is, and the clock
 *   cross.c       the workload that needs two CPUs
 *   pools.c       the sources of a run's objects
 *   backend_*.c   where objects come from, and the loops that are measured
 *   kind_*.c      the same for one of the pool family, a workload of its own
 *   deflate.c     the object of the workload compress
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

struct bench_couple;
struct bench_run;
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
 * @pair: get, use and put, @ops times
 * @turns: get and put on each of @nr sources in turn, @turns times
 * @overflow: get @burst objects, put them, @bursts times
 * @fill: get @nr objects
 * @empty: put @nr objects
 * @compress: get a workspace, deflate a page, put it, @ops times; NULL if the
 *	workload makes no sense on the backend
 *
 * A kind has @pair only.  All but @empty return how many of the operations,
 * turns, bursts or objects were completed; less than was asked for means that
 * memory ran out.
 */
struct bench_loops {
	unsigned int (*pair)(struct bench_source source, unsigned int ops);
	unsigned int (*turns)(const struct bench_source *sources,
			      unsigned int nr, unsigned int turns);
	unsigned int (*overflow)(struct bench_source source, void **objs,
				 unsigned int burst, unsigned int bursts);
	unsigned int (*fill)(struct bench_source source, void **objs,
			     unsigned int nr);
	void (*empty)(struct bench_source source, void **objs, unsigned int nr);
	unsigned int (*compress)(struct bench_source source,
				 struct deflate_page *page, unsigned int ops);
};

/**
 * struct bench_backend - where objects come from
 * @get_allocates: each get is itself a request to the kernel's allocators
 * @takes_objects: a number of objects is prepared when a source is made
 * @cannot_grow: there are never more objects than those
 * @create: makes a source called @name; @source->size is set
 * @destroy: unmakes it
 * @settle: waits until nothing happens behind the scenes, or NULL
 * @count: adds what a source has counted since it was made, or NULL
 * @loops: what is measured
 *
 * One instance a backend, constant, used by one run at a time.
 */
struct bench_backend {
	bool get_allocates;
	bool takes_objects;
	bool cannot_grow;
	int (*create)(const struct bench_run *run, const char *name,
		      struct bench_source *source);
	void (*destroy)(const struct bench_source *source, bool compress);
	void (*settle)(const struct bench_source *source);
	void (*count)(const struct bench_source *source,
		      struct bench_counts *counts);
	const struct bench_loops *loops;
};

/**
 * struct bench_pools - all sources of a run, the first @nr made
 * @backend: which backend they belong to
 * @compress: they hold workspaces of deflate.c
 * @nr: how many there are
 * @sources: they
 */
struct bench_pools {
	const struct bench_backend *backend;
	bool compress;
	unsigned int nr;
	struct bench_source sources[];
};

/**
 * struct bench_lane - what one CPU does in a run
 * @run: the run
 * @task: its thread, bound to @cpu
 * @cpu: its CPU
 * @index: which lane of the run it is, from 0
 * @couple: for cross, what it shares with its partner
 * @steps: for cross, batches done, warming up included
 * @objs: room for a burst
 * @page: for compress, what is deflated and where to
 * @samples: nanoseconds of each batch
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
	struct bench_couple *couple;
	unsigned int steps;
	void **objs;
	struct deflate_page *page;
	u64 *samples;
	u64 ops_done;
	u64 started;
	u64 ended;
	int error;
};

/**
 * struct bench_workload - what a batch of operations is
 * @name: its name in debugfs
 * @batch: operations in a batch unless the request says so
 * @objects: objects prepared in a pool unless the request says so
 * @warm_up: batches on each lane before anything is measured
 * @setup: gives the lanes what they need, or NULL
 * @cancel: wakes lanes that wait for each other, or NULL
 * @step: does one batch; the nanoseconds it took are added to *@ns.  Returns
 *	the operations that this completed or a negative errno.
 * @finish: takes back what @setup gave and what was left lying about, or NULL
 */
struct bench_workload {
	const char *name;
	unsigned int batch;
	unsigned int objects;
	unsigned int warm_up;
	int (*setup)(struct bench_run *run);
	void (*cancel)(struct bench_run *run);
	int (*step)(struct bench_lane *lane, u64 *ns);
	void (*finish)(struct bench_run *run);
};

/**
 * struct bench_run - a run that is under way
 * @req: the request, checked, with defaults filled in
 * @workload: what is done
 * @backend: with objects from where
 * @pools: the sources of the objects
 * @batches: measured batches on each lane
 * @cancelled: set once, by anybody, to end it early
 * @warming: lanes that still warm up
 * @running: lanes that are not done
 * @start: completed when all are warm
 * @wait: where the engine waits for @warming and @running
 * @nr_lanes: how many of @lanes exist
 * @lanes: one a CPU
 * @samples: those of all lanes, one lane after the other
 */
struct bench_run {
	struct kpool_bench_run req;
	const struct bench_workload *workload;
	const struct bench_backend *backend;
	struct bench_pools *pools;
	unsigned int batches;
	bool cancelled;
	atomic_t warming;
	atomic_t running;
	struct completion start;
	wait_queue_head_t wait;
	unsigned int nr_lanes;
	struct bench_lane *lanes;
	u64 *samples;
};

static inline bool bench_is_cancelled(const struct bench_run *run)
{
	return READ_ONCE(run->cancelled);
}

/* A workload of its own backends, which know what an object is. */
static inline bool bench_is_kind(unsigned int workload)
{
	return workload >= KPOOL_BENCH_STATE;
}

/* An object of its own, which knows its size. */
static inline bool bench_is_state(unsigned int workload)
{
	return workload == KPOOL_BENCH_STATE ||
	       workload == KPOOL_BENCH_STATE_USE;
}

static inline bool bench_is_compress(const struct bench_run *run)
{
	return run->req.workload == KPOOL_BENCH_COMPRESS;
}

/* What hooks ask of the kernel's allocators while a run is under way. */
DECLARE_PER_CPU(struct bench_counts, bench_hook_counts);

static inline void bench_count_allocs(unsigned int allocs, size_t bytes)
{
	this_cpu_add(bench_hook_counts.allocs, allocs);
	this_cpu_add(bench_hook_counts.bytes, bytes);
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
struct bench_run *bench_run_alloc(const struct kpool_bench_run *req, int id);
int bench_run_execute(struct bench_run *run);
void bench_run_cancel(struct bench_run *run);
u64 bench_run_ops_done(const struct bench_run *run);
u64 bench_run_ops_total(const struct bench_run *run);
void bench_run_free(struct bench_run *run, struct bench_pools **keep);

/* result.c */
void bench_result(struct bench_run *run, const struct bench_counts *before,
		  const struct bench_counts *after);

/* workloads.c */
extern const struct bench_workload *const
bench_workloads[KPOOL_BENCH_WORKLOADS];

/* cross.c */
extern const struct bench_workload bench_cross;

/* pools.c */
const struct bench_backend *bench_backend_of(unsigned int workload,
					     unsigned int backend);
u32 bench_backends_of(unsigned int workload);
struct bench_pools *bench_pools_create(const struct bench_run *run, int id);
void bench_pools_destroy(struct bench_pools *pools);
void bench_pools_settle(const struct bench_pools *pools);
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

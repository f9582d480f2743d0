/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The ioctl interface of /dev/kpool-bench, which compares kpool with what a
 * driver would use instead.
 *
 * The device belongs to root (mode 0600).  Each open file is independent: it
 * may have one running benchmark (KPOOL_BENCH_RUN), and pools that it keeps.
 * Closing the file releases everything that it still holds.
 *
 * Every request can fail with these errors; a refused request changes nothing:
 *
 *   ENOTTY	unknown request, or a structure of a different size (except where
 *		the structure itself states its size)
 *   EFAULT	the structure is not in readable (for results: writable) memory
 *   EINVAL	a meaningless value: an unknown enum or flag, a zero where a
 *		number is needed, a reserved field that is not zero
 *   E2BIG	a value above its limit (KPOOL_BENCH_*_MAX below)
 *   ENOMEM	out of memory
 *
 * Structures need not be aligned.
 */
#ifndef _UAPI_LINUX_KPOOL_BENCH_H
#define _UAPI_LINUX_KPOOL_BENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define KPOOL_BENCH_DEVICE	"/dev/kpool-bench"

/* Grows when a request or a field is added; existing values never change. */
#define KPOOL_BENCH_VERSION	3

/* Limits.  Sizes are in bytes. */
#define KPOOL_BENCH_CPUS_MAX	1024
#define KPOOL_BENCH_SIZE_MIN	16
#define KPOOL_BENCH_SIZE_MAX	0x100000	/* 1 MiB */
#define KPOOL_BENCH_OPS_MAX	1000000000	/* on one CPU */
#define KPOOL_BENCH_BATCH_MAX	8192		/* operations timed as one */
#define KPOOL_BENCH_BATCHES_MAX	262144		/* batches on all CPUs together */
#define KPOOL_BENCH_OBJECTS_MAX	65536		/* prepared in a pool */
#define KPOOL_BENCH_BURST_MAX	4096
#define KPOOL_BENCH_POOLS_MAX	1024
#define KPOOL_BENCH_MEMORY_MAX	0x10000000	/* 256 MiB: a run */
#define KPOOL_BENCH_PRODUCERS_MAX 16		/* per consumer, for cross */
#define KPOOL_BENCH_INTERVAL_MAX 1000000000	/* 1 s, in nanoseconds */
#define KPOOL_BENCH_EXPENSIVE_MAX 1000		/* its batch, objects, burst */

/**
 * enum kpool_bench_workload - how the objects are used
 * @KPOOL_BENCH_PAIR: get an object and put it at once, on one CPU
 * @KPOOL_BENCH_PARALLEL: the same on several CPUs at the same time
 * @KPOOL_BENCH_COMPRESS: get a zlib workspace, deflate a page of 4096 bytes
 *	with it, put it back; takes no object_size
 * @KPOOL_BENCH_OVERFLOW: get a burst of objects, then put them all
 * @KPOOL_BENCH_CROSS: get on one CPU, put on another; the number of CPUs is a
 *	multiple of the size of a group, which is some producers and their
 *	consumer.  A batch of objects is handed over at once, and only gets and
 *	puts are timed, not the handover.  Under %KPOOL_BENCH_F_SHARED_CLOCK
 *	there can be only one group, whose CPUs take turns.
 * @KPOOL_BENCH_STATE: get and put an object of 830 allocations and 184,257
 *	bytes; takes no object_size
 * @KPOOL_BENCH_STATE_USE: the same, with a small script run on the object in
 *	between; takes no object_size
 * @KPOOL_BENCH_BUF: a growable buffer: object_size bytes appended in pieces
 * @KPOOL_BENCH_SIZED: buffers of changing sizes up to object_size
 * @KPOOL_BENCH_RING: get and put one of a fixed number of buffers
 * @KPOOL_BENCH_FIFO: a fifo that carries four pointers
 * @KPOOL_BENCH_COMPOUND: an object of object_size and two children
 * @KPOOL_BENCH_WORK: run a function with some data on a workqueue and wait for
 *	it
 * @KPOOL_BENCH_DMA: a coherent buffer of object_size with its DMA address
 * @KPOOL_BENCH_STATIC: an object of object_size from a pool that is defined
 *	statically, compared with a list and a spinlock
 * @KPOOL_BENCH_STARVATION: get 100 objects, put 67, drop 33: a third must be
 *	built again or taken from other CPUs
 * @KPOOL_BENCH_EXPENSIVE_NEW: get 100 objects that each take a millisecond to
 *	build, put them; unused objects are freed between batches
 * @KPOOL_BENCH_BURST: get a random number of objects, up to burst, then put
 *	them all
 * @KPOOL_BENCH_MIXED: get and put objects of eight sizes, from object_size up
 *	to 128 times that, in a random order that is always the same
 * @KPOOL_BENCH_NESTED: get three objects from three pools, put them in reverse
 *	order
 * @KPOOL_BENCH_INTERRUPT: get and put, half of them in a timer interrupt that
 *	interrupts the other half
 * @KPOOL_BENCH_PAGE: get and put page-sized objects; takes no object_size
 * @KPOOL_BENCH_WORKLOADS: number of workloads
 */
enum kpool_bench_workload {
	KPOOL_BENCH_PAIR,
	KPOOL_BENCH_PARALLEL,
	KPOOL_BENCH_COMPRESS,
	KPOOL_BENCH_OVERFLOW,
	KPOOL_BENCH_CROSS,
	KPOOL_BENCH_STATE,
	KPOOL_BENCH_STATE_USE,
	KPOOL_BENCH_BUF,
	KPOOL_BENCH_SIZED,
	KPOOL_BENCH_RING,
	KPOOL_BENCH_FIFO,
	KPOOL_BENCH_COMPOUND,
	KPOOL_BENCH_WORK,
	KPOOL_BENCH_DMA,
	KPOOL_BENCH_STATIC,
	KPOOL_BENCH_STARVATION,
	KPOOL_BENCH_EXPENSIVE_NEW,
	KPOOL_BENCH_BURST,
	KPOOL_BENCH_MIXED,
	KPOOL_BENCH_NESTED,
	KPOOL_BENCH_INTERRUPT,
	KPOOL_BENCH_PAGE,
	KPOOL_BENCH_WORKLOADS,
};

/**
 * enum kpool_bench_backend - where the objects come from
 * @KPOOL_BENCH_LOOP: no objects: the cost of the measuring loop itself
 * @KPOOL_BENCH_KPOOL: kpool_get() and kpool_put()
 * @KPOOL_BENCH_KMEM_CACHE: kmem_cache_alloc() and kmem_cache_free()
 * @KPOOL_BENCH_KMALLOC: kmalloc() and kfree()
 * @KPOOL_BENCH_MEMPOOL: mempool_alloc() and mempool_free()
 * @KPOOL_BENCH_OBJPOOL: objpool_pop() and objpool_push()
 * @KPOOL_BENCH_NONE: each object is allocated and built for one use, then torn
 *	down
 * @KPOOL_BENCH_SINGLE_USE: objects that are built in advance, used once and torn
 *	down, and that a worker replaces when few are left; a get that finds
 *	none left builds one itself, or for state and state-use waits for the
 *	worker
 * @KPOOL_BENCH_KERNEL: for a workload that measures a kind of pool, what a
 *	driver does without that kind: allocate and free each time, or keep a
 *	list with a lock
 * @KPOOL_BENCH_KPOOL_HOOKS: kpool with a reset hook that clears 64 bytes
 * @KPOOL_BENCH_KPOOL_FIXED: kpool with %KPOOL_F_FIXED
 * @KPOOL_BENCH_KMEM_CACHE_CTOR: kmem_cache with a constructor; users clear 64
 *	bytes before they free an object
 * @KPOOL_BENCH_KVMALLOC: kvmalloc() and kvfree()
 * @KPOOL_BENCH_PAGE_POOL: page_pool_alloc_pages() and page_pool_put_full_page()
 * @KPOOL_BENCH_PTR_RING: a ptr_ring as a freelist, with kmalloc() when it is
 *	empty and kfree() when it is full
 * @KPOOL_BENCH_LLIST: an llist as a freelist, with removals under a spinlock
 *	and kmalloc() when it is empty
 * @KPOOL_BENCH_BACKENDS: number of backends
 */
enum kpool_bench_backend {
	KPOOL_BENCH_LOOP,
	KPOOL_BENCH_KPOOL,
	KPOOL_BENCH_KMEM_CACHE,
	KPOOL_BENCH_KMALLOC,
	KPOOL_BENCH_MEMPOOL,
	KPOOL_BENCH_OBJPOOL,
	KPOOL_BENCH_NONE,
	KPOOL_BENCH_SINGLE_USE,
	KPOOL_BENCH_KERNEL,
	KPOOL_BENCH_KPOOL_HOOKS,
	KPOOL_BENCH_KPOOL_FIXED,
	KPOOL_BENCH_KMEM_CACHE_CTOR,
	KPOOL_BENCH_KVMALLOC,
	KPOOL_BENCH_PAGE_POOL,
	KPOOL_BENCH_PTR_RING,
	KPOOL_BENCH_LLIST,
	KPOOL_BENCH_BACKENDS,
};

/**
 * struct kpool_bench_info - result of KPOOL_BENCH_INFO
 * @version: %KPOOL_BENCH_VERSION of the module
 * @cpus: number of online CPUs
 * @backends: for each workload a bit mask (1 << backend) of the backends that
 *	it can use with this kernel
 * @reserved: zero
 */
struct kpool_bench_info {
	__u32 version;
	__u32 cpus;
	__u32 backends[24];
	__u32 reserved[6];
};

/*
 * The clock counts the instructions of all CPUs together, as in an emulator
 * that derives time from instructions (QEMU's -icount): see cost_ps.
 */
#define KPOOL_BENCH_F_SHARED_CLOCK	0x1

/*
 * Keep the pools of this run, idle objects included, until the file is closed.
 * The file's next run of the same workload that uses the same backend or also
 * has this flag destroys them, unless it takes them over with
 * %KPOOL_BENCH_F_AGAIN.  kpool's pools are called bench<n>-<workload> in
 * debugfs, where <n> tells open files apart and is 0 if there is only one.
 */
#define KPOOL_BENCH_F_KEEP		0x2

/*
 * Measure operations one by one, and start one every interval_ns, whether or
 * not the previous one took long: its latency counts from the moment when it
 * should have started, so that the delay of a late operation is included.  A
 * latency includes one reading of the clock.  The unit that is measured is a
 * batch; unless @batch is larger, that is the smallest batch that the workload
 * allows, such as a burst for overflow and starvation, or a turn through all
 * pools.  Not available for cross, interrupt, burst and expensive-new.
 */
#define KPOOL_BENCH_F_LATENCY		0x4

/*
 * Only with %KPOOL_BENCH_F_KEEP: reuse, as they are, the pools that this file
 * kept from a run of the same backend and workload, if they were made for the
 * same number of CPUs, objects, pools and producers, the same burst and the
 * same object size; otherwise make new ones.
 */
#define KPOOL_BENCH_F_AGAIN		0x8

/*
 * Latencies are counted in buckets.  Bucket b < 32 is b nanoseconds.  Above it
 * there are 16 buckets for each power of two: with e = b / 16 - 1, bucket b
 * begins at (b % 16 + 16) << e and is 1 << e wide.  The last bucket also counts
 * all longer latencies.
 */
#define KPOOL_BENCH_BUCKETS		640

/**
 * struct kpool_bench_run - request and result of KPOOL_BENCH_RUN
 * @workload: &enum kpool_bench_workload
 * @backend: &enum kpool_bench_backend
 * @flags: KPOOL_BENCH_F_*
 * @cpus: number of CPUs to run on; 1 for the workload pair, for cross a
 *	multiple of @producers + 1
 * @object_size: bytes per object; must be 0 for compress, page, state and
 *	state-use, whose objects have a fixed size.  EINVAL: less than 64 for
 *	kpool-hooks and kmem_cache-ctor, whose objects have a header.  E2BIG:
 *	more than 64 KiB for objpool, also for the largest of a workload's
 *	sizes.
 * @ops: operations on each CPU (cross: of each producer), rounded up to whole
 *	batches
 * @batch: operations that are timed as one, rounded up to whole bursts and to
 *	whole turns through all pools; 0: the workload's default.  For
 *	single-use, a batch smaller than @objects hides the cost of restocking.
 * @objects: objects prepared in a pool that has a fixed number or a minimum
 *	(mempool, objpool, single-use), refused for other backends; 0: a default
 * @burst: objects that overflow, burst, starvation and expensive-new get in a
 *	row, refused for other workloads; 0: a default, which is 1000 for burst
 *	and 100 for the others.  For expensive-new, @burst, @batch and @objects
 *	have the lower limit %KPOOL_BENCH_EXPENSIVE_MAX, because a larger batch
 *	would not react to a signal for a long time.
 * @pools: pools that pair and parallel use in turn, for other workloads refused
 *	if not 1; 0: 1
 * @producers: producers in a group of cross, refused for other workloads; 0: 1
 * @pad: must be zero
 * @interval_ns: with %KPOOL_BENCH_F_LATENCY, the time from the start of one
 *	operation to the start of the next, up to %KPOOL_BENCH_INTERVAL_MAX;
 *	otherwise must be 0
 * @histogram: with %KPOOL_BENCH_F_LATENCY, the address of an array of
 *	%KPOOL_BENCH_BUCKETS 64-bit numbers that receives the latencies, or 0;
 *	otherwise must be 0
 * @reserved: must be zero
 * @object_size_used: result: bytes per object, including everything that
 *	belongs to it
 * @ops_done: result: operations on all CPUs
 * @elapsed_ns: result: time from the start of the first operation to the end of
 *	the last
 * @cost_ps: result: time that an operation takes on its CPU, in thousandths of
 *	a nanosecond: the median of all batches, or their mean for
 *	expensive-new, single-use and kpool-fixed, where a few batches bear the
 *	cost of building.  With %KPOOL_BENCH_F_SHARED_CLOCK and several CPUs at once,
 *	where the time of one CPU passes for the others as well: @elapsed_ns
 *	divided by @ops_done.  The measuring loop is included, see
 *	%KPOOL_BENCH_LOOP.
 * @cost_min_ps: result: cost in the fastest batch
 * @cost_mean_ps: result: mean cost in all batches, interrupts included
 * @allocs: result: requests to the kernel's allocators (slab, vmalloc) during
 *	the run, by any code: a get from kmem_cache or kmalloc is one, a get
 *	from a pool is one only if the pool had to allocate
 * @alloc_bytes: result: bytes requested by @allocs
 * @gets: result: gets that the backend counted; 0 if it does not count hits
 * @hits: result: those of @gets that were served by an object that was ready
 * @latency_p50_ns: result: with %KPOOL_BENCH_F_LATENCY, the median latency of
 *	all operations in nanoseconds, to within 1/16; the costs are then 0
 * @latency_p99_ns: result: the 99th percentile
 * @latency_p999_ns: result: the 99.9th percentile
 * @latency_max_ns: result: the longest latency, exact
 * @reserved_result: zero
 *
 * The call lasts as long as the run.  A signal ends it early with EINTR, and so
 * does closing the file in another thread of the same process;
 * KPOOL_BENCH_STATUS on the same file reports its progress.  Each CPU warms up
 * with some batches that are not measured.
 *
 * Further errors:
 *
 *   EBUSY	a run is in progress, on this or another file: two would disturb
 *		each other
 *   EOPNOTSUPP	this kernel lacks the backend, or the backend makes no sense
 *		for the workload (see KPOOL_BENCH_INFO)
 *   ENODEV	a CPU went offline during the run
 *   E2BIG	also: more CPUs than are online
 *   EIO	compress: the deflated data did not inflate to the original page
 */
struct kpool_bench_run {
	__u32 workload;
	__u32 backend;
	__u32 flags;
	__u32 cpus;
	__u64 object_size;
	__u64 ops;
	__u32 batch;
	__u32 objects;
	__u32 burst;
	__u32 pools;
	__u32 producers;
	__u32 pad;
	__u64 interval_ns;
	__u64 histogram;
	__u64 reserved[1];

	__u64 object_size_used;
	__u64 ops_done;
	__u64 elapsed_ns;
	__u64 cost_ps;
	__u64 cost_min_ps;
	__u64 cost_mean_ps;
	__u64 allocs;
	__u64 alloc_bytes;
	__u64 gets;
	__u64 hits;
	__u64 latency_p50_ns;
	__u64 latency_p99_ns;
	__u64 latency_p999_ns;
	__u64 latency_max_ns;
	__u64 reserved_result[2];
};

/* Objects have a fixed size: a run takes no object_size. */
#define KPOOL_BENCH_W_OWN_SIZE	0x1
/* A run may use several pools in turn. */
#define KPOOL_BENCH_W_POOLS	0x2
/* CPUs are divided into producers and a consumer. */
#define KPOOL_BENCH_W_PRODUCERS	0x4
/* Operations can be timed one by one, see %KPOOL_BENCH_F_LATENCY. */
#define KPOOL_BENCH_W_LATENCY	0x8

/**
 * struct kpool_bench_workload_info - request and result of KPOOL_BENCH_WORKLOAD
 * @size: request: size of this structure as the caller knows it; result: size
 *	that the module knows
 * @index: request: &enum kpool_bench_workload
 * @flags: result: KPOOL_BENCH_W_*
 * @backends: result: a bit (1 << backend) for each backend that the workload is
 *	compared with; KPOOL_BENCH_REASON tells which of them this kernel lacks
 * @size_max: result: limit of object_size
 * @size_shift: result: how much smaller, as a power of 2, the objects should be
 *	than those of other workloads, because this workload doubles their size
 *	from pool to pool
 * @burst: result: default burst; 0: the workload takes none
 * @unit: result: operations that are timed as one latency
 * @cpus_low: result: smallest number of CPUs to measure by default
 * @cpus_high: result: largest such number on this machine
 * @cpus_max: result: largest number of CPUs that is worth measuring on any
 *	machine
 * @ops: result: operations on each CPU that give a stable result
 * @ops_kpool: result: the same for the backend kpool
 * @name: result: the name, as a string
 * @text: result: what the workload does, in sentences
 *
 * The structure may grow at its end.  The module writes as much of it as the
 * caller has room for, and fills the rest of a longer structure with zeros.
 * Further errors:
 *
 *   ENOENT	there is no workload of that index; those before it exist
 *   EINVAL	@size is smaller than %KPOOL_BENCH_WORKLOAD_SIZE_VER3
 *   E2BIG	@size is larger than what the module knows, and the memory beyond
 *		that is not zero in the request, or it is larger than a page
 */
struct kpool_bench_workload_info {
	__u32 size;
	__u32 index;
	__u32 flags;
	__u32 backends;
	__u64 size_max;
	__u32 size_shift;
	__u32 burst;
	__u32 unit;
	__u32 cpus_low;
	__u32 cpus_high;
	__u32 cpus_max;
	__u64 ops;
	__u64 ops_kpool;
	char name[24];
	char text[256];
};

#define KPOOL_BENCH_WORKLOAD_SIZE_VER3	344

/**
 * struct kpool_bench_backend_info - request and result of KPOOL_BENCH_BACKEND
 * @size: as in &struct kpool_bench_workload_info
 * @index: request: &enum kpool_bench_backend
 * @name: result: the name, as a string; variants of kpool begin with "kpool"
 * @text: result: where objects come from, as a phrase
 *
 * Grows and fails as &struct kpool_bench_workload_info.
 */
struct kpool_bench_backend_info {
	__u32 size;
	__u32 index;
	char name[24];
	char text[128];
};

#define KPOOL_BENCH_BACKEND_SIZE_VER3	160

/**
 * struct kpool_bench_reason - request and result of KPOOL_BENCH_REASON
 * @workload: &enum kpool_bench_workload
 * @backend: &enum kpool_bench_backend
 * @text: result: why the backend cannot run the workload with this kernel, as a
 *	string; empty if it can
 */
struct kpool_bench_reason {
	__u32 workload;
	__u32 backend;
	char text[120];
};

/**
 * struct kpool_bench_status - result of KPOOL_BENCH_STATUS
 * @running: 1 while KPOOL_BENCH_RUN is in progress on this file, else 0
 * @pad: zero
 * @ops_done: operations that the run has done on all CPUs, 0 if there is none
 * @ops_total: operations that it will do, 0 if there is none
 * @runs: runs that this file has completed without an error
 * @reserved: zero
 */
struct kpool_bench_status {
	__u32 running;
	__u32 pad;
	__u64 ops_done;
	__u64 ops_total;
	__u64 runs;
	__u64 reserved[4];
};

#define KPOOL_BENCH_IOC		0xBF

#define KPOOL_BENCH_INFO	_IOR(KPOOL_BENCH_IOC, 0, struct kpool_bench_info)
#define KPOOL_BENCH_RUN		_IOWR(KPOOL_BENCH_IOC, 1, struct kpool_bench_run)
#define KPOOL_BENCH_STATUS	_IOR(KPOOL_BENCH_IOC, 2, struct kpool_bench_status)
#define KPOOL_BENCH_REASON	_IOWR(KPOOL_BENCH_IOC, 3, struct kpool_bench_reason)

/*
 * Make the pools that this file keeps free the objects that were not used since
 * the previous request, as they do on their own under memory pressure.  Pools
 * of the workloads state to static do so only on their own.  EBUSY: a run is in
 * progress.
 */
#define KPOOL_BENCH_CLEAR	_IO(KPOOL_BENCH_IOC, 4)

/* These state the size of their structure in the structure. */
#define KPOOL_BENCH_WORKLOAD	_IO(KPOOL_BENCH_IOC, 5)
#define KPOOL_BENCH_BACKEND	_IO(KPOOL_BENCH_IOC, 6)

#endif /* _UAPI_LINUX_KPOOL_BENCH_H */

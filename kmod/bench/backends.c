// SPDX-License-Identifier: GPL-2.0
/*
 * Tables of the backends by number, and the reasons why one cannot run a
 * workload.  All data are constant.
 */
#include "bench.h"
#include "deflate.h"

/*
 * NULL here and below: missing in this kernel, or useless, see why_missing().
 */
static const struct bench_backend *const bench_backends[KPOOL_BENCH_BACKENDS] = {
	[KPOOL_BENCH_LOOP] = &bench_backend_loop,
	[KPOOL_BENCH_KPOOL] = &bench_backend_kpool,
	[KPOOL_BENCH_KMEM_CACHE] = &bench_backend_kmem_cache,
	[KPOOL_BENCH_KMALLOC] = &bench_backend_kmalloc,
	[KPOOL_BENCH_MEMPOOL] = &bench_backend_mempool,
#if KPOOL_HAVE_OBJPOOL
	[KPOOL_BENCH_OBJPOOL] = &bench_backend_objpool,
#endif
	[KPOOL_BENCH_NONE] = &bench_backend_none,
	[KPOOL_BENCH_SINGLE_USE] = &bench_backend_single_use,
	[KPOOL_BENCH_KPOOL_HOOKS] = &bench_backend_kpool_hooks,
	[KPOOL_BENCH_KPOOL_FIXED] = &bench_backend_kpool_fixed,
	[KPOOL_BENCH_KMEM_CACHE_CTOR] = &bench_backend_kmem_cache_ctor,
	[KPOOL_BENCH_KVMALLOC] = &bench_backend_kvmalloc,
#ifdef CONFIG_PAGE_POOL
	[KPOOL_BENCH_PAGE_POOL] = &bench_backend_page_pool,
#endif
	[KPOOL_BENCH_PTR_RING] = &bench_backend_ptr_ring,
	[KPOOL_BENCH_LLIST] = &bench_backend_llist,
};

static const struct bench_backend *const
bench_kinds[KPOOL_BENCH_WORKLOADS][KPOOL_BENCH_BACKENDS] = {
	[KPOOL_BENCH_STATE] = {
		[KPOOL_BENCH_KPOOL] = &bench_state_kpool,
		[KPOOL_BENCH_NONE] = &bench_state_none,
		[KPOOL_BENCH_SINGLE_USE] = &bench_state_single_use,
	},
	[KPOOL_BENCH_STATE_USE] = {
		[KPOOL_BENCH_KPOOL] = &bench_state_use_kpool,
		[KPOOL_BENCH_NONE] = &bench_state_use_none,
		[KPOOL_BENCH_SINGLE_USE] = &bench_state_use_single_use,
	},
	[KPOOL_BENCH_BUF] = {
		[KPOOL_BENCH_KPOOL] = &bench_buf_kpool,
		[KPOOL_BENCH_KERNEL] = &bench_buf_kernel,
	},
	[KPOOL_BENCH_SIZED] = {
		[KPOOL_BENCH_KPOOL] = &bench_sized_kpool,
		[KPOOL_BENCH_KERNEL] = &bench_sized_kernel,
	},
	[KPOOL_BENCH_RING] = {
		[KPOOL_BENCH_KPOOL] = &bench_ring_kpool,
		[KPOOL_BENCH_KERNEL] = &bench_ring_kernel,
	},
	[KPOOL_BENCH_FIFO] = {
		[KPOOL_BENCH_KPOOL] = &bench_fifo_kpool,
		[KPOOL_BENCH_KERNEL] = &bench_fifo_kernel,
	},
	[KPOOL_BENCH_COMPOUND] = {
		[KPOOL_BENCH_KPOOL] = &bench_compound_kpool,
		[KPOOL_BENCH_KERNEL] = &bench_compound_kernel,
	},
	[KPOOL_BENCH_WORK] = {
		[KPOOL_BENCH_KPOOL] = &bench_work_kpool,
		[KPOOL_BENCH_KERNEL] = &bench_work_kernel,
	},
#ifdef CONFIG_HAS_DMA
	[KPOOL_BENCH_DMA] = {
		[KPOOL_BENCH_KPOOL] = &bench_dma_kpool,
		[KPOOL_BENCH_KERNEL] = &bench_dma_kernel,
	},
#endif
	[KPOOL_BENCH_STATIC] = {
		[KPOOL_BENCH_KPOOL] = &bench_static_kpool,
		[KPOOL_BENCH_KERNEL] = &bench_static_kernel,
	},
};

/* Return @backend's part for @workload, or NULL if this kernel has none. */
const struct bench_backend *bench_backend_of(unsigned int workload,
					     unsigned int backend)
{
	if (bench_is_kind(workload))
		return bench_kinds[workload][backend];
	return bench_backends[backend];
}

static const char *why_missing(unsigned int workload, unsigned int backend)
{
	if (workload == KPOOL_BENCH_DMA && !IS_ENABLED(CONFIG_HAS_DMA))
		return "this kernel has no DMA";
	if (bench_is_kind(workload))
		return "a kind is compared with what a driver does without it";
	switch (backend) {
	case KPOOL_BENCH_OBJPOOL:
		return "Linux has objpool since 6.7";
	case KPOOL_BENCH_PAGE_POOL:
		return "this kernel was built without CONFIG_PAGE_POOL";
	default:
		return "for the kinds of pool only";
	}
}

/* Why @backend cannot run @workload although this kernel has it. */
static const char *why_unfit(unsigned int workload, unsigned int id,
			     const struct bench_backend *backend)
{
	const struct bench_workload *of = bench_workloads[workload];

	if (of->builder && !DEFLATE_AVAILABLE && workload == KPOOL_BENCH_COMPRESS)
		return "this kernel was built without CONFIG_ZLIB_DEFLATE and INFLATE";
	if (of->builder && !backend->get_built)
		return "it cannot tell an object that is built from memory";
	if (workload == KPOOL_BENCH_INTERRUPT && IS_ENABLED(CONFIG_PREEMPT_RT))
		return "timers are threads in this kernel";
	if (workload == KPOOL_BENCH_INTERRUPT && !backend->loops->atomic)
		return "it is not for hard interrupts";
	if (workload == KPOOL_BENCH_STARVATION && !backend->loops->drop)
		return "it cannot lose an object and get another for it";
	if (id == KPOOL_BENCH_PAGE_POOL && workload != KPOOL_BENCH_PAGE)
		return "it has whole pages, for one CPU only";
	return NULL;
}

/* The backends that @workload is compared with, on any kernel. */
u32 bench_compared_with(unsigned int workload)
{
	if (bench_is_state(workload))
		return 1U << KPOOL_BENCH_KPOOL | 1U << KPOOL_BENCH_NONE |
		       1U << KPOOL_BENCH_SINGLE_USE;
	if (bench_is_kind(workload))
		return 1U << KPOOL_BENCH_KPOOL | 1U << KPOOL_BENCH_KERNEL;
	return ((1U << KPOOL_BENCH_BACKENDS) - 1) & ~(1U << KPOOL_BENCH_KERNEL);
}

/**
 * bench_why_not() - why a backend cannot run a workload
 * @workload: &enum kpool_bench_workload
 * @backend: &enum kpool_bench_backend
 *
 * Return: a text for the user, or NULL if it can with this kernel.
 */
const char *bench_why_not(unsigned int workload, unsigned int backend)
{
	const struct bench_backend *of = bench_backend_of(workload, backend);

	if (!of)
		return why_missing(workload, backend);
	return bench_is_kind(workload) ? NULL : why_unfit(workload, backend, of);
}

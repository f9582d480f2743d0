// SPDX-License-Identifier: GPL-2.0
/*
 * Describe workloads and backends to tools, so that they need no tables of
 * their own.
 */
#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "bench.h"

static const struct {
	const char *name;
	const char *text;
} backends[KPOOL_BENCH_BACKENDS] = {
	[KPOOL_BENCH_LOOP] = {
		"loop",
		"no objects: the measuring loop, which is part of every cost",
	},
	[KPOOL_BENCH_KPOOL] = {
		"kpool",
		"kpool_get() and kpool_put()",
	},
	[KPOOL_BENCH_KMEM_CACHE] = {
		"kmem_cache",
		"a slab cache of its own",
	},
	[KPOOL_BENCH_KMALLOC] = {
		"kmalloc",
		"kmalloc() and kfree(), without construction",
	},
	[KPOOL_BENCH_MEMPOOL] = {
		"mempool",
		"a mempool over a slab cache",
	},
	[KPOOL_BENCH_OBJPOOL] = {
		"objpool",
		"a fixed number of objects in rings, one for each CPU; Linux 6.7 and later",
	},
	[KPOOL_BENCH_NONE] = {
		"none",
		"kzalloc() and kfree() for each use",
	},
	[KPOOL_BENCH_SINGLE_USE] = {
		"single-use",
		"objects that a worker builds in advance, each used once; a get that finds none builds one, or with states waits for it",
	},
	[KPOOL_BENCH_KERNEL] = {
		"kernel",
		"for a kind of pool only: the code of a driver without that kind",
	},
	[KPOOL_BENCH_KPOOL_HOOKS] = {
		"kpool-hooks",
		"kpool with a reset hook that clears 64 bytes",
	},
	[KPOOL_BENCH_KPOOL_FIXED] = {
		"kpool-fixed",
		"kpool with KPOOL_F_FIXED: a worker builds, no get does",
	},
	[KPOOL_BENCH_KMEM_CACHE_CTOR] = {
		"kmem_cache-ctor",
		"a slab cache with a constructor; users clear 64 bytes before a free",
	},
	[KPOOL_BENCH_KVMALLOC] = {
		"kvmalloc",
		"kvmalloc() and kvfree(), without construction",
	},
	[KPOOL_BENCH_PAGE_POOL] = {
		"page_pool",
		"pages of a network driver, for one CPU; only for page, if the kernel has it",
	},
	[KPOOL_BENCH_PTR_RING] = {
		"ptr_ring",
		"a freelist as drivers write them, with kmalloc() if it is empty",
	},
	[KPOOL_BENCH_LLIST] = {
		"llist",
		"the same with an llist",
	},
};

static unsigned int cpus_high(const struct bench_workload *workload,
			      unsigned int most)
{
	if (!workload->cpus)
		return 1;
	return clamp(num_online_cpus(), workload->cpus, most);
}

static u32 flags_of(unsigned int workload)
{
	u32 flags = 0;

	if (bench_own_size(workload))
		flags |= KPOOL_BENCH_W_OWN_SIZE;
	if (bench_takes_pools(workload))
		flags |= KPOOL_BENCH_W_POOLS;
	if (workload == KPOOL_BENCH_CROSS)
		flags |= KPOOL_BENCH_W_PRODUCERS;
	if (bench_has_latency(workload))
		flags |= KPOOL_BENCH_W_LATENCY;
	return flags;
}

static unsigned int cpus_max(unsigned int workload)
{
	if (!bench_workloads[workload]->cpus)
		return 1;
	return workload == KPOOL_BENCH_CROSS ? KPOOL_BENCH_PRODUCERS_MAX + 1 :
					       KPOOL_BENCH_CPUS_MAX;
}

/* @info->index must be that of a workload; the rest of @info is filled in. */
void bench_describe_workload(struct kpool_bench_workload_info *info)
{
	unsigned int index = info->index;
	const struct bench_workload *of = bench_workloads[index];

	BUILD_BUG_ON(sizeof(*info) < KPOOL_BENCH_WORKLOAD_SIZE_VER3);
	info->flags = flags_of(index);
	info->backends = bench_compared_with(index);
	info->size_max = bench_largest_size(index);
	info->size_shift = of->size_shift;
	info->burst = of->burst;
	info->unit = of->unit ?: of->burst ?: 1;
	info->cpus_max = cpus_max(index);
	info->cpus_high = cpus_high(of, info->cpus_max);
	info->cpus_low = of->cpus_all ? info->cpus_high : of->cpus ?: 1;
	info->ops = of->stable_ops;
	info->ops_kpool = of->stable_ops_kpool ?: of->stable_ops;
	strscpy_pad(info->name, of->name, sizeof(info->name));
	strscpy_pad(info->text, of->text, sizeof(info->text));
}

/* The same for a backend. */
void bench_describe_backend(struct kpool_bench_backend_info *info)
{
	BUILD_BUG_ON(sizeof(*info) < KPOOL_BENCH_BACKEND_SIZE_VER3);
	strscpy_pad(info->name, backends[info->index].name, sizeof(info->name));
	strscpy_pad(info->text, backends[info->index].text, sizeof(info->text));
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Create, count and destroy the sources that a run takes its objects from.  The
 * open file owns them; its lock protects them.
 */
#include <linux/overflow.h>
#include "bench.h"
#include "builder.h"

DEFINE_PER_CPU(struct bench_counts, bench_hook_counts);

/*
 * bench0-pair, or with several pools bench0-parallel.0, .1, ...; plus the
 * backend's suffix.
 */
static void pools_name(const struct bench_run *run, int id, unsigned int index,
		       char *name, size_t size)
{
	const char *suffix = run->backend->suffix ?: "";

	if (run->req.pools > 1)
		snprintf(name, size, "bench%d-%s.%u%s", id, run->workload->name,
			 index, suffix);
	else
		snprintf(name, size, "bench%d-%s%s", id, run->workload->name,
			 suffix);
}

/* Size of the backend's objects, without what the builder adds. */
static size_t source_size(const struct bench_run *run, unsigned int index)
{
	const struct bench_builder *builder = run->workload->builder;

	if (builder && builder->size)
		return builder->size;
	return run->req.object_size << (run->workload->pools ? index : 0);
}

void bench_pools_destroy(struct bench_pools *pools)
{
	if (!pools)
		return;
	while (pools->nr) {
		pools->nr--;
		if (pools->backend->destroy)
			pools->backend->destroy(&pools->sources[pools->nr],
						pools->builder);
	}
	kvfree(pools);
}

/**
 * bench_pools_create() - make the sources of a run
 * @run: the run, whose lanes exist
 * @id: number of the open file, which is a part of the names
 *
 * Return: the sources, or an ERR_PTR.
 */
struct bench_pools *bench_pools_create(const struct bench_run *run, int id)
{
	const struct bench_backend *backend = run->backend;
	struct bench_pools *pools;

	pools = kvzalloc(struct_size(pools, sources, run->req.pools),
			 GFP_KERNEL);
	if (!pools)
		return ERR_PTR(-ENOMEM);
	pools->backend = backend;
	pools->builder = run->workload->builder;
	pools->made_for = run->req;
	while (pools->nr < run->req.pools) {
		struct bench_source *source = &pools->sources[pools->nr];
		char name[48];
		int ret = 0;

		source->size = source_size(run, pools->nr);
		pools_name(run, id, pools->nr, name, sizeof(name));
		if (backend->create)
			ret = backend->create(run, name, source);
		if (ret) {
			bench_pools_destroy(pools);
			return ERR_PTR(ret);
		}
		pools->nr++;
		cond_resched();
	}
	return pools;
}

/**
 * bench_pools_fit() - check whether a run can reuse existing pools
 * @pools: the pools of an earlier run
 * @req: the checked request for a run of the same workload
 *
 * Return: true if new pools would be made in the same way.
 */
bool bench_pools_fit(const struct bench_pools *pools,
		     const struct kpool_bench_run *req)
{
	const struct kpool_bench_run *made_for = &pools->made_for;

	return made_for->backend == req->backend &&
	       made_for->cpus == req->cpus &&
	       made_for->object_size == req->object_size &&
	       made_for->objects == req->objects &&
	       made_for->burst == req->burst &&
	       made_for->pools == req->pools &&
	       made_for->producers == req->producers;
}

void bench_pools_settle(const struct bench_pools *pools)
{
	unsigned int i;

	if (!pools->backend->settle)
		return;
	for (i = 0; i < pools->nr; i++)
		pools->backend->settle(&pools->sources[i]);
}

/* Make all sources free what was not used since the previous call. */
void bench_pools_clear(const struct bench_pools *pools)
{
	unsigned int i;

	for (i = 0; i < pools->nr && pools->backend->clear; i++)
		pools->backend->clear(&pools->sources[i]);
}

/* Add up all counts so far; a caller uses the difference between two calls. */
void bench_pools_count(const struct bench_pools *pools,
		       struct bench_counts *counts)
{
	unsigned int i;
	int cpu;

	memset(counts, 0, sizeof(*counts));
	for_each_possible_cpu(cpu) {
		const struct bench_counts *hooks;

		hooks = per_cpu_ptr(&bench_hook_counts, cpu);
		counts->allocs += READ_ONCE(hooks->allocs);
		counts->bytes += READ_ONCE(hooks->bytes);
	}
	if (!pools->backend->count)
		return;
	for (i = 0; i < pools->nr; i++)
		pools->backend->count(&pools->sources[i], counts);
}

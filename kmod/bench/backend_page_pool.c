// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "page_pool", which network drivers take pages from: whole pages,
 * without DMA mapping.  A page_pool belongs to one NAPI context, so a run uses
 * one CPU, and the loop runs with softirqs disabled, as in that context.
 */
#include <linux/bottom_half.h>
#include "loops.h"

#ifdef CONFIG_PAGE_POOL

#include <linux/mm.h>
#if KPOOL_HAVE_PAGE_POOL_HELPERS
#include <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif

static __always_inline void *page_source_get(struct bench_source source,
					     gfp_t gfp)
{
	return page_pool_alloc_pages(source.pool, gfp);
}

/* Put as from the NAPI context that the pool belongs to. */
static __always_inline void page_source_put(struct bench_source source,
					    void *page)
{
	page_pool_put_full_page(source.pool, page, true);
}

static unsigned int page_pair(struct bench_source source, unsigned int ops)
{
	unsigned int done;

	local_bh_disable();
	done = bench_loop_pair(source, ops, GFP_ATOMIC | __GFP_NOWARN,
			       page_source_get, page_source_put);
	local_bh_enable();
	return done;
}

static const struct bench_loops page_loops = {
	.pair = page_pair,
};

static int page_source_create(const struct bench_run *run, const char *name,
			      struct bench_source *source)
{
	const struct page_pool_params params = {
		.pool_size = run->req.objects,
		.nid = NUMA_NO_NODE,
	};
	struct page_pool *pool = page_pool_create(&params);

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	source->pool = pool;
	return 0;
}

static void page_source_destroy(const struct bench_source *source,
				const struct bench_builder *builder)
{
	page_pool_destroy(source->pool);
}

const struct bench_backend bench_backend_page_pool = {
	.takes_objects = true,
	.create = page_source_create,
	.destroy = page_source_destroy,
	.loops = &page_loops,
};

#endif /* CONFIG_PAGE_POOL */

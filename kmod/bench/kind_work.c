// SPDX-License-Identifier: GPL-2.0
/*
 * The workload "work".  One operation has a workqueue call a function with 64
 * bytes of data, and waits for its result.  It is compared with what a driver
 * does without a pool: a work item that is allocated, cleared, filled in, and
 * freed after the wait.  Both use the system's unbound workqueue.  object_size
 * does not matter.
 */
#include <linux/completion.h>
#include <linux/kpool.h>
#include <linux/kpool_work.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include "loops.h"

#define WORK_BYTES	64

static const u8 work_data[WORK_BYTES] = { 1 };

static int work_first_byte(void *data, size_t len)
{
	return *(u8 *)data;
}

static __always_inline bool work_kpool_operation(struct bench_source source)
{
	return kpool_works_submit_wait(source.pool, work_first_byte, work_data,
				       sizeof(work_data), GFP_KERNEL) == 1;
}

BENCH_DEFINE_KIND_LOOPS(work_kpool, work_kpool_operation);

static int work_kpool_create(const struct bench_run *run, const char *name,
			     struct bench_source *source)
{
	struct kpool_works *works = kpool_works_create(name, NULL, WORK_BYTES,
						       NULL);

	if (IS_ERR(works))
		return PTR_ERR(works);
	source->pool = works;
	return 0;
}

static void work_kpool_destroy(const struct bench_source *source,
			       const struct bench_builder *builder)
{
	kpool_works_destroy(source->pool);
}

static void work_kpool_count(const struct bench_source *source,
			     struct bench_counts *counts)
{
	struct kpool_stats stats;

	kpool_read_stats(kpool_works_pool(source->pool), &stats);
	counts->allocs += stats.built;
	counts->bytes += stats.built * stats.object_size;
	counts->gets += stats.gets;
	counts->hits += stats.hits;
}

const struct bench_backend bench_work_kpool = {
	.create = work_kpool_create,
	.destroy = work_kpool_destroy,
	.count = work_kpool_count,
	.loops = &work_kpool_loops,
};

struct work_item {
	struct work_struct work;
	struct completion done;
	int result;
	u8 data[WORK_BYTES];
};

static void work_item_run(struct work_struct *work)
{
	struct work_item *item = container_of(work, struct work_item, work);

	item->result = work_first_byte(item->data, sizeof(item->data));
	complete(&item->done);
}

static __always_inline bool work_kernel_operation(struct bench_source source)
{
	struct work_item *item = kzalloc_obj(*item, GFP_KERNEL);
	bool right;

	if (!item)
		return false;
	bench_count_alloc(sizeof(*item));
	INIT_WORK(&item->work, work_item_run);
	init_completion(&item->done);
	memcpy(item->data, work_data, sizeof(item->data));
	queue_work(system_dfl_wq, &item->work);
	wait_for_completion(&item->done);
	right = item->result == 1;
	kfree(item);
	return right;
}

BENCH_DEFINE_KIND_LOOPS(work_kernel, work_kernel_operation);

const struct bench_backend bench_work_kernel = {
	.loops = &work_kernel_loops,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * Check requests from user space and fill in defaults.  A checked request is
 * within all limits of <linux/kpool_bench.h>, so the numbers in it can be
 * multiplied without overflow.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "bench.h"
#include "builder.h"
#include "deflate.h"

#define BENCH_FLAGS	(KPOOL_BENCH_F_SHARED_CLOCK | KPOOL_BENCH_F_KEEP | \
			 KPOOL_BENCH_F_LATENCY | KPOOL_BENCH_F_AGAIN)

/* KPOOL_BENCH_F_AGAIN requires KPOOL_BENCH_F_KEEP. */
static bool check_again(const struct kpool_bench_run *req)
{
	return !(req->flags & KPOOL_BENCH_F_AGAIN) ||
	       req->flags & KPOOL_BENCH_F_KEEP;
}

static int check_kind(const struct kpool_bench_run *req)
{
	if (req->workload >= KPOOL_BENCH_WORKLOADS ||
	    req->backend >= KPOOL_BENCH_BACKENDS ||
	    req->flags & ~BENCH_FLAGS || req->pad || !check_again(req) ||
	    memchr_inv(req->reserved, 0, sizeof(req->reserved)))
		return -EINVAL;
	return bench_why_not(req->workload, req->backend) ? -EOPNOTSUPP : 0;
}

/* Can operations be timed one by one? */
bool bench_has_latency(unsigned int workload)
{
	return !bench_workloads[workload]->step &&
	       !bench_workloads[workload]->no_latency;
}

static int check_latency(const struct kpool_bench_run *req)
{
	if (!(req->flags & KPOOL_BENCH_F_LATENCY))
		return req->interval_ns || req->histogram ? -EINVAL : 0;
	if (!bench_has_latency(req->workload) || !req->interval_ns)
		return -EINVAL;
	return req->interval_ns > KPOOL_BENCH_INTERVAL_MAX ? -E2BIG : 0;
}

static int check_producers(struct kpool_bench_run *req)
{
	if (req->workload != KPOOL_BENCH_CROSS)
		return req->producers ? -EINVAL : 0;
	if (req->producers > KPOOL_BENCH_PRODUCERS_MAX)
		return -E2BIG;
	if (!req->producers)
		req->producers = 1;
	return 0;
}

/* Requires @req->producers.  Groups cannot take turns with each other. */
static int check_groups(const struct kpool_bench_run *req)
{
	unsigned int group = req->producers + 1;

	if (req->cpus % group)
		return -EINVAL;
	if (req->flags & KPOOL_BENCH_F_SHARED_CLOCK && req->cpus > group)
		return -EINVAL;
	return 0;
}

static int check_cpus(const struct kpool_bench_run *req)
{
	if (!req->cpus)
		return -EINVAL;
	if (req->cpus > KPOOL_BENCH_CPUS_MAX || req->cpus > num_online_cpus())
		return -E2BIG;

	switch (req->workload) {
	case KPOOL_BENCH_PAIR:
	case KPOOL_BENCH_PAGE:
		return req->cpus == 1 ? 0 : -EINVAL;
	case KPOOL_BENCH_CROSS:
		return check_groups(req);
	default:
		return 0;
	}
}

/* The size of objects that have a fixed size, or 0. */
size_t bench_own_size(unsigned int workload)
{
	if (workload == KPOOL_BENCH_COMPRESS)
		return deflate_object_size();
	if (workload == KPOOL_BENCH_PAGE)
		return PAGE_SIZE;
	return bench_is_state(workload) ? bench_state_size() : 0;
}

/* The object size doubles from one of a workload's own pools to the next. */
u64 bench_largest_size(unsigned int workload)
{
	unsigned int pools = bench_workloads[workload]->pools;

	return KPOOL_BENCH_SIZE_MAX >> (pools ? pools - 1 : 0);
}

/* The mean of several sizes, or their sum if an operation gets one of each. */
static u64 size_used(const struct kpool_bench_run *req)
{
	const struct bench_workload *workload = bench_workloads[req->workload];
	u64 sum;

	if (!workload->pools)
		return req->object_size;
	sum = req->object_size * ((1ULL << workload->pools) - 1);
	return workload->gets > 1 ? sum : div_u64(sum, workload->pools);
}

/* Check the sizes of all sources, from the smallest to the largest. */
static int check_backend_size(const struct kpool_bench_run *req)
{
	const struct bench_workload *workload = bench_workloads[req->workload];
	const struct bench_backend *backend =
		bench_backend_of(req->workload, req->backend);
	u64 most = req->object_size;

	if (workload->builder && workload->builder->size)
		return 0;
	if (workload->pools)
		most <<= workload->pools - 1;
	if (req->object_size < backend->size_min)
		return -EINVAL;
	return backend->size_max && most > backend->size_max ? -E2BIG : 0;
}

static int check_size(struct kpool_bench_run *req)
{
	size_t own = bench_own_size(req->workload);

	if (own) {
		if (req->object_size)
			return -EINVAL;
		req->object_size = own;
	} else {
		if (req->object_size < KPOOL_BENCH_SIZE_MIN)
			return -EINVAL;
		if (req->object_size > bench_largest_size(req->workload))
			return -E2BIG;
	}
	req->object_size_used = size_used(req);
	return check_backend_size(req);
}

/* The usual upper limit, or a lower one that the workload has. */
static u32 limit_of(const struct kpool_bench_run *req, u32 usual)
{
	return bench_workloads[req->workload]->most ?: usual;
}

static int check_burst(struct kpool_bench_run *req)
{
	unsigned int burst = bench_workloads[req->workload]->burst;

	if (!burst)
		return req->burst ? -EINVAL : 0;
	if (req->burst > limit_of(req, KPOOL_BENCH_BURST_MAX))
		return -E2BIG;
	if (!req->burst)
		req->burst = burst;
	return 0;
}

/* May a run use several pools in turn? */
bool bench_takes_pools(unsigned int workload)
{
	return workload == KPOOL_BENCH_PAIR ||
	       workload == KPOOL_BENCH_PARALLEL;
}

static int check_pools(struct kpool_bench_run *req)
{
	unsigned int own = bench_workloads[req->workload]->pools;

	if (own) {
		if (req->pools && req->pools != own)
			return -EINVAL;
		req->pools = own;
		return 0;
	}
	if (req->pools > KPOOL_BENCH_POOLS_MAX)
		return -E2BIG;
	if (!req->pools)
		req->pools = 1;
	if (req->pools > 1 && !bench_takes_pools(req->workload))
		return -EINVAL;
	return 0;
}

/* The number that a batch must be a multiple of. */
static u32 batch_unit(const struct kpool_bench_run *req)
{
	const struct bench_workload *workload = bench_workloads[req->workload];

	if (workload->unit)
		return workload->unit;
	if (req->burst)
		return req->burst;
	return workload->pools ? 1 : req->pools;
}

/* A default batch grows until there are few enough batches. */
static int check_ops(struct kpool_bench_run *req)
{
	bool latency = req->flags & KPOOL_BENCH_F_LATENCY;
	u64 batches;
	u32 batch = req->batch;

	if (!req->ops)
		return -EINVAL;
	if (req->ops > KPOOL_BENCH_OPS_MAX ||
	    batch > limit_of(req, KPOOL_BENCH_BATCH_MAX))
		return -E2BIG;
	if (!batch && !latency) {
		batches = KPOOL_BENCH_BATCHES_MAX / req->cpus;
		batch = bench_workloads[req->workload]->batch;
		batch = max_t(u64, batch, DIV_ROUND_UP_ULL(req->ops, batches));
		if (batch > KPOOL_BENCH_BATCH_MAX)
			return -E2BIG;
	}
	batch = roundup(max(batch, 1U), batch_unit(req));
	batches = DIV_ROUND_UP_ULL(req->ops, batch);
	/* Latencies need no memory each, but are counted in 32 bits. */
	if (batches * req->cpus > (latency ? U32_MAX : KPOOL_BENCH_BATCHES_MAX))
		return -E2BIG;
	req->batch = batch;
	req->ops = batches * batch;
	return 0;
}

/* The number of objects of a pool that are in use at the same time. */
static u64 objects_in_use(const struct kpool_bench_run *req)
{
	unsigned int consumers;
	u64 cpus = req->cpus;

	switch (req->workload) {
	case KPOOL_BENCH_CROSS:
		/* Each producer has two batches of objects in transit. */
		consumers = req->cpus / (req->producers + 1);
		return 2 * (cpus - consumers) * req->batch;
	case KPOOL_BENCH_INTERRUPT:
		return 2 * cpus;
	default:
		return cpus * max(req->burst, 1U);
	}
}

/* Requires @req->batch and @req->burst. */
static int check_objects(struct kpool_bench_run *req)
{
	const struct bench_backend *backend =
		bench_backend_of(req->workload, req->backend);
	u64 in_use = objects_in_use(req);
	u64 objects = req->objects;

	if (objects > limit_of(req, KPOOL_BENCH_OBJECTS_MAX))
		return -E2BIG;
	if (!backend->takes_objects && objects)
		return -EINVAL;
	if (backend->cannot_grow && objects && objects < in_use)
		return -EINVAL;
	if (backend->takes_objects && !objects)
		objects = bench_workloads[req->workload]->objects;
	if (backend->sized_to_use && !req->objects)
		objects = max(objects, 2 * in_use);
	if ((objects + in_use) * req->pools * req->object_size_used >
	    KPOOL_BENCH_MEMORY_MAX)
		return -E2BIG;
	req->objects = objects;
	return 0;
}

/**
 * bench_check_request() - check a request and fill in its defaults
 * @req: the request; the members of the result are cleared
 *
 * Return: 0 or the error of KPOOL_BENCH_RUN.
 */
int bench_check_request(struct kpool_bench_run *req)
{
	int ret;

	memset_startat(req, 0, object_size_used);
	ret = check_kind(req);
	if (!ret)
		ret = check_latency(req);
	if (!ret)
		ret = check_producers(req);
	if (!ret)
		ret = check_cpus(req);
	if (!ret)
		ret = check_size(req);
	if (!ret)
		ret = check_burst(req);
	if (!ret)
		ret = check_pools(req);
	if (!ret)
		ret = check_ops(req);
	if (!ret)
		ret = check_objects(req);
	return ret;
}

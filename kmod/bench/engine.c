// SPDX-License-Identifier: GPL-2.0
/*
 * One run: a thread on each measured CPU, called a lane.  All lanes warm up,
 * wait for each other, and do their batches; between batches a lane lets other
 * tasks run and checks whether it must stop.
 *
 * The lanes belong to their threads from wake_up_process() to kthread_stop(),
 * and to the task that issued KPOOL_BENCH_RUN before and after.  Any task may
 * set @cancelled at any time, see bench_run_cancel().
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/timekeeping.h>
#include "bench.h"

/*
 * Do and time one batch.  Return the completed operations or a negative errno.
 */
static int lane_batch(struct bench_lane *lane, u64 *ns)
{
	const struct bench_workload *workload = lane->run->workload;
	unsigned int batch = lane->run->req.batch;
	unsigned int done;
	u64 before;

	if (workload->step)
		return workload->step(lane, ns);
	before = ktime_get_ns();
	done = workload->ops(lane, batch);
	*ns += ktime_get_ns() - before;
	return done == batch ? done : -ENOMEM;
}

/* A bound thread runs on another CPU only if its own went offline. */
static bool lane_is_bound(const struct bench_lane *lane)
{
	return raw_smp_processor_id() == lane->cpu;
}

static int lane_step(struct bench_lane *lane, u64 *ns)
{
	const struct bench_workload *workload = lane->run->workload;
	int done;
	int ret;

	if (bench_is_cancelled(lane->run))
		return -EINTR;
	done = lane_batch(lane, ns);
	if (done < 0)
		return done;
	ret = workload->after ? workload->after(lane) : 0;
	if (ret)
		return ret;
	if (!lane_is_bound(lane))
		return -ENODEV;
	cond_resched();
	return done;
}

static int lane_warm_up(struct bench_lane *lane)
{
	unsigned int i;
	int ret = 0;
	u64 ns;

	for (i = 0; i < lane->run->workload->warm_up && ret >= 0; i++)
		ret = lane_step(lane, &ns);
	return ret < 0 ? ret : 0;
}

static int lane_measure_batches(struct bench_lane *lane)
{
	unsigned int i;
	int ret = 0;

	lane->started = ktime_get_ns();
	for (i = 0; i < lane->run->batches && ret >= 0; i++) {
		ret = lane_step(lane, &lane->samples[i]);
		if (ret >= 0)
			WRITE_ONCE(lane->ops_done, lane->ops_done + ret);
	}
	lane->ended = ktime_get_ns();
	return ret < 0 ? ret : 0;
}

static int lane_measure(struct bench_lane *lane)
{
	int ret;

	if (bench_is_latency(lane->run))
		ret = bench_latency_measure(lane);
	else
		ret = lane_measure_batches(lane);
	if (!ret && !lane_is_bound(lane))
		return -ENODEV;
	return ret;
}

/*
 * Other lanes may wait for this one, so an error ends the run for all of them.
 */
static void lane_failed(struct bench_lane *lane, int error)
{
	lane->error = error;
	bench_run_cancel(lane->run);
}

static int lane_thread(void *data)
{
	struct bench_lane *lane = data;
	struct bench_run *run = lane->run;
	int ret;

	ret = lane_warm_up(lane);
	if (ret)
		lane_failed(lane, ret);
	if (atomic_dec_and_test(&run->warming))
		wake_up(&run->wait);

	wait_for_completion(&run->start);
	if (!ret) {
		ret = lane_measure(lane);
		if (ret)
			lane_failed(lane, ret);
	}
	if (atomic_dec_and_test(&run->running))
		wake_up(&run->wait);
	return 0;
}

/* A thread that was never woken ends here without having run. */
static void lanes_stop(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++) {
		struct bench_lane *lane = &run->lanes[i];

		if (!lane->task)
			continue;
		kthread_stop(lane->task);
		put_task_struct(lane->task);
		lane->task = NULL;
	}
}

static int lanes_create(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < run->nr_lanes; i++) {
		struct bench_lane *lane = &run->lanes[i];
		struct task_struct *task;

		task = kthread_create_on_node(lane_thread, lane,
					      cpu_to_node(lane->cpu),
					      "kpool-bench/%u", lane->cpu);
		if (IS_ERR(task)) {
			lanes_stop(run);
			return PTR_ERR(task);
		}
		kthread_bind(task, lane->cpu);
		/* The thread may end by itself before lanes_stop(). */
		lane->task = get_task_struct(task);
	}
	return 0;
}

static int lanes_start(struct bench_run *run)
{
	unsigned int i;
	int ret = lanes_create(run);

	if (ret)
		return ret;
	for (i = 0; i < run->nr_lanes; i++)
		wake_up_process(run->lanes[i].task);
	return 0;
}

/* Wait until @count is 0.  A signal cancels the run, after which it soon is. */
static void lanes_wait(struct bench_run *run, atomic_t *count)
{
	if (!wait_event_interruptible(run->wait, !atomic_read(count)))
		return;
	bench_run_cancel(run);
	wait_event(run->wait, !atomic_read(count));
}

/* Prefer the error that ended the run to the -EINTR of the other lanes. */
static int lanes_error(const struct bench_run *run)
{
	unsigned int i;
	int ret = bench_is_cancelled(run) ? -EINTR : 0;

	for (i = 0; i < run->nr_lanes; i++) {
		if (run->lanes[i].error && run->lanes[i].error != -EINTR)
			ret = run->lanes[i].error;
	}
	return ret;
}

/**
 * bench_run_execute() - execute a run
 * @run: the run; its request receives the result
 *
 * Return: 0 or the error of KPOOL_BENCH_RUN.  All lanes have stopped in either
 * case.
 */
int bench_run_execute(struct bench_run *run)
{
	struct bench_counts before;
	struct bench_counts after;
	int ret;

	ret = lanes_start(run);
	if (ret)
		return ret;

	lanes_wait(run, &run->warming);
	bench_pools_settle(run->pools);
	bench_pools_count(run->pools, &before);
	complete_all(&run->start);
	lanes_wait(run, &run->running);
	lanes_stop(run);

	ret = lanes_error(run);
	if (ret)
		return ret;
	bench_pools_settle(run->pools);
	bench_pools_count(run->pools, &after);
	bench_result(run, &before, &after);
	return 0;
}

/* End a run early; it goes on until each lane has finished its batch. */
void bench_run_cancel(struct bench_run *run)
{
	WRITE_ONCE(run->cancelled, true);
	if (run->workload->cancel)
		run->workload->cancel(run);
}

/*
 * Allocate room for the measurements: all batches, or the latencies' buckets.
 */
static bool measures_alloc(struct bench_run *run)
{
	if (bench_is_latency(run)) {
		run->latencies = kvcalloc(run->req.cpus * KPOOL_BENCH_BUCKETS,
					  sizeof(*run->latencies), GFP_KERNEL);
		return run->latencies;
	}
	run->samples = kvcalloc(run->req.cpus * run->batches,
				sizeof(*run->samples), GFP_KERNEL);
	return run->samples;
}

/* Allocate lanes on the first CPUs that are online. */
static int lanes_alloc(struct bench_run *run)
{
	unsigned int nr = 0;
	unsigned int cpu;

	run->lanes = kvcalloc(run->req.cpus, sizeof(*run->lanes), GFP_KERNEL);
	if (!run->lanes || !measures_alloc(run))
		return -ENOMEM;
	for_each_online_cpu(cpu) {
		struct bench_lane *lane = &run->lanes[nr];

		if (nr == run->req.cpus)
			break;
		lane->run = run;
		lane->cpu = cpu;
		lane->index = nr;
		if (run->latencies)
			lane->latencies = run->latencies +
					  nr * KPOOL_BENCH_BUCKETS;
		else
			lane->samples = run->samples + nr * run->batches;
		nr++;
	}
	run->nr_lanes = nr;
	return nr == run->req.cpus ? 0 : -ENODEV;
}

static int run_init(struct bench_run *run, int id)
{
	struct bench_pools *pools;
	int ret;

	ret = lanes_alloc(run);
	if (ret)
		return ret;
	atomic_set(&run->warming, run->nr_lanes);
	atomic_set(&run->running, run->nr_lanes);
	if (!run->pools) {
		pools = bench_pools_create(run, id);
		if (IS_ERR(pools))
			return PTR_ERR(pools);
		run->pools = pools;
	}
	return run->workload->setup ? run->workload->setup(run) : 0;
}

/**
 * bench_run_alloc() - allocate a run and everything that it needs
 * @req: the checked request
 * @id: number of the open file, for the names of pools
 * @pools: pools to use, which then belong to the run and are destroyed on an
 *	error; NULL: make new ones
 *
 * Return: the run, or an ERR_PTR.
 */
struct bench_run *bench_run_alloc(const struct kpool_bench_run *req, int id,
				  struct bench_pools *pools)
{
	struct bench_run *run;
	int ret;

	run = kzalloc_obj(*run, GFP_KERNEL);
	if (!run) {
		bench_pools_destroy(pools);
		return ERR_PTR(-ENOMEM);
	}
	run->req = *req;
	run->pools = pools;
	run->workload = bench_workloads[req->workload];
	run->backend = bench_backend_of(req->workload, req->backend);
	run->batches = div_u64(req->ops, req->batch);
	init_completion(&run->start);
	init_waitqueue_head(&run->wait);
	ret = run_init(run, id);
	if (ret) {
		bench_run_free(run, NULL);
		return ERR_PTR(ret);
	}
	return run;
}

/**
 * bench_run_free() - free a run that is not in progress
 * @run: the run
 * @keep: if not NULL, receives the run's pools, which are otherwise destroyed
 */
void bench_run_free(struct bench_run *run, struct bench_pools **keep)
{
	if (run->lanes && run->workload->finish)
		run->workload->finish(run);
	if (keep)
		*keep = run->pools;
	else
		bench_pools_destroy(run->pools);
	kvfree(run->latencies);
	kvfree(run->samples);
	kvfree(run->lanes);
	kfree(run);
}

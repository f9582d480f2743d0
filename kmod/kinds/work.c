// SPDX-License-Identifier: GPL-2.0
/*
 * Pooled work items: tasks that run once on a workqueue and return to a pool.
 *
 * Owns the tasks.  Called by drivers, and by the workqueue's workers.
 *
 * A task has up to two references, in task->refs: one of the workqueue, and one
 * of a submitter that waits or may cancel.  Dropping the last one puts the task
 * into the pool; nothing may touch the task after that.  The workqueue's
 * reference is dropped in one of two places, and the pending bit of the work
 * item decides in which: the worker clears the bit before it calls
 * kpool_task_run(), and cancel_work() returns true only to the caller that
 * cleared it first.  These pairs can race:
 *
 * submit, run	The submitter fills the task in and sets its references before
 *		queue_work(), which orders that before the worker.  After
 *		queue_work(), a submitter without a reference does not touch the
 *		task: it may be in the pool or in use by another submitter.
 * run, cancel	The pending bit decides, as above.  The loser leaves the
 *		workqueue's reference alone.
 * cancel, cancel
 *		The pending bit decides: one of them gets true.
 * wait, run	The worker writes the result, calls complete_all(), and then
 *		drops its reference, so the task exists until complete_all() is
 *		done with it.
 * wait, cancel	As wait and run: the canceller completes the task.
 * put, run	The later one puts the task into the pool; refcount_t orders the
 *		earlier one's accesses to the task before that.
 * reuse, run	A worker that has put its task is still in kpool_task_run() when
 *		the same task is submitted again.  The workqueue detects that
 *		and lets this worker run the task next.  So kpool_task_run()
 *		must not block after the task is put.
 * exit, run	The exit hook waits for that worker, so that neither the works
 *		nor this module's code disappears while it runs.
 *
 * A flush waits for a generation of tasks.  Each task is counted in the
 * generation that was current at its submission, by the generation's parity.  A
 * flush starts the next generation and waits until the old one has no task
 * left.  Flushes are serialised, so when one begins, no task is older than the
 * current generation.  flush_workqueue() would also wait for other drivers'
 * work, and flush_work() would require a list of all tasks.
 */
#include <kpool/compat.h>
#include <kpool/owned.h>
#include <kpool/show.h>
#include <linux/bits.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kpool.h>
#include <linux/kpool_work.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rcuwait.h>
#include <linux/refcount.h>
#include <linux/sched/signal.h>
#include <linux/string.h>

#include "kind.h"

/* The generation while the works are destroyed; it has no tasks.  Even. */
#define KPOOL_WORKS_CLOSED	BIT(31)

#define KPOOL_WORKS_LOCKDEP	"kpool_works"

/*
 * @generation: the generation of new tasks; written under @flush_lock
 * @in_flight: tasks submitted but neither run nor cancelled, of the generations
 *	with an even and an odd number
 * @flush_lock: held while waiting for a generation to end
 * @flusher: the task that waits
 * @key, @lockdep_map: for lockdep, a lock that each task holds while it runs
 */
struct kpool_works {
	struct kpool *pool;
	struct workqueue_struct *wq;
	size_t data_max;
	struct kpool_works_stats __percpu *counters;
	unsigned int generation;
	atomic_t in_flight[2];
	struct mutex flush_lock;	/* see above */
	struct rcuwait flusher;
	struct lock_class_key key;
	struct lockdep_map lockdep_map;
};

/* @odd: parity of its generation */
struct kpool_task {
	struct work_struct work;
	struct kpool_works *works;
	kpool_task_fn fn;
	struct completion done;
	refcount_t refs;
	bool odd;
	int result;
	size_t len;
	u8 data[] __aligned(__alignof__(unsigned long long));
};

static void kpool_works_leave(struct kpool_works *works, bool odd)
{
	/*
	 * Fully ordered: a flusher that reads 0 sees the effects of the task,
	 * and either it sees the 0 before it sleeps, or this sees that it
	 * waits.
	 */
	if (atomic_dec_and_test(&works->in_flight[odd]) &&
	    rcuwait_active(&works->flusher))
		rcuwait_wake_up(&works->flusher);
}

/* Count one more task in flight; return false if the works are destroyed. */
static bool kpool_works_enter(struct kpool_works *works, bool *odd)
{
	unsigned int generation = READ_ONCE(works->generation);

	while (generation != KPOOL_WORKS_CLOSED) {
		unsigned int now;

		*odd = generation & 1;
		atomic_inc(&works->in_flight[*odd]);
		/*
		 * Pairs with the barrier in kpool_works_end_generation():
		 * either that function sees the task, or this one sees the new
		 * generation.
		 */
		smp_mb__after_atomic();
		now = READ_ONCE(works->generation);
		if (now == generation)
			return true;
		kpool_works_leave(works, *odd);
		generation = now;
	}
	return false;
}

/* Make @next current, and wait for all tasks of the previous generation. */
static void kpool_works_end_generation(struct kpool_works *works,
				       unsigned int next)
{
	atomic_t *left = &works->in_flight[works->generation & 1];

	WRITE_ONCE(works->generation, next);
	/* Pairs with the barrier in kpool_works_enter(). */
	smp_mb();
	rcuwait_wait_event(&works->flusher, !atomic_read_acquire(left),
			   TASK_UNINTERRUPTIBLE);
}

/* A task that waits for a task of the same works can deadlock: tell lockdep. */
static void kpool_works_may_wait(struct kpool_works *works)
{
	might_sleep();
	lock_map_acquire(&works->lockdep_map);
	lock_map_release(&works->lockdep_map);
}

static void kpool_task_drop(struct kpool_task *task)
{
	struct kpool_works *works = task->works;

	if (!refcount_dec_and_test(&task->refs))
		return;
	/* An idle task must not hold data of a former user. */
	memset(task->data, 0, task->len);
	kpool_put(works->pool, task);
}

/* The task ran or was cancelled: drop the workqueue's reference. */
static void kpool_task_end(struct kpool_task *task, int result, bool ran)
{
	struct kpool_works *works = task->works;
	bool odd = task->odd;

	task->result = result;
	if (ran)
		this_cpu_inc(works->counters->ran);
	else
		this_cpu_inc(works->counters->cancelled);
	complete_all(&task->done);
	kpool_task_drop(task);
	/* Last, since the flusher may destroy the pool. */
	kpool_works_leave(works, odd);
}

static void kpool_task_run(struct work_struct *work)
{
	struct kpool_task *task = container_of(work, struct kpool_task, work);
	int result = task->fn(task->data, task->len);

	kpool_task_end(task, result, true);
}

static int kpool_task_init(void *obj, void *ctx, gfp_t gfp)
{
	struct kpool_works *works = ctx;
	struct kpool_task *task = obj;

	INIT_WORK(&task->work, kpool_task_run);
	/* One lockdep class per works: tasks may wait for those of others. */
	lockdep_init_map(&task->work.lockdep_map, KPOOL_WORKS_LOCKDEP,
			 &works->key, 0);
	init_completion(&task->done);
	task->works = works;
	memset(task->data, 0, works->data_max);
	return 0;
}

/*
 * Called in process context.  The worker that ran the task last may not have
 * returned from kpool_task_run() yet, which ends without blocking.  That worker
 * cannot be waiting for this context, so give lockdep a separate class.
 */
static void kpool_task_exit(void *obj, void *ctx)
{
	static struct lock_class_key key;
	struct kpool_task *task = obj;

	lockdep_init_map(&task->work.lockdep_map, "kpool_task_exit", &key, 0);
	cancel_work_sync(&task->work);
}

static void kpool_works_show(struct seq_file *file, void *ctx)
{
	struct kpool_works_stats stats;

	kpool_works_read_stats(ctx, &stats);
	KPOOL_SHOW(file, &stats, KPOOL_WORKS_STATS_MEMBERS);
}

static void kpool_works_release(void *ctx)
{
	struct kpool_works *works = ctx;

	lockdep_unregister_key(&works->key);
	mutex_destroy(&works->flush_lock);
	free_percpu(works->counters);
	kfree(works);
}

static int kpool_works_check_args(const char *name, size_t data_max,
				  const struct kpool_works_args *args)
{
	int err = kpool_kind_check(name, &args->pool, KPOOL_KIND_LIMITS,
				   KPOOL_KIND_FLAGS);

	if (err)
		return err;
	return data_max > KMALLOC_MAX_SIZE - sizeof(struct kpool_task) ?
	       -E2BIG : 0;
}

/* Allocate works without their pool. */
static struct kpool_works *kpool_works_alloc(struct workqueue_struct *wq,
					     size_t data_max)
{
	struct kpool_works *works = kzalloc_obj(*works, GFP_KERNEL);

	if (!works)
		return NULL;
	works->wq = wq ?: system_dfl_wq;
	works->data_max = data_max;
	mutex_init(&works->flush_lock);
	rcuwait_init(&works->flusher);
	lockdep_register_key(&works->key);
	lockdep_init_map(&works->lockdep_map, KPOOL_WORKS_LOCKDEP, &works->key,
			 0);
	works->counters = alloc_percpu(struct kpool_works_stats);
	if (!works->counters) {
		kpool_works_release(works);
		return NULL;
	}
	return works;
}

/* The out-of-line part of kpool_works_create(). */
struct kpool_works *
__kpool_works_create(const char *name, struct workqueue_struct *wq,
		     size_t data_max, const struct kpool_works_args *args,
		     const struct kpool_caller *caller)
{
	static const struct kpool_ops ops = {
		.init = kpool_task_init,
		.exit = kpool_task_exit,
		.show = kpool_works_show,
		.release = kpool_works_release,
	};
	struct kpool_works_args full = {};
	struct kpool_works *works;
	struct kpool *pool;
	int err;

	err = kpool_check_caller(name, caller, KPOOL_WORKS_LAYOUT);
	if (err)
		return ERR_PTR(err);
	if (args)
		full = *args;
	err = kpool_works_check_args(name, data_max, &full);
	if (err)
		return ERR_PTR(err);
	works = kpool_works_alloc(wq, data_max);
	if (!works)
		return ERR_PTR(-ENOMEM);
	full.pool.ops = &ops;
	full.pool.ctx = works;
	full.pool.flags |= KPOOL_F_DEFER_EXIT;
	pool = kpool_create(name, sizeof(struct kpool_task) + data_max,
			    &full.pool);
	if (IS_ERR(pool)) {
		kpool_works_release(works);
		return ERR_CAST(pool);
	}
	works->pool = pool;
	return works;
}
EXPORT_SYMBOL_GPL(__kpool_works_create);

/**
 * kpool_works_destroy() - wait for all tasks and destroy the works
 * @works: the works; NULL and error pointers are ignored
 *
 * Tasks that were submitted run.  If they submit others from now on, these are
 * refused with -ESHUTDOWN.  No other code may use the works any more, and all
 * references from kpool_works_submit_ref() must have been dropped.  One that is
 * left is a bug of the driver, which kpool_destroy() reports.  It may still be
 * dropped; the last one frees the memory of the works.
 *
 * Context: Process context, sleeps.  Not from one of the tasks.
 */
void kpool_works_destroy(struct kpool_works *works)
{
	if (IS_ERR_OR_NULL(works))
		return;
	kpool_works_may_wait(works);
	mutex_lock(&works->flush_lock);
	kpool_works_end_generation(works, KPOOL_WORKS_CLOSED);
	mutex_unlock(&works->flush_lock);
	kpool_destroy(works->pool);
}
EXPORT_SYMBOL_GPL(kpool_works_destroy);

/**
 * kpool_works_pool() - get the pool that holds the tasks
 * @works: the works
 *
 * For its statistics, and to prewarm or drain it; not to get or put.
 *
 * Context: Any.
 * Return: The pool, which @works keeps owning.
 */
struct kpool *kpool_works_pool(struct kpool_works *works)
{
	return works->pool;
}
EXPORT_SYMBOL_GPL(kpool_works_pool);

/* The out-of-line part of kpool_works_read_stats(), which has zeroed @stats. */
void __kpool_works_read_stats(struct kpool_works *works,
			      struct kpool_works_stats *stats,
			      const struct kpool_caller *caller)
{
	if (kpool_check_caller(NULL, caller, KPOOL_WORKS_LAYOUT))
		return;
	KPOOL_KIND_SUM(stats, works->counters);
	stats->in_flight = atomic_read(&works->in_flight[0]) +
			   atomic_read(&works->in_flight[1]);
}
EXPORT_SYMBOL_GPL(__kpool_works_read_stats);

DEFINE_KPOOL_OWNED(kpool_works_devm_release, kpool_works_destroy)

/* The out-of-line part of devm_kpool_works_create(). */
struct kpool_works *
__devm_kpool_works_create(struct device *dev, const char *name,
			  struct workqueue_struct *wq, size_t data_max,
			  const struct kpool_works_args *args,
			  const struct kpool_caller *caller)
{
	return KPOOL_OWNED(dev, kpool_works_devm_release,
			   __kpool_works_create(name, wq, data_max, args,
						caller));
}
EXPORT_SYMBOL_GPL(__devm_kpool_works_create);

/**
 * kpool_works_flush() - wait for all tasks submitted so far
 * @works: the works
 *
 * Waits until every task whose submit returned before this call has run or was
 * cancelled.  It waits for hardly any others: not for tasks submitted later,
 * and not for other users of the workqueue.
 *
 * Context: Process context, sleeps.  Not from one of the tasks.
 */
void kpool_works_flush(struct kpool_works *works)
{
	kpool_works_may_wait(works);
	mutex_lock(&works->flush_lock);
	/* The highest number is odd and the next one, 0, is even. */
	kpool_works_end_generation(works, (works->generation + 1) %
					  KPOOL_WORKS_CLOSED);
	mutex_unlock(&works->flush_lock);
}
EXPORT_SYMBOL_GPL(kpool_works_flush);

/* Queue a task.  The caller may use the result only if @refs is 2. */
static struct kpool_task *kpool_task_submit(struct kpool_works *works,
					    kpool_task_fn fn, const void *data,
					    size_t len, gfp_t gfp, int refs,
					    bool interruptible)
{
	struct kpool_task *task;

	if (IS_ERR_OR_NULL(works) || !fn || (len && !data))
		return ERR_PTR(-EINVAL);
	if (len > works->data_max)
		return ERR_PTR(-E2BIG);
	/* Before entering, so that no flush waits for a wait in this get. */
	task = interruptible ? kpool_get_interruptible(works->pool, gfp) :
			       kpool_get(works->pool, gfp);
	if (!task)
		return ERR_PTR(interruptible && signal_pending(current) ?
			       -ERESTARTSYS : -ENOMEM);
	if (!kpool_works_enter(works, &task->odd)) {
		kpool_put(works->pool, task);
		return ERR_PTR(-ESHUTDOWN);
	}
	task->fn = fn;
	task->len = len;
	memcpy(task->data, data, len);
	reinit_completion(&task->done);
	refcount_set(&task->refs, refs);
	this_cpu_inc(works->counters->submitted);
	queue_work(works->wq, &task->work);
	return task;
}

/**
 * kpool_works_submit() - run a function on the workqueue
 * @works: the works
 * @fn: the function; its return value is ignored
 * @data: the data to copy for @fn, or NULL if @len is 0
 * @len: number of bytes in @data, up to the works' data_max
 * @gfp: allocation flags if no task is idle.  With __GFP_DIRECT_RECLAIM the
 *	call may sleep, and waits for a task if the maximum is reached.  A task
 *	of works with a maximum must not wait like that for a task of these
 *	works.
 *
 * Tasks may run at the same time and in any order; the workqueue decides.
 *
 * Context: Any that @gfp allows, also hard interrupts; no NMI.
 * Return:
 * * 0;
 * * %-EINVAL - @fn is NULL, or @data is NULL but @len is not 0;
 * * %-E2BIG - @len is too large;
 * * %-ENOMEM - there is no task: no memory, or the maximum is reached;
 * * %-ESHUTDOWN - the works are being destroyed.
 */
int kpool_works_submit(struct kpool_works *works, kpool_task_fn fn,
		       const void *data, size_t len, gfp_t gfp)
{
	return PTR_ERR_OR_ZERO(kpool_task_submit(works, fn, data, len, gfp, 1,
						 false));
}
EXPORT_SYMBOL_GPL(kpool_works_submit);

/**
 * kpool_works_submit_ref() - submit a task and keep a reference to it
 * @works: the works
 * @fn: as for kpool_works_submit()
 * @data: as for kpool_works_submit()
 * @len: as for kpool_works_submit()
 * @gfp: as for kpool_works_submit()
 *
 * Context: As kpool_works_submit().
 * Return: The task, to be dropped with kpool_task_put() at any time; or the
 *	errors of kpool_works_submit() as an ERR_PTR().
 */
struct kpool_task *kpool_works_submit_ref(struct kpool_works *works,
					  kpool_task_fn fn, const void *data,
					  size_t len, gfp_t gfp)
{
	return kpool_task_submit(works, fn, data, len, gfp, 2, false);
}
EXPORT_SYMBOL_GPL(kpool_works_submit_ref);

/**
 * kpool_task_put() - drop a reference to a task
 * @task: the task; NULL and error pointers are ignored
 *
 * The task runs nevertheless, unless it was cancelled.
 *
 * Context: Any but NMI.
 */
void kpool_task_put(struct kpool_task *task)
{
	if (!IS_ERR_OR_NULL(task))
		kpool_task_drop(task);
}
EXPORT_SYMBOL_GPL(kpool_task_put);

/**
 * kpool_task_cancel() - keep a task from running
 * @task: a task that the caller has a reference to, and keeps
 *
 * Callers that wait for the task get -ECANCELED.
 *
 * Context: Any but NMI, and on PREEMPT_RT no hard interrupt, because all
 *	waiters are woken.
 * Return: true if this call has cancelled the task; false if it runs, has run,
 *	or was cancelled before.
 */
bool kpool_task_cancel(struct kpool_task *task)
{
	if (!cancel_work(&task->work))
		return false;
	kpool_task_end(task, -ECANCELED, false);
	return true;
}
EXPORT_SYMBOL_GPL(kpool_task_cancel);

/**
 * kpool_task_cancel_sync() - keep a task from running, or wait for its end
 * @task: a task that the caller has a reference to, and keeps
 *
 * The task's function is not running any more when the call returns.
 *
 * Context: Process context, may sleep.  Not from one of the tasks.
 * Return: As kpool_task_cancel().
 */
bool kpool_task_cancel_sync(struct kpool_task *task)
{
	bool cancelled = kpool_task_cancel(task);

	kpool_task_wait(task);
	return cancelled;
}
EXPORT_SYMBOL_GPL(kpool_task_cancel_sync);

/**
 * kpool_task_wait() - wait until a task has run or was cancelled
 * @task: a task that the caller has a reference to, and keeps
 *
 * May be called several times, and by several threads.
 *
 * Context: Process context, may sleep.  Not from one of the tasks.
 * Return: The function's return value, or -ECANCELED if the task was cancelled.
 */
int kpool_task_wait(struct kpool_task *task)
{
	kpool_works_may_wait(task->works);
	wait_for_completion(&task->done);
	return task->result;
}
EXPORT_SYMBOL_GPL(kpool_task_wait);

/**
 * kpool_works_submit_wait() - run a function on the workqueue and wait for it
 * @works: the works
 * @fn: as for kpool_works_submit(), except that its result is used
 * @data: as for kpool_works_submit()
 * @len: as for kpool_works_submit()
 * @gfp: as for kpool_works_submit()
 *
 * Do not call this from a task of the same works.  If all the tasks that the
 * workqueue may run at a time wait like that, none of the tasks that they wait
 * for can start.  Lockdep reports such a call even if it does not deadlock.
 *
 * Context: Process context, sleeps.  Not from one of the tasks.
 * Return: The return value of @fn, or an error of kpool_works_submit() if @fn
 *	was not called.  Use kpool_works_submit_ref() to tell them apart.
 */
int kpool_works_submit_wait(struct kpool_works *works, kpool_task_fn fn,
			    const void *data, size_t len, gfp_t gfp)
{
	struct kpool_task *task;
	int result;

	task = kpool_task_submit(works, fn, data, len, gfp, 2, false);
	if (IS_ERR(task))
		return PTR_ERR(task);
	result = kpool_task_wait(task);
	kpool_task_drop(task);
	return result;
}
EXPORT_SYMBOL_GPL(kpool_works_submit_wait);

/**
 * kpool_works_submit_wait_interruptible() - wait for a task, or for a signal
 * @works: as for kpool_works_submit_wait()
 * @fn: as for kpool_works_submit_wait()
 * @data: as for kpool_works_submit_wait()
 * @len: as for kpool_works_submit_wait()
 * @gfp: as for kpool_works_submit_wait()
 *
 * A signal cancels the task if it has not started yet.  If it runs already, the
 * call waits for its end: @fn never runs after the call.
 *
 * Context: As kpool_works_submit_wait().
 * Return: As kpool_works_submit_wait(), or -ERESTARTSYS if a signal came first.
 */
int kpool_works_submit_wait_interruptible(struct kpool_works *works,
					  kpool_task_fn fn, const void *data,
					  size_t len, gfp_t gfp)
{
	struct kpool_task *task;
	int result;

	task = kpool_task_submit(works, fn, data, len, gfp, 2, true);
	if (IS_ERR(task))
		return PTR_ERR(task);
	kpool_works_may_wait(works);
	/* After complete_all(), waiting again returns at once. */
	if (wait_for_completion_interruptible(&task->done) &&
	    kpool_task_cancel(task))
		result = -ERESTARTSYS;
	else
		result = kpool_task_wait(task);
	kpool_task_drop(task);
	return result;
}
EXPORT_SYMBOL_GPL(kpool_works_submit_wait_interruptible);

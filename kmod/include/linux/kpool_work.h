/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pooled work items: a function and a copy of its data, run on a workqueue.
 * Built on <linux/kpool.h>; Documentation/kinds/work.rst explains their use.
 */
#ifndef _LINUX_KPOOL_WORK_H
#define _LINUX_KPOOL_WORK_H

#include <linux/gfp.h>
#include <linux/kpool.h>
#include <linux/types.h>

struct device;
struct kpool;
struct kpool_task;
struct kpool_works;
struct workqueue_struct;

/**
 * typedef kpool_task_fn - the function that a task runs
 * @data: the task's copy of the submitter's data, aligned for every type.  The
 *	function may change it.  It is invalid once the function returns.
 * @len: length of the data in bytes
 *
 * Called in process context on the workqueue.  It may sleep and may submit to
 * the same works, but must not wait there: see kpool_works_submit_wait().
 *
 * Return: the value that kpool_works_submit_wait() and kpool_task_wait()
 *	return.
 */
typedef int (*kpool_task_fn)(void *data, size_t len);

/**
 * struct kpool_works_args - parameters of works; zero is a good default
 * @pool: limits, reserve and flags of the underlying pool, whose objects are
 *	the tasks.  Hooks, a context and an alignment are not allowed.  Idle
 *	tasks on other CPUs count for &kpool_args.max too, so a submit may find
 *	none although fewer are in use; a reserve helps against that.
 */
struct kpool_works_args {
	struct kpool_args pool;
};

/**
 * struct kpool_works_stats - counters of works, and their current state
 * @submitted: tasks that were submitted
 * @ran: tasks that have run
 * @cancelled: tasks that were cancelled
 * @in_flight: tasks submitted that have neither run nor been cancelled
 */
struct kpool_works_stats {
	u64 submitted;
	u64 ran;
	u64 cancelled;
	u64 in_flight;
};

/* The members that a driver and kpool.ko share, see KPOOL_LAYOUT_OF(). */
#define KPOOL_WORKS_ARGS_MEMBERS					\
	struct kpool_works_args, pool
#define KPOOL_WORKS_STATS_MEMBERS					\
	struct kpool_works_stats, submitted, ran, cancelled, in_flight
#define KPOOL_WORKS_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT,			\
		KPOOL_WORKS_ARGS_MEMBERS), KPOOL_WORKS_STATS_MEMBERS)

struct kpool_works *
__kpool_works_create(const char *name, struct workqueue_struct *wq,
		     size_t data_max, const struct kpool_works_args *args,
		     const struct kpool_caller *caller);

/**
 * kpool_works_create() - create a pool of work items
 * @name: as for kpool_create()
 * @wq: the workqueue that runs them.  It must exist until the works are
 *	destroyed, and must not be drained (drain_workqueue()) while tasks may
 *	be submitted.  NULL for the system's unbound workqueue.
 * @data_max: maximum size of a task's data in bytes, 0 to nearly
 *	KMALLOC_MAX_SIZE
 * @args: parameters of the pool, copied; NULL for defaults
 *
 * Context: Process context, may sleep.
 * Return:
 * * the works, to be destroyed by the caller with kpool_works_destroy();
 * * ERR_PTR(%-EINVAL) - a member of @args->pool is set that is not allowed,
 *   or a reason of kpool_create();
 * * ERR_PTR(%-E2BIG) - @data_max is too large;
 * * ERR_PTR(%-EEXIST) - the name is in use;
 * * ERR_PTR(%-ENOEXEC) - the caller was compiled with headers of another
 *   kpool;
 * * ERR_PTR(%-ENOMEM) - no memory, or the reserve could not be built.
 */
static inline struct kpool_works *
kpool_works_create(const char *name, struct workqueue_struct *wq,
		   size_t data_max, const struct kpool_works_args *args)
{
	return __kpool_works_create(name, wq, data_max, args,
				    KPOOL_CALLER(KPOOL_WORKS_LAYOUT));
}

void kpool_works_destroy(struct kpool_works *works);
struct kpool_works *
__devm_kpool_works_create(struct device *dev, const char *name,
			  struct workqueue_struct *wq, size_t data_max,
			  const struct kpool_works_args *args,
			  const struct kpool_caller *caller);

/**
 * devm_kpool_works_create() - create a device-managed pool of work items
 * @dev: the device
 * @name: as for kpool_works_create()
 * @wq: as for kpool_works_create(); it must exist until @dev is unbound
 * @data_max: as for kpool_works_create()
 * @args: as for kpool_works_create()
 *
 * Context: Process context, may sleep.
 * Return: As kpool_works_create().  Unbinding @dev destroys the works.
 */
static inline struct kpool_works *
devm_kpool_works_create(struct device *dev, const char *name,
			struct workqueue_struct *wq, size_t data_max,
			const struct kpool_works_args *args)
{
	return __devm_kpool_works_create(dev, name, wq, data_max, args,
					 KPOOL_CALLER(KPOOL_WORKS_LAYOUT));
}

struct kpool *kpool_works_pool(struct kpool_works *works);
void __kpool_works_read_stats(struct kpool_works *works,
			      struct kpool_works_stats *stats,
			      const struct kpool_caller *caller);

/**
 * kpool_works_read_stats() - read the statistics of works
 * @works: the works
 * @stats: filled in; exact while the works are not in use
 *
 * All are 0 if the caller was compiled with headers of another kpool.
 *
 * Context: Any.
 */
static inline void
kpool_works_read_stats(struct kpool_works *works,
		       struct kpool_works_stats *stats)
{
	*stats = (struct kpool_works_stats){};
	__kpool_works_read_stats(works, stats,
				 KPOOL_CALLER(KPOOL_WORKS_LAYOUT));
}

void kpool_works_flush(struct kpool_works *works);

int kpool_works_submit(struct kpool_works *works, kpool_task_fn fn,
		       const void *data, size_t len, gfp_t gfp);
int kpool_works_submit_wait(struct kpool_works *works, kpool_task_fn fn,
			    const void *data, size_t len, gfp_t gfp);
int kpool_works_submit_wait_interruptible(struct kpool_works *works,
					  kpool_task_fn fn, const void *data,
					  size_t len, gfp_t gfp);

struct kpool_task *kpool_works_submit_ref(struct kpool_works *works,
					  kpool_task_fn fn, const void *data,
					  size_t len, gfp_t gfp);
bool kpool_task_cancel(struct kpool_task *task);
bool kpool_task_cancel_sync(struct kpool_task *task);
int kpool_task_wait(struct kpool_task *task);
void kpool_task_put(struct kpool_task *task);

#endif /* _LINUX_KPOOL_WORK_H */

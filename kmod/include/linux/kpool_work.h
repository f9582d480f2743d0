/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pooled work items: a function and a copy of its data, run on a workqueue.
 * Built on <linux/kpool.h>; Documentation/kinds/work.rst shows how it is used.
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
 * typedef kpool_work_fn - what a task does
 * @data: the task's copy of the submitter's data, aligned for every type; the
 *	function may change it.  Gone when the function returns.
 * @len: its length in bytes
 *
 * Called in process context on the workqueue; may sleep, and may submit on the
 * same works.  It must not wait there: see kpool_work_submit_wait().
 *
 * Return: what kpool_work_submit_wait() and kpool_task_wait() answer.
 */
typedef int (*kpool_work_fn)(void *data, size_t len);

/**
 * struct kpool_works_args - how tasks are pooled; zero is a good default
 * @reserve: tasks that are built ahead and kept for submits that could
 *	otherwise not be served
 * @max: tasks at most, in use and idle; 0: no limit.  Those that lie idle on
 *	other CPUs count too, so a submit may find none although fewer than
 *	these are in use; a @reserve helps against that.
 */
struct kpool_works_args {
	unsigned int reserve;
	unsigned int max;
};

/* All that a driver and kpool.ko share of works, see KPOOL_LAYOUT_OF(). */
#define KPOOL_WORKS_ARGS_MEMBERS					\
	struct kpool_works_args, reserve, max
#define KPOOL_WORKS_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT, KPOOL_WORKS_ARGS_MEMBERS)

struct kpool_works *
__kpool_works_create(const char *name, struct workqueue_struct *wq,
		     size_t data_max, const struct kpool_works_args *args,
		     const struct kpool_caller *caller);

/**
 * kpool_works_create() - create a pool of work items
 * @name: as for kpool_create()
 * @wq: where they run; it must stay until the works are destroyed, and must not
 *	be drained (drain_workqueue()) while tasks may be submitted.  NULL for
 *	the system's unbound workqueue.
 * @data_max: bytes of data that a task can hold, 0 to nearly KMALLOC_MAX_SIZE
 * @args: how they are pooled, copied; NULL for defaults
 *
 * Context: Process context, may sleep.
 * Return: The works, the caller's until kpool_works_destroy(), or an ERR_PTR():
 *	-EINVAL	a bad name, or a maximum below the reserve;
 *	-E2BIG	@data_max is too large;
 *	-EEXIST	the name is taken;
 *	-ENOEXEC	the caller was compiled against headers of another kpool;
 *	-ENOMEM	no memory, or the reserve could not be built.
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
 * devm_kpool_works_create() - create works that go with their device
 * @dev: the device
 * @name: as for kpool_works_create()
 * @wq: as for kpool_works_create(); it must stay until @dev is unbound
 * @data_max: as for kpool_works_create()
 * @args: as for kpool_works_create()
 *
 * Context: Process context, may sleep.
 * Return: As kpool_works_create().  The works are destroyed when @dev is
 *	unbound.
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
void kpool_works_flush(struct kpool_works *works);

int kpool_work_submit(struct kpool_works *works, kpool_work_fn fn,
		      const void *data, size_t len, gfp_t gfp);
int kpool_work_submit_wait(struct kpool_works *works, kpool_work_fn fn,
			   const void *data, size_t len, gfp_t gfp);
int kpool_work_submit_wait_interruptible(struct kpool_works *works,
					 kpool_work_fn fn, const void *data,
					 size_t len, gfp_t gfp);

struct kpool_task *kpool_work_submit_ref(struct kpool_works *works,
					 kpool_work_fn fn, const void *data,
					 size_t len, gfp_t gfp);
bool kpool_task_cancel(struct kpool_task *task);
bool kpool_task_cancel_sync(struct kpool_task *task);
int kpool_task_wait(struct kpool_task *task);
void kpool_task_put(struct kpool_task *task);

#endif /* _LINUX_KPOOL_WORK_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pooled work items: a function and a copy of its data, run on a workqueue.
 * Built on <linux/kpool.h>; Documentation/kinds/work.rst shows how it is used.
 */
#ifndef _LINUX_KPOOL_WORK_H
#define _LINUX_KPOOL_WORK_H

#include <linux/gfp.h>
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

struct kpool_works *kpool_works_create(const char *name,
				       struct workqueue_struct *wq,
				       size_t data_max,
				       const struct kpool_works_args *args);
void kpool_works_destroy(struct kpool_works *works);
struct kpool_works *
devm_kpool_works_create(struct device *dev, const char *name,
			struct workqueue_struct *wq, size_t data_max,
			const struct kpool_works_args *args);
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

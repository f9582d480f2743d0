// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kpool-bench: the requests of <linux/kpool_bench.h>, and the state of an
 * open file.
 *
 * bench_busy is held for the whole duration of a run, so that there is only one
 * in the machine; it also protects the pools that files keep.  A file's lock
 * protects the rest of struct bench_file.  It nests inside bench_busy and is
 * never held for long, so that another task can inspect or cancel a run.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/miscdevice.h>
#include <linux/kpool_version.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include "bench.h"

static DEFINE_MUTEX(bench_busy);
static DEFINE_IDA(bench_ids);

/**
 * struct bench_file - an open file
 * @lock: protects all members below, except @id and @kept
 * @id: tells open files apart in the names of pools
 * @runs: number of completed runs
 * @run: the run in progress, or NULL
 * @owner: file table of the task that executes @run
 * @closes: how often a descriptor of the file was closed
 * @closer: file table of the last close
 * @kept: for each workload, the pools kept by %KPOOL_BENCH_F_KEEP
 */
struct bench_file {
	struct mutex lock;	/* all below except @id and @kept */
	int id;
	u64 runs;
	struct bench_run *run;
	fl_owner_t owner;
	unsigned int closes;
	fl_owner_t closer;
	struct bench_pools *kept[KPOOL_BENCH_WORKLOADS];
};

static int bench_open(struct inode *inode, struct file *filp)
{
	struct bench_file *file;

	file = kzalloc_obj(*file, GFP_KERNEL);
	if (!file)
		return -ENOMEM;
	file->id = ida_alloc(&bench_ids, GFP_KERNEL);
	if (file->id < 0) {
		int ret = file->id;

		kfree(file);
		return ret;
	}
	mutex_init(&file->lock);
	filp->private_data = file;
	return nonseekable_open(inode, filp);
}

/*
 * A close() in another thread of the process that runs a benchmark ends the
 * run.
 */
static int bench_flush(struct file *filp, fl_owner_t owner)
{
	struct bench_file *file = filp->private_data;

	mutex_lock(&file->lock);
	file->closes++;
	file->closer = owner;
	if (file->run && file->owner == owner)
		bench_run_cancel(file->run);
	mutex_unlock(&file->lock);
	return 0;
}

static int bench_release(struct inode *inode, struct file *filp)
{
	struct bench_file *file = filp->private_data;
	unsigned int i;

	for (i = 0; i < KPOOL_BENCH_WORKLOADS; i++)
		bench_pools_destroy(file->kept[i]);
	ida_free(&bench_ids, file->id);
	kfree(file);
	return 0;
}

static int bench_ioctl_info(void __user *arg)
{
	struct kpool_bench_info info = {
		.version = KPOOL_BENCH_VERSION,
		.cpus = num_online_cpus(),
	};
	unsigned int i, j;

	BUILD_BUG_ON(ARRAY_SIZE(info.backends) < KPOOL_BENCH_WORKLOADS);
	for (i = 0; i < KPOOL_BENCH_WORKLOADS; i++) {
		for (j = 0; j < KPOOL_BENCH_BACKENDS; j++)
			if (!bench_why_not(i, j))
				info.backends[i] |= 1U << j;
	}
	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static int bench_ioctl_status(struct bench_file *file, void __user *arg)
{
	struct kpool_bench_status status = { };

	mutex_lock(&file->lock);
	status.runs = file->runs;
	if (file->run) {
		status.running = 1;
		status.ops_done = bench_run_ops_done(file->run);
		status.ops_total = bench_run_ops_total(file->run);
	}
	mutex_unlock(&file->lock);
	return copy_to_user(arg, &status, sizeof(status)) ? -EFAULT : 0;
}

static unsigned int bench_closes(struct bench_file *file)
{
	unsigned int closes;

	mutex_lock(&file->lock);
	closes = file->closes;
	mutex_unlock(&file->lock);
	return closes;
}

/*
 * From here on @run can be cancelled.  Cancel it now if the file was closed
 * since the request came, when its count of closes was @closes.
 */
static void bench_set_run(struct bench_file *file, struct bench_run *run,
			  unsigned int closes)
{
	mutex_lock(&file->lock);
	file->run = run;
	file->owner = current->files;
	if (file->closes != closes && file->closer == file->owner)
		bench_run_cancel(run);
	mutex_unlock(&file->lock);
}

static void bench_clear_run(struct bench_file *file, bool completed)
{
	mutex_lock(&file->lock);
	file->run = NULL;
	file->runs += completed;
	mutex_unlock(&file->lock);
}

/*
 * Make room for pools that will be kept or that have the same names.  Return
 * the kept pools that are to be reused, or NULL.
 */
static struct bench_pools *bench_take_kept(struct bench_file *file,
					   const struct kpool_bench_run *req)
{
	struct bench_pools *kept = file->kept[req->workload];

	if (!kept || (!(req->flags & KPOOL_BENCH_F_KEEP) &&
		      kept->backend != bench_backend_of(req->workload,
							req->backend)))
		return NULL;
	file->kept[req->workload] = NULL;
	if (req->flags & KPOOL_BENCH_F_AGAIN && bench_pools_fit(kept, req))
		return kept;
	bench_pools_destroy(kept);
	return NULL;
}

/*
 * Called with bench_busy held.  @closes: the file's count of closes when the
 * request came.
 */
static int bench_do_run(struct bench_file *file, struct kpool_bench_run *req,
			unsigned int closes)
{
	struct bench_pools **keep = NULL;
	struct bench_run *run;
	int ret;

	run = bench_run_alloc(req, file->id, bench_take_kept(file, req));
	if (IS_ERR(run))
		return PTR_ERR(run);
	bench_set_run(file, run, closes);
	ret = bench_run_execute(run);
	if (!ret)
		ret = bench_latency_copy(run);
	bench_clear_run(file, !ret);
	if (!ret) {
		*req = run->req;
		if (req->flags & KPOOL_BENCH_F_KEEP)
			keep = &file->kept[req->workload];
	}
	bench_run_free(run, keep);
	return ret;
}

static int bench_ioctl_run(struct bench_file *file, void __user *arg)
{
	unsigned int closes = bench_closes(file);
	struct kpool_bench_run req;
	int ret;

	/* Find out before the run whether the result can be written. */
	if (copy_from_user(&req, arg, sizeof(req)) ||
	    copy_to_user(arg, &req, sizeof(req)))
		return -EFAULT;
	ret = bench_check_request(&req);
	if (ret)
		return ret;
	if (!mutex_trylock(&bench_busy))
		return -EBUSY;
	ret = bench_latency_prepare(&req);
	if (!ret)
		ret = bench_do_run(file, &req, closes);
	mutex_unlock(&bench_busy);
	if (ret)
		return ret;
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

static int bench_ioctl_reason(void __user *arg)
{
	struct kpool_bench_reason req;
	const char *reason;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.workload >= KPOOL_BENCH_WORKLOADS ||
	    req.backend >= KPOOL_BENCH_BACKENDS)
		return -EINVAL;
	reason = bench_why_not(req.workload, req.backend);
	strscpy_pad(req.text, reason ? reason : "", sizeof(req.text));
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

/*
 * Read the first two members of a structure that states its own size: the size,
 * which must be at least @least, and the index, which must be below @nr.
 * @known is the size of the structure here.
 */
static int bench_read_index(void __user *arg, size_t least, size_t known,
			    unsigned int nr, u32 head[2])
{
	int ret;

	if (copy_from_user(head, arg, 2 * sizeof(*head)))
		return -EFAULT;
	if (head[0] < least)
		return -EINVAL;
	if (head[0] > PAGE_SIZE)
		return -E2BIG;
	if (head[0] > known) {
		ret = check_zeroed_user(arg + known, head[0] - known);
		if (ret <= 0)
			return ret ?: -E2BIG;
	}
	return head[1] < nr ? 0 : -ENOENT;
}

/* Write as much of @info, of size @known, as the caller has room for. */
static int bench_write_info(void __user *arg, const void *info, size_t known,
			    size_t size)
{
	if (copy_to_user(arg, info, min(known, size)))
		return -EFAULT;
	return 0;
}

static int bench_ioctl_workload(void __user *arg)
{
	struct kpool_bench_workload_info info = { .size = sizeof(info) };
	u32 head[2];
	int ret;

	ret = bench_read_index(arg, KPOOL_BENCH_WORKLOAD_SIZE_VER3,
			       sizeof(info), KPOOL_BENCH_WORKLOADS, head);
	if (ret)
		return ret;
	info.index = head[1];
	bench_describe_workload(&info);
	return bench_write_info(arg, &info, sizeof(info), head[0]);
}

static int bench_ioctl_backend(void __user *arg)
{
	struct kpool_bench_backend_info info = { .size = sizeof(info) };
	u32 head[2];
	int ret;

	ret = bench_read_index(arg, KPOOL_BENCH_BACKEND_SIZE_VER3,
			       sizeof(info), KPOOL_BENCH_BACKENDS, head);
	if (ret)
		return ret;
	info.index = head[1];
	bench_describe_backend(&info);
	return bench_write_info(arg, &info, sizeof(info), head[0]);
}

static int bench_ioctl_clear(struct bench_file *file)
{
	unsigned int i;

	if (!mutex_trylock(&bench_busy))
		return -EBUSY;
	for (i = 0; i < KPOOL_BENCH_WORKLOADS; i++) {
		if (file->kept[i])
			bench_pools_clear(file->kept[i]);
	}
	mutex_unlock(&bench_busy);
	return 0;
}

static long bench_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct bench_file *file = filp->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case KPOOL_BENCH_INFO:
		return bench_ioctl_info(user);
	case KPOOL_BENCH_RUN:
		return bench_ioctl_run(file, user);
	case KPOOL_BENCH_STATUS:
		return bench_ioctl_status(file, user);
	case KPOOL_BENCH_REASON:
		return bench_ioctl_reason(user);
	case KPOOL_BENCH_WORKLOAD:
		return bench_ioctl_workload(user);
	case KPOOL_BENCH_BACKEND:
		return bench_ioctl_backend(user);
	case KPOOL_BENCH_CLEAR:
		return bench_ioctl_clear(file);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE,
	.open = bench_open,
	.flush = bench_flush,
	.release = bench_release,
	.unlocked_ioctl = bench_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice bench_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kpool-bench",
	.fops = &bench_fops,
	.mode = 0600,
};

module_misc_device(bench_device);

MODULE_DESCRIPTION("Benchmark device for kpool");
MODULE_LICENSE("GPL");
MODULE_VERSION(KPOOL_VERSION);

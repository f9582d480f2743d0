// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/kpool-test: pooled objects in the hands of the selftests.  Only they
 * load this module.  An open file's lock protects its pool and its objects.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/kpool.h>
#include <linux/kpool_version.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>
#include <kpool/compat.h>
#include "kpool_test.h"

static DEFINE_IDA(test_ids);

/**
 * struct test_object - the header of every object
 * @serial: serial number of the object in its pool, from 1
 * @uses: how often the object was put
 */
struct test_object {
	u64 serial;
	u64 uses;
};

/**
 * struct test_file - an open file
 * @lock: protects all members below, except @id and @built
 * @id: tells open files apart in the names of pools
 * @pool: the pool, or NULL
 * @bounded: the pool has a max
 * @built: serial number of the last object built
 * @next: where the search for a free handle starts
 * @held: the objects that user space holds, by handle
 */
struct test_file {
	struct mutex lock;	/* all below except @id and @built */
	int id;
	struct kpool *pool;
	bool bounded;
	atomic64_t built;
	u32 next;
	struct xarray held;
};

static int test_init(void *obj, void *ctx, gfp_t gfp)
{
	struct test_file *file = ctx;
	struct test_object *object = obj;

	object->serial = atomic64_inc_return(&file->built);
	object->uses = 0;
	return 0;
}

static bool test_reset(void *obj, void *ctx)
{
	struct test_object *object = obj;

	object->uses++;
	return true;
}

static const struct kpool_ops test_ops = {
	.init = test_init,
	.reset = test_reset,
};

static int test_open(struct inode *inode, struct file *filp)
{
	struct test_file *file = kzalloc_obj(*file, GFP_KERNEL);

	if (!file)
		return -ENOMEM;
	file->id = ida_alloc(&test_ids, GFP_KERNEL);
	if (file->id < 0) {
		int ret = file->id;

		kfree(file);
		return ret;
	}
	mutex_init(&file->lock);
	xa_init_flags(&file->held, XA_FLAGS_ALLOC1);
	filp->private_data = file;
	return nonseekable_open(inode, filp);
}

static int test_release(struct inode *inode, struct file *filp)
{
	struct test_file *file = filp->private_data;
	struct test_object *object;
	unsigned long handle;

	xa_for_each(&file->held, handle, object)
		kpool_put(file->pool, object);
	xa_destroy(&file->held);
	if (file->pool)
		kpool_destroy(file->pool);
	ida_free(&test_ids, file->id);
	kfree(file);
	return 0;
}

static int test_pool(struct test_file *file, void __user *arg)
{
	struct kpool_args args = {
		.ops = &test_ops,
		.ctx = file,
	};
	struct kpool_test_pool req;
	struct kpool *pool;
	char name[16];

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.object_size < sizeof(struct test_object))
		return -EINVAL;
	if (file->pool)
		return -EEXIST;
	args.reserve = req.reserve;
	args.max = req.max;
	snprintf(name, sizeof(name), "test%d", file->id);
	pool = kpool_create(name, req.object_size, &args);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	file->pool = pool;
	file->bounded = req.max;
	return 0;
}

/*
 * In a pool with a max, a get that may sleep would wait for an object to be
 * put, which perhaps only this caller could do; so the get must not sleep.
 */
static int test_get(struct test_file *file, void __user *arg)
{
	struct kpool_test_object req = { };
	struct test_object *object;
	int ret;

	if (!file->pool)
		return -ENXIO;
	object = kpool_get(file->pool, file->bounded ? GFP_NOWAIT : GFP_KERNEL);
	if (!object)
		return file->bounded ? -EAGAIN : -ENOMEM;
	req.serial = object->serial;
	req.uses = object->uses;
	ret = xa_alloc_cyclic(&file->held, &req.handle, object,
			      XA_LIMIT(1, INT_MAX), &file->next, GFP_KERNEL);
	if (ret < 0) {
		kpool_put(file->pool, object);
		return ret;
	}
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

static int test_put(struct test_file *file, void __user *arg)
{
	struct kpool_test_object req;
	struct test_object *object;

	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	object = xa_erase(&file->held, req.handle);
	if (!object)
		return -ENOENT;
	kpool_put(file->pool, object);
	return 0;
}

static long test_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct test_file *file = filp->private_data;
	void __user *user = (void __user *)arg;
	int ret = -ENOTTY;

	mutex_lock(&file->lock);
	if (cmd == KPOOL_TEST_POOL)
		ret = test_pool(file, user);
	else if (cmd == KPOOL_TEST_GET)
		ret = test_get(file, user);
	else if (cmd == KPOOL_TEST_PUT)
		ret = test_put(file, user);
	mutex_unlock(&file->lock);
	return ret;
}

static const struct file_operations test_fops = {
	.owner = THIS_MODULE,
	.open = test_open,
	.release = test_release,
	.unlocked_ioctl = test_ioctl,
};

static struct miscdevice test_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kpool-test",
	.fops = &test_fops,
	.mode = 0600,
};

module_misc_device(test_device);

MODULE_DESCRIPTION("Pooled objects for the selftests of kpool");
MODULE_LICENSE("GPL");
MODULE_VERSION(KPOOL_VERSION);

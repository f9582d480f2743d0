/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ioctl interface of /dev/kpool-test, with which selftests use a pool. It
 * is private to the two: each build of the module goes with its selftests.
 *
 * Each open file may have one pool, which is called test<n> in debugfs. <n>
 * tells open files apart and is 0 if there is only one. Closing the file puts
 * the objects that it still holds and destroys the pool.
 */
#ifndef _KPOOL_TEST_H
#define _KPOOL_TEST_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define KPOOL_TEST_DEVICE	"/dev/kpool-test"

/**
 * struct kpool_test_pool - request of KPOOL_TEST_POOL: make the file's pool
 * @object_size: bytes per object, at least 16
 * @reserve: as in &struct kpool_args
 * @max: as in &struct kpool_args
 *
 * EEXIST: the file already has a pool.
 */
struct kpool_test_pool {
	__u64 object_size;
	__u32 reserve;
	__u32 max;
};

/**
 * struct kpool_test_object - request and result of KPOOL_TEST_GET and PUT
 * @handle: GET: result, not 0; PUT: request
 * @pad: unused
 * @serial: GET: result: serial number of the object in this pool, from 1; an
 *	object that is reused keeps its number
 * @uses: GET: result: how often this object was put before
 *
 * GET never waits for an object to be put.  Errors:
 *
 *   ENXIO	GET: the file has no pool
 *   EAGAIN	GET: the pool has reached its max and no object is idle
 *   ENOENT	PUT: no such handle; a handle is good for one PUT
 */
struct kpool_test_object {
	__u32 handle;
	__u32 pad;
	__u64 serial;
	__u64 uses;
};

#define KPOOL_TEST_POOL	_IOW(0xBF, 64, struct kpool_test_pool)
#define KPOOL_TEST_GET	_IOR(0xBF, 65, struct kpool_test_object)
#define KPOOL_TEST_PUT	_IOW(0xBF, 66, struct kpool_test_object)

#endif /* _KPOOL_TEST_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device-managed pools, of every kind.  The devres entry is allocated before
 * the pool, so that nothing can fail once the pool exists: otherwise a driver
 * could not tell if its release hook has been called.
 */
#ifndef _KPOOL_OWNED_H
#define _KPOOL_OWNED_H

#include <linux/device.h>
#include <linux/err.h>
#include <linux/gfp.h>

/* Define @release(), which destroys a pool that a device owns. */
#define DEFINE_KPOOL_OWNED(release, destroy)				\
static void release(struct device *dev, void *res)			\
{									\
	destroy(*(void **)res);						\
}

/**
 * KPOOL_OWNED() - create a pool that a device owns
 * @dev: the device
 * @release: from DEFINE_KPOOL_OWNED()
 * @create: an expression that creates the pool; evaluated at most once
 *
 * Return: the value of @create, or an ERR_PTR().
 */
#define KPOOL_OWNED(dev, release, create)				\
({									\
	void **owned_ = devres_alloc(release, sizeof(*owned_), GFP_KERNEL); \
									\
	owned_ ? kpool_owned_add(dev, owned_, create) : ERR_PTR(-ENOMEM); \
})

/* Make @dev own @pool, or free @owned if @pool is an error. */
static inline void *kpool_owned_add(struct device *dev, void **owned,
				    void *pool)
{
	if (IS_ERR(pool)) {
		devres_free(owned);
		return pool;
	}
	*owned = pool;
	devres_add(dev, owned);
	return pool;
}

#endif /* _KPOOL_OWNED_H */

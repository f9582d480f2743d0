/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pools that belong to a device.  What the device needs for it is allocated
 * before the pool, so that nothing can fail once the pool is there: a driver
 * could not tell whether its release hook has been called.
 */
#ifndef _KINDS_OWNED_H
#define _KINDS_OWNED_H

#include <linux/device.h>
#include <linux/err.h>

/**
 * kpool_owned_add() - tell a device of a pool that was just created
 * @dev: the device
 * @owned: from devres_alloc(), room for a pointer; freed if there is no pool
 * @pool: the pool, or an ERR_PTR
 *
 * Return: @pool.
 */
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

#endif /* _KINDS_OWNED_H */

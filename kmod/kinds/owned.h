/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device-managed pools.  The devres entry is allocated before the pool, so that
 * nothing can fail once the pool exists: otherwise a driver could not tell if
 * its release hook has been called.
 */
#ifndef _KINDS_OWNED_H
#define _KINDS_OWNED_H

#include <linux/device.h>
#include <linux/err.h>

/**
 * kpool_owned_add() - make a device own a pool that was just created
 * @dev: the device
 * @owned: from devres_alloc(), room for a pointer; freed if there is no pool
 * @pool: the pool, or an ERR_PTR()
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

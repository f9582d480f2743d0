/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that kpool supports (6.1 to 7.x), and the
 * only place that looks at a kernel's version.  The code is written for the
 * newest; older kernels get the newer call rebuilt from what they have.
 */
#ifndef _KPOOL_COMPAT_H
#define _KPOOL_COMPAT_H

#include <linux/err.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/version.h>

/* 6.7 made shrinkers dynamic objects: shrinker_alloc(). */
static inline struct shrinker *
kpool_shrinker_register(unsigned long (*count)(struct shrinker *shrinker,
					       struct shrink_control *control),
			unsigned long (*scan)(struct shrinker *shrinker,
					      struct shrink_control *control))
{
	struct shrinker *shrinker;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	shrinker = shrinker_alloc(SHRINKER_NUMA_AWARE, "kpool");
	if (!shrinker)
		return NULL;
#else
	shrinker = kzalloc(sizeof(*shrinker), GFP_KERNEL);
	if (!shrinker)
		return NULL;
	shrinker->flags = SHRINKER_NUMA_AWARE;
#endif
	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker->seeks = DEFAULT_SEEKS;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	shrinker_register(shrinker);
#else
	if (register_shrinker(shrinker, "kpool")) {
		kfree(shrinker);
		return NULL;
	}
#endif
	return shrinker;
}

static inline void kpool_shrinker_unregister(struct shrinker *shrinker)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	shrinker_free(shrinker);
#else
	unregister_shrinker(shrinker);
	kfree(shrinker);
#endif
}

#endif /* _KPOOL_COMPAT_H */

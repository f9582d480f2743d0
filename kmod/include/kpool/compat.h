/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that kpool supports (6.1 to 7.x), and the
 * only place that looks at a kernel's version.  The code is written for the
 * newest; older kernels get the newer call rebuilt from what they have.
 */
#ifndef _KPOOL_COMPAT_H
#define _KPOOL_COMPAT_H

#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/overflow.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <linux/workqueue.h>

/* 7.0 allocates by type.  Here the flags must be given. */
#ifndef kmalloc_obj
#define kmalloc_obj(var, gfp)						\
	((typeof(var) *)kmalloc(sizeof(var), gfp))
#define kzalloc_obj(var, gfp)						\
	((typeof(var) *)kzalloc(sizeof(var), gfp))
#define kmalloc_flex(var, member, count, gfp)				\
	((typeof(var) *)kmalloc(struct_size((typeof(var) *)NULL, member, \
					    count), gfp))
#define kzalloc_flex(var, member, count, gfp)				\
	((typeof(var) *)kzalloc(struct_size((typeof(var) *)NULL, member, \
					    count), gfp))
#endif

/*
 * x86 addresses the per-CPU data of this CPU through a segment register, which
 * the compiler knows since 6.9.  Elsewhere their address is computed once.  To
 * be used with preemption off; a pointer of this kind is good on this CPU only.
 */
#if defined(CONFIG_USE_X86_SEG_SUPPORT) && defined(CONFIG_X86_64) && \
	defined(CONFIG_SMP) && !defined(__CHECKER__)
#define __kpool_here		__seg_gs
#define kpool_here(type, ptr)	((type __seg_gs *)(unsigned long)(ptr))
#else
#define __kpool_here
#define kpool_here(type, ptr)	raw_cpu_ptr(ptr)
#endif

/* 6.7 brought <linux/objpool.h>, which has no option of its own. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
#define KPOOL_HAVE_OBJPOOL	1
#else
#define KPOOL_HAVE_OBJPOOL	0
#endif

/* 6.5 lets a slab cache ask not to be merged with others. */
#ifndef SLAB_NO_MERGE
#define SLAB_NO_MERGE	0
#endif

/* 6.6 split <net/page_pool.h>. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define KPOOL_HAVE_PAGE_POOL_HELPERS	1
#else
#define KPOOL_HAVE_PAGE_POOL_HELPERS	0
#endif

/* 6.17 gave the unbound workqueue that is meant for everybody a new name. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define system_dfl_wq	system_unbound_wq
#endif

/* 6.8 knows test cases that take long. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define KUNIT_CASE_SLOW(test_name)	KUNIT_CASE(test_name)
#endif

/* 6.13 took a timer's function as an argument. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

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
	shrinker = kzalloc_obj(*shrinker, GFP_KERNEL);
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

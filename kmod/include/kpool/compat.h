/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Compatibility with the kernels that kpool supports (6.1 to 7.x).  The code is
 * written for the newest kernel; for older ones this file implements the newer
 * calls in terms of those that they have.
 *
 * Stable trees and distributions backport changes, so nothing here depends on a
 * version.  If a macro or an option differs, the code tests for that.
 * kmod/probe/probe.c, which kbuild compiles first, tests for everything else;
 * the results are KPOOL_HAVE_X in <kpool/probed.h>.
 */
#ifndef _KPOOL_COMPAT_H
#define _KPOOL_COMPAT_H

#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/overflow.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <kpool/probed.h>

/* 7.0 allocates by type.  Unlike there, the flags are mandatory here. */
#ifndef kmalloc_obj
#define kmalloc_obj(var, gfp)						\
	((typeof(var) *)kmalloc(sizeof(var), gfp))
#endif
#ifndef kzalloc_obj
#define kzalloc_obj(var, gfp)						\
	((typeof(var) *)kzalloc(sizeof(var), gfp))
#endif
#ifndef kmalloc_flex
#define kmalloc_flex(var, member, count, gfp)				\
	((typeof(var) *)kmalloc(struct_size((typeof(var) *)NULL, member, \
					    count), gfp))
#endif
#ifndef kzalloc_flex
#define kzalloc_flex(var, member, count, gfp)				\
	((typeof(var) *)kzalloc(struct_size((typeof(var) *)NULL, member, \
					    count), gfp))
#endif

/* 6.5 and late 6.1 releases: the size of a type with a flexible array. */
#ifndef struct_size_t
#define struct_size_t(type, member, count)				\
	struct_size((type *)NULL, member, count)
#endif

/* 6.10 and late 6.1 releases: a variable is not initialised automatically. */
#ifndef __uninitialized
#if __has_attribute(__uninitialized__)
#define __uninitialized	__attribute__((__uninitialized__))
#else
#define __uninitialized
#endif
#endif

/*
 * x86 addresses the per-CPU data of this CPU through a segment register, which
 * the compiler knows since 6.9.  Elsewhere the address is computed once.  Use
 * this with preemption off; such a pointer is valid on this CPU only.
 */
#if defined(CONFIG_USE_X86_SEG_SUPPORT) && defined(CONFIG_X86_64) && \
	defined(CONFIG_SMP) && !defined(__CHECKER__) && !defined(__GENKSYMS__)
#define __kpool_here		__seg_gs
#define kpool_here(type, ptr)	((type __seg_gs *)(unsigned long)(ptr))
#else
#define __kpool_here
#define kpool_here(type, ptr)	raw_cpu_ptr(ptr)
#endif

/* From 6.5 a slab cache can ask not to be merged with others. */
#ifndef SLAB_NO_MERGE
#define SLAB_NO_MERGE	0
#endif

/* 6.17 renamed the unbound workqueue for general use. */
#if !KPOOL_HAVE_SYSTEM_DFL_WQ
#define system_dfl_wq	system_unbound_wq
#endif

/* From 6.13 a timer's function is an argument. */
#if !KPOOL_HAVE_HRTIMER_SETUP
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

#if KPOOL_HAVE_SHRINKER_ALLOC
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
#if KPOOL_HAVE_SHRINKER_ALLOC
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
#if KPOOL_HAVE_SHRINKER_ALLOC
	shrinker_free(shrinker);
#else
	unregister_shrinker(shrinker);
	kfree(shrinker);
#endif
}

#endif /* _KPOOL_COMPAT_H */

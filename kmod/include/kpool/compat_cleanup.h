/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of <linux/cleanup.h> that kpool's headers use.  6.5 introduced that
 * header, and 6.1 got it between its point releases 76 and 82.  This file is
 * separate from <kpool/compat.h> because drivers include it through kpool's
 * headers.
 */
#ifndef _KPOOL_COMPAT_CLEANUP_H
#define _KPOOL_COMPAT_CLEANUP_H

/* sparse has no __has_include(); the kernels that it checks have the header. */
#ifdef __has_include
#if !__has_include(<linux/cleanup.h>)
#define KPOOL_LACKS_CLEANUP
#endif
#endif

#ifndef KPOOL_LACKS_CLEANUP
#include <linux/cleanup.h>
#else

#include <linux/compiler.h>

#define __cleanup(func)		__attribute__((__cleanup__(func)))

#define DEFINE_FREE(name, type, free)					\
	static inline void __free_##name(void *p)			\
	{								\
		type _T = *(type *)p;					\
									\
		free;							\
	}
#define __free(name)		__cleanup(__free_##name)

#define no_free_ptr(p)							\
({									\
	typeof(p) __kept = (p);						\
									\
	(p) = NULL;							\
	__kept;								\
})
#define return_ptr(p)		return no_free_ptr(p)

#endif /* KPOOL_LACKS_CLEANUP */

#endif /* _KPOOL_COMPAT_CLEANUP_H */

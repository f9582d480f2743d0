/* SPDX-License-Identifier: GPL-2.0 */
/*
 * <kunit/test.h> as in the newest kernel.  Separate from <kpool/compat.h>,
 * since only tests include it, and only a kernel with KUnit has it.
 */
#ifndef _KPOOL_COMPAT_KUNIT_H
#define _KPOOL_COMPAT_KUNIT_H

#include <kunit/test.h>

/* From 6.8 on test cases can be marked as slow. */
#ifndef KUNIT_CASE_SLOW
#define KUNIT_CASE_SLOW(test_name)	KUNIT_CASE(test_name)
#endif

#endif /* _KPOOL_COMPAT_KUNIT_H */

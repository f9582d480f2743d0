/* SPDX-License-Identifier: GPL-2.0 */
/*
 * <kunit/test.h> as the newest kernel has it.  Apart from <kpool/compat.h>,
 * since only tests include it, and only a kernel with KUnit has it.
 */
#ifndef _KPOOL_COMPAT_KUNIT_H
#define _KPOOL_COMPAT_KUNIT_H

#include <kunit/test.h>

/* 6.8 knows test cases that take long. */
#ifndef KUNIT_CASE_SLOW
#define KUNIT_CASE_SLOW(test_name)	KUNIT_CASE(test_name)
#endif

#endif /* _KPOOL_COMPAT_KUNIT_H */

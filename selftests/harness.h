/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The harness of the kernel's selftests, without its time limit for a test: how
 * long one takes says nothing where the machine is emulated on a busy host.  A
 * test that hangs is ended by tools/vm/run, since it prints nothing any more.
 */
#ifndef _KPOOL_SELFTEST_HARNESS_H
#define _KPOOL_SELFTEST_HARNESS_H

#include "kselftest_harness.h"

/* Negative: poll() waits without an end. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	(-1)

#endif /* _KPOOL_SELFTEST_HARNESS_H */

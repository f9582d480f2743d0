/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The harness of the kernel's selftests, without its time limit per test: on an
 * emulated machine with a busy host, how long a test takes says nothing about
 * it. tools/vm/run ends a test that hangs, since it stops printing.
 */
#ifndef _KPOOL_SELFTEST_HARNESS_H
#define _KPOOL_SELFTEST_HARNESS_H

#include "kselftest_harness.h"

/* A negative value makes poll() wait without a timeout. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	(-1)

#endif /* _KPOOL_SELFTEST_HARNESS_H */

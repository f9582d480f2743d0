/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The header of an object with hooks or a constructor: it must be cleared
 * before the next user gets the object.
 */
#ifndef _BENCH_HEADER_H
#define _BENCH_HEADER_H

#include <linux/string.h>

#define BENCH_HEADER_SIZE	64

static __always_inline void bench_header_clear(void *obj)
{
	memset(obj, 0, BENCH_HEADER_SIZE);
}

#endif /* _BENCH_HEADER_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "kmalloc", with a size that is known at run time only.  There is
 * no compress: that would be the backend "none" under another name.
 */
#include "loops.h"

static __always_inline void *kmalloc_get(struct bench_source source)
{
	return kmalloc(source.size, GFP_KERNEL);
}

static __always_inline void kmalloc_put(struct bench_source source, void *obj)
{
	kfree(obj);
}

BENCH_DEFINE_PLAIN_LOOPS(kmalloc, kmalloc_get, kmalloc_put)

static const struct bench_loops kmalloc_loops = {
	.pair = kmalloc_pair,
	.turns = kmalloc_turns,
	.overflow = kmalloc_overflow,
	.fill = kmalloc_fill,
	.empty = kmalloc_empty,
};

const struct bench_backend bench_backend_kmalloc = {
	.get_allocates = true,
	.loops = &kmalloc_loops,
};

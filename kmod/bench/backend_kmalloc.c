// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "kmalloc", with a size that is known at run time only.  Objects
 * are not cleared, which is all that sets it apart from the backend "none".
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

static __always_inline void *kmalloc_get_built(struct bench_source source)
{
	void *obj = kmalloc(source.size, GFP_KERNEL);

	if (obj && deflate_build(obj, GFP_KERNEL)) {
		kfree(obj);
		obj = NULL;
	}
	return obj;
}

static __always_inline void kmalloc_put_built(struct bench_source source,
					      void *obj)
{
	deflate_teardown(obj);
	kfree(obj);
}

BENCH_DEFINE_LOOPS(kmalloc, kmalloc_get, kmalloc_put, kmalloc_get_built,
		   kmalloc_put_built);

const struct bench_backend bench_backend_kmalloc = {
	.get_allocates = true,
	.loops = &kmalloc_loops,
};

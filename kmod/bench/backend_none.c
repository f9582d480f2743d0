// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "none": no pool at all.  Each object is allocated and brought
 * into its first state for one use (a plain one is cleared), and torn down
 * after it.
 */
#include "loops.h"

static __always_inline void *none_get(struct bench_source source)
{
	return kzalloc(source.size, GFP_KERNEL);
}

static __always_inline void none_put(struct bench_source source, void *obj)
{
	kfree(obj);
}

static __always_inline void *none_get_built(struct bench_source source)
{
	void *obj = kzalloc(source.size, GFP_KERNEL);

	if (obj && deflate_build(obj, GFP_KERNEL)) {
		kfree(obj);
		obj = NULL;
	}
	return obj;
}

static __always_inline void none_put_built(struct bench_source source,
					   void *obj)
{
	deflate_teardown(obj);
	kfree(obj);
}

BENCH_DEFINE_LOOPS(none, none_get, none_put, none_get_built, none_put_built);

const struct bench_backend bench_backend_none = {
	.get_allocates = true,
	.loops = &none_loops,
};

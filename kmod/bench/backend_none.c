// SPDX-License-Identifier: GPL-2.0
/*
 * The backend "none": no pool at all.  Each object is allocated and initialised
 * for one use (a plain one is cleared), then torn down.
 */
#include "built.h"
#include "loops.h"

static __always_inline void *none_get(struct bench_source source, gfp_t gfp)
{
	return kzalloc(source.size, gfp);
}

static __always_inline void none_put(struct bench_source source, void *obj)
{
	kfree(obj);
}

BENCH_DEFINE_LOOPS(none, none_get, none_put);
BENCH_DEFINE_ATOMIC(none, none_get, none_put);
BENCH_DEFINE_DROP(none, none_put);
BENCH_DEFINE_BUILT(none, none_get, none_put);

static const struct bench_loops none_loops = {
	BENCH_LOOPS(none),
	.atomic = none_atomic,
	.drop = none_drop,
};

const struct bench_backend bench_backend_none = {
	.get_allocates = true,
	.get_built = none_get_built,
	.put_built = none_put_built,
	.loops = &none_loops,
};

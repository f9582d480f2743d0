// SPDX-License-Identifier: GPL-2.0
/*
 * The backends "kmalloc" and "kvmalloc", with a size that is known only at run
 * time.  Objects are not cleared, which is the only difference between
 * "kmalloc" and the backend "none".
 */
#include <linux/mm.h>
#include "built.h"
#include "loops.h"

static __always_inline void *kmalloc_get(struct bench_source source, gfp_t gfp)
{
	return kmalloc(source.size, gfp);
}

static __always_inline void kmalloc_put(struct bench_source source, void *obj)
{
	kfree(obj);
}

BENCH_DEFINE_LOOPS(kmalloc, kmalloc_get, kmalloc_put);
BENCH_DEFINE_ATOMIC(kmalloc, kmalloc_get, kmalloc_put);
BENCH_DEFINE_DROP(kmalloc, kmalloc_put);
BENCH_DEFINE_BUILT(kmalloc, kmalloc_get, kmalloc_put);

static const struct bench_loops kmalloc_loops = {
	BENCH_LOOPS(kmalloc),
	.atomic = kmalloc_atomic,
	.drop = kmalloc_drop,
};

static __always_inline void *kvmalloc_get(struct bench_source source, gfp_t gfp)
{
	return kvmalloc(source.size, gfp);
}

static __always_inline void kvmalloc_put(struct bench_source source, void *obj)
{
	kvfree(obj);
}

BENCH_DEFINE_LOOPS(kvmalloc, kvmalloc_get, kvmalloc_put);
BENCH_DEFINE_DROP(kvmalloc, kvmalloc_put);
BENCH_DEFINE_BUILT(kvmalloc, kvmalloc_get, kvmalloc_put);

static const struct bench_loops kvmalloc_loops = {
	BENCH_LOOPS(kvmalloc),
	.drop = kvmalloc_drop,
};

const struct bench_backend bench_backend_kmalloc = {
	.get_allocates = true,
	.get_built = kmalloc_get_built,
	.put_built = kmalloc_put_built,
	.loops = &kmalloc_loops,
};

const struct bench_backend bench_backend_kvmalloc = {
	.get_allocates = true,
	.get_built = kvmalloc_get_built,
	.put_built = kvmalloc_put_built,
	.loops = &kvmalloc_loops,
};

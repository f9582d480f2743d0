/* SPDX-License-Identifier: GPL-2.0 */
/* For backends whose objects are built for every use and torn down after it. */
#ifndef _BENCH_BUILT_H
#define _BENCH_BUILT_H

#include "loops.h"

/**
 * BENCH_DEFINE_BUILT() - define get_built and put_built of such a backend
 * @name: the backend; @name_get_built() and @name_put_built() are defined
 * @get: allocates memory
 * @put: frees the memory
 */
#define BENCH_DEFINE_BUILT(name, get, put)				\
static void *name##_get_built(struct bench_source source,		\
			      const struct bench_builder *builder)	\
{									\
	void *obj = get(source, GFP_KERNEL);				\
									\
	if (obj && builder->build(obj, GFP_KERNEL)) {			\
		put(source, obj);					\
		obj = NULL;						\
	}								\
	return obj;							\
}									\
									\
static void name##_put_built(struct bench_source source,		\
			     const struct bench_builder *builder,	\
			     void *obj)					\
{									\
	builder->teardown(obj);						\
	put(source, obj);						\
}

#endif /* _BENCH_BUILT_H */

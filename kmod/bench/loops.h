/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The loops that are measured.  A backend provides a get and a put function,
 * which are always inlined, and BENCH_DEFINE_LOOPS() makes the backend's loops
 * from them.
 *
 * The functions below take @get and @put as arguments, but they are inlined
 * too, and the arguments are constants: the compiler emits direct calls of
 * kpool_get(), kmem_cache_alloc() and so on, as in a driver.  In addition to
 * the two calls, an operation takes the instructions that set up their
 * arguments, the test for NULL and the loop counter: at most eight.  The
 * backend "loop", whose get and put are empty, shows what they cost.
 */
#ifndef _BENCH_LOOPS_H
#define _BENCH_LOOPS_H

#include <linux/compiler.h>
#include "bench.h"
#include "builder.h"

typedef void *(*bench_get_fn)(struct bench_source source, gfp_t gfp);
typedef void (*bench_put_fn)(struct bench_source source, void *obj);

static __always_inline unsigned int
bench_loop_pair(struct bench_source source, unsigned int ops, gfp_t gfp,
		bench_get_fn get, bench_put_fn put)
{
	unsigned int left;

	for (left = ops; left; left--) {
		void *obj = get(source, gfp);

		if (unlikely(!obj))
			break;
		put(source, obj);
	}
	return ops - left;
}

static __always_inline unsigned int
bench_loop_turns(const struct bench_source *sources, unsigned int nr,
		 unsigned int turns, bench_get_fn get, bench_put_fn put)
{
	const struct bench_source *end = sources + nr;
	unsigned int left;

	for (left = turns; left; left--) {
		const struct bench_source *source;

		for (source = sources; source != end; source++) {
			void *obj = get(*source, GFP_KERNEL);

			if (unlikely(!obj))
				return turns - left;
			put(*source, obj);
		}
	}
	return turns;
}

/* Hold one object of each of three sources, as while a request is served. */
static __always_inline unsigned int
bench_loop_nested(const struct bench_source *sources, unsigned int ops,
		  bench_get_fn get, bench_put_fn put)
{
	unsigned int left;

	for (left = ops; left; left--) {
		void *outer, *middle, *inner;

		outer = get(sources[0], GFP_KERNEL);
		if (unlikely(!outer))
			break;
		middle = get(sources[1], GFP_KERNEL);
		if (unlikely(!middle)) {
			put(sources[0], outer);
			break;
		}
		inner = get(sources[2], GFP_KERNEL);
		if (likely(inner))
			put(sources[2], inner);
		put(sources[1], middle);
		put(sources[0], outer);
		if (unlikely(!inner))
			break;
	}
	return ops - left;
}

static __always_inline unsigned int
bench_loop_fill(struct bench_source source, void **objs, unsigned int nr,
		bench_get_fn get)
{
	void **end = objs + nr;
	void **slot;

	for (slot = objs; slot != end; slot++) {
		*slot = get(source, GFP_KERNEL);
		if (unlikely(!*slot))
			break;
	}
	return slot - objs;
}

static __always_inline void
bench_loop_empty(struct bench_source source, void **objs, unsigned int nr,
		 bench_put_fn put)
{
	void **end = objs + nr;
	void **slot;

	for (slot = objs; slot != end; slot++)
		put(source, *slot);
}

static __always_inline unsigned int
bench_loop_overflow(struct bench_source source, void **objs,
		    unsigned int burst, unsigned int bursts,
		    bench_get_fn get, bench_put_fn put)
{
	unsigned int left;

	for (left = bursts; left; left--) {
		unsigned int got = bench_loop_fill(source, objs, burst, get);

		bench_loop_empty(source, objs, got, put);
		if (unlikely(got != burst))
			break;
	}
	return bursts - left;
}

static __always_inline unsigned int
bench_loop_kind(struct bench_source source, unsigned int ops,
		bool (*operation)(struct bench_source source))
{
	unsigned int left;

	for (left = ops; left; left--)
		if (unlikely(!operation(source)))
			break;
	return ops - left;
}

/**
 * BENCH_DEFINE_KIND_LOOPS() - make the measured loop of a kind
 * @name: the kind and backend; defines struct bench_loops @name_loops
 * @operation: static __always_inline function that gets, uses and puts one
 *	object; returns false if memory ran out
 */
#define BENCH_DEFINE_KIND_LOOPS(name, operation)			\
static unsigned int name##_pair(struct bench_source source,		\
				unsigned int ops)			\
{									\
	return bench_loop_kind(source, ops, operation);			\
}									\
									\
static const struct bench_loops name##_loops = {			\
	.pair = name##_pair,						\
}

/**
 * BENCH_DEFINE_LOOPS() - define the measured loops of a backend
 * @name: the backend; defines functions @name_pair() and so on
 * @get: gets an object
 * @put: puts an object
 *
 * Both are static __always_inline functions.  BENCH_LOOPS() lists the functions
 * that this defines; a backend adds the other loops that make sense for it.
 */
#define BENCH_DEFINE_LOOPS(name, get, put)				\
static unsigned int name##_pair(struct bench_source source,		\
				unsigned int ops)			\
{									\
	return bench_loop_pair(source, ops, GFP_KERNEL, get, put);	\
}									\
									\
static unsigned int name##_turns(const struct bench_source *sources,	\
				 unsigned int nr, unsigned int turns)	\
{									\
	return bench_loop_turns(sources, nr, turns, get, put);		\
}									\
									\
static unsigned int name##_nested(const struct bench_source *sources,	\
				  unsigned int ops)			\
{									\
	return bench_loop_nested(sources, ops, get, put);		\
}									\
									\
static unsigned int name##_overflow(struct bench_source source,		\
				    void **objs, unsigned int burst,	\
				    unsigned int bursts)		\
{									\
	return bench_loop_overflow(source, objs, burst, bursts, get, put);\
}									\
									\
static unsigned int name##_fill(struct bench_source source, void **objs,\
				unsigned int nr)			\
{									\
	return bench_loop_fill(source, objs, nr, get);			\
}									\
									\
static void name##_empty(struct bench_source source, void **objs,	\
			 unsigned int nr)				\
{									\
	bench_loop_empty(source, objs, nr, put);			\
}

/* The members of struct bench_loops that BENCH_DEFINE_LOOPS() has defined. */
#define BENCH_LOOPS(name)						\
	.pair = name##_pair,						\
	.turns = name##_turns,						\
	.nested = name##_nested,					\
	.overflow = name##_overflow,					\
	.fill = name##_fill,						\
	.empty = name##_empty

/**
 * BENCH_DEFINE_ATOMIC() - define the loop of a backend for interrupts
 * @name: the backend; defines @name_atomic()
 * @get: gets an object without sleeping
 * @put: puts an object without sleeping
 */
#define BENCH_DEFINE_ATOMIC(name, get, put)				\
static unsigned int name##_atomic(struct bench_source source,		\
				  unsigned int ops)			\
{									\
	return bench_loop_pair(source, ops, GFP_ATOMIC | __GFP_NOWARN,	\
			       get, put);				\
}

/**
 * BENCH_DEFINE_DROP() - define the loop of a backend that drops objects
 * @name: the backend; defines @name_drop()
 * @drop: gives an object up, so that no later get returns it
 */
#define BENCH_DEFINE_DROP(name, drop)					\
static void name##_drop(struct bench_source source, void **objs,	\
			unsigned int nr)				\
{									\
	bench_loop_empty(source, objs, nr, drop);			\
}

#endif /* _BENCH_LOOPS_H */

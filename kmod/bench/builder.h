/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects that have to be built: how a backend turns memory into an object
 * before it hands the object out.  A workload chooses a builder; backends that
 * keep built objects build each once, the others build for every use.
 */
#ifndef _BENCH_BUILDER_H
#define _BENCH_BUILDER_H

#include <linux/gfp_types.h>
#include <linux/types.h>

/**
 * struct bench_builder - how the objects of a workload are built
 * @size: bytes of an object, without what @build adds
 * @build: builds an object, may sleep; returns 0 or a negative errno
 * @reset: restores a used object to the state that @build left it in
 * @teardown: undoes @build, may sleep
 */
struct bench_builder {
	size_t size;
	int (*build)(void *obj, gfp_t gfp);
	void (*reset)(void *obj);
	void (*teardown)(void *obj);
};

/* deflate.c: a zlib stream with its workspace */
extern const struct bench_builder bench_deflate_builder;

/* built.c: an object that takes a millisecond to build */
extern const struct bench_builder bench_expensive_builder;

/**
 * bench_build() - build an object in memory that was just allocated
 * @builder: the builder, or NULL if there is nothing to do
 * @obj: the memory, or NULL
 * @gfp: flags for the allocations that building makes
 *
 * Return: 0 or a negative errno; the memory remains the caller's in both cases.
 */
static inline int bench_build(const struct bench_builder *builder, void *obj,
			      gfp_t gfp)
{
	return builder ? builder->build(obj, gfp) : 0;
}

/* Undo bench_build(). */
static inline void bench_teardown(const struct bench_builder *builder,
				  void *obj)
{
	if (builder)
		builder->teardown(obj);
}

#endif /* _BENCH_BUILDER_H */

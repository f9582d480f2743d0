/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects that have to be built: what a backend does to the memory that it
 * hands out.  Workloads choose one; backends that keep built objects build
 * them once, the others for every use.
 */
#ifndef _BENCH_BUILDER_H
#define _BENCH_BUILDER_H

#include <linux/gfp_types.h>
#include <linux/types.h>

/**
 * struct bench_builder - how objects of a workload are made
 * @size: bytes of an object, without what @build adds
 * @build: builds one, may sleep; 0 or a negative errno
 * @reset: brings a used one back to what @build made
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

/* built.c: an object that takes a millisecond */
extern const struct bench_builder bench_expensive_builder;

/**
 * bench_build() - build an object in memory that was just allocated
 * @builder: how, or NULL if there is nothing to do
 * @obj: the memory, or NULL
 * @gfp: for what building needs
 *
 * Return: 0 or a negative errno; the memory stays the caller's.
 */
static inline int bench_build(const struct bench_builder *builder, void *obj,
			      gfp_t gfp)
{
	return builder ? builder->build(obj, gfp) : 0;
}

/* Undoes bench_build(). */
static inline void bench_teardown(const struct bench_builder *builder,
				  void *obj)
{
	if (builder)
		builder->teardown(obj);
}

#endif /* _BENCH_BUILDER_H */

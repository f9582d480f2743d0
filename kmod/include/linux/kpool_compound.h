/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Compound objects: a parent that is got together with its children, each out
 * of a pool of its own, and put together with them.
 */
#ifndef _LINUX_KPOOL_COMPOUND_H
#define _LINUX_KPOOL_COMPOUND_H

#include <linux/build_bug.h>
#include <linux/kpool.h>
#include <linux/stddef.h>

struct kpool_compound;

/* Most children of one parent. */
#define KPOOL_CHILDREN_MAX	16

/**
 * struct kpool_child - one of the children that each parent has
 * @pool: the pool it comes from, or NULL if @compound is set
 * @compound: the compound it is the parent of, or NULL if @pool is set
 * @offset: of the pointer to it, in bytes from the parent's start
 *
 * Best written as KPOOL_CHILD() or KPOOL_CHILD_COMPOUND().
 */
struct kpool_child {
	struct kpool *pool;
	struct kpool_compound *compound;
	size_t offset;
};

/* The offset of @member, which must be as large as a pointer. */
#define KPOOL_CHILD_OFFSET(type, member)				\
	(offsetof(type, member) +					\
	 BUILD_BUG_ON_ZERO(sizeof_field(type, member) != sizeof(void *)))

/**
 * KPOOL_CHILD() - a child out of a pool
 * @type: the parent's type
 * @member: the parent's pointer to this child
 * @_pool: the child's pool
 */
#define KPOOL_CHILD(type, member, _pool)				\
	{ .pool = (_pool), .offset = KPOOL_CHILD_OFFSET(type, member) }

/**
 * KPOOL_CHILD_COMPOUND() - a child that has children itself
 * @type: the parent's type
 * @member: the parent's pointer to this child
 * @_compound: where the child comes from
 */
#define KPOOL_CHILD_COMPOUND(type, member, _compound)			\
	{ .compound = (_compound), .offset = KPOOL_CHILD_OFFSET(type, member) }

struct kpool_compound *
kpool_compound_create(const char *name, size_t size,
		      const struct kpool_args *args,
		      const struct kpool_child *children, unsigned int nr);
void kpool_compound_destroy(struct kpool_compound *compound);
struct kpool_compound *
devm_kpool_compound_create(struct device *dev, const char *name, size_t size,
			   const struct kpool_args *args,
			   const struct kpool_child *children, unsigned int nr);

void *kpool_compound_get(struct kpool_compound *compound, gfp_t gfp);
void kpool_compound_put(struct kpool_compound *compound, void *obj);
void kpool_compound_discard(struct kpool_compound *compound, void *obj);
struct kpool *kpool_compound_pool(struct kpool_compound *compound);

#endif /* _LINUX_KPOOL_COMPOUND_H */

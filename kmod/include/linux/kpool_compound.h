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

/* All that a driver and kpool.ko share of compounds, see KPOOL_LAYOUT_OF(). */
#define KPOOL_CHILD_MEMBERS						\
	struct kpool_child, pool, compound, offset
#define KPOOL_COMPOUND_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT, KPOOL_CHILD_MEMBERS)

struct kpool_compound *
__kpool_compound_create(const char *name, size_t size,
			const struct kpool_args *args,
			const struct kpool_child *children, unsigned int nr,
			const struct kpool_caller *caller);

/**
 * kpool_compound_create() - create a pool of parents that have children
 * @name: of the parents' pool, as for kpool_create()
 * @size: bytes a parent
 * @args: how the parents' pool is to behave, copied; NULL for defaults
 * @children: where the children come from and where in the parent the pointers
 *	to them are, copied
 * @nr: how many children, 1 to %KPOOL_CHILDREN_MAX
 *
 * The pools of the children, and the compounds that are children, remain the
 * caller's and must outlive this one.  Several children may come from one pool.
 * Who destroys them destroys this one first.
 *
 * The hooks of @args are the parent's own.  The init and exit hooks find no
 * children: init need not set the pointers, in exit they are NULL.  The reset
 * hook finds those that the parent has; a pointer is NULL if the user took the
 * child over, and all of them may be if a get missed one.  The children go back
 * to their pools after the hook, whatever it returns, and it may clear the
 * pointers to them.
 *
 * Context: Process context, may sleep.
 * Return: The compound, or an ERR_PTR():
 *	-EINVAL	no children, a child with neither or both of a pool and a
 *		compound or with an error pointer for one, a pointer that is
 *		not within @size bytes, not aligned, or the same as another
 *		one's, or what kpool_create() refuses;
 *	-E2BIG	more than %KPOOL_CHILDREN_MAX children, or a parent larger
 *		than kpool_create() allows;
 *	-EEXIST	the name is taken;
 *	-ENOEXEC	the caller was compiled against headers of another kpool;
 *	-ENOMEM	no memory, or the reserve could not be built.
 */
static inline struct kpool_compound *
kpool_compound_create(const char *name, size_t size,
		      const struct kpool_args *args,
		      const struct kpool_child *children, unsigned int nr)
{
	return __kpool_compound_create(name, size, args, children, nr,
				       KPOOL_CALLER(KPOOL_COMPOUND_LAYOUT));
}

void kpool_compound_destroy(struct kpool_compound *compound);
struct kpool_compound *
__devm_kpool_compound_create(struct device *dev, const char *name, size_t size,
			     const struct kpool_args *args,
			     const struct kpool_child *children,
			     unsigned int nr, const struct kpool_caller *caller);

/**
 * devm_kpool_compound_create() - create a compound that goes with its device
 * @dev: the device
 * @name: as for kpool_compound_create()
 * @size: as for kpool_compound_create()
 * @args: as for kpool_compound_create()
 * @children: as for kpool_compound_create()
 * @nr: as for kpool_compound_create()
 *
 * Pools of the children that belong to @dev must be created before, so that
 * they go after it.
 *
 * Context: Process context, may sleep.
 * Return: As kpool_compound_create().  It is destroyed when @dev is unbound.
 */
static inline struct kpool_compound *
devm_kpool_compound_create(struct device *dev, const char *name, size_t size,
			   const struct kpool_args *args,
			   const struct kpool_child *children, unsigned int nr)
{
	return __devm_kpool_compound_create(dev, name, size, args, children, nr,
					    KPOOL_CALLER(KPOOL_COMPOUND_LAYOUT));
}

void *kpool_compound_get(struct kpool_compound *compound, gfp_t gfp);
void kpool_compound_put(struct kpool_compound *compound, void *obj);
void kpool_compound_discard(struct kpool_compound *compound, void *obj);
struct kpool *kpool_compound_pool(struct kpool_compound *compound);

#endif /* _LINUX_KPOOL_COMPOUND_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Compound objects: a parent and its children, each from a pool of its own, are
 * got in one call and put in one call.
 */
#ifndef _LINUX_KPOOL_COMPOUND_H
#define _LINUX_KPOOL_COMPOUND_H

#include <linux/build_bug.h>
#include <linux/kpool.h>
#include <linux/stddef.h>

struct kpool_compound;

/**
 * define KPOOL_CHILDREN_MAX - maximum number of children of one parent
 */
#define KPOOL_CHILDREN_MAX	16

/**
 * struct kpool_child - describes one child of each parent
 * @pool: the child's pool, or NULL if @compound is set
 * @compound: if the child has children itself, its compound, or NULL if @pool
 *	is set
 * @offset: offset of the pointer to the child, in bytes from the parent's start
 *
 * Use KPOOL_CHILD() or KPOOL_CHILD_COMPOUND() to initialise one.
 */
struct kpool_child {
	struct kpool *pool;
	struct kpool_compound *compound;
	size_t offset;
};

/* The offset of @member, whose size must be that of a pointer. */
#define KPOOL_CHILD_OFFSET(type, member)				\
	(offsetof(type, member) +					\
	 BUILD_BUG_ON_ZERO(sizeof_field(type, member) != sizeof(void *)))

/**
 * KPOOL_CHILD() - describe a child from a pool
 * @type: the parent's type
 * @member: the parent's pointer to this child
 * @_pool: the child's pool
 */
#define KPOOL_CHILD(type, member, _pool)				\
	{ .pool = (_pool), .offset = KPOOL_CHILD_OFFSET(type, member) }

/**
 * KPOOL_CHILD_COMPOUND() - describe a child that has children itself
 * @type: the parent's type
 * @member: the parent's pointer to this child
 * @_compound: the child's compound
 */
#define KPOOL_CHILD_COMPOUND(type, member, _compound)			\
	{ .compound = (_compound), .offset = KPOOL_CHILD_OFFSET(type, member) }

/**
 * struct kpool_compound_args - parameters of a pool of parents
 * @pool: parameters of the parents' pool.  Its hooks apply to the parent alone.
 * @children: the source of each child and the offset of the pointer to it in
 *	the parent; copied
 * @nr: number of children, 1 to %KPOOL_CHILDREN_MAX
 */
struct kpool_compound_args {
	struct kpool_args pool;
	const struct kpool_child *children;
	unsigned int nr;
	/* private: leaves no hole that a new member would fill. */
	unsigned int unused;
};

/**
 * struct kpool_compound_stats - statistics of a compound
 * @children: number of children of a parent
 * @unwinds: gets that failed for lack of a child
 */
struct kpool_compound_stats {
	u64 children;
	u64 unwinds;
};

/* The members that a driver and kpool.ko share, see KPOOL_LAYOUT_OF(). */
#define KPOOL_CHILD_MEMBERS						\
	struct kpool_child, pool, compound, offset
#define KPOOL_COMPOUND_ARGS_MEMBERS					\
	struct kpool_compound_args, pool, children, nr, unused
#define KPOOL_COMPOUND_STATS_MEMBERS					\
	struct kpool_compound_stats, children, unwinds
#define KPOOL_COMPOUND_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT,	\
		KPOOL_CHILD_MEMBERS), KPOOL_COMPOUND_ARGS_MEMBERS),	\
		KPOOL_COMPOUND_STATS_MEMBERS)

struct kpool_compound *
__kpool_compound_create(const char *name, size_t size,
			const struct kpool_compound_args *args,
			const struct kpool_caller *caller);

/**
 * kpool_compound_create() - create a pool of parents that have children
 * @name: name of the parents' pool, as for kpool_create()
 * @size: size of a parent in bytes
 * @args: the children, and parameters of the parents' pool; copied
 *
 * The caller remains responsible for the pools of the children, and for the
 * compounds that are children.  They must outlive this compound: destroy this
 * one first.  Several children may come from one pool.
 *
 * The hooks of @args->pool apply to the parent alone.  The init and exit hooks
 * see no children: init need not set the pointers, and in exit they are NULL.
 * The reset hook sees the children that the parent still has.  A pointer is
 * NULL if the user took the child over; all of them may be NULL if a get failed
 * to get one of the children.  The children are put after the hook, whatever it
 * returns, and the hook may clear the pointers to them.
 *
 * Context: Process context, may sleep.
 * Return:
 * * the compound;
 * * ERR_PTR(%-EINVAL) - @args is NULL, or there are no children; a child has
 *   neither a pool nor a compound, has both, or has an error pointer for
 *   one; a pointer is not within @size bytes, not aligned, or the same as
 *   that of another child; or a reason of kpool_create();
 * * ERR_PTR(%-E2BIG) - more than %KPOOL_CHILDREN_MAX children, or a parent
 *   larger than kpool_create() allows;
 * * ERR_PTR(%-EEXIST) - the name is in use;
 * * ERR_PTR(%-ENOEXEC) - the caller was compiled with headers of another
 *   kpool;
 * * ERR_PTR(%-ENOMEM) - no memory, or the reserve could not be built.
 */
static inline struct kpool_compound *
kpool_compound_create(const char *name, size_t size,
		      const struct kpool_compound_args *args)
{
	return __kpool_compound_create(name, size, args,
				       KPOOL_CALLER(KPOOL_COMPOUND_LAYOUT));
}

void kpool_compound_destroy(struct kpool_compound *compound);
struct kpool_compound *
__devm_kpool_compound_create(struct device *dev, const char *name, size_t size,
			     const struct kpool_compound_args *args,
			     const struct kpool_caller *caller);

/**
 * devm_kpool_compound_create() - create a device-managed compound
 * @dev: the device
 * @name: as for kpool_compound_create()
 * @size: as for kpool_compound_create()
 * @args: as for kpool_compound_create()
 *
 * If pools of the children belong to @dev too, create them first, so that they
 * are destroyed after the compound.
 *
 * Context: Process context, may sleep.
 * Return: As kpool_compound_create().  Unbinding @dev destroys the compound.
 */
static inline struct kpool_compound *
devm_kpool_compound_create(struct device *dev, const char *name, size_t size,
			   const struct kpool_compound_args *args)
{
	return __devm_kpool_compound_create(dev, name, size, args,
					    KPOOL_CALLER(KPOOL_COMPOUND_LAYOUT));
}

void *kpool_compound_get(struct kpool_compound *compound, gfp_t gfp);
void kpool_compound_put(struct kpool_compound *compound, void *obj);
void kpool_compound_discard(struct kpool_compound *compound, void *obj);
struct kpool *kpool_compound_pool(struct kpool_compound *compound);
void __kpool_compound_read_stats(struct kpool_compound *compound,
				 struct kpool_compound_stats *stats,
				 const struct kpool_caller *caller);

/**
 * kpool_compound_read_stats() - read the statistics of a compound
 * @compound: the compound
 * @stats: filled in
 *
 * All are 0 if the caller was compiled with headers of another kpool.
 *
 * Context: Any.
 */
static inline void
kpool_compound_read_stats(struct kpool_compound *compound,
			  struct kpool_compound_stats *stats)
{
	*stats = (struct kpool_compound_stats){};
	__kpool_compound_read_stats(compound, stats,
				    KPOOL_CALLER(KPOOL_COMPOUND_LAYOUT));
}

#endif /* _LINUX_KPOOL_COMPOUND_H */

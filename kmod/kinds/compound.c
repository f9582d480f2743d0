// SPDX-License-Identifier: GPL-2.0
/*
 * Compound objects: a parent and its children, each from a pool of its own.
 *
 * Owns the parents' pool and the list of children, both of which are constant
 * after creation.  There is no lock: a parent and its pointers to the children
 * belong to the caller that got it.  The invariant is:
 *
 *	In a parent that is not in use, the pointers to the children are NULL.
 *
 * The init hook establishes it.  A get fills the pointers in.  The reset hook,
 * which runs in each put, puts the children and clears the pointers again.  A
 * get that fails to get a child puts the parent, and with it the children that
 * it has so far.
 *
 * The struct kpool_compound exists as long as any of its parents, because their
 * hooks need it: parents in use at its destruction may be put later.
 *
 * Called by drivers in any context, and by the parents' pool.
 */
#include <kpool/compat.h>
#include <kpool/owned.h>
#include <kpool/show.h>
#include <linux/atomic.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kpool_compound.h>
#include <linux/seq_file.h>
#include <linux/string.h>

#include "kind.h"

/**
 * struct kpool_compound - a pool of parents, and the sources of their children
 * @parents: the parents' pool
 * @ops: the driver's hooks for the parents
 * @ctx: context for @ops
 * @unwinds: gets that failed for lack of a child
 * @nr: number of children of a parent
 * @children: description of these
 */
struct kpool_compound {
	struct kpool *parents;
	struct kpool_ops ops;
	void *ctx;
	atomic_long_t unwinds;
	unsigned int nr;
	struct kpool_child children[];
};

static void **compound_slot(const struct kpool_child *child, void *obj)
{
	return obj + child->offset;
}

static void *compound_child_get(const struct kpool_child *child, gfp_t gfp)
{
	if (child->compound)
		return kpool_compound_get(child->compound, gfp);
	return kpool_get(child->pool, gfp);
}

static void compound_child_put(const struct kpool_child *child, void *obj)
{
	if (child->compound)
		kpool_compound_put(child->compound, obj);
	else
		kpool_put(child->pool, obj);
}

static void compound_child_discard(const struct kpool_child *child, void *obj)
{
	if (child->compound)
		kpool_compound_discard(child->compound, obj);
	else
		kpool_discard(child->pool, obj);
}

static int compound_init(void *obj, void *ctx, gfp_t gfp)
{
	struct kpool_compound *compound = ctx;
	unsigned int i;
	int err = 0;

	if (compound->ops.init)
		err = compound->ops.init(obj, compound->ctx, gfp);
	if (err)
		return err;
	for (i = 0; i < compound->nr; i++)
		*compound_slot(&compound->children[i], obj) = NULL;
	return 0;
}

/* The reset hook if the driver has none. */
static bool compound_reset_plain(void *obj, void *ctx)
{
	const struct kpool_compound *compound = ctx;
	const struct kpool_child *child = compound->children;
	const struct kpool_child *end = child + compound->nr;

	for (; child != end; child++) {
		void **slot = compound_slot(child, obj);
		void *got = *slot;

		*slot = NULL;
		compound_child_put(child, got);
	}
	return true;
}

/*
 * Read the pointers before the driver's hook runs, because it may look at the
 * children and may clear the whole parent.
 */
static bool compound_reset(void *obj, void *ctx)
{
	struct kpool_compound *compound = ctx;
	void *children[KPOOL_CHILDREN_MAX] __uninitialized;
	unsigned int i;
	bool keep;

	for (i = 0; i < compound->nr; i++)
		children[i] = *compound_slot(&compound->children[i], obj);
	keep = compound->ops.reset(obj, compound->ctx);
	for (i = 0; i < compound->nr; i++) {
		*compound_slot(&compound->children[i], obj) = NULL;
		compound_child_put(&compound->children[i], children[i]);
	}
	return keep;
}

static void compound_exit(void *obj, void *ctx)
{
	struct kpool_compound *compound = ctx;

	if (compound->ops.exit)
		compound->ops.exit(obj, compound->ctx);
}

static void *compound_alloc(void *ctx, gfp_t gfp, int node)
{
	struct kpool_compound *compound = ctx;

	return compound->ops.alloc(compound->ctx, gfp, node);
}

static void compound_free(void *obj, void *ctx)
{
	struct kpool_compound *compound = ctx;

	compound->ops.free(obj, compound->ctx);
}

/* All parents have been torn down. */
static void compound_release(void *ctx)
{
	struct kpool_compound *compound = ctx;

	if (compound->ops.release)
		compound->ops.release(compound->ctx);
	kfree(compound);
}

static void compound_show(struct seq_file *file, void *ctx)
{
	struct kpool_compound *compound = ctx;
	struct kpool_compound_stats stats;

	kpool_compound_read_stats(compound, &stats);
	KPOOL_SHOW(file, &stats, KPOOL_COMPOUND_STATS_MEMBERS);
	if (compound->ops.show)
		compound->ops.show(file, compound->ctx);
}

static int compound_check_child(const struct kpool_child *child, size_t size)
{
	if (IS_ERR(child->pool) || IS_ERR(child->compound) ||
	    !child->pool == !child->compound)
		return -EINVAL;
	if (size < sizeof(void *) || child->offset > size - sizeof(void *) ||
	    !IS_ALIGNED(child->offset, sizeof(void *)))
		return -EINVAL;
	return 0;
}

static int compound_check_args(const char *name, size_t size,
			       const struct kpool_compound_args *args)
{
	unsigned int i, j;
	int err;

	if (!args || !args->children || !args->nr)
		return -EINVAL;
	err = kpool_kind_check(name, &args->pool,
			       KPOOL_KIND_HOOKS | KPOOL_KIND_MEMORY |
			       KPOOL_KIND_ALIGN | KPOOL_KIND_LIMITS,
			       KPOOL_KIND_FLAGS);
	if (err)
		return err;
	if (args->nr > KPOOL_CHILDREN_MAX)
		return -E2BIG;
	for (i = 0; i < args->nr && !err; i++) {
		err = compound_check_child(&args->children[i], size);
		for (j = 0; j < i; j++)
			if (args->children[j].offset ==
			    args->children[i].offset)
				err = -EINVAL;
	}
	return err;
}

/* The pool's hooks: our own, each of which calls that of the driver. */
static struct kpool_ops compound_ops(const struct kpool_ops *ops)
{
	return (struct kpool_ops){
		.init = compound_init,
		.reset = ops->reset ? compound_reset : compound_reset_plain,
		.exit = compound_exit,
		.alloc = ops->alloc ? compound_alloc : NULL,
		.free = ops->free ? compound_free : NULL,
		.show = compound_show,
		.release = compound_release,
	};
}

/* The out-of-line part of kpool_compound_create(). */
struct kpool_compound *
__kpool_compound_create(const char *name, size_t size,
			const struct kpool_compound_args *args,
			const struct kpool_caller *caller)
{
	struct kpool_compound *compound;
	struct kpool_args pool_args;
	struct kpool_ops ops;
	struct kpool *pool;
	int err;

	err = kpool_check_caller(name, caller, KPOOL_COMPOUND_LAYOUT);
	if (!err)
		err = compound_check_args(name, size, args);
	if (err)
		return ERR_PTR(err);
	compound = kzalloc_flex(*compound, children, args->nr, GFP_KERNEL);
	if (!compound)
		return ERR_PTR(-ENOMEM);
	pool_args = args->pool;
	if (pool_args.ops)
		compound->ops = *pool_args.ops;
	compound->ctx = pool_args.ctx;
	compound->nr = args->nr;
	memcpy(compound->children, args->children,
	       args->nr * sizeof(*args->children));
	ops = compound_ops(&compound->ops);
	pool_args.ops = &ops;
	pool_args.ctx = compound;
	pool = kpool_create(name, size, &pool_args);
	if (IS_ERR(pool)) {
		kfree(compound);
		return ERR_CAST(pool);
	}
	compound->parents = pool;
	return compound;
}
EXPORT_SYMBOL_GPL(__kpool_compound_create);

/**
 * kpool_compound_destroy() - destroy a compound and its idle parents
 * @compound: the compound; NULL and error pointers are ignored
 *
 * All users must be done with it.  Parents that are still in use are reported
 * and left alone; they may still be put or discarded, as long as the pools of
 * their children exist.  See kpool_destroy().
 *
 * Context: Process context, sleeps.
 */
void kpool_compound_destroy(struct kpool_compound *compound)
{
	if (!IS_ERR_OR_NULL(compound))
		kpool_destroy(compound->parents);
}
EXPORT_SYMBOL_GPL(kpool_compound_destroy);

/* The out-of-line part of kpool_compound_read_stats(), which zeroed @stats. */
void __kpool_compound_read_stats(struct kpool_compound *compound,
				 struct kpool_compound_stats *stats,
				 const struct kpool_caller *caller)
{
	if (kpool_check_caller(NULL, caller, KPOOL_COMPOUND_LAYOUT))
		return;
	stats->children = compound->nr;
	stats->unwinds = atomic_long_read(&compound->unwinds);
}
EXPORT_SYMBOL_GPL(__kpool_compound_read_stats);

DEFINE_KPOOL_OWNED(compound_devm_release, kpool_compound_destroy)

/* The out-of-line part of devm_kpool_compound_create(). */
struct kpool_compound *
__devm_kpool_compound_create(struct device *dev, const char *name, size_t size,
			     const struct kpool_compound_args *args,
			     const struct kpool_caller *caller)
{
	return KPOOL_OWNED(dev, compound_devm_release,
			   __kpool_compound_create(name, size, args, caller));
}
EXPORT_SYMBOL_GPL(__devm_kpool_compound_create);

/**
 * kpool_compound_get() - get a parent with all its children
 * @compound: the compound
 * @gfp: for each of the gets, see kpool_get()
 *
 * If one of the children is not available, the parent and the children that
 * were got are put again, through their reset hooks.
 *
 * If any of the pools is at its maximum, a get that may sleep waits, holding
 * the objects that it has so far.  Two gets could wait for each other's objects
 * forever.  To avoid that, set a maximum for the parents only, which limits the
 * children too.
 *
 * Context: As kpool_get() for the parent and each child.
 * Return: The parent, with its pointers to the children set, or NULL.  The
 *	caller owns it until kpool_compound_put() or kpool_compound_discard().
 */
void *kpool_compound_get(struct kpool_compound *compound, gfp_t gfp)
{
	void *obj = kpool_get(compound->parents, gfp);
	const struct kpool_child *child = compound->children;
	const struct kpool_child *end = child + compound->nr;

	if (!obj)
		return NULL;
	for (; child != end; child++) {
		void *got = compound_child_get(child, gfp);

		if (unlikely(!got)) {
			atomic_long_inc(&compound->unwinds);
			kpool_put(compound->parents, obj);
			return NULL;
		}
		*compound_slot(child, obj) = got;
	}
	return obj;
}
EXPORT_SYMBOL_GPL(kpool_compound_get);

/**
 * kpool_compound_put() - give a parent and its children back
 * @compound: the compound that it came from
 * @obj: the parent, or NULL for nothing to do
 *
 * Runs the parent's reset hook, then puts the children in the order of their
 * declaration, then keeps the parent or, if the hook refused it, tears it down.
 * To take over a child, the user sets the pointer to it to NULL; the user must
 * then put that child.  The user may also replace a child by another object of
 * the child's pool.
 *
 * Context: As kpool_put().
 */
void kpool_compound_put(struct kpool_compound *compound, void *obj)
{
	/* The reset hook does the rest. */
	kpool_put(compound->parents, obj);
}
EXPORT_SYMBOL_GPL(kpool_compound_put);

/**
 * kpool_compound_discard() - give a parent and its children back for good
 * @compound: the compound that it came from
 * @obj: the parent, or NULL for nothing to do
 *
 * Tears down all of them, except children that the user has taken over: take
 * over and put a child that is still good to save it.
 *
 * Context: As kpool_discard().
 */
void kpool_compound_discard(struct kpool_compound *compound, void *obj)
{
	unsigned int i;

	if (!obj)
		return;
	for (i = 0; i < compound->nr; i++) {
		const struct kpool_child *child = &compound->children[i];
		void **slot = compound_slot(child, obj);

		compound_child_discard(child, *slot);
		*slot = NULL;
	}
	kpool_discard(compound->parents, obj);
}
EXPORT_SYMBOL_GPL(kpool_compound_discard);

/**
 * kpool_compound_pool() - get the pool of the parents
 * @compound: the compound
 *
 * For kpool_prewarm(), kpool_gc(), kpool_drain() and kpool_read_stats().  An
 * object that kpool_get() returns from this pool has no children.
 *
 * Context: Any.
 * Return: The pool, which is destroyed with @compound.
 */
struct kpool *kpool_compound_pool(struct kpool_compound *compound)
{
	return compound->parents;
}
EXPORT_SYMBOL_GPL(kpool_compound_pool);

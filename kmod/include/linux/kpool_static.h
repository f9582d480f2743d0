/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Static pools: defined at file level, created when they are first used, gone
 * with the module that defines them.
 *
 * What DEFINE_KPOOL() makes is typed, see <linux/kpool_typed.h> for what that
 * means, and knows its pool, so that no call names it.
 */
#ifndef _LINUX_KPOOL_STATIC_H
#define _LINUX_KPOOL_STATIC_H

#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/kpool.h>
#include <linux/list.h>
#include <linux/mutex.h>

#include <kpool/compat_cleanup.h>

struct module;

/**
 * struct kpool_static - a pool that is made when it is needed
 * @pool: the pool, NULL until it is created
 * @name: for kpool_create()
 * @size: for kpool_create()
 * @args: for kpool_create()
 * @owner: the module that it goes with, NULL in code that is built in
 * @lock: held by who creates or destroys the pool
 * @node: in the list of those that are created
 *
 * Only DEFINE_KPOOL() makes one.
 */
struct kpool_static {
	struct kpool *pool;
	const char *name;
	size_t size;
	struct kpool_args args;
	struct module *owner;
	struct mutex lock;	/* protects changes of pool */
	struct list_head node;
};

/* All that a driver and kpool.ko share of these, see KPOOL_LAYOUT_OF(). */
#define KPOOL_STATIC_MEMBERS						\
	struct kpool_static, pool, name, size, args, owner, lock, node
#define KPOOL_STATIC_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT, KPOOL_STATIC_MEMBERS)

int __kpool_static_create(struct kpool_static *definition, const char *name,
			  const struct kpool_caller *caller);
struct kpool *__kpool_static_first(struct kpool_static *definition,
				   const char *name, gfp_t gfp,
				   const struct kpool_caller *caller);
void __kpool_static_destroy(struct kpool_static *definition);

/* The pool if it is created, or NULL. */
static inline struct kpool *
kpool_static_peek(const struct kpool_static *definition)
{
	/*
	 * Pairs with the release in kpool_static_make(): what is read through
	 * the pointer depends on it.
	 */
	return READ_ONCE(definition->pool);
}

/* As DEFINE_KPOOL() says of NAME_create() and NAME_destroy(). */
static inline int kpool_static_create(struct kpool_static *definition)
{
	return __kpool_static_create(definition, definition->name,
				     KPOOL_CALLER(KPOOL_STATIC_LAYOUT));
}

static inline void kpool_static_destroy(struct kpool_static *definition)
{
	/* Nor is the rest of a definition looked at that kpool has refused. */
	if (kpool_static_peek(definition))
		__kpool_static_destroy(definition);
}

/* The pool, created if @gfp allows it, or NULL. */
static __always_inline struct kpool *
kpool_static_pool(struct kpool_static *definition, gfp_t gfp)
{
	struct kpool *pool = kpool_static_peek(definition);

	if (unlikely(!pool))
		pool = __kpool_static_first(definition, definition->name, gfp,
					    KPOOL_CALLER(KPOOL_STATIC_LAYOUT));
	return pool;
}

/* Before the first get there is no pool, and all that can be put is NULLs. */
static inline void kpool_static_put_bulk(struct kpool *pool, unsigned int n,
					 void **objs)
{
	if (pool)
		kpool_put_bulk(pool, n, objs);
}

/**
 * DEFINE_KPOOL() - define a pool of this file
 * @_name: its name, in debugfs too, and what its functions begin with; unique
 *	among all pools that exist
 * @type: the type of an object
 * @...: members of &struct kpool_args, such as .ops = &my_ops, .reserve = 2
 *
 * The pool is created by the first get that may do all that %GFP_KERNEL may: a
 * pool can not be created where memory must be had without waiting, or without
 * help of file systems and block devices.  There gets answer NULL until the
 * pool is created.  If creating it fails, the get answers NULL and the next one
 * tries again.  Concurrent first gets create one pool.
 *
 * The pool is destroyed when the module goes, after its exit function; or when
 * its init function has failed.  All objects must have been put by then and
 * nobody may use the pool any more.  Pools whose objects hold objects of other
 * static pools of the module go first.  Code that is built in keeps its pools.
 *
 * Defines these functions, for this file::
 *
 *	TYPE *NAME_get(gfp_t gfp);
 *	void NAME_put(TYPE *obj);
 *	void NAME_discard(TYPE *obj);
 *	unsigned int NAME_get_bulk(gfp_t gfp, unsigned int n, TYPE **objs);
 *	void NAME_put_bulk(unsigned int n, TYPE **objs);
 *
 * which are those of <linux/kpool.h>, in their contexts;
 *
 * ::
 *
 *	int NAME_create(void);
 *
 * creates the pool ahead of its use: 0, also if it is there already, or the
 * error of kpool_create(), such as -EEXIST if another pool has the name, or
 * -ENOEXEC if the module was compiled against headers of another kpool.  May
 * sleep.
 *
 * ::
 *
 *	void NAME_destroy(void);
 *
 * destroys it early, as kpool_destroy(), for code that is built in; the next
 * get creates it again;
 *
 * ::
 *
 *	struct kpool *NAME_pool(void);
 *
 * answers the pool itself, NULL if it is not created, for the calls that touch
 * no object.
 *
 * An object of it that goes back at the end of its scope is declared by
 *
 * ::
 *
 *	TYPE *obj __free(NAME) = NAME_get(GFP_KERNEL);
 *
 * and kept by no_free_ptr() or return_ptr(), see <linux/cleanup.h>.
 */
#define DEFINE_KPOOL(_name, type, ...)					\
static struct kpool_static _name##_static __read_mostly = {		\
	.name = #_name,							\
	.size = sizeof(type),						\
	.args = { __VA_ARGS__ },					\
	.owner = THIS_MODULE,						\
	.lock = __MUTEX_INITIALIZER(_name##_static.lock),		\
};									\
									\
static inline __maybe_unused int _name##_create(void)			\
{									\
	return kpool_static_create(&_name##_static);			\
}									\
									\
static inline __maybe_unused void _name##_destroy(void)			\
{									\
	kpool_static_destroy(&_name##_static);				\
}									\
									\
static inline __maybe_unused struct kpool *_name##_pool(void)		\
{									\
	return kpool_static_peek(&_name##_static);			\
}									\
									\
static inline __maybe_unused type *_name##_get(gfp_t gfp)		\
{									\
	struct kpool *pool = kpool_static_pool(&_name##_static, gfp);	\
									\
	return pool ? kpool_get(pool, gfp) : NULL;			\
}									\
									\
/* Who has an object to put has seen the pool. */			\
static inline __maybe_unused void _name##_put(type *obj)		\
{									\
	kpool_put(_name##_pool(), obj);					\
}									\
									\
static inline __maybe_unused void _name##_discard(type *obj)		\
{									\
	kpool_discard(_name##_pool(), obj);				\
}									\
									\
static inline __maybe_unused unsigned int				\
_name##_get_bulk(gfp_t gfp, unsigned int n, type **objs)		\
{									\
	struct kpool *pool = kpool_static_pool(&_name##_static, gfp);	\
									\
	return pool ? kpool_get_bulk(pool, gfp, n, (void **)objs) : 0;	\
}									\
									\
static inline __maybe_unused void					\
_name##_put_bulk(unsigned int n, type **objs)				\
{									\
	kpool_static_put_bulk(_name##_pool(), n, (void **)objs);	\
}									\
									\
DEFINE_FREE(_name, type *, if (_T) _name##_put(_T))			\
									\
struct kpool_static

#endif /* _LINUX_KPOOL_STATIC_H */

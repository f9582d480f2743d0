/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Static pools: defined at file level, created on first use, destroyed when the
 * module that defines them is unloaded.
 *
 * DEFINE_KPOOL() defines functions that are typed, as <linux/kpool_typed.h>
 * explains, and that know their pool, so no call has to name it.
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
 * struct kpool_static - a pool that is created on first use
 * @pool: the pool, NULL until it is created
 * @name: for kpool_create()
 * @size: for kpool_create()
 * @args: for kpool_create()
 * @owner: the module that defines it, NULL in built-in code
 * @lock: held while the pool is created or destroyed
 * @node: entry in the list of created static pools
 *
 * Defined by DEFINE_KPOOL() only.
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

/* The members that a driver and kpool.ko share, see KPOOL_LAYOUT_OF(). */
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

/* Return the pool, or NULL if it is not created yet. */
static inline struct kpool *
kpool_static_peek(const struct kpool_static *definition)
{
	/*
	 * Pairs with the release in kpool_static_make(): reads through the
	 * pointer depend on it.
	 */
	return READ_ONCE(definition->pool);
}

/* Implements NAME_create(), and below NAME_destroy(), see DEFINE_KPOOL(). */
static inline int kpool_static_create(struct kpool_static *definition)
{
	return __kpool_static_create(definition, definition->name,
				     KPOOL_CALLER(KPOOL_STATIC_LAYOUT));
}

static inline void kpool_static_destroy(struct kpool_static *definition)
{
	/* If kpool refused the definition, its other members are not read. */
	if (kpool_static_peek(definition))
		__kpool_static_destroy(definition);
}

/* Return the pool, after creating it if @gfp allows that, or NULL. */
static __always_inline struct kpool *
kpool_static_pool(struct kpool_static *definition, gfp_t gfp)
{
	struct kpool *pool = kpool_static_peek(definition);

	if (unlikely(!pool))
		pool = __kpool_static_first(definition, definition->name, gfp,
					    KPOOL_CALLER(KPOOL_STATIC_LAYOUT));
	return pool;
}

/* Before the first get there is no pool, and @objs can hold only NULLs. */
static inline void kpool_static_put_bulk(struct kpool *pool, unsigned int n,
					 void **objs)
{
	if (pool)
		kpool_put_bulk(pool, n, objs);
}

/**
 * DEFINE_KPOOL() - define a static pool for this file
 * @_name: the pool's name, also in debugfs, and the prefix of its functions;
 *	unique among all existing pools
 * @type: the type of an object
 * @...: members of &struct kpool_args, such as .ops = &my_ops, .reserve = 2
 *
 * The pool is created by the first get that may do all that %GFP_KERNEL may.
 * It cannot be created by a get that must not wait, or must not use file
 * systems or block devices: until the pool exists, such gets return NULL.  If
 * creating the pool fails, the get returns NULL and the next one tries again.
 * Concurrent first gets create one pool.
 *
 * The pool is destroyed when its module is unloaded, after the exit function,
 * or after the init function has failed.  By then all objects must have been
 * put and no code may use the pool any more.  If objects of one static pool
 * hold objects of another one of the same module, the pool of the former is
 * destroyed first.  The pools of built-in code are never destroyed.
 *
 * Defines these functions, for this file::
 *
 *	TYPE *NAME_get(gfp_t gfp);
 *	void NAME_put(TYPE *obj);
 *	void NAME_discard(TYPE *obj);
 *	unsigned int NAME_get_bulk(gfp_t gfp, unsigned int n, TYPE **objs);
 *	void NAME_put_bulk(unsigned int n, TYPE **objs);
 *
 * They are the functions of <linux/kpool.h> and have the same contexts.
 *
 * ::
 *
 *	int NAME_create(void);
 *
 * creates the pool before its first use.  It returns 0, also if the pool exists
 * already, or the error of kpool_create(), such as -EEXIST if another pool has
 * the name, or -ENOEXEC if the module was compiled with headers of another
 * kpool.  It may sleep.
 *
 * ::
 *
 *	void NAME_destroy(void);
 *
 * destroys the pool early, as kpool_destroy() does, and is meant for built-in
 * code.  The next get creates the pool again.
 *
 * ::
 *
 *	struct kpool *NAME_pool(void);
 *
 * returns the pool itself, or NULL if it does not exist, for calls that touch
 * no object.
 *
 * The declaration
 *
 * ::
 *
 *	TYPE *obj __free(NAME) = NAME_get(GFP_KERNEL);
 *
 * puts the object at the end of its scope.  no_free_ptr() and return_ptr() keep
 * it, see <linux/cleanup.h>.
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
/* A caller that has an object to put has seen the pool. */		\
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

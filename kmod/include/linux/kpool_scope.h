/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects that are put back at the end of the scope in which they are declared,
 * however the scope is left.  Like <linux/cleanup.h>, this uses the compiler's
 * cleanup attribute; no_free_ptr() and return_ptr() from there keep an object
 * beyond its scope.
 *
 * A pool that is defined by DEFINE_KPOOL() does not need this header: use its
 * __free(), see <linux/kpool_static.h>.
 */
#ifndef _LINUX_KPOOL_SCOPE_H
#define _LINUX_KPOOL_SCOPE_H

#include <linux/compiler.h>
#include <linux/kpool.h>

#include <kpool/compat_cleanup.h>

/**
 * struct kpool_scope - the object to put at the end of a scope
 * @pool: the pool
 * @obj: the variable that holds the object; it is NULL if there is nothing to
 *	put
 *
 * Used by KPOOL_SCOPED() only.  Inlining leaves nothing of it.
 */
struct kpool_scope {
	struct kpool *pool;
	void **obj;
};

static __always_inline struct kpool_scope
kpool_scope_begin(struct kpool *pool, gfp_t gfp, void **obj)
{
	*obj = kpool_get(pool, gfp);
	return (struct kpool_scope){ .pool = pool, .obj = obj };
}

static __always_inline void kpool_scope_end(struct kpool_scope *scope)
{
	if (*scope->obj)
		kpool_put(scope->pool, *scope->obj);
}

/**
 * KPOOL_SCOPED() - declare an object that is put at the end of the scope
 * @type: the object's type
 * @var: the variable to declare, a pointer to @type
 * @pool: the pool to get the object from and put it back to
 * @gfp: for kpool_get()
 *
 * @var is NULL if the get returned no object; then nothing is put.  The object
 * in @var at the end of the scope is put.  To keep the object, set @var to NULL
 * with no_free_ptr(@var) or return_ptr(@var); it is then up to the caller to
 * put it.  Do not assign anything else to @var.  Several objects in one scope
 * are put in the reverse order of their declarations.
 *
 * As with every variable that has a cleanup, no goto or case may jump over the
 * declaration, and a scope that has one should not use goto at all.
 *
 * Context: As kpool_get() at the declaration and kpool_put() at the end of the
 *	scope.
 */
#define KPOOL_SCOPED(type, var, pool, gfp)				\
	type *var = NULL;						\
	struct kpool_scope var##_scope __cleanup(kpool_scope_end) =	\
		kpool_scope_begin(pool, gfp, (void **)&var)

/**
 * KPOOL_SCOPED_TYPED() - as KPOOL_SCOPED(), from a typed pool
 * @name: the name given to KPOOL_TYPED(), which determines the object's type
 * @var: the variable to declare
 * @pool: the pool, a pointer to struct @name_pool
 * @gfp: for kpool_get()
 *
 * See KPOOL_SCOPED().
 */
#define KPOOL_SCOPED_TYPED(name, var, pool, gfp)			\
	KPOOL_SCOPED(typeof(*name##_pool_get(NULL, 0)), var,		\
		     name##_pool_untyped(pool), gfp)

#endif /* _LINUX_KPOOL_SCOPE_H */

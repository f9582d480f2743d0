/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects that go back to their pool at the end of the scope that they are
 * declared in, whichever way that is left.  Built on the compiler's cleanup
 * attribute, as <linux/cleanup.h> is, whose no_free_ptr() and return_ptr() let
 * one keep the object.
 *
 * For a pool that is defined by DEFINE_KPOOL() there is nothing more to know:
 * use its __free(), see <linux/kpool_static.h>.
 */
#ifndef _LINUX_KPOOL_SCOPE_H
#define _LINUX_KPOOL_SCOPE_H

#include <linux/compiler.h>
#include <linux/kpool.h>

#include <kpool/compat_cleanup.h>

/**
 * struct kpool_scope - what is put at the end of a scope
 * @pool: the pool
 * @obj: the variable that holds the object, or NULL if it is to be kept
 *
 * Belongs to KPOOL_SCOPED().  Once all is inlined nothing is left of it.
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
 * @type: its type
 * @var: the variable: @type \*@var
 * @pool: struct kpool \*, where it comes from and goes back to
 * @gfp: for kpool_get()
 *
 * @var is NULL if there is no object, and then nothing is put.  It is also
 * what is put: set to NULL, by no_free_ptr(@var) or return_ptr(@var), it keeps
 * the object, which is the caller's to put then; and it should not be set to
 * anything else.  Several objects of a scope are put in the reverse of the
 * order in which they were declared.
 *
 * As with every variable that has a cleanup, no goto or case may jump over the
 * declaration, and a scope that has one should not use goto at all.
 *
 * Context: As kpool_get() where it stands and kpool_put() at the end of scope.
 */
#define KPOOL_SCOPED(type, var, pool, gfp)				\
	type *var = NULL;						\
	struct kpool_scope var##_scope __cleanup(kpool_scope_end) =	\
		kpool_scope_begin(pool, gfp, (void **)&var)

/**
 * KPOOL_SCOPED_TYPED() - the same, from a typed pool
 * @name: the name given to KPOOL_TYPED(), which knows the object's type
 * @var: the variable
 * @pool: struct @name_pool \*
 * @gfp: for kpool_get()
 *
 * See KPOOL_SCOPED().
 */
#define KPOOL_SCOPED_TYPED(name, var, pool, gfp)			\
	KPOOL_SCOPED(typeof(*name##_pool_get(NULL, 0)), var,		\
		     name##_pool_untyped(pool), gfp)

#endif /* _LINUX_KPOOL_SCOPE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Typed pools: kpool_get() and the other calls with the object's type instead
 * of void pointers, so that the compiler rejects an object or a pool of another
 * type.
 *
 * A typed pool consists of inline functions over <linux/kpool.h> and a name for
 * the pool's type.  That type is never defined; a pointer to it is the pointer
 * to the pool, so a typed pool has no extra cost.
 */
#ifndef _LINUX_KPOOL_TYPED_H
#define _LINUX_KPOOL_TYPED_H

#include <linux/compiler.h>
#include <linux/kpool.h>

/**
 * KPOOL_TYPED() - define the functions of pools of objects of one type
 * @name: the prefix of the functions
 * @type: the type of an object
 *
 * Use it once, at file level or in a driver's header.  It declares the type
 * struct @name_pool and defines these functions.  Each calls the function of
 * <linux/kpool.h> after which it is named, may be used in the same contexts and
 * returns the same values::
 *
 *	struct NAME_pool *NAME_pool_create(const char *pool_name,
 *					   const struct kpool_args *args);
 *	struct NAME_pool *devm_NAME_pool_create(struct device *dev,
 *						const char *pool_name,
 *						const struct kpool_args *args);
 *	void NAME_pool_destroy(struct NAME_pool *pool);
 *	TYPE *NAME_pool_get(struct NAME_pool *pool, gfp_t gfp);
 *	TYPE *NAME_pool_get_interruptible(struct NAME_pool *pool, gfp_t gfp);
 *	void NAME_pool_put(struct NAME_pool *pool, TYPE *obj);
 *	void NAME_pool_discard(struct NAME_pool *pool, TYPE *obj);
 *	unsigned int NAME_pool_get_bulk(struct NAME_pool *pool, gfp_t gfp,
 *					unsigned int n, TYPE **objs);
 *	void NAME_pool_put_bulk(struct NAME_pool *pool, unsigned int n,
 *				TYPE **objs);
 *
 * The size of an object is the size of @type.  For calls that touch no object,
 * this returns the pool itself::
 *
 *	struct kpool *NAME_pool_untyped(struct NAME_pool *pool);
 */
#define KPOOL_TYPED(name, type)						\
struct name##_pool;							\
									\
static inline __maybe_unused struct kpool *				\
name##_pool_untyped(struct name##_pool *pool)				\
{									\
	return (struct kpool *)pool;					\
}									\
									\
static inline __maybe_unused struct name##_pool *			\
name##_pool_create(const char *pool_name, const struct kpool_args *args) \
{									\
	return (struct name##_pool *)kpool_create(pool_name,		\
						  sizeof(type), args);	\
}									\
									\
static inline __maybe_unused struct name##_pool *			\
devm_##name##_pool_create(struct device *dev, const char *pool_name,	\
			  const struct kpool_args *args)		\
{									\
	return (struct name##_pool *)devm_kpool_create(dev, pool_name,	\
						       sizeof(type),	\
						       args);		\
}									\
									\
static inline __maybe_unused void					\
name##_pool_destroy(struct name##_pool *pool)				\
{									\
	kpool_destroy(name##_pool_untyped(pool));			\
}									\
									\
static inline __maybe_unused type *					\
name##_pool_get(struct name##_pool *pool, gfp_t gfp)			\
{									\
	return kpool_get(name##_pool_untyped(pool), gfp);		\
}									\
									\
static inline __maybe_unused type *					\
name##_pool_get_interruptible(struct name##_pool *pool, gfp_t gfp)	\
{									\
	return kpool_get_interruptible(name##_pool_untyped(pool), gfp);	\
}									\
									\
static inline __maybe_unused void					\
name##_pool_put(struct name##_pool *pool, type *obj)			\
{									\
	kpool_put(name##_pool_untyped(pool), obj);			\
}									\
									\
static inline __maybe_unused void					\
name##_pool_discard(struct name##_pool *pool, type *obj)		\
{									\
	kpool_discard(name##_pool_untyped(pool), obj);			\
}									\
									\
static inline __maybe_unused unsigned int				\
name##_pool_get_bulk(struct name##_pool *pool, gfp_t gfp,		\
		     unsigned int n, type **objs)			\
{									\
	return kpool_get_bulk(name##_pool_untyped(pool), gfp, n,	\
			      (void **)objs);				\
}									\
									\
static inline __maybe_unused void					\
name##_pool_put_bulk(struct name##_pool *pool, unsigned int n,		\
		     type **objs)					\
{									\
	kpool_put_bulk(name##_pool_untyped(pool), n, (void **)objs);	\
}									\
									\
struct name##_pool

#endif /* _LINUX_KPOOL_TYPED_H */

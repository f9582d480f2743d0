/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pooled fifos of pointers, with many senders and many receivers: channels.
 * Built on <linux/kpool.h>; Documentation/kinds/fifo.rst explains their use.
 */
#ifndef _LINUX_KPOOL_FIFO_H
#define _LINUX_KPOOL_FIFO_H

#include <linux/gfp.h>
#include <linux/kpool.h>
#include <linux/types.h>

struct device;
struct kpool;
struct kpool_fifo;
struct kpool_fifos;

/**
 * define KPOOL_FIFO_DEPTH_MAX - maximum depth of a fifo
 */
#define KPOOL_FIFO_DEPTH_MAX	65536

/**
 * struct kpool_fifos_args - parameters of a pool of fifos
 * @depth: number of pointers that a fifo holds, 1 to %KPOOL_FIFO_DEPTH_MAX
 * @reserve: number of fifos that are built ahead and kept for gets that could
 *	otherwise not be served
 * @max: maximum number of fifos, in use and idle; 0: no limit
 * @drop: called by kpool_fifo_put() for each pointer that is still in the fifo,
 *	oldest first, in the caller's context and without a lock.  It must not
 *	use the same pool of fifos.  NULL: these pointers are discarded.
 * @ctx: passed to @drop
 */
struct kpool_fifos_args {
	unsigned int depth;
	unsigned int reserve;
	unsigned int max;
	/* private: leaves no hole that a new member would fill. */
	unsigned int unused;
	/* public: */
	void (*drop)(void *elem, void *ctx);
	void *ctx;
};

/* The members that a driver and kpool.ko share, see KPOOL_LAYOUT_OF(). */
#define KPOOL_FIFOS_ARGS_MEMBERS					\
	struct kpool_fifos_args, depth, reserve, max, unused, drop, ctx
#define KPOOL_FIFOS_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT, KPOOL_FIFOS_ARGS_MEMBERS)

struct kpool_fifos *
__kpool_fifos_create(const char *name, const struct kpool_fifos_args *args,
		     const struct kpool_caller *caller);

/**
 * kpool_fifos_create() - create a pool of fifos
 * @name: as for kpool_create()
 * @args: parameters of the pool, copied
 *
 * Context: Process context, may sleep.
 * Return:
 * * the pool, to be destroyed by the caller with kpool_fifos_destroy();
 * * ERR_PTR(%-EINVAL) - the name is invalid, @args is NULL, the depth is 0, or
 *   the maximum is below the reserve;
 * * ERR_PTR(%-E2BIG) - the depth is above %KPOOL_FIFO_DEPTH_MAX;
 * * ERR_PTR(%-EEXIST) - the name is in use;
 * * ERR_PTR(%-ENOEXEC) - the caller was compiled with headers of another kpool;
 * * ERR_PTR(%-ENOMEM) - no memory, or the reserve could not be built.
 */
static inline struct kpool_fifos *
kpool_fifos_create(const char *name, const struct kpool_fifos_args *args)
{
	return __kpool_fifos_create(name, args,
				    KPOOL_CALLER(KPOOL_FIFOS_LAYOUT));
}

void kpool_fifos_destroy(struct kpool_fifos *fifos);
struct kpool_fifos *
__devm_kpool_fifos_create(struct device *dev, const char *name,
			  const struct kpool_fifos_args *args,
			  const struct kpool_caller *caller);

/**
 * devm_kpool_fifos_create() - create a device-managed pool of fifos
 * @dev: the device
 * @name: as for kpool_fifos_create()
 * @args: as for kpool_fifos_create()
 *
 * Context: Process context, may sleep.
 * Return: As kpool_fifos_create().  Unbinding @dev destroys the pool.
 */
static inline struct kpool_fifos *
devm_kpool_fifos_create(struct device *dev, const char *name,
			const struct kpool_fifos_args *args)
{
	return __devm_kpool_fifos_create(dev, name, args,
					 KPOOL_CALLER(KPOOL_FIFOS_LAYOUT));
}

struct kpool *kpool_fifos_pool(struct kpool_fifos *fifos);

struct kpool_fifo *kpool_fifo_get(struct kpool_fifos *fifos, gfp_t gfp);
void kpool_fifo_put(struct kpool_fifos *fifos, struct kpool_fifo *fifo);

int kpool_fifo_send(struct kpool_fifo *fifo, void *elem);
void *kpool_fifo_receive(struct kpool_fifo *fifo);
void kpool_fifo_close(struct kpool_fifo *fifo);
bool kpool_fifo_is_closed(const struct kpool_fifo *fifo);
unsigned int kpool_fifo_len(const struct kpool_fifo *fifo);
bool kpool_fifo_is_empty(const struct kpool_fifo *fifo);

#endif /* _LINUX_KPOOL_FIFO_H */

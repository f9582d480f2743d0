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
 * @pool: limits, reserve and flags of the underlying pool.  Hooks, a context
 *	and an alignment are not allowed.
 * @depth: number of pointers that a fifo holds, 1 to %KPOOL_FIFO_DEPTH_MAX
 * @drop: called by kpool_fifos_put() for each pointer that is still in the
 *	fifo, oldest first, in the caller's context and without a lock.  It must
 *	not use the same pool of fifos.  NULL: these pointers are discarded.
 * @ctx: passed to @drop
 */
struct kpool_fifos_args {
	struct kpool_args pool;
	unsigned int depth;
	/* private: leaves no hole that a new member would fill. */
	unsigned int unused;
	/* public: */
	void (*drop)(void *elem, void *ctx);
	void *ctx;
};

/**
 * struct kpool_fifos_stats - counters of the fifos of a pool
 * @sent: pointers that were sent
 * @received: pointers that were received
 * @drained: pointers that were left in a fifo when it was put
 * @closed: fifos that were closed
 */
struct kpool_fifos_stats {
	u64 sent;
	u64 received;
	u64 drained;
	u64 closed;
};

/* The members that a driver and kpool.ko share, see KPOOL_LAYOUT_OF(). */
#define KPOOL_FIFOS_ARGS_MEMBERS					\
	struct kpool_fifos_args, pool, depth, unused, drop, ctx
#define KPOOL_FIFOS_STATS_MEMBERS					\
	struct kpool_fifos_stats, sent, received, drained, closed
#define KPOOL_FIFOS_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT,			\
		KPOOL_FIFOS_ARGS_MEMBERS), KPOOL_FIFOS_STATS_MEMBERS)

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
 * * ERR_PTR(%-EINVAL) - @args is NULL, the depth is 0, a member of
 *   @args->pool is set that is not allowed, or a reason of kpool_create();
 * * ERR_PTR(%-E2BIG) - the depth is above %KPOOL_FIFO_DEPTH_MAX;
 * * ERR_PTR(%-EEXIST) - the name is in use;
 * * ERR_PTR(%-ENOEXEC) - the caller was compiled with headers of another
 *   kpool;
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
void __kpool_fifos_read_stats(struct kpool_fifos *fifos,
			      struct kpool_fifos_stats *stats,
			      const struct kpool_caller *caller);

/**
 * kpool_fifos_read_stats() - read the counters of the fifos
 * @fifos: the pool of fifos
 * @stats: filled in; exact while the pool is not in use
 *
 * All are 0 if the caller was compiled with headers of another kpool.
 *
 * Context: Any.
 */
static inline void
kpool_fifos_read_stats(struct kpool_fifos *fifos,
		       struct kpool_fifos_stats *stats)
{
	*stats = (struct kpool_fifos_stats){};
	__kpool_fifos_read_stats(fifos, stats,
				 KPOOL_CALLER(KPOOL_FIFOS_LAYOUT));
}

struct kpool_fifo *kpool_fifos_get(struct kpool_fifos *fifos, gfp_t gfp);
void kpool_fifos_put(struct kpool_fifos *fifos, struct kpool_fifo *fifo);

int kpool_fifo_send(struct kpool_fifo *fifo, void *elem);
void *kpool_fifo_receive(struct kpool_fifo *fifo);
void kpool_fifo_close(struct kpool_fifo *fifo);
bool kpool_fifo_is_closed(const struct kpool_fifo *fifo);
unsigned int kpool_fifo_len(const struct kpool_fifo *fifo);
bool kpool_fifo_is_empty(const struct kpool_fifo *fifo);

#endif /* _LINUX_KPOOL_FIFO_H */

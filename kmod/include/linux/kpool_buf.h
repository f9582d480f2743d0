/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Growable byte buffers out of a pool: append, print, prepend, take away.
 *
 * A buffer looks like an skb's: headroom, data, tailroom.  It grows as it is
 * used and keeps what it grew to for the next user, unless that is more than
 * buffers of this pool usually need.
 */
#ifndef _LINUX_KPOOL_BUF_H
#define _LINUX_KPOOL_BUF_H

#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/kpool.h>
#include <linux/sizes.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <linux/types.h>

struct device;
struct kpool;
struct kpool_bufs;

/* Most bytes that a buffer can be allowed to have, its headroom included. */
#define KPOOL_BUF_MAX		SZ_1G

/* The longest window, in uses. */
#define KPOOL_BUF_WINDOW_MAX	SZ_1M

/**
 * struct kpool_buf - a buffer; belongs to one user at a time
 * @data: the first byte of the data; moves when the buffer grows.
 * @len: bytes of data.
 *
 * Users read both and change them by the functions below only.  There is no
 * lock: who shares a buffer has to provide one.
 */
struct kpool_buf {
	u8 *data;
	size_t len;
	/* private: where @data points to is between @head and @end. */
	u8 *head;
	u8 *end;
	/* Bytes from @head that this use has needed, as far as noted. */
	size_t peak;
	struct kpool_bufs *bufs;
	/* The memory that it starts with and always keeps. */
	u8 first[] __aligned(sizeof(long));
};

/**
 * struct kpool_buf_args - how a pool of buffers is to behave
 * @initial: tailroom of a new buffer in bytes, which it never loses; 0: 4096.
 *	A buffer has at least 64 bytes.  Its structure, headroom and these are
 *	one object: above KMALLOC_MAX_CACHE_SIZE (8 KiB as a rule) that takes
 *	memory up to the next power of two.
 * @headroom: bytes in front of the data of an empty buffer, for
 *	kpool_buf_push().
 * @max: bytes that a buffer may have at most, headroom included, up to
 *	%KPOOL_BUF_MAX; 0: KMALLOC_MAX_SIZE.
 * @keep: a buffer with more bytes than this, headroom included, goes back to
 *	its first memory when it is put; up to @max.  0: calibrated.
 * @percentile: of 1000 uses, how many shall find a buffer that need not grow,
 *	up to 1000; 0: 950.  Only if @keep is 0.
 * @window: uses that calibration looks back on, up to %KPOOL_BUF_WINDOW_MAX,
 *	rounded up to a multiple of eight; 0: 1024.  Only if @keep is 0.
 * @reserve: as in &struct kpool_args.
 * @max_bufs: live buffers at most, &kpool_args.max.
 * @idle_max: as in &struct kpool_args.  The default counts a buffer's first
 *	memory only, not what it has grown by.
 */
struct kpool_buf_args {
	size_t initial;
	size_t headroom;
	size_t max;
	size_t keep;
	unsigned int percentile;
	unsigned int window;
	unsigned int reserve;
	unsigned int max_bufs;
	unsigned int idle_max;
	/* private: leaves no hole that a new member would fill. */
	unsigned int unused;
};

/**
 * struct kpool_buf_stats - what the buffers of a pool went through
 * @ceiling: bytes of the largest buffer that is kept as it is when it is put
 * @grown: how often a buffer was given more memory
 * @grow_failures: how often there was none (-ENOMEM)
 * @too_big: how often more than the maximum was asked for (-E2BIG)
 * @moved: how often data was moved to the front instead of growing
 * @dropped: puts of a buffer above the ceiling, whose memory went back
 * @allocated: bytes of all blocks that buffers were ever given
 * @grown_bytes: memory that buffers now have, beside that which they started
 *	with; idle ones included
 */
struct kpool_buf_stats {
	u64 ceiling;
	u64 grown;
	u64 grow_failures;
	u64 too_big;
	u64 moved;
	u64 dropped;
	u64 allocated;
	u64 grown_bytes;
};

/* All that a driver and kpool.ko share of buffers, see KPOOL_LAYOUT_OF(). */
#define KPOOL_BUF_MEMBERS						\
	struct kpool_buf, data, len, head, end, peak, bufs
#define KPOOL_BUF_ARGS_MEMBERS						\
	struct kpool_buf_args, initial, headroom, max, keep,		\
	percentile, window, reserve, max_bufs, idle_max, unused
#define KPOOL_BUF_STATS_MEMBERS						\
	struct kpool_buf_stats, ceiling, grown, grow_failures, too_big,	\
	moved, dropped, allocated, grown_bytes
#define KPOOL_BUFS_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT,	\
		KPOOL_BUF_MEMBERS), KPOOL_BUF_ARGS_MEMBERS),		\
		KPOOL_BUF_STATS_MEMBERS)

struct kpool_bufs *
__kpool_bufs_create(const char *name, const struct kpool_buf_args *args,
		    const struct kpool_caller *caller);

/**
 * kpool_bufs_create() - create a pool of growable buffers
 * @name: as for kpool_create()
 * @args: how it is to behave, copied; NULL for defaults
 *
 * Context: Process context, may sleep.
 * Return: The pool, or an ERR_PTR():
 *	-EINVAL	a percentile above 1000; a maximum below the first memory of a
 *		buffer (headroom and initial tailroom) or below @args->keep;
 *		@args->keep together with a percentile or a window; and as
 *		kpool_create();
 *	-E2BIG	a maximum above %KPOOL_BUF_MAX, a window above
 *		%KPOOL_BUF_WINDOW_MAX, or a first memory above about
 *		KMALLOC_MAX_SIZE;
 *	-EEXIST	the name is taken;
 *	-ENOEXEC	the caller was compiled against headers of another kpool;
 *	-ENOMEM	no memory, or the reserve could not be built.
 */
static inline struct kpool_bufs *
kpool_bufs_create(const char *name, const struct kpool_buf_args *args)
{
	return __kpool_bufs_create(name, args, KPOOL_CALLER(KPOOL_BUFS_LAYOUT));
}

void kpool_bufs_destroy(struct kpool_bufs *bufs);
struct kpool_bufs *
__devm_kpool_bufs_create(struct device *dev, const char *name,
			 const struct kpool_buf_args *args,
			 const struct kpool_caller *caller);

/**
 * devm_kpool_bufs_create() - create a pool of buffers that goes with its device
 * @dev: the device
 * @name: as for kpool_create()
 * @args: as for kpool_bufs_create()
 *
 * Context: Process context, may sleep.
 * Return: As kpool_bufs_create().  The pool is destroyed when @dev is unbound.
 */
static inline struct kpool_bufs *
devm_kpool_bufs_create(struct device *dev, const char *name,
		       const struct kpool_buf_args *args)
{
	return __devm_kpool_bufs_create(dev, name, args,
					KPOOL_CALLER(KPOOL_BUFS_LAYOUT));
}

struct kpool *kpool_bufs_pool(struct kpool_bufs *bufs);
void __kpool_bufs_read_stats(struct kpool_bufs *bufs,
			     struct kpool_buf_stats *stats,
			     const struct kpool_caller *caller);

/**
 * kpool_bufs_read_stats() - what the buffers went through
 * @bufs: the pool of buffers
 * @stats: is filled in; exact while the pool is not in use
 *
 * All are 0 if the caller was compiled against headers of another kpool.
 *
 * Context: Any.
 */
static inline void
kpool_bufs_read_stats(struct kpool_bufs *bufs, struct kpool_buf_stats *stats)
{
	*stats = (struct kpool_buf_stats){};
	__kpool_bufs_read_stats(bufs, stats, KPOOL_CALLER(KPOOL_BUFS_LAYOUT));
}

struct kpool_buf *kpool_buf_get(struct kpool_bufs *bufs, gfp_t gfp);
void kpool_buf_put(struct kpool_bufs *bufs, struct kpool_buf *buf);

int kpool_buf_reserve(struct kpool_buf *buf, size_t extra, gfp_t gfp);
__printf(3, 4)
int kpool_buf_printf(struct kpool_buf *buf, gfp_t gfp, const char *format, ...);
__printf(3, 0)
int kpool_buf_vprintf(struct kpool_buf *buf, gfp_t gfp, const char *format,
		      va_list args);

/**
 * kpool_buf_headroom() - how much can be prepended
 * @buf: the buffer
 *
 * Context: Any.
 * Return: bytes in front of the data.
 */
static inline size_t kpool_buf_headroom(const struct kpool_buf *buf)
{
	return buf->data - buf->head;
}

/**
 * kpool_buf_tailroom() - how much can be appended before the buffer must grow
 * @buf: the buffer
 *
 * Context: Any.
 * Return: bytes behind the data.
 */
static inline size_t kpool_buf_tailroom(const struct kpool_buf *buf)
{
	return buf->end - buf->data - buf->len;
}

/**
 * kpool_buf_extend() - append bytes that the caller fills in
 * @buf: the buffer
 * @n: how many, up to the tailroom
 *
 * As skb_put().  What these bytes hold is left from earlier use, this user's or
 * another's: write all of them before anybody else can read the data.
 *
 * Context: Any.
 * Return: the first of them, good until the buffer grows, or NULL if there is
 * not enough tailroom, and then nothing has changed.
 */
static inline void *kpool_buf_extend(struct kpool_buf *buf, size_t n)
{
	void *tail = buf->data + buf->len;

	if (unlikely(n > kpool_buf_tailroom(buf)))
		return NULL;
	buf->len += n;
	return tail;
}

/**
 * kpool_buf_append() - append a copy of some bytes
 * @buf: the buffer
 * @data: what to append; must not lie in the buffer itself
 * @n: how many bytes
 * @gfp: how the buffer may grow
 *
 * Context: as kpool_buf_reserve().
 * Return: 0, or an error of kpool_buf_reserve(), and then nothing has changed.
 */
static inline int kpool_buf_append(struct kpool_buf *buf, const void *data,
				   size_t n, gfp_t gfp)
{
	u8 *tail = buf->data + buf->len;

	if (unlikely(n > (size_t)(buf->end - tail))) {
		int err = kpool_buf_reserve(buf, n, gfp);

		if (err)
			return err;
		tail = buf->data + buf->len;
	}
	buf->len += n;
	memcpy(tail, data, n);
	return 0;
}

/**
 * kpool_buf_push() - prepend bytes that the caller fills in
 * @buf: the buffer
 * @n: how many, up to the headroom
 *
 * As skb_push().  What kpool_buf_extend() says of the bytes holds here too.
 *
 * Context: Any.
 * Return: the new start of the data, or NULL if there is not enough headroom,
 * and then nothing has changed.
 */
static inline void *kpool_buf_push(struct kpool_buf *buf, size_t n)
{
	if (unlikely(n > kpool_buf_headroom(buf)))
		return NULL;
	buf->data -= n;
	buf->len += n;
	return buf->data;
}

/**
 * kpool_buf_pull() - take bytes away from the front
 * @buf: the buffer
 * @n: how many, up to the length
 *
 * As skb_pull().
 *
 * Context: Any.
 * Return: the new start of the data, or NULL if there are fewer than @n bytes,
 * and then nothing has changed.
 */
static inline void *kpool_buf_pull(struct kpool_buf *buf, size_t n)
{
	if (unlikely(n > buf->len))
		return NULL;
	buf->data += n;
	buf->len -= n;
	return buf->data;
}

/**
 * kpool_buf_trim() - cut bytes off the end
 * @buf: the buffer
 * @len: bytes that are left; if there are no more than that, nothing changes
 *
 * As skb_trim().
 *
 * Context: Any.
 */
static inline void kpool_buf_trim(struct kpool_buf *buf, size_t len)
{
	size_t tail = kpool_buf_headroom(buf) + buf->len;

	if (len >= buf->len)
		return;
	/* Calibration shall know what was there. */
	if (tail > buf->peak)
		buf->peak = tail;
	buf->len = len;
}

#endif /* _LINUX_KPOOL_BUF_H */

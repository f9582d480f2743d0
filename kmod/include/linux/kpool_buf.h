/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Growable byte buffers from a pool: append, print, prepend, pull and trim.
 *
 * A buffer is laid out like an skb: headroom, data, tailroom.  It grows while
 * it is used and keeps its size for the next user, unless that is more than the
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

/**
 * define KPOOL_BUF_MAX - maximum size of a buffer in bytes, with headroom
 */
#define KPOOL_BUF_MAX		SZ_1G

/**
 * define KPOOL_BUF_WINDOW_MAX - maximum length of a calibration window, in uses
 */
#define KPOOL_BUF_WINDOW_MAX	SZ_1M

/**
 * struct kpool_buf - a buffer; belongs to one user at a time
 * @data: the first byte of the data; it moves when the buffer grows.
 * @len: length of the data in bytes.
 *
 * Users may read both members, but change them only through the functions
 * below.  There is no lock: users that share a buffer must provide one.
 */
struct kpool_buf {
	u8 *data;
	size_t len;
	/* private: @data points between @head and @end. */
	u8 *head;
	u8 *end;
	/* The most bytes from @head that this use has needed, if recorded. */
	size_t peak;
	struct kpool_bufs *bufs;
	/* The memory that a buffer starts with and never loses. */
	u8 first[] __aligned(sizeof(long));
};

/**
 * struct kpool_bufs_args - parameters of a pool of buffers; zero is a good
 *	default for each
 * @pool: limits, reserve and flags of the underlying pool.  Hooks, a context
 *	and an alignment are not allowed.  The default of &kpool_args.idle_max
 *	counts the initial memory of a buffer only, not the memory that it has
 *	grown by.
 * @initial: tailroom of a new buffer in bytes, which it never loses; 0: 4096.
 *	A buffer has at least 64 bytes.  Its structure, headroom and initial
 *	tailroom are one object: above KMALLOC_MAX_CACHE_SIZE (usually 8 KiB)
 *	the memory for it is rounded up to the next power of two.
 * @headroom: bytes in front of the data of an empty buffer, for
 *	kpool_buf_push().
 * @max_size: maximum size of a buffer in bytes, headroom included, up to
 *	%KPOOL_BUF_MAX; 0: KMALLOC_MAX_SIZE.
 * @keep: a buffer with more bytes than this, headroom included, returns to its
 *	initial memory when it is put; up to @max_size.  0: calibrated.
 * @percentile: the number of uses in 1000 that should find a buffer that need
 *	not grow, up to 1000; 0: 950.  Only if @keep is 0.
 * @window: number of recent uses that calibration considers, up to
 *	%KPOOL_BUF_WINDOW_MAX, rounded up to a multiple of eight; 0: 1024.  Only
 *	if @keep is 0.
 */
struct kpool_bufs_args {
	struct kpool_args pool;
	size_t initial;
	size_t headroom;
	size_t max_size;
	size_t keep;
	unsigned int percentile;
	unsigned int window;
};

/**
 * struct kpool_bufs_stats - statistics of the buffers of a pool
 * @ceiling: size in bytes of the largest buffer that keeps its memory when it
 *	is put
 * @grown: times that a buffer was given more memory
 * @grow_failures: times that there was no memory to grow (-ENOMEM)
 * @too_big: requests for more than the maximum size (-E2BIG)
 * @moved: times that data was moved to the front instead of growing
 * @dropped: puts of a buffer above the ceiling, whose memory was freed
 * @allocated: bytes of all blocks that buffers were ever given
 * @grown_bytes: bytes that buffers, idle ones included, have now in addition to
 *	their initial memory
 */
struct kpool_bufs_stats {
	u64 ceiling;
	u64 grown;
	u64 grow_failures;
	u64 too_big;
	u64 moved;
	u64 dropped;
	u64 allocated;
	u64 grown_bytes;
};

/* The members that a driver and kpool.ko share, see KPOOL_LAYOUT_OF(). */
#define KPOOL_BUF_MEMBERS						\
	struct kpool_buf, data, len, head, end, peak, bufs
#define KPOOL_BUFS_ARGS_MEMBERS						\
	struct kpool_bufs_args, pool, initial, headroom, max_size,	\
	keep, percentile, window
#define KPOOL_BUFS_STATS_MEMBERS						\
	struct kpool_bufs_stats, ceiling, grown, grow_failures,	\
	too_big, moved, dropped, allocated, grown_bytes
#define KPOOL_BUFS_LAYOUT						\
	KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT_OF(KPOOL_LAYOUT,	\
		KPOOL_BUF_MEMBERS), KPOOL_BUFS_ARGS_MEMBERS),		\
		KPOOL_BUFS_STATS_MEMBERS)

struct kpool_bufs *
__kpool_bufs_create(const char *name, const struct kpool_bufs_args *args,
		    const struct kpool_caller *caller);

/**
 * kpool_bufs_create() - create a pool of growable buffers
 * @name: as for kpool_create()
 * @args: parameters of the pool, copied; NULL for defaults
 *
 * Context: Process context, may sleep.
 * Return:
 * * the pool;
 * * ERR_PTR(%-EINVAL) - the percentile is above 1000; the maximum is below
 *   the initial memory of a buffer (headroom and initial tailroom) or below
 *   @args->keep; @args->keep is combined with a percentile or a window; a
 *   member of @args->pool is set that is not allowed; or a reason of
 *   kpool_create();
 * * ERR_PTR(%-E2BIG) - the maximum is above %KPOOL_BUF_MAX, the window is
 *   above %KPOOL_BUF_WINDOW_MAX, or the initial memory is above about
 *   KMALLOC_MAX_SIZE;
 * * ERR_PTR(%-EEXIST) - the name is in use;
 * * ERR_PTR(%-ENOEXEC) - the caller was compiled with headers of another
 *   kpool;
 * * ERR_PTR(%-ENOMEM) - no memory, or the reserve could not be built.
 */
static inline struct kpool_bufs *
kpool_bufs_create(const char *name, const struct kpool_bufs_args *args)
{
	return __kpool_bufs_create(name, args, KPOOL_CALLER(KPOOL_BUFS_LAYOUT));
}

void kpool_bufs_destroy(struct kpool_bufs *bufs);
struct kpool_bufs *
__devm_kpool_bufs_create(struct device *dev, const char *name,
			 const struct kpool_bufs_args *args,
			 const struct kpool_caller *caller);

/**
 * devm_kpool_bufs_create() - create a device-managed pool of buffers
 * @dev: the device
 * @name: as for kpool_create()
 * @args: as for kpool_bufs_create()
 *
 * Context: Process context, may sleep.
 * Return: As kpool_bufs_create().  Unbinding @dev destroys the pool.
 */
static inline struct kpool_bufs *
devm_kpool_bufs_create(struct device *dev, const char *name,
		       const struct kpool_bufs_args *args)
{
	return __devm_kpool_bufs_create(dev, name, args,
					KPOOL_CALLER(KPOOL_BUFS_LAYOUT));
}

struct kpool *kpool_bufs_pool(struct kpool_bufs *bufs);
void __kpool_bufs_read_stats(struct kpool_bufs *bufs,
			     struct kpool_bufs_stats *stats,
			     const struct kpool_caller *caller);

/**
 * kpool_bufs_read_stats() - read the statistics of the buffers
 * @bufs: the pool of buffers
 * @stats: filled in; exact while the pool is not in use
 *
 * All are 0 if the caller was compiled with headers of another kpool.
 *
 * Context: Any.
 */
static inline void
kpool_bufs_read_stats(struct kpool_bufs *bufs, struct kpool_bufs_stats *stats)
{
	*stats = (struct kpool_bufs_stats){};
	__kpool_bufs_read_stats(bufs, stats, KPOOL_CALLER(KPOOL_BUFS_LAYOUT));
}

struct kpool_buf *kpool_bufs_get(struct kpool_bufs *bufs, gfp_t gfp);
void kpool_bufs_put(struct kpool_bufs *bufs, struct kpool_buf *buf);

int kpool_buf_reserve(struct kpool_buf *buf, size_t extra, gfp_t gfp);
__printf(3, 4)
int kpool_buf_printf(struct kpool_buf *buf, gfp_t gfp, const char *format, ...);
__printf(3, 0)
int kpool_buf_vprintf(struct kpool_buf *buf, gfp_t gfp, const char *format,
		      va_list args);

/**
 * kpool_buf_headroom() - number of bytes that can be prepended
 * @buf: the buffer
 *
 * Context: Any.
 * Return: The number of bytes in front of the data.
 */
static inline size_t kpool_buf_headroom(const struct kpool_buf *buf)
{
	return buf->data - buf->head;
}

/**
 * kpool_buf_tailroom() - number of bytes that can be appended without growing
 * @buf: the buffer
 *
 * Context: Any.
 * Return: The number of bytes behind the data.
 */
static inline size_t kpool_buf_tailroom(const struct kpool_buf *buf)
{
	return buf->end - buf->data - buf->len;
}

/**
 * kpool_buf_extend() - append bytes that the caller fills in
 * @buf: the buffer
 * @n: number of bytes, up to the tailroom
 *
 * As skb_put().  The new bytes still hold data of an earlier use, by this user
 * or another one: write all of them before any other code can read the data.
 *
 * Context: Any.
 * Return: The first of the new bytes, valid until the buffer grows, or NULL if
 * there is not enough tailroom; then the buffer is unchanged.
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
 * @data: the bytes to append; they must not be in the buffer itself
 * @n: number of bytes
 * @gfp: allocation flags if the buffer must grow
 *
 * Context: As kpool_buf_reserve().
 * Return: 0, or an error of kpool_buf_reserve(); then the buffer is unchanged.
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
 * @n: number of bytes, up to the headroom
 *
 * As skb_push().  The new bytes hold old data, as with kpool_buf_extend().
 *
 * Context: Any.
 * Return: The new start of the data, or NULL if there is not enough headroom;
 * then the buffer is unchanged.
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
 * kpool_buf_pull() - remove bytes from the front
 * @buf: the buffer
 * @n: number of bytes, up to the length
 *
 * As skb_pull().
 *
 * Context: Any.
 * Return: The new start of the data, or NULL if there are fewer than @n bytes;
 * then the buffer is unchanged.
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
 * kpool_buf_trim() - remove bytes from the end
 * @buf: the buffer
 * @len: number of bytes to keep; a buffer that is not longer is unchanged
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
	/* Calibration must know about the bytes that are removed. */
	if (tail > buf->peak)
		buf->peak = tail;
	buf->len = len;
}

#endif /* _LINUX_KPOOL_BUF_H */

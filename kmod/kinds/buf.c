// SPDX-License-Identifier: GPL-2.0
/*
 * Growable buffers.
 *
 * An object is a struct kpool_buf followed by its initial memory.  A buffer
 * that grows moves to a separate block.  Therefore a put can always return the
 * buffer to its initial state: it frees the block and need not allocate.
 * Refusing such a buffer in the reset hook instead would break the promise of a
 * reserve.
 *
 * Blocks up to the ceiling are kept.  The ceiling is fixed, or it is the size
 * that was sufficient for a percentile of the recent uses, see sizes.c.  The
 * need of a use is counted as a size class: one class for the initial memory,
 * and one for each power of two above it, because blocks have these sizes.  So
 * the class of a block is never higher than that of the use that made it grow.
 *
 * Owns struct kpool_bufs and the blocks.  A buffer needs no lock because it has
 * one user.  Everything else is constant after creation, except the counters,
 * which are changed by this_cpu operations, also in interrupts.
 *
 * Called by drivers; the pool calls the hooks, in any context.
 */
#include <kpool/compat.h>
#include <kpool/owned.h>
#include <kpool/show.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kpool.h>
#include <linux/kpool_buf.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/seq_file.h>

#include "kind.h"
#include "sizes.h"

#define BUF_INITIAL	4096
#define BUF_PERCENTILE	950
#define BUF_WINDOW	1024

/* Minimum size of a buffer, so that a block can hold a struct buf_block. */
#define BUF_LEAST	64

/* A block that is waiting for kvfree_rcu(). */
struct buf_block {
	struct rcu_head rcu;
};

static_assert(sizeof(struct buf_block) <= BUF_LEAST);

/* Class 0 is the initial memory, class n a block of 2^n bytes. */
static_assert(ilog2(KPOOL_BUF_MAX) < KPOOL_SIZES_CLASSES);

/**
 * struct kpool_bufs - a pool of buffers
 * @pool: the pool that holds the buffers
 * @counters: per-CPU counters
 * @first_size: size in bytes of a buffer without a block
 * @headroom: headroom of an empty buffer
 * @max_size: maximum size of a buffer in bytes
 * @keep: the ceiling if it is fixed, or 0
 * @window: the sizes of recent uses, which determine the ceiling if @keep is 0
 */
struct kpool_bufs {
	struct kpool *pool;
	struct kpool_bufs_stats __percpu *counters;
	size_t first_size;
	size_t headroom;
	size_t max_size;
	size_t keep;
	struct kpool_sizes window;
};

static size_t buf_size(const struct kpool_buf *buf)
{
	return buf->end - buf->head;
}

/* The data, and the byte behind it if there is one: it may be a text's NUL. */
static size_t buf_len_nul(const struct kpool_buf *buf)
{
	return buf->len + !!kpool_buf_tailroom(buf);
}

/* Bytes from the head up to the end of the data. */
static size_t buf_tail(const struct kpool_buf *buf)
{
	return kpool_buf_headroom(buf) + buf->len;
}

static void buf_note(struct kpool_buf *buf, size_t needed)
{
	buf->peak = max(buf->peak, needed);
}

static unsigned int buf_class(const struct kpool_bufs *bufs, size_t needed)
{
	return needed <= bufs->first_size ? 0 : order_base_2(needed);
}

/* A buffer with more bytes than this loses its block when it is put. */
static size_t buf_ceiling(const struct kpool_bufs *bufs)
{
	unsigned int class;

	if (bufs->keep)
		return bufs->keep;
	class = kpool_sizes_class(&bufs->window);
	return class ? min(1UL << class, bufs->max_size) : bufs->first_size;
}

static void *buf_block_alloc(struct kpool_bufs *bufs, size_t size, gfp_t gfp)
{
	void *block = NULL;

	if (!kpool_may_allocate())
		return NULL;
	if (size > PAGE_SIZE && gfpflags_allow_blocking(gfp))
		block = kvmalloc(size, gfp);
	else if (size <= PAGE_SIZE)
		block = kmalloc(size, gfp);
	else if (size <= KMALLOC_MAX_SIZE)
		block = kmalloc(size, gfp | __GFP_NOWARN);
	if (block) {
		this_cpu_add(bufs->counters->allocated, size);
		this_cpu_add(bufs->counters->grown_bytes, size);
	}
	return block;
}

/*
 * kfree() is allowed nearly everywhere, but vfree() neither under a lock nor
 * with interrupts off, and a put does not know its context.  A block that can
 * not be freed now goes to kvfree_rcu(), which works in every context except an
 * NMI.  The grace period itself is not needed.
 */
static void buf_block_free(struct kpool_bufs *bufs, void *block, size_t size,
			   bool may_sleep)
{
	struct buf_block *later = block;

	this_cpu_sub(bufs->counters->grown_bytes, size);
	if (may_sleep)
		kvfree(block);
	else if (!is_vmalloc_addr(block) && kpool_may_allocate())
		kfree(block);
	else
		kvfree_rcu(later, rcu);
}

/* Return to the initial memory. */
static void buf_drop_block(struct kpool_bufs *bufs, struct kpool_buf *buf)
{
	if (buf->head != buf->first)
		buf_block_free(bufs, buf->head, buf_size(buf), false);
	buf->head = buf->first;
	buf->end = buf->first + bufs->first_size;
}

static void buf_clear(struct kpool_bufs *bufs, struct kpool_buf *buf)
{
	buf->data = buf->head + bufs->headroom;
	buf->len = 0;
	buf->peak = 0;
}

static int buf_init(void *obj, void *ctx, gfp_t gfp)
{
	struct kpool_buf *buf = obj;

	buf->bufs = ctx;
	buf->head = buf->first;
	buf->end = buf->first + buf->bufs->first_size;
	buf_clear(ctx, buf);
	return 0;
}

static bool buf_reset(void *obj, void *ctx)
{
	struct kpool_bufs *bufs = ctx;
	struct kpool_buf *buf = obj;

	if (!bufs->keep)
		kpool_sizes_count(&bufs->window,
				  buf_class(bufs, max(buf->peak,
						      buf_tail(buf))));
	if (buf->head != buf->first && buf_size(buf) > buf_ceiling(bufs)) {
		this_cpu_inc(bufs->counters->dropped);
		/* No memory can be freed here; the pool calls exit elsewhere. */
		if (in_nmi())
			return false;
		buf_drop_block(bufs, buf);
	}
	buf_clear(bufs, buf);
	return true;
}

static void buf_exit(void *obj, void *ctx)
{
	buf_drop_block(ctx, obj);
}

static void buf_show(struct seq_file *file, void *ctx)
{
	struct kpool_bufs_stats stats;

	kpool_bufs_read_stats(ctx, &stats);
	KPOOL_SHOW(file, &stats, KPOOL_BUFS_STATS_MEMBERS);
}

static void buf_release(void *ctx)
{
	struct kpool_bufs *bufs = ctx;

	kpool_sizes_exit(&bufs->window);
	free_percpu(bufs->counters);
	kfree(bufs);
}

static const struct kpool_ops buf_ops = {
	.init = buf_init,
	.reset = buf_reset,
	.exit = buf_exit,
	.show = buf_show,
	.release = buf_release,
};

/* Check the arguments, and fill in the defaults. */
static int buf_check_args(const char *name, struct kpool_bufs_args *args)
{
	int err = kpool_kind_check(name, &args->pool, KPOOL_KIND_LIMITS,
				   KPOOL_KIND_FLAGS);

	if (err)
		return err;
	if (args->keep && (args->percentile || args->window))
		return -EINVAL;
	args->initial = args->initial ?: BUF_INITIAL;
	args->max_size = args->max_size ?: KMALLOC_MAX_SIZE;
	args->percentile = args->percentile ?: BUF_PERCENTILE;
	args->window = args->window ?: BUF_WINDOW;
	if (args->percentile > 1000)
		return -EINVAL;
	if (args->max_size > KPOOL_BUF_MAX ||
	    args->window > KPOOL_BUF_WINDOW_MAX ||
	    args->initial > KMALLOC_MAX_SIZE ||
	    args->headroom > KMALLOC_MAX_SIZE - args->initial)
		return -E2BIG;
	args->initial = max_t(size_t, args->initial,
			      BUF_LEAST - min_t(size_t, args->headroom,
						BUF_LEAST));
	if (args->max_size < args->headroom + args->initial ||
	    args->keep > args->max_size)
		return -EINVAL;
	return 0;
}

static struct kpool_bufs *buf_alloc(const struct kpool_bufs_args *args)
{
	struct kpool_bufs *bufs = kzalloc_obj(*bufs, GFP_KERNEL);

	if (!bufs)
		return NULL;
	bufs->counters = alloc_percpu(struct kpool_bufs_stats);
	if (!bufs->counters ||
	    kpool_sizes_init(&bufs->window, args->window, args->percentile)) {
		buf_release(bufs);
		return NULL;
	}
	bufs->headroom = args->headroom;
	bufs->first_size = args->headroom + args->initial;
	bufs->max_size = args->max_size;
	/* Whatever @keep is, the initial memory stays. */
	if (args->keep)
		bufs->keep = max(args->keep, bufs->first_size);
	return bufs;
}

/* The out-of-line part of kpool_bufs_create(). */
struct kpool_bufs *
__kpool_bufs_create(const char *name, const struct kpool_bufs_args *args,
		    const struct kpool_caller *caller)
{
	struct kpool_bufs_args full = {};
	struct kpool_bufs *bufs;
	struct kpool *pool;
	int err;

	err = kpool_check_caller(name, caller, KPOOL_BUFS_LAYOUT);
	if (err)
		return ERR_PTR(err);
	if (args)
		full = *args;
	err = buf_check_args(name, &full);
	if (err)
		return ERR_PTR(err);
	bufs = buf_alloc(&full);
	if (!bufs)
		return ERR_PTR(-ENOMEM);
	full.pool.ops = &buf_ops;
	full.pool.ctx = bufs;
	pool = kpool_create(name, struct_size_t(struct kpool_buf, first,
						bufs->first_size), &full.pool);
	if (IS_ERR(pool)) {
		buf_release(bufs);
		return ERR_CAST(pool);
	}
	bufs->pool = pool;
	return bufs;
}
EXPORT_SYMBOL_GPL(__kpool_bufs_create);

/**
 * kpool_bufs_destroy() - destroy a pool of buffers
 * @bufs: the pool; NULL and error pointers are ignored
 *
 * As kpool_destroy().  Buffers that are still in use are reported and may still
 * be put.  The last of them frees the struct kpool_bufs.
 *
 * Context: Process context, sleeps for two RCU grace periods.
 */
void kpool_bufs_destroy(struct kpool_bufs *bufs)
{
	if (!IS_ERR_OR_NULL(bufs))
		kpool_destroy(bufs->pool);
}
EXPORT_SYMBOL_GPL(kpool_bufs_destroy);

DEFINE_KPOOL_OWNED(buf_devm_release, kpool_bufs_destroy)

/* The out-of-line part of devm_kpool_bufs_create(). */
struct kpool_bufs *
__devm_kpool_bufs_create(struct device *dev, const char *name,
			 const struct kpool_bufs_args *args,
			 const struct kpool_caller *caller)
{
	return KPOOL_OWNED(dev, buf_devm_release,
			   __kpool_bufs_create(name, args, caller));
}
EXPORT_SYMBOL_GPL(__devm_kpool_bufs_create);

/**
 * kpool_bufs_pool() - get the pool that holds the buffers
 * @bufs: the pool of buffers, which keeps owning it
 *
 * For kpool_read_stats(), kpool_prewarm(), kpool_gc() and kpool_drain().
 *
 * Context: Any.
 * Return: The pool.
 */
struct kpool *kpool_bufs_pool(struct kpool_bufs *bufs)
{
	return bufs->pool;
}
EXPORT_SYMBOL_GPL(kpool_bufs_pool);

/* The out-of-line part of kpool_bufs_read_stats(), which has zeroed @stats. */
void __kpool_bufs_read_stats(struct kpool_bufs *bufs,
			     struct kpool_bufs_stats *stats,
			     const struct kpool_caller *caller)
{
	if (kpool_check_caller(NULL, caller, KPOOL_BUFS_LAYOUT))
		return;
	KPOOL_KIND_SUM(stats, bufs->counters);
	stats->ceiling = buf_ceiling(bufs);
	/* While the counters change, a block may seem to be freed too early. */
	if ((s64)stats->grown_bytes < 0)
		stats->grown_bytes = 0;
}
EXPORT_SYMBOL_GPL(__kpool_bufs_read_stats);

/**
 * kpool_bufs_get() - get an empty buffer
 * @bufs: the pool of buffers
 * @gfp: allocation flags if a buffer must be built
 *
 * The caller owns the buffer until kpool_bufs_put().  It has the headroom that
 * the pool was created with and at least the initial tailroom.  Its bytes are
 * not cleared, see kpool_buf_extend().
 *
 * Context: Any that @gfp allows.  In an NMI it may fail.
 * Return: The buffer, or NULL, as kpool_get().
 */
struct kpool_buf *kpool_bufs_get(struct kpool_bufs *bufs, gfp_t gfp)
{
	return kpool_get(bufs->pool, gfp);
}
EXPORT_SYMBOL_GPL(kpool_bufs_get);

/**
 * kpool_bufs_put() - give a buffer back
 * @bufs: the pool that it came from
 * @buf: the buffer, or NULL
 *
 * Empties the buffer.  Up to the ceiling it keeps its capacity; above that it
 * returns to its initial memory.
 *
 * Context: Any, also hard interrupts and NMIs.  In an NMI a buffer above the
 * ceiling is rejected as a whole.
 */
void kpool_bufs_put(struct kpool_bufs *bufs, struct kpool_buf *buf)
{
	kpool_put(bufs->pool, buf);
}
EXPORT_SYMBOL_GPL(kpool_bufs_put);

/*
 * Move the data to a new block of @size bytes, @offset bytes from its start.
 * The block must have room for more than the data.
 */
static int buf_grow(struct kpool_buf *buf, size_t size, size_t offset,
		    gfp_t gfp)
{
	struct kpool_bufs *bufs = buf->bufs;
	u8 *block = buf_block_alloc(bufs, size, gfp);

	if (!block) {
		this_cpu_inc(bufs->counters->grow_failures);
		return -ENOMEM;
	}
	memcpy(block + offset, buf->data, buf_len_nul(buf));
	if (buf->head != buf->first)
		buf_block_free(bufs, buf->head, buf_size(buf),
			       gfpflags_allow_blocking(gfp));
	buf->head = block;
	buf->end = block + size;
	buf->data = block + offset;
	this_cpu_inc(bufs->counters->grown);
	return 0;
}

/* Move the data to @offset, for a use that needs @needed bytes in total. */
static void buf_move(struct kpool_buf *buf, size_t offset, size_t needed)
{
	buf_note(buf, max(needed, buf_tail(buf)));
	memmove(buf->head + offset, buf->data, buf_len_nul(buf));
	buf->data = buf->head + offset;
	this_cpu_inc(buf->bufs->counters->moved);
}

/*
 * Called when there is not enough tailroom.  If much was pulled, move the data
 * to the front instead of growing.  Do so if that frees at least as many bytes
 * as it copies, or else many small appends and pulls could copy the same bytes
 * again and again; and do so if the buffer cannot grow.
 */
static int buf_make_room(struct kpool_buf *buf, size_t extra, gfp_t gfp)
{
	size_t headroom = kpool_buf_headroom(buf), size = buf_size(buf);
	struct kpool_bufs *bufs = buf->bufs;
	size_t offset = min(headroom, bufs->headroom);
	size_t needed, larger;
	bool fits;
	int err;

	if (check_add_overflow(offset + buf->len, extra, &needed) ||
	    needed > bufs->max_size) {
		this_cpu_inc(bufs->counters->too_big);
		return -E2BIG;
	}
	fits = needed <= size;
	if (fits && (headroom - offset >= buf->len || size == bufs->max_size)) {
		buf_move(buf, offset, needed);
		return 0;
	}
	/* The next power of two above the size: a block is at least doubled. */
	larger = max(needed, size + 1);
	size = min(roundup_pow_of_two(larger), bufs->max_size);
	err = buf_grow(buf, size, offset, gfp);
	if (!err) {
		buf_note(buf, larger);
	} else if (fits) {
		buf_move(buf, offset, needed);
		err = 0;
	}
	return err;
}

/**
 * kpool_buf_reserve() - ensure a minimum of tailroom
 * @buf: the buffer
 * @extra: minimum tailroom in bytes
 * @gfp: allocation flags if the buffer must grow
 *
 * A buffer that must grow doubles its capacity as often as needed.  If @gfp
 * allows sleeping, more than a page comes from kvmalloc(); otherwise all memory
 * comes from kmalloc().  The data is kept, and the headroom up to the size that
 * the pool was created with, but both may move, so pointers into the buffer
 * become invalid.
 *
 * Context: Any that @gfp allows; in an NMI, and on PREEMPT_RT with preemption
 * off, a buffer cannot grow.
 * Return: 0, or an error, with the buffer unchanged: -ENOMEM; or -E2BIG if the
 * buffer would exceed the pool's maximum size.
 */
int kpool_buf_reserve(struct kpool_buf *buf, size_t extra, gfp_t gfp)
{
	if (extra > kpool_buf_tailroom(buf))
		return buf_make_room(buf, extra, gfp);
	buf_note(buf, buf_tail(buf) + extra);
	return 0;
}
EXPORT_SYMBOL_GPL(kpool_buf_reserve);

/**
 * kpool_buf_vprintf() - append formatted text
 * @buf: the buffer
 * @gfp: allocation flags if the buffer must grow
 * @format: as for vsnprintf()
 * @args: the arguments for @format
 *
 * A NUL follows the text until something else is appended; it is not counted.
 *
 * Context: As kpool_buf_reserve().
 * Return: 0, or an error of kpool_buf_reserve(), with the buffer unchanged.
 */
int kpool_buf_vprintf(struct kpool_buf *buf, gfp_t gfp, const char *format,
		      va_list args)
{
	size_t room = kpool_buf_tailroom(buf);
	char *tail = buf->data + buf->len;
	va_list again;
	int err = 0;
	size_t n;

	va_copy(again, args);
	n = vsnprintf(tail, room, format, args);
	if (n >= room) {
		/* If the new text does not fit, the old one must end here. */
		if (room)
			*tail = '\0';
		err = kpool_buf_reserve(buf, n + 1, gfp);
		if (!err)
			n = vscnprintf(buf->data + buf->len,
				       kpool_buf_tailroom(buf), format, again);
	}
	va_end(again);
	if (err)
		return err;
	buf->len += n;
	buf_note(buf, buf_tail(buf) + 1);
	return 0;
}
EXPORT_SYMBOL_GPL(kpool_buf_vprintf);

/**
 * kpool_buf_printf() - append formatted text
 * @buf: the buffer
 * @gfp: allocation flags if the buffer must grow
 * @format: as for printf()
 *
 * Context: As kpool_buf_reserve().
 * Return: As kpool_buf_vprintf().
 */
int kpool_buf_printf(struct kpool_buf *buf, gfp_t gfp, const char *format, ...)
{
	va_list args;
	int err;

	va_start(args, format);
	err = kpool_buf_vprintf(buf, gfp, format, args);
	va_end(args);
	return err;
}
EXPORT_SYMBOL_GPL(kpool_buf_printf);

// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers in size classes: a pool for each class, and the kernel's allocator
 * for sizes above the largest class (oversize buffers).
 *
 * Owns the pools and a header in front of each buffer.  The header stores the
 * class of the buffer, so that a put need not be told.  The classes are
 * constant after creation.  A buffer's header belongs to the holder of the
 * buffer.  Counters are per CPU.
 *
 * Every buffer with a header holds a reference to the struct kpool_sized:
 * buffers of the pools, idle or not, from their init to their exit hook, and
 * oversize buffers in use.  So it still exists when a buffer is put after
 * kpool_sized_destroy().
 *
 * Called by drivers.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <kpool/compat.h>
#include <kpool/owned.h>
#include <kpool/show.h>
#include <linux/bitops.h>
#include <linux/device.h>
#include <linux/export.h>
#include <linux/kpool_sized.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/refcount.h>
#include <linux/seq_file.h>

#include "kind.h"

/* Minimum size of the smallest geometric class. */
#define KPOOL_SIZED_LEAST	8

/* States of a header: values unlikely to be in front of foreign pointers. */
#define KPOOL_SIZED_IN_USE	0x51ced1f7UL
#define KPOOL_SIZED_IDLE	0x51ced1d1UL

/**
 * struct kpool_sized_class - a size class
 * @pool: its buffers; NULL for the class of oversize buffers
 * @sized: the struct kpool_sized that contains it
 * @requested: bytes that its gets asked for
 * @size: size of each of its buffers in bytes
 */
struct kpool_sized_class {
	struct kpool *pool;
	struct kpool_sized *sized;
	u64 __percpu *requested;
	size_t size;
};

/**
 * struct kpool_sized_header - stored in front of each buffer
 * @class: the buffer's class; constant
 * @state: %KPOOL_SIZED_IN_USE or %KPOOL_SIZED_IDLE
 */
struct kpool_sized_header {
	struct kpool_sized_class *class;
	unsigned long state;
};

/**
 * struct kpool_sized_front - stored in front of an oversize buffer's header
 * @rcu: to free the memory later, where it cannot be freed at once
 * @size: bytes that were asked for
 */
struct kpool_sized_front {
	struct rcu_head rcu;
	size_t size;
};

#define KPOOL_SIZED_FRONT \
	ALIGN(sizeof(struct kpool_sized_front), ARCH_KMALLOC_MINALIGN)

/**
 * struct kpool_sized_cpu - one CPU's counters
 * @oversize_gets: oversize buffers handed out
 * @oversize_puts: oversize buffers put back
 * @oversize_bytes: bytes that @oversize_gets asked for
 * @oversize_failures: oversize buffers that could not be allocated
 * @requested: for each class, bytes that its gets asked for
 */
struct kpool_sized_cpu {
	u64 oversize_gets;
	u64 oversize_puts;
	u64 oversize_bytes;
	u64 oversize_failures;
	u64 requested[KPOOL_SIZED_CLASSES_MAX];
};

struct kpool_sized {
	/* Constant after creation. */

	size_t smallest;
	size_t largest;
	/* Geometric classes: see kpool_sized_find_geometric(). */
	bool geometric;
	unsigned int step_shift;
	unsigned int bias;
	unsigned int nr_classes;
	struct kpool_sized_cpu __percpu *cpu;
	struct kpool_sized_class oversize;
	char name[KPOOL_NAME_MAX + 1];

	/* Written, but only when buffers are built or torn down. */
	refcount_t refs ____cacheline_aligned_in_smp;
	atomic_long_t bad_puts;

	struct kpool_sized_class classes[] ____cacheline_aligned_in_smp;
};

static void kpool_sized_unref(struct kpool_sized *sized)
{
	if (!refcount_dec_and_test(&sized->refs))
		return;
	free_percpu(sized->cpu);
	kfree(sized);
}

static struct kpool_sized_header *kpool_sized_header(const void *buf)
{
	return (struct kpool_sized_header *)(buf - KPOOL_SIZED_OVERHEAD);
}

/*
 * The powers of two of the series are 1 << msb; the bits of size - 1 below the
 * most significant one determine the step between two of them.  All sizes up to
 * the smallest class belong to the first class, which determines the bias.
 */
static unsigned int kpool_sized_find_geometric(struct kpool_sized *sized,
					       size_t size)
{
	size_t last = max(size, sized->smallest) - 1;
	unsigned int msb = __fls(last);

	return (msb << sized->step_shift) + (last >> (msb - sized->step_shift)) -
	       sized->bias;
}

/* Find the first class that is not smaller; there is one. */
static unsigned int kpool_sized_find_listed(struct kpool_sized *sized,
					    size_t size)
{
	unsigned int low = 0, high = sized->nr_classes - 1;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (sized->classes[middle].size < size)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t kpool_sized_geometric_size(const struct kpool_sized_args *args,
					 unsigned int index)
{
	unsigned int step_shift = ilog2(args->steps);
	size_t power;

	if (!index)
		return args->smallest;
	index--;
	power = args->smallest << (index >> step_shift);
	return power + (power >> step_shift) * (index % args->steps + 1);
}

/* vmalloc() may sleep; and return NULL rather than warn of a size too large. */
static void *kpool_sized_memory(size_t size, gfp_t gfp, int node)
{
	if (gfpflags_allow_blocking(gfp))
		return size <= INT_MAX ? kvmalloc_node(size, gfp, node) : NULL;
	return size <= KMALLOC_MAX_SIZE ? kmalloc_node(size, gfp, node) : NULL;
}

static noinline void *kpool_sized_get_oversize(struct kpool_sized *sized,
					       size_t size, gfp_t gfp)
{
	const size_t front = KPOOL_SIZED_FRONT + KPOOL_SIZED_OVERHEAD;
	struct kpool_sized_header *header;
	struct kpool_sized_front *memory = NULL;
	void *buf;

	if (kpool_may_allocate())
		memory = kpool_sized_memory(size_add(front, size), gfp,
					    NUMA_NO_NODE);
	if (!memory) {
		this_cpu_inc(sized->cpu->oversize_failures);
		return NULL;
	}
	refcount_inc(&sized->refs);
	this_cpu_inc(sized->cpu->oversize_gets);
	this_cpu_add(sized->cpu->oversize_bytes, size);
	memory->size = size;
	buf = (void *)memory + front;
	header = kpool_sized_header(buf);
	header->class = &sized->oversize;
	header->state = KPOOL_SIZED_IN_USE;
	return buf;
}

static struct kpool_sized_front *kpool_sized_front(const void *buf)
{
	return (struct kpool_sized_front *)(buf - KPOOL_SIZED_OVERHEAD -
					    KPOOL_SIZED_FRONT);
}

/**
 * kpool_sized_get() - get a buffer of at least @size bytes
 * @sized: the pools
 * @size: size in bytes; 0 is served by the smallest class as well
 * @gfp: as for kpool_get().  With __GFP_ZERO the first @size bytes are zero,
 *	otherwise they are what a former user left.
 *
 * The buffer is from the smallest class that fits, even if this class has no
 * idle buffer and a larger one has.  Sizes above the largest class are served
 * by kvmalloc(), or by kmalloc() if @gfp does not allow sleeping.
 *
 * Context: As kpool_get().  Where kpool_get() only returns idle objects, this
 *	returns NULL for a size above the largest class.
 * Return: The buffer, aligned to ARCH_KMALLOC_MINALIGN and no more, whatever
 *	its size; or NULL.  The caller owns it until kpool_sized_put().
 */
void *kpool_sized_get(struct kpool_sized *sized, size_t size, gfp_t gfp)
{
	struct kpool_sized_header *header;
	struct kpool_sized_class *class;
	void *buf;

	if (unlikely(size > sized->largest))
		return kpool_sized_get_oversize(sized, size, gfp);
	class = sized->classes;
	if (sized->geometric)
		class += kpool_sized_find_geometric(sized, size);
	else
		class += kpool_sized_find_listed(sized, size);
	header = kpool_get(class->pool, gfp);
	if (unlikely(!header))
		return NULL;
	header->state = KPOOL_SIZED_IN_USE;
	this_cpu_add(*class->requested, size);
	buf = (void *)header + KPOOL_SIZED_OVERHEAD;
	if (unlikely(gfp & __GFP_ZERO))
		memset(buf, 0, size);
	return buf;
}
EXPORT_SYMBOL_GPL(kpool_sized_get);

static noinline void kpool_sized_bad_put(struct kpool_sized *sized,
					 const char *what)
{
	WARN(atomic_long_inc_return(&sized->bad_puts) == 1,
	     pr_fmt("%s: put of %s\n"), sized->name, what);
}

static noinline void kpool_sized_put_oversize(struct kpool_sized *sized,
					      void *buf)
{
	struct kpool_sized_front *front = kpool_sized_front(buf);

	if (in_nmi()) {
		kpool_sized_bad_put(sized, "an oversize buffer in an NMI");
		return;
	}
	kpool_sized_header(buf)->state = KPOOL_SIZED_IDLE;
	this_cpu_inc(sized->cpu->oversize_puts);
	/* kfree() works in any context but an NMI; vfree() may sleep. */
	if (is_vmalloc_addr(front))
		kvfree_rcu(front, rcu);
	else
		kfree(front);
	kpool_sized_unref(sized);
}

/**
 * kpool_sized_put() - put a buffer back
 * @sized: the pools that it came from
 * @buf: the buffer, or NULL, which does nothing
 *
 * A pointer that is not a buffer of @sized in use, because it is foreign or was
 * put before, is left alone and counted; the first one triggers a warning.  The
 * memory in front of it must be readable, since the header is read from there.
 *
 * Context: Any, also hard interrupts and NMIs.  An oversize buffer, however,
 *	may be put only where kfree() may be called: in an NMI it is treated
 *	like a foreign pointer, stays in use, and may be put later.
 */
void kpool_sized_put(struct kpool_sized *sized, void *buf)
{
	struct kpool_sized_header *header = kpool_sized_header(buf);
	struct kpool *pool;

	if (unlikely(!buf))
		return;
	/* The class is valid only if the state is. */
	if (unlikely(header->state != KPOOL_SIZED_IN_USE ||
		     header->class->sized != sized)) {
		kpool_sized_bad_put(sized, "a pointer that is not in use");
		return;
	}
	pool = header->class->pool;
	if (unlikely(!pool)) {
		kpool_sized_put_oversize(sized, buf);
		return;
	}
	header->state = KPOOL_SIZED_IDLE;
	kpool_put(pool, header);
}
EXPORT_SYMBOL_GPL(kpool_sized_put);

/**
 * kpool_sized_size() - get the size of a buffer
 * @buf: a buffer from kpool_sized_get(), or NULL
 *
 * All of these bytes may be used, even if fewer were asked for.
 *
 * Context: Any.
 * Return: The size of its class in bytes; for an oversize buffer the size that
 *	was asked for; 0 for NULL.
 */
size_t kpool_sized_size(const void *buf)
{
	const struct kpool_sized_class *class;

	if (!buf)
		return 0;
	class = kpool_sized_header(buf)->class;
	return class->pool ? class->size : kpool_sized_front(buf)->size;
}
EXPORT_SYMBOL_GPL(kpool_sized_size);

/**
 * kpool_sized_pool() - get the pool of a size class
 * @sized: the pools
 * @index: index of the class, from 0 for the smallest
 *
 * For kpool_read_stats(), kpool_prewarm(), kpool_gc() and kpool_drain(); never
 * to get and put.
 *
 * Context: Any.
 * Return: The pool, which is destroyed with @sized, or NULL if there is no such
 *	class.
 */
struct kpool *kpool_sized_pool(struct kpool_sized *sized, unsigned int index)
{
	return index < sized->nr_classes ? sized->classes[index].pool : NULL;
}
EXPORT_SYMBOL_GPL(kpool_sized_pool);

static int kpool_sized_init(void *obj, void *ctx, gfp_t gfp)
{
	struct kpool_sized_header *header = obj;
	struct kpool_sized_class *class = ctx;

	refcount_inc(&class->sized->refs);
	header->class = class;
	header->state = KPOOL_SIZED_IDLE;
	return 0;
}

static void kpool_sized_exit(void *obj, void *ctx)
{
	struct kpool_sized_class *class = ctx;

	kpool_sized_unref(class->sized);
}

static void *kpool_sized_alloc(void *ctx, gfp_t gfp, int node)
{
	struct kpool_sized_class *class = ctx;

	return kpool_sized_memory(KPOOL_SIZED_OVERHEAD + class->size, gfp,
				  node);
}

/* Called after the exit hook, so @ctx may have been freed. */
static void kpool_sized_free(void *obj, void *ctx)
{
	kvfree(obj);
}

/* Puts are read after gets, so a concurrent put may be seen without its get. */
static u64 kpool_sized_oversize_in_use(struct kpool_sized *sized)
{
	u64 gets = kpool_kind_sum(&sized->cpu->oversize_gets);

	return gets - min(gets, kpool_kind_sum(&sized->cpu->oversize_puts));
}

static void kpool_sized_read_class(struct kpool_sized_class *class,
				   struct kpool_sized_stats *stats)
{
	struct kpool_sized *sized = class->sized;
	struct kpool_stats pool_stats = {};
	u64 given, waste;
	/* Pairs with the release in kpool_sized_create_class(). */
	struct kpool *pool = smp_load_acquire(&class->pool);

	stats->size = class->size;
	stats->requested = kpool_kind_sum(class->requested);
	/* The file in debugfs exists a little earlier than the pool pointer. */
	if (pool)
		kpool_read_stats(pool, &pool_stats);
	given = pool_stats.gets * class->size;
	waste = given - min(stats->requested, given);
	stats->waste = waste;
	/* Keep full precision unless the multiplication would overflow. */
	while (given > U64_MAX / 1000) {
		given >>= 10;
		waste >>= 10;
	}
	stats->waste_permille = given ? div64_u64(waste * 1000, given) : 0;
	stats->oversize_in_use = kpool_sized_oversize_in_use(sized);
	stats->oversize_gets = kpool_kind_sum(&sized->cpu->oversize_gets);
	stats->oversize_bytes = kpool_kind_sum(&sized->cpu->oversize_bytes);
	stats->oversize_failures =
		kpool_kind_sum(&sized->cpu->oversize_failures);
	stats->bad_puts = atomic_long_read(&sized->bad_puts);
}

/* The out-of-line part of kpool_sized_read_stats(), which has zeroed @stats. */
void __kpool_sized_read_stats(struct kpool_sized *sized, unsigned int index,
			      struct kpool_sized_stats *stats,
			      const struct kpool_caller *caller)
{
	if (!kpool_check_caller(sized->name, caller, KPOOL_SIZED_LAYOUT) &&
	    index < sized->nr_classes)
		kpool_sized_read_class(&sized->classes[index], stats);
}
EXPORT_SYMBOL_GPL(__kpool_sized_read_stats);

static void kpool_sized_show(struct seq_file *file, void *ctx)
{
	struct kpool_sized_stats stats;

	kpool_sized_read_class(ctx, &stats);
	KPOOL_SHOW(file, &stats, KPOOL_SIZED_STATS_MEMBERS);
}

/* A buffer that fits into a page comes from kpool's own slab cache. */
static const struct kpool_ops kpool_sized_small_ops = {
	.init = kpool_sized_init,
	.exit = kpool_sized_exit,
	.show = kpool_sized_show,
};

/* A larger one need not be contiguous, so freeing it may sleep. */
static const struct kpool_ops kpool_sized_large_ops = {
	.init = kpool_sized_init,
	.exit = kpool_sized_exit,
	.alloc = kpool_sized_alloc,
	.free = kpool_sized_free,
	.show = kpool_sized_show,
};

static int kpool_sized_check_list(const struct kpool_sized_args *args)
{
	unsigned int i;

	if (!args->nr_sizes || args->smallest || args->largest || args->steps)
		return -EINVAL;
	/* Check this first, since the loop reads as many sizes. */
	if (args->nr_sizes > KPOOL_SIZED_CLASSES_MAX)
		return -E2BIG;
	for (i = 0; i < args->nr_sizes; i++)
		if (args->sizes[i] <= (i ? args->sizes[i - 1] : 0))
			return -EINVAL;
	return 0;
}

static int kpool_sized_check_row(const struct kpool_sized_args *args)
{
	if (args->nr_sizes || args->largest < args->smallest)
		return -EINVAL;
	if (args->smallest < KPOOL_SIZED_LEAST ||
	    !is_power_of_2(args->smallest))
		return -EINVAL;
	if (args->steps != 1 && args->steps != 2 && args->steps != 4)
		return -EINVAL;
	return args->largest > KMALLOC_MAX_SIZE ? -E2BIG : 0;
}

/* Count the classes; those of @args were checked. */
static unsigned int kpool_sized_count(const struct kpool_sized_args *args)
{
	unsigned int n = 1;

	if (args->sizes)
		return args->nr_sizes;
	while (kpool_sized_geometric_size(args, n - 1) < args->largest)
		n++;
	return n;
}

static int kpool_sized_check_args(const char *name,
				  const struct kpool_sized_args *args)
{
	int err;

	if (!args || (args->idle_bytes && args->pool.idle_max))
		return -EINVAL;
	err = kpool_kind_check(name, &args->pool, KPOOL_KIND_LIMITS,
			       KPOOL_KIND_FLAGS);
	if (!err)
		err = args->sizes ? kpool_sized_check_list(args) :
				    kpool_sized_check_row(args);
	if (!err && kpool_sized_count(args) > KPOOL_SIZED_CLASSES_MAX)
		err = -E2BIG;
	return err;
}

/* Allocate the structure without its pools. */
static struct kpool_sized *
kpool_sized_alloc_struct(const char *name, const struct kpool_sized_args *args)
{
	unsigned int n = kpool_sized_count(args);
	struct kpool_sized *sized;
	unsigned int i;

	sized = kzalloc_flex(*sized, classes, n, GFP_KERNEL);
	if (!sized)
		return NULL;
	sized->cpu = alloc_percpu(struct kpool_sized_cpu);
	if (!sized->cpu) {
		kfree(sized);
		return NULL;
	}
	strscpy(sized->name, name, sizeof(sized->name));
	refcount_set(&sized->refs, 1);
	sized->oversize.sized = sized;
	sized->nr_classes = n;
	for (i = 0; i < n; i++) {
		struct kpool_sized_class *class = &sized->classes[i];

		class->sized = sized;
		class->requested = &sized->cpu->requested[i];
		class->size = args->sizes ? args->sizes[i] :
			      kpool_sized_geometric_size(args, i);
	}
	sized->smallest = sized->classes[0].size;
	sized->largest = sized->classes[n - 1].size;
	if (!args->sizes) {
		sized->geometric = true;
		sized->step_shift = ilog2(args->steps);
		sized->bias = (ilog2(sized->smallest) << sized->step_shift) +
			      args->steps - 1;
	}
	return sized;
}

static int kpool_sized_create_class(struct kpool_sized *sized,
				    struct kpool_sized_class *class,
				    const struct kpool_sized_args *args)
{
	size_t size = size_add(KPOOL_SIZED_OVERHEAD, class->size);
	struct kpool_args pool_args = args->pool;
	char name[KPOOL_NAME_MAX + 1];
	struct kpool *pool;

	if (snprintf(name, sizeof(name), "%s-%zu", sized->name, class->size) >=
	    sizeof(name))
		return -EINVAL;
	pool_args.ops = &kpool_sized_small_ops;
	pool_args.ctx = class;
	pool_args.align = ARCH_KMALLOC_MINALIGN;
	if (size > PAGE_SIZE) {
		pool_args.ops = &kpool_sized_large_ops;
		pool_args.flags |= KPOOL_F_DEFER_EXIT;
	}
	if (args->idle_bytes)
		pool_args.idle_max = clamp_t(size_t, args->idle_bytes / size,
					     1, UINT_MAX);
	pool = kpool_create(name, size, &pool_args);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	/* Pairs with the acquire in kpool_sized_show(). */
	smp_store_release(&class->pool, pool);
	return 0;
}

/* The out-of-line part of kpool_sized_create(). */
struct kpool_sized *
__kpool_sized_create(const char *name, const struct kpool_sized_args *args,
		     const struct kpool_caller *caller)
{
	struct kpool_sized *sized;
	unsigned int i;
	int err;

	might_sleep();
	err = kpool_check_caller(name, caller, KPOOL_SIZED_LAYOUT);
	if (err)
		return ERR_PTR(err);
	err = kpool_sized_check_args(name, args);
	if (err)
		return ERR_PTR(err);
	sized = kpool_sized_alloc_struct(name, args);
	if (!sized)
		return ERR_PTR(-ENOMEM);
	for (i = 0; i < sized->nr_classes && !err; i++)
		err = kpool_sized_create_class(sized, &sized->classes[i], args);
	if (err) {
		kpool_sized_destroy(sized);
		return ERR_PTR(err);
	}
	return sized;
}
EXPORT_SYMBOL_GPL(__kpool_sized_create);

/**
 * kpool_sized_destroy() - destroy the pools and all their idle buffers
 * @sized: the pools; NULL and error pointers are ignored
 *
 * All users must be done with the pools.  Buffers that are still in use are a
 * bug of the driver.  They are reported, for each class as by kpool_destroy(),
 * and left alone.  Each may still be put; the last one frees the remaining
 * memory.
 *
 * Context: Process context, sleeps for two RCU grace periods per class.
 */
void kpool_sized_destroy(struct kpool_sized *sized)
{
	u64 oversize;
	unsigned int i;

	if (IS_ERR_OR_NULL(sized))
		return;
	for (i = 0; i < sized->nr_classes; i++)
		kpool_destroy(sized->classes[i].pool);
	oversize = kpool_sized_oversize_in_use(sized);
	WARN(oversize, pr_fmt("%s: destroyed with %llu oversize buffers in use\n"),
	     sized->name, oversize);
	kpool_sized_unref(sized);
}
EXPORT_SYMBOL_GPL(kpool_sized_destroy);

DEFINE_KPOOL_OWNED(kpool_sized_devm_release, kpool_sized_destroy)

/* The out-of-line part of devm_kpool_sized_create(). */
struct kpool_sized *
__devm_kpool_sized_create(struct device *dev, const char *name,
			  const struct kpool_sized_args *args,
			  const struct kpool_caller *caller)
{
	return KPOOL_OWNED(dev, kpool_sized_devm_release,
			   __kpool_sized_create(name, args, caller));
}
EXPORT_SYMBOL_GPL(__devm_kpool_sized_create);

// SPDX-License-Identifier: GPL-2.0
/*
 * The promises that all kinds of pools share: names, arguments that are
 * refused, the contexts of a get and a put, objects that come back late,
 * devices, statistics, and creation that fails.  Each case runs for each kind;
 * the promises of a single kind are tested in a suite of its own.
 *
 * Plain pools are a kind here as well.  A static pool is none: it is a plain
 * pool whose name the compiler checks, see static_test.c.
 */
#include <linux/dma-mapping.h>
#include <linux/kpool_buf.h>
#include <linux/kpool_compound.h>
#include <linux/kpool_dma.h>
#include <linux/kpool_fifo.h>
#include <linux/kpool_ring.h>
#include <linux/kpool_sized.h>
#include <linux/kpool_work.h>
#include <linux/kref.h>
#include <linux/platform_device.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "helpers.h"

#define NAME	"kunit-kind"

/* Members of struct kpool_args, and flags, that a kind may support. */
enum kind_argument {
	KIND_HOOKS,
	KIND_CTX,
	KIND_MEMORY,
	KIND_ALIGN,
	KIND_DEFER_EXIT,
	KIND_FIXED,
	KIND_NUMA_LOCAL,
	KIND_RESERVE,
	KIND_MAX,
	KIND_MAGAZINE,
	KIND_IDLE_MAX,
	KIND_LOW_WATER,
};

#define KIND_ALL	(BIT(KIND_LOW_WATER + 1) - 1)
/* The arguments that a kind with hooks of its own usually supports. */
#define KIND_USUAL	(KIND_ALL & ~(BIT(KIND_HOOKS) | BIT(KIND_CTX) |	\
				      BIT(KIND_MEMORY) | BIT(KIND_ALIGN)))

/**
 * struct kind - a kind of pools
 * @name: the name of the kind
 * @create: create a pool with these parameters, owned by the device if there is
 *	one
 * @destroy: destroy it
 * @get: get an object
 * @put: put an object
 * @pool: the pool that holds the objects, or NULL
 * @in_use: number of objects in use, once all work is done
 * @counter: a counter of the kind
 * @detail: the name of @counter in debugfs, or NULL if the kind has none
 * @counted: its value after the first get
 * @suffix: what is appended to the name of the pool, or an empty string
 * @supported: bits of &enum kind_argument
 * @nmi: a get and a put are allowed in an NMI
 * @dma: needs a kernel with DMA
 */
struct kind {
	const char *name;
	void *(*create)(struct device *dev, const char *name,
			const struct kpool_args *args);
	void (*destroy)(void *kind_pool);
	void *(*get)(void *kind_pool, gfp_t gfp);
	void (*put)(void *kind_pool, void *obj);
	struct kpool *(*pool)(void *kind_pool);
	u64 (*in_use)(void *kind_pool);
	u64 (*counter)(void *kind_pool);
	const char *detail;
	u64 counted;
	const char *suffix;
	unsigned long supported;
	bool nmi;
	bool dma;
};

static u64 pool_in_use(struct kpool *pool)
{
	struct kpool_stats stats;

	kpool_read_stats(pool, &stats);
	return stats.in_use;
}

/* Plain pools */

static void *plain_create(struct device *dev, const char *name,
			  const struct kpool_args *args)
{
	return dev ? devm_kpool_create(dev, name, 64, args) :
		     kpool_create(name, 64, args);
}

static void plain_destroy(void *pool)
{
	kpool_destroy(pool);
}

static void *plain_get(void *pool, gfp_t gfp)
{
	return kpool_get(pool, gfp);
}

static void plain_put(void *pool, void *obj)
{
	kpool_put(pool, obj);
}

static struct kpool *plain_pool(void *pool)
{
	return pool;
}

static u64 plain_in_use(void *pool)
{
	return pool_in_use(pool);
}

/* Growable buffers */

static void *buf_create(struct device *dev, const char *name,
			const struct kpool_args *args)
{
	const struct kpool_bufs_args full = { .pool = *args, .initial = 64 };

	return dev ? devm_kpool_bufs_create(dev, name, &full) :
		     kpool_bufs_create(name, &full);
}

static void buf_destroy(void *bufs)
{
	kpool_bufs_destroy(bufs);
}

static void *buf_get(void *bufs, gfp_t gfp)
{
	return kpool_bufs_get(bufs, gfp);
}

static void buf_put(void *bufs, void *buf)
{
	kpool_bufs_put(bufs, buf);
}

static struct kpool *buf_pool(void *bufs)
{
	return kpool_bufs_pool(bufs);
}

static u64 buf_in_use(void *bufs)
{
	return pool_in_use(kpool_bufs_pool(bufs));
}

static u64 buf_counter(void *bufs)
{
	struct kpool_bufs_stats stats;

	kpool_bufs_read_stats(bufs, &stats);
	return stats.ceiling;
}

/* Compound objects */

struct parent {
	void *child;
};

/* The pool of the children; it exists during each case. */
static struct kpool *children;

static void *compound_create(struct device *dev, const char *name,
			     const struct kpool_args *args)
{
	const struct kpool_child child = KPOOL_CHILD(struct parent, child,
						     children);
	const struct kpool_compound_args full = {
		.pool = *args,
		.children = &child,
		.nr = 1,
	};

	return dev ? devm_kpool_compound_create(dev, name, 64, &full) :
		     kpool_compound_create(name, 64, &full);
}

static void compound_destroy(void *compound)
{
	kpool_compound_destroy(compound);
}

static void *compound_get(void *compound, gfp_t gfp)
{
	return kpool_compound_get(compound, gfp);
}

static void compound_put(void *compound, void *obj)
{
	kpool_compound_put(compound, obj);
}

static struct kpool *compound_pool(void *compound)
{
	return kpool_compound_pool(compound);
}

static u64 compound_in_use(void *compound)
{
	return pool_in_use(kpool_compound_pool(compound)) +
	       pool_in_use(children);
}

static u64 compound_counter(void *compound)
{
	struct kpool_compound_stats stats;

	kpool_compound_read_stats(compound, &stats);
	return stats.children;
}

/* DMA buffers */

/* The device of pools that no device owns. */
static struct platform_device *device;

static void *dma_create(struct device *dev, const char *name,
			const struct kpool_args *args)
{
	const struct kpool_dma_args full = { .pool = *args };

	return dev ? devm_kpool_dma_create(dev, name, 64, &full) :
		     kpool_dma_create(&device->dev, name, 64, &full);
}

static void dma_destroy(void *pool)
{
	kpool_dma_destroy(pool);
}

static void *dma_get(void *pool, gfp_t gfp)
{
	return kpool_dma_get(pool, gfp);
}

static void dma_put(void *pool, void *buf)
{
	kpool_dma_put(pool, buf);
}

static struct kpool *dma_pool(void *pool)
{
	return kpool_dma_pool(pool);
}

static u64 dma_in_use(void *pool)
{
	return pool_in_use(kpool_dma_pool(pool));
}

static u64 dma_counter(void *pool)
{
	struct kpool_dma_stats stats;

	kpool_dma_read_stats(pool, &stats);
	return stats.buffers;
}

/* Fifos; each has a pointer in it when it is put */

static void *fifo_create(struct device *dev, const char *name,
			 const struct kpool_args *args)
{
	const struct kpool_fifos_args full = { .pool = *args, .depth = 4 };

	return dev ? devm_kpool_fifos_create(dev, name, &full) :
		     kpool_fifos_create(name, &full);
}

static void fifo_destroy(void *fifos)
{
	kpool_fifos_destroy(fifos);
}

static void *fifo_get(void *fifos, gfp_t gfp)
{
	struct kpool_fifo *fifo = kpool_fifos_get(fifos, gfp);

	if (fifo)
		kpool_fifo_send(fifo, fifo);
	return fifo;
}

static void fifo_put(void *fifos, void *fifo)
{
	kpool_fifos_put(fifos, fifo);
}

static struct kpool *fifo_pool(void *fifos)
{
	return kpool_fifos_pool(fifos);
}

static u64 fifo_in_use(void *fifos)
{
	return pool_in_use(kpool_fifos_pool(fifos));
}

static u64 fifo_counter(void *fifos)
{
	struct kpool_fifos_stats stats;

	kpool_fifos_read_stats(fifos, &stats);
	return stats.sent;
}

/* Rings */

static void *ring_create(struct device *dev, const char *name,
			 const struct kpool_args *args)
{
	const struct kpool_ring_args full = { .pool = *args };

	return dev ? devm_kpool_ring_create(dev, name, 2, 64, &full) :
		     kpool_ring_create(name, 2, 64, &full);
}

static void ring_destroy(void *ring)
{
	kpool_ring_destroy(ring);
}

static void *ring_get(void *ring, gfp_t gfp)
{
	return kpool_ring_get(ring);
}

static void ring_put(void *ring, void *buf)
{
	kpool_ring_put(ring, buf);
}

static u64 ring_in_use(void *ring)
{
	struct kpool_ring_stats stats;

	kpool_ring_read_stats(ring, &stats);
	return stats.in_use + stats.bad_puts;
}

static u64 ring_counter(void *ring)
{
	struct kpool_ring_stats stats;

	kpool_ring_read_stats(ring, &stats);
	return stats.gets;
}

/* Buffers in size classes */

static void *sized_create(struct device *dev, const char *name,
			  const struct kpool_args *args)
{
	const struct kpool_sized_args full = {
		.pool = *args,
		.smallest = 64,
		.largest = 128,
		.steps = 1,
	};

	return dev ? devm_kpool_sized_create(dev, name, &full) :
		     kpool_sized_create(name, &full);
}

static void sized_destroy(void *sized)
{
	kpool_sized_destroy(sized);
}

static void *sized_get(void *sized, gfp_t gfp)
{
	return kpool_sized_get(sized, 10, gfp);
}

static void sized_put(void *sized, void *buf)
{
	kpool_sized_put(sized, buf);
}

static struct kpool *sized_pool(void *sized)
{
	return kpool_sized_pool(sized, 0);
}

static u64 sized_in_use(void *sized)
{
	struct kpool_sized_stats stats;

	kpool_sized_read_stats(sized, 0, &stats);
	return pool_in_use(kpool_sized_pool(sized, 0)) + stats.bad_puts;
}

static u64 sized_counter(void *sized)
{
	struct kpool_sized_stats stats;

	kpool_sized_read_stats(sized, 0, &stats);
	return stats.requested;
}

/* Work items: a get submits a task, and a put drops the reference to it */

static int work_run(void *data, size_t len)
{
	return 0;
}

static void *work_create(struct device *dev, const char *name,
			 const struct kpool_args *args)
{
	const struct kpool_works_args full = { .pool = *args };

	return dev ? devm_kpool_works_create(dev, name, NULL, 8, &full) :
		     kpool_works_create(name, NULL, 8, &full);
}

static void work_destroy(void *works)
{
	kpool_works_destroy(works);
}

static void *work_get(void *works, gfp_t gfp)
{
	struct kpool_task *task;

	task = kpool_works_submit_ref(works, work_run, NULL, 0, gfp);
	return IS_ERR(task) ? NULL : task;
}

static void work_put(void *works, void *task)
{
	kpool_task_put(task);
}

static struct kpool *work_pool(void *works)
{
	return kpool_works_pool(works);
}

static u64 work_in_use(void *works)
{
	kpool_works_flush(works);
	return pool_in_use(kpool_works_pool(works));
}

static u64 work_counter(void *works)
{
	struct kpool_works_stats stats;

	kpool_works_read_stats(works, &stats);
	return stats.submitted;
}

#define KIND(kind)							\
	.name = #kind,							\
	.create = kind##_create,					\
	.destroy = kind##_destroy,					\
	.get = kind##_get,						\
	.put = kind##_put,						\
	.in_use = kind##_in_use

static const struct kind kinds[] = {
	{
		KIND(plain),
		.pool = plain_pool,
		.suffix = "",
		.supported = KIND_ALL,
		.nmi = true,
	}, {
		KIND(buf),
		.pool = buf_pool,
		.counter = buf_counter,
		.detail = "ceiling",
		.counted = 64,
		.suffix = "",
		.supported = KIND_USUAL,
		.nmi = true,
	}, {
		KIND(compound),
		.pool = compound_pool,
		.counter = compound_counter,
		.detail = "children",
		.counted = 1,
		.suffix = "",
		.supported = KIND_ALL,
		.nmi = true,
	}, {
		KIND(dma),
		.pool = dma_pool,
		.counter = dma_counter,
		.detail = "buffers",
		.counted = 1,
		.suffix = "",
		.supported = (KIND_USUAL | BIT(KIND_ALIGN)) &
			     ~BIT(KIND_NUMA_LOCAL),
		.nmi = true,
		.dma = true,
	}, {
		KIND(fifo),
		.pool = fifo_pool,
		.counter = fifo_counter,
		.detail = "sent",
		.counted = 1,
		.suffix = "",
		.supported = KIND_USUAL,
	}, {
		KIND(ring),
		.counter = ring_counter,
		.detail = "gets",
		.counted = 1,
		.suffix = "",
		.supported = BIT(KIND_HOOKS) | BIT(KIND_CTX) |
			     BIT(KIND_ALIGN) | BIT(KIND_DEFER_EXIT),
		.nmi = true,
	}, {
		KIND(sized),
		.pool = sized_pool,
		.counter = sized_counter,
		.detail = "requested",
		.counted = 10,
		.suffix = "-64",
		.supported = KIND_USUAL,
		.nmi = true,
	}, {
		KIND(work),
		.pool = work_pool,
		.counter = work_counter,
		.detail = "submitted",
		.counted = 1,
		.suffix = "",
		.supported = KIND_USUAL,
	},
};

static void kind_describe(const struct kind *kind, char *text)
{
	strscpy(text, kind->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(kind, kinds, kind_describe);

static const struct kpool_args defaults;

static int kinds_test_init(struct kunit *test)
{
	const struct kind *kind = test->param_value;
	int err;

	device = NULL;
	children = kpool_create("kunit-children", 64, NULL);
	if (IS_ERR(children))
		return PTR_ERR(children);
	err = test_pools_init(test);
	if (err || !kind->dma || !IS_ENABLED(CONFIG_HAS_DMA))
		return err;
	device = platform_device_register_simple("kunit-kinds",
						 PLATFORM_DEVID_AUTO, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	return dma_set_mask_and_coherent(&device->dev, DMA_BIT_MASK(31));
}

static void kinds_test_exit(struct kunit *test)
{
	if (!IS_ERR_OR_NULL(device))
		platform_device_unregister(device);
	kpool_destroy(children);
	test_pools_exit(test);
}

/* The kind that the case runs for. */
static const struct kind *kind_of(struct kunit *test)
{
	const struct kind *kind = test->param_value;

	if (kind->dma && !IS_ENABLED(CONFIG_HAS_DMA))
		kunit_skip(test, "this kernel has no DMA (CONFIG_HAS_DMA)");
	return kind;
}

static void *kind_create(struct kunit *test)
{
	void *pool = kind_of(test)->create(NULL, NAME, &defaults);

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR_OR_NULL(pool),
			       "create returned %ld", PTR_ERR(pool));
	return pool;
}

/* Create a pool and destroy it; return the error, or 0. */
static long create_error(const struct kind *kind, const char *name,
			 const struct kpool_args *args)
{
	void *pool = kind->create(NULL, name, args);

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	kind->destroy(pool);
	return 0;
}

static void null_is_passed_over(struct kunit *test)
{
	const struct kind *kind = kind_of(test);
	void *pool = kind_create(test);
	struct kpool_stats stats = {};

	kind->destroy(NULL);
	kind->destroy(ERR_PTR(-ENOMEM));
	kind->put(pool, NULL);
	KUNIT_EXPECT_EQ(test, kind->in_use(pool), 0);
	if (kind->pool)
		kpool_read_stats(kind->pool(pool), &stats);
	KUNIT_EXPECT_EQ(test, stats.puts, 0);
	kind->destroy(pool);
}

static void bad_names_are_refused(struct kunit *test)
{
	const struct kind *kind = kind_of(test);
	char name[KPOOL_NAME_MAX + 2] = {};

	KUNIT_EXPECT_EQ(test, create_error(kind, NULL, &defaults), -EINVAL);
	KUNIT_EXPECT_EQ(test, create_error(kind, "", &defaults), -EINVAL);
	KUNIT_EXPECT_EQ(test, create_error(kind, "a/b", &defaults), -EINVAL);
	KUNIT_EXPECT_EQ(test, create_error(kind, "a b", &defaults), -EINVAL);
	memset(name, 'x', KPOOL_NAME_MAX + 1);
	KUNIT_EXPECT_EQ(test, create_error(kind, name, &defaults), -EINVAL);
	name[KPOOL_NAME_MAX - strlen(kind->suffix)] = '\0';
	/* The suffix of the largest class of a sized pool is longer. */
	if (!*kind->suffix)
		KUNIT_EXPECT_EQ(test, create_error(kind, name, &defaults), 0);
}

static void a_name_that_is_in_use_is_refused(struct kunit *test)
{
	const struct kind *kind = kind_of(test);
	void *pool = kind_create(test);

	KUNIT_EXPECT_EQ(test, create_error(kind, NAME, &defaults), -EEXIST);
	kind->destroy(pool);
	KUNIT_EXPECT_EQ(test, create_error(kind, NAME, &defaults), 0);
}

static void no_exit(void *obj, void *ctx)
{
}

static void *plain_alloc(void *ctx, gfp_t gfp, int node)
{
	return kmalloc_node(64, gfp, node);
}

static void plain_free(void *obj, void *ctx)
{
	kfree(obj);
}

static const struct kpool_ops some_hooks = { .exit = no_exit };
static const struct kpool_ops memory_hooks = {
	.alloc = plain_alloc,
	.free = plain_free,
};

static const struct {
	const char *what;
	struct kpool_args args;
} arguments[] = {
	[KIND_HOOKS] = { "hooks", { .ops = &some_hooks } },
	[KIND_CTX] = { "a context", { .ctx = &children } },
	[KIND_MEMORY] = { "memory of its own", { .ops = &memory_hooks } },
	[KIND_ALIGN] = { "an alignment", { .align = 64 } },
	[KIND_DEFER_EXIT] = { "DEFER_EXIT", { .flags = KPOOL_F_DEFER_EXIT } },
	[KIND_FIXED] = { "FIXED", { .flags = KPOOL_F_FIXED } },
	[KIND_NUMA_LOCAL] = { "NUMA_LOCAL", { .flags = KPOOL_F_NUMA_LOCAL } },
	[KIND_RESERVE] = { "a reserve", { .reserve = 1 } },
	[KIND_MAX] = { "a maximum", { .max = 8 } },
	[KIND_MAGAZINE] = { "a magazine", { .magazine = 2 } },
	[KIND_IDLE_MAX] = { "a limit of idle objects", { .idle_max = 8 } },
	[KIND_LOW_WATER] = { "a low-water mark", { .flags = KPOOL_F_FIXED,
						   .low_water = 1 } },
};

static void other_arguments_are_refused(struct kunit *test)
{
	const struct kind *kind = kind_of(test);
	int i;

	for (i = 0; i < ARRAY_SIZE(arguments); i++) {
		long err = create_error(kind, NAME, &arguments[i].args);
		bool supported = kind->supported & BIT(i);

		KUNIT_EXPECT_EQ_MSG(test, err, supported ? 0 : -EINVAL, "%s",
				    arguments[i].what);
	}
}

static void bad_arguments_are_refused(struct kunit *test)
{
	const struct kpool_args flag = { .flags = 1U << 31 };
	const struct kpool_args below = { .reserve = 2, .max = 1 };
	const struct kpool_args align = { .align = 3 };
	const struct kind *kind = kind_of(test);

	KUNIT_EXPECT_EQ(test, create_error(kind, NAME, &flag), -EINVAL);
	KUNIT_EXPECT_EQ(test, create_error(kind, NAME, &below), -EINVAL);
	KUNIT_EXPECT_EQ(test, create_error(kind, NAME, &align), -EINVAL);
	KUNIT_EXPECT_EQ_MSG(test, create_error(kind, NAME, &defaults), 0,
			    "the name stays free");
}

/* A get and a put in one context, which must not report failures itself. */
struct session {
	const struct kind *kind;
	void *pool;
	bool got;
};

static void get_and_put(void *data)
{
	struct session *session = data;
	void *obj = session->kind->get(session->pool, GFP_ATOMIC);

	session->got = obj;
	session->kind->put(session->pool, obj);
}

/* Create a pool with idle objects: PREEMPT_RT builds none in interrupts. */
static struct session session_begin(struct kunit *test)
{
	struct session session = {
		.kind = kind_of(test),
		.pool = kind_create(test),
	};
	const struct kind *kind = session.kind;

	kind->put(session.pool, kind->get(session.pool, GFP_KERNEL));
	if (kind->pool)
		KUNIT_EXPECT_EQ(test, 0, kpool_prewarm(kind->pool(session.pool),
						       2, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, kind->in_use(session.pool), 0);
	return session;
}

static void session_end(struct kunit *test, struct session *session)
{
	KUNIT_EXPECT_TRUE_MSG(test, session->got, "no object");
	KUNIT_EXPECT_EQ(test, session->kind->in_use(session->pool), 0);
	session->kind->destroy(session->pool);
}

static void usable_in_a_hard_interrupt(struct kunit *test)
{
	struct session session = session_begin(test);

	test_in_hardirq(get_and_put, &session);
	session_end(test, &session);
}

static void usable_in_a_softirq(struct kunit *test)
{
	struct session session = session_begin(test);

	test_in_softirq(get_and_put, &session);
	session_end(test, &session);
}

static void usable_in_an_nmi(struct kunit *test)
{
	struct session session;

	test_needs_nmi(test);
	if (!kind_of(test)->nmi)
		kunit_skip(test, "not allowed in an NMI");
	session = session_begin(test);
	test_in_nmi(test, get_and_put, &session);
	session_end(test, &session);
}

/* KASAN would report memory that is freed too early, kmemleak too late. */
static void objects_may_come_back_late(struct kunit *test)
{
	const struct kind *kind = kind_of(test);
	void *pool = kind_create(test);
	void *obj = kind->get(pool, GFP_KERNEL);
	unsigned int refs = device ? kref_read(&device->dev.kobj.kref) : 0;

	KUNIT_EXPECT_NOT_NULL(test, obj);
	pr_warn("kpool-expect: begin " NAME "%s: destroyed with 1 objects in use\n",
		kind->suffix);
	kind->destroy(pool);
	pr_warn("kpool-expect: end\n");
	KUNIT_EXPECT_EQ_MSG(test, create_error(kind, NAME, &defaults), 0,
			    "the name is free");
	kind->put(pool, obj);
	KUNIT_EXPECT_EQ(test, pool_in_use(children), 0);
	/* A worker gives the device up, which must stay until then. */
	if (device)
		KUNIT_EXPECT_TRUE(test,
				  test_wait(kref_read(&device->dev.kobj.kref) <
					    refs));
}

static void debugfs_shows_the_statistics(struct kunit *test)
{
	const struct kind *kind = kind_of(test);
	void *pool, *obj;

	if (!kind->detail)
		kunit_skip(test, "has no statistics of its own");
	pool = kind_create(test);
	obj = kind->get(pool, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, obj);
	KUNIT_EXPECT_EQ(test, kind->counter(pool), kind->counted);
	if (*kind->suffix)
		KUNIT_EXPECT_EQ(test, test_details(test, NAME "-64",
						   kind->detail),
				kind->counted);
	else
		KUNIT_EXPECT_EQ(test, test_details(test, NAME, kind->detail),
				kind->counted);
	kind->put(pool, obj);
	KUNIT_EXPECT_EQ(test, kind->in_use(pool), 0);
	kind->destroy(pool);
}

/* The pools of a device; a driver's probe function creates them. */
static const struct kind *probed_kind;
static void *probed[2];

static int kind_probe(struct platform_device *dev)
{
	int err = 0;

	if (IS_ENABLED(CONFIG_HAS_DMA))
		err = dma_set_mask_and_coherent(&dev->dev, DMA_BIT_MASK(31));
	if (err)
		return err;
	probed[0] = probed_kind->create(&dev->dev, NAME, &defaults);
	probed[1] = probed_kind->create(&dev->dev, NAME, &defaults);
	return 0;
}

static struct platform_driver kind_driver = {
	.probe = kind_probe,
	.driver = {
		.name = "kunit-kind-driver",
		.bus = &platform_bus_type,
	},
};

static void a_pool_goes_with_its_device(struct kunit *test)
{
	const struct kind *kind = kind_of(test);
	struct platform_device *dev;

	probed_kind = kind;
	probed[0] = NULL;
	probed[1] = NULL;
	/* No owner: older kernels run KUnit before a module is in sysfs. */
	KUNIT_ASSERT_EQ(test, 0, driver_register(&kind_driver.driver));
	dev = platform_device_register_simple(kind_driver.driver.name,
					      PLATFORM_DEVID_AUTO, NULL, 0);
	KUNIT_EXPECT_FALSE(test, IS_ERR_OR_NULL(probed[0]));
	KUNIT_EXPECT_EQ_MSG(test, PTR_ERR(probed[1]), -EEXIST,
			    "an error is passed on");
	if (!IS_ERR_OR_NULL(probed[0])) {
		kind->put(probed[0], kind->get(probed[0], GFP_KERNEL));
		KUNIT_EXPECT_EQ(test, kind->in_use(probed[0]), 0);
		KUNIT_EXPECT_EQ_MSG(test, create_error(kind, NAME, &defaults),
				    kind->dma && !device ? -EINVAL : -EEXIST,
				    "it stays as long as the device");
	}
	if (!IS_ERR(dev))
		platform_device_unregister(dev);
	driver_unregister(&kind_driver.driver);
	KUNIT_EXPECT_EQ_MSG(test, create_error(kind, NAME, &defaults), 0,
			    "its name is free");
}

#ifdef CONFIG_FAILSLAB
/* Let the nth allocation of this task fail, counted from 1; 0: none. */
static void fail_allocation(unsigned int n)
{
	WRITE_ONCE(current->fail_nth, n);
}

static bool allocation_failed(void)
{
	return !READ_ONCE(current->fail_nth);
}
#else
static void fail_allocation(unsigned int n)
{
}

static bool allocation_failed(void)
{
	return true;
}
#endif

/* See failslab/ignore-gfp-wait in the kernel's fault-injection.rst. */
static bool allocations_can_fail(void)
{
	void *memory;

	fail_allocation(1);
	memory = kmalloc(64, GFP_KERNEL);
	fail_allocation(0);
	kfree(memory);
	return !memory;
}

/* kmemleak would report what such a create leaves behind. */
static void create_that_fails_leaves_nothing(struct kunit *test)
{
	const struct kpool_args args = { .reserve = 2 };
	const struct kind *kind = kind_of(test);
	bool reserve = kind->supported & BIT(KIND_RESERVE);
	unsigned int n = 0;
	bool failed;
	void *pool;

	if (!allocations_can_fail())
		kunit_skip(test, "this kernel injects no failures into allocations that may sleep");
	do {
		fail_allocation(++n);
		pool = kind->create(NULL, NAME, reserve ? &args : &defaults);
		failed = allocation_failed();
		fail_allocation(0);
		if (!IS_ERR(pool))
			kind->destroy(pool);
		else
			KUNIT_EXPECT_EQ_MSG(test, PTR_ERR(pool), -ENOMEM,
					    "allocation %u", n);
		KUNIT_ASSERT_LT(test, n, 10000);
	} while (failed);
	KUNIT_EXPECT_GT(test, n, 2);
	KUNIT_EXPECT_EQ_MSG(test, create_error(kind, NAME, &defaults), 0,
			    "the name stays free");
}

static struct kunit_case kinds_cases[] = {
	KUNIT_CASE_PARAM(null_is_passed_over, kind_gen_params),
	KUNIT_CASE_PARAM(bad_names_are_refused, kind_gen_params),
	KUNIT_CASE_PARAM(a_name_that_is_in_use_is_refused, kind_gen_params),
	KUNIT_CASE_PARAM(other_arguments_are_refused, kind_gen_params),
	KUNIT_CASE_PARAM(bad_arguments_are_refused, kind_gen_params),
	KUNIT_CASE_PARAM(usable_in_a_hard_interrupt, kind_gen_params),
	KUNIT_CASE_PARAM(usable_in_a_softirq, kind_gen_params),
	KUNIT_CASE_PARAM(usable_in_an_nmi, kind_gen_params),
	KUNIT_CASE_PARAM(objects_may_come_back_late, kind_gen_params),
	KUNIT_CASE_PARAM(debugfs_shows_the_statistics, kind_gen_params),
	KUNIT_CASE_PARAM(a_pool_goes_with_its_device, kind_gen_params),
	KUNIT_CASE_PARAM(create_that_fails_leaves_nothing, kind_gen_params),
	{}
};

static struct kunit_suite kinds_suite = {
	.name = "kpool_kinds",
	.init = kinds_test_init,
	.exit = kinds_test_exit,
	.test_cases = kinds_cases,
};

kunit_test_suite(kinds_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * Static, typed and scoped use under torture.
 *
 * There are two static pools, and the objects of one hold objects of the other,
 * so that either pool may be the first to be created.  Steps use them with the
 * lock held for reading; now and then a step takes the lock for writing and
 * destroys them, and the next steps race to create them again.  When the
 * torture ends, these two and a chain of three static pools are left for the
 * module exit to destroy.  There is also a typed pool with a maximum, whose
 * objects are put at the end of their scopes.
 */
#include <linux/delay.h>
#include <linux/kpool_scope.h>
#include <linux/kpool_static.h>
#include <linux/kpool_typed.h>
#include <linux/rwsem.h>
#include <linux/string.h>

#include "torture.h"

#define STAMPED_HELD	8

/* @owner changes only by cmpxchg(); @payload is the owner's number, or 0. */
struct stamped {
	unsigned long owner;
	unsigned long payload[7];
};

static int stamped_init(void *obj, void *ctx, gfp_t gfp)
{
	memset(obj, 0, sizeof(struct stamped));
	return 0;
}

static bool stamped_reset(void *obj, void *ctx)
{
	struct stamped *stamped = obj;

	memset(stamped->payload, 0, sizeof(stamped->payload));
	return true;
}

static const struct kpool_ops stamped_ops = {
	.init = stamped_init,
	.reset = stamped_reset,
};

DEFINE_KPOOL(torture_static, struct stamped, .ops = &stamped_ops,
	     .reserve = 2);

struct holder {
	struct stamped *held;
};

static int holder_init(void *obj, void *ctx, gfp_t gfp)
{
	struct holder *holder = obj;

	holder->held = torture_static_get(gfp);
	return holder->held ? 0 : -ENOMEM;
}

static void holder_exit(void *obj, void *ctx)
{
	struct holder *holder = obj;

	torture_static_put(holder->held);
}

static const struct kpool_ops holder_ops = {
	.init = holder_init,
	.exit = holder_exit,
};

DEFINE_KPOOL(torture_holders, struct holder, .ops = &holder_ops);

/*
 * A chain: each front holds a middle, which holds an end.  A worker tears the
 * middles down slowly, so that the other pools are still in use when the
 * fronts' pool is gone.
 */
#define MIDDLE_MS	500

struct middle {
	struct stamped *end;
};

struct front {
	struct middle *middle;
};

DEFINE_KPOOL(torture_ends, struct stamped, .ops = &stamped_ops);

static int middle_init(void *obj, void *ctx, gfp_t gfp)
{
	struct middle *middle = obj;

	middle->end = torture_ends_get(gfp);
	return middle->end ? 0 : -ENOMEM;
}

static void middle_exit(void *obj, void *ctx)
{
	struct middle *middle = obj;

	msleep(MIDDLE_MS);
	torture_ends_put(middle->end);
}

static const struct kpool_ops middle_ops = {
	.init = middle_init,
	.exit = middle_exit,
};

DEFINE_KPOOL(torture_middles, struct middle, .ops = &middle_ops,
	     .flags = KPOOL_F_DEFER_EXIT, .reserve = 1);

static int front_init(void *obj, void *ctx, gfp_t gfp)
{
	struct front *front = obj;

	front->middle = torture_middles_get(gfp);
	return front->middle ? 0 : -ENOMEM;
}

static void front_exit(void *obj, void *ctx)
{
	struct front *front = obj;

	torture_middles_discard(front->middle);
}

static const struct kpool_ops front_ops = {
	.init = front_init,
	.exit = front_exit,
};

DEFINE_KPOOL(torture_fronts, struct front, .ops = &front_ops);

KPOOL_TYPED(torture_typed, struct stamped);

static DECLARE_RWSEM(static_lock);
static struct torture_typed_pool *typed_pool;

static bool stamped_is(const struct stamped *obj, unsigned long word)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(obj->payload); i++)
		if (obj->payload[i] != word)
			return false;
	return true;
}

static void stamped_own(struct stamped *obj, unsigned long owner)
{
	int i;

	if (cmpxchg(&obj->owner, TORTURE_IDLE, owner) != TORTURE_IDLE)
		torture_error("static: a get returned another user's object");
	if (!stamped_is(obj, 0))
		torture_error("static: an object was not reset");
	for (i = 0; i < ARRAY_SIZE(obj->payload); i++)
		obj->payload[i] = owner;
}

static void stamped_disown(struct stamped *obj, unsigned long owner)
{
	if (!stamped_is(obj, owner))
		torture_error("static: an object in use was written to");
	if (cmpxchg(&obj->owner, owner, TORTURE_IDLE) != owner)
		torture_error("static: an object in use changed its owner");
}

static gfp_t static_gfp(struct rnd_state *random)
{
	return (torture_random(random, 4) ? GFP_KERNEL : GFP_NOWAIT) |
	       __GFP_NOWARN;
}

static void use_static(struct rnd_state *random, unsigned long owner)
{
	struct stamped *held[STAMPED_HELD];
	unsigned int n, i;

	n = torture_static_get_bulk(static_gfp(random),
				    torture_random(random, STAMPED_HELD), held);
	if (n < STAMPED_HELD) {
		held[n] = torture_static_get(static_gfp(random));
		if (held[n])
			n++;
	}
	for (i = 0; i < n; i++)
		stamped_own(held[i], owner);
	for (i = 0; i < n; i++)
		stamped_disown(held[i], owner);
	if (n && !torture_random(random, 8))
		torture_static_discard(held[--n]);
	torture_static_put_bulk(n, held);
}

static void use_holders(struct rnd_state *random, unsigned long owner)
{
	struct holder *holder __free(torture_holders) =
		torture_holders_get(static_gfp(random));

	if (!holder)
		return;
	stamped_own(holder->held, owner);
	stamped_disown(holder->held, owner);
	/* The pool of an object that is idle in a holder does not reset it. */
	memset(holder->held->payload, 0, sizeof(holder->held->payload));
	if (!torture_random(random, 8))
		torture_holders_discard(no_free_ptr(holder));
}

/* Return an object that is still held, or NULL. */
static struct stamped *use_scoped(struct rnd_state *random,
				  unsigned long owner)
{
	KPOOL_SCOPED_TYPED(torture_typed, obj, typed_pool, static_gfp(random));

	if (!obj)
		return NULL;
	stamped_own(obj, owner);
	if (!torture_random(random, 2))
		return_ptr(obj);
	stamped_disown(obj, owner);
	return NULL;
}

static void use_typed(struct rnd_state *random, unsigned long owner)
{
	struct stamped *obj = use_scoped(random, owner);

	if (!obj)
		return;
	stamped_disown(obj, owner);
	if (torture_random(random, 8))
		torture_typed_pool_put(typed_pool, obj);
	else
		torture_typed_pool_discard(typed_pool, obj);
}

static void destroy_static(void)
{
	down_write(&static_lock);
	torture_holders_destroy();
	torture_static_destroy();
	up_write(&static_lock);
	torture_count(TORTURE_RECREATED);
}

static void static_step(struct rnd_state *random)
{
	unsigned long owner = torture_new_owner();

	switch (torture_random(random, 3)) {
	case 0:
		use_typed(random, owner);
		return;
	case 1:
		if (!torture_random(random, 256))
			destroy_static();
		down_read(&static_lock);
		use_static(random, owner);
		up_read(&static_lock);
		return;
	default:
		down_read(&static_lock);
		use_holders(random, owner);
		up_read(&static_lock);
		return;
	}
}

static int static_setup(void)
{
	const struct kpool_args args = { .ops = &stamped_ops, .max = 2 };
	struct torture_typed_pool *pool;

	pool = torture_typed_pool_create("torture_typed", &args);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	typed_pool = pool;
	return 0;
}

static struct kpool_stats static_stats(struct kpool *pool)
{
	struct kpool_stats stats = {};

	if (pool)
		kpool_read_stats(pool, &stats);
	return stats;
}

/*
 * Leave pools for the module exit: a pool whose objects another pool's objects
 * hold is newer than that pool, and must still be destroyed after it.
 */
static void leave_static(void)
{
	destroy_static();
	if (!torture_holders_create())
		torture_holders_put(torture_holders_get(GFP_KERNEL));
	/* Make the middles' pool the newest; it alone has a reserve. */
	if (!torture_fronts_create() && !torture_ends_create() &&
	    !torture_middles_create())
		torture_fronts_put(torture_fronts_get(GFP_KERNEL));
}

static void static_teardown(void)
{
	struct kpool_stats holders = static_stats(torture_holders_pool());

	if (static_stats(torture_typed_pool_untyped(typed_pool)).in_use)
		torture_error("static: objects of the typed pool are missing");
	if (holders.in_use)
		torture_error("static: holders are missing");
	if (static_stats(torture_static_pool()).in_use != holders.idle)
		torture_error("static: objects are missing");
	torture_typed_pool_destroy(typed_pool);
	leave_static();
}

const struct torture_kind torture_kind_static = {
	.name = "static",
	.setup = static_setup,
	.step = static_step,
	.teardown = static_teardown,
};

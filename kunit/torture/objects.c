// SPDX-License-Identifier: GPL-2.0
/*
 * The objects under torture.
 *
 * Each carries the number of its owner, which changes only by cmpxchg(): two
 * users of one object are detected at once. A header that init writes has a
 * checksum that every user and every hook verifies. The payload belongs to the
 * user, which fills it with its number and checks it before it puts the object.
 * Reset wipes the payload, and the next user checks that it is wiped.
 */
#include <linux/hash.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "torture.h"

#define TORTURE_MAGIC	0x6b706f6f6c6f6b21UL

struct torture_object {
	unsigned long owner;
	u64 magic;
	struct torture_pool *tp;
	u64 serial;
	u64 checksum;
	unsigned long payload[];
};

static atomic_long_t torture_serial;

static u64 torture_checksum(const struct torture_object *obj)
{
	return (obj->magic ^ (unsigned long)obj->tp ^ (unsigned long)obj) +
	       obj->serial * 31;
}

static size_t torture_words(const struct torture_pool *tp)
{
	size_t words = (tp->size - sizeof(struct torture_object)) /
		       sizeof(unsigned long);

	/* For a large object, it is enough to check both ends. */
	return min_t(size_t, words, 32);
}

/* Is it one of this pool's built objects? */
static bool torture_intact(struct torture_pool *tp, struct torture_object *obj,
			   const char *where)
{
	if (obj->magic == TORTURE_MAGIC && obj->tp == tp &&
	    obj->checksum == torture_checksum(obj))
		return true;
	torture_error("%s: %s: the object's header is not what init wrote",
		      tp->name, where);
	return false;
}

/*
 * Works in any context, NMIs too, where the kernel's generators must not be
 * used.
 */
static bool torture_chance(unsigned int permille)
{
	static atomic_t calls;

	return permille &&
	       hash_32(atomic_inc_return(&calls), 20) % 1000 < permille;
}

static int torture_init(void *object, void *ctx, gfp_t gfp)
{
	struct torture_object *obj = object;
	struct torture_pool *tp = ctx;

	if (torture_chance(torture_fail_permille)) {
		torture_count(TORTURE_INIT_FAILURES);
		return -ENOMEM;
	}
	memset(obj->payload, 0, torture_words(tp) * sizeof(unsigned long));
	obj->owner = TORTURE_IDLE;
	obj->magic = TORTURE_MAGIC;
	obj->tp = tp;
	obj->serial = atomic_long_inc_return(&torture_serial);
	obj->checksum = torture_checksum(obj);
	atomic_long_inc(&tp->live);
	return 0;
}

static bool torture_reset(void *object, void *ctx)
{
	struct torture_object *obj = object;
	struct torture_pool *tp = ctx;

	torture_intact(tp, obj, "reset");
	if (READ_ONCE(obj->owner) != TORTURE_IDLE)
		torture_error("%s: reset of an object in use", tp->name);
	memset(obj->payload, 0, torture_words(tp) * sizeof(unsigned long));
	if (!torture_chance(torture_refuse_permille))
		return true;
	torture_count(TORTURE_REFUSED);
	return false;
}

static void torture_exit(void *object, void *ctx)
{
	struct torture_object *obj = object;
	struct torture_pool *tp = ctx;

	if (tp->args.flags & KPOOL_F_DEFER_EXIT)
		might_sleep();
	torture_intact(tp, obj, "exit");
	if (cmpxchg(&obj->owner, TORTURE_IDLE, ~0UL) != TORTURE_IDLE)
		torture_error("%s: an object in use is torn down", tp->name);
	obj->magic = 0;
	atomic_long_dec(&tp->live);
}

static void *torture_alloc(void *ctx, gfp_t gfp, int node)
{
	struct torture_pool *tp = ctx;

	return kmalloc_node(tp->size, gfp, node);
}

static void torture_free(void *object, void *ctx)
{
	kfree(object);
}

/* Cycle through every kind of pool. */
static void torture_choose_kind(struct torture_pool *tp)
{
	static const size_t sizes[] = { 128, 256, 720, 2048, 9000, 300, 64 };
	struct kpool_args *args = &tp->args;

	tp->size = sizes[tp->index % ARRAY_SIZE(sizes)];
	tp->ops.init = torture_init;
	tp->ops.exit = torture_exit;
	/* Without reset the payload would not be wiped; most pools have it. */
	tp->ops.reset = torture_reset;
	args->ops = &tp->ops;
	args->ctx = tp;
	switch (tp->index % 8) {
	case 1:
		args->reserve = 8;
		break;
	case 2:
		args->max = 64;
		args->reserve = 4;
		break;
	case 3:
		args->flags = KPOOL_F_FIXED;
		args->low_water = 16;
		args->reserve = 2;
		break;
	case 4:
		args->flags = KPOOL_F_DEFER_EXIT;
		break;
	case 5:
		args->flags = KPOOL_F_NUMA_LOCAL;
		args->magazine = 3;
		break;
	case 6:
		tp->ops.alloc = torture_alloc;
		tp->ops.free = torture_free;
		break;
	case 7:
		args->idle_max = 20;
		args->magazine = 1;
		break;
	}
}

/* Create the pool, or create it again. May sleep. */
int torture_pool_create(struct torture_pool *tp)
{
	if (!tp->generation++)
		torture_choose_kind(tp);
	snprintf(tp->name, sizeof(tp->name), "torture-%u.%u", tp->index,
		 tp->generation);
	/* Hooks that fail can also make the reserve fail. */
	do {
		tp->pool = kpool_create(tp->name, tp->size, &tp->args);
	} while (tp->pool == ERR_PTR(-ENOMEM) && torture_fail_permille);
	return PTR_ERR_OR_ZERO(tp->pool);
}

/*
 * Drain a pool that has no users, after which its figures are exact. A fixed
 * pool's worker may still be building, and the shrinker returns the objects
 * that it must keep: for a moment such objects are neither idle nor gone.
 */
static void torture_pool_settle(struct torture_pool *tp,
				struct kpool_stats *stats)
{
	unsigned int looks = 60 * HZ;

	for (;;) {
		kpool_drain(tp->pool);
		kpool_read_stats(tp->pool, stats);
		if (!(tp->args.flags & KPOOL_F_FIXED) || !stats->in_use ||
		    !--looks)
			return;
		schedule_timeout_uninterruptible(1);
	}
}

/* Destroy a pool that has no users, and check that all objects came back. */
void torture_pool_destroy(struct torture_pool *tp)
{
	struct kpool_stats stats;

	if (IS_ERR_OR_NULL(tp->pool))
		return;
	torture_pool_settle(tp, &stats);
	if (stats.in_use)
		torture_error("%s: %llu objects in use that no user holds",
			      tp->name, stats.in_use);
	if (stats.built - stats.destroyed != stats.idle)
		torture_error("%s: built %llu, destroyed %llu, idle %llu",
			      tp->name, stats.built, stats.destroyed,
			      stats.idle);
	kpool_destroy(tp->pool);
	tp->pool = NULL;
	if (atomic_long_read(&tp->live))
		torture_error("%s: %ld objects were lost", tp->name,
			      atomic_long_read(&tp->live));
}

unsigned long torture_new_owner(void)
{
	static atomic_long_t owners;

	return atomic_long_inc_return(&owners);
}

/* The caller got @obj: it must be wiped and have no other owner. */
bool torture_own(struct torture_pool *tp, void *object, unsigned long owner)
{
	struct torture_object *obj = object;
	unsigned long before;
	size_t i;

	if (!torture_intact(tp, obj, "get"))
		return false;
	before = cmpxchg(&obj->owner, TORTURE_IDLE, owner);
	if (before != TORTURE_IDLE) {
		torture_error("%s: got an object that user %lu has", tp->name,
			      before);
		return false;
	}
	for (i = 0; i < torture_words(tp); i++) {
		if (obj->payload[i])
			torture_error("%s: got an object with user data in it",
				      tp->name);
		obj->payload[i] = owner;
	}
	return true;
}

/* The caller is about to put @obj, which no other user may have touched. */
bool torture_disown(struct torture_pool *tp, void *object, unsigned long owner)
{
	struct torture_object *obj = object;
	size_t i;

	torture_intact(tp, obj, "put");
	for (i = 0; i < torture_words(tp); i++)
		if (obj->payload[i] != owner) {
			torture_error("%s: an object in use was written to",
				      tp->name);
			break;
		}
	if (cmpxchg(&obj->owner, owner, TORTURE_IDLE) == owner)
		return true;
	torture_error("%s: an object in use has another owner", tp->name);
	return false;
}

/* Change the owner of an object; the caller acts for both owners. */
void torture_transfer(struct torture_pool *tp, void *object, unsigned long from,
		      unsigned long to)
{
	struct torture_object *obj = object;
	size_t i;

	if (cmpxchg(&obj->owner, from, to) != from)
		torture_error("%s: an object handed over has another owner",
			      tp->name);
	for (i = 0; i < torture_words(tp); i++)
		obj->payload[i] = to;
}

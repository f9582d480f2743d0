// SPDX-License-Identifier: GPL-2.0
/*
 * The workloads state and state-use: an interpreter's state of 830 allocations.
 * One operation of state is a get and a put, one of state-use runs a script on
 * the state in between, the same script for all backends.
 *
 *   kpool   states are reset when they are put, and used again
 *   fixed   states are built in advance and used once: the pool is a kpool with
 *	     KPOOL_F_FIXED, whose worker builds, and users discard what they got.
 *	     Who finds none left waits for the worker.
 *   none    a state is built for each use and torn down
 *
 * A state counts its own allocations, and a build makes a known number of them,
 * so they are added up once an operation and not once each: per-CPU counters
 * are not cheap everywhere.
 */
#include <linux/delay.h>
#include <linux/kpool.h>
#include "loops.h"
#include "../samples/lua_state.h"

/* A pool sees no more of a state than sizeof(struct lua_state). */
#define STATES_MAGAZINE	4
#define STATES_IDLE	256

/* How long the worker of fixed has nothing to do when it is done, and at most. */
#define SETTLE_PAUSE_MSECS	20
#define SETTLE_MSECS		10000

size_t bench_state_size(void)
{
	return LUA_STATE_BYTES;
}

static int state_init(void *obj, void *ctx, gfp_t gfp)
{
	int ret = lua_state_build(obj, gfp);

	if (!ret)
		bench_count_allocs(LUA_STATE_ALLOCS, LUA_STATE_BYTES);
	return ret;
}

static bool state_reset(void *obj, void *ctx)
{
	lua_state_reset(obj);
	return true;
}

static void state_exit(void *obj, void *ctx)
{
	lua_state_teardown(obj);
}

static const struct kpool_ops state_ops = {
	.init = state_init,
	.reset = state_reset,
	.exit = state_exit,
};

static __always_inline void *state_kpool_get(struct bench_source source)
{
	return kpool_get(source.pool, GFP_KERNEL);
}

static __always_inline void state_kpool_put(struct bench_source source,
					    void *obj)
{
	kpool_put(source.pool, obj);
}

/**
 * struct state_stock - states that were built in advance
 * @pool: where they are
 * @objects: how many there are when none is used
 */
struct state_stock {
	struct kpool *pool;
	unsigned int objects;
};

static __always_inline void *state_fixed_get(struct bench_source source)
{
	const struct state_stock *stock = source.pool;

	return kpool_get(stock->pool, GFP_KERNEL);
}

static __always_inline void state_fixed_put(struct bench_source source,
					    void *obj)
{
	const struct state_stock *stock = source.pool;

	kpool_discard(stock->pool, obj);
}

static __always_inline void *state_none_get(struct bench_source source)
{
	struct lua_state *state = kmalloc(sizeof(*state), GFP_KERNEL);

	if (state && state_init(state, NULL, GFP_KERNEL)) {
		kfree(state);
		state = NULL;
	}
	return state;
}

static __always_inline void state_none_put(struct bench_source source,
					   void *obj)
{
	lua_state_teardown(obj);
	kfree(obj);
}

static noinline bool state_script(struct lua_state *state)
{
	bool done = lua_script(state, GFP_KERNEL);

	bench_count_allocs(state->allocs, state->bytes);
	return done;
}

static __always_inline bool state_operation(struct bench_source source,
					    bench_get_fn get, bench_put_fn put,
					    bool use)
{
	void *obj = get(source);
	bool done = true;

	if (unlikely(!obj))
		return false;
	if (use)
		done = state_script(obj);
	put(source, obj);
	return done;
}

static int state_kpool_create(const struct bench_run *run, const char *name,
			      struct bench_source *source)
{
	const struct kpool_args args = {
		.ops = &state_ops,
		.magazine = STATES_MAGAZINE,
		.idle_max = STATES_IDLE,
	};

	source->pool = kpool_create(name, sizeof(struct lua_state), &args);
	return PTR_ERR_OR_ZERO(source->pool);
}

static void state_kpool_destroy(const struct bench_source *source,
				bool compress)
{
	kpool_destroy(source->pool);
}

/* What states allocate is counted where they are built. */
static void state_count(struct kpool *pool, struct bench_counts *counts)
{
	struct kpool_stats stats;

	kpool_read_stats(pool, &stats);
	counts->gets += stats.gets;
	counts->hits += stats.hits;
}

static void state_kpool_count(const struct bench_source *source,
			      struct bench_counts *counts)
{
	state_count(source->pool, counts);
}

/*
 * The worker builds up to twice the low-water mark.  In magazines of one, what
 * is built goes to whoever asks first.
 */
static int state_fixed_create(const struct bench_run *run, const char *name,
			      struct bench_source *source)
{
	unsigned int low_water = DIV_ROUND_UP(run->req.objects, 2);
	const struct kpool_args args = {
		.ops = &state_ops,
		.flags = KPOOL_F_FIXED,
		.magazine = 1,
		.low_water = low_water,
		.idle_max = STATES_IDLE + 2 * low_water,
	};
	struct state_stock *stock = kzalloc_obj(*stock, GFP_KERNEL);
	char fixed_name[KPOOL_NAME_MAX + 1];
	int ret;

	if (!stock)
		return -ENOMEM;
	stock->objects = 2 * low_water;
	/* The pool of the backend kpool may still be there. */
	snprintf(fixed_name, sizeof(fixed_name), "%s-fixed", name);
	stock->pool = kpool_create(fixed_name, sizeof(struct lua_state), &args);
	ret = PTR_ERR_OR_ZERO(stock->pool);
	if (ret)
		kfree(stock);
	else
		source->pool = stock;
	return ret;
}

static void state_fixed_destroy(const struct bench_source *source,
				bool compress)
{
	struct state_stock *stock = source->pool;

	kpool_destroy(stock->pool);
	kfree(stock);
}

/*
 * The worker is called when too few are left and then builds without a pause,
 * so it is done when nothing is built for a while and some are there.  If there
 * is no memory for any, the run will say so.
 *
 * Then the stock is filled up, so that what a run leaves is what it found, and
 * what was built in between is what it used.
 */
static void state_fixed_settle(const struct bench_source *source)
{
	unsigned int patience = SETTLE_MSECS / SETTLE_PAUSE_MSECS;
	struct state_stock *stock = source->pool;
	struct kpool_stats stats;
	u64 built;

	kpool_read_stats(stock->pool, &stats);
	do {
		built = stats.built;
		msleep(SETTLE_PAUSE_MSECS);
		kpool_read_stats(stock->pool, &stats);
	} while ((stats.built != built || !stats.idle) && patience--);
	if (stats.idle < stock->objects)
		kpool_prewarm(stock->pool, stock->objects - stats.idle,
			      GFP_KERNEL);
}

static void state_fixed_count(const struct bench_source *source,
			      struct bench_counts *counts)
{
	const struct state_stock *stock = source->pool;

	state_count(stock->pool, counts);
}

#define STATE_DEFINE_LOOPS(name, get, put, use)				\
static __always_inline bool name##_operation(struct bench_source source)	\
{									\
	return state_operation(source, get, put, use);			\
}									\
									\
BENCH_DEFINE_KIND_LOOPS(name, name##_operation)

STATE_DEFINE_LOOPS(state_kpool, state_kpool_get, state_kpool_put, false);
STATE_DEFINE_LOOPS(state_use_kpool, state_kpool_get, state_kpool_put, true);
STATE_DEFINE_LOOPS(state_none, state_none_get, state_none_put, false);
STATE_DEFINE_LOOPS(state_use_none, state_none_get, state_none_put, true);
STATE_DEFINE_LOOPS(state_fixed, state_fixed_get, state_fixed_put, false);
STATE_DEFINE_LOOPS(state_use_fixed, state_fixed_get, state_fixed_put, true);

const struct bench_backend bench_state_kpool = {
	.create = state_kpool_create,
	.destroy = state_kpool_destroy,
	.count = state_kpool_count,
	.loops = &state_kpool_loops,
};

const struct bench_backend bench_state_none = {
	.loops = &state_none_loops,
};

const struct bench_backend bench_state_fixed = {
	.takes_objects = true,
	.create = state_fixed_create,
	.destroy = state_fixed_destroy,
	.settle = state_fixed_settle,
	.count = state_fixed_count,
	.loops = &state_fixed_loops,
};

const struct bench_backend bench_state_use_kpool = {
	.create = state_kpool_create,
	.destroy = state_kpool_destroy,
	.count = state_kpool_count,
	.loops = &state_use_kpool_loops,
};

const struct bench_backend bench_state_use_none = {
	.loops = &state_use_none_loops,
};

const struct bench_backend bench_state_use_fixed = {
	.takes_objects = true,
	.create = state_fixed_create,
	.destroy = state_fixed_destroy,
	.settle = state_fixed_settle,
	.count = state_fixed_count,
	.loops = &state_use_fixed_loops,
};

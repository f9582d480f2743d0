// SPDX-License-Identifier: GPL-2.0
/*
 * The workloads state and state-use: an interpreter's state of 830 allocations.
 * One operation of state is a get and a put; one of state-use also runs a
 * script on the state in between, the same script for all backends.
 *
 *   kpool       states are reset when they are put, and reused
 *   single-use  states are built in advance and used once: the pool is a kpool
 *		with KPOOL_F_FIXED, whose worker builds, and users discard the
 *		states.  A get that finds none left waits for the worker.
 *   none        a state is built for each use and torn down
 *
 * Every build counts as LUA_STATE_ALLOCS allocations, and pools count their
 * builds.  In single-use, a state counts only when it has been used, since
 * until then it was not built for any use in the run.  The state itself counts
 * the allocations of a script.
 */
#include <linux/kpool.h>
#include "loops.h"
#include "../samples/lua_state.h"

/* To a pool, a state is only sizeof(struct lua_state) large. */
#define STATES_MAGAZINE	4
#define STATES_IDLE	256

size_t bench_state_size(void)
{
	return LUA_STATE_BYTES;
}

static __always_inline void *state_kpool_get(struct bench_source source,
					     gfp_t gfp)
{
	return kpool_get(source.pool, gfp);
}

static __always_inline void state_kpool_put(struct bench_source source,
					    void *obj)
{
	kpool_put(source.pool, obj);
}

static __always_inline void state_kpool_discard(struct bench_source source,
						void *obj)
{
	kpool_discard(source.pool, obj);
}

static __always_inline void *state_none_get(struct bench_source source,
					    gfp_t gfp)
{
	struct lua_state *state = kmalloc(sizeof(*state), gfp);

	if (!state)
		return NULL;
	if (lua_state_build(state, gfp)) {
		kfree(state);
		return NULL;
	}
	bench_count_allocs(LUA_STATE_ALLOCS, LUA_STATE_BYTES);
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
	void *obj = get(source, GFP_KERNEL);
	bool done = true;

	if (unlikely(!obj))
		return false;
	if (use)
		done = state_script(obj);
	put(source, obj);
	return done;
}

static int state_create(const char *name, const struct kpool_args *args,
			struct bench_source *source)
{
	source->pool = kpool_create(name, sizeof(struct lua_state), args);
	return PTR_ERR_OR_ZERO(source->pool);
}

static int state_kpool_create(const struct bench_run *run, const char *name,
			      struct bench_source *source)
{
	const struct kpool_args args = {
		.ops = &lua_state_ops,
		.magazine = STATES_MAGAZINE,
		.idle_max = STATES_IDLE,
	};

	return state_create(name, &args, source);
}

/*
 * The worker builds up to twice the low-water mark.  With magazines of one
 * object, a built state goes to the first get that asks for one.
 */
static int state_single_use_create(const struct bench_run *run,
				   const char *name,
				   struct bench_source *source)
{
	unsigned int low_water = DIV_ROUND_UP(run->req.objects, 2);
	const struct kpool_args args = {
		.ops = &lua_state_ops,
		.flags = KPOOL_F_FIXED,
		.magazine = 1,
		.low_water = low_water,
		.idle_max = STATES_IDLE + 2 * low_water,
	};
	char own_name[KPOOL_NAME_MAX + 1];

	/* The pool of the backend kpool may still exist. */
	snprintf(own_name, sizeof(own_name), "%s-single-use", name);
	return state_create(own_name, &args, source);
}

static void state_destroy(const struct bench_source *source,
			  const struct bench_builder *builder)
{
	kpool_destroy(source->pool);
}

static void state_count(const struct kpool_stats *stats, u64 builds,
			struct bench_counts *counts)
{
	counts->allocs += builds * LUA_STATE_ALLOCS;
	counts->bytes += builds * LUA_STATE_BYTES;
	counts->gets += stats->gets;
	counts->hits += stats->hits;
}

static void state_kpool_count(const struct bench_source *source,
			      struct bench_counts *counts)
{
	struct kpool_stats stats;

	kpool_read_stats(source->pool, &stats);
	state_count(&stats, stats.built, counts);
}

static void state_single_use_count(const struct bench_source *source,
				   struct bench_counts *counts)
{
	struct kpool_stats stats;

	kpool_read_stats(source->pool, &stats);
	state_count(&stats, stats.destroyed, counts);
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
STATE_DEFINE_LOOPS(state_single_use, state_kpool_get, state_kpool_discard,
		   false);
STATE_DEFINE_LOOPS(state_use_single_use, state_kpool_get, state_kpool_discard,
		   true);

const struct bench_backend bench_state_kpool = {
	.create = state_kpool_create,
	.destroy = state_destroy,
	.count = state_kpool_count,
	.loops = &state_kpool_loops,
};

const struct bench_backend bench_state_none = {
	.loops = &state_none_loops,
};

const struct bench_backend bench_state_single_use = {
	.takes_objects = true,
	.mean = true,
	.create = state_single_use_create,
	.destroy = state_destroy,
	.count = state_single_use_count,
	.loops = &state_single_use_loops,
};

const struct bench_backend bench_state_use_kpool = {
	.create = state_kpool_create,
	.destroy = state_destroy,
	.count = state_kpool_count,
	.loops = &state_use_kpool_loops,
};

const struct bench_backend bench_state_use_none = {
	.loops = &state_use_none_loops,
};

const struct bench_backend bench_state_use_single_use = {
	.takes_objects = true,
	.mean = true,
	.create = state_single_use_create,
	.destroy = state_destroy,
	.count = state_single_use_count,
	.loops = &state_use_single_use_loops,
};

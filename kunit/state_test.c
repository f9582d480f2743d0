// SPDX-License-Identifier: GPL-2.0
/*
 * The sample's large object: the allocations of a build, what is left after a
 * failure, and that a reset restores all that a user can change, also in a
 * pool.
 */
#include <linux/jhash.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "helpers.h"

/*
 * Every allocation of a state is made here.  Belongs to the current case; the
 * lock is needed because the worker of a fixed pool builds concurrently.
 */
static DEFINE_SPINLOCK(memory_lock);
static struct {
	unsigned int allocs;	/* that succeeded */
	unsigned int live;	/* of these, not freed yet */
	size_t bytes;
	unsigned int fail_at;	/* which one fails, from 1; 0: none */
} memory;

static bool memory_fails(void)
{
	bool fails;

	spin_lock(&memory_lock);
	fails = memory.fail_at && !--memory.fail_at;
	spin_unlock(&memory_lock);
	return fails;
}

static void *counting_kzalloc(size_t size, gfp_t gfp)
{
	void *allocated = memory_fails() ? NULL : kzalloc(size, gfp);

	if (!allocated)
		return NULL;
	spin_lock(&memory_lock);
	memory.allocs++;
	memory.live++;
	memory.bytes += size;
	spin_unlock(&memory_lock);
	return allocated;
}

static void counting_kfree(const void *allocated)
{
	if (!allocated)
		return;
	spin_lock(&memory_lock);
	memory.live--;
	spin_unlock(&memory_lock);
	kfree(allocated);
}

#define lua_kzalloc(size, gfp)	counting_kzalloc(size, gfp)
#define lua_kfree(allocated)	counting_kfree(allocated)
#include "../kmod/samples/lua_state.h"

/* Allocations of a build, without the state itself. */
#define BUILD_ALLOCS	(LUA_STATE_ALLOCS - 1)

/* Hash contents, not addresses: two newly built states have the same hash. */

static u32 value_hash(const struct lua_value *value, u32 hash)
{
	hash = jhash_1word(value->type, hash);
	switch (value->type) {
	case LUA_STRING:
		return jhash(value->string->text, value->string->length, hash);
	case LUA_FUNCTION:
		return jhash(value->function->code, value->function->size,
			     hash);
	default:
		return jhash(&value->number, sizeof(value->number), hash);
	}
}

static u32 registry_hash(const struct lua_state *state, u32 hash)
{
	const struct lua_entry *entry;
	unsigned int i;

	for (i = 0; i < LUA_BUCKETS; i++) {
		hash = jhash_1word(i, hash);
		hlist_for_each_entry(entry, &state->buckets[i], node) {
			hash = jhash(entry->name->text, entry->name->length,
				     hash);
			hash = jhash_2words(list_empty(&entry->dirty),
					    !entry->function, hash);
			hash = value_hash(&entry->value, hash);
		}
	}
	return jhash_3words(list_empty(&state->added),
			    list_empty(&state->changed), !state->strings, hash);
}

static u32 frames_hash(const struct lua_state *state, u32 hash)
{
	const struct lua_frame *frame;

	for (frame = state->frames; frame; frame = frame->next)
		hash = jhash_2words(!frame->function, frame->base, hash);
	return jhash_2words(state->depth, state->deepest, hash);
}

static u32 state_hash(const struct lua_state *state)
{
	u32 hash = jhash(state->stack, LUA_STACK * sizeof(*state->stack), 0);

	hash = jhash(state->buffer, LUA_BUFFER, hash);
	hash = jhash_3words(state->top, state->high, state->buffered, hash);
	hash = jhash_2words(state->allocs, state->bytes, hash);
	hash = frames_hash(state, hash);
	return registry_hash(state, hash);
}

/**
 * struct state_case - the state under test
 * @state: a state, first as it was built
 * @built: hash of its contents after the build
 */
struct state_case {
	struct lua_state *state;
	u32 built;
};

/* Return the case's state for use; expect_reset() then checks a reset. */
static struct lua_state *used_state(struct kunit *test)
{
	struct state_case *of = test->priv;

	return of->state;
}

static void expect_dirty(struct kunit *test)
{
	struct state_case *of = test->priv;

	KUNIT_EXPECT_NE(test, state_hash(of->state), of->built);
}

/* Reset the state and check its contents and allocations against the build. */
static void expect_reset(struct kunit *test)
{
	struct state_case *of = test->priv;

	lua_state_reset(of->state);
	KUNIT_EXPECT_EQ(test, state_hash(of->state), of->built);
	KUNIT_EXPECT_EQ(test, memory.live, BUILD_ALLOCS);
}

static int state_init(struct kunit *test)
{
	struct state_case *of = kunit_kzalloc(test, sizeof(*of), GFP_KERNEL);
	int ret;

	if (!of)
		return -ENOMEM;
	memset(&memory, 0, sizeof(memory));
	of->state = kunit_kzalloc(test, sizeof(*of->state), GFP_KERNEL);
	if (!of->state)
		return -ENOMEM;
	ret = lua_state_build(of->state, GFP_KERNEL);
	if (ret)
		return ret;
	of->built = state_hash(of->state);
	test->priv = of;
	return test_pools_init(test);
}

/* Check for leaks after every case. */
static void state_exit(struct kunit *test)
{
	struct state_case *of = test->priv;

	if (!of)
		return;
	test_pools_exit(test);
	lua_state_teardown(of->state);
	KUNIT_EXPECT_EQ(test, memory.live, 0);
}

/* Building */

static void a_state_is_830_allocations(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, memory.allocs + 1, 830);
	KUNIT_EXPECT_EQ(test, memory.live + 1, 830);
}

static void a_state_is_184257_bytes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, memory.bytes + sizeof(struct lua_state), 184257);
}

static void a_state_knows_all_of_its_library(struct kunit *test)
{
	struct lua_state *state = used_state(test);
	char name[LUA_NAME_MAX];
	unsigned int i;

	for (i = 0; i < LUA_FUNCTIONS; i++) {
		struct lua_entry *entry;

		lua_function_name(i, name);
		entry = lua_find(state, name);
		KUNIT_ASSERT_NOT_NULL(test, entry);
		KUNIT_EXPECT_EQ(test, entry->value.type, LUA_FUNCTION);
		KUNIT_EXPECT_GE(test, entry->value.function->size, LUA_CODE);
	}
	KUNIT_EXPECT_NULL(test, lua_find(state, "no such name"));
}

static void two_states_are_the_same(struct kunit *test)
{
	struct state_case *of = test->priv;
	struct lua_state *other;

	other = kunit_kmalloc(test, sizeof(*other), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, other);
	memset(other, 0x5a, sizeof(*other));
	KUNIT_ASSERT_EQ(test, lua_state_build(other, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, state_hash(other), of->built);
	lua_state_teardown(other);
}

/*
 * Fail each allocation of the frames and of some functions in turn, then some
 * of all sorts up to the last one.  To fail all of them would take minutes on
 * kernels that check every allocation.
 */
#define FAIL_EACH	48
#define FAIL_STEP	11
static_assert((BUILD_ALLOCS - FAIL_EACH) % FAIL_STEP == 0);
static_assert(FAIL_STEP % LUA_FUNCTION_ALLOCS);

static void a_failing_allocation_unwinds(struct kunit *test)
{
	struct lua_state *other;
	unsigned int k;

	other = kunit_kmalloc(test, sizeof(*other), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, other);
	for (k = 1; k <= BUILD_ALLOCS; k += k < FAIL_EACH ? 1 : FAIL_STEP) {
		memory.fail_at = k;
		KUNIT_ASSERT_EQ(test, lua_state_build(other, GFP_KERNEL),
				-ENOMEM);
		KUNIT_ASSERT_EQ_MSG(test, memory.live, BUILD_ALLOCS,
				    "allocation %u failed", k);
		cond_resched();
	}
	memory.fail_at = LUA_STATE_ALLOCS;
	KUNIT_ASSERT_EQ_MSG(test, lua_state_build(other, GFP_KERNEL), 0,
			    "the state itself is the last of them");
	memory.fail_at = 0;
	lua_state_teardown(other);
}

/* Reset one kind of change per case */

static void a_reset_of_an_unused_state_does_nothing(struct kunit *test)
{
	expect_reset(test);
	KUNIT_EXPECT_EQ(test, memory.allocs, BUILD_ALLOCS);
}

static void a_reset_removes_new_globals(struct kunit *test)
{
	const struct lua_value value = { .type = LUA_NUMBER, .number = 7 };
	struct lua_state *state = used_state(test);

	KUNIT_EXPECT_TRUE(test, lua_set_global(state, "x", value, GFP_KERNEL));
	KUNIT_EXPECT_TRUE(test, lua_set_global(state, "y", value, GFP_KERNEL));
	KUNIT_EXPECT_TRUE(test, lua_set_global(state, "x", value, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, memory.live, BUILD_ALLOCS + 4);
	expect_dirty(test);
	expect_reset(test);
	KUNIT_EXPECT_NULL(test, lua_find(state, "x"));
}

static void a_reset_restores_library_functions(struct kunit *test)
{
	struct lua_value value = { .type = LUA_NUMBER, .number = 7 };
	struct lua_state *state = used_state(test);
	char name[LUA_NAME_MAX];
	u64 number = 1;

	lua_function_name(0, name);
	KUNIT_EXPECT_TRUE(test, lua_set_global(state, name, value, GFP_KERNEL));
	value.number = 8;
	KUNIT_EXPECT_TRUE(test, lua_set_global(state, name, value, GFP_KERNEL));
	KUNIT_EXPECT_FALSE_MSG(test, lua_call(state, name, &number),
			       "a number is not a function");
	KUNIT_EXPECT_EQ(test, memory.allocs, BUILD_ALLOCS);
	expect_dirty(test);
	expect_reset(test);
	KUNIT_EXPECT_TRUE(test, lua_call(state, name, &number));
}

static void a_reset_clears_what_was_on_the_stack(struct kunit *test)
{
	const struct lua_value value = { .type = LUA_NUMBER, .number = 7 };
	struct lua_state *state = used_state(test);
	unsigned int i;

	for (i = 0; i < LUA_STACK; i++)
		KUNIT_EXPECT_TRUE(test, lua_push(state, value));
	KUNIT_EXPECT_FALSE_MSG(test, lua_push(state, value), "it is full");
	expect_dirty(test);
	expect_reset(test);
}

/* This includes values that a call pushed and its end left behind. */
static void a_reset_clears_what_calls_left(struct kunit *test)
{
	const struct lua_value value = { .type = LUA_NUMBER, .number = 7 };
	struct lua_state *state = used_state(test);
	const struct lua_function *function;
	char name[LUA_NAME_MAX];

	lua_function_name(0, name);
	function = lua_find(state, name)->function;
	KUNIT_EXPECT_TRUE(test, lua_enter(state, function));
	KUNIT_EXPECT_TRUE(test, lua_push(state, value));
	lua_leave(state);
	KUNIT_EXPECT_EQ(test, state->top, 0);
	expect_dirty(test);
	expect_reset(test);
}

static void a_reset_ends_calls(struct kunit *test)
{
	struct lua_state *state = used_state(test);
	const struct lua_function *function;
	char name[LUA_NAME_MAX];
	unsigned int i;

	lua_function_name(0, name);
	function = lua_find(state, name)->function;
	for (i = 0; i < LUA_FRAMES; i++)
		KUNIT_EXPECT_TRUE(test, lua_enter(state, function));
	KUNIT_EXPECT_FALSE_MSG(test, lua_enter(state, function),
			       "no frame is left");
	expect_dirty(test);
	expect_reset(test);
}

static void a_reset_frees_strings(struct kunit *test)
{
	struct lua_state *state = used_state(test);

	KUNIT_EXPECT_TRUE(test, lua_concat(state, "abc", 12345, GFP_KERNEL));
	KUNIT_EXPECT_TRUE(test, lua_concat(state, "", 1, GFP_KERNEL));
	KUNIT_EXPECT_STREQ(test, state->stack[0].string->text, "abc12345");
	expect_dirty(test);
	expect_reset(test);
}

/* The whole of it */

static void a_script_counts_its_allocations(struct kunit *test)
{
	struct lua_state *state = used_state(test);
	size_t before = memory.bytes;

	KUNIT_EXPECT_TRUE(test, lua_script(state, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, memory.allocs, BUILD_ALLOCS + LUA_SCRIPT_ALLOCS);
	KUNIT_EXPECT_EQ(test, state->allocs, LUA_SCRIPT_ALLOCS);
	KUNIT_EXPECT_EQ(test, state->bytes, memory.bytes - before);
	expect_dirty(test);
	expect_reset(test);
}

static void a_script_may_run_again_after_a_reset(struct kunit *test)
{
	struct lua_state *state = used_state(test);
	u32 once;

	KUNIT_EXPECT_TRUE(test, lua_script(state, GFP_KERNEL));
	once = registry_hash(state, 0);
	expect_reset(test);
	KUNIT_EXPECT_TRUE(test, lua_script(state, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, registry_hash(state, 0), once);
	expect_reset(test);
}

static void a_script_that_fails_is_undone_too(struct kunit *test)
{
	struct lua_state *state = used_state(test);
	unsigned int k;

	for (k = 1; k <= LUA_SCRIPT_ALLOCS; k++) {
		memory.fail_at = k;
		KUNIT_EXPECT_FALSE(test, lua_script(state, GFP_KERNEL));
		expect_reset(test);
	}
	memory.fail_at = k;
	KUNIT_EXPECT_TRUE(test, lua_script(state, GFP_KERNEL));
	memory.fail_at = 0;
	expect_reset(test);
}

/* state_exit() checks that nothing is left. */
static void a_used_state_may_be_torn_down(struct kunit *test)
{
	struct lua_state *state = used_state(test);
	const struct lua_function *function;
	char name[LUA_NAME_MAX];

	lua_function_name(0, name);
	function = lua_find(state, name)->function;
	KUNIT_EXPECT_TRUE(test, lua_enter(state, function));
	KUNIT_EXPECT_TRUE(test, lua_script(state, GFP_KERNEL));
}

/* In a pool */

static struct kpool *state_pool(struct kunit *test, unsigned int flags)
{
	const struct kpool_args args = {
		.ops = &lua_state_ops,
		.flags = flags,
		.magazine = 1,
		.low_water = flags & KPOOL_F_FIXED ? 2 : 0,
		.idle_max = 16,
	};
	struct kpool *pool;

	pool = kpool_create("kunit-state", sizeof(struct lua_state), &args);
	KUNIT_EXPECT_FALSE(test, IS_ERR(pool));
	return IS_ERR(pool) ? NULL : pool;
}

static void a_pool_hands_out_states_as_built(struct kunit *test)
{
	struct kpool *pool = state_pool(test, 0);
	struct state_case *of = test->priv;
	struct kpool_stats stats;
	unsigned int i;

	for (i = 0; pool && i < 100; i++) {
		struct lua_state *state = kpool_get(pool, GFP_KERNEL);

		if (!state)
			break;
		KUNIT_EXPECT_EQ(test, state_hash(state), of->built);
		KUNIT_EXPECT_TRUE(test, lua_script(state, GFP_KERNEL));
		kpool_put(pool, state);
	}
	KUNIT_EXPECT_EQ(test, i, 100);
	if (!pool)
		return;
	kpool_read_stats(pool, &stats);
	KUNIT_EXPECT_EQ_MSG(test, stats.built, 1, "it is built once");
	KUNIT_EXPECT_EQ(test, memory.live, 2 * BUILD_ALLOCS);
	kpool_destroy(pool);
	KUNIT_EXPECT_EQ(test, memory.live, BUILD_ALLOCS);
}

static void a_pool_without_memory_loses_nothing(struct kunit *test)
{
	struct kpool *pool = state_pool(test, 0);
	struct kpool_stats stats;

	if (!pool)
		return;
	memory.fail_at = LUA_STATE_ALLOCS / 2;
	KUNIT_EXPECT_NULL(test, kpool_get(pool, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, memory.live, BUILD_ALLOCS);
	kpool_read_stats(pool, &stats);
	KUNIT_EXPECT_EQ(test, stats.build_failures, 1);
	KUNIT_EXPECT_EQ(test, stats.built, stats.destroyed);
	kpool_destroy(pool);
}

/* More than the stock. */
#define FIXED_USES	8

/* Each state is used once: it is torn down afterwards, not reset. */
static void a_fixed_pool_builds_all_of_them_anew(struct kunit *test)
{
	struct kpool *pool = state_pool(test, KPOOL_F_FIXED);
	struct state_case *of = test->priv;
	struct kpool_stats stats;
	unsigned int i;

	for (i = 0; pool && i < FIXED_USES; i++) {
		struct lua_state *state = kpool_get(pool, GFP_KERNEL);

		if (!state)
			break;
		KUNIT_EXPECT_EQ(test, state_hash(state), of->built);
		KUNIT_EXPECT_TRUE(test, lua_script(state, GFP_KERNEL));
		kpool_discard(pool, state);
	}
	KUNIT_EXPECT_EQ(test, i, FIXED_USES);
	if (!pool)
		return;
	kpool_read_stats(pool, &stats);
	KUNIT_EXPECT_EQ_MSG(test, stats.misses, 0, "the worker built all of them");
	KUNIT_EXPECT_GE(test, stats.built, FIXED_USES);
	kpool_destroy(pool);
	KUNIT_EXPECT_EQ(test, memory.live, BUILD_ALLOCS);
}

static struct kunit_case state_cases[] = {
	KUNIT_CASE(a_state_is_830_allocations),
	KUNIT_CASE(a_state_is_184257_bytes),
	KUNIT_CASE(a_state_knows_all_of_its_library),
	KUNIT_CASE(two_states_are_the_same),
	KUNIT_CASE(a_failing_allocation_unwinds),
	KUNIT_CASE(a_reset_of_an_unused_state_does_nothing),
	KUNIT_CASE(a_reset_removes_new_globals),
	KUNIT_CASE(a_reset_restores_library_functions),
	KUNIT_CASE(a_reset_clears_what_was_on_the_stack),
	KUNIT_CASE(a_reset_clears_what_calls_left),
	KUNIT_CASE(a_reset_ends_calls),
	KUNIT_CASE(a_reset_frees_strings),
	KUNIT_CASE(a_script_counts_its_allocations),
	KUNIT_CASE(a_script_may_run_again_after_a_reset),
	KUNIT_CASE(a_script_that_fails_is_undone_too),
	KUNIT_CASE(a_used_state_may_be_torn_down),
	KUNIT_CASE(a_pool_hands_out_states_as_built),
	KUNIT_CASE(a_pool_without_memory_loses_nothing),
	KUNIT_CASE(a_fixed_pool_builds_all_of_them_anew),
	{}
};

static struct kunit_suite state_suite = {
	.name = "kpool_state",
	.init = state_init,
	.exit = state_exit,
	.test_cases = state_cases,
};

kunit_test_suite(state_suite);

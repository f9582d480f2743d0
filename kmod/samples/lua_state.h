/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of an interpreter's state, the kind of object that a pool is for:
 * 830 allocations that take long to make, and little to undo what a script did
 * to it.  A registry of library functions by name, a stack of values, frames
 * for calls, a buffer for text; a script sets globals, calls functions and
 * makes strings.
 *
 * A state has one user at a time, so nothing here is locked.  What its user
 * changes is remembered where it is changed, and lua_state_reset() undoes that
 * and no more.  A pool of states has the hooks lua_state_ops; its users call the
 * rest.
 *
 * All is in this header, because the sample, the benchmark and a test are
 * modules of their own, and each has its own copy.  Who wants to count or to
 * fail allocations defines lua_kzalloc() and lua_kfree() before including it.
 */
#ifndef _KPOOL_SAMPLE_LUA_STATE_H
#define _KPOOL_SAMPLE_LUA_STATE_H

#include <linux/build_bug.h>
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/kpool.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/types.h>

#ifndef lua_kzalloc
#define lua_kzalloc(size, gfp)	kzalloc(size, gfp)
#define lua_kfree(memory)	kfree(memory)
#endif

/*
 * What a state consists of, itself included.  The sizes below are derived:
 * functions get as many of the allocations and as much of the memory as the
 * rest leaves.
 */
#define LUA_STATE_ALLOCS	830
#define LUA_STATE_BYTES		184257

#define LUA_BUCKET_BITS		8
#define LUA_BUCKETS		BIT(LUA_BUCKET_BITS)
#define LUA_STACK		512	/* values */
#define LUA_FRAMES		16	/* calls within calls */
#define LUA_BUFFER		1024	/* bytes of text */
#define LUA_NAME_MAX		32	/* with the terminating NUL */
#define LUA_CODE		32	/* instructions of a library function */

/**
 * enum lua_type - what a value is
 * @LUA_NIL: nothing
 * @LUA_NUMBER: a number
 * @LUA_STRING: a string, which somebody else owns
 * @LUA_FUNCTION: a function, likewise
 */
enum lua_type {
	LUA_NIL,
	LUA_NUMBER,
	LUA_STRING,
	LUA_FUNCTION,
};

/* Instructions, which work on one number. */
enum lua_op {
	LUA_OP_RETURN,
	LUA_OP_ADD,
	LUA_OP_MULTIPLY,
	LUA_OP_ROTATE,
	LUA_OPS,
};

/**
 * struct lua_string - a text
 * @next: the next in the list of what a script made
 * @length: without the terminating NUL
 * @text: the text
 */
struct lua_string {
	struct lua_string *next;
	unsigned int length;
	char text[];
};

/**
 * struct lua_function - a library function
 * @size: bytes of @code
 * @code: %LUA_CODE instructions, and then room for what they refer to
 */
struct lua_function {
	unsigned int size;
	u8 code[];
};

/**
 * struct lua_value - what variables and the stack hold
 * @type: which of the others it is
 * @number: a number
 * @string: a string
 * @function: a function
 */
struct lua_value {
	enum lua_type type;
	union {
		u64 number;
		const struct lua_string *string;
		const struct lua_function *function;
	};
};

/**
 * struct lua_entry - a name in the registry and its value
 * @node: in a bucket
 * @dirty: in the state's list @added or @changed, or empty
 * @name: its name, which it owns
 * @value: its value now
 * @function: the library function that it owns and was built with, or NULL if
 *	a script added it
 */
struct lua_entry {
	struct hlist_node node;
	struct list_head dirty;
	struct lua_string *name;
	struct lua_value value;
	struct lua_function *function;
};

/**
 * struct lua_frame - a call
 * @next: the frame of a call in this one, unused or not
 * @function: what was called
 * @base: how high the stack was
 */
struct lua_frame {
	struct lua_frame *next;
	const struct lua_function *function;
	unsigned int base;
};

/**
 * struct lua_state - the state of an interpreter
 * @buckets: the registry, %LUA_BUCKETS of them
 * @added: entries that a script added
 * @changed: entries of library functions that it gave another value
 * @strings: strings that it made
 * @stack: the values
 * @top: how many are in use
 * @high: the most that were, since the state was built or reset
 * @frames: the first of %LUA_FRAMES
 * @depth: how many of them are in use
 * @deepest: the most that were
 * @buffer: where texts are put together
 * @buffered: the longest of them
 * @allocs: allocations since the state was built or reset, on top of
 *	%LUA_STATE_ALLOCS
 * @bytes: what they asked for, on top of %LUA_STATE_BYTES
 */
struct lua_state {
	struct hlist_head *buckets;
	struct list_head added;
	struct list_head changed;
	struct lua_string *strings;
	struct lua_value *stack;
	unsigned int top;
	unsigned int high;
	struct lua_frame *frames;
	unsigned int depth;
	unsigned int deepest;
	char *buffer;
	size_t buffered;
	unsigned int allocs;
	size_t bytes;
};

/* The state, buckets, stack and buffer, and the frames. */
#define LUA_FIXED_ALLOCS	(4 + LUA_FRAMES)
#define LUA_FIXED_BYTES							\
	(sizeof(struct lua_state) + LUA_BUCKETS * sizeof(struct hlist_head) + \
	 LUA_STACK * sizeof(struct lua_value) + LUA_BUFFER +		\
	 LUA_FRAMES * sizeof(struct lua_frame))

/* A function comes with its entry and its name. */
#define LUA_FUNCTION_ALLOCS	3
#define LUA_FUNCTIONS \
	((LUA_STATE_ALLOCS - LUA_FIXED_ALLOCS) / LUA_FUNCTION_ALLOCS)
#define LUA_FUNCTION_BYTES						\
	(sizeof(struct lua_entry) + sizeof(struct lua_string) + LUA_NAME_MAX + \
	 sizeof(struct lua_function) + LUA_CODE)

/* Their names have three digits. */
static_assert(LUA_FUNCTIONS < 1000);
static_assert(LUA_FUNCTIONS * LUA_FUNCTION_ALLOCS + LUA_FIXED_ALLOCS ==
	      LUA_STATE_ALLOCS);
static_assert(LUA_FUNCTIONS * LUA_FUNCTION_BYTES + LUA_FIXED_BYTES <=
	      LUA_STATE_BYTES);

static inline void *lua_alloc(struct lua_state *state, size_t size, gfp_t gfp)
{
	void *memory = lua_kzalloc(size, gfp);

	if (memory) {
		state->allocs++;
		state->bytes += size;
	}
	return memory;
}

static inline struct hlist_head *lua_bucket(struct lua_state *state,
					    const char *name)
{
	u32 hash = jhash(name, strlen(name), 0);

	return &state->buckets[hash_32(hash, LUA_BUCKET_BITS)];
}

static inline struct lua_entry *lua_find(struct lua_state *state,
					 const char *name)
{
	struct lua_entry *entry;

	hlist_for_each_entry(entry, lua_bucket(state, name), node)
		if (!strcmp(entry->name->text, name))
			return entry;
	return NULL;
}

static inline struct lua_string *lua_new_string(struct lua_state *state,
						const char *text, gfp_t gfp)
{
	unsigned int length = strlen(text);
	struct lua_string *string;

	string = lua_alloc(state, sizeof(*string) + length + 1, gfp);
	if (!string)
		return NULL;
	string->length = length;
	memcpy(string->text, text, length);
	return string;
}

/* Gives a name and a value back; its entry is in no list any more. */
static inline void lua_free_entry(struct lua_entry *entry)
{
	lua_kfree(entry->function);
	lua_kfree(entry->name);
	lua_kfree(entry);
}

/* A name without a value, which is not in the registry yet. */
static inline struct lua_entry *lua_new_entry(struct lua_state *state,
					      const char *name, gfp_t gfp)
{
	struct lua_entry *entry = lua_alloc(state, sizeof(*entry), gfp);

	if (!entry)
		return NULL;
	INIT_LIST_HEAD(&entry->dirty);
	entry->name = lua_new_string(state, name, gfp);
	if (entry->name)
		return entry;
	lua_free_entry(entry);
	return NULL;
}

/* The name of library function number @index, such as "math.f003". */
static inline void lua_function_name(unsigned int index, char *name)
{
	static const char * const libraries[] = {
		"coroutine", "debug", "io", "math", "os", "package", "string",
		"table", "utf8",
	};
	const char *library = libraries[index % ARRAY_SIZE(libraries)];
	size_t length = strlen(library);

	memcpy(name, library, length);
	name[length++] = '.';
	name[length++] = 'f';
	name[length++] = '0' + index / 100;
	name[length++] = '0' + index / 10 % 10;
	name[length++] = '0' + index % 10;
	name[length] = '\0';
}

static inline void lua_fill_code(struct lua_function *function,
				 unsigned int index)
{
	unsigned int i;

	for (i = 0; i < LUA_CODE - 1; i++)
		function->code[i] = LUA_OP_ADD +
				    (index + i) % (LUA_OPS - LUA_OP_ADD);
	function->code[i] = LUA_OP_RETURN;
}

/* Adds library function number @index, @bytes in all. */
static inline bool lua_add_function(struct lua_state *state, unsigned int index,
				    size_t bytes, gfp_t gfp)
{
	struct lua_function *function;
	struct lua_entry *entry;
	char name[LUA_NAME_MAX];

	lua_function_name(index, name);
	entry = lua_new_entry(state, name, gfp);
	if (!entry)
		return false;
	bytes -= sizeof(*entry) + sizeof(*entry->name) + strlen(name) + 1;
	function = lua_alloc(state, bytes, gfp);
	if (!function) {
		lua_free_entry(entry);
		return false;
	}
	function->size = bytes - sizeof(*function);
	lua_fill_code(function, index);
	entry->function = function;
	entry->value.type = LUA_FUNCTION;
	entry->value.function = function;
	hlist_add_head(&entry->node, lua_bucket(state, name));
	return true;
}

/* What the rest leaves of the memory is shared out to the last byte. */
static inline bool lua_add_library(struct lua_state *state, gfp_t gfp)
{
	size_t left = LUA_STATE_BYTES - LUA_FIXED_BYTES;
	unsigned int i;

	for (i = 0; i < LUA_FUNCTIONS; i++) {
		size_t share = left / (LUA_FUNCTIONS - i);

		if (!lua_add_function(state, i, share, gfp))
			return false;
		left -= share;
	}
	return true;
}

static inline bool lua_add_frames(struct lua_state *state, gfp_t gfp)
{
	unsigned int i;

	for (i = 0; i < LUA_FRAMES; i++) {
		struct lua_frame *frame = lua_alloc(state, sizeof(*frame), gfp);

		if (!frame)
			return false;
		frame->next = state->frames;
		state->frames = frame;
	}
	return true;
}

static inline void lua_free_strings(struct lua_state *state)
{
	while (state->strings) {
		struct lua_string *string = state->strings;

		state->strings = string->next;
		lua_kfree(string);
	}
}

static inline void lua_free_registry(struct lua_state *state)
{
	struct hlist_node *next;
	struct lua_entry *entry;
	unsigned int i;

	for (i = 0; i < LUA_BUCKETS; i++)
		hlist_for_each_entry_safe(entry, next, &state->buckets[i], node)
			lua_free_entry(entry);
	lua_kfree(state->buckets);
}

/**
 * lua_state_teardown() - give back all that a state owns, but not the state
 * @state: the state, built, used or built in part
 *
 * Context: Any.
 */
static inline void lua_state_teardown(struct lua_state *state)
{
	lua_free_strings(state);
	while (state->frames) {
		struct lua_frame *frame = state->frames;

		state->frames = frame->next;
		lua_kfree(frame);
	}
	if (state->buckets)
		lua_free_registry(state);
	lua_kfree(state->buffer);
	lua_kfree(state->stack);
}

/**
 * lua_state_build() - make a state from memory
 * @state: sizeof(struct lua_state) bytes, of any content
 * @gfp: how the other %LUA_STATE_ALLOCS - 1 allocations may be made
 *
 * Context: Any that @gfp allows.
 * Return: 0, or -ENOMEM, and then nothing is left of it.
 */
static inline int lua_state_build(struct lua_state *state, gfp_t gfp)
{
	memset(state, 0, sizeof(*state));
	INIT_LIST_HEAD(&state->added);
	INIT_LIST_HEAD(&state->changed);
	state->buckets = lua_alloc(state, LUA_BUCKETS * sizeof(*state->buckets),
				   gfp);
	state->stack = lua_alloc(state, LUA_STACK * sizeof(*state->stack), gfp);
	state->buffer = lua_alloc(state, LUA_BUFFER, gfp);
	if (state->buckets && state->stack && state->buffer &&
	    lua_add_frames(state, gfp) && lua_add_library(state, gfp)) {
		state->allocs = 0;
		state->bytes = 0;
		return 0;
	}
	lua_state_teardown(state);
	return -ENOMEM;
}

static inline void lua_reset_globals(struct lua_state *state)
{
	struct lua_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &state->added, dirty) {
		hlist_del(&entry->node);
		lua_free_entry(entry);
	}
	INIT_LIST_HEAD(&state->added);
	list_for_each_entry_safe(entry, next, &state->changed, dirty) {
		entry->value.type = LUA_FUNCTION;
		entry->value.function = entry->function;
		list_del_init(&entry->dirty);
	}
}

static inline void lua_reset_frames(struct lua_state *state)
{
	struct lua_frame *frame = state->frames;

	for (; state->deepest; state->deepest--, frame = frame->next) {
		frame->function = NULL;
		frame->base = 0;
	}
	state->depth = 0;
}

/**
 * lua_state_reset() - undo what was done to a state since it was built
 * @state: the state
 *
 * Takes as long as there is to undo, and does not allocate.
 *
 * Context: Any.
 */
static inline void lua_state_reset(struct lua_state *state)
{
	lua_reset_globals(state);
	lua_free_strings(state);
	lua_reset_frames(state);
	if (state->high)
		memset(state->stack, 0, state->high * sizeof(*state->stack));
	if (state->buffered)
		memset(state->buffer, 0, state->buffered);
	state->high = 0;
	state->top = 0;
	state->buffered = 0;
	state->allocs = 0;
	state->bytes = 0;
}

/* What a user does.  All of these answer false if there is no room for it. */

static inline bool lua_push(struct lua_state *state, struct lua_value value)
{
	if (state->top == LUA_STACK)
		return false;
	state->stack[state->top++] = value;
	state->high = max(state->high, state->top);
	return true;
}

/**
 * lua_set_global() - give a name a value, and make the name if there is none
 * @state: the state
 * @name: the name, perhaps that of a library function
 * @value: the value
 * @gfp: how memory for a new name may be allocated
 *
 * Context: Any that @gfp allows.
 * Return: false if there is no memory, and then nothing is changed.
 */
static inline bool lua_set_global(struct lua_state *state, const char *name,
				  struct lua_value value, gfp_t gfp)
{
	struct lua_entry *entry = lua_find(state, name);

	if (!entry) {
		entry = lua_new_entry(state, name, gfp);
		if (!entry)
			return false;
		hlist_add_head(&entry->node, lua_bucket(state, name));
		list_add(&entry->dirty, &state->added);
	} else if (list_empty(&entry->dirty)) {
		list_add(&entry->dirty, &state->changed);
	}
	entry->value = value;
	return true;
}

/* Makes a string of @prefix and @number, and pushes it. */
static inline bool lua_concat(struct lua_state *state, const char *prefix,
			      u64 number, gfp_t gfp)
{
	struct lua_value value = { .type = LUA_STRING };
	struct lua_string *string;
	size_t length;

	length = scnprintf(state->buffer, LUA_BUFFER, "%s%llu", prefix, number);
	state->buffered = max(state->buffered, length);
	string = lua_new_string(state, state->buffer, gfp);
	if (!string)
		return false;
	string->next = state->strings;
	state->strings = string;
	value.string = string;
	return lua_push(state, value);
}

static inline u64 lua_execute(const struct lua_function *function, u64 number)
{
	const u8 *code;

	for (code = function->code; *code != LUA_OP_RETURN; code++) {
		switch (*code) {
		case LUA_OP_ADD:
			number += *code;
			break;
		case LUA_OP_MULTIPLY:
			number *= 31;
			break;
		case LUA_OP_ROTATE:
			number = rol64(number, 7);
			break;
		}
	}
	return number;
}

/* The frame number @index, from 0. */
static inline struct lua_frame *lua_frame(struct lua_state *state,
					  unsigned int index)
{
	struct lua_frame *frame = state->frames;

	while (index--)
		frame = frame->next;
	return frame;
}

/* Begins a call; lua_leave() ends it, or a reset. */
static inline bool lua_enter(struct lua_state *state,
			     const struct lua_function *function)
{
	struct lua_frame *frame;

	if (state->depth == LUA_FRAMES)
		return false;
	frame = lua_frame(state, state->depth++);
	frame->function = function;
	frame->base = state->top;
	state->deepest = max(state->deepest, state->depth);
	return true;
}

/* Forgets what was pushed since lua_enter(). */
static inline void lua_leave(struct lua_state *state)
{
	state->top = lua_frame(state, --state->depth)->base;
}

/**
 * lua_call() - call a function by its name
 * @state: the state
 * @name: its name
 * @number: its argument, replaced by its result
 *
 * Return: false if there is no function of that name, or no frame left.
 */
static inline bool lua_call(struct lua_state *state, const char *name,
			    u64 *number)
{
	struct lua_entry *entry = lua_find(state, name);

	if (!entry || entry->value.type != LUA_FUNCTION ||
	    !lua_enter(state, entry->value.function))
		return false;
	*number = lua_execute(entry->value.function, *number);
	lua_leave(state);
	return true;
}

/* What lua_script() does, and what it allocates for that. */
#define LUA_SCRIPT_GLOBALS	4	/* a name and an entry each */
#define LUA_SCRIPT_CALLS	9	/* a string each */
#define LUA_SCRIPT_ALLOCS	(2 * LUA_SCRIPT_GLOBALS + LUA_SCRIPT_CALLS)

/**
 * lua_script() - a small script, to have something to undo
 * @state: the state, as it was built
 * @gfp: how memory may be allocated
 *
 * Sets globals, one of them a library function's, calls functions, and makes
 * strings of their results.  Stops where it is if there is no memory.
 *
 * Context: Any that @gfp allows.
 * Return: false if it did not come to its end.
 */
static inline bool lua_script(struct lua_state *state, gfp_t gfp)
{
	struct lua_value value = { .type = LUA_NUMBER };
	char name[LUA_NAME_MAX];
	u64 number = 1;
	unsigned int i;

	for (i = 0; i < LUA_SCRIPT_GLOBALS; i++) {
		snprintf(name, sizeof(name), "setting%u", i);
		value.number = i;
		if (!lua_set_global(state, name, value, gfp))
			return false;
	}
	lua_function_name(LUA_FUNCTIONS - 1, name);
	if (!lua_set_global(state, name, value, gfp))
		return false;
	for (i = 0; i < LUA_SCRIPT_CALLS; i++) {
		lua_function_name(i, name);
		if (!lua_call(state, name, &number) ||
		    !lua_concat(state, "result ", number, gfp))
			return false;
	}
	return true;
}

/* The hooks of a pool of states. */

static inline int lua_state_pool_init(void *obj, void *ctx, gfp_t gfp)
{
	return lua_state_build(obj, gfp);
}

static inline bool lua_state_pool_reset(void *obj, void *ctx)
{
	lua_state_reset(obj);
	return true;
}

static inline void lua_state_pool_exit(void *obj, void *ctx)
{
	lua_state_teardown(obj);
}

static const struct kpool_ops lua_state_ops = {
	.init = lua_state_pool_init,
	.reset = lua_state_pool_reset,
	.exit = lua_state_pool_exit,
};

#endif /* _KPOOL_SAMPLE_LUA_STATE_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Compound objects under torture: commands with a buffer and a note, of which
 * there are few, so that gets miss children all the time; a note is a compound
 * itself.  A user stamps all objects that it got, sometimes takes a child over
 * or discards it, and checks that no other user wrote into its objects.
 */
#include <linux/kpool_compound.h>
#include <linux/string.h>

#include "torture.h"

#define COMPOUND_HELD	4

struct page_of_note {
	unsigned long owner;
};

struct note {
	unsigned long owner;
	struct page_of_note *page;
};

struct buffer {
	unsigned long owner;
};

struct command {
	unsigned long owner;
	struct buffer *buffer;
	struct note *note;
};

static struct kpool *buffers, *pages;
static struct kpool_compound *notes, *commands;

static int owner_init(void *obj, void *ctx, gfp_t gfp)
{
	*(unsigned long *)obj = TORTURE_IDLE;
	return 0;
}

static const struct kpool_ops owner_ops = {
	.init = owner_init,
};

/*
 * The children that are present still belong to the last user or to the pool.
 */
static bool command_reset(void *obj, void *ctx)
{
	struct command *command = obj;

	if (command->owner != TORTURE_IDLE)
		torture_error("compound: a command was put in use");
	if (command->note && !command->note->page)
		torture_error("compound: a note lost its page too early");
	command->buffer = NULL;
	command->note = NULL;
	return true;
}

static const struct kpool_ops command_ops = {
	.init = owner_init,
	.reset = command_reset,
};

static void owner_change(unsigned long *owner, unsigned long from,
			 unsigned long to)
{
	if (cmpxchg(owner, from, to) != from)
		torture_error("compound: an object has another owner");
}

static void command_change(struct command *command, unsigned long from,
			   unsigned long to)
{
	owner_change(&command->owner, from, to);
	owner_change(&command->buffer->owner, from, to);
	owner_change(&command->note->owner, from, to);
	owner_change(&command->note->page->owner, from, to);
}

static struct command *command_get(struct rnd_state *random,
				   unsigned long owner)
{
	/*
	 * Waiting while other objects are held would be a deadlock of the test
	 * itself.
	 */
	gfp_t gfp = torture_random(random, 4) ? GFP_NOWAIT : GFP_ATOMIC;
	struct command *command;

	command = kpool_compound_get(commands, gfp | __GFP_NOWARN);
	if (!command)
		return NULL;
	if (!command->buffer || !command->note || !command->note->page) {
		torture_error("compound: a child is missing");
		kpool_compound_discard(commands, command);
		return NULL;
	}
	command_change(command, TORTURE_IDLE, owner);
	return command;
}

static void command_put(struct rnd_state *random, struct command *command,
			unsigned long owner)
{
	struct buffer *buffer = NULL;

	command_change(command, owner, TORTURE_IDLE);
	if (!torture_random(random, 4)) {
		buffer = command->buffer;
		owner_change(&buffer->owner, TORTURE_IDLE, owner);
		command->buffer = NULL;
	}
	if (torture_random(random, 16))
		kpool_compound_put(commands, command);
	else
		kpool_compound_discard(commands, command);
	if (!buffer)
		return;
	owner_change(&buffer->owner, owner, TORTURE_IDLE);
	kpool_put(buffers, buffer);
}

static void compound_step(struct rnd_state *random)
{
	unsigned long owner = torture_new_owner();
	struct command *held[COMPOUND_HELD];
	unsigned int n;

	for (n = 0; n < COMPOUND_HELD; n++) {
		held[n] = command_get(random, owner);
		if (!held[n])
			break;
	}
	while (n--)
		command_put(random, held[n], owner);
}

static int compound_create_notes(void)
{
	const struct kpool_child children[] = {
		KPOOL_CHILD(struct note, page, pages),
	};
	const struct kpool_compound_args args = {
		.pool.ops = &owner_ops,
		.children = children,
		.nr = ARRAY_SIZE(children),
	};

	notes = kpool_compound_create("torture_notes", sizeof(struct note),
				      &args);
	return PTR_ERR_OR_ZERO(notes);
}

static int compound_create_commands(void)
{
	const struct kpool_child children[] = {
		KPOOL_CHILD(struct command, buffer, buffers),
		KPOOL_CHILD_COMPOUND(struct command, note, notes),
	};
	const struct kpool_compound_args args = {
		.pool.ops = &command_ops,
		.children = children,
		.nr = ARRAY_SIZE(children),
	};

	commands = kpool_compound_create("torture_commands",
					 sizeof(struct command), &args);
	return PTR_ERR_OR_ZERO(commands);
}

static int compound_setup(void)
{
	const struct kpool_args few = { .ops = &owner_ops, .max = 5 };
	int err;

	buffers = kpool_create("torture_buffers", sizeof(struct buffer),
			       &(struct kpool_args){ .ops = &owner_ops });
	if (IS_ERR(buffers))
		return PTR_ERR(buffers);
	pages = kpool_create("torture_pages", sizeof(struct page_of_note),
			     &few);
	if (IS_ERR(pages))
		return PTR_ERR(pages);
	err = compound_create_notes();
	return err ?: compound_create_commands();
}

static void compound_expect_unused(struct kpool *pool, const char *name)
{
	struct kpool_stats stats;

	if (IS_ERR_OR_NULL(pool))
		return;
	kpool_read_stats(pool, &stats);
	if (stats.in_use)
		torture_error("compound: %llu %s are missing", stats.in_use,
			      name);
}

static void compound_teardown(void)
{
	compound_expect_unused(buffers, "buffers");
	compound_expect_unused(pages, "pages");
	if (!IS_ERR_OR_NULL(notes))
		compound_expect_unused(kpool_compound_pool(notes), "notes");
	if (!IS_ERR_OR_NULL(commands))
		compound_expect_unused(kpool_compound_pool(commands),
				       "commands");
	kpool_compound_destroy(commands);
	kpool_compound_destroy(notes);
	kpool_destroy(pages);
	kpool_destroy(buffers);
}

const struct torture_kind torture_kind_compound = {
	.name = "compound",
	.setup = compound_setup,
	.step = compound_step,
	.teardown = compound_teardown,
};

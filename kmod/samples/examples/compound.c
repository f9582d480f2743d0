// SPDX-License-Identifier: GPL-2.0
/*
 * Compound objects: commands, each with a buffer and a completion entry.
 */
#include <linux/kpool_compound.h>
#include <linux/string.h>

#include "examples.h"

struct entry {
	u32 tag;
	u32 status;
};

struct buffer {
	char data[512];
};

struct command {
	u32 opcode;
	struct buffer *buffer;
	struct entry *entry;
};

static struct kpool *buffers, *entries;
static struct kpool_compound *commands;

/* The children are still there; clearing the pointers does not lose them. */
static bool command_reset(void *obj, void *ctx)
{
	memset(obj, 0, sizeof(struct command));
	return true;
}

static const struct kpool_ops command_ops = {
	.reset = command_reset,
};

static int commands_create(void)
{
	const struct kpool_child children[] = {
		KPOOL_CHILD(struct command, buffer, buffers),
		KPOOL_CHILD(struct command, entry, entries),
	};
	const struct kpool_compound_args args = {
		.pool.ops = &command_ops,
		.children = children,
		.nr = ARRAY_SIZE(children),
	};

	commands = kpool_compound_create("example_commands",
					 sizeof(struct command), &args);
	return PTR_ERR_OR_ZERO(commands);
}

/* The caller must put the buffer that this returns. */
static struct buffer *read_block(u32 block)
{
	struct command *command = kpool_compound_get(commands, GFP_KERNEL);
	struct buffer *buffer;

	if (!command)
		return NULL;
	command->opcode = block;
	command->entry->status = 0;
	strscpy(command->buffer->data, "what the device wrote",
		sizeof(command->buffer->data));
	buffer = command->buffer;
	command->buffer = NULL;
	kpool_compound_put(commands, command);
	return buffer;
}

static int commands_use(void)
{
	struct buffer *buffer = read_block(7);

	if (!buffer)
		return -ENOMEM;
	kpool_put(buffers, buffer);
	return 0;
}

int example_compound(void)
{
	int err;

	buffers = kpool_create("example_buffers", sizeof(struct buffer), NULL);
	if (IS_ERR(buffers))
		return PTR_ERR(buffers);
	entries = kpool_create("example_entries", sizeof(struct entry), NULL);
	err = PTR_ERR_OR_ZERO(entries);
	if (!err)
		err = commands_create();
	if (!err) {
		err = commands_use();
		kpool_compound_destroy(commands);
	}
	kpool_destroy(entries);
	kpool_destroy(buffers);
	return err;
}

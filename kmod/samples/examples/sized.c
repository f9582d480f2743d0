// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that replies to messages: the length of each reply depends on its
 * message, and the reply is built in a buffer of that size.
 */
#include <linux/kpool_sized.h>
#include <linux/string.h>

#include "examples.h"

/* Measured sizes of replies: acknowledgments, readings, whole tables. */
static const size_t reply_sizes[] = { 32, 240, 4096 - KPOOL_SIZED_OVERHEAD };

static const struct kpool_sized_args reply_args = {
	.sizes = reply_sizes,
	.nr_sizes = ARRAY_SIZE(reply_sizes),
};

static int answer(struct kpool_sized *replies, const char *message)
{
	size_t size = strlen(message) + sizeof("echo: ");
	char *reply = kpool_sized_get(replies, size, GFP_KERNEL);

	if (!reply)
		return -ENOMEM;
	snprintf(reply, size, "echo: %s", message);
	pr_debug("%s\n", reply);
	/* No need to remember the size. */
	kpool_sized_put(replies, reply);
	return 0;
}

int example_sized(void)
{
	struct kpool_sized *replies;
	int err;

	replies = kpool_sized_create("example-replies", &reply_args);
	if (IS_ERR(replies))
		return PTR_ERR(replies);
	err = answer(replies, "how long is a piece of string?");
	kpool_sized_destroy(replies);
	return err;
}

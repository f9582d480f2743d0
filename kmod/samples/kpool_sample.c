// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that uses a pool: messages with one buffer each, which is allocated
 * once and cleared when a message is put back.
 *
 * Owns the pool; its only caller is the module loader.
 */
#include <linux/kpool.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#define MESSAGE_SIZE	1024

struct message {
	char *text;
	size_t length;
};

static struct kpool *messages;

static int message_init(void *obj, void *ctx, gfp_t gfp)
{
	struct message *message = obj;

	message->length = 0;
	message->text = kzalloc(MESSAGE_SIZE, gfp);
	return message->text ? 0 : -ENOMEM;
}

static bool message_reset(void *obj, void *ctx)
{
	struct message *message = obj;

	memset(message->text, 0, message->length);
	message->length = 0;
	return true;
}

static void message_exit(void *obj, void *ctx)
{
	struct message *message = obj;

	kfree(message->text);
}

static const struct kpool_ops message_ops = {
	.init = message_init,
	.reset = message_reset,
	.exit = message_exit,
};

static int __init kpool_sample_init(void)
{
	const struct kpool_args args = { .ops = &message_ops };
	struct message *message;

	messages = kpool_create("kpool_sample", sizeof(*message), &args);
	if (IS_ERR(messages))
		return PTR_ERR(messages);
	message = kpool_get(messages, GFP_KERNEL);
	if (!message) {
		kpool_destroy(messages);
		return -ENOMEM;
	}
	message->length = scnprintf(message->text, MESSAGE_SIZE, "from a pool");
	pr_info("kpool_sample: a message %s\n", message->text);
	kpool_put(messages, message);
	return 0;
}
module_init(kpool_sample_init);

static void __exit kpool_sample_exit(void)
{
	kpool_destroy(messages);
}
module_exit(kpool_sample_exit);

MODULE_DESCRIPTION("A driver that uses a pool");
MODULE_LICENSE("GPL");

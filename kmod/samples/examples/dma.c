// SPDX-License-Identifier: GPL-2.0
/*
 * The example of Documentation/kinds/dma.rst: commands for a device, each in a
 * coherent buffer.  There is no real device, so the example itself checks the
 * commands.
 */
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kpool_dma.h>
#include <linux/platform_device.h>

#include "examples.h"

/* The device reads this; a command must not cross a 4 KiB boundary. */
struct command {
	__le32 opcode;
	__le32 argument;
	u8 data[120];
};

static const struct kpool_dma_args command_args = {
	.boundary = 4096,
	.pool.align = 64,
	.pool.reserve = 4,	/* four can always be sent */
};

/* In any context: the buffer exists, is zero, and fits the device's mask. */
static struct kpool_dma_buf *command_prepare(struct kpool_dma *commands,
					     u32 opcode)
{
	struct kpool_dma_buf *buf = kpool_dma_get(commands, GFP_ATOMIC);
	struct command *command;

	if (!buf)
		return NULL;
	command = buf->cpu;
	command->opcode = cpu_to_le32(opcode);
	/* Here the driver passes buf->dma to the device, and remembers buf. */
	return buf;
}

/* Called from the device's interrupt, when it is done with the command. */
static void command_done(struct kpool_dma *commands, struct kpool_dma_buf *buf)
{
	kpool_dma_put(commands, buf);
}

static int send_command(struct kpool_dma *commands)
{
	struct kpool_dma_buf *buf = command_prepare(commands, 7);
	struct command *command;
	int err = 0;

	if (!buf)
		return -ENOMEM;
	command = buf->cpu;
	if (command->opcode != cpu_to_le32(7) || command->argument ||
	    buf->dma % 64)
		err = -EIO;
	command_done(commands, buf);
	return err;
}

int example_dma(void)
{
	struct platform_device *device;
	struct kpool_dma *commands;
	int err;

	if (!IS_ENABLED(CONFIG_HAS_DMA))
		return 0;
	device = platform_device_register_simple("kpool-example", -1, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	err = dma_set_mask_and_coherent(&device->dev, DMA_BIT_MASK(32));
	if (!err) {
		commands = kpool_dma_create(&device->dev, "example-dma",
					    sizeof(struct command),
					    &command_args);
		err = PTR_ERR_OR_ZERO(commands);
		if (!err)
			err = send_command(commands);
		kpool_dma_destroy(commands);
	}
	platform_device_unregister(device);
	return err;
}

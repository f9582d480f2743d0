// SPDX-License-Identifier: GPL-2.0
/*
 * Static pools: the responses of a driver, from a pool that is created when the
 * first one is needed.  The driver neither creates nor destroys the pool.
 */
#include <linux/kpool_static.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "examples.h"

struct response {
	size_t length;
	char *text;
};

#define RESPONSE_SIZE	512

static int response_init(void *obj, void *ctx, gfp_t gfp)
{
	struct response *response = obj;

	response->length = 0;
	response->text = kzalloc(RESPONSE_SIZE, gfp);
	return response->text ? 0 : -ENOMEM;
}

static bool response_reset(void *obj, void *ctx)
{
	struct response *response = obj;

	memset(response->text, 0, response->length);
	response->length = 0;
	return true;
}

static void response_exit(void *obj, void *ctx)
{
	struct response *response = obj;

	kfree(response->text);
}

static const struct kpool_ops response_ops = {
	.init = response_init,
	.reset = response_reset,
	.exit = response_exit,
};

DEFINE_KPOOL(example_responses, struct response, .ops = &response_ops,
	     .reserve = 2);

/* Return the length of the response, or a negative errno. */
static int answer(const char *question)
{
	struct response *response __free(example_responses) =
		example_responses_get(GFP_KERNEL);

	if (!response)
		return -ENOMEM;
	if (!*question)
		return -EINVAL;		/* the response is put here as well */
	response->length = scnprintf(response->text, RESPONSE_SIZE,
				     "%s: yes", question);
	return response->length;
}

int example_static(void)
{
	int length = answer("Is it put back?");

	if (length < 0)
		return length;
	return answer("") == -EINVAL ? 0 : -EIO;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Typed pools: two types of objects that the compiler distinguishes.
 */
#include <linux/kpool_typed.h>

#include "examples.h"

struct request {
	u64 sector;
	u32 sectors;
};

struct reply {
	int status;
};

KPOOL_TYPED(request, struct request);
KPOOL_TYPED(reply, struct reply);

static struct request_pool *requests;
static struct reply_pool *replies;

static int serve(u64 sector)
{
	struct request *request = request_pool_get(requests, GFP_KERNEL);
	struct reply *reply = reply_pool_get(replies, GFP_KERNEL);
	int status = -ENOMEM;

	if (request && reply) {
		request->sector = sector;
		request->sectors = 8;
		reply->status = 0;
		status = reply->status;
	}
	/* reply_pool_put(replies, request) would not compile. */
	reply_pool_put(replies, reply);
	request_pool_put(requests, request);
	return status;
}

int example_typed(void)
{
	int err;

	requests = request_pool_create("example_requests", NULL);
	if (IS_ERR(requests))
		return PTR_ERR(requests);
	replies = reply_pool_create("example_replies", NULL);
	if (IS_ERR(replies)) {
		request_pool_destroy(requests);
		return PTR_ERR(replies);
	}
	err = serve(2048);
	reply_pool_destroy(replies);
	request_pool_destroy(requests);
	return err;
}

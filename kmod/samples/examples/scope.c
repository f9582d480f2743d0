// SPDX-License-Identifier: GPL-2.0
/*
 * Scoped put: messages that are put wherever the function returns, and one
 * that is kept.
 */
#include <linux/kpool_scope.h>
#include <linux/string.h>

#include "examples.h"

struct msg {
	int priority;
	char text[100];
};

/* The message is put on every way out. */
static int count(struct kpool *pool, const char *text)
{
	KPOOL_SCOPED(struct msg, m, pool, GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	if (strscpy(m->text, text, sizeof(m->text)) < 0)
		return -E2BIG;
	return strlen(m->text);
}

/* The message is put if an error occurs; otherwise the caller owns it. */
static struct msg *compose(struct kpool *pool, int priority)
{
	KPOOL_SCOPED(struct msg, m, pool, GFP_KERNEL);

	if (!m || priority < 0)
		return NULL;
	m->priority = priority;
	return_ptr(m);
}

int example_scope(void)
{
	struct kpool *pool = kpool_create("example_msgs", sizeof(struct msg),
					  NULL);
	struct msg *m;
	int err;

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	err = count(pool, "scoped");
	m = compose(pool, 1);
	if (err > 0)
		err = m && !compose(pool, -1) ? 0 : -EIO;
	kpool_put(pool, m);
	kpool_destroy(pool);
	return err;
}

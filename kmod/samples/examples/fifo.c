// SPDX-License-Identifier: GPL-2.0
/*
 * A scan whose hits are reported from any context, also by interrupt handlers,
 * and collected by the task that started it.  Called by main.c.
 */
#include <linux/kernel.h>
#include <linux/kpool_fifo.h>
#include <linux/slab.h>

#include "examples.h"

struct hit {
	unsigned int place;
};

static void forget_hit(void *elem, void *ctx)
{
	kfree(elem);
}

static struct kpool_fifos *scans_create(void)
{
	const struct kpool_fifos_args args = {
		.depth = 32,
		.drop = forget_hit,
	};

	return kpool_fifos_create("example-scans", &args);
}

/* Called in any context, until the scan is closed. */
static int report_hit(struct kpool_fifo *scan, unsigned int place)
{
	struct hit *hit = kmalloc(sizeof(*hit), GFP_ATOMIC);
	int err;

	if (!hit)
		return -ENOMEM;
	hit->place = place;
	err = kpool_fifo_send(scan, hit);
	/* Full or closed: we still own the hit. */
	if (err)
		kfree(hit);
	return err;
}

/* Return the first hit's place, or an error.  The others are not needed. */
static int first_hit(struct kpool_fifos *scans)
{
	struct kpool_fifo *scan = kpool_fifos_get(scans, GFP_KERNEL);
	int place = -ENOENT;
	struct hit *hit;

	if (!scan)
		return -ENOMEM;
	/* In a driver, an interrupt handler would do this. */
	report_hit(scan, 17);
	report_hit(scan, 4);

	hit = kpool_fifo_receive(scan);
	if (hit) {
		place = hit->place;
		kfree(hit);
	}
	/* The second hit goes to forget_hit(). */
	kpool_fifos_put(scans, scan);
	return place;
}

int example_fifo(void)
{
	struct kpool_fifos *scans = scans_create();
	int place;

	if (IS_ERR(scans))
		return PTR_ERR(scans);
	place = first_hit(scans);
	kpool_fifos_destroy(scans);
	if (place < 0)
		return place;
	return place == 17 ? 0 : -EIO;
}

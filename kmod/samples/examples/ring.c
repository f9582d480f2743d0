// SPDX-License-Identifier: GPL-2.0
/*
 * A driver whose interrupt handler takes readings, which a task reads later.
 */
#include <linux/kpool_ring.h>
#include <linux/llist.h>
#include <linux/timekeeping.h>

#include "examples.h"

struct reading {
	struct llist_node node;
	u64 when;
	u32 value;
};

struct sensor {
	struct kpool_ring *readings;
	struct llist_head taken;
	unsigned int lost;
};

/* Called from an interrupt, or an NMI. */
static void sensor_take(struct sensor *sensor, u32 value)
{
	struct reading *reading = kpool_ring_get(sensor->readings);

	/* The reader is too slow: drop this reading, never overwrite one. */
	if (!reading) {
		sensor->lost++;
		return;
	}
	reading->when = ktime_get_mono_fast_ns();
	reading->value = value;
	llist_add(&reading->node, &sensor->taken);
}

/* Called from process context. */
static unsigned int sensor_read(struct sensor *sensor)
{
	struct reading *reading, *next;
	unsigned int n = 0;

	llist_for_each_entry_safe(reading, next, llist_del_all(&sensor->taken),
				  node) {
		pr_debug("%llu: %u\n", reading->when, reading->value);
		kpool_ring_put(sensor->readings, reading);
		n++;
	}
	return n;
}

int example_ring(void)
{
	struct sensor sensor = { };
	unsigned int i, n;

	init_llist_head(&sensor.taken);
	sensor.readings = kpool_ring_create("example-readings", 64,
					    sizeof(struct reading), NULL);
	if (IS_ERR(sensor.readings))
		return PTR_ERR(sensor.readings);
	for (i = 0; i < 100; i++)
		sensor_take(&sensor, i);
	n = sensor_read(&sensor);
	kpool_ring_destroy(sensor.readings);
	return n == 64 && sensor.lost == 36 ? 0 : -EIO;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A device whose faults are noticed in its interrupt handler and handled in
 * process context.  Called by main.c.
 */
#include <linux/kernel.h>
#include <linux/kpool_work.h>
#include <linux/mutex.h>

#include "examples.h"

struct fault_device {
	struct kpool_works *works;
	struct mutex lock;		/* protects handled */
	unsigned int handled;
};

struct fault {
	struct fault_device *device;
	u32 status;
};

/* Runs on the workqueue, with a copy of the fault. */
static int handle_fault(void *data, size_t len)
{
	struct fault *fault = data;
	struct fault_device *device = fault->device;

	mutex_lock(&device->lock);
	device->handled++;
	mutex_unlock(&device->lock);
	return fault->status & 0xff;
}

/* Called in the interrupt handler: each fault keeps its own status. */
static int notice_fault(struct fault_device *device, u32 status)
{
	struct fault fault = { .device = device, .status = status };

	return kpool_works_submit(device->works, handle_fault, &fault,
				  sizeof(fault), GFP_ATOMIC);
}

/* The same in process context, which can wait for the result. */
static int provoke_fault(struct fault_device *device, u32 status)
{
	struct fault fault = { .device = device, .status = status };

	return kpool_works_submit_wait(device->works, handle_fault, &fault,
				       sizeof(fault), GFP_KERNEL);
}

static int fault_device_start(struct fault_device *device)
{
	/* Sixteen faults can be noticed even if there is no memory. */
	const struct kpool_works_args args = { .pool.reserve = 16 };

	mutex_init(&device->lock);
	device->handled = 0;
	device->works = kpool_works_create("example-faults", NULL,
					   sizeof(struct fault), &args);
	return PTR_ERR_OR_ZERO(device->works);
}

static void fault_device_stop(struct fault_device *device)
{
	/* The interrupt is off; this waits until noticed faults are handled. */
	kpool_works_destroy(device->works);
}

int example_work(void)
{
	struct fault_device device;
	int err, status;

	err = fault_device_start(&device);
	if (err)
		return err;
	err = notice_fault(&device, 0x101);
	status = provoke_fault(&device, 0x102);
	fault_device_stop(&device);
	if (err)
		return err;
	return status == 2 && device.handled == 2 ? 0 : -EIO;
}

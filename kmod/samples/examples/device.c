// SPDX-License-Identifier: GPL-2.0
/*
 * A device-managed pool: the driver creates it for its device, and the pool is
 * destroyed when the device is unbound from the driver.
 */
#include <linux/kpool.h>
#include <linux/platform_device.h>

#include "examples.h"

struct request {
	u32 command;
	u32 length;
};

static int request_probe(struct platform_device *pdev)
{
	static const struct kpool_args args = { .reserve = 2 };
	struct kpool *requests;

	requests = devm_kpool_create(&pdev->dev, "example_requests",
				     sizeof(struct request), &args);
	if (IS_ERR(requests))
		return PTR_ERR(requests);
	platform_set_drvdata(pdev, requests);
	return 0;
}

static struct platform_driver request_driver = {
	.probe = request_probe,
	.driver = { .name = "example_requests" },
};

/* Use the pool of @pdev, as an operation of the driver would. */
static int submit(struct platform_device *pdev)
{
	struct kpool *requests = platform_get_drvdata(pdev);
	struct request *request;

	if (!requests)
		return -ENODEV;
	request = kpool_get(requests, GFP_KERNEL);
	if (!request)
		return -ENOMEM;
	request->command = 1;
	kpool_put(requests, request);
	return 0;
}

int example_device(void)
{
	struct platform_device *pdev;
	int err;

	err = platform_driver_register(&request_driver);
	if (err)
		return err;
	pdev = platform_device_register_simple(request_driver.driver.name,
					       PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(pdev)) {
		err = PTR_ERR(pdev);
	} else {
		err = submit(pdev);
		platform_device_unregister(pdev);
	}
	platform_driver_unregister(&request_driver);
	return err;
}

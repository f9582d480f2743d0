// SPDX-License-Identifier: GPL-2.0
/*
 * Loads and unloads kernel modules with the system calls themselves, so that
 * tests see the errno that the kernel returns.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"
#include "kpool_selftest.h"

int module_load(const char *name)
{
	const char *directory = getenv("KPOOL_MODULES");
	char path[PATH_MAX];
	int fd, ret = 0;

	snprintf(path, sizeof(path), "%s/%s.ko",
		 directory ? directory : "/kpool", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, "", 0))
		ret = -errno;
	close(fd);
	return ret;
}

/* Does not wait for users of the module: returns -EWOULDBLOCK if it has any. */
int module_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

bool module_is_loaded(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	return !access(path, F_OK);
}

/*
 * Loads kpool, kpool_bench and kpool_test unless they are loaded. The trim is
 * turned off, so that idle objects change only when a test makes them change.
 */
int modules_load(void)
{
	int ret = module_load("kpool");

	if (ret && ret != -EEXIST)
		return ret;
	ret = file_write("/sys/module/kpool/parameters/trim_interval", "0");
	if (ret)
		return ret;
	ret = module_load("kpool_bench");
	if (ret && ret != -EEXIST)
		return ret;
	ret = module_load("kpool_test");
	return ret == -EEXIST ? 0 : ret;
}

/* Unloads all modules of kpool that are loaded. */
int modules_unload(void)
{
	static const char *const names[] = {
		"kpool_sample", "kpool_sample_parser", "kpool_sample_state",
		"kpool_sample_table", "kpool_examples",
		"kpool_kunit", "kpool_bench", "kpool_test", "kpool",
	};
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		ret = module_unload(names[i]);
		if (ret && ret != -ENOENT)
			return ret;
	}
	return 0;
}

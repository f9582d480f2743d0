// SPDX-License-Identifier: GPL-2.0
/*
 * Whole files, read and written at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kpool_selftest.h"

/* All of a file; *@text is the caller's to free. */
int file_read(const char *path, char **text)
{
	size_t size = 1 << 20, used = 0;
	int fd, ret = 0;
	ssize_t got;

	*text = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*text = malloc(size);
	if (!*text)
		ret = -ENOMEM;
	while (!ret) {
		got = read(fd, *text + used, size - 1 - used);
		if (got < 0)
			ret = -errno;
		if (got <= 0)
			break;
		used += got;
	}
	if (*text)
		(*text)[used] = '\0';
	close(fd);
	return ret;
}

/* One write, so that the error is the one that the kernel has for this text. */
int file_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

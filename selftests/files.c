// SPDX-License-Identifier: GPL-2.0
/*
 * Reads and writes whole files at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kpool_selftest.h"

/* Reads all of a file; the caller must free *@text. */
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

/*
 * Uses a single write(), so that the errno returned is the one for this text.
 */
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

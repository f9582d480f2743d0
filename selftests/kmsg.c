// SPDX-License-Identifier: GPL-2.0
/* Reads messages from the kernel log; see kpool_selftest.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kpool_selftest.h"

/* Opens the log to read messages from now on; the caller closes it. */
int kmsg_open(void)
{
	int kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (kmsg < 0)
		return -errno;
	if (lseek(kmsg, 0, SEEK_END) >= 0)
		return kmsg;
	close(kmsg);
	return -EIO;
}

/*
 * Returns the next message that begins with @start, which the caller frees, or
 * NULL if there is none yet.
 */
char *kmsg_next(int kmsg, const char *start)
{
	char record[8192], *text;
	ssize_t got;

	for (;;) {
		got = read(kmsg, record, sizeof(record) - 1);
		if (got < 0 && errno == EPIPE)
			continue;	/* some messages were overwritten */
		if (got <= 0)
			return NULL;
		record[got] = '\0';
		text = strchr(record, ';');
		if (text && !strncmp(text + 1, start, strlen(start)))
			return strdup(text + 1);
	}
}

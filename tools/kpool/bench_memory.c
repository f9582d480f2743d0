// SPDX-License-Identifier: GPL-2.0
/*
 * Exact figures of free memory. Each CPU counts its own allocations and adds
 * them to the total now and then; /proc/sys/vm/stat_refresh makes all CPUs do
 * so at once. Each CPU also keeps some free pages on a list, which are not
 * counted as free.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bench_memory.h"

bool memory_parse_zoneinfo(FILE *zoneinfo, unsigned long long *pages)
{
	unsigned long long number;
	bool found = false;
	char line[256];

	*pages = 0;
	while (fgets(line, sizeof(line), zoneinfo)) {
		if (sscanf(line, " nr_free_pages %llu", &number) == 1) {
			*pages += number;
			found = true;
		} else if (sscanf(line, " count: %llu", &number) == 1) {
			*pages += number;
		}
	}
	return found;
}

static void refresh_counters(void)
{
	int fd = open("/proc/sys/vm/stat_refresh", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	/* Without the refresh the result is less exact, but not wrong. */
	if (write(fd, "1", 1) < 0)
		errno = 0;
	close(fd);
}

bool memory_free(unsigned long long *bytes)
{
	unsigned long long pages;
	FILE *zoneinfo;
	bool found;

	refresh_counters();
	zoneinfo = fopen("/proc/zoneinfo", "re");
	if (!zoneinfo)
		return false;
	found = memory_parse_zoneinfo(zoneinfo, &pages);
	fclose(zoneinfo);
	if (!found) {
		errno = ENODATA;
		return false;
	}
	*bytes = pages * sysconf(_SC_PAGESIZE);
	return true;
}

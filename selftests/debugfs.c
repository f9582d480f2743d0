// SPDX-License-Identifier: GPL-2.0
/*
 * Reads /sys/kernel/debug/kpool, and mounts debugfs if necessary.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kpool_selftest.h"

static void __attribute__((constructor)) debugfs_mount(void)
{
	/*
	 * EBUSY if it is mounted already; on any other error the test finds no
	 * files and fails.
	 */
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
}

/* Returns -EBADMSG if a line is not of the form "name value". */
int pool_stats_parse(const char *text, struct pool_stats *stats)
{
	stats->nr = 0;
	while (*text) {
		int i = stats->nr, end = 0, words;

		if (i == POOL_STATS_MAX)
			return -EBADMSG;
		words = sscanf(text, "%31[a-z_] %llu%n", stats->names[i],
			       &stats->values[i], &end);
		if (words != 2 || text[end] != '\n')
			return -EBADMSG;
		text += end + 1;
		stats->nr++;
	}
	return 0;
}

int pool_stats_read(const char *pool, struct pool_stats *stats)
{
	char path[PATH_MAX], *text;
	int ret;

	stats->nr = 0;
	pool_file(path, sizeof(path), pool, "stats");
	ret = file_read(path, &text);
	if (!ret)
		ret = pool_stats_parse(text, stats);
	free(text);
	return ret;
}

/* A name that is missing reads as a number that no test expects. */
__u64 pool_stat(const struct pool_stats *stats, const char *name)
{
	int i;

	for (i = 0; i < stats->nr; i++)
		if (!strcmp(stats->names[i], name))
			return stats->values[i];
	return ~0ULL;
}

__u64 pool_stat_now(const char *pool, const char *name)
{
	struct pool_stats stats;

	pool_stats_read(pool, &stats);
	return pool_stat(&stats, name);
}

int pool_file(char *path, size_t size, const char *pool, const char *file)
{
	return snprintf(path, size, "%s/%s/%s", KPOOL_DEBUGFS, pool, file);
}

int pool_write(const char *pool, const char *file, const char *text)
{
	char path[PATH_MAX];

	pool_file(path, sizeof(path), pool, file);
	return file_write(path, text);
}

bool pool_exists(const char *pool)
{
	char path[PATH_MAX];

	pool_file(path, sizeof(path), pool, "");
	return !access(path, F_OK);
}

/*
 * Returns the number of lines in "pools" after its header, or a negative errno.
 */
int pools_count(void)
{
	int ret, lines = 0;
	char *text, *c;

	ret = file_read(KPOOL_DEBUGFS "/pools", &text);
	if (!ret) {
		for (c = text; *c; c++)
			lines += *c == '\n';
		ret = lines - 1;
	}
	free(text);
	return ret;
}

struct cycle_wait {
	const char *pool;
	__u64 cycles;
};

static bool has_cycled(void *data)
{
	struct cycle_wait *wait = data;

	return pool_stat_now(wait->pool, "gc_cycles") > wait->cycles;
}

/* Runs all shrinkers, and waits for the cycle that follows. */
int pool_drop_caches(const char *pool)
{
	struct cycle_wait wait = {
		.pool = pool,
		.cycles = pool_stat_now(pool, "gc_cycles"),
	};
	int ret = file_write(DROP_CACHES, "2");

	if (ret)
		return ret;
	return wait_until(has_cycled, &wait) ? 0 : -ETIMEDOUT;
}

/* Objects not used between the two calls are freed by then, or about to be. */
int pool_drop_caches_twice(const char *pool)
{
	int ret = pool_drop_caches(pool);

	return ret ? ret : pool_drop_caches(pool);
}

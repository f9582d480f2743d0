// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/kpool: its text can be parsed and its numbers add up,
 * writing works, and only root has access.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"
#include "kpool_selftest.h"

#define POOL		"test0"
#define OBJECTS		300
#define RESERVE		4

#define COLUMNS_MAX	16

/*
 * A pool in which events of every kind have happened, and which is now quiet.
 */
FIXTURE(debugfs) {
	int fd;
	__u32 handles[OBJECTS];
	struct pool_stats stats;
	char *text;
};

FIXTURE_SETUP(debugfs)
{
	__u32 *handles = self->handles;

	ASSERT_EQ(0, modules_load());
	ASSERT_EQ(0, pools_count());
	self->fd = objects_open();
	ASSERT_LE(0, self->fd);
	/*
	 * @max is the number of objects got at once, so the get takes the
	 * reserve too.
	 */
	ASSERT_EQ(0, objects_pool(self->fd, 256, RESERVE, OBJECTS));

	ASSERT_EQ(0, cpu_pin(0));
	ASSERT_EQ(0, objects_get_many(self->fd, handles, OBJECTS));
	ASSERT_EQ(0, objects_put_many(self->fd, handles, 200));
	ASSERT_EQ(0, cpu_pin(1));
	ASSERT_EQ(0, objects_get_many(self->fd, handles, 150));
	ASSERT_EQ(0, objects_put_many(self->fd, handles, 90));
	ASSERT_EQ(0, pool_write(POOL, "gc", "1"));
	ASSERT_EQ(0, objects_get_many(self->fd, handles, 10));
	ASSERT_EQ(0, objects_put_many(self->fd, handles, 10));
}

FIXTURE_TEARDOWN(debugfs)
{
	free(self->text);
	close(self->fd);
}

/* The contents of each file */

static const char *const stat_names[] = {
	"gets", "hits", "misses", "build_failures", "puts", "kept", "rejected",
	"overflowed", "discarded", "built", "destroyed", "steals", "depot_gets",
	"depot_puts", "victim_gets", "reserve_gets", "gc_cycles", "gc_freed",
	"in_use", "idle", "idle_cpu", "idle_depot", "idle_victim",
	"idle_reserve", "object_size", "hit_rate_permille",
};

/* The counters among these, which only ever grow: all but the last eight. */
#define STAT_COUNTERS	(ARRAY_SIZE(stat_names) - 8)

TEST_F(debugfs, stats_has_each_name_once)
{
	size_t i;
	int j;

	ASSERT_EQ(0, pool_stats_read(POOL, &self->stats));
	EXPECT_EQ(ARRAY_SIZE(stat_names), self->stats.nr);
	for (i = 0; i < ARRAY_SIZE(stat_names); i++) {
		int found = 0;

		for (j = 0; j < self->stats.nr; j++)
			found += !strcmp(stat_names[i], self->stats.names[j]);
		EXPECT_EQ(1, found) {
			TH_LOG("%s occurs %d times", stat_names[i], found);
		}
	}
}

TEST_F(debugfs, stats_has_no_name_twice)
{
	int i, j;

	ASSERT_EQ(0, pool_stats_read(POOL, &self->stats));
	for (i = 0; i < self->stats.nr; i++)
		for (j = 0; j < i; j++) {
			EXPECT_STRNE(self->stats.names[i],
				     self->stats.names[j]);
		}
}

struct column {
	size_t start;
	size_t end;
};

/* Sets the columns of a line's words, and returns their number. */
static int find_columns(const char *line, struct column *columns)
{
	int nr = 0;
	size_t i = 0;

	while (nr < COLUMNS_MAX) {
		while (line[i] == ' ')
			i++;
		if (line[i] == '\n' || !line[i])
			break;
		columns[nr].start = i;
		while (line[i] != ' ' && line[i] != '\n' && line[i])
			i++;
		columns[nr++].end = i;
	}
	return nr;
}

/* Is each word below the header's, aligned left or right? */
static bool is_aligned(const char *header, const char *line)
{
	struct column above[COLUMNS_MAX], below[COLUMNS_MAX];
	int i, nr = find_columns(header, above);

	if (find_columns(line, below) != nr)
		return false;
	for (i = 0; i < nr; i++)
		if (below[i].start != above[i].start &&
		    below[i].end != above[i].end)
			return false;
	return true;
}

/* Returns the number of lines after the header, or -1 if one is not aligned. */
static int count_aligned(const char *text)
{
	const char *line = text;
	int nr = 0;

	for (;;) {
		line = strchr(line, '\n');
		if (!line)
			return -1;	/* the last line has no newline */
		if (!*++line)
			return nr;
		if (!is_aligned(text, line))
			return -1;
		nr++;
	}
}

TEST_F(debugfs, pools_is_a_table)
{
	int other = objects_open();

	ASSERT_LE(0, other);
	ASSERT_EQ(0, objects_pool(other, 1 << 20, 1, 1));
	ASSERT_EQ(0, file_read(KPOOL_DEBUGFS "/pools", &self->text));
	EXPECT_EQ(2, count_aligned(self->text)) {
		TH_LOG("the columns do not line up:\n%s", self->text);
	}
	close(other);
}

/*
 * The number in @row below the word @name of the header, or all ones if
 * missing.
 */
static __u64 number_below(const char *header, const char *name, const char *row)
{
	struct column above[COLUMNS_MAX], below[COLUMNS_MAX];
	int i, nr = find_columns(header, above);

	if (find_columns(row, below) != nr)
		return ~0ULL;
	for (i = 0; i < nr; i++) {
		size_t length = above[i].end - above[i].start;

		if (length == strlen(name) &&
		    !memcmp(header + above[i].start, name, length))
			return strtoull(row + below[i].start, NULL, 10);
	}
	return ~0ULL;
}

static const char *find_row(const char *text, const char *pool)
{
	size_t length = strlen(pool);

	while ((text = strchr(text, '\n')) && *++text)
		if (!strncmp(text, pool, length) && text[length] == ' ')
			return text;
	return NULL;
}

TEST_F(debugfs, pools_agrees_with_stats)
{
	static const struct {
		const char *column;
		const char *stat;
	} pairs[] = {
		{ "size", "object_size" }, { "in_use", "in_use" },
		{ "idle", "idle" }, { "gets", "gets" }, { "misses", "misses" },
	};
	const char *row;
	size_t i;

	ASSERT_EQ(0, file_read(KPOOL_DEBUGFS "/pools", &self->text));
	ASSERT_EQ(0, pool_stats_read(POOL, &self->stats));
	row = find_row(self->text, POOL);
	ASSERT_NE(NULL, row);
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		__u64 shown = number_below(self->text, pairs[i].column, row);

		EXPECT_EQ(pool_stat(&self->stats, pairs[i].stat), shown) {
			TH_LOG("column %s:\n%s", pairs[i].column, self->text);
		}
	}
}

/* The hit rate is the last column, with one digit after the decimal point. */
TEST_F(debugfs, pools_shows_the_hit_rate)
{
	struct column columns[COLUMNS_MAX];
	char expected[32];
	const char *row;
	__u64 permille;
	int nr;

	ASSERT_EQ(0, file_read(KPOOL_DEBUGFS "/pools", &self->text));
	permille = pool_stat_now(POOL, "hit_rate_permille");
	snprintf(expected, sizeof(expected), "%llu.%llu\n", permille / 10,
		 permille % 10);
	row = find_row(self->text, POOL);
	ASSERT_NE(NULL, row);
	nr = find_columns(row, columns);
	ASSERT_LT(0, nr);
	EXPECT_EQ(0, strncmp(row + columns[nr - 1].start, expected,
			     strlen(expected))) {
		TH_LOG("expected %sin\n%s", expected, self->text);
	}
}

static int read_cpus(char **text)
{
	char path[PATH_MAX];

	pool_file(path, sizeof(path), POOL, "cpus");
	return file_read(path, text);
}

TEST_F(debugfs, cpus_is_a_table)
{
	ASSERT_EQ(0, read_cpus(&self->text));
	EXPECT_LE(cpus_online(), count_aligned(self->text)) {
		TH_LOG("columns do not line up, or a CPU is missing:\n%s",
		       self->text);
	}
}

/* Sums */

#define STAT(name)	pool_stat(&self->stats, name)

TEST_F(debugfs, fixture_is_what_tests_expect)
{
	ASSERT_EQ(0, pool_stats_read(POOL, &self->stats));
	EXPECT_EQ(460, STAT("gets"));
	EXPECT_EQ(300, STAT("puts"));
	EXPECT_EQ(160, STAT("in_use"));
	EXPECT_EQ(256, STAT("object_size"));
	EXPECT_EQ(RESERVE, STAT("idle_reserve"));
	EXPECT_EQ(1, STAT("gc_cycles"));
	EXPECT_LT(0, STAT("hits"));
	EXPECT_LT(0, STAT("misses"));
	EXPECT_LT(0, STAT("victim_gets"));
	EXPECT_EQ(RESERVE, STAT("reserve_gets"));
}

TEST_F(debugfs, gets_are_hits_and_news)
{
	ASSERT_EQ(0, pool_stats_read(POOL, &self->stats));
	EXPECT_EQ(STAT("gets"), STAT("hits") + STAT("misses"));
}

TEST_F(debugfs, puts_are_kept_rejected_or_overflowed)
{
	ASSERT_EQ(0, pool_stats_read(POOL, &self->stats));
	EXPECT_EQ(STAT("puts"), STAT("kept") + STAT("rejected") +
		  STAT("overflowed"));
}

TEST_F(debugfs, what_was_built_is_in_use_or_idle)
{
	ASSERT_EQ(0, pool_stats_read(POOL, &self->stats));
	EXPECT_EQ(STAT("built") - STAT("destroyed"),
		  STAT("in_use") + STAT("idle"));
}

TEST_F(debugfs, idle_is_the_sum_of_its_parts)
{
	ASSERT_EQ(0, pool_stats_read(POOL, &self->stats));
	EXPECT_EQ(STAT("idle"), STAT("idle_cpu") + STAT("idle_depot") +
		  STAT("idle_victim") + STAT("idle_reserve"));
}

TEST_F(debugfs, hit_rate)
{
	ASSERT_EQ(0, pool_stats_read(POOL, &self->stats));
	EXPECT_EQ(STAT("hits") * 1000 / STAT("gets"),
		  STAT("hit_rate_permille"));
}

TEST_F(debugfs, cpus_sum_up_to_stats)
{
	static const struct {
		const char *column;
		const char *stat;
	} pairs[] = {
		{ "gets", "gets" }, { "hits", "hits" }, { "puts", "puts" },
		{ "steals", "steals" }, { "cached", "idle_cpu" },
	};
	const char *row;
	size_t i;

	ASSERT_EQ(0, read_cpus(&self->text));
	ASSERT_EQ(0, pool_stats_read(POOL, &self->stats));
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		__u64 sum = 0;

		row = self->text;
		while ((row = strchr(row, '\n')) && *++row)
			sum += number_below(self->text, pairs[i].column, row);
		EXPECT_EQ(STAT(pairs[i].stat), sum) {
			TH_LOG("column %s:\n%s", pairs[i].column, self->text);
		}
	}
}

/* Writes */

TEST_F(debugfs, one_cycle_makes_victims)
{
	__u64 cycles, idle;

	/* Leave nothing idle but the reserve, which never becomes a victim. */
	ASSERT_EQ(0, pool_write(POOL, "drain", "1"));
	ASSERT_EQ(0, objects_put_many(self->fd, self->handles + 250, 50));
	cycles = pool_stat_now(POOL, "gc_cycles");
	idle = pool_stat_now(POOL, "idle");
	ASSERT_EQ(RESERVE + 50, idle);

	ASSERT_EQ(0, pool_write(POOL, "gc", "1"));
	EXPECT_EQ(cycles + 1, pool_stat_now(POOL, "gc_cycles"));
	EXPECT_EQ(idle, pool_stat_now(POOL, "idle"));
	EXPECT_EQ(50, pool_stat_now(POOL, "idle_victim"));
}

TEST_F(debugfs, two_cycles_leave_the_reserve)
{
	ASSERT_EQ(0, pool_write(POOL, "gc", "1"));
	ASSERT_EQ(0, pool_write(POOL, "gc", "1\n"));
	EXPECT_EQ(RESERVE, pool_stat_now(POOL, "idle"));
	EXPECT_EQ(RESERVE, pool_stat_now(POOL, "idle_reserve"));
	EXPECT_EQ(160, pool_stat_now(POOL, "in_use"));
}

TEST_F(debugfs, drain_leaves_the_reserve)
{
	ASSERT_LT(RESERVE, pool_stat_now(POOL, "idle"));
	ASSERT_EQ(0, pool_write(POOL, "drain", "1"));
	EXPECT_EQ(RESERVE, pool_stat_now(POOL, "idle"));
	EXPECT_EQ(160, pool_stat_now(POOL, "in_use"));
}

TEST_F(debugfs, gc_of_one_pool_spares_others)
{
	int other = objects_open();

	ASSERT_LE(0, other);
	ASSERT_EQ(0, objects_pool(other, 64, 0, 0));
	ASSERT_EQ(0, pool_write(POOL, "gc", "1"));
	EXPECT_EQ(0, pool_stat_now("test1", "gc_cycles"));
	close(other);
}

TEST_F(debugfs, gc_of_all_pools)
{
	int other = objects_open();
	__u32 handle;

	ASSERT_LE(0, other);
	ASSERT_EQ(0, objects_pool(other, 64, 0, 0));
	ASSERT_EQ(0, objects_get(other, &handle));
	ASSERT_EQ(0, objects_put(other, handle));
	ASSERT_EQ(0, file_write(KPOOL_DEBUGFS "/gc", "1"));
	EXPECT_EQ(1, pool_stat_now("test1", "idle_victim"));
	ASSERT_EQ(0, file_write(KPOOL_DEBUGFS "/gc", "1"));
	EXPECT_EQ(0, pool_stat_now("test1", "idle"));
	EXPECT_EQ(RESERVE, pool_stat_now(POOL, "idle"));
	close(other);
}

TEST_F(debugfs, other_text_refused)
{
	static const char *const texts[] = {
		"", "\n", "0", "2", "-1", "11", "1x", "1 1", "yes", "0x", ".",
		"18446744073709551615",
	};
	static const char *const files[] = {
		KPOOL_DEBUGFS "/gc", KPOOL_DEBUGFS "/" POOL "/gc",
		KPOOL_DEBUGFS "/" POOL "/drain",
	};
	__u64 cycles = pool_stat_now(POOL, "gc_cycles");
	__u64 idle = pool_stat_now(POOL, "idle");
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		for (j = 0; j < ARRAY_SIZE(texts); j++) {
			EXPECT_EQ(-EINVAL, file_write(files[i], texts[j])) {
				TH_LOG("\"%s\" to %s", texts[j], files[i]);
			}
		}
	EXPECT_EQ(cycles, pool_stat_now(POOL, "gc_cycles"));
	EXPECT_EQ(idle, pool_stat_now(POOL, "idle"));
}

/* Access is for root only */

static const struct {
	const char *path;
	mode_t mode;
} files[] = {
	{ "pools", 0400 },
	{ "gc", 0200 },
	{ POOL "/stats", 0400 },
	{ POOL "/cpus", 0400 },
	{ POOL "/gc", 0200 },
	{ POOL "/drain", 0200 },
};

TEST_F(debugfs, modes)
{
	struct stat stat;
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), KPOOL_DEBUGFS "/%s",
			 files[i].path);
		ASSERT_EQ(0, lstat(path, &stat)) {
			TH_LOG("%s", path);
		}
		EXPECT_EQ(S_IFREG | files[i].mode, stat.st_mode) {
			TH_LOG("%s has mode %o", path, stat.st_mode);
		}
		EXPECT_EQ(0, stat.st_uid);
	}
}

/*
 * Returns the number of names in a directory that are not hidden, or an errno.
 */
static int count_names(const char *path)
{
	struct dirent *entry;
	DIR *directory = opendir(path);
	int nr = 0;

	if (!directory)
		return -errno;
	while ((entry = readdir(directory)))
		nr += entry->d_name[0] != '.';
	closedir(directory);
	return nr;
}

/* Ensures that the tests of modes and writes above cover every file. */
TEST_F(debugfs, no_other_files)
{
	EXPECT_EQ(3, count_names(KPOOL_DEBUGFS));
	EXPECT_EQ(4, count_names(KPOOL_DEBUGFS "/" POOL));
}

/* A user who got into the directory still may not open any file in it. */
TEST_F(debugfs, others_may_not_open)
{
	int directory = open(KPOOL_DEBUGFS, O_PATH | O_DIRECTORY);
	size_t i;

	ASSERT_LE(0, directory);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		pid_t child = fork();
		int status;

		ASSERT_LE(0, child);
		if (!child) {
			if (setuid(65534))
				_exit(0);
			openat(directory, files[i].path,
			       files[i].mode & 0400 ? O_RDONLY : O_WRONLY);
			_exit(errno);
		}
		ASSERT_EQ(child, waitpid(child, &status, 0));
		EXPECT_EQ(EACCES, WEXITSTATUS(status)) {
			TH_LOG("%s", files[i].path);
		}
	}
}

/* Files that outlive their pool */

TEST_F(debugfs, reading_a_pool_that_is_gone)
{
	int fd = open(KPOOL_DEBUGFS "/" POOL "/stats", O_RDONLY);
	char byte;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, close(self->fd));
	self->fd = -1;
	EXPECT_EQ(-1, read(fd, &byte, 1));
	EXPECT_EQ(EIO, errno);
	close(fd);
}

TEST_F(debugfs, writing_to_a_pool_that_is_gone)
{
	int fd = open(KPOOL_DEBUGFS "/" POOL "/drain", O_WRONLY);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, close(self->fd));
	self->fd = -1;
	EXPECT_EQ(-1, write(fd, "1", 1));
	EXPECT_EQ(EIO, errno);
	close(fd);
}

/* While a benchmark runs */

#define SAMPLES	300

FIXTURE(busy) {
	struct bench_thread thread;
	const char *pool;
};

FIXTURE_SETUP(busy)
{
	int cpus = cpus_online();

	ASSERT_EQ(0, modules_load());
	self->thread.fd = bench_open();
	ASSERT_LE(0, self->thread.fd);
	self->thread.request = bench_long_request(cpus);
	self->pool = cpus > 1 ? "bench0-parallel" : "bench0-pair";
	ASSERT_EQ(0, bench_start(&self->thread));
	ASSERT_TRUE(bench_wait_running(self->thread.fd));
}

FIXTURE_TEARDOWN(busy)
{
	close(self->thread.fd);
	EXPECT_EQ(-EINTR, bench_join(&self->thread));
}

TEST_F(busy, counters_never_go_backwards)
{
	struct pool_stats stats[2];
	size_t sample, i;

	ASSERT_EQ(0, pool_stats_read(self->pool, &stats[0]));
	for (sample = 1; sample <= SAMPLES; sample++) {
		struct pool_stats *before = &stats[(sample - 1) % 2];
		struct pool_stats *now = &stats[sample % 2];

		/* Clearing moves counts from one place to another. */
		if (sample % 20 == 0) {
			ASSERT_EQ(0, pool_write(self->pool, sample % 40 ?
						"gc" : "drain", "1"));
		}
		ASSERT_EQ(0, pool_stats_read(self->pool, now));
		for (i = 0; i < STAT_COUNTERS; i++) {
			EXPECT_LE(pool_stat(before, stat_names[i]),
				  pool_stat(now, stat_names[i])) {
				TH_LOG("%s went backwards", stat_names[i]);
			}
		}
	}
}

TEST_F(busy, sums_hold_at_any_time)
{
	struct pool_stats stats;
	int sample;

	for (sample = 0; sample < SAMPLES; sample++) {
		ASSERT_EQ(0, pool_stats_read(self->pool, &stats));
		EXPECT_EQ(pool_stat(&stats, "idle"),
			  pool_stat(&stats, "idle_cpu") +
			  pool_stat(&stats, "idle_depot") +
			  pool_stat(&stats, "idle_victim") +
			  pool_stat(&stats, "idle_reserve"));
		EXPECT_GE(1000, pool_stat(&stats, "hit_rate_permille"));
		EXPECT_GE(pool_stat(&stats, "built"),
			  pool_stat(&stats, "in_use"));
	}
}

TEST_F(busy, tables_stay_tables)
{
	char path[PATH_MAX], *text;
	int sample;

	pool_file(path, sizeof(path), self->pool, "cpus");
	for (sample = 0; sample < SAMPLES; sample++) {
		ASSERT_EQ(0, file_read(path, &text));
		EXPECT_LE(1, count_aligned(text)) {
			TH_LOG("%s", text);
		}
		free(text);
		ASSERT_EQ(0, file_read(KPOOL_DEBUGFS "/pools", &text));
		EXPECT_EQ(1, count_aligned(text)) {
			TH_LOG("%s", text);
		}
		free(text);
	}
}

TEST_HARNESS_MAIN

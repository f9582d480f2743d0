/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The helpers that the selftests share: they load modules, read files, the
 * kernel log and a pool's debugfs files, drive the benchmark device, use a pool,
 * and wait for a condition.
 *
 * No helper asserts. A function that can fail returns 0 or a negative errno,
 * unless its comment says otherwise, and the test decides what a failure means.
 */
#ifndef _KPOOL_SELFTEST_H
#define _KPOOL_SELFTEST_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <linux/kpool_bench.h>
#include "../kmod/test/kpool_test.h"

#define KPOOL_DEBUGFS	"/sys/kernel/debug/kpool"
#define DROP_CACHES	"/proc/sys/vm/drop_caches"

/* modules.c: modules are loaded from $KPOOL_MODULES, or from /kpool */
int module_load(const char *name);
int module_unload(const char *name);
bool module_is_loaded(const char *name);
int modules_load(void);
int modules_unload(void);

/* files.c */
int file_read(const char *path, char **text);
int file_write(const char *path, const char *text);

/* kmsg.c */
int kmsg_open(void);
char *kmsg_next(int kmsg, const char *start);

/* debugfs.c */
#define POOL_STATS_MAX	64

/**
 * struct pool_stats - the contents of a pool's file "stats"
 * @nr: number of lines
 * @names: the first word of each line
 * @values: the number after it
 */
struct pool_stats {
	int nr;
	char names[POOL_STATS_MAX][32];
	__u64 values[POOL_STATS_MAX];
};

int pool_stats_parse(const char *text, struct pool_stats *stats);
int pool_stats_read(const char *pool, struct pool_stats *stats);
__u64 pool_stat(const struct pool_stats *stats, const char *name);
__u64 pool_stat_now(const char *pool, const char *name);
int pool_file(char *path, size_t size, const char *pool, const char *file);
int pool_write(const char *pool, const char *file, const char *text);
bool pool_exists(const char *pool);
int pools_count(void);
int pool_drop_caches(const char *pool);
int pool_drop_caches_twice(const char *pool);

/* bench.c */

/**
 * struct bench_thread - a benchmark run in a thread of its own
 * @fd: the device
 * @request: the run to do; afterwards, its results
 * @result: 0 or a negative errno, valid once the thread has been joined
 * @thread: the thread
 */
struct bench_thread {
	int fd;
	struct kpool_bench_run request;
	int result;
	pthread_t thread;
};

int bench_open(void);
int bench_call(int fd, unsigned long request, void *arg);
struct kpool_bench_run bench_request(unsigned int workload,
				     unsigned int backend);
struct kpool_bench_run bench_long_request(unsigned int cpus);
int bench_start(struct bench_thread *thread);
int bench_join(struct bench_thread *thread);
bool bench_wait_running(int fd);

/* objects.c */
int objects_open(void);
int objects_pool(int fd, __u64 object_size, __u32 reserve, __u32 max);
int objects_get(int fd, __u32 *handle);
int objects_put(int fd, __u32 handle);
int objects_get_many(int fd, __u32 *handles, int nr);
int objects_put_many(int fd, const __u32 *handles, int nr);

/* wait.c */
int cpus_online(void);
int cpu_pin(int index);
int cpu_stay(int cpu);
int cpu_set_online(int cpu, bool online);
bool wait_until(bool (*holds)(void *data), void *data);

#endif /* _KPOOL_SELFTEST_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/kpool: the contents and counters of pools, and files that
 * start a clearing cycle or a drain.
 *
 *	pools			one line for each pool
 *	gc			write 1: one clearing cycle over all pools
 *	<pool>/stats		its counters, "name value"
 *	<pool>/cpus		one line for each possible CPU
 *	<pool>/details		the output of the pool's show hook, if any
 *	<pool>/gc, drain	write 1: kpool_gc(), kpool_drain() of this pool
 *
 * Owns these files.  A pool's files are removed before the pool is destroyed,
 * and debugfs waits for their users then; the file "pools" takes references.
 * All files are for root only, and none shows a pointer.
 */
#include <kpool/show.h>
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "../core/internal.h"
#include "observe.h"

static struct dentry *kpool_debugfs;

static int kpool_stats_show(struct seq_file *file, void *unused)
{
	struct kpool_stats stats;

	kpool_read_stats(file->private, &stats);
	KPOOL_SHOW(file, &stats, KPOOL_STATS_MEMBERS);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(kpool_stats);

static int kpool_cpus_show(struct seq_file *file, void *unused)
{
	struct kpool_cpu_stats stats;
	int cpu;

	seq_printf(file, "%-4s %16s %16s %16s %10s %7s\n", "cpu", "gets",
		   "hits", "puts", "steals", "cached");
	for_each_possible_cpu(cpu) {
		kpool_read_cpu_stats(file->private, cpu, &stats);
		seq_printf(file, "%-4d %16llu %16llu %16llu %10llu %7llu\n",
			   cpu, stats.gets, stats.hits, stats.puts,
			   stats.steals, stats.cached);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(kpool_cpus);

static int kpool_details_show(struct seq_file *file, void *unused)
{
	struct kpool *pool = file->private;

	pool->ops.show(file, pool->ctx);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(kpool_details);

static int kpool_pools_show(struct seq_file *file, void *unused)
{
	struct kpool_stats stats;
	struct kpool *pool;

	seq_printf(file, "%-*s %10s %10s %10s %16s %16s %6s\n", KPOOL_NAME_MAX,
		   "pool", "size", "in_use", "idle", "gets", "misses", "hit%");
	for (pool = kpool_registry_next(NULL); pool;
	     pool = kpool_registry_next(pool)) {
		kpool_read_stats(pool, &stats);
		seq_printf(file,
			   "%-*s %10llu %10llu %10llu %16llu %16llu %4u.%u\n",
			   KPOOL_NAME_MAX, pool->name, stats.object_size,
			   stats.in_use, stats.idle, stats.gets, stats.misses,
			   (unsigned int)stats.hit_rate_permille / 10,
			   (unsigned int)stats.hit_rate_permille % 10);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(kpool_pools);

/* The files that can be written accept only the number 1. */
static int kpool_gc_write(void *data, u64 value)
{
	if (value != 1)
		return -EINVAL;
	kpool_gc(data);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(kpool_gc_fops, NULL, kpool_gc_write, "%llu\n");

static int kpool_drain_write(void *data, u64 value)
{
	if (value != 1)
		return -EINVAL;
	kpool_drain(data);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(kpool_drain_fops, NULL, kpool_drain_write, "%llu\n");

static int kpool_gc_all_write(void *data, u64 value)
{
	if (value != 1)
		return -EINVAL;
	kpool_gc_all();
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(kpool_gc_all_fops, NULL, kpool_gc_all_write,
			 "%llu\n");

/* A pool works without debugfs too, so errors are ignored. */
static void *kpool_debugfs_created(struct kpool *pool)
{
	struct dentry *dir = debugfs_create_dir(pool->name, kpool_debugfs);

	debugfs_create_file("stats", 0400, dir, pool, &kpool_stats_fops);
	debugfs_create_file("cpus", 0400, dir, pool, &kpool_cpus_fops);
	if (pool->ops.show)
		debugfs_create_file("details", 0400, dir, pool,
				    &kpool_details_fops);
	debugfs_create_file_unsafe("gc", 0200, dir, pool, &kpool_gc_fops);
	debugfs_create_file_unsafe("drain", 0200, dir, pool,
				   &kpool_drain_fops);
	return dir;
}

static void kpool_debugfs_destroyed(struct kpool *pool, void *dir)
{
	debugfs_remove(dir);
}

const struct kpool_observer kpool_debugfs_observer = {
	.created = kpool_debugfs_created,
	.destroyed = kpool_debugfs_destroyed,
};

void kpool_debugfs_init(void)
{
	kpool_debugfs = debugfs_create_dir("kpool", NULL);
	debugfs_create_file("pools", 0400, kpool_debugfs, NULL,
			    &kpool_pools_fops);
	debugfs_create_file_unsafe("gc", 0200, kpool_debugfs, NULL,
				   &kpool_gc_all_fops);
}

void kpool_debugfs_exit(void)
{
	debugfs_remove(kpool_debugfs);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * "kpool bench --stability": uses all kinds of pools in turn, again and again,
 * with the same pools. After each turn it records slab memory, free memory, and
 * the objects of all pools. A leak shows as a slope.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/kpool_bench.h>

#include "bench_json.h"
#include "bench_memory.h"
#include "bench_module.h"
#include "bench_report.h"
#include "bench_stability.h"

#define POOLS		"/sys/kernel/debug/kpool"
#define TURNS		100

/**
 * struct stable_kind - a workload that takes part
 * @workload: the workload
 * @share: how many operations a cheap workload does for one of this: the
 *	expensive ones would otherwise take most of the time
 */
static const struct stable_kind {
	unsigned int workload;
	unsigned int share;
} stable_kinds[] = {
	{ KPOOL_BENCH_PAIR, 1 },
	{ KPOOL_BENCH_OVERFLOW, 1 },
	{ KPOOL_BENCH_BURST, 1 },
	{ KPOOL_BENCH_RING, 1 },
	{ KPOOL_BENCH_DMA, 1 },
	{ KPOOL_BENCH_STATIC, 1 },
	{ KPOOL_BENCH_SIZED, 2 },
	{ KPOOL_BENCH_NESTED, 2 },
	{ KPOOL_BENCH_COMPOUND, 4 },
	{ KPOOL_BENCH_BUF, 8 },
	{ KPOOL_BENCH_FIFO, 8 },
	{ KPOOL_BENCH_WORK, 100 },
};

/* Roughly the operations of all kinds while a cheap one does one operation. */
#define CHEAP_KINDS	7

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/**
 * struct stability_sample - the machine after a number of operations
 * @ops: number of operations done
 * @slab: bytes in the slab allocator
 * @objects: objects of all pools, in use and idle
 * @free: free bytes
 */
struct stability_sample {
	unsigned long long ops;
	unsigned long long slab;
	unsigned long long objects;
	unsigned long long free;
};

/* Returns 0 if unknown. */
static unsigned long long slab_bytes(void)
{
	unsigned long long kib = 0;
	char line[128];
	FILE *file = fopen("/proc/meminfo", "re");

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Slab: %llu kB", &kib) == 1)
			break;
	fclose(file);
	return kib * 1024;
}

/*
 * Returns the objects of one pool from its debugfs file: built less destroyed.
 */
static unsigned long long pool_objects(const char *pool)
{
	unsigned long long built = 0, destroyed = 0;
	char line[128];
	FILE *file;

	snprintf(line, sizeof(line), POOLS "/%.64s/stats", pool);
	file = fopen(line, "re");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "built %llu", &built) != 1 &&
		    sscanf(line, "destroyed %llu", &destroyed) != 1)
			continue;
	}
	fclose(file);
	return built - destroyed;
}

static unsigned long long all_objects(void)
{
	unsigned long long sum = 0;
	DIR *pools = opendir(POOLS);
	struct dirent *entry;

	if (!pools)
		return 0;
	while ((entry = readdir(pools)))
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			sum += pool_objects(entry->d_name);
	closedir(pools);
	return sum;
}

static bool use_kind(int device, const struct stable_kind *kind,
		     unsigned long long ops, unsigned long long *done)
{
	struct kpool_bench_run run = {
		.workload = kind->workload,
		.backend = KPOOL_BENCH_KPOOL,
		.cpus = 1,
		.object_size = 256,
		.ops = ops / kind->share + 1,
		.flags = KPOOL_BENCH_F_KEEP | KPOOL_BENCH_F_AGAIN,
	};

	if (!ioctl(device, KPOOL_BENCH_RUN, &run)) {
		*done += run.ops_done;
		return true;
	}
	/* This kernel lacks the workload; use the others. */
	if (errno == EOPNOTSUPP)
		return true;
	warn("%s", bench_workload_name(kind->workload));
	return false;
}

static bool use_all(int device, unsigned long long ops,
		    unsigned long long *done, const atomic_bool *interrupted)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(stable_kinds); i++)
		if (*interrupted ||
		    !use_kind(device, &stable_kinds[i], ops, done))
			return false;
	return true;
}

static bool take_sample(struct stability_sample *sample,
			unsigned long long done, FILE *table)
{
	sample->ops = done;
	sample->objects = all_objects();
	sample->slab = slab_bytes();
	if (!memory_free(&sample->free) || !sample->slab || !sample->objects) {
		warnx("cannot see memory and pools: are /proc and debugfs mounted?");
		return false;
	}
	fprintf(table, "%12llu %12llu %12llu %12llu\n", sample->ops,
		sample->slab / 1024, sample->objects, sample->free / 1024);
	fflush(table);
	return true;
}

static struct json_object *json_sample(const struct stability_sample *sample)
{
	struct json_object *one = json_object_new_array();

	if (one && json_append(one, json_object_new_int64(sample->ops)) &&
	    json_append(one, json_object_new_int64(sample->slab)) &&
	    json_append(one, json_object_new_int64(sample->objects)) &&
	    json_append(one, json_object_new_int64(sample->free)))
		return one;
	json_object_put(one);
	return NULL;
}

static struct json_object *json_head(const struct bench_report_head *head)
{
	struct json_object *report = json_object_new_object();

	if (report && json_add_bool(report, "stability", true) &&
	    json_add_string(report, "kernel", head->kernel) &&
	    json_add(report, "samples", json_object_new_array()))
		return report;
	json_object_put(report);
	return NULL;
}

bool bench_stability(const struct bench_report_head *head, int device,
		     unsigned long long ops, FILE *table,
		     struct bench_json *json, const atomic_bool *interrupted)
{
	unsigned long long each = ops / TURNS / CHEAP_KINDS + 1;
	struct stability_sample sample;
	unsigned long long done = 0;

	if (!bench_json_begin(json, json_head(head), "samples"))
		return false;
	fprintf(table, "%12s %12s %12s %12s\n", "operations", "KiB slab",
		"objects", "KiB free");
	while (done < ops) {
		if (!use_all(device, each, &done, interrupted) ||
		    !take_sample(&sample, done, table) ||
		    !bench_json_add(json, json_sample(&sample)))
			return false;
	}
	return true;
}

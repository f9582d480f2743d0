// SPDX-License-Identifier: GPL-2.0
/* Puts the answers of a row's rounds together. */
#include <string.h>

#include "bench_row.h"

static void insert_cost(struct bench_row *row, __u64 cost)
{
	unsigned int i;

	for (i = row->rounds; i && row->costs[i - 1] > cost; i--)
		row->costs[i] = row->costs[i - 1];
	row->costs[i] = cost;
	row->rounds++;
}

static __u64 median_cost(const struct bench_row *row)
{
	unsigned int middle = row->rounds / 2;

	if (row->rounds % 2)
		return row->costs[middle];
	return (row->costs[middle - 1] + row->costs[middle]) / 2;
}

void bench_row_add_round(struct bench_row *row,
			 const struct kpool_bench_run *answer)
{
	struct kpool_bench_run *run = &row->run;

	if (row->rounds == BENCH_ROUNDS_MAX)
		return;
	insert_cost(row, answer->cost_ps);
	run->cost_ps = median_cost(row);
	run->object_size_used = answer->object_size_used;
	run->ops_done += answer->ops_done;
	run->elapsed_ns += answer->elapsed_ns;
	run->allocs += answer->allocs;
	run->alloc_bytes += answer->alloc_bytes;
	run->gets += answer->gets;
	run->hits += answer->hits;
}

__u64 bench_row_low(const struct bench_row *row)
{
	return row->costs[0];
}

__u64 bench_row_high(const struct bench_row *row)
{
	return row->rounds ? row->costs[row->rounds - 1] : 0;
}

double bench_row_confidence(unsigned int rounds)
{
	double missed = 2;

	while (rounds--)
		missed /= 2;
	return missed < 1 ? 1 - missed : 0;
}

static const struct bench_row *loop_of(const struct bench_row *rows, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (rows[i].run.backend == KPOOL_BENCH_LOOP && rows[i].rounds)
			return &rows[i];
	return NULL;
}

void bench_rows_set_net(struct bench_row *rows, size_t nr)
{
	const struct bench_row *loop = loop_of(rows, nr);
	size_t i;

	for (i = 0; i < nr && loop; i++) {
		if (!rows[i].rounds || &rows[i] == loop)
			continue;
		rows[i].net_ps = rows[i].run.cost_ps - loop->run.cost_ps;
		rows[i].has_net = true;
	}
}

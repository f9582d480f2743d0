// SPDX-License-Identifier: GPL-2.0
/*
 * Pooled work items under torture: submitted in all ways, cancelled and flushed
 * while they run on all CPUs.  Each task checks that its data is what was
 * submitted, and adds itself to a sum, which must include all submitted tasks
 * except the cancelled ones.
 */
#include <linux/kpool_work.h>
#include <linux/string.h>

#include "torture.h"

#define WORK_HELD	8
#define WORK_NUMBERS	12

/* The data of a task: numbers that follow from the first one. */
struct work_stamp {
	u32 numbers[WORK_NUMBERS];
};

static struct kpool_works *works;
static atomic_long_t submitted, ran, cancelled;

static int work_check(void *data, size_t len)
{
	const struct work_stamp *stamp = data;
	u32 i;

	for (i = 0; i < len / sizeof(u32); i++)
		if (stamp->numbers[i] != stamp->numbers[0] + i)
			torture_error("work: a task's data is not its own");
	/* The data belongs to this task alone. */
	memset(data, 0x5a, len);
	atomic_long_inc(&ran);
	return len;
}

/* Submit one more from inside a task. */
static int work_check_again(void *data, size_t len)
{
	struct work_stamp stamp;
	int err;

	memcpy(&stamp, data, len);
	work_check(data, len);
	/* With a maximum, GFP_KERNEL would wait for a task to finish. */
	err = kpool_works_submit(works, work_check, &stamp, len, GFP_NOWAIT);
	if (!err)
		atomic_long_inc(&submitted);
	else if (err != -ENOMEM)
		torture_error("work: a task's submit returned %d", err);
	return len;
}

static size_t work_stamp(struct rnd_state *random, struct work_stamp *stamp)
{
	u32 first = prandom_u32_state(random);
	u32 i;

	for (i = 0; i < WORK_NUMBERS; i++)
		stamp->numbers[i] = first + i;
	return sizeof(u32) * (1 + torture_random(random, WORK_NUMBERS));
}

static gfp_t work_gfp(struct rnd_state *random, bool may_wait)
{
	if (may_wait && torture_random(random, 2))
		return GFP_KERNEL;
	return (torture_random(random, 2) ? GFP_ATOMIC : GFP_NOWAIT) |
	       __GFP_NOWARN;
}

static void work_submit(struct rnd_state *random)
{
	struct work_stamp stamp;
	size_t len = work_stamp(random, &stamp);
	int err = kpool_works_submit(works, work_check, &stamp, len,
				     work_gfp(random, true));

	if (!err)
		atomic_long_inc(&submitted);
	else if (err != -ENOMEM)
		torture_error("work: submit returned %d", err);
}

static void work_submit_wait(struct rnd_state *random)
{
	struct work_stamp stamp;
	size_t len = work_stamp(random, &stamp);
	kpool_task_fn fn = work_check;
	int result;

	if (!torture_random(random, 4))
		fn = work_check_again;
	result = kpool_works_submit_wait(works, fn, &stamp, len,
					 work_gfp(random, true));
	if (result == len)
		atomic_long_inc(&submitted);
	else if (result != -ENOMEM)
		torture_error("work: a task returned %d, not %zu", result, len);
}

static void work_end(struct rnd_state *random, struct kpool_task *task)
{
	bool stopped = false;

	switch (torture_random(random, 4)) {
	case 0:
		stopped = kpool_task_cancel(task);
		break;
	case 1:
		stopped = kpool_task_cancel_sync(task);
		break;
	case 2:
		if (kpool_task_wait(task) <= 0)
			torture_error("work: a task without a result");
		break;
	}
	if (stopped) {
		atomic_long_inc(&cancelled);
		if (kpool_task_wait(task) != -ECANCELED)
			torture_error("work: a cancelled task has a result");
	}
	kpool_task_put(task);
}

/* Holding several tasks, do not wait for one: others could do the same. */
static void work_hold(struct rnd_state *random)
{
	struct kpool_task *tasks[WORK_HELD];
	u32 n = torture_random(random, WORK_HELD + 1);
	u32 i;

	for (i = 0; i < n; i++) {
		struct work_stamp stamp;
		size_t len = work_stamp(random, &stamp);

		tasks[i] = kpool_works_submit_ref(works, work_check, &stamp,
						  len, work_gfp(random, false));
		if (!IS_ERR(tasks[i]))
			atomic_long_inc(&submitted);
	}
	while (n--)
		if (!IS_ERR(tasks[n]))
			work_end(random, tasks[n]);
}

static void work_step(struct rnd_state *random)
{
	u32 n;

	for (n = torture_random(random, 20); n; n--) {
		switch (torture_random(random, 16)) {
		case 0:
			kpool_works_flush(works);
			break;
		case 1 ... 4:
			work_submit_wait(random);
			break;
		case 5 ... 9:
			work_hold(random);
			break;
		default:
			work_submit(random);
			break;
		}
	}
}

static int work_setup(void)
{
	const struct kpool_works_args args = {
		.pool.reserve = 2,
		.pool.max = 64,
	};

	works = kpool_works_create("torture-work", NULL,
				   sizeof(struct work_stamp), &args);
	return PTR_ERR_OR_ZERO(works);
}

static void work_teardown(void)
{
	struct kpool_stats stats;

	if (IS_ERR_OR_NULL(works))
		return;
	kpool_works_flush(works);
	kpool_read_stats(kpool_works_pool(works), &stats);
	if (stats.in_use)
		torture_error("work: %llu tasks did not come back",
			      stats.in_use);
	if (atomic_long_read(&ran) + atomic_long_read(&cancelled) !=
	    atomic_long_read(&submitted))
		torture_error("work: %ld ran and %ld were cancelled of %ld",
			      atomic_long_read(&ran),
			      atomic_long_read(&cancelled),
			      atomic_long_read(&submitted));
	kpool_works_destroy(works);
	works = NULL;
}

const struct torture_kind torture_kind_work = {
	.name = "work",
	.setup = work_setup,
	.step = work_step,
	.teardown = work_teardown,
};

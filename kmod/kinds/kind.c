// SPDX-License-Identifier: GPL-2.0
/*
 * The check of arguments and the sums of counters that the kinds of pools
 * share, see kind.h.  No state, no lock.
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/string.h>

#include "kind.h"

/* kpool_kind_check() must know every member and every hook. */
static_assert(KPOOL_NR_MEMBERS(KPOOL_ARGS_MEMBERS) == 10);
static_assert(KPOOL_NR_MEMBERS(KPOOL_OPS_MEMBERS) == 7);

/**
 * kpool_kind_check() - check the arguments that all kinds have
 * @name: the name of the new pool
 * @args: the arguments of the pool that underlies it
 * @members: those that the kind supports, see &enum kpool_kind_members
 * @flags: those of &enum kpool_flags that the kind supports
 *
 * Call it before anything is allocated.  kpool_create() checks the values.
 *
 * Context: Any.
 * Return: 0, or -EINVAL if a member is set that the kind does not support, or
 *	if the name is missing or too long.
 */
int kpool_kind_check(const char *name, const struct kpool_args *args,
		     unsigned int members, unsigned int flags)
{
	const struct kpool_ops *ops = args->ops;

	if (!name || !*name || strlen(name) > KPOOL_NAME_MAX)
		return -EINVAL;
	if (args->flags & ~flags)
		return -EINVAL;
	if (!(members & KPOOL_KIND_HOOKS) && (ops || args->ctx))
		return -EINVAL;
	if (!(members & KPOOL_KIND_MEMORY) &&
	    ops && (ops->alloc || ops->free || ops->release))
		return -EINVAL;
	if (!(members & KPOOL_KIND_ALIGN) && args->align)
		return -EINVAL;
	if (!(members & KPOOL_KIND_LIMITS) &&
	    (args->reserve || args->max || args->magazine || args->idle_max ||
	     args->low_water))
		return -EINVAL;
	return 0;
}

/* Sum one counter over all CPUs. */
u64 kpool_kind_sum(const u64 __percpu *counter)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(counter, cpu));
	return sum;
}

void kpool_kind_sum_all(u64 *sums, const void __percpu *counters,
			unsigned int nr)
{
	const u64 __percpu *counter = counters;

	while (nr--)
		*sums++ = kpool_kind_sum(counter++);
}

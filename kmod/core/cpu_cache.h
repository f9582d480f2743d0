/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access to the cache of this CPU, for get.c, put.c and cache.c.
 *
 * kpool_cpu_enter() and kpool_cpu_exit() turn preemption off and on, which
 * keeps away other tasks of this CPU and, because such a section is an RCU
 * reader, reclaim.  kpool_cpu_trylock() keeps away interrupts and NMIs of this
 * CPU.  "The hot path" in Documentation/internals/engine.rst shows that this is
 * enough.
 */
#ifndef _KPOOL_CORE_CPU_CACHE_H
#define _KPOOL_CORE_CPU_CACHE_H

#include <kpool/compat.h>

#include "internal.h"

/* Turn preemption off and return the cache of this CPU. */
static __always_inline struct kpool_cpu __kpool_here *
kpool_cpu_enter(struct kpool *pool)
{
	preempt_disable();
	/* Pairs with the release in kpool_flip(), by address dependency. */
	return kpool_here(struct kpool_cpu, READ_ONCE(pool->cpu));
}

static __always_inline void kpool_cpu_exit(void)
{
	preempt_enable();
}

/*
 * Take hold of this CPU's cache; false if the code that we interrupted holds
 * it.  Test and set need not be atomic: an interrupt in between finishes with
 * the cache and clears the flag before we resume.
 */
static __always_inline bool
kpool_cpu_trylock(struct kpool_cpu __kpool_here *cpu)
{
	if (unlikely(cpu->busy))
		return false;
	cpu->busy = true;
	barrier(); /* read nothing of the cache before it is ours */
	return true;
}

static __always_inline void
kpool_cpu_unlock(struct kpool_cpu __kpool_here *cpu)
{
	barrier(); /* leave the cache in order before an interrupt may use it */
	cpu->busy = false;
}

#endif /* _KPOOL_CORE_CPU_CACHE_H */

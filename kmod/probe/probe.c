// SPDX-License-Identifier: GPL-2.0
/*
 * Probes for features that some supported kernels have and others lack, and
 * that no macro reveals.  A version does not reveal them either, since stable
 * trees backport.
 *
 * probe.sh compiles this file once for each KPOOL_PROBE_X below.  If that
 * succeeds, KPOOL_HAVE_X is 1.  NOTHING and IMPOSSIBLE are the controls: the
 * first must compile everywhere, the second nowhere.
 */
#include <linux/hrtimer.h>
#include <linux/shrinker.h>
#include <linux/workqueue.h>

#if defined(KPOOL_PROBE_NOTHING)

void kpool_probe(void);

#elif defined(KPOOL_PROBE_IMPOSSIBLE)

void *kpool_probe(void);
void *kpool_probe(void)
{
	return kpool_no_kernel_has_this();
}

#elif defined(KPOOL_PROBE_HRTIMER_SETUP)

void kpool_probe(struct hrtimer *timer,
		 enum hrtimer_restart (*function)(struct hrtimer *timer));
void kpool_probe(struct hrtimer *timer,
		 enum hrtimer_restart (*function)(struct hrtimer *timer))
{
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
}

#elif defined(KPOOL_PROBE_OBJPOOL)

/* New in 6.7, and it has no option of its own. */
#include <linux/objpool.h>

#elif defined(KPOOL_PROBE_PAGE_POOL_HELPERS)

/* 6.6 split <net/page_pool.h>. */
#include <net/page_pool/helpers.h>

#elif defined(KPOOL_PROBE_SHRINKER_ALLOC)

void kpool_probe(void);
void kpool_probe(void)
{
	struct shrinker *shrinker = shrinker_alloc(0, "probe");

	shrinker_register(shrinker);
	shrinker_free(shrinker);
}

#elif defined(KPOOL_PROBE_SYSTEM_DFL_WQ)

struct workqueue_struct *kpool_probe(void);
struct workqueue_struct *kpool_probe(void)
{
	return system_dfl_wq;
}

#else
#error "no probe is chosen"
#endif

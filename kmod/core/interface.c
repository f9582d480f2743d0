// SPDX-License-Identifier: GPL-2.0
/*
 * Refuses callers that were compiled against other headers than kpool.ko.
 *
 * See <linux/kpool_interface.h>.  Of such a caller, only struct kpool_caller
 * itself is read, and nothing is written.  No state, no lock.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kpool.h>
#include <linux/kpool_buf.h>
#include <linux/kpool_compound.h>
#include <linux/kpool_dma.h>
#include <linux/kpool_fifo.h>
#include <linux/kpool_interface.h>
#include <linux/kpool_ring.h>
#include <linux/kpool_sized.h>
#include <linux/kpool_static.h>
#include <linux/kpool_work.h>
#include <linux/module.h>
#include <linux/printk.h>

/* A new member always changes a layout, wherever it is put. */
static_assert(KPOOL_DENSE(KPOOL_OPS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_ARGS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_STATS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_BUF_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_BUFS_ARGS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_BUFS_STATS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_CHILD_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_COMPOUND_ARGS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_COMPOUND_STATS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_DMA_BUF_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_DMA_ARGS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_DMA_STATS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_FIFOS_ARGS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_FIFOS_STATS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_RING_ARGS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_RING_STATS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_SIZED_ARGS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_SIZED_STATS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_STATIC_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_WORKS_ARGS_MEMBERS));
static_assert(KPOOL_DENSE(KPOOL_WORKS_STATS_MEMBERS));

int kpool_check_caller(const char *name, const struct kpool_caller *caller,
		       u32 layout)
{
	if (likely(caller->interface == KPOOL_INTERFACE &&
		   caller->layout == layout))
		return 0;
	pr_err("%.*s: refused: %s was built with other headers (interface %u, layout %08x) than kpool (%u, %08x); rebuild it with the headers of this kpool\n",
	       KPOOL_NAME_MAX, name ?: "(no name)",
	       caller->module ? module_name(caller->module) : "the kernel",
	       caller->interface, caller->layout, KPOOL_INTERFACE, layout);
	return -ENOEXEC;
}

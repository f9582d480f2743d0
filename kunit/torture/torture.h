/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpool_torture: what its files share.
 *
 *	main.c		parameters, the run and the verdict
 *	state.c		counters, errors, the end of the run
 *	objects.c	the objects, their stamps and checksums, the hooks
 *	users.c		threads that get, put, hand over and discard objects
 *	interrupts.c	hard interrupts and NMIs that do so
 *	kinds.c		threads that use the pool family, one file a kind:
 *	kind_*.c	what is done with it and what must hold then
 *	churn.c		threads that clear, drain, create and destroy pools, and
 *			take CPUs offline
 */
#ifndef _KPOOL_TORTURE_H
#define _KPOOL_TORTURE_H

#include <linux/atomic.h>
#include <linux/kpool.h>
#include <linux/prandom.h>
#include <linux/rwsem.h>
#include <linux/types.h>

/* Objects that wait in a pool's mailbox for somebody else to put them. */
#define TORTURE_MAILBOX		8

/* What a thread holds of one pool at the most. */
#define TORTURE_HELD		96

/* Not an owner: the object is the pool's. */
#define TORTURE_IDLE		0UL

/**
 * struct torture_pool - a pool under torture
 * @lock: users hold it for reading while they hold objects; who destroys the
 *	pool holds it for writing.
 * @pool: the pool; never an error pointer.
 * @args: how it was, and will again be, created.
 * @ops: its hooks.
 * @size: bytes an object.
 * @index: which of all pools; selects its kind.
 * @generation: how often it was created.
 * @live: objects between init and exit.
 * @mailbox: objects in use whose owner has left them for another, or NULL;
 *	with xchg().
 * @name: its name.
 */
struct torture_pool {
	struct rw_semaphore lock;
	struct kpool *pool;
	struct kpool_args args;
	struct kpool_ops ops;
	size_t size;
	unsigned int index;
	unsigned int generation;
	atomic_long_t live;
	void *mailbox[TORTURE_MAILBOX];
	char name[24];
};

/* What was done, for the summary; an operation counts when it has ended. */
enum torture_counter {
	TORTURE_GETS,
	TORTURE_GET_FAILURES,
	TORTURE_PUTS,
	TORTURE_DISCARDS,
	TORTURE_BULKS,
	TORTURE_HANDOVERS,
	TORTURE_REFUSED,
	TORTURE_INIT_FAILURES,
	TORTURE_CYCLES,
	TORTURE_DRAINS,
	TORTURE_PREWARMS,
	TORTURE_RECREATED,
	TORTURE_KINDS,
	TORTURE_HOTPLUGS,
	TORTURE_IRQS,
	TORTURE_IRQ_HITS,
	TORTURE_NMIS,
	TORTURE_NMI_HITS,
	TORTURE_NR_COUNTERS
};

extern unsigned int torture_nr_pools;
/* The first so many are never destroyed: interrupts may use them. */
extern unsigned int torture_nr_stable;
extern struct torture_pool *torture_pools;
extern unsigned int torture_fail_permille;
extern unsigned int torture_refuse_permille;

/* state.c */
void torture_count(enum torture_counter counter);
/* Reports that something is wrong: the verdict will be FAILURE. */
__printf(1, 2) void torture_error(const char *format, ...);
bool torture_should_stop(void);
void torture_wait_for_stop(void);
int torture_errors(void);
void torture_stop_running(void);
void torture_summary(void);
u32 torture_random(struct rnd_state *random, u32 below);
void torture_seed(struct rnd_state *random);

/* objects.c */
int torture_pool_create(struct torture_pool *tp);
void torture_pool_destroy(struct torture_pool *tp);
bool torture_own(struct torture_pool *tp, void *obj, unsigned long owner);
bool torture_disown(struct torture_pool *tp, void *obj, unsigned long owner);
void torture_transfer(struct torture_pool *tp, void *obj, unsigned long from,
		      unsigned long to);
unsigned long torture_new_owner(void);

/* users.c */
int torture_user(void *unused);
void torture_empty_mailbox(struct torture_pool *tp);

/* kinds.c */

/**
 * struct torture_kind - one of the pool family under torture
 * @name: for messages
 * @setup: makes what the steps use; 0 or a negative errno
 * @step: some random operations, by several threads at a time; all that it took
 *	it has given back when it returns
 * @teardown: looks whether all came back and destroys what @setup made; also
 *	after a @setup that failed
 *
 * They report with torture_error().  All run in process context.
 */
struct torture_kind {
	const char *name;
	int (*setup)(void);
	void (*step)(struct rnd_state *random);
	void (*teardown)(void);
};

int torture_kinds_setup(void);
void torture_kinds_teardown(void);
int torture_kinds_user(void *unused);

/* kind_*.c */
extern const struct torture_kind torture_kind_buf;
extern const struct torture_kind torture_kind_compound;
extern const struct torture_kind torture_kind_dma;
extern const struct torture_kind torture_kind_fifo;
extern const struct torture_kind torture_kind_ring;
extern const struct torture_kind torture_kind_sized;
extern const struct torture_kind torture_kind_static;
extern const struct torture_kind torture_kind_work;

/* interrupts.c */
int torture_irqs_start(void);
void torture_irqs_stop(void);
int torture_nmis_start(void);
void torture_nmis_stop(void);
int torture_nmi_sender(void *unused);

/* churn.c */
int torture_clearer(void *unused);
int torture_recreator(void *unused);
int torture_hotplugger(void *unused);

#endif /* _KPOOL_TORTURE_H */

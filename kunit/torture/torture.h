/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kpool_torture: shared declarations of its files.
 *
 *	main.c		parameters, the run and the verdict
 *	state.c		counters, errors, the end of the run
 *	objects.c	the objects, their stamps and checksums, the hooks
 *	users.c		threads that get, put, hand over and discard objects
 *	interrupts.c	hard interrupts and NMIs that do the same
 *	kinds.c		threads that use pools of all kinds, one file per kind:
 *	kind_*.c	the operations on a kind, and checks of their results
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

/* Objects in a pool's mailbox, which another thread will put. */
#define TORTURE_MAILBOX		8

/* The maximum number of objects that a thread holds of one pool. */
#define TORTURE_HELD		96

/* Not an owner: the object belongs to the pool. */
#define TORTURE_IDLE		0UL

/**
 * struct torture_pool - a pool under torture
 * @lock: users hold it for reading while they hold objects; the thread that
 *	destroys the pool holds it for writing.
 * @pool: the pool; never an error pointer.
 * @args: the arguments of each creation.
 * @ops: its hooks.
 * @size: bytes per object.
 * @index: number of the pool; selects its kind.
 * @generation: how often the pool was created.
 * @live: number of objects between init and exit.
 * @mailbox: objects in use that their owner has left for another thread, or
 *	NULL; accessed by xchg().
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

/* Counters for the summary; an operation counts when it has ended. */
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
/* This many pools, the first ones, are never destroyed: interrupts use them. */
extern unsigned int torture_nr_stable;
extern struct torture_pool *torture_pools;
extern unsigned int torture_fail_permille;
extern unsigned int torture_refuse_permille;

/* state.c */
void torture_count(enum torture_counter counter);
/* Report an error: the verdict will be FAILURE. */
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
 * struct torture_kind - a kind of pool under torture
 * @name: for messages
 * @setup: creates the pools that the steps use; returns 0 or a negative errno
 * @step: does some random operations, in several threads at a time; holds no
 *	object when it returns
 * @teardown: checks that all objects came back and destroys what @setup
 *	created; also called after a @setup that failed
 *
 * The callbacks report errors with torture_error().  All run in process
 * context.
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

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two processes beside "kpool bench --pressure": the hog takes memory, and
 * the worker does operations meanwhile.  They end with whoever started them.
 */
#ifndef BENCH_HOG_H
#define BENCH_HOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/**
 * struct bench_beside - what they have done so far, in memory shared with them
 * @taken: bytes that the hog has
 * @ops: operations that the worker has done
 * @ns: nanoseconds that these took
 */
struct bench_beside {
	atomic_llong taken;
	atomic_ullong ops;
	atomic_ullong ns;
};

/* Maps one, all zero; NULL, with errno set, if there is no memory. */
struct bench_beside *bench_beside_new(void);

/* Starts one; a negative pid after a message if it can't. */
pid_t bench_hog_start(struct bench_beside *beside, long long wanted);
pid_t bench_worker_start(struct bench_beside *beside, unsigned int backend);

/* Has nobody killed it? */
bool bench_hog_lives(pid_t pid);

/* Reads the text of /proc/PID/status: has it memory, and no SIGKILL to come? */
bool bench_hog_parse_status(FILE *status);

/* Ends one that was started; nothing if @pid is negative. */
void bench_beside_stop(pid_t pid);

/* The kernel kills others first, or the hog first. */
void bench_oom_spare_me(void);

/*
 * Runs overflow with so many objects of BENCH_HOG_OBJECT bytes at a time and
 * adds what it did to *@ops and *@ns.  @objects: how many a backend has that
 * does not grow, or 0.  An errno if it failed.
 */
#define BENCH_HOG_OBJECT	8192
int bench_hog_run(int device, unsigned int backend, unsigned int burst,
		  unsigned int objects, unsigned long long *ops,
		  unsigned long long *ns);

#endif /* BENCH_HOG_H */

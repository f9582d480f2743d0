/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two processes that run along with "kpool bench --pressure": the hog takes
 * memory, and the worker does operations meanwhile. They die with the process
 * that started them.
 */
#ifndef BENCH_HOG_H
#define BENCH_HOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/**
 * struct bench_beside - progress of both processes, in memory shared with them
 * @taken: bytes that the hog has taken
 * @ops: operations that the worker has done
 * @ns: nanoseconds that @ops took
 */
struct bench_beside {
	atomic_llong taken;
	atomic_ullong ops;
	atomic_ullong ns;
};

/* Maps one that is all zero; returns NULL, with errno set, if out of memory. */
struct bench_beside *bench_beside_new(void);

/* Each starts a process; returns a negative pid after a message on failure. */
pid_t bench_hog_start(struct bench_beside *nearby, long long wanted);
pid_t bench_worker_start(struct bench_beside *nearby, unsigned int backend);

/* Is the hog still alive, that is, not killed? */
bool bench_hog_lives(pid_t pid);

/* Parses /proc/PID/status: has the process memory, and no pending SIGKILL? */
bool bench_hog_parse_status(FILE *status);

/* Kills a process started above; does nothing if @pid is negative. */
void bench_beside_stop(pid_t pid);

/* Makes the OOM killer choose other processes, first of all the hog. */
void bench_oom_spare_me(void);

/*
 * Runs overflow with @burst objects of BENCH_HOG_OBJECT bytes at a time and
 * adds the work done to *@ops and *@ns. @objects is the capacity of a backend
 * that does not grow, or 0. Returns 0 or a positive errno.
 */
#define BENCH_HOG_OBJECT	8192
int bench_hog_run(int device, unsigned int backend, unsigned int burst,
		  unsigned int objects, unsigned long long *ops,
		  unsigned long long *ns);

#endif /* BENCH_HOG_H */

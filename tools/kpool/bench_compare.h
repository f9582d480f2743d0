/* SPDX-License-Identifier: GPL-2.0 */
/* What changed between two reports. */
#ifndef BENCH_COMPARE_H
#define BENCH_COMPARE_H

/**
 * bench_compare() - print what changed from one report to another
 * @old: a file that "kpool bench --json" has written
 * @new: a later one
 * @limit: fail if a cost has grown by more than so many percent, or if a row
 *	that had one is missing; -1: never
 *
 * Return: an exit status: 0; 1 if it failed because of @limit; 2 after a message
 * if a file is no good.
 */
int bench_compare(const char *old, const char *new, int limit);

#endif /* BENCH_COMPARE_H */

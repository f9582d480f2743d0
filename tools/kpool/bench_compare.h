/* SPDX-License-Identifier: GPL-2.0 */
/* Compares two reports. */
#ifndef BENCH_COMPARE_H
#define BENCH_COMPARE_H

/**
 * bench_compare() - print the differences between two reports
 * @old: a file that "kpool bench --json" has written
 * @new: a later one
 * @limit: fail if a cost has grown by more than this percentage, or if a row
 *	that had a cost is missing; -1: never fail
 *
 * Return: an exit status: 0 on success; 1 if a cost exceeds @limit or is
 * missing; 2 after a message if a file is not usable.
 */
int bench_compare(const char *old, const char *new, int limit);

#endif /* BENCH_COMPARE_H */

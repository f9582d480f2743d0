/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands of kpool. A new subcommand is a file of its own and an entry
 * in the table of kpool.c.
 */
#ifndef COMMAND_H
#define COMMAND_H

/**
 * struct command - a subcommand
 * @name: the name on the command line
 * @summary: one line for "kpool --help"
 * @run: does it. @argv[0] is the name for messages, "kpool <name>". Returns the
 *	exit status.
 */
struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};

int bench_main(int argc, char **argv);

#endif /* COMMAND_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands of kpool.  kpool.c calls one; a new one is a file of its own
 * with an entry in the table there.
 */
#ifndef COMMAND_H
#define COMMAND_H

/**
 * struct command - a subcommand
 * @name: what a person types
 * @summary: one line for "kpool --help"
 * @run: does it.  @argv[0] is the name for messages, "kpool <name>".  Returns
 *	the exit status.
 */
struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};

int bench_main(int argc, char **argv);

#endif /* COMMAND_H */

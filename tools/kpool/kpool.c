// SPDX-License-Identifier: GPL-2.0
/*
 * kpool: the command for users of kpool.ko. This file only finds the
 * subcommand; each subcommand has a file of its own.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kpool_bench.h>
#include <linux/kpool_version.h>

#include "command.h"

static const struct command commands[] = {
	{ "bench", "compare kpool with other ways to get an object",
	  bench_main },
};

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static void print_version(FILE *stream, struct argp_state *state)
{
	(void)state;
	fprintf(stream, "kpool " KPOOL_VERSION ", benchmark interface %d\n",
		KPOOL_BENCH_VERSION);
}

void (*argp_program_version_hook)(FILE *stream, struct argp_state *state) =
	print_version;

static const struct command *find_command(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	}
	return NULL;
}

/* Appends the list of commands to the help text. */
static char *list_commands(int key, const char *text, void *input)
{
	char *list = NULL;
	size_t size;
	FILE *stream;
	size_t i;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	stream = open_memstream(&list, &size);
	if (!stream)
		return NULL;
	fputs("Commands:\n", stream);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(stream, "  %-8s  %s\n", commands[i].name,
			commands[i].summary);
	fputs("\nSee kpool COMMAND --help for a command's options.", stream);
	fclose(stream);
	return list;
}

/* The part of the command line up to and including the subcommand's name. */
struct invocation {
	const struct command *command;
	int first;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct invocation *invocation = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		invocation->command = find_command(arg);
		if (!invocation->command)
			argp_error(state, "there is no command '%s'", arg);
		/* The subcommand parses the rest. */
		invocation->first = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which command?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "COMMAND [ARGUMENT...]",
		.doc = "Inspect and measure kpool, pools of constructed objects in the kernel.\v",
		.help_filter = list_commands,
	};
	struct invocation invocation = { 0 };
	char name[32];

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &invocation);
	snprintf(name, sizeof(name), "kpool %s", invocation.command->name);
	argv[invocation.first] = name;
	return invocation.command->run(argc - invocation.first,
				       argv + invocation.first);
}

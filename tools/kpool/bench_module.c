// SPDX-License-Identifier: GPL-2.0
/* Asks the module for its workloads and backends. */
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "bench_module.h"

#define INDENT	14
#define COLUMNS	78

struct bench_module bench_module;

bool bench_module_ask(int device)
{
	struct bench_module *module = &bench_module;

	memset(module, 0, sizeof(*module));
	for (; module->nr_workloads < BENCH_MODULE_MAX; module->nr_workloads++) {
		struct kpool_bench_workload_info *info =
			&module->workloads[module->nr_workloads];

		info->size = sizeof(*info);
		info->index = module->nr_workloads;
		if (ioctl(device, KPOOL_BENCH_WORKLOAD, info))
			break;
	}
	for (; module->nr_backends < BENCH_MODULE_MAX; module->nr_backends++) {
		struct kpool_bench_backend_info *info =
			&module->backends[module->nr_backends];

		info->size = sizeof(*info);
		info->index = module->nr_backends;
		if (ioctl(device, KPOOL_BENCH_BACKEND, info))
			break;
	}
	return module->nr_workloads && module->nr_backends && errno == ENOENT;
}

const char *bench_workload_name(unsigned int workload)
{
	return bench_module.workloads[workload].name;
}

const char *bench_backend_name(unsigned int backend)
{
	return bench_module.backends[backend].name;
}

static void print_one(FILE *stream, const char *name, const char *text)
{
	size_t column = fprintf(stream, "  %s", name);

	if (column >= INDENT) {
		fputc('\n', stream);
		column = 0;
	}
	column += fprintf(stream, "%*s", (int)(INDENT - column), "");
	while (*text) {
		size_t word = strcspn(text, " ");

		if (column + 1 + word > COLUMNS)
			column = fprintf(stream, "\n%*s", INDENT, "") - 1;
		if (column > INDENT)
			column += fprintf(stream, " ");
		column += fprintf(stream, "%.*s", (int)word, text);
		text += word;
		text += *text == ' ';
	}
	fputc('\n', stream);
}

void bench_module_print(FILE *stream)
{
	unsigned int i;

	fputs("Workloads:\n", stream);
	for (i = 0; i < bench_module.nr_workloads; i++)
		print_one(stream, bench_workload_name(i),
			  bench_module.workloads[i].text);
	fputs("\nBackends:\n", stream);
	for (i = 0; i < bench_module.nr_backends; i++)
		print_one(stream, bench_backend_name(i),
			  bench_module.backends[i].text);
}

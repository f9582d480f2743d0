// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs, and waiting for what another CPU does.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "kpool_selftest.h"

/*
 * How often we look for something that should happen at once.  Looks are
 * counted and not seconds: a machine whose host does not let it run does not
 * look either.
 */
#define LOOKS		20000
#define LOOK_MS		5

int cpus_online(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

/* The calling thread goes to that CPU, isolated or not. */
int cpu_stay(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

/* The calling thread goes to the @index-th online CPU, round and round. */
int cpu_pin(int index)
{
	static cpu_set_t online;
	int cpu;

	if (!CPU_COUNT(&online) && sched_getaffinity(0, sizeof(online), &online))
		return -errno;
	index %= CPU_COUNT(&online);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &online) && !index--)
			break;
	return cpu_stay(cpu);
}

/* -ENOENT where the kernel or the machine can't do that. */
int cpu_set_online(int cpu, bool online)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online",
		 cpu);
	return file_write(path, online ? "1" : "0");
}

/* Polls; false if it does not happen. */
bool wait_until(bool (*holds)(void *data), void *data)
{
	unsigned int looks = LOOKS;

	while (!holds(data)) {
		if (!--looks)
			return false;
		poll(NULL, 0, LOOK_MS);
	}
	return true;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Helpers for CPUs, and for waiting until another CPU has done something.
 */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "kpool_selftest.h"

/*
 * How often wait_until() checks for something that should happen at once. It
 * counts checks rather than seconds: a machine that its host does not let run
 * does not count either.
 */
#define LOOKS		20000
#define LOOK_MS		5

int cpus_online(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

/* Moves the calling thread to that CPU, isolated or not. */
int cpu_stay(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

/* Moves the calling thread to the @index-th online CPU, modulo their number. */
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

/* Returns -ENOENT if the kernel or the machine does not support it. */
int cpu_set_online(int cpu, bool online)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online",
		 cpu);
	return file_write(path, online ? "1" : "0");
}

/* Polls; returns false if the condition does not become true in time. */
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

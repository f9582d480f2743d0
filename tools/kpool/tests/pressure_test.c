// SPDX-License-Identifier: GPL-2.0
/* When memory counts as given back, and when a process counts as killed. */
#include "bench_hog.h"
#include "bench_pressure.h"
#include "tap.h"

#define FREE	1000
#define REST	10

static const struct pressure_sample slow[] = {
	{ .ms = 0, .held = 100, .hog = 0 },
	{ .ms = 20, .held = 100, .hog = 900 },
	{ .ms = 40, .held = 100, .hog = 1000 },
	{ .ms = 60, .held = 50, .hog = 1050 },
	{ .ms = 80, .held = 10, .hog = 1080 },
	{ .ms = 100, .held = 5, .hog = 1090 },
};

static void test_given_back(void)
{
	static const struct pressure_sample early[] = {
		{ .ms = 0, .held = 100, .hog = 0 },
		{ .ms = 20, .held = -3, .hog = 900 },
		{ .ms = 40, .held = 0, .hog = 1000 },
	};

	tap_check(pressure_given_back(slow, ARRAY_SIZE(slow), FREE, REST) == 40,
		  "time counts from when all that is free was taken");
	tap_check(pressure_given_back(slow, 4, FREE, REST) < 0,
		  "half is not given back");
	tap_check(pressure_given_back(slow, 0, FREE, REST) < 0,
		  "nothing is known without samples");
	tap_check(!pressure_given_back(early, ARRAY_SIZE(early), FREE, REST),
		  "giving back early takes no time");
}

static bool lives(const char *text)
{
	FILE *status = fmemopen((char *)text, strlen(text), "r");
	bool answer = bench_hog_parse_status(status);

	fclose(status);
	return answer;
}

static void test_lives(void)
{
	tap_check(lives("Name:\tkpool\nVmRSS:\t    1024 kB\n"
			"SigPnd:\t0000000000000000\nShdPnd:\t0000000000000000\n"),
		  "a process with memory lives");
	tap_check(lives("VmRSS:\t    1024 kB\nShdPnd:\t0000000000000200\n"),
		  "and so it does with another signal to come");
	tap_check(!lives("VmRSS:\t    1024 kB\nSigPnd:\t0000000000000000\n"
			 "ShdPnd:\t0000000000000100\n"),
		  "it does not with SIGKILL to come");
	tap_check(!lives("VmRSS:\t    1024 kB\nSigPnd:\t0000000000000100\n"),
		  "nor with SIGKILL for its thread");
	tap_check(!lives("Name:\tkpool\nState:\tZ (zombie)\n"),
		  "nor without memory");
}

int main(void)
{
	tap_begin();
	test_given_back();
	test_lives();
	return tap_end();
}

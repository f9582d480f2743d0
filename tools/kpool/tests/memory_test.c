// SPDX-License-Identifier: GPL-2.0
/* Free memory, parsed from the text of /proc/zoneinfo. */
#include "bench_memory.h"
#include "tap.h"

/* Two zones on a machine with two CPUs, and one without memory; shortened. */
static const char two_zones[] =
	"Node 0, zone    DMA32\n"
	"  per-node stats\n"
	"      nr_inactive_anon 1180\n"
	"      nr_free_cma  7\n"
	"  pages free     200000\n"
	"        boost    0\n"
	"        min      1400\n"
	"        spanned  1044480\n"
	"        protection: (0, 0, 900, 900, 900)\n"
	"      nr_free_pages 200000\n"
	"      nr_free_pages_blocks 180000\n"
	"      nr_zone_active_anon 33\n"
	"      nr_free_cma  7\n"
	"  pagesets\n"
	"    cpu: 0\n"
	"              count:    110\n"
	"              high:     378\n"
	"              batch:    63\n"
	"  vm stats threshold: 24\n"
	"    cpu: 1\n"
	"              count:    20\n"
	"              high:     378\n"
	"              batch:    63\n"
	"  vm stats threshold: 24\n"
	"  node_unreclaimable:  0\n"
	"  start_pfn:           4096\n"
	"Node 0, zone   Normal\n"
	"  pages free     3000\n"
	"        min      900\n"
	"        protection: (0, 0, 0, 0, 0)\n"
	"      nr_free_pages 3000\n"
	"      nr_free_pages_blocks 1024\n"
	"  pagesets\n"
	"    cpu: 0\n"
	"              count:    0\n"
	"              high:     186\n"
	"              batch:    31\n"
	"    cpu: 1\n"
	"              count:    4\n"
	"              high:     186\n"
	"              batch:    31\n"
	"  node_unreclaimable:  0\n"
	"  start_pfn:           1048576\n"
	"Node 0, zone  Movable\n"
	"  pages free     0\n"
	"        min      32\n"
	"        protection: (0, 0, 0, 0, 0)\n";

static bool parse(const char *text, unsigned long long *pages)
{
	FILE *zoneinfo = fmemopen((void *)text, strlen(text), "r");
	bool found;

	if (!zoneinfo)
		abort();
	found = memory_parse_zoneinfo(zoneinfo, pages);
	fclose(zoneinfo);
	return found;
}

static bool pages_are(const char *text, unsigned long long want)
{
	unsigned long long pages;

	return parse(text, &pages) && pages == want;
}

static void test_pages(void)
{
	tap_check(pages_are(two_zones, 203134),
		  "free pages of all zones and on the lists of all CPUs");
	tap_check(pages_are("  nr_free_pages 12\n", 12),
		  "a machine that keeps no lists");
	tap_check(pages_are("  nr_free_pages 0\n", 0),
		  "no page that is free is a figure, too");
	tap_check(pages_are("  nr_free_pages 68719476736\n", 68719476736),
		  "more pages than 32 bits can count");
}

static void test_no_figures(void)
{
	unsigned long long pages;

	tap_check(!parse("Node 0, zone  Movable\n  pages free     0\n", &pages),
		  "no figures");
	tap_check(!parse("  nr_free_pages_blocks 1024\n", &pages),
		  "a name that only begins alike");
	tap_check(!parse("    cpu: 0\n              count:    110\n", &pages),
		  "lists of CPUs alone are not what is free");
}

int main(void)
{
	tap_begin();
	test_pages();
	test_no_figures();
	return tap_end();
}

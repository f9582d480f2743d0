#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The part of "make demo" that runs in the test machine, as root. Run by tools/check/demo, and
# called back by "kpool bench" while the pools that it used are still there.

# shellcheck disable=SC3040  # busybox has it
set -euo pipefail

POOLS=/sys/kernel/debug/kpool
# Objects that the workload overflow leaves in its pool.
BURST=2000
# How many tenths of a second a clearing cycle may take.
PATIENCE=300

# sum NAME: the statistic of that name, all pools together.
sum()
{
	cat $POOLS/*/stats | awk -v name="$1" '$1 == name { sum += $2 } END { print sum + 0 }'
}

# wait_until COMMAND: until it succeeds, or patience runs out.
wait_until()
{
	tries=0
	until "$1" || [ $tries -ge $PATIENCE ]; do
		tries=$((tries + 1))
		usleep 100000
	done
}

cycle_is_over()
{
	[ "$(sum gc_cycles)" -ge "$cycles_after" ]
}

nothing_is_idle()
{
	[ "$(sum idle)" -eq 0 ]
}

# Writing 2 runs every shrinker of the kernel. kpool's frees what it can at once, and has a worker
# run a clearing cycle over all pools for what lies in the CPUs' caches.
drop_caches()
{
	set -- $POOLS/*/
	cycles_after=$(($(sum gc_cycles) + $#))
	echo 2 > /proc/sys/vm/drop_caches
	wait_until cycle_is_over
}

fail()
{
	echo "demo: error: $*" >&2
	return 1
}

show_memory_come_back()
{
	idle=$(sum idle)
	echo
	echo "Idle objects in all pools:       $idle"
	[ "$idle" -ge $BURST ] || fail "the $BURST objects of the pool overflow are not there"
	drop_caches
	echo "  after the first drop_caches:   $(sum idle)"
	drop_caches
	wait_until nothing_is_idle
	left=$(sum idle)
	echo "  after the second drop_caches:  $left"
	[ "$left" -eq 0 ] || fail "$left objects did not come back"
}

show_pools()
{
	echo
	echo "The pools that kpool used for the last four, in $POOLS/pools:"
	echo
	cat $POOLS/pools
}

# Everything that a driver could use for the simplest case, then a few cases that tell more: two
# tables, printed as one.
compare()
{
	kpool bench --quick --cpus 1 --workload pair \
		--backend loop,kpool,kmem_cache,kmalloc,mempool,objpool,ptr_ring,llist,none
	kpool bench --quick --cpus 1 --burst $BURST --workload overflow,compress,state,buf \
		--backend kpool,kmem_cache,none,kernel --then "sh $0 with-pools" |
		sed '1,/^workload /d'
}

if [ "${1:-}" = with-pools ]; then
	show_pools
	show_memory_come_back
else
	echo "Loading kpool.ko and kpool_bench.ko into Linux $(uname -r)"
	# Not trimmed by time: how much is idle in the end does not depend on this machine's speed.
	insmod /kpool/kpool.ko trim_interval=0
	insmod /kpool/kpool_bench.ko
	echo
	compare
fi

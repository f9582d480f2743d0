#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The part of "make demo" that runs in the test machine, as root. tools/check/demo runs it, and
# "kpool bench" calls it again while the pools that it used still exist.

# The parameters of a test machine.
[ -e /machine ] || {
	echo "${0##*/}: this runs in a test machine only, as make demo does it" >&2
	exit 2
}

# shellcheck disable=SC3040  # busybox has it
set -euo pipefail

POOLS=/sys/kernel/debug/kpool
# The number of objects that the workload overflow leaves in its pool.
BURST=2000
# The time that a clearing cycle may take, in tenths of a second.
PATIENCE=300

# sum NAME: print the statistic of that name, summed over all pools.
sum()
{
	cat $POOLS/*/stats | awk -v name="$1" '$1 == name { sum += $2 } END { print sum + 0 }'
}

# wait_until COMMAND: wait until it succeeds, or PATIENCE runs out.
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

# Writing 2 runs every shrinker of the kernel. kpool's frees as many objects as it can at once, and
# has a worker run a clearing cycle over all pools for objects in the CPUs' caches.
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
	[ "$idle" -ge $BURST ] || fail "the $BURST objects of the pool overflow are missing"
	drop_caches
	echo "  after the first drop_caches:   $(sum idle)"
	drop_caches
	wait_until nothing_is_idle
	left=$(sum idle)
	echo "  after the second drop_caches:  $left"
	[ "$left" -eq 0 ] || fail "$left objects were not freed"
}

show_pools()
{
	echo
	echo "The pools that kpool used for the last four, in $POOLS/pools:"
	echo
	cat $POOLS/pools
}

# Compares everything that a driver could use for the simplest case, then adds a few cases that show
# more: two tables, printed as one.
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
	# Disable the trim: how much is idle at the end must not depend on this machine's speed.
	insmod /kpool/kpool.ko trim_interval=0
	insmod /kpool/kpool_bench.ko
	echo
	compare
fi

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The part of "make demo" that runs in the test machine, as root. Run by tools/check/demo, and
# called back by "kpool bench" while the pools that it used are still there.

set -eu

POOLS=/sys/kernel/debug/kpool
# How many tenths of a second a clearing cycle may take.
PATIENCE=50

# sum NAME: the statistic of that name, all pools together.
sum()
{
	cat $POOLS/*/stats | awk -v name="$1" '$1 == name { sum += $2 } END { print sum + 0 }'
}

show_statistics()
{
	echo
	echo "The pools that kpool used for this, in $POOLS/pools:"
	echo
	cat $POOLS/pools
	for pool in "$POOLS"/*-pair "$POOLS"/*-overflow; do
		[ -d "$pool" ] || continue
		echo
		echo "$pool/stats:"
		echo
		# Four to a line.
		awk '{ printf "%-18s %-10s%s", $1, $2, NR % 4 ? "" : "\n" }
		     END { if (NR % 4) print "" }' "$pool/stats"
	done
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

show_memory_come_back()
{
	echo
	echo "Idle objects in all pools:       $(sum idle)"
	drop_caches
	echo "  after the first drop_caches:   $(sum idle)"
	drop_caches
	wait_until nothing_is_idle
	left=$(sum idle)
	echo "  after the second drop_caches:  $left"
	if [ "$left" -gt 0 ]; then
		echo "demo: error: $left objects did not come back" >&2
		return 1
	fi
}

if [ "${1:-}" = with-pools ]; then
	show_statistics
	show_memory_come_back
	exit
fi

# Those that take a few seconds even where a machine is emulated.
WORKLOADS=pair,parallel,overflow,cross,compress,nested,state,state-use
WORKLOADS=$WORKLOADS,buf,sized,ring,fifo,compound,work,dma,static
BACKENDS=loop,kpool,kpool-hooks,kmem_cache,kmalloc,mempool,objpool,ptr_ring,llist,none,fixed,kernel

echo "Loading kpool.ko and kpool_bench.ko into Linux $(uname -r)"
insmod /kpool/kpool.ko
insmod /kpool/kpool_bench.ko
echo
kpool bench --quick --burst 2000 --workload "$WORKLOADS" --backend "$BACKENDS" --then "sh $0 with-pools"

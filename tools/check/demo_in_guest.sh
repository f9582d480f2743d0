#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The part of "make demo" that runs in the test machine, as root. Run by tools/check/demo, and
# called back by "kpool bench" while the pools that it used are still there.

set -eu

POOLS=/sys/kernel/debug/kpool
# The worker that empties the CPUs' caches has this many tenths of a second.
PATIENCE=50

# Objects that idle in all pools together.
idle()
{
	cat $POOLS/*/stats | awk '$1 == "idle" { sum += $2 } END { print sum + 0 }'
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

show_memory_come_back()
{
	echo
	echo "Idle objects in all pools: $(idle)"
	for cycle in first second; do
		# Runs every shrinker of the kernel, kpool's among them.
		echo 2 > /proc/sys/vm/drop_caches
		echo "  after the $cycle drop_caches: $(idle)"
	done
	tries=0
	while [ "$(idle)" -gt 0 ] && [ $tries -lt $PATIENCE ]; do
		tries=$((tries + 1))
		usleep 100000
	done
	left=$(idle)
	echo "  after the worker has emptied the CPUs' caches: $left"
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

echo "Loading kpool.ko and kpool_bench.ko into Linux $(uname -r)"
insmod /kpool/kpool.ko
insmod /kpool/kpool_bench.ko
echo
kpool bench --burst 2000 --then "sh $0 with-pools"

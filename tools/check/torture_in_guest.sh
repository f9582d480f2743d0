#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The part of "make torture" that runs in the test machine, as root. Run by tools/check/torture.
#
# Usage: torture_in_guest.sh SECONDS

set -eu

# Between two times that memory is asked back: time for some load, in microseconds.
PAUSE=30000

# What we write to the kernel's log when it is over.
END="torture_in_guest: end"

# What the module says, as it says it, until we say that it is over.
show_messages()
{
	while IFS= read -r line; do
		case $line in
		*\;kpool_torture:*) echo "${line#*;}" ;;
		*"$END"*) return ;;
		esac
	done
}

ask_memory_back()
{
	while :; do
		echo 2 > /proc/sys/vm/drop_caches
		usleep $PAUSE
	done
}

insmod /kpool/kpool.ko trim_interval=1
# Not a message for each time that it is written to.
echo 4 > /proc/sys/vm/drop_caches
# A shell reads single bytes, which the device refuses.
mkfifo log
cat /dev/kmsg > log &
reading=$!
show_messages < log &
showing=$!
ask_memory_back &
asking=$!

status=0
insmod /kpool/kpool_torture.ko seconds="$1" hotplug=1 nmis=1 || status=$?
kill $asking
if [ "$status" = 0 ]; then
	rmmod kpool_torture
	rmmod kpool
fi
echo "$END" > /dev/kmsg
wait $showing
kill $reading
exit "$status"

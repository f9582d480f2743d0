#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The part of "make torture" that runs in the test machine, as root. Run by tools/check/torture.
#
# Usage: torture_in_guest.sh SECONDS

set -eu

# The parameters of a test machine.
[ -e /machine ] || {
	echo "${0##*/}: this runs in a test machine only, as make torture does it" >&2
	exit 2
}

# The pause between two reclaims of memory, for some load, in microseconds.
PAUSE=30000

# The line that this script writes to the kernel's log at the end.
END="torture_in_guest: end"

# Print the module's messages as they appear, until the line above ends it.
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
# Suppress the message for each write to this file.
echo 4 > /proc/sys/vm/drop_caches
# A shell reads single bytes, which the device does not allow.
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

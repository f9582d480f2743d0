# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Decides when a test machine counts as hung: after it has printed nothing for too long, no matter
# how long it has been running. Sourced by tools/vm/run.
#
# On a busy host an emulator can be silent because it gets no CPU. So silence is the time since the
# machine last printed, minus the time that one of its threads was ready to run but did not run: the
# thread with the longest wait, for which the others may have waited. The kernel counts this in
# /proc/PID/task/TID/schedstat; without that file only the clock counts.

# Tests use a tree of their own.
SILENCE_PROC=${SILENCE_PROC:-/proc}
# The most milliseconds that count between two checks: if more have passed, this script did not run,
# or the host was suspended.
SILENCE_STEP=3000

# For each thread of the machine: its wait for a CPU in ns until the machine last printed.
declare -A silence_waited
silence_ms=0

# silence_of_threads PID: set silence_tids and silence_ns, the time that each thread of PID and of
# its children has waited for a CPU.
silence_of_threads()
{
	local task file waited children child

	for task in "$SILENCE_PROC/$1/task"/*; do
		file=$task/schedstat
		# A thread may end in the meantime.
		if [ -r "$file" ] && read -r _ waited _ < "$file"; then
			silence_tids+=("${task##*/}")
			silence_ns+=("$waited")
		fi 2>/dev/null
		children=
		if [ -r "$task/children" ]; then
			read -r children < "$task/children" || true
		fi 2>/dev/null
		for child in $children; do
			silence_of_threads "$child"
		done
	done
}

# silence_look PID BYTES NOW: the machine of process PID has printed BYTES in all, at the time NOW,
# in milliseconds. Sets silence_ms, for how long it could have printed and has not.
silence_look()
{
	local pid=$1 bytes=$2 now=$3 step tid i waited longest=0
	local silence_tids=() silence_ns=()

	silence_of_threads "$pid"
	if [ "$bytes" != "${silence_bytes:-}" ]; then
		silence_bytes=$bytes
		silence_wall=0
		silence_waited=()
		for i in "${!silence_tids[@]}"; do
			silence_waited[${silence_tids[i]}]=${silence_ns[i]}
		done
	else
		step=$((now - silence_seen))
		[ "$step" -ge 0 ] || step=0
		[ "$step" -le "$SILENCE_STEP" ] || step=$SILENCE_STEP
		silence_wall=$((silence_wall + step))
	fi
	silence_seen=$now
	for i in "${!silence_tids[@]}"; do
		tid=${silence_tids[i]}
		waited=$(((silence_ns[i] - ${silence_waited[$tid]:-0}) / 1000000))
		[ "$waited" -le "$longest" ] || longest=$waited
	done
	silence_ms=$((silence_wall - longest))
	[ "$silence_ms" -ge 0 ] || silence_ms=0
}

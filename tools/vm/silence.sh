# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# When a test machine counts as hung: when it has said nothing for too long, however long it has been
# running. Sourced by tools/vm/run.
#
# On a busy host an emulator can be silent because it gets no CPU. So silence is the time since the
# machine last printed, less the time that one of its threads was ready to run and was not running
# meanwhile: that of the thread that had to wait longest, which the others may have waited for.
# The kernel counts this in /proc/PID/task/TID/schedstat; where it does not, only the clock is left.

# Tests have a tree of their own.
SILENCE_PROC=${SILENCE_PROC:-/proc}
# Between two looks at most so much counts, in milliseconds: if more has passed, then it was us who
# did not run, or the host slept.
SILENCE_STEP=3000

# Threads of the machine: how long each had waited for a CPU when the machine last printed, in ns.
declare -A silence_waited
silence_ms=0

# silence_of_threads PID: set silence_tids and silence_ns, what each thread of PID and of its children
# has waited for a CPU.
silence_of_threads()
{
	local task file waited children child

	for task in "$SILENCE_PROC/$1/task"/*; do
		file=$task/schedstat
		# A thread may end while we look.
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

# silence_look PID BYTES NOW: the machine of process PID has printed BYTES in all, and it is NOW, in
# milliseconds. Sets silence_ms, for how long it has had the chance to print and has not.
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

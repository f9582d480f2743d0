# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Functions shared by the scripts under tools/: messages, the cache, locks. Sourced, never run.
#
# The cache lives outside the tree, so that every clone on a machine uses the same kernels:
#
#   $KPOOL_CACHE/apt/            private package lists and state
#   $KPOOL_CACHE/deb/            downloaded packages
#   $KPOOL_CACHE/src/            unpacked kernel sources
#   $KPOOL_CACHE/kernels/<id>/   built or unpacked kernels
#   $KPOOL_CACHE/sysroot/<id>/   unpacked programs and libraries of another architecture
#
# A directory in the cache is complete when it holds a file ".complete", which is written last.

# shellcheck disable=SC2034  # used by the scripts that source this
KPOOL_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# The host's architecture as the kernel names it.
# shellcheck disable=SC2034
HOST_ARCH=$(uname -m)

[ "$(uname -s)" = Linux ] || {
	printf '%s\n' "kpool: error: kpool is built and tested on Linux; this is $(uname -s)." >&2
	exit 1
}

if [ -z "${XDG_CACHE_HOME:-}${HOME:-}" ]; then
	printf '%s\n' "kpool: error: there is no place for the cache: set HOME or XDG_CACHE_HOME" >&2
	exit 1
fi
KPOOL_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/kpool

# Options of a make that called this script are not for the makes that it calls.
unset MAKEFLAGS MFLAGS MAKELEVEL

say()
{
	printf '%s\n' "kpool: $*" >&2
}

die()
{
	printf '%s\n' "kpool: error: $*" >&2
	exit 1
}

# Print the comment block at the head of a script, from its second paragraph on.
usage_of()
{
	awk 'NR == 1 || /SPDX/ { next }
	     !/^#/ { exit }
	     { sub(/^# ?/, ""); if (started || $0 != "") { started = 1; print } }' "$1"
}

# needs_value OPTION [VALUE]...: die unless a value follows the option.
needs_value()
{
	[ -n "${2:-}" ] || die "$1 needs a value; see ${0#"$KPOOL_TOP/"} --help"
}

# no_arguments [ARGUMENT]...: for a script that takes none: print its usage if asked to, and refuse
# anything else.
no_arguments()
{
	case ${1:-} in
	"") ;;
	-h | --help) usage_of "$0"; exit 0 ;;
	*) die "unknown argument '$1'; see ${0#"$KPOOL_TOP/"} --help" ;;
	esac
}

# need COMMAND...: die with advice unless every command exists.
need()
{
	local command missing=()

	for command in "$@"; do
		command -v "$command" >/dev/null || missing+=("$command")
	done
	[ ${#missing[@]} -eq 0 ] ||
		die "not installed: ${missing[*]}. Run tools/check/setup, which installs what kpool needs."
}

# need_room DIRECTORY MEGABYTES: die with advice unless that much can be written there.
need_room()
{
	local left

	mkdir -p "$1" 2>/dev/null || true
	[ -w "$1" ] ||
		die "cannot write to $1: make it writable, or work in a copy of kpool that is yours."
	left=$(df --output=avail -k "$1" | tail -n 1)
	[ "$left" -ge $(($2 * 1024)) ] ||
		die "the disk that holds $1 is full: $((left / 1024)) MB are left and $2 are needed." \
		    "Make room there and run this again."
}

declare -A KPOOL_LOCKS

# lock NAME: wait until no other process on this machine holds NAME, which is a file or, without a
# slash, a name in the cache. Children inherit the lock: it stays held while one of them works on
# the files that it protects, even if its parent has died.
lock()
{
	local file=$1 fd

	need_room "$KPOOL_CACHE/locks" 1
	[[ $file == */* ]] || file=$KPOOL_CACHE/locks/$file
	exec {fd}>"$file"
	if ! flock --nonblock "$fd"; then
		say "waiting for another run that prepares $(basename "$file")"
		flock "$fd"
	fi
	KPOOL_LOCKS[$1]=$fd
}

# unlock NAME: release it.
unlock()
{
	local fd=${KPOOL_LOCKS[$1]}

	exec {fd}>&-
	unset "KPOOL_LOCKS[$1]"
}

# await COMMAND...: run it and return its status. A signal that would end this script is passed on
# to COMMAND, and the script continues once COMMAND has ended, to save its results.
await()
{
	local child status=0

	"$@" &
	child=$!
	# A background command of a script ignores SIGINT.
	trap 'kill -TERM "$child" 2>/dev/null || true' INT TERM HUP
	wait "$child" || status=$?
	while kill -0 "$child" 2>/dev/null; do
		status=0
		wait "$child" || status=$?
	done
	trap - INT TERM HUP
	return "$status"
}

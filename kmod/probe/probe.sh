#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# probe.sh: find out which features the kernel that kpool is built for has.
#
# Usage: probe.sh RELEASE SOURCE HEADER CC [FLAG]...
#
#   RELEASE   the kernel's release, for messages
#   SOURCE    probe.c, which describes each probe
#   HEADER    file to write: "#define KPOOL_HAVE_X 1" or 0 for each KPOOL_PROBE_X in SOURCE
#   CC FLAG   the compiler and flags with which kbuild compiles a module
#
# kbuild runs this before it compiles any file of kpool. That a probe does not compile shows that a
# feature is absent only if the kernel's headers compile without the probe, and if using an absent
# feature is an error at all. Two controls check both.

set -eu

release=$1
source=$2
header=$3
shift 3

directory=$(dirname "$header")
mkdir -p "$directory"
rm -f "$header"
trap 'rm -f "$header".*.log "$header.new"' EXIT

# compile NAME COMPILER...: check if the probe compiles. The compiler's output goes to a log.
compile()
{
	name=$1
	shift
	"$@" -Wno-error -Werror=implicit-function-declaration \
		-Werror=incompatible-pointer-types \
		"-DKPOOL_PROBE_$name" -c -o /dev/null "$source" > "$header.$name.log" 2>&1
}

fail()
{
	echo "kpool: error: $*" >&2
	exit 1
}

if ! compile NOTHING "$@"; then
	head -n 20 "$header.NOTHING.log" >&2
	fail "a file that only includes headers of the kernel $release does not compile with $1." \
		"The headers are incomplete, were not prepared (make modules_prepare)," \
		"or are made for another compiler."
fi
if compile IMPOSSIBLE "$@"; then
	fail "$1 compiles a call of a function that no kernel has, so the features of $release" \
		"cannot be detected. Remove the setting that allows this (CC, KCFLAGS)."
fi
{
	echo "/* SPDX-License-Identifier: GPL-2.0 */"
	echo "/* The features of $release. Written by kmod/probe/probe.sh. */"
	# shellcheck disable=SC2013  # they are words
	for name in $(sed -n 's/^#elif defined(KPOOL_PROBE_\([A-Z0-9_]*\))$/\1/p' "$source"); do
		[ "$name" != IMPOSSIBLE ] || continue
		if compile "$name" "$@"; then
			echo "#define KPOOL_HAVE_$name 1"
		else
			echo "#define KPOOL_HAVE_$name 0"
		fi
	done
} > "$header.new"
mv "$header.new" "$header"

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# probe.sh: ask the kernel that kpool is built for what it has.
#
# Usage: probe.sh RELEASE SOURCE HEADER CC [FLAG]...
#
#   RELEASE   the kernel's release, for messages
#   SOURCE    probe.c, where each probe is described
#   HEADER    to be written: "#define KPOOL_HAVE_X 1" or 0 for each KPOOL_PROBE_X in SOURCE
#   CC FLAG   as kbuild compiles a module with
#
# Run by kbuild before anything of kpool is compiled. A probe that does not compile says that
# something is absent only if the kernel's headers compile without it, and if what is absent is an
# error at all: two controls see to that.

set -eu

release=$1
source=$2
header=$3
shift 3

directory=$(dirname "$header")
mkdir -p "$directory"
rm -f "$header"
trap 'rm -f "$header".*.log "$header.new"' EXIT

# compile NAME COMPILER...: does the probe compile? What the compiler says goes to a log.
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
	fail "$1 compiles a call of a function that no kernel has, so nothing can be" \
		"found out about $release. Take out what makes it do so (CC, KCFLAGS)."
fi
{
	echo "/* SPDX-License-Identifier: GPL-2.0 */"
	echo "/* What $release has. Written by kmod/probe/probe.sh. */"
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

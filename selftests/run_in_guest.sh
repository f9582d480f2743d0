#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# run_in_guest.sh: run kpool's selftests and print one KTAP document.
#
# Usage: run_in_guest.sh [PROGRAM...]
#
#   PROGRAM   a program in the directory of this script to run; by default, all *_test except
#             isolation_test and pressure_test, which need machines booted for them
#
# Runs in the test machine, as root; the programs load the modules that they need. Exits with 0
# if no test failed. For example: tools/vm/run -- /kpool/selftests/run_in_guest.sh run_test

set -eu

usage()
{
	sed -n '/^# Usage/,/^$/s/^# \{0,1\}//p' "$0"
}

# run NUMBER PROGRAM: print the program's own TAP, indented, and a line with its result.
run()
{
	# The left side of a pipe cannot return its status, so its last line of output states it.
	{ "./$2" 2>&1 || printf '\nexit status %s\n' $?; } | {
		failed=
		while IFS= read -r line; do
			case $line in
			"exit status 4") ;;
			"exit status "*) failed=yes ;;
			*) printf '    %s\n' "$line" ;;
			esac
		done
		if [ -n "$failed" ]; then
			printf 'not ok %s %s\n' "$1" "$2"
			return 1
		fi
		printf 'ok %s %s\n' "$1" "$2"
	}
}

case ${1:-} in
-h | --help) usage; exit 0 ;;
esac

cd "$(dirname "$0")"
if [ $# -eq 0 ]; then
	for program in *_test; do
		case $program in
		isolation_test | pressure_test) ;;
		*) set -- "$@" "$program" ;;
		esac
	done
fi

echo "KTAP version 1"
echo "1..$#"
number=0
status=0
for program; do
	number=$((number + 1))
	if [ ! -x "$program" ]; then
		echo "# there is no program '$program' in $(pwd)"
		echo "not ok $number $program"
		status=1
		continue
	fi
	run "$number" "$program" || status=1
done
exit $status

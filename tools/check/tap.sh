# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Tests in bash that print KTAP. Sourced; a test is a function test_WHAT_HOLDS, which fails when one
# of its commands does, and tap_run runs all that there are. Those called long_test_WHAT_HOLDS run
# only where the environment variable KPOOL_TEST_LONG is "yes": "make check-all" sets it. Another,
# KPOOL_TEST_ONLY, is a pattern that picks tests. $SCRATCH is a directory that goes away in the end.

SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
# As for the kernel's own tests.
STATUS_SKIP=4
# What the command printed that expect_status ran last.
OUTPUT=$SCRATCH/output

# expect_status STATUS COMMAND...: it ends with that status; its output goes to $OUTPUT.
expect_status()
{
	local expected=$1 status=0

	shift
	"$@" > "$OUTPUT" 2>&1 || status=$?
	cat "$OUTPUT"
	if [ "$status" != "$expected" ]; then
		echo "status $status where $expected was expected: $*"
		return 1
	fi
}

# expect_line TEXT: the command run last printed it.
expect_line()
{
	grep -qF -- "$1" "$OUTPUT" || {
		echo "not in the output: $1"
		return 1
	}
}

# skip REASON: end a test that cannot be run here.
skip()
{
	echo "$*"
	exit "$STATUS_SKIP"
}

tap_run()
{
	local tests name status number=0

	mapfile -t tests < <({
		compgen -A function test_
		[ "${KPOOL_TEST_LONG:-no}" != yes ] || compgen -A function long_test_
	} | grep -E "${KPOOL_TEST_ONLY:-.}")
	echo "KTAP version 1"
	echo "1..${#tests[@]}"
	for name in "${tests[@]}"; do
		number=$((number + 1))
		# Errors end a subshell only where nothing asks for its status.
		set +e
		(set -e; "$name") > "$SCRATCH/log" 2>&1
		status=$?
		set -e
		if [ $status = 0 ]; then
			echo "ok $number ${name#*test_}"
		elif [ $status = $STATUS_SKIP ]; then
			echo "ok $number ${name#*test_} # SKIP $(tail -n 1 "$SCRATCH/log")"
		else
			sed 's/^/# /' "$SCRATCH/log"
			echo "not ok $number ${name#*test_}"
			TAP_FAILED=yes
		fi
	done
	[ -z "${TAP_FAILED:-}" ]
}

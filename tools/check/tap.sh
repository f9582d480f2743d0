# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Tests in bash that print KTAP. Sourced; a test is a function test_WHAT_HOLDS, which fails if one
# of its commands fails, and tap_run runs all tests. Functions called long_test_WHAT_HOLDS run only
# if the environment variable KPOOL_TEST_LONG is "yes", as "make check-all" sets it. Another
# variable, KPOOL_TEST_ONLY, is a pattern that selects tests. $SCRATCH is a directory that is
# removed at the end.

SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
# The same status as in the kernel's own tests.
STATUS_SKIP=4
# The output of the last command run by expect_status.
OUTPUT=$SCRATCH/output

# expect_status STATUS COMMAND...: run it and check its exit status; its output goes to $OUTPUT.
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

# expect_line TEXT: check that the last command's output contains it.
expect_line()
{
	grep -qF -- "$1" "$OUTPUT" || {
		echo "not in the output: $1"
		return 1
	}
}

# skip REASON: end a test that cannot run here.
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
	if [ ${#tests[@]} = 0 ]; then
		echo "no test matches '${KPOOL_TEST_ONLY:-}'" >&2
		return 1
	fi
	echo "KTAP version 1"
	echo "1..${#tests[@]}"
	for name in "${tests[@]}"; do
		number=$((number + 1))
		# "set -e" has no effect in a subshell whose status is tested.
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

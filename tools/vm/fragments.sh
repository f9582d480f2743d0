# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Fragments of kernel configurations, and what a kernel makes of them. Sourced by what configures one.

CONFIGS=$KPOOL_TOP/tools/vm/configs

# wanted_options FRAGMENT...: print the options of a fragment list as "OPTION value", the last word on each winning.
wanted_options()
{
	awk '/^CONFIG_[A-Za-z0-9_]+=/ {
		split($0, part, "=")
		value[substr(part[1], 8)] = substr($0, index($0, "=") + 1)
	     }
	     END { for (option in value) print option, value[option] }' "$@" | sort
}

# absent_option VERSION-ARCH OPTION: is it listed as something that this kernel does not have?
absent_option()
{
	local pattern option

	while read -r pattern option _; do
		# shellcheck disable=SC2254  # a pattern is meant
		case $1 in
		$pattern) [ "$option" != "$2" ] || return 0 ;;
		esac
	done < <(grep -v '^#' "$CONFIGS/absent")
	return 1
}

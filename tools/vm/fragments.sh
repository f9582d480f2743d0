# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Fragments of kernel configurations, and the options that a kernel accepts from them. Sourced by
# scripts that configure a kernel.

CONFIGS=$KPOOL_TOP/tools/vm/configs

# wanted_options FRAGMENT...: print the options of a list of fragments as "OPTION value"; of several
# values for an option the last wins.
wanted_options()
{
	awk '/^CONFIG_[A-Za-z0-9_]+=/ {
		split($0, part, "=")
		value[substr(part[1], 8)] = substr($0, index($0, "=") + 1)
	     }
	     END { for (option in value) print option, value[option] }' "$@" | sort
}

# absent_option VERSION-ARCH OPTION: is the option listed as one that this kernel does not have?
absent_option()
{
	local pattern option

	while read -r pattern option _; do
		# shellcheck disable=SC2254  # the value is a pattern
		case $1 in
		$pattern) [ "$option" != "$2" ] || return 0 ;;
		esac
	done < <(grep -v '^#' "$CONFIGS/absent")
	return 1
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A driver's sources, copied to where they are built. Sourced by tools/vm/modules.
#
# A kernel build writes next to the sources, and takes no blank in their path. So it gets a copy:
# nothing is written into the driver's directory, and its path may be any. The copy is named after
# the whole path. It has all files but those that a build makes, and also the directories outside of
# the driver that its files name by a path with "..", where these are seen from the driver.

# What a build in the driver's own directory leaves there.
DRIVER_PRODUCTS=(-name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' -o -name '.*.cmd'
	-o -name '*.order' -o -name Module.symvers -o -name '.Module.symvers.*' -o -name '.tmp_*'
	-o -name '*.symversions' -o -name '*.o.d')

# check_driver PATH: prints the absolute path of the driver in the directory PATH.
check_driver()
{
	local path=$1 file

	[ -e "$path" ] || die "no driver at '$path': there is no such directory"
	[ -d "$path" ] ||
		die "no driver at '$path': that is a file; name the directory that has its Kbuild file"
	if [ ! -r "$path" ] || [ ! -x "$path" ]; then
		die "the driver's directory '$path' cannot be read"
	fi
	[ ! "$path" -ef "$KPOOL_TOP" ] ||
		die "'$path' is kpool itself. A relative path begins at the directory of kpool:" \
		    "give the driver's absolute path, such as M=\$PWD."
	path=$(cd "$path" && pwd)
	for file in Kbuild Makefile; do
		[ ! -e "$path/$file" ] || [ -r "$path/$file" ] || die "'$path/$file' cannot be read"
	done
	[ -e "$path/Kbuild" ] || [ -e "$path/Makefile" ] ||
		die "no driver at '$path': a directory with a Kbuild file or a Makefile is expected"
	printf '%s\n' "$path"
}

# driver_key PATH: a name for the driver there, unlike that of any other path.
driver_key()
{
	local name=${1##*/}

	printf '%s-%s\n' "${name//[!A-Za-z0-9_.-]/_}" "$(sha256sum <<< "$1" | cut -c 1-10)"
}

# driver_files DIRECTORY: the files in there that are no product of a build, one a line, also those
# behind symbolic links. A driver's repository may have kpool in it, which is built already.
driver_files()
{
	(cd "$1" && find -L . \( \( -name .git -o -samefile "$KPOOL_TOP" \) -prune \) -o \
		-type f ! \( "${DRIVER_PRODUCTS[@]}" \) -print) 2>/dev/null | sort
}

# outside_paths DIRECTORY: the paths beginning with ".." that its files name, from its top and as far
# as anything is there.
outside_paths()
{
	local path

	while read -r path; do
		# The name of an object stands for its source: take the directory.
		while [ ! -e "$1/$path" ]; do
			path=${path%/*}
		done
		[[ $path =~ ^(\.\./)*\.\.$ ]] || printf '%s\n' "$path"
	done < <((cd "$1" && driver_files . | tr '\n' '\0' |
		xargs -0r grep -IohsE '\.\./[][A-Za-z0-9_.+/-]*' ) | sed 's#/*$##' | outside_levels | sort -u)
}

# outside_levels: a file further down in the driver needs more ".." to get out of it, so each path is
# tried with fewer of them, too.
outside_levels()
{
	local path

	while read -r path; do
		while [[ $path == ../* ]]; do
			printf '%s\n' "$path"
			path=${path#../}
		done
	done
}

# driver_sources DIRECTORY: all files that the driver there needs, as absolute paths, one a line.
driver_sources()
{
	local directory path next=("$1")
	declare -A seen=()

	while [ ${#next[@]} -gt 0 ]; do
		directory=${next[0]}
		next=("${next[@]:1}")
		[ -z "${seen["$directory"]:-}" ] || continue
		seen["$directory"]=yes
		driver_files "$directory" | sed "s#^\\.#${directory//[#&\\]/\\&}#"
		while read -r path; do
			path=$(realpath -ms "$directory/$path")
			# What holds the driver itself, or kpool, is not copied as a whole.
			[[ $1/ != "$path"/* && $KPOOL_TOP/ != "$path"/* && $path/ != "$1"/* ]] || continue
			if [ -d "$path" ]; then
				next+=("$path")
			else
				printf '%s\n' "$path"
			fi
		done < <(outside_paths "$directory")
	done | sort -u
}

# common_directory PATH: the directory of PATH that also has every path on standard input.
common_directory()
{
	local common=$1 path

	while read -r path; do
		while [[ $path != "$common"/* ]]; do
			common=${common%/*}
		done
	done
	printf '%s\n' "$common"
}

# copy_driver DRIVER TREE: bring the copy in TREE up to date; prints the directory to build in. If
# another set of files makes up the driver now, what was built from the old one is of no use.
copy_driver()
{
	local driver=$1 tree=$2 sources top directory path file

	sources=$(driver_sources "$driver")
	top=$(common_directory "$driver" <<< "$sources")
	directory=$tree/source$(plain_name "${driver#"$top"}")
	start_over "$tree" "$(sha256sum <<< "$driver $sources")" || return 1
	while read -r path; do
		file=$directory${path#"$driver"}
		[[ $path == "$driver"/* ]] || file=$tree/source$(plain_name "${path#"$top"}")
		# The new date tells make that it has changed.
		cmp -s "$path" "$file" || {
			mkdir -p "${file%/*}" && rm -f "$file" && cp --preserve=mode "$path" "$file"
		} || return 1
	done <<< "$sources"
	printf '%s\n' "$directory"
}

# plain_name PATH: without what a kernel build does not take in a path.
plain_name()
{
	printf '%s\n' "${1//[!A-Za-z0-9_.+\/-]/_}"
}

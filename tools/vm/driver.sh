# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Copies a driver's sources to the directory where they are built. Sourced by tools/vm/modules.
#
# A kernel build writes next to the sources, and does not accept blanks in their path. Building a
# copy leaves the driver's directory unchanged and allows any path. The copy is named after the
# whole path. It contains all files except build products, and also the directories outside the
# driver that its files refer to by a path with "..", in the same position relative to the driver.

# The files that a build in the driver's own directory leaves there.
DRIVER_PRODUCTS=(-name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' -o -name '.*.cmd'
	-o -name '*.order' -o -name Module.symvers -o -name '.Module.symvers.*' -o -name '.tmp_*'
	-o -name '*.symversions' -o -name '*.o.d')

# check_driver PATH: print the absolute path of the driver in the directory PATH.
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
	# Lists of files have a name on each line.
	[[ $path != *$'\n'* ]] || die "the driver's path contains a line break: rename the directory"
	file=$(find -L "$path" -name .git -prune -o -name $'*\n*' -print -quit 2> /dev/null)
	file=${file#"$path/"}
	[ -z "$file" ] ||
		die "the name of one of the driver's files contains a line break: '${file//$'\n'/?}'"
	for file in Kbuild Makefile; do
		[ ! -e "$path/$file" ] || [ -r "$path/$file" ] || die "'$path/$file' cannot be read"
	done
	[ -e "$path/Kbuild" ] || [ -e "$path/Makefile" ] ||
		die "no driver at '$path': a directory with a Kbuild file or a Makefile is expected"
	printf '%s\n' "$path"
}

# driver_key PATH: print a name for the driver that no other path has.
driver_key()
{
	local name=${1##*/}

	printf '%s-%s\n' "${name//[!A-Za-z0-9_.-]/_}" "$(sha256sum <<< "$1" | cut -c 1-10)"
}

# driver_files DIRECTORY: print the files in it that are not build products, one per line, following
# symbolic links. A driver's repository may contain kpool, which is built already.
driver_files()
{
	(cd "$1" && find -L . \( \( -name .git -o -samefile "$KPOOL_TOP" \) -prune \) -o \
		-type f ! \( "${DRIVER_PRODUCTS[@]}" \) -print) 2>/dev/null | sort
}

# outside_paths DIRECTORY: print the paths beginning with ".." that its files name, relative to its
# top, each as far as it exists.
outside_paths()
{
	local path

	while read -r path; do
		# The name of an object file stands for its source: take the directory.
		while [ ! -e "$1/$path" ]; do
			path=${path%/*}
		done
		[[ $path =~ ^(\.\./)*\.\.$ ]] || printf '%s\n' "$path"
	done < <((cd "$1" && driver_files . | tr '\n' '\0' |
		xargs -0r grep -IohsE '\.\./[][A-Za-z0-9_.+/-]*' ) | sed 's#/*$##' | outside_levels | sort -u)
}

# outside_levels: a file deeper in the driver needs more ".." to leave it, so also try each path
# with fewer of them.
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

# driver_sources DIRECTORY: print all files that the driver needs, as absolute paths, one per line.
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
			# A directory that contains the driver itself, or kpool, is not copied as a
			# whole.
			[[ $1/ != "$path"/* && $KPOOL_TOP/ != "$path"/* && $path/ != "$1"/* ]] || continue
			if [ -d "$path" ]; then
				next+=("$path")
			else
				printf '%s\n' "$path"
			fi
		done < <(outside_paths "$directory")
	done | sort -u
}

# common_directory PATH: print the parent of PATH that also contains every path on standard input.
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

# copy_driver DRIVER TREE: bring the copy in TREE up to date; print the directory to build in. If
# the driver now consists of a different set of files, remove the products of the old one.
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
		# The new date tells make that the file has changed.
		cmp -s "$path" "$file" || {
			mkdir -p "${file%/*}" && rm -f "$file" && cp --preserve=mode "$path" "$file"
		} || return 1
	done <<< "$sources"
	printf '%s\n' "$directory"
}

# plain_name PATH: print it without the characters that a kernel build does not accept in a path.
plain_name()
{
	printf '%s\n' "${1//[!A-Za-z0-9_.+\/-]/_}"
}

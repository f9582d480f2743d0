# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Headers of a Debian release other than this system's: their kbuild programs need that release's C
# library, and their options its compiler. Sourced by tools/vm/kernel.
#
# Both are unpacked in the cache, and each program is replaced by a script that starts it with the C
# library unpacked next to it. Nothing is installed, and no privileges are needed. The headers then
# name that compiler themselves, so that any "make -C KDIR M=..." uses it. None of this is done if
# this system has the compiler that the headers need, and their programs run here.

TOOLCHAINS=$KPOOL_CACHE/toolchains

# dynamic_programs DIRECTORY...: print the files there that need a C library.
dynamic_programs()
{
	find "$@" -type f -perm -u+x ! -name '*.so*' ! -name '*.elf' -exec \
		grep -qaE $'^\x7fELF' {} \; -exec grep -qaF /ld-linux-x86-64.so.2 {} \; -print
}

# wrap_programs ROOT FINAL DIRECTORY...: make the programs there start with the C library of ROOT,
# which will be renamed to FINAL. A compiler also looks there for the programs that it calls.
wrap_programs()
{
	local root=$1 final=$2 loader program argument

	shift 2
	loader=$(cd "$root" && find . -name ld-linux-x86-64.so.2 | sort | head -n 1)
	[ -n "$loader" ] || die "there is no C library among the packages of the toolchain ${final##*/}"
	while read -r program; do
		mv "$program" "$program.elf"
		argument=
		case ${program##*/} in *gcc-[0-9]* | *cpp-[0-9]*) argument="'-B$final/usr/bin/'" ;; esac
		cat > "$program" <<-END
			#!/bin/sh
			exec '$final/${loader#./}' --argv0 "\$0" \\
				--library-path '$final/lib/x86_64-linux-gnu:$final/usr/lib/x86_64-linux-gnu' \\
				"\${0%/*}/${program##*/}.elf" $argument "\$@"
		END
		chmod +x "$program"
	done < <(dynamic_programs "$@")
}

# system_toolchain COMPILER DIRECTORY: are this system's compiler and C library sufficient for the
# headers in DIRECTORY? Headers with an image also need pahole, which generates a module's BTF from
# it.
system_toolchain()
{
	local compiler=$1 directory=$2 program

	command -v "$compiler" > /dev/null && command -v "x86_64-linux-gnu-$compiler" > /dev/null ||
		return 1
	[ -z "$(find "$directory/usr/src" -maxdepth 2 -name vmlinux)" ] || command -v pahole > /dev/null ||
		return 1
	while read -r program; do
		! ldd "$program" 2>&1 | grep -q 'not found' || return 1
	done < <(dynamic_programs "$directory/usr/lib")
}

# toolchain_packages DEBIAN PACKAGE...: print these and all their dependencies in that Debian
# release, in the format of apt: "'uri' file size hash".
toolchain_packages()
{
	local debian=$1

	shift
	sed -n "/ $debian\(-updates\|-security\)\? main\$/p" "$APT_DIR/sources.list" > "$APT_DIR/$debian.list"
	mkdir -p "$APT_DIR/cache-$debian/archives/partial"
	apt-get "${APT_OPTIONS[@]}" -o Dir::Etc::SourceList="$APT_DIR/$debian.list" \
		-o Dir::Cache="$APT_DIR/cache-$debian" --quiet --yes --no-install-recommends \
		--print-uris install "$@" | grep "^'"
}

# unpack_toolchain DIRECTORY LIST: unpack the packages of the list, and wrap each program.
unpack_toolchain()
{
	local directory=$1 list=$2 work=$1.work uri name size hash

	[ ! -e "$directory/.complete" ] || return 0
	say "this system does not have the compiler of these headers; unpacking it in the cache" \
	    "($(awk '{ total += $3 } END { print int(total / 1000000) }' "$list") MB)"
	rm -rf "$work"
	mkdir -p "$work"
	while read -r uri name size hash; do
		fetch_file "${uri//\'/}" "$name" "$size" "$hash" > "$work/.file" || fetch_failed "$name"
		dpkg-deb -x "$(cat "$work/.file")" "$work"
	done < "$list"
	rm -rf "$work/.file" "${work:?}/usr/share"
	wrap_programs "$work" "$directory" "$work/usr"
	touch "$work/.complete"
	rm -rf "$directory"
	mv "$work" "$directory"
}

# choose_toolchain DIRECTORY FINAL RELEASE DEBIAN PACKAGE...: make the headers in DIRECTORY, which
# will be renamed to FINAL, use a compiler of this system or else one in the cache. PACKAGEs are the
# ones unpacked in DIRECTORY.
choose_toolchain()
{
	local directory=$1 final=$2 release=$3 debian=$4 variables compiler list root package depends

	shift 4
	variables=$directory/usr/src/linux-headers-$release/.kernelvariables
	compiler=$(grep -o 'gcc-[0-9]\+' "$variables" | head -n 1)
	[ -n "$compiler" ] || die "the headers of $release do not say which compiler they are for"
	! system_toolchain "$compiler" "$directory" || return 0

	for package in "$@"; do
		[[ $package != linux-kbuild-* ]] || depends=$(apt_field "$package" Depends |
			tr ',' '\n' | sed 's/^ *//; s/[ |].*//' | grep -v '^linux-')
	done
	list=$directory/.toolchain
	# shellcheck disable=SC2086  # names of packages
	toolchain_packages "$debian" "$compiler" binutils pahole ${depends:-} > "$list" ||
		die "Debian $debian does not offer $compiler, which the kernel $release was built with"
	root=$TOOLCHAINS/$debian-$compiler-$(sort "$list" | sha256sum | cut -c 1-12)
	lock "${root##*/}"
	unpack_toolchain "$root" "$list"
	unlock "${root##*/}"
	wrap_programs "$root" "$root" "$directory/usr/lib"
	{
		echo "# Not this system's own: see tools/vm/toolchain.sh of kpool."
		echo "override CROSS_COMPILE = $root/usr/bin/x86_64-linux-gnu-"
		echo "PAHOLE = $root/usr/bin/pahole"
	} >> "$variables"
}

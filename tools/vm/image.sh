# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Kernels as Debian built them: image, headers and kbuild's programs, unpacked in the cache so that
# "make -C KDIR M=..." works there as with installed packages. Sourced by tools/vm/kernel.

# shellcheck disable=SC2034,SC2154  # tools/vm/kernel prints the former and sets the latter

# depends_on PACKAGE=VERSION REGEX: print the first dependency of the package that matches.
depends_on()
{
	apt_field "$1" Depends | sed 's/[,|]/\n/g' | sed 's/^ *//; s/ .*//' | grep -E "^($2)\$" | head -n 1
}

# image_packages RELEASE VERSION: print the packages to fetch, as "package=version". Since 7.2 the
# image itself is in a package of its own.
image_packages()
{
	local release=$1 version=$2 headers=linux-headers-$1=$2 kbuild

	echo "$(depends_on "linux-image-$release=$version" 'linux-binary-.*' ||
		echo "linux-image-$release")=$version"
	echo "$headers"
	echo "$(depends_on "$headers" 'linux-headers-.*-common')=$version"
	# In 6.1 one package of kbuild's programs serves all point releases.
	kbuild=$(depends_on "$headers" 'linux-kbuild-.*')
	apt_offers "${kbuild//+/\\+}" | sort -k 2,2V | awk -v version="$version" '
		{ found = $1 "=" $2 }
		$2 == version { exit }
		END { print found }'
	# With this image among the headers, kbuild generates BTF for modules.
	depends_on "$headers" "linux-base-$release" | sed "s/\$/=$version/"
}

# unpack_image DIRECTORY RELEASE VERSION SUITE: fetch and unpack into DIRECTORY.
unpack_image()
{
	local directory=$1 release=$2 version=$3 suite=$4 packages package file work=$1.work

	[ "$(cat "$directory/.complete" 2>/dev/null)" != "$release $version" ] || return 0

	apt_update
	mapfile -t packages < <(image_packages "$release" "$version")
	rm -rf "$work"
	mkdir -p "$work"
	for package in "${packages[@]}"; do
		file=$(apt_fetch "$package") || fetch_failed "$package"
		say "unpacking ${file##*/}"
		case $package in
		linux-image-* | linux-binary-*) unpack_vmlinuz "$file" "$work" "$release" ;;
		*) dpkg-deb -x "$file" "$work" ;;
		esac
	done
	relocate_headers "$work" "$directory" "$release"
	choose_toolchain "$work" "$directory" "$release" "${suite%%-*}" "${packages[@]}"
	printf '%s\n' "$release $version" > "$work/.complete"
	rm -rf "$directory"
	mv "$work" "$directory"
}

# unpack_vmlinuz FILE DIRECTORY RELEASE: unpack the image only. It precedes the modules, which are
# most of the package, and tar stops after it.
unpack_vmlinuz()
{
	local member

	for member in "./boot/vmlinuz-$3" "./usr/lib/modules/$3/vmlinuz"; do
		{ dpkg-deb --fsys-tarfile "$1" 2>/dev/null || true; } |
			tar -x -C "$2" --occurrence=1 "$member" 2>/dev/null || continue
		return
	done
	die "the package ${1##*/} holds no image where it is expected"
}

# The headers' makefiles and links name /usr/src and /usr/lib: redirect them into the cache.
relocate_headers()
{
	local root=$1 final=$2 release=$3 link target

	find "$root/usr/src" -maxdepth 2 -type f \( -name Makefile -o -name .kernelvariables \) \
		-exec sed -i "s#\([ \t=]\|^\)/usr/\(src\|lib\)/#\1$final/usr/\2/#g" {} +
	while read -r link; do
		target=$(readlink "$link")
		case $target in
		/usr/* | /lib/*) ln -sfn "$final$target" "$link" ;;
		esac
	done < <(find "$root/usr" "$root/lib" -type l 2>/dev/null)
	[ -d "$root/usr/src/linux-headers-$release" ] ||
		die "the package linux-headers-$release holds no headers where they are expected"
}

# image_kernel RELEASE VERSION SUITE: set id, kdir, image, source and release.
image_kernel()
{
	local directory=$KPOOL_CACHE/kernels/$1

	[ "$flavour" = fast ] ||
		die "Debian built the kernel $1, so it has no flavour '$flavour'; use --kernel latest"
	release=$1
	id=$release
	lock "$id"
	unpack_image "$directory" "$release" "$2" "$3"
	unlock "$id"
	kdir=$directory/usr/src/linux-headers-$release
	image=$(find "$directory" -name "vmlinuz*" -type f | head -n 1)
	source=
	if [ "$print" = source ]; then
		lock source-latest
		fetch_source latest
		unlock source-latest
		source=$(source_in_cache latest)
	fi
}

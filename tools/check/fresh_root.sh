# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Makes Debian systems like those of new users, with debootstrap. Sourced by tools/check/fresh.
#
# debootstrap takes minutes, so its result is kept for some days, as are the packages that were
# installed:
#
#   $KPOOL_CACHE/fresh/<suite>.tar   the system
#   $KPOOL_CACHE/fresh/archives/     packages

# shellcheck disable=SC2154 # tools/check/fresh sets work, cache and private
# shellcheck disable=SC2034  # used by the script that sources this
ROOTS=(bookworm-main bookworm trixie)
FRESH_CACHE=$KPOOL_CACHE/fresh
# The number of days that a system made by debootstrap is used.
FRESH_DAYS=7
NEWCOMER=newcomer

# archive_of_this_machine: set main_uri, main_key, security_uri and security_key, "-" for none.
archive_of_this_machine()
{
	local uri suite key

	main_uri=
	security_uri=
	while read -r uri suite key; do
		case $suite in
		bookworm-security | trixie-security | stable-security)
			[ -n "$security_uri" ] || { security_uri=$uri; security_key=$key; }
			;;
		bookworm | trixie | stable)
			[ -n "$main_uri" ] || { main_uri=$uri; main_key=$key; }
			;;
		esac
	done < <(system_sources)
	[ -n "$main_uri" ] ||
		die "no Debian archive (bookworm, trixie or stable) among this system's apt sources;" \
		    "systems for this test are made from there."
}

# why_not ROOT: print why this system cannot be made here; fails if it can.
why_not()
{
	[ "$1" != bookworm-main ] && [ -z "$security_uri" ] &&
		echo "this system's apt sources name no security archive"
}

# source_line URI KEY SUITE ROOT: print a line of sources.list, and the path of its key, if any.
source_line()
{
	local uri=$1 key=$2 suite=$3 system=$4 option=

	if [ "$key" != - ]; then
		mkdir -p "$system$(dirname "$key")"
		[ -e "$system$key" ] || cp "$key" "$system$key"
		option="[signed-by=$key] "
	fi
	printf 'deb %s%s %s main\n' "$option" "$uri" "$suite"
}

# base_system SUITE: have its tar file in the cache.
base_system()
{
	local suite=$1 file=$FRESH_CACHE/$1.tar include=git,make keyring=()

	[ -z "$(find "$file" -mtime "-$FRESH_DAYS" 2>/dev/null)" ] || return 0
	[ "$main_key" = - ] || keyring=(--keyring="$main_key")
	[ "${main_uri%%:*}" != https ] || include=$include,ca-certificates
	rm -rf --one-file-system "$work/base"
	# A system that will be deleted need not wait for the disk at each package.
	mkdir -p "$work/base/etc/dpkg/dpkg.cfg.d"
	echo force-unsafe-io > "$work/base/etc/dpkg/dpkg.cfg.d/unsafe-io"
	# Use private mounts: debootstrap mounts /proc there.
	private debootstrap --variant=minbase --include="$include" "${keyring[@]}" "$suite" \
		"$work/base" "$main_uri" || return 1
	# The state as after an installation that was not made today.
	rm -rf "$work"/base/var/lib/apt/lists/* "$work"/base/var/cache/apt/archives/*.deb
	tar -c --numeric-owner --xattrs -C "$work/base" -f "$file.new" .
	mv "$file.new" "$file"
	rm -rf --one-file-system "$work/base"
}

# make_system ROOT USER DIRECTORY: unpack it, add its archives, the user, and a clone of HEAD. Fails
# as soon as one step fails.
make_system()
{
	local root=$1 user=$2 system=$3 suite=${1%-main} home=/root

	mkdir -p "$FRESH_CACHE/archives"
	base_system "$suite" || return 1
	mkdir -p "$system" &&
		tar -x --numeric-owner --xattrs -C "$system" -f "$FRESH_CACHE/$suite.tar" || return 1
	{
		source_line "$main_uri" "$main_key" "$suite" "$system"
		if [ "$root" = "$suite" ]; then
			source_line "$main_uri" "$main_key" "$suite-updates" "$system"
			source_line "$security_uri" "$security_key" "$suite-security" "$system"
		fi
	} > "$system/etc/apt/sources.list"
	# Copy the settings that this machine needs to reach the archive.
	apt-config dump | grep -E '^Acquire::(http|https)(::| )' \
		> "$system/etc/apt/apt.conf.d/50network" || true
	cp -L /etc/resolv.conf /etc/hosts "$system/etc/" || return 1
	# Nothing that is installed there may start.
	printf '#!/bin/sh\nexit 101\n' > "$system/usr/sbin/policy-rc.d"
	chmod a+x "$system/usr/sbin/policy-rc.d"
	cp -l "$FRESH_CACHE"/archives/*.deb "$system/var/cache/apt/archives/" 2>/dev/null ||
		cp "$FRESH_CACHE"/archives/*.deb "$system/var/cache/apt/archives/" 2>/dev/null || true
	if [ "$user" != root ]; then
		add_newcomer "$system" || return 1
		home=/home/$NEWCOMER
	fi
	git clone --quiet --depth 1 "file://$KPOOL_TOP" "$system$home/kpool" || return 1
	chown -R "--reference=$system$home" "$system$home/kpool"
}

# Add a user as the installer adds the first one.
add_newcomer()
{
	private "$INSIDE" --cache none "$1" root "
		apt-get --quiet update &&
		apt-get --quiet --yes --no-install-recommends install sudo &&
		rm -rf /var/lib/apt/lists/* &&
		useradd --create-home --shell /bin/bash $NEWCOMER &&
		echo '$NEWCOMER ALL=(ALL:ALL) NOPASSWD: ALL' > /etc/sudoers.d/$NEWCOMER" < /dev/null
}

# keep_downloads SYSTEM: keep the files that it fetched, for the next system.
keep_downloads()
{
	local file

	for file in "$1"/var/cache/apt/archives/*.deb; do
		[ ! -f "$file" ] || mv -n "$file" "$FRESH_CACHE/archives/"
	done
	[ "$cache" = host ] || return 0
	mkdir -p "$DEB_DIR"
	for file in "$1$KPOOL_CACHE"/deb/*.deb; do
		if [ -f "$file" ] && [ ! -e "$DEB_DIR/${file##*/}" ]; then
			install -m 644 "$file" "$DEB_DIR/.${file##*/}"
			mv "$DEB_DIR/.${file##*/}" "$DEB_DIR/${file##*/}"
		fi
	done
	find "$FRESH_CACHE/archives" -name '*.deb' -atime +30 -delete
}

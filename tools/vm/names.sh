# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The names of test kernels: which kernels the archives offer, and which of them a name means.
# Sourced by tools/vm/kernel.
#
# The meaning found for a name is kept in the cache, so that a cached kernel can be used without a
# network.

NAMES_DIR=$KPOOL_CACHE/names
OLDEST_KERNEL=6.1
IMAGES='[0-9]+\.[0-9]+\.[0-9]+[^-]*(-[0-9]+)?-amd64'

# Print each kernel once, as "name version suites kind", the newest first. Images are listed only
# with headers of the same version; sources by their point release, in its newest version.
offered_kernels()
{
	apt_offers "linux-(image|headers)-$IMAGES|linux-source-[0-9.]+" | sort -u | awk '
		{ kind = $1; sub(/^linux-/, "", kind); sub(/-.*/, "", kind); name = $1 }
		kind == "headers" { sub(/^linux-headers-/, "", name); headers[name " " $2] = 1; next }
		kind == "image" { sub(/^linux-image-/, "", name) }
		kind == "source" { name = $2; sub(/-.*/, "", name) }
		{
			key = name " " $2
			kinds[key] = kind
			suites[key] = suites[key] (suites[key] == "" ? "" : ",") $3
		}
		END {
			for (key in kinds)
				if (kinds[key] == "source" || key in headers)
					print key, suites[key], kinds[key]
		}' | sort -k 2,2Vr -k 1,1r | awk '$4 != "source" || !seen[$1]++'
}

# Print the table of --list, which tools/check/kernels reads.
list_kernels()
{
	local name version suites kind

	apt_update ${update:+--force}
	printf '%-24s %-22s %-28s %s\n' NAME "DEBIAN VERSION" SUITE KIND
	while read -r name version suites kind; do
		[ "$kind" = source ] || kind="image and headers"
		printf '%-24s %-22s %-28s %s\n' "$name" "$version" "$suites" "$kind"
	done < <(offered_kernels)
}

# default_image: print "version suite release" of the kernel that this system's Debian release
# installs.
default_image()
{
	local version suite release

	read -r version suite < <(own_version linux-image-amd64) ||
		die "Debian offers no linux-image-amd64 for $(own_release)"
	release=$(apt_field "linux-image-amd64=$version" Depends | sed 's/^linux-image-\([^ ,]*\).*/\1/')
	echo "$version $suite $release"
}

# The meaning of a name is one line: "image RELEASE VERSION SUITE" or "source PACKAGE VERSION".
look_up_name()
{
	local name=$1 version suite release offer

	case $name in
	stock)
		offer=$(default_image)
		read -r version suite release <<< "$offer"
		echo "image $release $version $suite"
		;;
	*-amd64)
		apt_offers "linux-image-${name//+/\\+}" | sort -k 2,2Vr -k 3,3 |
			awk 'NR == 1 { sub(/^linux-image-/, "", $1); print "image", $0 }'
		;;
	*)
		# The newest version that begins with the name: 7.2 means 7.2.12, not 7.20.1.
		apt_offers 'linux-source-[0-9.]+' | sort -k 2,2Vr |
			awk -v name="$name" '
				index($2, name) == 1 && substr($2, length(name) + 1, 1) ~ /^[-.~+]?$/ {
					print "source", $1, $2
					exit
				}'
		;;
	esac
}

no_such_kernel()
{
	die "unknown kernel '$1'$2; tools/vm/kernel --list shows all that there are," \
	    "and stock, 6.1, 6.12 and latest are always among them"
}

# name_meaning NAME: print its meaning from the cache, or else from the archives.
name_meaning()
{
	local name=$1 file=$NAMES_DIR/$1 meaning oldest

	[[ $name =~ ^(stock|[0-9]+\.[0-9][A-Za-z0-9.+~-]*)$ ]] || no_such_kernel "$name" ""
	oldest=$(printf '%s\n' "${name#stock}" "$OLDEST_KERNEL" | sort -V | tail -n 1)
	[ "$oldest" != "$OLDEST_KERNEL" ] || [ "$name" = stock ] || [ "$name" = "$OLDEST_KERNEL" ] ||
		no_such_kernel "$name" ": kpool supports Linux $OLDEST_KERNEL and newer"
	if [ ! -s "$file" ] || [ -n "$update" ]; then
		apt_update ${update:+--force}
		meaning=$(look_up_name "$name")
		[ -n "$meaning" ] || no_such_kernel "$name" ": the archives do not offer it"
		mkdir -p "$NAMES_DIR"
		printf '%s\n' "$meaning" > "$file.$$"
		mv "$file.$$" "$file"
	fi
	cat "$file"
}

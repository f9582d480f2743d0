# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Fetches Debian packages without installing them and without changing the system's sources.
#
# A private source list is derived from the system's own: it takes the address of the archive and
# its signing key from there, and uses the suites that contain kernels. apt checks the signatures as
# usual. Sourced by tools/vm/kernel.

# Packages are for the host's architecture, unless the sourcing script sets another one.
APT_ARCH=${APT_ARCH:-amd64}
APT_DIR=$KPOOL_CACHE/archives
[ "$APT_ARCH" = amd64 ] || APT_DIR=$APT_DIR-$APT_ARCH
DEB_DIR=$KPOOL_CACHE/deb

# Suites of the main archive; those of the security archive are used if the system has one.
APT_SUITES=(bookworm bookworm-updates bookworm-backports trixie trixie-updates trixie-backports)
APT_SECURITY_SUITES=(bookworm-security trixie-security)

# The directory with the system's own sources, and the file that says which release it is.
APT_ETC=${KPOOL_APT_ETC:-/etc/apt}
OS_RELEASE=${KPOOL_OS_RELEASE:-/etc/os-release}

# Print "uri suite key" for each binary source of the system; key is "-" if none is given.
system_sources()
{
	local file

	for file in "$APT_ETC/sources.list" "$APT_ETC"/sources.list.d/*.list; do
		[ -r "$file" ] && awk '
			$1 != "deb" { next }
			{
				key = "-"
				sub(/^deb[ \t]+/, "")
				if (match($0, /^\[[^]]*\]/)) {
					options = substr($0, 2, RLENGTH - 2)
					$0 = substr($0, RLENGTH + 1)
					n = split(options, option, " ")
					for (i = 1; i <= n; i++)
						if (option[i] ~ /^signed-by=\//)
							key = substr(option[i], 11)
				}
				print $1, $2, key
			}' "$file"
	done
	for file in "$APT_ETC"/sources.list.d/*.sources; do
		[ -r "$file" ] && awk '
			function flush(   u, s, i, j, n, m) {
				n = split(uris, u, " ")
				m = split(suites, s, " ")
				if (types ~ /(^| )deb( |$)/ && enabled !~ /^(no|false)$/)
					for (i = 1; i <= n; i++)
						for (j = 1; j <= m; j++)
							print u[i], s[j], key
				types = uris = suites = enabled = field = ""
				key = "-"
			}
			BEGIN { key = "-" }
			/^#/ { next }
			/^[ \t]*$/ { flush(); next }
			{
				value = $0
				if (match($0, /^[A-Za-z-]+:/)) {
					field = tolower(substr($0, 1, RLENGTH - 1))
					value = substr($0, RLENGTH + 1)
				}
				gsub(/^[ \t]+|[ \t]+$/, "", value)
				if (field == "types") types = types " " value
				else if (field == "uris") uris = uris " " value
				else if (field == "suites") suites = suites " " value
				else if (field == "enabled") enabled = tolower(value)
				else if (field == "signed-by" && value ~ /^\//) key = value
			}
			END { flush() }' "$file"
	done
	true
}

APT_OPTIONS=(
	-o Dir::Etc::SourceList="$APT_DIR/sources.list"
	-o Dir::Etc::SourceParts=/dev/null
	-o Dir::Etc::Preferences=/dev/null
	-o Dir::Etc::PreferencesParts=/dev/null
	-o Dir::State="$APT_DIR/state"
	-o Dir::State::Lists="$APT_DIR/lists"
	-o Dir::State::status="$APT_DIR/status"
	-o Dir::Cache="$APT_DIR/cache"
	-o APT::Sandbox::User="$(id -un)"
	-o APT::Architecture="$APT_ARCH"
	-o APT::Architectures="$APT_ARCH"
	-o Acquire::Languages=none
	-o Acquire::Retries=3
	-o Acquire::http::Timeout=20
	-o Acquire::https::Timeout=20
)

# Print the private source list; die with advice if the system has no Debian archive.
apt_sources()
{
	local uri suite key option main="" security=""

	while read -r uri suite key; do
		option=""
		[ "$key" = - ] || option="[signed-by=$key] "
		case $suite in
		bookworm-security | trixie-security) security=${security:-$option$uri} ;;
		bookworm | trixie | stable) main=${main:-$option$uri} ;;
		esac
	done < <(system_sources)
	[ -n "$main" ] ||
		die "no Debian archive (bookworm, trixie or stable) among this system's apt sources;" \
		    "test kernels are fetched from there. Build for your own kernel with KDIR=path instead."
	printf "deb $main %s main\n" "${APT_SUITES[@]}"
	[ -z "$security" ] || printf "deb $security %s main\n" "${APT_SECURITY_SUITES[@]}"
}

# apt_update [--force]: fetch the package lists unless they are in the cache.
apt_update()
{
	lock apt
	update_lists "$@"
	unlock apt
}

update_lists()
{
	local sources

	need apt-get dpkg-deb
	sources=$(apt_sources)
	# Lists fetched from sources other than today's do not say what this system can get.
	if [ "${1:-}" != --force ] && [ "$(cat "$APT_DIR/lists/.complete" 2>/dev/null)" = "$sources" ]; then
		return
	fi
	mkdir -p "$APT_DIR"/{state,lists/partial,cache/archives/partial} "$DEB_DIR"
	: > "$APT_DIR/status"
	printf '%s\n' "$sources" > "$APT_DIR/sources.list"
	say "fetching package lists"
	if ! fetch_lists && ! { drop_missing_suites && fetch_lists; }; then
		grep -E '^(E|W|Err):?' "$APT_DIR/update.log" | head -n 5 >&2 || true
		die "the kernel is not in the cache and the package lists cannot be fetched:" \
		    "check the network and run this again."
	fi
	printf '%s\n' "$sources" > "$APT_DIR/lists/.complete"
}

fetch_lists()
{
	apt-get --quiet "${APT_OPTIONS[@]}" -o APT::Update::Error-Mode=any update > "$APT_DIR/update.log" 2>&1
}

# drop_missing_suites: remove suites that this archive does not have: mirrors are incomplete, and
# old suites are removed one day. Fails if no suite is missing, or if none would be left.
drop_missing_suites()
{
	local suite missing

	missing=$(sed -n "s/.*The repository '[^ ]* \([^ ]*\) Release' does not have a Release file.*/\1/p" \
		"$APT_DIR/update.log" | sort -u)
	[ -n "$missing" ] || return 1
	for suite in $missing; do
		say "this archive has no suite $suite; continuing without its kernels"
		sed -i "/ $suite main\$/d" "$APT_DIR/sources.list"
	done
	[ -s "$APT_DIR/sources.list" ]
}

# apt_packages REGEX: print the names of known packages that match, one per line.
apt_packages()
{
	apt-cache "${APT_OPTIONS[@]}" pkgnames | grep -E "^($1)\$" || true
}

# apt_offers REGEX: print each version of the packages that match, as "package version suite".
apt_offers()
{
	local packages

	mapfile -t packages < <(apt_packages "$1")
	[ ${#packages[@]} -gt 0 ] || return 0
	apt-cache "${APT_OPTIONS[@]}" madison "${packages[@]}" |
		awk '$2 == "|" { sub(/\/.*/, "", $6); print $1, $3, $6 }'
}

# own_release: print the code name of this system's Debian release; of the newest if it has none.
own_release()
{
	local codename

	codename=$(sed -n 's/^VERSION_CODENAME=//p' "$OS_RELEASE" 2>/dev/null | tr -d '"')
	case $codename in
	bookworm | trixie) echo "$codename" ;;
	*) echo trixie ;;
	esac
}

# own_version PACKAGE: print "version suite" of the newest version in the release of own_release.
own_version()
{
	apt_offers "$1" |
		awk -v release="$(own_release)" \
			'$3 ~ "^" release "(-security|-updates)?$" { print $2, $3 }' |
		sort -k 1,1V | tail -n 1
}

# apt_field PACKAGE[=VERSION] FIELD: print one field of that version, or of the newest.
apt_field()
{
	apt-cache "${APT_OPTIONS[@]}" --no-all-versions show "$1" 2>/dev/null |
		awk -v field="$2:" '$1 == field && !done { $1 = ""; print substr($0, 2); done = 1 }'
}

# apt_fetch PACKAGE[=VERSION]: download it unless that version is cached; print the file's path.
apt_fetch()
{
	local status=0

	lock apt
	fetch_package "$1" || status=$?
	unlock apt
	return "$status"
}

fetch_package()
{
	local package=$1 uri name size hash

	read -r uri name size hash < <(apt-get "${APT_OPTIONS[@]}" download --print-uris "$package" |
		tr -d "'") || return 1
	fetch_file "$uri" "$name" "$size" "$hash"
}

# fetch_file URI NAME SIZE HASH: fetch a file, given as apt prints it; print the file's path.
fetch_file()
{
	local uri=$1 name=$2 size=$3 hash=$4 file=$DEB_DIR/$2

	if [ ! -e "$file" ]; then
		need_room "$DEB_DIR" $((size / 1000000 + 1))
		say "fetching $name ($((size / 1000000)) MB)"
		mkdir -p "$DEB_DIR/partial"
		download "$uri" "$hash" "$size" "$DEB_DIR/partial/$name" || return 1
		mv "$DEB_DIR/partial/$name" "$file"
		rm -f "$DEB_DIR/partial/$name.log"
	fi
	printf '%s\n' "$file"
}

# download URI HASH SIZE FILE: let apt download it; apt checks the hash from the signed lists and
# resumes a partial file if its date is that of the server's file. After a crash it has another
# date: then set the date that the server reported, which is in the log.
download()
{
	local uri=$1 hash=$2 size=$3 file=$4 modified watcher status=0

	touch "$file.log"
	modified=$(sed -n 's/^Last-Modified: //Ip' "$file.log" | tail -n 1 | tr -d '\r')
	if [ -s "$file" ] && [ -n "$modified" ]; then
		say "  going on at $(($(stat -c %s "$file") * 100 / size))%"
		touch -d "$modified" "$file"
	fi
	download_progress "$file" "$size" &
	watcher=$!
	/usr/lib/apt/apt-helper "${APT_OPTIONS[@]}" -o Debug::Acquire::http=1 \
		-o Debug::Acquire::https=1 download-file "$uri" "$file" "$hash" \
		>> "$file.log" 2>&1 || status=$?
	kill "$watcher" 2>/dev/null || true
	wait "$watcher" 2>/dev/null || true
	[ $status = 0 ] || grep -aE '^(E|W|Err):?' "$file.log" | tail -n 3 >&2
	return $status
}

# Print from time to time how much of FILE has arrived, as long as this script runs.
download_progress()
{
	local file=$1 size=$2

	while sleep 3 && kill -0 $$ 2>/dev/null; do
		[ ! -e "$file" ] || say "  $(($(stat -c %s "$file") * 100 / size))%"
	done
}

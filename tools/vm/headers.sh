# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Finds errors in the headers that modules will be built with, and tells the user how to fix them.
# Sourced by tools/vm/modules.

# The build directory or the headers of the kernel that modules are built for.
kdir=

# The oldest kernel that kpool supports.
OLDEST_RELEASE=6.1

# The directories that describe this machine; a test replaces them.
KPOOL_PROC=${KPOOL_PROC:-/proc}
KPOOL_SYS=${KPOOL_SYS:-/sys}

HEADERS_ADVICE="Install the headers of the kernel that you run \
(apt-get install linux-headers-\$(uname -r)), say which kernel's headers to use (KDIR=path), \
or build for a test kernel, which is fetched for you \
(KERNEL=stock, 6.1, 6.12, latest, or any other that tools/vm/kernel --list shows)."

# The characters that make does not accept in a path that is part of a rule.
MAKE_SPECIAL=$'[][ \t\n:;#$%*?\\\\"\x27`&|<>(){}]'

no_headers()
{
	die "$1. $HEADERS_ADVICE"
}

# check_path WHAT PATH: die if a kernel build does not accept PATH; WHAT names it in the message.
check_path()
{
	[[ $2 != *$MAKE_SPECIAL* ]] ||
		die "$1 is '$2', and a kernel build takes no blank and no special character in a path:" \
		    "move it, or make it reachable by a link with a plain name and use that."
}

# kernel_config OPTION: print its value for the kernel at kdir, or nothing.
kernel_config()
{
	sed -n "s/^CONFIG_$1=//p" "$kdir/include/config/auto.conf"
}

# Print the directory of arch/ for a machine's name.
source_arch()
{
	case $1 in
	x86_64 | i?86) echo x86 ;;
	aarch64) echo arm64 ;;
	armv*) echo arm ;;
	ppc*) echo powerpc ;;
	s390x) echo s390 ;;
	riscv*) echo riscv ;;
	*) echo "$1" ;;
	esac
}

# check_headers ARCH [ARG...]: die with advice unless make with the arguments ARG can build modules
# for ARCH with the headers at kdir. check_kernel_tree has checked that kdir is a kernel.
check_headers()
{
	local wanted=$1

	shift
	check_release
	check_headers_arch "$(source_arch "$wanted")"
	check_host_programs
	[ "$(kernel_config MODULES)" = y ] ||
		die "the kernel at $kdir was configured without modules: switch CONFIG_MODULES on there," \
		    "or choose another kernel."
	[ -e "$kdir/Module.symvers" ] || [[ " $* " == *" KBUILD_MODPOST_WARN="* ]] ||
		die "$kdir has no Module.symvers, which says what the kernel offers to modules:" \
		    "it was prepared but never built. Build it (make -C $kdir), or install the headers" \
		    "package of that kernel."
	compiler_advice=
	[ "$wanted" != "$HOST_ARCH" ] || check_compiler
}

# Check that kdir is a kernel at all, and that it was configured.
check_kernel_tree()
{
	[ -e "$kdir/Makefile" ] || no_headers "there are no kernel headers at $kdir"
	[ ! -e "$kdir/include/config/auto.conf" ] || [ ! -e "$kdir/include/config/kernel.release" ] ||
		return 0
	if [ -e "$kdir/.config" ] || [ -e "$kdir/scripts/Kbuild.include" ] ||
	   grep -qs '^KERNELRELEASE' "$kdir/Makefile"; then
		die "the kernel at $kdir was never prepared for building modules. Configure and build it" \
		    "(make -C $kdir olddefconfig all), or use the headers package of a kernel."
	fi
	no_headers "$kdir is not a kernel: it has a Makefile, but lacks everything else that a kernel has"
}

check_release()
{
	local release

	release=$(cat "$kdir/include/config/kernel.release")
	[ "$(printf '%s\n' "$release" "$OLDEST_RELEASE" | sort -V | head -n 1)" = "$OLDEST_RELEASE" ] ||
		die "the headers at $kdir are of Linux $release; kpool needs Linux $OLDEST_RELEASE or newer."
}

# The second line of the configuration says which directory of arch/ it is for.
check_headers_arch()
{
	local arch

	arch=$(sed -n '1,9s/^# Linux\/\([a-z0-9]*\) .*/\1/p' "$kdir/include/config/auto.conf")
	arch=$(source_arch "$arch")
	[ -z "$arch" ] || [ "$arch" = "$1" ] ||
		die "the headers at $kdir are for $arch, and modules for $1 are to be built:" \
		    "use headers for $1, or build on a machine that is $arch."
}

# Kernel builds run programs of their own, which are part of the headers.
check_host_programs()
{
	local program output status=0

	for program in scripts/basic/fixdep scripts/mod/modpost; do
		[ -e "$kdir/$program" ] ||
			die "$kdir has no $program: the kernel there was configured but never prepared for" \
			    "building modules (make -C $kdir modules_prepare)."
	done
	# Without arguments it only prints its usage.
	output=$("$kdir/scripts/basic/fixdep" 2>&1) || status=$?
	[[ $output == *Usage:* ]] ||
		die "the programs in $kdir/scripts do not run here" \
		    "(${output:-status $status}): they were built for another machine or for a newer system." \
		    "Use the headers that this system offers, or build that kernel here."
}

# kernel_compiler: print the command that a build in kdir will call. Debian's headers name one in a
# makefile, with variables that depend on each other.
kernel_compiler()
{
	local compiler=

	# shellcheck disable=SC2016  # variables of make
	[ ! -e "$kdir/.kernelvariables" ] ||
		compiler=$(printf '%s\n' "include $kdir/.kernelvariables" \
			'print: ; @echo $(if $(filter file,$(origin CC)),$(CC))' |
			make --silent --no-print-directory -f - print 2>/dev/null) || true
	printf '%s\n' "${compiler:-gcc}"
}

# major_of TEXT: print the compiler that a version line describes, such as "gcc 12".
major_of()
{
	sed -n 's/^\([^ ]*\).* \([0-9]\{1,\}\)\.[0-9.]*.*/\1 \2/p' <<< "$1" |
		sed 's/^[^ ]*\(gcc\|clang\)[^ ]*/\1/'
}

# Set compiler_advice if the kernel was built by another compiler: modules may build all the same.
check_compiler()
{
	local compiler mine theirs text

	compiler=$(kernel_compiler)
	text=$(kernel_config CC_VERSION_TEXT)
	theirs=$(major_of "${text//\"/}")
	command -v "$compiler" > /dev/null ||
		die "the headers at $kdir call for the compiler $compiler, which is not installed:" \
		    "apt-get install ${compiler##*linux-gnu-}."
	if [ "$(kernel_config CC_IS_CLANG)" = y ]; then
		compiler_advice="the kernel at $kdir was built by clang, and these modules are built by gcc. \
If that fails, use the headers of a kernel that gcc has built."
	else
		mine=$(major_of "$("$compiler" --version | head -n 1)")
		if [ -n "$theirs" ] && [ -n "$mine" ] && [ "${mine#* }" != "${theirs#* }" ]; then
			compiler_advice="the kernel at $kdir was built by $theirs, and these modules are built by \
$mine. If that fails, install gcc-${theirs#* } (apt-get install gcc-${theirs#* })."
		fi
	fi
	[ -z "$compiler_advice" ] || say "$compiler_advice"
}

# unsigned_refused: print why this machine's kernel will refuse a module that has no trusted
# signature, if it will.
unsigned_refused()
{
	local state

	if grep -qs '^CONFIG_MODULE_SIG_FORCE=y' "$kdir/include/config/auto.conf" ||
	   grep -qs '\bmodule.sig_enforce\(=[1yY]\)\?\b' "$KPOOL_PROC/cmdline"; then
		echo "the kernel demands signatures"
		return 0
	fi
	state=$(sed -n 's/.*\[\(.*\)\].*/\1/p' "$KPOOL_SYS/kernel/security/lockdown" 2>/dev/null || true)
	case $state in
	integrity | confidentiality)
		echo "the kernel is locked down ($state)"
		return 0
		;;
	esac
	for state in "$KPOOL_SYS"/firmware/efi/efivars/SecureBoot-*; do
		# Four bytes of attributes, then 1 if Secure Boot is on.
		if [ -r "$state" ] && [ "$(od -An -tu1 -j4 -N1 "$state" | tr -d ' ')" = 1 ]; then
			echo "Secure Boot is on"
			return 0
		fi
	done
}

# signing_advice MODULE: print advice for a module of the running kernel.
signing_advice()
{
	local reason

	reason=$(unsigned_refused)
	[ -n "$reason" ] || return 0
	say "$reason on this machine, so $1 cannot be loaded before it is signed with a key that the" \
	    "machine trusts: enroll one (mokutil --import KEY.der, then reboot), and sign each module" \
	    "($kdir/scripts/sign-file sha256 KEY.priv KEY.der $1)."
}

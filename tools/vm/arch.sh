# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The settings to build for an architecture. Sourced by scripts that build or boot kernels.
#
# arch_settings ARCH sets
#
#   arch_make       kbuild's name for it (ARCH=)
#   arch_compile    the prefix of its compiler (CROSS_COMPILE=), empty for the host's own
#   arch_image      the path of the bootable image in a build, empty if it is not booted
#   arch_qemu       the emulator that boots it, empty if there is none
#   arch_debian     Debian's name for it
#
# and fails for an unknown architecture.

# Architectures with a test machine, and those that kpool is only compiled for.
BOOTED_ARCHES="x86_64 arm64 um"
# shellcheck disable=SC2034  # used by the scripts that source this
COMPILED_ARCHES="$BOOTED_ARCHES i386 arm s390 m68k"

# shellcheck disable=SC2034  # likewise
arch_settings()
{
	arch_make=$1
	arch_compile=
	arch_image=
	arch_qemu=
	arch_debian=amd64
	case $1 in
	x86_64) arch_image=arch/x86/boot/bzImage arch_qemu=qemu-system-x86_64 ;;
	um) arch_image=linux ;;
	i386) arch_debian=i386 ;;
	arm64)
		arch_compile=aarch64-linux-gnu-
		arch_image=arch/arm64/boot/Image
		arch_qemu=qemu-system-aarch64
		arch_debian=arm64
		;;
	arm) arch_compile=arm-linux-gnueabihf- arch_debian=armhf ;;
	m68k) arch_compile=m68k-linux-gnu- arch_debian=m68k ;;
	s390) arch_compile=s390x-linux-gnu- arch_debian=s390x ;;
	*) return 1 ;;
	esac
}

# booted_arch ARCH: the same, but fail for an architecture without a test machine.
booted_arch()
{
	arch_settings "$1" || return 1
	[ -n "$arch_image" ]
}

# need_compiler: die with the name of its package if the architecture's compiler is missing.
need_compiler()
{
	command -v "${arch_compile}gcc" >/dev/null ||
		die "there is no compiler ${arch_compile}gcc: install the package" \
		    "gcc${arch_compile:+-${arch_compile%-}} (apt-get install)"
}

# need_emulator: the same for the emulator.
need_emulator()
{
	local package

	case $arch_qemu in
	"") return ;;
	qemu-system-x86_64) package=qemu-system-x86 ;;
	*) package=qemu-system-arm ;;
	esac
	command -v "$arch_qemu" >/dev/null ||
		die "there is no emulator $arch_qemu: install the package $package (apt-get install)"
}

# QEMU 7.2 computes wrong flags for the instruction CMPXCHG16B: an interrupt right after it returns
# with flags such as "trap" or "direction" set, and the kernel panics sooner or later. The slab
# allocator of Linux 6.x uses the instruction in each allocation, if there is one. Newer versions
# implement it in another way; none has shown the fault, but few were tried.
CMPXCHG16B_SINCE=8.0

# emulated_cpu: print the x86 processor to emulate: everything that the emulator can do right.
emulated_cpu()
{
	local version oldest

	version=$("$arch_qemu" --version | sed -n '1s/.* version \([0-9.]*\).*/\1/p')
	oldest=$(printf '%s\n' "$version" "$CMPXCHG16B_SINCE" | sort -V | head -n 1)
	if [ "$oldest" = "$CMPXCHG16B_SINCE" ]; then
		echo max
	else
		echo max,-cx16
	fi
}

#!/bin/sh
# Installs the distribution's packages that hvscope needs: deps.sh [-q|-c] build|test|lab|virt.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Prints the command before running it, installs only what is missing and asks for the lists anew only where they do
# not know a package. -q says nothing when nothing is missing; -c installs nothing and says what is missing, with status 1.
# lab is an emulator, virt a libvirt that tests start for themselves: where the system's libvirt runs, nothing of either
# is installed, and -c says so.
set -eu

BUILD='gcc make libc6-dev libncurses-dev libjansson-dev libinih-dev libpci-dev libvirt-dev
	libxml2-dev zlib1g-dev'
BUILD_AMD64='libcpuid-dev'
TEST='clang libclang-rt-dev libcmocka-dev libvterm-dev universal-ctags tmux strace valgrind hwloc-nox util-linux
	procps xz-utils'
# What another release may not have; it builds and tests without them, only less.
OPTIONAL='libcpuid-dev libclang-rt-dev'
LAB='qemu-system-x86 acpica-tools cpio kmod xz-utils'
# Not libvirt-daemon-system: that one would be started, and stay.
VIRT='libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86 iproute2'
HEADERS_BUILD='curses.h jansson.h ini.h pci/pci.h libvirt/libvirt.h libxml/parser.h zlib.h'
HEADERS_TEST='cmocka.h vterm.h'

# Where there are no Debian packages, all that counts is that the headers are there.
without_packages() {
	missing=''
	command -v gcc >/dev/null 2>&1 || command -v cc >/dev/null 2>&1 || missing=' a C compiler'
	for header in $1; do
		found=no
		for folder in ${HVSCOPE_INCLUDE:-/usr/include /usr/local/include /usr/include/ncursesw /usr/include/libxml2}; do
			[ ! -e "$folder/$header" ] || found=yes
		done
		[ $found = yes ] || missing="$missing $header"
	done
	[ -n "$missing" ] || exit 0
	echo "hvscope needs a C compiler, make, ncurses (wide characters), jansson, inih, libpci, libvirt," \
		"libxml2 and zlib, with their headers." >&2
	echo "Missing here:$missing. This is not Debian: install them in this system's own way, then try again." >&2
	exit 1
}

missing_of() {
	for package in "$@"; do
		status=$(dpkg-query -W -f '${db:Status-Status} ' "$package" 2>/dev/null) || status=''
		case " $status" in
		*' installed '*) ;;
		*) echo "$package" ;;
		esac
	done
}

# A daemon of that name, or the socket at which it is started; one in files of its own, as tests start it, is not the system's
libvirt_runs() {
	for socket in "${HVSCOPE_ROOT:-}"/run/libvirt/libvirt-sock "${HVSCOPE_ROOT:-}"/run/libvirt/virtqemud-sock; do
		[ ! -e "$socket" ] || return 0
	done
	ours=$(readlink "${HVSCOPE_ROOT:-}/proc/self/ns/mnt" 2>/dev/null) || ours=''
	for process in $(grep -lxE 'libvirtd|virtqemud' "${HVSCOPE_ROOT:-}"/proc/[0-9]*/comm 2>/dev/null); do
		theirs=$(readlink "${process%/comm}/ns/mnt" 2>/dev/null) || theirs=$ours
		[ "$theirs" != "$ours" ] || return 0
	done
	return 1
}

# lab and virt may be missing: their tests are skipped then, all others run
no_beside() {
	case $goal in
	lab) echo "no lab here: $1" >&2 ;;
	*) echo "no guests here: $1" >&2 ;;
	esac
	exit 1
}

quiet=no
check=no
beside=no
while :; do
	case ${1:-} in
	-q) quiet=yes ;;
	-c) check=yes ;;
	*) break ;;
	esac
	shift
done
goal=${1:-}
case $goal in
build)
	wanted=$BUILD
	headers=$HEADERS_BUILD
	;;
test)
	wanted="$BUILD $TEST"
	headers="$HEADERS_BUILD $HEADERS_TEST"
	;;
lab)
	wanted=$LAB
	headers=''
	beside=yes
	;;
virt)
	wanted=$VIRT
	headers=''
	beside=yes
	;;
*)
	echo "usage: deps.sh [-q|-c] build|test|lab|virt" >&2
	exit 2
	;;
esac
if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
	[ $beside = no ] || no_beside 'it is made of Debian packages, and this is not Debian'
	without_packages "$headers"
fi
architecture=$(dpkg --print-architecture)
if [ $beside = yes ]; then
	[ "$architecture" = amd64 ] || no_beside "its guest is an amd64 machine that runs what was built here, for $architecture"
elif [ "$architecture" = amd64 ]; then
	wanted="$wanted $BUILD_AMD64"
fi

missing=$(missing_of $wanted | tr '\n' ' ')
missing=${missing% }
if [ $beside = yes ] && { [ -n "$missing" ] || [ $check = yes ]; } && libvirt_runs; then
	no_beside "the system's libvirt runs here, and nothing of QEMU is installed or started beside it"
fi
set -f
if [ $check = yes ]; then
	[ -n "$missing" ] || exit 0
	[ $beside = no ] || no_beside "not installed: $missing"
	echo "not installed: $missing" >&2
	exit 1
fi
if [ -z "$missing" ]; then
	if [ $quiet = no ]; then
		echo apt-get install -y --no-install-recommends $wanted
		echo "All of these are installed."
	fi
	exit 0
fi

line="apt-get install -y --no-install-recommends $missing"
echo "$line"
as_root=''
if [ "$(id -u)" != 0 ]; then
	as_root=sudo
	# Without a terminal nobody can type a password.
	[ -t 0 ] || as_root='sudo -n'
	if ! command -v sudo >/dev/null 2>&1 || ! $as_root true; then
		echo "Installing needs root, and there is no sudo that lets this user: run the line above as root." >&2
		exit 1
	fi
fi
apt() {
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" </dev/null
}
updated=no
if ! apt-cache show --no-all-versions $missing >/dev/null 2>&1; then
	apt update || :
	updated=yes
	for package in $OPTIONAL; do
		apt-cache show --no-all-versions "$package" >/dev/null 2>&1 ||
			missing=$(for other in $missing; do [ "$other" = "$package" ] || echo "$other"; done)
	done
	[ -n "$missing" ] || exit 0
fi
apt install -y --no-install-recommends $missing && exit 0
if [ $updated = no ]; then
	# Old lists name versions that the archive no longer has.
	apt update || :
	apt install -y --no-install-recommends $missing && exit 0
fi
echo "The packages could not be installed; what apt-get said is above. The command was: $line" >&2
exit 1

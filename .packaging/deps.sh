#!/bin/sh
# Installs the distribution's packages that hvscope needs: deps.sh [-q] build|test.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Prints the command before running it, installs only what is missing and asks for the lists anew only where they do
# not know a package. -q says nothing when nothing is missing.
set -eu

BUILD='gcc make libc6-dev libncurses-dev libjansson-dev libinih-dev libpci-dev'
BUILD_AMD64='libcpuid-dev'
TEST='clang libclang-rt-dev libcmocka-dev libvterm-dev universal-ctags tmux strace valgrind hwloc-nox util-linux
	procps xz-utils'
# What another release may not have; it builds and tests without them, only less.
OPTIONAL='libcpuid-dev libclang-rt-dev'
HEADERS_BUILD='curses.h jansson.h ini.h pci/pci.h'
HEADERS_TEST='cmocka.h vterm.h'

# Where there are no Debian packages, all that counts is that the headers are there.
without_packages() {
	missing=''
	command -v gcc >/dev/null 2>&1 || command -v cc >/dev/null 2>&1 || missing=' a C compiler'
	for header in $1; do
		found=no
		for folder in ${HVSCOPE_INCLUDE:-/usr/include /usr/local/include /usr/include/ncursesw}; do
			[ ! -e "$folder/$header" ] || found=yes
		done
		[ $found = yes ] || missing="$missing $header"
	done
	[ -n "$missing" ] || exit 0
	echo "hvscope needs a C compiler, make, ncurses (wide characters), jansson, inih and libpci, with their headers." >&2
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

quiet=no
if [ "${1:-}" = -q ]; then
	quiet=yes
	shift
fi
case ${1:-} in
build)
	wanted=$BUILD
	headers=$HEADERS_BUILD
	;;
test)
	wanted="$BUILD $TEST"
	headers="$HEADERS_BUILD $HEADERS_TEST"
	;;
*)
	echo "usage: deps.sh [-q] build|test" >&2
	exit 2
	;;
esac
if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
	without_packages "$headers"
fi
[ "$(dpkg --print-architecture)" != amd64 ] || wanted="$wanted $BUILD_AMD64"

set -f
missing=$(missing_of $wanted | tr '\n' ' ')
missing=${missing% }
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

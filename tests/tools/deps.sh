#!/usr/bin/env bash
# Installing what is needed: only what is missing, the command first, and a clear refusal where it cannot be done.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"

# A folder of programs that stand for a system: what is installed lies in $tmp/installed, what was called in $tmp/calls.
fake_system() {
	rm -rf "$tmp/bin" "$tmp/installed" "$tmp/calls"
	mkdir -p "$tmp/bin"
	touch "$tmp/calls"
	printf '%s\n' "$@" >"$tmp/installed"
	echo amd64 >"$tmp/architecture"
	echo 0 >"$tmp/uid"
	rm -f "$tmp/unknown" "$tmp/broken" "$tmp/for_ever"
	rm -rf "$tmp/root"
	for tool in sh env tr grep cat true awk sed make rm readlink; do
		ln -s "$(type -P $tool)" "$tmp/bin/$tool"
	done
	tool dpkg-query <<'T'
for package; do :; done
grep -qx "$package" "$SYSTEM/installed" || { echo "no packages found" >&2; exit 1; }
printf 'installed '
T
	tool dpkg <<<'cat "$SYSTEM/architecture"'
	tool id <<<'cat "$SYSTEM/uid"'
	tool apt-cache <<'T'
[ -e "$SYSTEM/unknown" ] || exit 0
shift 2
for package; do ! grep -qx "$package" "$SYSTEM/unknown" || exit 100; done
T
	tool apt-get <<'T'
echo "$@" >>"$SYSTEM/calls"
[ "$DEBIAN_FRONTEND" = noninteractive ] || exit 9
while [ "$1" = -o ]; do shift 2; done
case $1 in
update) [ -e "$SYSTEM/for_ever" ] || rm -f "$SYSTEM/unknown" ;;
install) [ ! -e "$SYSTEM/broken" ] || exit 100; shift 3; for package; do echo "$package" >>"$SYSTEM/installed"; done ;;
esac
T
}
tool() {
	rm -f "$tmp/bin/$1"
	{ echo '#!/bin/sh' && cat; } >"$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}
deps() {
	SYSTEM=$tmp HVSCOPE_ROOT=$tmp/root PATH=$tmp/bin "$top/.packaging/deps.sh" "$@" </dev/null
}
calls() {
	grep -oE '(update|install .*)' "$tmp/calls" | sed 's/install -y --no-install-recommends/install/'
}
build="gcc make libc6-dev libncurses-dev libjansson-dev libinih-dev libpci-dev libvirt-dev libxml2-dev zlib1g-dev libcpuid-dev"

fake_system
ends "installs on a bare system" 0 deps build
is "prints the command first" "${output%%$'\n'*}" "apt-get install -y --no-install-recommends $build"
is "runs just that" "$(calls)" "install $build"
ends "a second time" 0 deps -q build
is "says nothing" "$output" ""
is "and calls nothing" "$(calls)" "install $build"
ends "when asked for aloud" 0 deps build
is "prints the command all the same" "${output%%$'\n'*}" "apt-get install -y --no-install-recommends $build"
is "and still calls nothing" "$(calls)" "install $build"

fake_system gcc make libc6-dev libncurses-dev libjansson-dev
ends "installs on a half-way system" 0 deps -q build
is "installs only what is missing" "$(calls)" "install libinih-dev libpci-dev libvirt-dev libxml2-dev zlib1g-dev libcpuid-dev"
echo arm64 >"$tmp/architecture"
fake_system gcc make libc6-dev libncurses-dev libjansson-dev libinih-dev libpci-dev libvirt-dev libxml2-dev zlib1g-dev
echo arm64 >"$tmp/architecture"
ends "another architecture" 0 deps -q build
is "needs no libcpuid" "$(calls)" ""
ends "tests need more" 0 deps -q test
like "among it cmocka and tmux" "$(calls)" "libcmocka-dev .*tmux"
unlike "but not what is there" "$(calls)" "libjansson"

fake_system $build
ends "only checking, when all is there" 0 deps -c build
is "says nothing" "$output" ""
fake_system gcc make libc6-dev libncurses-dev libjansson-dev
ends "only checking, when something is missing" 1 deps -c build
is "says what" "$output" "not installed: libinih-dev libpci-dev libvirt-dev libxml2-dev zlib1g-dev libcpuid-dev"
is "and installs nothing" "$(calls)" ""

lab="qemu-system-x86 acpica-tools cpio kmod xz-utils"
fake_system xz-utils
ends "the lab" 0 deps -q lab
is "gets an emulator, and nothing to build with" "$(calls)" "install ${lab% *}"
ends "the lab is there" 0 deps -c lab
fake_system qemu-system-x86
ends "real guests" 0 deps -q virt
is "get a libvirt that nobody starts" "$(calls)" \
	"install libvirt-daemon libvirt-daemon-driver-qemu libvirt-clients iproute2"
ends "they are there" 0 deps -c virt
# libvirt KIND: the system's daemon runs, or waits at its socket
libvirt() {
	mkdir -p "$tmp/root/proc/1" "$tmp/root/proc/77" "$tmp/root/run/libvirt"
	echo init >"$tmp/root/proc/1/comm"
	case $1 in
	*sock) touch "$tmp/root/run/libvirt/$1" ;;
	*) echo "$1" >"$tmp/root/proc/77/comm" ;;
	esac
}
for kind in libvirtd virtqemud libvirt-sock virtqemud-sock; do
	fake_system
	libvirt $kind
	ends "$kind: the lab is refused" 1 deps -q lab
	like "$kind: with the reason" "$output" "^no lab here: the system's libvirt runs here"
	is "$kind: and nothing is installed" "$(calls)" ""
	ends "$kind: the tests are told" 1 deps -c lab
	ends "$kind: real guests are refused too" 1 deps -q virt
	like "$kind: with their reason" "$output" "^no guests here: the system's libvirt runs here"
	is "$kind: and nothing is installed for them" "$(calls)" ""
	ends "$kind: all else is installed" 0 deps -q build
	fake_system $lab
	libvirt $kind
	ends "$kind: who asks for a lab that is there already gets it" 0 deps -q lab
	ends "$kind: but no test does" 1 deps -c lab
done
fake_system
libvirt libvirtd
mkdir -p "$tmp/root/proc/self/ns" "$tmp/root/proc/77/ns"
ln -s 'mnt:[1]' "$tmp/root/proc/self/ns/mnt"
ln -s 'mnt:[2]' "$tmp/root/proc/77/ns/mnt"
ends "a daemon in files of its own, as tests start it, is not the system's" 0 deps -q virt
ln -sf 'mnt:[1]' "$tmp/root/proc/77/ns/mnt"
ends "one in the files of all is" 1 deps -c virt
fake_system
libvirt qemu-system-x86
ends "a guest alone is no daemon" 0 deps -q lab
fake_system
echo arm64 >"$tmp/architecture"
ends "another architecture has no lab" 1 deps -q lab
like "and is told why" "$output" "^no lab here: its guest is an amd64 machine.* arm64$"
is "and nothing is installed there" "$(calls)" ""

fake_system
echo gcc >"$tmp/unknown"
ends "a package that the lists do not know" 0 deps build
is "asks for the lists first" "$(calls | awk '{ print $1 }' | tr '\n' ' ')" "update install "
fake_system
echo libcpuid-dev >"$tmp/unknown"
touch "$tmp/for_ever"
ends "a release without libcpuid" 0 deps build
is "gets the others" "$(calls | tail -n 1)" "install ${build% *}"
fake_system
touch "$tmp/broken"
ends "an install that fails is told" 1 deps build
is "after one try with new lists" "$(calls | awk '{ print $1 }' | tr '\n' ' ')" "install update install "
like "with the command" "$output" "The command was: apt-get install"

fake_system
echo 1000 >"$tmp/uid"
ends "refuses without root and sudo" 1 deps build
is "printing the command first" "${output%%$'\n'*}" "apt-get install -y --no-install-recommends $build"
like "and why" "$output" "needs root"
is "and touches nothing" "$(calls)" ""
tool sudo <<<'[ "$1" != -n ] || shift; echo "sudo $1" >>"$SYSTEM/sudo"; exec "$@"'
ends "goes through sudo where it is" 0 deps build
like "for apt-get alone" "$(cat "$tmp/sudo")" "sudo env"
is "and installs" "$(calls)" "install $build"
fake_system
echo 1000 >"$tmp/uid"
tool sudo <<<'exit 1'
ends "refuses when sudo does" 1 deps build
is "and touches nothing then" "$(calls)" ""
fake_system $build
echo 1000 >"$tmp/uid"
ends "needs no root when all is there" 0 deps -q build

fake_system
rm "$tmp/bin/apt-get" "$tmp/bin/dpkg-query"
mkdir -p "$tmp/include/pci"
ends "another distribution without the headers" 1 env HVSCOPE_INCLUDE="$tmp/include" SYSTEM="$tmp" PATH="$tmp/bin" \
	"$top/.packaging/deps.sh" build
like "is told what is needed" "$output" "Missing here: a C compiler curses.h jansson.h ini.h pci/pci.h libvirt/libvirt.h libxml/parser.h zlib.h"
mkdir -p "$tmp"/include/{libvirt,libxml}
touch "$tmp"/include/{curses,jansson,ini,pci/pci,libvirt/libvirt,libxml/parser,zlib}.h
tool gcc <<<':'
ends "with them it goes on" 0 env HVSCOPE_INCLUDE="$tmp/include" SYSTEM="$tmp" PATH="$tmp/bin" "$top/.packaging/deps.sh" build
ends "the lab on another distribution" 1 env SYSTEM="$tmp" PATH="$tmp/bin" "$top/.packaging/deps.sh" -c lab
is "is none" "$output" "no lab here: it is made of Debian packages, and this is not Debian"
ends "wrong usage" 2 deps dinner

# What make itself does on a system that has make and nothing else
fake_system
echo 1000 >"$tmp/uid"
for tool in nproc find head mkdir cmp; do ln -s "$(type -P $tool)" "$tmp/bin/$tool"; done
run_make() {
	env -i SYSTEM="$tmp" PATH="$tmp/bin" make -C "$top" --no-print-directory B="$tmp/b" "$1" </dev/null
}
ends "make help needs only make" 0 run_make help
like "and lists the targets" "$output" "make run .*inspector"
ends "make run without packages and root refuses" 2 run_make run
is "with the command" "$(grep -c '^apt-get install' <<<"$output")" 1
unlike "and no complaint about a missing tool" "$output" "not found"
done_testing

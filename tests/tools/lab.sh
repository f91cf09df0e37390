#!/usr/bin/env bash
# What the lab is made of, without booting it: when its tests are skipped, where its kernel comes from, its ACPI table.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
guest=$top/tests/lab/guest

# A folder of programs that stand for a distribution
mkdir -p "$tmp/bin" "$tmp/root/proc/7" "$tmp/kernel"
tool() {
	{ echo '#!/bin/sh' && cat; } >"$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
}
tool dpkg <<<'echo amd64'
tool dpkg-query <<<'echo "installed "'
tool apt-get <<'T'
echo "$2" >>"$CALLS"
echo "E: no way to the archive" >&2
exit 100
T
export CALLS=$tmp/calls
tool apt-cache <<'T'
case $1 in
depends) echo "linux-image-amd64"; echo "  Depends: linux-image-6.1.0-99-amd64" ;;
policy) echo "$2:"; echo "  Candidate: 6.1.999-1" ;;
esac
T
with_tools() {
	PATH=$tmp/bin:$PATH HVSCOPE_ROOT=$tmp/root "$@"
}

if command -v tmux >/dev/null; then
	echo libvirtd >"$tmp/root/proc/7/comm"
	ends "beside the system's libvirt a test in the lab is no failure" 0 with_tools "$top/tests/lab/guest.sh"
	like "but skipped, with the reason" "$output" "^1\.\.0 # SKIP no lab here: the system's libvirt runs here"
	echo bash >"$tmp/root/proc/7/comm"
	tool dpkg-query <<<'[ "$4" != acpica-tools ] || exit 1; echo "installed "'
	ends "without a package it is none either" 0 with_tools "$top/tests/lab/guest.sh"
	is "but skipped, with its name" "$output" "1..0 # SKIP no lab here: not installed: acpica-tools"
	tool dpkg-query <<<'echo "installed "'
else
	for name in "libvirt" "its reason" "a package" "its name"; do skip "$name" 'tmux is not installed'; done
fi

ends "a kernel that cannot be had" 1 with_tools "$guest/kernel.sh" "$tmp/kernel"
like "is asked for by name" "$output" "apt-get download linux-image-6\.1\.0-99-amd64 busybox-static"
like "and the reason is told" "$output" "the lab has no kernel: apt-get could not download it: E: no way to the archive"
is "and nothing of it is left" "$(ls "$tmp/kernel")" lock
if ((EUID == 0)); then
	is "after asking for new lists" "$(paste -sd ' ' "$CALLS")" 'download update'
else
	is "without asking for new lists, which needs root" "$(paste -sd ' ' "$CALLS")" download
fi
script=$(cksum <"$guest/kernel.sh")
printf 'linux-image-6.1.0-98-amd64 6.1.998-1\nbusybox-static 1\n%s\n' "$script" >"$tmp/kernel/STAMP"
ends "one that is there is kept when that is asked for" 0 with_tools "$guest/kernel.sh" -k "$tmp/kernel"
ends "otherwise the newer one is wanted" 1 with_tools "$guest/kernel.sh" "$tmp/kernel"
printf 'linux-image-6.1.0-99-amd64 6.1.999-1\nbusybox-static 6.1.999-1\n%s\n' "$script" >"$tmp/kernel/STAMP"
ends "the newest one is kept" 0 with_tools "$guest/kernel.sh" "$tmp/kernel"
is "without a word" "$output" ""
printf 'linux-image-6.1.0-99-amd64 6.1.999-1\nbusybox-static 6.1.999-1\n1 1\n' >"$tmp/kernel/STAMP"
ends "one that another script unpacked is not" 1 with_tools "$guest/kernel.sh" -k "$tmp/kernel"
sed -i "3s/.*/$script/" "$tmp/kernel/STAMP"
tool apt-cache <<<':'
ends "where the lists are gone, a kernel of this script is kept" 0 with_tools "$guest/kernel.sh" "$tmp/kernel"
rm "$tmp/kernel/STAMP"
ends "where the lists know no kernel" 1 with_tools "$guest/kernel.sh" "$tmp/kernel"
like "that is told" "$output" "the package lists do not know linux-image-amd64"
tool dpkg <<<'echo arm64'
ends "another architecture" 1 with_tools "$guest/kernel.sh" "$tmp/kernel"
like "is told too" "$output" "runs the packages of a Debian amd64 only"

# compiles CPUS SHARE - a case: the ACPI compiler takes the table without a warning
compiles() {
	"$guest/ssdt.sh" "$1" "$2" >"$tmp/ssdt.dsl"
	output=$(iasl -p "$tmp/ssdt" "$tmp/ssdt.dsl" 2>&1)
	like "the table of $1 CPUs, $2 in a policy, compiles" "$output" "0 Errors, 0 Warnings"
}
for shape in '1 1' '8 1' '8 2' '16 2' '7 2'; do
	# shellcheck disable=SC2086 # two words
	if command -v iasl >/dev/null; then compiles $shape; else skip "the table of $shape compiles" 'iasl is not installed'; fi
done
is "a policy that is not full has the CPUs that are left" \
	"$("$guest/ssdt.sh" 7 2 | sed -n 's/.*_PSD.* 5, 0, \([0-9]*\), 0xFD, \([0-9]*\) .*/\1 \2/p' | sort -u | paste -sd ' ')" \
	'0 2 1 2 2 2 3 1'
ends "there are eight registers for P-states" 1 "$guest/ssdt.sh" 16 1
like "more are refused" "$output" '16 clock domains, but only 8 registers'
done_testing

#!/usr/bin/env bash
# Fetches the lab's kernel and busybox from the distribution's archive and unpacks them, installing nothing.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kernel.sh [-k] FOLDER - afterwards FOLDER holds vmlinux, busybox and lib/modules with what the lab loads, and STAMP says
# what they are. It does nothing when they are the archive's newest, with -k when they are there at all. Where they cannot
# be had it says why and ends with 1.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
keep=no
if [[ $1 = -k ]]; then
	keep=yes
	shift
fi
folder=$1
modules='acpi-cpufreq cpufreq_powersave cpufreq_userspace cpufreq_ondemand cpufreq_conservative virtio_pci virtio_net
	virtio_blk virtio-rng 9p 9pnet_virtio overlay e1000 e1000e nvme kvm kvm-amd kvm-intel msr'

no() {
	echo "the lab has no kernel: $*" >&2
	exit 1
}

[[ $(dpkg --print-architecture 2>/dev/null) = amd64 ]] || no 'its guest runs the packages of a Debian amd64 only'
mkdir -p "$folder"
exec 9>"$folder/lock"
flock 9

script=$(cksum <"${BASH_SOURCE[0]}")
ours=no
[[ $(tail -n 1 "$folder/STAMP" 2>/dev/null) != "$script" ]] || ours=yes
[[ $keep$ours != yesyes ]] || exit 0

# What the lists name, in $image and $stamp
look_up() {
	image=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '$1 == "Depends:" { print $2; exit }')
	stamp=$(for package in $image busybox-static; do
		apt-cache policy "$package" | awk -v name="$package" '$1 == "Candidate:" { print name, $2 }'
	done)
	stamp+=$'\n'$script
}
look_up
[[ -n $image || $ours = no ]] || exit 0
[[ $(cat "$folder/STAMP" 2>/dev/null) != "$stamp" ]] || exit 0

work=$(mktemp -d "$folder/part.XXXXXX")
trap 'rm -rf "$work"' EXIT
why='the package lists do not know linux-image-amd64'
download() {
	[[ -n $image ]] || return 1
	echo "apt-get download $image busybox-static"
	(cd "$work" && apt-get -q download "$image" busybox-static >download.log 2>&1) && return
	why="apt-get could not download it: $(tail -n 1 "$work/download.log")"
	return 1
}
# Old lists name versions that the archive no longer has.
if ! download && ! { ((EUID == 0)) && apt-get -q update >/dev/null 2>&1 && look_up && download; }; then
	no "$why"
fi
dpkg-deb -x "$work"/busybox-static_*.deb "$work/box"
dpkg-deb -x "$work/$image"_*.deb "$work/image"
version=$(basename "$work"/image/lib/modules/*)

rm -rf "${folder:?}/STAMP" "${folder:?}/lib" "$folder/vmlinux" "$folder/busybox"
cp "$work/box/bin/busybox" "$folder/busybox"

# An ELF kernel boots without unpacking itself, which takes 6 s under emulation. One that is packed otherwise boots as it is.
packed=$(echo "$work"/image/boot/vmlinuz-*)
offset=$(LC_ALL=C grep -abo $'\xfd7zXZ' "$packed" | awk -F : 'NR == 1 { print $1 }' || :)
if [[ -z $offset ]] || ! xz -dc --single-stream < <(tail -c +$((offset + 1)) "$packed") >"$folder/vmlinux" 2>/dev/null; then
	cp "$packed" "$folder/vmlinux"
fi

from=$work/image to=$folder/lib/modules/$version
[[ -d $from/lib/modules ]] || from=$from/usr
depmod -b "$from" "$version"
mkdir -p "$to"
for module in $modules; do
	# Some are built in: they have no file.
	modprobe -d "$from" -S "$version" --show-depends "$module" 2>/dev/null || :
done | awk '$1 == "insmod" { print $2 }' | sort -u | while read -r file; do
	mkdir -p "$to/$(dirname "${file#*"/lib/modules/$version/"}")"
	cp "$file" "$to/${file#*"/lib/modules/$version/"}"
done
cp "$from/lib/modules/$version"/modules.{order,builtin,builtin.modinfo} "$to"
depmod -b "$folder" "$version"
echo "$stamp" >"$folder/STAMP"

#!/usr/bin/env bash
# Unpacks the captured real machines of ../shared/hosts into a cache, once, and prints the folder; nothing without them.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The folder keeps the layout <source>/<tree>; its file LIST names the trees, sorted. The CPUID dumps among the archives
# are no trees and are left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
hosts=${HVSCOPE_HOSTS:-../shared/hosts}
cache=$PWD/.build/trees
[[ -d $hosts/trees ]] || exit 0
command -v xz >/dev/null || { echo "trees.sh: xz is missing, the real trees are not unpacked" >&2 && exit 0; }

mkdir -p .build
exec 9>.build/trees.lock
flock 9
mapfile -t archives < <(cd "$hosts/trees" && find . -name '*.tar.xz' ! -path '*/x86-cpuid/*' -printf '%P\n' | sort)
stamp=$(cd "$hosts/trees" && cksum "${archives[@]}" | cksum)
if [[ $(cat "$cache/STAMP" 2>/dev/null) != "$stamp" ]]; then
	# Each tree is moved into its place whole and the stamp comes last: what was interrupted is seen as that.
	rm -rf "$cache"
	mkdir -p "$cache"
	for archive in "${archives[@]}"; do
		mkdir -p "$cache/.part" "$cache/$(dirname "$archive")"
		tar -xJf "$hosts/trees/$archive" -C "$cache/.part" --no-same-owner
		mv "$cache/.part"/* "$cache/$(dirname "$archive")"/
		rm -rf "$cache/.part"
	done
	printf '%s\n' "${archives[@]%.tar.xz}" >"$cache/LIST"
	echo "$stamp" >"$cache/STAMP"
fi
echo "$cache"

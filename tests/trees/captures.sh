#!/usr/bin/env bash
# What else captured machines show, a named case each: odd numbers, odd lists, and two ways to walk through a tree.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

a_machine_without_cpus() {
	same counts "$(said pcp/sysfs-hugepages-003 | awk -F '\t' '$1 == "count" { print $3 }' | paste -sd ' ')" "- 1 - - -"
	same rows "$(said pcp/sysfs-hugepages-003 | grep -Ec '^(cpu|policy|base)')" 0
	same hybrid "$(text_of pcp/sysfs-hugepages-003 topology.hybrid)" -
}

packages_without_a_number() {
	same "s390 under KVM" "$(column util-linux/s390-kvm 4)" "0:0 1:1 2:2"
	same "an s390 with books" "$(column hwloc/linux/20s390-2g6s4c 4)" "0-2:0 3-6:3 7-9:7 10-12:10 13-14:13 15:15 16:16 17-19:17"
	same "a core with more than one thread and no number" "$(cpu_says hwloc/linux/2ps3-2t 1 4) $(cpu_says hwloc/linux/2ps3-2t 1 9)" "- 0-1"
}

caches_have_names_of_their_own() {
	local tree
	for tree in "${all[@]}"; do
		same "caches of $tree" "$(said "$tree" | grep ^cache | cut -f 2 | sort | uniq -d)" ""
	done
}

old_kernels_list_the_cpu_alone() {
	local tree=hwloc/linux/64amd64-4s2n4ca2co
	same "list of cpu0" "$(cat "$HVSCOPE_TREES/$tree$cpus/cpu0/cache/index2/shared_cpu_list")" 0
	same caches "$(said $tree | awk -F '\t' '$1 == "cache" { print $2 "x" $4 }' | paste -sd " ")" "L1dx64 L1ix32 L2x32 L3x8"
}

# HVSCOPE_NO_OPENAT2: our own walk in folders must find what the kernel's finds.
own_walk_finds_the_same() {
	local tree
	mkdir -p "$tmp/kernel" "$tmp/walk"
	for tree in "${all[@]}"; do
		cp "$tmp/report/$(flat "$tree").facts" "$tmp/kernel"
	done
	HVSCOPE_NO_OPENAT2=1 reports "${all[@]}"
	for tree in "${all[@]}"; do
		cmp -s "$tmp/kernel/$(flat "$tree").facts" "$tmp/report/$(flat "$tree").facts" || echo "$tree differs"
	done
}

run_cases

#!/usr/bin/env bash
# What captured machines teach, a named case each: where old and odd kernels keep their facts, and what must stay unknown.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

# Each case is a function; its name in words is the name of the case. It prints what is wrong.
cpus=/sys/devices/system/cpu
nodes=/sys/devices/system/node

# there TREE PATTERN, not_there TREE PATTERN - what the case is about, so that it fails when the capture changes
there() {
	compgen -G "$HVSCOPE_TREES/$1$2" >/dev/null || echo "$1 has no $2: it teaches something else"
}

not_there() {
	! compgen -G "$HVSCOPE_TREES/$1$2" >/dev/null || echo "$1 has $2: it teaches something else"
}

same() {
	[[ $2 == "$3" ]] || echo "$1: expected $3, got $2"
}

# column TREE COLUMN - of all CPUs, runs of the same joined: "0-7:P 8-15:E"
column() {
	said "$1" | awk -F '\t' -v c="$2" '
		function flush() { if (n++) printf("%s%s:%s", (n > 2 ? " " : ""), (from == last ? from : from "-" last), is) }
		$1 == "cpu" {
			if (!seen++ || $c != is || $2 != last + 1) { flush(); from = $2; is = $c }
			last = $2
		}
		END { flush() }'
}

nodes_by_cpulist_only() {
	not_there pepc/emr9 "$nodes/node0/cpumap"
	not_there pepc/emr9 "$nodes/node0/cpu[0-9]*"
	same nodes "$(count_of pepc/emr9 nodes)" 4
	same node0 "$(cpu_says pepc/emr9 0 7)" 0
	same "CPUs of node 3" "$(said pepc/emr9 | awk -F '\t' '$1 == "cpu" && $7 == 3' | wc -l)" 36
}

nodes_by_cpumap_only() {
	not_there util-linux/vmware_fpe "$nodes/node0/cpulist"
	not_there util-linux/vmware_fpe "$nodes/node0/cpu[0-9]*"
	same nodes "$(column util-linux/vmware_fpe 7)" "0-3:0 4-7:1 8-11:2 12-15:3"
}

nodes_by_entries_only() {
	local tree=libvirt/hostcpu/linux-test3
	not_there $tree "$nodes/node0/cpulist"
	not_there $tree "$nodes/node0/cpumap"
	same "node of cpu20" "$(cpu_says $tree 20 7)" 0
	same "node of cpu24" "$(cpu_says $tree 24 7)" 1
}

nodes_by_all_three() {
	local tree=nri-plugins/2-socket-4-node-40-core
	there $tree "$nodes/node0/cpulist"
	there $tree "$nodes/node0/cpumap"
	there $tree "$nodes/node0/cpu[0-9]*"
	same nodes "$(said $tree | awk -F '\t' '$1 == "cpu" { print $7 }' | sort | uniq -c | awk '{ printf "%s:%s ", $2, $1 }')" \
		"0:20 1:20 2:20 3:20 "
}

sub_numa_clusters_share_a_package() {
	same "packages of nodes" "$(said pepc/emr9 | awk -F '\t' '$1 == "cpu" { print $7 ":" $4 }' | sort -u | paste -sd ' ')" \
		"0:0 1:0 2:1 3:1"
}

nodes_without_cpus_count() {
	same knm0-n0 "$(count_of pepc/knm0-n0 nodes) $(column pepc/knm0-n0 7)" "2 0-287:0"
	same GPUs "$(count_of hwloc/linux/nvidiagpunumanodes nodes)" 8
	same "nodes of CPUs" "$(column hwloc/linux/nvidiagpunumanodes 7)" "0-15:0 88-103:8"
}

package_and_core_from_cpuinfo() {
	not_there pepc/clx4s0 "$cpus/cpu0/topology/physical_package_id"
	not_there pepc/clx4s0 "$cpus/cpu0/topology/core_id"
	there pepc/clx4s0 "$cpus/cpu0/topology/die_id"
	same "package of cpu191" "$(cpu_says pepc/clx4s0 191 4)" \
		"$(awk '/^processor/ { on = $3 == 191 } on && /^physical id/ { print $NF }' "$HVSCOPE_TREES/pepc/clx4s0/proc/cpuinfo")"
	same "core of cpu191" "$(cpu_says pepc/clx4s0 191 6)" \
		"$(awk '/^processor/ { on = $3 == 191 } on && /^core id/ { print $NF }' "$HVSCOPE_TREES/pepc/clx4s0/proc/cpuinfo")"
	same "siblings of cpu0" "$(cpu_says pepc/clx4s0 0 9)" "0,96"
	same "die of cpu0" "$(cpu_says pepc/clx4s0 0 5)" 0
}

cpufreq_of_older_kernels_lies_in_the_cpus_folder() {
	not_there util-linux/x86_64-64cpu "$cpus/cpufreq/policy0"
	there util-linux/x86_64-64cpu "$cpus/cpu63/cpufreq/scaling_driver"
	same policies "$(said util-linux/x86_64-64cpu | grep -c '^policy')" 64
	same "the shared one" "$(said hwloc/linux-removed/8em64t-4c2t | awk -F '\t' '$1 == "policy" { print $2 "=" $3 }' | paste -sd ' ')" \
		"0=0-3 4=4 5=5 6=6 7=7"
	same "a phone's" "$(said pytorch-cpuinfo/galaxy-s9-us | awk -F '\t' '$1 == "policy" { print $2 "=" $3 }' | paste -sd ' ')" \
		"0=0-3 4=4-7"
}

a_machine_without_proc() {
	not_there nri-plugins/desktop /proc
	same CPUs "$(count_of nri-plugins/desktop cpus_online)" 20
	same policies "$(said nri-plugins/desktop | grep -c '^policy')" 20
	same release "$(text_of nri-plugins/desktop kernel.release)" -
	same "whether it is a guest" "$(text_of nri-plugins/desktop firmware.guest)" -
}

a_machine_without_cpus() {
	same counts "$(said pcp/sysfs-hugepages-003 | awk -F '\t' '$1 == "count" { print $3 }' | paste -sd ' ')" "- 1 - - -"
	same rows "$(said pcp/sysfs-hugepages-003 | grep -Ec '^(cpu|policy|base)')" 0
	same hybrid "$(text_of pcp/sysfs-hugepages-003 topology.hybrid)" -
}

ids_are_sparse() {
	same "nodes 0, 2 and 3" "$(said util-linux/x86_64-64cpu | awk -F '\t' '$1 == "cpu" { print $7 }' | sort -u | paste -sd ' ')" "0 2 3"
	same "possible but not present" "$(cpu_says util-linux/x86_64-64cpu 64 3)" ""
	same "CPUs of a sparc64" "$(column util-linux/sparc64 3)" "6-7:1 10-11:1 14-15:1"
	same "high ids" "$(cpu_says libvirt/hostcpu/linux-high-ids 15 4) $(cpu_says libvirt/hostcpu/linux-high-ids 15 6)" "8191 8191"
}

offline_cpus_have_no_place() {
	local tree=libvirt/hostcpu/linux-test6
	same online "$(column $tree 3)" "0-4:1 5:0 6:1 7:0"
	same offline "$(text_of $tree topology.offline)" 5,7
	same "package, die, core, l3, siblings of cpu5" "$(said $tree | awk -F '\t' '$1 == "cpu" && $2 == 5 { print $4 $5 $6 $8 $9 }')" -----
	same "its sibling's siblings" "$(cpu_says $tree 1 9)" 1
	same "offline of ghw's" "$(text_of ghw/linux-amd64-offlineCPUs topology.offline)" 2-3
	same "CPUs with a file of their own" "$(count_of hwloc/linux-removed/32ppc-4n4c2c cpus_online)" 32
}

hybrid_cores_have_kinds() {
	same adl0 "$(text_of pepc/adl0 topology.hybrid) $(column pepc/adl0 10)" "1 0-7:P 8-15:E"
	same arl-h-1 "$(text_of pepc/arl-h-1 topology.hybrid) $(column pepc/arl-h-1 10)" "1 0-3:P 4-11:E 12-13:LP"
	same lnl0 "$(text_of pepc/lnl0 topology.hybrid) $(column pepc/lnl0 10)" "1 0-3:P 4-7:E"
	same "by capacity" "$(column hwloc/linux/nvidia-dgx-gb10 10)" "0-4:E 5-9:P 10-14:E 15-19:P"
	same "all alike" "$(text_of pepc/rome0 topology.hybrid) $(column pepc/rome0 10)" "0 0-255:-"
}

links_that_lead_nowhere() {
	local link=$HVSCOPE_TREES/hwloc/linux/nvidiagpunumanodes$cpus/cpu0/cpufreq
	[[ -L $link && ! -e $link ]] || echo "the link leads somewhere: it teaches something else"
	same policies "$(said hwloc/linux/nvidiagpunumanodes | grep -c '^policy')" 0
	same CPUs "$(count_of hwloc/linux/nvidiagpunumanodes cpus_online)" 32
}

# The link leads to /proc/self/mounts, which the capture has not and this machine has.
an_absolute_link_stays_inside() {
	local tree=ghw/linux-amd64-61797caf7c0b6bca1725ad7975ed4773 got
	same "the link" "$(readlink "$HVSCOPE_TREES/$tree/etc/mtab")" /proc/self/mounts
	for no_openat2 in '' 1; do
		got=$(HVSCOPE_NO_OPENAT2=$no_openat2 "$HVSCOPE_BUILD/helper/host_read" "$HVSCOPE_TREES/$tree" /etc/mtab)
		[[ $got == ENOENT:* ]] || echo "HVSCOPE_NO_OPENAT2=$no_openat2: $got"
	done
}

empty_files_are_no_values() {
	local tree=hwloc/linux-removed/24em64t-2n6c2t+2mic.olddriver file
	for file in cpufreq/cpuinfo_cur_freq microcode/version; do
		[[ -f $HVSCOPE_TREES/$tree$cpus/cpu0/$file && ! -s $HVSCOPE_TREES/$tree$cpus/cpu0/$file ]] || echo "$file is not empty"
	done
	grep -q '"microcode": null' "$tmp/report/$(flat $tree).json" || echo "an empty microcode/version was shown"
	tree=hwloc/linux/128ia64-17n4s2c
	[[ -f $HVSCOPE_TREES/$tree$cpus/cpu1/online && ! -s $HVSCOPE_TREES/$tree$cpus/cpu1/online ]] || echo "online is not empty"
	same "CPUs with an empty file online" "$(count_of $tree cpus_online)" 128
}

guests_are_known_as_such() {
	same "by flag" "$(text_of hotsos/openstack firmware.guest_why)" "the processor has the flag hypervisor"
	same "by sysinfo" "$(text_of util-linux/s390-kvm firmware.guest_why)" "/proc/sysinfo names a control program"
	same "by a device" "$(text_of util-linux/vbox-win firmware.guest_why)" "it has a PCI device of VirtualBox"
	same "no guest" "$(text_of pepc/emr9 firmware.guest) $(text_of util-linux/vmware_fpe firmware.guest)" "0 0"
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

mapfile -t all < <(machines)
mapfile -t cases < <(sed -n 's/^\([a-z0-9_]*_[a-z0-9_]*\)() {$/\1/p' "$0" | grep -vx not_there)
without_trees "${cases[@]//_/ }"
reports "${all[@]}"
for name in "${cases[@]}"; do
	is "${name//_/ }" "$("$name")" ""
done
done_testing

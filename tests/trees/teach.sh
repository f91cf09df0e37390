#!/usr/bin/env bash
# What the captured machines teach: each point of the list beside them, and each clause of it, as a case of its own.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The comments quote the list ("What these captures teach" in the README of the captures).
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"
readme=${HVSCOPE_HOSTS:-$top/../shared/hosts}/README.md

# - Node membership comes as `cpulist` only (pepc, hotsos), `cpumap` only (most util-linux), `cpuN` entries only
#   (libvirt `linux-test*`), or all three.

membership_by_cpulist_only_in_pepc() {
	not_there pepc/emr9 "$nodes/node0/cpumap"
	not_there pepc/emr9 "$nodes/node0/cpu[0-9]*"
	same nodes "$(count_of pepc/emr9 nodes)" 4
	same node0 "$(cpu_says pepc/emr9 0 7)" 0
	same "CPUs of node 3" "$(said pepc/emr9 | awk -F '\t' '$1 == "cpu" && $7 == 3' | wc -l)" 36
	same "the node's own list" "$(fact pepc/emr9 numa node 3 cpus)" "$(cat "$HVSCOPE_TREES/pepc/emr9$nodes/node3/cpulist")"
}

membership_by_cpulist_only_in_hotsos() {
	not_there hotsos/openstack "$nodes/node0/cpumap"
	not_there hotsos/openstack "$nodes/node0/cpu[0-9]*"
	same "nodes of CPUs" "$(column hotsos/openstack 7)" 0-1:0
	same "CPUs of nodes" "$(facts_of hotsos/openstack numa node '*' cpus)" 0-1
}

membership_by_cpumap_only_in_util_linux() {
	local tree
	for tree in vmware_fpe x86_64-64cpu ia64-512cpus s390-lpar-drawer; do
		there "util-linux/$tree" "$nodes/node[0-9]*/cpumap"
		not_there "util-linux/$tree" "$nodes/node[0-9]*/cpulist"
		not_there "util-linux/$tree" "$nodes/node[0-9]*/cpu[0-9]*"
	done
	same nodes "$(column util-linux/vmware_fpe 7)" "0-3:0 4-7:1 8-11:2 12-15:3"
	same "CPUs of nodes" "$(facts_of util-linux/vmware_fpe numa node '*' cpus)" "0-3 4-7 8-11 12-15"
	same "a mask of three words" "$(facts_of util-linux/x86_64-64cpu numa node 1 cpus)" \
		1,5,9,13,17,21,25,29,33,37,41,45,49,53,57,61
	same "nodes of 512 CPUs" "$(count_of util-linux/ia64-512cpus nodes)" 128
	same "CPUs of its last node" "$(fact util-linux/ia64-512cpus numa node 127 cpus)" 508-511
	same "CPUs of one with drawers" "$(facts_of util-linux/s390-lpar-drawer numa node '*' cpus)" 0-140
}

membership_by_entries_only_in_libvirt() {
	local tree number
	for number in 2 3 6 7; do
		tree=libvirt/hostcpu/linux-test$number
		there "$tree" "$nodes/node0/cpu[0-9]*"
		not_there "$tree" "$nodes/node0/cpulist"
		not_there "$tree" "$nodes/node0/cpumap"
		[[ $(cpu_says "$tree" 0 7) == 0 ]] || echo "$tree: the node of cpu0 is not known"
	done
	tree=libvirt/hostcpu/linux-test3
	same "node of cpu20" "$(cpu_says $tree 20 7)" 0
	same "node of cpu24" "$(cpu_says $tree 24 7)" 1
	same "CPUs of node 1" "$(fact $tree numa node 1 cpus)" 24,28,32,36,40,44
}

membership_by_all_three() {
	local tree=nri-plugins/2-socket-4-node-40-core
	there $tree "$nodes/node0/cpulist"
	there $tree "$nodes/node0/cpumap"
	there $tree "$nodes/node0/cpu[0-9]*"
	same nodes "$(said $tree | awk -F '\t' '$1 == "cpu" { print $7 }' | sort | uniq -c | awk '{ printf "%s:%s ", $2, $1 }')" \
		"0:20 1:20 2:20 3:20 "
	same "CPUs of node 0" "$(fact $tree numa node 0 cpus)" 0-2,5-6,10-12,15-16,40-42,45-46,50-52,55-56
}

# - `pepc/*`: package and core only from `/proc/cpuinfo`, die from `topology/`; some kernels have `cpuinfo_avg_freq`;
#   acpi-cpufreq trees have `bios_limit`, `freqdomain_cpus`, `boost`, `cpb`.

package_and_core_from_cpuinfo_die_from_topology() {
	local tree=pepc/clx4s0
	not_there $tree "$cpus/cpu0/topology/physical_package_id"
	not_there $tree "$cpus/cpu0/topology/core_id"
	there $tree "$cpus/cpu0/topology/die_id"
	same "package of cpu191" "$(cpu_says $tree 191 4)" \
		"$(awk '/^processor/ { on = $3 == 191 } on && /^physical id/ { print $NF }' "$HVSCOPE_TREES/$tree/proc/cpuinfo")"
	same "core of cpu191" "$(cpu_says $tree 191 6)" \
		"$(awk '/^processor/ { on = $3 == 191 } on && /^core id/ { print $NF }' "$HVSCOPE_TREES/$tree/proc/cpuinfo")"
	same "siblings of cpu0" "$(cpu_says $tree 0 9)" "0,96"
	same "die of cpu0" "$(cpu_says $tree 0 5)" 0
}

average_clock_of_newer_kernels() {
	local tree
	for tree in pepc/knm0-n0 pepc/rome0 pepc/clx4s0; do
		same "$tree" "$(fact $tree frequency policy 0 avg_khz)" \
			"$(cat "$HVSCOPE_TREES/$tree$cpus/cpufreq/policy0/cpuinfo_avg_freq")"
	done
	same "one that is really an average" "$(fact pepc/knm0-n0 frequency policy 0 avg_khz)" 1602839
	not_there util-linux/vmware_fpe "$cpus/cpufreq/policy0/cpuinfo_avg_freq"
	same "an older kernel" "$(fact util-linux/vmware_fpe frequency policy 0 avg_khz)" null
	[[ $(fact util-linux/vmware_fpe frequency policy 0 avg_khz_why) == "absent: ENOENT "* ]] || echo "without a reason"
	[[ ! -s $HVSCOPE_TREES/hwloc/linux/nvidia-dgx-gb10$cpus/cpufreq/policy0/cpuinfo_avg_freq ]] ||
		echo "it is not empty: it teaches something else"
	same "an empty one" "$(fact hwloc/linux/nvidia-dgx-gb10 frequency policy 0 avg_khz)" null
}

limit_of_the_firmware_in_acpi_cpufreq() {
	same dnv0 "$(fact pepc/dnv0 frequency policy 0 bios_limit_khz)" 2101000
	same rome0 "$(fact pepc/rome0 frequency policy 0 bios_limit_khz)" 2250000
	same vmware_fpe "$(fact util-linux/vmware_fpe frequency policy 0 bios_limit_khz)" 3200000
	same "in the CPU's own folder" "$(fact util-linux/x86_64-dell_e4310 frequency policy 0 bios_limit_khz)" 2667000
	same "a driver that has none" "$(fact pepc/clx4s0 frequency policy 0 bios_limit_khz)" null
}

# What shares a clock in the hardware is wider than the policy, which is what a write reaches.
frequency_domain_is_not_the_policy() {
	same "domain of rome0" "$(cat "$HVSCOPE_TREES/pepc/rome0$cpus/cpufreq/policy0/freqdomain_cpus")" "0 128"
	same "its policies" "$(said pepc/rome0 | grep -c '^policy')" 256
	same "CPUs of the first" "$(fact pepc/rome0 frequency policy 0 cpus) $(fact pepc/rome0 frequency policy 0 related)" "0 0"
	same "domain of vmware_fpe" "$(cat "$HVSCOPE_TREES/util-linux/vmware_fpe$cpus/cpufreq/policy1/freqdomain_cpus")" "0 1"
	same "CPUs of its second" "$(fact util-linux/vmware_fpe frequency policy 1 cpus)" 1
	same "related of older kernels" "$(fact util-linux/x86_64-dell_e4310 frequency policy 0 related)" 0-3
	same "affected of those" "$(fact util-linux/x86_64-dell_e4310 frequency policy 0 cpus)" 0
}

boost_of_the_driver_and_of_the_policy() {
	there pepc/rome0 "$cpus/cpufreq/policy0/cpb"
	same "rome0, all and one" "$(fact pepc/rome0 frequency boost) $(fact pepc/rome0 frequency policy 0 boost)" "true true"
	same "gb10, off" "$(fact hwloc/linux/nvidia-dgx-gb10 frequency boost)" false
	not_there util-linux/vmware_fpe "$cpus/cpufreq/policy0/boost"
	same "vmware_fpe, all and one" \
		"$(fact util-linux/vmware_fpe frequency boost) $(fact util-linux/vmware_fpe frequency policy 0 boost)" "true null"
	same "intel_pstate has none" "$(fact pepc/clx4s0 frequency boost)" null
}

# - Older kernels have `cpuN/cpufreq/` as a real folder and no `cpufreq/policyN` (`util-linux/x86_64-64cpu`,
#   `x86_64-dell_e4310`, hwloc's).

cpufreq_of_older_kernels_lies_in_the_cpus_folder() {
	local row tree
	for row in util-linux/x86_64-64cpu:64 util-linux/x86_64-dell_e4310:4 hwloc/linux/128ia64-17n4s2c:128 \
		hwloc/linux-removed/28em64t-2s2n7c-buggycoresiblings:28; do
		tree=${row%:*}
		not_there "$tree" "$cpus/cpufreq/policy0"
		[[ -d $HVSCOPE_TREES/$tree$cpus/cpu0/cpufreq && ! -L $HVSCOPE_TREES/$tree$cpus/cpu0/cpufreq ]] ||
			echo "$tree: no real folder: it teaches something else"
		same "policies of $tree" "$(said "$tree" | grep -c '^policy')" "${row#*:}"
	done
	same "folder of the last" "$(fact util-linux/x86_64-64cpu frequency policy 63 folder)" "$cpus/cpu63/cpufreq"
	same "a shared one" "$(said hwloc/linux-removed/8em64t-4c2t | awk -F '\t' '$1 == "policy" { print $2 "=" $3 }' | paste -sd ' ')" \
		"0=0-3 4=4 5=5 6=6 7=7"
	same "a phone's" "$(said pytorch-cpuinfo/galaxy-s9-us | awk -F '\t' '$1 == "policy" { print $2 "=" $3 }' | paste -sd ' ')" \
		"0=0-3 4=4-7"
}

# - `nri-plugins/*` have no `/proc` at all; several trees have no `cpu/possible` or no `/proc/cpuinfo`, where `lscpu`
#   2.38 refuses, asserts (`nodeN/cpumap` missing) or segfaults (`hwloc/linux/2ps3-2t`). hvscope shows what there is.

machines_without_proc() {
	local tree
	for tree in nri-plugins/desktop:20:20 nri-plugins/2-socket-4-node-40-core:80:80 libvirt/caps/linux-basic:16:0; do
		IFS=: read -r tree online policies <<<"$tree"
		not_there "$tree" /proc
		same "CPUs of $tree" "$(count_of "$tree" cpus_online)" "$online"
		same "policies of $tree" "$(said "$tree" | grep -c '^policy')" "$policies"
		same "release of $tree" "$(text_of "$tree" kernel.release)" -
		same "whether $tree is a guest" "$(text_of "$tree" firmware.guest)" -
		same "load of $tree" "$(fact "$tree" load)" null
	done
}

machines_without_a_list_of_possible_cpus() {
	local tree n=0
	for tree in "${all[@]}"; do
		[[ ! -e $HVSCOPE_TREES/$tree$cpus/possible ]] || continue
		n=$((n + 1))
		same "possible of $tree" "$(fact "$tree" topology possible)" null
		[[ $tree == pcp/sysfs-hugepages-003 ]] || # it has no CPU at all
			[[ $(count_of "$tree" cpus_online) -gt 0 ]] || echo "$tree: no CPU is known"
	done
	((n > 40)) || echo "only $n are without: they teach something else"
}

machines_without_cpuinfo() {
	local tree n=0
	for tree in "${all[@]}"; do
		[[ ! -e $HVSCOPE_TREES/$tree/proc/cpuinfo ]] || continue
		n=$((n + 1))
		same "model of $tree" "$(text_of "$tree" cpu.model)" -
		[[ $tree == pcp/sysfs-hugepages-003 ]] || # it has no CPU at all
			[[ $(count_of "$tree" cpus_online) -gt 0 ]] || echo "$tree: no CPU is known"
	done
	((n > 8)) || echo "only $n are without: they teach something else"
}

where_lscpu_asserts_and_crashes() {
	same "a node without a map" "$(count_of hotsos/openstack packages) $(column hotsos/openstack 3)" "2 0-1:1"
	same "a PlayStation" "$(count_of hwloc/linux/2ps3-2t cpus_online) $(cpu_says hwloc/linux/2ps3-2t 1 9)" "2 0-1"
}

# - Idle state names vary (`POLL/C1/C1E/C6`, `C1_ACPI`, `C0/NHM-C1`, `C6S/C6SP`, `WFI/…`); older trees lack `above`,
#   `below`, `rejected`, `default_status`, some even `disable` and `residency`; `cpuidle/` may be missing with
#   `current_driver` = `none`.

names_of_idle_states_vary() {
	same clx4s0 "$(facts_of pepc/clx4s0 idle cpu 0 state '*' name)" "POLL C1 C1E C6"
	same arl-h-1 "$(facts_of pepc/arl-h-1 idle cpu 0 state '*' name)" "POLL C1_ACPI C2_ACPI C3_ACPI"
	same srf8 "$(facts_of pepc/srf8 idle cpu 0 state '*' name)" "POLL C1 C1E C6S C6SP"
	same x86_64-64cpu "$(facts_of util-linux/x86_64-64cpu idle cpu 0 state '*' name)" "C0 NHM-C1 NHM-C3"
	same dell-9360-kbl "$(facts_of pepc/dell-9360-kbl idle cpu 0 state '*' name)" "POLL C1 C1E C3 C6 C7s C8 C9 C10"
}

cpus_of_one_machine_have_other_states() {
	same "armv7, cpu0" "$(facts_of util-linux/armv7 idle cpu 0 state '*' name)" "WFI C1"
	same "armv7, cpu1" "$(facts_of util-linux/armv7 idle cpu 1 state '*' name)" WFI
	same "the deepest of each" "$(facts_of util-linux/armv7 idle cpu '*' deepest)" "C1 WFI"
}

# The deepest state is the one that takes longest to leave, whatever it is called.
deepest_state_goes_by_its_latency() {
	same clx4s0 "$(fact pepc/clx4s0 idle deepest) $(fact pepc/clx4s0 idle exit_us)" "C6 133"
	same adl0 "$(fact pepc/adl0 idle deepest) $(fact pepc/adl0 idle exit_us)" "C10 230"
	same rome0 "$(fact pepc/rome0 idle deepest) $(fact pepc/rome0 idle exit_us)" "C2 400"
	same lnl0 "$(fact pepc/lnl0 idle deepest)" C3_ACPI
}

older_kernels_count_less_of_idle_states() {
	local tree file state
	for tree in util-linux/vmware_fpe pcp/sysdev-root-001 util-linux/armv7; do
		state=$cpus/cpu0/cpuidle/state1
		for file in above below rejected default_status; do
			not_there $tree "$state/$file"
		done
		same "what $tree does not count" "$(for file in above below rejected default_disabled; do
			fact $tree idle cpu 0 state 1 $file
		done | paste -sd ' ')" "null null null null"
		same "why" "$(fact $tree idle cpu 0 state 1 above_why)" "absent: ENOENT $state/above"
	done
	same "what it counts" "$(fact util-linux/vmware_fpe idle cpu 0 state 1 usage)" \
		"$(cat "$HVSCOPE_TREES/util-linux/vmware_fpe$cpus/cpu0/cpuidle/state1/usage")"
}

oldest_kernels_cannot_disable_idle_states() {
	local tree
	for tree in util-linux/x86_64-64cpu util-linux/x86_64-dell_e4310 hwloc/linux-removed/8em64t-4c2t; do
		not_there $tree "$cpus/cpu0/cpuidle/state1/disable"
		not_there $tree "$cpus/cpu0/cpuidle/state1/residency"
		same "disabled and residency of $tree" \
			"$(fact $tree idle cpu 0 state 1 disabled) $(fact $tree idle cpu 0 state 1 residency_us)" "null null"
		[[ $(fact $tree idle cpu 0 deepest) != null ]] || echo "$tree: its deepest state is not known"
	done
	same "the deepest of the first" "$(fact util-linux/x86_64-64cpu idle deepest)" NHM-C3
}

no_idle_driver_is_no_state() {
	local tree
	for tree in ghw/linux-amd64-offlineCPUs hotsos/openstack util-linux/vbox-win; do
		not_there $tree "$cpus/cpu0/cpuidle"
		same "driver and deepest of $tree" "$(fact $tree idle driver) $(fact $tree idle deepest)" "none null"
		same "CPUs with states" "$(facts_of $tree idle cpu '*' state '*' name)" ""
	done
}

# - Nodes without CPUs (`hwloc/linux/nvidiagpunumanodes`, `pepc/knm0-n0`), sparse CPU and node ids
#   (`util-linux/x86_64-64cpu`: possible 0–79, 64 present, 4 sockets, 3 nodes; `libvirt/hostcpu/linux-high-ids`),
#   offline CPUs (`ghw/linux-amd64-offlineCPUs`, `libvirt/hostcpu/linux-test6`), sub-NUMA clusters (`pepc/emr9`,
#   `nri-plugins/2-socket-4-node-40-core`), hybrid cores (`pepc/adl0`, `arl-h-1`, `lnl0`,
#   `hwloc/x86+linux/5intel64-hybrid-lakefield`).

nodes_without_cpus() {
	local tree=hwloc/linux/nvidiagpunumanodes
	same "knm0-n0" "$(count_of pepc/knm0-n0 nodes) $(column pepc/knm0-n0 7)" "2 0-287:0"
	same "which they are there" "$(facts_of pepc/knm0-n0 numa node '*' cpuless)" "false true"
	same "the list of one is empty, not unknown" "$(fact pepc/knm0-n0 numa node 1 cpus)" ""
	same "GPUs" "$(count_of $tree nodes) $(facts_of $tree numa node '*' id)" "8 0 8 250 251 252 253 254 255"
	same "which have none" "$(facts_of $tree numa node '*' cpuless)" "false false true true true true true true"
	same "nodes of CPUs" "$(column $tree 7)" "0-15:0 88-103:8"
}

ids_are_sparse_in_x86_64_64cpu() {
	local tree=util-linux/x86_64-64cpu
	same possible "$(fact $tree topology possible)" 0-79
	same present "$(fact $tree topology present)" 0-63
	same "packages and nodes" "$(count_of $tree packages) $(count_of $tree nodes)" "4 3"
	same "ids of nodes" "$(facts_of $tree numa node '*' id)" "0 2 3"
	same "nodes of CPUs" "$(said $tree | awk -F '\t' '$1 == "cpu" { print $7 }' | sort -u | paste -sd ' ')" "0 2 3"
	same "possible but not present" "$(cpu_says $tree 64 3)" ""
}

ids_are_high() {
	local tree=libvirt/hostcpu/linux-high-ids
	same "package and core of cpu15" "$(cpu_says $tree 15 4) $(cpu_says $tree 15 6)" "8191 8191"
	same "CPUs of a sparc64" "$(column util-linux/sparc64 3)" "6-7:1 10-11:1 14-15:1"
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

sub_numa_clusters_share_a_package() {
	local tree
	for tree in pepc/emr9 nri-plugins/2-socket-4-node-40-core; do
		same "packages of the nodes of $tree" \
			"$(said $tree | awk -F '\t' '$1 == "cpu" { print $7 ":" $4 }' | sort -u | paste -sd ' ')" "0:0 1:0 2:1 3:1"
	done
}

hybrid_cores_have_kinds() {
	same adl0 "$(text_of pepc/adl0 topology.hybrid) $(column pepc/adl0 10)" "1 0-7:P 8-15:E"
	same arl-h-1 "$(text_of pepc/arl-h-1 topology.hybrid) $(column pepc/arl-h-1 10)" "1 0-3:P 4-11:E 12-13:LP"
	same lnl0 "$(text_of pepc/lnl0 topology.hybrid) $(column pepc/lnl0 10)" "1 0-3:P 4-7:E"
	same "by capacity" "$(column hwloc/linux/nvidia-dgx-gb10 10)" "0-4:E 5-9:P 10-14:E 15-19:P"
	same "all alike" "$(text_of pepc/rome0 topology.hybrid) $(column pepc/rome0 10)" "0 0-255:-"
}

# Nothing in this capture's /sys says which core is which: that is told by CPUID alone.
hybrid_cores_of_lakefield() {
	local tree=hwloc/x86+linux/5intel64-hybrid-lakefield
	not_there $tree "/sys/devices/cpu_*"
	same "CPUs and kinds" "$(column $tree 10)" 0-4:-
}

# - Dangling symbolic links (`driver`, `subsystem`) are normal. `ghw/linux-amd64-61797caf…/etc/mtab` is an absolute
#   link out of the tree: a good test of staying inside.

links_that_lead_nowhere() {
	local tree=hwloc/linux/nvidiagpunumanodes link
	link=$HVSCOPE_TREES/$tree$cpus/cpu0/cpufreq
	[[ -L $link && ! -e $link ]] || echo "the link leads somewhere: it teaches something else"
	same policies "$(said $tree | grep -c '^policy')" 0
	same CPUs "$(count_of $tree cpus_online)" 32
}

# The kernel's own links: what they name counts, not what they lead to.
dangling_drivers_of_devices() {
	local tree=hwloc/linux/32intel64-2p8co2t+8ve device wrong=0 n=0
	for device in "$HVSCOPE_TREES/$tree"/sys/bus/pci/devices/*; do
		[[ -L $device/driver && ! -e $device/driver ]] || continue
		n=$((n + 1))
		fact $tree pci device '*' | grep -F "\"address\":\"${device##*/}\"" |
			grep -qF "\"driver\":\"$(basename "$(readlink "$device/driver")")\"" || wrong=$((wrong + 1))
	done
	((n > 0)) || echo "no driver dangles: it teaches something else"
	same "devices whose driver was lost, of $n" $wrong 0
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

# - Files that are normally one value can be empty; `cpuinfo_cur_freq` is readable by root only.

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

# Nothing is made of it, so that whoever is not root sees the same clocks.
current_clock_of_the_hardware_is_roots_alone() {
	local tree=util-linux/vmware_fpe
	same "who may read it" "$(stat -c %a "$HVSCOPE_TREES/$tree$cpus/cpufreq/policy0/cpuinfo_cur_freq")" 600
	! grep -q 'cpuinfo_cur_freq' "$tmp/report/$(flat $tree).json" || echo "cpuinfo_cur_freq was asked"
	same "the clock that all may read" "$(fact $tree frequency policy 0 cur_khz)" \
		"$(cat "$HVSCOPE_TREES/$tree$cpus/cpufreq/policy0/scaling_cur_freq")"
}

# The list and this file: a point that is added there needs cases here.
every_point_of_the_list_is_quoted_here() {
	local quoted point
	quoted=$(sed -n 's/^# *\(- \)\{0,1\}//p' "$0" | paste -sd ' ' | tr -s ' ')
	[[ -f $readme ]] || return 0
	sed -n '/^## What these captures teach/,/^## Findings/s/^- //p' "$readme" | tr -s ' ' | while IFS= read -r point; do
		[[ $quoted == *"$point"* ]] || echo "not here: $point"
	done
}

run_cases

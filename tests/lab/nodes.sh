#!/usr/bin/env bash
# The lab as another machine: four nodes, an Intel processor without boost, and an IOMMU.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/lab.sh"

boot NODES=4 CPU=intel KVM=0 QEMU_EXTRA='-device intel-iommu' APPEND=intel_iommu=on
ends 'the report' 0 report
judge_topology 4 2 2
is 'eight policies' "$(fact frequency policy '*' cpus | paste -sd ' ')" '0-1 2-3 4-5 6-7 8-9 10-11 12-13 14-15'
is 'there is no boost to be known' "$(fact frequency boost) $(fact frequency boost_why)" \
	"null absent: ENOENT /sys/devices/system/cpu/cpufreq/boost"
like 'the processor is another one' "$(fact cpu vendor) $(fact cpu model)" '^GenuineIntel .*Nehalem'
is 'this host is no guest either' "$(fact firmware guest)" false
is 'four nodes, and how far apart' "$(fact numa node '*' cpus | paste -sd ' ') $(fact numa node '*' distance | paste -sd ' ')" \
	'0-3 4-7 8-11 12-15 [10,21,31,31] [21,10,31,31] [31,31,10,21] [31,31,21,10]'
is 'devices on the first and the last one' "$(paste -d ' ' <(fact pci device '*' ids) <(fact pci device '*' node) |
	grep -E '1af4:1041|1b36:0010|1af4:1042' | sort | paste -sd ' ')" '1af4:1041 0 1af4:1042 3 1b36:0010 3'
is 'each in the IOMMU group that the kernel has' "$(fact pci device '*' iommu_group | paste -sd ' ')" \
	"$(inside 'for d in /sys/bus/pci/devices/*; do basename $(readlink $d/iommu_group); done' | paste -sd ' ')"
output=$(inside 'hvscope show overview --size 120x30')
like 'all nodes are drawn' "$output" 'node 0.*node 1.*node 2.*node 3'
like 'and the title knows them' "$output" '16 CPUs · 4 nodes'
unlike 'nothing is said of boost' "$output" 'boost on'
done_testing

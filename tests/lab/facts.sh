#!/usr/bin/env bash
# The report inside the lab, judged by what QEMU was told, by lscpu and hwloc inside, and by the kernel's own files.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/lab.sh"

boot
ends 'the report' 0 report
judge_topology 2 2 2

is 'four policies of two CPUs each' "$(fact frequency policy '*' cpus | paste -sd ' ')" '0-1 2-3 4-5 6-7'
is 'of the driver' "$(fact frequency policy '*' driver | sort | uniq -c | xargs)" '4 acpi-cpufreq'
is 'with the limits of the table that was written' \
	"$(fact frequency policy '*' hw_min_khz | uniq) $(fact frequency policy '*' hw_max_khz | uniq)" '800000 2600000'
is 'and the governors that the kernel has' "$(fact frequency policy 0 governors | tr -d '[]"' | tr ',' '\n' | sort | xargs)" \
	"$(inside 'cat /sys/devices/system/cpu/cpufreq/policy0/scaling_available_governors' | tr ' ' '\n' | sort | xargs)"
governors=$(inside 'cat /sys/devices/system/cpu/cpufreq/policy*/scaling_governor' | paste -sd ' ')
is 'the governor of each is what the kernel says' "$(fact frequency policy '*' governor | paste -sd ' ')" "$governors"
is 'this host is no guest' "$(fact firmware guest)" false
is 'it is the machine that QEMU was told' "$(fact firmware sys_vendor) $(fact firmware product_name)" 'Lab Host'

# nodes PROPERTY - of both nodes, in one line
nodes() {
	fact numa node '*' "$1" | paste -sd ' '
}
is 'two nodes with their CPUs' "$(nodes cpus)" '0-3 4-7'
is 'as far apart as QEMU was told' "$(nodes distance)" '[10,21] [21,10]'
is 'with the memory that the kernel has of each' "$(nodes mem_total_kib)" \
	"$(inside 'cat /sys/devices/system/node/node*/meminfo' | awk '$3 == "MemTotal:" { print $4 }' | paste -sd ' ')"
is 'which is most of the 512 MiB that QEMU gave each' \
	"$(fact numa node '*' mem_total_kib | awk '{ print ($1 > 400000 && $1 <= 524288) }' | paste -sd ' ')" '1 1'

# devices PROPERTY… - of all devices, a line each
devices() {
	local property columns=()
	for property; do
		fact pci device '*' "$property" >"$tmp/column.$property"
		columns+=("$tmp/column.$property")
	done
	paste -d ' ' "${columns[@]}"
}
kernel_devices=$(inside_all <<-'S'
	for d in /sys/bus/pci/devices/*; do
		driver=$(readlink $d/driver) node=$(cat $d/numa_node)
		[ $node != -1 ] || node=null
		ids=$(cat $d/vendor):$(cat $d/device)
		echo "$(basename $d) $(echo $ids | sed s/0x//g) $(basename ${driver:-null}) $node"
	done
S
)
is 'each PCI device with ids, driver and node as the kernel has them' "$(devices address ids driver node)" "$kernel_devices"
is 'what QEMU was told to put on node 0 and 1, and what on no node' \
	"$(devices ids node | grep -E '1af4:1041|1b36:0010|1af4:1042|8086:100e' | sort | paste -sd ' ')" \
	'1af4:1041 0 1af4:1042 1 1b36:0010 1 8086:100e null'
if [[ -f /usr/share/misc/pci.ids ]]; then
	like 'with their names' "$(fact pci device '*' device)" '82540EM Gigabit Ethernet Controller'
	like 'and their kinds' "$(fact pci device '*' class)" 'Non-Volatile memory controller'
else
	skip 'with their names' 'there is no pci.ids here'
	skip 'and their kinds' 'there is no pci.ids here'
fi
done_testing

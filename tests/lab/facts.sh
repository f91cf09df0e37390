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
done_testing

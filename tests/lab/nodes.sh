#!/usr/bin/env bash
# The lab as another machine: four nodes of an Intel processor without boost, a policy for two CPUs of each core.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/lab.sh"

boot NODES=4 CPU=intel KVM=0
ends 'the report' 0 report
judge_topology 4 2 2
is 'eight policies' "$(fact frequency policy '*' cpus | paste -sd ' ')" '0-1 2-3 4-5 6-7 8-9 10-11 12-13 14-15'
is 'there is no boost to be known' "$(fact frequency boost) $(fact frequency boost_why)" \
	"null absent: ENOENT /sys/devices/system/cpu/cpufreq/boost"
like 'the processor is another one' "$(fact cpu vendor) $(fact cpu model)" '^GenuineIntel .*Nehalem'
is 'this host is no guest either' "$(fact firmware guest)" false
output=$(inside 'hvscope show overview --size 120x30')
like 'all nodes are drawn' "$output" 'node 0.*node 1.*node 2.*node 3'
like 'and the title knows them' "$output" '16 CPUs · 4 nodes'
unlike 'nothing is said of boost' "$output" 'boost on'
done_testing

#!/usr/bin/env bash
# What is counted of real guests without KVM: nothing is made up, quotas and memory are the kernel's, QEMU is no host task.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
. "$(dirname "$0")/../lib/virtfacts.sh"

counts_fact() {
	fact kvm_stats guest "$(index 'kvm_stats guest' key "$(virt_uuid "$1")")" "$2"
}
# near NAME IS EXPECTED - within a fifth
near() {
	if awk -v a="$2" -v b="$3" 'BEGIN { exit !(a ~ /^[0-9.]+$/ && b > 0 && a >= b * 0.8 && a <= b * 1.2) }'; then
		pass "$1"
	else
		fail "$1" "is $2, not about $3"
	fi
}
status_kib() {
	awk -v key="$2:" '$1 == key { print $2 }' "/proc/$1/status"
}
ask() {
	ends "$1" 0 report guests,threads,kvm_stats,tasks
}

virt_start
define fast
boot fast
ask 'the report'
pid=$(pid_of fast)
is 'its type' "$(counts_fact fast type)" tcg
is 'its name' "$(counts_fact fast name)" fast
for field in exits_per_s io_exits_per_s halt_poll_fail_ms_per_s remote_tlb_flush_per_s pages_4k worst_vcpu user_exits_per_s \
	huge_mapped_share; do
	is "of an emulated CPU KVM counts no $field" "$(counts_fact fast "$field")" null
	like 'and that is said' "$(counts_fact fast "${field}_why")" '^absent: EOPNOTSUPP'
done
is 'no guest is counted' "$(fact kvm_stats counted)" 0
is 'one vCPU row for each vCPU' "$(counts_fact fast vcpus)" "$(guest fast vcpus)"

near 'its memory in RAM' "$(threads_fact fast resident_kib)" "$(status_kib "$pid" VmRSS)"
is 'its swapped memory' "$(threads_fact fast swap_kib)" "$(status_kib "$pid" VmSwap)"
is 'its huge pages of the pool' "$(threads_fact fast hugetlb_kib)" "$(status_kib "$pid" HugetlbPages)"
near 'its own pages' "$(threads_fact fast anon_kib)" "$(status_kib "$pid" RssAnon)"

is 'no quota takes anything' "$(threads_fact fast throttled_ms_per_s)" null
is 'as it says' "$(threads_fact fast throttled_worst_why)" 'absent: ENOENT'
virsh schedinfo fast --live --set vcpu_quota=5000 >/dev/null 2>&1 || fail 'a quota can be set'
# the group that has one, as the kernel shows it; without the controller there is none to be read
quota_is_set() {
	local group
	while read -r group; do
		grep -qsx -e 5000 -e '5000 100000' "$group/cpu.cfs_quota_us" "$group/cpu.max" && return 0
	done < <(virt_groups)
	return 1
}
if until_true 10 quota_is_set; then
	ask 'the report with a quota'
	is 'it is the guest that has a quota' "$(guest fast quota_us)" 5000
	like 'what it takes is known' "$(threads_fact fast throttled_ms_per_s)" '^[0-9.]+$'
	like 'and in how many periods' "$(threads_fact fast throttled_periods_share)" '^[0-9.]+$'
else
	skip 'what a quota takes is known' 'no control group for CPU time here'
fi

is 'QEMU is no task of the host' "$(fact tasks task '*' pid | grep -cx "$pid")" 0
like 'processes are read' "$(fact tasks processes)" '^[1-9]'
is 'all of them' "$(fact tasks unread)" 0
done_testing

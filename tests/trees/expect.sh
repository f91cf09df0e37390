#!/usr/bin/env bash
# What is to be expected of captured machines, as far as facts and the overview say it: each row of that list as a case.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The comments quote the list ("Findings to expect" in the README of the captures). The checks that it names are tried by
# trees/checks; here it is the facts that they judge, and an overview that calls nothing critical on a machine that stands
# still.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

# every `intel_pstate` + `powersave` tree: `cpufreq-governor` at WARN (adaptive), never CRIT from the name alone; **no**
# `freq-busy-below-base` from idle CPUs at their minimum

intel_pstate_with_powersave_is_no_alarm() {
	local tree n=0 idle=0
	for tree in "${all[@]}"; do
		[[ $(fact "$tree" frequency driver) == intel_pstate && $(fact "$tree" frequency governor) == powersave ]] || continue
		n=$((n + 1))
		unlike_top "$tree" '[▲✓]'
		[[ $(fact "$tree" silicon slow) =~ ^(null|0)$ ]] || echo "$tree: CPUs are called slow that only sleep"
		[[ $(fact "$tree" silicon slow_cpus) =~ ^(null|)$ ]] || echo "$tree: and named"
		[[ $(fact "$tree" frequency policy 0 cur_khz) != "$(fact "$tree" frequency policy 0 hw_min_khz)" ]] || idle=$((idle + 1))
	done
	((n >= 15)) || echo "only $n have it: they teach something else"
	((idle >= 5)) || echo "only $idle have CPUs at their minimum: they teach something else"
}

# `acpi-cpufreq` or `intel_cpufreq` with `ondemand` or `schedutil`: `cpufreq-governor` at WARN

governors_of_the_kernel_are_known_and_no_alarm() {
	local row tree driver governor
	for row in util-linux/x86_64-64cpu:acpi-cpufreq:ondemand util-linux/vmware_fpe:acpi-cpufreq:ondemand \
		util-linux/x86_64-dell_e4310:acpi-cpufreq:ondemand hwloc/linux-removed/8em64t-4c2t:acpi-cpufreq:ondemand \
		pepc/rome0:acpi-cpufreq:schedutil pepc/milan0:acpi-cpufreq:schedutil pepc/dnv0:acpi-cpufreq:schedutil \
		pepc/ivbep1:intel_cpufreq:schedutil pepc/knm0-n0:intel_cpufreq:schedutil pepc/bdwde0:intel_cpufreq:schedutil \
		pepc/skld0:intel_cpufreq:schedutil pepc/bdwup0:intel_cpufreq:schedutil; do
		IFS=: read -r tree driver governor <<<"$row"
		same "$tree" "$(fact "$tree" frequency driver) $(fact "$tree" frequency governor)" "$driver $governor"
		unlike_top "$tree" '[▲✓]'
		overview_of "$tree" | grep -qF "Governor $governor on $driver" || echo "$tree: the overview does not name it"
	done
}

# guests (`hotsos/openstack`, `util-linux/s390-kvm`, `vbox-win`): frequency and idle checks NOT_APPLICABLE: the host is
# itself a guest (where the `hypervisor` flag or DMI says so)

guests_are_known_as_such() {
	same "by flag" "$(text_of hotsos/openstack firmware.guest_why)" "the processor has the flag hypervisor"
	same "by sysinfo" "$(text_of util-linux/s390-kvm firmware.guest_why)" "/proc/sysinfo names a control program"
	same "by a device" "$(text_of util-linux/vbox-win firmware.guest_why)" "it has a PCI device of VirtualBox"
	same "all three" "$(for tree in hotsos/openstack util-linux/s390-kvm util-linux/vbox-win; do
		text_of $tree firmware.guest
	done | paste -sd ' ')" "1 1 1"
	same "no guest" "$(text_of pepc/emr9 firmware.guest) $(text_of util-linux/vmware_fpe firmware.guest)" "0 0"
}

guests_are_judged_neither_good_nor_bad() {
	local tree
	for tree in hotsos/openstack util-linux/s390-kvm util-linux/vbox-win; do
		unlike_top "$tree" '[▲△✓]'
	done
	for tree in hotsos/openstack util-linux/s390-kvm; do
		overview_of $tree | grep -qF 'This host is itself a guest' || echo "$tree: the overview does not say what it is"
	done
}

# trees without cpufreq: UNKNOWN or NOT_APPLICABLE with the reason, never PASS

without_cpufreq_nothing_passes() {
	local tree n=0
	for tree in "${all[@]}"; do
		! said "$tree" | grep -q '^policy' || continue
		n=$((n + 1))
		unlike_top "$tree" '[▲✓]'
		same "driver of $tree" "$(fact "$tree" frequency driver)" null
		[[ -n $(fact "$tree" frequency driver_why) ]] || echo "$tree: it does not say why"
		# another finding may stand where the reason does
		overview_of "$tree" | grep -qE '△|no cpufreq driver is bound|is itself a guest|No CPU can be read' ||
			echo "$tree: the overview gives no reason"
	done
	((n >= 40)) || echo "only $n are without: they teach something else"
}

# Skylake-SP and later (`clx4s0`, `cpx0`, `icx2s3`, `emr9`) with C6 enabled: `cstate-deep-enabled` for CPUs of guests only;
# without guests no finding

deep_states_of_servers_are_known_and_no_finding() {
	local tree
	for tree in clx4s0 cpx0 icx2s3 emr9; do
		same "deepest of $tree" "$(fact "pepc/$tree" idle deepest)" C6
		same "whether it is disabled" "$(fact "pepc/$tree" idle cpu 0 state 3 disabled)" false
		same "how long it takes to leave it" "$(fact "pepc/$tree" idle exit_us)" \
			"$(cat "$HVSCOPE_TREES/pepc/$tree$cpus/cpu0/cpuidle/state3/latency")"
		same "limited CPUs" "$(fact "pepc/$tree" idle limited)" 0
		unlike_top "pepc/$tree" '[▲✓]'
		! overview_of "pepc/$tree" | grep -q '▲' || echo "$tree: something on the overview is critical"
		! overview_of "pepc/$tree" | grep -q '△.*C6' || echo "$tree: its sleep is blamed, though no guest runs"
	done
}

run_cases

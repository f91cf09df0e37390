#!/usr/bin/env bash
# Settings and the log of a real kernel: what it is told, what it complains of, and what only looks like a complaint.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/lab.sh"
kernel=/proc/sys/kernel

# said KIND NAME - of a kind of lines
said() {
	local row
	row=$(fact kernel_log kind '*' name | grep -nx "$1") && fact kernel_log kind $((${row%%:*} - 1)) "$2"
}

boot KVM=0 APPEND='tsc=unstable isolcpus=managed_irq,domain,6-N nohz_full=7 irqaffinity=0-1'
ends 'the report' 0 report
for name in rt_runtime_us:sched_rt_runtime_us rt_period_us:sched_rt_period_us perf_event_paranoid:perf_event_paranoid; do
	is "${name%:*} is what the kernel says" "$(fact sysctl "${name%:*}")" "$(inside "cat $kernel/${name#*:}")"
done
is 'the CPUs that are watched' "$(fact sysctl watchdog_cpus)" "$(inside "cat $kernel/watchdog_cpumask")"
is 'what was isolated at boot, and how' "$(fact kernel cmdline_isolcpus) $(fact kernel cmdline_isolcpus_flags)" \
	'6-7 ["managed_irq","domain"]'
is 'is what the kernel made of it' "$(fact kernel cmdline_isolcpus)" "$(inside 'cat /sys/devices/system/cpu/isolated')"
is 'interrupts at boot' "$(fact kernel cmdline_irqaffinity)" '0-1'
is 'the log was read from its beginning' "$(fact kernel_log whole)" true
is 'and has no throttling' "$(said rt_throttled count) $(said rt_throttled text)" '0 null'
is 'the kernel said once that its TSC is no good' "$(said tsc_unstable count) $(said tsc_unstable hour)" '1 1'
is 'in its own words' "$(said tsc_unstable text)" \
	"$(inside 'dmesg' | sed -n 's/^\[[^]]*\] \(.*Marking TSC unstable.*\)/\1/p')"
like 'some time ago' "$(said tsc_unstable age_s)" '^[0-9]{1,3}(\.[0-9]+)?$'

# Whoever may write to the log can write what he likes.
inside 'echo "<3>tsc: Marking TSC unstable due to somebody" >/dev/kmsg'
is 'what a program wrote is there' "$(inside 'dmesg' | grep -c 'due to somebody')" 1
report kernel_log
is 'and is not taken for the kernel' "$(said tsc_unstable count)" 1

inside "echo -1 >$kernel/sched_rt_runtime_us"
report sysctl
is 'a setting that was changed' "$(fact sysctl rt_runtime_us)" -1
done_testing

#!/usr/bin/env bash
# Idle states of a real kernel: shares that follow the load, limits and who holds them, states that are switched off.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/lab.sh"
cpus=/sys/devices/system/cpu

# of PATH… - a value of the idle facts; of_cpu ID NAME - of a CPU
of() {
	fact idle "$@"
}
of_cpu() {
	fact idle cpu "$1" "$2"
}
# in_time NAME CONDITION - a case: the report of idle states fulfils it in time; the condition is a command of bash
reports() {
	report idle && eval "$1"
}
in_time() {
	if until_true "$wait_seconds" reports "$2"; then pass "$1"; else fail "$1" "never: $2" "$(inside 'hvscope report --only idle' | sed -n '/^Idle/,/cpu.state/p')"; fi
}
# over CPU NAME NUMBER, under CPU NAME NUMBER - its value is known and that much
over() {
	awk -v a="$(of_cpu "$1" "$2")" -v b="$3" 'BEGIN { exit !(a != "null" && a > b) }'
}
under() {
	awk -v a="$(of_cpu "$1" "$2")" -v b="$3" 'BEGIN { exit !(a != "null" && a < b) }'
}
# total STATE - how often all CPUs together have entered it, by the kernel's own files
total() {
	inside "cat $cpus/cpu*/cpuidle/state$1/usage" | awk '{ n += $1 } END { print n }'
}

boot KVM=0
report idle
is 'driver and governor' "$(of driver) $(of governor)" 'acpi_idle menu'
is 'the states that the ACPI table gives, of each CPU' "$(of cpu '*' state '*' name | sort | uniq -c | xargs)" \
	'8 C1 8 C2 8 C3 8 POLL'
is 'with its latencies' "$(of cpu 7 state '*' latency_us | paste -sd ' ')" '0 1 60 250'
is 'and what they must last' "$(of cpu 7 state '*' residency_us | paste -sd ' ')" \
	"$(inside "cat $cpus/cpu7/cpuidle/state*/residency" | paste -sd ' ')"
is 'nobody limits them' "$(of deepest) $(of exit_us) $(of limited)" 'C3 250 0'

busy=$(inside 'while :; do :; done >/dev/null 2>&1 & taskset -p 20 $! >/dev/null; echo $!')
in_time 'a CPU that is kept busy does not sleep, the others do' 'over 5 awake 0.9 && under 4 awake 0.3 && under 2 awake 0.3'
inside "kill $busy"
in_time 'when the work ends it sleeps again' 'under 5 awake 0.3'

inside "echo n/a >$cpus/cpu2/power/pm_qos_resume_latency_us; echo 100 >$cpus/cpu3/power/pm_qos_resume_latency_us"
report idle
is 'n/a lets a CPU only poll' "$(of_cpu 2 resume_latency) $(of_cpu 2 deepest) $(of_cpu 2 only_poll)" \
	'0 µs, polling only POLL true'
is '100 keeps one from C3' "$(of_cpu 3 resume_latency_us) $(of_cpu 3 deepest) $(of_cpu 3 exit_us)" '100 C2 60'
is 'these two are counted' "$(of limited) $(of polling)" '2 1'
is 'and nobody else is limited' "$(of_cpu 4 resume_latency) $(of_cpu 4 deepest)" 'none C3'
inside "echo 0 >$cpus/cpu2/power/pm_qos_resume_latency_us; echo 0 >$cpus/cpu3/power/pm_qos_resume_latency_us"
report idle
is '0 is no limit' "$(of_cpu 2 resume_latency) $(of_cpu 2 deepest) $(of_cpu 3 deepest) $(of limited)" 'none C3 C3 0'

# A process that holds the limit of all CPUs at 20 µs.
hold='sh -c "exec 3>/dev/cpu_dma_latency; printf \"\\024\\000\\000\\000\" >&3; exec sleep 6000" >/dev/null 2>&1 & echo $!'
holder=$(inside "$hold")
in_time 'a limit of 20 µs is told' '[[ $(of limit) == "20 µs" && $(of limit_us) == 20 ]]'
is 'with who holds it' "$(of holder '*' pid) $(of holder '*' comm)" "$holder sleep"
is 'C2 and C3 are out for all' "$(of deepest) $(of exit_us) $(of limited)" 'C1 1 8'
is 'the state says so itself' "$(of cpu 6 state '*' allowed | paste -sd ' ')" 'true true false false'
before=$(total 2)/$(total 3)
report idle
is 'the kernel enters them no more' "$(total 2)/$(total 3)" "$before"
is 'which hvscope sees' "$(of cpu '*' state 2 entries_per_s | sort -u | paste -sd ' ') $(of cpu '*' state 3 entries_per_s |
	sort -u | paste -sd ' ')" '0.0 0.0'
inside "kill $holder"
in_time 'with the process the limit goes' '[[ $(of limited) == 0 && $(of deepest) == C3 && $(of holder) == "[]" ]]'

inside "echo 1 >$cpus/cpu1/cpuidle/state3/disable"
report idle
is 'a state that is switched off' "$(of cpu 1 state '*' disabled | paste -sd ' ') $(of_cpu 1 deepest)" \
	'false false false true C2'
like 'is told as the reason' "$(of_cpu 1 limited_by)" disabled
inside "echo 0 >$cpus/cpu1/cpuidle/state3/disable"

# The counters of a CPU that is offline stand still: that is no sleep, and no share.
inside "echo 0 >$cpus/cpu6/online"
report idle
is 'an offline CPU has no shares' "$(of_cpu 6 awake) $(of_cpu 6 asleep) $(of_cpu 6 entries_per_s)" 'null null null'
is 'and is not counted as limited' "$(of limited)" 0
inside "echo 1 >$cpus/cpu6/online"
in_time 'it comes back' 'under 6 awake 0.5'

# The same on the screen.
row_is_like() {
	[[ $(capture | grep -E "^ +$1 +[0-9-]+ ") =~ $2 ]]
}
row_like() {
	if until_true "$wait_seconds" row_is_like "$2" "$3"; then
		pass "$1"
	else
		fail "$1" "CPU $2 should be like: $3" "$(capture)"
	fi
}
send -l 'hvscope --interval 0.5'
send Enter
wait_for 'the program opens' 'labhost  THIS MACHINE'
send 4
wait_for 'the panel Idle' 'CPUs may sleep down to C3: waking costs 250 µs; no latency limit set.'
busy=$(inside 'while :; do :; done >/dev/null 2>&1 & taskset -p 20 $! >/dev/null; echo $!')
row_like 'a busy CPU is awake' 5 '^ +5 +1 +(9[5-9]|100) %'
row_like 'its sibling sleeps' 4 '^ +4 +1 +[0-9] %'
inside "kill $busy"
row_like 'and so does it afterwards' 5 '^ +5 +1 +[0-9] %'
holder=$(inside "$hold")
wait_for 'who holds a limit is named' "limit 20 µs held by sleep (pid $holder): C2 and C3 are out."
row_like 'each CPU may only sleep lightly' 3 'C1 +1 µs .* limit of all CPUs'
wait_for 'the states are marked' 'beyond the limit'
inside "kill $holder"
wait_for 'until it ends' 'no latency limit set'
inside "echo 0 >$cpus/cpu6/online"
row_like 'a CPU goes' 6 'offline'
inside "echo 1 >$cpus/cpu6/online"
row_like 'and comes back' 6 '^ +6 +1 +[0-9]+ % .*C3 +250 µs'
send q
wait_gone 'it leaves' 'THIS MACHINE'
done_testing

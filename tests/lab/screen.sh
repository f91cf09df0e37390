#!/usr/bin/env bash
# The screen on the lab's console: the governor switched from its dialog, a busy CPU, one that goes offline and comes back.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the kernel did is asked of the machine itself: QEMU's monitor reads the ports where the P-states are set.
. "$(dirname "$0")/../lib/lab.sh"
cpufreq=/sys/devices/system/cpu/cpufreq
# What is written to a port for the fastest and for the slowest clock
fast=0x01 slow=0x06

ports() {
	echo "$(port 0x81) $(port 0x82) $(port 0x83) $(port 0x87)"
}
governors() {
	inside "cat $cpufreq/policy*/scaling_governor" | paste -sd ' '
}
# row CPU - its line in the panel Frequency
row() {
	capture | grep -E "^ +$1 +[0-9-]+ .*(idle|measured|requested|unknown|offline)"
}
# row_like NAME CPU REGEX - a case: that CPU's line is like this in time
row_is_like() {
	[[ $(row "$1") =~ $2 ]]
}
row_like() {
	if until_true "$wait_seconds" row_is_like "$2" "$3"; then
		pass "$1"
	else
		fail "$1" "CPU $2 should be like: $3" "$(capture)"
	fi
}

boot KVM=0
inside "for p in $cpufreq/policy*; do echo powersave >\$p/scaling_governor; done" >/dev/null
is 'all clocks are slow to begin with' "$(ports)" "$slow $slow $slow $slow"
send -l 'hvscope --interval 0.5'
send Enter
wait_for 'the program opens on its console' 'labhost  THIS MACHINE'
wait_for 'and sees the host' 'EPYC ×2 · 8 CPUs · 2 nodes'
send 3
wait_for 'the panel Frequency' '4 policies · acpi-cpufreq · powersave'

send s # by CPU, so that the cursor has a row of its own
send Home Down Down
send g
wait_for 'g asks which CPUs' 'Switch the governor of which CPUs?'
send Home Enter
wait_for 'then which governor' 'Which governor?'
send Enter
wait_for 'the plan says what becomes what' 'powersave → performance'
plan=$(capture)
policy=$(grep -oE 'policy[0-9,]+ scaling_governor' <<<"$plan" | head -n 1)
like 'of one policy' "$policy" '^policy[0246] '
number=${policy//[!0-9]/}
is 'before the answer nothing is changed' "$(ports)" "$slow $slow $slow $slow"
send y
wait_for 'y switches it' '1 of 1 set and read back · u undoes'
expected=("$slow" "$slow" "$slow" "$slow")
expected[number / 2]=$fast
is 'the machine has the clock of this one alone' "$(ports)" "${expected[*]}"
is 'the kernel has the governor' "$(inside "cat $cpufreq/policy$number/scaling_governor")" performance
row_like 'the panel shows it' "$number" 'performance'
send u
wait_for 'u plans to undo' 'performance → powersave'
send y
wait_for 'y undoes' '1 of 1 put back and read back'
is 'the machine is as before' "$(ports)" "$slow $slow $slow $slow"
is 'the kernel too' "$(governors)" 'powersave powersave powersave powersave'

send g
wait_for 'g again' 'Switch the governor of which CPUs?'
send Home Down
wait_for 'all can be had' 'all 4 policies (powersave)'
send Enter
wait_for 'which governor for all' 'Which governor?'
send Enter
wait_for 'the plan names all' 'policy0,2,4,6 scaling_governor'
send y
wait_for 'all are switched' '4 of 4 set and read back'
is 'in the machine' "$(ports)" "$fast $fast $fast $fast"
send u
wait_for 'they are planned back' 'performance → powersave'
send y
wait_for 'and put back' '4 of 4 put back and read back'
is 'every clock is as before' "$(ports)" "$slow $slow $slow $slow"

# One CPU has work and no other has. It is the first of its policy, whose clock the kernel's file tells; without counters
# in the processor that is no measurement.
busy=$(inside 'while :; do :; done >/dev/null 2>&1 & taskset -p 10 $! >/dev/null; echo $!')
row_like 'a CPU that is kept busy says so' 4 '^ +4 +1 +(9[5-9]|100) %'
row_like 'its sibling does not' 5 '^ +5 +1 +[0-9] %'
row_like 'nor does one of another node' 2 '^ +2 +0 +[0-9] %'
report_agrees() {
	report load && [[ $(fact load cpu '*' busy | awk '$1 > 90 { print NR - 1 }') == 4 ]]
}
ends 'the report agrees' 0 until_true "$wait_seconds" report_agrees
row_like 'and its clock is the lowest one, as asked for' 4 '\(0\.80\) +requested'
is 'as in the machine' "$(port 0x83)" "$slow"
inside "echo schedutil >$cpufreq/policy4/scaling_governor"
row_like 'a governor that follows the load raises it' 4 '\(2\.60\) +requested'
is 'in the machine too' "$(port 0x83)" "$fast"
is 'and nowhere else' "$(port 0x81) $(port 0x82) $(port 0x87)" "$slow $slow $slow"
unlike 'nobody is called slow' "$(capture)" 'runs at'
inside "kill $busy"
row_like 'when the work ends it is idle' 4 '^ +4 +1 +[0-9] % .* idle'
inside "echo powersave >$cpufreq/policy4/scaling_governor"

# A CPU goes and comes back under the panel's eyes.
online() {
	inside "echo $2 >/sys/devices/system/cpu/cpu$1/online"
}
online 5 0
row_like 'a CPU that goes is offline' 5 'offline'
wait_for 'there are 7 now' '7 CPUs · 2 nodes'
unlike 'no number of it is left' "$(row 5)" '%|[0-9]\.[0-9]'
is 'its policy knows' "$(report frequency && fact frequency policy 2 cpus)" 4
send 2
wait_for 'the panel Topology knows which one' '1 CPU offline (5)'
send 3
row_like 'its sibling goes on' 4 '^ +4 +1 +[0-9]+ % +\(0\.80\)'
online 4 0
row_like 'all CPUs of a policy can be offline' 4 'offline'
report frequency
like 'its governor cannot be read' "$(fact frequency policy 2 governor_why)" 'EBUSY'
send -l ':governor performance all'
send Enter
wait_for 'the plan leaves that policy out' 'left out: policy4'
send y
wait_for 'and goes through' '3 of 3 set and read back'
is 'in the machine' "$(port 0x81) $(port 0x82) $(port 0x87)" "$fast $fast $fast"
send 1
wait_for 'the grid keeps both in their node' 'node 1   ××'
send 3
online 4 1
online 5 1
row_like 'they come back' 5 '^ +5 +1 +[0-9]+ % +\(0\.80\) +idle .* powersave'
row_like 'with the governor that they had' 4 '^ +4 +1 +[0-9]+ % +\(0\.80\) +idle .* powersave'
wait_for 'there are 8 again' '8 CPUs · 2 nodes'
send 2
wait_for 'the panel Topology is as before' '2 packages of 2 cores, SMT on (2 threads a core), 2 nodes.'
wait_gone 'with nobody offline' 'offline'
send 3
busy=$(inside 'while :; do :; done >/dev/null 2>&1 & taskset -p 20 $! >/dev/null; echo $!')
row_like 'its numbers go on' 5 '^ +5 +1 +(9[5-9]|100) %'
inside "kill $busy"
send u
wait_for 'the change is planned back' 'performance → powersave'
send y
wait_for 'and is put back' '3 of 3 put back and read back'

# All second threads go.
inside 'echo off >/sys/devices/system/cpu/smt/control'
wait_for 'without threads there are 4 CPUs' '4 CPUs · 2 nodes'
for cpu in 1 3 5 7; do
	row_like "CPU $cpu is offline" $cpu 'offline'
done
is 'the report knows' "$(report topology && fact topology threads_per_core) $(fact topology smt)" '1 off'
inside 'echo on >/sys/devices/system/cpu/smt/control'
wait_for 'with threads there are 8' '8 CPUs · 2 nodes'
row_like 'each is back' 7 '^ +7 +1 +[0-9]+ % .*idle'

send q
wait_for 'it leaves, and the shell is there' 'lab# '
wait_gone 'with a clean screen' 'THIS MACHINE'
send -l exit
send Enter
wait_for 'the lab ends with its shell' '[ended with 0]'
done_testing

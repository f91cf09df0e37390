#!/usr/bin/env bash
# What else a real kernel says of itself, and that the report follows when it is changed: memory, KVM, interrupts, cards.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/lab.sh"

# column LIST NAME - of all rows of a list of facts, in one line: column 'block disk' node
column() {
	# shellcheck disable=SC2086 # two words
	fact $1 '*' "$2" | paste -sd ' '
}
# row LIST KEY VALUE NAME - NAME of the row whose KEY is VALUE
row() {
	# shellcheck disable=SC2086 # two words
	paste -d '\t' <(fact $1 '*' "$2") <(fact $1 '*' "$4") | awk -F '\t' -v value="$3" '$1 == value { print $2 }'
}
# same NAME FILE KEY… - a case: the fact is what that file says inside
same() {
	local name=$1 file=$2
	shift 2
	is "$name" "$(fact "$@")" "$(inside "cat $file")"
}

boot
ends 'the report' 0 report
is 'the memory' "$(fact memory total_kib)" "$(inside 'cat /proc/meminfo' | awk '$1 == "MemTotal:" { print $2 }')"
same 'the clock source' /sys/devices/system/clocksource/clocksource0/current_clocksource clock current
is 'KVM by the module for this processor' "$(fact kvm present) $(fact kvm module) $(fact kvm nested)" 'true kvm_amd true'
same 'how long it polls' /sys/module/kvm/parameters/halt_poll_ns kvm halt_poll_ns
is 'no mitigations, as it was booted' "$(fact mitigations boot)" off
same 'what each weakness says' '/sys/devices/system/cpu/vulnerabilities/*' mitigations weakness '*' text
is 'disks on the last node' "$(column 'block disk' name) $(column 'block disk' node)" 'nvme0n1 vda 1 1'
is 'network cards: the one on the first node, the one on none' \
	"$(column 'net interface' name) $(column 'net interface' node)" 'eth0 eth1 lo 0 null null'
is 'by their devices' "$(row 'net interface' name eth1 driver) $(row 'net interface' name eth0 driver)" 'e1000 virtio_net'
irq=$(inside 'cat /proc/interrupts' | awk '/nvme0q1$/ { print $1 + 0 }')
is "an interrupt of the disk lands where the kernel lets it" "$(row 'interrupts irq' name "$irq" effective)" \
	"$(inside "cat /proc/irq/$irq/effective_affinity_list")"
is 'and belongs to it' "$(row 'interrupts irq' name "$irq" device)" "$(row 'pci device' ids 1b36:0010 address)"

inside_all <<-'S'
	for n in 0 1; do echo $((16 + n)) >/sys/devices/system/node/node$n/hugepages/hugepages-2048kB/nr_hugepages; done
	echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
	echo 1 >/sys/kernel/mm/ksm/run
	echo 0 >/sys/module/kvm/parameters/halt_poll_ns
	echo hpet >/sys/devices/system/clocksource/clocksource0/current_clocksource
	ip link set eth0 up
	ip link set eth1 up
S
report
is 'huge pages of each node' "$(fact numa node '*' pool 0 nr | paste -sd ' ')" '16 17'
is 'and of all' "$(fact memory pool 0 nr)" 33
is 'transparent ones on request' "$(fact memory thp_enabled)" madvise
is 'KSM runs' "$(fact memory ksm_run)" 1
is 'KVM polls no more' "$(fact kvm halt_poll_ns)" 0
is 'a slow clock source is called that' "$(fact clock current) $(fact clock cost)" 'hpet slow'
is 'the cards are up' "$(fact net up)" 2
like 'the panel Memory shows the pools' "$(inside 'hvscope show memory --size 120x40')" '33 of 33 free.*KSM +merging'
like 'the panel Devices the link' "$(inside 'hvscope show devices --size 120x40')" 'eth1 +- +0000:00:03\.0 +- +1G'
like 'the overview warns of the clock source' "$(inside 'hvscope show overview --size 120x40')" 'clock source hpet is slow'
like 'more pages than there are is refused by nobody' \
	"$(inside 'f=/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages; echo 100000 >$f && cat $f')" '^[0-9]+$'
report
is 'what was got is what is told' "$(fact numa node 1 pool 0 nr)" \
	"$(inside 'cat /sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages')"
inside 'echo 0 >/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages'

# A disk goes and comes back, a card gets another name, under the panel's eyes.
send -l hvscope
send Enter
wait_for 'the program opens' 'labhost  THIS MACHINE'
send 7
wait_for 'the panel Devices has the disk' 'nvme0n1'
wait_for 'and the card' 'eth1'
inside 'echo 1 >/sys/bus/pci/devices/0000:42:00.0/remove; ip link set eth1 down; ip link set eth1 name wan'
wait_gone 'a disk that is gone' 'nvme0n1'
wait_gone 'and its address' '0000:42:00.0'
wait_for 'a card of another name' 'wan '
wait_gone 'and not of the old one' 'eth1 '
inside 'echo 1 >/sys/bus/pci/rescan'
wait_for 'the disk is back' 'nvme0n1'
wait_for 'in its place' '0000:42:00.0'
send q
wait_gone 'it leaves' 'THIS MACHINE'

# The governor by the command line, put back by the script that the journal prints.
cpufreq=/sys/devices/system/cpu/cpufreq
ports() {
	echo "$(port 0x81) $(port 0x82) $(port 0x83) $(port 0x87)"
}
inside "for p in $cpufreq/policy*; do echo powersave >\$p/scaling_governor; done"
is 'all clocks are slow' "$(ports)" '0x06 0x06 0x06 0x06'
is 'another governor has no speed to be set' "$(inside "cat $cpufreq/policy0/scaling_setspeed") $(report frequency &&
	fact frequency policy 0 setspeed_khz)" '<unsupported> null'
ends 'the governor of two policies' 0 inside 'hvscope set governor performance --cpus 0,4 --yes'
is 'their clocks alone are fast' "$(ports)" '0x01 0x06 0x01 0x06'
ends 'the script of the journal' 0 inside 'hvscope journal --shell >/tmp/hvscope-back && sh /tmp/hvscope-back'
is 'puts them back' "$(ports)" '0x06 0x06 0x06 0x06'
ends 'the governor that takes a speed' 0 inside 'hvscope set governor userspace --cpus 2 --yes'
inside "echo 1100000 >$cpufreq/policy2/scaling_setspeed"
is 'the kernel takes the next higher one' "$(port 0x82) $(report frequency && fact frequency policy 1 setspeed_khz) $(
	fact frequency policy 1 cur_khz)" '0x04 1400000 1400000'
ends 'undo' 0 inside 'hvscope undo --yes'
is 'makes it slow again' "$(port 0x82)" 0x06
inside '/lab/bin/setpriv --reuid=65534 --regid=65534 --clear-groups env HVSCOPE_STATE=/tmp/hvscope-nobody hvscope set governor performance --yes' \
	>"$tmp/nobody"
is 'nobody may not' $? 1
like 'and is told why' "$(cat "$tmp/nobody")" 'EACCES'
is 'nothing has changed' "$(ports)" '0x06 0x06 0x06 0x06'
done_testing

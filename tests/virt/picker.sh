#!/usr/bin/env bash
# From the overview to a pin and back, by keys alone, on real guests; and guests that change while CPUs are picked.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
. "$(dirname "$0")/../lib/virtfacts.sh"
. "$(dirname "$0")/../lib/tmux.sh"
export HVSCOPE_STATE=$tmp/state
tap_cleanup() {
	tmux_stop
	virt_stop
}
shows_like() {
	capture | tr '\n' ' ' | grep -qE -- "$1"
}
wait_like() {
	if until_true "$wait_seconds" shows_like "$2"; then pass "$1"; else fail "$1" "waited for: $2" "$(capture)"; fi
}
# Guests of their own names: beside those of another test the list has them once all the same.
fast=fast$$ legacy=legacy$$ off=off$$
for name in fast legacy off; do
	eval "virt_xml_$name$$() { virt_xml_$name | sed '/<name>/s/$name/&$$/'; }"
done
inactive() {
	virsh dumpxml --inactive --security-info "$1"
}
# vcpupin NAME VCPU SCOPE - the list that virsh shows
vcpupin() {
	virsh vcpupin "$1" --vcpu "$2" "$3" | awk 'NF { print $2 }'
}
# element NAME REGEX - the cpuset of that element in its definition, or -
element() {
	virsh dumpxml "$1" --inactive | sed -nE "s/.*<$2.* cpuset='([^']*)'.*/\1/p" | grep . || echo -
}
# yes NAME N, undo NAME GUEST DEFINITION - by keys, each until it is read back
yes() {
	send y
	wait_like "$1" "$2 of $2 set and read back"
}
undo() {
	send u
	wait_for "$1: undo has a plan" 'Yes, change it'
	send y
	wait_gone "$1: it is confirmed" 'Yes, change it'
	wait_like "$1: it is done" 'put back|read back'
	is "$1: the definition is byte for byte as before" "$(inactive "$2")" "$3"
}
# leave - the picker is closed before the next key: behind Escape it would be another one
leave() {
	send Escape
	wait_for 'Esc leaves' 'Nothing was changed.'
}
# list_on NAME - the list of guests has that one only
list_on() {
	send 5 /
	send C-u
	send -l "$1"
	send Enter
	wait_like "the list has only $1" "1 of [0-9]+ fit.* $1 +[a-z]+ · [0-9] vCPUs? .*filter: $1 "
}
# thread N TEXT - p on that row of the guest fast
thread() {
	local n
	send Home
	for ((n = 0; n < $1; n++)); do send Down; done
	send p
	wait_for "the picker opens on $2" "│ $2"
}

walk() {
	start "$1" "$HVSCOPE" --connect "$VIRT_URI" --interval 0.5
	wait_like "$1: the overview counts guests" 'GUESTS +[0-9]+ running'
	send Home Down Down Down Enter
	wait_for 'its line opens the list' 'worst first'
	list_on $fast
	send Enter
	wait_gone 'which opens the guest' 'worst first'

	thread 2 'vcpu 2: not pinned now'
	send Home Space
	wait_for 'a CPU is chosen by a key' 'Chosen: CPU 0'
	send Tab
	wait_for 'another thread by Tab' 'vcpu 3: not pinned now'
	wait_for 'which keeps the choice' 'Chosen: CPU 0'
	send BTab
	wait_for 'and back' 'vcpu 2: not pinned now'
	send s
	wait_for 'one scope' 'scope live:'
	send s
	wait_for 'the other' 'scope config:'
	send s
	wait_for 'both' 'scope both:'
	send Enter
	wait_like 'the plan says was and now' 'live vcpu 2 +(-|0-1) → 0 .*config vcpu 2 +- → 0 '
	wait_like 'what speaks against it' 'Note +pinned there already: its own vcpu 0'
	send Down Down Down Down Down Down Down Down
	wait_like 'how a person would do it' "By hand +virsh -c .*vcpupin .*$(virt_uuid fast) 2 0"
	send Enter
	wait_for 'Enter changes nothing' 'Nothing was changed.'
	is 'nothing at all' "$(mask $fast 'CPU 2/TCG') $(inactive $fast)" "0-1 $before_fast"

	thread 2 'vcpu 2: not pinned now'
	send -l 0
	wait_for 'a list is typed' 'CPUs: 0_'
	send Enter
	wait_for 'and taken' 'Chosen: CPU 0'
	send Enter
	wait_for 'the plan again' 'Yes, change it'
	yes 'both are written' 2
	is 'virsh and the kernel read it back' \
		"$(vcpupin $fast 2 --live) $(vcpupin $fast 2 --config) $(mask $fast 'CPU 2/TCG')" '0 0 0'
	undo 'undo by a key' $fast "$before_fast"
	is 'the thread runs everywhere' "$(mask $fast 'CPU 2/TCG')" 0-1

	thread 4 'emulator: now CPU 1'
	send -l 0
	send Enter Enter
	wait_like 'the plan of the emulator' 'live emulator +1 → 0'
	yes 'is written' 2
	is 'the emulator obeys' "$(mask $fast emulator) $(element $fast emulatorpin)" '0 0'
	undo 'the emulator' $fast "$before_fast"
	is 'the emulator is back' "$(mask $fast emulator)" 1
	thread 6 'iothread 2: not pinned now'
	send -l 1
	send Enter Enter
	wait_like 'the plan of an iothread' 'config iothread 2 +- → 1'
	yes 'is written' 2
	is 'the iothread obeys' "$(mask $fast 'IO iothread2') $(element $fast "iothreadpin iothread='2'")" '1 1'
	undo 'the iothread' $fast "$before_fast"
	thread 0 'vcpu 0: now CPU 0'
	send -l -- -
	wait_like 'a pin is taken out of the definition' 'config vcpu 0 +0 → -'
	yes 'which is written' 1
	is 'and the thread stays' "$(element $fast "vcpupin vcpu='0'") $(mask $fast 'CPU 0/TCG')" '- 0'
	undo 'the pin that was taken away' $fast "$before_fast"

	send BSpace
	wait_for 'back to the list' 'worst first'
	list_on $legacy
	send p
	wait_for 'the whole guest, one to one' 'all 1:1:'
	send a
	wait_for 'on all CPUs' 'Chosen: CPUs 0-1'
	send Enter
	wait_like 'each vCPU has its line' 'live vcpu 1 +(-|0-1) → 1 .*config vcpu 0 +- → 0 '
	yes 'is written' 4
	is 'each has its own' "$(mask $legacy 'CPU 0/TCG') $(mask $legacy 'CPU 1/TCG') $(vcpupin $legacy 1 --config)" '0 1 1'
	send 2 b b b b
	wait_for 'the topology shows the seats' 'guests'
	wait_like 'with the guest on its CPU' "CPU 0 .*($fast|$legacy)/"
	send 5
	undo 'one to one' $legacy "$before_legacy"
	is 'both run everywhere' "$(mask $legacy 'CPU 0/TCG') $(mask $legacy 'CPU 1/TCG')" '0-1 0-1'
}

virt_start
define $legacy $fast $off
boot $legacy $fast
before_fast=$(inactive $fast) before_legacy=$(inactive $legacy)
walk 80x24
# A live pin that was undone stays as an element until the next start.
virsh destroy $fast >/dev/null
virsh destroy $legacy >/dev/null
boot $legacy $fast
walk 120x40

# changed by others while CPUs are picked: the picker says so, and Enter leads nowhere
list_on $off
send p
wait_for 'a guest that is off has a definition' 'off; its definition has no pin'
send Space
wait_like 'a CPU is chosen' 'Chosen: CPU [01]'
virsh domrename $off renamed$$ >/dev/null
wait_for 'it is renamed' "$off is called renamed$$ now"
before=$(inactive renamed$$)
send Enter
wait_gone 'Enter opens no plan' 'Yes, change it'
is 'and nothing is written' "$(inactive renamed$$)" "$before"
leave
list_on renamed$$
send p
wait_for 'it can be pinned' "Pin renamed$$"
virsh undefine renamed$$ >/dev/null
wait_for 'it is undefined' "renamed$$ is gone"
send Space Enter
wait_gone 'Enter opens no plan then' 'Yes, change it'
leave
list_on $legacy
send p
wait_for 'is picked' "Pin $legacy"
virsh destroy $legacy >/dev/null
wait_for 'it is destroyed' "$legacy does not run any more"
boot $legacy
wait_for 'and started again' "$legacy was stopped and started again"
send a Enter
wait_gone 'which is another run of it' 'Yes, change it'
is 'nothing is written' "$(mask $legacy 'CPU 0/TCG') $(inactive $legacy)" "0-1 $before_legacy"
leave
send q
gone 'it leaves' 0

# what the plan says a person may type does the same
hv() {
	timeout 60 "$HVSCOPE" --connect "$VIRT_URI" --timeout 20 "$@" </dev/null
}
# by_hand PIN… - what follows "By hand" in its plan
by_hand() {
	hv pin "$@" 2>/dev/null | sed -n 's/^ *By hand *//p'
}
pins() {
	for n in 0 1 2 3; do echo "$(vcpupin $fast $n --live) $(vcpupin $fast $n --config) $(mask $fast "CPU $n/TCG")"; done | paste -sd ,
}
ends 'a line for one vCPU' 0 timeout 60 bash -c "$(by_hand $fast vcpu 2 1)"
is 'is as good as the pin' "$(pins)" '0 0 0,1 1 1,1 1 1,0-1 0-1 0-1'
ends 'a line for all, on one scope' 0 timeout 60 bash -c "$(by_hand $fast all 0 --live)"
is 'goes through them' "$(pins)" '0 0 0,0 1 0,0 1 0,0 0-1 0'
ends 'a line for one to one' 0 timeout 60 bash -c "$(by_hand $legacy all 1:1 0-1)"
is 'gives each its own' "$(mask $legacy 'CPU 0/TCG') $(mask $legacy 'CPU 1/TCG') $(vcpupin $legacy 1 --config)" '0 1 1'
ends 'a line for the emulator' 0 timeout 60 bash -c "$(by_hand $fast emulator 0 --config)"
is 'writes the definition alone' "$(mask $fast emulator) $(element $fast emulatorpin)" '1 0'
ends 'a line that takes a pin away' 0 env EDITOR="sed -i -e /vcpupin.vcpu=.2/d" timeout 60 bash -c "$(by_hand $fast vcpu 2 -)"
is 'asks for an editor, which does it' "$(element $fast "vcpupin vcpu='2'")" -
done_testing

#!/usr/bin/env bash
# What somebody else does to guests while their row, their dialog or the picker is open: it is seen, and nobody else is hit.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
. "$(dirname "$0")/../lib/virtfacts.sh"
. "$(dirname "$0")/../lib/tmux.sh"
export HVSCOPE_STATE=$tmp/state
tap_cleanup() {
	tmux_stop
	virt_stop
}
now_ms() {
	date +%s%3N
}
took() {
	echo "# $1 after $(($(now_ms) - from)) ms"
}
type_command() {
	send -l ":$1"
	send Enter
}
row_of() {
	capture | grep -E "(^|[^a-z])$1([^a-z]|$)"
}
row_says() {
	row_of "$1" | grep -qE -- "$2"
}
shows_like() {
	capture | grep -qE -- "$1"
}
wait_like() {
	if until_true "$wait_seconds" shows_like "$2"; then pass "$1"; else fail "$1" "waited for: $2" "$(capture)"; fi
}
wait_row() {
	if until_true "$wait_seconds" row_says "$2" "$3"; then pass "$1"; else fail "$1" "waited for $2: $3" "$(capture)"; fi
}

virt_start
virt_guests
start 140x45 "$HVSCOPE" --connect "$VIRT_URI" --interval 0.5
send 5
wait_for 'the guests are there' fleeting

# a pin of somebody else
type_command 'filter fast'
wait_gone 'only one row' legacy
send Enter
wait_for 'one guest' 'iothread 2'
thread_says() {
	capture | grep -qE "^[ ▲△]*$1 +$2 "
}
from=$(now_ms)
virsh vcpupin fast 3 0 --live >/dev/null
if until_true "$wait_seconds" thread_says 'vcpu 3' 0; then pass "somebody's live pin is seen"; else fail "somebody's live pin is seen" "$(capture)"; fi
took 'a live pin is seen'
from=$(now_ms)
virsh vcpupin fast 2 1 --config >/dev/null
wait_for 'a pin in the definition, of which libvirt says nothing' 'vcpu 2 cpus'
took 'a pin in the definition is seen'

# a plan never starts from what was shown
virsh vcpupin fast 2 0 --config >/dev/null
type_command "pin fast vcpu 2 0-1 --config"
wait_for 'the plan has what is there now' '0 → 0-1'
virsh vcpupin fast 2 1 --config >/dev/null
send y
wait_for 'and refuses when it was moved meanwhile' 'now holds 1, not 0'
is 'nothing was written' "$(virsh vcpupin fast --vcpu 2 --config | awk 'NF { print $2 }')" 1

# a guest goes while its plan is open
type_command "pin legacy vcpu 0 1 --live"
wait_for 'a plan for a guest' 'Yes, change it'
virsh destroy legacy >/dev/null
send y
wait_like 'that has gone is refused' 'not running|does not run|is off'
virsh start legacy >/dev/null

# renamed, undefined, crashed: the row is its UUID's
send BSpace
wait_for 'back to the list' 'worst first'
type_command 'filter off'
wait_row 'a guest that is off' off off
virsh domrename off renamed >/dev/null
type_command 'filter renamed'
wait_row 'is renamed' renamed off
virsh undefine renamed >/dev/null
wait_gone 'is undefined' 'shutoff'
type_command 'filter vnc'
wait_row 'a guest that runs' vnc running
send Enter
wait_for 'is looked at' 'vcpu 0'
kill -9 "$(pid_of vnc)"
wait_like 'and crashes' '(off|crashed) +·'
send BSpace
wait_for 'back to the list again' 'worst first'
type_command 'filter fleeting'
wait_row 'a transient guest' fleeting running
virsh destroy fleeting >/dev/null
wait_gone 'is gone for ever' 'running'
boot fleeting
wait_row 'until somebody makes it again' fleeting running
send q
gone 'it leaves' 0
done_testing

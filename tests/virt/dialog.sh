#!/usr/bin/env bash
# The dialog of a pin while libvirtd hangs: there is no Yes until what is there now could be read.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
. "$(dirname "$0")/../lib/tmux.sh"
export HVSCOPE_STATE=$tmp/state
tap_cleanup() {
	tmux_stop
	virt_stop
}
# Of the definition: our guest is not running, so that no guest of anybody else is in the way.
config_pin() {
	virsh vcpupin legacy --vcpu 0 --config | awk 'NF { print $2 }'
}

virt_start
define legacy
before=$(config_pin)
start 120x40 "$HVSCOPE" --connect "$VIRT_URI" --interval 0.5
send 5
wait_for 'the guest is there' 'it does not run'
kill -STOP "$virt_daemon"
send -l ':pin legacy vcpu 0 1 --config'
send Enter
wait_for 'a plan that could not be read says so' 'Not read'
unlike 'and is not called wrong here' "$(capture)" 'Not here'
unlike 'and not to be confirmed' "$(capture)" 'Yes, change it'
wait_for 'it can be read again' 'r  Read again'
send y
kill -CONT "$virt_daemon"
send r
wait_for 'when libvirt answers again it can be confirmed' 'Yes, change it'
is 'nothing was written' "$(config_pin)" "$before"
send y
wait_for 'it is confirmed' '1 of 1 set and read back'
is 'and written' "$(config_pin)" 1

# The same of an undo, on the key that takes no number.
kill -STOP "$virt_daemon"
send u
wait_for 'an undo that cannot be read opens no dialog' 'nothing was put back'
kill -CONT "$virt_daemon"
send u
wait_for 'and is planned when it can' 'Undo change 1'
send y
wait_for 'and done' '1 of 1 put back'
is 'in libvirt too' "$(config_pin)" "$before"
send 9
wait_for 'the panel names the guest' 'pin legacy vcpu 0: - → 1 (config)'
send q
gone 'it leaves' 0
done_testing

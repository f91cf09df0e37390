#!/usr/bin/env bash
# A libvirtd that hangs, dies and comes back: the screen goes on, says how old what it shows is, and finds it again.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
. "$(dirname "$0")/../lib/virtfacts.sh"
. "$(dirname "$0")/../lib/tmux.sh"
export HVSCOPE_STATE=$tmp/state
tap_cleanup() {
	tmux_stop
	virt_stop
}
# For remarks: what is slow fails no test.
now_ms() {
	date +%s%3N
}
took() {
	echo "# $1 after $(($(now_ms) - from)) ms"
}

virt_start
define legacy fast
boot legacy fast

start 120x40 "$HVSCOPE" --connect "$VIRT_URI" --interval 0.5
send 5
wait_for 'the guests are there' legacy
wait_for 'both' fast

kill -STOP "$virt_daemon"
from=$(now_ms)
wait_for 'a libvirtd that hangs is seen' 'does not answer'
took 'seen'
wait_for 'its guests are still shown' legacy
for key in 1 2 3 5; do send $key; done
wait_for 'keys count' 'does not answer'
from=$(now_ms)
timeout 30 "$HVSCOPE" --connect "$VIRT_URI" --interval 0.2 --timeout 2 report >"$tmp/out" 2>&1 </dev/null
is 'a report comes all the same' $? 0
like 'which says what is wrong' "$(<"$tmp/out")" 'link +silent.*why +a call has not been answered.*remedy +the daemon hangs'
took 'the report, with --timeout 2,'
from=$(now_ms)
timeout 30 "$HVSCOPE" --connect "$VIRT_URI" --timeout 2 pin fast vcpu 0 0 --yes >"$tmp/out" 2>&1 </dev/null
is 'a pin is refused' $? 1
like 'and by whom' "$(<"$tmp/out")" 'libvirt does not answer: a call has not been answered.*systemctl status'
took 'refused'
kill -CONT "$virt_daemon"
from=$(now_ms)
wait_gone 'it answers again' 'does not answer'
took 'back'

virt_kill
from=$(now_ms)
wait_for 'a dead one is seen' 'went away'
took 'seen'
wait_for 'its guests are still shown' legacy
virt_again
from=$(now_ms)
virsh suspend legacy >/dev/null
wait_for 'what happens after its restart is seen' paused
took 'back'

kill -STOP "$virt_daemon"
wait_for 'it hangs again' 'does not answer'
from=$(now_ms)
send q
gone 'q leaves' 0
took 'left'
kill -CONT "$virt_daemon"
done_testing

#!/usr/bin/env bash
# As nobody: a libvirt that may not be opened is said with what helps, one that may be read shows guests and pins none.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
. "$(dirname "$0")/../lib/virtfacts.sh"
. "$(dirname "$0")/../lib/tmux.sh"
folder=$(mktemp -d /tmp/hvscope-nobody.XXXXXX) && chmod 755 "$folder" || exit 1
tap_cleanup() {
	tmux_stop
	virt_stop
	rm -rf "$folder"
}
shows_like() {
	capture | tr -s ' \n' ' ' | grep -qE -- "$1"
}
wait_like() {
	if until_true "$wait_seconds" shows_like "$2"; then pass "$1"; else fail "$1" "waited for: $2" "$(capture)"; fi
}
cp "$HVSCOPE" "$folder/hvscope"
mkdir -m 700 "$folder/home"
chown 65534:65534 "$folder/home"
unset HVSCOPE_STATE
# Nobody, on a machine whose libvirt is the private one: in a namespace of its own its sockets lie where libvirt looks.
nobody=(unshare -m --propagation private sh -c 'mount -t tmpfs -o mode=755 run /run && mkdir /run/libvirt &&
	mount --bind "$0" /run/libvirt && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"'
	"$virt/sock" env HOME="$folder/home" "$folder/hvscope" --interval 0.3)
n() {
	timeout 60 "${nobody[@]}" --connect "$uri" --timeout 20 "$@" </dev/null
}
n_report() {
	n report --json >"$tmp/report.json" 2>"$tmp/err"
}
inactive() {
	virsh dumpxml --inactive --security-info "$1"
}
untouched() {
	is "$1" "$(mask fast 'CPU 2/TCG') $(inactive fast)" "0-1 $before"
}
# refused NAME REGEX COMMAND… - a pin that is not made: its words, its status, and nothing written
refused() {
	local name=$1 words=$2
	shift 2
	ends "$name" 1 "$@"
	like 'with words' "$output" "$words"
	unlike 'and no alarm' "$output" 'BUG|core dumped|[Aa]ssert'
	untouched 'nothing is written'
}

virt_start
chmod 755 "$virt/sock"
define fast
boot fast
before=$(inactive fast)
is 'the sockets are for root, and for everybody to read' "$(stat -c %a "$virt/sock/libvirt-sock" "$virt/sock/libvirt-sock-ro" | xargs)" '700 777'

# a socket that may not be opened
uri='qemu+unix:///system?socket=/run/libvirt/libvirt-sock'
n_report
is 'the report comes' $? 0
is 'without a word on the side' "$(<"$tmp/err")" ''
is 'the link is refused' "$(fact guests link)" refused
like 'with the words of libvirt' "$(fact guests why)" 'Permission denied'
like 'and what helps' "$(fact guests remedy)" 'join the group libvirt'
is 'how many guests there are is unknown, and no zero' "$(fact guests total) $(fact guests guest)" 'null null'
like 'the rest is there' "$(fact topology online) $(fact load busy)" '^0(-|,1)[0-9,-]* [0-9.]+$'
at=$(index 'threads guest' pid "$(pid_of fast)")
is 'QEMU is seen all the same' "$(fact threads guest "$at" name) $(fact threads guest "$at" managed)" 'fast null'
like 'whose it is cannot be known' "$(fact threads guest "$at" managed_why)" 'EACCES|refused'
ends 'the report in words' 0 n report
like 'says it too' "$output" 'join the group libvirt'
for size in 120x40 80x24 40x12; do
	ends "the panel at $size" 0 n show guests --size $size
	like 'says what is refused' "$output" 'libvirt'
done
ends 'the overview' 0 n show overview --size 80x24
refused 'a pin' 'libvirt refuses to be asked: .*Permission denied.*join the group libvirt' n pin fast vcpu 2 0 --yes
refused 'a pin without a confirmation' 'refuses to be asked' n pin fast vcpu 2 0
is 'no journal is begun' "$(find "$folder/home" -name journal)" ''
start 100x30 "${nobody[@]}" --connect "$uri"
send 5
wait_like 'the full screen says it' 'libvirt refuses'
wait_like 'with what helps' 'join the group libvirt'
send p
wait_like 'p says why not' 'Whether libvirt knows this guest cannot be told'
send 3
wait_for 'other panels work' 'Governor'
send q
gone 'it leaves' 0

# a socket that may be read
uri=qemu:///system
n_report
is 'a report over the socket for all' "$? $(<"$tmp/err")" '0 '
is 'is connected' "$(fact guests link) $(fact guests of_this_machine)" 'connected true'
is 'the guest is there' "$(guest fast state) $(guest fast vcpus)" 'running 4'
is 'with its pins' "$(guest_rows fast pin vcpu cpus | paste -sd ,)" '0 0,1 1,2 null,3 null'
is 'and joined with its threads' "$(placed fast managed) $(placed fast pid)" "true $(pid_of fast)"
ends 'nobody confirms' 3 n pin fast vcpu 2 0
like 'the plan is there to be read' "$output" 'live vcpu 2 .*-> 0.*By hand +virsh'
refused 'a pin by nobody' 'libvirt-sock.*Permission denied|Permission denied.*libvirt-sock' n pin fast vcpu 2 0 --yes
like 'says what helps' "$output" 'group libvirt|sudo|root'
refused 'one of the definition alone' 'Permission denied' n pin fast vcpu 2 0 --config --yes
ends 'an undo' 1 n undo --yes
like 'has nothing to do' "$output" 'nothing to undo'
start 100x30 "${nobody[@]}" --connect "$uri"
send 5
wait_like 'the full screen has the guest' 'QEMU [0-9].* fast +running +4'
send -l ':pin fast vcpu 2 0'
send Enter
wait_like 'its plan' 'live vcpu 2'
send y
wait_like 'the refusal, and what helps' 'Permission denied.*(group libvirt|sudo|root)'
untouched 'nothing is written by the keys'
send q
gone 'it leaves' 0
done_testing

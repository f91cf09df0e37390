#!/usr/bin/env bash
# The journal's shell script puts pins back by virsh alone, and leaves alone what somebody else has set since.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
export HVSCOPE_STATE=$tmp/state

hv() {
	timeout 60 "$HVSCOPE" --connect "$VIRT_URI" --timeout 20 "$@" </dev/null
}
# pin SCOPE ELEMENT - the cpuset of that element in the XML of fast, or -
pin() {
	local flag=''
	[[ $1 == live ]] || flag=--inactive
	virsh dumpxml fast $flag | sed -n "s/^ *<$2 cpuset='\([^']*\)'.*/\1/p" | grep . || echo -
}

virt_start
define fast legacy && boot fast
legacy_before=$(virsh dumpxml --inactive --security-info legacy)
before="$(pin live "vcpupin vcpu='1'") $(pin config "vcpupin vcpu='1'") $(pin live emulatorpin)"
ends 'a vCPU is pinned in both scopes' 0 hv pin fast vcpu 1 0 --yes
ends 'the emulator while it runs' 0 hv pin fast emulator 0 --live --yes
ends 'an iothread that was not, in both' 0 hv pin fast iothread 2 0 --yes
is 'all of them are there' \
	"$(pin live "vcpupin vcpu='1'") $(pin config "vcpupin vcpu='1'") $(pin live emulatorpin) $(pin live "iothreadpin iothread='2'")" \
	'0 0 0 0'
ends 'the first pin of a definition' 0 hv pin legacy vcpu 0 1 --yes
hv journal --shell >"$tmp/restore" || fail 'the script is printed'
virsh vcpupin fast 1 0-1 --config
ends 'the script' 0 env LIBVIRT_DEFAULT_URI=test:///default timeout 60 sh "$tmp/restore"
like 'names what it puts back' "$output" "put back: live vcpupin vcpu='1' of"
like 'and what it leaves alone' "$output" "left alone: config vcpupin vcpu='1' of .* is 0-1"
is 'the live pins are as before' "$(pin live "vcpupin vcpu='1'") $(pin live emulatorpin)" "${before%% *} ${before##* }"
is 'what others set stays' "$(pin config "vcpupin vcpu='1'")" 0-1
is 'an iothread without a pin may run everywhere' "$(pin live "iothreadpin iothread='2'")" 0-1
is 'its element goes out of the definition' "$(pin config "iothreadpin iothread='2'")" -
is 'and the first one of a definition, byte for byte' "$(virsh dumpxml --inactive --security-info legacy)" "$legacy_before"
ends 'undo finds most of it done' 1 hv undo --all --yes
like 'and leaves the same alone' "$output" 'config vcpu 1 holds something else'

# Another libvirt, or none, says nothing about a pin: neither it nor an older change is touched.
states() {
	hv journal --json | grep -oE '"(state|undoable|overwritten)": [^,]*' | paste -sd ' '
}
rm -r "$HVSCOPE_STATE"
ends 'an older change' 0 hv pin legacy vcpu 1 1 --config --yes
ends 'a newer one' 0 hv pin legacy vcpu 0 0-1 --config --yes
states_before=$(states) definition=$(virsh dumpxml --inactive --security-info legacy)
for other in test:///default "qemu+unix:///system?socket=$tmp/nobody"; do
	ends "undo on ${other%%:*}" 1 timeout 60 "$HVSCOPE" --connect "$other" --timeout 5 undo --yes </dev/null
	like 'names the libvirt of the change' "$output" "change 2 was made on another libvirt than .*start with --connect '.*$virt/sock/libvirt-sock'"
done
is 'the journal is as it was' "$(states)" "$states_before"
is 'the definition too' "$(virsh dumpxml --inactive --security-info legacy)" "$definition"
like 'the journal names it' "$(hv journal --json)" "\"uri\": \".*$virt/sock/libvirt-sock\""
ends 'the right one' 0 hv undo --yes
is 'gets the newest back' "$(virsh dumpxml --inactive legacy | sed -n "s/.*<vcpupin //p")" "vcpu='1' cpuset='1'/>"
ends 'and then the older one' 0 hv undo --yes
is 'byte for byte' "$(virsh dumpxml --inactive --security-info legacy)" "$legacy_before"

# What is left of a change is not forgotten.
boot legacy
ends 'two pins' 0 hv pin legacy all 0 --live --yes
virsh vcpupin legacy 0 0-1 --live >/dev/null
virsh vcpupin legacy 1 1 --live >/dev/null
ends 'one is as before, one is held by somebody else' 1 hv undo --yes
ends 'undo has nothing to offer' 1 hv undo --yes
like 'but says what is left' "$output" 'nothing to undo but what others changed since: hvscope undo 3 tries that again'
done_testing

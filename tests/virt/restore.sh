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
done_testing

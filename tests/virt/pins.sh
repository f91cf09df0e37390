#!/usr/bin/env bash
# Pins on real guests, by the command: each scope, each kind, written, read back by others, and undone.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
. "$(dirname "$0")/../lib/virtfacts.sh"
export HVSCOPE_STATE=$tmp/state

hv() {
	timeout 60 "$HVSCOPE" --connect "$VIRT_URI" --timeout 20 "$@" </dev/null
}
inactive() {
	virsh dumpxml --inactive --security-info "$1"
}
# The list that virsh shows for a vCPU in that scope
vcpupin() {
	virsh vcpupin "$1" --vcpu "$2" "$3" | awk 'NF { print $2 }'
}
# element NAME SCOPE REGEX - the cpuset of that element in its XML, or -
element() {
	virsh dumpxml "$1" ${2:+"$2"} | sed -nE "s/.*<$3.* cpuset='([^']*)'.*/\1/p" | grep . || echo -
}

virt_start
virt_guests
# Writing a definition once lets libvirt complete it.
before_fast=$(inactive fast) before_legacy=$(inactive legacy) before_vnc=$(inactive vnc) before_off=$(inactive off)

# live
ends 'a vCPU is pinned live' 0 hv pin fast vcpu 2 1 --live --yes
is 'as virsh sees it' "$(vcpupin fast 2 --live)" 1
is 'the thread obeys' "$(mask fast 'CPU 2/TCG')" 1
is 'the running XML has it' "$(element fast '' "vcpupin vcpu='2'")" 1
is 'the definition does not' "$(inactive fast)" "$before_fast"
is 'others stay where they were' "$(mask fast 'CPU 0/TCG') $(mask fast 'CPU 1/TCG') $(mask fast 'CPU 3/TCG')" '0 1 0-1'
ends 'a live pin is undone' 0 hv undo --yes
is 'the thread may run everywhere again' "$(mask fast 'CPU 2/TCG')" 0-1
like 'and the element stays until the next start, which is said' "$output" 'next start'
ends 'one that was pinned before' 0 hv pin fast vcpu 1 0 --live --yes
is 'is moved' "$(mask fast 'CPU 1/TCG')" 0
ends 'and put back' 0 hv undo --yes
is 'to what it was' "$(mask fast 'CPU 1/TCG') $(element fast '' "vcpupin vcpu='1'")" '1 1'

# config
ends 'a vCPU is pinned in the definition' 0 hv pin fast vcpu 3 0 --config --yes
is 'as virsh sees it' "$(vcpupin fast 3 --config)" 0
is 'the running thread stays' "$(mask fast 'CPU 3/TCG')" 0-1
ends 'that is undone' 0 hv undo --yes
is 'and the definition is byte for byte as before' "$(inactive fast)" "$before_fast"
ends 'a guest without any pin' 0 hv pin legacy vcpu 0 1 --config --yes
is 'has one' "$(element legacy --inactive "vcpupin vcpu='0'")" 1
ends 'loses it again' 0 hv undo --yes
is 'byte for byte' "$(inactive legacy)" "$before_legacy"

# both, without a scope
ends 'without a scope' 0 hv pin legacy vcpu 1 1 --yes
is 'both are set' "$(vcpupin legacy 1 --live) $(vcpupin legacy 1 --config) $(mask legacy 'CPU 1/TCG')" '1 1 1'
like 'and the plan says so' "$output" 'live.*|definition'
ends 'both are undone' 0 hv undo --yes
is 'both are as before' "$(mask legacy 'CPU 1/TCG')" 0-1
is 'the definition byte for byte' "$(inactive legacy)" "$before_legacy"

# all, 1:1, emulator, iothread, remove
ends 'all vCPUs' 0 hv pin fast all 0 --live --yes
is 'are on one CPU' "$(for n in 0 1 2 3; do mask fast "CPU $n/TCG"; done | paste -sd ' ')" '0 0 0 0'
ends 'and back' 0 hv undo --yes
is 'as they were' "$(for n in 0 1 2 3; do mask fast "CPU $n/TCG"; done | paste -sd ' ')" '0 1 0-1 0-1'
ends 'one to one' 0 hv pin legacy all 1:1 0-1 --yes
is 'each vCPU has its own' "$(mask legacy 'CPU 0/TCG') $(mask legacy 'CPU 1/TCG')" '0 1'
is 'in the definition too' "$(vcpupin legacy 0 --config) $(vcpupin legacy 1 --config)" '0 1'
ends 'undone' 0 hv undo --yes
is 'byte for byte' "$(inactive legacy)" "$before_legacy"
ends 'too few CPUs for one to one' 1 hv pin fast all 1:1 0-1 --live --yes
like 'are counted' "$output" '4'
ends 'the emulator' 0 hv pin fast emulator 0 --yes
is 'obeys' "$(mask fast emulator) $(element fast --inactive emulatorpin)" '0 0'
ends 'and goes back' 0 hv undo --yes
is 'to where it was' "$(mask fast emulator) $(element fast --inactive emulatorpin)" '1 1'
ends 'an iothread' 0 hv pin fast iothread 2 1 --yes
is 'obeys' "$(mask fast 'IO iothread2') $(element fast --inactive "iothreadpin iothread='2'")" '1 1'
ends 'and goes back' 0 hv undo --yes
is 'to where it was' "$(mask fast 'IO iothread2') $(element fast --inactive "iothreadpin iothread='2'")" '0-1 -'
is 'the definition is byte for byte as before' "$(inactive fast)" "$before_fast"
ends 'a persistent pin is taken away' 0 hv pin fast vcpu 0 - --yes
is 'from the definition' "$(element fast --inactive "vcpupin vcpu='0'")" -
is 'and from nothing else there' "$(diff <(echo "$before_fast") <(inactive fast))" "$(
	line=$(grep -n "vcpupin vcpu='0'" <<<"$before_fast" | cut -d: -f1)
	echo "${line}d$((line - 1))"
	echo "<     <vcpupin vcpu='0' cpuset='0'/>"
)"
ends 'and comes back' 0 hv undo --yes
is 'byte for byte' "$(inactive fast)" "$before_fast"

# a guest that is off, one that is transient, one with a password
ends 'a guest that is off' 0 hv pin off vcpu 0 1 --yes
is 'has its pin in the definition' "$(element off --inactive "vcpupin vcpu='0'")" 1
ends 'undone' 0 hv undo --yes
is 'byte for byte' "$(inactive off)" "$before_off"
ends 'a transient guest' 0 hv pin fleeting vcpu 0 0 --yes
is 'is pinned live' "$(mask fleeting 'CPU 0/TCG')" 0
ends 'but has no definition' 1 hv pin fleeting vcpu 0 0 --config --yes
ends 'undone' 0 hv undo --yes
ends 'a guest with a password' 0 hv pin vnc vcpu 0 1 --config --yes
ends 'whose pin is taken away' 0 hv undo --yes
is 'keeps the password, byte for byte' "$(inactive vnc)" "$before_vnc"
like 'which is there' "$before_vnc" "passwd='secret7'"
unlike 'and is in no journal' "$(cat "$tmp/state/journal")" secret7

# who is meant
ends 'by UUID' 0 hv pin "$(virt_uuid legacy)" vcpu 0 0 --live --yes
ends 'undone' 0 hv undo --yes
id=$(virsh domid fast | xargs)
ends 'by id' 0 hv pin "$id" vcpu 3 1 --live --yes
is 'that one is meant' "$(mask fast 'CPU 3/TCG')" 1
ends 'undone' 0 hv undo --yes

# refusals
ends 'no such guest' 1 hv pin nobody vcpu 0 0 --yes
like 'is named' "$output" nobody
ends 'no such vCPU' 1 hv pin legacy vcpu 9 0 --yes
ends 'no such CPU' 1 hv pin legacy vcpu 0 999 --yes
ends 'no list' 1 hv pin legacy vcpu 0 x --yes
ends 'wrong usage' 2 hv pin legacy
ends 'nobody confirms' 3 hv pin legacy vcpu 0 0
ends 'read-only' 1 hv --read-only pin legacy vcpu 0 0 --yes
is 'nothing was changed by any of them' "$(inactive legacy) $(mask legacy 'CPU 0/TCG')" "$before_legacy 0-1"

# two people
hv pin fast vcpu 2 0 --live --yes >/dev/null
virsh vcpupin fast 2 1 --live >/dev/null
ends 'what somebody else moved meanwhile is not undone' 1 hv undo --yes
is 'it stays where they put it' "$(mask fast 'CPU 2/TCG')" 1
done_testing

#!/usr/bin/env bash
# The checks on real guests: what is wrong with those made so is found, a pin is mended from its finding, and undone.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
. "$(dirname "$0")/../lib/virtfacts.sh"
export HVSCOPE_STATE=$tmp/state

# check - the findings as JSON; says ID KEY - of one; parts ID - what it says of each guest
check() {
	timeout 100 "$HVSCOPE" --connect "$VIRT_URI" --interval 0.3 --timeout 60 check --json --require none >"$tmp/check.json" </dev/null
}
json() {
	"$HVSCOPE_BUILD/helper/json" "$@" <"$tmp/check.json"
}
index_of() {
	json checks '*' id | awk -v id="$1" '$0 == id { print NR - 1; exit }'
}
says() {
	json checks "$(index_of "$1")" "$2"
}
parts() {
	json checks "$(index_of "$1")" parts '*' text
}
# script LINE… - what the program shows after these lines, once the guests are there
script() {
	printf '%s\n' 'size 120x40' 'tick 4' "$@" >"$tmp/lines"
	timeout 100 "$HVSCOPE" --connect "$VIRT_URI" --interval 0.3 --timeout 60 --script "$tmp/lines" </dev/null
}
masks() {
	echo "$(mask pinned 'CPU 0/TCG') $(mask pinned 'CPU 1/TCG')"
}

virt_start
# pinned has its emulator on the CPU of its vCPUs, too
virt_xml_pinned() {
	local domain_elements="  <cputune>
    <vcpupin vcpu='0' cpuset='1'/>
    <vcpupin vcpu='1' cpuset='1'/>
    <emulatorpin cpuset='1'/>
  </cputune>
"
	virt_old_devices pinned 3 | virt_domain pinned 3 pc 2
}
define legacy pinned
boot legacy pinned
check
is 'guests without KVM are critical' "$(says K01 verdict) $(says K01 severity)" 'fire crit'
like 'an emulated disk' "$(says V03 verdict) $(parts V03 | grep -c 'hda is on ide')" 'fire 2'
like 'an emulated card' "$(says V04 verdict) $(parts V04 | grep -c 'e1000')" 'fire 2'
is 'two vCPUs on one CPU' "$(says P01 verdict)" fire
like 'which is named' "$(parts P01)" 'pinned vcpu 0 shares CPU 1 with vcpu 1'
is 'the emulator beside them' "$(says P03 verdict)" fire
like 'of that guest alone' "$(parts P03)" '^pinned emulator is pinned to CPU 1[^0-9]'
unlike 'the guest without pins has none of this' "$(parts P01; parts P03)" legacy

is 'both may run on one CPU alone' "$(masks)" '1 1'
shown=$(script 'fix P01' show)
like 'the finding opens the pins of that guest' "$shown" 'Pin pinned .*vcpu 0: now CPU 1'
shown=$(script 'fix P01' 'type 0' 'key Enter Enter' show 'key n')
like 'chosen CPUs make a plan' "$shown" 'vcpu 0 +1 → 0'
is 'and nothing was done' "$(masks)" '1 1'
shown=$(script 'fix P01' 'type 0' 'key Enter Enter y' show)
like 'confirmed it is set and read back' "$shown" 'set and read back'
is 'in the kernel' "$(masks)" '0 1'
check
unlike 'the finding goes' "$(says P01 verdict)" fire
is 'and passes' "$(says P01 verdict)" pass

# P04 asks for two nodes: where this machine has one only, the program is shown another one's folder of them.
two_nodes() {
	local node=/sys/devices/system/node fake=$tmp/node n
	[[ ! -d $node/node1 ]] || return 0
	[[ $(cat /sys/devices/system/cpu/online) == 0-1 ]] || return 1
	mkdir -p "$fake"
	for n in 0 1; do
		cp -r "$node/node0" "$fake/node$n" 2>/dev/null
		sed -i "s/^Node 0 /Node $n /" "$fake/node$n/meminfo" || return 1
		echo $n >"$fake/node$n/cpulist"
		echo $((n + 1)) >"$fake/node$n/cpumap"
		rm -f "$fake/node$n"/cpu[0-9]*
	done
	echo '10 21' >"$fake/node0/distance"
	echo '21 10' >"$fake/node1/distance"
	for n in online possible has_cpu has_memory has_normal_memory; do echo 0-1 >"$fake/$n"; done
	mount --bind "$fake" "$node"
}
if two_nodes; then
	check
	is 'a guest whose pins are on both nodes' "$(says P04 verdict) $(says P04 severity)" 'fire warn'
	like 'is named' "$(parts P04)" '^pinned may run on nodes 0-1'
	unlike 'one that nobody pinned is not' "$(parts P04)" legacy
else
	skip 'a guest whose pins are on both nodes' 'it takes two nodes, or a machine of two CPUs'
fi


ends 'undo' 0 timeout 60 "$HVSCOPE" --connect "$VIRT_URI" --timeout 20 undo --yes
is 'brings the pins back' "$(masks)" '1 1'
check
is 'and the finding' "$(says P01 verdict)" fire
is 'which two nodes have not' "$(says P04 verdict)" 'pass'
done_testing

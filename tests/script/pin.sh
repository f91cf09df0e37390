#!/usr/bin/env bash
# Pins on the command line: what is asked for wrongly is told, and a host that is only looked at shows the plan.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
export HVSCOPE_STATE=$tmp

"$HVSCOPE" simulate --packages 1 --cores 4 --threads 2 "$tmp/host" >/dev/null || exit 1

# pin STATUS WORDS... - what is asked for, on a machine without guests
pin() {
	ends "pin ${*:2}" "$1" "$HVSCOPE" --root "$tmp/host" --interval 0.1 pin "${@:2}"
}

pin 2
like 'all forms are told' "$output" 'GUEST vcpu N CPUS\|-, GUEST all CPUS\|1:1 CPUS\|-, GUEST emulator CPUS'
pin 2 web3 vcpu
pin 2 web3 vcpu x 3
like 'a number is asked for' "$output" 'The number of a vCPU or iothread'
pin 2 web3 vcpu 2 3 4
pin 2 web3 iothread 3
pin 2 web3 memory 3
pin 2 web3 vcpu 2 3 --now
pin 1 web3 vcpu 2 3
like 'no guest can be meant' "$output" 'No libvirt is asked about this host: --connect names one'
is 'nothing is journalled' "$(ls "$tmp" | grep journal)" ''

ends 'the help' 0 "$HVSCOPE" --help
like 'has each part of a pin by itself' "$output" 'pin GUEST WHAT CPUS .*WHAT: vcpu N, iothread N, emulator or all.*CPUS: '
like 'and the guests of simulate' "$output" 'simulate .*\[--guests N\]'
cat >"$tmp/script" <<-'END'
	size 120x40
	pin web3 frobnicate
	show
	key p
	show
END
ends 'on the screen' 0 "$HVSCOPE" --root "$tmp/host" --script "$tmp/script"
like 'the forms are told too' "$output" 'What can be pinned is: GUEST vcpu N'

# With guests: the plan is shown as on their own host, and that is all that can be done to a directory.
"$HVSCOPE" simulate --packages 1 --cores 8 --threads 2 --guests 4 --seed 1 "$tmp/guests" >/dev/null || exit 1
files() {
	find "$tmp/guests/@virt" -type f -exec cat {} + | cksum
}
before=$(files)
read -r uuid id _ _ _ name < <(grep ' running .* persistent' "$tmp/guests/@virt/guests")
on() {
	ends "pin ${*:2}" "$1" "$HVSCOPE" --root "$tmp/guests" --interval 0.1 pin "${@:2}"
}
for guest in "$name" "$uuid" "$id"; do
	on 1 "$guest" vcpu 0 5 --yes
	like "the plan for $guest names both scopes" "$output" "Pin vcpu 0 of $name to CPU 5, now and at each start"
	like 'each of them' "$output" 'live vcpu 0 .* -> 5.*config vcpu 0 .* -> 5'
	like 'says how a person would do it' "$output" "virsh vcpupin $uuid 0 5 --live --config"
	like 'and why not here' "$output" 'nothing was changed: This is a directory'
done
on 1 "$name" vcpu 0 5 --live
like 'one scope' "$output" "Pin vcpu 0 of $name to CPU 5, until it stops"
unlike 'is one' "$output" 'config vcpu'
on 1 "$name" all 1:1 0
like 'too few are counted' "$output" 'only 1 CPU: one to one needs'
on 1 "$name" all 1:1
like 'a list is asked for' "$output" 'One to one needs a list with a CPU for each vCPU'
on 1 "$name" vcpu 0 0-5,^4-5 --live
like 'what is taken out of a list is not in it' "$output" 'live vcpu 0 .* -> 0-3'
on 1 "$name" vcpu 99 3
like 'a vCPU that is not there' "$output" "$name has no vcpu 99: they go from 0 to"
on 1 "$name" vcpu 0 16
like 'a CPU that is not there' "$output" 'CPU 16 does not exist here: there are 0-15'
on 1 "$name" vcpu 0 - --live
like 'what libvirt cannot do' "$output" 'cannot take a pin away from a running guest: pin it to all CPUs, 0-15 instead'
on 1 nobody vcpu 0 1
like 'who is there' "$output" "There is no guest nobody; there are: .*$name"
cat >"$tmp/script" <<-END
	size 120x40
	pin $name all 1-2 --config
	show
	key Esc
	pin nobody all 1
	show
END
ends 'with guests on the screen' 0 "$HVSCOPE" --root "$tmp/guests" --script "$tmp/script"
like 'the plan' "$output" "Pin vcpu 0-[0-9]+ of $name to CPUs 1-2, from its next start on"
unlike 'has no Yes' "$output" 'Yes, change it'
like 'and refusals are told' "$output" 'There is no guest nobody'
is 'nothing was written' "$(files)" "$before"
done_testing

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
like 'all forms are told' "$output" 'GUEST vcpu N CPUS\|-, GUEST all CPUS\|1:1 CPUS, GUEST emulator CPUS'
pin 2 web3 vcpu
pin 2 web3 vcpu x 3
like 'a number is asked for' "$output" 'The number of a vCPU or iothread'
pin 2 web3 vcpu 2 3 4
pin 2 web3 iothread 3
pin 2 web3 memory 3
pin 2 web3 vcpu 2 3 --now
pin 1 web3 vcpu 2 3
is 'nothing is journalled' "$(ls "$tmp" | grep journal)" ''

cat >"$tmp/script" <<-'END'
	size 120x40
	pin web3 frobnicate
	show
	key p
	show
END
ends 'on the screen' 0 "$HVSCOPE" --root "$tmp/host" --script "$tmp/script"
like 'the forms are told too' "$output" 'What can be pinned is: GUEST vcpu N'
done_testing

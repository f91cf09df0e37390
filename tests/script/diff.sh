#!/usr/bin/env bash
# hvscope diff: which machines it takes, how it ends, and what it says of two that were made to differ.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
export HVSCOPE_STATE=$tmp

# machine NAME [OPTION…]
machine() {
	"$HVSCOPE" simulate --packages 2 --cores 4 --threads 2 --driver acpi-cpufreq --busy 50 --seed 1 --guests 3 "${@:2}" \
		"$tmp/$1" >/dev/null || exit 1
}

machine slow --governor powersave
machine fast --governor performance
cd "$tmp" || exit 1

ends 'a machine and itself: 0' 0 "$HVSCOPE" diff slow slow
like 'nothing differs' "$output" 'no difference; [0-9]+ values compared'

ends 'two that differ: 1' 1 "$HVSCOPE" diff slow fast
like 'their names' "$output" $'  A  simulated-16  DIRECTORY  slow\n  B  simulated-16  DIRECTORY  fast'
like 'all CPUs are one line' "$output" 'frequency\.policy\[0-15\]\.governor +powersave +performance'
unlike 'what moves is left out' "$output" 'cur_khz|uptime'
is 'nothing else differs' "$(grep -c '^  [a-z].*governor' <<<"$output")" "$(grep -o '^[0-9]* difference' <<<"$output" | grep -o '^[0-9]*')"
is 'no line is wider than it must be' "$(($(wc -L <<<"$output") <= 80))" 1

ends 'as JSON' 1 "$HVSCOPE" diff --json slow fast
like 'its schema' "$output" '"schema": "hvscope-diff/1"'
like 'the address' "$output" '"address": "frequency\.policy\[0-15\]\.governor"'
like 'typed values' "$output" '"rows": 16'

echo 900 >slow/proc/uptime
ends 'uptime is no difference' 0 "$HVSCOPE" diff slow slow --only kernel
ends 'it is with --moving' 1 "$HVSCOPE" diff slow fast --only kernel --moving
like 'and says so' "$output" 'moves by itself'
like 'only this probe' "$output" 'kernel\.uptime_s +900'
unlike 'and no other' "$output" 'frequency'

ends 'now and itself: 0' 0 "$HVSCOPE" diff now now --only kernel,topology,cpu
like 'this machine' "$output" 'A  .*  THIS MACHINE'
ends 'a folder that is called now is ./now' 4 "$HVSCOPE" diff slow ./now
like 'it is not there' "$output" 'B, "\./now", could not be read'

ends 'no machine: usage' 2 "$HVSCOPE" diff
ends 'one machine: usage' 2 "$HVSCOPE" diff slow
ends 'three machines: usage' 2 "$HVSCOPE" diff slow slow slow
ends 'twice standard input: usage' 2 "$HVSCOPE" diff - -
like 'it says why' "$output" 'only one of the two'
ends 'no such probe: usage' 2 "$HVSCOPE" diff slow fast --only nothing
like 'and which it is' "$output" 'no probe "nothing"'
ends 'no such option: usage' 2 "$HVSCOPE" diff slow fast --wrong
ends '--root does not go with it: usage' 2 "$HVSCOPE" --root slow diff slow fast
ends 'nor does --open' 2 "$HVSCOPE" --open x.host diff slow fast

ends 'what is not there: 4' 4 "$HVSCOPE" diff nowhere slow
like 'which one' "$output" 'A, "nowhere", could not be read'
echo 'no capture' >text.host
ends 'what is no capture: 4' 4 "$HVSCOPE" diff slow text.host
like 'which one' "$output" 'B, "text.host", could not be read'
is 'nothing is printed then' "$("$HVSCOPE" diff slow text.host 2>/dev/null)" ''
if [[ -e /dev/full ]]; then
	ends 'what cannot be printed: 4' 4 bash -c '"$0" diff slow fast >/dev/full' "$HVSCOPE"
else
	skip 'what cannot be printed' 'there is no /dev/full'
fi

done_testing

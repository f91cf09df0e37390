#!/usr/bin/env bash
# hvscope diff: which machines it takes, how it ends, and what it says of two that were made to differ.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/mover.sh"
export HVSCOPE_STATE=$tmp

# machine NAME [OPTION…]
machine() {
	"$HVSCOPE" simulate --packages 2 --cores 4 --threads 2 --driver acpi-cpufreq --busy 50 --seed 1 --guests 3 "${@:2}" \
		"$tmp/$1" >/dev/null || exit 1
}

machine slow --governor powersave
machine fast --governor performance
cd "$tmp" || exit 1
diff=("$HVSCOPE" --interval 0.1 diff) # two ticks of a folder need no whole second

ends 'a machine and itself: 0' 0 "${diff[@]}" slow slow
like 'nothing differs' "$output" 'no difference; [0-9]+ values compared'

ends 'two that differ: 1' 1 "${diff[@]}" slow fast
like 'their names' "$output" $'  A  simulated-16  DIRECTORY  slow  20[-0-9T:]+Z\n  B  simulated-16  DIRECTORY  fast  20'
like 'all CPUs are one line' "$output" 'frequency\.policy\[0-15\]\.governor +powersave +performance'
unlike 'what moves is left out' "$output" 'cur_khz|uptime'
is 'nothing else differs' "$(grep -c '^  [a-z].*governor' <<<"$output")" "$(grep -o '^[0-9]* difference' <<<"$output" | grep -o '^[0-9]*')"
is 'no line is wider than it must be' "$(($(wc -L <<<"$output") <= 80))" 1

ends 'as JSON' 1 "${diff[@]}" --json slow fast
like 'its schema' "$output" '"schema": "hvscope-diff/1"'
like 'the address' "$output" '"address": "frequency\.policy\[0-15\]\.governor"'
like 'typed values' "$output" '"rows": 16'

echo 900 >slow/proc/uptime
ends 'uptime is no difference' 0 "${diff[@]}" slow slow --only kernel
ends 'it is with --moving' 1 "${diff[@]}" slow fast --only kernel --moving
like 'and says so' "$output" $'\nMoving by itself\n'
like 'only this probe' "$output" 'kernel\.uptime_s +900'
unlike 'and no other' "$output" 'frequency'

# Whatever moves by itself carries that in its table: the two looks at it are a second apart.
moves fast 4
ends 'a machine that moves and itself: 0' 0 "${diff[@]}" fast fast
ends 'with --moving: 1' 1 "${diff[@]}" fast fast --moving
like 'rows that move are between two numbers' "$output" 'load\.cpu\[[0-9,-]+\]\.busy +[0-9.]+ \([0-9.]+ to [0-9.]+\) %'
stands

ends 'now and itself: 0' 0 "${diff[@]}" now now --only kernel,topology,cpu
like 'this machine' "$output" 'A  .*  THIS MACHINE'
ends 'a folder that is called now is ./now' 4 "${diff[@]}" slow ./now
like 'it is not there' "$output" 'B, "\./now", could not be read'

# capture NAME GOVERNOR - a machine of one tick, written by hand
capture() {
	cat <<-END
		hvscope-capture 1
		: kind live
		: hostname $1
		: missing ENOENT
		@ 1 0 2026-11-22T09:34:00Z all
		= /sys/devices/system/cpu/online 0-7
		= /sys/devices/system/cpu/present 0-7
		= /sys/devices/system/cpu/cpufreq/policy{0-7}/affected_cpus {}
		= /sys/devices/system/cpu/cpufreq/policy{0-7}/scaling_governor $2
		@ 2 1000000000 2026-11-22T09:34:01Z all
		.
	END
}
capture kvm07 powersave >kvm07.host
capture kvm08 performance | gzip >kvm08.host.gz
ends 'a capture and itself' 0 "${diff[@]}" kvm07.host kvm07.host
ends 'two captures, one compressed' 1 "${diff[@]}" kvm07.host kvm08.host.gz
like 'who they are' "$output" $'  A  kvm07  CAPTURE  kvm07.host  tick 2 of 2  2026-11-22T09:34:01Z\n  B  kvm08  CAPTURE  kvm08.host.gz  tick 2 of 2  2026-11-22T09:34:01Z'
like 'what differs' "$output" 'frequency\.policy\[0-7\]\.governor +powersave +performance'
ends 'which tick it was' 1 "${diff[@]}" --json --tick 1 kvm07.host kvm08.host.gz
like 'of each' "$output" '"tick": 1,[^}]*"ticks": 2,[^}]*"time": "2026-11-22T09:34:00Z"'
ends 'one from standard input' 1 "${diff[@]}" - kvm08.host.gz <kvm07.host
like 'it is the same' "$output" 'frequency\.policy\[0-7\]\.governor +powersave +performance'
ends 'a capture and a folder' 1 "${diff[@]}" kvm07.host slow
sed 's|= \(.*/scaling_governor\) powersave|! \1 EACCES|' kvm07.host >refused.host
ends 'what one side was refused is neither the same nor different: 4' 4 "${diff[@]}" kvm07.host refused.host
like 'it stands in a part of its own' "$output" $'\nCould not be read on one side\n  .*governor +powersave +denied.*no difference in what is known'
sed '/scaling_governor/d; s/missing ENOENT/missing ENODATA/' kvm07.host >thin.host
ends 'what one capture does not hold is unknown: 0' 0 "${diff[@]}" kvm07.host thin.host --only frequency
unlike 'and no line' "$output" 'not recorded'
sed 's/^: kind/: anonymous yes\n&/' kvm07.host >anonymous.host
ends 'an anonymous capture' 0 "${diff[@]}" kvm07.host anonymous.host
like 'it is said whose names they are' "$output" 'anonymous\.host  tick 2 of 2  [-0-9T:]+Z  anonymous.*Anonymous names are of one file alone'
ends 'as JSON too' 0 "${diff[@]}" --json kvm07.host anonymous.host
like 'of each' "$output" '"anonymous": false.*"anonymous": true'
sed 's/^: kind/: anonymous perhaps\n&/' kvm07.host >perhaps.host
ends 'it is yes or no' 4 "${diff[@]}" kvm07.host perhaps.host
head -n 9 kvm07.host >cut.host
ends 'a capture that was cut off: 4' 4 "${diff[@]}" kvm07.host cut.host
like 'which one' "$output" 'B, "cut.host", could not be read'

printf 'hvscope-capture 1\n@ 1 0 2026-11-22T09:34:00Z\n@ 2 1000000000 2026-11-22T09:34:01Z\n.\n' >nothing.host
ends 'nothing of it is recorded: 4' 4 "${diff[@]}" nothing.host nothing.host --only mitigations
like 'it says so' "$output" 'no difference in what is known; .*nothing was compared'

mkdir nothing nothing/sys
ends 'a folder that holds no machine: 4' 4 "${diff[@]}" nothing slow
like 'which one' "$output" 'nothing holds no machine.*A, "nothing", could not be read'
ends 'the other way round too' 4 "${diff[@]}" slow /etc
ends 'nor is it captured' 1 "$HVSCOPE" --root nothing capture nothing-there.host --seconds 0
like 'it says why' "$output" 'nothing holds no machine: there is neither a /sys nor a /proc in it'
is 'and writes nothing' "$(ls nothing-there.host* 2>/dev/null)" ''
ends 'its report says so itself' 0 "$HVSCOPE" --root nothing report --only kernel

ends 'no machine: usage' 2 "${diff[@]}"
ends 'one machine: usage' 2 "${diff[@]}" slow
ends 'three machines: usage' 2 "${diff[@]}" slow slow slow
ends 'twice standard input: usage' 2 "${diff[@]}" - -
like 'it says why' "$output" 'only one of the two'
ends 'no such probe: usage' 2 "${diff[@]}" slow fast --only nothing
like 'and which it is' "$output" 'no probe "nothing"'
ends 'no such option: usage' 2 "${diff[@]}" slow fast --wrong
ends '--root does not go with it: usage' 2 "$HVSCOPE" --root slow diff slow fast
ends 'nor does --open' 2 "$HVSCOPE" --open x.host diff slow fast

ends 'what is not there: 4' 4 "${diff[@]}" nowhere slow
like 'which one' "$output" 'A, "nowhere", could not be read'
echo 'no capture' >text.host
ends 'what is no capture: 4' 4 "${diff[@]}" slow text.host
like 'which one' "$output" 'B, "text.host", could not be read'
is 'nothing is printed then' "$("${diff[@]}" slow text.host 2>/dev/null)" ''
if [[ -e /dev/full ]]; then
	ends 'what cannot be printed: 4' 4 bash -c '"$@" slow fast >/dev/full' x "${diff[@]}"
else
	skip 'what cannot be printed' 'there is no /dev/full'
fi

done_testing

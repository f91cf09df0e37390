#!/usr/bin/env bash
# As nobody, end to end: everything works that needs no privilege, and what is denied looks like any other day.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/realhost.sh"
. "$(dirname "$0")/../lib/tmux.sh"
tap_cleanup() {
	tmux_stop
	realhost_end
}
json=$HVSCOPE_BUILD/helper/json

machine
# What root alone may read on real machines.
mkdir -p "$machine/sys/class/dmi/id"
for i in 0 1 2 3; do chmod 600 "$machine$cpu/cpufreq/policy$i/scaling_cur_freq"; done
open_folder
cp "$HVSCOPE" "$folder/hvscope"
mkdir -m 700 "$folder/home"
chown 65534:65534 "$folder/home"
unset HVSCOPE_STATE
nobody=(env HOME="$folder/home" setpriv --reuid=65534 --regid=65534 --clear-groups "$folder/hvscope" --interval 0.1)
n() {
	timeout 30 "${nobody[@]}" "$@" </dev/null
}
before=$(all_files)

ends 'the report' 0 n report
like 'names what it may not read, and why' "$output" 'denied: EACCES|EACCES'
like 'and has all the rest' "$output" 'governor +powersave'
# libvirt's own words are its own
unlike 'without an alarm' "$(grep -v '^  why  ' <<<"$output")" '[Ff]ailed|\<[Ee]rror\>|Cannot|BUG'
ends 'the report as JSON' 0 n report --json
n report --json >"$tmp/json" 2>"$tmp/err"
is 'is whole' "$("$json" schema <"$tmp/json")" hvscope-report/1
is 'says nothing on the side' "$(<"$tmp/err")" ''
is 'a denied number is null' "$("$json" facts frequency policy 0 cur_khz <"$tmp/json")" null
like 'with its reason' "$("$json" facts frequency policy 0 cur_khz_why <"$tmp/json")" '^denied: EACCES .*policy0/scaling_cur_freq'
is 'the others are there' "$("$json" facts frequency policy '*' governor <"$tmp/json" | sort -u)" powersave
for panel in overview frequency changes; do
	for size in 120x40 80x24 40x12; do
		ends "the panel $panel at $size" 0 n show "$panel" --size $size
		like 'with something in it' "$output" '[a-z]{4}'
	done
done
cat >"$folder/script" <<-'END'
	tick
	key 3 Down
	show
	explain
	show
	governor performance all
	show
	key y
	show
END
ends 'a script' 0 n --script "$folder/script"
like 'shows the plan' "$output" 'powersave → performance'
like 'and the refusal' "$output" '0 of 4 policies: policy0-3 refused \(EACCES\): nothing was changed'
is 'nothing was changed' "$(all_files)" "$before"
ends 'the journal' 0 n journal
like 'is their own, and tells it too' "$output" 'put back  .*: Switch the governor of 4 CPUs'
is 'in their home, for them alone' "$(stat -c '%a %u' "$folder/home/.local/state/hvscope/journal")" '600 65534'
ends 'an undo' 1 n undo
like 'has nothing to do' "$output" 'nothing to undo'
ends 'the version' 0 n --version
ends 'the help' 0 n --help

start 100x30 "${nobody[@]}"
wait_for 'the full screen' 'THIS MACHINE'
wait_for 'knows the governor' 'powersave'
send 3
wait_for 'the panel' 'Governor'
send -l ':governor performance all'
send Enter
wait_for 'the plan' 'powersave → performance'
send y
wait_for 'the refusal' 'refused (EACCES): nothing was changed'
send q
gone 'it leaves' 0
is 'nothing was changed at all' "$(all_files)" "$before"

# No home, and nowhere to write: looking works all the same.
nobody=(env -u HOME XDG_STATE_HOME= setpriv --reuid=65534 --regid=65534 --clear-groups "$folder/hvscope" --interval 0.1)
ends 'without a home there is a report' 0 n report
ends 'and a panel' 0 n show changes
ends 'but no change' 1 n set governor performance --yes
like 'as it could not be written down' "$output" 'journal'
is 'so nothing was changed' "$(all_files)" "$before"

done_testing

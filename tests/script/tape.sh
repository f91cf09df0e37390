#!/usr/bin/env bash
# Captures in one-shot commands and scripts: which tick they say, from files, pipes and gzip, and that nothing is written.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
mkdir "$tmp/state"
export HVSCOPE_STATE=$tmp/state LC_ALL=C.UTF-8

"$HVSCOPE" simulate --packages 2 --cores 4 --threads 2 --driver acpi-cpufreq --governor powersave --busy 50 --guests 6 \
	--seed 4 "$tmp/host" >/dev/null || exit 1
"$HVSCOPE" simulate --moving 0 "$tmp/host" >/dev/null &
moving=$!
tap_cleanup() {
	[[ -z $moving ]] || kill "$moving" 2>/dev/null
}
ends 'a machine that moves is captured' 0 "$HVSCOPE" --root "$tmp/host" capture --seconds 1.2 --interval 0.2 "$tmp/m.host"
kill "$moving"
wait "$moving" 2>/dev/null
moving=
m=$tmp/m.host
rm -r "$tmp/host"

ends 'the last tick is reported' 0 "$HVSCOPE" --open "$m" report --json
last=$output
like 'of a capture' "$last" '"kind": "capture"'
like 'it says which tick that is, and when it was' "$last" '"label": "CAPTURE tick 7 of 7, 20[0-9-]+ [0-9:]+Z"'
zone=$(TZ=Pacific/Auckland "$HVSCOPE" --open "$m" report --json)
is 'at the same time everywhere' "$zone" "$last"
is 'each time alike' "$("$HVSCOPE" --open "$m" report --json)" "$last"
is 'by its number too' "$("$HVSCOPE" --tick 7 report --open "$m" --json)" "$last"
is 'from a pipe' "$("$HVSCOPE" --open - report --json <"$m")" "$last"
gzip -k "$m"
is 'packed' "$("$HVSCOPE" --open "$m.gz" report --json)" "$last"
ends 'an earlier tick' 0 "$HVSCOPE" --open "$m" --tick 3 report --json
is 'is another' "$([[ $output == "$last" ]] || echo another)" another

ends 'a tick behind the end' 1 "$HVSCOPE" --open "$m" --tick 8 report
is 'is told' "$output" "hvscope: $m has 7 ticks: there is no tick 8"
ends 'also where the screen would open' 1 "$HVSCOPE" --open "$m" --tick 8 --script /dev/null
ends 'a tick of no capture' 2 "$HVSCOPE" --tick 3 report
ends 'a capture and a folder' 2 "$HVSCOPE" --open "$m" report --root /
ends 'a capture and a libvirt' 2 "$HVSCOPE" --open "$m" report --connect test:///default
ends 'a capture and a script in one pipe' 2 "$HVSCOPE" --open - --script - </dev/null
ends 'a capture that is not there' 1 "$HVSCOPE" --open "$tmp/none.host" report
like 'it is named' "$output" 'none\.host'

for panel in overview topology frequency idle guests memory devices changes; do
	ends "the panel $panel" 0 "$HVSCOPE" --open "$m" --tick 5 show $panel --size 120x40
	like "$panel says which tick it is" "${output%%$'\n'*}" 'CAPTURE.* tick 5 of 7 ❚❚ '
done

cat >"$tmp/script" <<-'END'
	size 120x30
	tick 2
	show
	tick 20
	wait 0.01
	show
	key ,
	show
END
ends 'a script' 0 "$HVSCOPE" --open "$m" --tick 2 --script "$tmp/script"
is 'goes on tick by tick, to the end and back' "$(grep -o 'tick [0-9]* of 7' <<<"$output" | paste -sd,)" \
	'tick 4 of 7,tick 7 of 7,tick 6 of 7'
like 'in the lines of the overview it is a machine as others' "$output" 'busy CPUs run at'

printf '%s\n' 'size 120x30' show tick show 'go 6' show 'tick 2' show >"$tmp/script"
ends 'a script without a tick' 0 "$HVSCOPE" --open "$m" --script "$tmp/script"
is 'begins at the first one' "$(grep -o 'tick [0-9]* of 7' <<<"$output" | paste -sd,)" \
	'tick 1 of 7,tick 2 of 7,tick 6 of 7,tick 7 of 7'
like 'the end is told' "$output" 'hvscope: .*script:7: the capture ends at tick 7'

ends 'the governor is not set' 1 "$HVSCOPE" --open "$m" set governor performance --yes
like 'the plan is shown' "$output" 'policy0-15 scaling_governor +powersave -> performance'
like 'the reason' "$output" 'nothing was changed: This is a capture of a machine'
like 'and the line for its owner' "$output" 'By hand +for p in .*echo performance'
ends 'from a pipe too' 1 "$HVSCOPE" --open - set governor performance --yes <"$m"
like 'with what was there' "$output" 'powersave -> performance'
guest=$("$HVSCOPE" --open "$m" show guests --size 200x40 | awk '/ running / { print $2 == "running" ? $1 : $2; exit }')
ends 'a guest is not pinned' 1 "$HVSCOPE" --open "$m" pin "$guest" vcpu 0 0-2 --live --yes
like 'the plan is shown, with what is there' "$output" 'live vcpu 0 +(-|[0-9]+) -> 0-2'
like 'with the line for its owner' "$output" 'By hand +virsh vcpupin .* 0 0-2 --live'
ends 'nor one where libvirt was not there' 1 "$HVSCOPE" --open "$top/tests/hosts/no-libvirt.host" pin x vcpu 0 1
like 'that is said of its time' "$output" 'When this was recorded: libvirt cannot be reached: '
unlike 'not how to mend it here' "$output" 'systemctl start'
ends 'nothing is undone' 1 "$HVSCOPE" --open "$m" undo --yes
like 'a capture has no journal' "$output" 'a capture has no journal'
ends 'and none is listed' 1 "$HVSCOPE" --open "$m" journal
is 'nothing was written' "$(ls -A "$HVSCOPE_STATE")" ''
done_testing

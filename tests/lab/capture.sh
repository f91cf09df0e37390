#!/usr/bin/env bash
# A machine with governors and idle states is recorded inside the lab, and played outside: the same report of each tick.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/lab.sh"

boot
cp "$HVSCOPE_BUILD/helper/record" "$lab/share/record"
ends 'it is recorded inside' 0 inside '/share/record -n 4 -i 500 /share/lab.host /share/lab'
like 'what was recorded is a running machine' "$(head -n 8 "$lab/share/lab.host")" ': kind live'
ends 'each report is the same when it is played' 0 "$HVSCOPE_BUILD/helper/record" -p "$lab/share/lab.host" "$lab/share/lab"
[[ -z $output ]] || echo "# $output"
"$HVSCOPE" --open "$lab/share/lab.host" report 2>&1 </dev/null | unlabelled >"$tmp/played"
is 'the program reports the last one' "$(diff "$lab/share/lab.4.txt" "$tmp/played")" ''
"$HVSCOPE" --open "$lab/share/lab.host" report --json 2>&1 </dev/null | unlabelled >"$tmp/played"
is 'in JSON too' "$(diff "$lab/share/lab.4.json" "$tmp/played")" ''
is 'clocks moved and were kept' "$("$HVSCOPE_BUILD/helper/json" facts frequency policy '*' driver <"$tmp/played" | sort | uniq -c | xargs)" \
	'4 acpi-cpufreq'

# The command itself, and what a second capture says of the first machine.
ends 'the command records inside' 0 inside 'hvscope capture /share/command.host --seconds 1 --interval 0.5'
"$HVSCOPE" --open "$lab/share/command.host" report --json >"$lab/share/report.json" 2>"$tmp/err" </dev/null
is 'what it wrote opens outside' "$? $(<"$tmp/err")" '0 '
judge_topology 2 2 2
ends 'a governor is not set there' 1 "$HVSCOPE" --open "$lab/share/command.host" set governor performance --yes
done_testing

#!/usr/bin/env bash
# The program opens every machine of tests/hosts: its report, each panel, and what differs between it and others.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
export HVSCOPE_STATE=$tmp
cd "$top" || exit 1

# What is written nowhere else: the panels are those of the table
mapfile -t panels < <(sed -n 's/^PANEL(\([a-z]*\),.*/\1/p' tui/panels.def)
for panel in "${panels[@]}"; do
	printf 'panel %s\nshow\n' "$panel"
done >"$tmp/script"
machines=(tests/hosts/*.host)

for file in "${machines[@]}"; do
	name=$(basename "$file" .host)
	ends "$name: report" 0 "$HVSCOPE" --open "$file" report
	like "$name: it says what it is of" "${output%%$'\n'*}" '^hvscope report .* CAPTURE tick ([0-9]+) of \1, [0-9]{4}-[0-9-]+ [0-9:]+Z$'
	ends "$name: as JSON" 0 "$HVSCOPE" --open "$file" report --json
	like "$name: of a capture" "$output" '"kind": "capture"'
	ends "$name: each panel" 0 "$HVSCOPE" --open "$file" --script "$tmp/script"
	is "$name: one label each" "$(grep -c '  CAPTURE ' <<<"$output")" "${#panels[@]}"
	ends "$name: is the same as itself" 0 "$HVSCOPE" diff "$file" "$file"
done

ends "a slow machine and its twin differ" 1 "$HVSCOPE" diff tests/hosts/pstate-slow.host tests/hosts/fine.host
like "by what makes it slow" "$output" 'frequency.policy\[0-7\].epp +power +performance'
is "there are machines" "$((${#machines[@]} >= 12))" 1
done_testing

#!/usr/bin/env bash
# Records each captured machine and plays it: every report of every tick is that of the machine, byte for byte.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

[[ -n ${HVSCOPE_TREES:-} ]] || skip_all 'no captured machines here (HVSCOPE_TREES)'
record=$HVSCOPE_BUILD/helper/record
mapfile -t trees <"$HVSCOPE_TREES/LIST"

# replay TREE - two ticks, the second of what is due only; then the program itself over the capture. What is wrong is printed.
replay() {
	local to=$tmp/$(flat "$1")
	timeout 100 "$record" -r "$HVSCOPE_TREES/$1" -n 2 "$to.host" "$to" >"$to.said" 2>&1 || echo "$1 is not recorded: $(head -n 5 "$to.said")"
	timeout 100 "$record" -p "$to.host" "$to" 2>&1 | head -n 5
	timeout 100 "$HVSCOPE" --open "$to.host" report >"$to.said" 2>&1 </dev/null || echo "$1 is not opened: $(head -n 5 "$to.said")"
	unlabelled <"$to.said" >"$to.same"
	cmp -s "$to.2.txt" "$to.same" || echo "$1: the program reports something else: $(diff "$to.2.txt" "$to.same" | head -n 5)"
	rm -f "$to".[!w]*
}
export record
export -f replay unlabelled

printf '%s\0' "${trees[@]}" | xargs -0 -P 2 -I '{}' bash -c 'replay "$1" >"$tmp/$(flat "$1").wrong"' - '{}'
for tree in "${trees[@]}"; do
	is "$tree" "$(cat "$tmp/$(flat "$tree").wrong" 2>&1)" ''
done
done_testing

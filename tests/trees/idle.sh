#!/usr/bin/env bash
# Judges our idle states of each captured machine by an awk reading of its files, by a table, and by what came with it.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Judges: files (names, latency, residency, disable, default_status, usage, time, above, below, rejected, driver, governor,
# latency limits and the deepest state they leave: all machines), table (idle.table), readme (the list of names beside the
# captures). A disagreement must be a row of idle-disagree.table, and each row must occur.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

mapfile -t trees < <(machines)
listed_case="each listed disagreement on idle states is still there"
table_case="idle.table has a row of each machine with a folder cpuidle, and of no other"
mapfile -t names < <(printf 'idle states of %s\n' "${trees[@]}")
without_trees "${names[@]}" "$listed_case" "$table_case"
readme=${HVSCOPE_HOSTS:-$top/../shared/hosts}/README.md
reports "${trees[@]}"

# raw_files TREE - PATH<tab>first line of all that has to do with idle states; an empty file has no line
raw_files() {
	cd "$HVSCOPE_TREES/$1/sys/devices/system/cpu" 2>/dev/null || return
	find -L cpuidle cpu[0-9]*/cpuidle cpu[0-9]*/power/pm_qos_resume_latency_us -type f -print0 2>/dev/null |
		xargs -0 -r awk 'FNR == 1 { print FILENAME "\t" $0 }'
}

# kinds < lines of states - CPUS|NAMES as in idle.table
kinds() {
	awk -F '\t' '
		$1 == "state" && !($2 in names) { order[++n] = $2 }
		$1 == "state" { names[$2] = names[$2] (names[$2] == "" ? "" : " ") $4 }
		END {
			for (i = 1; i <= n; i++)
				if (!seen[names[order[i]]]++)
					text = text (text == "" ? "" : ", ") names[order[i]]
			print n + 0 "|" (text == "" ? "-" : text)
		}'
}

# as_rows - in one order for both
as_rows() {
	sort -t $'\t' -k 1,1r -k 2,2n -k 3,3n
}

# differs TREE JUDGE WHAT OURS THEIRS - a line of $tmp/disagree, unless they are the same
differs() {
	[[ $4 == "$5" ]] || echo "$1|$2|$3|$4|$5" >>"$tmp/disagree"
}

# by_files TREE - the first row that differs stands for all
by_files() {
	local row what
	raw_files "$1" | awk -f "$tables/idle.awk" | as_rows >"$tmp/theirs"
	awk -F '\t' -v OFS='\t' '$1 == "cpu" { print $1, $2, $3, $4, $6; next } $2 != "deepest"' "$tmp/ours" | as_rows >"$tmp/mine"
	states=$((states + $(grep -c ^state "$tmp/theirs")))
	cmp -s "$tmp/mine" "$tmp/theirs" && return
	row=$(diff "$tmp/mine" "$tmp/theirs" | sed -n 's/^[<>] //p' | head -n 1 | cut -f 1-3)
	what=$(cut -f 1,2 <<<"$row" | tr '\t' ' ')
	differs "$1" files "$what" "$(grep -m 1 "^$row" "$tmp/mine" | tr '\t' ' ')" "$(grep -m 1 "^$row" "$tmp/theirs" | tr '\t' ' ')"
}

by_table() {
	local row
	row=$(rows idle.table | awk -F '|' -v tree="$1" '$1 == tree { print $2 "|" $3 "|" $4 "|" $5 }')
	[[ -z $row ]] || tabled=$((tabled + 1))
	differs "$1" table all "$mine" "${row:--|-|0|-}"
}

# The README lists the states of the first CPU that has all of them.
by_readme() {
	local row cpus words
	row=$(awk -F '|' -v tree="\`$1\`" '{ gsub(/^ +| +$/, "", $2) } $2 == tree { print $4 "|" $6 }' "$readme" 2>/dev/null)
	[[ -n $row ]] || return
	readme_rows=$((readme_rows + 1))
	cpus=$(sed 's,^ *\([0-9]*\) /.*,\1,' <<<"$row")
	words=$(sed 's/^[^|]*| *//; s/ *$//' <<<"$row")
	differs "$1" readme CPUs "$(cut -d '|' -f 3 <<<"$mine")" "$cpus"
	differs "$1" readme states "$(cut -d '|' -f 4 <<<"$mine" | sed 's/, .*//')" "$words"
}

states=0 tabled=0 readme_rows=0
: >"$tmp/disagree"
for tree in "${trees[@]}"; do
	"$HVSCOPE_BUILD/helper/report_idle" <"$tmp/report/$(flat "$tree").json" >"$tmp/ours" 2>"$tmp/broken"
	mine=$(awk -F '\t' '$1 == "text" && $2 != "deepest" { printf "%s|", $3 }' "$tmp/ours")$(kinds <"$tmp/ours")
	before=$(wc -l <"$tmp/disagree")
	by_files "$tree"
	by_table "$tree"
	by_readme "$tree"
	wrong=$(tail -n "+$((before + 1))" "$tmp/disagree" | while IFS= read -r line; do
		rows idle-disagree.table | grep -qF "$line|" || echo "$line"
	done)
	is "idle states of $tree" "$(cat "$tmp/broken")$wrong" ""
done
echo "# judged by their files: ${#trees[@]} machines, $states states; by idle.table: $tabled; by the README: $readme_rows"
is "$listed_case" "$(rows idle-disagree.table | cut -d '|' -f 1-5 | grep -vxFf "$tmp/disagree")" ""
is "$table_case" "$(for tree in "${trees[@]}"; do
	compgen -G "$HVSCOPE_TREES/$tree/sys/devices/system/cpu/cpuidle" >/dev/null ||
		compgen -G "$HVSCOPE_TREES/$tree/sys/devices/system/cpu/cpu[0-9]*/cpuidle/state0" >/dev/null && echo "$tree"
done | sort | diff - <(rows idle.table | cut -d '|' -f 1 | sort))" ""
done_testing

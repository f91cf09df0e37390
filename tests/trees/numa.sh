#!/usr/bin/env bash
# Judges our NUMA nodes of each captured machine by an awk reading of its files and by hwloc.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Judges: files (cpulist, cpumap or links, meminfo, distance, pools: every tree with nodes), hwloc (the same from its XML). A
# judge who is silent of a fact does not judge it, but what the files do not tell must not be known. A disagreement must be
# a row of numa.table, and each row must occur.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

mapfile -t trees < <(machines)
listed_case="each listed disagreement on nodes is still there"
none_case="a machine without folders of nodes has none"
mapfile -t names < <(printf 'nodes of %s\n' "${trees[@]}")
without_trees "${names[@]}" "$listed_case" "$none_case"
export LC_ALL=C tables HWLOC_THISSYSTEM=0 HWLOC_COMPONENTS=linux,stop HWLOC_KEEP_NVIDIA_GPU_NUMA_NODES=1
export numa=$HVSCOPE_BUILD/helper/report_numa
mkdir -p "$tmp/numa"

# raw_files TREE - PATH<tab>LINE of all that has to do with nodes
raw_files() {
	cd "$HVSCOPE_TREES/$1/sys/devices/system/node" 2>/dev/null || return
	find node[0-9]* -maxdepth 1 -name 'cpu[0-9]*' 2>/dev/null
	find node[0-9]* -maxdepth 0 -type d 2>/dev/null
	find node[0-9]* -type f \( -name cpulist -o -name cpumap -o -name distance -o -name meminfo -o -name nr_hugepages \) \
		-print0 2>/dev/null | xargs -0 -r awk '{ print FILENAME "\t" $0 }'
}

# compare JUDGE TREE OURS THEIRS - JUDGE FIELD OURS THEIRS of each field that differs: the first key stands for all
compare() {
	awk -F '\t' -v judge="$1" -v tree="$2" '
	FNR == NR { ours[$1, $2] = $3; next }
	{
		judged[$1, $2] = 1
		mine = ($1, $2) in ours ? ours[$1, $2] : "-"
		if (mine != $3 && ++differ[$1] == 1)
			first[$1] = ($2 == "-" ? "" : $2 " ") mine "|" $3
	}
	END {
		# the files tell all that there is: what we say besides was invented
		for (key in ours)
			if (judge == "files" && !(key in judged)) {
				split(key, at, SUBSEP)
				if (++differ[at[1]] == 1)
					first[at[1]] = at[2] " " ours[key] "|-"
			}
		for (field in differ)
			print tree "|" judge "|" field "|" differ[field] "|" first[field]
	}' "$3" "$4"
}

judge() {
	local tree=$1 to
	to=$tmp/numa/$(flat "$1")
	report_of "$tree"
	"$numa" <"$tmp/report/$(flat "$tree").json" >"$to.ours" 2>"$to.promise"
	echo $? >"$to.status"
	raw_files "$tree" | awk -f "$tables/lib.awk" -f "$tables/numa-files.awk" | sort >"$to.files"
	: >"$to.hwloc"
	if [[ -s $to.files ]] && command -v lstopo-no-graphics >/dev/null; then
		timeout 20 lstopo-no-graphics --input "$HVSCOPE_TREES/$tree" --if fsroot --of xml --no-io --disallowed \
			2>/dev/null </dev/null | awk -f "$tables/lib.awk" -f "$tables/numa-hwloc.awk" | sort >"$to.hwloc"
	fi
	compare files "$tree" "$to.ours" "$to.files" >"$to.disagree"
	compare hwloc "$tree" "$to.ours" "$to.hwloc" >>"$to.disagree"
	sort -o "$to.disagree" "$to.disagree"
} 2>/dev/null # a judge that crashes makes the shell say so
export -f judge raw_files compare
printf '%s\0' "${trees[@]}" | xargs -0 -P 2 -I '{}' bash -c 'judge "$1"' - '{}'

rows numa.table | cut -d '|' -f 1-6 | sort >"$tmp/listed"
files=0 hwloc=0 without=0 wrong=
for tree in "${trees[@]}"; do
	to=$tmp/numa/$(flat "$tree")
	by=
	for judge in files hwloc; do
		[[ ! -s $to.$judge ]] || by="$by $judge ($(cut -f 1 "$to.$judge" | sort -u | tr '\n' ' ' | sed 's/ $//'))"
	done
	[[ ! -s $to.files ]] || files=$((files + 1))
	[[ ! -s $to.hwloc ]] || hwloc=$((hwloc + 1))
	if [[ ! -s $to.files ]]; then
		without=$((without + 1))
		[[ ! -s $to.ours ]] || wrong="$wrong $tree"
	fi
	printf '# %-56s%s\n' "$tree" "${by:- no nodes}"
	unlisted=$(comm -23 "$to.disagree" "$tmp/listed")
	if [[ $(cat "$to.status") != 0 ]]; then
		fail "nodes of $tree" "$(cat "$to.promise")"
	elif [[ -n $unlisted ]]; then
		fail "nodes of $tree" "not in numa.table (tree|judge|field|how many|ours|theirs):" "$unlisted"
	else
		pass "nodes of $tree"
	fi
done
echo "# of ${#trees[@]} machines $files have nodes that their files judged, of those hwloc judged $hwloc; $without have none"

# Other versions of hwloc may have learned something; and who is not here disagrees with nobody.
known=files
[[ $(lstopo-no-graphics --version 2>/dev/null) != *' 2.9.'* ]] || known="$known|hwloc"
is "$listed_case" "$(cat "$tmp"/numa/*.disagree | sort | comm -13 - "$tmp/listed" | grep -E "^[^|]*\|($known)\|")" ""
is "$none_case" "$wrong" ""
done_testing

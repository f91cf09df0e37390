#!/usr/bin/env bash
# Judges our topology of each captured machine by lscpu, hwloc, what their projects expect, /proc/cpuinfo and a table.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A judge that refuses or crashes does not judge; a disagreement must be a row of disagree.table, and each row must occur.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

mapfile -t trees < <(machines)
listed_case="each listed disagreement is still there"
missing_case="each capture has a row in machines.table"
mapfile -t names < <(printf 'topology of %s\n' "${trees[@]}")
without_trees "${names[@]}" "$listed_case" "$missing_case"

export expected=${HVSCOPE_HOSTS:-$top/../shared/hosts}/expected
export tables LC_ALL=C
mkdir -p "$tmp/judge"

reader() {
	local program=$1
	shift
	awk -f "$tables/lib.awk" -f "$tables/$program.awk" "$@"
}

# Prints what the machine says of itself in the two places that need no topology folder.
raw_lines() {
	local list node
	[[ ! -f $1/proc/cpuinfo ]] || cat "$1/proc/cpuinfo"
	for list in "$1"/sys/devices/system/node/node[0-9]*/cpulist; do
		[[ -f $list ]] || continue
		node=${list%/cpulist}
		echo "node ${node##*/node} $(cat "$list")"
	done
}

by_lscpu() {
	command -v lscpu >/dev/null || return 0
	timeout 20 lscpu -s "$1" -p=CPU,CORE,SOCKET,NODE,CACHE >"$2.columns" 2>/dev/null </dev/null || return 0
	{ timeout 20 lscpu -s "$1" 2>/dev/null && cat "$2.columns"; } | reader lscpu
}

by_hwloc() {
	command -v lstopo-no-graphics >/dev/null || return 0
	HWLOC_THISSYSTEM=0 HWLOC_COMPONENTS=linux,stop timeout 20 lstopo-no-graphics --input "$1" --if fsroot --of xml \
		--no-io --disallowed 2>/dev/null </dev/null | reader hwloc -v "nodes=$3"
}

# What util-linux, hwloc and libvirt keep beside their captures as the right answer
by_expected() {
	local tree=$4 name=${4##*/} file
	for file in "$expected"/util-linux/*/lscpu-"$name"; do
		[[ ! -f $file || $tree != util-linux/* ]] || reader lscpu "$file"
	done
	for file in "$expected"/hwloc/*/_expected/"$name".console; do
		[[ ! -f $file || $tree != hwloc/* ]] || reader hwloc-console -v "nodes=$3" "$file"
	done
	for file in "$expected"/hwloc/*/_expected/"$name".xml; do
		[[ ! -f $file || $tree != hwloc/* ]] || reader hwloc -v "nodes=$3" "$file"
	done
	for file in "$expected"/libvirt/caps/vircaps-*-"${name#linux-}".xml; do
		[[ ! -f $file || $tree != libvirt/caps/* ]] || reader libvirt -v "nodes=$3" "$file"
	done
	[[ ! -f $1/_expected.txt ]] ||
		sed -n 's,^CPUs: \([0-9]*\)/.*Nodes: \([0-9]*\).*,cpus_online\t-\t\1\nnodes\t-\t\2,p' "$1/_expected.txt"
}

by_cpuinfo() {
	raw_lines "$1" | reader cpuinfo
}

# The table alone says what must not be known.
by_table() {
	awk -F '|' -v OFS='\t' -v tree="$4" '$1 == tree {
		print "packages", "-", $2
		print "nodes", "-", $3
		print "cores", "-", $4
		print "threads_per_core", "-", $5
		print "cpus_online", "-", $6
	}' "$tables/machines.table"
}

judge() {
	local tree=$1 root=$HVSCOPE_TREES/$1 nodes=0 judge to
	to=$tmp/judge/$(flat "$1")
	report_of "$tree"
	[[ ! -d $root/sys/devices/system/node ]] || nodes=1
	awk -f "$tables/ours.awk" "$tmp/report/$(flat "$tree").facts" >"$to.ours"
	for judge in lscpu hwloc expected cpuinfo table; do
		"by_$judge" "$root" "$to" $nodes "$tree" >"$to.$judge"
		[[ -s $to.$judge ]] || continue
		echo $judge >>"$to.judges"
		awk -v "tree=$tree" -v "judge=$judge" -f "$tables/compare.awk" "$to.ours" "$to.$judge" >>"$to.disagree"
	done
} 2>/dev/null # a judge that crashes makes the shell say so
export -f judge reader raw_lines by_lscpu by_hwloc by_expected by_cpuinfo by_table
printf '%s\0' "${trees[@]}" | xargs -0 -P 2 -I '{}' bash -c 'judge "$1"' - '{}'

rows disagree.table | cut -d '|' -f 1-5 | sort >"$tmp/listed"
lscpu=0 hwloc=0 expected_files=0 cpuinfo=0 alone=0
for tree in "${trees[@]}"; do
	to=$tmp/judge/$(flat "$tree")
	by=$(tr '\n' ' ' <"$to.judges" 2>/dev/null)
	[[ $by != *lscpu* ]] || lscpu=$((lscpu + 1))
	[[ $by != *hwloc* ]] || hwloc=$((hwloc + 1))
	[[ $by != *expected* ]] || expected_files=$((expected_files + 1))
	[[ $by != *cpuinfo* ]] || cpuinfo=$((cpuinfo + 1))
	[[ $by == *lscpu* || $by == *hwloc* ]] || alone=$((alone + 1))
	sort "$to.disagree" >"$to.sorted"
	unlisted=$(comm -23 "$to.sorted" "$tmp/listed")
	printf '# %-56s %s\n' "$tree" "$by"
	if [[ $by != *table* || ! -s $to.ours ]]; then
		fail "topology of $tree" "nobody judged it, or there is no report: $(cat "$tmp/report/$(flat "$tree").err")"
	elif [[ -n $unlisted ]]; then
		fail "topology of $tree" "not in disagree.table (tree|judge|field|ours|theirs):" "$unlisted"
	else
		pass "topology of $tree"
	fi
done
echo "# of ${#trees[@]} machines lscpu judged $lscpu, hwloc $hwloc, neither $alone;" \
	"expected files $expected_files, /proc/cpuinfo and node lists $cpuinfo, the table all"

# Other versions of the judges may have learned something; and who is not here disagrees with nobody.
known=(table cpuinfo)
[[ ! -d $expected ]] || known+=(expected)
[[ $(lscpu --version 2>/dev/null) != *' 2.38'* ]] || known+=(lscpu)
[[ $(lstopo-no-graphics --version 2>/dev/null) != *' 2.9.'* ]] || known+=(hwloc)
echo "# judges whose disagreements must be as listed: ${known[*]}"
gone=$(cat "$tmp"/judge/*.sorted | sort | comm -13 - "$tmp/listed" | grep -E "^[^|]*\|($(IFS='|' && echo "${known[*]}"))\|")
is "$listed_case" "$gone" ""
is "$missing_case" "$(cd "$HVSCOPE_TREES" && for folder in */*/{sys,proc} */*/*/{sys,proc}; do
	[[ ! -d $folder ]] || echo "${folder%/*}"
done | sort -u | comm -23 - <(machines | sort))" ""
done_testing

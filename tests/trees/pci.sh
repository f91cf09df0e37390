#!/usr/bin/env bash
# Judges our PCI devices of each captured machine by hwloc, by the files as a shell reads them, and by the list of names.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a judge does not say it does not judge; a disagreement must be a row of pci.table, and each row must occur.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

# with_devices - the trees that have any
with_devices() {
	local tree
	while read -r tree; do
		! compgen -G "$HVSCOPE_TREES/$tree/sys/bus/pci/devices/*" >/dev/null || echo "$tree"
	done < <(machines)
}

listed_case="each listed disagreement is still there"
none_case="machines without PCI have no devices"
if [[ -z ${HVSCOPE_TREES:-} ]]; then
	without_trees "devices of the captured machines" "$none_case" "$listed_case"
fi
mapfile -t trees < <(with_devices)

# line FILE - its first line, or nothing
line() {
	local text=''
	[[ ! -f $1 ]] || read -r text <"$1"
	echo "$text"
}

# said_by_files TREE - of each device what its files say, in the order in which they are to be believed
said_by_files() {
	local folder address alias vendor device class node
	for folder in "$HVSCOPE_TREES/$1"/sys/bus/pci/devices/*; do
		address=${folder##*/}
		vendor=$(line "$folder/vendor") device=$(line "$folder/device") class=$(line "$folder/class")
		alias=$(line "$folder/modalias")
		if [[ $alias =~ ^pci:v0000(....)d0000(....)sv.*bc(..)sc(..)i ]]; then
			vendor=${vendor:-0x${BASH_REMATCH[1]}} device=${device:-0x${BASH_REMATCH[2]}}
			class=${class:-0x${BASH_REMATCH[3]}${BASH_REMATCH[4]}00}
		fi
		printf '%s\tids\t%s\n' "$address" "$([[ -z $vendor || -z $device ]] && echo - ||
			tr 'A-F' 'a-f' <<<"${vendor#0x}:${device#0x}")"
		printf '%s\tclass_code\t%s\n' "$address" "$([[ -z $class ]] && echo - || tr 'A-F' 'a-f' <<<"${class:2:4}")"
		node=$(line "$folder/numa_node")
		printf '%s\tnode\t%s\n' "$address" "$([[ -z $node || $node -lt 0 ]] && echo - || echo "$node")"
		printf '%s\tdriver\t%s\n' "$address" "$([[ -L $folder/driver ]] && basename "$(readlink "$folder/driver")" || echo -)"
		printf '%s\trevision\t%s\n' "$address" "$([[ -f $folder/revision ]] && cut -c 3- "$folder/revision" || echo -)"
	done
}

said_by_hwloc() {
	command -v lstopo-no-graphics >/dev/null || return 0
	HWLOC_THISSYSTEM=0 HWLOC_COMPONENTS=linux,stop timeout 60 lstopo-no-graphics --input "$HVSCOPE_TREES/$1" --if fsroot \
		--of xml --filter io:all 2>/dev/null </dev/null | awk -f "$tables/pci-hwloc.awk"
}

said_by_names() {
	local list=/usr/share/misc/pci.ids
	[[ ! -f $list ]] || awk -f "$tables/pci-names.awk" "$tmp/ours" "$list"
}

# disagreements TREE JUDGE - where what the judge said in $tmp/theirs is not what we say, the first of each field
disagreements() {
	awk -F '\t' -v tree="$1" -v judge="$2" '
		FILENAME == ARGV[1] { ours[$1 "\t" $2] = $3; next }
		{
			is = $1 "\t" $2 in ours ? ours[$1 "\t" $2] : "missing"
			if (is != $3 && !seen[$2]++) { first[$2] = $1 " " is "|" $3 }
			if (is != $3) n[$2]++
		}
		END { for (f in first) print tree "|" judge "|" f "|" n[f] " devices, " first[f] }' "$tmp/ours" "$tmp/theirs"
}

rows pci.table 2>/dev/null | cut -d '|' -f 1-5 | sort >"$tmp/listed"
: >"$tmp/found"
devices=0
declare -A judged
for tree in "${trees[@]}"; do
	timeout 60 "$HVSCOPE" --root "$HVSCOPE_TREES/$tree" --interval 0.1 report --json --only pci 2>/dev/null </dev/null |
		awk -f "$tables/pci-ours.awk" >"$tmp/ours"
	: >"$tmp/wrong"
	for judge in hwloc files names; do
		"said_by_$judge" "$tree" >"$tmp/theirs"
		[[ ! -s $tmp/theirs ]] || judged[$judge]=$((${judged[$judge]:-0} + 1))
		disagreements "$tree" "$judge" >>"$tmp/wrong"
	done
	sort "$tmp/wrong" >>"$tmp/found"
	is "devices of $tree" "$(sort "$tmp/wrong" | comm -23 - "$tmp/listed")" ""
	devices=$((devices + $(cut -f 1 "$tmp/ours" | sort -u | wc -l)))
done
is "$none_case" "$(for tree in hwloc/linux/20s390-2g6s4c ghw/linux-s390x-snapshot pepc/rome0; do
	"$HVSCOPE" --root "$HVSCOPE_TREES/$tree" --interval 0.1 report --json --only pci 2>&1 </dev/null |
		grep -q '"devices": 0' || echo "$tree"
done)" ""
is "$listed_case" "$(sort "$tmp/found" | comm -13 - "$tmp/listed")" ""
echo "# devices compared: $devices, of ${#trees[@]} machines; judged by $(for judge in hwloc files names; do
	printf '%s %s ' "$judge" "${judged[$judge]:-0}"
done)"
done_testing

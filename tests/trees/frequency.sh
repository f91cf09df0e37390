#!/usr/bin/env bash
# Compares our policies of each captured machine with the files as a shell reads them, and base clocks with a table.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

mapfile -t trees < <(machines)
mapfile -t based < <(rows base.table | cut -d '|' -f 1 | sort -u)
mapfile -t names < <(printf 'policies of %s\n' "${trees[@]}" && printf 'base clocks of %s\n' "${based[@]}")
all_case="every CPU's base clock is that of its policy"
table_case="base.table names each policy of its machines once"
without_trees "${names[@]}" "$all_case" "$table_case"
reports "${trees[@]}"

# first_line FILE - into $line, trimmed; - when there is nothing
first_line() {
	line=''
	[[ ! -f $1 ]] || read -r line <"$1"
	line=${line:--}
}

# number FILE - into $line, - for anything that is none
number() {
	first_line "$1"
	[[ $line =~ ^[0-9]+$ ]] || line=-
}

# cpu_list WORD… - as the kernel writes a list, into $line
cpu_list() {
	local id from='' last=''
	line=''
	for id; do
		if [[ -n $last && $id -eq $((last + 1)) ]]; then
			last=$id
			continue
		fi
		[[ -z $last ]] || line+="$from$([[ $from == "$last" ]] || echo "-$last"),"
		from=$id last=$id
	done
	line+="$from$([[ $from == "$last" ]] || echo "-$last")"
}

# raw_policy ID FOLDER - what report_facts prints of it, without the base clock
raw_policy() {
	local out="policy"$'\t'"$1" words file
	first_line "$2/affected_cpus"
	[[ $line != - ]] || first_line "$2/related_cpus"
	words=$line
	# shellcheck disable=SC2086 # several words
	[[ $words == - ]] || cpu_list $words
	out+=$'\t'$line
	for file in scaling_driver scaling_governor scaling_available_governors; do
		first_line "$2/$file"
		out+=$'\t'$line
	done
	for file in scaling_min_freq scaling_max_freq cpuinfo_min_freq cpuinfo_max_freq scaling_cur_freq; do
		number "$2/$file"
		out+=$'\t'$line
	done
	first_line "$2/energy_performance_preference"
	echo "$out"$'\t'"$line"
}

# A folder of older kernels belongs to all CPUs it affects: the lowest one stands for them.
raw_policies() {
	local cpus=$HVSCOPE_TREES/$1/sys/devices/system/cpu folder id seen=' '
	for folder in "$cpus"/cpufreq/policy[0-9]*; do
		[[ ! -d $folder ]] || raw_policy "${folder##*/policy}" "$folder"
	done
	for folder in "$cpus"/cpufreq/policy[0-9]*; do
		[[ ! -d $folder ]] || return
	done
	while read -r id; do
		folder=$cpus/cpu$id/cpufreq
		[[ -d $folder && $seen != *" $id "* ]] || continue
		first_line "$folder/affected_cpus"
		seen+="$line "
		raw_policy "$id" "$folder"
	done < <(cd "$cpus" 2>/dev/null && printf '%s\n' cpu[0-9]* | sed 's/^cpu//' | sort -n)
}

policies=0
for tree in "${trees[@]}"; do
	raw_policies "$tree" | sort -t $'\t' -k 2n >"$tmp/theirs"
	said "$tree" | grep '^policy' | cut -f 1-10,12- >"$tmp/ours"
	if cmp -s "$tmp/ours" "$tmp/theirs"; then
		pass "policies of $tree"
	else
		fail "policies of $tree" "ours against the files:" "$(diff "$tmp/ours" "$tmp/theirs" | head -n 20)"
	fi
	policies=$((policies + $(wc -l <"$tmp/theirs")))
done
echo "# policies compared: $policies"

# stands TREE POLICY KHZ WHERE - whether the captured files give that clock at that place and at none before it
stands() {
	local cpus=$HVSCOPE_TREES/$1/sys/devices/system/cpu folder first second rest
	folder=$cpus/cpufreq/policy$2
	[[ -d $folder ]] || folder=$cpus/cpu$2/cpufreq
	number "$folder/base_frequency"
	[[ $line == - ]] || { [[ $4 == policy && $line == "$3" ]] && return; }
	number "$cpus/cpu$2/acpi_cppc/nominal_freq"
	[[ $line == - || $line == 0 ]] || { [[ $4 == cppc && $line -eq $(($3 / 1000)) ]] && return; }
	first_line "$folder/scaling_available_frequencies"
	if [[ $line != - ]]; then
		read -r first second rest < <(tr ' ' '\n' <<<"$line" | grep . | sort -rn | paste -sd ' ')
		: "$rest"
		[[ $((first - ${second:-0})) -ne 1000 ]] || first=$second
		[[ $4 == table && $first == "$3" ]]
		return
	fi
	[[ $4 == name ]] && grep -q -m 1 "^model name.*@ $(awk -v k="$3" 'BEGIN { printf "%.2f", k / 1e6 }')GHz" \
		"$HVSCOPE_TREES/$1/proc/cpuinfo"
}

# members LIST - its numbers, a line each
members() {
	tr ',' '\n' <<<"$1" | awk -F - '{ for (i = $1; i <= $NF; i++) print i }'
}

rows base.table >"$tmp/table"
for tree in "${based[@]}"; do
	wrong=''
	: >"$tmp/theirs"
	while IFS='|' read -r name list khz where; do
		[[ $name == "$tree" ]] || continue
		members "$list" | sed "s/\$/\t$khz/" >>"$tmp/theirs"
		stands "$tree" "${list%%[-,]*}" "$khz" "$where" || wrong+="$list: $khz does not stand in $where"$'\n'
	done <"$tmp/table"
	sort -n -o "$tmp/theirs" "$tmp/theirs"
	said "$tree" | grep '^policy' | cut -f 2,11 >"$tmp/ours"
	wrong+=$(diff "$tmp/ours" "$tmp/theirs" | head -n 20)
	is "base clocks of $tree" "$wrong" ""
done

is "$all_case" "$(for tree in "${trees[@]}"; do
	said "$tree" | awk -F '\t' -v tree="$tree" '
		$1 == "policy" && split($3, part, ",") {
			for (i in part) {
				n = split(part[i], ends, "-")
				for (id = ends[1]; id <= ends[n] + 0; id++)
					base[id] = $11
			}
		}
		$1 == "base" && ($2 in base) && base[$2] != $3 { print tree ": cpu" $2 " " $3 ", its policy " base[$2] }'
done)" ""
is "$table_case" "$(while IFS='|' read -r name list _; do
	members "$list" | sed "s,^,$name ,"
done <"$tmp/table" | sort | uniq -d)" ""
done_testing

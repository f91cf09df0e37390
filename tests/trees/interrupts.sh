#!/usr/bin/env bash
# Compares interrupts, mitigations, clock sources and uncore clocks of each captured machine with its files.
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

rows_of=$HVSCOPE_BUILD/helper/report_rows
mapfile -t trees < <(machines)
# kind NAME FILE: which captures have it is written down here, so that none can be lost
with_interrupts=(hotsos/openstack openshift/nto-baremetal-worker2 openshift/pao-sno-ocp47)
with_clock=(hotsos/openstack pcp/sysfs-numa-001)
mapfile -t names < <(printf 'interrupts of %s\n' "${with_interrupts[@]}"
	printf 'places of interrupts of %s\n' "${with_interrupts[@]}")
judged_case="the captures that have interrupts and clock sources are these"
clock_case="clock sources"
weak_case="mitigations"
uncore_case="uncore clocks"
nothing_case="nothing is invented where there is nothing"
without_trees "${names[@]}" "$judged_case" "$clock_case" "$weak_case" "$uncore_case" "$nothing_case"

only() {
	timeout 60 "$HVSCOPE" --root "$HVSCOPE_TREES/$1" --interval 0.1 report --json \
		--only interrupts,mitigations,clock,power,kvm >"$tmp/report/$(flat "$1").json" </dev/null
}
export -f only
printf '%s\0' "${trees[@]}" | xargs -0 -P 2 -I '{}' bash -c 'only "$1"' - '{}'

# ours TREE PROBE[.ROWS] FIELD…
ours() {
	local tree=$1
	shift
	"$rows_of" "$@" <"$tmp/report/$(flat "$tree").json" 2>&1
}

# first_line FILE - trimmed, - when there is nothing
first_line() {
	local line=''
	[[ ! -f $1 ]] || read -r line <"$1"
	echo "${line:--}"
}

# as_list LIST - a CPU list with its neighbours joined, as the kernel writes it
as_list() {
	tr ',' '\n' <<<"$1" | awk -F - '
		function out() { printf "%s%s", sep, from == last ? from : from "-" last; sep = "," }
		$0 == "-" { exit }
		{ for (i = $1; i <= $NF; i++) { if (i == last + 1 && seen) last = i; else { if (seen) out(); from = last = i; seen = 1 } } }
		END { if (seen) out(); else printf "-"; print "" }'
}

is "$judged_case" "$(for tree in "${trees[@]}"; do
	[[ ! -f $HVSCOPE_TREES/$tree/proc/interrupts ]] || echo "interrupts $tree"
	[[ ! -f $HVSCOPE_TREES/$tree/sys/devices/system/clocksource/clocksource0/current_clocksource ]] || echo "clock $tree"
done | sort)" "$({
	printf 'clock %s\n' "${with_clock[@]}"
	printf 'interrupts %s\n' "${with_interrupts[@]}"
} | sort)"

for tree in "${with_interrupts[@]}"; do
	awk -f "$tables/interrupts.awk" "$HVSCOPE_TREES/$tree/proc/interrupts" >"$tmp/theirs"
	# Behind the counts stand chip, number and action: the action is its end, the chip its beginning.
	is "interrupts of $tree" "$(ours "$tree" interrupts.irq name count chip action | awk -F '\t' '
		NR == FNR { sum[$1] = $2; text[$1] = $3; left++; next }
		{ left-- }
		!($1 in sum) { print "there is no " $1 }
		sum[$1] != $2 { print $1 ": " $2 ", not " sum[$1] }
		$3 != "-" && index(text[$1], $3) != 1 { print $1 ": chip " $3 " of " text[$1] }
		$4 != "-" && substr(text[$1], length(text[$1]) - length($4) + 1) != $4 { print $1 ": action " $4 " of " text[$1] }
		$4 == "-" && text[$1] != "-" { print $1 ": no action of " text[$1] }
		END { if (left) print left " lines are missing" }' "$tmp/theirs" -)" ""
	is "places of interrupts of $tree" "$(ours "$tree" interrupts.irq name affinity effective node |
		while IFS=$'\t' read -r name affinity effective node; do
			folder=$HVSCOPE_TREES/$tree/proc/irq/$name
			[[ $affinity == "$(as_list "$(first_line "$folder/smp_affinity_list")")" ]] || echo "$name may land on $affinity"
			[[ $effective == "$(as_list "$(first_line "$folder/effective_affinity_list")")" ]] || echo "$name is sent to $effective"
			near=$(first_line "$folder/node")
			[[ $near != -1 ]] || near=- # to none in particular
			[[ $node == "$near" ]] || echo "$name is of node $node"
		done)" ""
done

is "$clock_case" "$(for tree in "${with_clock[@]}"; do
	folder=$HVSCOPE_TREES/$tree/sys/devices/system/clocksource/clocksource0
	[[ $(ours "$tree" clock current available) == "$(first_line "$folder/current_clocksource")"$'\t'"$(
		first_line "$folder/available_clocksource")" ]] || echo "$tree: $(ours "$tree" clock current available)"
done)" ""

weak=0
wrong=''
dies=0
wrong_dies=''
for tree in "${trees[@]}"; do
	cpus=$HVSCOPE_TREES/$tree/sys/devices/system/cpu
	theirs=$(for file in "$cpus"/vulnerabilities/*; do
		[[ ! -f $file ]] || printf '%s\t%s\n' "${file##*/}" "$(first_line "$file")"
	done | LC_ALL=C sort)
	[[ $(ours "$tree" mitigations.weakness name text) == "$theirs" ]] || wrong+="$tree"$'\n'
	weak=$((weak + $(grep -c . <<<"$theirs")))
	theirs=$(for folder in "$cpus"/intel_uncore_frequency/*; do
		[[ -d $folder ]] || continue
		printf '%s' "${folder##*/}"
		for file in min max initial_min initial_max current; do
			printf '\t%s' "$(first_line "$folder/${file}_freq_khz")"
		done
		echo
	done)
	[[ $(ours "$tree" power.uncore name min_khz max_khz initial_min_khz initial_max_khz cur_khz) == "$theirs" ]] ||
		wrong_dies+="$tree"$'\n'
	dies=$((dies + $(grep -c . <<<"$theirs")))
done
is "$weak_case" "$wrong" ""
is "$uncore_case" "$wrong_dies" ""
echo "# weaknesses compared: $weak, uncore clocks: $dies"

# A capture stands still: nothing has a rate, and what it lacks is said to be missing, not to be none.
is "$nothing_case" "$(for tree in "${trees[@]}"; do
	ours "$tree" interrupts.irq per_s busiest | grep -qv $'^-\t-$' && echo "$tree has rates"
	ours "$tree" interrupts.cpu per_s net_rx_per_s | grep -qv $'^-\t-$' && echo "$tree has rates of CPUs"
	[[ $(ours "$tree" power package_w at_limit capped) == $'-\t-\t-' ]] || echo "$tree draws power"
	[[ $(ours "$tree" kvm present vhost_net) == $'-\t-' ]] || echo "$tree has or lacks KVM"
	[[ -f $HVSCOPE_TREES/$tree/proc/interrupts || -z $(ours "$tree" interrupts.irq name) ]] || echo "$tree has interrupts"
done)" ""
done_testing

# What the tests of captured real machines share: which there are, and what our report says of each.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# . tap.sh first. Trees are named <source>/<tree>, as in $HVSCOPE_TREES; flat NAME is a file name made of that.
tables=$top/tests/trees
facts=$HVSCOPE_BUILD/helper/report_facts
mkdir -p "$tmp/report"

flat() {
	echo "${1//\//__}"
}

# rows TABLE - its rows without the comments
rows() {
	grep -v '^#' "$tables/$1"
}

machines() {
	rows machines.table | cut -d '|' -f 1
}

# without_trees CASE… - skips each where there are no captures to look at, and ends
without_trees() {
	[[ -z ${HVSCOPE_TREES:-} ]] || return 0
	for name; do
		skip "$name" "no captured machines here (HVSCOPE_TREES)"
	done
	done_testing
}

# Two samples a tenth of a second apart: what a report says of a capture does not depend on how long that is.
report_of() {
	local to=$tmp/report/$(flat "$1")
	timeout 60 "$HVSCOPE" --root "$HVSCOPE_TREES/$1" --interval 0.1 report --json >"$to.json" 2>"$to.err" </dev/null
	echo $? >"$to.status"
	"$facts" <"$to.json" >"$to.facts" 2>"$to.promise"
	echo $? >>"$to.status"
}
export HVSCOPE facts tmp
export -f flat report_of

# reports TREE… - two at a time
reports() {
	printf '%s\0' "$@" | xargs -0 -P 2 -I '{}' bash -c 'report_of "$1"' - '{}'
}

# said TREE - the lines of report_facts
said() {
	cat "$tmp/report/$(flat "$1").facts"
}

# cpu_says TREE ID COLUMN - one word of a CPU: 3 online, 4 package, 5 die, 6 core, 7 node, 8 L3, 9 siblings, 10 kind
cpu_says() {
	said "$1" | awk -F '\t' -v id="$2" -v column="$3" '$1 == "cpu" && $2 == id { print $column }'
}

# count_of TREE NAME
count_of() {
	said "$1" | awk -F '\t' -v name="$2" '$1 == "count" && $2 == name { print $3 }'
}

# text_of TREE NAME
text_of() {
	said "$1" | awk -F '\t' -v name="$2" '$1 == "text" && $2 == name { print $3 }'
}

# fact TREE KEY… - what stands at that path of the facts, as tests/helper/json prints it
fact() {
	local tree=$1
	shift
	"$HVSCOPE_BUILD/helper/json" facts "$@" <"$tmp/report/$(flat "$tree").json"
}

# facts_of TREE KEY… - the same of many, on one line
facts_of() {
	fact "$@" | paste -sd ' '
}

# overview_of TREE - the first panel as text, made when it is asked for the first time
overview_of() {
	local to=$tmp/report/$(flat "$1").overview
	[[ -f $to ]] || "$HVSCOPE" --root "$HVSCOPE_TREES/$1" --interval 0.1 show overview --size 120x30 >"$to" 2>/dev/null </dev/null
	cat "$to"
}

# unlike_top TREE REGEX - what must not stand in the sentence of the overview
unlike_top() {
	local top_line
	top_line=$(overview_of "$1" | sed -n 4p)
	[[ -n $top_line && ! $top_line =~ $2 ]] || echo "$1: the overview says: $top_line"
}

# Named cases: a function each, whose name in words is the name of the case, and which prints what is wrong.
# shellcheck disable=SC2034 # for those who write cases
cpus=/sys/devices/system/cpu
# shellcheck disable=SC2034
nodes=/sys/devices/system/node

# there TREE PATTERN, not_there TREE PATTERN - what the case is about, so that it fails when the capture changes
there() {
	compgen -G "$HVSCOPE_TREES/$1$2" >/dev/null || echo "$1 has no $2: it teaches something else"
}

not_there() {
	! compgen -G "$HVSCOPE_TREES/$1$2" >/dev/null || echo "$1 has $2: it teaches something else"
}

same() {
	[[ $2 == "$3" ]] || echo "$1: expected $3, got $2"
}

# column TREE COLUMN - of all CPUs, runs of the same joined: "0-7:P 8-15:E"
column() {
	said "$1" | awk -F '\t' -v c="$2" '
		function flush() { if (n++) printf("%s%s:%s", (n > 2 ? " " : ""), (from == last ? from : from "-" last), is) }
		$1 == "cpu" {
			if (!seen++ || $c != is || $2 != last + 1) { flush(); from = $2; is = $c }
			last = $2
		}
		END { flush() }'
}

# run_cases - every function of the script with two words or more in its name, over reports of $all
run_cases() {
	local name cases
	mapfile -t all < <(machines)
	mapfile -t cases < <(sed -n 's/^\([a-z0-9_]*_[a-z0-9_]*\)() {$/\1/p' "$0")
	without_trees "${cases[@]//_/ }"
	reports "${all[@]}"
	for name in "${cases[@]}"; do
		is "${name//_/ }" "$("$name")" ""
	done
	done_testing
}

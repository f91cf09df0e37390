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

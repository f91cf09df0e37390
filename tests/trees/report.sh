#!/usr/bin/env bash
# Reports each captured machine: it ends well, says nothing on standard error, and keeps the names and types it promised.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The program under test is the one with sanitizers, so that a capture that makes it err fails here.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

mapfile -t trees < <(machines)
mapfile -t names < <(printf 'report of %s\n' "${trees[@]}")
largest=util-linux/ia64-512cpus
sanitized_case="the program under test has the sanitizers"
refused_case="the checker refuses what breaks the promise"
without_trees "$refused_case" "$sanitized_case" "${names[@]}" "text report of all"

# refuses WHAT JSON - the checker must not be the one that is content with everything
refuses() {
	local got
	got=$("$facts" <<<"$2" 2>&1 >/dev/null) && refused_all+="$1 was accepted"$'\n'
	[[ $got == *"$1"* ]] || refused_all+="$1: $got"$'\n'
}
host='"schema":"hvscope-report/1","host":{"kind":"k","label":"l","hostname":null,"kernel":null}'
top_counts='"packages":1,"nodes":1,"cores":1,"threads_per_core":1,"cpus_online":0'
refused_all=''
refuses "near" '{'
refuses "duplicate" '{"schema":"a","schema":"b"}'
refuses "report[0].schema" '{"schema":"hvscope-report/2"}'
refuses "is no list" "{$host,\"facts\":{\"topology\":{$top_counts},\"frequency\":{\"policy\":[],\"cpu\":[]}}}"
refuses "does not say why" "{$host,\"facts\":{\"topology\":{${top_counts/1/null},\"cpu\":[]}}}"
refuses "of another type" "{$host,\"facts\":{\"topology\":{${top_counts/1/\"1\"},\"cpu\":[]}}}"
refuses "does not rise" "{$host,\"facts\":{\"topology\":{$top_counts,\"cpu\":[{\"id\":1},{\"id\":1}]}}}"
refuses "cpu[0].die: is missing" "{$host,\"facts\":{\"topology\":{$top_counts,\"cpu\":[{\"id\":1}]}}}"
refuses "of an offline CPU" "{$host,\"facts\":{\"topology\":{$top_counts,\"cpu\":[{\"id\":1,\"online\":false,\"die\":0}]}}}"
refuses "how many rows" "{$host,\"facts\":{\"topology\":{$top_counts,\"cpu\":[{\"id\":1,\"online\":true}]}}}"
is "$refused_case" "$refused_all" ""

if nm "$HVSCOPE" 2>/dev/null | grep -q __asan_init; then
	pass "$sanitized_case"
else
	skip "$sanitized_case" "$HVSCOPE was built without them"
fi

reports "${trees[@]}"
for tree in "${trees[@]}"; do
	to=$tmp/report/$(flat "$tree")
	if [[ $(paste -sd ' ' "$to.status") != "0 0" || -s $to.err ]]; then
		fail "report of $tree" "status of the program and of the checker: $(paste -sd ' ' "$to.status")" \
			"$(head -n 20 "$to.err")" "$(head -n 20 "$to.promise")"
	elif [[ $(text_of "$tree" kind) != directory || $(text_of "$tree" label) != DIRECTORY ]]; then
		fail "report of $tree" "it does not say that it is of a folder"
	else
		pass "report of $tree"
	fi
done

# For people: no control character but the end of a line, and nothing that is not UTF-8.
text_report() {
	timeout 60 "$HVSCOPE" --root "$HVSCOPE_TREES/$1" --interval 0.1 report >"$tmp/text.$2" 2>&1 </dev/null || echo "$1 ended with $?"
	if LC_ALL=C tr -d '\n' <"$tmp/text.$2" | LC_ALL=C grep -q '[[:cntrl:]]'; then echo "$1 has control characters"; fi
	iconv -f UTF-8 -t UTF-8 "$tmp/text.$2" >/dev/null 2>&1 || echo "$1 is not UTF-8"
	grep -q . "$tmp/text.$2" || echo "$1 says nothing"
	rm -f "$tmp/text.$2"
}
export -f text_report
is "text report of all" "$(printf '%s\0' "${trees[@]}" | xargs -0 -P 2 -I '{}' bash -c 'text_report "$1" $$' - '{}')" ""

# For the reader: absolute times fail no test.
TIMEFORMAT='%U %S'
{ time report_of $largest; } 2>"$tmp/time"
seconds=$(awk '{ print $1 + $2 }' "$tmp/time")
echo "# $largest: $seconds s of CPU time"
done_testing

#!/usr/bin/env bash
# Keeps files and functions small: 400 lines a file, 60 a function, 45 for 95 of 100 functions.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check-size.sh [FOLDER]. Tables (*.def) may be longer. A function is counted with its signature and braces.
. "$(dirname "$0")/lib/tap.sh"
cd "${1:-$top}" || exit 1

mapfile -t sources < <(find probes widgets themes tui tests -name '*.[ch]' -o -name '*.sh' 2>/dev/null | sort)
mapfile -t code < <(find probes widgets themes tui -name '*.c' 2>/dev/null | sort)
mapfile -t functions_in < <(find probes widgets themes tui tests -name '*.[ch]' 2>/dev/null | sort)

# percentile PERCENT < sorted numbers in the first column
percentile() {
	awk -v p="$1" '{ n[NR] = $1 } END { i = int((NR * p + 99) / 100); print NR ? n[i ? i : 1] : 0 }'
}

# lengths FILE… - a line for each: its lines and its name
lengths() {
	(($# == 0)) || wc -l "$@" | awk '$2 != "total" { print $1, $2 }' | sort -n
}
lines=$(lengths "${sources[@]}")
too_long=$(awk '$1 > 400' <<<"$lines")
if [[ -z $too_long ]]; then pass "no file is longer than 400 lines"; else fail "no file is longer than 400 lines" "$too_long"; fi
echo "# .c files: ${#code[@]}, median $(lengths "${code[@]}" | percentile 50) lines (aim: 150)"

if ! ctags --version 2>/dev/null | grep -q Universal; then
	skip "functions are short" "universal-ctags is not installed"
	done_testing
fi
functions=$(ctags --languages=C --langmap=C:.c.h --kinds-C=f --fields=+ne -f - "${functions_in[@]}" | awk -F '\t' '
	{
		line = end = 0
		for (i = 4; i <= NF; i++) {
			if ($i ~ /^line:/) line = substr($i, 6)
			if ($i ~ /^end:/) end = substr($i, 5)
		}
		if (end) print end - line + 1, $2 ":" line ": " $1
	}' | sort -n)
total=$(grep -c . <<<"$functions")
p95=$(percentile 95 <<<"$functions")
longest=$(tail -n 1 <<<"$functions")
echo "# functions: $total, median $(percentile 50 <<<"$functions"), 95th percentile $p95, longest $longest"
too_long=$(awk '$1 > 60' <<<"$functions")
if [[ -z $too_long ]]; then pass "no function is longer than 60 lines"; else fail "no function is longer than 60 lines" "$too_long"; fi
if ((p95 <= 45)); then
	pass "95 of 100 functions have at most 45 lines"
else
	fail "95 of 100 functions have at most 45 lines" "the 95th percentile is $p95" "$(awk '$1 > 45' <<<"$functions")"
fi
done_testing

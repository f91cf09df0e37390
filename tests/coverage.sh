#!/usr/bin/env bash
# Prints how many lines of probes/ and widgets/ the tests have run, after a build with COV=1.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# coverage.sh BUILD. The aim is 90 % of each; files below that are named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${1:-.build/gcc-cov}

find "$build/probes" "$build/widgets" -name '*.gcno' 2>/dev/null | sort | while read -r notes; do
	source=${notes#"$build"/}
	source=${source%.gcno}.c
	[[ -e $source ]] || continue
	# gcov also speaks of headers: only the file itself counts
	gcov -n -o "$notes" "$source" 2>/dev/null | awk -v source="$source" '
		/^File / { mine = $2 == "\047" source "\047" }
		mine && /^Lines executed:/ { sub(/.*:/, ""); sub(/%/, ""); print source, $1, $3; mine = 0 }'
done | awk '
	{
		split($1, part, "/")
		run[part[1]] += $2 * $3 / 100
		all[part[1]] += $3
		if ($2 < 90)
			printf "coverage: %5.1f %% of %s\n", $2, $1
	}
	END {
		for (folder in all)
			printf "coverage: %5.1f %% of the lines in %s/\n", 100 * run[folder] / all[folder], folder
	}'

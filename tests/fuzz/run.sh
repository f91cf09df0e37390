#!/usr/bin/env bash
# Runs each fuzz target over its seeds, and with FUZZ_SECONDS > 0 lets it look for new inputs that long.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"

build=$top/.build/clang-fuzz/fuzz
found=$top/.build/fuzz
seconds=${FUZZ_SECONDS:-0}
# What was found stays: an input that breaks a parser is a seed of tomorrow.
for source in "$top"/tests/fuzz/*.c; do
	name=$(basename "$source" .c)
	seeds=$top/tests/fuzz/seeds/$name
	mapfile -t files < <(find "$seeds" -type f 2>/dev/null | sort)
	if [[ ! -x $build/$name ]]; then
		fail "$name" "$build/$name was not built"
		continue
	fi
	if ((${#files[@]} == 0)); then
		fail "$name has seeds" "there is none in tests/fuzz/seeds/$name"
		continue
	fi
	mkdir -p "$found/$name"
	ends "$name over ${#files[@]} seeds" 0 "$build/$name" -timeout=10 -artifact_prefix="$found/$name-" "${files[@]}"
	((seconds > 0)) || continue
	[[ ! -x ${source%.c}_corpus.sh ]] || "${source%.c}_corpus.sh" "$found/$name"
	words=()
	[[ ! -e ${source%.c}.dict ]] || words=(-dict="${source%.c}.dict")
	ends "$name for $seconds s" 0 "$build/$name" "${words[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$found/$name-" "$found/$name" "$seeds"
	grep -E 'stat::(number_of_executed_units|new_units_added)' <<<"$output" | sed 's/^/# /'
done
done_testing

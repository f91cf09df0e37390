#!/usr/bin/env bash
# Makes inputs for the fuzzer of captures: records each captured real machine and cuts the records into small captures.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# capture_corpus.sh FOLDER: writes them there; nothing without the program or the trees.
set -euo pipefail
cd "$(dirname "$0")/../.."
to=${1:?folder}
program=${HVSCOPE:-}
[[ -x $program ]] || program=.build/gcc/hvscope
[[ -x $program ]] || { echo "capture_corpus.sh: $program was not built, the corpus is the seeds alone" >&2 && exit 0; }
trees=${HVSCOPE_TREES:-$(tests/lib/trees.sh)}
[[ -n $trees ]] || exit 0

mkdir -p "$to"
machine=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while read -r tree; do
	timeout 60 "$program" --root "$trees/$tree" capture "$work/whole.host" --force --seconds 0.2 --interval 0.1 2>/dev/null || continue
	# One record in seven, from another one on in each tree: short inputs of every kind, with all of their ticks.
	awk -v start="$((++machine % 7))" '
		/^[h:@n.]/ { take = 1; taken = 0 }
		/^[=~>\/!]/ { take = (++n + start) % 7 == 0 && ++taken < 60 }
		take && length($0) < 2000' "$work/whole.host" >"$to/real-${tree//\//-}"
done <"$trees/LIST"

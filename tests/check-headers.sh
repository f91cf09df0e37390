#!/usr/bin/env bash
# Each header compiles alone, and twice in a row, with gcc and with clang.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check-headers.sh [FOLDER]. What one compiler takes alone the other does too, and clang starts slowly: among the fast tests
# it is left out where gcc is there.
. "$(dirname "$0")/lib/tap.sh"
cd "${1:-$top}" || exit 1

mapfile -t headers < <(find probes widgets themes tui tests -name '*.h' 2>/dev/null | sort)
mkdir "$tmp/twice"
for header in "${headers[@]}"; do
	printf '#include "%s"\n#include "%s"\nextern int not_empty;\n' "$header" "$header" >"$tmp/twice/${header//\//-}.c"
done
# -Werror: a warning is in the status too
compiled_by() {
	find "$tmp/twice" -name '*.c' -print0 | xargs -0 -r -P "$(nproc)" -n 40 \
		"$1" -std=c17 -D_GNU_SOURCE -I. -Wall -Wextra -Wpedantic -Werror -fsyntax-only
}
for compiler in gcc clang; do
	name="headers compile alone with $compiler (${#headers[@]})"
	if ! command -v $compiler >/dev/null; then
		skip "$name" "$compiler is not installed"
		continue
	fi
	ends "$name" 0 compiled_by $compiler
	[[ -n ${HVSCOPE_THOROUGH:-} ]] || break
done
done_testing

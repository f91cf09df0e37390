#!/usr/bin/env bash
# Each header compiles alone, and twice in a row, with gcc and with clang.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check-headers.sh [FOLDER]
. "$(dirname "$0")/lib/tap.sh"
cd "${1:-$top}" || exit 1

mapfile -t headers < <(find probes widgets themes tui tests -name '*.h' 2>/dev/null | sort)
for compiler in gcc clang; do
	name="headers compile alone with $compiler (${#headers[@]})"
	if ! command -v $compiler >/dev/null; then
		skip "$name" "$compiler is not installed"
		continue
	fi
	wrong=$(printf '%s\n' "${headers[@]}" | xargs -P "$(nproc)" -I HEADER sh -c "
		echo 'extern int not_empty;' | $compiler -std=c17 -D_GNU_SOURCE -I. -Wall -Wextra -Wpedantic -Werror -fsyntax-only \
			-include HEADER -include HEADER -x c - 2>&1 | head -n 5")
	if [[ -z $wrong ]]; then pass "$name"; else fail "$name" "$wrong"; fi
done
done_testing

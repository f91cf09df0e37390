#!/usr/bin/env bash
# No function of ours has the name of one that a library exports: the library itself would call ours instead.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/lib/tap.sh"

library=$HVSCOPE_BUILD/libhvscope.a
[[ -e $library ]] || skip_all "$library was not built"

# ours_in LIBRARY… - "LIBRARY: NAME" of what they export, without versions, that is in the list of ours
ours_in() {
	nm -AD --defined-only "$@" | awk -v list="$tmp/ours" '
		BEGIN { while ((getline name < list) > 0) ours[name] }
		{ sub(/@.*/, "", $3) }
		$3 in ours { sub(/:[^:]*$/, "", $1); print $1 ": " $3 }'
}

nm --defined-only "$library" 2>/dev/null | awk '$2 ~ /^[TDBRCV]$/ { print $3 }' >"$tmp/ours"
program=$(find "$HVSCOPE_BUILD" -maxdepth 2 -type f -executable \( -name hvscope -o -name term_demo \) | sort | head -n 1)
mapfile -t libraries < <(ldd "${program:-/bin/sh}" | awk '$3 ~ /^\// { print $3 }' | grep -vE 'san|libstdc|libgcc')
is 'the program was built' "$([[ -n $program ]] && echo yes)" yes
clashes=$(ours_in "${libraries[@]}")
is 'no name is also that of a library' "$clashes" ''

# The check sees what it looks for.
echo 'vsnprintf' >>"$tmp/ours"
c_library=$(ldd /bin/sh | awk '/libc\.so/ { print $3 }')
is 'a name of the C library would be seen' "$(ours_in "$c_library" | sort -u)" "$c_library: vsnprintf"
done_testing

#!/usr/bin/env bash
# No function of ours has the name of one that a library exports: the library itself would call ours instead.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/lib/tap.sh"

library=$HVSCOPE_BUILD/libhvscope.a
[[ -e $library ]] || skip_all "$library was not built"

# exported_by LIBRARY - what it exports, without versions
exported_by() {
	nm -D --defined-only "$1" | awk '{ sub(/@.*/, "", $3); print $3 }' | LC_ALL=C sort -u
}

nm --defined-only "$library" 2>/dev/null | awk '$2 ~ /^[TDBRCV]$/ { print $3 }' | LC_ALL=C sort -u >"$tmp/ours"
program=$(find "$HVSCOPE_BUILD" -maxdepth 2 -type f -executable \( -name hvscope -o -name term_demo \) | sort | head -n 1)
libraries=$(ldd "${program:-/bin/sh}" | awk '$3 ~ /^\// { print $3 }' | grep -vE 'san|libstdc|libgcc')
is 'the program was built' "$([[ -n $program ]] && echo yes)" yes
clashes=
for file in $libraries; do
	exported_by "$file" >"$tmp/theirs"
	both=$(LC_ALL=C comm -12 "$tmp/ours" "$tmp/theirs" | tr '\n' ' ')
	[[ -z $both ]] || clashes+="$(basename "$file"): $both"$'\n'
done
is 'no name is also that of a library' "$clashes" ''

# The check sees what it looks for.
echo 'vsnprintf' >>"$tmp/ours"
LC_ALL=C sort -u -o "$tmp/ours" "$tmp/ours"
exported_by "$(ldd /bin/sh | awk '/libc\.so/ { print $3 }')" >"$tmp/theirs"
is 'a name of the C library would be seen' "$(LC_ALL=C comm -12 "$tmp/ours" "$tmp/theirs")" vsnprintf
done_testing

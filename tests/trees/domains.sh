#!/usr/bin/env bash
# Reads every domain XML of the real hosts' files under the sanitizers, and compares what it found with another parser.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"

hosts=${HVSCOPE_HOSTS:-$top/../shared/hosts}
names=("each domain XML is read or refused with a reason" "another parser reads the same" "pins can be taken out of each")
if [[ ! -d $hosts/files ]]; then
	for name in "${names[@]}"; do
		skip "$name" "no files of real hosts here"
	done
	done_testing
fi
find "$hosts/files" "$hosts/expected" -name '*.xml' | sort >"$tmp/list"
ends "${names[0]}" 0 xargs -a "$tmp/list" "$HVSCOPE_BUILD/helper/domain"
printf '%s\n' "$output" >"$tmp/ours"
count() {
	grep -c "^$1" "$tmp/ours"
}
echo "# files $(count file), read $(count name), refused $(count refused): disks $(count disk)," \
	"interfaces $(count interface), pins $(count without)"
is "more than a thousand domains are read" "$( (($(count name) > 1000)) || count name)" ""
is "what is refused has a reason" "$(grep -xE 'refused[[:space:]]*' "$tmp/ours")" ""
if command -v python3 >/dev/null; then
	xargs -a "$tmp/list" python3 "$top/tests/trees/domains.py" >"$tmp/theirs"
	is "${names[1]}" "$(sed 's/^refused.*/refused/' "$tmp/ours" | diff - "$tmp/theirs")" ""
else
	skip "${names[1]}" "python3 is not installed"
fi
is "${names[2]}" "$(grep '^without.*no$' "$tmp/ours")" ""
done_testing

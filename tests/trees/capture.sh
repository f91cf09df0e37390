#!/usr/bin/env bash
# Captures each real machine: it ends well, the capture opens, and captured again it is the same to the last byte.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib/tap.sh"
. "$top/tests/lib/captures.sh"

mapfile -t trees < <(machines)
mapfile -t names < <(printf 'capture of %s\n' "${trees[@]}")
without_trees "${names[@]}"

# What is wrong, nothing when all is well.
captured() {
	local to
	to=$tmp/$(flat "$1")
	timeout 60 "$HVSCOPE" --root "$HVSCOPE_TREES/$1" capture "$to.host" --seconds 0 2>"$to.err" || cat "$to.err"
	timeout 60 "$HVSCOPE" --open "$to.host" capture "$to.host.gz" 2>"$to.err" || cat "$to.err"
	gzip -dc "$to.host.gz" | cmp - "$to.host" 2>&1
	rm -f "$to.host" "$to.host.gz"
}
export -f captured

printf '%s\0' "${trees[@]}" | xargs -0 -P 2 -I '{}' bash -c 'captured "$1" >"$tmp/$(flat "$1").says"' - '{}'
for tree in "${trees[@]}"; do
	is "capture of $tree" "$(cat "$tmp/$(flat "$tree").says")" ''
done
done_testing

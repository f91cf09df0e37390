#!/usr/bin/env bash
# Masks the domain XML of real projects: none of what their guests are called and have is left, and each reads as before.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"

hosts=${HVSCOPE_HOSTS:-$top/../shared/hosts}
masked=$HVSCOPE_BUILD/helper/masked
[[ -d $hosts/files ]] || skip_all "no files of real hosts here"
command -v python3 >/dev/null || skip_all "python3 is not installed"
look() {
	python3 "$top/tests/lib/masked.py" "$@" 2>"$tmp/looked"
}
# What each document says of the guest, without its name and UUID; a line a document
facts() {
	xargs -a <(find "$1" -name '*.xml' | sort) "$HVSCOPE_BUILD/helper/domain" |
		awk -F '\t' '/^file/ { printf "\n" } !/^(file|name|uuid)/ { printf "%s|", $0 }' | sort
}

find "$hosts"/files/{libvirt,virt-manager,vdsm} -name '*.xml' | sort | xargs python3 "$top/tests/lib/masked.py" tree "$tmp/tree"
count=$(wc -l <"$tmp/tree/@virt/guests")
if ((count >= 500)); then pass "there are $count domains"; else fail "there are domains" "$count"; fi
"$masked" answers "$tmp/tree" >"$tmp/answers" || fail 'they can be read'
"$masked" -p answers "$tmp/tree" >"$tmp/plain"
is 'no name of them is left' "$(look left "$tmp/tree" "$tmp/answers")" ''
echo "$(<"$tmp/looked")"
left=$(look left "$tmp/tree" "$tmp/plain" | wc -l)
if ((left > 900)); then pass "the same look finds $left where nothing is masked"; else fail 'the look finds names' "$left"; fi
is 'each is well formed' "$(look formed "$tmp/answers")" ''
look extract "$tmp/answers" "$tmp/new"
look extract "$tmp/plain" "$tmp/old"
is 'as many documents' "$(find "$tmp/new" -name '*.xml' | wc -l)" "$count"
is 'that say the same of the guests' "$(diff <(facts "$tmp/old") <(facts "$tmp/new"))" ''
done_testing

#!/usr/bin/env bash
# Of machines with guests nothing that names them is left when masked, and all else is reported as before.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
masked=$HVSCOPE_BUILD/helper/masked
cd "$top" || exit 1
command -v python3 >/dev/null || skip_all "python3 is not installed"
look() {
	python3 tests/lib/masked.py "$@" 2>"$tmp/looked"
}

# machine NAME: of the folder $tmp/NAME; $allowed: what may differ in its report
machine() {
	"$masked" answers "$tmp/$1" >"$tmp/$1.answers" && "$masked" -p answers "$tmp/$1" >"$tmp/$1.plain" || fail "$1 can be read"
	is "$1: no name of it is left" "$(look left "$tmp/$1" "$tmp/$1.answers")" ''
	echo "$(<"$tmp/looked")"
	like 'and there were some' "$(<"$tmp/looked")" '[1-9][0-9]* of guest.*[1-9][0-9]* of mac.*[1-9][0-9]* of path.*[1-9][0-9]* of uuid'
	unlike 'which the same look finds where nothing is masked' "$(look left "$tmp/$1" "$tmp/$1.plain" | wc -l)" '^[0-9]$'
	is 'each document is as well formed as before' "$(look formed "$tmp/$1.answers" | wc -l)" "$(look formed "$tmp/$1.plain" | wc -l)"
	ends "$1: captured" 0 "$HVSCOPE" --root "$tmp/$1" --interval 0.1 capture "$tmp/$1.host" --seconds 0.3 --anonymous
	is 'none is left in the capture' "$(look left "$tmp/$1" "$tmp/$1.host")" ''
	is 'which is not empty' "$(grep -c '^=[-+0-9]* @virt/.*/xml' "$tmp/$1.host" | sed 's/[1-9][0-9]*/some/')" some
	is 'and is played' "$("$HVSCOPE" --open "$tmp/$1.host" report --json --only kernel | "$HVSCOPE_BUILD/helper/json" facts kernel hostname)" host1
	"$masked" report "$tmp/$1" >"$tmp/$1.json" && "$masked" -p report "$tmp/$1" >"$tmp/$1.was" || fail "$1 can be reported"
	is 'its report differs in names alone' "$(look same "$tmp/$1.was" "$tmp/$1.json" | grep -vE "$allowed")" ''
}

for name in guests hostile-guests; do
	mkdir "$tmp/$name"
	"$masked" unpack "$tmp/$name" $name
done
"$HVSCOPE" simulate --guests 20 --packages 2 --cores 16 "$tmp/simulated" >/dev/null
# as its administrators call things: plain words for guests, its own name and theirs for all that is around them
mkdir "$tmp/named"
"$masked" unpack "$tmp/named" guests
python3 tests/lib/masked.py named "$tmp/named"
# interfaces are sorted by the names that they have then
allowed='^\.facts\.(net\.interface|kernel\.cmdline |daemons\.(tuned_profile |tuned_[a-z_]*_why ))' machine named
allowed='^$' machine guests
# what is in the root's place was a name too; and a day may begin between two reports
allowed='^\.facts\.(kernel\.cmdline|firmware\.bios_age_years) ' machine simulated
# shown in another form than they have: cut off, and without what a terminal would obey
allowed='\.(who|runs|others|cgroup) ' machine hostile-guests
# What came before the guests were known would name them.
printf '%s\n' 'hvscope-capture 1' ': kind live' ': hostname node7' ': writable 0' '@ 1 1000000 2026-11-27T18:56:42Z all' \
	'! @virt/guests EINPROGRESS' '/ /sys/class/net' '	web3-eth0' '.' >"$tmp/late.host"
ends 'guests that are not known yet' 1 "$HVSCOPE" --open "$tmp/late.host" --timeout 0.1 capture "$tmp/out.host" --anonymous
like 'are told' "$output" 'libvirt has not said which guests there are.*--timeout'
[[ ! -e $tmp/out.host ]] && pass 'and nothing is written' || fail 'and nothing is written'
done_testing

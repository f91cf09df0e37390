#!/usr/bin/env bash
# Real guests on a private libvirtd, recorded and played: the same reports, no secret in it, and no name where it is anonymous.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
. "$(dirname "$0")/../lib/virtfacts.sh"
export HVSCOPE_STATE=$tmp/state

virt_start
virt_guests
record=$HVSCOPE_BUILD/helper/record
names='legacy fast pinned vnc fleeting off'

hv() {
	timeout 60 "$HVSCOPE" "$@" </dev/null
}

# the machine and its capture, tick by tick
ends 'it is recorded' 0 timeout 100 "$record" -c "$VIRT_URI" -n 4 -i 500 -w 20000 "$tmp/live.host" "$tmp/live"
ends 'each report is the same when it is played' 0 timeout 100 "$record" -p "$tmp/live.host" "$tmp/live"
[[ -z $output ]] || echo "# $output"
hv --open "$tmp/live.host" report 2>&1 | unlabelled >"$tmp/played"
is 'the program reports the last one' "$(diff "$tmp/live.4.txt" "$tmp/played")" ''
hv --open "$tmp/live.host" report --json 2>&1 | unlabelled >"$tmp/report.json"
is 'in JSON too' "$(diff "$tmp/live.4.json" "$tmp/report.json")" ''
is 'with all guests' "$(fact guests guest '*' name | sort | xargs)" 'fast fleeting legacy off pinned vnc'
is 'of the machine that was recorded' "$(fact guests of_this_machine)" true
is 'their pins' "$(placed_threads pinned role pinned | sort | uniq -c | xargs)" '1 emulator false 2 vcpu true'
is 'and their threads, as the kernel has them' \
	"$(thread_rows fast tid | sort)" "$(kernel_threads "$(pid_of fast)" | awk '{ print $1 }' | sort)"

# the command
ends 'the command records' 0 hv --connect "$VIRT_URI" --timeout 20 capture "$tmp/command.host" --seconds 2 --interval 0.5
hv --open "$tmp/command.host" report --json --only guests,threads,placement >"$tmp/report.json" 2>"$tmp/err"
is 'what it wrote opens' "$? $(<"$tmp/err")" '0 '
is 'with all guests' "$(fact guests guest '*' name | sort | xargs)" 'fast fleeting legacy off pinned vnc'
for file in live command; do
	unlike "no password is in $file.host" "$(grep -c secret7 "$tmp/$file.host")" '[1-9]'
done
hv --open "$tmp/command.host" show guests --size 120x30 >"$tmp/panel" 2>&1
for name in $names; do
	like "the panel has $name" "$(<"$tmp/panel")" " $name "
done
definition=$(virsh dumpxml --inactive fast)
ends 'nothing is pinned in it' 1 hv --open "$tmp/command.host" pin fast vcpu 2 0 --config --yes
like 'but the lines for the owner are shown' "$output" 'virsh .* vcpupin .* 2 0 --config'
is 'and libvirt was not asked' "$(virsh dumpxml --inactive fast)" "$definition"

# anonymous
ends 'it is recorded without names' 0 hv --connect "$VIRT_URI" --timeout 20 capture "$tmp/mask.host.gz" --seconds 1 \
	--interval 0.5 --anonymous
zcat "$tmp/mask.host.gz" >"$tmp/mask.host"
is 'there is something in it' "$(($(grep -c . "$tmp/mask.host") > 1000))" 1
# The words that give it away; of names those that are no words of libvirt's or QEMU's own.
secrets=("$virt/images" secret7)
name=$(hostname)
((${#name} < 4)) || secrets+=("$name") # "vm" is a word
for name in legacy pinned fleeting; do
	secrets+=("$name")
done
for name in $names; do
	secrets+=("$(virt_uuid "$name")" "$name.img")
done
for number in 1 2 3 4 5 6; do
	secrets+=("52:54:00:aa:00:0$number")
done
for secret in "${secrets[@]}"; do
	is "nothing says ${secret/#$virt/…}" "$(grep -inwF -m 2 -e "$secret" "$tmp/mask.host")" ''
done
hv --open "$tmp/mask.host.gz" report --json --only guests,threads,placement >"$tmp/report.json" 2>"$tmp/err"
is 'it opens' "$? $(<"$tmp/err")" '0 '
is 'with as many guests' "$(fact guests guest '*' name | grep -c .)" 6
is 'that have their threads' "$(fact threads processes)" 5
is 'and are joined with them' "$(fact placement guest '*' joined | sort | uniq -c | xargs)" '1 false 5 true'
hv --open "$tmp/mask.host.gz" show guests --size 120x30 >"$tmp/panel" 2>&1
like 'the panel shows them by other names' "$(<"$tmp/panel")" ' guest[0-9]+ '
done_testing

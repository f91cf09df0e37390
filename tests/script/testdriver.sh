#!/usr/bin/env bash
# Guests of libvirt's test driver, which are on no machine: they are shown, what it cannot tell is unknown, none is pinned.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
export HVSCOPE_STATE=$tmp/state
json=$HVSCOPE_BUILD/helper/json

cat >"$tmp/node.xml" <<-'X'
	<node>
	  <domain type='test'>
	    <name>web1</name><uuid>22222222-2222-4222-8222-000000000001</uuid>
	    <memory>65536</memory><vcpu>2</vcpu><os><type>hvm</type></os>
	    <cputune><vcpupin vcpu='0' cpuset='1'/></cputune>
	    <devices><disk type='file'><source file='/nowhere'/><target dev='hda' bus='ide'/></disk></devices>
	  </domain>
	  <domain type='test'>
	    <name>db2</name><uuid>22222222-2222-4222-8222-000000000002</uuid>
	    <memory>131072</memory><vcpu>4</vcpu><os><type>hvm</type></os>
	  </domain>
	</node>
X
uri=test://$tmp/node.xml
hv() {
	timeout 30 "$HVSCOPE" --connect "$uri" --interval 0.2 "$@" </dev/null
}
report() {
	hv report --json --only guests,threads,placement >"$tmp/json" 2>"$tmp/err"
}
fact() {
	"$json" facts "$@" <"$tmp/json"
}
# of LIST NAME FIELD - of the guest of that name
of() {
	local at
	at=$(fact "$1" guest '*' name | awk -v name="$2" '$0 == name { print NR - 1; exit }')
	fact "$1" guest "$at" "${@:3}"
}

if ! report || [[ $(fact guests link) != connected ]]; then
	skip_all "libvirt has no test driver here: $(fact guests why)"
fi
is 'nothing is said on the side' "$(<"$tmp/err")" ''
is 'it is no host of ours' "$(fact guests driver) $(fact guests of_this_machine)" 'TEST false'
is 'its guests are there' "$(fact guests guest '*' name | sort | paste -sd ' ')" 'db2 web1'
is 'with what it tells' "$(of guests web1 state) $(of guests web1 vcpus) $(of guests web1 memory_kib)" 'running 2 65536'
is 'a pin as the document has it' "$(of guests web1 pin 0 cpus) $(of guests web1 pin 1 cpus)" '1 null'
is 'and the disk' "$(of guests web1 disk 0 target) $(of guests web1 disk 0 bus)" 'hda ide'
is 'one more of another guest' "$(of guests db2 vcpus) $(of guests db2 pin 3 cpus)" '4 null'
for field in pid busy wait_ms_per_s wait_us pinned nodes cpus memory_node conflicts; do
	is "$field of a guest elsewhere is unknown, and no zero" "$(of placement web1 $field)" null
	like 'with the reason' "$(of placement web1 ${field}_why)" 'another host'
done
is 'it has no threads here' "$(of placement web1 joined) $(of placement web1 thread)" 'false []'
is 'and nobody of this machine is taken for it' "$(fact threads guest '*' key | grep -c ^2222)" 0
ends 'the report in words' 0 hv report --only guests,placement
like 'has them too' "$output" 'web1'
# Of whatever else runs on this machine the list is kept free.
for size in 120x40 80x24 40x12; do
	printf '%s\n' "size $size" tick 'key 5' 'filter elsewhere' show >"$tmp/script"
	ends "the panel at $size" 0 hv --script "$tmp/script"
	like 'names them' "$output" 'web1 .*db2|db2 .*web1'
	like 'and whose they are' "$output" 'The guests of'
	unlike 'without a number that nobody knows' "$output" '(web1|db2) +(running +[24] +)?[0-9.]+ ms'
	[[ $size == 40x12 ]] || like 'they run nowhere' "$(tr -s ' \n' ' ' <<<"$output")" 'are libvirt.s test driver.s: they run nowhere'
done

ends 'a pin' 1 hv pin web1 vcpu 0 0 --yes
like 'is refused, and why' "$output" 'web1 runs on .*: guests of another host are shown, and never pinned'
ends 'of a definition too' 1 hv pin db2 all 1:1 0-1 --config --yes
like 'is refused the same way' "$output" 'never pinned'
cat >"$tmp/script" <<-'END'
	size 120x40
	tick
	key 5
	filter web1
	key p
	show
	pin web1 vcpu 0 0
	show
END
ends 'the keys' 0 hv --script "$tmp/script"
like 'open no picker' "$output" 'another host: they are never pinned from here'
unlike 'and no plan' "$output" 'Yes, change it'
is 'nothing is journalled' "$(cat "$tmp/state/journal" 2>/dev/null)" ''

uri=test:///default
report
is 'the guest that it always has' "$(fact guests guest '*' name) $(fact guests of_this_machine)" 'test false'
ends 'is not pinned either' 1 hv pin test vcpu 0 0 --yes

uri=test://$tmp/nowhere.xml
report
is 'a file that is not there is no reason to stop' $? 0
like 'and it is said' "$(fact guests link) $(fact guests why)" '(none|refused|lost) .*nowhere\.xml'
is 'no guest is counted' "$(fact guests total)" null

# A directory is looked at alone, whoever is asked for its guests.
"$HVSCOPE" simulate --packages 1 --cores 4 --threads 2 "$tmp/host" >/dev/null || exit 1
uri=test://$tmp/node.xml
is 'a directory with a connection' "$(hv --root "$tmp/host" show guests --size 120x40 | grep -c 'DIRECTORY')" 1
ends 'shows the guests' 0 hv --root "$tmp/host" show guests --size 120x40
like 'by name' "$output" 'web1'
ends 'and pins none' 1 hv --root "$tmp/host" pin web1 vcpu 0 0 --yes
like 'with the reason' "$output" 'never pinned|directory|only shown|only looked'
done_testing

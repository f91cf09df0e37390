#!/usr/bin/env bash
# Measures keys while libvirtd is stopped: from a key on the panel of guests to the picture, and from q to the end.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/bench/silent.sh, with HVSCOPE_BUILD; prints lines as tests/bench/run.sh does
. "$(dirname "$0")/../lib/virt.sh"
KEYS=${HVSCOPE_BENCH_KEYS:-200}
ENDS=${HVSCOPE_BENCH_ENDS:-10}
export HVSCOPE_STATE=$tmp/state

# The first and the last by name, whoever else has guests here.
named() {
	virt_xml_legacy | sed -e "s/<name>legacy/<name>$1/" -e "s/1<.uuid>/$2<\/uuid>/" -e "s/<target dev='hda'/<shareable\/>&/" \
		-e "s/52:54:00:aa:00:01/52:54:00:aa:02:0$2/"
}
virt_xml_0first() {
	named 0first 7
}
virt_xml_zlast() {
	named zlast 8
}
virt_start >/dev/null
define 0first zlast && boot 0first zlast

# value NAME - what stands behind NAME= in $line
value() {
	tr ' ' '\n' <<<"$line" | sed -n "s/^$1=//p"
}
# keys COUNT - one run of the program: $line
keys() {
	line=$("$HVSCOPE_BUILD/bench/paint" -e "HVSCOPE_STATE=$HVSCOPE_STATE" -b '5=worst first' -b 's=by Guest' \
		-s "$virt_daemon=does not answer" -q q "$1" quit $'\e[F= zlast  running' $'\e[H= 0first  running' \
		-- "$HVSCOPE" --connect "$VIRT_URI" --interval 0.2 2>"$tmp/error") || sed 's/^/  /' "$tmp/error" >&2
}
# verdict NUMBER LIMIT
verdict() {
	awk -v n="$1" -v limit="$2" 'BEGIN { print (n < 0 ? "not measured" : (n <= limit ? "met" : "missed")) }'
}

echo "libvirtd stopped, $KEYS keys on the panel of guests, 120x40:"
keys "$KEYS"
p99=$(value p99_ms)
[[ $(value keys) == "$KEYS" ]] || p99=-1
echo "  $(value keys) keys, p50 $(value p50_ms) ms, max $(value max_ms) ms, machine idle $(value idle) %"
echo "target key to paint p99 <= 20 ms (libvirtd stopped): $p99 ms: $(verdict "$p99" 20)"
worst=$(value end_ms)
for ((n = 1; n < ENDS; n++)); do
	keys 2
	worst=$(awk -v a="$worst" -v b="$(value end_ms)" 'BEGIN { print (a < 0 || b < 0 ? -1 : (a > b ? a : b)) }')
done
echo "target q to the end <= 300 ms, the worst of $ENDS (libvirtd stopped): $worst ms: $(verdict "$worst" 300)"

#!/usr/bin/env bash
# Measures what being asked costs libvirtd: CPU time a tick with 2, 4 and 8 real guests, and what 200 would cost.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/bench/libvirt.sh, with HVSCOPE_BUILD; prints lines as tests/bench/run.sh does
. "$(dirname "$0")/../lib/virt.sh"
TICKS=${HVSCOPE_BENCH_TICKS:-200}

# All threads of the daemon, in ns
daemon_ns() {
	cat /proc/"$virt_daemon"/task/*/schedstat | awk '{ ns += $1 } END { printf "%.0f\n", ns }'
}

# guests_to NUMBER - so many run
guests_to() {
	for ((; have < $1; have++)); do
		virt_xml_legacy | sed -e "s/<name>legacy/<name>bench$have/" -e "s/<uuid>.*</<uuid>22222222-2222-4222-8222-00000000000$have</" \
			-e "s/52:54:00:aa:00:01/52:54:00:aa:01:0$have/" -e "s/<target dev='hda'/<shareable\/>&/" >"$virt/bench.xml"
		output=$(virsh create "$virt/bench.xml" 2>&1) || { echo "  not measured: $output" && exit 0; }
	done
}

# ticks PATH… - what libvirtd spends on a tick that asks for these: $each in µs
ticks() {
	local tick path before after line
	before=$(daemon_ns)
	for ((tick = 0; tick < TICKS; tick++)); do
		for path; do
			echo "wait 5000 $path" >&"$to_host"
			while IFS= read -r -u "$from_host" line && [[ $line != '= '* ]]; do :; done
			[[ $line == '= 0 '* ]] || { echo "  not measured: $line" && exit 0; }
		done
	done
	after=$(daemon_ns)
	each=$(((after - before) / TICKS / 1000))
}

# measure NAME PATH… - a line of what each number of guests cost, and what 200 would
measure() {
	local name=$1 n us=() at
	shift
	have=0
	for n in 2 4 8; do
		guests_to "$n"
		ticks "$@"
		ticks "$@"
		us+=("$each")
	done
	# the straight line through the three that is nearest to them
	at=$(awk -v a="${us[0]}" -v b="${us[1]}" -v c="${us[2]}" 'BEGIN {
		mx = 14 / 3; my = (a + b + c) / 3
		s = ((2 - mx) * (a - my) + (4 - mx) * (b - my) + (8 - mx) * (c - my)) / ((2 - mx) ^ 2 + (4 - mx) ^ 2 + (8 - mx) ^ 2)
		printf "%d %d", s, s * 200 }')
	read -r each all <<<"$at"
	echo "  $name: 2 guests ${us[0]} us, 4 guests ${us[1]} us, 8 guests ${us[2]} us: $each us a guest, 200 guests $all us"
	for ((; have > 0; have--)); do virsh destroy "bench$((have - 1))" >/dev/null; done
}

virt_start >/dev/null
coproc HOST { exec "$HVSCOPE_BUILD/helper/host_read" -c "$VIRT_URI" -; }
exec {to_host}>&"${HOST[1]}" {from_host}<&"${HOST[0]}"
echo "CPU time of libvirtd a tick, $TICKS ticks:"
measure 'each tick' @virt/guests @virt/stats/state,interface
light=$all
heavy=$(sed -n 's/^#define GUESTS_HEAVY "\(.*\)"$/\1/p' "$top/probes/guests_impl.h")
measure "every 10 s ($heavy)" "@virt/stats/$heavy"
all=$((light + all / 10))
echo "target 200 guests <= 50 ms of libvirtd's a second: $all us: $( ((all <= 50000)) && echo met || echo missed)"
virt_keep_cache

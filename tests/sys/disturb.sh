#!/usr/bin/env bash
# On kernels where looking at a clock interrupts its CPU, only busy CPUs are looked at, and isolated ones never.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/realhost.sh"
. "$(dirname "$0")/../lib/tmux.sh"
tap_cleanup() {
	tmux_stop
	realhost_end
}
command -v strace >/dev/null || skip_all 'strace is not installed'
strace -o /dev/null true 2>/dev/null || skip_all 'strace may not trace here'
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0

# kernel RELEASE - the kernel says that it is this one
kernel() {
	echo "$1" >"$machine/proc/osrelease"
	echo "Linux version $1 (build@host) (gcc) #1 SMP" >"$machine/proc/version"
	lay "$machine/proc/osrelease" /proc/sys/kernel/osrelease
	lay "$machine/proc/version" /proc/version
}

# CPU 0 is busy, 1 idle, 2 busy and isolated, 3 idle and isolated, 4 busy without ticks; time passes in steps.
time_passes() {
	local i n=1000000 line
	while :; do
		n=$((n + 5))
		line="cpu  $((3 * n)) 0 1000000 $((2 * n)) 0 0 0 0 0 0"$'\n'
		for i in 0 1 2 3 4; do
			case $i in
			0 | 2 | 4) line+="cpu$i $n 0 1000000 1000000 0 0 0 0 0 0" ;;
			*) line+="cpu$i 1000000 0 1000000 $n 0 0 0 0 0 0" ;;
			esac
			line+=$'\n'
		done
		# in place: who reads it sees old or new, never nothing
		printf '%s' "$line" 1<>"$machine/proc/stat"
		read -r -t 0.05 <> <(:)
	done
}

old_machine() {
	machine --cores 5
	echo 2-3 >"$machine$cpu/isolated"
	echo 4 >"$machine$cpu/nohz_full"
	printf '%-600s\n' '' | tr ' ' '\n' >"$machine/proc/stat"
	kernel "$1"
	time_passes 2>/dev/null &
	started+=($!)
}

# reads FILE - how often each policy's clock was opened or read, and by which numbers
looked_at() {
	grep -oE 'policy[0-9]+/scaling_cur_freq' "$1" | sort -u | tr -dc '0-9\n' | paste -sd ' '
}

old_machine 5.10.0-23-amd64
# three ticks: the first load is known at the second
timeout 60 strace -f -qq -y -o "$tmp/log" "$HVSCOPE" --interval 0.4 report >"$tmp/report" </dev/null
is 'the report looks at the busy CPU' "$(looked_at "$tmp/log")" 0
is '/proc/cpuinfo, which interrupts all, is not read' "$(grep -c '/proc/cpuinfo"' "$tmp/log")" 0
is 'nor are feedback counters of others' "$(grep -oE 'cpu[0-9]+/acpi_cppc/feedback_ctrs' "$tmp/log" | grep -vc '^cpu0/')" 0
like 'the report says what was not read' "$(<"$tmp/report")" 'not read: would interrupt'
like 'and whose kernel it is' "$(<"$tmp/report")" 'release +5\.10\.0-23-amd64'

start 120x30 strace -f -qq -y -o "$tmp/log2" sh -c 'exec "$@"' sh "$HVSCOPE" --interval 0.3
wait_for 'the full screen' 'THIS MACHINE'
send 3
busy_was_read() {
	grep -qE 'pread64\([0-9]+<[^>]*policy0/scaling_cur_freq' "$tmp/log2"
}
if until_true "$wait_seconds" busy_was_read; then pass 'reads the busy clock'; else
	fail 'reads the busy clock' "$(capture)"
fi
is 'and no other' "$(looked_at "$tmp/log2")" 0
is 'nor /proc/cpuinfo' "$(grep -c '/proc/cpuinfo"' "$tmp/log2")" 0
send q
gone 'it leaves' 0

# Without strace, under which reads are so slow that they pause, and before other processes; a pause is waited for.
start 120x30 nice -n -19 "$HVSCOPE" --interval 0.3
wait_for 'the full screen again' 'THIS MACHINE'
send 3
set_apart() {
	capture | grep -E '^ +[24] ' | grep -c "$1"
}
left_alone() {
	[[ $(set_apart 'not read') == 2 ]]
}
if until_true "$wait_seconds" left_alone; then pass 'CPUs that are set apart are left alone'; else
	fail 'CPUs that are set apart are left alone' "$(capture)"
fi
send -l ':deep on'
send Enter
# CPU 4 has no ticks: its number is in brackets, and no other CPU's is.
wait_seconds=200
wait_for 'who asks with :deep gets them too' '(1.00)'
send q
gone 'it leaves again' 0

# From 5.19 on nobody is interrupted, and all may be looked at.
realhost_end
old_machine 6.1.0-56-amd64
timeout 60 strace -f -qq -y -o "$tmp/log3" "$HVSCOPE" --interval 0.4 report >"$tmp/report" </dev/null
is 'a newer kernel lets all be looked at' "$(looked_at "$tmp/log3")" '0 1 2 3 4'
like 'and reads /proc/cpuinfo' "$(<"$tmp/log3")" '/proc/cpuinfo'

done_testing

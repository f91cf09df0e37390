#!/usr/bin/env bash
# The program from start to end inside tmux, on a machine that moves: panels, plan, explain, resize, suspend, leave.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/tmux.sh"
export HVSCOPE_STATE=$tmp

"$HVSCOPE" simulate --packages 2 --cores 12 --threads 2 --driver acpi-cpufreq --governor powersave --busy 50 --seed 2 \
	"$tmp/host" >/dev/null || exit 1
"$HVSCOPE" simulate --moving 0 "$tmp/host" >/dev/null &
moving=$!
end_tmux=$(declare -f tap_cleanup)
eval "${end_tmux/tap_cleanup/tap_end_tmux}"
tap_cleanup() {
	tap_end_tmux
	[[ -z $moving ]] || kill "$moving" 2>/dev/null
}

# again: start ends what ran before by the same function, which must not end the machine
play() {
	local machine=$moving
	moving=''
	start "$@"
	moving=$machine
}

for size in 80x24 120x40; do
	play "$size" "$HVSCOPE" --root "$tmp/host" --interval 0.2
	wait_for "$size: the label" 'simulated-48  DIRECTORY'
	wait_for "$size: the answer" 'busy CPUs run at 1.00 of 2.40 GHz'
	wait_for "$size: the cause" 'governor powersave on acpi-cpufreq'
	is "$size: the last line is the keys" "$(capture | tail -n 1 | grep -c 'h help  q quit')" 1
	is "$size: so many lines" "$(capture | wc -l)" "${size#*x}"
	send 3
	wait_for "$size: the list" 'worst first'
	wait_for "$size: a clock that was measured" 'measured'
	send Down Down m
	wait_for "$size: a mark" 'marked: '
	send Escape
	wait_gone "$size: no mark" 'marked: '
	send '?'
	wait_for "$size: explain" 'Source'
	send q
	wait_gone "$size: explained" 'Source'
	send g
	wait_for "$size: whose governor" 'Switch the governor of which CPUs?'
	send Enter Enter
	wait_for "$size: the plan" 'powersave → performance'
	wait_for "$size: why not here" 'Not here'
	send y Enter
	wait_for "$size: nothing was changed" 'Nothing was changed.'
	send -l ':panel changes'
	send Enter
	wait_for "$size: changes" 'nothing was changed on this host'
	resize 40x12
	wait_for "$size: a small window" '9 Changes'
	resize 39x12
	wait_for "$size: too small a window" '40x12'
	resize 120x40
	wait_for "$size: a large one" '2 Topology'
	send q
	gone "$size: left" 0
done
is 'nothing was written' "$(cat "$tmp"/host/sys/devices/system/cpu/cpufreq/policy*/scaling_governor | sort -u)" powersave
done_testing

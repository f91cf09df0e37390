#!/usr/bin/env bash
# QEMU that no libvirt lists: seen down to the silicon, never pinned; without libvirt and beside one, with a hostile name too.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
. "$(dirname "$0")/../lib/virtfacts.sh"
. "$(dirname "$0")/../lib/tmux.sh"
export HVSCOPE_STATE=$tmp/state
strays=()
end_strays() {
	local pid
	for pid in "${strays[@]}"; do
		kill -9 "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	strays=()
}
tap_cleanup() {
	tmux_stop
	end_strays
	virt_stop
}
shows_like() {
	capture | tr -s ' \n' ' ' | grep -qE -- "$1"
}
wait_like() {
	if until_true "$wait_seconds" shows_like "$2"; then pass "$1"; else fail "$1" "waited for: $2" "$(capture)"; fi
}
vcpu_threads() {
	grep -lE '^CPU [0-9]+/TCG$' "/proc/$1/task/"*/comm 2>/dev/null | sed -E 's=.*/task/([0-9]+)/.*=\1='
}
has_vcpus() {
	(($(vcpu_threads "$1" | wc -l) == $2))
}
# stray NAME - plain QEMU with two vCPUs, of which the second is on CPU 1 alone; its process is in $pid
stray() {
	qemu-system-x86_64 -S -accel tcg,thread=multi -smp 2 -m 32 -name "$1,debug-threads=on" -display none -nodefaults \
		-monitor none -serial none </dev/null >"$tmp/qemu.out" 2>&1 &
	pid=$!
	strays+=("$pid")
	until_true 20 has_vcpus "$pid" 2 || fail 'QEMU starts' "$(cat "$tmp/qemu.out")"
	taskset -pc 1 "$(vcpu_threads "$pid" | tail -1)" >/dev/null
}
hv() {
	timeout 60 "$HVSCOPE" --connect "$uri" --interval 0.3 --timeout 20 "$@" </dev/null
}
report() {
	hv report --json --only guests,threads,placement >"$tmp/report.json" 2>"$tmp/err"
}
at() {
	index "$1 guest" key "pid$pid"
}
# its LIST FIELD… - of the stray
its() {
	fact "$1" guest "$(at "$1")" "${@:2}"
}
# Without control characters but for the line's end, in valid UTF-8, and without marks that turn text around.
tame() {
	! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$1" && iconv -f UTF-8 -t UTF-8 "$1" >/dev/null 2>&1 &&
		! grep -qP '[\x{80}-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{200e}\x{200f}]' "$1"
}
is_tame() {
	if tame "$2"; then pass "$1"; else fail "$1" "$(cat -v "$2")"; fi
}

# seen NAME WHY - all that is asked of a stray of that name; WHY: the words in which a pin is refused
seen() {
	local why=$2
	report
	is "$1: its name" "$(its placement name)" "$1"
	is 'it is not one of libvirt' "$(its placement managed) $(its placement joined) $(its placement pid)" "false true $pid"
	is 'with two vCPUs and an emulator' "$(its threads thread '*' role | sort | uniq -c | xargs)" '1 emulator 2 vcpu'
	is 'which are its threads' "$(its threads thread '*' tid | sort)" "$(kernel_threads "$pid" | awk '{ print $1 }' | sort)"
	is 'with the masks of the kernel' \
		"$(paste -d ' ' <(its threads thread '*' tid) <(its threads thread '*' allowed) | sort)" "$(kernel_threads "$pid" | sort)"
	is 'one is pinned' "$(its placement pinned) $(its placement thread '*' pinned | sort | uniq -c | xargs)" '1 2 false 1 true'
	like 'each is on a CPU' "$(its placement thread '*' now | paste -sd ' ')" '^[0-9]+ [0-9]+ [0-9]+$'
	like 'of a node' "$(its placement nodes)" '^[0-9]'
	ends 'a pin' 1 hv pin "$1" vcpu 0 0 --yes
	like 'is refused by the command, with what a person can do' "$output" "$why.*taskset -pc"
	is 'and nothing is changed' "$(kernel_threads "$pid" | awk '{ print $2 }' | sort | paste -sd ' ')" '0-1 0-1 1'
	is 'nor journalled' "$(cat "$HVSCOPE_STATE/journal" 2>/dev/null)" ''
}

# walk NAME - its row, its threads, p, and its end while it is open
walk() {
	start 120x40 "$HVSCOPE" --connect "$uri" --interval 0.3
	send 5
	wait_for 'the list' 'worst first'
	send /
	send -l "$1"
	send Enter
	# while libvirt is asked for the first time, nobody knows whose it is
	wait_like 'its row' " $1 +unmanaged .*filter: $1 "
	send p
	wait_like 'p says why not' 'libvirt does not know this guest: hvscope does not pin it; taskset -p does|There is nobody to pin'
	send Enter
	wait_gone 'it opens' 'worst first'
	wait_like 'with its threads, down to the silicon' 'vcpu 0 +0-1 .* vcpu 1 +1 +[0-9] .*emulator'
	send Down p
	wait_like 'a thread is not pinned either' 'libvirt does not know this guest: hvscope does not pin it; taskset -p does|There is nobody to pin'
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	wait_like 'it ends while it is open' 'no guest fits the filter|No guest|no guest|is gone|no QEMU process'
	send q
	gone 'it leaves' 0
}

# with no libvirt at all
uri="qemu+unix:///system?socket=$tmp/nobody"
name=stray$$
stray "$name"
seen "$name" 'Whether libvirt knows .* cannot be told. libvirt cannot be reached: .*nobody'
is 'nobody lists guests, nor counts them' "$(fact guests guest) $(fact guests total)" '[] null'
like 'and it is said why' "$(fact guests link) $(fact guests why)" '(none|lost) .*nobody'
walk "$name"

# hostile
hostile=$'ev\x1b[31mil\x07\xe2\x80\xaex\xff\xc2\x9b31m'$$
stray "$hostile"
report
is_tame 'a hostile name is told in JSON without its controls' "$tmp/report.json"
is 'which is still a report' "$(its threads pid)" "$pid"
hv report --only guests,threads,placement >"$tmp/out" 2>&1
is_tame 'in words' "$tmp/out"
like 'with the letters' "$(<"$tmp/out")" 'ev.*31mil'
for size in 40x12 80x24 220x60; do
	hv show guests --size $size >"$tmp/out" 2>&1
	is_tame "on a screen of $size" "$tmp/out"
done
hv pin "$hostile" vcpu 0 0 --yes >"$tmp/out" 2>&1
is 'no pin by that name' $? 1
is_tame 'and it is not repeated raw' "$tmp/out"
start 80x24 "$HVSCOPE" --connect "$uri" --interval 0.3
send 5
wait_like 'in a terminal' 'ev.{0,8}\[?31mil'
capture >"$tmp/out"
is_tame 'nothing raw arrives' "$tmp/out"
send q
gone 'it leaves' 0
end_strays

# beside a libvirt
virt_start
define legacy
boot legacy
uri=$VIRT_URI
name=beside$$
stray "$name"
seen "$name" 'libvirt does not know'
is 'libvirt lists its own only' "$(fact guests guest '*' name)" legacy
walk "$name"
done_testing

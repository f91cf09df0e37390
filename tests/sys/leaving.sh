#!/usr/bin/env bash
# Leaving the full screen in the middle of a change: it stops, puts back what was done, says so, and then ends.
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

machine --cores 8
before=$(all_files)
first_is() {
	[[ $(<"$(governor 0)") == "$1" ]]
}
no_first() {
	! first_is "$1"
}

# changing - the full screen in a change that is slow at its third policy, and has done the first
changing() {
	rm -f "$tmp/pid"
	start 120x30 strace -f -qq -o "$tmp/trace" -P "$(governor 2)" -e trace=write -e inject=write:delay_enter=1500000 \
		sh -c 'echo $$ >"$0" && exec "$@"' "$tmp/pid" "$HVSCOPE" --interval 0.3
	until_true "$wait_seconds" shows powersave || return 1
	send -l ':governor performance all'
	send Enter
	until_true "$wait_seconds" shows 'Yes, change it' || return 1
	send y
	until_true "$wait_seconds" first_is performance
}

# left NAME HOW… - leaves by that, and nothing of the change is left
left() {
	local name=$1
	shift
	if changing; then "$@"; else fail "$name: it changes" "$(capture)"; fi
	wait_for "$name: says what became of it" ' of 8: everything was put back'
	gone "$name: it ends" 0
	is "$name: everything is as before" "$(all_files)" "$before"
	like "$name: the journal says put-back" "$(journal_states)" 'put-back$'
}
by_signal() {
	kill "-$1" "$(<"$tmp/pid")"
}
left SIGTERM by_signal TERM
left q send q
left Ctrl-C send C-c

changing || fail 'it changes' "$(capture)"
send Escape
wait_for 'Esc stops and stays' ' of 8: everything was put back'
is 'everything is as before' "$(all_files)" "$before"
send q
gone 'then q leaves' 0

changing || fail 'it changes' "$(capture)"
send x n
wait_for 'other keys do not touch it, but n stops' ' of 8: everything was put back'
is 'all is as before' "$(all_files)" "$before"
send q
gone 'q leaves here too' 0

# The terminal goes away: there is nobody to tell, but the machine.
changing || fail 'it changes' "$(capture)"
tmux_stop
if until_true "$wait_seconds" no_first performance; then pass 'without a terminal it puts back too'; else
	fail 'without a terminal it puts back too' "$(governors)"
fi
ended() {
	[[ ! -d /proc/$(<"$tmp/pid") ]]
}
if until_true "$wait_seconds" ended; then pass 'and ends'; else fail 'and ends'; fi
is 'with everything as before' "$(all_files)" "$before"

# Nor may it stay for ever, and busy, where a shell keeps the signal of that from it.
rm "$tmp/pid"
tmux_ new-session -d -x 80 -y 24 -s test "trap '' HUP; sh -c 'echo \$\$ >\"\$0\" && exec \"\$@\"' $(printf '%q ' "$tmp/pid" "$HVSCOPE"); :"
wait_for 'once more' 'powersave'
tmux_stop
if until_true "$wait_seconds" ended; then pass 'a terminal that hung up ends it'; else
	fail 'a terminal that hung up ends it'
	kill -KILL "$(<"$tmp/pid")"
fi

done_testing

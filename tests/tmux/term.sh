#!/usr/bin/env bash
# The terminal layer inside tmux, which has its own idea of keys, colours and sizes.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/tmux.sh"

demo=$HVSCOPE_BUILD/pty/term_demo
[[ -x $demo ]] || skip_all "$demo was not built"

start 80x24 "$demo"
wait_for 'a picture' 'demo 80x24'
wait_for 'characters beyond ASCII' 'é → ▲'
while read -r key name; do
	send z
	until_true "$wait_seconds" shows 'key <z>' || :
	send "$key"
	wait_for "$key is $name" "key <$name>"
done <<-'END'
	Up ↑
	Left ←
	Home Home
	End End
	PPage PgUp
	NPage PgDn
	DC Del
	IC Ins
	BTab Back-Tab
	BSpace Backspace
	Enter Enter
	Tab Tab
	Escape Esc
	Space Space
	F1 F1
	F4 F4
	F5 F5
	F12 F12
	C-a Ctrl-A
	C-s Ctrl-S
	g g
END
send z
until_true "$wait_seconds" shows 'key <z>' || :
send C-Up M-Q S-F5 +
wait_for 'keys with modifiers press nothing' 'count 1'
wait_for 'nor do their letters' 'key <z>'
resize 100x30
wait_for 'a larger window' 'demo 100x30'
resize 40x12
wait_for 'a smaller window' 'demo 40x12'
wait_for 'and its last line' 'typed <>'
tmux_ set-buffer 'Q+X' \; paste-buffer -p -t test
send +
wait_for 'a paste presses no keys' 'count 2'
send Q
gone 'left' 0

start 80x24 "$demo"
wait_for 'a picture again' 'demo 80x24'
send X
gone 'crashed' 134
done_testing

# What tests in a real terminal multiplexer share: one server of their own, on a private socket, gone at the end.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# After tap.sh: . "$(dirname "$0")/../lib/tmux.sh"; start 120x40 COMMAND…; send KEYS…; wait_for TEXT; capture; gone
command -v tmux >/dev/null || skip_all 'tmux is not installed'
export LC_ALL=C.UTF-8 TZ=UTC
tmux_socket=$tmp/tmux
wait_seconds=${WAIT_SECONDS:-20}

# What the shell says about the line when the command has given it back.
tmux_end='echo "[ended with $?]"; stty -a | tr " ;" "\\n\\n" | grep -xE -e "-?(icanon|echo|isig|icrnl|opost|onlcr)" | tr "\\n" " "; read -r x'

# No file of the user's, and no server of theirs.
tmux_() {
	command tmux -S "$tmux_socket" -f /dev/null "$@"
}

tmux_stop() {
	tmux_ kill-server 2>/dev/null
}
tap_cleanup() {
	tmux_stop
}

# start WxH COMMAND… - a new screen of that size in which a shell runs COMMAND, so that the end of it can be seen
start() {
	local size=$1
	shift
	tmux_stop
	until_true "$wait_seconds" no_server || return 1
	# A server that is about to leave takes a new session with it.
	until_true "$wait_seconds" tmux_ new-session -d -x "${size%x*}" -y "${size#*x}" -s test \
		"$(printf '%q ' env -u TMUX "$@"); $tmux_end" || return 1
	tmux_ set-option -g status off \; set-option -s escape-time 10 \; set-option -g remain-on-exit on \; \
		resize-window -t test -x "${size%x*}" -y "${size#*x}"
}

no_server() {
	! tmux_ has-session 2>/dev/null
}

# send KEYS… - as tmux names them (Enter, Up, F1, C-z, q); send -l TEXT sends characters
send() {
	tmux_ send-keys -t test "$@"
}

# capture [-e] - the screen as text, trailing spaces cut; -e with colours
capture() {
	tmux_ capture-pane -t test -p "$@"
}

shows() {
	capture | grep -qF -- "$1"
}

shows_not() {
	! shows "$1"
}

# wait_for NAME TEXT, wait_gone NAME TEXT - a case each: the screen shows TEXT, or shows it no more, in time
wait_for() {
	if until_true "$wait_seconds" shows "$2"; then pass "$1"; else fail "$1" "waited for: $2" "$(capture)"; fi
}

wait_gone() {
	if until_true "$wait_seconds" shows_not "$2"; then pass "$1"; else fail "$1" "still there: $2" "$(capture)"; fi
}

resize() {
	tmux_ resize-window -t test -x "${1%x*}" -y "${1#*x}"
}

# gone NAME STATUS - the command has ended with it, and the terminal is as it was: echo, lines, cursor, screen, mouse
gone() {
	local flags
	wait_for "$1" "[ended with $2]"
	until_true "$wait_seconds" shows onlcr || :
	flags=$(tmux_ display-message -t test -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag}')
	is "$1: screen, cursor, mouse and keys are as before" "$flags" '0 1 0 0'
	unlike "$1: no mode is off" "$(capture)" '(^| )-(icanon|echo|isig|icrnl|opost|onlcr)'
	like "$1: the line echoes and edits" "$(capture)" 'icrnl opost onlcr isig icanon echo'
}

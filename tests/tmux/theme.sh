#!/usr/bin/env bash
# The choice of a look inside tmux: what is behind it changes with the cursor, on terminals of many, few and no colours.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/tmux.sh"
export HVSCOPE_STATE=$tmp HVSCOPE_DATADIR=$top

"$HVSCOPE" simulate --packages 1 --cores 4 --driver acpi-cpufreq --governor powersave "$tmp/host" >/dev/null || exit 1

# look NAME PATTERN, looks_not: whether the colours of the title, which no box covers, are those
title() {
	capture -e | head -n 1 | grep -qE -- "$1"
}
no_title() {
	! title "$1"
}
look() {
	if until_true "$wait_seconds" title "$2"; then pass "$1"; else fail "$1" "$(capture -e | head -n 1 | cat -v)"; fi
}
looks_not() {
	if until_true "$wait_seconds" no_title "$2"; then pass "$1"; else fail "$1" "$(capture -e | head -n 1 | cat -v)"; fi
}
white='48;5;231' black='48;5;16'

start 100x30 env TERM=tmux-256color "$HVSCOPE" --root "$tmp/host"
wait_for 'the host' 'simulated-8'
looks_not 'a background of the terminal' "$white|$black"
send T
wait_for 'the choice' 'Choose a look'
wait_for 'what the terminal can' 'This terminal has 256 colours: all are shown.'
send Down Down
wait_for 'the third' '--theme high-contrast'
look 'it is shown at once' "$black"
send Down
look 'and the next' "$white"
send Escape
wait_gone 'the choice is closed' 'Choose a look'
looks_not 'the old look is back' "$white|$black"
send T Down Down Down Enter
wait_for 'one is kept' 'The look is light for this session'
look 'and stays' "$white"
resize 60x20
wait_for 'another size' '1 Over'
look 'has it too' "$white"
send -l ':theme default'
send Enter
looks_not 'a command ends it' "$white"
send q
gone 'left' 0

start 100x30 env TERM=xterm "$HVSCOPE" --root "$tmp/host"
send T
wait_for 'few colours' 'This terminal has 8 colours: the nearest ones are shown.'
send End Up
look 'the nearest of white is white' '[[;]47m|[[;]47;'
send q q
gone 'left that' 0

start 100x30 env TERM=vt100 "$HVSCOPE" --root "$tmp/host"
send T
wait_for 'no colours' 'This terminal has no colours: words, signs and attributes only.'
send End Up
wait_for 'a theme without them' '--theme light'
looks_not 'asks for none' '[[;][34][0-7]'
send q q
gone 'left that too' 0

start 100x30 env TERM=tmux-256color NO_COLOR=1 "$HVSCOPE" --root "$tmp/host"
send T
wait_for 'no colours wanted' 'NO_COLOR is set: words, signs and attributes only.'
send End Up
wait_for 'a theme that has some' '--theme light'
looks_not 'gets none' '[[;][34][0-7]|8;5;'
send q q
gone 'left at last' 0
done_testing

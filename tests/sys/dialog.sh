#!/usr/bin/env bash
# The dialog on the real path, in tmux: Enter changes nothing, y does, u undoes; the question on the terminal too.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/realhost.sh"
. "$(dirname "$0")/../lib/tmux.sh"
tap_cleanup() {
	tmux_stop
	realhost_end
}

machine
before=$(all_files)
all_hold() {
	[[ $(governors) == "$1 $1 $1 $1" ]]
}
# all NAME GOVERNOR - all policies get it in time
all() {
	if until_true "$wait_seconds" all_hold "$2"; then pass "$1"; else fail "$1" "$(governors)" "$(capture)"; fi
}
last_state() {
	[[ $(journal_states) == *"$1" ]]
}

# A daemon that sets governors: a process of its name is what is looked for.
cp "$(command -v sleep)" "$tmp/tuned"
"$tmp/tuned" 600 &
started+=($!)

start 100x30 "$HVSCOPE" --interval 0.3
wait_for 'it opens on this machine' 'THIS MACHINE'
wait_for 'with what holds the clock' 'powersave'
wait_for 'and who may put it back' 'tuned'
send g
wait_for 'g asks which CPUs' 'Switch the governor of which CPUs?'
wait_for 'all are offered' 'all 4 policies (powersave)'
send End Enter
wait_for 'then which governor' 'Which governor?'
send Enter
wait_for 'the plan has a title' 'Switch the governor of 4 CPUs'
wait_for 'what becomes what' 'powersave → performance'
wait_for 'what will be felt' 'Effect'
wait_for 'who else owns it' 'tuned runs'
wait_for 'what a person would type' 'By hand'
wait_for 'No comes first' 'No, leave it'
send Enter
wait_gone 'Enter closes it' 'No, leave it'
wait_for 'and says that nothing was changed' 'Nothing was changed.'
is 'which is true' "$(all_files)" "$before"
is 'there is no journal' "$(ls "$tmp" | grep state)" ''

# open_plan - the same by a command
open_plan() {
	send -l ':governor performance all'
	send Enter
	until_true "$wait_seconds" shows 'Yes, change it' || fail 'the plan opens' "$(capture)"
}
for key in n q Escape Space x 1 u; do
	open_plan
	send $key
	[[ $key == [nqE]* ]] || send n
	wait_gone "$key in the plan is no Yes" 'Yes, change it'
done
is 'so nothing was changed' "$(all_files)" "$before"

open_plan
send y
wait_for 'y does it' '4 of 4 set and read back · u undoes'
is 'all are switched' "$(governors)" 'performance performance performance performance'
wait_for 'the screen knows' 'performance'
send 9
wait_for 'Changes lists it' 'governor powersave → performance ×4'
wait_for 'as applied' 'applied'
send u
wait_for 'u plans to undo' 'Undo change 1'
wait_for 'with the values turned round' 'performance → powersave'
send Enter
wait_gone 'Enter leaves it' 'No, leave it'
is 'as it was' "$(governors)" 'performance performance performance performance'
send u
wait_for 'u again' 'Undo change 1'
send y
wait_for 'y undoes' '4 of 4 put back and read back'
is 'every byte is as before' "$(all_files)" "$before"
wait_for 'Changes says so' 'undone'
send u
wait_for 'undone is undone' 'change 1 was undone already'
wait_for 'nothing is left' 'Nothing is left to put back.'

# The cursor chooses Yes only when it is moved there.
open_plan
send Tab Enter
wait_for 'Tab and Enter do it' '4 of 4 set and read back'
all 'all are switched' performance
send -l ':undo'
send Enter
wait_for 'the newest is undone by the command' 'Undo change 2'
send y
wait_for 'it is' '4 of 4 put back'

# Somebody else is faster.
open_plan
echo schedutil >"$(governor 2)"
send y
wait_for 'a value that changed under the dialog' 'now holds schedutil, not powersave: nothing was written'
is 'nothing was' "$(governors)" 'powersave powersave schedutil powersave'
echo powersave >"$(governor 2)"

# A policy refuses.
read_only "$(governor 3)"
open_plan
send y
wait_for 'who refuses is told' '3 of 4 policies: policy3 refused (EROFS): everything was put back'
is 'everything was' "$(all_files)" "$before"
unbind "$(governor 3)"

# What is as before already needs no question, but is written off.
open_plan
send y
wait_for 'once more' '4 of 4 set and read back'
for i in 0 1 2 3; do echo powersave >"$(governor $i)"; done
send -l ':undo'
send Enter
wait_for 'nothing to put back' 'all 4 are as before already'
if until_true "$wait_seconds" last_state undone; then pass 'is written off'; else fail 'is written off' "$(journal_states)"; fi
send q
gone 'it leaves' 0

start 100x30 "$HVSCOPE" --read-only --interval 0.3
wait_for 'read only' 'THIS MACHINE'
wait_for 'it has read' 'powersave'
send -l ':governor performance all'
send Enter
wait_for 'the same plan is shown' 'powersave → performance'
wait_for 'with the reason' 'hvscope was started with --read-only.'
is 'and has no Yes' "$(capture | grep -c 'Yes, change it')" 0
send y
send Enter
wait_gone 'no key changes it' 'powersave → performance'
is 'really' "$(all_files)" "$before"
send q
gone 'it leaves too' 0

# The question on the terminal.
start 180x30 "$HVSCOPE" --interval 0.1 set governor performance
wait_for 'it asks' 'Change it? [y/N]'
send Enter
wait_for 'Enter is No' '[ended with 3]'
is 'nothing is changed' "$(all_files)" "$before"
start 180x30 "$HVSCOPE" --interval 0.1 set governor performance
wait_for 'it asks again' 'Change it? [y/N]'
send y Enter
wait_for 'y is Yes' '[ended with 0]'
all 'all are switched' performance
start 180x30 "$HVSCOPE" undo
wait_for 'undo asks too' '? [y/N]'
send -l no
send Enter
wait_for 'no is No' '[ended with 3]'
start 180x30 "$HVSCOPE" undo
wait_for 'and again' '? [y/N]'
send -l yes
send Enter
wait_for 'yes is Yes' '[ended with 0]'
is 'every byte is as before' "$(all_files)" "$before"
start 180x30 "$HVSCOPE" --interval 0.1 set governor performance
wait_for 'while it asks' 'Change it? [y/N]'
echo schedutil >"$(governor 1)"
send y Enter
wait_for 'a value changes' 'now holds schedutil, not powersave: nothing was written'
wait_for 'it is refused' '[ended with 1]'
is 'nothing was' "$(governors)" 'powersave schedutil powersave powersave'

done_testing

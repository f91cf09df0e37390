#!/usr/bin/env bash
# The governor on the real path: set, read back, reported, journalled and undone on a live host, byte for byte.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/realhost.sh"
json=$HVSCOPE_BUILD/helper/json

machine
before=$(all_files)
says 'without a terminal nothing is confirmed' 3 'no terminal to ask on; --yes confirms' set governor performance
like 'the plan is printed all the same' "$output" 'policy0-3 scaling_governor  powersave -> performance'
is 'nothing was written' "$(all_files)" "$before"
is 'nor is there a journal' "$(ls "$tmp" | grep state)" ''

ends 'all policies are switched' 0 hv set governor performance --yes
like 'and said to be read back' "$output" '4 of 4 set and read back; hvscope undo 1 puts it back'
is 'each file says so' "$(governors)" 'performance performance performance performance'
is 'the report too' "$(hv report --json --only frequency | "$json" facts frequency policy '*' governor | sort | uniq -c | xargs)" \
	'4 performance'
is 'the journal has it' "$(journal_states)" applied
is 'nobody else may read the journal' "$(stat -c %a "$tmp/state/journal")" 600
ends 'to set what is set already is no failure' 0 hv set governor performance --yes
like 'it is told' "$output" 'have the governor performance already'
is 'and is not journalled' "$(journal_states)" applied

says 'an undo is not confirmed without a terminal either' 3 'no terminal to ask on; --yes confirms' undo
is 'and leaves all as it is' "$(governors)" 'performance performance performance performance'
ends 'undo puts back' 0 hv undo --yes
like 'undo reads back' "$output" '4 of 4 put back and read back'
is 'every byte is as before' "$(all_files)" "$before"
is 'the journal says undone' "$(journal_states)" undone
says 'a second undo has nothing to do' 1 'there is nothing to undo' undo --yes
says 'nor has one by its number' 1 'change 1 was undone already' undo 1 --yes

ends 'some CPUs only' 0 hv set governor performance --cpus 1-2 --yes
is 'only theirs are switched' "$(governors)" 'powersave performance performance powersave'
ends 'one CPU' 0 hv set governor ondemand --cpus 3 --yes
is 'only that one is switched' "$(governors)" 'powersave performance performance ondemand'
ends 'both are undone' 0 hv undo --all --yes
is 'every byte is as before again' "$(all_files)" "$before"

# A policy of several CPUs is switched by any of them; what differs before differs afterwards.
echo schedutil >"$(governor 2)"
mixed=$(all_files)
ends 'policies that differ' 0 hv set governor performance --yes
like 'are told to differ' "$output" 'governors differ now \(powersave, schedutil\)'
is 'and become the same' "$(governors)" 'performance performance performance performance'
ends 'undo gives each its own back' 0 hv undo --yes
is 'which differ as before' "$(all_files)" "$mixed"

done_testing

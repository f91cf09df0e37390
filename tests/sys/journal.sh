#!/usr/bin/env bash
# The journal on the real path: told as text, JSON and a script that restores; undone in any order, or refused.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/realhost.sh"
json=$HVSCOPE_BUILD/helper/json

machine
before=$(all_files)
ends 'no change yet is no failure' 0 hv journal
is 'and says so' "$output" 'Nothing was changed yet.'
is 'as JSON too' "$(hv journal --json | "$json" entries)" '[]'
is 'looking at the journal makes none' "$(ls "$tmp" | grep state)" ''

hv set governor performance --yes >/dev/null
hv set governor ondemand --cpus 1-2 --yes >/dev/null
hv set governor schedutil --cpus 3 --yes >/dev/null
is 'three changes' "$(governors)" 'performance ondemand ondemand schedutil'
ends 'as text' 0 hv journal
like 'with id, time, state, user and title' "$output" \
	'2  20[0-9-]+T[0-9:]+Z  applied  root: Switch the governor of 2 CPUs'
like 'and what became what' "$output" '2 × scaling_governor performance → ondemand'
SUDO_USER=ann hv set governor userspace --cpus 0 --yes >/dev/null
like 'who stands behind sudo is named' "$(hv journal)" 'root \(sudo\)|ann \(sudo\)'
hv undo --yes >/dev/null

hv journal --json >"$tmp/json"
is 'as JSON' "$("$json" schema <"$tmp/json")" hvscope-journal/1
is 'each with its state' "$("$json" entries '*' state <"$tmp/json" | xargs)" 'applied applied applied undone'
is 'with all steps' "$("$json" entries 1 steps '*' was <"$tmp/json" | xargs)" 'performance performance'
is 'and paths' "$("$json" entries 2 steps 0 path <"$tmp/json")" "$(governor 3)"
is 'and the boot' "$("$json" entries 0 boot <"$tmp/json")" "$(</proc/sys/kernel/random/boot_id)"

# The script that restores is for when hvscope is not there.
hv journal --shell >"$tmp/restore"
ends 'the script is fine for sh' 0 sh -n "$tmp/restore"
ends 'it restores' 0 sh "$tmp/restore"
is 'every byte' "$(all_files)" "$before"
ends 'undo knows the first change by what was before it, not the later ones' 1 hv undo --all
like 'it says so, without a question' "$output" 'policy3 holds something else.*policy2 hold something else.*all 4 are as before'
is 'what is as before is written off' "$(journal_states)" 'undone applied applied undone'
is 'nothing was written' "$(all_files)" "$before"

rm -r "$HVSCOPE_STATE"
hv set governor performance --yes >/dev/null
hv journal --shell | sh >/dev/null
ends 'after the script undo has nothing to ask' 0 hv undo
is 'says so' "$output" 'all 4 are as before already: nothing was written'
is 'and writes it off' "$(journal_states)" undone
is 'then the script is empty' "$(hv journal --shell | grep -c '^restore ')" 0

# An older change; one that somebody else has changed since.
rm -r "$HVSCOPE_STATE"
hv set governor performance --cpus 0-1 --yes >/dev/null
hv set governor ondemand --cpus 2-3 --yes >/dev/null
ends 'an older change' 0 hv undo 1 --yes
is 'is undone alone' "$(governors)" 'powersave powersave ondemand ondemand'
echo userspace >"$(governor 2)"
says 'what somebody else changed' 1 \
	'1 of 2 put back; policy2 holds something else: partly undone, undo 2 tries it again' undo --yes
is 'is left alone' "$(governors)" 'powersave powersave userspace powersave'
is 'the journal says so' "$(journal_states)" 'undone partly-undone'
says 'undo without a number does not offer it again' 1 'there is nothing to undo' undo --yes
says 'and stays so' 1 'nothing was put back: .*policy2 holds something else|^hvscope: .*policy2 holds something else' \
	undo --all --yes
like 'the script leaves it alone too' "$(hv journal --shell | sh 2>&1)" \
	'left alone: .*policy2/scaling_governor holds userspace'
is 'really' "$(governors)" 'powersave powersave userspace powersave'
echo ondemand >"$(governor 2)"
ends 'when it is back, undo goes on' 0 hv undo 2 --yes
is 'to the end' "$(all_files)" "$before"
says 'an unknown change' 1 'the journal has no change 9' undo 9 --yes

# A change that others have overwritten keeps no older one from being undone.
hv set governor performance --cpus 2-3 --yes >/dev/null
hv set governor ondemand --cpus 0 --yes >/dev/null
echo userspace >"$(governor 0)"
ends 'undo goes on to the change before' 0 hv undo --yes
like 'says what it passes by, and how to try it' "$output" 'policy0 holds something else: undo 4 tries again'
is 'and puts the older one back' "$(governors)" 'userspace powersave powersave powersave'
says 'then nothing is left to offer' 1 'there is nothing to undo' undo --yes
echo powersave >"$(governor 0)"
rm -r "$HVSCOPE_STATE"
for i in 1 2; do hv set governor performance --yes >/dev/null && hv undo --yes >/dev/null; done

# Undone, and later set once more by hand: the old record does not count again.
hv set governor performance --yes >/dev/null
hv undo --yes >/dev/null
for i in 0 1 2 3; do echo performance >"$(governor $i)"; done
says 'an undone change is undone once' 1 'change 3 was undone already' undo 3 --yes
unlike 'and no plan of it is shown' "$output" 'policy'
is 'nothing moved' "$(governors)" 'performance performance performance performance'
for i in 0 1 2 3; do echo powersave >"$(governor $i)"; done

# Another boot, another host: the same file, other words in it.
rm -r "$HVSCOPE_STATE"
hv set governor performance --yes >/dev/null
cp "$HVSCOPE_STATE/journal" "$tmp/kept"
sed -i "s/$(</proc/sys/kernel/random/boot_id)/00000000-0000-4000-8000-000000000000/" "$HVSCOPE_STATE/journal"
says 'a change of another boot' 1 'lost at reboot' undo 1 --yes
unlike 'is not planned either' "$output" 'policy'
says 'and is not the newest to undo' 1 'nothing to undo' undo --yes
like 'the journal says so' "$(hv journal)" 'lost at reboot'
is 'the script leaves it out' "$(hv journal --shell | grep -c '^restore ')" 0
sed "s/\"host\":\"[^\"]*\"/\"host\":\"another\"/" "$tmp/kept" >"$HVSCOPE_STATE/journal"
says 'a change of another host' 1 'was made on another \(.*\), not on' undo 1 --yes
is 'nothing moved' "$(governors)" 'performance performance performance performance'

# A journal that was torn, and one that wants something else written.
{
	sed 's/scaling_governor/..\/..\/..\/..\/..\/..\/tmp\/x/g' "$tmp/kept"
	cat "$tmp/kept"
	head -c 100 "$tmp/kept"
} >"$HVSCOPE_STATE/journal"
ends 'noise in the journal is no failure' 0 hv journal
like 'it is counted' "$output" '3 lines could not be read and were left out'
ends 'what can be read can be undone' 0 hv undo --yes
is 'everything is as before' "$(all_files)" "$before"

cat "$tmp/kept" >"$HVSCOPE_STATE/journal"
chmod 666 "$HVSCOPE_STATE/journal"
says 'a journal that others may write is not believed' 1 'may be written by other users: chmod go-w' undo --yes
chmod 600 "$HVSCOPE_STATE/journal"
chown 65534 "$HVSCOPE_STATE/journal"
says 'nor that of another user' 1 'belongs to another user' undo --yes

done_testing

#!/usr/bin/env bash
# What refuses a change on the real path: policies, the journal, the user, the options; nothing is left half done.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/realhost.sh"

# Half of the policies refuse.
machine
before=$(all_files)
read_only "$(governor 1)"
read_only "$(governor 3)"
says 'policies that refuse are named' 1 '2 of 4 policies: policy1, policy3 refused \(EROFS\): everything was put back; the file system is mounted read-only there' \
	set governor performance --yes
is 'everything is as before' "$(all_files)" "$before"
is 'the journal says put-back' "$(journal_states)" put-back
says 'there is nothing to undo' 1 'nothing to undo' undo --yes
unbind "$(governor 1)" "$(governor 3)"
ends 'once they agree, so do all' 0 hv set governor performance --yes
is 'and all are switched' "$(governors)" 'performance performance performance performance'

# What can no more be undone stays in the journal until it can.
read_only "$(governor 2)"
says 'an undo that is refused says by whom' 1 'policy2 refused \(EROFS\): the rest stays in the journal' undo --yes
is 'the others are put back' "$(governors)" 'powersave powersave performance powersave'
like 'the journal says that it is not over' "$(journal_states)" ' partly-undone$'
unbind "$(governor 2)"
ends 'a second undo puts the rest back' 0 hv undo --yes
is 'then everything is as before' "$(all_files)" "$before"

# The journal comes first: what cannot be written down is not done.
mkdir "$tmp/fixed"
read_only "$tmp/fixed"
HVSCOPE_STATE=$tmp/fixed says 'a journal on a read-only folder' 1 'journal cannot be.*Read-only file system' \
	set governor performance --yes
HVSCOPE_STATE=$tmp/fixed/deeper says 'a folder for it that cannot be made' 1 'journal cannot be.*Read-only file system' \
	set governor performance --yes
mkdir "$tmp/linked"
ln -s "$tmp/elsewhere" "$tmp/linked/journal"
HVSCOPE_STATE=$tmp/linked says 'a journal that is a symbolic link' 1 'journal is a symbolic link, which is not followed' \
	set governor performance --yes
is 'what it points to is not made' "$(ls "$tmp" | grep elsewhere)" ''
mkdir -p "$tmp/folder/journal"
HVSCOPE_STATE=$tmp/folder says 'a journal that is a folder' 1 'journal cannot be' set governor performance --yes
mkdir -m 777 "$tmp/shared"
HVSCOPE_STATE=$tmp/shared says 'a folder that others may write' 1 'may be written by other users' \
	set governor performance --yes
is 'nothing was written by any of them' "$(all_files)" "$before"

# A disk that is full before the first record, and one that is full after it.
mkdir "$tmp/full"
mount -t tmpfs -o size=4k tmpfs "$tmp/full" && bound=("$tmp/full" "${bound[@]}")
record=$(head -n 1 "$tmp/state/journal" | wc -c)
# pad BYTES - a journal that leaves room for so many; a tmpfs of one page
pad() {
	rm -f "$tmp/full/journal"
	(umask 077 && printf '%*s\n' $((4095 - $1)) '{' >"$tmp/full/journal")
}
pad 100
HVSCOPE_STATE=$tmp/full says 'no room for the journal' 1 'nothing was written, because the journal cannot be: .*No space left' \
	set governor performance --yes
is 'no half record is left' "$(wc -l <"$tmp/full/journal")" 1
is 'nothing was written, really' "$(all_files)" "$before"
pad $((record + 40))
HVSCOPE_STATE=$tmp/full ends 'room for the first record only' 0 hv set governor performance --yes
like 'is told' "$output" '4 of 4 set and read back; the journal could not be ended: .*No space left'
HVSCOPE_STATE=$tmp/full says 'an undo that cannot be written down' 1 'nothing was written, because the journal cannot be' \
	undo --yes
is 'is not done' "$(governors)" 'performance performance performance performance'
mount -o remount,size=64k "$tmp/full"
HVSCOPE_STATE=$tmp/full ends 'with room there is one' 0 hv undo --yes
is 'and everything is as before' "$(all_files)" "$before"

# Who may not, and what is not there.
open_folder
cp "$HVSCOPE" "$folder/hvscope"
mkdir -m 700 "$folder/state"
chown 65534:65534 "$folder/state"
nobody() {
	HVSCOPE_STATE=$folder/state HOME=/nonexistent timeout 30 setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$folder/hvscope" --interval 0.1 "$@" </dev/null
}
ends 'nobody may not' 1 nobody set governor performance --yes
like 'the plan is shown' "$output" 'policy0-3 scaling_governor  powersave -> performance'
like 'and then the reason, and what would help' "$output" 'refused \(EACCES\): nothing was changed; only root may write there'
says 'an unknown governor' 1 'no governor warp: it offers conservative ondemand' set governor warp --yes
says 'no name of a governor' 1 'not the name of a governor' set governor '../x' --yes
says 'CPUs that are not there' 1 'no policy governs the CPUs 77' set governor performance --cpus 77 --yes
says 'some CPUs that are not there' 1 'no policy governs the CPUs 4-5' set governor performance --cpus 2-5 --yes
says 'with --read-only' 1 'nothing was changed: hvscope was started with --read-only' \
	--read-only set governor performance --yes
says 'with --read-only, not confirmed' 1 'nothing was changed: hvscope was started with --read-only' \
	--read-only set governor performance
like 'the plan is shown with the reason' "$output" 'Not here hvscope was started with --read-only'
says 'another machine' 1 'nothing was changed: This is a directory, not a running machine' --root "$machine" set governor performance --yes
is 'nothing was written by any of these' "$(all_files)" "$before"

for wrong in 'set' 'set governor' 'set governor a b' 'set speed 3' 'set governor performance --cpus x' \
	'set governor performance --cpus' 'set governor performance --maybe' 'undo x' 'undo 0' 'undo -1' 'undo 1 2' \
	'undo 1 --all' 'journal 1' 'journal --xml' 'change' '--interval 0 report' '--root'; do
	# shellcheck disable=SC2086 # several words
	says "wrong use: $wrong" 2 '.' $wrong
done
is 'which changes nothing' "$(all_files)" "$before"

rm -r "$machine$cpu"/cpufreq "$machine$cpu"/cpu*/cpufreq
says 'a machine without policies' 1 'no frequency policies: its firmware or its own hypervisor' set governor performance --yes
says 'whichever of its CPUs is meant' 1 'no frequency policies' set governor performance --cpus 1 --yes

done_testing

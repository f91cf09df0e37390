#!/usr/bin/env bash
# Captures on the command line: what is written and where, how it ends, what is refused, and that it opens again.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
export HVSCOPE_STATE=$tmp/state
child=
silent=

tap_cleanup() {
	[[ -z $child$silent ]] || kill -KILL $child $silent 2>/dev/null
}

"$HVSCOPE" simulate --packages 1 --cores 4 --threads 2 --guests 2 --seed 1 "$tmp/host" >/dev/null || exit 1
cd "$tmp" || exit 1

# capture STATUS NAME ARGUMENTS... - of the simulated machine, in a moment
capture() {
	ends "$2" "$1" "$HVSCOPE" --root host capture --interval 0.1 "${@:3}"
}
# Beside the files that are wanted nothing is left, such as a file that was not finished.
nothing_beside() {
	is "$1: nothing is left beside" "$(find . -maxdepth 1 -name '*~')" ''
}

capture 0 'four ticks' a.host --seconds 0.3
like 'say where, how many and how long' "$output" '^a\.host: 4 ticks of simulated-8, [0-9]+ KiB of text$'
is 'it is a capture' "$(head -n 1 a.host)" 'hvscope-capture 1'
is 'of a folder' "$(grep '^: kind' a.host)" ': kind directory'
is 'in four ticks' "$(grep '^@' a.host | cut -d ' ' -f 1,2,5 | tr '\n' ' ')" '@ 1 all @ 2 due @ 3 due @ 4 all '
is 'and an end' "$(tail -n 1 a.host)" '.'
is 'for its owner alone' "$(stat -c %a a.host)" 600
first=$(awk '/^@ 2 /{exit} {n++} END {print n}' a.host)
later=$(awk '/^@ 2 /{on=1} on {n++} END {print n}' a.host)
((later * 10 < first)) && pass 'later ticks hold what changed' || fail 'later ticks hold what changed' "$first, $later"
nothing_beside 'at the end'

# What was captured opens, and captured again it is the same, to the last byte.
ends 'it opens' 0 "$HVSCOPE" --open a.host --tick 4 report --json
report=$output
like 'as itself' "$report" '"hostname": "simulated-8"'
ends 'a capture of a capture' 0 "$HVSCOPE" --open a.host capture b.host
cmp -s a.host b.host && pass 'is the same' || fail 'is the same' "$(diff a.host b.host | head)"
ends 'from standard input to standard output' 0 bash -c '"$0" --open - capture - <a.host 2>says >c.host' "$HVSCOPE"
cmp -s a.host c.host && pass 'is the same' || fail 'is the same' "$(diff a.host c.host | head)"
like 'says so on standard error' "$(cat says)" '^standard output: 4 ticks of simulated-8, '
ends 'compressed' 0 "$HVSCOPE" --open a.host capture d.host.gz
gzip -dc d.host.gz | cmp -s - a.host && pass 'it is the same' || fail 'it is the same'
(($(stat -c %s d.host.gz) * 4 < $(stat -c %s a.host))) && pass 'and smaller' || fail 'and smaller'
ends 'it opens compressed' 0 "$HVSCOPE" --open d.host.gz --tick 4 report --json
is 'and reports the same' "$output" "$report"

# Of one that was cut off the ticks that are whole are had back as it says.
head -n -1 a.host >cut.host
gzip -c cut.host >cut.host.gz
for file in cut.host cut.host.gz; do
	ends "$file: does not open" 1 "$HVSCOPE" --open "$file" report
	like 'says what is whole' "$output" "$file:[0-9]+: it was cut off here; ticks 1 to 3 are whole: \(.*\) >whole\.host keeps them\$"
	rm -f whole.host
	bash -c "$(sed -n 's/.* whole: \(.*\) keeps them$/\1/p' <<<"$output")"
	ends 'what it says keeps them' 0 "$HVSCOPE" --open whole.host --tick 3 report
done
cp cut.host "cut $(printf '%0100d' 0).host"
ends 'with a long name' 1 "$HVSCOPE" --open cut\ *.host report
like 'it says where' "$output" ' are whole, up to line [0-9]+$'
head -c 9000 a.host | gzip | head -c 1000 >cut.host.gz
ends 'the end of gzip is missing' 1 "$HVSCOPE" --open cut.host.gz report
like 'it says what helps' "$output" 'gzip -dc unpacks what is there$'
rm -f cut*

# The example that explains the format is one.
sed -n '/^hvscope-capture 1$/,/^\.$/p' "$top/README.md" >readme.host
ends 'the example of the README opens' 0 "$HVSCOPE" --open readme.host --tick 2 report --json
like 'as the machine it is of' "$output" '"hostname": "node7"'

# What is there already
cp a.host old.host
capture 1 'a capture is not replaced' old.host --seconds 0
like 'and told' "$output" 'old\.host is there already; --force replaces it'
cmp -s a.host old.host && pass 'it stays as it is' || fail 'it stays as it is'
capture 0 'but by force' old.host --seconds 0 --force
like 'by one tick' "$output" '1 tick of'
echo 'dear diary' >diary
capture 1 'another file is not' diary --seconds 0
like 'and why' "$output" 'diary is there already; --force replaces it'
is 'it stays as it is' "$(cat diary)" 'dear diary'
capture 0 'but by force' diary --seconds 0 --force
is 'then it is a capture' "$(head -c 15 diary)" 'hvscope-capture'
for end in bz2 XZ zst; do
	capture 1 "what is not compressed like that: $end" "x.host.$end" --seconds 0
	like 'is told' "$output" "x\.host\.$end: of compressions there is only \.gz, not \.${end,,}\$"
done
capture 0 'capitals' X.HOST.GZ --seconds 0
gzip -t <X.HOST.GZ && pass 'are compressed too' || fail 'are compressed too'
mkdir locked
echo mine >locked/a.host
chmod 500 locked
if [[ -w locked ]]; then
	skip 'where force is no help it is not named' 'root may write everywhere'
else
	capture 1 'where nothing can be written' locked/a.host --seconds 0
	like 'force is not named' "$output" 'Permission denied$'
fi
chmod 700 locked
: >empty
capture 0 'an empty file is replaced' empty --seconds 0
ln -s empty link
capture 1 'a link is not followed' link --seconds 0
like 'and told' "$output" 'link is a symbolic link, which is not followed'
capture 1 'not by force either' link --seconds 0 --force
mkfifo fifo
capture 1 'a FIFO is not waited for' fifo --seconds 0 --force
like 'it is no file' "$output" 'fifo is not a regular file'
capture 1 'a folder that is not there' none/a.host --seconds 0
like 'is told' "$output" 'none/a\.host cannot be written: No such file or directory'
capture 1 'a folder' host --seconds 0
ends 'a full disk' 1 bash -c '"$0" --root host capture - --seconds 0 >/dev/full' "$HVSCOPE"
like 'is told' "$output" 'standard output cannot be written: No space left on device'
# A disk that fills: a file may grow no further than that.
small() {
	ends "$1" "$2" env --ignore-signal=XFSZ bash -c 'ulimit -f "$1"; shift; exec "$@"' _ "$3" "$HVSCOPE" --root host \
		--interval 0.1 capture "${@:4}"
}
need=$(($(grep -b '^@ 2 ' a.host | cut -d : -f 1) / 1024 + 2))
small 'a disk that fills later' 1 "$need" full.host --seconds 3600
like 'keeps whole ticks' "$output" 'full\.host cannot be written: File too large; the [0-9]+ ticks? before are in it, and it opens'
is 'with an end' "$(tail -n 1 full.host)" '.'
ends 'it opens' 0 "$HVSCOPE" --open full.host report
small 'one that fills in the first tick' 1 1 fuller.host --seconds 1
like 'keeps nothing' "$output" 'fuller\.host cannot be written: File too large; nothing of it is kept'
small 'a compressed one' 1 1 full.host.gz --seconds 1
like 'keeps nothing' "$output" 'full\.host\.gz cannot be written: File too large; nothing of it is kept'
[[ ! -e fuller.host && ! -e full.host.gz ]] && pass 'they are not there' || fail 'they are not there'
nothing_beside 'on a full disk'
ends 'no standard output' 1 bash -c '"$0" --root host capture - --seconds 0 >&-' "$HVSCOPE"
like 'is told' "$output" 'standard output cannot be written: '
ends 'nobody reads it' 1 bash -o pipefail -c '"$0" --root host capture - --seconds 0 | :' "$HVSCOPE"
like 'is told' "$output" 'standard output cannot be written: Broken pipe'
ends 'a machine that is not there' 1 "$HVSCOPE" --root none capture e.host
[[ ! -e e.host ]] && pass 'leaves no file' || fail 'leaves no file'
nothing_beside 'after refusals'

# Wrong usage
capture 2 'no file'
like 'is told' "$output" 'capture takes one file'
capture 2 'a file without a name' ''
ends 'its own help' 0 "$HVSCOPE" capture --help
like 'has its options' "$output" '^hvscope \[OPTION\.\.\.\] capture FILE\.host'
is 'and no others' "$(grep -c -e '--theme' -e 'pin GUEST' <<<"$output")" 0
ends 'that of simulate' 0 "$HVSCOPE" simulate --help
like 'too' "$output" '^usage: hvscope simulate'
ends 'a capture is no subcommand' 2 "$HVSCOPE" a.host
like 'but opened' "$output" 'there is no subcommand "a\.host"; hvscope --open a\.host opens a capture$'
ends 'nor is open' 2 "$HVSCOPE" open a.host
like 'but an option' "$output" 'there is no subcommand "open"; hvscope --open FILE opens a capture$'
ends 'nor a folder' 2 "$HVSCOPE" host
like 'but another option' "$output" 'hvscope --root host shows the machine in that folder$'
ends 'a capture is no folder' 1 "$HVSCOPE" --root a.host report
like 'but opened' "$output" 'a\.host is not a directory; --open opens a capture$'
capture 2 'two files' a b
for seconds in x -1 1e9 nan ''; do
	capture 2 "--seconds \"$seconds\"" f.host --seconds "$seconds"
done
like 'is told' "$output" '--seconds takes seconds from 0 to'
ends 'a capture has times of its own' 2 "$HVSCOPE" --open a.host capture f.host --seconds 3
ends 'and its interval' 2 "$HVSCOPE" --open a.host --interval 2 capture f.host
[[ ! -e f.host ]] && pass 'no file was written' || fail 'no file was written'

# begin ARGUMENTS... - in the background, as if from a terminal: there a shell does not ignore SIGINT for it
begin() {
	env --default-signal=INT,TERM,HUP "$HVSCOPE" --root host capture "$@" >out 2>says &
	child=$!
}
# Its status, in $status.
ended() {
	wait "$child"
	status=$?
	child=
}
draft_has() {
	grep -qs "$1" "$2".*~
}

for sig in INT TERM HUP; do
	begin "$sig.host" --seconds 3600 --interval 0.1
	until_true 20 draft_has '^@ 2 ' "$sig.host" || fail 'it runs' "$(cat says)"
	kill -s "$sig" "$child"
	ended
	is "$sig ends it well" "$status" 0
	like 'it says with how much' "$(cat says)" "^$sig\.host: [0-9]+ ticks of simulated-8"
	is 'the file is whole' "$(tail -n 1 "$sig.host")" '.'
	ends 'and opens' 0 "$HVSCOPE" --open "$sig.host" show overview
done
nothing_beside 'after signals'
begin i.host --seconds 3600 --interval 60
until_true 20 draft_has '^@ 1 ' i.host || fail 'it runs' "$(cat says)"
kill -s INT "$child"
ended
is 'the next tick is not waited for' "$status" 0
begin nohup.host --seconds 3600 --interval 0.1
until_true 20 draft_has '^@ 1 ' nohup.host || fail 'it runs' "$(cat says)"
kill -KILL "$child"
{ wait "$child"; } 2>/dev/null
child=
[[ ! -e nohup.host ]] && pass 'what was killed is not there under its name' || fail 'what was killed is not there'
rm -f ./*~

# One that hangs, here since nobody takes what it writes, leaves at the second signal.
# Before that it is a copy of this shell, which would clean up after a signal as this one does.
runs() {
	grep -qs hvscope "/proc/$child/comm"
}
gone() {
	kill -s TERM "$child" 2>/dev/null
	! kill -0 "$child" 2>/dev/null
}
exec 8<>fifo
env --default-signal=INT,TERM,HUP "$HVSCOPE" --root host capture - >fifo 2>says &
child=$!
until_true 20 runs
until_true 20 gone && pass 'it can be left while it hangs' || fail 'it can be left while it hangs'
ended
is 'as any program' "$status" 143
exec 8>&-

# A libvirt that takes calls and answers none: so does the first tick, for as long as --timeout says.
if [[ $(type -t python3) == file ]]; then
	python3 -c 'import signal, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
signal.pause()' "$tmp/silent" >/dev/null 2>&1 &
	silent=$!
	until_true 20 test -S silent
	env --default-signal=INT,TERM,HUP "$HVSCOPE" --root host --connect "qemu+unix:///system?socket=$tmp/silent" \
		--timeout 600 capture stuck.host >out 2>says &
	child=$!
	until_true 20 compgen -G 'stuck.host.*~' >/dev/null || fail 'it begins' "$(cat says)"
	until_true 20 gone
	ended
	is 'while libvirt hangs it can be left too' "$status" 143
	[[ ! -e stuck.host ]] && pass 'it is not there' || fail 'it is not there'
	nothing_beside 'given up'
	kill "$silent"
	wait "$silent" 2>/dev/null
	silent=
else
	skip 'while libvirt hangs it can be left too' 'no python3'
fi

# Names are masked on the way.
ends 'without names' 0 "$HVSCOPE" --open INT.host capture masked.host --anonymous
is 'says so' "$(grep '^: anonymous' masked.host)" ': anonymous yes'
is 'and they are gone' "$(grep -c simulated-8 masked.host)" 0

# Progress is for people: one line, which is gone at the end.
if [[ $(type -t script) == file ]]; then
	script -qec "'$HVSCOPE' --root host capture --seconds 0.2 --interval 0.1 p.host" log </dev/null >/dev/null
	like 'on a terminal it says how far it is' "$(cat log)" $'\rtick 2 of 3, [0-9.]+ KiB; Ctrl-C: one more tick, then it ends'
	like 'and then where it is' "$(cat log)" $'\r +\rp\\.host: 3 ticks of simulated-8'
else
	skip 'on a terminal it says how far it is' 'no script(1)'
fi
done_testing

#!/usr/bin/env bash
# A change that is killed between any two steps can be undone from the journal; one that is asked to end puts all back.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/realhost.sh"
command -v strace >/dev/null || skip_all 'strace is not installed'
strace -o /dev/null true 2>/dev/null || skip_all 'strace may not trace here'
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0

machine --cores 3
before=$(all_files)
# Only calls on these count, so that the n-th is the same one in each run.
paths=(-P "$HVSCOPE_STATE" -P "$HVSCOPE_STATE/journal")
for i in 0 1 2; do
	paths+=(-P "$(governor $i)")
done

# traced CALL N ARGUMENT… - the program, killed as it enters the N-th such call; not write: a file of a disk is empty
# between open and write, one of the kernel is not
traced() {
	local call=$1 n=$2
	shift 2
	timeout 30 strace -qq -o "$tmp/trace" "${paths[@]}" -e "trace=$call" -e "inject=$call:signal=KILL:when=$n" \
		"$HVSCOPE" --interval 0.1 "$@" </dev/null >"$tmp/out" 2>&1
} 2>/dev/null

again() {
	local i
	for i in 0 1 2; do
		echo "$1" >"$machine$cpu/cpufreq/policy$i/scaling_governor"
	done
	rm -rf "$HVSCOPE_STATE"
	mkdir "$HVSCOPE_STATE"
}

# every_kill NAME CALL FROM STATUS PREPARE ARGUMENT… - kills one run after the other, each a call later, until one ends
# by itself with STATUS; FROM: calls before it only look; after each of them undo must find what is left and put it back
every_kill() {
	local name=$1 call=$2 from=$3 status=$4 prepare=$5 n=$(($3 - 1)) got=137 wrong='' changed=0
	shift 5
	while ((got == 137 && ++n < 100)); do
		again powersave
		$prepare
		traced "$call" "$n" "$@"
		got=$?
		[[ $(governors) == 'powersave powersave powersave' ]] || changed=$((changed + 1))
		hv undo --yes >"$tmp/undone" 2>&1
		[[ $(all_files) == "$before" ]] || wrong+="after $call $n: $(governors): $(tail -n 1 "$tmp/undone")"$'\n'
		hv journal --json | "$HVSCOPE_BUILD/helper/json" entries '*' undoable >"$tmp/left" &&
			! grep -q true "$tmp/left" || wrong+="after $call $n: the journal is not at peace"$'\n'
	done
	((got == status)) || wrong+="ended with $got: $(tail -n 1 "$tmp/out")"$'\n'
	# the kills must have met what they are for
	((n > from + 2 && changed > 0)) || wrong+="$((n - from + 1)) runs, $changed of them left something changed"$'\n'
	if [[ -z $wrong ]]; then pass "$name ($((n - from)) kills)"; else fail "$name" "$wrong"; fi
}

nothing() {
	:
}
is_set() {
	hv set governor performance --yes >/dev/null
}

every_kill 'killed before any file is opened' openat 6 0 nothing set governor performance --yes
every_kill 'killed before any file is closed' close 6 0 nothing set governor performance --yes
every_kill 'killed before anything is on the disk' fsync 1 0 nothing set governor performance --yes
every_kill 'killed in an undo' openat 4 0 is_set undo --yes
read_only "$(governor 2)"
every_kill 'killed while it puts back' openat 14 1 nothing set governor performance --yes
unbind "$(governor 2)"

# asked SIGNAL ARGUMENT… - the program, slow at the second policy, gets the signal when the first is done
asked() {
	local signal=$1 wanted=$2 running
	shift 2
	rm -f "$tmp/pid"
	timeout 30 strace -qq -o "$tmp/trace" -P "$(governor 1)" -e trace=write -e inject=write:delay_enter=1500000 \
		sh -c 'echo $$ >"$0" && exec "$@"' "$tmp/pid" "$HVSCOPE" --interval 0.1 "$@" </dev/null >"$tmp/out" 2>"$tmp/err" &
	running=$!
	started+=("$running")
	until_true "$wait_seconds" first_is "$wanted" || return 99
	kill "-$signal" "$(<"$tmp/pid")"
	wait "$running"
} 2>/dev/null
first_is() {
	[[ $(<"$(governor ${first:-0})") == "$1" ]]
}

for signal in TERM INT; do
	again powersave
	asked $signal performance set governor performance --yes
	status=$?
	is "SIG$signal ends it by that" $status $((128 + $(kill -l $signal)))
	like 'which says what became of it' "$(<"$tmp/err")" 'stopped after [12] of 3: everything was put back'
	is 'and everything is as before' "$(all_files)" "$before"
	is 'the journal says put-back' "$(journal_states)" put-back
done

again powersave
is_set
first=2 asked TERM powersave undo --yes
is 'SIGTERM ends an undo' $? 143
like 'which says how far it came' "$(<"$tmp/err")" 'stopped: [12] of 3 put back: the rest stays in the journal'
ends 'another one does the rest' 0 hv undo --yes
is 'then everything is as before' "$(all_files)" "$before"

done_testing

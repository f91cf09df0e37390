#!/usr/bin/env bash
# Walks from "web3 is slow" to its cause with the keys of the walk alone, on a capture of a host like the founding story's.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
cd "$tmp" || exit 1
story=$top/tests/hosts/story.host

# walk SCRIPT... - the program obeys these lines at the end of the capture
walk() {
	printf '%s\n' 'size 120x40' 'go 2' "$@" >script
	timeout 60 "$HVSCOPE" --open "$story" --script script
}

shown=$(walk 'key w' 'key Enter' 'type web3 60 112' 'key Enter' show)
like 'the first step takes what is slow' "$shown" 'WALK  web3: 112 against 60 ms +step 0 of 13'
like 'it asks' "$shown" 'What is slow, by how much, and compared with'

shown=$(walk 'key w' 'key Enter' 'type web3 60 112' 'key Enter' 'key n' show)
like 'the clock comes first' "$shown" 'Do busy CPUs run at least at their base clock'
like 'its panel comes forward' "$shown" '8 busy · 8 slow · 24 policies'
like 'it is found' "$shown" 'Found: Governor powersave on acpi-cpufreq pins'
like 'and explains all' "$shown" 'up to all of the 52 ms'
strip=$(walk 'key w' 'key Enter' 'type web3 60 112' 'key Enter' show | sed -n 's/.*│ //p' | tr '\n' ' ' | tr -s ' ')
like 'what is still to come stands there' "$strip" 'Later, at most: Clock 52 ms · Emulated devices 17 ms · Idle states 1\.3 ms'

# every step that has found something, in the order in which they are walked, with what it could explain
next=('key w' 'key Enter' 'type web3 60 112' 'key Enter')
for ((i = 0; i < 13; i++)); do next+=('key n' show); done
order=$(walk "${next[@]}" | grep -o 'step [0-9]* of 13\|Found:\|Do busy CPUs\|Is there an emulated\|Do CPUs on its path' |
	awk '/^step/ { step = $2; next } /^Do busy/ { what = "clock" } /^Is there/ { what = "devices" }
		/^Do CPUs/ { what = "C-state" } /^Found/ && what != "" { print what; what = "" }' | tr '\n' ' ')
is 'clock, devices and C-state are found in that order' "$order" 'clock devices C-state '

# the panel and the strip say the same of one CPU: never more than its entries times its exit latency
shown=$(walk 'key w' 'key n' 'key n' 'key n' 'key n' 'key n' 'key n' show)
like 'the strip says what waking costs' "$shown" 'woken from C6 950 times a second, up'
like 'the panel says the same' "$shown" '133 µs +970  126 ms/s'
like 'the overview is no further off' "$(walk show)" 'CPUs 27 % busy'

shown=$(walk 'key w' 'key n' 'key Tab' 'key Down' 'key Down' show)
like 'the panel has its keys when it has the focus' "$shown" "w the walk's keys"
shown=$(walk 'key w' 'key n' 'key n' 'key Esc' 'key 6' show 'key w' show)
like 'it is left' "$(head -n 40 <<<"$shown")" 'NUMA|node 0'
unlike 'its strip is gone' "$(head -n 40 <<<"$shown")" 'WALK'
like 'and taken up at the same step' "$(tail -n 40 <<<"$shown")" 'step 2 of 13'
shown=$(walk 'key w' 'key n' 'key g' show)
like 'g is the same g' "$shown" 'governor'
# the bar below a plan: arrows only where something scrolls
shown=$(walk 'key w' 'key n' 'size 80x24' 'key f' show)
like 'a plan that fits' "$shown" 'Esc close'
unlike 'needs no arrows' "$shown" 'scroll$'
like 'one that does not, says so' "$(walk 'key w' 'key n' 'size 80x14' 'key f' show)" 'more.*Esc close  ↑ scroll$'
like 'a wrong answer is told' "$(walk 'key w' 'key Enter' 'type 112 60' 'key Enter' show)" 'is not slow'
like 'a guest that is not there is told, and which there are' "$(walk 'walk web9 60 112' show)" \
	'No guest "web9" is here\. There are [a-z0-9, ]*web3'
unlike 'and nothing is framed then' "$(walk 'walk web9 60 112' show)" 'slow by'
like 'what takes hours is no latency' "$(walk 'walk web3 1e9 2e9' show)" 'more than an hour'
end=$(walk "${next[@]}" | tail -n 40 | sed -n 's/.*│ //p' | tr '\n' ' ' | tr -s ' ')
like 'what is too small stands at its end, in order of worth' "$end" \
	'Too small to explain it: Idle states 1\.3 ms, Placement 1\.0 ms, Memory 1\.0 ms'

# the case, by e
walk "${next[@]}" 'key e' 'key Enter' show >out
like 'e writes a file' "$(<out)" 'The case is in hvscope-case-kvm07-20261126-0312.md'
file=hvscope-case-kvm07-20261126-0312.md
cp "$file" before
walk 'key w' 'key e' 'key Enter' show >out
like 'the next one has a name of its own' "$(<out)" 'The case is in hvscope-case-kvm07-20261126-0312-2.md'
walk 'key w' "case $file" show >out
like 'what is there is not written over' "$(<out)" 'is there already, and was left as it is'
is 'it is as before' "$(cmp "$file" before && echo same)" same
is 'nobody else may read it' "$(stat -c %a "$file")" 600
case=$(<"$file")
like 'it says what is slow' "$case" '# Case: web3: slow by 52 ms'
like 'and the cause, in order of worth' "$case" \
	'The cause, what could explain most first. Clock, up to all of the 52 ms: Governor powersave .* Emulated devices, up to 17 ms of the 52 ms: web3: disk vda'
like 'a symptom is told apart' "$case" 'KVM \| found, a symptom of V03 \| up to 7\.3 ms'
like 'and what it follows from' "$case" 'leaves for QEMU 6500 times a second.* It follows from V03 vm-disk-emulated: mend that first\.'
unlike 'it is no cause of its own' "$case" 'The cause,.* KVM, up to'
like 'what is too small' "$case" 'Idle states \| found, too small \| up to 1\.3 ms'
like 'what would be put back' "$case" 'F02 cpufreq-governor\*\*.*beware: tuned may take that back \(D01\)'
like 'notes' "$case" $'## Notes\n\n- .*F08 turbo-disabled: '
like 'what was ruled out' "$case" 'What was ruled out, and why'
like 'with values' "$case" 'silicon\.low_khz: 1'
like 'what is still to do' "$case" 'F02 cpufreq-governor'
like 'what was changed' "$case" $'## What was changed\n\nNothing by this walk'

# the same without an operator
timeout 60 "$HVSCOPE" case --open "$story" --guest web3 --reference 60 --observed 112 >alone
is 'hvscope case ends well' $? 0
is 'and writes the same' "$(diff "$file" alone | wc -l)" 0
timeout 60 "$HVSCOPE" case --open "$story" --reference 60 2>err
is 'a number alone is wrong usage' $? 2
like 'which is told' "$(<err)" 'belong together'
timeout 60 "$HVSCOPE" case --open "$story" --guest web9 >nobody 2>err
is 'so is a guest that is not there' $? 2
like 'the others are named' "$(<err)" 'No guest "web9" is here\. There are .*db1'
is 'and no case is written' "$(<nobody)" ''
timeout 60 "$HVSCOPE" case --open "$top/tests/hosts/fine.host" --reference 60 --observed 112 >fine
unlike 'a host without findings is not the cause' "$(<fine)" 'The cause'
done_testing

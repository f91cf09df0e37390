#!/usr/bin/env bash
# The checks on a real kernel: a slow governor is found, mended from its finding, and the finding goes; a guest is left alone.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/lab.sh"
cpufreq=/sys/devices/system/cpu/cpufreq

# check [OPTION…] - the checks inside, as JSON; says ID KEY - of one of them
check() {
	inside "hvscope --interval 0.5 check --json $* >/share/check.json 2>/share/check.err"
}
says() {
	"$HVSCOPE_BUILD/helper/json" checks '*' id <"$lab/share/check.json" | awk -v id="$1" '$0 == id { print NR - 1; exit }' >"$tmp/index"
	"$HVSCOPE_BUILD/helper/json" checks "$(<"$tmp/index")" "$2" <"$lab/share/check.json"
}
# script LINE… - what the program shows after these lines of a script
script() {
	printf '%s\n' 'size 120x40' 'tick 3' "$@" >"$lab/share/script.hv"
	inside 'hvscope --interval 0.5 --script /share/script.hv'
}
governors() {
	inside "cat $cpufreq/policy*/scaling_governor" | sort | uniq -c | xargs
}

boot KVM=0
inside "for p in $cpufreq/policy*; do echo powersave >\$p/scaling_governor; done"
inside 'while :; do :; done >/dev/null 2>&1 & taskset -p 20 $!' >/dev/null
ends 'the check finds something' 1 check
is 'this host is no guest' "$("$HVSCOPE_BUILD/helper/json" banner <"$lab/share/check.json")" null
is 'the governor is a finding' "$(says F02 verdict) $(says F02 severity)" 'fire crit'
like 'with the clock that it pins' "$(says F02 line)" 'powersave on acpi-cpufreq .*0\.80 GHz, in 4 of 4 policies'
is 'the busy CPU is one too' "$(says F01 verdict) $(says F01 severity)" 'fire crit'
like 'with its clock, which is asked for and not measured' "$(says F01 line)" 'asked to run .*0\.80 of 2\.60 GHz'
is 'whose cause is the governor' "$(says F01 cause)" F02
shown=$(script 'key 8' show)
like 'the panel of findings has both, one as the effect of the other' "$shown" 'F02 .*crit.* Governor powersave .*F01 .*crit.* └ '

shown=$(script 'fix F02' show)
like 'the fix of the finding is planned' "$shown" 'powersave . performance'
is 'and nothing was done' "$(governors)" '4 powersave'
shown=$(script 'fix F01' 'key n' show)
is 'a no leaves it' "$(governors)" '4 powersave'
shown=$(script 'fix F02' 'key y' show 'tick 2' 'key 8' show)
like 'confirmed it is set and read back' "$shown" '4 of 4 set and read back'
is 'in the kernel' "$(governors)" '4 performance'
like 'the finding goes while one looks' "$(tail -n 40 <<<"$shown")" 'Id +State'
unlike 'both of them' "$(tail -n 40 <<<"$shown")" 'F0[12] '
check
is 'the governor passes' "$(says F02 verdict)" pass
unlike 'the busy CPU is no finding any more' "$(says F01 verdict)" fire
is 'and does not pass, since nobody measures it' "$(says F01 verdict)" unknown
like 'which is said' "$(says F01 line)" 'not measured'
ends 'undo' 0 inside 'hvscope undo --yes'
is 'makes it slow again' "$(governors)" '4 powersave'
check --only F02
is 'and the finding is back' "$(says F02 verdict)" fire
lab_off

boot FACE=guest NODES=1 CORES=1 KVM=0
inside "for p in $cpufreq/policy*; do echo powersave >\$p/scaling_governor; done"
check --require none
like 'a guest is told so first' "$("$HVSCOPE_BUILD/helper/json" banner <"$lab/share/check.json")" '^This host is itself a VM'
is 'that is a finding of its own' "$(says K06 verdict) $(says K06 severity)" 'fire info'
for id in F01 F02 F12 C01 C05; do
	is "$id is decided one level up" "$(says $id verdict)" 'not applicable'
done
like 'the text says it first too' "$(inside 'hvscope check --require none' | head -n 3)" 'This host is itself a VM'
done_testing

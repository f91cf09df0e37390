#!/usr/bin/env bash
# hvscope check and explain: how they end, what they print for people, programs and monitors, and which names they take.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$(dirname "$0")/../lib/mover.sh"
export HVSCOPE_STATE=$tmp
hosts=$(cd "$(dirname "$0")/../hosts" && pwd)
cd "$tmp" || exit 1

# judge MACHINE [OPTION…]
judge() {
	"$HVSCOPE" check --open "$hosts/$1.host" "${@:2}"
}

ends 'a host that is set up well: 0' 0 judge clean
like 'it says so' "$output" 'Nothing was found'
like 'and counts' "$output" '0 critical, 0 warnings, 0 notes; [1-9][0-9]* pass'
like 'what is not known stands apart' "$output" '1 check not measured yet: F11'
for profile in trading batch; do
	ends "with profile $profile too: 0" 0 judge clean --profile "$profile"
	like "profile $profile is named" "$output" "profile $profile"
done

ends 'the founding story: 1' 1 judge founding
like 'the clock first' "$output" $'\n\n▲ crit  F02 cpufreq-governor\n'
like 'its effect below it' "$output" $'\n  ▲ crit  F01 freq-busy-below-base\n'
like 'effects are counted apart' "$output" 'and [0-9]+ more findings? that these explain;'
ends 'nothing among those that are chosen: 0' 0 judge clean --only memory,k01
ends 'ids and slugs, in any case' 1 judge founding --only 'f02, CPUFREQ-governor'
unlike 'only those' "$output" 'V03|F01'
ends 'warnings fail' 1 judge simulated-intel --only idle
ends 'but not with --fail-on crit' 0 judge simulated-intel --only idle --fail-on crit

ends 'a required check that is not known: 4' 4 judge clean --require F02,F11
like 'which one' "$(judge clean --require F11 2>&1 >/dev/null)" 'F11 .* is required and not known'
ends 'findings win' 1 judge founding --require F11
ends 'none is required' 0 judge clean --require none
ends 'what is required is so though it is not chosen: 4' 4 judge clean --only F02 --require F11
ends 'what is named is required: 4' 4 judge clean --only F02,F11
ends 'but not with its family' 0 judge clean --only frequency
ends 'nor where none is' 0 judge clean --only F02,F11 --require none
ends 'nothing could be judged: 4' 4 judge clean --only F11 --require none
ends 'a capture that is not there: 4' 4 "$HVSCOPE" check --open nix.host
ends 'output that cannot be written: 4' 4 eval 'judge clean >/dev/full'

"$HVSCOPE" simulate --clean "$tmp/still" >/dev/null
ends 'a folder where nothing moves: no clock is judged, 4' 4 "$HVSCOPE" check --root "$tmp/still"
like 'what can be required of it' "$output" 'Nothing moves in a folder: --require F02,K01 asks'
unlike 'a folder is not recorded anew' "$output" 'record it'
"$HVSCOPE" simulate --clean "$tmp/still.host" >/dev/null 2>&1
ends 'as a capture it moves: 0' 0 "$HVSCOPE" check --open "$tmp/still.host"
like 'the help promises no more' "$("$HVSCOPE" simulate --help | tr '\n' ' ')" \
	'finds nothing; in a folder nothing moves, .*F01'
ends 'required so: 0' 0 "$HVSCOPE" check --root "$tmp/still" --require F02,K01

ends 'a name that is none: 2' 2 judge clean --only F
like 'it says what there is' "$output" '\(F02\).*\(cpufreq-governor\).*\(frequency, limits, .*placement'
ends 'no name at all: 2' 2 judge clean --only ,
ends 'families are not required: 2' 2 judge clean --require frequency
ends 'a limit that is none: 2' 2 judge clean --fail-on info
ends 'a word too much: 2' 2 judge clean F02
ends 'two forms at once: the monitor hears of it' 3 judge clean --json --nagios

refused=$(judge refused)
like 'what libvirt refused to tell is no guest without libvirt' "$refused" 'could not be read: refused: (.* )?V03 .* V16.* group libvirt'
unlike 'nor cannot it be known' "$refused" 'cannot be known here:.* V'

ends 'as JSON' 1 judge founding --json
like 'its schema' "$output" '"schema": "hvscope-check/1"'
like 'when it was' "$output" '"time": "2026-11-26T03:12:44Z"'
like 'what explains' "$output" '"cause": "F02"'
like 'problems and findings' "$output" $'"problems": 7,\n *"findings": 8'
like 'what did not keep a check from firing has a name of its own' "$(judge founding --json --only F01)" \
	$'"unread": null,\n *"unread_but_not_needed": \\{'
ends 'of one check' 0 judge clean --json --only F02
is 'only that' "$(grep -c '"slug":' <<<"$output")" 1

# monitor 'NAME' STATUS 'LINE' COMMAND…: one line on stdout alone.
monitor() {
	local name=$1 status=$2 line=$3 said got

	said=$("${@:4}" 2>/dev/null)
	got=$?
	is "$name: status" "$got" "$status"
	is "$name: one line" "$(wc -l <<<"$said")" 1
	like "$name: its words" "$said" "$line"
}
monitor 'fine' 0 '^HVSCOPE OK - [0-9]+ checks pass\. \| crit=0 warn=0 info=0 unknown=[0-9]+$' judge clean --nagios
monitor 'critical' 2 '^HVSCOPE CRITICAL - cpufreq-governor: .* \| crit=[1-9]' judge founding --nagios
monitor 'a warning' 1 '^HVSCOPE WARNING - cstate-deep-enabled: ' judge simulated-intel --nagios --only idle
monitor 'a warning that is none' 0 '^HVSCOPE OK .* warn=1 ' judge simulated-intel --nagios --only idle --fail-on crit
monitor 'critical, and what is required is not known' 2 \
	'^HVSCOPE CRITICAL - cpufreq-governor: .* policies; F11, K07 not known\. \| crit=[1-9]' \
	judge founding --nagios --require K07,F11
unlike 'what is known is not said' "$(judge founding --nagios --require F02)" 'not known'
like 'which wins is written down' "$("$HVSCOPE" check --help | tr '\n' ' ')" 'findings win over what is not known'
monitor 'not known' 3 '^HVSCOPE UNKNOWN - ' judge clean --nagios --require F11
monitor 'nothing judged' 3 '^HVSCOPE UNKNOWN - ' judge clean --nagios --only F11
monitor 'no such capture' 3 '^HVSCOPE UNKNOWN - the check could not run: nix\.host cannot be opened: ' "$HVSCOPE" check --nagios --open nix.host
monitor 'no such option' 3 'could not run: there is no option --nix/x.* \| crit=0 ' judge clean --nagios '--nix|x'
monitor 'no such option in front' 3 '^HVSCOPE UNKNOWN - ' "$HVSCOPE" --nix check --nagios
monitor 'names of strangers' 1 '^[^|]*\|[^|]*$' judge hostile-guests --nagios

# Whatever processors it has.
for driver in intel_pstate intel_cpufreq amd-pstate-epp amd-pstate; do
	"$HVSCOPE" simulate --clean --packages 2 --cores 6 --busy 30 --guests 6 --driver "$driver" --moving 0 --ticks 4 \
		"$driver.host" >/dev/null 2>&1 || exit 1
	ends "clean with $driver: 0" 0 "$HVSCOPE" check --open "$driver.host"
	like "nothing with $driver" "$output" '0 critical, 0 warnings, 0 notes'
done

# A machine that was just made, while it lives.
"$HVSCOPE" simulate --clean --packages 2 --cores 6 --busy 30 --guests 4 fresh >/dev/null || exit 1
moves fresh 0
ends 'a fresh clean machine: 0' 0 "$HVSCOPE" check --root fresh
like 'nothing there either' "$output" '0 critical, 0 warnings, 0 notes'
stands

ends 'a check is explained' 0 "$HVSCOPE" explain cpufreq-governor --open "$hosts/founding.host"
like 'with what was found' "$output" $'\n  Found +Governor powersave'
like 'and what to do' "$output" $'\n  When not  '
like 'what costs nothing now says so' "$("$HVSCOPE" explain V16 --open "$hosts/guests.host")" $'\n  Costs     Nothing of a request now\\.\n'
like 'the order is of what it costs here, not of the worst' "$("$HVSCOPE" explain V11 --open "$hosts/silent.host")" \
	$'\n  Costs     Up to 5 µs each time. Order of microseconds\\.\n'
ends 'a fact is explained' 0 "$HVSCOPE" explain 'frequency.policy[0].governor' --open "$hosts/founding.host"
like 'its value' "$output" $'\n  Value     powersave\n'
like 'its raw text' "$output" $'\n  Raw       "powersave\\\\n"'
like 'its source' "$output" 'policy0/scaling_governor'
ends 'a row that is not there: 1' 1 "$HVSCOPE" explain 'frequency.policy[99].governor' --open "$hosts/founding.host"
ends 'a list is no fact: 2' 2 "$HVSCOPE" explain frequency --open "$hosts/founding.host"
ends 'no such name: 2' 2 "$HVSCOPE" explain nix --open "$hosts/founding.host"
ends 'nothing to explain: 2' 2 "$HVSCOPE" explain
ends 'all rows need no host' 0 "$HVSCOPE" explain all --markdown
is 'each check has its part' "$(grep -cE '^### [A-Z][0-9]+[a-z]? ' <<<"$output")" \
	"$(judge clean --json | grep -c '"slug":')"
like 'thresholds' "$output" $'\n\\| latency\\\\_web\\\\_us \\| 50 µs \\|'

ends 'a report for a ticket' 0 "$HVSCOPE" report --markdown --open "$hosts/founding.host"
like 'what was found' "$output" $'\n\\| critical \\| F02 cpufreq-governor \\| '
like 'and the nodes' "$output" $'\n## Nodes\n'
ends 'it is of no other form: 2' 2 "$HVSCOPE" report --markdown --json --open "$hosts/founding.host"

done_testing

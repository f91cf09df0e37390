#!/usr/bin/env bash
# Scripts drive the program: commands in a file, pictures on standard output, and errors that name their line.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
export HVSCOPE_STATE=$tmp

# script [OPTION…] - obeys the standard input on the small machine
script() {
	cat >"$tmp/script"
	ends "$name" "${status:-0}" "$HVSCOPE" --root "$tmp/host" "$@" --script "$tmp/script"
}

"$HVSCOPE" simulate --packages 2 --cores 2 --threads 2 --driver acpi-cpufreq --governor powersave --busy 50 --seed 1 \
	"$tmp/host" >/dev/null || exit 1

name='a picture of 80x24 has 24 lines' script <<<'show'
is '24 of them' "$(wc -l <<<"$output")" 24
like 'the label stands in the first' "${output%%$'\n'*}" 'simulated-8  DIRECTORY'
like 'the way out in the last' "${output##*$'\n'}" 'h help +q quit'

name='sizes and panels' script <<-'END'
	size 40x12
	panel frequency
	show
	size 220x60
	panel changes
	show
	size 0x0
	show
END
is 'lines of both' "$(wc -l <<<"$output")" 72
like 'the first' "$output" '3 Frequency'
like 'the second' "$output" 'Nothing is left to put back'
is 'no line of the first is wider than asked' "$(head -n 12 <<<"$output" | wc -L)" 40
is 'nor of the second' "$(wc -L <<<"$output")" 220

name='the governor by keys, up to the plan' script <<-'END'
	key g Enter Enter
	show
END
like 'the plan names what changes' "$output" 'policy0-7 scaling_governor +powersave → performance'
like 'and why not here' "$output" 'This is a directory'
unlike 'there is no Yes' "$output" 'Yes, change it'
is 'nothing was written' "$(cat "$tmp"/host/sys/devices/system/cpu/cpufreq/policy*/scaling_governor | sort -u)" powersave

name='a filter that is typed' script <<-'END'
	key 3 /
	type 2-3
	key Enter
	show
END
like 'it is told' "$output" 'filter: 2-3'
like 'CPU 2 is there' "$output" $'\n +2 '
unlike 'CPU 4 is not' "$output" $'\n +4 '

name='explain' script <<-'END'
	size 120x40
	explain frequency.policy[1].governor
	tick
	show
END
like 'the source' "$output" 'Source +/sys/devices/system/cpu/cpufreq/policy1/scaling_governor'
like 'the raw text' "$output" 'Raw +"powersave\\n"'

name='roles' script <<<'roles'
is 'are letters and dots' "$(grep -c '[^.A-Za-z0-9]' <<<"$output")" 0

name='comments, blank lines and echo' script <<-'END'
	# nothing

	echo one two
END
is 'echo' "$output" 'one two'

name='quitting ends it' script <<-'END'
	quit
	echo never
END
is 'at once' "$output" ''

name='a wrong key names its line' status=1 script <<-'END'
	show
	key Hyper-X
END
like 'and itself' "$output" 'script:2: there is no key "Hyper-X"'
name='a wrong size' status=2 script <<<'size big'
like 'is told' "$output" 'a size is WIDTHxHEIGHT, not "big"'
name='a wait that is no number' status=2 script <<<'wait long'
name='a tick that is no number' status=2 script <<<'tick x'
name='an unknown command ends it' status=1 script <<-'END'
	echo one
	frobnicate 3
	echo two
END
is 'it names its line' "$output" $'hvscope: '"$tmp"$'/script:2: there is no command "frobnicate"\none'

name='what commands do not take is answered on the screen' script <<-'END'
	size 120x24
	deep maybe
	show
	mark 0,999
	show
	mark 0-1
	show
END
like 'deep' "$output" 'deep is on or off, not "maybe": it stays off\.'
like 'CPUs that are not there' "$output" 'Not all of the CPUs 0,999 exist: here are 0-7\.'
unlike 'those that are there' "${output##*0-7.}" 'exist'
ends 'two forms of a journal' 2 "$HVSCOPE" --root "$tmp/host" journal --json --shell
like 'are told' "$output" 'not both'
for only in kernel frequency; do
	ends "a report of $only" 0 "$HVSCOPE" --root "$tmp/host" --interval 0.1 report --only $only
	is 'has no sentence on clocks that were not asked for' "$(sed -n 2p <<<"$output")" ''
done
ends 'a report of silicon' 0 "$HVSCOPE" --root "$tmp/host" --interval 0.1 report --only silicon
unlike 'has it' "$(sed -n 2p <<<"$output")" '^$'
ends 'a report of nothing' 2 "$HVSCOPE" --root "$tmp/host" report --only ''
ends 'nor of commas' 2 "$HVSCOPE" --root "$tmp/host" report --only ,

status=0
ends 'a script that is not there' 1 "$HVSCOPE" --root "$tmp/host" --script "$tmp/nothing"
ends 'from standard input' 0 "$HVSCOPE" --root "$tmp/host" --script - <<<'echo here'
is 'it is obeyed' "$output" here

for panel in overview frequency changes; do
	ends "show $panel" 0 "$HVSCOPE" --root "$tmp/host" --interval 0.1 show "$panel" --size 60x20
	is "$panel has 20 lines" "$(wc -l <<<"$output")" 20
	ends "show $panel in ASCII" 0 env LC_ALL=C "$HVSCOPE" --root "$tmp/host" --interval 0.1 show "$panel"
	is "$panel has no byte beyond ASCII" "$(LC_ALL=C grep -c '[^ -~]' <<<"$output")" 0
done
ends 'show of nothing' 2 "$HVSCOPE" --root "$tmp/host" show
ends 'show of what is not there' 2 "$HVSCOPE" --root "$tmp/host" show nonsense
ends 'show in a wrong size' 2 "$HVSCOPE" --root "$tmp/host" show overview --size 80

# Themes: also those below the current folder, and a line where none is found.
ends 'the theme of this folder' 0 env -C "$top" -u HVSCOPE_DATADIR "$HVSCOPE" --root "$tmp/host" --interval 0.1 --theme mono show overview
unlike 'is found' "$output" 'hvscope: '
ends 'from anywhere, of the folder that it was built in' 0 env -C / -u HVSCOPE_DATADIR "$HVSCOPE" --root "$tmp/host" --interval 0.1 \
	--theme light show overview
unlike 'which has it' "$output" 'There is no theme'
ends 'a theme that is not there' 0 env -C "$tmp" "$HVSCOPE" --root "$tmp/host" --interval 0.1 --theme frob show overview
like 'is told' "$output" 'hvscope: There is no theme "frob"; .* in their name\. The built-in look is shown\.'
ends 'a theme that is not there, beside those that are' 0 env -C "$top" "$HVSCOPE" --root "$tmp/host" --interval 0.1 --theme frob show overview
like 'is told with their names' "$output" 'there are default, deuteranopia, high-contrast, light, mono, and files'
mkdir -p "$tmp/data/themes"
printf '[roles]\ntext = 214\n' >"$tmp/data/themes/amber.theme"
like 'the help names them too' "$(HVSCOPE_DATADIR=$tmp/data "$HVSCOPE" --help)" '--theme NAME +default, amber, .*or a file'
name='a look by its name, and by choosing' script <<-'END'
	theme nonsense
	show
	theme
	show
	key End Enter
	show
	key T
	show
END
like 'a wrong name' "$output" 'There is no theme "nonsense"'
like 'the choice' "$output" 'Choose a look'
like 'what was chosen' "$output" 'The look is [a-z-]+ for this session; always: hvscope --theme [a-z-]+'
printf '[roles]\nfrob = red\n' >"$tmp/wrong.theme"
name='by a script too' script --theme "$tmp/wrong.theme" <<<'echo'
like 'in sentences' "$output" 'wrong.theme:2: there is no role "frob"\. The built-in look is shown\.'

# Output that cannot be written is a failure with a line, whoever prints.
echo show >"$tmp/show"
for words in --help --version 'show overview' report journal 'journal --json' 'journal --shell' "--script $tmp/show"; do
	ends "$words to a full disk" 1 bash -c "\"\$0\" --root '$tmp/host' --interval 0.1 $words 2>&1 >/dev/full" "$HVSCOPE"
	is 'its line' "$output" 'hvscope: the output could not be written: No space left on device'
	ends "$words to a closed stdout" 1 bash -c "\"\$0\" --root '$tmp/host' --interval 0.1 $words 2>&1 >&-" "$HVSCOPE"
	is 'its line' "$output" 'hvscope: the output could not be written: Bad file descriptor'
done
done_testing

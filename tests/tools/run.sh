#!/usr/bin/env bash
# The runner itself: it counts cases, and takes a crash, a hang, a missing or broken plan for a failure.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"

# program NAME: a test program with the text on stdin
program() {
	{ echo '#!/bin/bash' && cat; } >"$tmp/$1"
	chmod +x "$tmp/$1"
}

# case_of NAME SUMMARY STATUS PROGRAM… - what the runner's last line says
case_of() {
	local name=$1 summary=$2 status=$3 output got
	shift 3
	output=$("$top/tests/run.sh" "$@" 2>&1)
	got=$?
	is "$name" "${output##*$'\n'} ($got)" "$summary ($status)"
}

program good <<<'echo 1..2; echo "ok 1 - a"; echo "ok 2 - b"'
program bad <<<'echo 1..2; echo "ok 1 - a"; echo "not ok 2 - b"; echo "# why it failed"; exit 1'
program skips <<<'echo 1..3; echo "ok 1 - a"; echo "ok 2 - b # SKIP no root"; echo "not ok 3 # SKIP c"'
program skips_all <<<'echo "1..0 # SKIP needs a thing"'
program crashes <<<'echo 1..2; echo "ok 1 - a"; kill -SEGV $$'
program late_crash <<<'echo 1..1; echo "ok 1 - a"; exit 1'
program two_plans <<<'echo 1..1; echo "ok 1 - a"; echo 1..1; echo "ok 1 - b"'
program no_plan <<<'echo "ok 1 - a"'
program short <<<'echo 1..3; echo "ok 1 - a"'
program empty <<<'echo 1..0'
program silent <<<':'
program hangs <<<'echo 1..1; sleep 1000; echo "ok 1 - a"'
program surroundings <<'P'
echo 1..1
[[ $TERM$LC_ALL$TZ = xterm-256colorC.UTF-8UTC && -d $HVSCOPE_STATE && -d $TMPDIR && ! -v NO_COLOR && ! -v HVSCOPE_X ]] &&
	[[ $HVSCOPE = /*/some-build/hvscope && ! -v HVSCOPE_TREES ]] && ! read -r && echo "ok 1 - as promised"
P
program fails_loudly <<<'echo 1..1; echo "not ok 1 - x"; echo "# the reason is here"; exit 1'

case_of "two that pass" "2 passed, 0 failed" 0 "$tmp/good"
case_of "one that fails" "1 passed, 1 failed" 1 "$tmp/bad"
case_of "sums over programs" "3 passed, 1 failed" 1 "$tmp/good" "$tmp/bad"
case_of "both forms of SKIP" "1 passed, 0 failed, 2 skipped" 0 "$tmp/skips"
case_of "a whole program skipped" "2 passed, 0 failed, 1 skipped" 0 "$tmp/good" "$tmp/skips_all"
case_of "a crash fails" "1 passed, 1 failed" 1 "$tmp/crashes"
case_of "a bad status after good cases fails" "1 passed, 1 failed" 1 "$tmp/late_crash"
case_of "several plans add up" "2 passed, 0 failed" 0 "$tmp/two_plans"
case_of "no plan fails" "1 passed, 1 failed" 1 "$tmp/no_plan"
case_of "a plan not kept fails" "1 passed, 1 failed" 1 "$tmp/short"
case_of "no case fails" "0 passed, 1 failed" 1 "$tmp/empty"
case_of "silence fails" "0 passed, 1 failed" 1 "$tmp/silent"
case_of "a program that is not there fails" "0 passed, 1 failed" 1 "$tmp/nowhere"
case_of "a hang fails" "0 passed, 1 failed" 1 -t 0.2 "$tmp/hangs"
case_of "nothing at all is no success" "0 passed, 0 failed" 1
NO_COLOR=1 HVSCOPE_X=1 TERM=dumb TZ=CET case_of "surroundings" "1 passed, 0 failed" 0 -b some-build "$tmp/surroundings"
case_of "a wrapper" "2 passed, 0 failed" 0 -w "env A=b" "$tmp/good"

output=$("$top/tests/run.sh" -g kind "$tmp/fails_loudly" "$tmp/good" 2>&1)
like "shows what a failing program said" "$output" "the reason is here"
like "names group and program" "$output" "kind fails_loudly"
unlike "keeps quiet about what passed" "$output" "ok 1 - a"
is "reports in the given order" "$(grep -oE '(ok|FAILED) +kind [a-z_]+' <<<"$output" | tr '\n' ' ')" "FAILED  kind fails_loudly ok      kind good "

program slow <<<'sleep 1000 & echo $! >"$PIDS"; wait'
PIDS=$tmp/pids TMPDIR=$tmp "$top/tests/run.sh" "$tmp/slow" >/dev/null 2>&1 &
runner=$!
until_true 10 test -s "$tmp/pids"
kill -TERM $runner
wait $runner
gone() {
	! grep -qs '^State:.[^ZX]' "/proc/$1/status"
}
ends "a runner that is ended ends its tests" 0 until_true 10 gone "$(cat "$tmp/pids")"
is "and leaves no folder behind" "$(find "$tmp" -name 'hvscope-tests.*')" ""
done_testing

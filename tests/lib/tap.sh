# What shell tests share: cases in TAP, a private folder that goes away, and bounded waiting for a condition.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# . "$(dirname "$0")/../lib/tap.sh"; then one case a call; done_testing at the end. $top is the project's folder, $tmp the
# private one, $HVSCOPE the program under test.
set -u
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tmp=$(mktemp -d "${TMPDIR:-/tmp}/hvscope.XXXXXX") || exit 1
HVSCOPE_BUILD=${HVSCOPE_BUILD:-$top/.build/gcc}
HVSCOPE=${HVSCOPE:-$HVSCOPE_BUILD/hvscope}
tap_cases=0
tap_failed=0

# A test that started something else to be ended defines tap_cleanup.
tap_exit() {
	local status=$?
	trap - EXIT
	trap : TERM INT # whoever ends a whole group says so twice
	if declare -F tap_cleanup >/dev/null; then tap_cleanup; fi
	rm -rf "$tmp"
	exit $status
}
trap tap_exit EXIT
trap 'exit 143' TERM INT

pass() {
	echo "ok $((++tap_cases)) - $1"
}

# Each line of the standing output of what failed becomes a comment.
fail() {
	echo "not ok $((++tap_cases)) - $1"
	tap_failed=$((tap_failed + 1))
	shift
	(($# == 0)) || printf '%s\n' "$@" | sed 's/^/# /'
}

skip() {
	echo "ok $((++tap_cases)) - $1 # SKIP $2"
}

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# is NAME GOT EXPECTED
is() {
	if [[ $2 == "$3" ]]; then pass "$1"; else fail "$1" "expected: $3" "got:      $2"; fi
}

# like NAME GOT REGEX
like() {
	if [[ $2 =~ $3 ]]; then pass "$1"; else fail "$1" "expected to match: $3" "got: $2"; fi
}

# unlike NAME GOT REGEX
unlike() {
	if [[ $2 =~ $3 ]]; then fail "$1" "expected not to match: $3" "got: $2"; else pass "$1"; fi
}

# ends NAME STATUS COMMAND… - its exit status; what it printed is in $output afterwards
ends() {
	local name=$1 expected=$2 got
	shift 2
	output=$("$@" 2>&1)
	got=$?
	if ((got == expected)); then pass "$name"; else fail "$name" "expected status $expected, got $got from: $*" "$output"; fi
}

# unlabelled - a report from standard input, of a capture, without the words of which tick it is
unlabelled() {
	sed -e '1s/CAPTURE tick .*Z$/CAPTURE/' -e 's/"label": "CAPTURE tick [^"]*Z"/"label": "CAPTURE"/'
}

# until_true SECONDS COMMAND… - waits for a condition; the limit only ends what would hang
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		read -r -t 0.02 <> <(:) || :
	done
}

done_testing() {
	echo "1..$tap_cases"
	((tap_failed == 0))
	exit
}

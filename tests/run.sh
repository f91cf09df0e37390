#!/usr/bin/env bash
# Runs test programs side by side, reads their TAP, and ends with one line: N passed, N failed[, N skipped].
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh [-T] [-f SECONDS] [-c COMMAND] {[-g GROUP] [-b BUILD] [-w WRAPPER] [-t SECONDS] PROGRAM…}…
#   -T  set HVSCOPE_TREES to the unpacked real machines, where they are      -f  how long each fuzz target runs
#   -c  run COMMAND before the last line                                     -g  name of what follows
#   -b  folder of the build that what follows tests                          -w  run what follows under this
#   -t  seconds until what follows has hung (0: never)
# Each line has the cases that passed, and the seconds that it took beside the others. A program that crashes, hangs, has
# no plan or does not keep it counts as one failed case. VERBOSE=1 shows all output.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
top=$PWD

passed=0 failed=0 skipped=0 culprits=()
groups=() builds=() wrappers=() limits=() programs=() pids=() began=()
trees=no before_last='' fuzz_seconds=0
group=test build='' wrapper='' limit=120
while (($#)); do
	case $1 in
	-T) trees=yes ;;
	-f) fuzz_seconds=$2 && shift ;;
	-c) before_last=$2 && shift ;;
	-g) group=$2 limit=120 wrapper='' && shift ;;
	-b) build=$2 && shift ;;
	-w) wrapper=$2 && shift ;;
	-t) limit=$2 && shift ;;
	*)
		groups+=("$group") builds+=("$build") wrappers+=("$wrapper") limits+=("$limit") programs+=("$1")
		;;
	esac
	shift
done

# The tests write many small trees of machines: in memory, as the kernel's own are, that costs a twentieth.
place=${TMPDIR:-/tmp}
if [[ -z ${TMPDIR:-} && -w /dev/shm && $(df -Pk /dev/shm | awk 'NR == 2 { print $4 }') -gt 4000000 ]] &&
	! findmnt -no OPTIONS /dev/shm | grep -qw noexec; then
	place=/dev/shm
fi
work=$(mktemp -d "$place/hvscope-tests.XXXXXX") || exit 1
finish() {
	trap '' INT TERM
	# timeout(1) hands the signal on to all that its program has started
	((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null
	wait
	chmod -R u+rwX "$work" 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The same surroundings for all, whoever calls.
while IFS='=' read -r name _; do
	case $name in
	HVSCOPE_HOSTS) ;;
	HVSCOPE_* | XDG_* | NO_COLOR | TMUX | TMUX_PANE | LANG | LANGUAGE | LC_* | COLUMNS | LINES | \
	MAKEFLAGS | MFLAGS | MAKELEVEL | MAKEOVERRIDES | COV | SAN | FUZZ | WERROR | B | V | CC | PREFIX | DESTDIR | \
	CFLAGS | CPPFLAGS | LDFLAGS)
		unset "$name"
		;;
	esac
done < <(env)
export TERM=xterm-256color LC_ALL=C.UTF-8 TZ=UTC CMOCKA_MESSAGE_OUTPUT=TAP FUZZ_SECONDS=$fuzz_seconds
export ASAN_OPTIONS=color=never:detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=color=never:print_stacktrace=1
export LSAN_OPTIONS=suppressions=$top/tests/lib/lsan.supp:print_suppressions=0
if [[ $trees = yes ]]; then
	export HVSCOPE_THOROUGH=1
	# Trees that are there but cannot be unpacked are a failure, not a reason to skip.
	if ! folder=$(tests/lib/trees.sh); then
		echo "FAILED  unpacking the real trees"
		failed=1 culprits=("unpacking the real trees")
	elif [[ -n $folder ]]; then
		export HVSCOPE_TREES=$folder
	fi
fi

run_one() {
	local i=$1 home=$work/$1
	mkdir -p "$home/tmp" "$home/state"
	export TMPDIR=$home/tmp HOME=$home HVSCOPE_STATE=$home/state
	export HVSCOPE_BUILD=$top/${builds[i]} HVSCOPE=$top/${builds[i]}/hvscope
	local command=${programs[i]}
	[[ $command = /* ]] || command=./$command
	# shellcheck disable=SC2086 # the wrapper is several words
	exec timeout -k 10 "${limits[i]}" ${wrappers[i]} "$command" </dev/null >"$work/$i.out" 2>&1
}

# Prints passed, failed, skipped and what went wrong with the program as a whole.
count_cases() {
	awk -v status="$2" '
	/^1\.\.[0-9]+/ {
		plans++
		planned += substr($1, 4)
		if (/^1\.\.0[ \t]*#[ \t]*[Ss][Kk][Ii][Pp]/)
			skipped_whole = 1
	}
	# cmocka 1.1.5 says "not ok 3 # SKIP name"
	/^(not )?ok [0-9]+.*# *SKIP/ { skip++; next }
	/^ok [0-9]+/ { pass++ }
	/^not ok [0-9]+/ { fail++ }
	END {
		why = ""
		if (status == 124 || status == 137)
			why = "hung, or was killed"
		else if (status != 0 && fail == 0)
			why = "ended with status " status
		else if (!plans)
			why = "printed no plan"
		else if (planned != pass + fail + skip)
			why = "planned " planned " cases, reported " (pass + fail + skip)
		else if (planned == 0 && !skipped_whole)
			why = "has no test"
		if (why == "" && skipped_whole)
			skip++
		print pass + 0, fail + (why != ""), skip + 0, why
	}' "$1"
}

report() {
	local i=$1 status=$2 tenths=$3 p f s why name
	read -r p f s why < <(count_cases "$work/$i.out" "$status")
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	name=${programs[i]##*/}
	name="${groups[i]} ${name%.sh}"
	if ((f)); then
		culprits+=("$name")
		printf 'FAILED  %-36s %s\n' "$name" "${why:-$f of $((p + f))}"
		sed 's/^/        /' "$work/$i.out"
	else
		printf 'ok      %-36s %4d %5d.%d s\n' "$name" "$p" $((tenths / 10)) $((tenths % 10))
		grep -E '# *SKIP' "$work/$i.out" | sed 's/^/        /'
		[[ -z ${VERBOSE:-} ]] || sed 's/^/        /' "$work/$i.out"
	fi
	rm -rf "${work:?}/$i" "$work/$i.out"
}

# One more than there are CPUs: some wait, for the second sample of a machine or for a guest that boots.
jobs=${HVSCOPE_TEST_JOBS:-$(($(nproc) + 1))}
unset HVSCOPE_TEST_JOBS
n=${#programs[@]} next=0 shown=0
declare -A status took
tenths() {
	echo $((${EPOCHREALTIME/[.,]/} / 100000))
}
while ((shown < n)); do
	while ((next < n && ${#pids[@]} < jobs)); do
		began[next]=$(tenths)
		run_one "$next" &
		pids[next++]=$!
	done
	wait -n "${pids[@]}" 2>/dev/null
	for i in "${!pids[@]}"; do
		kill -0 "${pids[i]}" 2>/dev/null && continue
		wait "${pids[i]}"
		status[$i]=$?
		took[$i]=$(($(tenths) - began[i]))
		unset "pids[$i]"
	done
	# in the order of the command line, whoever was first
	while ((shown < n)) && [[ -v "status[$shown]" ]]; do
		report "$shown" "${status[$shown]}" "${took[$shown]}"
		shown=$((shown + 1))
	done
done
((${#culprits[@]} == 0)) || printf 'failed: %s\n' "${culprits[@]}"
[[ -z $before_last ]] || eval "$before_last"
printf '%d passed, %d failed' "$passed" "$failed"
((skipped == 0)) || printf ', %d skipped' "$skipped"
printf '\n'
((failed == 0 && passed > 0))

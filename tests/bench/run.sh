#!/bin/sh
# Measures what hvscope costs: CPU time a tick, growth, bytes to the terminal, start, keys, memory; it never fails.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/bench/run.sh PROGRAM BUILD
#
# HVSCOPE_BENCH_ONLY    words of: cost growth bytes start keys guests checks captures recording libvirt silent (all)
# HVSCOPE_BENCH_SECONDS of each measuring (10), HVSCOPE_BENCH_ROUNDS of the comparison (3), HVSCOPE_BENCH_RUNS (20)
set -u
PROGRAM=$1
TOOLS=$2/bench
SECONDS_EACH=${HVSCOPE_BENCH_SECONDS:-10}
ROUNDS=${HVSCOPE_BENCH_ROUNDS:-3}
RUNS=${HVSCOPE_BENCH_RUNS:-20}
INTERVAL=0.2
# What the screen shows when it is so far; see bench_shows() in tests/lib/bench.h.
FRAME='+hvscope +Overview +quit'
CLOCKS='+Overview @CLOCK +of_base +powersave -reading'
FACTS='+Overview @CLOCK +powersave'
WHOLE='+Overview +quit -reading @CLOCK +of_base'
export TERM=xterm-256color LC_ALL=C.UTF-8 TZ=UTC

# The trees are in memory where there is room for them, as the kernel's own are: 4096 CPUs are 300,000 files.
place=${TMPDIR:-/tmp}
if [ -w /dev/shm ] && [ "$(df -Pk /dev/shm | awk 'NR == 2 { print $4 }')" -gt 4000000 ]; then
	place=/dev/shm
fi
work=$(mktemp -d "$place/hvscope-bench-XXXXXX") || exit 1
mover=
still() {
	if [ -n "$mover" ]; then
		kill "$mover" 2>/dev/null
		wait "$mover" 2>/dev/null
		mover=
	fi
}
trap 'still; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
export HVSCOPE_STATE="$work/state" XDG_CONFIG_HOME="$work/config"

wanted() {
	case " ${HVSCOPE_BENCH_ONLY:-cost growth bytes start keys guests checks captures recording libvirt silent} " in
	*" $1 "*) return 0 ;;
	*) return 1 ;;
	esac
}

# tree NAME PACKAGES CORES BUSY: written once, and moving from now on.
tree() {
	still
	if [ ! -e "$work/$1" ]; then
		"$PROGRAM" simulate --packages "$2" --cores "$3" --states 8 --busy "$4" "$work/$1" >/dev/null || {
			echo "  not measured: the tree $1 could not be written"
			return 1
		}
	fi
	"$PROGRAM" simulate --moving 2 "$work/$1" >"$work/mover" &
	mover=$!
	# It says so when all is open and about to move.
	n=0
	until grep -q moving "$work/mover" || [ "$n" -ge 200 ]; do
		n=$((n + 1))
		sleep 0.05
	done
}

# value NAME LINE: what stands behind NAME= in it.
value() {
	printf '%s\n' "$2" | tr ' ' '\n' | sed -n "s/^$1=//p"
}

calc() {
	awk "BEGIN { $1 }"
}

# target NUMBER LIMIT: the words at the end of a line.
target() {
	calc "if ($1 < 0) print \"not measured\"; else print ($1 <= $2) ? \"met\" : \"missed\""
}

# cost ARGUMENT... -- more options of the program: one line of tests/bench/cost on $work/$tree.
cost() {
	"$TOOLS/cost" "$@" 2>"$work/error" || { sed 's/^/  /' "$work/error" >&2; echo failed; }
}

# rate LINE: kilobytes a second, -1 when nothing was measured.
rate() {
	if [ -n "$(value bytes "$1")" ]; then
		calc "printf \"%.2f\", $(value bytes "$1") / 1000 / ($(value wall_ns "$1") / 1e9)"
	else
		echo -1
	fi
}

# per_tick LINE INTERVAL: CPU microseconds a tick. The program tells how many ticks it did in its life, which begins with
# two close together; of that and what fits between the intervals the lesser counts, so that a tick never looks cheaper.
per_tick() {
	if [ -z "$(value cpu_ns "$1")" ]; then
		echo -1
		return
	fi
	calc "fit = $(value wall_ns "$1") / 1e9 / $2
		told = $(value ticks "$1") * $(value wall_ns "$1") / $(value life_ns "$1")
		printf \"%.1f\", $(value cpu_ns "$1") / 1000 / ((told > 0 && told < fit) ? told : fit)"
}

# ratio A B: how A stands to B, -1 when one of them was not measured.
ratio() {
	calc "printf \"%.2f\", (($1 >= 0 && $2 > 0) ? $1 / $2 : -1)"
}

# compare TREE INTERVAL ROUNDS SECONDS: the bare loop and the program in turns over the same moving tree. Sets times.
compare() {
	moving=$1
	shift
	sum_bare=0
	sum_program=0
	for round in $(seq "$2"); do
		bare=$("$TOOLS/bareloop" "$work/$moving" "$1" "$3") || return
		own=$(cost -s 4 -n "$3" -- "$PROGRAM" --root "$work/$moving" --interval "$1")
		a=$(calc "printf \"%.1f\", $(value cpu_ns "$bare") / 1000 / $(value ticks "$bare")")
		b=$(per_tick "$own" "$1")
		told=$(value ticks "$own")
		printf '  round %s: bare loop %s us (%s files), hvscope %s us%s, machine idle %s %% and %s %%\n' "$round" "$a" \
			"$(value files "$bare")" "$b" "$([ "${told:-0}" -gt 0 ] || echo ' (ticks assumed)')" \
			"$(value idle "$bare")" "$(value idle "$own")"
		sum_bare=$(calc "print $sum_bare + $a")
		sum_program=$(calc "print (($b < 0 || $sum_program < 0) ? -1 : $sum_program + $b)")
	done
	times=$(ratio "$sum_program" "$sum_bare")
}

# compare_busy INTERVAL ROUNDS SECONDS
compare_busy() {
	times=-1
	compare busy512 "$@"
	echo "target hvscope / bare loop <= 1.5 (aim 1.0), interval $1 s: $times: $(target "$times" 1.5)"
}

bench_cost() {
	tree busy512 4 64 100 || return
	echo "CPU time of a tick, 512 CPUs all busy, in turns:"
	# What has a period of its own costs less a tick when ticks are close; the default interval is what users pay.
	compare_busy 1 "$ROUNDS" $((SECONDS_EACH * 2))
	compare_busy "$INTERVAL" "$ROUNDS" "$SECONDS_EACH"
	tree quiet512 4 64 10 || return
	echo "the same, 512 CPUs mostly asleep:"
	times=-1
	compare quiet512 1 1 $((SECONDS_EACH * 2))
	echo "  hvscope / bare loop, mostly asleep, interval 1 s: $times"
	still
	rm -rf "$work/quiet512"
}

# bare_each LINE CPUS: microseconds a CPU; more files than a process may have are not measured.
bare_each() {
	if [ -n "$(value ticks "$1")" ]; then
		calc "printf \"%.3f\", $(value cpu_ns "$1") / 1000 / $(value ticks "$1") / $2"
	else
		echo "not measured"
	fi
}

# growth_of NAME PACKAGES CORES: one line of the table; sets each (microseconds a CPU, -1 when not measured).
growth_of() {
	each=-1
	tree "$1" "$2" "$3" 100 || return
	cpus=$(($2 * $3 * 2))
	bare=$("$TOOLS/bareloop" "$work/$1" "$INTERVAL" "$SECONDS_EACH") || bare=
	line=$(cost -s 4 -n "$SECONDS_EACH" -- "$PROGRAM" --root "$work/$1" --interval "$INTERVAL")
	us=$(per_tick "$line" "$INTERVAL")
	each=$(calc "printf \"%.3f\", ($us < 0 ? -1 : $us / $cpus)")
	printf '  %5s CPUs: %9s us a tick, %7s us a CPU (bare loop %s), resident %s KiB, peak %s, machine idle %s %%\n' "$cpus" \
		"$us" "$each" "$(bare_each "$bare" "$cpus")" \
		"$(value rss_kib "$line")" "$(value hwm_kib "$line")" "$(value idle "$line")"
}

bench_growth() {
	echo "growth, all CPUs busy, interval $INTERVAL s:"
	growth_of busy8 1 4
	each8=$each
	growth_of busy64 1 32
	each64=$each
	growth_of busy512 4 64
	each512=$each
	growth_of busy4096 16 128
	# A fixed cost hides in the first step what the last one does: the worst of the three is judged, with a tenth for noise.
	step64=$(ratio "$each64" "$each8")
	step512=$(ratio "$each512" "$each64")
	step4096=$(ratio "$each" "$each512")
	worst=$(calc "w = $step64; if ($step512 > w) w = $step512; if ($step4096 > w) w = $step4096
		print (($step64 < 0 || $step512 < 0 || $step4096 < 0) ? -1 : w)")
	echo "target a CPU costs no more in a bigger machine (<= 1.1): 8 to 64 x $step64, 64 to 512 x $step512," \
		"512 to 4096 x $step4096: $(target "$worst" 1.1)"
	still
	rm -rf "$work/busy4096"
}

# Key and title of each panel that is there: a tab that comes later has its key already.
panels() {
	awk -F '"' '/^(PANEL|LATER)\(/ { key++ } /^PANEL\(/ { print key, $2 }' "$(dirname "$0")/../../tui/panels.def"
}

bench_bytes() {
	tree load96 2 24 12 || return
	seconds=$((SECONDS_EACH * 2))
	echo "bytes to the terminal, 96 CPUs moving, 120x40, interval 1 s, $seconds s:"
	panels | while read -r key name; do
		limit=2.0
		[ "$name" != Overview ] || limit=1.0
		line=$(cost -s 4 -n "$seconds" -k "$key" -- "$PROGRAM" --root "$work/load96")
		rate=$(rate "$line")
		echo "target $name <= $limit KB/s: $rate KB/s: $(target "$rate" "$limit")"
	done
}

bench_start() {
	tree busy512 4 64 100 || return
	echo "start, 512 CPUs all busy, 120x40, medians of $RUNS starts:"
	line=$("$TOOLS/start" "$RUNS" "frame=$FRAME" "clocks=$CLOCKS" "whole=$WHOLE" -- "$PROGRAM" --root "$work/busy512" \
		2>"$work/error") || sed 's/^/  /' "$work/error" >&2
	echo "  machine idle $(value idle "$line") %, $(value runs "$line") starts reached the end"
	echo "target title, tabs and keys <= 100 ms: $(value frame_ms "$line") ms: $(target "$(value frame_ms "$line")" 100)"
	echo "target clocks and governors <= 300 ms: $(value clocks_ms "$line") ms: $(target "$(value clocks_ms "$line")" 300)"
	echo "target nothing is reading <= 1500 ms: $(value whole_ms "$line") ms: $(target "$(value whole_ms "$line")" 1500)"
}

# keys_with NAME PROGRAM...: from the key of a panel to a word that only that panel shows.
keys_with() {
	name=$1
	shift
	line=$("$TOOLS/paint" 200 quit '3=Held by' '1=CLOCK' -- "$@" 2>"$work/error") ||
		sed 's/^/  /' "$work/error" >&2
	p99=$(value p99_ms "$line")
	[ "$(value keys "$line")" -eq 200 ] || p99=-1
	echo "  $name: $(value keys "$line") keys, p50 $(value p50_ms "$line") ms, max $(value max_ms "$line") ms," \
		"machine idle $(value idle "$line") %"
	echo "target key to paint p99 <= 20 ms ($name): $p99 ms: $(target "$p99" 20)"
}

bench_keys() {
	tree busy512 4 64 100 || return
	echo "from a key to the picture, 512 CPUs:"
	keys_with "sampler at work" "$PROGRAM" --root "$work/busy512"
	keys_with "sampler stuck" "$TOOLS/stuck" "$work/busy512"
}

# guests_of NUMBER KEY: one line of tests/bench/guests, which lets a minute pass as fast as it can. Sets us.
guests_of() {
	us=-1
	still
	if [ ! -e "$work/guests$1" ]; then
		"$PROGRAM" simulate --packages 2 --cores 24 --guests "$1" "$work/guests$1" >/dev/null || return
	fi
	line=$("$TOOLS/guests" "$work/guests$1" 60 "$2" 2>"$work/error") || sed 's/^/  /' "$work/error" >&2
	[ -z "$(value cpu_us "$line")" ] || us=$(value cpu_us "$line")
	printf '  %s guests, panel %s: %s us a tick (sampling %s, drawing %s), half of them below %s, worst %s, machine idle %s %%\n' \
		"$1" "$2" "$us" "$(value sample_us "$line")" "$(value draw_us "$line")" "$(value p50_us "$line")" \
		"$(value worst_us "$line")" "$(value idle "$line")"
}

bench_guests() {
	echo "CPU time of a tick, 96 CPUs, guests of 20 threads, 60 ticks of a second of the machine's time:"
	guests_of 0 1
	without=$us
	guests_of 20 5
	guests_of 200 1
	overview=$us
	guests_of 200 5
	worst=$(calc "print ($us < 0 || $overview < 0) ? -1 : ($us > $overview ? $us : $overview)")
	# what the rest of the machine costs is judged above
	added=$(calc "print ($worst < 0 || $without < 0) ? -1 : $worst - $without")
	echo "target 200 guests add <= 15 ms to a tick: $added us, $worst us in all: $(target "$added" 15000)"
}

bench_checks() {
	still
	"$PROGRAM" simulate --packages 4 --cores 64 --guests 200 "$work/checks" >/dev/null || return
	line=$("$TOOLS/guests" "$work/checks" 20 8 2>"$work/error") || sed 's/^/  /' "$work/error" >&2
	us=$(value checks_worst_us "$line")
	echo "CPU time of all checks, 512 CPUs, 200 guests, 20 ticks: half of them below $(value checks_us "$line") us, machine idle $(value idle "$line") %"
	echo "target all checks < 20 ms: ${us:--1} us: $(target "${us:--1}" 20000)"
}

# capture NAME MOST: a big machine of 60 ticks, of which a few CPUs and guests move; bytes it may have.
capture() {
	"$PROGRAM" simulate --guests 200 --moving 32 --moving-guests 20 --ticks 60 "$work/$1" >/dev/null || {
		echo "  not measured: $1 could not be written"
		return 1
	}
	size=$(wc -c <"$work/$1")
	echo "target $1, 512 CPUs, 200 guests, 60 ticks < $(($2 / 1000000)) MB: $size bytes: $(target "$size" "$2")"
}

# opening NAME: from the start of the program to the first picture with the machine's facts; and what playing takes besides.
opening() {
	line=$("$TOOLS/start" "$RUNS" "facts=$FACTS" -- "$PROGRAM" --open "$work/$1" 2>"$work/error") ||
		sed 's/^/  /' "$work/error" >&2
	echo "  $1: machine idle $(value idle "$line") %, $(value runs "$line") starts reached it; CPU time by then $(value facts_cpu_ms "$line") ms"
	echo "target $1 opens to the first paint < 300 ms: $(value facts_ms "$line") ms: $(target "$(value facts_ms "$line")" 300)"
	echo "target $1 in < 64 MiB: $(value facts_kib "$line") KiB: $(target "$(value facts_kib "$line")" 65536)"
	line=$(cost -s 1 -n 8 -- "$PROGRAM" --open "$work/$1" --interval 0.1)
	echo "  $1 played to the end: resident $(value rss_kib "$line") KiB, peak $(value hwm_kib "$line")"
}

bench_captures() {
	still
	echo "captures of a big machine:"
	capture big.host 20000000 && opening big.host
	capture big.host.gz 3000000 && opening big.host.gz
}

# recorded FILE: bare and recorded in turns, a minute of 32 CPUs that change and 20 guests that work.
recorded() {
	line=$("$TOOLS/recording" "$work/crowd512" 59 "$work/$1" 2>"$work/error") || sed 's/^/  /' "$work/error" >&2
	times=$(value ratio "$line")
	echo "  $1: $(value bare_us "$line") us a tick, $(value recorded_us "$line") us recorded, the first one x" \
		"$(value first_ratio "$line"), machine idle $(value idle "$line") %"
	echo "target recorded to $1 / bare <= 1.3: ${times:--1}: $(target "${times:--1}" 1.3)"
}

bench_recording() {
	still
	"$PROGRAM" simulate --guests 200 "$work/crowd512" >/dev/null || return
	echo "CPU time of a tick that is recorded, 512 CPUs and 200 guests, 60 ticks of a second of the machine's time:"
	recorded crowd.host
	recorded crowd.host.gz
	rm -rf "$work/crowd512"
}

# With real guests, on a libvirtd of its own.
bench_libvirt() {
	HVSCOPE_BUILD=${TOOLS%/bench} "$(dirname "$0")/libvirt.sh"
}

# The same, stopped: what keys cost while nobody answers.
bench_silent() {
	HVSCOPE=$PROGRAM HVSCOPE_BUILD=${TOOLS%/bench} "$(dirname "$0")/silent.sh"
}

for part in cost growth bytes start keys guests checks captures recording libvirt silent; do
	if wanted "$part"; then
		"bench_$part"
	fi
done
exit 0

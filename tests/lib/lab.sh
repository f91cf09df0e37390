# What tests in the lab share: one guest on the console in tmux, a second shell in it, and its machine from outside.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# . "$(dirname "$0")/../lib/lab.sh" instead of tap.sh; then boot [VARIABLE=VALUE…], with the variables of guest/lab.sh.
# The functions of tmux.sh press keys and look at the screen; inside COMMAND runs beside it; port NUMBER asks the machine.
. "$(dirname "${BASH_SOURCE[0]}")/tap.sh"
. "$(dirname "${BASH_SOURCE[0]}")/tmux.sh"
export TERM=xterm-256color
# An emulated machine takes its time, and others test beside it.
wait_seconds=${WAIT_SECONDS:-60}
lab=$tmp/lab

lab_skip() {
	local why free
	why=$("$top/.packaging/deps.sh" -c lab 2>&1) || skip_all "$why"
	free=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)
	((free >= 1500)) || skip_all "the lab needs 1500 MiB of memory, $free are free"
	(($(nproc) >= 2)) || skip_all 'the lab needs two processors: with one it takes too long'
	why=$("$top/tests/lab/guest/kernel.sh" -k "$top/.build/lab/kernel" 2>&1) || skip_all "${why##*$'\n'}"
}
lab_skip

lab_off() {
	local pid
	pid=$(cat "$lab/pid" 2>/dev/null) && [[ $(cat "/proc/$pid/comm" 2>/dev/null) == qemu-system* ]] && kill "$pid"
	return 0
}
tap_cleanup() {
	lab_off
	tmux_stop
}

# The shell on the second line says a word when it is up; or the emulator has come to an end before.
up_or_over() {
	read -r -t 1 -u "$from_shell" lab_word || shows 'the lab ended early'
}

# boot [VARIABLE=VALUE…] - a case: the guest is up, a shell waits on its console. A crash of the emulator is not ours: once more.
boot() {
	local started=$SECONDS tries=0
	while :; do
		rm -rf "$lab"
		lab_word=''
		start 120x40 env LAB="$lab" "$@" "$top/tests/lab/guest/lab.sh" "$HVSCOPE"
		if ! until_true "$wait_seconds" test -s "$lab/pid"; then
			fail 'the lab starts' "$(capture)"
			done_testing
		fi
		exec {to_shell}<>"$lab/shell.in" {from_shell}<>"$lab/shell.out" {to_qmp}<>"$lab/qmp.in" {from_qmp}<>"$lab/qmp.out"
		until_true 120 up_or_over || :
		[[ -z $lab_word ]] && shows 'the emulator crashed' && ((++tries < 3)) || break
		echo "# $(capture | grep 'the emulator crashed'), once more"
		exec {to_shell}>&- {from_shell}<&- {to_qmp}>&- {from_qmp}<&-
	done
	if [[ -z $lab_word ]] || ! until_true "$wait_seconds" shows 'lab#'; then
		fail 'the lab boots' "$(capture)"
		done_testing
	fi
	echo '{"execute": "qmp_capabilities"}' >&"$to_qmp"
	pass "the lab boots ${*:-as it is}"
	echo "# in $((SECONDS - started)) s"
}

# inside COMMAND - prints what it prints inside the guest; its status is that of the command
inside() {
	local line
	printf '%s\n' "$1" >&"$to_shell"
	if ! read -r -t "$wait_seconds" -u "$from_shell" line; then
		echo "no answer from inside to: $1"
		return 125
	fi
	cat "$lab/share/out"
	return "$(cat "$lab/share/status")"
}

# inside_all < a script that runs there
inside_all() {
	cat >"$lab/share/script"
	inside 'sh /share/script'
}

# port NUMBER - what stands in an I/O port, by QEMU's monitor: nobody inside is asked
port() {
	local line
	echo "{\"execute\": \"human-monitor-command\", \"arguments\": {\"command-line\": \"i /b $1\"}}" >&"$to_qmp"
	while read -r -t "$wait_seconds" -u "$from_qmp" line; do
		[[ $line != *'portb['* ]] || break
	done
	[[ $line =~ =\ (0x[0-9a-f]+) ]] && echo "${BASH_REMATCH[1]}"
}

# report [PROBE,…] - the program reports inside, as JSON; fact KEY|INDEX|'*' … prints a value of it
report() {
	inside "hvscope --interval 0.5 report --json ${1:+--only $1} >/share/report.json"
}
fact() {
	"$HVSCOPE_BUILD/helper/json" facts "$@" <"$lab/share/report.json"
}

# has PROBE - this build knows it
has() {
	"$HVSCOPE" --help | grep -q "^Probes:.* $1\( \|\$\)"
}

# told NODES CORES THREADS - what QEMU was told, in the form of the judges of tests/trees
told() {
	local nodes=$1 cores=$2 threads=$3 cpu first package
	printf '%s\t-\t%s\n' cpus_online $((nodes * cores * threads)) packages "$nodes" nodes "$nodes" \
		cores $((nodes * cores)) threads_per_core "$threads"
	for ((cpu = 0; cpu < nodes * cores * threads; cpu++)); do
		package=$((cpu / (cores * threads)))
		first=$((cpu / threads * threads))
		printf '%s\t'"$cpu"'\t%s\n' package $((package * cores * threads)) node "$package" package_id "$package" \
			siblings "$first$( ((threads == 1)) || echo "-$((first + threads - 1))")"
	done
}

# judge_topology NODES CORES THREADS - three cases: the report agrees with QEMU's command line, lscpu and hwloc inside
judge_topology() {
	local trees=$top/tests/trees judge
	"$HVSCOPE_BUILD/helper/report_facts" <"$lab/share/report.json" >"$tmp/facts"
	awk -f "$trees/ours.awk" "$tmp/facts" >"$tmp/ours"
	told "$@" >"$tmp/qemu"
	inside 'lscpu && lscpu -p=CPU,CORE,SOCKET,NODE,CACHE' | awk -f "$trees/lib.awk" -f "$trees/lscpu.awk" >"$tmp/lscpu"
	inside 'HWLOC_COMPONENTS=linux,stop lstopo-no-graphics --of xml --no-io' |
		awk -f "$trees/lib.awk" -f "$trees/hwloc.awk" -v nodes=1 >"$tmp/hwloc"
	for judge in qemu lscpu hwloc; do
		if [[ ! -s $tmp/$judge ]]; then
			skip "the topology as $judge tells it" "$judge is not here, or told nothing"
			continue
		fi
		is "the topology as $judge tells it" \
			"$(awk -v tree=lab -v judge=$judge -f "$trees/compare.awk" "$tmp/ours" "$tmp/$judge")" ''
	done
}

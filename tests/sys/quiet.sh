#!/usr/bin/env bash
# What hvscope does not do while it looks: it goes to no other CPU, reads no MSR, opens no counter and writes nothing.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/realhost.sh"
. "$(dirname "$0")/../lib/tmux.sh"
tap_cleanup() {
	tmux_stop
	realhost_end
}
command -v strace >/dev/null || skip_all 'strace is not installed'
strace -o /dev/null true 2>/dev/null || skip_all 'strace may not trace here'
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0

# calls FILE REGEX - the lines of calls that are like that, without the process id
calls() {
	sed -E 's/^[0-9]+ +//' "$1" | grep -E "^($2)\(" || :
}

# quiet NAME FILE - nothing in the trace disturbs the machine or leaves something behind
quiet() {
	local opened
	is "$1: stays on its CPU" "$(calls "$2" 'sched_setaffinity|sched_setattr|sched_setscheduler|setpriority')" ''
	is "$1: opens no counter" "$(calls "$2" 'perf_event_open|bpf|iopl|ioperm|ptrace|init_module|finit_module')" ''
	# who somebody is, the system may ask a local service
	is "$1: talks to no network" "$(calls "$2" 'socket|connect|bind' | grep -v AF_UNIX)" ''
	is "$1: changes no file" "$(calls "$2" 'unlink|unlinkat|rename|renameat|renameat2|mkdir|mkdirat|truncate|ftruncate|chmod|fchmod|chown|link|symlink|mount')" ''
	opened=$(calls "$2" 'open|openat|openat2|creat')
	# the seed of JSON's hash tables is the only other thing that libraries open there; /dev/shm may hold the test itself
	is "$1: opens no device but its terminal, latency limits and the log" "$(grep -E '"/dev/' <<<"$opened" |
		grep -vE '"/dev/(tty|pts/[0-9]+|urandom|null|shm/[^"]*|cpu_(dma|wakeup)_latency|kmsg)"')" ''
	# an open one is a request that counts as long as it stays open
	is "$1: lets go of the latency limit at once" "$(grep -cE '"/dev/cpu_dma_latency".* = [0-9]' <<<"$opened")" \
		"$(calls "$2" close | grep -c '</dev/cpu_dma_latency>')"
	is "$1: opens nothing to write but its terminal" \
		"$(grep -E 'O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)' <<<"$opened" | grep -vE '"/dev/(tty|pts/[0-9]+)"')" ''
	is "$1: writes to its terminal and its own threads only" \
		"$(calls "$2" 'write|pwrite64|writev|pwritev|pwritev2|sendfile|copy_file_range' |
			grep -vE "^[a-z0-9]+\([0-9]+<(/dev/pts/[0-9]+|anon_inode:\[eventfd\]|pipe:\[[0-9]+\]|$tmp/out)>")" ''
}

machine
timeout 60 strace -f -qq -y -o "$tmp/log" "$HVSCOPE" --interval 0.3 report >"$tmp/out" </dev/null
is 'the report is written' $? 0
quiet report "$tmp/log"
timeout 60 strace -f -qq -y -o "$tmp/log" "$HVSCOPE" --interval 0.3 report --json >"$tmp/out" </dev/null
quiet 'report --json' "$tmp/log"
timeout 60 strace -f -qq -y -o "$tmp/log" "$HVSCOPE" show frequency >"$tmp/out" </dev/null
quiet 'show' "$tmp/log"
is 'no journal is made by looking' "$(ls "$tmp" | grep state)" ''

# Each snapshot that is ready adds to an eventfd: between two of them is a tick.
"$HVSCOPE" simulate --packages 1 --cores 4 --threads 1 --driver acpi-cpufreq --moving 1 "$tmp/moving" >/dev/null &
started+=($!)
until_true "$wait_seconds" test -s "$tmp/moving/proc/stat" || :
lay "$tmp/moving/proc/stat" /proc/stat
ticks() {
	grep -cE 'write\([0-9]+<anon_inode:\[eventfd\]>' "$tmp/screen"
}
twenty_ticks() {
	(($(ticks) >= 20))
}
touch "$tmp/screen"
start 120x40 strace -f -qq -y -o "$tmp/screen" "$HVSCOPE" --interval 0.2
wait_for 'the full screen' 'THIS MACHINE'
if until_true "$wait_seconds" twenty_ticks; then pass 'it ticks'; else fail 'it ticks' "$(capture)"; fi
send q
gone 'it leaves' 0
quiet 'full screen' "$tmp/screen"
is 'no journal is made by it' "$(ls "$tmp" | grep state)" ''

# Of the last ticks; the start, which enumerates, is over by then.
awk '
	/write\([0-9]+<anon_inode:\[eventfd\]>/ { tick++ }
	{ sub(/^[0-9]+ +/, "") }
	tick >= 15 && tick < 19 && /^[a-z]/ { all++; sub(/\(.*/, ""); n[$0]++ }
	END {
		printf "# %.0f system calls a tick in steady state:", all / 4
		for (name in n)
			printf " %s %.0f", name, n[name] / 4
		print ""
	}' "$tmp/screen"

done_testing

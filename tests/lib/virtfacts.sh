# What tests with real guests ask of a report: facts of a guest by its name, and what the kernel says of its threads.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# After virt.sh: report [PROBE,…]; then fact, guest NAME FIELD, guest_rows NAME LIST FIELD…, and so on.

# report [PROBE,…] - as JSON, kept for those below
report() {
	timeout 100 "$HVSCOPE" --connect "$VIRT_URI" --interval 0.3 --timeout 60 report --json ${1:+--only "$1"} >"$tmp/report.json" </dev/null
}
fact() {
	"$HVSCOPE_BUILD/helper/json" facts "$@" <"$tmp/report.json"
}

# index LIST KEY VALUE - which row of facts.LIST it is: index 'guests guest' name web3
index() {
	# shellcheck disable=SC2086 # two words
	fact $1 '*' "$2" | awk -v value="$3" '$0 == value { print NR - 1; exit }'
}
# rows LIST INDEX SET FIELD… - a line for each row of that set, the fields parted by blanks
rows() {
	local list=$1 at=$2 set=$3 field files=()
	shift 3
	for field; do
		# shellcheck disable=SC2086 # two words
		fact $list "$at" "$set" '*' "$field" >"$tmp/rows.$field"
		files+=("$tmp/rows.$field")
	done
	paste -d ' ' "${files[@]}"
}

guest() {
	fact guests guest "$(index 'guests guest' name "$1")" "$2"
}
guest_rows() {
	local name=$1
	shift
	rows 'guests guest' "$(index 'guests guest' name "$name")" "$@"
}
threads_fact() {
	fact threads guest "$(index 'threads guest' key "$(virt_uuid "$1")")" "$2"
}
thread_rows() {
	local name=$1
	shift
	rows 'threads guest' "$(index 'threads guest' key "$(virt_uuid "$name")")" thread "$@"
}
placed() {
	fact placement guest "$(index 'placement guest' key "$(virt_uuid "$1")")" "$2"
}
placed_threads() {
	local name=$1
	shift
	rows 'placement guest' "$(index 'placement guest' key "$(virt_uuid "$name")")" thread "$@"
}

# pid_of NAME - of its QEMU, as libvirtd wrote it down
pid_of() {
	cat "$virt/run/qemu/$1.pid"
}
# kernel_threads PID - "TID MASK" of its vCPUs, emulator, iothreads and vhosts
kernel_threads() {
	local task
	for task in "/proc/$1/task/"*; do
		case $(cat "$task/comm") in
		'CPU '*/KVM | 'CPU '*/TCG | 'IO iothread'* | vhost-*) ;;
		*) [[ ${task##*/} == "$1" ]] || continue ;;
		esac
		echo "${task##*/} $(awk '$1 == "Cpus_allowed_list:" { print $2 }' "$task/status")"
	done
}
# mask NAME COMM - the kernel's mask of that thread: mask fast 'CPU 0/TCG', mask fast emulator
mask() {
	local pid task
	pid=$(pid_of "$1")
	for task in "/proc/$pid/task/"*; do
		if [[ $2 == emulator && ${task##*/} == "$pid" || $(cat "$task/comm") == "$2" ]]; then
			awk '$1 == "Cpus_allowed_list:" { print $2 }' "$task/status"
			return
		fi
	done
}
in_list() {
	local part
	for part in ${2//,/ }; do
		(($1 >= ${part%-*} && $1 <= ${part#*-})) && return 0
	done
	return 1
}

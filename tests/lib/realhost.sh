# What tests of the real path share: a mount namespace of its own, where a simulated machine lies over the real one.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# . "$(dirname "$0")/../lib/realhost.sh" instead of tap.sh, first of all: the test starts again inside the namespace, so
# that the program sees a live host whose files are ours. machine [OPTION…] lays a new one there. Needs root.
realhost_why=''
if ((EUID != 0)); then
	realhost_why='needs root'
elif ! unshare -m true 2>/dev/null; then
	realhost_why='no mount namespace can be made here'
elif [[ ! -d /sys/devices/system/cpu ]]; then
	realhost_why='there is no /sys/devices/system/cpu to lay a machine over'
elif [[ ${REALHOST_INSIDE:-} != $$ ]]; then
	# exec keeps the process id: the variable of somebody else does not fit
	REALHOST_INSIDE=$$ exec unshare -m --propagation private "$BASH" "$0" "$@"
fi
. "$(dirname "${BASH_SOURCE[0]}")/tap.sh"
[[ -z $realhost_why ]] || skip_all "$realhost_why"
export TERM=xterm-256color LC_ALL=C.UTF-8 TZ=UTC
wait_seconds=${WAIT_SECONDS:-20}
cpu=/sys/devices/system/cpu
machine=$tmp/machine
bound=()
started=()
open_folders=()

realhost_end() {
	local pid
	for pid in "${started[@]}"; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	unbind
	((${#open_folders[@]} == 0)) || rm -rf "${open_folders[@]}"
}
tap_cleanup() {
	realhost_end
}

# lay FROM TO - a file or folder over another one, in this namespace only
lay() {
	mount --bind "$1" "$2" && bound=("$2" "${bound[@]}")
}

# read_only PATH - writing there is refused with EROFS, to root too
read_only() {
	lay "$1" "$1" && mount -o remount,bind,ro "$1"
}

# unbind [PATH…] - takes these away again, or all
unbind() {
	local path
	local -a keep=()
	if (($#)); then
		umount "$@"
		for path in "${bound[@]}"; do
			[[ " $* " == *" $path "* ]] || keep+=("$path")
		done
	else
		for path in "${bound[@]}"; do
			umount "$path" 2>/dev/null || umount -l "$path"
		done
	fi
	bound=("${keep[@]}")
}

# machine [OPTION…] - a new machine, of four CPUs and an empty journal unless simulate's options say otherwise
machine() {
	unbind
	rm -rf "$machine" "$tmp/state"
	export HVSCOPE_STATE=$tmp/state
	"$HVSCOPE" simulate --packages 1 --cores 4 --threads 1 --driver acpi-cpufreq --governor powersave "$@" "$machine" \
		>/dev/null && lay "$machine$cpu" $cpu && lay "$machine/proc/stat" /proc/stat || exit 1
}

# governor N - the file of that policy
governor() {
	echo "$cpu/cpufreq/policy$1/scaling_governor"
}

# governors - of all policies in their order, in one line
governors() {
	local file
	for file in $(printf '%s\n' "$cpu"/cpufreq/policy*/scaling_governor | sort -V); do
		cat "$file"
	done | paste -sd ' '
}

# all_files - a sum over every byte of the machine: equal sums, equal machines
all_files() {
	(cd "$machine" && find . -type f -exec cksum {} + | sort -k 3 | cksum)
}

# hv ARGUMENT… - the program without a terminal
hv() {
	timeout 30 "$HVSCOPE" --interval 0.1 "$@" </dev/null
}

# says NAME STATUS REGEX ARGUMENT… - the program ends with it, and its last line on stderr, the only one, is like that
says() {
	local name=$1 status=$2 regex=$3 got err
	shift 3
	output=$(hv "$@" 2>"$tmp/err")
	got=$?
	err=$(cat "$tmp/err")
	if ((got != status)); then
		fail "$name" "expected status $status, got $got from: $*" "$output" "$err"
	elif [[ ! $err =~ $regex || $err == *$'\n'* ]]; then
		fail "$name" "expected one line like: $regex" "got: $err"
	else
		pass "$name"
	fi
}

# open_folder - a new folder that everybody may enter, whoever owns those above $tmp; in $folder
open_folder() {
	folder=$(mktemp -d /tmp/hvscope-open.XXXXXX) && open_folders+=("$folder") && chmod 755 "$folder"
}

# as_nobody COMMAND… - without any privilege
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# journal_states - the state of each change, the oldest first
journal_states() {
	hv journal --json | "$HVSCOPE_BUILD/helper/json" entries '*' state | paste -sd ' '
}

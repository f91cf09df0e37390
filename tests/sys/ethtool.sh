#!/usr/bin/env bash
# What drivers of real interfaces answer: the same as the kernel's files, the tool and nobody in particular are told.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/tap.sh"
reader=$HVSCOPE_BUILD/helper/host_read json=$HVSCOPE_BUILD/helper/json

# ask INTERFACE TOPIC [COMMAND…] - its answer, and a last line with the errno; a driver that takes its time is asked again
ask() {
	local path=@ethtool/$1/$2 answer
	shift 2
	for _ in {1..500}; do
		answer=$(echo "read $path" | "$@" timeout 20 "$reader" -c test:///default -)
		[[ $answer == *'= EINPROGRESS '* ]] || break
	done
	sed -E 's/^= ([0A-Z]+) .*/= \1/' <<<"$answer"
}

# value KEY ANSWER
value() {
	sed -n "s/^$1=//p" <<<"$2"
}

# queues INTERFACE - how many it receives on, as the kernel's files have it
queues() {
	compgen -G "/sys/class/net/$1/queues/rx-*" | wc -l
}

# files INTERFACE - its link as the kernel's files have it
files() {
	echo "$(cat "/sys/class/net/$1/speed") $(cat "/sys/class/net/$1/duplex")"
}

# agrees INTERFACE - channels and link are what the files say; where a driver does not know it, both say nothing
agrees() {
	local link channels expected got
	channels=$(ask "$1" channels)
	if [[ $channels == *'= 0' ]]; then
		is "$1: as many channels as queues" $(($(value combined "$channels") + $(value rx "$channels"))) "$(queues "$1")"
	else
		is "$1: no channels are known" "$channels" '= EOPNOTSUPP'
	fi
	link=$(ask "$1" link)
	if ! expected=$(files "$1" 2>/dev/null) || [[ $expected == -1* ]]; then
		is "$1: no speed is known" "$(value speed_mbps "$link")" ''
		return
	fi
	is "$1: its link is as in the files" "$(value speed_mbps "$link") $(value duplex "$link")" "$expected"
}

# pair - a cable of two ends in a network of its own
pair() {
	mount -t sysfs sysfs /sys && ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up &&
		until_true 10 grep -q '^up$' /sys/class/net/v0/operstate
}
if [[ ${1:-} == inside ]]; then
	pair 2>/dev/null || skip_all 'no pair of interfaces can be made'
	agrees v0
	is 'v0 has no coalescing' "$(ask v0 coalesce)" '= EOPNOTSUPP'
	is 'v0 has no modes, so none is the fastest' "$(value supported_mbps "$(ask v0 link)")" 0
	is 'nobody in particular is told the same' "$(ask v0 channels setpriv --reuid=65534 --regid=65534 --clear-groups)" \
		"$(ask v0 channels)"
	is 'one that is gone is no device' "$(ask v2 link)" '= ENODEV'
	done_testing
fi

for device in /sys/class/net/*/device; do
	[[ -e $device ]] || continue
	nic=${device%/device} nic=${nic##*/}
	agrees "$nic"
	report=$(timeout 60 "$HVSCOPE" report --json --only net)
	channels=$(ask "$nic" channels)
	expected=$(value combined "$channels")
	[[ $(value combined_max "$channels") != 0 ]] || expected=null
	[[ $channels == *'= 0' ]] || expected=null
	place=$("$json" facts net interface '*' name <<<"$report" | grep -nx -- "$nic" | cut -d: -f1)
	is "$nic: the report has its channels" \
		"$("$json" facts net interface $((${place:-1000} - 1)) channels <<<"$report")" "$expected"
	if command -v ethtool >/dev/null && coalesce=$(ethtool -c "$nic" 2>/dev/null); then
		usecs=$(sed -n 's/^rx-usecs:[[:space:]]*//p' <<<"$coalesce")
		is "$nic: the tool says the same" "$(value rx_usecs "$(ask "$nic" coalesce)")" "${usecs/n\/a/0}"
	else
		skip "$nic: the tool says the same" 'ethtool is not installed'
	fi
done

if ((EUID == 0)) && command -v ip unshare setpriv >/dev/null && unshare --net --mount true 2>/dev/null; then
	output=$(timeout 60 unshare --net --mount "$0" inside)
	status=$?
	while read -r line; do
		case $line in
		'ok '*) pass "${line#* - }" ;;
		'not ok '*) fail "${line#* - }" ;;
		'1..0 # SKIP '*) skip 'a pair of interfaces' "${line#*SKIP }" ;;
		'#'*) echo "$line" ;;
		esac
	done <<<"$output"
	is 'the network of its own was looked at to the end' "$status" 0
else
	skip 'a pair of interfaces' 'it takes root and network namespaces'
fi
done_testing

#!/usr/bin/env bash
# libvirt's answers as paths, over real guests: lists, documents, pins read and written, events, a daemon that hangs or dies.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"

virt_start
virt_guests

coproc HOST { exec "$HVSCOPE_BUILD/helper/host_read" -c "$VIRT_URI" -; }
host_pid=$HOST_PID
exec {to_host}>&"${HOST[1]}" {from_host}<&"${HOST[0]}"
# ask LINE - the answer in $answer, its last line in $status (0 or the errno's name), $age, $took (ms) or $why
ask() {
	local line
	answer='' status='' age='' took='' why=''
	echo "$*" >&"$to_host"
	while IFS= read -r -t 60 -u "$from_host" line; do
		case $line in
		'= 0 '*) read -r _ status age took <<<"$line" && break ;;
		'= '*) read -r _ status took why <<<"$line" && break ;;
		*) answer+=$line$'\n' ;;
		esac
	done
	answer=${answer%$'\n'}
}
# got PATH - what it answers now, or the error
got() {
	ask wait 8000 "$1"
	[[ $status == 0 ]] && echo "$answer" || echo "$status $why"
}
connection() {
	ask read @virt/connection
	sed -n "s/^$1=//p" <<<"$answer"
}
link_is() {
	[[ $(connection link) == "$1" ]]
}
guest() {
	ask read @virt/guests
	grep -E " $1\$" <<<"$answer"
}
generation() {
	guest "$1" | awk '{ print $4 }'
}
moved_from() {
	local now
	now=$(generation "$1")
	[[ -n $now ]] && ((now > $2))
}
gone() {
	ask read @virt/guests
	[[ $status == 0 ]] && ! grep -q " $1\$" <<<"$answer"
}
# pin SCOPE PIN GUEST - its path
pin() {
	echo "@virt/$(virt_uuid "$3")/$1/$2"
}

# the list
ask read @virt/guests
is 'before the first answer there is none' "$status" EINPROGRESS
got @virt/guests >"$tmp/list"
is 'the list has all guests' "$(awk '{ print $6, $3, $5 }' "$tmp/list" | sort | paste -sd ,)" \
	'fast running persistent,fleeting running transient,legacy running persistent,off shutoff persistent,pinned running persistent,vnc running persistent'
is 'with the UUIDs of virsh' "$(awk '{ print $1 }' "$tmp/list" | sort)" "$(virsh list --all --uuid | sort)"
is 'and the ids' "$(awk '$2 != "-" { print $2, $6 }' "$tmp/list" | sort)" "$(virsh list | awk '{ print $1, $2 }' | sort)"
is 'the daemon is connected' "$(connection link)" connected
is 'on this machine' "$(connection of_this_machine) $(connection hostname)" "1 $(virsh hostname)"
is 'as QEMU' "$(connection driver)" QEMU
like 'with versions' "$(connection libvirt)" '^[0-9]+\.[0-9]+\.[0-9]+$'
is 'and its CPUs' "$(connection cpus)" "0-$(($(virsh nodecpumap | awk '/CPUs present/ { print $3 }') - 1))"
is 'without an excuse' "$(connection why)$(connection remedy)" ''

# documents
for name in fast legacy; do
	is "the live document of $name" "$(got "@virt/$(virt_uuid $name)/live/xml")" "$(virsh dumpxml $name)"
	is "the definition of $name" "$(got "@virt/$(virt_uuid $name)/config/xml")" "$(virsh dumpxml --inactive $name)"
done
is 'a guest that is off has a definition' "$(got "@virt/$(virt_uuid off)/config/xml")" "$(virsh dumpxml --inactive off)"
like 'and no live document' "$(got "@virt/$(virt_uuid off)/live/xml")" '^ENOENT .*does not run'
like 'a transient one has no definition' "$(got "@virt/$(virt_uuid fleeting)/config/xml")" '^ENOENT .*transient'
like 'and is there live' "$(got "@virt/$(virt_uuid fleeting)/live/xml")" '<name>fleeting</name>'
like 'no guest, no answer' "$(got @virt/22222222-2222-4222-8222-222222222222/live/xml)" '^ENOENT '
unlike 'no answer has a secret' "$(got "@virt/$(virt_uuid vnc)/config/xml")$(got "@virt/$(virt_uuid vnc)/live/xml")" secret7

# statistics
stats=$(got @virt/stats/state,interface)
is 'statistics of all that run' "$(grep -c '^guest ' <<<"$stats")" 5
like 'with their interfaces' "$stats" 'net\.0\.rx\.pkts=[0-9]+'
unlike 'and nothing else' "$stats" 'vcpu|block'
like 'statistics of one' "$(got "@virt/$(virt_uuid fast)/stats/vcpu,block,iothread")" 'vcpu\.0\.time=[0-9]+.*block\.0\.name=vda'
# TCG has nothing that KVM counts: each guest is there, and only the rest of its lines
stats=$(got @virt/stats/vcpu,cpu-total)
is 'statistics of virtual CPUs, of all that run' "$(grep -c '^guest ' <<<"$stats")" 5
like 'with the time of each' "$stats" 'vcpu\.0\.time=[0-9]+'
unlike 'and no counter that nobody reads' "$stats" 'vcpu\.[0-9]+\.[a-z_]+\.max='
is 'statistics of whole guests' "$(got @virt/stats/vm | grep -c '^guest ')" 5
like 'groups that nobody knows' "$(got @virt/stats/nonsense)" '^EOPNOTSUPP '

# pins as they are
is 'pins as defined' "$(for pin in vcpu/0 vcpu/1 vcpu/2 emulator iothread/1 iothread/2; do
	echo "$(got "$(pin config $pin fast)"):$(got "$(pin live $pin fast)")"
done | paste -sd ' ')" '0:0 1:1 -:- 1:1 0:0 -:-'

# thread_mask GUEST COMM - where the kernel lets it run
thread_mask() {
	local task pid
	pid=$(cat "$virt/run/qemu/$1.pid")
	for task in "/proc/$pid/task"/*; do
		[[ $(cat "$task/comm") != "$2" ]] || awk '$1 == "Cpus_allowed_list:" { print $2 }' "$task/status"
	done
}
# writes SCOPE PIN GUEST LIST - a case: written, and read back by us and by virsh's document
writes() {
	local path
	path=$(pin "$1" "$2" "$3")
	ask write "$path" "$4"
	is "$3: $1 $2 to $4 is written" "$status$why" 0
	is "$3: $1 $2 reads $4" "$(got "$path")" "$4"
}
definition=$(virsh dumpxml --inactive fast)
writes live vcpu/2 fast 1
is 'the thread obeys' "$(thread_mask fast 'CPU 2/TCG')" 1
is 'the definition does not change' "$(virsh dumpxml --inactive fast)" "$definition"
like 'virsh sees it' "$(virsh vcpupin fast --live)" '2 +1'
writes live emulator fast 0
writes live iothread/2 fast 1
is 'the iothread obeys' "$(thread_mask fast 'IO iothread2')" 1
writes config vcpu/2 fast 0-1
writes config iothread/2 fast 0
like 'virsh sees it in the definition' "$(virsh dumpxml --inactive fast)" "<vcpupin vcpu='2' cpuset='0-1'/>"
is 'the live pin stays' "$(got "$(pin live vcpu/2 fast)")" 1
writes config vcpu/2 fast -
writes config iothread/2 fast -
is 'without them the definition is what it was, byte for byte' "$(virsh dumpxml --inactive fast)" "$definition"
writes config emulator fast -
ask write "$(pin config emulator fast)" 1
is 'one that was taken away and written again too' "$(virsh dumpxml --inactive fast)" "$definition"
definition=$(virsh dumpxml --inactive off)
writes config vcpu/0 off 1
writes config vcpu/0 off -
is 'a guest without cputune has none afterwards' "$(virsh dumpxml --inactive off)" "$definition"
ask write "$(pin config vcpu/0 vnc)" 1
ask write "$(pin config vcpu/0 vnc)" -
like 'a password is kept' "$(virsh dumpxml --security-info --inactive vnc)" "passwd='secret7'"
writes live vcpu/0 fleeting 1

# refusals, with libvirt's words
refuses() {
	ask write "$3" "$4"
	like "$1" "$status $why" "$2"
}
refuses 'a live pin cannot be taken away' '^EOPNOTSUPP .*next start' "$(pin live vcpu/0 fast)" -
refuses 'a CPU that is not there' '^EINVAL .*does not have' "$(pin config vcpu/0 fast)" 900
refuses 'no CPU at all' '^EINVAL ' "$(pin config vcpu/0 fast)" ''
refuses 'no list' '^EINVAL ' "$(pin live vcpu/0 fast)" everywhere
refuses 'a vCPU that is not there' '^EINVAL .*vcpu 9' "$(pin live vcpu/9 fast)" 0
refuses 'the definition of a transient guest' '^ENOENT .*transient' "$(pin config vcpu/0 fleeting)" 0
refuses 'a guest that does not run' '^ENOENT .*not run' "$(pin live vcpu/0 off)" 0
refuses 'a document' '^EACCES .*only pins' "@virt/$(virt_uuid fast)/config/xml" '<domain/>'

# what others do is seen
sees() {
	local name=$1 guest=$2 before
	before=$(generation "$guest")
	shift 2
	output=$("$@" 2>&1) || fail "$name" "$output"
	if until_true 2 moved_from "$guest" "$before"; then pass "$name is seen in time"; else fail "$name is seen in time" "$before" "$(guest "$guest")"; fi
}
got "$(pin live xml fast)" >"$tmp/xml"
sees "somebody else's live pin" fast virsh vcpupin fast 3 0 --live
ask read "$(pin live xml fast)"
like 'and its document is new by then' "$answer" "<vcpupin vcpu='3' cpuset='0'/>"
sees 'a guest that is defined anew' off virsh define "$virt/off.xml"
sees 'a start' off virsh start off
like 'which gave it an id' "$(guest off)" ' [0-9]+ running [0-9]+ persistent off$'
sees 'a pause' off virsh suspend off
like 'as paused' "$(guest off)" ' paused '
sees 'its end' off virsh destroy off
like 'after which it is off' "$(guest off)" ' - shutoff '
before=$(generation off)
virsh domrename off other >/dev/null
if until_true 2 moved_from other "$before"; then pass 'a new name is seen in time'; else fail 'a new name is seen in time' "$(guest other)"; fi
is 'and no old one' "$(guest off)" ''
virsh undefine other >/dev/null
if until_true 2 gone other; then pass 'a guest that is undefined goes'; else fail 'a guest that is undefined goes' "$answer"; fi

# a daemon that hangs
writes live vcpu/0 fast 0
kill -STOP "$virt_daemon"
ask write "$(pin live vcpu/0 fast)" 1
like 'a write on a connection that hangs ends' "$status" '^(ETIMEDOUT|EIO)$'
if ((took < 10000)); then pass 'in time'; else fail 'in time' "$took ms"; fi
kill -CONT "$virt_daemon"
until_true 10 link_is connected
kill -STOP "$virt_daemon"
slowest=0
hangs() {
	ask read @virt/stats/state,interface
	((took <= slowest)) || slowest=$took
	ask read @virt/guests
	((took <= slowest)) || slowest=$took
	link_is silent
}
if until_true 5 hangs; then pass 'a daemon that hangs is told within 5 s'; else fail 'a daemon that hangs is told within 5 s' "$(connection link)"; fi
if ((slowest < 50)); then pass 'while readers never wait'; else fail 'while readers never wait' "$slowest ms"; fi
like 'with what helps' "$(connection remedy)" systemctl
ask read @virt/guests
is 'the old answers stay' "$status $(grep -c . <<<"$answer")" '0 5'
if ((age >= 2000)); then pass 'and have an age'; else fail 'and have an age' "$age ms"; fi
ask wait 300 @virt/guests
is 'who waits does not wait longer' "$status $((took < 1000))" 'ETIMEDOUT 1'
ask write "$(pin live vcpu/0 fast)" 1
like 'a write ends' "$status" '^(ETIMEDOUT|EIO)$'
if ((took < 10000)); then pass 'within 10 s'; else fail 'within 10 s' "$took ms"; fi
kill -CONT "$virt_daemon"
if until_true 10 link_is connected; then pass 'when it goes on it is connected'; else fail 'when it goes on it is connected' "$answer"; fi
is 'the write that ended was not done later' "$(got "$(pin live vcpu/0 fast)")" 0

# a daemon that dies
before=$(generation fast)
virt_kill
lost() {
	ask read @virt/guests
	link_is lost
}
if until_true 5 lost; then pass 'a daemon that died is told'; else fail 'a daemon that died is told' "$answer"; fi
ask read @virt/guests
is 'the old answers stay then too' "$status $(grep -c . <<<"$answer")" '0 5'
virt_again
if until_true 10 link_is connected; then pass 'a new one is connected within 10 s'; else fail 'a new one is connected within 10 s' "$answer"; fi
if until_true 2 moved_from fast "$before"; then pass 'and each guest is looked at anew'; else fail 'and each guest is looked at anew' "$(guest fast)"; fi
writes live vcpu/2 fast 0

# leaving
kill -STOP "$virt_daemon"
until_true 5 hangs
exec {to_host}>&- {HOST[1]}>&-
ended() {
	! kill -0 "$host_pid" 2>/dev/null
}
if until_true 3 ended; then pass 'leaving does not wait for a daemon that hangs'; else fail 'leaving does not wait for a daemon that hangs'; fi
kill -CONT "$virt_daemon"
done_testing

#!/usr/bin/env bash
# What the report says of real guests is what virsh and the kernel say: definitions, pins, threads and their masks.
# SPDX-License-Identifier: GPL-2.0-or-later
. "$(dirname "$0")/../lib/virt.sh"
. "$(dirname "$0")/../lib/virtfacts.sh"

virt_start
virt_guests
ends 'the report' 0 report guests,threads,placement

is 'as many guests as virsh lists' "$(fact guests total) $(fact guests running)" \
	"$(virsh list --all --uuid | grep -c .) $(virsh list --uuid | grep -c .)"
is 'it is this machine' "$(fact guests of_this_machine) $(fact guests link)" 'true connected'
is 'the version of libvirt' "$(fact guests libvirt)" "$(virsh version --daemon | sed -n 's/^Running against daemon: //p')"

for name in legacy fast pinned fleeting vnc off; do
	xml=$(virsh dumpxml "$name")
	is "$name: UUID" "$(guest "$name" uuid)" "$(virsh domuuid "$name" | xargs)"
	is "$name: state" "$(guest "$name" state)" "$(virsh domstate "$name" | sed 's/shut off/shutoff/' | xargs)"
	is "$name: type" "$(guest "$name" type)" "$(sed -n "s/^<domain type='\([^']*\)'.*/\1/p" <<<"$xml")"
	is "$name: machine" "$(guest "$name" machine)" "$(sed -n "s/.* machine='\([^']*\)'.*/\1/p" <<<"$xml")"
	is "$name: CPU mode" "$(guest "$name" cpu_mode)" "$(sed -n "s/^  <cpu mode='\([^']*\)'.*/\1/p" <<<"$xml" | grep . || echo null)"
	is "$name: vCPUs" "$(guest "$name" vcpus)" "$(virsh dominfo "$name" | awk '$1 == "CPU(s):" { print $2 }')"
	is "$name: persistent" "$(guest "$name" persistent)" \
		"$(virsh dominfo "$name" | awk '$1 == "Persistent:" { print $2 == "yes" ? "true" : "false" }')"
	is "$name: disks" "$(guest_rows "$name" disk target bus)" \
		"$(sed -n "s/.*<target dev='\([^']*\)' bus='\([^']*\)'.*/\1 \2/p" <<<"$xml")"
	is "$name: interfaces" "$(guest_rows "$name" interface model)" \
		"$(virsh domiflist "$name" | awk 'NF { print $4 }')"
	is "$name: pins as in its XML" "$(guest_rows "$name" pin vcpu cpus | grep -v ' null$')" \
		"$(sed -n "s/.*<vcpupin vcpu='\([^']*\)' cpuset='\([^']*\)'.*/\1 \2/p" <<<"$xml")"
	is "$name: a row for each vCPU" "$(guest_rows "$name" pin vcpu | wc -l)" "$(guest "$name" vcpus)"
	is "$name: the emulator's pin" "$(guest "$name" emulator_cpus)" \
		"$(sed -n "s/.*<emulatorpin cpuset='\([^']*\)'.*/\1/p" <<<"$xml" | grep . || echo null)"
	is "$name: iothreads" "$(guest_rows "$name" iothread id)" \
		"$(virsh iothreadinfo "$name" 2>/dev/null | awk 'NF { print $1 }' | sort -n)"
done

# yes_no LIST - as vcpuinfo shows a mask
yes_no() {
	local cpu cpus=$1 out='' last
	last=$(sed 's/.*[-,]//' /sys/devices/system/cpu/present)
	for ((cpu = 0; cpu <= last; cpu++)); do
		if in_list "$cpu" "$cpus"; then out+=y; else out+=-; fi
	done
	echo "$out"
}
for name in legacy fast pinned fleeting vnc; do
	pid=$(pid_of "$name")
	is "$name: its process" "$(threads_fact "$name" pid)" "$pid"
	is "$name: its vCPUs' masks are those of vcpuinfo" \
		"$(thread_rows "$name" name allowed | sed -n 's/^vcpu [0-9]* //p' | while read -r list; do yes_no "$list"; done)" \
		"$(virsh vcpuinfo "$name" | awk '$1 == "CPU" && $2 == "Affinity:" { print $3 }')"
	is "$name: threads and masks are the kernel's" "$(thread_rows "$name" tid allowed | sort -n)" \
		"$(kernel_threads "$pid" | sort -n)"
	is "$name: the iothreads' masks are those of iothreadinfo" \
		"$(thread_rows "$name" name allowed | sed -n 's/^iothread //p')" \
		"$(virsh iothreadinfo "$name" | awk 'NF { print $1, $2 }' | sort -n)"
done
# Of the vCPUs alone: an emulator that happens to run on a vCPU's CPU, and waits there, is in conflict too, for that moment.
is 'two vCPUs on one CPU are a conflict' \
	"$(placed_threads pinned name severity conflict | sed -n 's/^\(vcpu .*\) with .*/\1/p')" \
	$'vcpu 0 3 shares CPU 1\nvcpu 1 3 shares CPU 1'
is 'the guest has as many as its threads have' "$(placed pinned conflicts)" \
	"$(placed_threads pinned severity | awk '$1 != "null" && $1 > 1' | grep -c .)"
like 'and names the worst' "$(placed pinned conflict)" '^vcpu 0 shares CPU 1 with '
is 'a guest that is off is nowhere' "$(placed off joined)" false
is 'a vCPU alone on its CPU is not where pinned ones are' "$(placed_threads fast name now | sed -n 's/^vcpu 0 //p')" 0
done_testing

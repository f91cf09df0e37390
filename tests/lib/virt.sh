# What tests with real guests share: a private libvirtd whose files, network and cgroups are its own, and six guests.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# . "$(dirname "$0")/../lib/virt.sh" instead of tap.sh; then virt_start, and `define NAME`, `boot NAME` for those wanted, or
# `virt_guests` for all of them (fleeting runs and is never defined, off is defined and never runs):
#
#	legacy     pc, IDE, e1000, cache writethrough          pinned     two vCPUs on one CPU
#	fast       q35, virtio, two iothreads, pins of all kinds   fleeting   transient
#	vnc        VNC with a password                         off        defined, not started
#
# virsh asks that daemon; $VIRT_URI names it. virt_kill, virt_again end and restart the daemon alone, guests go on.
# virt_stop ends all that was started here and removes its cgroups; it also runs at the end of the test.
#
# The test runs among processes of its own: the guests of another would stand beside ours as QEMU that our libvirtd does not
# list, and nothing of it outlives it.
if [[ -z ${VIRT_TEST:-} ]] && ((EUID == 0)) && "$(dirname "${BASH_SOURCE[0]}")/../../.packaging/deps.sh" -c virt >/dev/null 2>&1 &&
	unshare -m -p -f --mount-proc true 2>/dev/null; then
	VIRT_TEST=$$ exec unshare -m -p -f --mount-proc --kill-child "$BASH" "$0" "$@"
fi
VIRT_TEST=${VIRT_TEST:-$$}
. "$(dirname "${BASH_SOURCE[0]}")/tap.sh"
virt=$tmp/virt
VIRT_URI="qemu+unix:///system?socket=$virt/sock/libvirt-sock"
virt_group=hvscope-test.$VIRT_TEST
virt_holder='' virt_daemon=''
wait_seconds=${WAIT_SECONDS:-60}

virt_skip() {
	local why folder
	((EUID == 0)) || skip_all 'needs root'
	why=$("$top/.packaging/deps.sh" -c virt 2>&1) || skip_all "${why##*$'\n'}"
	unshare -m -n -C true 2>/dev/null || skip_all 'no namespaces can be made here'
	for folder in /etc /var /run; do
		[[ $tmp != $folder/* ]] || skip_all "TMPDIR is below $folder, where the private libvirtd has its own"
	done
	[[ $(awk '$1 == "Cpus_allowed_list:" { print $2 }' /proc/self/status) =~ ^0(-|,1) ]] ||
		skip_all 'the guests need CPUs 0 and 1'
}
virt_skip
# Guests outlive their daemon: what runs in our groups was started here. Where there are none, by their pid files.
virt_end_guests() {
	local file pid
	for file in "$virt"/run/qemu/*.pid; do
		pid=$(cat "$file" 2>/dev/null) && [[ $(cat "/proc/$pid/comm" 2>/dev/null) == qemu-system* ]] && kill -9 "$pid"
	done
	find /sys/fs/cgroup -path "*/$virt_group/machine*" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u |
		while read -r pid; do kill -9 "$pid" 2>/dev/null; done
	return 0
}
virt_groups() {
	find /sys/fs/cgroup -depth -type d -path "*/$virt_group*" 2>/dev/null
}
# The kernel lets a group go only when the last process in it is quite gone.
virt_groups_gone() {
	local group
	while read -r group; do rmdir "$group" 2>/dev/null; done < <(virt_groups)
	[[ -z $(virt_groups) ]]
}

virt_kill() {
	[[ -n $virt_daemon ]] || return 0
	kill -CONT "$virt_daemon" 2>/dev/null
	kill -9 "$virt_daemon" 2>/dev/null
	wait "$virt_daemon" 2>/dev/null
	virt_daemon=''
}

virt_stop() {
	[[ -n $virt_holder ]] || return 0
	virt_kill
	virt_end_guests
	kill "$virt_holder" 2>/dev/null
	wait "$virt_holder" 2>/dev/null
	virt_holder=''
	until_true 10 virt_groups_gone || echo "# left: $(virt_groups | paste -sd ' ')"
}
tap_cleanup() {
	virt_stop
}

# Asking QEMU what it can takes seconds: the answers are kept beside the build, by the versions of who asked whom.
virt_cache() {
	local versions
	versions=$(libvirtd --version; qemu-system-x86_64 --version; uname -r)
	echo "$top/.build/virt/$(cksum <<<"$versions" | tr -d ' ')"
}
virt_keep_cache() {
	local cache new
	cache=$(virt_cache)
	[[ ! -d $cache ]] && compgen -G "$virt/cache/qemu/capabilities/*.xml" >/dev/null || return 0
	new=$cache.$VIRT_TEST
	mkdir -p "$top/.build/virt" && cp -r "$virt/cache" "$new" && mv -nT "$new" "$cache"
	rm -rf "$new"
}

virt_settings() {
	cat >"$virt/libvirtd.conf" <<-C
		unix_sock_dir = "$virt/sock"
		unix_sock_group = "root"
		unix_sock_rw_perms = "0700"
		auth_unix_rw = "none"
		auth_unix_ro = "none"
		log_outputs = "3:file:$virt/libvirtd.log"
	C
	# No devices controller: it needs what a container may not do.
	cat >"$virt/etc/qemu.conf" <<-C
		user = "root"
		group = "root"
		dynamic_ownership = 0
		remember_owner = 0
		security_driver = "none"
		namespaces = []
		stdio_handler = "file"
		cgroup_controllers = [ "cpu", "cpuset", "cpuacct", "memory", "blkio" ]
	C
}

# Where cgroups are mounted: one folder, or one for each controller of version 1.
virt_group_roots='for root in $(awk "\$3 ~ /^cgroup2?\$/ { print \$2 }" /proc/self/mounts | sort -u); do
	'
# Both are run by sh inside. First: into a group of our own, which is the root of all groups from then on.
virt_hold() {
	cat <<-S
		set -eu
		$virt_group_roots
			group=\$root/$virt_group
			mkdir "\$group" || continue
			for file in cpuset.cpus cpuset.mems; do
				[ -e "\$root/cgroup.controllers" ] || [ ! -e "\$root/\$file" ] || cat "\$root/\$file" >"\$group/\$file"
			done
			echo \$\$ >"\$group/cgroup.procs"
		done
		exec unshare -C sh -c "\$1"
	S
}
# Then: lies there until it is ended, with folders of its own over /etc, /var and /run; daemons of two tests never meet.
virt_lie() {
	cat <<-S
		set -eu
		$virt_group_roots
			[ -d "\$root/$virt_group" ] || continue
			mount --bind "\$root/$virt_group" "\$root"
			mkdir "\$root/daemon"
			for file in cpuset.cpus cpuset.mems; do
				[ -e "\$root/cgroup.controllers" ] || [ ! -e "\$root/\$file" ] || cat "\$root/\$file" >"\$root/daemon/\$file"
			done
			echo \$\$ >"\$root/daemon/cgroup.procs"
		done
	S
	cat <<-'S'
		over() {
			mkdir -p "$virt/over/$1.upper" "$virt/over/$1.work"
			mount -t overlay -o "lowerdir=/$1,upperdir=$virt/over/$1.upper,workdir=$virt/over/$1.work" over "/$1"
		}
		mkdir -p "$virt/over"
		mount -t tmpfs over "$virt/over"
		over etc
		over var
		mount -t tmpfs run /run
		# its driver looks for the user of its package before it reads that guests run as root
		grep -q ^libvirt-qemu: /etc/passwd || {
			echo "libvirt-qemu:x:64055:64055::/var/lib/libvirt:/usr/sbin/nologin" >>/etc/passwd
			echo "libvirt-qemu:x:64055:" >>/etc/group
		}
		for name in etc:etc var/lib:lib var/log:log var/cache:cache run:run; do
			mkdir -p "/${name%:*}/libvirt"
			mount --bind "$virt/${name#*:}" "/${name%:*}/libvirt"
		done
		ip link set lo up 2>/dev/null || :
		touch "$virt/held"
		exec sleep infinity
	S
}

virt_answers() {
	virsh version >/dev/null 2>&1
}
# virt_again - the daemon runs, after virt_kill too
virt_again() {
	nsenter -t "$virt_holder" -m -n -C sh -c "$virt_group_roots [ ! -d \$root/daemon ] || echo \$\$ >\$root/daemon/cgroup.procs; done
		exec libvirtd -f '$virt/libvirtd.conf' -p '$virt/libvirtd.pid'" </dev/null >"$virt/libvirtd.out" 2>&1 &
	virt_daemon=$!
	until_true "$wait_seconds" virt_answers
}

# virt_start - a case: the daemon answers
virt_start() {
	local cache
	mkdir -p "$virt"/{run,lib,log,cache,etc,sock,images}
	cache=$(virt_cache)
	[[ ! -d $cache ]] || cp -r "$cache/." "$virt/cache/"
	virt_settings
	virt=$virt unshare -m -n --propagation private sh -c "$(virt_hold)" hold "$(virt_lie)" \
		</dev/null >"$virt/held.out" 2>&1 &
	virt_holder=$!
	if ! until_true 20 test -e "$virt/held" || ! virt_again; then
		fail 'a private libvirtd answers' "$(cat "$virt/held.out" "$virt/libvirtd.out" "$virt/libvirtd.log" 2>/dev/null)"
		done_testing
	fi
	pass 'a private libvirtd answers'
}

virsh() {
	timeout 60 virsh -q -c "$VIRT_URI" "$@"
}

# virt_domain NAME NUMBER MACHINE VCPUS < the elements after <vcpu>, a line with "devices", and the devices
virt_domain() {
	local elements=${domain_elements:-}
	truncate -s 1M "$virt/images/$1.img"
	cat <<-X
		<domain type='qemu'>
		  <name>$1</name>
		  <uuid>$(virt_uuid_of "$2")</uuid>
		  <memory unit='MiB'>48</memory>
		  <vcpu placement='static'>$4</vcpu>
		$elements  <os><type arch='x86_64' machine='$3'>hvm</type></os>
		  <features><acpi/></features>
		  <on_reboot>restart</on_reboot>
		  <devices>
		    <emulator>$(command -v qemu-system-x86_64)</emulator>
		    <controller type='usb' model='none'/>
		$(cat)
		  </devices>
		</domain>
	X
}
# Tests beside this one have guests of the same names.
virt_uuid_of() {
	printf '11111111-1111-4111-8111-%011x%d\n' "$VIRT_TEST" "$1"
}
virt_disk() {
	echo "    <disk type='file' device='disk'><driver name='qemu' type='raw' $4/><source file='$virt/images/$1.img'/>" \
		"<target dev='$2' bus='$3'/></disk>"
}
# A network card of the model; a tap device where there can be one, since only such a card is counted.
virt_card() {
	local type=ethernet
	[[ -c /dev/net/tun ]] || type=user
	echo "    <interface type='$type'><mac address='52:54:00:aa:00:0$1'/><model type='$2'/></interface>"
}
virt_old_devices() {
	virt_disk "$1" hda ide "cache='writethrough'"
	virt_card "$2" e1000
	echo "    <memballoon model='none'/>"
}

virt_xml_legacy() {
	virt_old_devices legacy 1 | virt_domain legacy 1 pc 2
}
virt_xml_fast() {
	local domain_elements="  <iothreads>2</iothreads>
  <cputune>
    <vcpupin vcpu='0' cpuset='0'/>
    <vcpupin vcpu='1' cpuset='1'/>
    <emulatorpin cpuset='1'/>
    <iothreadpin iothread='1' cpuset='0'/>
  </cputune>
"
	{
		virt_disk fast vda virtio "iothread='1'"
		virt_card 2 virtio
		echo "    <memballoon model='virtio'/>"
	} | virt_domain fast 2 q35 4
}
virt_xml_pinned() {
	local domain_elements="  <cputune>
    <vcpupin vcpu='0' cpuset='1'/>
    <vcpupin vcpu='1' cpuset='1'/>
  </cputune>
"
	virt_old_devices pinned 3 | virt_domain pinned 3 pc 2
}
virt_xml_fleeting() {
	virt_old_devices fleeting 4 | virt_domain fleeting 4 pc 1
}
virt_xml_vnc() {
	{
		virt_old_devices vnc 5
		echo "    <graphics type='vnc' passwd='secret7'><listen type='socket'/></graphics>"
	} | virt_domain vnc 5 pc 1
}
virt_xml_off() {
	virt_old_devices off 6 | virt_domain off 6 pc 1
}
virt_uuid() {
	case $1 in legacy) set -- 1 ;; fast) set -- 2 ;; pinned) set -- 3 ;; fleeting) set -- 4 ;; vnc) set -- 5 ;; off) set -- 6 ;; esac
	virt_uuid_of "$1"
}

# define NAME… - libvirt knows them; boot NAME… - they run, fleeting without a definition; a failure is a failed case
define() {
	local name
	for name; do
		"virt_xml_$name" >"$virt/$name.xml"
		output=$(virsh define "$virt/$name.xml" 2>&1) || fail "$name is defined" "$output"
	done
}
boot() {
	local name
	for name; do
		if [[ $name == fleeting ]]; then
			virt_xml_fleeting >"$virt/fleeting.xml"
			output=$(virsh create "$virt/fleeting.xml" 2>&1)
		else
			output=$(virsh start "$name" 2>&1)
		fi || fail "$name starts" "$output"
	done
	virt_keep_cache
}
# virt_guests - a case: all six, five of them running
virt_guests() {
	define legacy fast pinned vnc off
	boot legacy fast pinned vnc fleeting
	is 'five guests run, one is off' "$(virsh list --name | sort | xargs) $(virsh list --name --inactive | xargs)" \
		'fast fleeting legacy pinned vnc off'
}

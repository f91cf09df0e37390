#!/usr/bin/env bash
# Boots the lab: an emulated host with a stock Linux kernel, real cpufreq governors, idle states, NUMA nodes and devices.
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lab.sh PROGRAM [ARGUMENT…]
#   Its console is this terminal. PROGRAM is hvscope as it was built; with arguments it runs with them and its status is
#   ours, without any there is a shell. It ends with that; Ctrl-A x ends it at once.
# Environment:
#   NODES=2 CORES=2 THREADS=2   nodes, a package each, and what is in a package
#   CPU=amd                     or intel, or a model as QEMU names it
#   SHARE=2                     CPUs of a cpufreq policy
#   FACE=host                   or qemu: the SMBIOS strings are QEMU's own; or guest: the hypervisor bit is set besides
#   KVM=1                       0: do not load kvm_amd, which saves 2 s
#   SIZE=                       of the console, 120x40; by default that of this terminal
#   APPEND= QEMU_EXTRA=         more arguments of the kernel and of QEMU
#   LAB=                        a folder for this run's files, private by default: share/ (/share inside), and as FIFOs the
#                               second serial line (shell.in, shell.out) and QEMU's QMP (qmp.in, qmp.out)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../.." && pwd)
kernel=$top/.build/lab/kernel
NODES=${NODES:-2} CORES=${CORES:-2} THREADS=${THREADS:-2} CPU=${CPU:-amd} SHARE=${SHARE:-2} FACE=${FACE:-host} KVM=${KVM:-1}
size=${SIZE:-$(stty size 2>/dev/null | awk '$1 > 0 && $2 > 0 { print $2 "x" $1 }' || :)}
size=${size:-120x40}
per_node=$((CORES * THREADS))
cpus=$((NODES * per_node))
program=$(realpath "${1:?lab.sh PROGRAM}")
shift

"$here/kernel.sh" -k "$kernel" >&2
pid=''
mine=''
finish() {
	[[ -z $pid ]] || kill "$pid" 2>/dev/null || :
	[[ -z $mine ]] || rm -rf "$mine"
}
trap finish EXIT
trap 'exit 143' TERM INT HUP
[[ -n ${LAB:-} ]] || LAB=$(mktemp -d "${TMPDIR:-/tmp}/hvscope-lab.XXXXXX") mine=$LAB
mkdir -p "$LAB/share" "$LAB/root/lab/bin" "$LAB/root/usr/share"

# What the guest gets besides the kernel: the program, those of this machine that judge it, their libraries and terminals.
with_libraries() {
	local library
	cp -L "$1" "$LAB/root/lab/bin/"
	ldd "$1" | grep -oE '/[^ ]+' | while read -r library; do
		mkdir -p "$LAB/root$(dirname "$library")"
		cp -L "$library" "$LAB/root$library"
	done
}
pack() {
	(cd "$1" && find . -print0 | cpio --null -o -H newc --quiet -R 0:0)
}
initramfs() {
	local name place
	with_libraries "$program"
	for name in lscpu lstopo-no-graphics setpriv; do
		! command -v "$name" >/dev/null || with_libraries "$(command -v "$name")"
	done
	for name in l/linux x/xterm x/xterm-256color s/screen s/screen-256color t/tmux-256color v/vt100; do
		for place in /lib/terminfo /usr/share/terminfo; do
			[[ ! -f $place/$name ]] || install -D -m 644 "$place/$name" "$LAB/root/usr/share/terminfo/$name"
		done
	done
	# where libpci finds the names of devices
	[[ ! -f /usr/share/misc/pci.ids ]] || install -D -m 644 /usr/share/misc/pci.ids "$LAB/root/usr/share/misc/pci.ids"
	install -D -m 755 "$here/init" "$LAB/root/init"
	mkdir -p "$LAB/root/lab/data" "$LAB/root/bin" "$LAB/root/lib" "$LAB/root/etc"
	# libc has no UTF-8 of its own.
	[[ ! -d /usr/lib/locale/C.utf8 ]] || { mkdir -p "$LAB/root/usr/lib/locale" && cp -r /usr/lib/locale/C.utf8 "$LAB/root/usr/lib/locale/"; }
	cp -r "$top/themes" "$LAB/root/lab/data/"
	cp "$kernel/busybox" "$LAB/root/bin/"
	ln -sf busybox "$LAB/root/bin/sh"
	cp -r "$kernel/lib/modules" "$LAB/root/lib/"
	{
		echo "COLS=${size%x*} ROWS=${size#*x}"
		printf 'CONSOLE_TERM=%q\n' "${TERM:-xterm-256color}"
		echo 'export HVSCOPE_DATADIR=/lab/data'
		echo "MODULES='$modules'"
	} >"$LAB/root/lab/config"
	if (($#)); then
		printf '%q ' "$(basename "$program")" "$@" >"$LAB/root/lab/run"
	else
		cat >"$LAB/root/lab/run" <<-'R'
			echo "$(nproc) CPUs, Linux $(uname -r). Start hvscope; exit ends the lab, Ctrl-A x ends it at once."
			PS1='lab# ' sh -i || true
		R
	fi
	pack "$LAB/root" >"$LAB/initramfs.cpio"
	rm -rf "$LAB/root"
}

modules='acpi-cpufreq cpufreq_powersave cpufreq_userspace cpufreq_ondemand cpufreq_conservative virtio_pci virtio_net
	virtio_blk e1000 nvme msr 9pnet_virtio 9p'
case $CPU in
amd)
	# The one model that has threads, a constant TSC and boost under emulation; what QEMU cannot emulate is taken off.
	model=EPYC,x-force-features=on,+topoext,+invtsc
	for feature in rdseed sha-ni fxsr-opt misalignsse osvw 3dnowprefetch nrip-save xsavec perfctr-core clzero xsaveerptr \
		ibpb xsaves; do
		model+=,-$feature
	done
	((KVM == 0)) || modules+=' kvm-amd'
	;;
intel) model=Nehalem ;;
*) model=$CPU ;;
esac
[[ $FACE = guest ]] || model+=,-hypervisor

# One thread for all CPUs: with one each QEMU 7.2 crashed now and then while booting, and is no faster on two processors.
qemu=(qemu-system-x86_64 -nodefaults -no-reboot -display none -machine q35 -accel tcg,thread=single -cpu "$model"
	-smp "$cpus,sockets=$NODES,cores=$CORES,threads=$THREADS" -m $((512 * NODES)))
for ((n = 0; n < NODES; n++)); do
	qemu+=(-object "memory-backend-ram,id=ram$n,size=512M"
		-numa "node,nodeid=$n,cpus=$((n * per_node))-$(((n + 1) * per_node - 1)),memdev=ram$n"
		-device "pxb-pcie,id=bridge$n,bus=pcie.0,bus_nr=$((32 * (n + 1))),numa_node=$n")
	for port in 1 2 3; do
		qemu+=(-device "pcie-root-port,id=port$n.$port,bus=bridge$n,chassis=$((3 * n + port)),slot=$((3 * n + port))")
	done
done
# 21 to the neighbour, 31 to those beyond
for ((n = 0; n < NODES; n++)); do
	for ((m = 0; m < NODES; m++)); do
		((n == m)) || qemu+=(-numa "dist,src=$n,dst=$m,val=$((n / 2 == m / 2 ? 21 : 31))")
	done
done
last=$((NODES - 1))
qemu+=(-netdev hubport,id=net0,hubid=0 -device virtio-net-pci,netdev=net0,bus=port0.1,mac=52:54:00:00:00:01,romfile=
	-netdev hubport,id=net1,hubid=0 -device e1000,netdev=net1,bus=pcie.0,mac=52:54:00:00:00:02,romfile=
	-blockdev driver=null-co,node-name=disk0,size=1073741824,read-zeroes=on
	-device "nvme,drive=disk0,serial=LAB0001,bus=port$last.2"
	-blockdev driver=null-co,node-name=disk1,size=1073741824,read-zeroes=on
	-device "virtio-blk-pci,drive=disk1,bus=port$last.3"
	-fsdev "local,id=share,path=$LAB/share,security_model=none"
	-device virtio-9p-pci,bus=pcie.0,fsdev=share,mount_tag=share)
[[ $FACE != host ]] || qemu+=(-smbios type=0,vendor=Lab,version=1.0
	-smbios type=1,manufacturer=Lab,product=Host,uuid=6c616200-0000-4000-8000-000000000001)

"$here/ssdt.sh" "$cpus" "$SHARE" >"$LAB/ssdt.dsl"
iasl -p "$LAB/ssdt" "$LAB/ssdt.dsl" >"$LAB/ssdt.log" 2>&1 || { cat "$LAB/ssdt.log" >&2 && exit 1; }
initramfs "$@"
mkfifo "$LAB"/{shell,qmp}.{in,out}
append='console=ttyS0 quiet loglevel=1 mitigations=off nokaslr tsc=reliable no_timer_check cryptomgr.notests audit=0'
# shellcheck disable=SC2206 # several words, as the caller separates them
qemu+=(-acpitable "file=$LAB/ssdt.aml" -kernel "$kernel/vmlinux" -initrd "$LAB/initramfs.cpio" -append "$append ${APPEND:-}"
	-chardev "pipe,id=qmp,path=$LAB/qmp" -mon chardev=qmp,mode=control
	-serial mon:stdio -serial "pipe:$LAB/shell" -pidfile "$LAB/pid" ${QEMU_EXTRA:-})
printf '%q ' "${qemu[@]}" >"$LAB/command"
status=0
"${qemu[@]}" <&0 2>"$LAB/qemu.log" &
pid=$!
wait $pid || status=$?
pid=''
((status <= 128)) || echo "the emulator crashed, by signal $((status - 128))" >&2
if ((status)) || [[ ! -s $LAB/share/ended ]]; then
	echo "the lab ended early: $(tail -n 3 "$LAB/qemu.log")" >&2
	exit 1
fi
exit "$(cat "$LAB/share/ended")"

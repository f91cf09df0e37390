/* Guests: what libvirt knows of each, as it runs and as it is defined. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_GUESTS_H
#define PROBES_GUESTS_H

#include "probes/probe.h"

struct guests {
	struct value link; /* text: connecting, connected, none, refused, silent, lost; absent where no libvirt is asked */
	struct value why; /* text: libvirt's own words; absent while it answers */
	struct value remedy; /* text: what helps; absent while it answers */
	struct value uri, driver, libvirt, hypervisor, hostname; /* text */
	struct value of_this_machine; /* bool: what it says may be joined with the CPUs of this host */
	struct value answered_s; /* f64: how long ago libvirt last answered */
	struct value total, running, vcpus; /* u64; vcpus: of the running ones */
	struct value emulated; /* u64: running guests with a disk or an interface that QEMU emulates */
	struct value pending, lost; /* u64: guests whose definition takes effect at the restart; that lose something then */
	struct rows guest; /* struct guest, by name */
};

struct guest {
	struct value uuid, name; /* text, as libvirt gives them: not safe for a screen */
	struct value title; /* text: nova's name, else the title; absent when there is none */
	struct value id; /* u64; absent when it does not run */
	struct value state; /* text: running, paused, shutoff, crashed, other */
	struct value persistent; /* bool */
	struct value generation; /* u64: grows with each event of libvirt about it */
	/* All below: of the running guest, else of its definition. */
	struct value type, machine, cpu_mode, cpu_model, os; /* text; os: windows, linux: absent when it is not said */
	struct value config_cpu_mode; /* text: as its definition says: of a running host-model libvirt makes a custom one */
	struct value cpu_check; /* text: how strictly QEMU must be able to give that CPU: none, partial, full */
	struct value cpu_migratable; /* bool */
	struct value cpu_features; /* words: those that are required, and with - those that are taken away */
	struct value vcpus, vcpus_max; /* u64 */
	struct value sockets, dies, clusters, cores, threads; /* u64: the topology that it sees; absent: it is not said */
	struct value memory_kib, balloon_kib; /* u64: most, and what it has now */
	struct value emulator_cpus; /* set; absent where no element pins it */
	struct value vcpu_cpuset; /* set: where vCPUs without a pin may run; absent: everywhere */
	struct value iothreads; /* u64 */
	struct value hugepages; /* bool */
	struct value hugepage_kib; /* u64; absent: the host's default */
	struct value memballoon; /* text: model, or none */
	struct value free_page_reporting; /* bool: it tells the host which pages it has freed */
	struct value balloon_stats_s; /* u64: how often it is asked for its memory; absent: it is not */
	struct value numatune_mode; /* text */
	struct value numatune_nodes; /* set */
	struct value shares; /* u64 */
	struct value period_us, emulator_period_us, iothread_period_us, global_period_us; /* u64, each of its quota */
	struct value quota_us, emulator_quota_us, iothread_quota_us, global_quota_us; /* i64; negative: no limit */
	struct value scheduler; /* text: "fifo 1" of vCPUs; absent: the usual one */
	struct value hyperv, kvm_features, video; /* words */
	struct value inputs, sound; /* words: "tablet:usb"; "ich6" */
	struct value rng; /* bool: it has a source of randomness */
	struct value slow_devices; /* words: "vda:ide net0:e1000", what QEMU emulates; absent: none */
	struct value pending, lost; /* bool: see drift */
	struct rows pin; /* struct guest_pin: a row for each vCPU there can be */
	struct rows iothread; /* struct guest_iothread */
	struct rows disk; /* struct guest_disk */
	struct rows interface; /* struct guest_interface */
	struct rows controller; /* struct guest_controller */
	struct rows hostdev; /* struct guest_hostdev */
	struct rows cell; /* struct guest_cell: its own NUMA */
	struct rows timer; /* struct guest_timer */
	struct rows drift; /* struct guest_drift */
};

struct guest_pin {
	struct value vcpu; /* u64 */
	struct value cpus; /* set: in the live scope of a running guest, else in the definition; absent: no element */
	struct value config_cpus; /* set: in the definition; absent: no element, or no definition */
};

struct guest_iothread {
	struct value id; /* u64, from 1 */
	struct value cpus, config_cpus; /* as above */
};

struct guest_disk {
	struct value target, bus, device; /* text: vda, virtio, disk */
	struct value model; /* text: of the controller, where the bus has one: virtio-scsi, lsilogic */
	struct value format, cache, io, discard, detect_zeroes; /* text */
	struct value backing; /* u64: images below its own that it reads through; absent: it is not said */
	struct value iothread, queues; /* u64 */
	struct value source, source_name; /* text: file, block, network, volume …; what it is called */
	struct value reads_per_s, writes_per_s, read_us, write_us; /* f64: requests, and the mean time of one */
	struct value flushes_per_s, flush_us; /* f64, likewise */
};

struct guest_interface {
	struct value name; /* text: net0 by its place in the definition */
	struct value mac, model, source, source_name, target; /* text: bridge; br0; vnet3 */
	struct value driver; /* text: vhost or qemu; absent: libvirt chooses */
	struct value queues; /* u64 */
	struct value link; /* text: up, down */
	struct value rx_per_s, tx_per_s, drops_per_s; /* f64: packets, as the guest counts them */
};

struct guest_controller {
	struct value name; /* text: scsi0 */
	struct value type, model; /* text */
	struct value iothread; /* u64 */
};

struct guest_hostdev {
	struct value name; /* text: its address on the host, or hostdev0 */
	struct value type; /* text: pci, usb, mdev, scsi */
	struct value node; /* i64: of the host; absent where the kernel does not say */
};

struct guest_cell {
	struct value id; /* u64 */
	struct value vcpus; /* set, of the guest's own CPUs */
	struct value memory_kib; /* u64 */
	struct value nodes; /* set: of the host, as numatune binds it */
};

struct guest_timer {
	struct value name, tickpolicy; /* text */
	struct value present; /* bool; absent: QEMU's default */
};

/* Where the running guest and its definition say different things. */
struct guest_drift {
	struct value item; /* text: "vcpu 0 cpus", "vda bus" */
	struct value live, config; /* text; absent: does not have it */
	struct value kind; /* text: pending (the definition waits for a restart), lost (set while running, gone then) */
};

extern const struct probe probe_guests;

/* By UUID; NULL when there is none. g may be NULL. */
const struct guest *guests_find(const struct guests *g, const char *uuid);

#endif

/* The fields of a guest and of the rows in it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/guests_impl.h"

#define LIST SOURCES("@virt/guests")
#define XML SOURCES("@virt/{uuid}/live/xml", "@virt/{uuid}/config/xml")
#define CONFIG XML
#define BOTH SOURCES("@virt/{uuid}/live/xml", "@virt/{uuid}/config/xml")
#define BLOCK SOURCES("@virt/stats/" GUESTS_HEAVY)
#define NET SOURCES("@virt/stats/" GUESTS_LIGHT)

#define ROW(type_, member, label, type, unit, meaning) FIELD(type_, member, label, type, unit, 0, XML, meaning)
#define G_TEXT(member, label, meaning) ROW(struct guest, member, label, TYPE_TEXT, UNIT_NONE, meaning)
#define G_U64(member, label, unit, meaning) ROW(struct guest, member, label, TYPE_U64, unit, meaning)
#define G_I64(member, label, meaning) ROW(struct guest, member, label, TYPE_I64, UNIT_US, meaning)
#define G_CPUS(member, label, meaning) ROW(struct guest, member, label, TYPE_CPUS, UNIT_NONE, meaning)
#define G_WORDS(member, label, meaning) ROW(struct guest, member, label, TYPE_WORDS, UNIT_NONE, meaning)
#define G_BOOL(member, label, source, meaning) \
	FIELD(struct guest, member, label, TYPE_BOOL, UNIT_NONE, 0, source, meaning)

static const struct field fields[] = {
	FIELD(struct guest, uuid, "UUID", TYPE_TEXT, UNIT_NONE, FIELD_WHO, LIST, "The name that never changes."),
	FIELD(struct guest, name, "Name", TYPE_TEXT, UNIT_NONE, 0, LIST, "The name in libvirt."),
	G_TEXT(title, "Title", "The name that people gave it: that of the cloud, else its title."),
	FIELD(struct guest, id, "Id", TYPE_U64, UNIT_ID, FIELD_MOVES, LIST, "Libvirt's number of this run."),
	FIELD(struct guest, state, "State", TYPE_TEXT, UNIT_NONE, 0, LIST,
		"Running, paused, shutoff, crashed or other."),
	G_BOOL(persistent, "Persistent", LIST, "It is defined: it is still there when it is off."),
	FIELD(struct guest, generation, "Generation", TYPE_U64, UNIT_NONE, FIELD_MOVES, LIST,
		"Grows with each event of libvirt about it."),
	G_TEXT(type, "Type", "What runs it: kvm, or qemu, which emulates the CPU in software."),
	G_TEXT(machine, "Machine", "The board that QEMU acts out, with its version."),
	G_TEXT(cpu_mode, "CPU mode", "How its CPU is chosen: host-passthrough, host-model, maximum or custom."),
	G_TEXT(cpu_model, "CPU model", "The model of CPU that it sees."),
	G_TEXT(os, "System", "Windows or linux, as whoever made it noted down."),
	FIELD(struct guest, config_cpu_mode, "CPU mode, defined", TYPE_TEXT, UNIT_NONE, 0, CONFIG,
		"How its definition chooses its CPU; of host-model libvirt makes a custom model when it starts."),
	G_TEXT(cpu_check, "CPU check", "How strictly QEMU must be able to give it that CPU: none, partial or full."),
	G_BOOL(cpu_migratable, "Migratable CPU", XML, "Features that would bind it to this host are left out."),
	G_WORDS(cpu_features, "CPU features", "Features that are added to its CPU; with a minus: taken away."),
	G_U64(vcpus, "vCPUs", UNIT_COUNT, "Its virtual CPUs."),
	G_U64(vcpus_max, "Most vCPUs", UNIT_COUNT, "How many virtual CPUs it can have without a restart."),
	G_U64(sockets, "Sockets", UNIT_COUNT, "Sockets that it sees."),
	G_U64(dies, "Dies", UNIT_COUNT, "Dies in each socket that it sees."),
	G_U64(clusters, "Clusters", UNIT_COUNT, "Clusters in each die that it sees."),
	G_U64(cores, "Cores", UNIT_COUNT, "Cores in each cluster that it sees."),
	G_U64(threads, "Threads", UNIT_COUNT, "Threads of each core that it sees."),
	G_U64(memory_kib, "Memory", UNIT_KIB, "The most memory that it can have."),
	FIELD(struct guest, balloon_kib, "Memory now", TYPE_U64, UNIT_KIB, FIELD_MOVES,
		SOURCES("@virt/{uuid}/live/xml", "@virt/{uuid}/config/xml", "@virt/stats/" GUESTS_HEAVY),
		"The memory that its balloon leaves it."),
	G_CPUS(emulator_cpus, "Emulator pin", "CPUs that QEMU's own threads and vhost are pinned to."),
	G_CPUS(vcpu_cpuset, "vCPUs' CPUs", "CPUs for virtual CPUs that have no pin of their own."),
	G_U64(iothreads, "I/O threads", UNIT_COUNT, "Threads of QEMU that do nothing but I/O of disks."),
	G_BOOL(hugepages, "Huge pages", XML, "Its memory comes from the pool of huge pages."),
	G_U64(hugepage_kib, "Huge page", UNIT_KIB, "The size of its huge pages; absent: the host's default."),
	G_TEXT(memballoon, "Balloon", "The device by which the host takes memory back from it."),
	G_BOOL(free_page_reporting, "Reports free pages", XML, "It tells the host which pages it has freed."),
	G_U64(balloon_stats_s, "Balloon asked", UNIT_S, "How often it is asked for its memory; absent: it is not."),
	G_TEXT(numatune_mode, "Node binding", "How strictly its memory is bound to nodes of the host."),
	G_CPUS(numatune_nodes, "Nodes", "Nodes of the host that its memory is bound to."),
	G_U64(shares, "Shares", UNIT_NONE, "Its weight when guests compete for CPUs."),
	G_U64(period_us, "Period", UNIT_US, "The span of time in which the quota of virtual CPUs holds."),
	G_U64(emulator_period_us, "Emulator period", UNIT_US, "The span of time in which that of QEMU's threads holds."),
	G_U64(iothread_period_us, "I/O period", UNIT_US, "The span of time in which that of I/O threads holds."),
	G_U64(global_period_us, "Guest's period", UNIT_US, "The span of time in which that of the whole guest holds."),
	G_I64(quota_us, "vCPU quota", "Time that each virtual CPU may run in a period; negative: no limit."),
	G_I64(emulator_quota_us, "Emulator quota", "Time that QEMU's own threads may run in a period."),
	G_I64(iothread_quota_us, "I/O quota", "Time that each I/O thread may run in a period."),
	G_I64(global_quota_us, "Guest's quota", "Time that all its threads together may run in a period."),
	G_TEXT(scheduler, "Scheduler", "The scheduler of its virtual CPUs, with a priority; absent: the usual one."),
	G_WORDS(hyperv, "Hyper-V", "Helps for Windows that are switched on."),
	G_WORDS(kvm_features, "KVM hints", "What KVM tells it or hides from it."),
	G_WORDS(video, "Video", "Its graphics cards."),
	G_WORDS(inputs, "Inputs", "Its keyboards, mice and tablets, with what they are plugged into."),
	G_WORDS(sound, "Sound", "Its sound cards."),
	G_BOOL(rng, "Randomness", XML, "It is given random numbers by the host."),
	G_WORDS(slow_devices, "Emulated", "Disks and interfaces that QEMU acts out register by register."),
	G_BOOL(pending, "Restart pending", BOTH, "Its definition has changes that wait for a restart."),
	G_BOOL(lost, "Lost at restart", BOTH, "Something was set while it runs that its definition does not have."),
};
const struct field *const guest_fields = fields;
const size_t nguest_fields = COUNT(fields);

static const struct field pin_fields[] = {
	ROW(struct guest_pin, vcpu, "vCPU", TYPE_U64, UNIT_ID, "The number of the virtual CPU."),
	ROW(struct guest_pin, cpus, "Pin", TYPE_CPUS, UNIT_NONE, "CPUs that it is pinned to; absent: no pin."),
	FIELD(struct guest_pin, config_cpus, "Pin at restart", TYPE_CPUS, UNIT_NONE, 0, CONFIG,
		"CPUs that its definition pins it to."),
};
static const struct field iothread_fields[] = {
	ROW(struct guest_iothread, id, "I/O thread", TYPE_U64, UNIT_ID, "The number of the I/O thread, from 1."),
	ROW(struct guest_iothread, cpus, "Pin", TYPE_CPUS, UNIT_NONE, "CPUs that it is pinned to; absent: no pin."),
	FIELD(struct guest_iothread, config_cpus, "Pin at restart", TYPE_CPUS, UNIT_NONE, 0, CONFIG,
		"CPUs that its definition pins it to."),
};

#define D_TEXT(member, label, meaning) ROW(struct guest_disk, member, label, TYPE_TEXT, UNIT_NONE, meaning)
#define D_RATE(member, label, unit, meaning) \
	FIELD(struct guest_disk, member, label, TYPE_F64, unit, FIELD_MOVES, BLOCK, meaning)
static const struct field disk_fields[] = {
	D_TEXT(target, "Disk", "The name of the disk in its definition."),
	D_TEXT(bus, "Bus", "What it is plugged into: virtio, scsi, sata, ide and others."),
	D_TEXT(device, "Device", "Disk, cdrom, floppy or lun."),
	D_TEXT(model, "Controller", "The model of the controller that it hangs on."),
	D_TEXT(format, "Format", "The format of the image: raw, qcow2."),
	D_TEXT(cache, "Cache", "How the host caches it; absent: QEMU's default, writeback."),
	D_TEXT(io, "I/O", "How QEMU submits its requests: threads, native or io_uring."),
	D_TEXT(discard, "Discard", "Whether space that the guest frees is given back."),
	D_TEXT(detect_zeroes, "Zeroes", "Whether QEMU looks for zeroes in what is written."),
	ROW(struct guest_disk, backing, "Images below", TYPE_U64, UNIT_COUNT,
		"Images that it reads through to find what its own does not hold; absent: it is not said."),
	ROW(struct guest_disk, iothread, "I/O thread", TYPE_U64, UNIT_ID,
		"The I/O thread of the disk or of its controller; absent: QEMU's main loop."),
	ROW(struct guest_disk, queues, "Queues", TYPE_U64, UNIT_COUNT, "Queues of requests; absent: QEMU's default."),
	D_TEXT(source, "Source", "The kind of thing that holds its bytes: file, block, network, volume."),
	D_TEXT(source_name, "Where", "What holds its bytes."),
	D_RATE(reads_per_s, "Reads", UNIT_PER_S, "Requests to read, per second."),
	D_RATE(writes_per_s, "Writes", UNIT_PER_S, "Requests to write, per second."),
	D_RATE(read_us, "Read time", UNIT_US, "The mean time of a request to read."),
	D_RATE(write_us, "Write time", UNIT_US, "The mean time of a request to write."),
	D_RATE(flushes_per_s, "Flushes", UNIT_PER_S, "Requests to make sure that what was written stays, per second."),
	D_RATE(flush_us, "Flush time", UNIT_US, "The mean time of those: what a commit of a database waits for."),
};

#define I_TEXT(member, label, meaning) ROW(struct guest_interface, member, label, TYPE_TEXT, UNIT_NONE, meaning)
#define I_RATE(member, label, meaning) \
	FIELD(struct guest_interface, member, label, TYPE_F64, UNIT_PER_S, FIELD_MOVES, NET, meaning)
static const struct field interface_fields[] = {
	I_TEXT(name, "Interface", "Net0 for the first in the definition, and so on."),
	FIELD(struct guest_interface, mac, "MAC", TYPE_TEXT, UNIT_NONE, FIELD_WHO, XML, "Its hardware address."),
	I_TEXT(model, "Model", "The network card that the guest sees."),
	I_TEXT(source, "Source", "The kind of thing that it is plugged into: bridge, network, direct."),
	I_TEXT(source_name, "Where", "The bridge, network or interface that it is plugged into."),
	FIELD(struct guest_interface, target, "Tap", TYPE_TEXT, UNIT_NONE, FIELD_WHO, XML,
		"The interface of the host that carries its packets."),
	I_TEXT(driver, "Driver", "Who carries its packets: vhost in the kernel, or qemu; absent: libvirt chooses."),
	ROW(struct guest_interface, queues, "Queues", TYPE_U64, UNIT_COUNT, "Pairs of queues; absent: one."),
	I_TEXT(link, "Link", "Up or down, as its definition sets it."),
	I_RATE(rx_per_s, "Received", "Packets that the guest receives, per second."),
	I_RATE(tx_per_s, "Sent", "Packets that the guest sends, per second."),
	I_RATE(drops_per_s, "Drops", "Packets from and to the guest that are thrown away, per second."),
};

#define C_TEXT(member, label, meaning) ROW(struct guest_controller, member, label, TYPE_TEXT, UNIT_NONE, meaning)
static const struct field controller_fields[] = {
	C_TEXT(name, "Controller", "Its type and number."),
	C_TEXT(type, "Type", "What is plugged into it: scsi, ide, usb, pci and others."),
	C_TEXT(model, "Model", "What the guest takes it for; absent: QEMU's default."),
	ROW(struct guest_controller, iothread, "I/O thread", TYPE_U64, UNIT_ID, "The I/O thread of all its disks."),
};
static const struct field hostdev_fields[] = {
	ROW(struct guest_hostdev, name, "Device", TYPE_TEXT, UNIT_NONE, "Its address on the host."),
	ROW(struct guest_hostdev, type, "Type", TYPE_TEXT, UNIT_NONE, "Pci, usb, mdev or scsi."),
	FIELD(struct guest_hostdev, node, "Node", TYPE_I64, UNIT_ID, 0,
		SOURCES("/sys/bus/pci/devices/{name}/numa_node"),
		"The NUMA node of the host that the device is near to."),
};
static const struct field cell_fields[] = {
	ROW(struct guest_cell, id, "Node", TYPE_U64, UNIT_ID, "The number of the node that the guest sees."),
	ROW(struct guest_cell, vcpus, "vCPUs", TYPE_CPUS, UNIT_NONE, "The guest's own CPUs in it."),
	ROW(struct guest_cell, memory_kib, "Memory", TYPE_U64, UNIT_KIB, "The memory in it."),
	ROW(struct guest_cell, nodes, "Host nodes", TYPE_CPUS, UNIT_NONE, "Nodes of the host that it is bound to."),
};
static const struct field timer_fields[] = {
	ROW(struct guest_timer, name, "Timer", TYPE_TEXT, UNIT_NONE, "Which of its clocks: rtc, hpet, kvmclock, tsc."),
	ROW(struct guest_timer, tickpolicy, "Ticks", TYPE_TEXT, UNIT_NONE, "What happens to ticks that came too late."),
	ROW(struct guest_timer, present, "Present", TYPE_BOOL, UNIT_NONE, "It has it; absent: QEMU's default."),
};

#define DRIFT(member, label, meaning) \
	FIELD(struct guest_drift, member, label, TYPE_TEXT, UNIT_NONE, 0, BOTH, meaning)
static const struct field drift_fields[] = {
	DRIFT(item, "Item", "What differs between the running guest and its definition."),
	DRIFT(live, "Running", "What it is while it runs."),
	DRIFT(config, "Defined", "What it will be after a restart."),
	DRIFT(kind, "Kind", "Pending: the definition waits for a restart; lost: a restart takes it away."),
};

#define SET(name_, key_, type_, fields_) \
	{ \
#name_, key_, offsetof(struct guest, name_), sizeof(type_), TABLE(fields_), NULL, 0 \
	}
const struct row_set guest_sets[NGUEST_SETS] = {
	SET(pin, "vcpu", struct guest_pin, pin_fields),
	SET(iothread, "id", struct guest_iothread, iothread_fields),
	SET(disk, "target", struct guest_disk, disk_fields),
	SET(interface, "name", struct guest_interface, interface_fields),
	SET(controller, "name", struct guest_controller, controller_fields),
	SET(hostdev, "name", struct guest_hostdev, hostdev_fields),
	SET(cell, "id", struct guest_cell, cell_fields),
	SET(timer, "name", struct guest_timer, timer_fields),
	SET(drift, "item", struct guest_drift, drift_fields),
};

const struct row_set guests_set[1] = {
	{"guest", "uuid", offsetof(struct guests, guest), sizeof(struct guest), TABLE(fields), guest_sets, NGUEST_SETS},
};

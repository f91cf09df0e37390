/* The fields of the kvm_stats probe: names, units, sources and meanings. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/kvm_stats_impl.h"

#define VCPU "@virt/stats/" KVM_STATS_VCPU
#define DEBUGFS "/sys/kernel/debug/kvm/{folder}/"
#define GUEST(member, label, type, unit, flags, source_, meaning) \
	FIELD(struct kvm_stats_guest, member, label, type, unit, flags, source_, meaning)
#define KVM_RATE(member, stat, label, unit, scale, meaning) \
	GUEST(member, label, TYPE_F64, unit, FIELD_MOVES, SOURCES(VCPU, DEBUGFS stat), meaning),
#define KVM_VM_RATE(member, stat, label, unit, scale, meaning) \
	GUEST(member, label, TYPE_F64, unit, FIELD_MOVES, SOURCES("@virt/stats/" KVM_STATS_VM, DEBUGFS stat), meaning),
#define KVM_VM_NOW(member, stat, label, unit, scale, meaning) \
	GUEST(member, label, TYPE_U64, unit, FIELD_MOVES, SOURCES("@virt/stats/" KVM_STATS_VM, DEBUGFS stat), meaning),
#define WORST(member, label, type, unit, meaning) GUEST(member, label, type, unit, FIELD_MOVES, SOURCES(VCPU), meaning)

const struct field kvm_stats_guest_fields[NKVM_STATS_GUEST_FIELDS] = {
	GUEST(key, "Guest", TYPE_TEXT, UNIT_NONE, 0, SOURCES("guests.guest", "threads.guest"),
		"Its UUID when libvirt lists it, else the number of its process."),
	GUEST(name, "Name", TYPE_TEXT, UNIT_NONE, 0, SOURCES("guests.guest", "threads.guest"), "Its name."),
	GUEST(type, "Type", TYPE_TEXT, UNIT_NONE, 0, SOURCES("guests.guest", "threads.guest"),
		"Whether its CPUs are those of the host (kvm) or emulated (tcg), of which KVM counts nothing."),
	GUEST(vcpus, "vCPUs", TYPE_U64, UNIT_COUNT, 0, SOURCES(VCPU, "threads.guest"),
		"Virtual CPUs that the rates are the sum over."),
	GUEST(folder, "Folder", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, SOURCES("/sys/kernel/debug/kvm"),
		"Where debugfs counts it: its process and a number."),
#include "probes/kvm_stats.def"
	GUEST(user_exits_per_s, "Exits to QEMU", TYPE_F64, UNIT_PER_S, FIELD_MOVES, SOURCES(VCPU, DEBUGFS "io_exits"),
		"Exits that go to QEMU and back: ports and registers in memory together."),
	WORST(worst_vcpu, "Most exits", TYPE_U64, UNIT_ID, "The virtual CPU with most exits."),
	WORST(worst_exits_per_s, "Its exits", TYPE_F64, UNIT_PER_S, "How often that one left the guest."),
	WORST(worst_user_vcpu, "Most to QEMU", TYPE_U64, UNIT_ID, "The virtual CPU with most exits to QEMU."),
	WORST(worst_user_exits_per_s, "Its exits to QEMU", TYPE_F64, UNIT_PER_S, "How often that one went to QEMU."),
	GUEST(huge_mapped_share, "Mapped huge", TYPE_F64, UNIT_PERCENT, FIELD_MOVES,
		SOURCES("@virt/stats/" KVM_STATS_VM, DEBUGFS "pages_2m"),
		"The share of its mapped memory that is in pages of 2 MiB and 1 GiB."),
};

const struct field kvm_stats_fields[NKVM_STATS_FIELDS] = {
	FIELD(struct kvm_stats, counted, "Guests counted", TYPE_U64, UNIT_COUNT, FIELD_MOVES, SOURCES(VCPU, "/sys/kernel/debug/kvm"),
		"Guests whose exits are known."),
};

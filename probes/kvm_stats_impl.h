/* What the files of the kvm_stats probe share: the statistics that are read, and what is kept of each guest. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_KVM_STATS_IMPL_H
#define PROBES_KVM_STATS_IMPL_H

#include "probes/kvm_stats.h"

#define KVM_STATS_VCPU "vcpu,cpu-total"
#define KVM_STATS_VM "vm"

/* One for each row of the .def, in its order. */
enum kvm_stat {
#define KVM_RATE(member, stat, label, unit, scale, meaning) KVM_STAT_##member,
#define KVM_VM_RATE(member, stat, label, unit, scale, meaning) KVM_STAT_##member,
#define KVM_VM_NOW(member, stat, label, unit, scale, meaning) KVM_STAT_##member,
#include "probes/kvm_stats.def"
#undef KVM_RATE
#undef KVM_VM_RATE
#undef KVM_VM_NOW
	KVM_STATS
};

enum { NKVM_STATS_FIELDS = 1, NKVM_STATS_GUEST_FIELDS = KVM_STATS + 11 };
extern const struct field kvm_stats_fields[NKVM_STATS_FIELDS];
extern const struct field kvm_stats_guest_fields[NKVM_STATS_GUEST_FIELDS];

#endif

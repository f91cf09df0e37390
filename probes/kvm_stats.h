/* What KVM counts: exits, halt polling and pages of each guest, as libvirt or debugfs tells them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_KVM_STATS_H
#define PROBES_KVM_STATS_H

#include "probes/probe.h"

struct kvm_stats {
	struct value counted; /* u64: guests whose exits are known */
	struct rows guest; /* struct kvm_stats_guest: each guest that runs, by key */
};

/* Rates are over the time between two readings (see age): 2 s for the guest on the screen, 10 s for the others. */
struct kvm_stats_guest {
	struct value key; /* text, as in threads.guest: the UUID when libvirt lists it, else "pid4711" */
	struct value name; /* text */
	struct value type; /* text: kvm, or tcg: then all that is counted is absent */
	struct value vcpus; /* u64: virtual CPUs that the rates are the sum over */
	struct value folder; /* text: "4711-12", of debugfs; absent where that was not needed */
/* f64, each a rate; u64 those of KVM_VM_NOW. The .def says what each is. */
#define KVM_RATE(member, stat, label, unit, scale, meaning) struct value member;
#define KVM_VM_RATE(member, stat, label, unit, scale, meaning) struct value member;
#define KVM_VM_NOW(member, stat, label, unit, scale, meaning) struct value member;
#include "probes/kvm_stats.def"
#undef KVM_RATE
#undef KVM_VM_RATE
#undef KVM_VM_NOW
	struct value user_exits_per_s; /* f64: io and mmio together: those that go to QEMU and back */
	struct value worst_vcpu; /* u64: the vCPU with most exits; absent from debugfs, which knows sums only */
	struct value worst_exits_per_s; /* f64: of that one */
	struct value worst_user_vcpu; /* u64: the vCPU with most exits to QEMU */
	struct value worst_user_exits_per_s; /* f64: of that one */
	struct value huge_mapped_share; /* f64, percent of what is mapped: pages_2m and pages_1g */
};

extern const struct probe probe_kvm_stats;

/* By key; NULL when there is none. k may be NULL. */
const struct kvm_stats_guest *kvm_stats_find(const struct kvm_stats *k, const char *key);

#endif

/* Which statistics of KVM are read: by the names that KVM, and after it QEMU and libvirt, give them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_KVM_STATS_NAMES_H
#define PROBES_KVM_STATS_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "probes/parse.h"

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

extern const char *const kvm_stat_names[KVM_STATS];

/* "exits", where that is one; KVM_STATS else. The search begins at hint: they mostly come in one order. */
unsigned kvm_stat_find(struct slice name, unsigned hint);

/* "vcpu.3.exits.sum": its parts; n is UINT32_MAX for "vm.pages_4k.cur". False for what is no statistic of KVM. */
bool kvm_stat_key(struct slice key, uint32_t *ret_vcpu, struct slice *ret_name, bool *ret_sum);

/* A statistic of KVM that nothing here reads: there are hundreds a guest. */
bool kvm_stat_unread(const char *key);

#endif

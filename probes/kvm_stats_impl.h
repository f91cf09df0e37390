/* What the files of the kvm_stats probe share: what is kept of each guest between ticks. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_KVM_STATS_IMPL_H
#define PROBES_KVM_STATS_IMPL_H

#include "probes/kvm_stats.h"
#include "probes/kvm_stats_names.h"

#define KVM_STATS_VCPU "vcpu,cpu-total"
#define KVM_STATS_VM "vm"
#define KVM_STATS_DEBUGFS "/sys/kernel/debug/kvm"

enum { KVM_SECOND = 1000000000, KVM_TOO_SOON_NS = 100000000, KVM_KEY = 36, KVM_FOLDER = 32 };

/* Who told: libvirt of the virtual CPUs and of the whole guest, each in its own time, or debugfs of both. */
enum kvm_teller { KVM_VCPU, KVM_VM, KVM_DEBUGFS, KVM_TELLERS };
enum { KVM_SRC_LIBVIRT, KVM_SRC_DEBUGFS }; /* rungs of the fields */

struct kvm_vcpu {
	uint32_t number;
	uint64_t exits, user; /* user: for ports and registers in memory */
};

struct kvm_reading {
	uint64_t ns; /* 0: none */
	uint32_t has; /* bits: of which statistics n is known */
	uint64_t n[KVM_STATS];
	uint64_t polled[2]; /* ns, as libvirt tells them of the whole guest: that paid, in vain */
	uint8_t has_polled; /* bits */
	struct kvm_vcpu *vcpu; /* owned */
	size_t vcpus, room;
};

struct kvm_entry {
	char key[KVM_KEY + 1], folder[KVM_FOLDER]; /* folder: "" where there is none */
	const char *name; /* of this tick's facts; NULL: none */
	uint64_t pid, id; /* of its process, 0: not known; of libvirt's run, 0: libvirt does not list it */
	uint32_t threads; /* of virtual CPUs, as the kernel has them */
	bool seen, managed, tcg, wanted;
	int unlisted_err; /* why libvirt does not list it; -ENOENT: it does not know it */
	int type_err; /* of its type, while it is not known to be kvm or tcg */
	struct {
		struct kvm_reading old, new;
	} told[KVM_TELLERS];
	uint64_t own_due_ns, debugfs_due_ns;
	int debugfs_err; /* -EINPROGRESS: not tried yet */
};

struct kvm_stats_state {
	struct kvm_entry *entry; /* by key */
	size_t n;
	int err[KVM_DEBUGFS]; /* of the newest answers about all */
	uint64_t ns[KVM_DEBUGFS], due_ns[KVM_DEBUGFS];
};

/* A new reading of that teller begins: what was new is old. False when it comes too soon behind the last. */
bool kvm_stats_turn(struct kvm_entry *e, enum kvm_teller teller, uint64_t ns);
struct kvm_entry *kvm_stats_entry(const struct kvm_stats_state *st, struct slice key);

/* kvm_stats_virt.c: what libvirt tells */
void kvm_stats_ask(const struct tick *t, struct kvm_stats_state *st);
/* kvm_stats_debugfs.c: of those of whom libvirt does not tell all */
bool kvm_stats_needs_debugfs(const struct kvm_stats_state *st, const struct kvm_entry *e);
void kvm_stats_debugfs(const struct tick *t, struct kvm_stats_state *st);
/* kvm_stats_fill.c */
void kvm_stats_fill(const struct tick *t, const struct kvm_stats_state *st, struct kvm_stats *ret);

enum { NKVM_STATS_FIELDS = 1, NKVM_STATS_GUEST_FIELDS = KVM_STATS + 11 };
extern const struct field kvm_stats_fields[NKVM_STATS_FIELDS];
extern const struct field kvm_stats_guest_fields[NKVM_STATS_GUEST_FIELDS];

#endif

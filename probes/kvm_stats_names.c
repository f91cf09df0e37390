/* Tells the statistics of KVM that are read from those that are not. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/kvm_stats_names.h"

#include <string.h>

const char *const kvm_stat_names[KVM_STATS] = {
#define KVM_RATE(member, stat, label, unit, scale, meaning) stat,
#define KVM_VM_RATE(member, stat, label, unit, scale, meaning) stat,
#define KVM_VM_NOW(member, stat, label, unit, scale, meaning) stat,
#include "probes/kvm_stats.def"
#undef KVM_RATE
#undef KVM_VM_RATE
#undef KVM_VM_NOW
};

unsigned kvm_stat_find(struct slice name, unsigned hint)
{
	for (unsigned k = 0; k < KVM_STATS; k++) {
		unsigned i = (hint + k) % KVM_STATS;

		if (slice_is(name, kvm_stat_names[i]))
			return i;
	}
	return KVM_STATS;
}

/* Behind the name libvirt says what it is: a sum, what it is now, or the most that it was. */
static bool cut_kind(struct slice *name, bool *ret_sum)
{
	static const char *const kinds[] = {".sum", ".cur", ".max"};

	for (size_t i = 0; i < 3; i++) {
		if (name->len <= 4 || memcmp(name->p + name->len - 4, kinds[i], 4) != 0)
			continue;
		name->len -= 4;
		*ret_sum = i < 2;
		return true;
	}
	return false;
}

bool kvm_stat_key(struct slice key, uint32_t *ret_vcpu, struct slice *ret_name, bool *ret_sum)
{
	struct slice number;
	uint64_t vcpu;

	*ret_vcpu = UINT32_MAX;
	if (slice_starts(key, "vm.")) {
		*ret_name = (struct slice){key.p + 3, key.len - 3};
		return cut_kind(ret_name, ret_sum);
	}
	if (!slice_starts(key, "vcpu."))
		return false;
	key = (struct slice){key.p + 5, key.len - 5};
	if (!slice_pair(key, '.', &number, ret_name) || parse_u64(number, &vcpu) || vcpu >= UINT32_MAX)
		return false;
	*ret_vcpu = (uint32_t)vcpu;
	return cut_kind(ret_name, ret_sum);
}

bool kvm_stat_unread(const char *key)
{
	struct slice name;
	uint32_t vcpu;
	bool sum;

	return kvm_stat_key(slice_of(key), &vcpu, &name, &sum) && (!sum || kvm_stat_find(name, 0) == KVM_STATS);
}

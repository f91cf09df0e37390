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

static const uint8_t lengths[KVM_STATS] = {
#define KVM_RATE(member, stat, label, unit, scale, meaning) sizeof(stat) - 1,
#define KVM_VM_RATE(member, stat, label, unit, scale, meaning) sizeof(stat) - 1,
#define KVM_VM_NOW(member, stat, label, unit, scale, meaning) sizeof(stat) - 1,
#include "probes/kvm_stats.def"
#undef KVM_RATE
#undef KVM_VM_RATE
#undef KVM_VM_NOW
};

unsigned kvm_stat_find(struct slice name, unsigned hint)
{
	unsigned i = hint < KVM_STATS ? hint : 0;

	for (unsigned k = 0; k < KVM_STATS; k++) {
		if (name.len == lengths[i] && memcmp(name.p, kvm_stat_names[i], name.len) == 0)
			return i;
		i = i + 1 < KVM_STATS ? i + 1 : 0;
	}
	return KVM_STATS;
}

/* Behind the name libvirt says what it is: a sum, what it is now, or the most that it was. */
static bool cut_kind(struct slice *name, bool *ret_sum)
{
	const char *kind = name->p + name->len - 4;

	if (name->len <= 4 || *kind != '.')
		return false;
	*ret_sum = memcmp(kind, ".sum", 4) == 0 || memcmp(kind, ".cur", 4) == 0;
	name->len -= 4;
	return *ret_sum || memcmp(kind, ".max", 4) == 0;
}

/* The digits behind "vcpu." and the dot behind them; NULL: it is nothing of a virtual CPU. */
static const char *past_vcpu(struct slice key, uint32_t *ret)
{
	const char *p = key.p + 5, *end = key.p + key.len;
	uint32_t n = 0;

	if (key.len < 8 || memcmp(key.p, "vcpu.", 5) != 0)
		return NULL;
	for (; p < end && *p >= '0' && *p <= '9' && n < 100000000; p++)
		n = n * 10 + (uint32_t)(*p - '0');
	*ret = n;
	return p > key.p + 5 && p < end && *p == '.' ? p + 1 : NULL;
}

/* Tens of thousands of lines at once. */
bool kvm_stat_key(struct slice key, uint32_t *ret_vcpu, struct slice *ret_name, bool *ret_sum)
{
	const char *name = key.len > 3 && memcmp(key.p, "vm.", 3) == 0 ? key.p + 3 : NULL;

	*ret_vcpu = UINT32_MAX;
	if (!name)
		name = past_vcpu(key, ret_vcpu);
	if (!name)
		return false;
	*ret_name = (struct slice){name, (size_t)(key.p + key.len - name)};
	return cut_kind(ret_name, ret_sum);
}

bool kvm_stat_unread(const char *key)
{
	struct slice name;
	uint32_t vcpu;
	bool sum;

	return kvm_stat_key(slice_of(key), &vcpu, &name, &sum) && (!sum || kvm_stat_find(name, 0) == KVM_STATS);
}

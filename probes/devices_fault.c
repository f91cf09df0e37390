/* Finds what is wrong with a device, and which of its interfaces and disks shows it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/devices_impl.h"
#include "probes/limits.h"

/* Known, on, and of a kind for which a wake-up of the link is felt. */
static bool link_sleeps(const struct device *d)
{
	return d->group <= DEVICE_DISK && value_known(d->pci->aspm) && strstr(d->pci->aspm.text, "L1");
}

static bool is_half(const struct net_interface *n)
{
	return strcmp(value_text_or(n->duplex, ""), "half") == 0;
}

/* What is bundled is meant to be up. */
static bool misses_in_a_bond(const struct net_interface *n, const struct net *net)
{
	const struct net_interface *master = net_interface(net, value_text_or(n->master, NULL));
	const char *kind = master ? value_text_or(master->kind, "") : "", *state = value_text_or(n->state, "");

	return (strcmp(kind, "bond") == 0 || strcmp(kind, "team") == 0) &&
	       (strcmp(state, "down") == 0 || strcmp(state, "lowerlayerdown") == 0);
}

/* Where it is not known whether it rotates nothing is said against it. */
static bool wastes_bfq(const struct block_disk *b)
{
	return strcmp(value_text_or(b->scheduler, ""), "bfq") == 0 && value_u64_or(b->rotational, 1) == 0;
}

static int weight(const struct net *all, const struct net_interface *n)
{
	return is_half(n) ? 3 : misses_in_a_bond(n, all) ? 2 : value_u64_or(net_is_up(n), 0) != 0;
}

bool device_net_before(const struct net *all, const struct net_interface *a, const struct net_interface *b)
{
	return weight(all, a) > weight(all, b);
}

bool device_disk_before(const struct block_disk *a, const struct block_disk *b)
{
	return wastes_bfq(a) && !wastes_bfq(b);
}

enum device_fault device_fault_of(const struct device *d, const struct net *net)
{
	if (d->net && is_half(d->net))
		return FAULT_DUPLEX;
	if (d->pci && value_u64_or(d->pci->degraded, 0))
		return FAULT_LINK;
	/* those since boot may be of the time when devices were looked for, or long mended */
	if (d->pci && (value_u64_or(d->pci->aer_uncorrected_rise, 0) || value_u64_or(d->pci->aer_corrected_rise, 0)))
		return FAULT_ERRORS;
	if (d->net && misses_in_a_bond(d->net, net))
		return FAULT_BOND;
	if (d->elsewhere > IRQ_ELSEWHERE_SHARE && (d->irq_count >= IRQ_FELT || d->irq_per_s >= IRQ_FELT_PER_S))
		return FAULT_ELSEWHERE;
	if (d->pci && link_sleeps(d))
		return FAULT_ASPM;
	return d->disk && wastes_bfq(d->disk) ? FAULT_BFQ : FAULT_NONE;
}

/* What is wrong with devices, in words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/devices.h"
#include "probes/limits.h"
#include "probes/probe.h"

/* Speeds have names: 8 GT/s is the third generation. */
static const char *generation(struct arena *a, double speed)
{
	static const double speeds[] = {2.5, 5, 8, 16, 32, 64, 128};

	for (unsigned i = 0; i < COUNT(speeds); i++)
		if (fabs(speed - speeds[i]) < 0.1)
			return arena_printf(a, "Gen%u", i + 1);
	return arena_printf(a, "%g GT/s", speed);
}

const char *device_rate(struct arena *a, uint64_t mbps)
{
	return mbps < 1000 ? arena_printf(a, "%uM", (unsigned)mbps) : arena_printf(a, "%gG", (double)mbps / 1000);
}

const char *device_lanes(struct arena *a, struct value width, struct value speed)
{
	return value_known(speed) ? arena_printf(a, "x%u %s", (unsigned)width.u, generation(a, speed.f))
				  : arena_printf(a, "x%u", (unsigned)width.u);
}

const char *device_link(struct arena *a, const struct device *d)
{
	return d->pci && value_known(d->pci->width) ? device_lanes(a, d->pci->width, d->pci->speed_gt_s) : "";
}

static const char *link_fault(struct arena *a, const struct pci_device *p)
{
	if (p->width.u < p->best_width.u)
		return arena_printf(a, "x%u of x%u", (unsigned)p->width.u, (unsigned)p->best_width.u);
	return arena_printf(a, "%s of %s", generation(a, p->speed_gt_s.f), generation(a, p->best_speed_gt_s.f));
}

const char *device_fault_short(struct arena *a, const struct device *d)
{
	switch (d->fault) {
	case FAULT_LINK:
		return link_fault(a, d->pci);
	case FAULT_DUPLEX:
		return "half duplex";
	case FAULT_BOND:
		return "down in a bond";
	case FAULT_ELSEWHERE:
		return arena_printf(a, "IRQs on node %d", (int)d->elsewhere_node);
	case FAULT_ERRORS:
		return "link errors";
	case FAULT_ASPM:
		return "ASPM L1";
	case FAULT_BFQ:
		return "scheduler bfq";
	case FAULT_NONE:
	case DEVICE_FAULTS:
		break;
	}
	return "";
}

static const char *about(struct arena *a, const struct device *d)
{
	if (!d->pci)
		return d->name;
	if (d->net || d->disk)
		return arena_printf(a, "%s (%s)", d->name, d->pci->address.text);
	return d->pci->address.text;
}

const char *device_fault_words(struct arena *a, const struct device *d)
{
	const char *name = about(a, d);

	switch (d->fault) {
	case FAULT_LINK:
		return arena_printf(a, "%s runs at %s", name, link_fault(a, d->pci));
	case FAULT_DUPLEX:
		return arena_printf(a, "%s runs at half duplex", name);
	case FAULT_BOND:
		return arena_printf(a, "%s is down, and %s does without it", name, d->net->master.text);
	case FAULT_ELSEWHERE:
		return arena_printf(a, "interrupts of %s land on node %d, the card is on node %d", d->name,
			(int)d->elsewhere_node, (int)device_node(d));
	case FAULT_ERRORS:
		return arena_printf(a,
			value_u64_or(d->pci->aer_uncorrected_rise, 0)
				? "the link of %s loses transfers"
				: "the link of %s makes errors that are mended by sending again",
			name);
	case FAULT_ASPM:
		return arena_printf(a, "the link of %s may sleep (%s)", name, d->pci->aspm.text);
	case FAULT_BFQ:
		return arena_printf(a, "%s is no rotating disk and is scheduled by bfq", name);
	case FAULT_NONE:
	case DEVICE_FAULTS:
		break;
	}
	return "";
}

enum { SPELLED = 2 }; /* faults of a kind */

/* How many links there are that could be judged at all. */
static unsigned judged(const struct devices *d)
{
	unsigned n = 0;

	for (size_t i = 0; i < d->n; i++)
		n += d->row[i].pci && value_known(d->row[i].pci->degraded);
	return n;
}

static const char *calm(struct arena *a, const struct devices *d)
{
	unsigned links = judged(d);

	if (!d->n)
		return "There are no devices here that could be looked at.";
	if (!links)
		return "No fault was found; how fast the links are, and how fast they could be, is not known.";
	return arena_printf(a, "No fault was found: %s as fast as %s could.",
		links == 1 ? "the one link that can be judged runs"
			   : arena_printf(a, "all %u links that can be judged run", links),
		links == 1 ? "it" : "they");
}

const char *devices_sentence(struct arena *a, const struct snapshot *s, const struct devices *d, bool *ret_warns)
{
	const struct block *b = s ? snapshot_block(s, &probe_pci) : NULL;
	const char *text = NULL;
	unsigned links = 0, said = 0;

	*ret_warns = false;
	if (!d->known && !d->n)
		return b ? "The PCI devices cannot be read." : "Reading the devices.";
	for (size_t i = 0; i < d->n; i++) {
		links += d->row[i].fault == FAULT_LINK;
		*ret_warns = *ret_warns || device_warns(&d->row[i]);
	}
	if (!d->faults)
		return calm(a, d);
	if (links > 1)
		text = arena_printf(a, "%u links run below what they could: ", links);
	for (unsigned fault = FAULT_NONE + 1; fault < DEVICE_FAULTS; fault++) {
		unsigned of_kind = 0;

		for (size_t i = 0; i < d->n; i++)
			if (d->row[i].fault == fault && of_kind++ < SPELLED)
				text = arena_printf(a, "%s%s%s", text ? text : "", said++ ? "; " : "",
					device_fault_words(a, &d->row[i]));
		if (of_kind > SPELLED)
			text = arena_printf(a, "%s, and %u more like it", text, of_kind - SPELLED);
	}
	return arena_printf(a, "%s.", text);
}

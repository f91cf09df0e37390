/* The line LINKS: cards that do not run as they could, the network's links, and whether links may sleep. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/devices.h"
#include "tui/panels/lines.h"

enum { FAULTS_SHOWN = 2, NICS_SHOWN = 3 };

static void faults(struct arena *a, const struct devices *all, struct overview_line *l)
{
	unsigned left = 0, shown = 0;

	for (unsigned fault = FAULT_NONE + 1; fault < FAULT_ASPM; fault++)
		for (size_t i = 0; i < all->n; i++) {
			const struct device *d = &all->row[i];

			if (d->fault != fault)
				continue;
			if (shown++ < FAULTS_SHOWN)
				line_part(l, fault == FAULT_DUPLEX ? ROLE_crit : ROLE_warn,
					arena_printf(a, "%s %s", d->name, device_fault_short(a, d)));
			else
				left++;
		}
	if (left)
		line_part(l, ROLE_warn, arena_printf(a, "%u more", left));
}

/* A virtual function is part of a card that is counted already. */
static bool is_nic(const struct net_interface *n)
{
	return strcmp(value_text_or(n->kind, ""), "vf") != 0 && (net_is_physical(n) || value_known(n->address));
}

static const char *speed_of(struct arena *a, const struct net_interface *n)
{
	uint64_t mbps = value_u64_or(n->speed_mbps, 0);

	return mbps ? device_rate(a, mbps) : "up";
}

/* Those that carry a bridge or a bond are the ones that guests go through; at half duplex they are named as faults. */
static void nics(struct arena *a, const struct net *net, struct overview_line *l)
{
	const struct net_interface *rows = net->interface.row;
	unsigned shown = 0;

	for (int carries = 1; carries >= 0; carries--)
		for (uint32_t i = 0; i < net->interface.n && shown < NICS_SHOWN; i++) {
			if (!is_nic(&rows[i]) || !value_u64_or(net_is_up(&rows[i]), 0) ||
				value_known(rows[i].master) != (bool)carries ||
				strcmp(value_text_or(rows[i].duplex, ""), "half") == 0)
				continue;
			shown++;
			line_part(l, ROLE_text, arena_printf(a, "%s %s", rows[i].name.text, speed_of(a, &rows[i])));
		}
	if (value_u64_or(net->physical, 0) && value_u64_or(net->up, 1) == 0)
		line_part(l, ROLE_dim, "no NIC is up");
}

/* Links may sleep by the policy of all, or by what the firmware left on for a card that counts. */
static void sleep_part(struct arena *a, const struct pci *pci, const struct devices *all, struct overview_line *l)
{
	const char *policy = pci ? value_text_or(pci->aspm_policy, "") : "";
	unsigned n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->row[i].fault == FAULT_ASPM;
	if (strncmp(policy, "powersave", 9) == 0 || strcmp(policy, "powersupersave") == 0)
		line_part(l, ROLE_warn, arena_printf(a, "ASPM policy %s", policy));
	else if (n)
		line_part(l, ROLE_warn, arena_printf(a, "%u link%s may sleep", n, n == 1 ? "" : "s"));
}

bool line_links(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	const struct pci *pci = snapshot_facts(s, &probe_pci);
	const struct net *net = snapshot_facts(s, &probe_net);
	struct devices all = devices(a, s);
	unsigned judged = 0;

	if (!all.n)
		return false;
	*l = (struct overview_line){.label = "LINKS", .role = ROLE_text, .address = "pci.degraded", .panel = "devices"};
	faults(a, &all, l);
	if (net)
		nics(a, net, l);
	sleep_part(a, pci, &all, l);
	for (size_t i = 0; i < all.n; i++)
		judged += all.row[i].pci && value_known(all.row[i].pci->degraded);
	if (judged && !value_u64_or(pci->degraded, 1))
		line_part(l, ROLE_dim, arena_printf(a, "%u PCI link%s at their best", judged, judged == 1 ? "" : "s"));
	if (!l->nparts)
		line_part(l, ROLE_unknown, "how fast they are is not known");
	return true;
}

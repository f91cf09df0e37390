/* Checks N03, N04 and N06: how long cards hold packets back, whether links lose them, and what filters them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/checks/cards.h"
#include "probes/checks/here.h"
#include "probes/netstack.h"

/* Two of one card count once: what a card that adapts was told is where it begins. */
static void judge_moderation(struct check_run *r, const struct net_interface *card, unsigned *told)
{
	bool adapts = cards_has(r, card, card->adaptive_rx, "adaptive_rx") && card->adaptive_rx.u;
	const char *name = check_name(r, card->name);
	double us;

	if (!cards_has(r, card, card->rx_usecs, "rx_usecs")) {
		*told += adapts;
		if (adapts)
			check_fire(r, SEVERITY_INFO, cards_at(r, card, "adaptive_rx"),
				"%s moderates its interrupts by the load: under load packets wait, up to about 100 µs (estimate).",
				name);
		return;
	}
	++*told;
	us = (double)card->rx_usecs.u;
	if (adapts) {
		check_fire(r, SEVERITY_INFO, cards_at(r, card, "adaptive_rx"),
			"%s moderates its interrupts by the load (now %.0f µs): under load packets wait, up to about 100 µs "
			"(estimate).",
			name, us);
		check_cost(r, fmax(us, LIMIT_adaptive_us), NAN);
	} else if (us >= r->latency_us) {
		check_fire(r, us >= LIMIT_coalesce_crit_us ? SEVERITY_CRIT : SEVERITY_WARN, cards_at(r, card, "rx_usecs"),
			"%s lets each packet wait up to %.0f µs before it interrupts.", name, us);
		check_cost(r, us, NAN);
	} else {
		return;
	}
	if (r->ret->nparts == 1)
		check_now(r, "`ethtool -C %s%s rx-usecs 8`", name, adapts ? " adaptive-rx off" : "");
}

void rule_N03(struct check_run *r)
{
	struct cards c;
	unsigned told = 0;

	if (!ask_latency(r) || !cards_find(r, &c))
		return;
	for (uint32_t i = 0; i < c.n; i++)
		judge_moderation(r, c.row[i], &told);
	if (told)
		check_pass(r, "%s: packets wait less than %.0f µs.", cards_words(r, &c), r->latency_us);
	else
		check_not_applicable(r, "No driver of %s moderates its interrupts.", cards_words(r, &c));
}

static void judge_speed(struct check_run *r, const struct net_interface *card)
{
	const char *name = check_name(r, card->name);

	if (cards_has(r, card, card->duplex, "duplex") && strcmp(card->duplex.text, "half") == 0) {
		check_fire(r, SEVERITY_CRIT, cards_at(r, card, "duplex"),
			"%s is half duplex: it cannot send while it receives, and packets collide.", name);
		check_share(r, LIMIT_half_share);
	}
	if (!cards_has(r, card, card->speed_mbps, "speed_mbps") ||
		!cards_has(r, card, card->supported_mbps, "supported_mbps") || card->speed_mbps.u >= card->supported_mbps.u)
		return;
	check_fire(r, SEVERITY_WARN, cards_at(r, card, "speed_mbps"), "%s runs at %u of the %u Mbit/s that it could.", name,
		(unsigned)card->speed_mbps.u, (unsigned)card->supported_mbps.u);
	check_cost(r, 12000.0 / (double)(card->speed_mbps.u ? card->speed_mbps.u : 1), NAN);
}

static void judge_loss(struct check_run *r, const struct net_interface *card)
{
	const struct {
		const struct value *v;
		const char *field, *says;
	} losses[] = {{&card->missed_per_s, "missed_per_s", "had no room for"},
		{&card->over_per_s, "over_per_s", "was overrun by"}, {&card->crc_per_s, "crc_per_s", "got garbled"},
		{&card->collisions_per_s, "collisions_per_s", "lost by collisions"}};

	for (size_t i = 0; i < COUNT(losses); i++) {
		if (!cards_has(r, card, *losses[i].v, losses[i].field) || !(losses[i].v->f > 0))
			continue;
		check_fire(r, SEVERITY_WARN, cards_at(r, card, losses[i].field), "%s %s %.1f packets a second.",
			check_name(r, card->name), losses[i].says, losses[i].v->f);
		check_cost(r, LIMIT_retry_us, losses[i].v->f);
	}
}

/* A bond is as good as its links; one that is down takes half of it, and the other one may be next. */
static void judge_bonds(struct check_run *r, const struct net *net)
{
	const struct net_interface *row = net->interface.row;

	for (uint32_t i = 0; i < net->interface.n; i++) {
		uint64_t all = 0;

		if (!value_known(row[i].slaves) || !cards_has(r, &row[i], row[i].slaves_up, "slaves_up"))
			continue;
		for (const char *p = row[i].slaves.text; *p; p += strcspn(p, " "), p += strspn(p, " "))
			all++;
		if (row[i].slaves_up.u < all)
			check_fire(r, SEVERITY_WARN, cards_at(r, &row[i], "slaves_up"),
				"Of the %u links of %s %u are up (%s).", (unsigned)all, check_name(r, row[i].name),
				(unsigned)row[i].slaves_up.u, check_name(r, row[i].slaves));
	}
}

void rule_N04(struct check_run *r)
{
	struct cards c;

	if (!cards_find(r, &c))
		return;
	for (uint32_t i = 0; i < c.n; i++) {
		judge_speed(r, c.row[i]);
		judge_loss(r, c.row[i]);
	}
	judge_bonds(r, c.net);
	check_evidence(r, "net.up");
	check_pass(r, "%s: full duplex, as fast as they can, without loss.", cards_words(r, &c));
}

/* A bridge that guests are on; NULL: there is none. */
static const struct net_interface *guests_bridge(const struct net *net)
{
	const struct net_interface *row = net ? net->interface.row : NULL;

	for (uint32_t i = 0; net && i < net->interface.n; i++)
		if (ask_is(row[i].kind, "bridge") && value_u64_or(row[i].carries_guests, 0))
			return &row[i];
	return NULL;
}

static void judge_filter(struct check_run *r, const struct netstack *n)
{
	const struct net *net = check_facts(r, &probe_net);
	const struct net_interface *bridge;

	if (check_absent(n->bridge_iptables) || !check_known(r, n->bridge_iptables, "netstack.bridge_iptables") ||
		!n->bridge_iptables.u || !net || !check_list(r, &net->interface, "net.interface"))
		return;
	bridge = guests_bridge(net);
	if (!bridge)
		return;
	check_fire(r, SEVERITY_WARN, "netstack.bridge_iptables",
		"Each packet of guests on %s goes through the iptables rules of this host too.", check_name(r, bridge->name));
	check_cost(r, LIMIT_filter_us, NAN);
	check_now(r, "`sysctl net.bridge.bridge-nf-call-iptables=0`");
}

void rule_N06(struct check_run *r)
{
	const struct netstack *n = check_facts(r, &probe_netstack);

	if (!n)
		return;
	if (check_absent(n->bridge_iptables) && check_absent(n->conntrack_pct)) {
		if (ask_absence_tells(r) || value_known(n->budget)) /* its neighbour was collected */
			check_not_applicable(r, "The module br_netfilter is not loaded, and no connections are tracked.");
		else
			check_known(r, n->bridge_iptables, "netstack.bridge_iptables");
		return;
	}
	judge_filter(r, n);
	if (!check_absent(n->conntrack_pct) && check_known(r, n->conntrack_pct, "netstack.conntrack_pct") &&
		n->conntrack_pct.f > LIMIT_conntrack_pct) {
		check_fire(r, SEVERITY_CRIT, "netstack.conntrack_pct",
			"The table of connections is %.0f %% full (%llu of %llu): new ones are thrown away.", n->conntrack_pct.f,
			(unsigned long long)value_u64_or(n->conntrack, 0),
			(unsigned long long)value_u64_or(n->conntrack_max, 0));
		check_cost(r, LIMIT_syn_retry_us, NAN);
	}
	check_pass(r, "Bridged packets of guests pass no filter of this host%s.",
		value_known(n->conntrack_pct) ? ", and the table of connections has room" : "");
}

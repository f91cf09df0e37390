/* Check P08: devices that guests use, on another node than the guests. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/block.h"
#include "probes/checks/here.h"
#include "probes/net.h"
#include "probes/numa.h"
#include "probes/util.h"

/* The cards of this host, with what they are part of: few, where guests' own interfaces can be hundreds. */
struct card {
	const struct net_interface *net;
	const char *name, *master, *above; /* "" where there is none; above: what the bond is part of */
};
struct cards {
	struct card *row;
	uint32_t n;
};

static struct cards find_cards(struct check_run *r)
{
	const struct net *net = check_facts(r, &probe_net);
	const struct net_interface *row = net ? net->interface.row : NULL;
	struct cards c = {.row = arena_array(r->a, net ? net->interface.n : 0, sizeof(*c.row))};

	for (uint32_t i = 0; net && i < net->interface.n; i++) {
		const char *master = value_text_or(row[i].master, "");
		const struct net_interface *bond;

		if (!net_is_physical(&row[i]) || check_absent(row[i].node) ||
			(value_known(row[i].node) && row[i].node.i < 0))
			continue;
		bond = *master ? net_interface(net, master) : NULL;
		c.row[c.n++] = (struct card){
			&row[i], value_text_or(row[i].name, ""), master, bond ? value_text_or(bond->master, "") : ""};
	}
	return c;
}

/* Is this card the interface of that name, or part of it: of the bridge, or of a bond in it. */
static bool leads_to(const struct card *c, const char *name)
{
	return *name && (strcmp(c->name, name) == 0 || strcmp(c->master, name) == 0 || strcmp(c->above, name) == 0);
}

struct here_look {
	const struct placement_guest *g;
	unsigned looked;
};

/* One device: what it is for the guest, and on which node it is. */
static void judge_device(struct check_run *r, struct here_look *l, const char *what, struct value name, int64_t node,
	double per_s, const char *evidence)
{
	l->looked++;
	if (cpuset_has(l->g->nodes.set, (uint32_t)node))
		return;
	check_fire(r, SEVERITY_WARN, evidence, "%s is on node%s %s, its %s %s on node %lld.",
		check_guest_name(r, l->g->name, l->g->key), cpuset_count(l->g->nodes.set) > 1 ? "s" : "",
		cpuset_text(r->a, l->g->nodes.set), what, check_name(r, name), (long long)node);
	check_guest(r, arena_strdup(r->a, l->g->key.text));
	check_target(r, here_target(r, l->g, l->g->thread.n ? l->g->thread.row : NULL));
	check_cost(r, LIMIT_far_device_us, per_s);
}

/* Is it known on which node it is? One that the kernel has on none is on none; another one is noted. */
static bool has_node(struct check_run *r, struct value node, const char *address)
{
	return !check_absent(node) && check_known(r, node, address) && node.i >= 0;
}

static void judge_hostdevs(struct check_run *r, struct here_look *l, const struct guest *guest)
{
	const struct guest_hostdev *row = guest->hostdev.row;

	for (uint32_t i = 0; i < guest->hostdev.n; i++) {
		const char *at = check_address(r, "guests.guest[%s].hostdev[%s].node", check_key(r, l->g->key.text),
			check_key(r, row[i].name.text));

		if (has_node(r, row[i].node, at))
			judge_device(r, l, "device", row[i].name, row[i].node.i, NAN, at);
	}
}

static const char *card_at(struct check_run *r, const struct net_interface *card)
{
	return check_address(r, "net.interface[%s].node", check_key(r, card->name.text));
}

static void judge_interfaces(
	struct check_run *r, struct here_look *l, const struct guest *guest, const struct cards *cards)
{
	const struct guest_interface *row = guest->interface.row;

	for (uint32_t i = 0; i < guest->interface.n; i++) {
		const struct net_interface *far = NULL, *unread = NULL;
		bool near = false;

		for (uint32_t k = 0; value_known(row[i].source_name) && k < cards->n; k++) {
			const struct net_interface *card = cards->row[k].net;

			if (!leads_to(&cards->row[k], row[i].source_name.text))
				continue;
			if (!value_known(card->node))
				unread = card;
			else if (cpuset_has(l->g->nodes.set, (uint32_t)card->node.i))
				near = true;
			else
				far = card;
		}
		l->looked += near;
		if (unread && !near)
			check_known(r, unread->node, card_at(r, unread));
		else if (far && !near)
			judge_device(r, l, "uplink", far->name, far->node.i,
				value_f64_or(row[i].rx_per_s, NAN) + value_f64_or(row[i].tx_per_s, NAN),
				card_at(r, far));
	}
}

static void judge_disks(struct check_run *r, struct here_look *l, const struct guest *guest)
{
	const struct guest_disk *row = guest->disk.row;

	for (uint32_t i = 0; i < guest->disk.n; i++) {
		const struct block_disk *d = strcmp(value_text_or(row[i].source, ""), "block") == 0
						     ? here_disk(r, value_text_or(row[i].source_name, ""))
						     : NULL;

		const char *at = d ? check_address(r, "block.disk[%s].node", check_key(r, d->name.text)) : NULL;

		if (d && has_node(r, d->node, at))
			judge_device(r, l, "disk", d->name, d->node.i,
				value_f64_or(row[i].reads_per_s, NAN) + value_f64_or(row[i].writes_per_s, NAN), at);
	}
}

/* Is it known which devices it has? */
static bool knows_devices(struct check_run *r, const struct here_look *l, const struct guest *guest)
{
	const struct {
		const struct rows *rows;
		const char *set;
	} lists[] = {{&guest->hostdev, "hostdev"}, {&guest->interface, "interface"}, {&guest->disk, "disk"}};

	for (size_t i = 0; i < COUNT(lists); i++)
		if (lists[i].rows->known != KNOWN && lists[i].rows->known != KNOWN_ABSENT)
			return check_list(r, lists[i].rows,
				check_address(r, "guests.guest[%s].%s", check_key(r, l->g->key.text), lists[i].set));
	return true;
}

void rule_P08(struct check_run *r)
{
	const struct placement *p = here_guests(r);
	const struct placement_guest *row = p ? p->guest.row : NULL;
	const struct guests *guests = snapshot_facts(r->s, &probe_guests);
	const struct numa *n = p ? check_facts(r, &probe_numa) : NULL;
	struct here_look l = {.looked = 0};
	struct cards cards;

	if (!n || !check_known(r, n->nodes, "numa.nodes"))
		return;
	if (n->nodes.u < 2) {
		check_not_applicable(r, "This host has one NUMA node.");
		return;
	}
	cards = find_cards(r);
	for (uint32_t i = 0; i < p->guest.n; i++) {
		const struct guest *guest = here_listed(guests, &row[i], i);

		if (!here_placed(r, &row[i]) || !check_known(r, row[i].nodes, here_at(r, &row[i], "nodes")))
			continue;
		if (!guest) {
			check_unknown(r, "Libvirt does not tell which devices %s has.",
				check_guest_name(r, row[i].name, row[i].key));
			continue;
		}
		l.g = &row[i];
		if (!knows_devices(r, &l, guest))
			continue;
		judge_hostdevs(r, &l, guest);
		judge_interfaces(r, &l, guest, &cards);
		judge_disks(r, &l, guest);
	}
	if (l.looked)
		check_pass(
			r, "%u device%s of guests: each on a node of its guest.", l.looked, l.looked == 1 ? "" : "s");
	else
		check_not_applicable(r, "No guest uses a device whose node is known.");
}

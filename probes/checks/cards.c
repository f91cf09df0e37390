/* Finds the network cards that packets of guests go through. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks/cards.h"

#include "probes/arena.h"
#include "probes/checks/ask.h"

/* Those that are up, and carry packets of guests or may; any: the others too. */
static void take(struct check_run *r, struct cards *c, bool any)
{
	const struct net_interface *row = c->net->interface.row;

	for (uint32_t i = 0; i < c->net->interface.n; i++) {
		struct value up;

		if (!net_is_physical(&row[i]) || (!any && value_known(row[i].carries_guests) && !row[i].carries_guests.u))
			continue;
		up = net_is_up(&row[i]);
		if (check_known(r, up, cards_at(r, &row[i], "state")) && up.u)
			c->row[c->n++] = &row[i];
	}
}

bool cards_find(struct check_run *r, struct cards *ret)
{
	*ret = (struct cards){.net = check_facts(r, &probe_net)};
	if (!ret->net || !check_list(r, &ret->net->interface, "net.interface"))
		return false;
	ret->row = arena_array(r->a, ret->net->interface.n, sizeof(*ret->row));
	take(r, ret, false);
	ret->guests = ret->n > 0;
	if (!ret->n)
		take(r, ret, true);
	if (!ret->n)
		check_not_applicable(r, "No network card of this host is up.");
	return ret->n > 0;
}

const char *cards_at(struct check_run *r, const struct net_interface *card, const char *field)
{
	return check_address(r, "net.interface[%s].%s", check_key(r, card->name.text), field);
}

const char *cards_words(struct check_run *r, const struct cards *c)
{
	enum { NAMED = 4 };
	const char *words = "";

	for (uint32_t i = 0; i < c->n && i < NAMED; i++)
		words = arena_printf(r->a, "%s%s%s", words, i ? ", " : "", check_name(r, c->row[i]->name));
	if (c->n > NAMED)
		words = arena_printf(r->a, "%s and %u more", words, (unsigned)(c->n - NAMED));
	return arena_printf(r->a, "%u card%s%s (%s)", (unsigned)c->n, c->n == 1 ? "" : "s",
		c->guests ? " that guests use" : "", words);
}

bool cards_has(struct check_run *r, const struct net_interface *card, struct value v, const char *field)
{
	if (check_absent(v) && ask_absence_tells(r))
		return false;
	return check_known(r, v, value_known(v) ? NULL : cards_at(r, card, field));
}

const struct pci_device *cards_device(const struct check_run *r, const struct net_interface *card)
{
	return pci_device(snapshot_facts(r->s, &probe_pci), value_text_or(card->address, NULL));
}

/* Joins interfaces: bonds with their slaves, and what leads from the ends of guests to the cables. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <string.h>

#include "probes/net_impl.h"
#include "probes/parse.h"
#include "probes/pci.h"
#include "probes/text.h"

#define SWITCH "ovs-system"

static const char of_switch[] = "part of Open vSwitch, and only its database says what leads where",
		  may_route[] = "guests are on a bridge without a card: their packets may be routed through here";

enum carries { NO, ROUTED, SWITCHED, YES }; /* those between: it may */

struct join {
	struct net_interface *rows;
	uint32_t n;
	int32_t *master; /* place of its master, -1: none */
	uint8_t *is; /* enum carries */
	bool changed;
};

static bool is_kind(const struct net_interface *row, const char *kind)
{
	return strcmp(value_text_or(row->kind, ""), kind) == 0;
}

static bool is_bond(const struct net_interface *row)
{
	return is_kind(row, "bond") || is_kind(row, "team");
}

/* The end of a guest; old libvirt gives each of its networks one of its own that nobody is behind. */
static bool is_end(const struct net_interface *row)
{
	size_t len = strlen(row->name.text);

	if (is_kind(row, "macvtap") || is_kind(row, "ipvtap"))
		return true;
	return is_kind(row, "tap") && (len < 4 || strcmp(row->name.text + len - 4, "-nic") != 0);
}

static void mark(struct join *j, int64_t at, enum carries is)
{
	if (at < 0 || j->is[at] >= is)
		return;
	j->is[at] = (uint8_t)is;
	j->changed = true;
}

/* Whose virtual functions guests have: they share its cable. */
static void mark_functions(struct join *j, const struct pci *pci)
{
	const struct pci_device *d = pci ? pci->device.row : NULL;
	const char *last = "";

	for (uint32_t i = 0; pci && i < pci->device.n; i++) {
		if (!value_known(d[i].pf) || strcmp(value_text_or(d[i].driver, ""), "vfio-pci") != 0 ||
			strcmp(d[i].pf.text, last) == 0)
			continue;
		last = d[i].pf.text;
		for (uint32_t k = 0; k < j->n; k++)
			if (strcmp(value_text_or(j->rows[k].address, ""), d[i].pf.text) == 0)
				mark(j, k, YES);
	}
}

/* From an end up to its bridge, from there down to all that is part of it and no end, and to what that sits on. */
static void step(struct join *j, uint32_t i, int64_t of_switch_at)
{
	const struct net_interface *row = &j->rows[i];
	int64_t master = j->master[i];
	struct slice rest, word;

	if (is_end(row) && master >= 0)
		mark(j, master, master == of_switch_at ? SWITCHED : YES);
	if (!is_end(row) && master >= 0 && j->is[master] != NO)
		mark(j, i, j->is[master]);
	/* the other end of such a pair is part of the switch, mostly */
	if (is_kind(row, "veth") && j->is[i] != NO)
		mark(j, of_switch_at, SWITCHED);
	if (j->is[i] == NO || !value_known(row->lower))
		return;
	rest = slice_of(row->lower.text);
	while (slice_word(&rest, &word)) {
		char name[COUNTERS_NAME];

		if (word.len >= sizeof(name))
			continue;
		memcpy(name, word.p, word.len);
		name[word.len] = '\0';
		mark(j, net_find(j->rows, j->n, name), j->is[i]);
	}
}

/* A bridge with ends of guests that leads nowhere: what its guests send is routed, if it goes anywhere. */
static bool any_routed(const struct join *j)
{
	for (uint32_t i = 0; i < j->n; i++) {
		bool leads = false;

		if (j->is[i] != YES || !is_kind(&j->rows[i], "bridge"))
			continue;
		for (uint32_t k = 0; k < j->n && !leads; k++)
			leads = j->master[k] == (int64_t)i && !is_kind(&j->rows[k], "tap");
		if (!leads)
			return true;
	}
	return false;
}

static void fill_carries(struct join *j)
{
	bool routed = any_routed(j);

	for (uint32_t i = 0; i < j->n; i++) {
		struct net_interface *row = &j->rows[i];
		struct value up = net_is_up(row);
		enum carries is = (enum carries)j->is[i];

		if (is == NO && routed && net_is_physical(row) && row->master.known == KNOWN_ABSENT && value_u64_or(up, 1))
			is = ROUTED;
		if (is == YES)
			row->carries_guests = value_bool(true, 0);
		else if (is == SWITCHED)
			row->carries_guests = value_skipped(of_switch);
		else if (is == ROUTED)
			row->carries_guests = value_skipped(may_route);
		else if (value_known(row->master) || row->master.known == KNOWN_ABSENT)
			row->carries_guests = value_bool(false, 0);
		else
			row->carries_guests = row->master; /* part of something that could not be read */
	}
}

static void carry(const struct tick *t, struct join *j)
{
	int64_t of_switch_at = net_find(j->rows, j->n, SWITCH);

	mark_functions(j, snapshot_facts(t->so_far, &probe_pci));
	for (uint32_t i = 0; i < j->n; i++)
		if (is_end(&j->rows[i]))
			mark(j, i, YES);
	do {
		j->changed = false;
		for (uint32_t i = 0; i < j->n; i++)
			step(j, i, of_switch_at);
	} while (j->changed);
	fill_carries(j);
}

/* A bond says it of its slaves; of a team only the slave itself does. */
static struct value slave_is_up(const struct net_interface *slave)
{
	if (value_known(slave->mii_status))
		return value_bool(strcmp(slave->mii_status.text, "up") == 0, 0);
	return slave->mii_status.known == KNOWN_ABSENT ? net_is_up(slave) : slave->mii_status;
}

static void fill_slaves(const struct tick *t, const struct join *j, uint32_t bond)
{
	struct net_interface *row = &j->rows[bond];
	struct value up = value_u64(0, 0);
	struct text words = text_begin();

	for (uint32_t i = 0; i < j->n; i++) {
		struct value one;

		if (j->master[i] != (int64_t)bond)
			continue;
		one = slave_is_up(&j->rows[i]);
		text_add(&words, "%s%s", words.len ? " " : "", j->rows[i].name.text);
		if (!value_known(one))
			up = one;
		else if (value_known(up))
			up.u += one.u;
	}
	row->slaves = words.len ? value_text(arena_strdup(t->a, words.bytes), 0) : value_error(-ENOENT, 0);
	row->slaves_up = words.len ? up : value_error(-ENOENT, 0);
	text_end(&words, NULL);
}

void net_join(const struct tick *t, struct net_interface *rows, uint32_t n)
{
	struct join j = {.rows = rows, .n = n};

	j.master = arena_array(t->a, n, sizeof(*j.master));
	j.is = arena_array(t->a, n, sizeof(*j.is));
	for (uint32_t i = 0; i < n; i++)
		j.master[i] = value_known(rows[i].master) ? (int32_t)net_find(rows, n, rows[i].master.text) : -1;
	for (uint32_t i = 0; i < n; i++) {
		if (is_bond(&rows[i]))
			fill_slaves(t, &j, i);
		else
			rows[i].slaves = rows[i].slaves_up = value_error(-ENODEV, 0);
	}
	carry(t, &j);
}

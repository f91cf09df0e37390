/* Network interfaces: counters in one read each tick, all else seldom, and the link only where there is a cable. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/net.h"

#include <errno.h>
#include <string.h>

#include "probes/counters.h"
#include "probes/host/host.h"
#include "probes/names.h"
#include "probes/net_impl.h"

/* Columns of /proc/net/dev. */
enum { RX_BYTES, RX_PACKETS, RX_ERRORS, RX_DROPS, TX_BYTES = 8, TX_PACKETS, TX_ERRORS, TX_DROPS, COLLISIONS = 13 };

#define SECONDS UINT64_C(1000000000)

static const uint64_t what_ns = 60 * SECONDS, link_ns = 30 * SECONDS, physical_ns = 5 * SECONDS,
		      virtual_ns = 30 * SECONDS;

struct state {
	struct counters counters;
	struct names names;
};

static bool part(struct slice line, struct counter_line *ret)
{
	struct slice name, rest;

	if (!slice_pair(line, ':', &name, &rest) || !counters_name(name, ret))
		return false;
	counters_numbers(rest, ret);
	return ret->n > 0;
}

/* A file among the links: what bonds there are. */
static bool wanted(const struct tick *t, const char *name)
{
	(void)t;
	return strcmp(name, "bonding_masters") != 0;
}

int64_t net_find(const struct net_interface *rows, uint32_t n, const char *name)
{
	for (uint32_t low = 0, high = n; low < high;) {
		uint32_t mid = low + (high - low) / 2;
		int d = strcmp(rows[mid].name.text, name);

		if (!d)
			return mid;
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return -1;
}

static const struct net_interface *find(const struct rows *rows, const char *name)
{
	const struct net_interface *row = rows->row;
	int64_t at = net_find(row, rows->n, name);

	return at < 0 ? NULL : &row[at];
}

const struct net_interface *net_interface(const struct net *n, const char *name)
{
	return n && name ? find(&n->interface, name) : NULL;
}

bool net_is_physical(const struct net_interface *i)
{
	const char *kind = value_text_or(i->kind, "");

	return strcmp(kind, "physical") == 0 || strcmp(kind, "vf") == 0 || strcmp(kind, "infiniband") == 0;
}

struct value net_is_up(const struct net_interface *i)
{
	if (!value_known(i->state))
		return i->state;
	if (strcmp(i->state.text, "unknown") != 0)
		return value_bool(strcmp(i->state.text, "up") == 0, 0);
	/* no carrier to be read: it is switched off */
	return i->carrier.known == KNOWN_ABSENT && i->carrier.err == -ENXIO ? value_bool(false, 0) : i->carrier;
}

static void fill_rates(const struct state *st, const char *name, struct net_interface *row)
{
	const struct counters *c = &st->counters;
	const struct counter_line *old = c->any ? counters_find(&c->old, name) : NULL,
				  *new = counters_find(&c->new, name);

	row->rx_bytes_per_s = counters_rate(c, old, new, RX_BYTES, RX_BYTES, 1);
	row->tx_bytes_per_s = counters_rate(c, old, new, TX_BYTES, TX_BYTES, 1);
	row->rx_packets_per_s = counters_rate(c, old, new, RX_PACKETS, RX_PACKETS, 1);
	row->tx_packets_per_s = counters_rate(c, old, new, TX_PACKETS, TX_PACKETS, 1);
	row->rx_drops_per_s = counters_rate(c, old, new, RX_DROPS, RX_DROPS, 1);
	row->tx_drops_per_s = counters_rate(c, old, new, TX_DROPS, TX_DROPS, 1);
	row->rx_errors_per_s = counters_rate(c, old, new, RX_ERRORS, RX_ERRORS, 1);
	row->tx_errors_per_s = counters_rate(c, old, new, TX_ERRORS, TX_ERRORS, 1);
	row->collisions_per_s = counters_rate(c, old, new, COLLISIONS, COLLISIONS, 1);
}

/* What is lost there is lost to many. */
static bool is_watched(const struct net_interface *row)
{
	return net_is_physical(row) || strcmp(row->kind.text, "bond") == 0;
}

static void fill(const struct tick *t, struct state *st, size_t i, struct carry *carry, struct net_interface *row)
{
	struct named *k = &st->names.row[i];
	const struct net *prev = t->prev;
	const struct net_interface *old = prev ? find(&prev->interface, k->name) : NULL;
	bool all = !old || t->want->everything, link;

	if (old)
		row_carry(carry, net_interface_fields, NNET_FIELDS, old, row);
	else
		row->name = value_text(arena_strdup(t->a, k->name), 0);
	if (all || t->now_ns >= k->what) {
		net_read_what(t, k->name, row);
		k->what = names_later(t, what_ns, i);
		all = true;
	}
	if (all || t->now_ns >= k->state) {
		const char *was = value_text_or(row->state, "");

		link = all || t->now_ns >= k->link;
		net_read_state(t, k->name, link, row);
		if (!link && strcmp(was, value_text_or(row->state, "")) != 0) {
			net_read_state(t, k->name, true, row);
			link = true;
		}
		net_read_counts(t, k, row);
		if (link && net_read_ethtool(t, k->name, row))
			k->link = names_later(t, link_ns, i);
		k->state = names_later(t, is_watched(row) ? physical_ns : virtual_ns, i);
	}
	fill_rates(st, k->name, row);
}

static void add_rate(struct value *sum, struct value v)
{
	if (value_known(*sum) && value_known(v))
		sum->f += v.f;
	else if (value_known(v) || sum->known == KNOWN_ABSENT)
		*sum = v;
}

static void sum(struct net *n)
{
	const struct net_interface *rows = n->interface.row;
	uint64_t physical = 0, up = 0, told = 0;
	struct value one, untold = value_u64(0, 0);

	n->rx_bytes_per_s = n->tx_bytes_per_s = value_error(-ENODEV, 0);
	for (uint32_t i = 0; i < n->interface.n; i++) {
		if (!net_is_physical(&rows[i]))
			continue;
		physical++;
		one = net_is_up(&rows[i]);
		told += value_known(rows[i].state);
		up += value_u64_or(one, 0);
		/* it is there and says nothing: neither up nor down */
		if (value_known(rows[i].state) && !value_known(one))
			untold = one;
		add_rate(&n->rx_bytes_per_s, rows[i].rx_bytes_per_s);
		add_rate(&n->tx_bytes_per_s, rows[i].tx_bytes_per_s);
	}
	n->interfaces = value_u64(n->interface.n, 0);
	n->physical = value_u64(physical, 0);
	n->up = physical && !told ? value_error(-ENOENT, 0) : !value_known(untold) ? untold : value_u64(up, 0);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct carry carry = {.a = t->a, .older_ds = t->prev ? (t->now_ns - t->prev_ns) / 100000000 : 0};
	struct state *st = state;
	struct net_interface *rows;
	struct net *n = facts;
	int err = counters_read(t, &st->counters, "/proc/net/dev", part), list_err;

	if (err == -EAGAIN && t->prev)
		return SAMPLE_SAME;
	/* without counters there are no rates, but the interfaces are there all the same */
	list_err = names_list(t, &st->names, &st->counters, true, "/sys/class/net", wanted);
	if (list_err)
		return list_err;
	rows = arena_array(t->a, st->names.n, sizeof(*rows));
	for (size_t i = 0; i < st->names.n; i++)
		fill(t, st, i, &carry, &rows[i]);
	net_join(t, rows, (uint32_t)st->names.n);
	n->interface = (struct rows){.row = rows,
		.n = (uint32_t)st->names.n,
		.known = st->names.n ? KNOWN : KNOWN_ABSENT,
		.err = st->names.n ? 0 : -ENOENT};
	sum(n);
	return 0;
}

static void end(struct host *h, void *state)
{
	struct state *st = state;

	counters_end(h, &st->counters);
	names_end(&st->names);
}

#define SUM SOURCES("the sum over the physical interfaces")

static const struct field fields[] = {
	FIELD(struct net, interfaces, "Interfaces", TYPE_U64, UNIT_COUNT, 0, SOURCES("the entries of /sys/class/net"),
		"Network interfaces of all kinds."),
	FIELD(struct net, physical, "Physical", TYPE_U64, UNIT_COUNT, 0, SOURCES("the entries of /sys/class/net"),
		"Interfaces of hardware, virtual functions too."),
	FIELD(struct net, up, "Up", TYPE_U64, UNIT_COUNT, 0, SOURCES("the sum over the physical interfaces"),
		"Physical interfaces that are up."),
	FIELD(struct net, rx_bytes_per_s, "Received", TYPE_F64, UNIT_PER_S, FIELD_MOVES | FIELD_HISTORY, SUM,
		"Bytes that all physical interfaces receive, per second."),
	FIELD(struct net, tx_bytes_per_s, "Sent", TYPE_F64, UNIT_PER_S, FIELD_MOVES | FIELD_HISTORY, SUM,
		"Bytes that all physical interfaces send, per second."),
};

static const struct row_set sets[] = {
	{"interface", "name", offsetof(struct net, interface), sizeof(struct net_interface), net_interface_fields,
		NNET_FIELDS, NULL, 0},
};

const struct probe probe_net = {
	.name = "net",
	.title = "Network interfaces",
	.needs = SOURCES("load", "pci"),
	.size = sizeof(struct net),
	.state_size = sizeof(struct state),
	.fields = fields,
	.nfields = COUNT(fields),
	.sets = sets,
	.nsets = COUNT(sets),
	.sample = sample,
	.end = end,
};

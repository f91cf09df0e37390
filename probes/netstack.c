/* The network stack: every 5 s what its CPUs count of packets that waited or were lost, and the settings behind. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/netstack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/memory_read.h"
#include "probes/parse.h"
#include "probes/topology.h"

#define SOFTNET "/proc/net/softnet_stat"
#define CORE "/proc/sys/net/core/"
#define NETFILTER "/proc/sys/net/netfilter/"
#define BRIDGE_IPTABLES "/proc/sys/net/bridge/bridge-nf-call-iptables"

/* Columns of softnet_stat, hexadecimal; the last one since Linux 5.10. */
enum { DROPPED = 1, SQUEEZED = 2, CPU = 12, COLUMNS };
#define NO_ID UINT32_MAX

struct line {
	uint32_t cpu, dropped, squeezed; /* as the kernel counts them: modulo 2^32 */
};

struct lines {
	struct line *line; /* by rising CPU, as the kernel lists them */
	size_t n, room;
};

struct state {
	struct kept softnet;
	struct lines old, now;
	uint64_t read_ns; /* 0: never */
};

static bool hex(struct slice s, uint32_t *ret)
{
	char text[9] = "", *end;

	if (!s.len || s.len >= sizeof(text))
		return false;
	memcpy(text, s.p, s.len);
	*ret = (uint32_t)strtoul(text, &end, 16);
	return !*end;
}

static int add_line(struct lines *l, struct slice rest)
{
	uint32_t column[COLUMNS];
	struct slice word;
	size_t n = 0;

	while (n < COLUMNS && slice_word(&rest, &word))
		if (!hex(word, &column[n++]))
			return -EINVAL;
	if (n <= SQUEEZED)
		return -EINVAL;
	if (l->n == l->room) {
		l->room = l->room ? l->room * 2 : 64;
		l->line = xrealloc(l->line, l->room, sizeof(*l->line));
	}
	l->line[l->n++] = (struct line){n == COLUMNS ? column[CPU] : NO_ID, column[DROPPED], column[SQUEEZED]};
	return 0;
}

/* Older kernels do not say whose line it is: there is one for each CPU that is online. */
static void name_lines(const struct tick *t, struct lines *l)
{
	const struct topology *top = snapshot_facts(t->so_far, &probe_topology);
	const struct cpuset *online = top && value_known(top->online) ? top->online.set : NULL;
	int64_t cpu = -1;

	if (!l->n || l->line[0].cpu != NO_ID || cpuset_count(online) != l->n)
		return;
	for (size_t i = 0; i < l->n; i++) {
		cpu = cpuset_next(online, cpu);
		l->line[i].cpu = (uint32_t)cpu;
	}
}

static int read_lines(const struct tick *t, struct state *st)
{
	struct slice rest, line;
	struct answer answer;
	int err = kept_read(t->h, &st->softnet, SOFTNET, &answer);

	st->now.n = 0;
	if (err)
		return err;
	rest = (struct slice){answer.text, answer.len};
	while (!err && slice_line(&rest, &line))
		err = add_line(&st->now, line);
	if (!err && !st->now.n)
		err = -EINVAL;
	name_lines(t, &st->now);
	return err;
}

/* What one of its counters came to: over all CPUs, and on the one with most. */
struct total {
	uint64_t all, most;
	uint32_t cpu;
};

static void add(struct total *t, uint32_t cpu, uint32_t old, uint32_t now)
{
	uint32_t more = now - old;

	if (now < old && more > UINT32_MAX / 2) /* set back, not run over */
		return;
	t->all += more;
	if (more > t->most) {
		t->most = more;
		t->cpu = cpu;
	}
}

/* The CPU with most: absent where nothing came, and not to be told where lines have no names. */
static struct value most_cpu(const struct total *t)
{
	if (!t->all)
		return value_error(-ENOENT, 0);
	return t->cpu == NO_ID ? value_error(-ENODATA, 0) : value_u64(t->cpu, 0);
}

static void set_all(struct netstack *n, struct value v)
{
	n->squeezed_per_s = n->squeezed_cpu = n->squeezed_cpu_per_s = v;
	n->dropped_per_s = n->dropped_cpu = v;
}

static void fill_counts(const struct tick *t, struct state *st, struct netstack *n)
{
	double seconds = (double)(t->now_ns - st->read_ns) / 1e9;
	struct total squeezed = {.cpu = NO_ID}, dropped = {.cpu = NO_ID};
	const struct line *old = st->old.line, *end = old + st->old.n;
	bool same = st->old.n == st->now.n;

	for (size_t i = 0; i < st->now.n; i++) {
		const struct line *l = &st->now.line[i];

		if (l->cpu == NO_ID) {
			if (!same)
				return;
			old = &st->old.line[i];
		}
		while (old < end && old->cpu < l->cpu)
			old++;
		if (old == end || old->cpu != l->cpu) /* it came online */
			continue;
		add(&squeezed, l->cpu, old->squeezed, l->squeezed);
		add(&dropped, l->cpu, old->dropped, l->dropped);
	}
	n->squeezed_per_s = value_f64((double)squeezed.all / seconds, 0);
	n->squeezed_cpu_per_s = value_f64((double)squeezed.most / seconds, 0);
	n->squeezed_cpu = most_cpu(&squeezed);
	n->dropped_per_s = value_f64((double)dropped.all / seconds, 0);
	n->dropped_cpu = most_cpu(&dropped);
}

static void fill_softnet(const struct tick *t, struct state *st, struct netstack *n)
{
	struct lines swap;
	int err = read_lines(t, st);

	if (err) {
		st->read_ns = 0;
		set_all(n, value_error(err, 0));
		return;
	}
	if (st->read_ns && host_stands_still(t))
		set_all(n, value_error(-ENODATA, 0));
	else if (st->read_ns)
		fill_counts(t, st, n);
	st->read_ns = t->now_ns;
	swap = st->old, st->old = st->now, st->now = swap;
}

static void fill_settings(const struct tick *t, struct netstack *n)
{
	n->rps_flows = get_u64(t, 0, CORE "rps_sock_flow_entries");
	n->busy_poll_us = get_u64(t, 0, CORE "busy_poll");
	n->busy_read_us = get_u64(t, 0, CORE "busy_read");
	n->budget = get_u64(t, 0, CORE "netdev_budget");
	n->budget_usecs = get_u64(t, 0, CORE "netdev_budget_usecs");
	n->bridge_iptables = get_bool(t, 0, BRIDGE_IPTABLES);
	n->conntrack = get_u64(t, 0, NETFILTER "nf_conntrack_count");
	n->conntrack_max = get_u64(t, 0, NETFILTER "nf_conntrack_max");
	if (!value_known(n->conntrack) || !value_known(n->conntrack_max))
		n->conntrack_pct = value_known(n->conntrack) ? n->conntrack_max : n->conntrack;
	else if (!n->conntrack_max.u) /* no limit */
		n->conntrack_pct = value_error(-ENXIO, 0);
	else
		n->conntrack_pct = value_f64(100.0 * (double)n->conntrack.u / (double)n->conntrack_max.u, 0);
}

static int sample(const struct tick *t, void *state, void *facts)
{
	struct state *st = state;

	if (read_too_soon(t, st->read_ns))
		return SAMPLE_SAME;
	fill_softnet(t, st, facts);
	fill_settings(t, facts);
	return 0;
}

static void end(struct host *h, void *state)
{
	struct state *st = state;

	kept_drop(h, &st->softnet);
	free(st->old.line);
	free(st->now.line);
}

#define COUNTS SOURCES(SOFTNET)
#define BOTH SOURCES(NETFILTER "nf_conntrack_count and " NETFILTER "nf_conntrack_max")
#define RATE(member, label, flags, meaning) \
	FIELD(struct netstack, member, label, TYPE_F64, UNIT_PER_S, FIELD_MOVES | (flags), COUNTS, meaning)
#define SETTING(member, label, unit, path, meaning) \
	FIELD(struct netstack, member, label, TYPE_U64, unit, 0, SOURCES(path), meaning)

static const struct field fields[] = {
	RATE(squeezed_per_s, "Rounds cut short", FIELD_HISTORY,
		"Rounds of receiving that ended by their budget with packets left over, on all CPUs."),
	FIELD(struct netstack, squeezed_cpu, "Cut short on", TYPE_U64, UNIT_ID, FIELD_MOVES, COUNTS,
		"The CPU with most of those: it has more packets than it can take."),
	RATE(squeezed_cpu_per_s, "Cut short there", 0, "How many of those that CPU had."),
	RATE(dropped_per_s, "Backlog drops", FIELD_HISTORY,
		"Packets thrown away as the queue of their CPU was full; who waits for them sends again after 200 ms or "
		"more."),
	FIELD(struct netstack, dropped_cpu, "Dropped on", TYPE_U64, UNIT_ID, FIELD_MOVES, COUNTS,
		"The CPU that threw most of those away."),
	SETTING(rps_flows, "RFS flows", UNIT_COUNT, CORE "rps_sock_flow_entries",
		"Flows that are steered to the CPU that waits for them; 0 means that none are."),
	SETTING(busy_poll_us, "Busy poll", UNIT_US, CORE "busy_poll",
		"How long a poll for packets looks at the card itself before it sleeps; 0 means never."),
	SETTING(busy_read_us, "Busy read", UNIT_US, CORE "busy_read",
		"How long a read of a socket looks at the card itself before it sleeps; 0 means never."),
	SETTING(budget, "Budget", UNIT_COUNT, CORE "netdev_budget", "Packets that one round of receiving may take."),
	SETTING(budget_usecs, "Budget of time", UNIT_US, CORE "netdev_budget_usecs",
		"How long one round of receiving may take."),
	FIELD(struct netstack, bridge_iptables, "Bridged through iptables", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES(BRIDGE_IPTABLES),
		"Packets of bridges go through the rules of iptables too; absent where the module is not loaded and they "
		"pass by."),
	FIELD(struct netstack, conntrack, "Connections", TYPE_U64, UNIT_COUNT, FIELD_MOVES,
		SOURCES(NETFILTER "nf_conntrack_count"), "Connections that are tracked now."),
	SETTING(conntrack_max, "Connections at most", UNIT_COUNT, NETFILTER "nf_conntrack_max",
		"How many can be tracked: new ones beyond that are thrown away."),
	FIELD(struct netstack, conntrack_pct, "Connections, share", TYPE_F64, UNIT_PERCENT, FIELD_MOVES, BOTH,
		"How full the table of tracked connections is."),
};

const struct probe probe_netstack = {
	.name = "netstack",
	.title = "Network stack",
	.needs = SOURCES("load", "topology"),
	.size = sizeof(struct netstack),
	.state_size = sizeof(struct state),
	.period_ms = 5000,
	.fields = fields,
	.nfields = COUNT(fields),
	.sample = sample,
	.end = end,
};

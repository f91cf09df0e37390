/* Where each CPU is: package, die, node, L3 and core as keys, and the CPUs sorted by them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "probes/cpuset.h"
#include "tui/panels/topology_impl.h"

static int64_t key(struct value v)
{
	return value_known(v) ? v.i : NO_PLACE;
}

static int by_number(int64_t x, int64_t y)
{
	return x < y ? -1 : x > y;
}

static int by_place(const void *a, const void *b, void *arg)
{
	const struct topo_cpu *x = a, *y = b;
	const enum topo_level *order = arg;
	int d = x->offline - y->offline;

	for (size_t i = 0; !d && i < LEVELS; i++)
		d = by_number(x->key[order[i]], y->key[order[i]]);
	if (!d)
		d = by_number(x->core, y->core);
	return d ? d : by_number((int64_t)x->row->id.u, (int64_t)y->row->id.u);
}

static void place(const struct topology_cpu *row, struct topo_cpu *c)
{
	c->row = row;
	c->offline = value_known(row->online) && !row->online.u;
	c->key[LEVEL_PACKAGE] = key(row->package);
	c->key[LEVEL_DIE] = key(row->die);
	c->key[LEVEL_NODE] = key(row->node);
	c->key[LEVEL_L3] = key(row->l3);
	c->core = value_known(row->siblings) ? cpuset_next(row->siblings.set, -1) : (int64_t)row->id.u;
}

/* Sub-NUMA clusters share the cache of their package: there the cache is the larger place. */
static bool caches_reach_over_nodes(const struct topo *t)
{
	for (size_t i = 1; i < t->n; i++) {
		const struct topo_cpu *x = &t->cpu[i - 1], *y = &t->cpu[i];

		if (!x->offline && !y->offline && x->key[LEVEL_PACKAGE] == y->key[LEVEL_PACKAGE] &&
			x->key[LEVEL_DIE] == y->key[LEVEL_DIE] && x->key[LEVEL_L3] == y->key[LEVEL_L3] &&
			x->key[LEVEL_L3] != NO_PLACE && x->key[LEVEL_NODE] != y->key[LEVEL_NODE])
			return true;
	}
	return false;
}

static size_t distinct(struct arena *a, const struct topo *t, enum topo_level level)
{
	int64_t *seen = arena_array(a, t->n, sizeof(*seen));
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		size_t k = 0;

		if (t->cpu[i].offline || t->cpu[i].key[level] == NO_PLACE)
			continue;
		if (n && seen[n - 1] == t->cpu[i].key[level]) /* neighbours mostly are alike */
			continue;
		while (k < n && seen[k] != t->cpu[i].key[level])
			k++;
		if (k == n)
			seen[n++] = t->cpu[i].key[level];
	}
	return n;
}

struct topo topo_of(struct arena *a, const struct snapshot *s)
{
	const struct silicon *si = snapshot_facts(s, &probe_silicon);
	struct topo t = {.t = snapshot_facts(s, &probe_topology),
		.order = {LEVEL_PACKAGE, LEVEL_DIE, LEVEL_L3, LEVEL_NODE},
		.threads = 1};
	const struct topology_cpu *rows = t.t ? t.t->cpu.row : NULL;
	const struct idle *idle = snapshot_facts(s, &probe_idle);
	struct sleeps *sleeps = arena_alloc(a, sizeof(*sleeps));
	uint32_t hint = 0;

	t.placement = snapshot_facts(s, &probe_placement);
	sleeps_of(idle, sleeps);
	t.sleeps = sleeps;
	t.n = t.t ? t.t->cpu.n : 0;
	t.cpu = arena_array(a, t.n, sizeof(*t.cpu));
	for (size_t i = 0; i < t.n; i++) {
		place(&rows[i], &t.cpu[i]);
		t.cpu[i].now = silicon_cpu(si, rows[i].id.u);
		t.cpu[i].idle = idle_cpu(idle, rows[i].id.u, &hint);
		t.kinds = t.kinds || value_known(rows[i].kind);
		t.least = t.least || *value_text_or(rows[i].kind, "") == 'L';
		t.isolated = t.isolated || value_u64_or(rows[i].isolated, 0);
		t.nohz = t.nohz || value_u64_or(rows[i].nohz_full, 0);
		if (value_known(rows[i].siblings) && cpuset_count(rows[i].siblings.set) > t.threads)
			t.threads = cpuset_count(rows[i].siblings.set);
	}
	topo_seats(&t);
	qsort_r(t.cpu, t.n, sizeof(*t.cpu), by_place, t.order);
	if (!caches_reach_over_nodes(&t)) {
		t.order[2] = LEVEL_NODE;
		t.order[3] = LEVEL_L3;
		qsort_r(t.cpu, t.n, sizeof(*t.cpu), by_place, t.order);
	}
	t.nodes = distinct(a, &t, LEVEL_NODE);
	t.packages = distinct(a, &t, LEVEL_PACKAGE);
	return t;
}

size_t topo_at(const struct topo *t, const struct topo_state *st)
{
	for (size_t i = 0; st->cpu && i < t->n; i++)
		if (t->cpu[i].row->id.u == (uint64_t)st->cpu - 1)
			return i;
	return t->n ? 0 : SIZE_MAX;
}

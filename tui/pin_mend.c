/* The CPUs that mend a finding about pins: free ones of the same node, else the sentence that there are none. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "probes/cpuset.h"
#include "probes/placement.h"
#include "probes/topology.h"
#include "probes/util.h"
#include "tui/pin_pick.h"

enum { SHARES_CORE = 8, HALF_CORE = 2, RUNS_THERE = 1, FOREIGN = 16, NOT_ISOLATED = 32, NO_RANK = 64 };

struct mending {
	struct arena *a;
	struct pin_pick *p;
	const struct topology *t;
	const struct placement *placement;
	const struct placement_guest *guest;
	const struct cpuset *now; /* where the thread is pinned; NULL: it is not */
	struct cpuset *nodes; /* where to look */
	struct cpuset *own, *others; /* CPUs that vCPUs of this guest, of other guests are pinned to */
};

static void nodes_of(const struct mending *m, const struct cpuset *cpus, struct cpuset *ret)
{
	CPUSET_EACH(cpu, cpus)
	{
		const struct topology_cpu *row = topology_cpu(m->t, (uint64_t)cpu);

		if (row && value_known(row->node) && row->node.i >= 0 && row->node.i < CPUSET_MAX)
			cpuset_add(ret, (uint32_t)row->node.i);
	}
}

/* Where no node is known, all CPUs are equally near. */
static bool is_near(const struct mending *m, const struct topology_cpu *row)
{
	return !cpuset_count(m->nodes) || !value_known(row->node) || cpuset_has(m->nodes, (uint32_t)row->node.i);
}

static void look(struct mending *m)
{
	const struct placement_guest *g = m->placement->guest.row;

	for (uint32_t i = 0; i < m->placement->guest.n; i++) {
		const struct placement_thread *th = g[i].thread.row;
		bool own = strcmp(value_text_or(g[i].key, ""), m->p->uuid) == 0;

		m->guest = own ? &g[i] : m->guest;
		for (uint32_t k = 0; k < g[i].thread.n; k++)
			if (strcmp(value_text_or(th[k].role, ""), "vcpu") == 0 && value_u64_or(th[k].pinned, 0) &&
				value_known(th[k].allowed))
				cpuset_add_all(own ? m->own : m->others, th[k].allowed.set);
	}
}

/* What speaks against that CPU for a vCPU; NO_RANK: it has somebody, or is not to be given away. */
static int rank(const struct mending *m, const struct topology_cpu *row)
{
	const struct placement_cpu *c = placement_cpu(m->placement, row->id.u);
	bool own = m->p->target.kind == PIN_ONE_TO_ONE && cpuset_has(m->own, (uint32_t)row->id.u) &&
		   !cpuset_has(m->others, (uint32_t)row->id.u);
	bool foreign = value_known(row->siblings) && cpuset_intersects(row->siblings.set, m->others);
	bool half = value_known(row->siblings) && cpuset_intersects(row->siblings.set, m->own);

	if (!c || !row->id.u || !value_u64_or(row->online, 0) || !is_near(m, row)) /* CPU 0 is the kernel's */
		return NO_RANK;
	if (!own && value_u64_or(c->threads, 1))
		return NO_RANK;
	if (foreign && m->p->mends == MEND_CORE)
		return NO_RANK;
	return (value_u64_or(row->isolated, 0) ? 0 : NOT_ISOLATED) + (own ? 0 : FOREIGN) + (foreign ? SHARES_CORE : 0) +
	       (!own && half ? HALF_CORE : 0) + (value_known(c->runs) ? RUNS_THERE : 0);
}

/* CPUs that no vCPU is pinned to: one of them stays the host's. */
static unsigned left_to_host(const struct mending *m)
{
	const struct placement_cpu *c = m->placement->cpu.row;
	unsigned n = 0;

	for (uint32_t i = 0; i < m->placement->cpu.n; i++)
		n += !value_u64_or(c[i].vcpus, 1);
	return n;
}

/* The n best for vCPUs; false: there are not so many. */
static bool choose_vcpus(struct mending *m, unsigned n)
{
	const struct topology_cpu *row = m->t->cpu.row;
	struct cpuset *chosen = cpuset_new(m->a, CPUSET_MAX);
	unsigned spare = left_to_host(m);

	for (; n; n--) {
		const struct topology_cpu *best = NULL;

		for (uint32_t i = 0; i < m->t->cpu.n; i++)
			if (!cpuset_has(chosen, (uint32_t)row[i].id.u) &&
				rank(m, &row[i]) < (best ? rank(m, best) : NO_RANK))
				best = &row[i];
		if (!best || (!cpuset_has(m->own, (uint32_t)best->id.u) && spare-- < 2))
			return false;
		cpuset_add(chosen, (uint32_t)best->id.u);
	}
	cpuset_add_all(m->p->cpus, chosen);
	return true;
}

/* All that are the host's, and of these those whose whole core is, where there are such. */
static bool choose_host(struct mending *m)
{
	const struct topology_cpu *row = m->t->cpu.row;
	struct cpuset *all = cpuset_new(m->a, CPUSET_MAX), *whole = cpuset_new(m->a, CPUSET_MAX);

	for (uint32_t i = 0; i < m->t->cpu.n; i++) {
		const struct placement_cpu *c = placement_cpu(m->placement, row[i].id.u);

		if (!c || !value_u64_or(row[i].online, 0) || value_u64_or(row[i].isolated, 0) ||
			value_u64_or(c->vcpus, 1) || !is_near(m, &row[i]))
			continue;
		cpuset_add(all, (uint32_t)row[i].id.u);
		if (value_known(row[i].siblings) && !cpuset_intersects(row[i].siblings.set, m->own) &&
			!cpuset_intersects(row[i].siblings.set, m->others))
			cpuset_add(whole, (uint32_t)row[i].id.u);
	}
	cpuset_add_all(m->p->cpus, cpuset_count(whole) ? whole : all);
	return cpuset_count(all) != 0;
}

static void add_memory_node(const struct mending *m, struct cpuset *nodes)
{
	if (value_known(m->guest->memory_node) && m->guest->memory_node.i >= 0 && m->guest->memory_node.i < CPUSET_MAX)
		cpuset_add(nodes, (uint32_t)m->guest->memory_node.i);
}

/* Each node by itself: that of the guest's memory, those of its vCPUs, then the others. */
static bool choose_one_to_one(struct mending *m, unsigned vcpus)
{
	struct cpuset *tried[3], *cpus = cpuset_new(m->a, CPUSET_MAX);

	for (size_t i = 0; i < COUNT(tried); i++)
		tried[i] = cpuset_new(m->a, CPUSET_MAX);
	for (uint32_t i = 0; i < m->t->cpu.n; i++)
		cpuset_add(cpus, (uint32_t)((const struct topology_cpu *)m->t->cpu.row)[i].id.u);
	add_memory_node(m, tried[0]);
	nodes_of(m, m->own, tried[1]);
	nodes_of(m, cpus, tried[2]);
	for (size_t i = 0; i < COUNT(tried); i++)
		CPUSET_EACH(node, tried[i])
		{
			m->nodes = cpuset_new(m->a, CPUSET_MAX);
			cpuset_add(m->nodes, (uint32_t)node);
			if (choose_vcpus(m, vcpus))
				return true;
		}
	return !cpuset_count(tried[2]) && choose_vcpus(m, vcpus);
}

static const char *where(const struct mending *m)
{
	unsigned n = cpuset_count(m->nodes);

	return n ? arena_printf(m->p->arena, "node%s %s", n == 1 ? "" : "s", cpuset_text(m->a, m->nodes)) : "this host";
}

static const char *none(struct mending *m, unsigned vcpus)
{
	switch (m->p->target.kind) {
	case PIN_VCPU:
		return arena_printf(m->p->arena,
			"No %s of %s is free: each has a pinned thread of a guest, or is the host's last one.",
			m->p->mends == MEND_CORE ? "core" : "CPU", where(m));
	case PIN_ONE_TO_ONE:
		return arena_printf(m->p->arena, "No node has %u free CPUs for its vCPUs.", vcpus);
	case PIN_ALL:
	case PIN_EMULATOR:
	case PIN_IOTHREAD:
		break;
	}
	return arena_printf(
		m->p->arena, "No CPU of %s is the host's: vCPUs are pinned to all that are not isolated.", where(m));
}

static bool choose(struct mending *m, unsigned vcpus)
{
	switch (m->p->target.kind) {
	case PIN_ONE_TO_ONE:
		return choose_one_to_one(m, vcpus);
	case PIN_VCPU:
		nodes_of(m, m->now, m->nodes);
		if (!m->now)
			add_memory_node(m, m->nodes);
		return choose_vcpus(m, 1);
	case PIN_ALL:
	case PIN_EMULATOR:
	case PIN_IOTHREAD:
		break;
	}
	nodes_of(m, m->own, m->nodes);
	if (!cpuset_count(m->nodes))
		add_memory_node(m, m->nodes);
	return choose_host(m);
}

void pin_mend_choose(struct app *a, const struct guest *g)
{
	struct arena *arena = arena_new(0);
	struct mending m = {.a = arena,
		.p = a->pin,
		.t = snapshot_facts(a->snap, &probe_topology),
		.placement = pin_placement(a),
		.now = pin_now(arena, g, a->pin->target, a->pin->scope == PIN_CONFIG),
		.nodes = cpuset_new(arena, CPUSET_MAX),
		.own = cpuset_new(arena, CPUSET_MAX),
		.others = cpuset_new(arena, CPUSET_MAX)};
	unsigned vcpus = (unsigned)value_u64_or(g->vcpus, 0);

	a->pin->none = "Which CPUs are free is not known.";
	if (m.t && m.placement && m.placement->cpu.n)
		look(&m);
	if (m.guest)
		a->pin->none = choose(&m, vcpus) ? NULL : none(&m, vcpus);
	arena_free(arena);
}

void picker_pin_mend(struct app *a, const char *key, const char *what, bool core)
{
	const struct guest *g;

	pin_free(a);
	picker_pin_thread(a, key, what);
	g = a->overlay == OVERLAY_PIN && a->pin ? pin_guest(a) : NULL;
	if (!g)
		return;
	a->pin->mends = core ? MEND_CORE : MEND_CPU;
	pin_begin(a, g);
	if (cpuset_count(a->pin->cpus))
		a->pin->cpu = cpuset_next(a->pin->cpus, -1);
	if (a->pin->none)
		app_say(a, ROLE_warn, "%s", a->pin->none);
}

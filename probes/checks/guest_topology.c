/* Check V02: whether what guests see of sockets, cores, threads and nodes fits where they run. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks/guest_walk.h"
#include "probes/cpuset.h"
#include "probes/numa.h"
#include "probes/topology.h"

/* The largest node of the host. */
struct largest {
	uint64_t nodes, cpus, kib;
};

static bool find_largest(struct check_run *r, struct largest *ret)
{
	const struct numa *n = check_facts(r, &probe_numa);
	const struct numa_node *row = n ? n->node.row : NULL;

	*ret = (struct largest){0};
	if (!n || !check_known(r, n->nodes, "numa.nodes"))
		return false;
	ret->nodes = n->nodes.u;
	for (uint32_t i = 0; i < n->node.n; i++) {
		uint64_t cpus = value_known(row[i].cpus) ? cpuset_count(row[i].cpus.set) : 0;
		uint64_t kib = value_u64_or(row[i].mem_total_kib, 0);

		if (ret->nodes > 1 && !check_absent(row[i].cpus))
			check_known(r, row[i].cpus, check_address(r, "numa.node[%u].cpus", (unsigned)row[i].id.u));
		if (ret->nodes > 1 && !check_absent(row[i].mem_total_kib))
			check_known(r, row[i].mem_total_kib,
				check_address(r, "numa.node[%u].mem_total_kib", (unsigned)row[i].id.u));

		ret->cpus = cpus > ret->cpus ? cpus : ret->cpus;
		ret->kib = kib > ret->kib ? kib : ret->kib;
	}
	return true;
}

static void judge_nodes(struct check_run *r, const struct guest *g, const struct largest *l)
{
	if (l->nodes < 2 || g->cell.n)
		return;
	if (l->cpus && value_u64_or(g->vcpus, 0) > l->cpus)
		check_fire(r, SEVERITY_WARN, guest_at(r, g, "vcpus"),
			"%s: %u vCPUs are more than the %u CPUs of a node, and it sees no nodes.", guest_name(r, g),
			(unsigned)g->vcpus.u, (unsigned)l->cpus);
	else if (l->kib && value_u64_or(g->memory_kib, 0) > l->kib)
		check_fire(r, SEVERITY_WARN, guest_at(r, g, "memory_kib"),
			"%s: %.0f GiB are more than the %.0f GiB of a node, and it sees no nodes.", guest_name(r, g),
			(double)g->memory_kib.u / 1048576, (double)l->kib / 1048576);
}

/* What it is told of its own CPUs must add up. */
static void judge_product(struct check_run *r, const struct guest *g)
{
	uint64_t product;

	if (!value_known(g->sockets) || !value_known(g->cores) || !value_known(g->threads))
		return;
	product = g->sockets.u * value_u64_or(g->dies, 1) * value_u64_or(g->clusters, 1) * g->cores.u * g->threads.u;
	if (value_known(g->vcpus_max) && product != g->vcpus_max.u)
		check_fire(r, SEVERITY_WARN, guest_at(r, g, "vcpus_max"),
			"%s: sockets, cores and threads make %" PRIu64 " CPUs, but it has up to %" PRIu64 " vCPUs.",
			guest_name(r, g), product, g->vcpus_max.u);
	if (VALUE_IS(g->os, "windows") && g->cores.u == 1 && g->sockets.u > LIMIT_windows_sockets)
		check_fire(r, SEVERITY_WARN, guest_at(r, g, "sockets"),
			"%s: Windows sees %u sockets of one core, and may not use all of them (estimate).",
			guest_name(r, g), (unsigned)g->sockets.u);
}

/* The CPU that a vCPU alone is pinned to; -1: none, or several. */
static int64_t pinned_to(const struct guest_pin *p)
{
	int64_t cpu = value_known(p->cpus) ? cpuset_next(p->cpus.set, -1) : -1;

	return cpu >= 0 && cpuset_next(p->cpus.set, cpu) < 0 ? cpu : -1;
}

static bool siblings_known(struct check_run *r, const struct topology_cpu *c)
{
	return check_known(r, c->siblings,
		value_known(c->siblings) ? NULL : check_address(r, "topology.cpu[%u].siblings", (unsigned)c->id.u));
}

/* Where it is not known, that is noted, and they are not blamed. */
static bool may_be_siblings(struct check_run *r, const struct topology *t, int64_t a, int64_t b)
{
	const struct topology_cpu *c = a < 0 || b < 0 ? NULL : topology_cpu(t, (uint64_t)a);

	return c && a != b && (!siblings_known(r, c) || cpuset_has(c->siblings.set, (uint32_t)b));
}

/* It sees threads of cores: are its pairs pairs of the host? */
static void judge_threads(struct check_run *r, const struct topology *t, const struct guest *g)
{
	const struct guest_pin *pin = g->pin.row;
	uint64_t vcpus = value_u64_or(g->vcpus, 0);

	for (uint32_t i = 0; i + 1 < g->pin.n && i + 1 < vcpus; i++) {
		if ((i + 1) % g->threads.u == 0 || may_be_siblings(r, t, pinned_to(&pin[i]), pinned_to(&pin[i + 1])))
			continue;
		check_fire(r, SEVERITY_WARN, guest_at(r, g, "threads"),
			"%s: it takes vCPUs %u and %u for threads of one core, but they are not pinned to siblings.",
			guest_name(r, g), (unsigned)i, (unsigned)i + 1);
		return;
	}
}

/* It sees cores only: are two of them threads of one? */
static void judge_cores(struct check_run *r, const struct topology *t, const struct guest *g, struct cpuset *taken)
{
	const struct guest_pin *pin = g->pin.row;
	uint64_t vcpus = value_u64_or(g->vcpus, 0);
	int64_t found = -1;

	memset(taken->word, 0, taken->nbits / 8);
	for (uint32_t i = 0; i < g->pin.n && i < vcpus; i++) {
		int64_t cpu = pinned_to(&pin[i]);
		const struct topology_cpu *c = cpu < 0 ? NULL : topology_cpu(t, (uint64_t)cpu);

		if (!c || cpu >= taken->nbits)
			continue;
		if (siblings_known(r, c) && !cpuset_has(taken, (uint32_t)cpu) &&
			cpuset_intersects(c->siblings.set, taken))
			found = found < 0 ? cpu : found;
		cpuset_add(taken, (uint32_t)cpu);
	}
	if (found >= 0)
		check_fire(r, SEVERITY_INFO, guest_at(r, g, "threads"),
			"%s: it sees cores only, but CPU %d and its sibling both run vCPUs of it.", guest_name(r, g),
			(int)found);
}

void rule_V02(struct check_run *r)
{
	const struct topology *t = check_facts(r, &probe_topology);
	const struct guest *g;
	struct largest largest;
	struct cpuset *taken;
	struct guest_walk w;
	bool here;

	if (!t || !guests_begin(r, &w))
		return;
	here = value_u64_or(w.g->of_this_machine, 0);
	if (!here)
		check_unknown(r, "These guests run on another host: where they are pinned there is not known.");
	if (!here || !find_largest(r, &largest))
		largest = (struct largest){0};
	taken = cpuset_new(r->a, t->cpu.n + 1024);
	while ((g = guests_next(&w))) {
		judge_product(r, g);
		judge_nodes(r, g, &largest);
		if (here && value_u64_or(g->threads, 1) > 1)
			judge_threads(r, t, g);
		else if (here)
			judge_cores(r, t, g, taken);
	}
	check_pass(r, "%s see%s what fits where it is pinned.", guests_seen(&w, w.seen), w.seen == 1 ? "s" : "");
}

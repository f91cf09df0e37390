/* Which node each CPU belongs to, and which kind of core it is. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "probes/cpuset.h"
#include "probes/get.h"
#include "probes/parse.h"
#include "probes/topology_read.h"

struct value topology_node_cpus(const struct tick *t, unsigned node)
{
	struct value v = get_list(t, 0, NODE_FOLDER "/node%u/cpulist", node);
	struct cpuset *links = NULL;
	char folder[64];

	if (v.known != KNOWN_ABSENT)
		return v;
	v = get_mask(t, 1, NODE_FOLDER "/node%u/cpumap", node);
	if (v.known != KNOWN_ABSENT)
		return v;
	snprintf(folder, sizeof(folder), NODE_FOLDER "/node%u", node);
	return get_ids(t, folder, "cpu", &links) ? v : value_set(links, 2);
}

/* The kernel takes a CPU that is offline from its node's lists, but leaves the link to the node in the CPU's folder. */
static struct value node_link(const struct tick *t, uint64_t cpu, struct value otherwise)
{
	struct cpuset *links = NULL;
	char folder[64];

	snprintf(folder, sizeof(folder), CPU_FOLDER "/cpu%u", (unsigned)cpu);
	if (get_ids(t, folder, "node", &links) || !cpuset_count(links))
		return otherwise;
	return value_i64(cpuset_next(links, -1), 3);
}

struct value topology_nodes(const struct tick *t, struct topology_cpu *rows, size_t n)
{
	struct cpuset *nodes = NULL;
	int err = get_ids(t, NODE_FOLDER, "node", &nodes);
	struct value none = value_error(err ? err : -ENOENT, 0);

	for (size_t i = 0; i < n; i++)
		rows[i].node = none;
	if (err)
		return value_error(err, 0);
	if (!cpuset_count(nodes))
		return value_error(-ENOENT, 0);
	CPUSET_EACH(node, nodes)
	{
		struct value v = topology_node_cpus(t, (unsigned)node);

		if (!value_known(v) && v.known != KNOWN_ABSENT)
			none = v; /* who is in no other node may be in this one */
		for (size_t i = 0; value_known(v) && i < n; i++)
			if (cpuset_has(v.set, (uint32_t)rows[i].id.u))
				rows[i].node = value_i64(node, v.src);
	}
	for (size_t i = 0; i < n; i++)
		if (!value_known(rows[i].node))
			rows[i].node = node_link(t, rows[i].id.u, none);
	return value_set(nodes, 0);
}

/* Each kind of core has a PMU of its own; captures often lack the links that lead to it. */
static struct value pmu_cpus(const struct tick *t, const char *pmu)
{
	struct value v = get_list(t, 0, "/sys/bus/event_source/devices/%s/cpus", pmu);

	return v.known == KNOWN_ABSENT ? get_list(t, 1, "/sys/devices/%s/cpus", pmu) : v;
}

static struct value from_pmus(const struct tick *t, struct topology_cpu *rows, size_t n)
{
	static const struct {
		const char *pmu, *kind;
	} kinds[] = {{"cpu_core", "P"}, {"cpu_atom", "E"}, {"cpu_lowpower", "LP"}};
	unsigned found = 0;

	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct value v = pmu_cpus(t, kinds[k].pmu);

		if (!value_known(v) || !cpuset_count(v.set))
			continue;
		found++;
		for (size_t i = 0; i < n; i++)
			if (cpuset_has(v.set, (uint32_t)rows[i].id.u))
				rows[i].kind = value_text(kinds[k].kind, v.src);
	}
	return value_bool(found > 1, 0);
}

/* The kernel's own measure of what a core can do, 1024 for the best: below 9/10 of that it is another kind. */
static struct value from_capacity(const struct tick *t, struct topology_cpu *rows, size_t n)
{
	uint64_t *capacity = arena_array(t->a, n, sizeof(*capacity)), most = 0;
	bool differ = false;

	for (size_t i = 0; i < n; i++) {
		struct value v = get_u64(t, 2, CPU_FOLDER "/cpu%u/cpu_capacity", (unsigned)rows[i].id.u);

		if (!value_known(v))
			return value_bool(false, 2);
		capacity[i] = v.u;
		most = v.u > most ? v.u : most;
	}
	for (size_t i = 0; i < n; i++)
		differ = differ || capacity[i] * 10 < most * 9;
	for (size_t i = 0; differ && i < n; i++)
		rows[i].kind = value_text(capacity[i] * 10 < most * 9 ? "E" : "P", 2);
	return value_bool(differ, 2);
}

struct value topology_kinds(const struct tick *t, struct topology_cpu *rows, size_t n)
{
	struct value v;

	for (size_t i = 0; i < n; i++)
		rows[i].kind = value_error(-ENOENT, 0);
	if (!n)
		return value_error(-ENOENT, 0);
	v = from_pmus(t, rows, n);
	return v.u ? v : from_capacity(t, rows, n);
}

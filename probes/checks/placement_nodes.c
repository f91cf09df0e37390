/* Checks P04, P07, P10: guests and their memory on NUMA nodes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/checks/here.h"
#include "probes/cpuset.h"
#include "probes/memory.h"
#include "probes/numa.h"

/* The guests and nodes, when both are several; else NULL, and the verdict is noted. */
static const struct placement *on_nodes(struct check_run *r, const struct numa **ret)
{
	const struct placement *p = here_guests(r);
	const struct numa *n = p ? check_facts(r, &probe_numa) : NULL;

	if (!p || !n || !check_known(r, n->nodes, "numa.nodes"))
		return NULL;
	*ret = n;
	if (n->nodes.u > 1)
		return p;
	check_not_applicable(r, "This host has one NUMA node.");
	return NULL;
}

static const char *nodes_text(struct check_run *r, const struct placement_guest *g)
{
	return value_known(g->nodes) ? cpuset_text(r->a, g->nodes.set) : "?";
}

/* Is it known how large the nodes are? What is not is noted. */
static bool know_sizes(struct check_run *r, const struct numa *n)
{
	const struct numa_node *row = n->node.row;
	bool all = check_list(r, &n->node, "numa.node");

	for (uint32_t i = 0; all && i < n->node.n; i++) {
		if (value_known(row[i].cpus) && value_known(row[i].mem_total_kib))
			continue;
		all = check_known(r, row[i].cpus, check_address(r, "numa.node[%u].cpus", (unsigned)row[i].id.u)) &&
		      check_known(r, row[i].mem_total_kib,
			      check_address(r, "numa.node[%u].mem_total_kib", (unsigned)row[i].id.u));
	}
	return all;
}

/* Does it fit into one node, CPUs and memory, with some room for the host. */
static bool fits_a_node(const struct numa *n, const struct placement_guest *g, const struct guest *guest)
{
	const struct numa_node *row = n->node.row;

	for (uint32_t i = 0; i < n->node.n; i++)
		if (value_known(row[i].cpus) && value_known(g->vcpus) && value_known(row[i].mem_total_kib) &&
			value_known(guest->memory_kib) && g->vcpus.u <= cpuset_count(row[i].cpus.set) &&
			(double)guest->memory_kib.u <= LIMIT_node_share * (double)row[i].mem_total_kib.u)
			return true;
	return false;
}

static const struct placement_clash *clash_of(const struct placement_guest *g, const char *kind, unsigned *ret_n)
{
	const struct placement_clash *row = g->clash.row, *first = NULL;

	*ret_n = 0;
	for (uint32_t i = 0; i < g->clash.n; i++)
		if (strcmp(row[i].kind.text, kind) == 0) {
			first = first ? first : &row[i];
			++*ret_n;
		}
	return first;
}

static const struct placement_thread *loose_vcpu(const struct placement_guest *g)
{
	const struct placement_thread *row = g->thread.row;

	for (uint32_t i = 0; i < g->thread.n; i++)
		if (strcmp(value_text_or(row[i].role, ""), "vcpu") == 0 && !value_u64_or(row[i].pinned, 1))
			return &row[i];
	return NULL;
}

/* Its vCPUs that are on the wrong node, or else those that nothing keeps on one. */
static void fire_spread(struct check_run *r, const struct placement_guest *g)
{
	unsigned n, loose = (unsigned)(value_u64_or(g->vcpus, 0) - value_u64_or(g->pinned, 0));
	const struct placement_clash *c = clash_of(g, "nodes", &n);
	const char *others = n > 1 ? check_address(r, " and %u more are", n - 1) : " is";
	const char *who = c ? check_address(r, "%s%s not on that of the others", check_name(r, c->thread), others)
			    : check_address(r, "%u of its vCPUs %s not pinned", loose, loose == 1 ? "is" : "are");

	check_fire(r, SEVERITY_WARN, here_at(r, g, "nodes"), "%s may run on nodes %s, and knows of one: %s.",
		check_guest_name(r, g->name, g->key), nodes_text(r, g), who);
	check_target(r, here_target(r, g, c ? here_thread(g, c->tid) : loose_vcpu(g)));
	check_cost(r, LIMIT_remote_us, NAN);
}

/* Is it known how many nodes the guest sees? */
static bool knows_cells(struct check_run *r, const struct placement_guest *g, const struct guest *guest)
{
	if (guest && (guest->cell.known == KNOWN || guest->cell.known == KNOWN_ABSENT))
		return true;
	if (guest)
		check_list(r, &guest->cell, check_address(r, "guests.guest[%s].cell", check_key(r, g->key.text)));
	else
		check_unknown(r, "Libvirt does not tell how many nodes %s sees.", check_guest_name(r, g->name, g->key));
	return false;
}

void rule_P04(struct check_run *r)
{
	const struct numa *n;
	const struct placement *p = on_nodes(r, &n);
	const struct placement_guest *row = p ? p->guest.row : NULL;
	const struct guests *guests = snapshot_facts(r->s, &probe_guests);
	unsigned pinned = 0;

	for (uint32_t i = 0; p && i < p->guest.n; i++) {
		const struct guest *guest = here_listed(guests, &row[i], i);

		if (!here_placed(r, &row[i]) || !value_u64_or(row[i].pinned, 0))
			continue;
		pinned++;
		if (!check_known(r, row[i].nodes, here_at(r, &row[i], "nodes")) || cpuset_count(row[i].nodes.set) < 2 ||
			!knows_cells(r, &row[i], guest))
			continue;
		if (guest->cell.n <= 1)
			fire_spread(r, &row[i]);
		else if (know_sizes(r, n) && fits_a_node(n, &row[i], guest))
			check_fire(r, SEVERITY_INFO, here_at(r, &row[i], "nodes"),
				"%s: it is spread over nodes %s and would fit into one; it knows of its %u nodes.",
				check_guest_name(r, row[i].name, row[i].key), nodes_text(r, &row[i]),
				(unsigned)guest->cell.n);
	}
	if (p && !pinned)
		check_not_applicable(r, "No vCPU is pinned: see unpinned-on-numa (P10).");
	check_pass(r, "Each of %u pinned guests is on one node, or knows of those that it is on.", pinned);
}

static void fire_far(struct check_run *r, const struct placement_guest *g)
{
	double far = g->memory_far_percent.f;

	check_fire(r, far > LIMIT_far_memory_crit ? SEVERITY_CRIT : SEVERITY_WARN, here_at(r, g, "memory_far_percent"),
		"%s: %.0f %% of its memory is on other nodes than its vCPUs (node%s %s); most is on node %lld.",
		check_guest_name(r, g->name, g->key), far,
		value_known(g->nodes) && cpuset_count(g->nodes.set) == 1 ? "" : "s", nodes_text(r, g),
		(long long)(value_known(g->memory_node) ? g->memory_node.i : -1));
	check_cost(r, LIMIT_remote_us * far / 100, NAN);
}

void rule_P07(struct check_run *r)
{
	const struct numa *n;
	const struct placement *p = on_nodes(r, &n);
	const struct placement_guest *row = p ? p->guest.row : NULL;
	unsigned looked = 0;
	double most = 0;

	for (uint32_t i = 0; p && i < p->guest.n; i++) {
		struct value far = row[i].memory_far_percent;

		if (!here_placed(r, &row[i]))
			continue;
		if (check_absent(far) && !check_absent(row[i].nodes)) {
			check_unknown(r, "The control group of %s does not tell on which nodes its memory is.",
				check_guest_name(r, row[i].name, row[i].key));
			continue;
		}
		if (!check_known(r, far, here_at(r, &row[i], "memory_far_percent")))
			continue;
		looked++;
		most = fmax(most, far.f);
		if (far.f > LIMIT_far_memory_warn)
			fire_far(r, &row[i]);
	}
	if (looked)
		check_pass(r,
			"Of no guest is more than %.0f %% of its memory on nodes without its vCPUs (%u looked at).",
			most, looked);
}

/* A small guest that nothing binds drifts; one that is larger than a node is on several in any case. */
static void judge_unpinned(struct check_run *r, const struct numa *n, const struct placement_guest *g,
	const struct guest *guest, unsigned *ret_bound)
{
	bool bound = value_u64_or(g->pinned, 0) || (guest && value_known(guest->numatune_nodes));
	bool large;

	if (!bound && !check_known(r, g->vcpus, here_at(r, g, "vcpus")))
		return;
	if (bound || (double)g->vcpus.u < LIMIT_unpinned_vcpus) {
		++*ret_bound;
		return;
	}
	if (!guest) {
		check_unknown(r, "Libvirt does not tell whether the memory of %s is bound to nodes.",
			check_guest_name(r, g->name, g->key));
		return;
	}
	if (!check_absent(guest->numatune_nodes) &&
		!check_known(r, guest->numatune_nodes,
			check_address(r, "guests.guest[%s].numatune_nodes", check_key(r, g->key.text))))
		return;
	large = value_known(guest->memory_kib) && know_sizes(r, n) && !fits_a_node(n, g, guest);
	check_fire(r, large ? SEVERITY_WARN : SEVERITY_INFO, here_at(r, g, "pinned"),
		"%s: %u vCPUs and their memory are bound to no node, and NUMA balancing is off%s.",
		check_guest_name(r, g->name, g->key), (unsigned)g->vcpus.u, large ? "; it is larger than a node" : "");
	check_cost(r, LIMIT_remote_us, NAN);
}

void rule_P10(struct check_run *r)
{
	const struct numa *n;
	const struct placement *p = on_nodes(r, &n);
	const struct placement_guest *row = p ? p->guest.row : NULL;
	const struct guests *guests = snapshot_facts(r->s, &probe_guests);
	const struct memory *m = p ? check_facts(r, &probe_memory) : NULL;
	unsigned bound = 0;

	if (!m || ((!check_absent(m->numa_balancing) || !ask_absence_tells(r)) &&
			  !check_known(r, m->numa_balancing, "memory.numa_balancing")))
		return;
	check_evidence(r, "memory.numa_balancing");
	if (value_u64_or(m->numa_balancing, 0) & 1) {
		check_pass(r, "NUMA balancing moves memory after the guests that are not bound.");
		return;
	}
	for (uint32_t i = 0; i < p->guest.n; i++)
		if (here_placed(r, &row[i]))
			judge_unpinned(r, n, &row[i], here_listed(guests, &row[i], i), &bound);
	check_pass(r, "%u guest%s bound to nodes, or small.", bound, bound == 1 ? " is" : "s are");
}

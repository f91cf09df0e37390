/* Checks M01 to M03: pages that are merged, transparent huge pages, and pools of huge pages. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/memory.h"

#include <math.h>
#include <string.h>

#include "probes/checks/ask.h"
#include "probes/checks/here.h"
#include "probes/numa.h"
#include "probes/topology.h"

static uint64_t nodes_of(const struct check_run *r)
{
	const struct topology *t = snapshot_facts(r->s, &probe_topology);

	return t ? value_u64_or(t->nodes, 1) : 1;
}

/* What merging costs now: CPU time, and looking for nothing. */
static bool merging_costs(struct check_run *r, const struct memory *m)
{
	double saved = (double)value_u64_or(m->ksm_pages_sharing, 0),
	       vain = (double)value_u64_or(m->ksm_pages_unshared, 0);
	bool busy = value_f64_or(m->ksmd_pct, 0) > KSMD_PERCENT, waste = saved > 0 && vain / saved > KSM_WASTE;
	bool far = value_u64_or(m->ksm_merge_across_nodes, 0) && nodes_of(r) > 1;

	if (busy)
		check_fire(r, SEVERITY_WARN, "memory.ksmd_pct",
			"Looking for equal pages takes %.0f %% of a CPU (ksmd).", m->ksmd_pct.f);
	if (waste)
		check_fire(r, SEVERITY_WARN, "memory.ksm_pages_unshared",
			"%.0f pages are looked at in vain for each one that merging saves.", vain / saved);
	if (far)
		check_fire(r, SEVERITY_WARN, "memory.ksm_merge_across_nodes",
			"Pages of different nodes are merged: one of two guests then has far memory.");
	return busy || waste || far;
}

static void judge_merged(struct check_run *r, const struct memory *m)
{
	if (m->ksm_run.u == 1 && !merging_costs(r, m))
		check_fire(r, SEVERITY_INFO, "memory.ksm_run", "Equal pages of guests are merged: %.1f GiB saved.",
			(double)value_u64_or(m->ksm_saved_kib, 0) / 1048576);
	if (m->ksm_run.u != 1 && check_known(r, m->ksm_pages_shared, "memory.ksm_pages_shared") &&
		m->ksm_pages_shared.u)
		check_fire(r, SEVERITY_INFO, "memory.ksm_pages_shared",
			"Merging is stopped, but %llu pages are merged still: a write to one has to copy it.",
			(unsigned long long)m->ksm_pages_shared.u);
}

void rule_M01(struct check_run *r)
{
	const struct memory *m = check_facts(r, &probe_memory);
	double copies;

	if (!m)
		return;
	if (!ask_there(r, m->ksm_run, "memory.ksm_run", "This kernel does not merge pages (KSM)."))
		return;
	check_evidence(r, "memory.ksm_saved_kib");
	copies = value_f64_or(m->cow_ksm_per_s, NAN);
	if (m->ksm_run.u == 1 && !check_absent(m->cow_ksm_per_s)) /* before 5.18 */
		check_known(r, m->cow_ksm_per_s, "memory.cow_ksm_per_s");
	if (copies > COW_KSM_PER_S)
		check_fire(r, SEVERITY_WARN, "memory.cow_ksm_per_s",
			"Guests write to merged pages %.0f times a second: each is copied.", copies);
	judge_merged(r, m);
	if (m->ksm_run.u == 1 || copies > 0)
		check_cost(r, LIMIT_ksm_copy_us, copies);
	check_pass(r, "No pages are merged.");
}

/* Guests that run without a pool of huge pages; *ret_known: all of them are known. */
static unsigned guests_without_pool(struct check_run *r, bool *ret_known)
{
	const struct placement *p = snapshot_facts(r->s, &probe_placement);
	const struct guests *g = snapshot_facts(r->s, &probe_guests);
	const struct placement_guest *row = p ? p->guest.row : NULL;
	unsigned n = 0;

	*ret_known = p && value_known(p->running);
	for (uint32_t i = 0; p && i < p->guest.n; i++) {
		const struct guest *guest = here_listed(g, &row[i], i);

		if (!value_u64_or(row[i].joined, 0))
			continue;
		if (!guest || !value_known(guest->hugepages))
			*ret_known = false;
		else
			n += !guest->hugepages.u;
	}
	return n;
}

static void judge_thp_word(struct check_run *r, const char *word)
{
	unsigned small;
	bool known;

	if (strcmp(word, "never") != 0)
		return;
	small = guests_without_pool(r, &known);
	if (small)
		check_fire(r, SEVERITY_WARN, "memory.thp_enabled",
			"Transparent huge pages are off, and %u guest%s no pool of huge pages: all memory in pages of "
			"4 KiB.",
			small, small == 1 ? " has" : "s have");
	else if (!known)
		check_unknown(r, "Transparent huge pages are off, and it is not known whether all guests have a pool.");
}

static void judge_stalls(struct check_run *r, const struct memory *m)
{
	double compact = value_f64_or(m->compact_stall_per_s, 0), reclaim = value_f64_or(m->allocstall_per_s, 0);

	if (compact > COMPACT_PER_S)
		check_fire(r, SEVERITY_WARN, "memory.compact_stall_per_s",
			"%.0f times a second somebody waits until memory is moved together for a huge page.", compact);
	if (reclaim > 0)
		check_fire(r, SEVERITY_WARN, "memory.allocstall_per_s",
			"%.1f times a second somebody who wants memory has to free some first.", reclaim);
	if (compact > COMPACT_PER_S || reclaim > 0)
		check_cost(r, LIMIT_stall_ms * 1000, fmax(compact, reclaim));
	if (value_f64_or(m->khugepaged_pct, 0) > KHUGEPAGED_PERCENT)
		check_fire(r, SEVERITY_INFO, "memory.khugepaged_pct",
			"Making huge pages in the background takes %.0f %% of a CPU (khugepaged).",
			m->khugepaged_pct.f);
}

void rule_M02(struct check_run *r)
{
	const struct memory *m = check_facts(r, &probe_memory);
	struct value word;

	if (!m)
		return;
	if (!ask_there(r, m->thp_enabled, "memory.thp_enabled", "This kernel has no transparent huge pages."))
		return;
	word = memory_thp_word(m);
	if (!check_known(r, word, "memory.thp_enabled") || !check_known(r, m->thp_defrag, "memory.thp_defrag"))
		return;
	check_evidence(r, "memory.thp_defrag");
	if (strcmp(m->thp_defrag.text, "always") == 0 && strcmp(word.text, "never") != 0) {
		check_fire(r, SEVERITY_WARN, "memory.thp_defrag",
			"THP defrag is always: each first touch of memory may wait until memory is freed and moved.");
		check_cost(r, LIMIT_stall_ms * 1000, NAN);
	}
	judge_thp_word(r, word.text);
	judge_stalls(r, m);
	check_known(r, m->compact_stall_per_s, "memory.compact_stall_per_s");
	check_known(r, m->allocstall_per_s, "memory.allocstall_per_s");
	check_pass(r, "Transparent huge pages: %s, defrag %s; nobody stalls for them.", word.text, m->thp_defrag.text);
}

static const struct memory_pool *pool_of(const struct memory *m, uint64_t size_kib)
{
	const struct memory_pool *row = m->pool.row;

	for (uint32_t i = 0; i < m->pool.n; i++)
		if (row[i].size_kib.u == size_kib)
			return &row[i];
	return NULL;
}

/* What M03 looks at. */
struct pools {
	const struct memory *m;
	const struct numa *n;
	const struct guests *g; /* NULL: there are no facts of them, or they are another machine's */
};

/* Free KiB of huge pages of one size, on these nodes; NULL: on all. NAN: not known, and that is noted. */
static double free_kib(struct check_run *r, const struct pools *p, uint64_t size_kib, const struct cpuset *nodes)
{
	const struct memory_pool *all = pool_of(p->m, size_kib);
	const struct numa_node *row = p->n->node.row;
	unsigned long long size = size_kib;
	double kib = 0;

	if (!nodes)
		return !all ? 0
		       : check_known(r, all->free, check_address(r, "memory.pool[%llu].free", size))
			       ? (double)all->free.u * (double)size
			       : NAN;
	for (uint32_t i = 0; i < p->n->node.n; i++) {
		const struct numa_pool *pool = numa_pool(&row[i], size_kib);
		unsigned id = (unsigned)row[i].id.u;

		if (!cpuset_has(nodes, id))
			continue;
		if (!pool && row[i].pool.known == KNOWN)
			continue;
		if (!pool && !check_list(r, &row[i].pool, check_address(r, "numa.node[%u].pool", id)))
			return NAN;
		if (!check_known(r, pool->free,
			    value_known(pool->free) ? NULL
						    : check_address(r, "numa.node[%u].pool[%llu].free", id, size)))
			return NAN;
		kib += (double)pool->free.u * (double)size;
	}
	return kib;
}

static uint64_t page_of(const struct memory *m, const struct guest *g)
{
	return value_known(g->hugepage_kib) ? g->hugepage_kib.u : value_u64_or(m->huge_size_kib, 2048);
}

/* A guest that does not run, and could not be started as it is defined. Nobody waits for it now. */
static void judge_start(struct check_run *r, const struct pools *p, const struct guest *g)
{
	const struct cpuset *nodes = value_known(g->numatune_nodes) ? g->numatune_nodes.set : NULL;
	const char *at = check_address(r, "guests.guest[%s].memory_kib", check_key(r, g->uuid.text));
	double free = free_kib(r, p, page_of(p->m, g), nodes);

	if (isnan(free) || !check_known(r, g->memory_kib, at) || free >= (double)g->memory_kib.u)
		return;
	check_fire(r, SEVERITY_INFO, at,
		"%s does not run and could not be started: %.1f GiB of huge pages are free%s, it needs %.1f.",
		check_guest_name(r, g->name, g->uuid), free / 1048576,
		nodes ? check_address(r, " on nodes %s", cpuset_text(r->a, nodes)) : "",
		(double)g->memory_kib.u / 1048576);
}

/* Its node has no page left, another one has many, and part of its memory went there. */
static void judge_imbalance(
	struct check_run *r, const struct pools *p, const struct placement_guest *at, const struct guest *g)
{
	uint64_t size = page_of(p->m, g);
	double here, all;

	if (!here_placed(r, at) || !check_known(r, at->nodes, here_at(r, at, "nodes")))
		return;
	here = free_kib(r, p, size, at->nodes.set);
	all = free_kib(r, p, size, NULL);
	if (!(here <= 0 && all > 0))
		return;
	if (!check_known(r, at->memory_far_percent, here_at(r, at, "memory_far_percent")) ||
		at->memory_far_percent.f <= LIMIT_far_memory_warn)
		return;
	check_fire(r, SEVERITY_WARN, here_at(r, at, "memory_far_percent"),
		"%s: no huge page is free on its nodes %s, %.1f GiB are on others, and %.0f %% of its memory is there.",
		check_guest_name(r, at->name, at->key), cpuset_text(r->a, at->nodes.set), all / 1048576,
		at->memory_far_percent.f);
}

/* Does a guest ask for pages of that size? Who may do so and is not known is noted, when no other does. */
static bool wanted(struct check_run *r, const struct pools *p, uint64_t size_kib)
{
	const struct guest *row = p->g ? p->g->guest.row : NULL;

	if (!p->g)
		return !check_facts(r, &probe_guests);
	if (p->g->guest.known == KNOWN_ABSENT)
		return false;
	if (!check_list(r, &p->g->guest, "guests.guest"))
		return true;
	for (uint32_t i = 0; i < p->g->guest.n; i++)
		if (!value_known(row[i].hugepages) || (row[i].hugepages.u && page_of(p->m, &row[i]) == size_kib))
			return true; /* judge_guests() notes those that are not known */
	return false;
}

static void judge_pool(struct check_run *r, const struct pools *p, const struct memory_pool *pool)
{
	unsigned long long size = pool->size_kib.u;
	const char *at = check_address(r, "memory.pool[%llu].free", size),
		   *beyond = check_address(r, "memory.pool[%llu].surplus", size),
		   *promised = check_address(r, "memory.pool[%llu].reserved", size);

	if (!check_known(r, pool->nr, check_address(r, "memory.pool[%llu].nr", size)) ||
		!check_known(r, pool->free, at))
		return;
	if (pool->nr.u && pool->free.u == pool->nr.u && check_known(r, pool->reserved, promised) && !pool->reserved.u &&
		!wanted(r, p, size))
		check_fire(r, SEVERITY_WARN, at,
			"The pool of %llu pages of %llu MiB is all free: %.1f GiB are lost to all others.",
			(unsigned long long)pool->nr.u, size / 1024, (double)pool->nr.u * (double)size / 1048576);
	if (!check_absent(pool->surplus) && check_known(r, pool->surplus, beyond) && pool->surplus.u)
		check_fire(r, SEVERITY_WARN, beyond,
			"Huge pages of %llu MiB beyond their pool: %llu. It is too small, and they go when they are "
			"freed.",
			size / 1024, (unsigned long long)pool->surplus.u);
}

static unsigned judge_guests(struct check_run *r, const struct pools *p)
{
	const struct placement *place = snapshot_facts(r->s, &probe_placement);
	const struct guest *row = p->g ? p->g->guest.row : NULL;
	unsigned huge = 0;

	if (p->g && p->g->guest.known != KNOWN_ABSENT)
		check_list(r, &p->g->guest, "guests.guest");
	for (uint32_t i = 0; p->g && i < p->g->guest.n; i++) {
		const struct placement_guest *at;

		if (!value_known(row[i].uuid) ||
			!check_known(r, row[i].hugepages,
				value_known(row[i].hugepages) ? NULL
							      : check_address(r, "guests.guest[%s].hugepages",
									check_key(r, row[i].uuid.text))) ||
			!row[i].hugepages.u)
			continue;
		huge++;
		at = placement_guest(place, row[i].uuid.text);
		if (check_absent(row[i].id))
			judge_start(r, p, &row[i]);
		else if (at)
			judge_imbalance(r, p, at, &row[i]);
	}
	return huge;
}

void rule_M03(struct check_run *r)
{
	const struct guests *g = snapshot_facts(r->s, &probe_guests);
	struct pools p = {.m = check_facts(r, &probe_memory), .g = g && value_u64_or(g->of_this_machine, 1) ? g : NULL};
	const struct memory_pool *pool = p.m ? p.m->pool.row : NULL;
	unsigned long long pages = 0;
	unsigned huge;

	p.n = p.m ? check_facts(r, &probe_numa) : NULL;
	if (!p.n || ((p.m->pool.known != KNOWN_ABSENT || !ask_absence_tells(r)) &&
			    !check_list(r, &p.m->pool, "memory.pool")))
		return;
	for (uint32_t i = 0; i < p.m->pool.n; i++) {
		judge_pool(r, &p, &pool[i]);
		pages += value_u64_or(pool[i].nr, 0);
	}
	huge = judge_guests(r, &p);
	if (!pages && !huge)
		check_not_applicable(r, "There is no pool of huge pages, and no guest is known to ask for one.");
	check_pass(r, "%llu huge pages in pools, %u guest%s for some, and none is short of them.", pages, huge,
		huge == 1 ? " asks" : "s ask");
}

/* The lines of the Memory panel: use, pools, KSM, THP, swap, pressure, stalls and settings, what costs in a warning
 * role. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "probes/memory_limits.h"
#include "tui/panels/memory.h"
#include "widgets/format.h"

static void part(struct memory_line *l, enum role role, const char *address, const char *text)
{
	if (l->nparts < MEMORY_PARTS && text)
		l->part[l->nparts++] = (struct memory_part){text, role, address};
}

/* "cache 300 GiB"; what is absent is left out, what else is not known says how. */
static void size_part(struct arena *a, struct memory_line *l, const char *label, struct value kib, const char *address)
{
	if (value_known(kib))
		part(l, ROLE_dim, address, arena_printf(a, "%s %s", label, memory_size(a, (double)kib.u)));
	else if (kib.known != KNOWN_ABSENT)
		part(l, ROLE_unknown, address, arena_printf(a, "%s %s", label, known_word(kib.known)));
}

/* "reclaim 12/s", in the role given when it is above most. */
static void rate_part(struct arena *a, struct memory_line *l, const char *label, struct value per_s, double most,
	enum role role, const char *address)
{
	if (value_known(per_s))
		part(l, per_s.f > most ? role : ROLE_dim, address,
			arena_printf(a, "%s %s/s", label, memory_per_s(a, per_s.f)));
	else if (per_s.known != KNOWN_ABSENT)
		part(l, ROLE_unknown, address, arena_printf(a, "%s %s", label, known_word(per_s.known)));
}

/* The first part of a line whose first fact is not known; false when it is. */
static bool unknown_part(struct memory_line *l, struct value v, const char *address, const char *absent)
{
	if (value_known(v))
		return false;
	part(l, v.known == KNOWN_ABSENT ? ROLE_dim : ROLE_unknown, address,
		v.known == KNOWN_ABSENT ? absent : known_word(v.known));
	return true;
}

static void use_line(struct arena *a, const struct memory *m, struct memory_line *l)
{
	if (unknown_part(l, m->total_kib, "memory.total_kib", "not told"))
		return;
	if (value_known(m->used_kib))
		part(l, ROLE_text, "memory.used_kib",
			arena_printf(a, "%s used", memory_part_of(a, (double)m->used_kib.u, (double)m->total_kib.u)));
	size_part(a, l, "available", m->available_kib, "memory.available_kib");
	size_part(a, l, "cache", m->cached_kib, "memory.cached_kib");
	size_part(a, l, "anonymous", m->anon_kib, "memory.anon_kib");
	size_part(a, l, "shared", m->shmem_kib, "memory.shmem_kib");
	size_part(a, l, "locked", m->mlocked_kib, "memory.mlocked_kib");
	size_part(a, l, "dirty", m->dirty_kib, "memory.dirty_kib");
	if (value_u64_or(m->corrupted_kib, 0)) {
		l->nparts = l->nparts < MEMORY_PARTS ? l->nparts : MEMORY_PARTS - 1;
		part(l, ROLE_crit, "memory.corrupted_kib",
			arena_printf(a, "%s are broken", memory_size(a, (double)m->corrupted_kib.u)));
	}
}

/* "2 MiB: 12 of 512 free, 3 promised" */
static void pool_part(struct arena *a, const struct memory_pool *p, struct memory_line *l)
{
	const char *address = arena_printf(a, "memory.pool[%llu].free", (unsigned long long)p->size_kib.u), *text;
	uint64_t nr = value_u64_or(p->nr, 0), surplus = value_u64_or(p->surplus, 0),
		 reserved = value_u64_or(p->reserved, 0);
	bool wasted = nr && value_known(p->free) && p->free.u == nr && !reserved;

	text = arena_printf(a, "%s: %s of %llu free", memory_page_size(a, p->size_kib.u),
		value_known(p->free) ? arena_printf(a, "%llu", (unsigned long long)p->free.u)
				     : known_word(p->free.known),
		(unsigned long long)nr);
	if (reserved)
		text = arena_printf(a, "%s, %llu promised", text, (unsigned long long)reserved);
	if (wasted)
		text = arena_printf(a, "%s, nobody uses it", text);
	part(l, wasted ? ROLE_warn : ROLE_text, address, text);
	if (surplus)
		part(l, ROLE_warn, arena_printf(a, "memory.pool[%llu].surplus", (unsigned long long)p->size_kib.u),
			arena_printf(a, "%llu of %s beyond the pool", (unsigned long long)surplus,
				memory_page_size(a, p->size_kib.u)));
}

static void pools_line(struct arena *a, const struct memory *m, struct memory_line *l)
{
	const struct memory_pool *rows = m->pool.row;

	for (uint32_t i = 0; i < m->pool.n; i++)
		if (value_u64_or(rows[i].nr, 0))
			pool_part(a, &rows[i], l);
	if (!l->nparts && !m->pool.n && value_u64_or(m->huge_total, 0)) /* only /proc/meminfo is there */
		part(l, ROLE_text, "memory.huge_free",
			arena_printf(a, "%s: %llu of %llu free", memory_page_size(a, value_u64_or(m->huge_size_kib, 0)),
				(unsigned long long)value_u64_or(m->huge_free, 0),
				(unsigned long long)m->huge_total.u));
	if (l->nparts)
		size_part(a, l, "together", m->hugetlb_kib, "memory.hugetlb_kib");
	else if (!m->pool.n && !value_known(m->huge_total))
		unknown_part(l, m->huge_total, "memory.huge_total", "not told");
	else
		part(l, ROLE_dim, "memory.huge_total", "none");
}

/* Pages that have no equal are looked at again and again: much of that, and it was better not to merge. */
static void ksm_waste_part(struct arena *a, const struct memory *m, struct memory_line *l)
{
	double vain = value_number(m->ksm_pages_unshared, TYPE_U64),
	       saved = value_number(m->ksm_pages_sharing, TYPE_U64);
	const char *address = "memory.ksm_pages_unshared";
	char n[FORMAT_SIZE];

	if (saved == 0 && vain > 0)
		part(l, ROLE_warn, address,
			arena_printf(a, "%s pages looked at in vain, none saved", format_count(vain, n)));
	else if (saved > 0 && vain / saved > KSM_WASTE)
		part(l, ROLE_warn, address,
			arena_printf(a, "%.0f pages looked at in vain for each saved", vain / saved));
}

static void ksm_line(struct arena *a, const struct memory_facts *f, struct memory_line *l)
{
	const struct memory *m = f->m;
	bool merging = value_u64_or(m->ksm_run, 0) == 1, remains = value_u64_or(m->ksm_remains, 0);

	if (unknown_part(l, m->ksm_state, "memory.ksm_run", f->files ? "not in its files" : "not in this kernel"))
		return;
	part(l, merging || memory_unmerges(f) ? ROLE_info : ROLE_text, "memory.ksm_run", m->ksm_state.text);
	if (remains)
		part(l, ROLE_info, "memory.ksm_remains", "merged pages remain");
	if (!merging && !remains && !memory_unmerges(f))
		return;
	size_part(a, l, "saves", m->ksm_saved_kib, "memory.ksm_saved_kib");
	if (merging && value_known(m->ksmd_pct))
		part(l, m->ksmd_pct.f > KSMD_PERCENT ? ROLE_warn : ROLE_text, "memory.ksmd_pct",
			arena_printf(a, "costs %.0f %% of a CPU", m->ksmd_pct.f));
	if (memory_merges_across(f))
		part(l, ROLE_warn, "memory.ksm_merge_across_nodes", "merges across nodes");
	if (merging)
		ksm_waste_part(a, m, l);
	rate_part(a, l, "copied at writes", m->cow_ksm_per_s, COW_KSM_PER_S, ROLE_warn, "memory.cow_ksm_per_s");
	if (value_known(m->ksm_pages_to_scan) && value_known(m->ksm_sleep_ms))
		part(l, ROLE_dim, "memory.ksm_pages_to_scan",
			arena_printf(a, "%llu pages each %llu ms", (unsigned long long)m->ksm_pages_to_scan.u,
				(unsigned long long)m->ksm_sleep_ms.u));
}

static const char *thp_size_address(struct arena *a, const struct memory_thp_size *row)
{
	return arena_printf(a, "memory.thp_size[%llu].enabled", (unsigned long long)row->size_kib.u);
}

/* Sizes of their own beside the 2 MiB that "enabled" means: "64 KiB always". */
static void thp_size_parts(struct arena *a, const struct memory *m, struct memory_line *l)
{
	const struct memory_thp_size *rows = m->thp_size.row;

	for (uint32_t i = 0; i < m->thp_size.n; i++)
		if (&rows[i] != memory_thp_own(m) && value_known(rows[i].enabled) &&
			strcmp(rows[i].enabled.text, "never") != 0 && strcmp(rows[i].enabled.text, "inherit") != 0)
			part(l, ROLE_dim, thp_size_address(a, &rows[i]),
				arena_printf(
					a, "%s %s", memory_page_size(a, rows[i].size_kib.u), rows[i].enabled.text));
}

static void thp_line(struct arena *a, const struct memory_facts *f, struct memory_line *l)
{
	const struct memory *m = f->m;
	const struct memory_thp_size *own = memory_thp_own(m);
	const char *address = own ? thp_size_address(a, own) : "memory.thp_enabled";
	struct value word = memory_thp_word(m);
	bool never;

	if (unknown_part(l, word, address, f->files ? "not in its files" : "not in this kernel"))
		return;
	never = strcmp(word.text, "never") == 0;
	part(l, never && !memory_has_pools(f) ? ROLE_warn : ROLE_text, address,
		arena_printf(a, "enabled %s", word.text));
	if (value_known(m->thp_defrag)) {
		bool waits = strcmp(m->thp_defrag.text, "always") == 0;

		part(l, waits ? ROLE_warn : ROLE_text, "memory.thp_defrag",
			arena_printf(a, "defrag %s%s", m->thp_defrag.text, waits ? ": any fault may wait" : ""));
	}
	if (value_known(m->anon_huge_kib))
		part(l, ROLE_dim, "memory.anon_huge_kib",
			arena_printf(a, "%s in huge pages", memory_size(a, (double)m->anon_huge_kib.u)));
	rate_part(a, l, "got small pages", m->thp_fallback_per_s, INFINITY, ROLE_dim, "memory.thp_fallback_per_s");
	if (value_known(m->khugepaged_pct))
		part(l, m->khugepaged_pct.f > KHUGEPAGED_PERCENT ? ROLE_info : ROLE_dim, "memory.khugepaged_pct",
			arena_printf(a, "khugepaged %.0f %% of a CPU", m->khugepaged_pct.f));
	thp_size_parts(a, m, l);
}

static void swap_line(struct arena *a, const struct memory *m, struct memory_line *l)
{
	if (unknown_part(l, m->swap_total_kib, "memory.swap_total_kib", "not told"))
		return;
	if (!m->swap_total_kib.u)
		part(l, ROLE_text, "memory.swap_total_kib", "none");
	else
		part(l, ROLE_text, "memory.swap_used_kib",
			value_known(m->swap_used_kib)
				? arena_printf(a, "%s used",
					  memory_part_of(a, (double)m->swap_used_kib.u, (double)m->swap_total_kib.u))
				: "not known");
	if (m->swap_total_kib.u || value_f64_or(m->swap_in_per_s, 0) > 0) {
		rate_part(a, l, "in", m->swap_in_per_s, SWAP_IN_PER_S, ROLE_crit, "memory.swap_in_per_s");
		rate_part(a, l, "out", m->swap_out_per_s, SWAP_IN_PER_S, ROLE_warn, "memory.swap_out_per_s");
	}
	if (value_known(m->swappiness))
		part(l, m->swap_total_kib.u && m->swappiness.u > SWAPPINESS_MOST ? ROLE_info : ROLE_dim,
			"memory.swappiness", arena_printf(a, "swappiness %llu", (unsigned long long)m->swappiness.u));
}

static const char *percent(struct arena *a, struct value v)
{
	return value_known(v) ? arena_printf(a, "%.*f", v.f && v.f < 9.95 ? 1 : 0, v.f) : "-";
}

/* What waits the most for guests comes first. */
static void pressure_line(struct arena *a, const struct memory_facts *f, struct memory_line *l)
{
	const struct pressure *p = f->pressure;
	static const char *const order[] = {"memory", "io", "cpu", "irq"};

	for (size_t i = 0; i < COUNT(order); i++) {
		const struct pressure_resource *r = pressure_of(p, order[i]);
		enum role role = ROLE_dim;

		if (!r)
			continue;
		if (i == 0 && value_f64_or(r->some_avg10, 0) > PRESSURE_SOME_PERCENT)
			role = ROLE_warn;
		if (i == 0 && value_f64_or(r->full_avg10, 0) > PRESSURE_FULL_PERCENT)
			role = ROLE_crit;
		part(l, role,
			arena_printf(a, "pressure.resource[%s].%s", order[i],
				value_known(r->some_avg10) ? "some_avg10" : "full_avg10"),
			arena_printf(
				a, "%s %s / %s %%", order[i], percent(a, r->some_avg10), percent(a, r->full_avg10)));
	}
	if (l->nparts)
		part(l, ROLE_dim, NULL, "somebody / everybody waits, last 10 s");
	else if (p)
		part(l, ROLE_dim, NULL,
			p->resource.err == -EOPNOTSUPP ? "not counted: this kernel was booted with psi=0"
			: f->files                     ? "not in its files"
						       : "not counted by this kernel");
	else
		part(l, ROLE_unknown, NULL, "reading");
}

static void stalls_line(struct arena *a, const struct memory *m, struct memory_line *l)
{
	if (m->allocstall_per_s.known == KNOWN_NOT_RECORDED)
		part(l, ROLE_unknown, "memory.allocstall_per_s", "not recorded");
	else if (!unknown_part(l, m->allocstall_per_s, "memory.allocstall_per_s", "not told")) {
		l->nparts = 0;
		rate_part(a, l, "to free memory", m->allocstall_per_s, 0, ROLE_warn, "memory.allocstall_per_s");
		rate_part(a, l, "to make huge pages", m->compact_stall_per_s, COMPACT_PER_S, ROLE_warn,
			"memory.compact_stall_per_s");
		rate_part(a, l, "NUMA hints", m->numa_hint_per_s, HINT_PER_S, ROLE_warn, "memory.numa_hint_per_s");
		rate_part(a, l, "moved to another node", m->numa_migrated_per_s, INFINITY, ROLE_dim,
			"memory.numa_migrated_per_s");
		rate_part(a, l, "disk waits", m->major_faults_per_s, INFINITY, ROLE_dim, "memory.major_faults_per_s");
	}
	if (value_u64_or(m->oom_kills, 0))
		part(l, ROLE_warn, "memory.oom_kills",
			arena_printf(
				a, "%llu killed for want of memory since boot", (unsigned long long)m->oom_kills.u));
}

static void settings_line(struct arena *a, const struct memory *m, struct memory_line *l)
{
	static const char *const balancing[] = {"off", "on", "between fast and slow memory", "on, and by speed"};
	static const char *const overcommit[] = {"within reason", "always", "never"};

	if (value_known(m->numa_balancing) && m->numa_balancing.u < COUNT(balancing))
		part(l, ROLE_text, "memory.numa_balancing",
			arena_printf(a, "NUMA balancing %s", balancing[m->numa_balancing.u]));
	if (value_known(m->zone_reclaim_mode))
		part(l, m->zone_reclaim_mode.u ? ROLE_warn : ROLE_dim, "memory.zone_reclaim_mode",
			m->zone_reclaim_mode.u ? "zone reclaim on: waits though other nodes have memory"
					       : "zone reclaim off");
	if (value_known(m->overcommit) && m->overcommit.u < COUNT(overcommit))
		part(l, ROLE_dim, "memory.overcommit", arena_printf(a, "overcommit %s", overcommit[m->overcommit.u]));
	size_part(a, l, "dirty limit", m->dirty_threshold_kib, "memory.dirty_threshold_kib");
	size_part(a, l, "minimum free", m->min_free_kib, "memory.min_free_kib");
	if (!l->nparts)
		part(l, ROLE_dim, "memory.swappiness", "not told");
}

void memory_lines(struct arena *a, const struct memory_facts *f, struct memory_line lines[MEMORY_LINES])
{
	static const char *const labels[MEMORY_LINES] = {
		"USE", "POOLS", "KSM", "THP", "SWAP", "PRESSURE", "STALLS", "SETTINGS"};

	for (size_t i = 0; i < MEMORY_LINES; i++)
		lines[i] = (struct memory_line){.label = labels[i]};
	pressure_line(a, f, &lines[5]);
	if (!f->m) {
		for (size_t i = 0; i < MEMORY_LINES; i++)
			if (i != 5)
				part(&lines[i], ROLE_unknown, NULL, "reading");
		return;
	}
	use_line(a, f->m, &lines[0]);
	pools_line(a, f->m, &lines[1]);
	ksm_line(a, f, &lines[2]);
	thp_line(a, f, &lines[3]);
	swap_line(a, f->m, &lines[4]);
	stalls_line(a, f->m, &lines[6]);
	settings_line(a, f->m, &lines[7]);
}

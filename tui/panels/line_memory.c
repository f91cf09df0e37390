/* The line MEMORY: how much is used, what waits for it, KSM, huge pages, and the node with the least that is free. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/memory_limits.h"
#include "tui/panels/lines.h"
#include "tui/panels/memory.h"

/* What waits for memory now: nothing, where all is well. */
static void wait_parts(struct arena *a, const struct memory_facts *f, struct overview_line *l)
{
	const struct pressure_resource *p = pressure_of(f->pressure, "memory");
	double full = p ? value_f64_or(p->full_avg10, 0) : 0, some = p ? value_f64_or(p->some_avg10, 0) : 0;

	if (full > PRESSURE_FULL_PERCENT)
		line_part(l, ROLE_crit, arena_printf(a, "everybody waits %.0f %%", full));
	else if (some > PRESSURE_SOME_PERCENT)
		line_part(l, ROLE_warn, arena_printf(a, "somebody waits %.0f %%", some));
	if (value_f64_or(f->m->swap_in_per_s, 0) > SWAP_IN_PER_S)
		line_part(l, ROLE_crit, "swaps in");
	if (value_f64_or(f->m->allocstall_per_s, 0) >= 0.5 ||
		value_f64_or(f->m->compact_stall_per_s, 0) > COMPACT_PER_S)
		line_part(l, ROLE_warn, "stalls");
}

static bool merged(const struct memory_facts *f)
{
	return value_u64_or(f->m->ksm_run, 0) == 1 || value_u64_or(f->m->ksm_remains, 0) || memory_unmerges(f);
}

static void ksm_part(struct arena *a, const struct memory_facts *f, struct overview_line *l)
{
	const struct memory *m = f->m;
	double cost = value_f64_or(m->ksmd_pct, NAN);

	if (value_u64_or(m->ksm_run, 0) != 1) {
		line_part(l, ROLE_info, memory_unmerges(f) ? "KSM unmerging" : "KSM stopped, pages remain merged");
		return;
	}
	line_part(l, cost > KSMD_PERCENT || memory_merges_across(f) ? ROLE_warn : ROLE_info,
		arena_printf(a, "KSM merging%s%s", memory_merges_across(f) ? " across nodes" : "",
			isnan(cost) ? "" : arena_printf(a, " (%.0f %% of a CPU)", cost)));
}

static void thp_part(struct arena *a, const struct memory_facts *f, struct overview_line *l)
{
	const char *enabled = value_text_or(memory_thp_word(f->m), NULL),
		   *defrag = value_text_or(f->m->thp_defrag, NULL);
	bool bad;

	if (!enabled)
		return;
	bad = (defrag && strcmp(defrag, "always") == 0) || (strcmp(enabled, "never") == 0 && !memory_has_pools(f));
	line_part(l, bad ? ROLE_warn : ROLE_dim,
		arena_printf(a, "THP %s%s%s", enabled, defrag ? "/" : "", defrag ? defrag : ""));
}

static void node_part(struct arena *a, const struct memory_facts *f, struct overview_line *l)
{
	const struct numa_node *node = memory_tightest(f->numa);

	if (node)
		line_part(l, memory_node_is_tight(f->numa, node) ? ROLE_warn : ROLE_dim,
			arena_printf(a, "node %u free %s", (unsigned)node->id.u,
				memory_size(a, (double)node->mem_free_kib.u)));
}

bool line_memory(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	struct memory_facts f = memory_facts(s);
	double total, used;

	if (!f.m || (f.m->total_kib.known == KNOWN_ABSENT && f.m->thp_enabled.known == KNOWN_ABSENT))
		return false;
	*l = (struct overview_line){
		.label = "MEMORY", .role = ROLE_text, .share = NAN, .address = "memory.used_kib", .panel = "memory"};
	total = value_number(f.m->total_kib, TYPE_U64);
	used = value_number(f.m->used_kib, TYPE_U64);
	if (total > 0 && !isnan(used)) {
		l->has_bar = true;
		l->share = used / total;
		l->role = total - used < AVAILABLE_SHARE * total ? ROLE_crit : ROLE_text;
		l->value = memory_part_of(a, used, total);
	} else {
		l->value = "not known";
		l->role = ROLE_unknown;
	}
	wait_parts(a, &f, l);
	if (merged(&f))
		ksm_part(a, &f, l);
	node_part(a, &f, l);
	thp_part(a, &f, l);
	if (!merged(&f) && value_known(f.m->ksm_state))
		line_part(l, ROLE_dim, arena_printf(a, "KSM %s", f.m->ksm_state.text));
	return true;
}

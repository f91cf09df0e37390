/* Memory in words: sizes with few digits, and the answer of the Memory panel as one sentence. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/panels/memory.h"

#include <math.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/memory_limits.h"
#include "widgets/format.h"

struct memory_facts memory_facts(const struct snapshot *s)
{
	return (struct memory_facts){snapshot_facts(s, &probe_memory), snapshot_facts(s, &probe_numa),
		snapshot_facts(s, &probe_pressure), s && s->about.origin == HOST_DIRECTORY};
}

static const struct {
	const char *word;
	double kib;
} units[] = {{"KiB", 1}, {"MiB", 1024}, {"GiB", 1048576}, {"TiB", 1073741824}};

static size_t unit_of(double kib)
{
	size_t i = 0;

	while (i + 1 < COUNT(units) && kib >= units[i + 1].kib)
		i++;
	return i;
}

static const char *digits(struct arena *a, double kib, size_t unit)
{
	double n = kib / units[unit].kib;

	return arena_printf(a, "%.*f", unit && n && n < 9.95 ? 1 : 0, n);
}

const char *memory_size(struct arena *a, double kib)
{
	size_t unit = unit_of(kib);

	if (!kib)
		return "0";
	return arena_printf(a, "%s %s", digits(a, kib, unit), units[unit].word);
}

const char *memory_page_size(struct arena *a, uint64_t kib)
{
	size_t unit = unit_of((double)kib);

	return arena_printf(a, "%g %s", (double)kib / units[unit].kib, units[unit].word);
}

const char *memory_part_of(struct arena *a, double part_kib, double whole_kib)
{
	size_t unit = unit_of(whole_kib);

	return arena_printf(a, "%s of %s %s", digits(a, part_kib, unit), digits(a, whole_kib, unit), units[unit].word);
}

const char *memory_per_s(struct arena *a, double per_s)
{
	char n[FORMAT_SIZE];

	return per_s > 0 && per_s < 0.5 ? "<1" : arena_strdup(a, format_calm_count(per_s, n));
}

static bool has_memory(const struct numa_node *node)
{
	return value_u64_or(node->mem_total_kib, 0) > 0 && value_known(node->mem_free_kib);
}

const struct numa_node *memory_tightest(const struct numa *n)
{
	const struct numa_node *rows = n ? n->node.row : NULL, *least = NULL;
	uint32_t found = 0;

	for (uint32_t i = 0; n && i < n->node.n; i++) {
		if (!has_memory(&rows[i]) || value_u64_or(rows[i].cpuless, 0))
			continue; /* memory of GPUs and the like is not what guests are short of */
		found++;
		if (!least || rows[i].mem_free_kib.u < least->mem_free_kib.u)
			least = &rows[i];
	}
	return found > 1 ? least : NULL;
}

static bool below_watermark(const struct numa_node *node)
{
	return has_memory(node) && value_known(node->watermark_kib) &&
	       node->mem_free_kib.u < node->watermark_kib.u * WATERMARK_TIMES;
}

bool memory_node_is_tight(const struct numa *n, const struct numa_node *node)
{
	const struct numa_node *rows = n->node.row;

	if (!below_watermark(node))
		return false;
	for (uint32_t i = 0; i < n->node.n; i++)
		if (has_memory(&rows[i]) && value_known(rows[i].watermark_kib) && !below_watermark(&rows[i]))
			return true;
	return false;
}

bool memory_has_pools(const struct memory_facts *f)
{
	const struct memory_pool *rows = f->m ? f->m->pool.row : NULL;

	for (uint32_t i = 0; rows && i < f->m->pool.n; i++)
		if (value_u64_or(rows[i].nr, 0))
			return true;
	return f->m && value_u64_or(f->m->huge_total, 0) > 0;
}

bool memory_unmerges(const struct memory_facts *f)
{
	return f->m && value_u64_or(f->m->ksm_run, 0) == 2 && value_u64_or(f->m->ksm_pages_shared, 0) > 0;
}

bool memory_merges_across(const struct memory_facts *f)
{
	return f->m && value_u64_or(f->m->ksm_merge_across_nodes, 0) && value_u64_or(f->m->ksm_run, 0) == 1 &&
	       f->numa && value_u64_or(f->numa->nodes, 0) > 1;
}

/* A sentence that grows clause by clause, and is as bad as the worst of them. */
struct saying {
	struct arena *a;
	const char *text;
	enum headline_mood mood;
};

__attribute__((format(printf, 3, 4))) static void say(
	struct saying *s, enum headline_mood mood, const char *format, ...)
{
	const char *clause;
	va_list ap;

	va_start(ap, format);
	clause = arena_vprintf(s->a, format, ap);
	va_end(ap);
	s->text = s->text ? arena_printf(s->a, "%s; %s", s->text, clause) : clause;
	s->mood = mood > s->mood ? mood : s->mood;
}

static void say_usage(struct saying *s, const struct memory_facts *f)
{
	const struct memory *m = f->m;
	const struct numa_node *rows = f->numa ? f->numa->node.row : NULL;
	double total = 0, used = 0;

	if (m && value_known(m->total_kib) && value_known(m->used_kib)) {
		double whole = (double)m->total_kib.u, left = whole - (double)m->used_kib.u;

		if (whole > 0 && left / whole < AVAILABLE_SHARE)
			say(s, MOOD_CRIT, "only %s of memory are left", memory_part_of(s->a, left, whole));
		else
			say(s, MOOD_GOOD, "%s used", memory_part_of(s->a, (double)m->used_kib.u, whole));
		return;
	}
	for (uint32_t i = 0; f->numa && i < f->numa->node.n; i++)
		if (has_memory(&rows[i])) {
			total += (double)rows[i].mem_total_kib.u;
			used += value_number(rows[i].mem_used_kib, TYPE_U64);
		}
	if (total > 0) /* caches are in it: only /proc/meminfo tells what could be had */
		say(s, MOOD_GOOD, "%s not free", memory_part_of(s->a, used, total));
}

/*
 * What waits for memory right now, the worst first. That nothing does is only said when all of it is counted and none
 * happened: less than one a second is not nothing.
 */
static void say_waits(struct saying *s, const struct memory_facts *f)
{
	const struct pressure_resource *p = pressure_of(f->pressure, "memory");
	const struct memory *m = f->m;
	double full = p ? value_f64_or(p->full_avg10, 0) : 0, some = p ? value_f64_or(p->some_avg10, 0) : 0;
	double in = m ? value_f64_or(m->swap_in_per_s, NAN) : NAN;
	double stalls = m ? value_f64_or(m->allocstall_per_s, NAN) : NAN;
	double compact = m ? value_f64_or(m->compact_stall_per_s, NAN) : NAN;

	if (full > PRESSURE_FULL_PERCENT)
		say(s, MOOD_CRIT, "everybody waits for memory %.0f %% of the time", full);
	else if (some > PRESSURE_SOME_PERCENT)
		say(s, MOOD_WARN, "somebody waits for memory %.0f %% of the time", some);
	else if (in == 0 && stalls == 0 && compact == 0)
		say(s, MOOD_GOOD, "nothing stalls");
	if (in > 0)
		say(s, in > SWAP_IN_PER_S ? MOOD_CRIT : MOOD_GOOD, "%s pages a second come back from swap",
			memory_per_s(s->a, in));
	if (stalls > 0)
		say(s, MOOD_WARN, "%s stalls a second to free memory", memory_per_s(s->a, stalls));
	if (compact > 0)
		say(s, compact > COMPACT_PER_S ? MOOD_WARN : MOOD_GOOD, "%s stalls a second to make huge pages",
			memory_per_s(s->a, compact));
}

static void say_nodes(struct saying *s, const struct memory_facts *f)
{
	const struct numa_node *node = memory_tightest(f->numa);

	if (!node)
		return;
	if (memory_node_is_tight(f->numa, node))
		say(s, MOOD_WARN, "node %u has only %s free", (unsigned)node->id.u,
			memory_size(s->a, (double)node->mem_free_kib.u));
	else
		say(s, MOOD_GOOD, "node %u has %s free", (unsigned)node->id.u,
			memory_size(s->a, (double)node->mem_free_kib.u));
}

static void say_ksm(struct saying *s, const struct memory_facts *f)
{
	const struct memory *m = f->m;
	const char *saved;
	double cost;

	if (!m || !value_known(m->ksm_run))
		return;
	saved = value_known(m->ksm_saved_kib) ? memory_size(s->a, (double)m->ksm_saved_kib.u) : "memory";
	cost = value_f64_or(m->ksmd_pct, NAN);
	if (m->ksm_run.u == 1 && isnan(cost))
		say(s, MOOD_GOOD, "KSM merging saves %s", saved);
	else if (m->ksm_run.u == 1)
		say(s, cost > KSMD_PERCENT ? MOOD_WARN : MOOD_GOOD, "KSM merging saves %s and costs %.0f %% of a CPU",
			saved, cost);
	else if (value_u64_or(m->ksm_remains, 0))
		say(s, MOOD_GOOD, "KSM is stopped, %s stay merged", saved);
	else if (memory_unmerges(f))
		say(s, MOOD_GOOD, "KSM is unmerging, %s are still merged", saved);
	if (memory_merges_across(f))
		say(s, MOOD_WARN, "KSM merges pages of different nodes");
}

/* Settings that make somebody wait sooner or later. */
static void say_settings(struct saying *s, const struct memory_facts *f)
{
	const struct memory *m = f->m;

	if (!m)
		return;
	if (value_known(m->thp_defrag) && strcmp(m->thp_defrag.text, "always") == 0)
		say(s, MOOD_WARN, "THP defrag is always, so that any fault may wait");
	if (strcmp(value_text_or(memory_thp_word(m), ""), "never") == 0 && !memory_has_pools(f))
		say(s, MOOD_WARN, "guests get no huge pages: THP is never and no pool has pages");
	if (value_u64_or(m->zone_reclaim_mode, 0))
		say(s, MOOD_WARN, "zone reclaim is on");
}

static const char *not_known(struct arena *a, const struct memory *m)
{
	if (!m || m->total_kib.known == KNOWN_NOT_YET)
		return "Memory is being read.";
	if (m->total_kib.known == KNOWN_ABSENT)
		return "This host does not tell how its memory is used.";
	return arena_printf(a, "Memory is not known: %s.", value_why(a, &m->total_kib, "/proc/meminfo"));
}

struct memory_answer memory_answer(struct arena *a, const struct memory_facts *f)
{
	struct saying s = {.a = a, .mood = MOOD_UNKNOWN};

	say_usage(&s, f);
	if (!s.text)
		return (struct memory_answer){MOOD_UNKNOWN, not_known(a, f->m)};
	say_waits(&s, f);
	say_nodes(&s, f);
	say_ksm(&s, f);
	say_settings(&s, f);
	if (s.mood == MOOD_GOOD && !(f->m && value_known(f->m->total_kib)))
		s.mood = MOOD_UNKNOWN; /* nodes alone do not tell what could be had */
	return (struct memory_answer){s.mood, arena_printf(a, "%c%s.", s.text[0] == 'o' ? 'O' : s.text[0], s.text + 1)};
}

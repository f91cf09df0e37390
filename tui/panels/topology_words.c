/* What the Topology panel says in words: the host in a sentence, the cells' meaning, and one CPU. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "probes/limits.h"
#include "tui/cpu_look.h"
#include "tui/panels/topology_impl.h"
#include "widgets/format.h"
#include "widgets/glyph.h"

static const char *s(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* "CPUs 8-31", or how many where the list would fill the line. */
static const char *which(struct arena *a, const struct cpuset *set)
{
	const char *list = cpuset_text(a, set);
	unsigned n = cpuset_count(set);

	return strlen(list) > 24 ? arena_printf(a, "%u CPUs", n) : arena_printf(a, "CPU%s %s", s(n), list);
}

static const char *threads(struct arena *a, const struct topology *t)
{
	const char *smt = value_text_or(t->smt, "");

	if (value_u64_or(t->threads_per_core, 1) > 1)
		return arena_printf(a, ", SMT on (%u threads a core)", (unsigned)t->threads_per_core.u);
	if (strcmp(smt, "off") == 0)
		return ", SMT off";
	if (strcmp(smt, "forceoff") == 0)
		return ", SMT off until reboot";
	if (strcmp(smt, "notsupported") == 0)
		return ", no SMT";
	return value_known(t->threads_per_core) ? ", one thread a core" : "";
}

/* As in the tree below: CPUs that are siblings are one core. Ids of cores repeat on some machines. */
static uint64_t cores_of(const struct topo *t)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += !t->cpu[i].offline && value_known(t->cpu[i].row->siblings) &&
		     t->cpu[i].core == (int64_t)t->cpu[i].row->id.u;
	return n;
}

/* "2 packages of 24 cores, SMT on (2 threads a core)" */
static const char *silicon(struct arena *a, const struct topo *topo)
{
	const struct topology *t = topo->t;
	uint64_t packages = value_u64_or(t->packages, 0), cores = cores_of(topo), unknown = 0;

	for (size_t i = 0; i < topo->n; i++)
		unknown += !topo->cpu[i].offline && !value_known(topo->cpu[i].row->siblings);

	if (!packages)
		return arena_printf(a, "%u CPUs in packages that are not known%s", (unsigned)t->cpu.n, threads(a, t));
	if (!cores || unknown)
		return arena_printf(a, "%u package%s, %u CPUs in cores that are not %sknown", (unsigned)packages,
			s(packages), (unsigned)t->cpu.n, cores ? "all " : "");
	if (cores % packages)
		return arena_printf(
			a, "%u packages with %u cores in all%s", (unsigned)packages, (unsigned)cores, threads(a, t));
	return arena_printf(a, "%u package%s of %u core%s%s", (unsigned)packages, s(packages),
		(unsigned)(cores / packages), s(cores / packages), threads(a, t));
}

static const char *kinds(struct arena *a, const struct topo *t)
{
	static const char *const words[] = {"P", "E", "LP"};
	unsigned n[COUNT(words)] = {0}, left = 0;
	const char *text = "";

	for (size_t k = 0; t->kinds && k < COUNT(words); k++) {
		for (size_t i = 0; i < t->n; i++)
			n[k] += strcmp(value_text_or(t->cpu[i].row->kind, ""), words[k]) == 0;
		left += n[k] > 0;
	}
	for (size_t k = 0; k < COUNT(words); k++)
		if (n[k])
			text = arena_printf(a, "%s%s%u %s", text,
				!*text       ? "; "
				: --left > 1 ? ", "
					     : " and ",
				n[k], words[k]);
	return *text ? arena_printf(a, "%s CPUs", text) : "";
}

static const char *alone(struct arena *a, const struct topology *t)
{
	const struct cpuset *isolated = value_known(t->isolated) ? t->isolated.set : NULL;
	const struct cpuset *nohz = value_known(t->nohz_full) ? t->nohz_full.set : NULL;
	const char *text = "";

	if (cpuset_count(isolated))
		text = arena_printf(a, "; %s isolated", which(a, isolated));
	if (cpuset_count(nohz) && cpuset_equal(isolated, nohz))
		return arena_printf(a, "%s and without ticks", text);
	return cpuset_count(nohz) ? arena_printf(a, "%s; %s without ticks", text, which(a, nohz)) : text;
}

static const char *offline(struct arena *a, const struct topology *t)
{
	unsigned n = value_known(t->offline) ? cpuset_count(t->offline.set) : 0;
	const char *text;

	if (!n)
		return "";
	text = cpuset_text(a, t->offline.set);
	return strlen(text) > 24 ? arena_printf(a, "; %u CPUs offline", n)
				 : arena_printf(a, "; %u CPU%s offline (%s)", n, s(n), text);
}

const char *topo_sentence(struct arena *a, const struct view *v, const struct topo *t, enum topo_by by)
{
	const struct block *b = v->s ? snapshot_block(v->s, &probe_topology) : NULL;
	uint64_t nodes;
	const char *text;

	if (!t->t)
		return b && b->err && v->s->whole
			       ? arena_printf(a, "The CPUs of this host cannot be read: %s.", errno_word(b->err))
			       : "Reading this host …";
	if (!t->n)
		return "No CPU can be read here: nothing is known of how they hang together.";
	if (by == BY_GUESTS)
		return topo_seat_sentence(a, v->s, t);
	nodes = value_u64_or(t->t->nodes, 0);
	text = silicon(a, t);
	if (nodes > 1)
		text = arena_printf(a, "%s, %u nodes", text, (unsigned)nodes);
	if (nodes > t->nodes && t->nodes)
		text = arena_printf(a, "%s, %u of them without CPUs", text, (unsigned)(nodes - t->nodes));
	return arena_printf(a, "%s%s%s%s.", text, kinds(a, t), alone(a, t->t), offline(a, t->t));
}

const char *topo_by_name(enum topo_by by)
{
	static const char *const names[BYS] = {"load", "clock", "idle", "kind", "guests"};

	return names[by];
}

static const char *signs(struct arena *a, const struct canvas *c, const struct topo *t, enum topo_by by)
{
	const char *text = "";

	if (t->kinds)
		text = t->least ? " · P performance, E efficient, L least power" : " · P performance, E efficient";
	if (t->isolated && t->nohz)
		text = arena_printf(a, "%s · i isolated, t without ticks, b both", text);
	else if (t->isolated || t->nohz)
		text = arena_printf(a, "%s · %s", text, t->isolated ? "i isolated" : "t without ticks");
	if (t->seats && by != BY_GUESTS)
		text = arena_printf(a, "%s · %s", text, topo_seat_legend(a, t, false));
	if (t->n && t->cpu[t->n - 1].offline)
		text = arena_printf(a, "%s · %s offline", text, glyph_text(c, GLYPH_OFFLINE));
	return text;
}

static bool load_known(const struct topo *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->cpu[i].now && value_known(t->cpu[i].now->busy))
			return true;
	return false;
}

const char *topo_legend(
	struct arena *a, const struct canvas *c, const struct topo *t, const struct topo_grid *g, enum topo_by by)
{
	bool shown = by == BY_KIND || g->g.nrows > g->threads || (t->n && t->cpu[t->n - 1].offline);
	const char *text = load_known(t) ? "height = busy" : "how busy they are is not known";

	if (by == BY_CLOCK)
		text = arena_printf(a, "height = share of base, %s %s below it, %s asleep, %s not measured",
			glyph_text(c, GLYPH_SLOW), glyph_text(c, GLYPH_FAR), glyph_text(c, GLYPH_DOT),
			glyph_text(c, GLYPH_UNREAD));
	if (by == BY_IDLE)
		text = t->sleeps->cpus ? arena_printf(a, "most of the time  %s", sleep_legend(a, c, t->sleeps))
				       : "no CPU has idle states";
	if (by == BY_KIND)
		text = t->kinds || t->isolated || t->nohz ? "what each CPU is" : "all CPUs are alike";
	if (by == BY_GUESTS)
		text = topo_seat_legend(a, t, true);
	if (g->l.columns.flat) /* what comes first is not cut off */
		text = arena_printf(a, "node after node · %s", text);
	if (g->l.columns.per_cell > 1)
		text = arena_printf(a, "%d %s a cell, the worst of them · %s", g->l.columns.per_cell,
			g->threads > 1 ? "cores" : "CPUs", text);
	else if (g->threads > 1)
		text = arena_printf(a, "%s · one column a core", text);
	else if (t->threads > 1)
		text = arena_printf(a, "%s · threads of a core side by side", text);
	return arena_printf(a, "%s%s", text, shown ? signs(a, c, t, by) : "");
}

static const char *place(struct arena *a, const char *word, struct value v)
{
	if (value_known(v))
		return arena_printf(a, "%s %d", word, (int)v.i);
	return v.known == KNOWN_ABSENT ? NULL : arena_printf(a, "%s %s", word, known_word((enum known)v.known));
}

static const char *clock_words(struct arena *a, const struct silicon_cpu *now, enum role *role)
{
	char ghz[FORMAT_SIZE], share[FORMAT_SIZE];

	if (!now || !value_known(now->khz))
		return NULL;
	format_ghz(khz_calm((double)now->khz.u), ghz);
	if (value_known(now->ratio)) {
		*role = ratio_role(now->ratio.f);
		return arena_printf(a, "%s GHz, %s of base", ghz, format_share(now->ratio.f, share));
	}
	if (value_u64_or(now->fresh, 0) == FRESH_MEASURED)
		return arena_printf(a, "%s GHz", ghz);
	return arena_printf(a, "(%s GHz) %s", ghz, value_text_or(now->freshness, ""));
}

static const char *state_words(struct arena *a, const struct topo_cpu *c)
{
	bool isolated = value_u64_or(c->row->isolated, 0), nohz = value_u64_or(c->row->nohz_full, 0);

	if (c->offline)
		return "offline";
	if (!value_known(c->row->online))
		return arena_printf(a, "online: %s", known_word((enum known)c->row->online.known));
	return isolated && nohz ? "isolated, without ticks" : isolated ? "isolated" : nohz ? "without ticks" : "online";
}

/* "sleeps to C6 (133 µs)": how deep it may sleep */
static const char *idle_words(struct arena *a, const struct idle_cpu *c)
{
	char text[16];

	if (!c || !value_known(c->deepest) || !value_known(c->exit_us))
		return NULL;
	if (value_u64_or(c->only_poll, 0))
		return "only polls";
	return arena_printf(a, "sleeps to %s (%s)", c->deepest.text, idle_us(c->exit_us, text));
}

static const char *sibling_words(struct arena *a, const struct topo_cpu *c)
{
	struct cpuset *others;

	if (!value_known(c->row->siblings))
		return NULL;
	others = cpuset_copy(a, c->row->siblings.set);
	cpuset_remove(others, (uint32_t)c->row->id.u);
	if (!cpuset_count(others))
		return "no sibling";
	return arena_printf(a, "sibling%s %s", s(cpuset_count(others)), cpuset_text(a, others));
}

void topo_facts(struct arena *a, const struct topo_cpu *c, struct topo_said ret[FACTS])
{
	static const char *const field[FACTS] = {
		"online", "busy", "who", "khz", "exit_us", "siblings", "core", "l3", "node", "die", "package", "kind"};
	const struct topology_cpu *row = c->row;
	bool busy = c->now && value_known(c->now->busy);

	for (size_t i = 0; i < FACTS; i++)
		ret[i] = (struct topo_said){.role = ROLE_text,
			.address = arena_printf(a, "%s.cpu[%u].%s",
				i == FACT_BUSY      ? "load"
				: i == FACT_GUESTS  ? "placement"
				: i == FACT_CLOCK   ? "silicon"
				: i == FACT_IDLE    ? "idle"
						    : "topology",
				(unsigned)row->id.u, field[i])};
	ret[FACT_BUSY].text = busy ? arena_printf(a, "%.0f %% busy", percent_calm(c->now->busy.f)) : NULL;
	ret[FACT_GUESTS].text = topo_seat_words(a, c);
	ret[FACT_GUESTS].role = topo_seat(c) == SEAT_CROWDED ? ROLE_warn : ROLE_text;
	ret[FACT_CLOCK].text = clock_words(a, c->now, &ret[FACT_CLOCK].role);
	ret[FACT_IDLE].text = c->offline ? NULL : idle_words(a, c->idle);
	ret[FACT_SIBLINGS].text = sibling_words(a, c);
	ret[FACT_CORE].text = place(a, "core", row->core);
	ret[FACT_L3].text = place(a, "L3", row->l3);
	ret[FACT_NODE].text = place(a, "node", row->node);
	ret[FACT_DIE].text = place(a, "die", row->die);
	ret[FACT_PACKAGE].text = place(a, "package", row->package);
	ret[FACT_KIND].text = value_known(row->kind) ? arena_printf(a, "%s core", row->kind.text) : NULL;
	ret[FACT_STATE].text = state_words(a, c);
}

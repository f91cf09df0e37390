/* What the strip of a walk says of a step: question, decision, what mends it, what else was looked at, and at the end
 * the outcome. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks_text.h"
#include "probes/text.h"
#include "tui/panels/findings.h"
#include "tui/walk_strip.h"

enum { PARTS_MOST = 3, FACTS_MOST = 3, CHANGES_MOST = 8 };

static void add(struct walk_lines *l, enum role role, int indent, const char *text)
{
	if (l->n < WALK_LINES)
		l->at[l->n++] = (struct walk_line){role, indent, text};
}

/* "03:12:44Z" */
static const char *time_of_day(struct arena *a, int64_t wall_ns)
{
	const char *when = walk_time(a, wall_ns);

	return strlen(when) > 11 ? when + 11 : when;
}

static const char *glyph_of(const struct walk *w, const struct finding *f)
{
	enum severity severity = walk_concerns(w, f) ? walk_severity(w, f) : f->severity;

	switch (f->verdict) {
	case VERDICT_FIRE:
		return severity == SEVERITY_CRIT ? "▲" : severity == SEVERITY_WARN ? "△" : "·";
	case VERDICT_PASS:
		return "✓";
	case VERDICT_UNKNOWN:
		return "?";
	case VERDICT_NOT_APPLICABLE:
		break;
	}
	return "–";
}

static void add_parts(struct walk_lines *l, struct arena *a, const struct walk *w, const struct finding *f)
{
	const char *line = walk_line(a, w, f);
	size_t n = 0;

	for (size_t i = 0; f->nparts > 1 && i < f->nparts; i++) {
		if (!walk_part_concerns(w, &f->part[i]) || strcmp(f->part[i].text, line) == 0)
			continue;
		if (++n <= PARTS_MOST)
			add(l, severity_role(f->part[i].severity), 2, f->part[i].text);
	}
	if (n > PARTS_MOST)
		add(l, ROLE_dim, 2, arena_printf(a, "and %zu more", n - PARTS_MOST));
}

static const char *line_of(struct arena *a, const struct walk *w, const struct finding *f)
{
	bool here = walk_concerns(w, f);

	return arena_printf(a, "%s%s", here ? "" : "(other guests) ", here ? walk_line(a, w, f) : f->line);
}

/* The ids of those that say the same, from this one on; "": one before it has said so. */
static const char *ids_of(struct arena *a, const struct walk *w, const struct snapshot *s, const struct finding *f,
	const struct finding *told)
{
	const char *ids = walk_step(w)->checks, *line = line_of(a, w, f), *text = "";

	while (*ids) {
		const struct finding *other = findings_of(s->findings, guide_check(&ids));

		if (!other || other->verdict != f->verdict || other == told ||
			(other != f && strcmp(line_of(a, w, other), line) != 0))
			continue;
		if (!*text && other != f)
			return "";
		text = arena_printf(a, "%s %s", text, other->check->id);
	}
	return text;
}

/* Those of a verdict, in the order of the guide, but for the one that the decision has told of. */
static void add_findings(struct walk_lines *l, struct arena *a, const struct walk *w, const struct snapshot *s,
	enum verdict verdict, const struct finding *told)
{
	const char *all = walk_step(w)->checks, *ids;

	while (*all) {
		const struct finding *f = findings_of(s->findings, guide_check(&all));
		bool fires;

		if (!f || f->verdict != verdict || f == told)
			continue;
		ids = ids_of(a, w, s, f, told);
		fires = verdict == VERDICT_FIRE && walk_concerns(w, f);
		if (*ids)
			add(l,
				fires                        ? severity_role(walk_severity(w, f))
				: verdict == VERDICT_UNKNOWN ? ROLE_unknown
							     : ROLE_dim,
				0, arena_printf(a, "%s%s %s", glyph_of(w, f), ids, line_of(a, w, f)));
		if (*ids && fires)
			add_parts(l, a, w, f);
	}
}

/* Suspects that are still to come, and the most they could explain. */
static void add_later(struct walk_lines *l, struct arena *a, const struct walk *w, const struct snapshot *s)
{
	const char *text = "";

	for (size_t i = w->at + 1; i < w->guide->nsteps; i++) {
		struct walk_judged j = walk_judge(w, s, w->order[i]);

		if (j.state == WALK_FOUND && !j.symptom_of)
			text = arena_printf(a, "%s%s%s %s", text,
				*text ? " · " : "Later, at most: ", w->guide->step[w->order[i]].title,
				walk_ms(a, j.most_ms));
	}
	if (*text)
		add(l, ROLE_dim, 0, text);
}

static void add_frame(struct walk_lines *l, const struct walk *w)
{
	add(l, ROLE_strong, 0,
		w->framed ? "Enter says it anew; n goes on."
			  : "Enter: say what is slow, as in \"web3 60 112\" (a guest, the ms it takes where it is "
			    "good, the "
			    "ms it takes here), or \"web3 don't know\". n goes on without.");
	add(l, ROLE_dim, 0, walk_step(w)->hint);
}

/* What mending would bring, before it is done. */
static void add_forecast(struct walk_lines *l, struct arena *a, const struct walk *w, const struct walk_judged *j)
{
	if (j->state != WALK_FOUND || isnan(w->observed_ms) || isnan(j->most_ms) || j->small ||
		!(finding_most_ms(j->worst, 1) > 0))
		return;
	add(l, ROLE_text, 0,
		arena_printf(a, "With it mended, %.4g ms could become %.0f ms, %s.", w->observed_ms,
			w->observed_ms - j->most_ms,
			isnan(j->worst->share) ? "at best (estimate)" : "if all of it is work of CPUs"));
}

static void add_fix(struct walk_lines *l, struct arena *a, const struct snapshot *s, const struct walk_judged *j)
{
	const struct finding *f = j->worst, *by = finding_mendable(f);
	const char *undone = f ? check_undone_by(a, s, by ? by->check : f->check) : NULL;

	if (!f)
		return;
	if (by)
		add(l, ROLE_key, 0, arena_printf(a, "f  %s", check_plain(a, by->check->now)));
	else
		add(l, ROLE_text, 0, arena_printf(a, "By hand: %s", check_plain(a, f->now ? f->now : f->check->now)));
	if (undone)
		add(l, ROLE_warn, 0, arena_printf(a, "%s may take that back (D01).", undone));
}

/* Facts that decided and are others now. */
static void add_moved(struct walk_lines *l, struct arena *a, const struct walk_visit *v, const struct snapshot *s)
{
	size_t shown = 0;

	for (size_t i = 0; i < v->nfacts && shown < FACTS_MOST; i++) {
		const struct walk_fact *f = &v->fact[i];
		const char *after = v->mended_ns ? f->after : walk_value(a, s, f->address);

		if (!after || strcmp(f->before, after) == 0)
			continue;
		add(l, ROLE_text, 2, arena_printf(a, "%s: %s → %s", f->address, f->before, after));
		shown++;
	}
}

/* What became of what was found here. */
static void add_mended(struct walk_lines *l, struct arena *a, const struct walk *w, const struct snapshot *s,
	const struct walk_judged *j)
{
	size_t step = w->order[w->at];
	const struct walk_visit *v = &w->visit[step];

	if (v->first.state != WALK_FOUND)
		return;
	if (v->mended_ns)
		add(l, ROLE_good, 0, arena_printf(a, "✓ Mended at %s.", time_of_day(a, v->mended_ns)));
	else if (v->cause && walk_cause_passes(w, s, step))
		add(l, ROLE_good, 0, arena_printf(a, "✓ %s %s passes now.", v->cause->id, v->cause->title));
	else if (j->state != WALK_FOUND)
		add(l, ROLE_unknown, 0,
			arena_printf(a, "At %s it was found, and cannot be judged now.", time_of_day(a, v->first_ns)));
	else
		return;
	add_moved(l, a, v, s);
}

static void add_suspect(struct walk_lines *l, struct arena *a, const struct walk *w, const struct snapshot *s)
{
	const struct guide_step *g = walk_step(w);
	struct walk_judged j = walk_judge(w, s, w->order[w->at]);
	const struct finding *told = walk_speaks_of(w, s, w->order[w->at]);

	add_mended(l, a, w, s, &j);
	add(l,
		j.state == WALK_FOUND     ? severity_role(walk_severity(w, j.worst))
		: j.state == WALK_UNKNOWN ? ROLE_unknown
					  : ROLE_good,
		0, walk_decision(a, w, s, w->order[w->at]));
	add_forecast(l, a, w, &j);
	add_fix(l, a, s, &j);
	if (j.state == WALK_FOUND) {
		add_parts(l, a, w, told);
		if (told->check->when_not)
			add(l, ROLE_dim, 0, arena_printf(a, "When not: %s", check_plain(a, told->check->when_not)));
		if (g->measure)
			add(l, ROLE_text, 0, arena_printf(a, "m  Measure again: %s", g->measure));
	}
	add(l, ROLE_dim, 0, g->hint);
	add_findings(l, a, w, s, VERDICT_FIRE, told);
	add_findings(l, a, w, s, VERDICT_UNKNOWN, told);
	add_findings(l, a, w, s, VERDICT_PASS, told);
	add_findings(l, a, w, s, VERDICT_NOT_APPLICABLE, told);
}

/* What is to be done about each cause, or what was. */
static void add_causes(struct walk_lines *l, struct arena *a, const struct walk *w)
{
	size_t cause[GUIDE_STEPS], n = walk_causes(w, cause);

	for (size_t i = 0; i < n; i++) {
		const struct walk_visit *v = &w->visit[cause[i]];
		const char *title = w->guide->step[cause[i]].title;

		if (v->mended_ns)
			add(l, ROLE_good, 0,
				arena_printf(a, "✓ %s: mended at %s.", title, time_of_day(a, v->mended_ns)));
		else if (v->cause)
			add(l, ROLE_text, 0,
				arena_printf(a, "%zu. %s: %s", i + 1, title, check_plain(a, v->cause->now)));
	}
}

static void add_changes(struct walk_lines *l, struct arena *a, const struct walk *w, const struct entries *e)
{
	const struct entry *one;
	size_t at = 0, n = 0;

	while ((one = walk_change(w, e, &at)) && ++n <= CHANGES_MOST)
		add(l, ROLE_text, 0,
			arena_printf(a, "Changed at %s: %s%s", time_of_day(a, one->wall_ns),
				one->title ? one->title : "?", walk_change_stays(one) ? "" : ": lost at reboot"));
	if (!n)
		add(l, ROLE_dim, 0,
			e ? "Nothing was changed since the walk began."
			  : "No journal is here: what was changed is not known.");
}

static void add_close(struct walk_lines *l, struct arena *a, const struct walk *w, const struct entries *e)
{
	const char *residual = walk_residual(a, w);
	size_t cause[GUIDE_STEPS];

	add(l, walk_causes(w, cause) ? ROLE_warn : ROLE_good, 0, walk_conclusion(a, w));
	add_causes(l, a, w);
	add_changes(l, a, w, e);
	if (residual)
		add(l, ROLE_dim, 0, residual);
	add(l, ROLE_dim, 0,
		arena_printf(a, "As it was seen from %s on.", time_of_day(a, w->begun_ns)));
	add(l, ROLE_strong, 0, walk_step(w)->hint);
}

struct walk_lines *walk_lines(
	struct arena *a, const struct walk *w, const struct snapshot *s, const struct entries *entries)
{
	struct walk_lines *l = arena_alloc(a, sizeof(*l));
	const struct guide_step *g = walk_step(w);

	l->n = 0;
	add(l, ROLE_strong, 0, g->question);
	if (!s || !s->findings) {
		add(l, ROLE_dim, 0, "Reading this host …");
		if (g->kind == GUIDE_FRAME)
			add_frame(l, w);
		return l;
	}
	switch (g->kind) {
	case GUIDE_FRAME:
		add(l, ROLE_good, 0, walk_decision(a, w, s, w->order[w->at]));
		add_frame(l, w);
		add_findings(l, a, w, s, VERDICT_FIRE, walk_speaks_of(w, s, w->order[w->at]));
		add_findings(l, a, w, s, VERDICT_UNKNOWN, NULL);
		break;
	case GUIDE_SUSPECT:
		add_suspect(l, a, w, s);
		break;
	case GUIDE_CONTROL:
		add(l, ROLE_text, 0, walk_decision(a, w, s, w->order[w->at]));
		add(l, ROLE_dim, 0, g->hint);
		break;
	case GUIDE_CLOSE:
		add_close(l, a, w, entries);
		return l;
	}
	add_later(l, a, w, s);
	return l;
}

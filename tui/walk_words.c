/* The words of a walk: deficit, decision, evidence, and what it comes to. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/address.h"
#include "probes/arena.h"
#include "probes/report.h"
#include "probes/text.h"
#include "tui/app_impl.h"
#include "tui/walk.h"

enum { EVIDENCE_PARTS = 3, EVIDENCE_MORE = 4 };

const char *walk_deficit_words(struct arena *a, const struct walk *w)
{
	const char *who = *w->guest ? text_tame(arena_printf(a, "%s: ", w->guest)) : "";

	if (isnan(walk_deficit(w)))
		return arena_printf(a, "%s%s", who, w->framed ? "how slow is not known" : "how slow? not said yet");
	return arena_printf(
		a, "%sslow by %.4g ms (%.4g against %.4g)", who, walk_deficit(w), w->observed_ms, w->reference_ms);
}

static const char *ms(struct arena *a, double n)
{
	return n < 0.1 ? "less than 0.1 ms" : n < 10 ? arena_printf(a, "%.1f ms", n) : arena_printf(a, "%.0f ms", n);
}

const char *walk_short_words(struct arena *a, const struct walk *w)
{
	const char *who = *w->guest ? text_tame(arena_printf(a, "%s: ", w->guest)) : "";

	return isnan(walk_deficit(w)) ? arena_printf(a, "%show slow?", who)
				      : arena_printf(a, "%s%.4g against %.4g ms", who, w->observed_ms, w->reference_ms);
}

const char *walk_most_words(struct arena *a, const struct walk *w, const struct walk_judged *j)
{
	double deficit = walk_deficit(w);

	if (isnan(j->most_ms))
		return "how much it explains is not known";
	if (isnan(deficit))
		return arena_printf(a, "up to %s of a request of 100 ms (estimate)", ms(a, j->most_ms));
	if (j->most_ms >= deficit)
		return arena_printf(a, "up to all of the %.4g ms", deficit);
	return arena_printf(a, "up to %s of the %.4g ms", ms(a, j->most_ms), deficit);
}

/* The finding of the step whose line says most: of a verdict, in the order of the guide. */
static const struct finding *first_of(const struct walk *w, const struct snapshot *s, size_t step, enum verdict verdict)
{
	const char *ids = w->guide->step[step].checks;

	while (*ids) {
		const struct finding *f = findings_of(s->findings, guide_check(&ids));

		if (f && f->verdict == verdict && !(verdict == VERDICT_UNKNOWN && f->check->measured))
			return f;
	}
	return NULL;
}

static const char *lines_of(
	struct arena *a, const struct walk *w, const struct snapshot *s, size_t step, const struct walk_judged *j)
{
	const struct finding *pass = first_of(w, s, step, VERDICT_PASS),
			     *not = first_of(w, s, step, VERDICT_NOT_APPLICABLE);
	const char *text = pass ? pass->line : not ? not ->line : "None of its checks applies here.";

	if (pass && j->passed > 1)
		text = arena_printf(a, "%s %zu more check%s pass%s.", text, j->passed - 1, j->passed == 2 ? "" : "s",
			j->passed == 2 ? "es" : "");
	if (j->notes)
		text = arena_printf(a, "%s %zu note%s.", text, j->notes, j->notes == 1 ? "" : "s");
	if (j->elsewhere)
		text = arena_printf(a, "%s Other guests have %zu finding%s of this kind.", text, j->elsewhere,
			j->elsewhere == 1 ? "" : "s");
	return text;
}

static const char *suspect(struct arena *a, const struct walk *w, const struct snapshot *s, size_t step)
{
	struct walk_judged j = walk_judge(w, s, step);
	const struct finding *unknown;

	switch (j.state) {
	case WALK_FOUND:
		return arena_printf(a, "Found: %s It could explain %s%s.", j.worst->line, walk_most_words(a, w, &j),
			j.small ? ": too little to be the cause" : "");
	case WALK_FINE:
		return arena_printf(
			a, "%s%s", j.passed ? "Nothing: " : "Does not apply: ", lines_of(a, w, s, step, &j));
	case WALK_UNKNOWN:
		unknown = first_of(w, s, step, VERDICT_UNKNOWN);
		return arena_printf(a, "Not known: %s%s%s%s", unknown->line, unknown->remedy ? " " : "",
			unknown->remedy ? unknown->remedy : "",
			j.unknown > 1 ? arena_printf(a, " %zu checks could not be judged.", j.unknown) : "");
	case WALK_READING:
		break;
	}
	return "Reading.";
}

const char *walk_decision(struct arena *a, const struct walk *w, const struct snapshot *s, size_t step)
{
	const struct guide_step *g = &w->guide->step[step];
	const struct finding *guest = s && s->findings ? findings_of(s->findings, check_find("K06")) : NULL;

	switch (g->kind) {
	case GUIDE_FRAME:
		if (guest && guest->verdict == VERDICT_FIRE && guest->severity > SEVERITY_INFO)
			return arena_printf(a, "%s. %s", walk_deficit_words(a, w), guest->line);
		return arena_printf(a, "%s.", walk_deficit_words(a, w));
	case GUIDE_SUSPECT:
		return suspect(a, w, s, step);
	case GUIDE_CONTROL:
		return "Compare outside of hvscope: it runs no request of yours.";
	case GUIDE_CLOSE:
		break;
	}
	return walk_conclusion(a, w, s);
}

const char *walk_value(struct arena *a, const struct snapshot *s, const char *address)
{
	struct found at;

	if (address_find(s, address, &at) || !at.value)
		return NULL;
	return found_words(a, &at);
}

/* Several checks look at the same facts: each stands once. */
static void add_evidence(struct arena *a, const struct snapshot *s, const char *address, struct text *t)
{
	const char *value = address ? walk_value(a, s, address) : NULL, *line;

	if (!value)
		return;
	line = arena_printf(a, "%s: %s\n", address, text_tame(arena_strdup(a, value)));
	if (!strstr(t->bytes, line))
		text_add(t, "%s", line);
}

static void evidence_of(
	struct arena *a, const struct walk *w, const struct snapshot *s, const struct finding *f, struct text *t)
{
	size_t shown = 0;

	for (size_t i = 0; i < f->nparts && shown < EVIDENCE_PARTS; i++) {
		if (!walk_part_concerns(w, &f->part[i]))
			continue;
		add_evidence(a, s, f->part[i].evidence, t);
		shown++;
	}
	for (size_t i = 0; i < f->nevidence && i < EVIDENCE_MORE; i++)
		add_evidence(a, s, f->evidence[i], t);
	if (f->verdict == VERDICT_UNKNOWN)
		add_evidence(a, s, f->unread, t);
}

char *walk_evidence(struct arena *a, const struct walk *w, const struct snapshot *s, size_t step)
{
	const char *ids = w->guide->step[step].checks;
	struct text t = text_begin();

	while (*ids && s->findings) {
		const struct finding *f = findings_of(s->findings, guide_check(&ids));

		if (f && (f->verdict != VERDICT_FIRE || walk_concerns(w, f)))
			evidence_of(a, w, s, f, &t);
	}
	return text_end(&t, a);
}

/* Steps that were FOUND and not too small, the most first; how many. */
static size_t causes(const struct walk *w, size_t ret[GUIDE_STEPS])
{
	size_t n = 0;

	for (size_t i = 0; i < w->guide->nsteps; i++) {
		const struct walk_visit *v = &w->visit[i];
		size_t at = n;

		if (!v->seen || v->first.state != WALK_FOUND || v->first.small)
			continue;
		while (at && w->visit[ret[at - 1]].first.most_ms < v->first.most_ms)
			at--;
		memmove(&ret[at + 1], &ret[at], (n - at) * sizeof(*ret));
		ret[at] = i;
		n++;
	}
	return n;
}

static size_t count_state(const struct walk *w, enum walk_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < w->guide->nsteps; i++)
		n += w->guide->step[i].kind == GUIDE_SUSPECT && w->visit[i].seen && w->visit[i].first.state == state;
	return n;
}

static size_t unseen(const struct walk *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->guide->nsteps; i++)
		n += w->guide->step[i].kind == GUIDE_SUSPECT && (!w->visit[i].seen || w->visit[i].skipped);
	return n;
}

const char *walk_conclusion(struct arena *a, const struct walk *w, const struct snapshot *s)
{
	size_t cause[GUIDE_STEPS], n = causes(w, cause), small = count_state(w, WALK_FOUND) - n,
				   unknown = count_state(w, WALK_UNKNOWN), open = unseen(w);
	const char *text;

	(void)s;
	if (n) {
		text = "The cause:";
		for (size_t i = 0; i < n; i++) {
			const struct walk_visit *v = &w->visit[cause[i]];

			text = arena_printf(a, "%s%s %s, %s%s", text, i ? ";" : "", w->guide->step[cause[i]].title,
				walk_most_words(a, w, &v->first), v->mended_ns ? " (mended)" : "");
		}
		text = arena_printf(a, "%s.", text);
	} else if (open) {
		text = "No cause was found so far.";
	} else if (unknown) {
		text = "Nothing was found on this host; not all of it could be seen.";
	} else {
		text = "This host is not the cause: look at the application, the network between, and what it asks "
		       "others.";
	}
	if (small)
		text = arena_printf(
			a, "%s %zu more %s too small to explain it.", text, small, small == 1 ? "is" : "are");
	if (unknown)
		text = arena_printf(
			a, "%s %zu step%s could not be judged in full.", text, unknown, unknown == 1 ? "" : "s");
	if (open)
		text = arena_printf(a, "%s %zu step%s not looked at.", text, open, open == 1 ? " was" : "s were");
	return text;
}

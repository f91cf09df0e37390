/* The written case of a walk, as Markdown: looked at, found, ruled out, changed, and lost at reboot. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks_text.h"
#include "probes/journal.h"
#include "probes/probe.h"
#include "probes/report.h"
#include "probes/text.h"
#include "probes/util.h"
#include "tui/walk.h"

/* Names of guests are strangers' text: nothing in it is markup. */
const char *walk_plain(struct arena *a, const char *text)
{
	return markdown_text(a, text_tame(arena_strdup(a, text)));
}

const char *walk_advice(struct arena *a, const char *text)
{
	return check_markdown(a, text_tame(arena_strdup(a, text)));
}

/* Of a capture time may stand before what was seen later in it. */
static int64_t last_look(const struct walk *w, const struct snapshot *s)
{
	int64_t last = s->wall_ns;

	for (size_t i = 0; i < w->guide->nsteps; i++)
		if (w->visit[i].seen && w->visit[i].last_ns > last)
			last = w->visit[i].last_ns;
	return last;
}

static void head(struct text *t, struct arena *a, const struct walk *w, const struct snapshot *s)
{
	text_add(t, "# Case: %s\n\n", walk_plain(a, walk_deficit_words(a, w)));
	text_add(t, "Host %s (%s), from %s to %s. Profile %s.\n\n", walk_plain(a, s->about.hostname),
		walk_plain(a, report_label(a, s)), walk_time(a, w->begun_ns), walk_time(a, last_look(w, s)),
		s->findings ? profile_word(s->findings->profile) : "?");
	text_add(t, "**%s**\n\n", walk_plain(a, walk_conclusion(a, w)));
}

/* In a code span, which one character of theirs would end. */
static const char *code(struct arena *a, const char *text)
{
	char *copy = text_tame(arena_strdup(a, text));

	for (char *p = copy; (p = strchr(p, '`'));)
		*p = '\'';
	return copy;
}

static void facts(struct text *t, struct arena *a, const struct walk_visit *v)
{
	for (size_t i = 0; i < v->nfacts; i++) {
		const struct walk_fact *f = &v->fact[i];
		bool moved = v->mended_ns && f->after && strcmp(f->before, f->after) != 0;

		text_add(t, "  - `%s: %s%s%s`\n", code(a, f->address), code(a, f->before), moved ? " → " : "",
			moved ? code(a, f->after) : "");
	}
}

static const char *state_word(struct arena *a, const struct walk_visit *v)
{
	if (!v->seen)
		return "not looked at";
	if (v->skipped)
		return "skipped";
	switch (v->first.state) {
	case WALK_FOUND:
		if (v->mended_ns && v->rest.state == WALK_FOUND)
			return "found, the most of it mended";
		if (!v->mended_ns && v->first.symptom_of)
			return arena_printf(a, "found, a symptom of %s", v->first.symptom_of->id);
		return v->mended_ns ? "found, mended" : v->first.small ? "found, too small" : "found";
	case WALK_FINE:
		return v->first.passed ? "ruled out" : "does not apply";
	case WALK_UNKNOWN:
		return "not known";
	case WALK_READING:
		break;
	}
	return "not looked at";
}

static const char *most(struct arena *a, const struct walk *w, const struct walk_visit *v)
{
	if (v->seen && v->first.state == WALK_FOUND)
		return walk_most_words(a, w, v->first.most_ms);
	if (v->seen && v->first.state == WALK_UNKNOWN && !isnan(v->first.hidden_ms))
		return arena_printf(a, "if it is so, %s", walk_most_words(a, w, v->first.hidden_ms));
	return "";
}

/* A row of the waterfall for each step. */
static void table(struct text *t, struct arena *a, const struct walk *w)
{
	text_add(t, "## What was looked at\n\n| | step | result | could explain at most | looked at "
		    "|\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < w->guide->nsteps; i++) {
		size_t step = w->order[i];
		const struct walk_visit *v = &w->visit[step];

		if (w->guide->step[step].kind != GUIDE_SUSPECT)
			continue;
		text_add(t, "| %zu | %s | %s | %s | %s |\n", i, w->guide->step[step].title, state_word(a, v),
			most(a, w, v), v->seen ? walk_time(a, v->first_ns) : "");
	}
	text_add(t, "\n");
	if (walk_residual(a, w))
		text_add(t, "%s\n\n", walk_residual(a, w));
}

/* The heading has said whether it was found. */
static const char *bare(const char *decision)
{
	static const char *const said[] = {
		"Found: ", "Nothing: ", "Not known: ", "Not ruled out: ", "Does not apply: "};

	for (size_t i = 0; i < COUNT(said); i++)
		if (strncmp(decision, said[i], strlen(said[i])) == 0)
			return decision + strlen(said[i]);
	return decision;
}

/* The steps of one kind, each with what decided it. */
static void part(struct text *t, struct arena *a, const struct walk *w, const char *title,
	bool (*of)(const struct walk_visit *v), bool values)
{
	bool any = false;

	for (size_t i = 0; i < w->guide->nsteps; i++) {
		size_t step = w->order[i];
		const struct walk_visit *v = &w->visit[step];

		if (w->guide->step[step].kind != GUIDE_SUSPECT || !v->seen || !of(v))
			continue;
		if (!any)
			text_add(t, "## %s\n\n", title);
		any = true;
		text_add(t, "- **%s**: %s\n", w->guide->step[step].title, walk_plain(a, bare(v->decision)));
		if (v->mended_ns)
			text_add(t, "  - mended at %s: %s\n", walk_time(a, v->mended_ns), walk_plain(a, bare(v->now)));
		if (values)
			facts(t, a, v);
	}
	if (any)
		text_add(t, "\n");
}

static bool is_cause(const struct walk_visit *v)
{
	return v->first.state == WALK_FOUND && !v->first.small;
}

static bool is_small(const struct walk_visit *v)
{
	return v->first.state == WALK_FOUND && v->first.small;
}

static bool is_fine(const struct walk_visit *v)
{
	return v->first.state == WALK_FINE && v->first.passed;
}

static bool is_unknown(const struct walk_visit *v)
{
	return v->first.state == WALK_UNKNOWN;
}

static void to_do(struct text *t, struct arena *a, const struct walk *w, const struct snapshot *s,
	const struct finding *f, bool told)
{
	const struct check *c = f->check;
	const char *undone = check_undone_by(a, s, c);

	text_add(t, "- **%s %s**%s%s\n", c->id, c->slug, told ? "" : ": ",
		told ? "" : walk_plain(a, walk_line(a, w, f)));
	text_add(t, "  - now: %s\n  - to keep it: %s\n  - risk: %s\n  - when not: %s\n  - then: %s\n",
		walk_advice(a, f->now ? f->now : c->now), walk_advice(a, c->keep), walk_advice(a, c->risk),
		walk_advice(a, c->when_not), walk_advice(a, c->verify));
	if (undone)
		text_add(t, "  - beware: %s may take that back (D01)\n", walk_plain(a, undone));
}

static size_t to_do_of(struct text *t, struct arena *a, const struct walk *w, const struct snapshot *s, size_t step)
{
	const char *ids = w->guide->step[step].checks;
	const struct walk_visit *v = &w->visit[step];
	size_t n = 0;

	while (*ids) {
		const struct finding *f = findings_of(s->findings, guide_check(&ids));

		if (!f || f->verdict != VERDICT_FIRE || walk_severity(w, f) <= SEVERITY_INFO || f->cause ||
			!walk_concerns(w, f))
			continue;
		if (!n++)
			text_add(t, "%s:\n\n", w->guide->step[step].title);
		to_do(t, a, w, s, f, f->check == v->cause);
	}
	if (n)
		text_add(t, "\n");
	return n;
}

/* How what was found is mended for good, and what to measure: causes in order of worth; the small ones are only named.
 */
static void keep(struct text *t, struct arena *a, const struct walk *w, const struct snapshot *s)
{
	size_t cause[GUIDE_STEPS], n = walk_causes(w, cause), small = 0;
	struct text all = text_begin();
	size_t shown = 0;

	for (size_t i = 0; i < n && s->findings; i++)
		shown += to_do_of(&all, a, w, s, cause[i]);
	if (shown)
		text_add(t, "## What is still to do\n\n%s", text_end(&all, a));
	else
		text_end(&all, NULL);
	for (size_t i = 0; i < w->guide->nsteps; i++) {
		const struct walk_visit *v = &w->visit[w->order[i]];

		if (v->seen && is_small(v) && !v->mended_ns)
			text_add(t, "%s%s",
				small++ ? ", " : "Too small to begin with: ", w->guide->step[w->order[i]].title);
	}
	if (small)
		text_add(t, ".\n\n");
}

/* Notes cost hardly anything, and are of use to who mends the rest. */
static void notes(struct text *t, struct arena *a, const struct walk *w, const struct snapshot *s)
{
	bool any = false;

	for (size_t i = 0; i < w->guide->nsteps && s->findings; i++) {
		const char *ids = w->guide->step[w->order[i]].checks;

		while (*ids && w->visit[w->order[i]].seen) {
			const struct finding *f = findings_of(s->findings, guide_check(&ids));

			if (!f || f->verdict != VERDICT_FIRE || walk_severity(w, f) != SEVERITY_INFO || !walk_concerns(w, f))
				continue;
			text_add(t, "%s- %s %s: %s\n", any ? "" : "## Notes\n\n", f->check->id, f->check->slug,
				walk_plain(a, walk_line(a, w, f)));
			any = true;
		}
	}
	if (any)
		text_add(t, "\n");
}

char *walk_case(const struct walk *w, const struct snapshot *s, const struct entries *entries)
{
	struct arena *a = arena_new(0);
	struct text t = text_begin();
	char *text;

	head(&t, a, w, s);
	table(&t, a, w);
	part(&t, a, w, "What was found", is_cause, true);
	part(&t, a, w, "Found, but too small to explain it", is_small, true);
	notes(&t, a, w, s);
	part(&t, a, w, "What was ruled out, and why", is_fine, true);
	part(&t, a, w, "What could not be judged", is_unknown, false);
	keep(&t, a, w, s);
	walk_case_changes(&t, a, w, s, entries);
	text_add(&t, "Most figures of what could be explained are estimates: they say what comes first, not what is "
		     "measured.\n");
	text = xstrdup(t.bytes);
	text_end(&t, NULL);
	arena_free(a);
	return text;
}

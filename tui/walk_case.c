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
static const char *plain(struct arena *a, const char *text)
{
	return markdown_text(a, text_tame(arena_strdup(a, text)));
}

static const char *time_of(struct arena *a, int64_t wall_ns)
{
	char text[32];

	journal_time(wall_ns, text);
	return arena_strdup(a, text);
}

static void head(struct text *t, struct arena *a, const struct walk *w, const struct snapshot *s)
{
	text_add(t, "# Case: %s\n\n", plain(a, walk_deficit_words(a, w)));
	text_add(t, "Host %s (%s), from %s to %s. Profile %s.\n\n", plain(a, s->about.hostname),
		plain(a, report_label(a, s)), time_of(a, w->begun_ns), time_of(a, s->wall_ns),
		s->findings ? profile_word(s->findings->profile) : "?");
	text_add(t, "**%s**\n\n", plain(a, walk_conclusion(a, w, s)));
}

static void evidence(struct text *t, const char *lines)
{
	size_t n;

	for (; *lines; lines += n + (lines[n] == '\n')) {
		n = strcspn(lines, "\n");
		text_add(t, "  - `%.*s`\n", (int)n, lines);
	}
}

static const char *state_word(const struct walk_visit *v)
{
	if (!v->seen)
		return "not looked at";
	if (v->skipped)
		return "skipped";
	switch (v->first.state) {
	case WALK_FOUND:
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
		text_add(t, "| %zu | %s | %s | %s | %s |\n", i, w->guide->step[step].title, state_word(v),
			v->seen && v->first.state == WALK_FOUND ? walk_most_words(a, w, &v->first) : "",
			v->seen ? time_of(a, v->first_ns) : "");
	}
	text_add(t, "\n");
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
		text_add(t, "- **%s** (%s): %s\n", w->guide->step[step].title, time_of(a, v->first_ns),
			plain(a, v->decision));
		if (v->mended_ns)
			text_add(t, "  - mended at %s: %s\n", time_of(a, v->mended_ns), plain(a, v->now));
		if (values)
			evidence(t, v->evidence);
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

/* Changes of the kernel's values are gone after a reboot, those of a guest's definition are not. */
static const char *lasts(const struct entry *e)
{
	for (size_t i = 0; i < e->nsteps; i++)
		if (!strstr(e->steps[i].path, "/config/"))
			return "lost at reboot, or when the guest stops";
	return "stays";
}

static void changes(struct text *t, struct arena *a, const struct walk *w, const struct entries *e)
{
	bool any = false;

	text_add(t, "## What was changed\n\n");
	for (size_t i = 0; e && i < e->n; i++) {
		const struct entry *one = &e->entry[i];

		if (one->wall_ns < w->begun_ns || one->state == ENTRY_PUT_BACK)
			continue;
		any = true;
		text_add(t, "- %s: %s, %zu step%s, %s: %s. `hvscope undo %llu` puts it back.\n",
			time_of(a, one->wall_ns), plain(a, one->title ? one->title : "?"), one->nsteps,
			one->nsteps == 1 ? "" : "s", entry_state_text(one), lasts(one), (unsigned long long)one->id);
	}
	text_add(t, any ? "\n" : "Nothing.\n\n");
}

/* How what was found is mended for good, and what to measure: of each step that was found. */
static void keep(struct text *t, struct arena *a, const struct walk *w, const struct snapshot *s)
{
	bool any = false;

	for (size_t i = 0; i < w->guide->nsteps; i++) {
		const char *ids = w->guide->step[w->order[i]].checks;

		while (*ids && s->findings && w->visit[w->order[i]].first.state == WALK_FOUND) {
			const struct finding *f = findings_of(s->findings, guide_check(&ids));

			if (!f || f->verdict != VERDICT_FIRE || f->severity == SEVERITY_INFO || f->cause ||
				!walk_concerns(w, f))
				continue;
			if (!any)
				text_add(t, "## What is still to do\n\n");
			any = true;
			text_add(t,
				"- %s %s: %s\n  - now: %s\n  - to keep it: %s\n  - risk: %s\n  - when not: %s\n  - "
				"then: %s\n",
				f->check->id, f->check->slug, plain(a, f->line), f->now ? f->now : f->check->now,
				f->check->keep, f->check->risk, f->check->when_not, f->check->verify);
		}
	}
	if (any)
		text_add(t, "\n");
}

static void reboot(struct text *t, struct arena *a, const struct walk *w, const struct snapshot *s)
{
	bool any = false;

	text_add(t, "## What is lost at reboot\n\n");
	for (size_t i = 0; i < w->guide->nsteps; i++) {
		size_t step = w->order[i];
		const char *ids = w->guide->step[step].checks;

		if (!w->visit[step].mended_ns)
			continue;
		while (*ids) {
			const struct check *c = guide_check(&ids);
			const struct finding *f = s->findings ? findings_of(s->findings, c) : NULL;

			if (!c || !c->action || !f || f->verdict != VERDICT_PASS)
				continue;
			any = true;
			text_add(t, "- %s (%s %s), unless it is kept: %s\n", c->title, c->id, c->slug, c->keep);
		}
	}
	text_add(t, any ? "\n" : "Nothing that this walk has seen mended.\n\n");
	(void)a;
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
	part(&t, a, w, "What was ruled out, and why", is_fine, true);
	part(&t, a, w, "What could not be judged", is_unknown, false);
	keep(&t, a, w, s);
	changes(&t, a, w, entries);
	reboot(&t, a, w, s);
	text_add(&t, "Most figures of what could be explained are estimates: they say what comes first, not what is "
		     "measured.\n");
	text = xstrdup(t.bytes);
	text_end(&t, NULL);
	arena_free(a);
	return text;
}

/* What a walk keeps of each step that was seen: the decision and the facts of then, and what they became when it was
 * mended. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/probe.h"
#include "probes/util.h"
#include "tui/walk.h"

static void forget_facts(struct walk_visit *v)
{
	for (size_t i = 0; i < v->nfacts; i++) {
		free(v->fact[i].address);
		free(v->fact[i].before);
		free(v->fact[i].after);
	}
	free(v->fact);
	v->fact = NULL;
	v->nfacts = 0;
}

void walk_forget(struct walk *w)
{
	for (size_t i = 0; i < GUIDE_STEPS; i++) {
		forget_facts(&w->visit[i]);
		free(w->visit[i].line);
		free(w->visit[i].decision);
		free(w->visit[i].now);
		w->visit[i] = (struct walk_visit){.seen = false};
	}
}

static void keep(char **text, const char *new)
{
	free(*text);
	*text = new ? xstrdup(new) : NULL;
}

static void keep_facts(struct walk_visit *v, const struct walk_fact *fact, size_t n)
{
	forget_facts(v);
	v->fact = xcalloc(n + 1, sizeof(*v->fact));
	v->nfacts = n;
	for (size_t i = 0; i < n; i++) {
		keep(&v->fact[i].address, fact[i].address);
		keep(&v->fact[i].before, fact[i].before);
	}
}

static bool passes(const struct walk *w, const struct finding *f)
{
	return f->verdict == VERDICT_PASS ||
	       (f->verdict == VERDICT_FIRE && (!walk_concerns(w, f) || walk_severity(w, f) <= SEVERITY_INFO));
}

bool walk_cause_passes(const struct walk *w, const struct snapshot *s, size_t step)
{
	const struct finding *f = findings_of(s->findings, w->visit[step].cause);

	return f && passes(w, f);
}

/* The place of a check in the list of a step, as a bit; 0: it is not there. */
static uint32_t bit_of(const char *ids, const struct check *c)
{
	for (unsigned place = 0; *ids; place++)
		if (guide_check(&ids) == c)
			return UINT32_C(1) << place;
	return 0;
}

/* An effect need not be judged once its cause is gone: idle CPUs have no slow clock. */
static bool cause_passes(const struct walk *w, const struct snapshot *s, const struct walk_visit *v, const char *all,
	const struct check *effect)
{
	const char *ids = effect->explained_by ? effect->explained_by : "";

	while (*ids) {
		const struct check *c = guide_check(&ids);

		if (c && (v->first.which & bit_of(all, c)) && passes(w, findings_of(s->findings, c)))
			return true;
	}
	return false;
}

/* All that had fired passes now. What cannot be read, or does not arise because nothing runs, was not mended. */
static bool is_mended(const struct walk *w, const struct snapshot *s, size_t step)
{
	const struct walk_visit *v = &w->visit[step];
	const char *all = w->guide->step[step].checks, *ids = all;

	for (unsigned place = 0; *ids; place++) {
		const struct check *c = guide_check(&ids);
		const struct finding *f = findings_of(s->findings, c);

		if (!(v->first.which & UINT32_C(1) << place) || !f || passes(w, f))
			continue;
		if (f->verdict == VERDICT_FIRE || !cause_passes(w, s, v, all, c))
			return false;
	}
	return true;
}

static void mend(struct walk_visit *v, struct arena *a, const struct snapshot *s)
{
	v->mended_ns = s->wall_ns;
	for (size_t i = 0; i < v->nfacts; i++)
		keep(&v->fact[i].after, walk_value(a, s, v->fact[i].address));
}

static void first_look(struct walk *w, struct arena *a, const struct snapshot *s, size_t step)
{
	struct walk_visit *v = &w->visit[step];
	struct walk_fact *fact;
	size_t n = walk_facts(a, w, s, step, &fact);

	v->first = walk_judge(w, s, step);
	v->cause = v->first.worst ? v->first.worst->check : NULL;
	keep(&v->line, v->first.worst ? walk_line(a, w, v->first.worst) : NULL);
	v->first.worst = NULL;
	v->first_ns = s->wall_ns;
	keep(&v->decision, v->now);
	keep_facts(v, fact, n);
}

/* All of before, and something else. */
static bool finds_more(const struct walk_visit *v, const struct walk_judged *j)
{
	return (j->which & v->first.which) == v->first.which && j->which != v->first.which;
}

void walk_look(struct walk *w, const struct snapshot *s)
{
	size_t step = w->order[w->at];
	struct walk_visit *v = &w->visit[step];
	struct walk_judged j = walk_judge(w, s, step);
	struct arena *a;

	if (j.state == WALK_READING)
		return;
	if (!w->begun_ns || s->wall_ns < w->begun_ns)
		w->begun_ns = s->wall_ns;
	w->above = walk_one_level_up(s);
	a = arena_new(0);
	keep(&v->now, walk_decision(a, w, s, step));
	if (!v->seen || v->first.state != WALK_FOUND || finds_more(v, &j)) /* what a later tick finds counts as found */
		first_look(w, a, s, step);
	else if (j.state == WALK_FOUND)
		v->mended_ns = 0;
	else if (!v->mended_ns && s->wall_ns > v->first_ns && is_mended(w, s, step))
		mend(v, a, s);
	v->seen = true;
	v->last = j;
	v->last.worst = NULL;
	v->last_ns = s->wall_ns;
	arena_free(a);
}

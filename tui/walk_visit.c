/* What a walk keeps of each step that was seen: the decision and the facts of then, and what they became when it was
 * mended. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "probes/address.h"
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
		free(w->visit[i].rest_line);
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

/* An effect need not be judged once its cause is gone: idle CPUs have no slow clock. */
static bool cause_passes(const struct walk *w, const struct snapshot *s, const struct walk_visit *v, const char *all,
	const struct check *effect)
{
	const char *ids = effect->explained_by ? effect->explained_by : "";

	while (*ids) {
		const struct check *c = guide_check(&ids);

		if (c && (v->first.which & guide_bit(all, c)) && passes(w, findings_of(s->findings, c)))
			return true;
	}
	return false;
}

/* It had fired and does so no more. What cannot be read, or does not arise because nothing runs, is not gone. */
static bool is_gone(const struct walk *w, const struct snapshot *s, size_t step, const struct check *c)
{
	const struct finding *f = findings_of(s->findings, c);

	return !f || passes(w, f) ||
	       (f->verdict != VERDICT_FIRE && cause_passes(w, s, &w->visit[step], w->guide->step[step].checks, c));
}

static bool all_gone(const struct walk *w, const struct snapshot *s, size_t step)
{
	const char *ids = w->guide->step[step].checks;

	for (unsigned place = 0; *ids; place++) {
		const struct check *c = guide_check(&ids);

		if (w->visit[step].first.which & UINT32_C(1) << place && !is_gone(w, s, step, c))
			return false;
	}
	return true;
}

/* Something that the cause explains still fires. */
static bool still_felt(const struct walk *w, const struct snapshot *s, size_t step)
{
	const struct walk_visit *v = &w->visit[step];
	const char *ids = w->guide->step[step].checks;

	for (unsigned place = 0; *ids; place++) {
		const struct check *c = guide_check(&ids);

		if (v->first.which & UINT32_C(1) << place && c->explained_by && guide_bit(c->explained_by, v->cause) &&
			!is_gone(w, s, step, c))
			return true;
	}
	return false;
}

/* Somebody changed a setting that decided: what fires no more for want of load was not mended. */
static bool was_changed(struct arena *a, const struct walk_visit *v, const struct snapshot *s)
{
	for (size_t i = 0; i < v->nfacts; i++) {
		const char *now = walk_value(a, s, v->fact[i].address);
		struct found at;

		if (now && strcmp(now, v->fact[i].before) != 0 && !address_find(s, v->fact[i].address, &at) &&
			at.field && !(at.field->flags & FIELD_MOVES))
			return true;
	}
	return false;
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
	v->mended_ns = 0;
	keep(&v->decision, v->now);
	keep_facts(v, fact, n);
}

/* A step where something was found: is what explained most gone, and what is left? */
static void look_again(struct walk *w, struct arena *a, const struct snapshot *s, size_t step)
{
	struct walk_visit *v = &w->visit[step];
	struct walk_judged j = walk_judge(w, s, step);
	const struct finding *f = findings_of(s->findings, v->cause);

	if ((f && f->verdict == VERDICT_FIRE && !is_gone(w, s, step, v->cause)) || still_felt(w, s, step)) {
		v->mended_ns = 0;
		return;
	}
	if (!is_gone(w, s, step, v->cause) || (j.state != WALK_FOUND && !all_gone(w, s, step)))
		return;
	if (!v->mended_ns && (s->wall_ns <= v->first_ns || (step != w->order[w->at] && !was_changed(a, v, s))))
		return;
	if (!v->mended_ns)
		mend(v, a, s);
	keep(&v->now, walk_decision(a, w, s, step));
	keep(&v->rest_line, j.worst ? walk_line(a, w, j.worst) : NULL);
	v->rest = j;
	v->rest.worst = NULL;
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
	for (size_t i = 0; i < w->guide->nsteps; i++)
		if (w->visit[i].seen && w->visit[i].first.state == WALK_FOUND)
			look_again(w, a, s, i);
	v->seen = true;
	v->last = j;
	v->last.worst = NULL;
	v->last_ns = s->wall_ns;
	arena_free(a);
}

/* Walks a guide: judges its steps by the findings, and puts suspects that are too small to explain the deficit last. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/walk.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks_unread.h"
#include "probes/probe.h"
#include "probes/util.h"

enum { SMALL_PART = 10 }; /* a suspect that explains less than one of so many parts comes last */
enum { REQUEST_MS = 100 }; /* what suspects are compared by where nobody said how long a request takes */

void walk_begin(struct walk *w, const struct guide *g, const struct snapshot *s)
{
	*w = (struct walk){.guide = g,
		.reference_ms = NAN,
		.observed_ms = NAN,
		.begun_ns = s ? s->wall_ns : 0,
		.open = w->open,
		.focus = w->focus};
	for (size_t i = 0; i < g->nsteps; i++)
		w->order[i] = i;
}

void walk_end(struct walk *w)
{
	walk_forget(w);
	*w = (struct walk){.open = false};
}

double walk_deficit(const struct walk *w)
{
	return w->observed_ms - w->reference_ms;
}

const struct guide_step *walk_step(const struct walk *w)
{
	return &w->guide->step[w->order[w->at]];
}

bool walk_part_concerns(const struct walk *w, const struct finding_part *p)
{
	return !*w->key || !p->guest || strcmp(p->guest, w->key) == 0;
}

enum severity walk_severity(const struct walk *w, const struct finding *f)
{
	enum severity most = SEVERITY_NONE;

	for (size_t i = 0; i < f->nparts; i++)
		if (f->part[i].severity > most && walk_part_concerns(w, &f->part[i]))
			most = f->part[i].severity;
	return f->nparts ? most : f->severity;
}

/* The line of a finding may speak of another guest. */
const char *walk_line(struct arena *a, const struct walk *w, const struct finding *f)
{
	const struct finding_part *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < f->nparts; i++)
		if (walk_part_concerns(w, &f->part[i])) {
			first = first ? first : &f->part[i];
			n++;
		}
	if (!n || n == f->nparts)
		return f->line;
	return n == 1 ? first->text : arena_printf(a, "%s And %zu more.", first->text, n - 1);
}

bool walk_one_level_up(const struct snapshot *s)
{
	return s && s->findings && checks_banner(s->findings);
}

bool walk_concerns(const struct walk *w, const struct finding *f)
{
	if (!f->nparts)
		return true;
	for (size_t i = 0; i < f->nparts; i++)
		if (walk_part_concerns(w, &f->part[i]))
			return true;
	return false;
}

static void at_least(double *most, double ms)
{
	if (!isnan(ms))
		*most = isnan(*most) || ms > *most ? ms : *most;
}

/* The most of all counts, once: they overlap. The finding that explains most is what the step speaks of. */
static void add_found(const struct walk *w, struct walk_judged *j, const struct finding *f, double request_ms)
{
	double most = finding_most_ms(f, request_ms);
	bool more = !isnan(most) && (isnan(j->most_ms) || most > j->most_ms),
	     less = !isnan(j->most_ms) && (isnan(most) || most < j->most_ms);

	j->fired++;
	at_least(&j->most_ms, most);
	if (!j->worst || more || (!less && walk_severity(w, f) > walk_severity(w, j->worst)))
		j->worst = f;
}

/* What was left unread on purpose, or measured by nobody, is no blind spot of this host. */
static void add_unknown(struct walk_judged *j, const struct finding *f, double request_ms)
{
	if (f->check->measured || finding_unread(f) == UNREAD_SKIPPED) {
		j->waiting++;
		return;
	}
	j->unknown++;
	at_least(&j->hidden_ms, finding_most_ms(f, request_ms));
}

/* Was something unread that is about the guest, or about the host. */
static bool unread_of(const struct walk *w, const struct finding *f)
{
	for (size_t i = 0; i < f->nunreads; i++) {
		const char *at = f->unreads[i] ? strstr(f->unreads[i], "guest[") : NULL;

		if (!*w->key || !at || strncmp(at + strlen("guest["), w->key, strlen(w->key)) == 0)
			return true;
	}
	return f->nunread > f->nunreads; /* for a reason without an address */
}

static void add(const struct walk *w, struct walk_judged *j, const struct finding *f, double request_ms)
{
	switch (f->verdict) {
	case VERDICT_FIRE:
		if (!walk_concerns(w, f) && unread_of(w, f)) /* it is this guest that could not be read */
			add_unknown(j, f, request_ms);
		else if (!walk_concerns(w, f))
			j->elsewhere++;
		else if (walk_severity(w, f) > SEVERITY_INFO)
			add_found(w, j, f, request_ms);
		else
			j->notes++;
		break;
	case VERDICT_PASS:
		j->passed++;
		break;
	case VERDICT_NOT_APPLICABLE:
		j->inapplicable++;
		break;
	case VERDICT_UNKNOWN:
		if (!unread_of(w, f) && f->nunreads) {
			j->elsewhere++;
			break;
		}
		add_unknown(j, f, request_ms);
		break;
	}
}

/* What explains it, where another step than the one of these checks finds that too. */
static const struct check *explained_elsewhere(const struct walk *w, const char *ids, const struct finding *f)
{
	return f->cause && walk_concerns(w, f->cause) && walk_severity(w, f->cause) > SEVERITY_INFO &&
			       !guide_bit(ids, f->cause->check)
		       ? f->cause->check
		       : NULL;
}

/* Calls add() for each check of a step. */
static void each_check(const struct walk *w, const struct findings *all, const char *of_step, struct walk_judged *j)
{
	double request_ms = isnan(w->observed_ms) ? REQUEST_MS : w->observed_ms;
	const char *ids = of_step;
	bool own = false;

	for (unsigned place = 0; *ids; place++) {
		const struct check *c = guide_check(&ids);
		size_t fired = j->fired;

		if (c)
			add(w, j, findings_of(all, c), request_ms);
		if (j->fired == fired)
			continue;
		j->which |= UINT32_C(1) << place;
		own = own || !explained_elsewhere(w, of_step, findings_of(all, c));
	}
	j->symptom_of = j->worst && !own ? explained_elsewhere(w, of_step, j->worst) : NULL;
}

/* Do all that must pass before the step is ruled out. */
static bool is_decided(const struct walk *w, const struct snapshot *s, size_t step)
{
	const char *ids = w->guide->step[step].must ? w->guide->step[step].must : "";

	while (*ids) {
		const struct finding *f = findings_of(s->findings, guide_check(&ids));

		if (f && f->verdict != VERDICT_PASS && f->verdict != VERDICT_FIRE)
			return false;
	}
	return true;
}

struct walk_judged walk_judge(const struct walk *w, const struct snapshot *s, size_t step)
{
	struct walk_judged j = {.state = WALK_READING, .most_ms = NAN, .hidden_ms = NAN};
	double deficit = walk_deficit(w);

	if (!s || !s->findings)
		return j;
	each_check(w, s->findings, w->guide->step[step].checks, &j);
	j.state = j.fired ? WALK_FOUND : j.unknown || !is_decided(w, s, step) ? WALK_UNKNOWN : WALK_FINE;
	if (deficit > 0 && j.most_ms > deficit)
		j.most_ms = deficit;
	if (deficit > 0 && j.hidden_ms > deficit)
		j.hidden_ms = deficit;
	j.small = j.fired && deficit > 0 && j.most_ms < deficit / SMALL_PART;
	return j;
}

/* Where a step belongs among those that are still to come. */
static int rank(const struct walk *w, const struct snapshot *s, size_t step)
{
	if (w->guide->step[step].kind != GUIDE_SUSPECT)
		return 2;
	return walk_judge(w, s, step).small;
}

/* Those behind `from` anew: as in the guide, but small suspects behind all others. */
void walk_put_in_order(struct walk *w, const struct snapshot *s, size_t from)
{
	size_t left[GUIDE_STEPS], n = 0, to = from;
	int ranks[GUIDE_STEPS];

	for (size_t step = 0; step < w->guide->nsteps; step++) {
		bool gone = false;

		for (size_t i = 0; i < from; i++)
			gone = gone || w->order[i] == step;
		if (gone)
			continue;
		ranks[n] = rank(w, s, step);
		left[n++] = step;
	}
	for (int r = 0; r <= 2; r++)
		for (size_t i = 0; i < n; i++)
			if (ranks[i] == r)
				w->order[to++] = left[i];
}

/* "F14 11": where that check fires, that step is the next one. */
static void branch(struct walk *w, const struct snapshot *s, size_t from)
{
	const char *then = w->guide->step[w->order[from - 1]].then;
	char id[8];
	size_t step, at = from;
	const struct finding *f;

	if (!then || sscanf(then, "%7s %zu", id, &step) != 2 || !s || !s->findings)
		return;
	f = findings_of(s->findings, check_find(id));
	if (!f || f->verdict != VERDICT_FIRE)
		return;
	while (at < w->guide->nsteps && w->order[at] != step)
		at++;
	if (at == w->guide->nsteps)
		return; /* it was gone through already */
	memmove(&w->order[from + 1], &w->order[from], (at - from) * sizeof(w->order[0]));
	w->order[from] = step;
}

bool walk_next(struct walk *w, const struct snapshot *s, bool skip)
{
	struct walk_visit *v = &w->visit[w->order[w->at]];

	walk_look(w, s);
	v->skipped = skip;
	if (w->at + 1 >= w->guide->nsteps)
		return false;
	if (!w->visit[w->order[w->at + 1]].seen) {
		walk_put_in_order(w, s, w->at + 1);
		branch(w, s, w->at + 1);
	}
	w->at++;
	w->scroll = 0;
	walk_look(w, s);
	return true;
}

bool walk_back(struct walk *w, const struct snapshot *s)
{
	if (!w->at)
		return false;
	w->at--;
	w->scroll = 0;
	walk_look(w, s);
	return true;
}

void walk_through(struct walk *w, const struct snapshot *s)
{
	w->at = 0;
	walk_look(w, s);
	while (walk_next(w, s, false))
		;
}

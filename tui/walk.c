/* Walks a guide: judges its steps by the findings, and puts suspects that are too small to explain the deficit last. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/walk.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/address.h"
#include "probes/arena.h"
#include "probes/checks_unread.h"
#include "probes/guests.h"
#include "probes/placement.h"
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
	const char *at = p->evidence ? strstr(p->evidence, "guest[") : NULL;
	size_t n = strlen(w->key);

	if (!n || !at)
		return true;
	at += strlen("guest[");
	return strncmp(at, w->key, n) == 0 && at[n] == ']';
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

/* A symptom may say more of what it costs than its cause: the most of all counts, once. */
static void add_found(const struct walk *w, struct walk_judged *j, const struct finding *f, double request_ms)
{
	double most = finding_most_ms(f, request_ms);
	enum severity severity = walk_severity(w, f), before = j->worst ? walk_severity(w, j->worst) : SEVERITY_NONE;

	j->fired++;
	at_least(&j->most_ms, most);
	if (severity > before || (severity == before && most > finding_most_ms(j->worst, request_ms)))
		j->worst = f;
}

/* What was left unread on purpose, or measured by nobody, is no blind spot of this host. */
static void add_unknown(struct walk_judged *j, const struct finding *f, double request_ms)
{
	if (f->check->measured || finding_unread(f) == UNREAD_SKIPPED)
		return;
	j->unknown++;
	at_least(&j->hidden_ms, finding_most_ms(f, request_ms));
}

static void add(const struct walk *w, struct walk_judged *j, const struct finding *f, double request_ms)
{
	switch (f->verdict) {
	case VERDICT_FIRE:
		if (!walk_concerns(w, f) && f->nunread) /* it may be this guest that could not be read */
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
		add_unknown(j, f, request_ms);
		break;
	}
}

/* Calls add() for each check of a step. */
static void each_check(const struct walk *w, const struct findings *all, const char *ids, struct walk_judged *j)
{
	double request_ms = isnan(w->observed_ms) ? REQUEST_MS : w->observed_ms;

	for (unsigned place = 0; *ids; place++) {
		const struct check *c = guide_check(&ids);
		size_t fired = j->fired;

		if (c)
			add(w, j, findings_of(all, c), request_ms);
		if (j->fired > fired)
			j->which |= UINT32_C(1) << place;
	}
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
static void put_in_order(struct walk *w, const struct snapshot *s, size_t from)
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
		put_in_order(w, s, w->at + 1);
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

static bool is_called(struct value v, const char *name)
{
	return value_known(v) && strcmp(v.text, name) == 0;
}

/* The guest of that name or title that runs here, or else any of it; of several the first. Its state, NULL: there is
 * none. */
static const char *find_guest(struct walk *w, const struct snapshot *s)
{
	const struct placement *p = snapshot_facts(s, &probe_placement);
	const struct guests *g = snapshot_facts(s, &probe_guests);
	const struct placement_guest *row = p ? p->guest.row : NULL;
	const char *state = NULL;

	w->key[0] = '\0';
	for (uint32_t i = 0; p && i < p->guest.n; i++) {
		const char *key = value_text_or(row[i].key, "");
		const struct guest *libvirts = guests_find(g, key);

		if (!is_called(row[i].name, w->guest) && !(libvirts && is_called(libvirts->title, w->guest)))
			continue;
		if (state && !value_u64_or(row[i].joined, 0))
			continue;
		snprintf(w->key, sizeof(w->key), "%s", key);
		state = value_text_or(row[i].state, "?");
		if (value_u64_or(row[i].joined, 0))
			break;
	}
	return state;
}

/* Does it look like a number, though it was none: "60,5", "0.06s", "-3". */
static const char *odd_number(const char *text)
{
	for (const char *p = text; *p; p++)
		if ((p == text || p[-1] == ' ') && (*p == '-' || *p == '.' || (*p >= '0' && *p <= '9')))
			return p;
	return NULL;
}

/* A number of ms at the end of the text, which loses it; "60", "60ms", "60 ms". */
static bool take_ms(char *text, double *ret)
{
	size_t n = strlen(text);
	char *word, *end;
	double ms;

	while (n && text[n - 1] == ' ')
		text[--n] = '\0';
	if (n > 2 && strcmp(text + n - 2, "ms") == 0)
		text[n -= 2] = '\0';
	while (n && text[n - 1] == ' ')
		text[--n] = '\0';
	word = strrchr(text, ' ');
	word = word ? word + 1 : text;
	ms = strtod(word, &end);
	if (!*word || *end || !isfinite(ms) || ms < 0)
		return false;
	*ret = ms;
	*word = '\0';
	return true;
}

static const char *note_of(const char *state)
{
	if (!state)
		return "No guest of that name runs here: findings of all guests are shown.";
	return strcmp(state, "running") == 0 ? NULL : "That guest does not run now: what is found is about the host.";
}

int walk_frame(struct walk *w, const struct snapshot *s, const char *text, char why[200], const char **ret_note)
{
	char rest[256];
	double observed = NAN, reference = NAN;
	const char *dont = "don't know";
	size_t n;

	*ret_note = NULL;
	snprintf(rest, sizeof(rest), "%s", text + strspn(text, " "));
	n = strlen(rest);
	if (n >= strlen(dont) && strcmp(rest + n - strlen(dont), dont) == 0)
		rest[n - strlen(dont)] = '\0';
	else if (take_ms(rest, &observed) && !take_ms(rest, &reference)) {
		snprintf(why, 200,
			"Two numbers are needed: how long it takes where it is good, and here. As in: web3 60 112");
		return -EINVAL;
	}
	for (n = strlen(rest); n && rest[n - 1] == ' ';)
		rest[--n] = '\0';
	if (isnan(observed) && odd_number(rest)) {
		snprintf(why, 200, "\"%.60s\" is no number of ms. As in: web3 60 112, or web3 60.5 112",
			odd_number(rest));
		return -EINVAL;
	}
	if (reference >= observed) {
		snprintf(why, 200,
			"%g ms here against %g ms is not slow: the first number is where it is good, the second here.",
			observed, reference);
		return -EINVAL;
	}
	walk_forget(w);
	w->at = 0;
	w->framed = true;
	w->reference_ms = reference;
	w->observed_ms = observed;
	snprintf(w->guest, sizeof(w->guest), "%.127s", rest);
	w->key[0] = '\0';
	w->above = walk_one_level_up(s);
	w->note = *w->guest ? note_of(find_guest(w, s)) : NULL;
	*ret_note = w->note;
	put_in_order(w, s, 1);
	return 0;
}

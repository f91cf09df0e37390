/* What a walk comes to: the facts that decided, the causes in order of worth, and what is left unexplained. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/address.h"
#include "probes/arena.h"
#include "probes/report.h"
#include "probes/text.h"
#include "probes/util.h"
#include "tui/walk.h"

enum { FACTS_PARTS = 3, FACTS_MORE = 4, FACTS = 48 };

const char *walk_value(struct arena *a, const struct snapshot *s, const char *address)
{
	struct found at;

	if (address_find(s, address, &at) || !at.value)
		return NULL;
	return text_tame(arena_strdup(a, found_words(a, &at)));
}

/* Several checks look at the same facts: each stands once. */
static size_t add_fact(struct arena *a, const struct snapshot *s, const char *address, struct walk_fact *fact, size_t n)
{
	const char *value = address ? walk_value(a, s, address) : NULL;

	if (!value || n == FACTS)
		return n;
	for (size_t i = 0; i < n; i++)
		if (strcmp(fact[i].address, address) == 0)
			return n;
	fact[n] = (struct walk_fact){.address = arena_strdup(a, address), .before = arena_strdup(a, value)};
	return n + 1;
}

static size_t facts_of(struct arena *a, const struct walk *w, const struct snapshot *s, const struct finding *f,
	struct walk_fact *fact, size_t n)
{
	size_t shown = 0;

	for (size_t i = 0; i < f->nevidence && i < FACTS_MORE; i++)
		n = add_fact(a, s, f->evidence[i], fact, n);
	for (size_t i = 0; i < f->nparts && shown < FACTS_PARTS; i++) {
		if (!walk_part_concerns(w, &f->part[i]))
			continue;
		n = add_fact(a, s, f->part[i].evidence, fact, n);
		shown++;
	}
	return f->verdict == VERDICT_UNKNOWN ? add_fact(a, s, f->unread, fact, n) : n;
}

/* What passes says nothing of what was found, nor does what could not be read. */
static bool decides(const struct walk *w, const struct finding *f, enum walk_state state)
{
	bool fires = f->verdict == VERDICT_FIRE && walk_concerns(w, f) && walk_severity(w, f) > SEVERITY_INFO;

	return state == WALK_FOUND  ? fires
	       : state == WALK_FINE ? f->verdict == VERDICT_PASS
				    : f->verdict == VERDICT_UNKNOWN;
}

size_t walk_facts(struct arena *a, const struct walk *w, const struct snapshot *s, size_t step, struct walk_fact **ret)
{
	enum walk_state state = walk_judge(w, s, step).state;
	const char *ids = w->guide->step[step].checks;
	size_t n = 0;

	*ret = arena_array(a, FACTS, sizeof(**ret));
	while (*ids && s->findings) {
		const struct finding *f = findings_of(s->findings, guide_check(&ids));

		if (f && decides(w, f, state))
			n = facts_of(a, w, s, f, *ret, n);
	}
	return n;
}

/* Of a suspect where something was found; else NULL. */
static const struct walk_judged *found_at(const struct walk *w, size_t step)
{
	const struct walk_visit *v = &w->visit[step];

	return w->guide->step[step].kind == GUIDE_SUSPECT && v->seen && v->first.state == WALK_FOUND ? &v->first : NULL;
}

/* Nobody can say how much it explains, and it is no symptom of what another step found. */
static bool is_odd(const struct walk_judged *j)
{
	return !j->symptom_of && isnan(j->most_ms);
}

size_t walk_causes(const struct walk *w, size_t ret[GUIDE_STEPS])
{
	size_t n = 0;

	for (size_t i = 0; i < w->guide->nsteps; i++) {
		const struct walk_judged *j = found_at(w, i);
		size_t at = n;

		if (!j || j->small || j->symptom_of || isnan(j->most_ms))
			continue;
		while (at && w->visit[ret[at - 1]].first.most_ms < j->most_ms)
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

static size_t count_found(const struct walk *w, bool symptom)
{
	size_t n = 0;

	for (size_t i = 0; i < w->guide->nsteps; i++) {
		const struct walk_judged *j = found_at(w, i);

		n += j && (symptom ? j->symptom_of != NULL : is_odd(j));
	}
	return n;
}

/* Checks that nobody has measured, or whose reads are left out on purpose. */
static size_t count_waiting(const struct walk *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->guide->nsteps; i++)
		n += w->guide->step[i].kind == GUIDE_SUSPECT && w->visit[i].seen ? w->visit[i].first.waiting : 0;
	return n;
}

static bool is_small(const struct walk *w, size_t step)
{
	const struct walk_judged *j = found_at(w, step);

	return j && j->small && !j->symptom_of;
}

/* "Idle states 1.3 ms, Memory 1.0 ms": those that explain most come first. NULL: there are none. */
static const char *small_ones(struct arena *a, const struct walk *w)
{
	bool told[GUIDE_STEPS] = {false};
	const char *text = NULL;

	for (;;) {
		size_t most = GUIDE_STEPS;

		for (size_t i = 0; i < w->guide->nsteps; i++)
			if (!told[i] && is_small(w, i) &&
				(most == GUIDE_STEPS || w->visit[i].first.most_ms > w->visit[most].first.most_ms))
				most = i;
		if (most == GUIDE_STEPS)
			return text;
		told[most] = true;
		text = arena_printf(a, "%s%s%s %s", text ? text : "", text ? ", " : "", w->guide->step[most].title,
			walk_ms(a, w->visit[most].first.most_ms));
	}
}

const char *walk_suspect(const struct walk *w)
{
	size_t cause[GUIDE_STEPS];

	if (walk_causes(w, cause))
		return w->guide->step[cause[0]].title;
	for (size_t i = 0; i < w->guide->nsteps; i++)
		if (found_at(w, i) && is_odd(found_at(w, i)))
			return w->guide->step[i].title;
	return NULL;
}

static size_t unseen(const struct walk *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->guide->nsteps; i++)
		n += w->guide->step[i].kind == GUIDE_SUSPECT && (!w->visit[i].seen || w->visit[i].skipped);
	return n;
}

const char *walk_conclusion(struct arena *a, const struct walk *w)
{
	size_t cause[GUIDE_STEPS], n = walk_causes(w, cause), odd = count_found(w, false),
				   symptoms = count_found(w, true),
				   unknown = count_state(w, WALK_UNKNOWN), open = unseen(w),
				   waiting = count_waiting(w);
	const char *small = small_ones(a, w);
	const char *text;

	if (n) {
		text = isnan(walk_deficit(w))
			       ? "Found, what could explain most first (say how slow it is to tell the cause)."
		       : n == 1 ? "The cause."
				: "The cause, what could explain most first.";
		for (size_t i = 0; i < n; i++) {
			const struct walk_visit *v = &w->visit[cause[i]];

			text = arena_printf(a, "%s %s, %s%s: %s", text, w->guide->step[cause[i]].title,
				walk_most_words(a, w, v->first.most_ms), v->mended_ns ? ", mended" : "", v->line);
			if (v->mended_ns && v->rest.state == WALK_FOUND)
				text = arena_printf(a, "%s Left there: %s", text, v->rest_line);
		}
	} else if (odd) {
		text = "No cause of a known worth was found.";
	} else if (open) {
		text = "No cause was found so far.";
	} else if (w->above) {
		text = "It cannot be decided here: this host is itself a virtual machine. Walk on the hypervisor below "
		       "it.";
	} else if (unknown) {
		text = "Nothing was found on this host; not all of it could be seen.";
	} else {
		text = arena_printf(a, "This host is not the cause%s: look at the application, the network between, and "
			"what it asks others.", waiting ? ", as far as it was read" : "");
	}
	if (n && w->above)
		text = arena_printf(a, "%s Its clock and its sleep are decided one level up.", text);
	if (w->note)
		text = arena_printf(a, "%s %s", text, w->note);
	if (symptoms)
		text = arena_printf(a, "%s %zu more %s of what was found.", text, symptoms,
			symptoms == 1 ? "is a symptom" : "are symptoms");
	if (odd)
		text = arena_printf(a, "%s %zu more %s found, and how much that explains is not known.", text, odd,
			odd == 1 ? "was" : "were");
	if (small)
		text = arena_printf(a, "%s Too small to explain it: %s.", text, small);
	if (unknown)
		text = arena_printf(
			a, "%s %zu step%s could not be judged in full.", text, unknown, unknown == 1 ? "" : "s");
	if (waiting && !n && !odd && !small)
		text = arena_printf(a, "%s %zu check%s for a measurement or a deep read, and could still tell.", text,
			waiting, waiting == 1 ? " waits" : "s wait");
	if (open)
		text = arena_printf(a, "%s %zu step%s not looked at.", text, open, open == 1 ? " was" : "s were");
	return text;
}

/* The most that steps which were found could explain together, mended ones or the others: they overlap, so it is a
 * limit. */
static double sum_of(const struct walk *w, bool mended, size_t *ret_unsure)
{
	double sum = 0;

	for (size_t i = 0; i < w->guide->nsteps; i++) {
		const struct walk_visit *v = &w->visit[i];

		const struct walk_judged *j = v->mended_ns && !mended ? &v->rest : &v->first;

		if (!v->seen || v->first.state != WALK_FOUND || j->state != WALK_FOUND || (mended && !v->mended_ns))
			continue;
		if (isnan(j->most_ms))
			++*ret_unsure;
		else
			sum += j->most_ms;
	}
	return sum;
}

static const char *of_deficit(struct arena *a, double n, double deficit)
{
	return n >= deficit ? arena_printf(a, "up to all of the %.4g ms", deficit)
			    : arena_printf(a, "up to %.3g of the %.4g ms", n, deficit);
}

const char *walk_residual(struct arena *a, const struct walk *w)
{
	size_t unsure[2] = {0, 0};
	double deficit = walk_deficit(w), mended = sum_of(w, true, &unsure[0]), left = sum_of(w, false, &unsure[1]);
	const char *text;

	if (isnan(deficit) || (!(mended > 0) && !(left > 0)))
		return NULL;
	text = mended > 0 ? arena_printf(a, "What was mended could explain %s.", of_deficit(a, mended, deficit))
			  : "Nothing of it was seen mended.";
	if (left > 0)
		text = arena_printf(
			a, "%s What was found and is not mended could explain %s.", text, of_deficit(a, left, deficit));
	if (!unsure[0] && !unsure[1] && mended + left < deficit)
		text = arena_printf(a, "%s At least %.3g ms are explained by nothing that was found.", text,
			deficit - mended - left);
	return arena_printf(a, "%s Only measuring again tells what it was.", text);
}

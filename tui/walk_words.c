/* The words of a walk: deficit, decision, evidence, and what it comes to. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "probes/arena.h"
#include "probes/checks_unread.h"
#include "probes/journal.h"
#include "probes/probe.h"
#include "probes/text.h"
#include "probes/util.h"
#include "tui/walk.h"
#include "widgets/canvas.h"

const char *walk_time(struct arena *a, int64_t wall_ns)
{
	char text[32];

	journal_time(wall_ns, text);
	return arena_strdup(a, text);
}

/* Less is said in words. */
#define LEAST_MS 0.1

const char *walk_ms(struct arena *a, double n)
{
	return isnan(n)       ? "not known"
	       : n < LEAST_MS ? "less than 0.1 ms"
	       : n < 10       ? arena_printf(a, "%.1f ms", n)
			      : arena_printf(a, "%.0f ms", n);
}

const char *walk_numbers(struct arena *a, const struct walk *w, int width)
{
	double here = w->observed_ms, good = w->reference_ms;
	bool known = !isnan(walk_deficit(w));
	const char *said[] = {
		known       ? arena_printf(a, "slow by %.4g ms (%.4g against %.4g)", walk_deficit(w), here, good)
		: w->framed ? "how slow is not known"
			    : "how slow? not said yet",
		known ? arena_printf(a, "%.4g against %.4g ms", here, good) : "how slow?",
		known ? arena_printf(a, "%.4g/%.4g ms", here, good) : "how slow?",
	};
	size_t i = 0;

	while (i + 1 < COUNT(said) && text_width(said[i]) > width)
		i++;
	return said[i];
}

const char *walk_deficit_words(struct arena *a, const struct walk *w)
{
	const char *who = *w->guest ? text_tame(arena_printf(a, "%s: ", w->guest)) : "";

	return arena_printf(a, "%s%s", who, walk_numbers(a, w, INT_MAX));
}

const char *walk_most_words(struct arena *a, const struct walk *w, double most_ms)
{
	double deficit = walk_deficit(w);
	const char *text;

	if (isnan(most_ms))
		return "how much it explains is not known";
	if (most_ms >= deficit)
		return arena_printf(a, "up to all of the %.4g ms", deficit);
	text = arena_printf(a, "%s%s", most_ms < LEAST_MS ? "" : "up to ", walk_ms(a, most_ms));
	return isnan(deficit) ? arena_printf(a, "%s of a request of 100 ms (estimate)", text)
			      : arena_printf(a, "%s of the %.4g ms", text, deficit);
}

/* Left unread on purpose, or not measured by anybody. */
static bool is_no_blind_spot(const struct finding *f)
{
	return f->check->measured || finding_unread(f) == UNREAD_SKIPPED;
}

/* The finding of the step whose line says most: of a verdict, in the order of the guide. */
static const struct finding *first_of(const struct walk *w, const struct snapshot *s, size_t step, enum verdict verdict)
{
	const char *ids = w->guide->step[step].checks;

	while (*ids) {
		const struct finding *f = findings_of(s->findings, guide_check(&ids));

		if (f && f->verdict == verdict && !(verdict == VERDICT_UNKNOWN && is_no_blind_spot(f)))
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

/* What must pass before the step is ruled out, and does not even apply. */
static const struct finding *undecided(const struct walk *w, const struct snapshot *s, size_t step)
{
	const char *ids = w->guide->step[step].must ? w->guide->step[step].must : "";

	while (*ids) {
		const struct finding *f = findings_of(s->findings, guide_check(&ids));

		if (f && f->verdict != VERDICT_PASS && f->verdict != VERDICT_FIRE)
			return f;
	}
	return NULL;
}

/* That this is no real machine is told before all else. */
static const struct finding *virtual_machine(const struct snapshot *s)
{
	const struct finding *f = s ? findings_of(s->findings, check_find("K06")) : NULL;

	return walk_one_level_up(s) ? f : NULL;
}

const struct finding *walk_speaks_of(const struct walk *w, const struct snapshot *s, size_t step)
{
	struct walk_judged j = walk_judge(w, s, step);
	const struct finding *pass;

	if (w->guide->step[step].kind == GUIDE_FRAME)
		return virtual_machine(s);
	switch (j.state) {
	case WALK_FOUND:
		return j.worst;
	case WALK_UNKNOWN:
		return j.unknown ? first_of(w, s, step, VERDICT_UNKNOWN) : undecided(w, s, step);
	case WALK_FINE:
		pass = first_of(w, s, step, VERDICT_PASS);
		return pass ? pass : first_of(w, s, step, VERDICT_NOT_APPLICABLE);
	case WALK_READING:
		break;
	}
	return NULL;
}

static const char *unknown(struct arena *a, const struct walk *w, const struct finding *f, const struct walk_judged *j)
{
	const char *text;

	if (!j->unknown)
		return arena_printf(
			a, "Not ruled out: %s%s", f->line, w->above ? "" : " Put load on it, or look when it is busy.");
	text = arena_printf(a, "Not known: %s%s%s", f->line, f->remedy ? " " : "", f->remedy ? f->remedy : "");

	if (j->unknown > 1)
		text = arena_printf(a, "%s %zu checks could not be judged.", text, j->unknown);
	if (!isnan(j->hidden_ms))
		text = arena_printf(a, "%s That might explain %s.", text, walk_most_words(a, w, j->hidden_ms));
	return text;
}

/* Is what it could explain the cost of an event that only few requests meet. */
static bool seldom(const struct finding *f, double most_ms)
{
	return f->check->events > 0 && f->check->events <= 0.5 && f->cost_us > 0 &&
	       f->cost_us / 1000 * f->check->events >= most_ms - 1e-9;
}

static const char *suspect(struct arena *a, const struct walk *w, const struct snapshot *s, size_t step)
{
	struct walk_judged j = walk_judge(w, s, step);
	const struct finding *f = walk_speaks_of(w, s, step);
	const char *text;

	switch (j.state) {
	case WALK_FOUND:
		text = arena_printf(a,
			isnan(j.most_ms) ? "Found: %s How much it explains is not known.%s%s"
					 : "Found: %s It could explain %s%s.",
			walk_line(a, w, f), isnan(j.most_ms) ? "" : walk_most_words(a, w, j.most_ms),
			j.small ? ": too little to be the cause" : "");
		if (!isnan(j.most_ms) && seldom(f, j.most_ms))
			text = arena_printf(a, "%s That is spread over all requests: one in %.0f waits %s for it.", text,
				1 / f->check->events, walk_ms(a, f->cost_us / 1000));
		return j.symptom_of ? arena_printf(a, "%s It follows from %s %s: mend that first.", text,
					      j.symptom_of->id, j.symptom_of->slug)
				    : text;
	case WALK_FINE:
		return arena_printf(
			a, "%s%s", j.passed ? "Nothing: " : "Does not apply: ", lines_of(a, w, s, step, &j));
	case WALK_UNKNOWN:
		return unknown(a, w, f, &j);
	case WALK_READING:
		break;
	}
	return "Reading.";
}

static const char *control(struct arena *a, const struct walk *w)
{
	if (walk_suspect(w))
		return arena_printf(a, "Not needed so far: a suspect was found (%s). Mend it and measure first.",
			walk_suspect(w));
	return "No suspect is left: compare outside of hvscope, it runs no request of yours.";
}

const char *walk_decision(struct arena *a, const struct walk *w, const struct snapshot *s, size_t step)
{
	const struct guide_step *g = &w->guide->step[step];
	const struct finding *guest = virtual_machine(s);

	switch (g->kind) {
	case GUIDE_FRAME:
		return arena_printf(a, "%s.%s%s%s%s", w->framed ? walk_deficit_words(a, w) : "Nobody has said it yet",
			w->note ? " " : "", w->note ? w->note : "", guest ? " " : "", guest ? guest->line : "");
	case GUIDE_SUSPECT:
		return suspect(a, w, s, step);
	case GUIDE_CONTROL:
		return control(a, w);
	case GUIDE_CLOSE:
		break;
	}
	return walk_conclusion(a, w);
}

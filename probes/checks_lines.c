/* The lines of a check and its finding, in the order in which they are read: what, what it is worth, why, and what to do. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "probes/address.h"
#include "probes/arena.h"
#include "probes/checks_parts.h"
#include "probes/checks_text.h"
#include "probes/parse.h"
#include "probes/report.h"
#include "probes/text.h"

enum { PARTS_MANY = 6, PARTS_FIRST = 3 };

struct lines {
	struct arena *a;
	const struct snapshot *s;
	struct check_line *line;
	size_t n, room;
};

static struct check_line *put(struct lines *l, enum check_line_kind kind, const char *label, const char *text)
{
	if (!text || !*text)
		return NULL;
	if (l->n == l->room) {
		struct check_line *more = arena_array(l->a, l->room ? 2 * l->room : 32, sizeof(*more));

		if (l->n)
			memcpy(more, l->line, l->n * sizeof(*more));
		l->line = more;
		l->room = l->room ? 2 * l->room : 32;
	}
	l->line[l->n] = (struct check_line){
		.kind = kind, .label = label, .text = text_tame(arena_strdup(l->a, text))};
	return &l->line[l->n++];
}

/* Of a row, or with names of this host: its commands are marked. */
static void advise(struct lines *l, const char *label, const char *text)
{
	struct check_line *line = text ? put(l, check_is_command(text) ? CHECK_LINE_COMMAND : CHECK_LINE_WORDS, label,
						 check_plain(l->a, text))
				       : NULL;

	if (line && strchr(text, '`'))
		line->marked = text_tame(arena_strdup(l->a, text));
}

static const char *value_at(struct lines *l, const char *address, const char **ret_label)
{
	struct found at;

	if (!l->s || !address || address_find(l->s, address, &at) || !at.field)
		return NULL;
	if (ret_label)
		*ret_label = at.field->label;
	return text_tame(arena_strdup(l->a, found_words(l->a, &at)));
}

static void title(struct lines *l, const struct check *c, const struct finding *f)
{
	const char *state = !f ? "" : f->verdict == VERDICT_FIRE ? severity_name(f->severity) : verdict_word(f->verdict);
	struct check_line *line = put(l, CHECK_LINE_TITLE, NULL,
		arena_printf(l->a, *state ? "%s %s: %s (%s)" : "%s %s: %s", c->id, c->slug, c->title, state));

	line->severity = f ? f->severity : SEVERITY_NONE;
}

/* Seen without a break: hvscope does not know what was before it looked. */
static void since(struct lines *l, const struct findings *all, const struct finding *f)
{
	uint64_t s = f->since_ns && all->t_ns > f->since_ns ? (all->t_ns - f->since_ns) / 1000000000 : 0;

	if (s)
		put(l, CHECK_LINE_WORDS, "Since",
			arena_printf(l->a, s < 120 ? "%u s, as far as it was looked at." : "%u minutes, as far as it was looked at.",
				(unsigned)(s < 120 ? s : s / 60)));
}

static void says(struct lines *l, const struct finding *f)
{
	static const char *const labels[] = {[VERDICT_UNKNOWN] = "Not known",
		[VERDICT_PASS] = "Passes",
		[VERDICT_NOT_APPLICABLE] = "Not asked",
		[VERDICT_FIRE] = "Found"};
	struct check_line *line = put(l, CHECK_LINE_SAYS, labels[f->verdict], f->line);

	if (line)
		line->severity = f->severity;
	if (f->verdict != VERDICT_UNKNOWN)
		return;
	if (f->nunread > 1)
		put(l, CHECK_LINE_WORDS, "", arena_printf(l->a, "And %zu more.", f->nunread - 1));
	put(l, CHECK_LINE_WORDS, "Helps", f->remedy);
}

static void fact(struct lines *l, const char *label, const char *address)
{
	const char *name = address, *value = value_at(l, address, &name);
	struct check_line *line = put(l, CHECK_LINE_FACT, label, name);

	if (line) {
		line->address = arena_strdup(l->a, address);
		line->value = value;
	}
}

/* What was not read can be a whole list or probe, which has no value of its own to show. */
static void unread(struct lines *l, const char *label, const struct finding *f)
{
	const char *word = f->err ? known_word((enum known)value_error(f->err, 0).known) : "not yet";
	size_t n = l->n;

	fact(l, label, f->unread);
	if (l->n == n || l->line[n].value)
		return;
	l->line[n].text = "Not read";
	l->line[n].value = f->err ? arena_printf(l->a, "%s (%s)", word, errno_word(f->err)) : word;
}

static void part(struct lines *l, const char *label, const struct told_part *p)
{
	struct check_line *line = put(l, CHECK_LINE_PART, label, p->text);

	if (!line)
		return;
	line->severity = p->first->severity;
	line->address = arena_strdup(l->a, p->first->evidence);
	line->value = value_at(l, p->first->evidence, NULL);
}

/* Many parts would push aside why and what to do: the worst are told here, the others at the end. */
static size_t parts_above(size_t n)
{
	return n <= PARTS_MANY ? n : PARTS_FIRST;
}

/* A part that the line is made of is not said twice, but what decided on it is. */
static void parts(struct lines *l, const struct finding *f)
{
	bool alone = f->nparts == 1 && strcmp(f->part[0].text, f->line) == 0;
	const char *label = "Evidence";
	struct told_part *p;
	size_t n = finding_parts_told(l->a, f, &p), above = parts_above(n), left = 0;

	for (size_t i = 0; !alone && i < above; i++)
		part(l, i ? "" : "Where", &p[i]);
	for (size_t i = above; i < n; i++)
		left += p[i].n;
	if (left)
		put(l, CHECK_LINE_WORDS, "", arena_printf(l->a, "And %zu more, at the end.", left));
	if (alone && f->part[0].evidence) {
		fact(l, label, f->part[0].evidence);
		label = "";
	}
	for (size_t i = 0; i < f->nevidence; i++, label = "")
		fact(l, label, f->evidence[i]);
	if (f->unread)
		unread(l, label, f);
}

static void parts_below(struct lines *l, const struct finding *f)
{
	struct told_part *p;
	size_t n = finding_parts_told(l->a, f, &p), above = parts_above(n);

	for (size_t i = above; i < n; i++)
		part(l, i == above ? "The rest" : "", &p[i]);
}

/* What one event costs here says it better than the row, which thinks of the worst. */
static enum order order_of(const struct check *c, const struct finding *f)
{
	if (!f || !(f->cost_us > 0) || f->share > 0)
		return c->order;
	return f->cost_us < 1 ? ORDER_NS : f->cost_us < 999.5 ? ORDER_US : ORDER_MS;
}

static void worth(struct lines *l, const struct check *c, const struct finding *f)
{
	enum order order = order_of(c, f);
	const char *most = f ? finding_worth(l->a, f) : NULL;

	if (f && f->verdict != VERDICT_FIRE)
		return;
	if (f && finding_most_ms(f, 1) <= 0) {
		put(l, CHECK_LINE_WORDS, "Costs", "Nothing of a request now.");
		return;
	}
	put(l, CHECK_LINE_WORDS, "Costs",
		arena_printf(l->a, "%s%sOrder of %s.", most ? most : "", most ? " " : "",
			order == ORDER_MS   ? "milliseconds"
			: order == ORDER_US ? "microseconds"
					    : "nanoseconds"));
	if (c->events > 1)
		put(l, CHECK_LINE_WORDS, "",
			arena_printf(l->a, "One request pays for it up to %.0f times (estimate).", c->events));
	else if (c->share > 0 && (!f || (isnan(f->share) && !isnan(f->cost_us)))) /* else that is said already */
		put(l, CHECK_LINE_WORDS, "",
			arena_printf(l->a, c->share < 0.0095 ? "Up to %.1f %% of a request (estimate)."
							: "Up to %.0f %% of a request (estimate).",
				c->share * 100));
}

static void other(struct lines *l, const char *label, const struct check *c, const struct findings *f)
{
	const struct finding *of = findings_of(f, c);
	const char *says = !of                                      ? "."
			   : of->verdict == VERDICT_FIRE           ? of->line
			   : of->verdict == VERDICT_UNKNOWN        ? "not known."
			   : of->verdict == VERDICT_NOT_APPLICABLE ? "does not apply."
								   : "passes.";

	put(l, CHECK_LINE_WORDS, label, arena_printf(l->a, of ? "%s %s: %s" : "%s %s%s", c->id, c->slug, says))->check =
		c;
}

/* The cause that was found, the others that the row names, and what this one explains. */
static void chain(struct lines *l, const struct check *c, const struct findings *f)
{
	const struct finding *of = findings_of(f, c);
	struct slice rest = slice_of(c->explained_by ? c->explained_by : ""), word;
	const char *label = of && of->cause ? "Or else" : "Causes";

	if (of && of->cause)
		other(l, "Cause", of->cause->check, f);
	while ((!of || of->verdict == VERDICT_FIRE) && slice_word(&rest, &word)) {
		const struct check *by = check_find(arena_printf(l->a, "%.*s", (int)word.len, word.p));

		if (!by || (of && of->cause && of->cause->check == by))
			continue;
		other(l, label, by, f);
		label = "";
	}
	label = "Explains";
	for (size_t i = 0; of && i < f->norder; i++)
		if (f->order[i]->cause == of) {
			other(l, label, f->order[i]->check, f);
			label = "";
		}
}

static void advice(struct lines *l, const struct check *c, const struct finding *f)
{
	advise(l, "Why", c->why);
	advise(l, "Now", c->now);
	if (f)
		advise(l, "By hand", f->now);
	if (c->action)
		put(l, CHECK_LINE_WORDS, "hvscope",
			arena_printf(l->a, "%s%s%s: f plans it; nothing is changed before it is confirmed.", c->action,
				c->value ? " " : "", c->value ? c->value : ""));
	advise(l, "Keep", c->keep);
	advise(l, "Risk", c->risk);
	advise(l, "When not", c->when_not);
	advise(l, "Verify", c->verify);
	advise(l, "Not it", c->false_alarm);
	if (!f)
		advise(l, "Not asked", c->not_applicable);
	put(l, CHECK_LINE_WORDS, "Source", c->source);
}

size_t check_lines(struct arena *a, const struct check *c, const struct findings *f, const struct snapshot *s,
	struct check_line **ret)
{
	const struct finding *of = findings_of(f, c);
	struct lines l = {.a = a, .s = s};

	title(&l, c, of);
	put(&l, CHECK_LINE_WORDS, "Asks", c->asks);
	if (of) {
		says(&l, of);
		since(&l, f, of);
	}
	worth(&l, c, of);
	if (of)
		parts(&l, of);
	chain(&l, c, f);
	advice(&l, c, of);
	if (of)
		parts_below(&l, of);
	*ret = l.line;
	return l.n;
}

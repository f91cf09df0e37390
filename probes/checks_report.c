/* Chooses checks by name, counts what they found, and says it in text. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks_report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probes/arena.h"
#include "probes/checks_text.h"
#include "probes/checks_unread.h"
#include "probes/probe.h"
#include "probes/report.h"
#include "probes/text.h"
#include "probes/util.h"

/* One name: how many checks it stands for. */
static size_t choose(const char *name, bool families, bool *chosen)
{
	const struct check *c = check_find(name);
	size_t n = 0;

	if (c) {
		chosen[check_index(c)] = true;
		return 1;
	}
	for (size_t i = 0; families && i < nchecks; i++)
		if (strcasecmp(checks[i]->family, name) == 0) {
			chosen[i] = true;
			n++;
		}
	return n;
}

int checks_choose(const char *names, bool families, bool *ret_chosen, char ret_bad[64])
{
	bool any = false;

	for (size_t n; *names; names += n + (names[n] != '\0')) {
		n = strcspn(names, ", ");
		if (!n)
			continue;
		ret_bad[0] = '\0';
		strncat(ret_bad, names, n < 63 ? n : 63);
		if (!choose(ret_bad, families, ret_chosen))
			return -ENOENT;
		any = true;
	}
	ret_bad[0] = '\0';
	return any ? 0 : -ENOENT;
}

void checks_named(const char *names, bool *ret_named)
{
	char name[64];

	for (size_t n; *names; names += n + (names[n] != '\0')) {
		n = strcspn(names, ", ");
		name[0] = '\0';
		strncat(name, names, n < 63 ? n : 63);
		choose(name, false, ret_named);
	}
}

const char *checks_families(struct arena *a)
{
	const char *list = "";

	for (size_t i = 0; i < nchecks; i++) {
		bool before = false;

		for (size_t k = 0; k < i; k++)
			before = before || strcmp(checks[k]->family, checks[i]->family) == 0;
		if (!before)
			list = arena_printf(a, "%s%s%s", list, *list ? ", " : "", checks[i]->family);
	}
	return list;
}

static bool chosen(const struct check_choice *c, size_t i)
{
	return !c->only || c->only[i];
}

static bool chosen_finding(const struct check_choice *c, const struct finding *f)
{
	return chosen(c, check_index(f->check));
}

/* The first of its causes, over all steps, among those that were chosen; itself where there is none. */
static const struct finding *root_of(const struct check_choice *c, const struct finding *f)
{
	const struct finding *root = f;

	for (f = f->cause; f; f = f->cause)
		root = chosen_finding(c, f) ? f : root;
	return root;
}

/* A chain is one problem, as bad as the worst in it. */
static void count_problems(const struct findings *f, const struct check_choice *c, struct check_sum *sum)
{
	enum severity *worst = xcalloc(f->n, sizeof(*worst));

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->finding[i], *root = root_of(c, one);

		if (!chosen(c, i) || one->verdict != VERDICT_FIRE)
			continue;
		if (worst[root - f->finding] < one->severity)
			worst[root - f->finding] = one->severity;
		sum->effects += root != one;
	}
	for (size_t i = 0; i < f->n; i++) {
		sum->crit += worst[i] == SEVERITY_CRIT;
		sum->warn += worst[i] == SEVERITY_WARN;
		sum->info += worst[i] == SEVERITY_INFO;
	}
	free(worst);
}

struct check_sum checks_sum(const struct findings *f, const struct check_choice *c)
{
	struct check_sum sum = {.crit = 0};

	count_problems(f, c, &sum);
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->finding[i];

		if (one->verdict == VERDICT_UNKNOWN && !sum.required && c->required && c->required[i])
			sum.required = one;
		if (!chosen(c, i))
			continue;
		sum.passed += one->verdict == VERDICT_PASS;
		sum.unknown += one->verdict == VERDICT_UNKNOWN;
		sum.inapplicable += one->verdict == VERDICT_NOT_APPLICABLE;
	}
	sum.nothing = sum.unknown && !(sum.crit + sum.warn + sum.info + sum.passed);
	return sum;
}

enum check_end checks_end(const struct check_sum *sum, const struct check_choice *c)
{
	if (sum->crit || (sum->warn && !c->crit))
		return CHECKS_FIRE;
	return sum->required || sum->nothing ? CHECKS_UNKNOWN : CHECKS_FINE;
}

static const char *sign(const struct finding *f)
{
	return f->severity == SEVERITY_CRIT ? "▲ crit" : f->severity == SEVERITY_WARN ? "△ warn" : "· note";
}

/* How many chosen causes it stands below. */
static int depth(const struct check_choice *c, const struct finding *f)
{
	int n = 0;

	for (f = f->cause; f; f = f->cause)
		n += chosen_finding(c, f);
	return n;
}

static void add_wrapped(struct text *t, const char *words, int indent, int width)
{
	text_add_wrapped(t, words, indent, width, text_columns);
	text_add(t, "\n");
}

static void add_findings(
	struct text *t, struct arena *a, const struct findings *f, const struct check_choice *c, int width)
{
	for (size_t i = 0; i < f->norder; i++) {
		const struct finding *one = f->order[i];
		int in = 2 * depth(c, one);
		const char *worth = finding_worth(a, one);

		if (!chosen_finding(c, one))
			continue;
		text_add(t, "%*s%s  %s %s\n", in, "", sign(one), one->check->id, one->check->slug);
		text_add(t, "%*s", in + 8, "");
		add_wrapped(t, text_tame(arena_strdup(a, one->line)), in + 8, width);
		if (!worth)
			continue;
		text_add(t, "%*s", in + 8, "");
		add_wrapped(t, worth, in + 8, width);
	}
}

/* Those that are not known, a reason each, with what helps. */
static void add_unread(
	struct text *t, struct arena *a, const struct findings *f, const struct check_choice *c, int width)
{
	for (enum unread why = 0; why < UNREADS; why++) {
		const char *ids, *remedy;
		size_t n = findings_unread(a, f, c->only, why, &ids, &remedy);

		if (!n)
			continue;
		text_add(t, "–       ");
		add_wrapped(t,
			arena_printf(a, "%s: %s.%s%s", unread_words(a, why, n), ids, *remedy ? " " : "",
				text_tame(arena_strdup(a, remedy))),
			8, width);
	}
}

static void add_counts(struct text *t, const struct check_sum *sum)
{
	text_add(t, "%zu critical, %zu warning%s, %zu note%s", sum->crit, sum->warn, sum->warn == 1 ? "" : "s",
		sum->info, sum->info == 1 ? "" : "s");
	if (sum->effects)
		text_add(t, ", and %zu more finding%s that these explain", sum->effects, sum->effects == 1 ? "" : "s");
	text_add(t, "; %zu pass%s, %zu do%s not apply, %zu not known.\n", sum->passed, sum->passed == 1 ? "es" : "",
		sum->inapplicable, sum->inapplicable == 1 ? "es" : "", sum->unknown);
}

char *checks_text(const struct snapshot *s, const struct check_choice *c, int width)
{
	struct text t = text_begin();
	struct arena *a = arena_new(0);
	const struct findings *f = s->findings;
	struct check_sum sum = checks_sum(f, c);
	char *text;

	text_add(&t, "%s  %s  profile %s\n", text_tame(arena_strdup(a, s->about.hostname)), report_label(a, s),
		profile_word(f->profile));
	if (checks_banner(f))
		add_wrapped(&t, checks_banner(f), 0, width);
	text_add(&t, "\n");
	add_findings(&t, a, f, c, width);
	if (sum.nothing)
		text_add(&t, "–       Nothing could be judged.\n");
	else if (!sum.crit && !sum.warn && !sum.info && !sum.passed)
		text_add(&t, "–       Nothing that was asked for applies here.\n");
	else if (!sum.crit && !sum.warn && !sum.info)
		text_add(&t, "✓       Nothing was found.\n");
	text_add(&t, "\n");
	add_unread(&t, a, f, c, width);
	add_counts(&t, &sum);
	text = xstrdup(t.bytes);
	text_end(&t, NULL);
	arena_free(a);
	return text;
}

/* What would end the line, or part it in two: strangers give names. */
static const char *on_one_line(struct arena *a, const char *text)
{
	char *tame = text_tame(arena_strdup(a, text));

	for (char *p = tame; (p = strchr(p, '|')); p++)
		*p = '/';
	return tame;
}

/* Of what is as bad as the worst: the first in the order; and which chosen finding explains it. */
static const char *worst_line(
	struct arena *a, const struct findings *f, const struct check_choice *c, const struct check_sum *sum)
{
	enum severity severity = sum->crit ? SEVERITY_CRIT : SEVERITY_WARN;

	for (size_t i = 0; i < f->norder; i++) {
		const struct finding *one = f->order[i], *root = root_of(c, one);

		if (!chosen_finding(c, one) || one->severity != severity)
			continue;
		return root == one ? arena_printf(a, "%s: %s", one->check->slug, one->line)
				   : arena_printf(a, "%s: %s Its cause is %s.", one->check->slug, one->line,
					     root->check->slug);
	}
	return "";
}

/* What had to be known and is not, beside what was found: a monitor would else learn of it only when that is mended. */
static const char *with_required(
	struct arena *a, const struct findings *f, const struct check_choice *c, const char *line)
{
	const char *ids = "";
	size_t n = strlen(line);

	for (size_t i = 0; c->required && i < f->n; i++)
		if (c->required[i] && f->finding[i].verdict == VERDICT_UNKNOWN)
			ids = arena_printf(a, "%s%s%s", ids, *ids ? ", " : "", f->finding[i].check->id);
	n -= n && line[n - 1] == '.';
	return *ids ? arena_printf(a, "%.*s; %s not known.", (int)n, line, ids) : line;
}

static char *nagios_line(struct arena *a, const char *word, const char *line, const struct check_sum *sum)
{
	return xasprintf("HVSCOPE %s - %s | crit=%zu warn=%zu info=%zu unknown=%zu\n", word, on_one_line(a, line),
		sum->crit, sum->warn, sum->info, sum->unknown);
}

char *checks_nagios(const struct snapshot *s, const struct check_choice *c, int *ret_status)
{
	static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	const struct findings *f = s->findings;
	struct check_sum sum = checks_sum(f, c);
	enum check_end end = checks_end(&sum, c);
	struct arena *a = arena_new(0);
	const char *line;
	char *text;

	*ret_status = end == CHECKS_FIRE ? (sum.crit ? 2 : 1) : end == CHECKS_UNKNOWN ? 3 : 0;
	if (end == CHECKS_UNKNOWN && sum.required)
		line = arena_printf(a, "%s could not be judged: %s", sum.required->check->slug, sum.required->line);
	else if (end == CHECKS_UNKNOWN)
		line = "None of the checks that were asked for could be judged.";
	else if (end == CHECKS_FIRE)
		line = with_required(a, f, c, worst_line(a, f, c, &sum));
	else if (!sum.passed && !sum.warn && !sum.info)
		line = "Nothing that was asked for applies here.";
	else
		line = arena_printf(
			a, "%zu check%s pass%s.", sum.passed, sum.passed == 1 ? "" : "s", sum.passed == 1 ? "es" : "");
	text = nagios_line(a, words[*ret_status], line, &sum);
	arena_free(a);
	return text;
}

char *checks_nagios_failed(const char *why)
{
	struct arena *a = arena_new(0);
	char *text = nagios_line(
		a, "UNKNOWN", arena_printf(a, "the check could not run: %s", why), &(struct check_sum){.crit = 0});

	arena_free(a);
	return text;
}

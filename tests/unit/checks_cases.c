/* Every check fires, passes, does not apply and is not known where tests/checks/FAMILY.cases say so, and no case is
 * missing. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/address.h"
#include "probes/checks.h"
#include "probes/host/host.h"
#include "probes/probe.h"
#include "probes/sampler.h"
#include "probes/util.h"
#include "tests/lib/casefile.h"
#include "tests/lib/edited.h"
#include "tests/lib/hosts.h"

/* The findings of the last tick of the case's machine, with its edits. The snapshot holds them. */
static struct snapshot *judged(const struct check_case *c)
{
	struct edits *e = edits_parse(c->edits);
	struct sampler *s = sampler_new(edited_open(host_capture(c->machine), e));
	struct snapshot *snap = NULL;
	uint32_t ticks = 0;

	sampler_profile(s, c->profile);
	do {
		snapshot_unref(snap);
		snap = sampler_step(s, &(struct want){.everything = true, .deep = c->deep});
		ticks++;
	} while (snap->tape.tick < snap->tape.ticks && ticks < 100);
	sampler_free(s);
	edits_free(e);
	return snap;
}

static void is_as_expected(const struct check_case *c, const struct finding *f)
{
	if (f->verdict != c->verdict)
		fail_msg("%s:%u: %s on %s is %s, not %s: %s", c->file, c->line, c->check->id, c->machine,
			verdict_word(f->verdict), verdict_word(c->verdict), f->line);
	if (c->verdict == VERDICT_FIRE && f->severity != c->severity)
		fail_msg("%s:%u: %s on %s is %s, not %s: %s", c->file, c->line, c->check->id, c->machine,
			severity_word(f->severity), severity_word(c->severity), f->line);
	for (size_t i = 0; i < c->nwords; i++)
		if (!strstr(f->line, c->words[i]))
			fail_msg("%s:%u: the line of %s has no “%s”: %s", c->file, c->line, c->check->id, c->words[i],
				f->line);
	if (c->now && !strstr(f->now ? f->now : "", c->now))
		fail_msg("%s:%u: what %s says to do has no “%s”: %s", c->file, c->line, c->check->id, c->now,
			f->now ? f->now : "nothing");
}

static void explains_as_expected(const struct check_case *c, const struct finding *f)
{
	double ms = finding_most_ms(f, 100);
	char words[32] = "?";

	if (!isnan(ms))
		snprintf(words, sizeof(words), "%.3g", ms);
	if (c->explains && strcmp(words, c->explains) != 0)
		fail_msg("%s:%u: %s explains %s of 100 ms, not %s: %s", c->file, c->line, c->check->id, words,
			c->explains, f->line);
}

/* Whoever reads a finding can open each fact that decided. */
static void evidence_is_there(const struct check_case *c, const struct snapshot *s, const struct finding *f)
{
	struct found at;

	for (size_t i = 0; i < f->nparts; i++)
		if (!f->part[i].evidence || address_find(s, f->part[i].evidence, &at))
			fail_msg("%s:%u: %s has no fact %s: %s", c->file, c->line, c->check->id,
				f->part[i].evidence ? f->part[i].evidence : "at all", f->part[i].text);
	for (size_t i = 0; i < f->nevidence; i++)
		if (address_find(s, f->evidence[i], &at))
			fail_msg("%s:%u: %s has no fact %s", c->file, c->line, c->check->id, f->evidence[i]);
}

static void run_case(void **state)
{
	const struct check_case *c = *state;
	struct snapshot *s = judged(c);
	const struct finding *f;

	assert_non_null(s->findings);
	f = findings_of(s->findings, c->check);
	if (getenv("VERBOSE"))
		print_message(
			"%s: %s %s: %s\n", c->check->id, verdict_word(f->verdict), severity_word(f->severity), f->line);
	is_as_expected(c, f);
	explains_as_expected(c, f);
	evidence_is_there(c, s, f);
	snapshot_unref(s);
}

static bool has_case(const struct check_cases *all, const struct check *check, enum verdict verdict, bool trap)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->at[i].check == check &&
			(trap ? all->at[i].trap : !all->at[i].trap && all->at[i].verdict == verdict))
			return true;
	return false;
}

static void no_case_is_missing(void **state)
{
	const struct check_cases *all = *state;
	size_t missing = 0;

	for (size_t i = 0; i < nchecks; i++) {
		const struct check *c = checks[i];
		const struct {
			bool needed;
			enum verdict verdict;
			bool trap;
			const char *word;
		} kinds[] = {
			{!c->measured, VERDICT_FIRE, false, "FIRE"},
			{!c->measured, VERDICT_PASS, false, "PASS"},
			{c->not_applicable != NULL, VERDICT_NOT_APPLICABLE, false, "NOT_APPLICABLE"},
			{true, VERDICT_UNKNOWN, false, "UNKNOWN"},
			{c->false_alarm != NULL, VERDICT_PASS, true, "TRAP"},
		};

		for (size_t k = 0; k < COUNT(kinds); k++)
			if (kinds[k].needed && !has_case(all, c, kinds[k].verdict, kinds[k].trap)) {
				print_error("%s %s has no case %s\n", c->id, c->slug, kinds[k].word);
				missing++;
			}
	}
	if (missing)
		fail_msg("%zu cases are missing", missing);
}

/* Under valgrind one case in so many is enough to see what was never set: the sanitizers have all of them. */
static size_t step(void)
{
	const char *sample = getenv("HVSCOPE_SAMPLE");
	size_t n = sample ? strtoul(sample, NULL, 10) : 1;

	return n ? n : 1;
}

int main(void)
{
	struct check_cases all = check_cases_read("tests/checks");
	struct CMUnitTest *tests = xcalloc(all.n + 1, sizeof(*tests));
	size_t n = 1;
	int failed;

	tests[0] = (struct CMUnitTest){"no case is missing", no_case_is_missing, NULL, NULL, &all};
	for (size_t i = 0; i < all.n; i += step())
		tests[n++] = (struct CMUnitTest){all.at[i].name, run_case, NULL, NULL, &all.at[i]};
	failed = _cmocka_run_group_tests("checks_cases", tests, n, NULL, NULL);
	free(tests);
	check_cases_free(&all);
	return failed;
}

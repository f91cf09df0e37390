/* The walk: how steps are judged and ordered, what the gate does, and what is typed, over findings made by hand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "probes/util.h"
#include "tests/lib/made.h"
#include "tui/panel.h"

static size_t step_with(const struct walk *w, const char *id)
{
	for (size_t i = 0; i < w->guide->nsteps; i++)
		if (w->guide->step[i].kind == GUIDE_SUSPECT && strstr(w->guide->step[i].checks, id))
			return i;
	fail_msg("no step has %s", id);
	return 0;
}

/* Where a step stands in the order; what was gone through stays. */
static size_t place_of(const struct walk *w, size_t step)
{
	for (size_t i = 0; i < w->guide->nsteps; i++)
		if (w->order[i] == step)
			return i;
	fail_msg("step %zu is lost", step);
	return 0;
}

static void every_check_has_its_step(void **state)
{
	struct walk w = {.guide = guides[0]};

	(void)state;
	for (size_t i = 0; i < nchecks; i++) {
		size_t times = 0;

		for (size_t j = 0; j < w.guide->nsteps; j++)
			for (const char *ids = w.guide->step[j].checks; *ids;)
				times += guide_check(&ids) == checks[i];
		if (times != 1)
			fail_msg("%s is in %zu steps", checks[i]->id, times);
	}
}

static void guides_are_whole(void **state)
{
	(void)state;
	for (size_t g = 0; g < nguides; g++) {
		assert_in_range(guides[g]->nsteps, 3, GUIDE_STEPS);
		assert_int_equal(guides[g]->step[0].kind, GUIDE_FRAME);
		assert_int_equal(guides[g]->step[guides[g]->nsteps - 1].kind, GUIDE_CLOSE);
		for (size_t i = 0; i < guides[g]->nsteps; i++) {
			const struct guide_step *s = &guides[g]->step[i];

			assert_true(s->question[strlen(s->question) - 1] == '?');
			if (s->panel)
				assert_true(panel_find(s->panel) >= 0);
			for (const char *ids = s->checks; *ids;)
				if (!guide_check(&ids))
					fail_msg("step %zu names a check that is not there", i);
		}
	}
}

static void what_is_too_small_comes_last(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct walk w;
	size_t idle, clock;

	(void)state;
	fire(&m, "F02", SEVERITY_CRIT, NULL)->share = 0.5;
	fire(&m, "C02", SEVERITY_WARN, NULL)->cost_us = 133; /* ten wake-ups of a request: 1.3 of 52 ms */
	framed(&w, &m, "60 112");
	idle = step_with(&w, "C02");
	clock = step_with(&w, "F02");
	assert_true(walk_judge(&w, m.s, idle).small);
	assert_false(walk_judge(&w, m.s, clock).small);
	assert_int_equal(place_of(&w, clock), 1);
	assert_int_equal(place_of(&w, idle), w.guide->nsteps - 3); /* before the control and the end */
	end(&m, &w);
	/* where nobody said how slow, nothing is too small */
	m = make(VERDICT_PASS);
	fire(&m, "C02", SEVERITY_WARN, NULL)->cost_us = 133;
	framed(&w, &m, "don't know");
	assert_false(walk_judge(&w, m.s, idle).small);
	assert_int_equal(place_of(&w, idle), idle);
	end(&m, &w);
}

static void no_suspect_explains_more_than_the_deficit(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct walk w;
	struct arena *a = arena_new(0);
	struct walk_judged j;

	(void)state;
	fire(&m, "F02", SEVERITY_CRIT, NULL)->share = 0.9;
	framed(&w, &m, "60 112");
	j = walk_judge(&w, m.s, 1);
	assert_true(j.most_ms > 51.99 && j.most_ms < 52.01);
	assert_string_equal(walk_most_words(a, &w, j.most_ms), "up to all of the 52 ms");
	arena_free(a);
	end(&m, &w);
}

static void unknown_is_not_ruled_out(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct walk w;
	struct arena *a = arena_new(0);

	(void)state;
	of(&m, "F02")->verdict = VERDICT_UNKNOWN;
	of(&m, "F02")->line = "It is denied.";
	framed(&w, &m, "");
	assert_int_equal(walk_judge(&w, m.s, 1).state, WALK_UNKNOWN);
	walk_through(&w, m.s);
	assert_non_null(strstr(walk_conclusion(a, &w), "not all of it could be seen"));
	arena_free(a);
	end(&m, &w);
}

static void a_host_without_findings_is_not_the_cause(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct walk w;
	struct arena *a = arena_new(0);

	(void)state;
	fire(&m, "F03", SEVERITY_INFO, NULL); /* a note is no cause */
	framed(&w, &m, "60 112");
	assert_non_null(strstr(walk_conclusion(a, &w), "No cause was found so far"));
	walk_through(&w, m.s);
	assert_non_null(strstr(walk_conclusion(a, &w), "This host is not the cause"));
	arena_free(a);
	end(&m, &w);
}

static void findings_of_other_guests_are_not_this_ones(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct walk w;
	size_t step;

	(void)state;
	fire(&m, "F02", SEVERITY_CRIT, "guests.guest[aaaa].vcpus");
	framed(&w, &m, "");
	step = step_with(&w, "F02");
	assert_int_equal(walk_judge(&w, m.s, step).state, WALK_FOUND);
	strcpy(w.key, "bbbb");
	assert_int_equal(walk_judge(&w, m.s, step).state, WALK_FINE);
	assert_int_equal(walk_judge(&w, m.s, step).elsewhere, 1);
	strcpy(w.key, "aaaa");
	assert_int_equal(walk_judge(&w, m.s, step).state, WALK_FOUND);
	end(&m, &w);
}

static void steps_go_on_and_back(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct walk w;
	size_t n = 1;

	(void)state;
	framed(&w, &m, "");
	assert_false(walk_back(&w, m.s));
	while (walk_next(&w, m.s, n == 2))
		n++;
	assert_int_equal(n, w.guide->nsteps);
	assert_int_equal(walk_step(&w)->kind, GUIDE_CLOSE);
	assert_true(w.visit[w.order[1]].skipped);
	assert_true(walk_back(&w, m.s));
	assert_int_equal(walk_step(&w)->kind, GUIDE_CONTROL);
	end(&m, &w);
}

static void no_clock_control_leads_to_the_firmware(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct walk w;

	(void)state;
	if (!check_find("F14"))
		skip();
	fire(&m, "F14", SEVERITY_WARN, NULL);
	framed(&w, &m, "60 112");
	walk_next(&w, m.s, false);
	walk_next(&w, m.s, false);
	assert_int_equal(w.order[w.at], step_with(&w, "B02"));
	end(&m, &w);
}

static void what_is_typed_is_understood(void **state)
{
	static const struct {
		const char *text, *guest;
		double reference, observed;
		int err;
	} cases[] = {
		{"web3 60 112", "web3", 60, 112, 0},
		{"60 112", "", 60, 112, 0},
		{"60ms 112 ms", "", 60, 112, 0},
		{"  my guest  0.5 2.25", "my guest", 0.5, 2.25, 0},
		{"web3 don't know", "web3", NAN, NAN, 0},
		{"don't know", "", NAN, NAN, 0},
		{"web3", "web3", NAN, NAN, 0},
		{"", "", NAN, NAN, 0},
		{"web3 60", "", 0, 0, -EINVAL},
		{"112 60", "", 0, 0, -EINVAL},
		{"60 60", "", 0, 0, -EINVAL},
		{"60 inf", "", 0, 0, -EINVAL},
		{"60 -3", "", 0, 0, -EINVAL},
		{"web3 60,5 112,0", "", 0, 0, -EINVAL},
		{"web3 0.060s 0.112s", "", 0, 0, -EINVAL},
	};
	struct made m = make(VERDICT_PASS);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct walk w = {.open = true};
		char why[200] = "";
		const char *note;

		walk_begin(&w, guides[0], m.s);
		assert_int_equal(walk_frame(&w, m.s, cases[i].text, why, &note), cases[i].err);
		if (cases[i].err) {
			assert_true(*why);
			walk_end(&w);
			continue;
		}
		assert_string_equal(w.guest, cases[i].guest);
		assert_true(
			isnan(cases[i].reference) ? isnan(w.reference_ms) : w.reference_ms - cases[i].reference == 0);
		assert_true(isnan(cases[i].observed) ? isnan(w.observed_ms) : w.observed_ms - cases[i].observed == 0);
		assert_int_equal(note != NULL, *w.guest != 0);
		walk_end(&w);
	}
	snapshot_unref(m.s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_check_has_its_step),
		cmocka_unit_test(guides_are_whole),
		cmocka_unit_test(what_is_too_small_comes_last),
		cmocka_unit_test(no_suspect_explains_more_than_the_deficit),
		cmocka_unit_test(unknown_is_not_ruled_out),
		cmocka_unit_test(a_host_without_findings_is_not_the_cause),
		cmocka_unit_test(findings_of_other_guests_are_not_this_ones),
		cmocka_unit_test(steps_go_on_and_back),
		cmocka_unit_test(no_clock_control_leads_to_the_firmware),
		cmocka_unit_test(what_is_typed_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

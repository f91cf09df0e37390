/* What a walk remembers and writes down: what was mended, changed and is lost, what is left, over findings made by
 * hand. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "probes/journal.h"
#include "probes/util.h"
#include "tests/lib/made.h"

static void what_was_mended_is_remembered(void **state)
{
	struct made m = make(VERDICT_PASS), later = make(VERDICT_PASS);
	struct walk w;
	char *text;

	(void)state;
	fire(&m, "F02", SEVERITY_CRIT, NULL)->share = 0.5;
	later.s->wall_ns = m.s->wall_ns + INT64_C(60000000000);
	framed(&w, &m, "60 112");
	assert_true(walk_next(&w, m.s, false));
	assert_int_equal(w.visit[1].first.state, WALK_FOUND);
	walk_look(&w, later.s);
	assert_int_equal(w.visit[1].first.state, WALK_FOUND);
	assert_int_equal(w.visit[1].mended_ns, later.s->wall_ns);
	text = walk_case(&w, later.s, NULL);
	assert_non_null(strstr(text, "F02 is wrong."));
	assert_non_null(strstr(text, "found, mended"));
	assert_non_null(strstr(text, "## What is lost at reboot\n\n- Governor"));
	assert_non_null(strstr(text, "was mended, not by hvscope"));
	free(text);
	walk_look(&w, m.s); /* somebody has put it back */
	assert_int_equal(w.visit[1].mended_ns, 0);
	snapshot_unref(later.s);
	end(&m, &w);
}

/* What cannot be read any more, or does not arise because nothing runs, proves nothing. */
static void only_what_passes_is_mended(void **state)
{
	static const enum verdict others[] = {VERDICT_UNKNOWN, VERDICT_NOT_APPLICABLE};
	struct made m = make(VERDICT_PASS);
	struct walk w;

	(void)state;
	fire(&m, "F01", SEVERITY_CRIT, NULL)->share = 0.5;
	framed(&w, &m, "60 112");
	walk_next(&w, m.s, false);
	for (size_t i = 0; i < COUNT(others); i++) {
		struct made later = make(VERDICT_PASS);

		later.s->wall_ns = m.s->wall_ns + INT64_C(60000000000);
		of(&later, "F01")->verdict = others[i];
		walk_look(&w, later.s);
		assert_int_equal(w.visit[1].mended_ns, 0);
		snapshot_unref(later.s);
	}
	end(&m, &w);
	/* its cause has gone: then nobody waits for a busy CPU to judge */
	m = make(VERDICT_PASS);
	fire(&m, "F02", SEVERITY_CRIT, NULL)->share = 0.5;
	fire(&m, "F01", SEVERITY_CRIT, NULL)->cause = of(&m, "F02");
	framed(&w, &m, "60 112");
	walk_next(&w, m.s, false);
	m.s->wall_ns += 1000000000;
	of(&m, "F02")->verdict = VERDICT_PASS;
	walk_look(&w, m.s);
	assert_int_equal(w.visit[1].mended_ns, 0); /* it is still felt */
	assert_true(walk_cause_passes(&w, m.s, 1));
	of(&m, "F01")->verdict = VERDICT_NOT_APPLICABLE;
	walk_look(&w, m.s);
	assert_int_equal(w.visit[1].mended_ns, m.s->wall_ns);
	end(&m, &w);
}

/* What is left behind in a step is told beside what was mended there, and does not take that back. */
static void the_worst_of_a_step_is_mended(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct walk w;
	char *text;

	(void)state;
	fire(&m, "F02", SEVERITY_CRIT, NULL)->share = 0.5;
	fire(&m, "F10", SEVERITY_WARN, NULL)->share = 0.15;
	framed(&w, &m, "60 112");
	walk_next(&w, m.s, false);
	m.s->wall_ns += 1000000000;
	of(&m, "F02")->verdict = VERDICT_PASS;
	walk_look(&w, m.s);
	assert_int_equal(w.visit[1].mended_ns, m.s->wall_ns);
	walk_through(&w, m.s);
	text = walk_case(&w, m.s, NULL);
	assert_non_null(strstr(text, "The cause. Clock, up to all of the 52 ms, mended: F02 is wrong. Left there: F10 is wrong."));
	assert_non_null(strstr(text, "| found, the most of it mended |"));
	assert_non_null(strstr(text, "What was mended could explain up to all of the 52 ms. What was found and is not mended "
				     "could explain up to 16.8 of the 52 ms."));
	free(text);
	of(&m, "F10")->verdict = VERDICT_PASS;
	w.at = 1;
	walk_look(&w, m.s);
	text = walk_case(&w, m.s, NULL);
	assert_non_null(strstr(text, "| found, mended |"));
	assert_null(strstr(text, "Left there"));
	free(text);
	end(&m, &w);
}

/* The sentence, its worth and its remedy are of one finding: the one that explains most, however bad another is. */
static void a_step_speaks_of_what_explains_most(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct walk w;

	(void)state;
	fire(&m, "V01", SEVERITY_CRIT, NULL)->share = 0.01;
	fire(&m, "X01", SEVERITY_WARN, NULL)->share = 0.3;
	framed(&w, &m, "60 112");
	assert_string_equal(walk_judge(&w, m.s, 11).worst->check->id, "X01");
	end(&m, &w);
	m = make(VERDICT_PASS);
	fire(&m, "X01", SEVERITY_WARN, NULL)->share = 0.3;
	fire(&m, "V01", SEVERITY_CRIT, NULL)->share = 0.3;
	framed(&w, &m, "60 112");
	assert_string_equal(walk_judge(&w, m.s, 11).worst->check->id, "V01"); /* of the same worth: the worse one */
	end(&m, &w);
}

static void earlier_than_it_was_found_nothing_was_mended(void **state)
{
	struct made m = make(VERDICT_PASS), earlier = make(VERDICT_PASS);
	struct walk w;

	(void)state;
	fire(&m, "F02", SEVERITY_CRIT, NULL)->share = 0.5;
	earlier.s->wall_ns = m.s->wall_ns - 1000000000;
	framed(&w, &m, "60 112");
	walk_next(&w, m.s, false);
	walk_look(&w, earlier.s);
	assert_int_equal(w.visit[1].mended_ns, 0);
	assert_int_equal(w.begun_ns, earlier.s->wall_ns);
	snapshot_unref(earlier.s);
	end(&m, &w);
}

/* It claims no more than is known: limits overlap, and are no measurements. */
static void what_is_left_is_said_with_care(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct walk w;
	struct arena *a = arena_new(0);

	(void)state;
	framed(&w, &m, "60 112");
	walk_through(&w, m.s);
	assert_null(walk_residual(a, &w)); /* nothing was found */
	walk_end(&w);
	fire(&m, "V03", SEVERITY_WARN, NULL)->share = 0.1;
	framed(&w, &m, "60 112");
	walk_through(&w, m.s);
	assert_string_equal(walk_residual(a, &w),
		"Nothing of it was seen mended. What was found and is not mended could explain up to 11.2 of the 52 "
		"ms. "
		"At least 40.8 ms are explained by nothing that was found. Only measuring again tells what it was.");
	walk_end(&w);
	framed(&w, &m, "don't know");
	walk_through(&w, m.s);
	assert_null(walk_residual(a, &w)); /* of what nobody said */
	arena_free(a);
	end(&m, &w);
}

static const struct step governor = {.path = "/sys/devices/system/cpu/cpufreq/policy0/scaling_governor"};
static const struct step pin[] = {{.path = "@virt/u/live/vcpu/0"}, {.path = "@virt/u/config/vcpu/0"}};

#define CHANGE(id_, state_, title_, steps_, n) \
	{ \
		.id = (id_), .state = (state_), .title = (title_), .action = "governor", .steps = (steps_), \
		.nsteps = (n), .this_boot = true, .undoable = true \
	}

/* Steps of a kernel's value are lost at reboot, those of a definition are not. */
static void the_case_tells_what_was_changed(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct entry all[] = {CHANGE(1, ENTRY_APPLIED, "Before.", &governor, 1),
		CHANGE(2, ENTRY_APPLIED, "Switch <the> governor", &governor, 1),
		CHANGE(3, ENTRY_PUT_BACK, "Put back", &governor, 1), CHANGE(4, ENTRY_APPLIED, "Pin web3", pin, 2),
		CHANGE(5, ENTRY_UNDONE, "Undone", &governor, 1)};
	const struct entries e = {.n = COUNT(all), .entry = all};
	struct walk w;
	char *text, *lost;

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++)
		all[i].wall_ns = m.s->wall_ns - 1 + (int64_t)i; /* the first before the walk began */
	fire(&m, "F02", SEVERITY_CRIT, NULL)->share = 0.5;
	framed(&w, &m, "60 112");
	walk_next(&w, m.s, false);
	text = walk_case(&w, m.s, &e);
	assert_null(strstr(text, "Before."));
	assert_null(strstr(text, "Put back"));
	assert_non_null(strstr(text, "Switch \\<the\\> governor, 1 step, "));
	assert_non_null(strstr(text, "`hvscope undo 2` puts it back."));
	lost = strstr(text, "## What is lost at reboot");
	assert_non_null(lost);
	assert_non_null(strstr(lost, "governor. To keep it: One of: a TuneD profile"));
	assert_null(strstr(lost, "Pin web3"));
	assert_null(strstr(lost, "Undone"));
	free(text);
	end(&m, &w);
}

static void what_is_found_later_counts(void **state)
{
	struct made m = make(VERDICT_UNKNOWN), later = make(VERDICT_PASS);
	struct walk w;

	(void)state;
	fire(&later, "F02", SEVERITY_CRIT, NULL)->share = 0.5;
	framed(&w, &m, "60 112");
	walk_next(&w, m.s, false);
	assert_int_equal(w.visit[1].first.state, WALK_UNKNOWN);
	walk_look(&w, later.s);
	assert_int_equal(w.visit[1].first.state, WALK_FOUND);
	snapshot_unref(later.s);
	end(&m, &w);
}

static void a_name_is_no_markup(void **state)
{
	struct made m = make(VERDICT_PASS);
	struct walk w;
	char *text;

	(void)state;
	framed(&w, &m, "[x](http://y) <b>\033[31m don't know");
	text = walk_case(&w, m.s, NULL);
	assert_null(strchr(text, '\033'));
	assert_null(strstr(text, "[x]("));
	assert_null(strstr(text, " <b>"));
	free(text);
	end(&m, &w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_mended_is_remembered),
		cmocka_unit_test(only_what_passes_is_mended),
		cmocka_unit_test(the_worst_of_a_step_is_mended),
		cmocka_unit_test(a_step_speaks_of_what_explains_most),
		cmocka_unit_test(earlier_than_it_was_found_nothing_was_mended),
		cmocka_unit_test(what_is_left_is_said_with_care),
		cmocka_unit_test(the_case_tells_what_was_changed),
		cmocka_unit_test(what_is_found_later_counts),
		cmocka_unit_test(a_name_is_no_markup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

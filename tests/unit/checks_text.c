/* Tests the text of checks: each row alone, findings with their values, many parts, wrapping, and what Markdown would obey. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/arena.h"
#include "probes/checks_text.h"
#include "probes/text.h"
#include "probes/util.h"
#include "tests/lib/findings.h"
#include "tests/lib/screen.h"

static const struct finding_part parts[8] = {
	{SEVERITY_CRIT, "policy0: governor powersave.", "frequency.policy[0].governor", "frequency.policy[0]", NULL},
	{SEVERITY_CRIT, "policy1: governor powersave.", "frequency.policy[1].governor", "frequency.policy[1]", NULL},
	{SEVERITY_WARN, "policy2: governor ondemand, 1.2 GHz.", "frequency.policy[2].governor", "frequency.policy[2]", NULL},
	{SEVERITY_WARN, "policy3: governor ondemand, 1.3 GHz.", "frequency.policy[3].governor", "frequency.policy[3]", NULL},
	{SEVERITY_WARN, "policy4: governor ondemand, 1.4 GHz.", "frequency.policy[4].governor", "frequency.policy[4]", NULL},
	{SEVERITY_WARN, "policy5: governor ondemand, 1.5 GHz.", "frequency.policy[5].governor", "frequency.policy[5]", NULL},
	{SEVERITY_WARN, "policy6: governor ondemand, 1.6 GHz.", "frequency.policy[6].governor", "frequency.policy[6]", NULL},
	{SEVERITY_WARN, "policy7: governor ondemand, 1.7 GHz.", "frequency.policy[7].governor", "frequency.policy[7]", NULL},
};
static const char *const facts[] = {"silicon.busy", "silicon.low_khz", "nothing.like[it]"};
static const struct found_by_hand found[] = {
	{"F02", VERDICT_FIRE, SEVERITY_CRIT, "Governor powersave in 2 of 8 policies.", .cost_us = 10000, .share = 0.5,
		.part = parts, .nparts = 8, .now = "`echo 1 > x_y` ; it lasts."},
	{"F01", VERDICT_FIRE, SEVERITY_WARN, "12 busy CPUs run at half their clock.", .share = 0.5, .cause = "F02",
		.part = parts, .nparts = 1, .evidence = facts, .nevidence = 3},
	{"F03", VERDICT_UNKNOWN, SEVERITY_NONE, "frequency.policy is denied (EACCES).", .err = -EACCES,
		.unread = "frequency.policy", .remedy = "Run hvscope as root."},
};

static struct screen *judged(void)
{
	struct screen *s = screen_open("founding", false);

	findings_put(s->app->snap, found, COUNT(found));
	return s;
}

static char *text_of(const struct screen *s, struct arena *a, const char *id, int width, bool markdown)
{
	return check_text(a, check_find(id), s->app->snap->findings, s->app->snap, width, markdown);
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static void before(const char *text, const char *first, const char *second)
{
	has(text, first);
	has(text, second);
	if (strstr(text, first) > strstr(text, second))
		fail_msg("\"%s\" stands behind \"%s\" in:\n%s", first, second, text);
}

/* The documentation is made of these. */
static void every_row_alone(void **state)
{
	struct arena *a = arena_new(0);

	(void)state;
	for (size_t i = 0; i < nchecks; i++) {
		const struct check *c = checks[i];
		const char *text = check_text(a, c, NULL, NULL, 0, false);
		const char *const all[] = {c->id, c->slug, c->title, c->asks, c->why, c->now, c->keep, c->risk,
			c->when_not, c->verify, c->source};

		for (size_t k = 0; k < COUNT(all); k++)
			has(text, check_plain(a, all[k]));
		if (strstr(text, "  Found ") || strstr(text, " nan "))
			fail_msg("%s says what nobody found:\n%s", c->id, text);
	}
	arena_free(a);
}

static void a_finding_whole(void **state)
{
	struct screen *s = judged();
	struct arena *a = arena_new(0);
	const char *cause = text_of(s, a, "F02", 0, false), *effect = text_of(s, a, "F01", 0, false),
		   *unread = text_of(s, a, "F03", 0, false);

	(void)state;
	has(cause, "F02 cpufreq-governor: Governor (critical)\n");
	has(cause, "Costs     Up to ×2 on every CPU-bound millisecond. Order of milliseconds.\n");
	has(cause, "Where     critical: policy0-1: governor powersave.  (frequency.policy[0].governor)\n");
	has(cause, "And 4 more, at the end.\n");
	before(cause, "policy3", "Source");
	before(cause, "Source", "policy4");
	before(cause, "policy4", "policy7");
	has(cause, "The rest  warning: policy4: governor ondemand");
	before(cause, "Where", "The rest");
	has(cause, "Explains  F01 freq-busy-below-base: 12 busy CPUs run at half their clock.\n");
	has(cause, "By hand   echo 1 > x_y ; it lasts.\n");
	has(cause, "governor performance: f plans it");
	has(effect, "(warning)\n");
	has(effect, "Cause     F02 cpufreq-governor: Governor powersave in 2 of 8 policies.\n");
	has(effect, "Evidence  Busy: 12  (silicon.busy)\n");
	has(effect, "nothing.like[it]\n");
	has(unread, "Not known frequency.policy is denied (EACCES).\n");
	has(unread, "Helps     Run hvscope as root.\n");
	has(unread, "Evidence  Not read: denied (EACCES)  (frequency.policy)\n");
	assert_null(strstr(unread, "Costs"));
	arena_free(a);
	screen_close(s);
}

/* Lines are as wide as was asked, but for what is to be pasted. */
static void wraps(void **state)
{
	struct screen *s = judged();
	struct arena *a = arena_new(0);
	char *text = text_of(s, a, "F01", 60, false), *rest = NULL;

	(void)state;
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (text_columns(line) > 60)
			fail_msg("wider than 60: %s", line);
	arena_free(a);
	screen_close(s);
}

static void markdown(void **state)
{
	struct screen *s = judged();
	struct arena *a = arena_new(0);
	const char *text = text_of(s, a, "F02", 0, true);

	(void)state;
	has(text, "### F02 cpufreq-governor: Governor (critical)\n\n");
	has(text, "- **Why** ");
	has(text, "- **Where** policy0-1: governor powersave. `frequency.policy[0].governor`\n");
	has(text, "- **By hand** `echo 1 > x_y` ; it lasts.\n");
	assert_string_equal(markdown_text(a, "a<b>*c*_d_`e`|#[f](g)"), "a\\<b\\>\\*c\\*\\_d\\_\\`e\\`\\|\\#\\[f\\](g)");
	arena_free(a);
	screen_close(s);
}

static void marked_is(const char *text, const char *plain, const char *markdown, bool command)
{
	struct arena *a = arena_new(0);

	assert_string_equal(check_plain(a, text), plain);
	assert_string_equal(check_markdown(a, text), markdown);
	assert_int_equal(check_is_command(text), command);
	arena_free(a);
}

/* A backquote that is alone is no mark. */
static void commands(void **state)
{
	struct arena *a = arena_new(0);

	(void)state;
	marked_is("", "", "", false);
	marked_is("a_b", "a_b", "a\\_b", false);
	marked_is("`a_b`", "a_b", "`a_b`", true);
	marked_is("`a` or `b` .", "a or b .", "`a` or `b` .", false);
	marked_is("Run `x > y_z` now.", "Run x > y_z now.", "Run `x > y_z` now.", false);
	marked_is("`a` b`c", "a b`c", "`a` b\\`c", false);
	marked_is("`", "`", "\\`", false);
	assert_string_equal(markdown_code(a, "echo 'a`b'"), "`` echo 'a`b' ``");
	assert_null(strchr(check_text(a, check_find("M08"), NULL, NULL, 60, false), '`'));
	assert_non_null(strstr(check_text(a, check_find("M08"), NULL, NULL, 60, true), "- **Now** `sysctl vm."));
	arena_free(a);
}

/* Names of strangers are in lines and addresses. */
static void strangers_are_tame(void **state)
{
	static const struct finding_part part = {
		SEVERITY_WARN, "evil\x1b[31m\nguest", "guests.guest[\x1b[2J\xe2\x80\xae].name", NULL, NULL};
	static const struct found_by_hand evil = {"F01", VERDICT_FIRE, SEVERITY_WARN, "\x1b]0;title\x07 \xff line",
		.part = &part, .nparts = 1, .evidence = &part.evidence, .nevidence = 1};
	struct screen *s = screen_open("founding", false);
	struct arena *a = arena_new(0);

	(void)state;
	findings_put(s->app->snap, &evil, 1);
	for (int i = 0; i < 2; i++) {
		const char *text = text_of(s, a, "F01", 0, i == 1);

		for (const char *p = text; *p; p += utf8_length(p)) {
			assert_true(utf8_length(p) > 0);
			if (*p != '\n' && text_mark(p, utf8_length(p)))
				fail_msg("control character %d in:\n%s", *p, text);
		}
		has(text, i ? "evil?\\[31m guest" : "evil?[31m guest");
	}
	arena_free(a);
	screen_close(s);
}

static void worth_is(struct finding f, const char *sentence, const char *brief)
{
	struct arena *a = arena_new(0);
	const char *text;

	f.verdict = VERDICT_FIRE;
	text = finding_worth(a, &f);
	assert_int_equal(!text, !sentence);
	if (sentence)
		assert_string_equal(text, sentence);
	assert_string_equal(finding_worth_brief(a, &f), brief);
	arena_free(a);
}

static void worth(void **state)
{
	static const struct check plain = {.id = "X"}, estimate = {.id = "X", .share = 0.15},
				  small = {.id = "X", .share = 0.005};

	(void)state;
	worth_is((struct finding){&plain, .cost_us = NAN, .per_s = NAN, .share = NAN}, NULL, "");
	worth_is((struct finding){&plain, .cost_us = 133, .per_s = 900, .share = NAN},
		"Up to 133 µs each time, 900 times a second.", "133 µs 900/s");
	worth_is((struct finding){&plain, .cost_us = 10000, .per_s = NAN, .share = NAN}, "Up to 10 ms each time.", "10 ms");
	worth_is((struct finding){&plain, .cost_us = 0.12, .per_s = 3.4, .share = NAN},
		"Up to 120 ns each time, 3.4 times a second.", "120 ns 3.4/s");
	worth_is((struct finding){&plain, .cost_us = 999.7, .per_s = NAN, .share = NAN}, "Up to 1 ms each time.", "1 ms");
	worth_is((struct finding){&plain, .cost_us = NAN, .per_s = NAN, .share = 0.5},
		"Up to ×2 on every CPU-bound millisecond.", "×2");
	worth_is((struct finding){&plain, .cost_us = NAN, .per_s = NAN, .share = 0.2},
		"Up to ×1.2 on every CPU-bound millisecond.", "×1.2");
	worth_is((struct finding){&plain, .cost_us = NAN, .per_s = NAN, .share = 0.05},
		"Up to 5 % of every CPU-bound millisecond.", "5 %");
	worth_is((struct finding){&plain, .cost_us = NAN, .per_s = NAN, .share = 1},
		"All of the time that CPUs work here.", "all of it");
	worth_is((struct finding){&estimate, .cost_us = NAN, .per_s = NAN, .share = NAN},
		"Up to 15 % of a request (estimate).", "15 % (est.)");
	worth_is((struct finding){&small, .cost_us = NAN, .per_s = NAN, .share = NAN},
		"Up to 0.5 % of a request (estimate).", "0.5 % (est.)");
	/* what was measured is told, not the estimate */
	worth_is((struct finding){&estimate, .cost_us = 30, .per_s = 10, .share = NAN},
		"Up to 30 µs each time, 10 times a second.", "30 µs 10/s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_alone),
		cmocka_unit_test(a_finding_whole),
		cmocka_unit_test(wraps),
		cmocka_unit_test(markdown),
		cmocka_unit_test(commands),
		cmocka_unit_test(strangers_are_tame),
		cmocka_unit_test(worth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

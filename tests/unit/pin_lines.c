/* Tests how a plan shows pins: a line for each, or one for all of a scope where they are many. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "probes/arena.h"
#include "probes/change.h"
#include "tui/plan.h"

/* Ends in a digit, which is no number of anything. */
#define UUID "11111111-2222-3333-4444-000000000003"

static struct change *pins(size_t n, bool config, const char *was)
{
	struct change *c = change_new();

	c->steps = arena_array(c->a, 2 * n, sizeof(*c->steps));
	for (size_t i = 0; i < (config ? 2 : 1) * n; i++)
		c->steps[c->nsteps++] = (struct step){
			.path = arena_printf(c->a, "@virt/" UUID "/%s/vcpu/%zu", i < n ? "live" : "config", i % n),
			.now = arena_printf(c->a, "%zu\n", 8 + i % n),
			.was = was,
			.compare = COMPARE_CPUS,
		};
	return c;
}

static void line_is(const struct dialog_line *l, const char *text, const char *was, const char *now)
{
	assert_string_equal(l->text, text);
	assert_string_equal(l->was, was);
	assert_string_equal(l->now, now);
}

static void few_have_a_line_each(void **state)
{
	struct change *c = pins(2, true, "-\n");
	struct dialog_line *lines;

	(void)state;
	assert_int_equal(plan_lines(c->a, c, NULL, &lines), 4);
	line_is(&lines[0], "live vcpu 0", "-", "8");
	line_is(&lines[3], "config vcpu 1", "-", "9");
	c->steps[1].now = c->steps[0].now;
	c->steps[3].path = "@virt/" UUID "/config/emulator";
	assert_int_equal(plan_lines(c->a, c, NULL, &lines), 3);
	line_is(&lines[0], "live vcpu 0-1", "-", "8");
	line_is(&lines[2], "config emulator", "-", "9");
	change_free(c);
}

static void many_share_one(void **state)
{
	struct change *c = pins(4, true, "-\n");
	struct dialog_line *lines;

	(void)state;
	c->steps[2].was = "3\n";
	assert_int_equal(plan_lines(c->a, c, NULL, &lines), 2);
	line_is(&lines[0], "live vcpu 0-3", "- - 3 -", "8 9 10 11");
	line_is(&lines[1], "config vcpu 0-3", "-", "8 9 10 11");
	/* what cannot be read stands by itself */
	c->steps[5].was = NULL;
	c->steps[5].err = -EIO;
	assert_int_equal(plan_lines(c->a, c, NULL, &lines), 3);
	line_is(&lines[1], "config vcpu 0,2-3", "-", "8 10 11");
	line_is(&lines[2], "config vcpu 1", "?", "9");
	change_free(c);
}

static void very_many_end_somewhere(void **state)
{
	struct change *c = pins(200, false, "-\n");
	struct dialog_line *lines;

	(void)state;
	c->steps[199].was = "4\n";
	assert_int_equal(plan_lines(c->a, c, NULL, &lines), 1);
	assert_string_equal(lines[0].text, "live vcpu 0-199");
	assert_true(strlen(lines[0].now) < 100);
	assert_non_null(strstr(lines[0].now, "8 9 10 "));
	assert_non_null(strstr(lines[0].now, "…"));
	assert_string_not_equal(lines[0].was, "-");
	change_free(c);
}

static void lines_fold_at_blanks(void **state)
{
	static const struct {
		const char *text;
		size_t columns, fits;
	} folds[] = {
		{"", 8, 0},
		{"one two", 7, 7},
		{"one two", 6, 3},
		{"one two", 3, 3},
		{"one two three", 7, 7},
		{"one two three", 8, 7},
		{"einhundert zwei", 5, 10},
		{"unbreakable", 4, 11},
		{"→ → →", 3, 7},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(folds) / sizeof(*folds); i++)
		if (plan_fold(folds[i].text, folds[i].columns) != folds[i].fits)
			fail_msg("%s: %zu", folds[i].text, plan_fold(folds[i].text, folds[i].columns));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_have_a_line_each),
		cmocka_unit_test(many_share_one),
		cmocka_unit_test(very_many_end_somewhere),
		cmocka_unit_test(lines_fold_at_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

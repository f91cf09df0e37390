/* The list of differences: what stands in it, how it is filtered, and where its lines lead. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/beside.h"
#include "tests/lib/tree.h"
#include "tui/beside.h"

static void it_lists_what_is_set(void **state)
{
	struct besides b = besides_open("founding", "fine");
	const char *row;

	(void)state;
	screen_keys(b.s, "=");
	must_show(b.s, "kvm07 and fine");
	row = screen_row(b.s, screen_row_with(b.s, "frequency.policy[0-7].governor "));
	assert_non_null(strstr(row, "powersave"));
	assert_non_null(strstr(row, "performance"));
	row = screen_row(b.s, screen_row_with(b.s, "frequency.policy[8-23]"));
	assert_non_null(strstr(row, "only here"));
	assert_true(screen_row_with(b.s, "frequency.governor") < screen_row_with(b.s, "idle.driver"));
	assert_non_null(strstr(screen_bottom(b.s), "m what moves too"));
	screen_golden(b.s, "beside-list", true);
	screen_keys(b.s, "=");
	must_not_show(b.s, "kvm07 and fine");
	besides_close(&b);
}

static void filters(void **state)
{
	struct besides b = besides_open("founding", "fine");

	(void)state;
	screen_keys(b.s, "= /");
	screen_type(b.s, "governor perf");
	screen_keys(b.s, "Enter");
	must_show(b.s, "2 with governor perf");
	must_show(b.s, "frequency.policy[0-7].governor");
	must_not_show(b.s, "idle.driver");
	screen_keys(b.s, "/");
	must_say(b.s, "/governor perf"); /* it can be gone on with */
	screen_type(b.s, "xyz");
	must_show(b.s, "no difference fits the filter");
	screen_keys(b.s, "Enter Enter Down PgDn End"); /* there is no line to explain */
	must_show(b.s, "no difference fits the filter");
	screen_keys(b.s, "Esc");
	must_show(b.s, "idle.driver");
	screen_keys(b.s, "Esc");
	must_not_show(b.s, "idle.driver");
	assert_string_equal(b.s->app->filter, ""); /* the panel's is another one */
	besides_close(&b);
}

static void a_line_leads_to_both_numbers(void **state)
{
	struct besides b = besides_open("founding", "fine");

	(void)state;
	screen_keys(b.s, "= Down Enter");
	must_show(b.s, "Here     kvm07: powersave");
	must_show(b.s, "There    fine: performance");
	must_not_show(b.s, "kvm07 and fine");
	screen_keys(b.s, "Esc = /");
	screen_type(b.s, "policy[0-7].driver");
	screen_keys(b.s, "Enter Enter");
	must_show(b.s, "frequency.policy[0].driver");
	must_show(b.s, "Raw      \"acpi-cpufreq\\n\"");
	must_show(b.s, "Its raw  \"intel_pstate\\n\"");
	screen_keys(b.s, "Esc = / Ctrl-U");
	screen_type(b.s, "policy[8-23]");
	screen_keys(b.s, "Enter Enter");
	must_show(b.s, "several facts");
	must_show(b.s, "Of     ");
	must_show(b.s, "[8-23]"); /* all of them, however many the list can name */
	must_show(b.s, "There  fine: nothing like it");
	besides_close(&b);
	b = besides_open("fine", "founding");
	screen_keys(b.s, "= /");
	screen_type(b.s, "policy[8-23]");
	screen_keys(b.s, "Enter Enter");
	must_show(b.s, "This host has nothing like it.");
	must_show(b.s, "There  kvm07: there are such facts");
	besides_close(&b);
}

static void what_moves_on_a_key(void **state)
{
	struct besides b = besides_open("founding", "fine");
	size_t n;

	(void)state;
	screen_keys(b.s, "= /");
	screen_type(b.s, "memory.used");
	screen_keys(b.s, "Enter");
	must_show(b.s, "no difference fits the filter");
	screen_keys(b.s, "m");
	must_show(b.s, "memory.used_kib");
	must_show(b.s, "with what moves by itself");
	assert_non_null(strstr(screen_bottom(b.s), "m only what is set"));
	screen_keys(b.s, "Esc");
	screen_keys(b.s, "Esc");
	n = besides_marks(&b, 0); /* marks follow it */
	screen_keys(b.s, "= m Esc");
	assert_true(besides_marks(&b, 0) < n);
	besides_close(&b);
}

static void nothing_differs(void **state)
{
	struct besides b = besides_open("founding", "founding");

	(void)state;
	screen_keys(b.s, "= Enter Up Down PgUp Home End");
	must_show(b.s, "No difference");
	must_show(b.s, "nothing that is set differs; m: what moves by itself");
	besides_close(&b);
}

static void the_cursor_and_the_mouse(void **state)
{
	struct besides b = besides_open("founding", "fine");
	int y;

	(void)state;
	screen_keys(b.s, "= End");
	must_show(b.s, "\xe2\x86\x91 "); /* what is above */
	screen_keys(b.s, "Home");
	must_show(b.s, "frequency.driver");
	y = screen_row_with(b.s, "frequency.policies");
	screen_click(b.s, 20, y, BUTTON_LEFT, false);
	must_show(b.s, "kvm07 and fine");
	screen_click(b.s, 20, y, BUTTON_LEFT, true);
	must_show(b.s, "There    fine: 8");
	screen_keys(b.s, "Esc =");
	screen_click(b.s, 0, 0, BUTTON_LEFT, true); /* outside */
	must_show(b.s, "kvm07 and fine");
	besides_close(&b);
}

/* The other host is gone while its list is open; nothing of it is left. */
static void the_other_is_closed_under_it(void **state)
{
	struct besides b = besides_open("founding", "fine");

	(void)state;
	screen_keys(b.s, "=");
	screen_command(b.s, "beside off");
	must_not_show(b.s, "kvm07 and fine");
	screen_keys(b.s, "=");
	must_say(b.s, "There is no host beside this one");
	screen_command(b.s, "differences some");
	must_say(b.s, "There is no host beside this one");
	beside_open(b.s->app, b.tree[1], NULL);
	screen_command(b.s, "differences some");
	must_say(b.s, "differences takes moving or steady");
	besides_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_lists_what_is_set),
		cmocka_unit_test(filters),
		cmocka_unit_test(a_line_leads_to_both_numbers),
		cmocka_unit_test(what_moves_on_a_key),
		cmocka_unit_test(nothing_differs),
		cmocka_unit_test(the_cursor_and_the_mouse),
		cmocka_unit_test(the_other_is_closed_under_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Groups of the Findings panel: what is not known or does not apply for one reason, and what passes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/findings_screen.h"

static const struct found_by_hand groups[] = {
	{.id = "F02", .verdict = VERDICT_FIRE, .severity = SEVERITY_CRIT, .line = FOUND_GOVERNOR},
	{.id = "F03", .verdict = VERDICT_UNKNOWN, .line = "Refused.", .err = -EACCES, .unread = "frequency.policies"},
	{.id = "F04", .verdict = VERDICT_UNKNOWN, .line = "Not there.", .err = -ENOENT, .unread = "frequency.policies"},
	{.id = "F05", .verdict = VERDICT_UNKNOWN, .line = "Not there.", .err = -ENOENT, .unread = "frequency.policies"},
	{.id = "F06", .verdict = VERDICT_NOT_APPLICABLE, .line = "One level up."},
	{.id = "F07", .verdict = VERDICT_NOT_APPLICABLE, .line = "One level up."},
	{.id = "F08", .verdict = VERDICT_NOT_APPLICABLE, .line = "One level up."},
	{.id = "F10", .verdict = VERDICT_NOT_APPLICABLE, .line = "For another reason."},
};

/* Enter on a group shows its checks and no others, and Esc leads back to where it stood. */
static void groups_open_and_close(void **state)
{
	struct screen *s = findings_with("founding", groups, COUNT(groups));

	(void)state;
	screen_keys(s, "End Enter");
	must_show(s, "F04");
	must_show(s, "F05");
	must_not_show(s, "F03");
	must_not_show(s, "F02");
	screen_keys(s, "Enter");
	must_show(s, "F04 ");
	must_show(s, "(unknown)");
	screen_keys(s, "Esc");
	must_show(s, "2 of these");
	screen_keys(s, "Esc");
	must_show(s, "F02");
	must_show(s, "2 checks not known");
	assert_string_equal(findings_under_cursor(s), "?3");
	screen_command(s, "by passed"); /* what is said of many is said once */
	must_show(s, "3 checks do not apply (Enter): One level up.");
	must_show(s, "For another reason.");
	must_not_show(s, "F07");
	screen_keys(s, "Home");
	for (int i = 0; i < 100 && strcmp(findings_under_cursor(s), "=F08") != 0; i++)
		screen_keys(s, "Down");
	screen_keys(s, "Enter");
	must_show(s, "F07");
	must_not_show(s, "F10");
	screen_keys(s, "Esc");
	assert_string_equal(findings_under_cursor(s), "=F08");
	screen_close(s);
}

/* What passes answers its question: its title names the fault that it has not. */
static void what_passes_is_no_fault(void **state)
{
	struct screen *s = findings_with("fine", findings_calm, COUNT(findings_calm));

	(void)state;
	s->w = 160;
	screen_command(s, "by passed");
	must_show(s, check_find("F03")->asks);
	must_not_show(s, "Policies disagree: All policies");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_open_and_close),
		cmocka_unit_test(what_passes_is_no_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

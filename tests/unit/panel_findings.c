/* Tests the Findings panel: pictures over findings made by hand, the cursor, what is folded, filtered and opened. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/findings.h"
#include "tests/lib/screen.h"
#include "tests/lib/tree.h"
#include "tui/panels/findings.h"

#define GOVERNOR "Governor powersave on acpi-cpufreq pins its CPUs to 1.20 GHz, in 24 of 24 policies."
#define CLOCK "12 of 12 busy CPUs run below base, the slowest at 1.20 of 2.40 GHz."

static const struct finding_part governors[2] = {
	{SEVERITY_CRIT, "policy3: governor powersave.", "frequency.policy[3].governor", "frequency.policy[3]"},
	{SEVERITY_CRIT, "policy4: governor powersave.", "frequency.policy[4].governor", "frequency.policy[4]"},
};
static const struct finding_part clocks[1] = {
	{SEVERITY_CRIT, "CPU 7 runs at half its clock.", "silicon.cpu[7].ratio", NULL}};
static const char *const facts[] = {"silicon.busy", "firmware.bios_version"};

static const struct found_by_hand slow[] = {
	{"F02", VERDICT_FIRE, SEVERITY_CRIT, GOVERNOR, .cost_us = 10000, .share = 0.5, .part = governors, .nparts = 2},
	{"F01", VERDICT_FIRE, SEVERITY_CRIT, CLOCK, .share = 0.5, .cause = "F02", .part = clocks, .nparts = 1,
		.evidence = facts, .nevidence = 2},
	{"F03", VERDICT_UNKNOWN, SEVERITY_NONE, "frequency.policy is denied (EACCES).", .err = -EACCES,
		.unread = "frequency.policy[0].governor", .remedy = "Run hvscope as root."},
};
static const struct found_by_hand calm[] = {
	{"F01", VERDICT_PASS, .line = "12 busy CPUs run at 1.00 of base clock."},
	{"F02", VERDICT_PASS, .line = "Governor performance in all policies."},
	{"F03", VERDICT_PASS, .line = "All policies have governor performance."},
};

static struct screen *with(const char *host, const struct found_by_hand *row, size_t n)
{
	struct screen *s = screen_open(host, false);

	findings_put(s->app->snap, row, n);
	screen_keys(s, "8");
	return s;
}

static const char *under_cursor(struct screen *s)
{
	return ((const struct findings_state *)s->app->state[panel_find("findings")])->id;
}

static void goldens(void **state)
{
	struct screen *s = with("founding", slow, COUNT(slow));

	(void)state;
	screen_golden(s, "findings", false);
	screen_keys(s, "Enter Down Down Down");
	screen_golden(s, "findings-open", true);
	screen_close(s);
	s = with("fine", calm, COUNT(calm));
	screen_golden(s, "findings-calm", true);
	screen_close(s);
	s = with("founding", slow, COUNT(slow));
	s->ascii = true;
	screen_golden(s, "findings-ascii", true);
	screen_close(s);
}

static void nothing_is_an_all_clear_only_when_all_is_known(void **state)
{
	struct screen *s = with("fine", calm, COUNT(calm));

	(void)state;
	must_show(s, "Nothing was found: 3 checks pass, the others do not apply.");
	must_show(s, "nothing was found");
	screen_close(s);
	s = with("fine", &slow[2], 1);
	must_show(s, "Nothing is known: none of 1 checks could be answered.");
	must_show(s, "1 check could not be read: refused");
	screen_close(s);
}

/* The row stays under the cursor when rows above it go, and the next one is taken when it goes itself. */
static void the_cursor_stays_on_its_check(void **state)
{
	static const struct found_by_hand swapped[] = {
		{"F01", VERDICT_FIRE, SEVERITY_CRIT, CLOCK, .share = 0.5}, {"F03", VERDICT_FIRE, SEVERITY_WARN, .line = "Mixed."}};
	struct screen *s = with("founding", slow, COUNT(slow));

	(void)state;
	screen_keys(s, "Down");
	assert_string_equal(under_cursor(s), "F01");
	findings_put(s->app->snap, swapped, 2);
	screen_keys(s, "?");
	must_show(s, "F01 freq-busy-below-base: Busy CPUs below base clock (critical)");
	screen_keys(s, "Esc");
	findings_put(s->app->snap, &swapped[1], 1);
	screen_keys(s, "Enter");
	must_show(s, "F03 cpufreq-governor-mixed: Policies disagree (warning)");
	screen_close(s);
}

static void folds_and_unfolds(void **state)
{
	struct screen *s = with("founding", slow, COUNT(slow));

	(void)state;
	must_show(s, "└ 12 of 12 busy CPUs");
	screen_keys(s, "Tab");
	must_not_show(s, "└ 12 of 12 busy CPUs");
	must_show(s, "F02 +1");
	screen_keys(s, "Tab");
	must_show(s, "└ 12 of 12 busy CPUs");
	screen_close(s);
}

static void filters(void **state)
{
	static const struct {
		const char *words, *shows, *not;
	} cases[] = {
		{"f01", "12 of 12", "F02"},
		{"frequency critical", "F02", "could not be read"},
		{"governor", "F02", "no check fits"},
		{"warning", "no check fits the filter", "F02 "},
	};
	struct screen *s = with("founding", slow, COUNT(slow));
	char command[64];

	(void)state;
	s->h = 14; /* the list alone */
	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(command, sizeof(command), "filter %s", cases[i].words);
		screen_command(s, command);
		must_show(s, cases[i].shows);
		must_not_show(s, cases[i].not);
	}
	screen_command(s, "filter unread");
	screen_command(s, "by all");
	must_show(s, "F03");
	must_not_show(s, "F02 ");
	screen_close(s);
}

static void shows_what_did_not_fire(void **state)
{
	struct screen *s = with("founding", slow, COUNT(slow));

	(void)state;
	screen_keys(s, "End");
	must_show(s, "1 check could not be read: refused");
	screen_keys(s, "Enter");
	must_show(s, "– unknown");
	must_show(s, "Helps     Run hvscope as root.");
	screen_command(s, "by passed");
	must_show(s, "profile web");
	must_not_show(s, "F02 ");
	screen_command(s, "by all");
	must_show(s, "F01");
	must_show(s, "F03");
	screen_command(s, "by nonsense");
	must_say(s, "This panel cannot show \"nonsense\".");
	screen_close(s);
}

/* Puts the cursor of the check that is open on the line that begins so. */
static void go_to(struct screen *s, const char *text)
{
	screen_keys(s, "Home");
	for (int i = 0; i < 40; i++) {
		int y = screen_row_with(s, text);
		const char *roles = screen_roles(s);

		for (; y > 0; y--)
			roles = strchr(roles, '\n') + 1;
		if (strncmp(roles, ".", 1) != 0 && *roles == role_letter(ROLE_select))
			return;
		screen_keys(s, "Down");
	}
	fail_msg("the cursor does not come to %s", text);
}

/* Enter goes to the panel and the row that has the fact, ? explains it, and a cause opens as a whole. */
static void evidence_leads_on(void **state)
{
	struct screen *s = with("founding", slow, COUNT(slow));

	(void)state;
	screen_keys(s, "Down Enter");
	go_to(s, "CPU 7 runs");
	screen_keys(s, "Enter");
	must_show(s, "worst first · 12 busy");
	screen_keys(s, "?");
	must_show(s, "cpu[7]");
	screen_close(s);
	s = with("founding", slow, COUNT(slow));
	s->h = 40;
	screen_keys(s, "Down Enter");
	go_to(s, "Cause ");
	screen_keys(s, "Enter");
	must_show(s, "F02 cpufreq-governor: Governor (critical)");
	screen_keys(s, "Esc");
	must_show(s, "What was found");
	screen_close(s);
}

/* A fact that no panel shows is explained. */
static void evidence_without_a_panel_is_explained(void **state)
{
	struct screen *s = with("founding", slow, COUNT(slow));

	(void)state;
	screen_keys(s, "Down Enter");
	go_to(s, "Firmware");
	screen_keys(s, "Enter");
	must_show(s, "firmware.bios_version");
	screen_close(s);
}

static void explains_by_id(void **state)
{
	struct screen *s = with("founding", slow, COUNT(slow));

	(void)state;
	screen_keys(s, "1");
	screen_command(s, "explain cpufreq-governor");
	must_show(s, "F02 cpufreq-governor: Governor (critical)");
	screen_close(s);
}

static void strangers_are_tame(void **state)
{
	static const struct found_by_hand evil = {"F02", VERDICT_FIRE, SEVERITY_CRIT, "\x1b[31m\xe2\x80\xae \xff name",
		.part = governors, .nparts = 2, .now = "rm \x1b[2J"};
	struct screen *s = with("founding", &evil, 1);

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *text = screen_text(s);

		if (strchr(text, '\x1b') || strstr(text, "\xe2\x80\xae") || strchr(text, '\xff'))
			fail_msg("not tame:\n%s", text);
		screen_keys(s, "Enter");
	}
	screen_close(s);
}

static void every_size(void **state)
{
	struct screen *s = with("founding", slow, COUNT(slow));
	int step = screen_step(3);

	(void)state;
	for (int i = 0; i < 2; i++) {
		for (int w = 0; w <= WIDEST; w += step)
			for (int h = 0; h <= HIGHEST; h += step)
				screen_sane(s, w, h);
		screen_keys(s, "Enter");
	}
	screen_close(s);
}

/* A click on a row moves the cursor there, a second one opens it, and in it a click moves over its lines. */
static void clicks(void **state)
{
	struct screen *s = with("founding", slow, COUNT(slow));

	(void)state;
	screen_click(s, 30, screen_row_with(s, "└ 12 of 12"), BUTTON_LEFT, false);
	assert_string_equal(under_cursor(s), "F01");
	screen_click(s, 30, screen_row_with(s, "└ 12 of 12"), BUTTON_LEFT, true);
	must_show(s, "Busy CPUs below base clock (critical)");
	screen_click(s, 30, screen_row_with(s, "CPU 7 runs"), BUTTON_LEFT, false);
	screen_keys(s, "?");
	must_show(s, "silicon.cpu[7].ratio");
	screen_close(s);
}

/* The worst problem, what it is worth, and the keys that help; the cursor goes up to it, Enter opens the list there. */
static void the_overview_begins_with_it(void **state)
{
	struct screen *s = with("fine", slow, COUNT(slow));

	(void)state;
	screen_keys(s, "1");
	must_show(s, "▲ Governor powersave on acpi-cpufreq pins its CPUs");
	must_show(s, "Worth up to ×2 on every CPU-bound millisecond.");
	must_show(s, "f fix  w walk  ? why");
	must_show(s, "FOUND   ▲ 1 critical   – 1 not known   1 of them refused");
	screen_keys(s, "Home Up Enter");
	must_show(s, "What was found");
	assert_string_equal(under_cursor(s), "F02");
	screen_keys(s, "1 Home Up ?");
	must_show(s, "F02 cpufreq-governor: Governor (critical)");
	screen_line(s, "FOUND");
	screen_keys(s, "Enter");
	must_show(s, "What was found");
	screen_close(s);
}

static const struct finding_part guest_itself = {SEVERITY_INFO, "It is a guest itself.", "firmware.guest", NULL};
static const struct found_by_hand in_a_guest[] = {
	{"F03", VERDICT_FIRE, SEVERITY_WARN, .line = "Policies have different governors."},
	{"K06", VERDICT_FIRE, SEVERITY_INFO, .line = "A guest.", .part = &guest_itself, .nparts = 1}};

static void small_and_calm_overviews_say_it_too(void **state)
{
	struct screen *s = with("fine", slow, COUNT(slow));

	(void)state;
	s->w = 40;
	s->h = 12;
	screen_keys(s, "1");
	must_show(s, "▲ Governor powersave on acpi-cpufreq");
	must_show(s, "FOUND   ▲ 1 critical");
	screen_close(s);
	s = with("fine", calm, COUNT(calm));
	screen_keys(s, "1");
	must_show(s, "FOUND   nothing: 3 checks pass");
	must_not_show(s, "f fix");
	screen_keys(s, "f");
	must_say(s, "There is no finding under the cursor");
	screen_close(s);
	s = with("fine", NULL, 0);
	screen_keys(s, "1");
	must_show(s, "FOUND   no check applies");
	screen_close(s);
	s = screen_open("guest", false);
	must_show(s, "This host is itself a");
	screen_keys(s, "8");
	must_show(s, "This host is itself a");
	screen_close(s);
	s = with("fine", in_a_guest, COUNT(in_a_guest));
	must_show(s, "It is a guest itself.");
	screen_keys(s, "1");
	must_show(s, "It is a guest itself.");
	screen_close(s);
}

/* Further problems stand below the worst where there is room. */
static void tall_overviews_name_more(void **state)
{
	static const struct found_by_hand two[] = {
		{"F02", VERDICT_FIRE, SEVERITY_CRIT, GOVERNOR, .share = 0.5},
		{"F03", VERDICT_FIRE, SEVERITY_WARN, "Policies have different governors.", .cost_us = 10000}};
	struct screen *s = with("fine", two, 2);
	int y;

	(void)state;
	screen_keys(s, "1");
	must_not_show(s, "Policies have different governors.");
	s->h = 40;
	must_show(s, "△ Policies have different governors.");
	y = screen_row_with(s, "△ Policies have");
	assert_non_null(strstr(screen_row(s, y), "10 ms"));
	screen_click(s, 10, y, BUTTON_LEFT, true);
	must_show(s, "What was found");
	assert_string_equal(under_cursor(s), "F03");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goldens),
		cmocka_unit_test(nothing_is_an_all_clear_only_when_all_is_known),
		cmocka_unit_test(the_cursor_stays_on_its_check),
		cmocka_unit_test(folds_and_unfolds),
		cmocka_unit_test(filters),
		cmocka_unit_test(shows_what_did_not_fire),
		cmocka_unit_test(evidence_leads_on),
		cmocka_unit_test(evidence_without_a_panel_is_explained),
		cmocka_unit_test(explains_by_id),
		cmocka_unit_test(strangers_are_tame),
		cmocka_unit_test(every_size),
		cmocka_unit_test(clicks),
		cmocka_unit_test(the_overview_begins_with_it),
		cmocka_unit_test(small_and_calm_overviews_say_it_too),
		cmocka_unit_test(tall_overviews_name_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

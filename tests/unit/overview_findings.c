/* Tests the first lines of the overview over findings made by hand: the worst problem, the next ones, and their counts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/findings_screen.h"

/* The worst problem, what it is worth, and the keys that help; the cursor goes up to it, Enter opens the list there. */
static void the_overview_begins_with_it(void **state)
{
	struct screen *s = findings_with("fine", findings_slow, COUNT(findings_slow));

	(void)state;
	screen_keys(s, "1");
	must_show(s, "▲ Governor powersave on acpi-cpufreq pins its CPUs");
	must_show(s, "Worth up to ×2 on every CPU-bound millisecond.");
	must_show(s, "f fix  w walk  ? why");
	must_show(s, "FOUND   ▲ 1 critical   – 1 not known   1 of them refused");
	screen_keys(s, "Home Up Enter");
	must_show(s, "What was found");
	assert_string_equal(findings_under_cursor(s), "F02");
	screen_keys(s, "1 Home Up ?");
	must_show(s, "F02 cpufreq-governor: Governor (critical)");
	screen_line(s, "FOUND");
	screen_keys(s, "Enter");
	must_show(s, "What was found");
	screen_close(s);
}

/* What has no worth to be told leaves no line to the keys alone. */
static void keys_cost_no_line(void **state)
{
	static const struct found_by_hand brief[] = {{"F03", VERDICT_FIRE, SEVERITY_WARN, .line = "Policies disagree."}};
	struct screen *s = findings_with("fine", brief, 1);
	int y;

	(void)state;
	screen_keys(s, "1");
	y = screen_row_with(s, "Policies disagree.");
	assert_int_equal(screen_row_with(s, "f fix  w walk  ? why"), y);
	screen_close(s);
}

static const struct finding_part guest_itself = {SEVERITY_INFO, "It is a guest itself.", "firmware.guest", NULL, NULL};
static const struct found_by_hand in_a_guest[] = {
	{"F03", VERDICT_FIRE, SEVERITY_WARN, .line = "Policies have different governors."},
	{"K06", VERDICT_FIRE, SEVERITY_INFO, .line = "A guest.", .part = &guest_itself, .nparts = 1}};

static void small_and_calm_overviews_say_it_too(void **state)
{
	struct screen *s = findings_with("fine", findings_slow, COUNT(findings_slow));

	(void)state;
	s->w = 40;
	s->h = 12;
	screen_keys(s, "1");
	must_show(s, "▲ Governor powersave on acpi-cpufreq");
	must_show(s, "FOUND   ▲ 1 critical");
	screen_close(s);
	s = findings_with("fine", findings_calm, COUNT(findings_calm));
	screen_keys(s, "1");
	must_show(s, "FOUND   nothing: 3 checks pass");
	must_not_show(s, "f fix");
	screen_keys(s, "f");
	must_say(s, "There is no finding under the cursor");
	screen_close(s);
	s = findings_with("fine", NULL, 0);
	screen_keys(s, "1");
	must_show(s, "FOUND   no check applies");
	screen_close(s);
	s = screen_open("guest", false);
	must_show(s, "This host is itself a");
	screen_keys(s, "8");
	must_show(s, "This host is itself a");
	screen_close(s);
	s = findings_with("fine", in_a_guest, COUNT(in_a_guest));
	must_show(s, "It is a guest itself.");
	screen_keys(s, "1");
	must_show(s, "It is a guest itself.");
	screen_close(s);
}

/* Further problems stand below the worst where there is room. */
static void tall_overviews_name_more(void **state)
{
	static const struct found_by_hand two[] = {
		{"F02", VERDICT_FIRE, SEVERITY_CRIT, FOUND_GOVERNOR, .share = 0.5},
		{"F03", VERDICT_FIRE, SEVERITY_WARN, "Policies have different governors.", .cost_us = 10000}};
	struct screen *s = findings_with("fine", two, 2);
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
	assert_string_equal(findings_under_cursor(s), "F03");
	screen_close(s);
}

/* A chain counts as the worst in it, wherever one row stands for it. */
static void a_lesser_cause_of_what_is_critical(void **state)
{
	static const struct found_by_hand chain[] = {{"S02", VERDICT_FIRE, SEVERITY_WARN, .line = "Too many vCPUs."},
		{"S01", VERDICT_FIRE, SEVERITY_CRIT, "web3 waits.", .cause = "S02"}};
	struct screen *s = findings_with("fine", chain, 2);

	(void)state;
	must_show(s, "▲ 1 critical; the worst: Too many");
	must_show(s, "S02     △ warn");
	screen_keys(s, "Tab");
	must_show(s, "S02 +1  ▲ crit");
	screen_keys(s, "1");
	must_show(s, "▲ Too many vCPUs.");
	must_show(s, "FOUND   ▲ 1 critical");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_overview_begins_with_it),
		cmocka_unit_test(a_lesser_cause_of_what_is_critical),
		cmocka_unit_test(keys_cost_no_line),
		cmocka_unit_test(small_and_calm_overviews_say_it_too),
		cmocka_unit_test(tall_overviews_name_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

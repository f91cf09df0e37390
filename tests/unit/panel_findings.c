/* Tests the Findings panel: pictures over findings made by hand, the cursor, what is folded, filtered and opened. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/findings_screen.h"
#include "tui/beside.h"

static void goldens(void **state)
{
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));

	(void)state;
	screen_golden(s, "findings", false);
	screen_keys(s, "Enter Down Down Down");
	screen_golden(s, "findings-open", true);
	screen_close(s);
	s = findings_with("fine", findings_calm, COUNT(findings_calm));
	screen_golden(s, "findings-calm", true);
	screen_close(s);
	s = findings_with("founding", findings_slow, COUNT(findings_slow));
	s->ascii = true;
	screen_golden(s, "findings-ascii", true);
	screen_close(s);
}

static void nothing_is_an_all_clear_only_when_all_is_known(void **state)
{
	struct screen *s = findings_with("fine", findings_calm, COUNT(findings_calm));

	(void)state;
	must_show(s, "Nothing was found: 3 checks pass, the others do not apply.");
	must_show(s, "nothing was found");
	screen_close(s);
	s = findings_with("fine", &findings_slow[2], 1);
	must_show(s, "Nothing is known: none of 1 checks could be answered.");
	must_show(s, "1 check could not be read: refused");
	screen_close(s);
}

/* The row stays under the cursor when rows above it go, and the next one is taken when it goes itself. */
static void the_cursor_stays_on_its_check(void **state)
{
	static const struct found_by_hand swapped[] = {
		{"F01", VERDICT_FIRE, SEVERITY_CRIT, FOUND_CLOCK, .share = 0.5}, {"F03", VERDICT_FIRE, SEVERITY_WARN, .line = "Mixed."}};
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));

	(void)state;
	screen_keys(s, "Down");
	assert_string_equal(findings_under_cursor(s), "F01");
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
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));

	(void)state;
	must_show(s, "└ 12 of 12 busy CPUs");
	screen_keys(s, "Tab");
	must_not_show(s, "└ 12 of 12 busy CPUs");
	must_show(s, "F02 +1");
	screen_keys(s, "Tab");
	must_show(s, "└ 12 of 12 busy CPUs");
	screen_close(s);
}

static bool bar_has(struct screen *s, const char *key)
{
	return strstr(screen_bottom(s), key) != NULL;
}

/* The bar names what a key does now, and none that does nothing. */
static void the_bar_has_what_counts(void **state)
{
	static const struct found_by_hand by_hand[] = {{"V03", VERDICT_FIRE, SEVERITY_CRIT, .line = "By hand."}};
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));

	(void)state;
	s->w = 220;
	must_say(s, "f fix");
	must_say(s, "Tab fold ");
	must_show(s, "Tab folds 1 effect");
	screen_keys(s, "Tab");
	must_say(s, "Tab unfold");
	must_show(s, "Tab unfolds 1 effect");
	screen_keys(s, "b"); /* what could not be read has nothing to fold, nor to mend */
	assert_false(bar_has(s, "Tab ") || bar_has(s, "f fix"));
	screen_keys(s, "b b b Tab Down");
	must_say(s, "f fix"); /* by its cause */
	findings_put(s->app->snap, by_hand, 1);
	screen_keys(s, "Home");
	assert_false(bar_has(s, "Tab ") || bar_has(s, "f fix"));
	screen_keys(s, "Enter");
	assert_false(bar_has(s, "f fix"));
	screen_keys(s, "Esc");
	findings_put(s->app->snap, findings_calm, COUNT(findings_calm));
	assert_false(bar_has(s, "Tab ") || bar_has(s, "f fix") || bar_has(s, "Enter "));
	screen_keys(s, "f");
	must_not_show(s, "8 lists them");
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
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));
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
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));

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
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));

	(void)state;
	screen_keys(s, "Down Enter");
	go_to(s, "CPU 7 runs");
	screen_keys(s, "Enter");
	must_show(s, "worst first · 12 busy");
	screen_keys(s, "?");
	must_show(s, "cpu[7]");
	screen_close(s);
	s = findings_with("founding", findings_slow, COUNT(findings_slow));
	s->h = 40;
	screen_keys(s, "Down Enter");
	go_to(s, "Cause ");
	screen_keys(s, "Enter");
	must_show(s, "F02 cpufreq-governor: Governor (critical)");
	screen_keys(s, "Esc");
	must_show(s, "What was found");
	screen_close(s);
}

#define WEB3 "guests.guest[6f3a1c5e-2b41-4d0f-9a77-0c1d2e3f4a5b]"

/* The filter was for findings: the row is there whatever it was. */
static void evidence_leads_to_guests_and_devices(void **state)
{
	static const char *const guest[] = {WEB3 ".disk[vda].bus"}, *const device[] = {"pci.device[0000:3b:00.0].width"};
	struct found_by_hand emulated = {
		"V03", VERDICT_FIRE, SEVERITY_CRIT, .line = "Slow.", .evidence = guest, .nevidence = 1};
	struct screen *s = findings_with("guests", &emulated, 1);

	(void)state;
	screen_command(s, "filter slow");
	screen_keys(s, "Enter");
	go_to(s, "Bus");
	screen_keys(s, "Enter");
	must_show(s, "web3 (Shop front)  running");
	must_not_show(s, "filter: ");
	screen_keys(s, "?");
	must_show(s, WEB3 ".disk[vda].bus");
	screen_close(s);
	emulated.evidence = device;
	s = findings_with("devices", &emulated, 1);
	screen_keys(s, "Enter");
	go_to(s, "Lanes");
	screen_keys(s, "Enter");
	must_show(s, "Used as");
	must_show(s, "disk        sda");
	screen_close(s);
}

/* From where Enter was pressed the first time: Enter leads on without another key, and both ways lead back. */
static void the_way_there_and_back(void **state)
{
	static const char *const back[] = {"Esc", "Backspace"};
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));

	(void)state;
	s->w = 120;
	must_say(s, "Enter open");
	screen_keys(s, "Down Enter");
	must_say(s, "Enter go there");
	must_say(s, "Esc back");
	must_not_show(s, "Tab unfold");
	for (size_t i = 0; i < COUNT(back); i++) {
		screen_keys(s, "Enter");
		must_show(s, "worst first · 12 busy");
		must_say(s, "Esc back");
		screen_keys(s, back[i]);
		must_show(s, "F01 freq-busy-below-base: Busy CPUs below base clock (critical)");
		must_say(s, "Enter go there");
	}
	screen_keys(s, "Home");
	must_say(s, "f fix");
	must_not_show(s, "go there"); /* from what it asks nothing leads on */
	screen_keys(s, "Esc");
	must_show(s, "What was found");
	screen_keys(s, "Enter Enter 1 Esc"); /* who goes elsewhere by himself stays there */
	must_not_show(s, "freq-busy-below-base");
	screen_close(s);
}

/* A fact that no panel shows is explained. */
static void evidence_without_a_panel_is_explained(void **state)
{
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));

	(void)state;
	screen_keys(s, "Down Enter");
	go_to(s, "Firmware");
	screen_keys(s, "Enter");
	must_show(s, "firmware.bios_version");
	screen_close(s);
}

static void explains_by_id(void **state)
{
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));

	(void)state;
	screen_keys(s, "1");
	screen_command(s, "explain cpufreq-governor");
	must_show(s, "F02 cpufreq-governor: Governor (critical)");
	screen_close(s);
}

static void strangers_are_tame(void **state)
{
	const struct found_by_hand evil = {"F02", VERDICT_FIRE, SEVERITY_CRIT, "\x1b[31m\xe2\x80\xae \xff name",
		.part = findings_slow[0].part, .nparts = 2, .now = "rm \x1b[2J"};
	struct screen *s = findings_with("founding", &evil, 1);

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
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));
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
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));

	(void)state;
	screen_click(s, 30, screen_row_with(s, "└ 12 of 12"), BUTTON_LEFT, false);
	assert_string_equal(findings_under_cursor(s), "F01");
	screen_click(s, 30, screen_row_with(s, "└ 12 of 12"), BUTTON_LEFT, true);
	must_show(s, "Busy CPUs below base clock (critical)");
	screen_click(s, 30, screen_row_with(s, "CPU 7 runs"), BUTTON_LEFT, false);
	screen_keys(s, "?");
	must_show(s, "silicon.cpu[7].ratio");
	screen_close(s);
}

/* Beside another host its findings stand at the right, and rows are matched by the check. */
static void beside_another_host(void **state)
{
	struct screen *s = findings_with("founding", findings_slow, COUNT(findings_slow));
	const char *row;

	(void)state;
	s->w = 120;
	s->h = 30;
	beside_open(s->app, "tests/hosts/fine.host", NULL);
	screen_text(s);
	assert_non_null(beside_snapshot(s->app));
	findings_put((struct snapshot *)(uintptr_t)beside_snapshot(s->app), findings_calm, COUNT(findings_calm));
	row = screen_row(s, screen_row_with(s, "F02 "));
	assert_int_equal(*row, '+'); /* there it does not fire */
	must_show(s, "Nothing was found: 3 checks pass");
	findings_put((struct snapshot *)(uintptr_t)beside_snapshot(s->app), findings_slow, 1);
	row = screen_row(s, screen_row_with(s, "F02 "));
	assert_int_equal(*row, ' '); /* the same on both */
	row = screen_row(s, screen_row_with(s, "F01 "));
	assert_int_equal(*row, '+');
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goldens),
		cmocka_unit_test(nothing_is_an_all_clear_only_when_all_is_known),
		cmocka_unit_test(the_cursor_stays_on_its_check),
		cmocka_unit_test(folds_and_unfolds),
		cmocka_unit_test(the_bar_has_what_counts),
		cmocka_unit_test(filters),
		cmocka_unit_test(shows_what_did_not_fire),
		cmocka_unit_test(evidence_leads_on),
		cmocka_unit_test(evidence_leads_to_guests_and_devices),
		cmocka_unit_test(the_way_there_and_back),
		cmocka_unit_test(evidence_without_a_panel_is_explained),
		cmocka_unit_test(explains_by_id),
		cmocka_unit_test(strangers_are_tame),
		cmocka_unit_test(every_size),
		cmocka_unit_test(clicks),
		cmocka_unit_test(beside_another_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

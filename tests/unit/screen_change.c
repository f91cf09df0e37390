/* Changing governors by keys and mouse on the whole screen: what asks, what changes, and what never does. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/hosts.h"
#include "tests/lib/screen.h"
#include "tests/lib/tree.h"

#define GOVERNOR "/sys/devices/system/cpu/cpufreq/policy%d/scaling_governor"

/* How many of the 24 policies have this governor. */
static int governed_by(const struct screen *s, const char *governor)
{
	char path[300], text[64];
	int n = 0;

	for (int i = 0; i < 24; i++) {
		FILE *f;

		snprintf(path, sizeof(path), "%s" GOVERNOR, s->tree, i);
		f = fopen(path, "re");
		assert_non_null(f);
		n += fgets(text, sizeof(text), f) && strncmp(text, governor, strlen(governor)) == 0;
		fclose(f);
	}
	return n;
}

/* g, Enter, Enter leads to the plan; a third Enter takes No. */
static void enter_alone_changes_nothing(void **state)
{
	struct screen *s = screen_open("founding", true);

	(void)state;
	screen_keys(s, "g");
	must_show(s, "Switch the governor of which CPUs?");
	screen_keys(s, "Enter");
	must_show(s, "Which governor?");
	screen_keys(s, "Enter");
	must_show(s, "powersave → performance");
	must_show(s, "[ n  No, leave it ]");
	screen_keys(s, "Enter");
	must_say(s, "Nothing was changed.");
	screen_keys(s, "g Enter Enter Enter Enter Enter g Enter Enter Esc");
	must_say(s, "Nothing was changed.");
	assert_int_equal(governed_by(s, "powersave"), 24);
	screen_keys(s, "9");
	must_show(s, "nothing was changed on this host");
	screen_close(s);
}

static void yes_changes_and_undo_puts_back(void **state)
{
	struct screen *s = screen_open("founding", true);

	(void)state;
	screen_keys(s, "g Enter Enter y");
	must_say(s, "24 of 24");
	must_say(s, "u undoes");
	assert_int_equal(governed_by(s, "performance"), 24);
	screen_keys(s, "1");
	screen_tick(s);
	must_show(s, "performance");
	screen_keys(s, "u");
	must_show(s, "performance → powersave");
	screen_keys(s, "Enter");
	assert_int_equal(governed_by(s, "performance"), 24);
	screen_keys(s, "u Right");
	must_show(s, "[ y  Yes, change it ]");
	screen_keys(s, "Enter");
	assert_int_equal(governed_by(s, "powersave"), 24);
	screen_keys(s, "u");
	must_say(s, "There is nothing to undo.");
	screen_close(s);
}

static void a_directory_is_only_shown(void **state)
{
	struct screen *s = screen_unpacked("founding");

	(void)state;
	screen_keys(s, "g Enter Enter");
	must_show(s, "Not here");
	must_show(s, "it is only read");
	must_not_show(s, "Yes, change it");
	screen_keys(s, "y");
	must_show(s, "Not here");
	screen_keys(s, "Right y Tab y Enter");
	must_say(s, "Nothing was changed.");
	assert_int_equal(governed_by(s, "powersave"), 24);
	screen_close(s);
}

/* Scopes: one CPU, marked ones, a node, a list; and words that are none. */
static void scopes(void **state)
{
	struct screen *s = screen_open("founding", true);

	(void)state;
	screen_keys(s, "3 g");
	must_show(s, "CPU 0 (policy 0: powersave)");
	must_show(s, "all 24 policies");
	must_show(s, "node 1");
	screen_keys(s, "Esc");
	screen_command(s, "governor schedutil cpu");
	screen_keys(s, "y");
	assert_int_equal(governed_by(s, "schedutil"), 1);
	screen_command(s, "governor schedutil node 1");
	screen_keys(s, "y");
	assert_int_equal(governed_by(s, "schedutil"), 13);
	screen_command(s, "mark 1-2");
	must_show(s, "marked: 1-2");
	screen_command(s, "governor schedutil marked");
	screen_keys(s, "y");
	assert_int_equal(governed_by(s, "schedutil"), 15);
	screen_command(s, "governor schedutil nonsense");
	must_say(s, "No CPUs: \"nonsense\"");
	screen_command(s, "governor schedutil 99");
	must_say(s, "No policy governs these CPUs.");
	screen_command(s, "governor ludicrous all");
	must_say(s, "ludicrous");
	assert_int_equal(governed_by(s, "schedutil"), 15);
	screen_close(s);
}

static void no_driver_no_governor(void **state)
{
	struct screen *s = screen_open("firmware", false);

	(void)state;
	screen_keys(s, "g");
	must_say(s, "No cpufreq driver is bound here: there is no governor to switch.");
	screen_close(s);
}

/* Somebody else changed it while the dialog was open: nothing is overwritten. */
static void a_change_under_the_dialog_is_refused(void **state)
{
	struct screen *s = screen_open("founding", true);

	(void)state;
	screen_keys(s, "g Enter Enter");
	tree_text(s->tree, "/sys/devices/system/cpu/cpufreq/policy7/scaling_governor", "schedutil\n");
	screen_keys(s, "y");
	assert_int_equal(governed_by(s, "powersave"), 23);
	assert_int_equal(governed_by(s, "schedutil"), 1);
	must_say(s, "policy7");
	screen_close(s);
}

static void the_mouse_opens_and_chooses(void **state)
{
	struct screen *s = screen_open("founding", true);
	const struct rect *tab = &s->app->tab_hit[2];

	(void)state;
	screen_text(s);
	screen_click(s, tab->x + 1, tab->y, BUTTON_LEFT, false);
	must_show(s, "worst first");
	screen_click(s, 5, 10, BUTTON_LEFT, false);
	screen_keys(s, "m");
	must_show(s, "marked: ");
	screen_keys(s, "Esc");
	screen_click(s, 5, 10, BUTTON_WHEEL_DOWN, false);
	screen_keys(s, "g Down Enter Enter");
	must_show(s, "powersave → performance");
	screen_text(s);
	screen_click(s, s->app->button_hit[0].x + 1, s->app->button_hit[0].y, BUTTON_LEFT, false);
	must_say(s, "Nothing was changed.");
	assert_int_equal(governed_by(s, "powersave"), 24);
	screen_keys(s, "g Down Enter Enter");
	screen_text(s);
	if (!strstr(screen_row(s, s->app->button_hit[1].y), "Yes"))
		fail_msg("Yes is not where the mouse would find it: %s", screen_row(s, s->app->button_hit[1].y));
	screen_click(s, s->app->button_hit[1].x + 1, s->app->button_hit[1].y, BUTTON_LEFT, false);
	assert_int_equal(governed_by(s, "performance"), 24);
	screen_close(s);
}

/* What is open stays open and usable when the window changes. */
static void resize_between(void **state)
{
	struct screen *s = screen_open("founding", true);

	(void)state;
	screen_keys(s, "g Enter Enter");
	s->w = 40;
	s->h = 12;
	must_show(s, "DIRECTORY");
	must_show(s, "No, leave it");
	must_show(s, "Yes, change it");
	s->w = 30;
	must_show(s, "40x12");
	s->w = 120;
	s->h = 40;
	must_show(s, "powersave → performance");
	screen_keys(s, "Enter");
	assert_int_equal(governed_by(s, "powersave"), 24);
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enter_alone_changes_nothing),
		cmocka_unit_test(yes_changes_and_undo_puts_back),
		cmocka_unit_test(a_directory_is_only_shown),
		cmocka_unit_test(scopes),
		cmocka_unit_test(no_driver_no_governor),
		cmocka_unit_test(a_change_under_the_dialog_is_refused),
		cmocka_unit_test(the_mouse_opens_and_chooses),
		cmocka_unit_test(resize_between),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

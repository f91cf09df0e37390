/* Keys and commands on the whole screen: filter, sort, marks, help, prompt, panels, and what is refused. */
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

static void filter_narrows_and_esc_forgets(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->h = 50;
	screen_keys(s, "3 /");
	screen_type(s, "12-1");
	must_say(s, "/12-1");
	screen_type(s, "4");
	must_show(s, "   13    1 %");
	must_not_show(s, "   15    1 %");
	must_not_show(s, "    1   90 %");
	screen_keys(s, "Enter");
	must_show(s, "filter: 12-14");
	screen_keys(s, "Esc");
	must_not_show(s, "filter:");
	must_show(s, "   15    1 %");
	screen_command(s, "filter busy node1");
	must_show(s, "    6   90 %");
	must_not_show(s, "    5   90 %");
	must_not_show(s, "   18    1 %");
	screen_command(s, "filter nosuchgovernor");
	must_show(s, "no CPU fits the filter");
	screen_keys(s, "/ Esc Esc");
	must_show(s, "    5   90 %");
	screen_close(s);
}

static void sorts_by_the_column_under_the_cursor(void **state)
{
	struct screen *s = screen_open("founding", false);
	const char *first, *last;

	(void)state;
	s->h = 50;
	screen_keys(s, "3 S");
	first = strstr(screen_text(s), "\n   23 ");
	last = strstr(s->text, "\n    0 ");
	assert_non_null(first);
	assert_non_null(last);
	assert_true(first < last);
	screen_keys(s, "s");
	first = strstr(screen_text(s), "\n   23 ");
	last = strstr(s->text, "\n    0 ");
	assert_true(first && last && first > last);
	screen_close(s);
}

static void marks_go_on_and_off(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	screen_keys(s, "m");
	must_say(s, "There is no CPU under the cursor");
	screen_keys(s, "3 m m");
	must_show(s, "marked: 0-1");
	screen_keys(s, "g");
	must_show(s, "the 2 marked CPUs");
	screen_keys(s, "Esc Up m");
	must_show(s, "marked: 0 ");
	screen_keys(s, "Esc");
	must_not_show(s, "marked:");
	screen_command(s, "mark 1,,2");
	must_say(s, "A list of CPUs looks like 0-3,8");
	screen_close(s);
}

/* Each column can be asked: where it was read, and what the machine said. */
static void explain_shows_source_and_raw_text(void **state)
{
	static const struct {
		const char *address, *path, *raw;
	} asked[] = {
		{"frequency.policy[3].governor", "policy3/scaling_governor", "\"powersave\\n\""},
		{"frequency.policy[3].max_khz", "policy3/scaling_max_freq", "\"2400000\\n\""},
		{"frequency.policy[3].cpus", "policy3/affected_cpus", "\"3\\n\""},
		{"load.cpu[3].busy", "/proc/stat", "cpu "},
		{"topology.cpu[7].node", "node1/cpulist", "\"6-11,18-23\\n\""},
		{"silicon.cpu[3].ratio", "computed from", NULL},
	};
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 120;
	s->h = 40;
	for (size_t i = 0; i < COUNT(asked); i++) {
		char command[100];

		snprintf(command, sizeof(command), "explain %s", asked[i].address);
		screen_command(s, command);
		must_show(s, asked[i].address);
		must_show(s, "Meaning");
		must_show(s, asked[i].path);
		if (asked[i].raw)
			must_show(s, asked[i].raw);
		screen_keys(s, "Esc");
	}
	screen_command(s, "explain nothing.of.that");
	must_show(s, "Nothing has this address.");
	screen_keys(s, "? 3 Tab Tab ?");
	must_show(s, "load.cpu[0].busy");
	screen_close(s);
}

static void help_scrolls_to_its_end(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	screen_keys(s, "h");
	must_show(s, "Keys and commands");
	must_not_show(s, "instead of 2.4 GHz");
	screen_keys(s, "PgDn PgDn PgDn PgDn PgDn PgDn");
	must_show(s, "instead of 2.4 GHz");
	screen_keys(s, "Up");
	must_not_show(s, "instead of 2.4 GHz"); /* the end was the end: one step back is seen at once */
	screen_keys(s, "Home");
	must_show(s, "Overview: What this host");
	screen_keys(s, "q");
	must_not_show(s, "Keys and commands");
	assert_false(app_quits(s->app));
	screen_keys(s, "F1 h");
	must_not_show(s, "Keys and commands");
	screen_close(s);
}

static void what_is_not_known_is_said(void **state)
{
	struct screen *s = screen_unpacked("founding");

	(void)state;
	screen_keys(s, "z");
	must_say(s, "z does nothing here; h shows the keys.");
	screen_command(s, "frobnicate 3");
	must_say(s, "There is no command \"frobnicate\"; h shows them.");
	screen_command(s, "panel nonsense");
	must_show(s, "There is no panel \"nonsense\"");
	screen_command(s, "theme nonsense");
	must_show(s, "There is no theme \"nonsense\""); /* more than one line: it grows upwards */
	must_say(s, "in their name.");
	screen_command(s, "undo x");
	must_say(s, "undo takes the number of a change, not \"x\".");
	screen_keys(s, "9 u");
	must_say(s, "There is nothing to undo.");
	screen_command(s, "");
	must_say(s, "q quit");
	screen_close(s);
}

static void panels_by_digits_and_arrows(void **state)
{
	struct screen *s = screen_unpacked("founding");

	(void)state;
	s->w = 120;
	screen_keys(s, "Right");
	must_show(s, "one column a core");
	screen_keys(s, "Right");
	must_show(s, "Governor");
	screen_keys(s, "Right");
	must_show(s, "May sleep");
	screen_keys(s, "Right");
	must_show(s, "no guests here");
	screen_keys(s, "Right");
	must_show(s, "PRESSURE");
	screen_keys(s, "Right");
	must_show(s, "Used as");
	screen_keys(s, "Right");
	must_show(s, "What was found");
	screen_keys(s, "Right");
	must_show(s, "Nothing is left to put back.");
	screen_keys(s, "Right");
	must_show(s, "CLOCK");
	screen_keys(s, "Left");
	must_show(s, "Nothing is left to put back.");
	screen_command(s, "panel frequency");
	must_show(s, "Governor");
	screen_close(s);
}

/* A list that is scrolled to its end shows as many rows as it has lines for, the last one above the hint. */
static void a_list_ends_without_empty_rows(void **state)
{
	struct screen *s = screen_open("wide512", false);

	(void)state;
	s->h = 30;
	screen_keys(s, "3 End");
	for (int y = 24; y < 28; y++) /* the two lines below are the rule and the keys */
		if (!*screen_row(s, y))
			fail_msg("row %d is empty:\n%s", y, s->text);
	assert_non_null(strstr(screen_row(s, 26), "511"));
	screen_close(s);
}

/* Who asks for the host now means all of it, also what is else read every ten minutes. */
static void read_now_reads_what_is_read_seldom(void **state)
{
	struct screen *s = screen_unpacked("founding");

	(void)state;
	s->w = 120;
	s->h = 40;
	must_show(s, "firmware 2.19.1");
	tree_text(s->tree, "/sys/class/dmi/id/bios_version", "3.0.0\n");
	screen_keys(s, "? ?"); /* an ordinary tick */
	must_show(s, "firmware 2.19.1");
	screen_keys(s, "r");
	must_show(s, "firmware 3.0.0");
	screen_close(s);
}

static void the_prompt_is_edited(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	screen_keys(s, ":");
	screen_type(s, "hexp");
	screen_keys(s, "Backspace Backspace Backspace");
	must_say(s, ":h");
	screen_type(s, "elp");
	screen_keys(s, "Enter");
	must_show(s, "Keys and commands");
	screen_keys(s, "Esc : q Esc");
	assert_false(app_quits(s->app));
	screen_keys(s, ":");
	for (int i = 0; i < 300; i++)
		screen_type(s, "x");
	screen_sane(s, 80, 24);
	screen_keys(s, "Backspace");
	must_say(s, ":xxx");
	screen_keys(s, "Ctrl-U Backspace");
	must_say(s, "q quit");
	screen_close(s);
}

static void pause_holds_the_picture(void **state)
{
	struct screen *s = screen_unpacked("founding");

	(void)state;
	s->w = 100;
	screen_keys(s, "Space");
	must_show(s, "PAUSED");
	must_show(s, "Space go on");
	tree_text(s->tree, "/sys/devices/system/cpu/cpufreq/policy0/scaling_governor", "schedutil\n");
	screen_tick(s);
	screen_keys(s, "3");
	must_not_show(s, "schedutil");
	screen_keys(s, "Space");
	must_not_show(s, "PAUSED");
	must_show(s, "schedutil");
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filter_narrows_and_esc_forgets),
		cmocka_unit_test(sorts_by_the_column_under_the_cursor),
		cmocka_unit_test(marks_go_on_and_off),
		cmocka_unit_test(explain_shows_source_and_raw_text),
		cmocka_unit_test(help_scrolls_to_its_end),
		cmocka_unit_test(what_is_not_known_is_said),
		cmocka_unit_test(panels_by_digits_and_arrows),
		cmocka_unit_test(a_list_ends_without_empty_rows),
		cmocka_unit_test(read_now_reads_what_is_read_seldom),
		cmocka_unit_test(the_prompt_is_edited),
		cmocka_unit_test(pause_holds_the_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

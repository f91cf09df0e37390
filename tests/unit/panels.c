/* Panels and dialogs as pictures: golden text and roles of small machines, and what holds for all of them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/hosts.h"
#include "tests/lib/screen.h"
#include "tests/lib/tree.h"

static const struct {
	const char *name, *key;
} panel[] = {{"overview", "1"}, {"frequency", "3"}, {"devices", "7"}, {"changes", "9"}};

static bool one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

/* What must be seen on every screen, whatever else it says. */
static void label_and_keys_are_there(struct screen *s, const char *name)
{
	static const int sizes[][2] = {{40, 12}, {41, 13}, {60, 15}, {79, 23}, {80, 24}, {120, 40}, {220, 60}};
	int w = s->w, h = s->h;

	for (size_t i = 0; i < COUNT(sizes) * COUNT(panel); i++) {
		s->w = sizes[i / COUNT(panel)][0];
		s->h = sizes[i / COUNT(panel)][1];
		screen_keys(s, panel[i % COUNT(panel)].key);
		if (!strstr(screen_row(s, 0), "CAPTURE"))
			fail_msg("%s: no label in %s", name, screen_row(s, 0));
		if (!strstr(screen_bottom(s), "h help") || !strstr(screen_bottom(s), "q quit"))
			fail_msg("%s: no way out in %s", name, screen_bottom(s));
	}
	s->w = w;
	s->h = h;
}

static void ascii_is_ascii(struct screen *s, const char *name)
{
	s->ascii = true;
	for (size_t i = 0; i < COUNT(panel); i++) {
		screen_keys(s, panel[i].key);
		for (const char *c = screen_text(s); *c; c++)
			if ((unsigned char)*c >= 0x80)
				fail_msg("%s, %s: not ASCII:\n%s", name, panel[i].name, s->text);
	}
	s->ascii = false;
}

/* The changes of a host that nobody changed look alike everywhere: two panels a machine are looked at. */
static void every_machine(void **state)
{
	static const char *const all_sizes[] = {"founding", "pstate-slow", "rome256", NULL};
	char **names = host_names(), golden[100];

	(void)state;
	for (char **name = names; *name; name++) {
		struct screen *s = screen_open(*name, false);

		for (int i = 0; i < 2; i++) {
			screen_keys(s, panel[i].key);
			snprintf(golden, sizeof(golden), "%s-%s", *name, panel[i].name);
			screen_golden(s, golden, !one_of(*name, all_sizes));
		}
		label_and_keys_are_there(s, *name);
		ascii_is_ascii(s, *name);
		screen_close(s);
	}
	host_names_free(names);
}

/* Three changes: one put back, one that stays, one of a single CPU. */
static struct screen *changed_host(void)
{
	struct screen *s = screen_open("founding", true);

	screen_command(s, "governor performance all");
	screen_keys(s, "y");
	screen_command(s, "undo");
	screen_keys(s, "y");
	screen_command(s, "governor schedutil 0-3,8");
	screen_keys(s, "y");
	screen_command(s, "governor performance 7");
	screen_keys(s, "y");
	screen_keys(s, "9");
	return s;
}

static void goldens_of_changes(void **state)
{
	struct screen *s = screen_unpacked("founding");

	(void)state;
	screen_keys(s, "9");
	screen_golden(s, "founding-changes-none", false);
	screen_keys(s, "Enter ?"); /* there is nothing to open */
	must_say(s, "Nothing under the cursor can be explained here.");
	screen_close(s);
	s = changed_host();
	screen_keys(s, "Up");
	screen_golden(s, "founding-changes", false);
	screen_keys(s, "Enter");
	screen_golden(s, "founding-entry", true);
	screen_keys(s, "Esc u");
	screen_golden(s, "founding-undo-plan", true);
	screen_close(s);
}

static void goldens_of_dialogs(void **state)
{
	struct screen *s = screen_open("founding", false);

	(void)state;
	screen_keys(s, "h");
	screen_golden(s, "founding-help", false);
	screen_keys(s, "Esc g");
	screen_golden(s, "founding-menu-scope", true);
	screen_keys(s, "Enter");
	screen_golden(s, "founding-menu-governor", true);
	screen_keys(s, "Enter");
	screen_golden(s, "founding-plan-refused", false);
	screen_keys(s, "Esc 3 ?");
	screen_golden(s, "founding-explain-online", true);
	screen_keys(s, "Esc");
	screen_command(s, "explain frequency.policy[3].governor");
	screen_golden(s, "founding-explain-governor", false);
	screen_close(s);
	s = screen_open("founding", true);
	screen_command(s, "governor performance");
	screen_golden(s, "founding-plan", false);
	screen_close(s);
}

/* A very long name of a host must not push the label out. */
static void a_long_name_leaves_the_label(void **state)
{
	char *tree = tree_new();
	struct screen *s;

	(void)state;
	host_unpack(tree, "founding", "tree");
	tree_text(tree, "/proc/sys/kernel/hostname",
		"a-host-with-a-name-that-does-not-end-before-the-screen-does.example.org\n");
	s = screen_over(tree);
	for (s->w = 40; s->w <= 120; s->w++)
		if (!strstr(screen_row(s, 0), "DIRECTORY"))
			fail_msg("no label in %s", screen_row(s, 0));
	screen_close(s);
	tree_free(tree);
}

static void ascii_goldens(void **state)
{
	struct screen *s = screen_open("founding", true);

	(void)state;
	s->ascii = true;
	screen_golden(s, "ascii-overview", true);
	screen_keys(s, "3");
	screen_golden(s, "ascii-frequency", true);
	screen_command(s, "governor performance");
	screen_golden(s, "ascii-plan", true);
	screen_close(s);
}

/* Without any colour the words still tell a slow host from a fine one, in each panel and row. */
static void words_tell_what_colours_tell(void **state)
{
	struct screen *slow = screen_open("pstate-slow", false), *fine = screen_open("fine", false);

	(void)state;
	assert_true(screen_shows(slow, "3 busy CPUs run at 2.25 of 2.80 GHz"));
	assert_true(screen_shows(slow, "3 slow   0.80 of base"));
	assert_false(screen_shows(fine, "slow"));
	assert_true(screen_shows(fine, "1.21 of base"));
	screen_keys(slow, "3");
	screen_keys(fine, "3");
	assert_true(screen_shows(slow, "worst first · 5 busy · 3 slow"));
	assert_true(screen_shows(slow, "    0   90 %    2.25  measured"));
	assert_true(screen_shows(slow, "    5    2 %  (0.80)  idle"));
	assert_true(screen_shows(fine, "worst first · 5 busy · 0 slow"));
	screen_close(slow);
	screen_close(fine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_machine),
		cmocka_unit_test(goldens_of_changes),
		cmocka_unit_test(goldens_of_dialogs),
		cmocka_unit_test(a_long_name_leaves_the_label),
		cmocka_unit_test(ascii_goldens),
		cmocka_unit_test(words_tell_what_colours_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The choice of a look: the screen behind shows it, Enter keeps it, Esc does not, and a broken file is told, not
 * hidden. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/screen.h"
#include "tests/lib/tree.h"
#include "tui/themes.h"

/* The themes of this project come from ./themes: tests run at its top. These two lie in $HVSCOPE_DATADIR. */
static struct screen *with_files(void)
{
	struct screen *s = screen_open("founding", false);

	tree_text(
		s->folder, "themes/amber.theme", "[theme]\nabout = Like an old terminal.\n[roles]\ntext = 214 on 0\n");
	tree_text(s->folder, "themes/frob.theme", "[roles]\ntext = default\nwarm = red\n");
	tree_text(s->folder, "themes/notes.txt", "no theme\n");
	tree_text(s->folder, "themes/.hidden.theme", "[roles]\ntext = red\n");
	return s;
}

/* What text looks like now, as a number that differs between the themes of these tests. */
static int text_colour(const struct screen *s)
{
	return app_theme(s->app)->look[ROLE_text].fg;
}

static void it_looks_as_painted(void **state)
{
	struct screen *s = with_files();

	(void)state;
	screen_keys(s, "9 T"); /* behind it is the panel that changes least */
	screen_golden(s, "founding-look", false);
	screen_keys(s, "Down Down Down");
	screen_golden(s, "founding-look-broken", true);
	s->ascii = true;
	screen_golden(s, "ascii-look", true);
	screen_close(s);
}

static void the_screen_behind_shows_it(void **state)
{
	struct screen *s = with_files();

	(void)state;
	screen_keys(s, "T");
	must_show(s, "Choose a look");
	must_show(s, "● default");
	assert_int_equal(text_colour(s), COLOUR_DEFAULT);
	screen_keys(s, "Down");
	must_show(s, "Like an old terminal.");
	must_show(s, "always: hvscope --theme amber");
	assert_int_equal(text_colour(s), 214);
	screen_keys(s, "End");
	must_show(s, "--theme mono");
	assert_int_equal(app_theme(s->app)->look[ROLE_crit].fg, COLOUR_DEFAULT);
	screen_keys(s, "Up");
	assert_int_equal(text_colour(s), 16);
	screen_keys(s, "Home Up"); /* round the end */
	must_show(s, "--theme mono");
	screen_keys(s, "Down");
	must_show(s, "--theme default");
	screen_close(s);
}

static void escape_puts_the_old_look_back(void **state)
{
	static const char *const ways[] = {"Esc", "q", "T"};
	struct screen *s = with_files();

	(void)state;
	for (size_t i = 0; i < COUNT(ways); i++) {
		screen_keys(s, "T Down");
		assert_int_equal(text_colour(s), 214);
		screen_keys(s, ways[i]);
		must_not_show(s, "Choose a look");
		must_say(s, "The look stays default.");
		assert_int_equal(text_colour(s), COLOUR_DEFAULT);
		assert_false(app_quits(s->app));
	}
	screen_close(s);
}

static void enter_keeps_it(void **state)
{
	struct screen *s = with_files();

	(void)state;
	screen_keys(s, "T j Enter");
	must_not_show(s, "Choose a look");
	must_show(s, "The look is amber for this session; always: hvscope --theme amber");
	assert_int_equal(text_colour(s), 214);
	screen_keys(s, "T");
	must_show(s, "● amber"); /* where it stands, and where the cursor is */
	must_show(s, "--theme amber");
	screen_keys(s, "k Enter");
	must_show(s, "The look is default for this session");
	assert_int_equal(text_colour(s), COLOUR_DEFAULT);
	screen_close(s);
}

/* A line of the list, the reason below it, and no way to take it. */
static void a_broken_file_says_what_is_wrong(void **state)
{
	struct screen *s = with_files();

	(void)state;
	s->w = 100;
	screen_keys(s, "T");
	must_show(s, "frob           △ frob:3: there is no role \"warm\".");
	must_not_show(s, "hidden");
	must_not_show(s, "notes");
	screen_keys(s, "Down Down Down");
	assert_string_equal(s->app->picker.choice[s->app->picker.on].name, "frob");
	assert_int_equal(text_colour(s), COLOUR_DEFAULT); /* the look of before */
	must_not_show(s, "Enter keeps it");
	screen_keys(s, "Enter");
	must_show(s, "Choose a look");
	must_show(s, "there is no role \"warm\". The look stays default.");
	screen_keys(s, "Esc");
	screen_command(s, "theme frob");
	must_show(s, "frob:3: there is no role \"warm\".");
	screen_close(s);
}

/* The file that lies first is the one that a name means, in the list as elsewhere, even when it is broken. */
static void a_name_stands_once(void **state)
{
	struct screen *s = with_files();
	struct theme_choice *list;
	size_t n, light = 0;

	(void)state;
	tree_text(s->folder, "themes/light.theme", "[roles]\nfrob = red\n");
	n = themes_list(&list);
	assert_string_equal(list[0].name, "default");
	for (size_t i = 0; i < n; i++) {
		assert_true(i < 2 || strcmp(list[i - 1].name, list[i].name) < 0);
		light += strcmp(list[i].name, "light") == 0;
		if (strcmp(list[i].name, "light") == 0 || strcmp(list[i].name, "frob") == 0)
			assert_true(list[i].err < 0 && *list[i].why);
		else
			assert_int_equal(list[i].err, 0);
	}
	assert_int_equal(light, 1);
	themes_free(list, n);
	screen_close(s);
}

static void names_come_from_the_files(void **state)
{
	struct screen *s = with_files();
	char buf[200];

	(void)state;
	assert_string_equal(
		themes_names(buf, sizeof(buf)), "default, amber, deuteranopia, frob, high-contrast, light, mono");
	assert_string_equal(themes_names(buf, 24), "default, amber, …");
	for (size_t size = 1; size < 80; size++) {
		memset(buf, 'x', sizeof(buf));
		themes_names(buf, size);
		assert_true(strlen(buf) < size);
		assert_int_equal(buf[size], 'x');
	}
	tree_text(s->folder, "themes/a\033[31m.theme", "[roles]\ntext = red\n");
	assert_null(strchr(themes_names(buf, sizeof(buf)), 033));
	screen_keys(s, "T Down");
	screen_sane(s, 80, 24);
	screen_keys(s, "Enter");
	screen_sane(s, 80, 24);
	screen_close(s);
}

/* The look that came by a path is in the list too; it is the one to go back to. */
static void a_look_of_a_path_is_there(void **state)
{
	struct screen *s = with_files();
	char command[300];

	(void)state;
	tree_text(s->folder, "mine.theme", "[roles]\ntext = 33\n");
	snprintf(command, sizeof(command), "theme %s/mine.theme", s->folder);
	screen_command(s, command);
	assert_int_equal(text_colour(s), 33);
	screen_keys(s, "T");
	must_show(s, "mine.theme");
	must_show(s, "The look of now.");
	screen_keys(s, "Down Up Enter");
	assert_int_equal(text_colour(s), 33);
	screen_close(s);
}

static void it_says_what_the_terminal_can(void **state)
{
	static const struct {
		int colours;
		bool own, no_colour;
		const char *says;
	} rows[] = {
		{256, true, false, "This terminal has 256 colours: all are shown."},
		{256, false, false, "256 colours: all are shown, on black"},
		{8, true, false, "This terminal has 8 colours: the nearest ones are shown."},
		{16, true, false, "This terminal has 16 colours: the nearest ones are shown."},
		{0, false, false, "This terminal has no colours: words, signs and attributes only."},
		{0, false, true, "NO_COLOR is set: words, signs and attributes only."},
		{1 << 24, true, false, "8 of them are used; TERM=xterm-256color has more."},
	};
	struct screen *s = screen_open("founding", false);

	(void)state;
	s->w = 120;
	screen_keys(s, "T");
	must_show(s, "There is no terminal here");
	for (size_t i = 0; i < COUNT(rows); i++) {
		s->app->has_terminal = true;
		s->app->no_colour = rows[i].no_colour;
		s->app->terminal = (struct look_limits){rows[i].colours, rows[i].own};
		must_show(s, rows[i].says);
	}
	screen_close(s);
}

/* Each state is there as a word in its own role, at the smallest size too. */
static void every_state_has_a_sample(void **state)
{
	static const enum role states[] = {ROLE_good, ROLE_info, ROLE_warn, ROLE_crit, ROLE_unknown, ROLE_stale,
		ROLE_idle, ROLE_low, ROLE_middle, ROLE_high, ROLE_offline, ROLE_select, ROLE_danger};
	static const int sizes[][2] = {{40, 12}, {80, 24}, {120, 40}, {220, 60}};
	struct screen *s = screen_open("empty", false); /* its panels have none of these */

	(void)state;
	screen_keys(s, "T");
	for (size_t k = 0; k < COUNT(sizes); k++) {
		const char *below;

		s->w = sizes[k][0];
		s->h = sizes[k][1];
		below = screen_roles(s);
		for (size_t i = 0; i < COUNT(states); i++)
			if (!strchr(below, role_letter(states[i])))
				fail_msg("%dx%d has no sample of %s", s->w, s->h, role_name(states[i]));
	}
	screen_close(s);
}

/* Other keys and commands find it as they find any overlay; nothing is lost when it is closed from outside. */
static void it_keeps_its_keys_to_itself(void **state)
{
	struct screen *s = with_files();

	(void)state;
	screen_keys(s, "T g m / Space 3 z");
	must_show(s, "Choose a look");
	must_not_show(s, "PAUSED");
	screen_command(s, "panel frequency");
	must_not_show(s, "Choose a look");
	assert_int_equal(text_colour(s), COLOUR_DEFAULT);
	screen_command(s, "theme");
	must_show(s, "Choose a look");
	screen_click(s, 5, 5, BUTTON_WHEEL_DOWN, false);
	assert_int_equal(text_colour(s), 214);
	screen_keys(s, "Ctrl-C");
	assert_true(app_quits(s->app));
	screen_close(s);
}

/* A click looks at one, a double click takes it; beside the list it does nothing. */
static void the_mouse_chooses(void **state)
{
	static const int sizes[][2] = {{80, 24}, {40, 12}};
	struct screen *s = with_files();

	(void)state;
	for (size_t k = 0; k < COUNT(sizes); k++) {
		int y = 0;

		s->w = sizes[k][0];
		s->h = sizes[k][1];
		screen_command(s, "theme default");
		screen_keys(s, "T");
		while (!strstr(screen_row(s, y), "  amber  "))
			y++;
		screen_click(s, 10, y, BUTTON_LEFT, false);
		must_show(s, "Choose a look");
		assert_int_equal(text_colour(s), 214);
		screen_click(s, 10, y - 1, BUTTON_LEFT, false);
		assert_int_equal(text_colour(s), COLOUR_DEFAULT);
		screen_click(s, 10, 0, BUTTON_LEFT, true);
		must_show(s, "Choose a look");
		screen_click(s, 10, y, BUTTON_LEFT, true);
		must_not_show(s, "Choose a look");
		assert_int_equal(text_colour(s), 214);
	}
	screen_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_looks_as_painted),
		cmocka_unit_test(the_screen_behind_shows_it),
		cmocka_unit_test(escape_puts_the_old_look_back),
		cmocka_unit_test(enter_keeps_it),
		cmocka_unit_test(a_broken_file_says_what_is_wrong),
		cmocka_unit_test(a_name_stands_once),
		cmocka_unit_test(names_come_from_the_files),
		cmocka_unit_test(a_look_of_a_path_is_there),
		cmocka_unit_test(it_says_what_the_terminal_can),
		cmocka_unit_test(every_state_has_a_sample),
		cmocka_unit_test(the_mouse_chooses),
		cmocka_unit_test(it_keeps_its_keys_to_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

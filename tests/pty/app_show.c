/* The program on terminals: its first frame, colours or none, sizes, mouse, and terminals that cannot show it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/pty_app.h"
#include "tests/lib/tree.h"

static void frame_then_values(void **state)
{
	struct pty_app a = app_begin("founding", 120, 40, NULL, NULL);

	(void)state;
	app_shows(&a, "q quit");
	assert_non_null(strstr(pty_row(a.p, 0), "hvscope"));
	assert_non_null(strstr(pty_row(a.p, 1), "3 Frequency"));
	app_shows(&a, "kvm07  DIRECTORY");
	app_shows(&a, "24 CPUs");
	app_shows(&a, "busy: not known");
	app_later(&a, "founding");
	app_shows(&a, "12 busy CPUs run at 1.20 of 2.40 GHz");
	app_shows(&a, "busy 12 of 24");
	assert_true(pty_modes(a.p).mouse);
	assert_true(pty_modes(a.p).alternate);
	app_quit(&a);
}

static void keys_and_mouse(void **state)
{
	struct pty_app a = app_start("founding", 80, 24, NULL, NULL);

	(void)state;
	pty_send(a.p, "\033[<0;19;2M\033[<0;19;2m"); /* a click on the third tab */
	app_shows(&a, "worst first");
	pty_send(a.p, "\033[<0;5;11M\033[<0;5;11m");
	pty_send(a.p, "m");
	app_shows(&a, "marked: ");
	pty_send(a.p, "\033[<65;5;11M?");
	app_shows(&a, "Source");
	pty_send(a.p, "q");
	assert_true(pty_wait_gone(a.p, "Source", SOON));
	pty_send(a.p, "g");
	app_shows(&a, "Switch the governor of which CPUs?");
	pty_send(a.p, "\r\r");
	app_shows(&a, "Not here");
	pty_send(a.p, "y\r");
	app_shows(&a, "Nothing was changed.");
	app_quit(&a);
}

static void without_mouse(void **state)
{
	static const char *const more[] = {"--no-mouse", NULL};
	struct pty_app a = app_start("founding", 80, 24, more, NULL);

	(void)state;
	assert_false(pty_modes(a.p).mouse);
	app_quit(&a);
}

static void follows_the_window(void **state)
{
	struct pty_app a = app_start("founding", 80, 24, NULL, NULL);

	(void)state;
	pty_resize(a.p, 39, 12);
	app_shows(&a, "40x12");
	pty_resize(a.p, 40, 12);
	app_shows(&a, "q quit");
	pty_send(a.p, "3");
	app_shows(&a, "3 Frequency");
	pty_resize(a.p, 1, 1);
	pty_send(a.p, "1");
	pty_resize(a.p, 220, 60);
	app_shows(&a, "9 Changes");
	app_shows(&a, "12 busy CPUs run at 1.20 of 2.40 GHz");
	for (int i = 0; !strstr(pty_row(a.p, 59), "q quit"); i++) { /* the lowest line comes last */
		assert_in_range(i, 0, 200);
		pty_wait_text(a.p, "never on any screen", 50);
	}
	app_quit(&a);
}

static void no_colours(void **state)
{
	static const char *const envs[][2] = {{"NO_COLOR=1", NULL}, {"TERM=vt100", NULL}};

	(void)state;
	for (size_t e = 0; e < COUNT(envs); e++) {
		struct pty_app a = app_start("founding", 80, 24, NULL, envs[e]);

		app_shows(&a, "12 busy CPUs run at 1.20 of 2.40 GHz");
		for (int y = 0; y < 24; y++)
			for (int x = 0; x < 80; x++) {
				assert_int_equal(pty_cell(a.p, x, y).fg, -1);
				assert_int_equal(pty_cell(a.p, x, y).bg, -1);
			}
		app_quit(&a);
	}
}

static void colours_where_they_are_wanted(void **state)
{
	struct pty_app a = app_start("founding", 80, 24, NULL, NULL);
	int coloured = 0;

	(void)state;
	for (int y = 0; y < 24; y++)
		for (int x = 0; x < 80; x++)
			coloured += pty_cell(a.p, x, y).fg >= 0;
	assert_true(coloured > 0);
	app_quit(&a);
}

static void ascii_locale(void **state)
{
	static const char *const env[] = {"LC_ALL=C", NULL};
	struct pty_app a = app_start("founding", 80, 24, NULL, env);

	(void)state;
	pty_send(a.p, "3");
	app_shows(&a, "worst first");
	pty_send(a.p, "h");
	app_shows(&a, "Keys and commands");
	for (const char *c = pty_raw(a.p); *c; c++)
		if ((unsigned char)*c >= 0x80)
			fail_msg("a byte 0x%02x reaches an ASCII terminal", (unsigned char)*c);
	pty_send(a.p, "q");
	app_quit(&a);
}

static void refuses(const char *line, const char *const *env, int expected, const char *said)
{
	struct pty *p = pty_start(
		&(struct pty_run){.w = 120, .h = 24, .argv = (const char *[]){"sh", "-c", line, NULL}, .env = env});
	char why[200];
	int status;

	assert_non_null(p);
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), expected);
	if (!strstr(pty_text(p), said))
		fail_msg("not said: %s, but: %s", said, pty_text(p));
	assert_null(strchr(pty_raw(p), '\033'));
	if (!pty_sane(p, why))
		fail_msg("%s", why);
	pty_close(p);
}

static void terminals_that_cannot_show_it(void **state)
{
	static const char *const dumb[] = {"TERM=dumb", NULL};
	char path[4096], line[4400];

	(void)state;
	snprintf(line, sizeof(line), "exec %s", beside("../hvscope", path));
	refuses(line, dumb, 1, "TERM=dumb");
	snprintf(line, sizeof(line), "exec %s </dev/null", path);
	refuses(line, NULL, 1, "there is no terminal to draw on");
	snprintf(line, sizeof(line), "exec %s >/dev/null", path);
	refuses(line, NULL, 1, "there is no terminal to draw on");
	snprintf(line, sizeof(line), "exec %s --root /nonexistent", path);
	refuses(line, NULL, 1, "/nonexistent");
	snprintf(line, sizeof(line), "exec %s --nonsense", path);
	refuses(line, NULL, 2, "there is no option --nonsense");
}

/* The line of the error is told, and the built-in look shown. */
static void broken_theme(void **state)
{
	char *folder = tree_new(), *theme = xasprintf("%s/broken.theme", folder);
	const char *const more[] = {"--theme", theme, NULL};
	struct pty_app a;

	(void)state;
	tree_text(folder, "broken.theme", "[roles]\ntext = nosuchcolour\n");
	a = app_begin("founding", 120, 24, more, NULL);
	app_shows(&a, "broken.theme");
	app_shows(&a, "built-in look");
	app_shows(&a, "2");
	pty_send(a.p, "3");
	app_shows(&a, "worst first");
	app_quit(&a);
	free(theme);
	tree_free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frame_then_values),
		cmocka_unit_test(keys_and_mouse),
		cmocka_unit_test(without_mouse),
		cmocka_unit_test(follows_the_window),
		cmocka_unit_test(no_colours),
		cmocka_unit_test(colours_where_they_are_wanted),
		cmocka_unit_test(ascii_locale),
		cmocka_unit_test(terminals_that_cannot_show_it),
		cmocka_unit_test(broken_theme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

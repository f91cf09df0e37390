/* What the terminal layer writes: pictures, colours, sizes, locales, and how few bytes it takes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/lib/pty_demo.h"

static void leave(struct pty *p)
{
	char why[200];
	int status;

	pty_send(p, "Q");
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	if (!pty_sane(p, why))
		fail_msg("%s", why);
	pty_close(p);
}

static void shows_text_and_looks(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	assert_string_equal(pty_row(p, 0), "demo 80x24");
	assert_string_equal(pty_row(p, 2), "é → ▲");
	assert_true(pty_modes(p).alternate);
	assert_true(pty_modes(p).mouse);
	assert_true(pty_modes(p).paste);
	assert_false(pty_modes(p).cursor);
	assert_int_not_equal(pty_cell(p, 0, 1).fg, -1);
	assert_true(pty_cell(p, 10, 1).reverse || pty_cell(p, 10, 1).bg != -1);
	assert_true(pty_cell(p, 20, 1).reverse || pty_cell(p, 20, 1).bg != -1);
	leave(p);
}

static void leaves_the_screen_of_before(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);
	int status;

	(void)state;
	pty_send(p, "Q");
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_non_null(strstr(pty_text(p), "left with 0"));
	assert_null(strstr(pty_text(p), "count"));
	pty_close(p);
}

static void nothing_changed_writes_nothing(void **state)
{
	struct pty *p = demo_start(120, 40, NULL);

	(void)state;
	pty_forget(p);
	pty_send(p, "NN+");
	assert_true(pty_wait_text(p, "count 1", SOON));
	print_message("# one cell changed: %zu bytes, 200 shows of the same before it\n", pty_bytes(p));
	assert_in_range(pty_bytes(p), 1, 39);
	leave(p);
}

static void full_picture_costs_little(void **state)
{
	struct pty *p = demo_start(120, 40, NULL);
	size_t first = pty_bytes(p);

	(void)state;
	pty_forget(p);
	pty_send(p, "L+");
	assert_true(pty_wait_text(p, "count 1", SOON));
	print_message("# first picture %zu bytes, redrawn %zu\n", first, pty_bytes(p));
	assert_in_range(first, 100, 1200);
	assert_in_range(pty_bytes(p), 100, 1200);
	leave(p);
}

static void a_tick_costs_what_differs(void **state)
{
	struct pty *p = demo_start(120, 40, NULL);
	size_t whole;

	(void)state;
	pty_forget(p);
	pty_send(p, "M+");
	assert_true(pty_wait_text(p, "end 1", SOON));
	whole = pty_bytes(p);
	pty_forget(p);
	pty_send(p, "+");
	assert_true(pty_wait_text(p, "end 2", SOON));
	assert_non_null(strstr(pty_text(p), "1426 MHz")); /* the last row that changes: 1200 + 32 * 7 + 2 */
	print_message("# a screen of numbers %zu bytes; five of them changed %zu\n", whole, pty_bytes(p));
	assert_in_range(pty_bytes(p), 5, 150);
	leave(p);
}

static void wide_characters_come_and_go(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	for (int i = 0; i < 3; i++) {
		pty_send(p, "W");
		assert_true(pty_wait_text(p, "漢字x", SOON));
		assert_string_equal(pty_row(p, 3), "漢字x");
		pty_send(p, "W");
		assert_true(pty_wait_text(p, "abcde", SOON));
		assert_string_equal(pty_row(p, 3), "abcde");
	}
	leave(p);
}

static void follows_the_size(void **state)
{
	static const int sizes[][2] = {{40, 12}, {220, 60}, {100, 10}, {80, 24}};
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char text[32];

		pty_resize(p, sizes[i][0], sizes[i][1]);
		snprintf(text, sizeof(text), "demo %dx%d", sizes[i][0], sizes[i][1]);
		assert_true(pty_wait_text(p, text, SOON));
		assert_true(pty_wait_text(p, "typed <>", SOON));
		assert_string_equal(pty_row(p, 0), text);
		assert_string_equal(pty_row(p, 3), "abcde");
	}
	leave(p);
}

/* A canvas that does not fit is no reason to fall. */
static void survives_tiny_sizes(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	for (int w = 1; w <= 5; w++) {
		for (int h = 1; h <= 4; h++) {
			pty_resize(p, w, h);
			pty_send(p, "N");
		}
	}
	pty_resize(p, 80, 24);
	assert_true(pty_wait_text(p, "demo 80x24", SOON));
	assert_true(pty_wait_text(p, "typed <>", SOON));
	leave(p);
}

/* A terminal that shrank and grew again between two looks has lost its picture, though its size is as before. */
static void same_size_is_painted_again(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	pty_forget(p);
	pty_signal(p, SIGWINCH);
	assert_true(pty_wait_bytes(p, "typed", SOON));
	leave(p);
}

static void without_colour(void **state)
{
	static const char *const envs[][2] = {{"NO_COLOR=1", NULL}, {"TERM=vt100", NULL}};

	(void)state;
	for (size_t e = 0; e < sizeof(envs) / sizeof(envs[0]); e++) {
		struct pty *p = demo_start(80, 24, envs[e]);

		for (int y = 0; y < 8; y++) {
			for (int x = 0; x < 80; x++) {
				assert_int_equal(pty_cell(p, x, y).fg, -1);
				assert_int_equal(pty_cell(p, x, y).bg, -1);
			}
		}
		assert_true(pty_cell(p, 10, 1).reverse);
		leave(p);
	}
}

static void few_colours(void **state)
{
	static const char *const env[] = {"TERM=linux", NULL};
	struct pty *p = demo_start(80, 24, env);

	(void)state;
	for (int x = 0; x < 80; x++)
		assert_in_range(pty_cell(p, x, 1).fg + 1, 0, 8);
	leave(p);
}

static void other_terminals(void **state)
{
	static const char *const envs[][2] = {{"TERM=screen-256color", NULL}, {"TERM=tmux-256color", NULL},
		{"TERM=xterm", NULL}, {"TERM=rxvt-unicode-256color", NULL}, {"TERM=vt220", NULL}, {"TERM=ansi", NULL}};

	(void)state;
	for (size_t e = 0; e < sizeof(envs) / sizeof(envs[0]); e++) {
		struct pty *p = demo_start(80, 24, envs[e]);

		assert_string_equal(pty_row(p, 3), "abcde");
		assert_string_equal(pty_row(p, 0), "demo 80x24");
		leave(p);
	}
}

static void ascii_locale(void **state)
{
	static const char *const env[] = {"LC_ALL=C", NULL};
	struct pty *p = demo_start(80, 24, env);

	(void)state;
	for (const char *c = pty_raw(p); *c; c++)
		assert_true((unsigned char)*c < 0x80);
	pty_send(p, "W");
	assert_true(pty_wait_text(p, "x\n", SOON));
	for (const char *c = pty_raw(p); *c; c++)
		assert_true((unsigned char)*c < 0x80);
	leave(p);
}

static void refuses(const char *const *env, const char *said)
{
	char path[4096], why[200];
	const char *const argv[] = {beside("term_demo", path), NULL};
	struct pty *p = pty_start(&(struct pty_run){.w = 80, .h = 24, .argv = argv, .env = env});
	int status;

	assert_non_null(p);
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_int_equal(WEXITSTATUS(status), 1);
	if (!strstr(pty_text(p), said))
		fail_msg("not said: %s, but: %s", said, pty_text(p));
	assert_null(strchr(pty_raw(p), '\033'));
	if (!pty_sane(p, why))
		fail_msg("%s", why);
	pty_close(p);
}

static void refuses_what_cannot_work(void **state)
{
	static const char *const dumb[] = {"TERM=dumb", NULL};
	static const char *const unknown[] = {"TERM=nonesuch", NULL};
	static const char *const unset[] = {"TERM", NULL};

	(void)state;
	refuses(dumb, "TERM=dumb cannot place the cursor");
	refuses(unknown, "TERM=nonesuch");
	refuses(unset, "TERM=");
}

static void refuses_without_a_terminal(void **state)
{
	char path[4096], line[4200];
	const char *argv[] = {"sh", "-c", line, NULL};
	struct pty *p;
	int status;

	(void)state;
	snprintf(line, sizeof(line), "%s </dev/null; %s | cat", beside("term_demo", path), path);
	p = pty_start(&(struct pty_run){.w = 80, .h = 24, .argv = argv});
	assert_non_null(p);
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_non_null(strstr(pty_text(p), "standard input is not a terminal"));
	assert_non_null(strstr(pty_text(p), "standard output is not a terminal"));
	pty_close(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_text_and_looks),
		cmocka_unit_test(leaves_the_screen_of_before),
		cmocka_unit_test(nothing_changed_writes_nothing),
		cmocka_unit_test(full_picture_costs_little),
		cmocka_unit_test(a_tick_costs_what_differs),
		cmocka_unit_test(wide_characters_come_and_go),
		cmocka_unit_test(follows_the_size),
		cmocka_unit_test(survives_tiny_sizes),
		cmocka_unit_test(same_size_is_painted_again),
		cmocka_unit_test(without_colour),
		cmocka_unit_test(few_colours),
		cmocka_unit_test(other_terminals),
		cmocka_unit_test(ascii_locale),
		cmocka_unit_test(refuses_what_cannot_work),
		cmocka_unit_test(refuses_without_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

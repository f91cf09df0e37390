/* The terminal as a device: sizes from where they can be had, and what a crash writes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/term.h"
#include "tui/tty.h"

struct kept {
	int in, out, pipe[2];
};

/* Standard input and output that are no terminal, whatever the test itself was started on. */
static int no_terminal(void **state)
{
	static struct kept k;

	fflush(stdout);
	k.in = dup(STDIN_FILENO);
	k.out = dup(STDOUT_FILENO);
	if (pipe2(k.pipe, O_NONBLOCK) < 0)
		return -1;
	dup2(k.pipe[0], STDIN_FILENO);
	dup2(k.pipe[1], STDOUT_FILENO);
	*state = &k;
	return 0;
}

static int as_before(void **state)
{
	struct kept *k = *state;

	fflush(stdout);
	dup2(k->in, STDIN_FILENO);
	dup2(k->out, STDOUT_FILENO);
	close(k->in);
	close(k->out);
	close(k->pipe[0]);
	close(k->pipe[1]);
	return 0;
}

static void sizes(void **state)
{
	static const struct {
		const char *columns, *lines;
		int w, h;
	} rows[] = {
		{NULL, NULL, 80, 24},
		{"100", "30", 100, 30},
		{"", "x", 80, 24},
		{"-5", "0", 80, 24},
		{"99999999999999999999", "100000", 2000, 2000},
	};
	int w, h;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsetenv("COLUMNS");
		unsetenv("LINES");
		if (rows[i].columns)
			setenv("COLUMNS", rows[i].columns, 1);
		if (rows[i].lines)
			setenv("LINES", rows[i].lines, 1);
		tty_size(80, 24, &w, &h);
		assert_int_equal(w, rows[i].w);
		assert_int_equal(h, rows[i].h);
	}
	unsetenv("COLUMNS");
	unsetenv("LINES");
	/* a terminal whose kind has no usual size */
	tty_size(-1, -1, &w, &h);
	assert_true(w >= 1 && h >= 1);
}

static void rescued_once(void **state)
{
	static const char *const texts[] = {"\033[a$<5>b", NULL, "$<20/>c$", "$<"};
	struct kept *k = *state;
	char got[64] = "";

	tty_rescue_bytes(texts, 4);
	term_rescue();
	assert_int_equal(read(k->pipe[0], got, sizeof(got)), -1);
	tty_rescue_arm(true);
	errno = ENOENT;
	term_rescue();
	assert_int_equal(errno, ENOENT);
	term_rescue();
	assert_int_equal(read(k->pipe[0], got, sizeof(got) - 1), 8);
	assert_string_equal(got, "\033[abc$$<");
}

/* More than there is room for is cut, never written beyond it. */
static void rescue_has_an_end(void **state)
{
	const char *texts[200];
	struct kept *k = *state;
	char got[4096];

	for (size_t i = 0; i < 200; i++)
		texts[i] = "0123456789";
	tty_rescue_bytes(texts, 200);
	tty_rescue_arm(true);
	term_rescue();
	assert_in_range(read(k->pipe[0], got, sizeof(got)), 100, 2000);
	tty_rescue_arm(false);
}

static void refused_without_a_terminal(void **state)
{
	struct term *t = NULL;
	char why[200] = "";

	(void)state;
	assert_int_equal(term_open(&(struct term_options){.mouse = true}, &t, why), -ENOTTY);
	assert_null(t);
	assert_string_equal(why, "standard input is not a terminal");
	term_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sizes, no_terminal, as_before),
		cmocka_unit_test_setup_teardown(rescued_once, no_terminal, as_before),
		cmocka_unit_test_setup_teardown(rescue_has_an_end, no_terminal, as_before),
		cmocka_unit_test_setup_teardown(refused_without_a_terminal, no_terminal, as_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

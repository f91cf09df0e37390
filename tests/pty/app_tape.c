/* Captures on a terminal: they play by themselves to the end, and one from a pipe leaves the keys to the terminal. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <signal.h>
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
#include "tests/lib/tape.h"
#include "tests/lib/tree.h"

/* line: of the shell; $HVSCOPE is the program, $TAPE the capture. */
static struct pty_app begin(const char *line, int w, unsigned ticks)
{
	struct pty_app a = {.tree = tree_new(), .state = tree_new()};
	char *capture = tape_file(a.tree, "founding", ticks), *state = xasprintf("HVSCOPE_STATE=%s", a.state), path[4096];
	char *tape = xasprintf("TAPE=%s", capture), *program = xasprintf("HVSCOPE=%s", beside("../hvscope", path));
	const char *const argv[] = {"sh", "-c", line, NULL}, *const env[] = {state, tape, program, NULL};

	a.p = pty_start(&(struct pty_run){.w = w, .h = 24, .argv = argv, .env = env});
	assert_non_null(a.p);
	free(program);
	free(tape);
	free(state);
	free(capture);
	return a;
}

static void plays_to_the_end(void **state)
{
	struct pty_app a = begin("exec \"$HVSCOPE\" --interval 0.1 --open \"$TAPE\"", 80, 12);

	(void)state;
	app_shows(&a, "kvm07  CAPTURE");
	app_shows(&a, "tick 12 of 12 end");
	app_shows(&a, "The capture ends here");
	pty_send(a.p, "<");
	app_shows(&a, "tick 2 of 12 ❚❚");
	pty_send(a.p, ".");
	app_shows(&a, "tick 3 of 12 ❚❚");
	pty_send(a.p, "L ");
	app_shows(&a, "▶ loop");
	app_shows(&a, "tick 12 of 12 ▶ loop");
	app_shows(&a, "tick 1 of 12 ▶ loop");
	pty_send(a.p, "3");
	app_shows(&a, "worst first");
	assert_null(strstr(pty_raw(a.p), "has not answered"));
	app_quit(&a);
}

static void stands_at_a_tick(void **state)
{
	struct pty_app a = begin("exec \"$HVSCOPE\" --tick 7 --open \"$TAPE\"", 80, 12);

	(void)state;
	app_shows(&a, "tick 7 of 12 ❚❚");
	pty_send(a.p, ",");
	app_shows(&a, "tick 6 of 12 ❚❚");
	app_quit(&a);
}

static void from_a_pipe(void **state)
{
	static const char *const lines[] = {"exec \"$HVSCOPE\" --open - <\"$TAPE\"", "cat \"$TAPE\" | \"$HVSCOPE\" --open -"};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		struct pty_app a = begin(lines[i], 80, 12);

		app_shows(&a, "kvm07  CAPTURE");
		pty_send(a.p, " ");
		app_shows(&a, "❚❚");
		pty_send(a.p, ":tick 9\r");
		app_shows(&a, "tick 9 of 12 ❚❚");
		app_quit(&a);
	}
}

/* Before anything is drawn. */
static void refusals(void **state)
{
	static const struct {
		const char *line, *says;
	} rows[] = {
		{"exec \"$HVSCOPE\" --open -", "the standard input, which is the terminal"},
		{"exec \"$HVSCOPE\" --open - </dev/null", "standard input:1: it is empty"},
		{"exec \"$HVSCOPE\" --open \"$TAPE\" --tick 13", "has 12 ticks: there is no tick 13"},
		{"exec \"$HVSCOPE\" --open \"$TAPE\" </dev/null", "there is no terminal to draw on"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pty_app a = begin(rows[i].line, 200, 12);
		int status;

		assert_true(pty_wait_exit(a.p, &status, SOON));
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 1);
		app_shows(&a, rows[i].says);
		assert_null(strchr(pty_raw(a.p), '\033'));
		app_sane(&a);
		app_close(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plays_to_the_end),
		cmocka_unit_test(stands_at_a_tick),
		cmocka_unit_test(from_a_pipe),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

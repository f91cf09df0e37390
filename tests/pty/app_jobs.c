/* The program and its shell: signals, Ctrl-Z, closed windows, crashes, and reads that never end. */
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
#include "tests/lib/tree.h"

static void asked_to_leave(void **state)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGINT};

	(void)state;
	for (size_t i = 0; i < COUNT(signals); i++) {
		struct pty_app a = app_start("founding", 80, 24, NULL, NULL);
		int status;

		pty_signal(a.p, signals[i]);
		assert_true(pty_wait_exit(a.p, &status, SOON));
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
		app_sane(&a);
		app_close(&a);
	}
}

static void crashes_leave_a_sane_terminal(void **state)
{
	static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGQUIT};

	(void)state;
	for (size_t i = 0; i < COUNT(signals); i++) {
		struct pty_app a = app_start("founding", 80, 24, NULL, NULL);
		int status;

		pty_signal(a.p, signals[i]);
		assert_true(pty_wait_exit(a.p, &status, SOON));
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		app_sane(&a);
		app_close(&a);
	}
}

static void stops_and_continues(void **state)
{
	struct pty_app a = app_start("founding", 80, 24, NULL, NULL);

	(void)state;
	pty_send(a.p, "3");
	app_shows(&a, "worst first");
	pty_send(a.p, "\032");
	assert_true(pty_wait_stop(a.p, SOON));
	app_sane(&a);
	assert_null(strstr(pty_text(a.p), "worst first"));
	pty_resize(a.p, 120, 40);
	pty_foreground(a.p);
	app_shows(&a, "9 Changes");
	app_shows(&a, "worst first");
	assert_true(pty_modes(a.p).alternate);
	assert_true(pty_modes(a.p).mouse);
	pty_send(a.p, "1");
	app_shows(&a, "CLOCK");
	app_quit(&a);
}

static void window_is_closed(void **state)
{
	struct pty_app a = app_start("founding", 80, 24, NULL, NULL);
	int status;

	(void)state;
	pty_hangup(a.p);
	assert_true(pty_wait_exit(a.p, &status, SOON));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	app_close(&a);
}

static struct pty *stuck_start(const char *sign)
{
	char path[4096];
	const char *const argv[] = {beside("app_stuck_demo", path), sign, NULL};
	char *state = xasprintf("HVSCOPE_STATE=%.*s", (int)(strrchr(sign, '/') - sign), sign);
	const char *const env[] = {state, NULL};
	struct pty *p = pty_start(&(struct pty_run){.w = 120, .h = 40, .argv = argv, .env = env});

	free(state);
	assert_non_null(p);
	return p;
}

static void must_show(struct pty *p, const char *text)
{
	if (!pty_wait_text(p, text, SOON))
		fail_msg("\"%s\" never came:\n%s", text, pty_text(p));
}

/* Keys paint, and q and SIGTERM end it, though a read will never come back. */
static void leave_stuck(struct pty *p, bool by_signal)
{
	char why[200];
	int status;

	pty_send(p, "3");
	must_show(p, "Tab column");
	pty_send(p, "h");
	must_show(p, "Keys and commands");
	pty_send(p, "q9");
	must_show(p, "u undo");
	pty_send(p, "1");
	must_show(p, "Enter open");
	if (by_signal)
		pty_signal(p, SIGTERM);
	else
		pty_send(p, "q");
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	if (!pty_sane(p, why))
		fail_msg("%s", why);
	pty_close(p);
}

static void first_read_hangs(void **state)
{
	char *folder = tree_new(), *sign = xasprintf("%s/hang", folder);

	(void)state;
	tree_text(folder, "hang", "");
	for (int i = 0; i < 2; i++) {
		struct pty *p = stuck_start(sign);

		must_show(p, "sham  THIS MACHINE"); /* what was read before it stands there */
		must_show(p, "LOAD    reading");
		must_show(p, "the host has not answered for");
		leave_stuck(p, i);
	}
	free(sign);
	tree_free(folder);
}

static void later_read_hangs(void **state)
{
	char *folder = tree_new(), *sign = xasprintf("%s/hang", folder);
	struct pty *p = stuck_start(sign);

	(void)state;
	must_show(p, "powersave");
	tree_text(folder, "hang", "");
	must_show(p, "the host has not answered for");
	leave_stuck(p, false);
	free(sign);
	tree_free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked_to_leave),
		cmocka_unit_test(crashes_leave_a_sane_terminal),
		cmocka_unit_test(stops_and_continues),
		cmocka_unit_test(window_is_closed),
		cmocka_unit_test(first_read_hangs),
		cmocka_unit_test(later_read_hangs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Signals and job control on a real terminal: whatever happens, the shell gets a usable line back. */
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

static void assert_sane(struct pty *p)
{
	char why[200];

	if (!pty_sane(p, why))
		fail_msg("%s", why);
}

static void quit(struct pty *p)
{
	int status;

	pty_send(p, "Q");
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_sane(p);
	pty_close(p);
}

static void ends_by_itself(int sig)
{
	struct pty *p = demo_start(80, 24, NULL);
	int status;

	pty_signal(p, sig);
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 128 + sig);
	assert_sane(p);
	pty_close(p);
}

static void asked_to_leave(void **state)
{
	(void)state;
	ends_by_itself(SIGTERM);
	ends_by_itself(SIGHUP);
}

static void killed_by(struct pty *p, int sig)
{
	int status;

	assert_true(pty_wait_exit(p, &status, SOON));
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), sig);
	assert_sane(p);
	pty_close(p);
}

static void crashes_leave_a_sane_terminal(void **state)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT};
	struct pty *p;

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		p = demo_start(80, 24, NULL);
		pty_signal(p, signals[i]);
		killed_by(p, signals[i]);
	}
	p = demo_start(80, 24, NULL);
	pty_send(p, "X");
	killed_by(p, SIGABRT);
	p = demo_start(80, 24, NULL);
	pty_send(p, "V");
	killed_by(p, SIGSEGV);
	p = demo_start(80, 24, NULL);
	pty_send(p, "O");
	killed_by(p, SIGSEGV);
}

static void crash_without_an_alternate_screen(void **state)
{
	static const char *const env[] = {"TERM=vt100", NULL};
	struct pty *p = demo_start(80, 24, env);

	(void)state;
	pty_send(p, "X");
	killed_by(p, SIGABRT);
}

static void quit_key_is_a_way_out(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	pty_send(p, "\034");
	killed_by(p, SIGQUIT);
}

static void stops_and_continues(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	for (int i = 0; i < 2; i++) {
		pty_send(p, "\032");
		assert_true(pty_wait_stop(p, SOON));
		assert_sane(p);
		assert_null(strstr(pty_text(p), "count"));
		/* the window and the line change while the shell has them */
		pty_resize(p, 90 + i, 30);
		pty_change_line(p);
		pty_forget(p);
		pty_foreground(p);
		assert_true(pty_wait_text(p, i ? "demo 91x30" : "demo 90x30", SOON));
		assert_true(pty_wait_text(p, "typed <>", SOON));
		assert_true(pty_modes(p).alternate);
		assert_true(pty_modes(p).mouse);
		assert_true(pty_modes(p).paste);
		assert_true(pty_modes(p).cursor_keys);
		assert_false(pty_modes(p).cursor);
		pty_send(p, "a");
		assert_true(pty_wait_text(p, "key <a>", SOON));
	}
	quit(p);
}

static void background_stops_again(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	pty_send(p, "\032");
	assert_true(pty_wait_stop(p, SOON));
	pty_forget(p);
	pty_background(p);
	assert_true(pty_wait_stop(p, SOON));
	assert_sane(p);
	assert_int_equal(pty_bytes(p), 0);
	pty_foreground(p);
	assert_true(pty_wait_text(p, "typed <>", SOON));
	quit(p);
}

/* `kill %1` of a stopped job: SIGTERM, then SIGCONT, in the background. */
static void ends_from_the_background(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);
	int status;

	(void)state;
	pty_send(p, "\032");
	assert_true(pty_wait_stop(p, SOON));
	pty_forget(p);
	pty_signal(p, SIGTERM);
	pty_background(p);
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
	assert_sane(p);
	/* what it says at its end, and nothing for the screen that is the shell's now */
	assert_null(strchr(pty_raw(p), '\033'));
	pty_close(p);
}

/* A window that is closed while the job is stopped. */
static void hangs_up_while_stopped(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);
	int status;

	(void)state;
	pty_send(p, "\032");
	assert_true(pty_wait_stop(p, SOON));
	pty_hangup(p);
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 128 + SIGHUP);
	pty_close(p);
}

/* A crash while stopped belongs to the shell's screen: nothing is written over it. */
static void crash_in_the_background_is_quiet(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);
	int status;

	(void)state;
	pty_send(p, "\032");
	assert_true(pty_wait_stop(p, SOON));
	pty_forget(p);
	pty_signal(p, SIGABRT);
	pty_background(p);
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_true(WIFSIGNALED(status));
	assert_int_equal(pty_bytes(p), 0);
	assert_sane(p);
	pty_close(p);
}

/* Stopped without a chance to give the terminal back: by then it is the shell's, in the state that it likes. */
static void crash_after_an_unannounced_stop_is_quiet(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);
	int status;

	(void)state;
	pty_signal(p, SIGSTOP);
	assert_true(pty_wait_stop(p, SOON));
	pty_forget(p);
	pty_signal(p, SIGABRT);
	pty_background(p);
	assert_true(pty_wait_exit(p, &status, SOON));
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_int_equal(pty_bytes(p), 0);
	pty_close(p);
}

/* SIGSTOP cannot be caught: whoever sends it gets no say, but SIGCONT repaints. */
static void survives_an_unannounced_stop(void **state)
{
	struct pty *p = demo_start(80, 24, NULL);

	(void)state;
	pty_signal(p, SIGSTOP);
	assert_true(pty_wait_stop(p, SOON));
	pty_forget(p);
	pty_foreground(p);
	assert_true(pty_wait_bytes(p, "typed", SOON));
	pty_send(p, "a");
	assert_true(pty_wait_text(p, "key <a>", SOON));
	quit(p);
}

/* Without a shell that could continue it, the kernel does not stop it: Ctrl-Z must not hang. */
static void suspend_without_job_control(void **state)
{
	char path[4096];
	const char *argv[] = {beside("term_demo", path), NULL};
	struct pty *p = pty_start(&(struct pty_run){.w = 80, .h = 24, .argv = argv, .alone = true});

	(void)state;
	assert_non_null(p);
	assert_true(pty_wait_text(p, "typed <", SOON));
	pty_send(p, "\032");
	assert_true(pty_wait_text(p, "key <resumed>", SOON));
	pty_send(p, "a");
	assert_true(pty_wait_text(p, "key <a>", SOON));
	quit(p);
}

static void window_is_closed(void **state)
{
	(void)state;
	/* the kernel and the shell both send SIGHUP; the second one may come at any moment of the way out */
	for (int i = 0; i < 5; i++) {
		struct pty *p = demo_start(80, 24, NULL);
		int status;

		pty_hangup(p);
		assert_true(pty_wait_exit(p, &status, SOON));
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 128 + SIGHUP);
		pty_close(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked_to_leave),
		cmocka_unit_test(crashes_leave_a_sane_terminal),
		cmocka_unit_test(crash_without_an_alternate_screen),
		cmocka_unit_test(quit_key_is_a_way_out),
		cmocka_unit_test(stops_and_continues),
		cmocka_unit_test(background_stops_again),
		cmocka_unit_test(ends_from_the_background),
		cmocka_unit_test(crash_in_the_background_is_quiet),
		cmocka_unit_test(crash_after_an_unannounced_stop_is_quiet),
		cmocka_unit_test(survives_an_unannounced_stop),
		cmocka_unit_test(suspend_without_job_control),
		cmocka_unit_test(window_is_closed),
		cmocka_unit_test(hangs_up_while_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

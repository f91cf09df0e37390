/* The program itself on a test terminal. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/pty_app.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "probes/util.h"
#include "tests/lib/hosts.h"
#include "tests/lib/tree.h"

enum { MOST_WORDS = 16, MOST_ENV = 8, PATIENCE = 50 /* ms */ };

struct pty_app app_begin(const char *host, int w, int h, const char *const *more, const char *const *env)
{
	struct pty_app a = {.tree = tree_new(), .state = tree_new()};
	char path[4096], *state = xasprintf("HVSCOPE_STATE=%s", a.state);
	const char *argv[MOST_WORDS] = {beside("../hvscope", path), "--root", a.tree, "--interval", "0.1"};
	const char *all[MOST_ENV] = {state};
	size_t n = 5, nenv = 1;

	while (more && *more && n + 1 < MOST_WORDS)
		argv[n++] = *more++;
	while (env && *env && nenv + 1 < MOST_ENV)
		all[nenv++] = *env++;
	host_unpack(a.tree, host, "tree");
	a.p = pty_start(&(struct pty_run){.w = w, .h = h, .argv = argv, .env = all});
	assert_non_null(a.p);
	free(state);
	return a;
}

void app_shows(struct pty_app *a, const char *text)
{
	for (int waited = 0; !pty_wait_text(a->p, text, PATIENCE); waited += PATIENCE) {
		if (waited > SOON)
			fail_msg("\"%s\" never came:\n%s", text, pty_text(a->p));
		if (a->moves)
			host_move(a->tree, a->moves, ++a->steps);
	}
}

void app_later(struct pty_app *a, const char *host)
{
	host_unpack(a->tree, host, "later");
	a->moves = host;
}

struct pty_app app_start(const char *host, int w, int h, const char *const *more, const char *const *env)
{
	struct pty_app a = app_begin(host, w, h, more, env);

	app_shows(&a, "of "); /* the counters of before have been read by then */
	app_shows(&a, "CLOCK");
	app_shows(&a, "busy: not known");
	app_later(&a, host);
	app_shows(&a, "of base");
	return a;
}

void app_close(struct pty_app *a)
{
	pty_close(a->p);
	tree_free(a->tree);
	tree_free(a->state);
}

void app_sane(struct pty_app *a)
{
	char why[200];

	if (!pty_sane(a->p, why))
		fail_msg("%s\n%s", why, pty_text(a->p));
}

void app_quit(struct pty_app *a)
{
	int status;

	pty_send(a->p, "q");
	if (!pty_wait_exit(a->p, &status, SOON))
		fail_msg("q does not end it:\n%s", pty_text(a->p));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	app_sane(a);
	app_close(a);
}

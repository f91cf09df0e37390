/* The program itself on a test terminal, looking at a machine of tests/hosts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_PTY_APP_H
#define TESTS_LIB_PTY_APP_H

#include "tests/lib/pty_demo.h"

struct pty_app {
	struct pty *p;
	char *tree, *state; /* the machine; $HVSCOPE_STATE */
	const char *moves; /* the name of the machine, from app_later() on */
	unsigned steps; /* how often it moved */
};

/*
 * Starts hvscope on that machine and waits until the clock of a busy CPU is there. more: further options, NULL-ended,
 * or NULL; env as of pty_run.
 */
struct pty_app app_start(const char *host, int w, int h, const char *const *more, const char *const *env);
/* The same without waiting for anything and without a second look at the machine. */
struct pty_app app_begin(const char *host, int w, int h, const char *const *more, const char *const *env);
/*
 * The second look at the machine. From now on its CPUs work while app_shows() waits: what is shown of a single tick can
 * be gone before a busy computer has looked at it.
 */
void app_later(struct pty_app *a, const char *host);
void app_close(struct pty_app *a);

/* Presses q and asserts a clean end. */
void app_quit(struct pty_app *a);
/* Asserts that the terminal is as it was. */
void app_sane(struct pty_app *a);
void app_shows(struct pty_app *a, const char *text); /* soon */

#endif

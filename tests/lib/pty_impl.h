/* The inside of a test terminal, shared by its two files. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_PTY_IMPL_H
#define TESTS_LIB_PTY_IMPL_H

#include <termios.h>
#include <vterm.h>

#include "tests/lib/pty.h"

struct pty {
	int master, commands, events;
	pid_t shell, job;
	VTerm *vt;
	VTermScreen *screen;
	int w, h;
	struct termios before;
	bool stopped, ended;
	int status;
	char *raw; /* NUL behind it */
	size_t nraw, size;
	struct pty_modes modes;
	char sequence[16]; /* a CSI that is not complete yet */
	size_t nsequence;
	char *text;
};

void pty_screen_open(struct pty *p);
void pty_screen_close(struct pty *p);
void pty_received(struct pty *p, const char *bytes, size_t n);

#endif

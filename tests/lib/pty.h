/* A terminal for tests: runs a program on a pseudo-terminal, under a small job control shell, and shows its screen. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_PTY_H
#define TESTS_LIB_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pty;

struct pty_run {
	int w, h;
	const char *const *argv; /* argv[0] is looked up in PATH */
	const char *const *env; /* NAME=VALUE is set, NAME alone is unset, on top of TERM, LC_ALL and TZ of the tests */
	bool alone; /* no shell: the program leads the session, as under `xterm -e` */
};

/* NULL when there is no pseudo-terminal. The program is a job of its own in the foreground, so that Ctrl-Z works. */
struct pty *pty_start(const struct pty_run *run);
void pty_close(struct pty *p); /* kills what still runs */

void pty_send(struct pty *p, const char *text);
void pty_send_bytes(struct pty *p, const void *bytes, size_t n);
void pty_resize(struct pty *p, int w, int h);
void pty_signal(struct pty *p, int sig); /* to the program */
pid_t pty_pid(const struct pty *p);

/* All waits end early when it is so, and return false when it is not so in time. */
bool pty_wait_text(struct pty *p, const char *text, int timeout_ms);
bool pty_wait_gone(struct pty *p, const char *text, int timeout_ms); /* the screen does not show it any more */
bool pty_wait_exit(struct pty *p, int *status, int timeout_ms); /* as of waitpid() */
bool pty_wait_stop(struct pty *p, int timeout_ms);
bool pty_wait_bytes(struct pty *p, const char *bytes, int timeout_ms); /* in what was received since pty_forget() */
/* What the shell does: fg and bg of the job that stopped; hang-up, as when the window is closed. */
void pty_foreground(struct pty *p);
void pty_background(struct pty *p);
void pty_hangup(struct pty *p);
/* A person's `stty -echok`: from now on that is how the line must be left. */
void pty_change_line(struct pty *p);

/* The screen: lines without trailing spaces; valid until the next call. */
const char *pty_text(struct pty *p);
const char *pty_row(struct pty *p, int y);

struct pty_cell {
	uint32_t ch;
	int fg, bg; /* of the palette, -1 the terminal's own, -2 another RGB colour */
	bool bold, underline, italic, reverse;
};
struct pty_cell pty_cell(struct pty *p, int x, int y);

/* What came from the program, raw, since the start or the last pty_forget(). */
size_t pty_bytes(const struct pty *p);
const char *pty_raw(const struct pty *p);
void pty_forget(struct pty *p);

struct pty_modes {
	bool alternate, cursor, mouse, paste, cursor_keys;
};
struct pty_modes pty_modes(const struct pty *p);
/* Left as it was found: modes of the line, screen, cursor, mouse, paste, colours. why says what is not. */
bool pty_sane(struct pty *p, char why[200]);

#endif

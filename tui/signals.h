/* Signals: they arrive as events in the loop of the interface; a crash puts the terminal back first. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_SIGNALS_H
#define TUI_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

/*
 * Before the first thread starts (threads inherit what is blocked): from now on SIGINT, SIGTERM, SIGHUP, SIGWINCH,
 * SIGTSTP and SIGCONT are events, SIGPIPE is an errno, and SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT and SIGQUIT call
 * term_rescue() and then end the process as they always do. Returns a descriptor to poll until the process ends, or
 * -errno. There is no way back: what is waiting, let through again, would kill the process on its way out.
 */
int signals_open(void);
/* The next signal that came, or 0. */
int signals_next(int fd);

/*
 * Ctrl-Z, between term_suspend() and term_resume(): stops the process as the shell expects, and returns when it is in
 * the foreground again, or in the background with a signal waiting that asks it to leave.
 */
void signals_stop_self(void);

/*
 * For one-shot commands that must not end between two steps: from now on what would end them (but SIGKILL) waits, and
 * can be asked for; signals_release() lets it through, and the process ends by it if it came.
 */
void signals_hold(sigset_t *ret_was);
bool signals_asked_to_leave(void);
void signals_release(const sigset_t *was);
/* What is ignored, as SIGHUP is below nohup, would wait too, and look as if somebody had asked. */
bool signals_ignored(int sig);

#endif

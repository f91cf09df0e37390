/* Long one-shot commands: a first signal asks them to end after what is in hand, a second one ends them at once. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_LEAVE_H
#define TUI_LEAVE_H

#include <stdbool.h>
#include <stdint.h>

struct leave;

/*
 * Before any other thread starts (threads inherit what is blocked): from now on SIGINT, SIGTERM and SIGHUP, where they
 * are not ignored, only ask; the second one ends the process as it always does.
 */
struct leave *leave_watch(void);
/* Called, in another thread, before a second one ends the process. */
void leave_at_once(struct leave *l, void (*call)(void *arg), void *arg);
/* Waits until then, on CLOCK_MONOTONIC, or until somebody asks: true. A time that has passed only looks. */
bool leave_wait(struct leave *l, uint64_t until_ns);
void leave_end(struct leave *l); /* signals end the process again; one that asked has been obeyed */

#endif

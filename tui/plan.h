/* A plan in lines: what the dialog and the terminal show before anything is changed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PLAN_H
#define TUI_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/dialog.h"

struct about;
struct arena;
struct change;
struct result;

/*
 * "policy0-95 scaling_governor  powersave → performance", Effect, Costs, Lasts, Note, By hand. not_now: why it cannot
 * be done here, shown before them; NULL when it can. All in the arena.
 */
size_t plan_lines(struct arena *a, const struct change *c, const char *not_now, struct dialog_line **ret);

/* How many bytes of the text fit into so many columns, at a blank; all of them where there is none to fold at. */
size_t plan_fold(const char *text, size_t columns);
/* Prints title and lines to standard output. */
void plan_print(const struct change *c, const char *not_now);
/* Asks on the terminal; EXIT_DONE for yes, else EXIT_NOT_CONFIRMED. Without a terminal it does not ask. */
int plan_confirm(const char *question);

/* Why the host refused and what would help, to be put behind the sentence; "" where it did not, or nothing is known. */
const char *plan_hint(const struct result *r);

/* A change_progress for one-shot commands between signals_hold() and signals_release(). */
bool plan_stop_when_asked(size_t done, size_t total, void *arg);

#endif

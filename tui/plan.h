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
struct step;

/*
 * "policy0-95 scaling_governor  powersave → performance", why it could not be read, Note, Effect, Costs, Lasts, By
 * hand. not_now: why it cannot be done here, shown before them; NULL when it can. All in the arena.
 */
size_t plan_lines(struct arena *a, const struct change *c, const char *not_now, struct dialog_line **ret);

/* The first step of which nobody knows what is there now, NULL: none. Such a change is not to be applied. */
const struct step *plan_unread(const struct change *c);

/* Title and lines for standard output; width: where lines are broken, between words; 0: nowhere. In the arena. */
char *plan_text(struct arena *a, const struct change *c, const char *not_now, int width);
/* Prints that, as wide as the terminal is. */
void plan_print(const struct change *c, const char *not_now);
/* Asks on the terminal; EXIT_DONE for yes, else EXIT_NOT_CONFIRMED. Without a terminal it does not ask. */
int plan_confirm(const char *question);

/* Why the host refused and what would help, to be put behind the sentence; "" where it did not, or nothing is known. */
const char *plan_hint(const struct result *r);

/* A change_progress for one-shot commands between signals_hold() and signals_release(). */
bool plan_stop_when_asked(size_t done, size_t total, void *arg);

#endif

/* The strip of a walk on the screen: where it lies, what it shows, and the keys it takes while it has the focus. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_WALK_STRIP_H
#define TUI_WALK_STRIP_H

#include "tui/app_impl.h"

/* Parts the place of the panel: false, and all of it is the panel's, where no strip is seen. A panel of height 0 is hidden. */
bool walk_place(const struct app *a, struct rect whole, struct rect *ret_panel, struct rect *ret_strip);
void walk_draw(struct app *a, struct canvas *screen, struct rect strip);
void walk_separate(struct canvas *screen, struct rect panel, struct rect strip); /* the line between the two */

bool walk_key(struct app *a, uint32_t code); /* true: it was one of the walk's */
void walk_refresh(struct app *a); /* a new snapshot has come */
void walk_answer(struct app *a, const char *text); /* what is slow was typed */
void walk_export(struct app *a, const char *file); /* the case, into that file */

#endif

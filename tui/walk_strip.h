/* The strip of a walk on the screen: where it lies, what it shows, and the keys it takes while it has the focus. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_WALK_STRIP_H
#define TUI_WALK_STRIP_H

#include "tui/app_impl.h"

/* One line of the strip, before it is wrapped. */
struct walk_line {
	enum role role;
	int indent;
	const char *text;
};
enum { WALK_LINES = 96 };
struct walk_lines {
	struct walk_line at[WALK_LINES];
	size_t n;
};
/* The step where one stands; in the arena. s and entries may be NULL. */
struct walk_lines *walk_lines(
	struct arena *a, const struct walk *w, const struct snapshot *s, const struct entries *entries);

/* Its keys, those first that are shown where it is narrow; for the strip, help and the manual. */
extern const struct hint walk_hints[];
extern const size_t nwalk_hints;
bool walk_key_counts(const struct app *a, const char *key); /* it does something on this step */
bool walk_takes(const struct app *a, const char *key); /* and not the panel, which has one of that name too */

/* Parts the place of the panel: false, and all of it is the panel's, where no strip is seen. A panel of height 0 is
 * hidden. */
bool walk_place(const struct app *a, struct rect whole, struct rect *ret_panel, struct rect *ret_strip);
void walk_draw(struct app *a, struct canvas *screen, struct rect strip);
void walk_separate(struct canvas *screen, struct rect panel, struct rect strip); /* the line between the two */

bool walk_key(struct app *a, uint32_t code); /* true: it was one of the walk's */
bool walk_mouse(struct app *a, struct key key); /* true: it was in the strip */
void walk_show(struct app *a); /* the panel of this step comes forward, the cursor on its evidence */
void walk_move_on(struct app *a, bool skip);
void walk_move_back(struct app *a);
void walk_read_journal(struct app *a); /* what was changed is told at the end, also by another hvscope */
void walk_refresh(struct app *a); /* a new snapshot has come */
void walk_answer(struct app *a, const char *text); /* what is slow was typed */
void walk_ask_file(struct app *a); /* into which the case is written */
void walk_export(struct app *a, const char *file); /* the case, into that file */

#endif

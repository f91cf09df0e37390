/* Dialogs: a box with labelled sentences and buttons, in the middle of the screen; the plan of a change stands in one.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_DIALOG_H
#define WIDGETS_DIALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/canvas.h"

enum { DIALOG_BUTTONS = 4, DIALOG_WIDTH = 92 };

/* "Effect   busy CPUs rise …", or with was and now: "policy0–95 scaling_governor  powersave → performance". */
struct dialog_line {
	const char *label; /* NULL: none, the text begins at the left edge */
	const char *text; /* wrapped; NULL: none */
	const char *was, *now; /* of one line each: a file's last newline does not belong here */
	enum role role; /* of the text */
};

struct dialog_button {
	const char *key, *label; /* "n", "No, leave it" */
	enum role role; /* ROLE_button; ROLE_danger for what writes */
};

struct dialog {
	const char *title;
	const struct dialog_line *lines;
	size_t nlines;
	const struct dialog_button *buttons; /* at most DIALOG_BUTTONS, the harmless one first; none: no row for them */
	size_t nbuttons;
	size_t on; /* the button that Enter takes; nbuttons or more: none, Enter does nothing */
	int first; /* the uppermost row of text that is seen; clamped */
};

struct dialog_layout {
	struct rect box; /* on the screen */
	struct rect text; /* on the screen: where lines are */
	int label_w; /* cells of the labels' column, 0: none */
	int rows; /* all rows of text; more than text.h: it scrolls */
	int first; /* dialog.first, clamped */
	struct rect button[DIALOG_BUTTONS]; /* on the screen, for the mouse; w 0: no room */
};

/* On a screen of w × h. Buttons stay visible down to 40×12, there in as many rows as they need; text scrolls. */
void dialog_layout(const struct dialog *d, int w, int h, struct dialog_layout *ret);
void dialog_draw(struct canvas *c, const struct dialog *d, const struct dialog_layout *l);

#endif

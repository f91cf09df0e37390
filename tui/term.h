/* The terminal: the only part that knows ncurses; it shows canvases and gives keys. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "themes/theme.h"
#include "tui/key.h"
#include "tui/look.h"
#include "widgets/canvas.h"

struct term;

struct term_options {
	bool mouse; /* ask for mouse events */
	bool no_colour; /* NO_COLOR: attributes only */
};

/*
 * Takes over the terminal; after setlocale(LC_CTYPE, ""). -ENOTTY without one, -EINVAL for a TERM that cannot place the
 * cursor; why says it.
 */
int term_open(const struct term_options *o, struct term **ret, char why[200]);
void term_close(struct term *t); /* the screen of before is back; NULL is fine */

/* Writes only what differs from what is on the screen. Returns the number of cells that changed. */
int term_show(struct term *t, const struct canvas *c, const struct theme *theme);
void term_cursor(struct term *t, int x, int y); /* where input is typed; x < 0 hides it */
/*
 * The next show writes everything again. Also after each SIGWINCH: a terminal that shrank and grew again before anybody
 * looked has the same size as before and has lost what it showed.
 */
void term_redraw(struct term *t);

/*
 * The next key that is there, without waiting: false when there is none. To be called until then, since keys can be
 * waiting here while term_fd() has nothing. What was pasted counts only while term_cursor() shows where to type.
 */
bool term_key(struct term *t, struct key *ret);
int term_fd(const struct term *t); /* readable when there may be keys; POLLHUP: the terminal is gone */

void term_size(struct term *t, int *w, int *h); /* asks the terminal anew; also tells ncurses */
struct look_limits term_limits(const struct term *t); /* what it can do with a theme */
bool term_ascii(const struct term *t); /* the locale has no UTF-8 */

/* Ctrl-Z: gives the terminal back; term_resume() takes it again, also after a SIGCONT of its own. Then show anew. */
void term_suspend(struct term *t);
void term_resume(struct term *t);

/* Puts the terminal back from a signal handler: async-signal-safe, needs no struct term. */
void term_rescue(void);

const char *term_library(void); /* "ncurses 6.4.20221231" */

#endif

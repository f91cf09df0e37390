/* A canvas: a grid of cells, each a character and a role; drawing outside it is harmless by construction. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_CANVAS_H
#define WIDGETS_CANVAS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "themes/theme.h"

struct cell {
	uint32_t ch; /* a Unicode code point; 0: the right half of the wide character to its left */
	uint8_t role; /* enum role */
	uint8_t flags; /* enum cell_flags */
	uint16_t pad; /* always 0: cells are compared with memcmp */
};

enum cell_flags {
	CELL_SELECTED = 1 << 0, /* drawn with the look of ROLE_select over its own colour */
	CELL_DIFFERS = 1 << 1, /* with that of ROLE_differ, which leaves what warns its colour */
	CELL_FLAGS = 1 << 2, /* so many combinations */
};

struct rect {
	int x, y, w, h;
};
bool rect_has(struct rect r, int x, int y);

/*
 * A view on cells. A canvas that owns nothing is a view on a part of another; coordinates are the view's own and can be
 * anything, negative ones too.
 */
struct canvas {
	struct cell *cells; /* of the whole grid, row by row */
	int stride; /* cells in a row of the grid */
	struct rect at; /* where this view lies in the grid; inside it */
	int dx, dy; /* the view's own origin against at: what was cut off at the left and the top */
	int w, h; /* the size asked for, also where it was clipped */
	bool ascii; /* glyphs and frames are ASCII: no UTF-8 locale */
};

/* cells must hold w × h. Fills them with spaces. */
struct canvas canvas_over(struct cell *cells, int w, int h, bool ascii);
/* The part r of c, as a canvas of its own with the size of r, clipped to c. */
struct canvas canvas_part(const struct canvas *c, struct rect r);
int canvas_w(const struct canvas *c); /* the size asked for, also where it was clipped; 0 for a negative one */
int canvas_h(const struct canvas *c);

void canvas_fill(struct canvas *c, struct rect r, uint32_t ch, enum role role);
void canvas_role(struct canvas *c, struct rect r, enum role role); /* characters stay */
void canvas_select(struct canvas *c, struct rect r);
void canvas_differ(struct canvas *c, struct rect r);
void canvas_char(struct canvas *c, int x, int y, uint32_t ch, enum role role);

/*
 * Writes UTF-8 text on one line, at most max cells (negative: no limit but the canvas). Control characters become '?',
 * bytes that are not UTF-8 become '?', wide characters take two cells, combining ones are left out. Returns x behind
 * it.
 */
int canvas_text(struct canvas *c, int x, int y, int max, enum role role, const char *text);
int canvas_printf(struct canvas *c, int x, int y, int max, enum role role, const char *format, ...)
	__attribute__((format(printf, 6, 7)));
/* Ends at column x + w - 1; what is too long loses its left end to an ellipsis. */
void canvas_right(struct canvas *c, int x, int y, int w, enum role role, const char *text);
/* Too long text ends in an ellipsis. Returns x + w. */
int canvas_cut(struct canvas *c, int x, int y, int w, enum role role, const char *text);
/* Breaks text at spaces into lines of at most w cells, at most h lines; returns how many lines it took. h 0: counts
 * only. */
int canvas_wrap(struct canvas *c, struct rect r, enum role role, const char *text);

int text_width(const char *text); /* cells that canvas_text() would take */

/*
 * The view as text, a line a row, trailing spaces cut; the second: the roles, one letter a cell (ROLE_select where a
 * cell is selected, ROLE_differ where it differs), trailing ROLE_text cut. malloc'd; NULL without memory.
 */
char *canvas_to_text(const struct canvas *c);
char *canvas_to_roles(const struct canvas *c);
char role_letter(enum role r); /* the letter of a role in canvas_to_roles(): '.' for text, then A-Z a-z 0-9 in the order
				  of roles.def */

#endif

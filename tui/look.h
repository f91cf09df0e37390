/* Looks: what a role looks like in the end, on a terminal with so many colours, selected or not. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_LOOK_H
#define TUI_LOOK_H

#include <stdbool.h>

#include "themes/theme.h"
#include "widgets/canvas.h"

/* What the terminal can do. */
struct look_limits {
	int colours; /* 0: attributes only */
	bool own_defaults; /* COLOUR_DEFAULT can be asked for; otherwise it becomes white on black */
};

/* The look of ROLE_select laid over that of the role; then reduced to what the terminal can do. */
struct look look_of(const struct theme *theme, enum role role, bool selected, struct look_limits limits);
/* The same for a cell's flags: what marks differences is laid over the role first. */
struct look look_flagged(const struct theme *theme, enum role role, unsigned flags, struct look_limits limits);
/* Whether text of colour fg can be read on bg; with the terminal's own fg on a colour that is not known. */
bool look_readable(int fg, int bg);
/* The character to show; right: the cell beside it, NULL at the edge. '?' where the terminal would need another width.
 */
uint32_t look_char(const struct cell *cell, const struct cell *right, bool ascii);

#endif

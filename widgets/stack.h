/* Stacked bars: several shares of one whole beside each other, each with a sign and a role of its own. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_STACK_H
#define WIDGETS_STACK_H

#include <stddef.h>

#include "widgets/canvas.h"

struct stack_part {
	double share; /* 0 to 1; NAN and less than nothing take no room */
	uint32_t ch; /* 0: hatched */
	enum role role;
};

/*
 * ▕▇▇111333░░▏ on w cells, frame included (fewer than 3 cells: without it). Each part ends at the cell that is nearest
 * to its sum, so that the whole is never longer than the bar; what is left is empty. No part at all, not known, is
 * filled with GLYPH_UNREAD in ROLE_unknown: a hatched part is a share that is known.
 */
void stack(struct canvas *c, int x, int y, int w, const struct stack_part *part, size_t n);

#endif

/* How a share becomes whole blocks of a bar. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/bar.h"

#include <math.h>

#include "widgets/glyph.h"

void bar(struct canvas *c, int x, int y, int w, double share, enum role role)
{
	int full;

	if (w >= 3) {
		canvas_char(c, x, y, glyph_char(c, GLYPH_BAR_L), ROLE_bar_rest);
		canvas_char(c, x + w - 1, y, glyph_char(c, GLYPH_BAR_R), ROLE_bar_rest);
		x += 1;
		w -= 2;
	}
	if (w <= 0)
		return;
	if (isnan(share)) {
		canvas_fill(c, (struct rect){x, y, w, 1}, glyph_char(c, GLYPH_SHADE), ROLE_unknown);
		return;
	}
	/* Whole blocks only: a bar that trembles with the noise of a number tells nothing. */
	full = share >= 1 ? w : share <= 0 ? 0 : (int)lround(share * w);
	if (share > 0 && full == 0)
		full = 1;
	if (share < 1 && full == w && w > 1)
		full = w - 1;
	canvas_fill(c, (struct rect){x, y, full, 1}, glyph_char(c, GLYPH_BAR), role);
	canvas_fill(c, (struct rect){x + full, y, w - full, 1}, ' ', ROLE_bar_rest);
}

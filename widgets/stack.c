/* How shares become whole cells of a stacked bar. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/stack.h"

#include <math.h>

#include "widgets/glyph.h"

void stack(struct canvas *c, int x, int y, int w, const struct stack_part *part, size_t n)
{
	double sum = 0;
	int from = 0;

	if (w >= 3) {
		canvas_char(c, x, y, glyph_char(c, GLYPH_BAR_L), ROLE_bar_rest);
		canvas_char(c, x + w - 1, y, glyph_char(c, GLYPH_BAR_R), ROLE_bar_rest);
		x += 1;
		w -= 2;
	}
	if (w <= 0)
		return;
	if (!n) {
		canvas_fill(c, (struct rect){x, y, w, 1}, glyph_char(c, GLYPH_UNREAD), ROLE_unknown);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		int to;

		sum += part[i].share > 0 ? part[i].share : 0;
		to = sum >= 1 ? w : (int)lround(sum * w);
		canvas_fill(c, (struct rect){x + from, y, to - from, 1},
			part[i].ch ? part[i].ch : glyph_char(c, GLYPH_SHADE), part[i].role);
		from = to;
	}
	canvas_fill(c, (struct rect){x + from, y, w - from, 1}, ' ', ROLE_bar_rest);
}

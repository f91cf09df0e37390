/* Glyphs: the signs that go with words and colours, in Unicode and in ASCII. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_GLYPH_H
#define WIDGETS_GLYPH_H

#include <stdint.h>

#include "widgets/canvas.h"

enum glyph {
	GLYPH_CRIT, /* ▲ ! */
	GLYPH_WARN, /* △ ^ */
	GLYPH_INFO, /* · . */
	GLYPH_UNREAD, /* – - */
	GLYPH_GOOD, /* ✓ + */
	GLYPH_ARROW, /* → > */
	GLYPH_UP, /* ↑ ^ */
	GLYPH_DOWN, /* ↓ v */
	GLYPH_HLINE, /* ─ - */
	GLYPH_VLINE, /* │ | */
	GLYPH_TL,
	GLYPH_TR,
	GLYPH_BL,
	GLYPH_BR, /* ┌ ┐ └ ┘ + */
	GLYPH_ELLIPSIS, /* … ~ */
	GLYPH_BAR, /* ▇ # */
	GLYPH_BAR_L,
	GLYPH_BAR_R, /* ▕ ▏ [ ] */
	GLYPH_SHADE, /* ░ : */
	GLYPH_DOT, /* · . */
	GLYPH_MARK, /* ● * */
	GLYPH_TIMES, /* × x */
	GLYPH_OFFLINE, /* × x: a CPU that is not there */
	GLYPH_FAR, /* ▼ V: a clock far below its base */
	GLYPH_SLOW, /* ▽ v: a clock a little below its base */
	GLYPH_DIFFERS, /* ≠ ! */
	GLYPH_COUNT
};

uint32_t glyph_sign(enum glyph g); /* in Unicode; a canvas without it shows the ASCII sign */
uint32_t glyph_char(const struct canvas *c, enum glyph g);
const char *glyph_text(const struct canvas *c, enum glyph g); /* as UTF-8 */
/* One of eight heights for a share of 0 to 1: ▁▂▃▄▅▆▇█, in ASCII _.-=oO%# ; NAN gives a space. */
uint32_t glyph_height(const struct canvas *c, double share);
/* What a character becomes on an ASCII canvas: the form of a glyph, u for µ, '?' for what has none; ASCII stays. */
char glyph_ascii(uint32_t ch);

#endif

/* Looks: themes are written for 256 colours; this is what is left of them on lesser terminals, and under the cursor. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/look.h"

#include <math.h>
#include <wchar.h>

/* WCAG's least contrast of text. */
#define READABLE 4.5

/* Relative luminance of a colour of the xterm palette, 0 to 1, as WCAG reckons it. */
static double luminance(int colour)
{
	int rgb[3];
	double part[3];

	colour_rgb(colour, rgb);
	for (int i = 0; i < 3; i++) {
		double v = rgb[i] / 255.0;

		part[i] = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
	}
	return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
}

static double contrast(int fg, int bg)
{
	double x = luminance(fg) + 0.05, y = luminance(bg) + 0.05;

	return x > y ? x / y : y / x;
}

bool look_readable(int fg, int bg)
{
	if (bg == COLOUR_DEFAULT)
		return true;
	if (fg == COLOUR_DEFAULT)
		return false;
	return contrast(fg, bg) >= READABLE;
}

static struct look lay_over(struct look base, struct look select)
{
	struct look ret = select;

	if (base.fg != COLOUR_DEFAULT && look_readable(base.fg, select.bg))
		ret.fg = base.fg;
	/* dim in a reversed row would be a patch of another grey */
	ret.attrs |= base.attrs & (uint8_t) ~(ATTR_REVERSE | ATTR_DIM);
	/* what is reverse already turns back, so that it still stands out from the row that is selected */
	ret.attrs ^= base.attrs & ATTR_REVERSE;
	return ret;
}

/* Eight colours have no bright ones; bold and dim stand in for them. */
static int reduce_fg(int fg, uint8_t *attrs)
{
	if (fg == 8) {
		*attrs |= ATTR_DIM;
		return COLOUR_DEFAULT;
	}
	if (fg > 8 && fg < 16) {
		*attrs |= ATTR_BOLD;
		return fg - 8;
	}
	return fg == COLOUR_DEFAULT ? fg : colour_to_8(fg);
}

static struct look reduce(struct look look, struct look_limits limits)
{
	if (limits.colours < 8) {
		if (look.bg != COLOUR_DEFAULT)
			look.attrs |= ATTR_REVERSE;
		look.fg = look.bg = COLOUR_DEFAULT;
		return look;
	}
	if (limits.colours < 16 || limits.colours > 256) {
		/* more than 256 means that numbers are RGB, of which only the first eight still are the palette's */
		look.fg = (int16_t)reduce_fg(look.fg, &look.attrs);
		if (look.bg != COLOUR_DEFAULT)
			look.bg = (int16_t)colour_to_8(look.bg);
	} else if (limits.colours < 256) {
		if (look.fg != COLOUR_DEFAULT)
			look.fg = (int16_t)colour_to_16(look.fg);
		if (look.bg != COLOUR_DEFAULT)
			look.bg = (int16_t)colour_to_16(look.bg);
	}
	if (!limits.own_defaults) {
		if (look.fg == COLOUR_DEFAULT)
			look.fg = 7;
		if (look.bg == COLOUR_DEFAULT)
			look.bg = 0;
	}
	/* two colours that fell together would hide the text */
	if (look.fg != COLOUR_DEFAULT && look.fg == look.bg)
		look.fg = contrast(7, look.bg) > contrast(0, look.bg) ? 7 : 0;
	return look;
}

struct look look_of(const struct theme *theme, enum role role, bool selected, struct look_limits limits)
{
	struct look look = theme->look[role], select = theme->look[ROLE_select];
	struct look plain = reduce(look, limits), shown;

	if (!selected)
		return plain;
	/* a dark grey that becomes black, which most terminals are, would mark nothing */
	if (select.bg > 0 && reduce(select, limits).bg == 0) {
		select.bg = COLOUR_DEFAULT;
		select.attrs ^= ATTR_REVERSE;
	}
	shown = reduce(lay_over(look, select), limits);
	/* whatever the theme and the terminal leave of it: the cursor can be seen */
	if (shown.fg == plain.fg && shown.bg == plain.bg && shown.attrs == plain.attrs)
		shown.attrs ^= ATTR_REVERSE;
	return shown;
}

struct look look_flagged(const struct theme *theme, enum role role, unsigned flags, struct look_limits limits)
{
	struct theme marked = *theme;
	struct look *look = &marked.look[role], differ = theme->look[ROLE_differ];

	if (flags & CELL_DIFFERS) {
		look->attrs |= differ.attrs;
		look->attrs &= (uint8_t)~ATTR_DIM; /* what differs is not to be overlooked */
		if (look->fg == COLOUR_DEFAULT || role == ROLE_text || role == ROLE_strong)
			look->fg = differ.fg;
	}
	return look_of(&marked, role, flags & CELL_SELECTED, limits);
}

uint32_t look_char(const struct cell *cell, const struct cell *right, bool ascii)
{
	int width = right && right->ch == 0 ? 2 : 1;

	if (cell->ch == 0)
		return ' ';
	if (cell->ch < ' ' || cell->ch == 0x7f)
		return '?';
	if (cell->ch > 0x7f && (ascii || wcwidth((wchar_t)cell->ch) != width))
		return '?';
	return cell->ch;
}

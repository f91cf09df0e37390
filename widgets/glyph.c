/* The table of glyphs and their ASCII forms. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/glyph.h"

#include <math.h>
#include <string.h>

/* clang-format off */
static const struct {
	uint32_t ch;
	const char *text;
	char ascii[2];
} glyphs[GLYPH_COUNT] = {
	[GLYPH_CRIT]     = {0x25B2, "▲", "!"},
	[GLYPH_WARN]     = {0x25B3, "△", "^"},
	[GLYPH_INFO]     = {0x00B7, "·", "."},
	[GLYPH_UNREAD]   = {0x2013, "–", "-"},
	[GLYPH_GOOD]     = {0x2713, "✓", "+"},
	[GLYPH_ARROW]    = {0x2192, "→", ">"},
	[GLYPH_UP]       = {0x2191, "↑", "^"},
	[GLYPH_DOWN]     = {0x2193, "↓", "v"},
	[GLYPH_HLINE]    = {0x2500, "─", "-"},
	[GLYPH_VLINE]    = {0x2502, "│", "|"},
	[GLYPH_TL]       = {0x250C, "┌", "+"},
	[GLYPH_TR]       = {0x2510, "┐", "+"},
	[GLYPH_BL]       = {0x2514, "└", "+"},
	[GLYPH_BR]       = {0x2518, "┘", "+"},
	[GLYPH_ELLIPSIS] = {0x2026, "…", "~"},
	[GLYPH_BAR]      = {0x2587, "▇", "#"},
	[GLYPH_BAR_L]    = {0x2595, "▕", "["},
	[GLYPH_BAR_R]    = {0x258F, "▏", "]"},
	[GLYPH_SHADE]    = {0x2591, "░", ":"},
	[GLYPH_DOT]      = {0x00B7, "·", "."},
	[GLYPH_MARK]     = {0x25CF, "●", "*"},
	[GLYPH_TIMES]    = {0x00D7, "×", "x"},
	[GLYPH_OFFLINE]  = {0x00D7, "×", "x"},
	[GLYPH_FAR]      = {0x25BC, "▼", "V"},
	[GLYPH_SLOW]     = {0x25BD, "▽", "v"},
	[GLYPH_DIFFERS]  = {0x2260, "≠", "!"},
};

/* Signs that texts use beside the glyphs. */
static const struct {
	uint32_t ch;
	char ascii;
} others[] = {
	{0x00A0, ' '}, {0x00B0, 'o'}, {0x00B1, '~'}, {0x00B2, '2'}, {0x00B3, '3'}, {0x00B5, 'u'}, {0x03BC, 'u'},
	{0x2010, '-'}, {0x2011, '-'}, {0x2014, '-'}, {0x2018, '\''}, {0x2019, '\''}, {0x201C, '"'}, {0x201D, '"'},
	{0x2022, '*'}, {0x202F, ' '}, {0x2190, '<'}, {0x2194, '-'}, {0x2212, '-'}, {0x2248, '~'}, {0x2264, '<'},
	{0x2265, '>'}, {0x2588, '#'}, {0x25B6, '>'}, {0x25BC, 'v'}, {0x25CB, 'o'}, {0x2717, 'x'}, {0x275A, '|'},
};
/* clang-format on */

static const char heights[] = "_.-=oO%#";

uint32_t glyph_sign(enum glyph g)
{
	return glyphs[g].ch;
}

uint32_t glyph_char(const struct canvas *c, enum glyph g)
{
	return c->ascii ? (unsigned char)glyphs[g].ascii[0] : glyphs[g].ch;
}

const char *glyph_text(const struct canvas *c, enum glyph g)
{
	return c->ascii ? glyphs[g].ascii : glyphs[g].text;
}

uint32_t glyph_height(const struct canvas *c, double share)
{
	int i;

	if (isnan(share))
		return ' ';
	share = share < 0 ? 0 : share > 1 ? 1 : share;
	i = (int)lround(share * 7);
	return c->ascii ? (unsigned char)heights[i] : 0x2581u + (uint32_t)i;
}

char glyph_ascii(uint32_t ch)
{
	if (ch < 0x80)
		return (char)ch;
	for (size_t i = 0; i < GLYPH_COUNT; i++)
		if (glyphs[i].ch == ch)
			return glyphs[i].ascii[0];
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (others[i].ch == ch)
			return others[i].ascii;
	if (ch >= 0x2581 && ch <= 0x2588)
		return heights[ch - 0x2581];
	if (ch >= 0x2500 && ch <= 0x257F)
		return '+';
	return '?';
}

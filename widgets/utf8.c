/* UTF-8 decoding and character widths. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

uint32_t utf8_next(const char **text, const char *end)
{
	const unsigned char *p = (const unsigned char *)*text;
	const unsigned char *stop = (const unsigned char *)end;
	uint32_t ch = p[0];
	int more;

	*text += 1;
	if (ch < 0x80)
		return ch;
	if (ch < 0xC2 || ch > 0xF4)
		return UTF8_BAD;
	more = ch < 0xE0 ? 1 : ch < 0xF0 ? 2 : 3;
	ch &= 0x3Fu >> more;
	for (int i = 1; i <= more; i++) {
		/* A NUL is no continuation byte, so this never reads behind the end of a string. */
		if ((stop && p + i >= stop) || (p[i] & 0xC0) != 0x80)
			return UTF8_BAD;
		ch = ch << 6 | (p[i] & 0x3F);
	}
	if ((more == 2 && ch < 0x800) || (more == 3 && ch < 0x10000) || ch > 0x10FFFF || (ch >= 0xD800 && ch <= 0xDFFF))
		return UTF8_BAD;
	*text += more;
	return ch;
}

int utf8_put(char *buf, uint32_t ch)
{
	if (ch < 0x80) {
		buf[0] = (char)ch;
		return 1;
	}
	if (ch < 0x800) {
		buf[0] = (char)(0xC0 | ch >> 6);
		buf[1] = (char)(0x80 | (ch & 0x3F));
		return 2;
	}
	if (ch < 0x10000) {
		buf[0] = (char)(0xE0 | ch >> 12);
		buf[1] = (char)(0x80 | (ch >> 6 & 0x3F));
		buf[2] = (char)(0x80 | (ch & 0x3F));
		return 3;
	}
	buf[0] = (char)(0xF0 | ch >> 18);
	buf[1] = (char)(0x80 | (ch >> 12 & 0x3F));
	buf[2] = (char)(0x80 | (ch >> 6 & 0x3F));
	buf[3] = (char)(0x80 | (ch & 0x3F));
	return 4;
}

/* What we draw ourselves and Western text: one cell each, also in the C locale, where wcwidth() knows only ASCII. */
static bool is_ours(uint32_t ch)
{
	static const struct {
		uint32_t lo, hi;
	} range[] = {
		{0xA0, 0x2FF}, /* Latin */
		{0x370, 0x482}, /* Greek, Cyrillic */
		{0x2010, 0x2027}, /* dashes, quotes, dots */
		{0x2030, 0x205E}, /* more of them */
		{0x2190, 0x23FF}, /* arrows, mathematics, technical */
		{0x2500, 0x25FF}, /* lines, blocks, shapes */
		{0x2713, 0x2718}, /* check marks */
		{0x275A, 0x275A}, /* half of the sign of pause */
	};

	for (size_t i = 0; i < sizeof range / sizeof range[0]; i++)
		if (ch >= range[i].lo && ch <= range[i].hi)
			return true;
	return false;
}

int char_shown(uint32_t *ch)
{
	int w;

	if (*ch >= 0x20 && *ch < 0x7F)
		return 1;
	w = *ch < 0xA0 || *ch > 0x10FFFF ? -1 : wcwidth((wchar_t)*ch);
	if (w < 0 && is_ours(*ch))
		return 1;
	if (w >= 0)
		return w > 2 ? 1 : w;
	*ch = '?';
	return 1;
}

/* The names of keys, as key bars, help and scripts write them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/key.h"

#include <stdio.h>
#include <string.h>

/* The first name is the one shown; the second is for hands that cannot type an arrow. */
static const struct {
	uint32_t code;
	const char *name, *also;
} named[] = {
	{K_ENTER, "Enter", "Return"},
	{K_TAB, "Tab", NULL},
	{K_ESC, "Esc", "Escape"},
	{K_BACKSPACE, "Backspace", NULL},
	{' ', "Space", NULL},
	{K_UP, "↑", "Up"},
	{K_DOWN, "↓", "Down"},
	{K_LEFT, "←", "Left"},
	{K_RIGHT, "→", "Right"},
	{K_HOME, "Home", NULL},
	{K_END, "End", NULL},
	{K_PAGE_UP, "PgUp", "PageUp"},
	{K_PAGE_DOWN, "PgDn", "PageDown"},
	{K_DELETE, "Del", "Delete"},
	{K_INSERT, "Ins", "Insert"},
	{K_BACK_TAB, "Back-Tab", "Shift-Tab"},
	{K_F1, "F1", NULL},
	{K_F2, "F2", NULL},
	{K_F3, "F3", NULL},
	{K_F4, "F4", NULL},
	{K_F5, "F5", NULL},
	{K_F6, "F6", NULL},
	{K_F7, "F7", NULL},
	{K_F8, "F8", NULL},
	{K_F9, "F9", NULL},
	{K_F10, "F10", NULL},
	{K_F11, "F11", NULL},
	{K_F12, "F12", NULL},
	{K_MOUSE, "Mouse", NULL},
};

enum { NNAMED = sizeof(named) / sizeof(named[0]) };

/* Surrogates and C1 controls are no characters that a key can mean. */
static bool is_character(uint32_t code)
{
	return code > ' ' && code < K_NAMED && !(code >= 0x7f && code < 0xa0) && !(code >= 0xd800 && code < 0xe000);
}

static void put_utf8(uint32_t ch, char buf[16])
{
	size_t n = 0;

	if (ch < 0x80) {
		buf[n++] = (char)ch;
	} else if (ch < 0x800) {
		buf[n++] = (char)(0xc0 | ch >> 6);
		buf[n++] = (char)(0x80 | (ch & 0x3f));
	} else if (ch < 0x10000) {
		buf[n++] = (char)(0xe0 | ch >> 12);
		buf[n++] = (char)(0x80 | (ch >> 6 & 0x3f));
		buf[n++] = (char)(0x80 | (ch & 0x3f));
	} else {
		buf[n++] = (char)(0xf0 | ch >> 18);
		buf[n++] = (char)(0x80 | (ch >> 12 & 0x3f));
		buf[n++] = (char)(0x80 | (ch >> 6 & 0x3f));
		buf[n++] = (char)(0x80 | (ch & 0x3f));
	}
	buf[n] = '\0';
}

/* The only character of text, or 0. Writing it again is the check: what is overlong or broken comes out otherwise. */
static uint32_t get_utf8(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n = strlen(text);
	uint32_t ch;
	char again[16];

	if (n == 0 || n > 4)
		return 0;
	ch = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++)
		ch = ch << 6 | (p[i] & 0x3f);
	if (!is_character(ch))
		return 0;
	put_utf8(ch, again);
	return strcmp(again, text) == 0 ? ch : 0;
}

const char *key_text(uint32_t code, char buf[16])
{
	for (size_t i = 0; i < NNAMED; i++) {
		if (named[i].code == code) {
			snprintf(buf, 16, "%s", named[i].name);
			return buf;
		}
	}
	if (code > 0 && code < ' ')
		snprintf(buf, 16, "Ctrl-%c", (int)code + '@');
	else if (is_character(code))
		put_utf8(code, buf);
	else
		buf[0] = '\0';
	return buf;
}

uint32_t key_from_name(const char *name)
{
	for (size_t i = 0; i < NNAMED; i++) {
		if (strcmp(named[i].name, name) == 0 || (named[i].also && strcmp(named[i].also, name) == 0))
			return named[i].code;
	}
	if (strncmp(name, "Ctrl-", 5) == 0) {
		char c = name[5];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		return c > '@' && c <= '_' && name[6] == '\0' ? (uint32_t)(c - '@') : 0;
	}
	return get_utf8(name);
}

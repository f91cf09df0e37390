/* Keys as the commands see them: a character, a named key or a mouse event, and how they are written. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdbool.h>
#include <stdint.h>

/* Code points stand for themselves; named keys lie above Unicode. */
enum {
	K_ENTER = '\r',
	K_TAB = '\t',
	K_ESC = 0x1b,
	K_BACKSPACE = 0x7f,
	K_NAMED = 0x110000,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_DELETE,
	K_INSERT,
	K_BACK_TAB,
	K_F1,
	K_F2,
	K_F3,
	K_F4,
	K_F5,
	K_F6,
	K_F7,
	K_F8,
	K_F9,
	K_F10,
	K_F11,
	K_F12,
	K_MOUSE, /* x, y, button in struct key */
};

enum button { BUTTON_LEFT, BUTTON_RIGHT, BUTTON_MIDDLE, BUTTON_WHEEL_UP, BUTTON_WHEEL_DOWN };

struct key {
	uint32_t code; /* a code point, Ctrl-A is 1, or K_… */
	int16_t x, y; /* K_MOUSE: the cell */
	uint8_t button;
	bool twice; /* K_MOUSE: a double click */
};

/* "g", "Enter", "Space", "Ctrl-L", "F1", "PgUp", "↑": for key bars, help and scripts. buf of 16 bytes; returns it. */
const char *key_text(uint32_t code, char buf[16]);
/* The code of such a name (also "Up", "Down"), or 0. */
uint32_t key_from_name(const char *name);

#endif

/* Key sequences: a small machine over bytes, in the grammar that all terminals share (ECMA-48), no terminfo needed. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/key_seq.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum {
	GROUND,
	CHARACTER, /* inside a UTF-8 character */
	ESCAPE,
	SS3,
	CSI,
	CONSOLE, /* ESC [ [ A: F1 to F5 of the Linux console */
	MOUSE, /* ESC [ M and three bytes: terminals without SGR reports */
	STRING, /* an answer of the terminal (OSC, DCS, …) up to BEL or ESC \ */
	STRING_ESC,
};

enum {
	STALE_MS = 500, /* what was begun and not ended by then is forgotten: the next key counts again */
	LATE_MS = 150, /* a slow line may tear a sequence behind its ESC by this much */
	PASTE_MS = 2000, /* a paste whose end got lost */
	DOUBLE_MS = 400,
};

static const struct {
	uint8_t final; /* '~' with number, or a letter alone */
	uint8_t number;
	uint32_t code;
} sequences[] = {
	{'A', 0, K_UP},
	{'B', 0, K_DOWN},
	{'C', 0, K_RIGHT},
	{'D', 0, K_LEFT},
	{'H', 0, K_HOME},
	{'F', 0, K_END},
	{'Z', 0, K_BACK_TAB},
	{'P', 0, K_F1},
	{'Q', 0, K_F2},
	{'R', 0, K_F3},
	{'S', 0, K_F4},
	{'~', 1, K_HOME},
	{'~', 2, K_INSERT},
	{'~', 3, K_DELETE},
	{'~', 4, K_END},
	{'~', 5, K_PAGE_UP},
	{'~', 6, K_PAGE_DOWN},
	{'~', 7, K_HOME},
	{'~', 8, K_END},
	{'~', 11, K_F1},
	{'~', 12, K_F2},
	{'~', 13, K_F3},
	{'~', 14, K_F4},
	{'~', 15, K_F5},
	{'~', 17, K_F6},
	{'~', 18, K_F7},
	{'~', 19, K_F8},
	{'~', 20, K_F9},
	{'~', 21, K_F10},
	{'~', 23, K_F11},
	{'~', 24, K_F12},
};

/* Gives a key, unless it was pasted: then only characters count, and only where text is typed. */
static bool give(struct key_seq *s, uint32_t code, struct key *ret)
{
	bool character = code >= ' ' && code < K_NAMED && code != K_BACKSPACE;

	if (s->pasting && !(s->take_paste && character))
		return false;
	*ret = (struct key){.code = code};
	return true;
}

static bool give_sequence(struct key_seq *s, uint8_t final, long number, struct key *ret)
{
	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
		if (sequences[i].final == final && sequences[i].number == number)
			return give(s, sequences[i].code, ret);
	}
	return false;
}

/* button as terminals report it: 0-2 buttons, +32 motion, +64 wheel; x and y count from 1. Modifiers do not matter. */
static bool give_mouse(struct key_seq *s, long button, long x, long y, struct key *ret)
{
	static const uint8_t buttons[] = {BUTTON_LEFT, BUTTON_MIDDLE, BUTTON_RIGHT};
	long which = button & ~(4L | 8L | 16L);
	struct key key = {.code = K_MOUSE};

	if (s->pasting || x < 1 || y < 1 || x > INT16_MAX || y > INT16_MAX)
		return false;
	if (which >= 0 && which <= 2)
		key.button = buttons[which];
	else if (which == 64 || which == 65)
		key.button = which == 64 ? BUTTON_WHEEL_UP : BUTTON_WHEEL_DOWN;
	else
		return false;
	key.x = (int16_t)(x - 1);
	key.y = (int16_t)(y - 1);
	if (key.button == BUTTON_LEFT) {
		key.twice = s->click_ms && s->last_ms - s->click_ms <= DOUBLE_MS && s->click_x == key.x &&
			    s->click_y == key.y;
		/* a third click is a single one again */
		s->click_ms = key.twice ? 0 : s->last_ms;
		s->click_x = key.x;
		s->click_y = key.y;
	}
	*ret = key;
	return true;
}

static bool end_csi(struct key_seq *s, uint8_t final, struct key *ret)
{
	long number[3] = {0};
	const char *p = s->param;

	s->state = GROUND;
	if (s->n >= sizeof(s->param))
		return false;
	s->param[s->n] = '\0';
	if (*p == '<')
		p++;
	if (strspn(p, "0123456789;") != strlen(p))
		return false;
	for (size_t i = 0; i < 3 && *p; i++) {
		char *end;

		number[i] = strtol(p, &end, 10);
		p = *end == ';' ? end + 1 : end;
	}
	if (s->param[0] == '<')
		return final == 'M' && give_mouse(s, number[0], number[1], number[2], ret);
	if (final == '~' && (number[0] == 200 || number[0] == 201)) {
		s->pasting = number[0] == 200;
		return false;
	}
	/* a second number is a modifier: Ctrl-Up is not Up; a letter with a number is a report of the terminal */
	if (number[1] || (final != '~' && s->n))
		return false;
	return give_sequence(s, final, number[0], ret);
}

static bool in_csi(struct key_seq *s, uint8_t byte, struct key *ret)
{
	if (s->n == 0 && byte == '[') {
		s->state = CONSOLE;
	} else if (s->n == 0 && byte == 'M') {
		s->state = MOUSE;
		s->left = 3;
	} else if (byte >= 0x20 && byte < 0x40) {
		if (s->n < sizeof(s->param))
			s->param[s->n++] = (char)byte;
	} else if (byte >= 0x40 && byte < 0x7f) {
		return end_csi(s, byte, ret);
	} else {
		s->state = GROUND;
	}
	return false;
}

static bool in_mouse(struct key_seq *s, uint8_t byte, struct key *ret)
{
	s->param[3 - s->left] = (char)byte;
	if (--s->left)
		return false;
	s->state = GROUND;
	return give_mouse(s, (uint8_t)s->param[0] - 32L, (uint8_t)s->param[1] - 32L, (uint8_t)s->param[2] - 32L, ret);
}

static bool begin_character(struct key_seq *s, uint8_t byte)
{
	s->left = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 && byte < 0xf0 ? 2 : byte >= 0xc2 && byte < 0xe0;
	s->n = s->left;
	s->ch = byte & (0x3fu >> s->left);
	s->state = s->left ? CHARACTER : GROUND;
	return false;
}

static bool in_ground(struct key_seq *s, uint8_t byte, struct key *ret)
{
	s->discard = false;
	if (byte == K_ESC) {
		s->state = ESCAPE;
		return false;
	}
	if (byte >= 0x80)
		return begin_character(s, byte);
	if (byte == 0)
		return false;
	return give(s, byte == '\n' ? K_ENTER : byte == '\b' ? K_BACKSPACE : byte, ret);
}

static bool in_character(struct key_seq *s, uint8_t byte, struct key *ret)
{
	static const uint32_t least[] = {0, 0xa0, 0x800, 0x10000};

	if ((byte & 0xc0) != 0x80) {
		s->state = GROUND;
		return in_ground(s, byte, ret);
	}
	s->ch = s->ch << 6 | (byte & 0x3f);
	if (--s->left)
		return false;
	s->state = GROUND;
	if (s->discard || s->ch < least[s->n] || s->ch > 0x10ffff || (s->ch >= 0xd800 && s->ch < 0xe000))
		return false;
	return give(s, s->ch, ret);
}

static bool in_escape(struct key_seq *s, uint8_t byte, struct key *ret)
{
	s->n = 0;
	s->state = GROUND;
	if (byte == '[') {
		s->state = CSI;
	} else if (byte == 'O') {
		s->state = SS3;
	} else if (byte == ']' || byte == 'P' || byte == '_' || byte == '^' || byte == 'X') {
		s->state = STRING;
	} else if (byte == K_ESC) {
		s->state = ESCAPE;
		return give(s, K_ESC, ret);
	} else if (byte >= 0x80) {
		s->discard = true;
		return begin_character(s, byte);
	}
	return false;
}

static bool in_ss3(struct key_seq *s, uint8_t byte, struct key *ret)
{
	s->state = GROUND;
	if (byte == 'M')
		return give(s, K_ENTER, ret);
	/* the number pad in application mode: j to y are * to 9 */
	if (byte >= 'j' && byte <= 'y')
		return give(s, byte - 0x40u, ret);
	return give_sequence(s, byte, 0, ret);
}

static bool step(struct key_seq *s, uint8_t byte, struct key *ret)
{
	switch (s->state) {
	case CHARACTER:
		return in_character(s, byte, ret);
	case ESCAPE:
		return in_escape(s, byte, ret);
	case SS3:
		return in_ss3(s, byte, ret);
	case CSI:
		return in_csi(s, byte, ret);
	case CONSOLE:
		s->state = GROUND;
		return byte >= 'A' && byte <= 'E' && give(s, K_F1 + (byte - 'A'), ret);
	case MOUSE:
		return in_mouse(s, byte, ret);
	case STRING:
		s->state = byte == '\a' ? GROUND : byte == K_ESC ? STRING_ESC : STRING;
		return false;
	case STRING_ESC:
		s->state = GROUND;
		return byte != '\\' && in_escape(s, byte, ret);
	default:
		return in_ground(s, byte, ret);
	}
}

/* Forgets what took too long. */
static void begin(struct key_seq *s, uint64_t now_ms)
{
	if (s->state != GROUND && now_ms - s->last_ms > STALE_MS)
		s->state = GROUND;
	if (s->pasting && now_ms - s->last_ms > PASTE_MS)
		s->pasting = false;
	s->last_ms = now_ms;
}

bool key_seq_byte(struct key_seq *s, uint8_t byte, uint64_t now_ms, struct key *ret)
{
	begin(s, now_ms);
	if (s->esc_ms) {
		bool late = s->state == GROUND && (byte == '[' || byte == 'O') && now_ms - s->esc_ms <= LATE_MS;

		s->esc_ms = 0;
		if (late)
			s->state = ESCAPE;
	}
	/* an ESC begins anew, whatever was begun before */
	if (byte == K_ESC && s->state != GROUND && s->state != ESCAPE && s->state != STRING && s->state != MOUSE)
		s->state = GROUND;
	return step(s, byte, ret);
}

bool key_seq_named(struct key_seq *s, uint32_t code, uint64_t now_ms, struct key *ret)
{
	begin(s, now_ms);
	s->state = GROUND;
	s->esc_ms = 0;
	return give(s, code, ret);
}

bool key_seq_idle(struct key_seq *s, uint64_t now_ms, struct key *ret)
{
	if (s->state != ESCAPE)
		return false;
	s->state = GROUND;
	s->esc_ms = now_ms ? now_ms : 1;
	return give(s, K_ESC, ret);
}

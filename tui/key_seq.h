/* Key sequences: turns the bytes that a terminal sends into keys, and swallows what it does not know. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_KEY_SEQ_H
#define TUI_KEY_SEQ_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/key.h"

/* All zero is the start. The owner gives the time, so that the same bytes at the same times are the same keys. */
struct key_seq {
	uint8_t state, n, left; /* n: bytes of param; left: bytes a character or a mouse report still needs */
	bool discard; /* the character being read belongs to Alt: it means nothing here */
	bool pasting; /* between the brackets of a paste */
	bool take_paste; /* set by the owner where text is typed: pasted characters are keys there, nowhere else */
	char param[32];
	uint32_t ch;
	uint64_t last_ms, esc_ms, click_ms; /* esc_ms: of an Esc that was given and may turn out to begin a sequence */
	int16_t click_x, click_y;
};

/* One byte. True when it completes a key. */
bool key_seq_byte(struct key_seq *s, uint8_t byte, uint64_t now_ms, struct key *ret);
/* A key that was recognised elsewhere (terminfo) comes in between. True when it counts. */
bool key_seq_named(struct key_seq *s, uint32_t code, uint64_t now_ms, struct key *ret);
/* No further byte is there. True when that makes an Esc of what was begun. */
bool key_seq_idle(struct key_seq *s, uint64_t now_ms, struct key *ret);

#endif

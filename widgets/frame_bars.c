/* The two rows of the frame that can be pressed: tabs and keys. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>
#include <stdio.h>

#include "widgets/frame.h"

enum { NARROW = 60, SEPARATOR = 2 };

static int margin_of(int w)
{
	return w < NARROW ? 0 : 1;
}

enum tab_form { TAB_NAMES, TAB_BRIEFS, TAB_NUMBERS, TAB_FORMS };

/* What stands on a tab; four letters where a name has no brief. */
static void tab_text(const struct frame_tab *t, size_t i, enum tab_form form, char *buf, size_t size)
{
	if (form == TAB_NAMES || (form == TAB_NUMBERS && t->role == ROLE_tab_on))
		snprintf(buf, size, "%zu %s", i + 1, t->name);
	else if (form == TAB_NUMBERS)
		snprintf(buf, size, "%zu", i + 1);
	else if (t->brief)
		snprintf(buf, size, "%zu %s", i + 1, t->brief);
	else
		snprintf(buf, size, "%zu %.4s", i + 1, t->name);
}

/* Draws from x on, or only measures where c is NULL; returns x behind it. */
static int put_tabs(
	struct canvas *c, int x, int y, const struct frame_tab *tabs, size_t n, enum tab_form form, struct rect *hits)
{
	int gap = form == TAB_NUMBERS ? 1 : SEPARATOR;

	for (size_t i = 0; i < n; i++) {
		char text[64];
		int w;

		tab_text(&tabs[i], i, form, text, sizeof text);
		w = text_width(text);
		if (c && x < canvas_w(c)) {
			canvas_cut(c, x, y, w < canvas_w(c) - x ? w : canvas_w(c) - x, tabs[i].role, text);
			if (hits)
				hits[i] = (struct rect){x, y, w < canvas_w(c) - x ? w : canvas_w(c) - x, 1};
		}
		x += w + (i + 1 < n ? gap : 0);
	}
	return x;
}

void frame_tabs(struct canvas *c, int y, const struct frame_tab *tabs, size_t n, struct rect *hits)
{
	int w = canvas_w(c), margin = margin_of(w);
	enum tab_form form = TAB_NAMES;

	for (size_t i = 0; hits && i < n; i++)
		hits[i] = (struct rect){0};
	while (form < TAB_NUMBERS && put_tabs(NULL, 2 * margin, 0, tabs, n, form, NULL) > w)
		form++;
	put_tabs(c, margin, y, tabs, n, form, hits);
}

enum { GONE, KEY_ONLY, WHOLE };

static int key_width(const struct frame_key *k, int state)
{
	int label = state == WHOLE && k->label && *k->label ? 1 + text_width(k->label) : 0;

	return state == GONE ? 0 : text_width(k->key) + label;
}

static int keys_width(const struct frame_key *keys, size_t n, const uint8_t state[])
{
	int w = 0;

	for (size_t i = 0; i < n; i++)
		if (state[i] != GONE)
			w += key_width(&keys[i], state[i]) + (w > 0 ? SEPARATOR : 0);
	return w;
}

/* Gives one thing up: a key that need not stay, else the label of one that must, else a key; from the right. */
static bool give_up(const struct frame_key *keys, size_t n, uint8_t state[])
{
	for (size_t i = n; i-- > 0;)
		if (state[i] != GONE && !keys[i].keep) {
			state[i] = GONE;
			return true;
		}
	for (int was = WHOLE; was > GONE; was--)
		for (size_t i = n; i-- > 0;)
			if (state[i] == was) {
				state[i]--;
				return true;
			}
	return false;
}

size_t frame_keys_fit(const struct frame_key *keys, size_t n, int w)
{
	int room = w - 2 * margin_of(w) + SEPARATOR;

	for (size_t i = 0; i < n; i++) {
		room -= key_width(&keys[i], WHOLE) + SEPARATOR;
		if (room < 0)
			return i;
	}
	return n;
}

size_t frame_keys(struct canvas *c, int y, const struct frame_key *keys, size_t n, struct rect *hits)
{
	int w = canvas_w(c), x = margin_of(w);
	uint8_t state[FRAME_KEYS];
	size_t shown = 0;

	for (size_t i = FRAME_KEYS; hits && i < n; i++)
		hits[i] = (struct rect){0};
	n = n < FRAME_KEYS ? n : FRAME_KEYS;
	for (size_t i = 0; i < n; i++)
		state[i] = WHOLE;
	while (keys_width(keys, n, state) > w - 2 * x && give_up(keys, n, state))
		;
	for (size_t i = 0; i < n; i++) {
		int width = key_width(&keys[i], state[i]), at = x;

		if (hits)
			hits[i] = state[i] == GONE ? (struct rect){0} : (struct rect){x, y, width, 1};
		if (state[i] == GONE)
			continue;
		at = canvas_text(c, x, y, -1, ROLE_key, keys[i].key);
		if (state[i] == WHOLE && keys[i].label)
			canvas_text(c, at + 1, y, -1, ROLE_hint, keys[i].label);
		x += width + SEPARATOR;
		shown++;
	}
	return shown;
}

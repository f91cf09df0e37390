/* The frame around the panels: title, tabs, rules, key bar, and boxes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_FRAME_H
#define WIDGETS_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/canvas.h"

enum { FRAME_KEYS = 32 };

/* When narrow it gives up, in this order: middle part by part (at " · ", from the right), program, right, the end of
 * host. The label stays, and so does brief, which stands for right where that has no room. */
struct frame_title {
	const char *program, *host, *label;
	enum role label_role;
	const char *middle, *right, *brief; /* may be NULL */
};
void frame_title(struct canvas *c, int y, const struct frame_title *t);

struct frame_tab {
	const char *name, *brief; /* "Overview", "Over"; brief may be NULL: its first four letters */
	enum role role; /* ROLE_tab, ROLE_tab_on, ROLE_tab_off */
};
/* Numbered from 1: names, else briefs, else numbers with only the open one named. hits: n rectangles (w 0: not there);
 * may be NULL. */
void frame_tabs(struct canvas *c, int y, const struct frame_tab *tabs, size_t n, struct rect *hits);

void frame_rule(struct canvas *c, int y);

struct frame_key {
	const char *key, *label;
	bool keep; /* stays when others are given up from the right: h, q */
};
/* Keys that can be pressed now. A kept key loses its label before it goes. hits as above. Returns how many are shown.
 */
size_t frame_keys(struct canvas *c, int y, const struct frame_key *keys, size_t n, struct rect *hits);

/* How many of the first have room in a row of this width, none of them given up. */
size_t frame_keys_fit(const struct frame_key *keys, size_t n, int w);

/* A frame with a title (may be NULL) around r, its inside filled with the role; returns the inside as a part of c. */
struct canvas frame_box(struct canvas *c, struct rect r, const char *title, enum role role);

#endif

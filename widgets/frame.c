/* The frame around the panels: title, rules, boxes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/frame.h"

#include <stdio.h>
#include <string.h>

#include "widgets/glyph.h"

enum { NARROW = 60 }; /* below it there are no margins */

void frame_rule(struct canvas *c, int y)
{
	canvas_fill(c, (struct rect){0, y, canvas_w(c), 1}, glyph_char(c, GLYPH_HLINE), ROLE_rule);
}

static int width_of(const char *text)
{
	return text ? text_width(text) : 0;
}

/* The middle part right-aligned before `end`, without its last parts where it is too long. */
static void draw_middle(struct canvas *c, int y, int from, int end, const char *text)
{
	char buf[512];

	snprintf(buf, sizeof buf, "%s", text);
	while (text_width(buf) > end - from) {
		char *last = NULL;

		for (char *p = buf; (p = strstr(p, " · ")); p++)
			last = p;
		if (!last)
			return;
		*last = 0;
	}
	canvas_right(c, from, y, end - from, ROLE_title, buf);
}

void frame_title(struct canvas *c, int y, const struct frame_title *t)
{
	int w = canvas_w(c), margin = w < NARROW ? 0 : 1, gap = w < NARROW ? 1 : 2, x = margin, left;
	int label = width_of(t->label), program = width_of(t->program) + gap, right = width_of(t->right) + gap;
	int host = width_of(t->host) + gap, room = w - 2 * margin - label;
	const char *end = t->right;

	canvas_fill(c, (struct rect){0, y, w, 1}, ' ', ROLE_title);
	if (!t->program || program + host + (t->right ? right : 0) > room)
		program = 0;
	if (t->brief && host + right > room) {
		end = t->brief;
		right = width_of(end) + gap;
		right = right < room ? right : 0;
	} else if (!t->right || program + host + right > room) {
		right = 0;
	}
	if (host > room - program - right)
		host = room - program - right;
	if (program)
		x = canvas_text(c, x, y, -1, ROLE_title, t->program) + gap;
	if (host > gap && t->host)
		x = canvas_cut(c, x, y, host - gap, ROLE_title, t->host) + gap;
	/* Where there is room the label stands on a field of its own. */
	if (gap > 1)
		canvas_fill(c, (struct rect){x - 1, y, label + 2, 1}, ' ', t->label_role);
	left = canvas_cut(c, x, y, label < w ? label : w, t->label_role, t->label);
	if (right)
		canvas_right(c, left, y, w - margin - left, ROLE_title, end);
	if (t->middle)
		draw_middle(c, y, left + 2, w - margin - right, t->middle);
}

struct canvas frame_box(struct canvas *c, struct rect r, const char *title, enum role role)
{
	struct canvas box = canvas_part(c, r);
	int right = r.w - 1, bottom = r.h - 1;

	canvas_fill(&box, (struct rect){0, 0, r.w, r.h}, ' ', role);
	if (r.w < 2 || r.h < 2)
		return canvas_part(&box, (struct rect){0, 0, 0, 0});
	canvas_fill(&box, (struct rect){0, 0, r.w, 1}, glyph_char(c, GLYPH_HLINE), ROLE_rule);
	canvas_fill(&box, (struct rect){0, bottom, r.w, 1}, glyph_char(c, GLYPH_HLINE), ROLE_rule);
	canvas_fill(&box, (struct rect){0, 0, 1, r.h}, glyph_char(c, GLYPH_VLINE), ROLE_rule);
	canvas_fill(&box, (struct rect){right, 0, 1, r.h}, glyph_char(c, GLYPH_VLINE), ROLE_rule);
	canvas_char(&box, 0, 0, glyph_char(c, GLYPH_TL), ROLE_rule);
	canvas_char(&box, right, 0, glyph_char(c, GLYPH_TR), ROLE_rule);
	canvas_char(&box, 0, bottom, glyph_char(c, GLYPH_BL), ROLE_rule);
	canvas_char(&box, right, bottom, glyph_char(c, GLYPH_BR), ROLE_rule);
	if (title && *title && r.w > 6) {
		int width = text_width(title) < r.w - 4 ? text_width(title) : r.w - 4;

		canvas_fill(&box, (struct rect){1, 0, width + 2, 1}, ' ', ROLE_box_title);
		canvas_cut(&box, 2, 0, width, ROLE_box_title, title);
	}
	return canvas_part(&box, (struct rect){1, 1, r.w - 2, r.h - 2});
}

/* Dialogs: where everything stands on a screen of any size, and drawing. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/dialog.h"

#include "widgets/frame.h"
#include "widgets/glyph.h"

enum { BUTTON_GAP = 3, ARROW = 3 }; /* " → " */

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

/* Cells at the left that labels need: the longest and two spaces, but no more than a third of the box. */
static int label_column(const struct dialog *d, int w)
{
	int widest = 0;

	for (size_t i = 0; i < d->nlines; i++)
		if (d->lines[i].label)
			widest = larger(widest, text_width(d->lines[i].label));
	return widest > 0 ? smaller(widest + 2, w / 3) : 0;
}

/* Where all values stand when each of them fits behind the text of its line; 0: on lines of their own. */
static int value_column(const struct dialog *d, const struct dialog_layout *l)
{
	int text = 0, values = 0;

	for (size_t i = 0; i < d->nlines; i++) {
		const struct dialog_line *line = &d->lines[i];
		int left = line->label ? l->label_w : 0;

		if (!line->was || !line->now)
			continue;
		text = larger(text, left + (line->text ? text_width(line->text) + 2 : 0));
		values = larger(values, text_width(line->was) + ARROW + text_width(line->now));
	}
	return text + values <= l->text.w ? text : 0;
}

/* was → now from x on when both fit there, else one below the other, wrapped. Returns the lines taken. */
static int put_values(struct canvas *c, int x, int y, int w, const struct dialog_line *line)
{
	int was, now;

	if (text_width(line->was) + ARROW + text_width(line->now) <= w) {
		if (c) {
			x = canvas_text(c, x, y, -1, ROLE_old, line->was);
			canvas_char(c, x + 1, y, glyph_char(c, GLYPH_ARROW), ROLE_box);
			canvas_text(c, x + ARROW, y, -1, ROLE_new, line->now);
		}
		return 1;
	}
	was = canvas_wrap(NULL, (struct rect){0, 0, w, 0}, ROLE_old, line->was);
	now = canvas_wrap(NULL, (struct rect){0, 0, w - 2, 0}, ROLE_new, line->now);
	if (c) {
		canvas_wrap(c, (struct rect){x, y, w, was}, ROLE_old, line->was);
		canvas_char(c, x, y + was, glyph_char(c, GLYPH_ARROW), ROLE_box);
		canvas_wrap(c, (struct rect){x + 2, y + was, w - 2, now}, ROLE_new, line->now);
	}
	return was + larger(now, 1);
}

/* One labelled sentence at row y of the text, or only measured where c is NULL. Returns the lines taken. */
static int put_line(
	struct canvas *c, int y, const struct dialog_line *line, const struct dialog_layout *l, int values_at)
{
	enum role role = line->role == ROLE_text ? ROLE_box : line->role;
	int x = line->label ? l->label_w : 0, w = l->text.w - x, rows = 0;

	if (line->label && c)
		canvas_cut(c, 0, y, l->label_w - 1, ROLE_strong, line->label);
	if (line->text && w > 0) {
		rows = canvas_wrap(NULL, (struct rect){x, 0, w, 0}, role, line->text);
		if (c && rows > 0)
			canvas_wrap(c, (struct rect){x, y, w, rows}, role, line->text);
	}
	if (line->was && line->now && values_at > 0)
		rows = larger(rows, put_values(c, values_at, y, l->text.w - values_at, line));
	else if (line->was && line->now && w > 2)
		rows += put_values(c, line->text ? x + 2 : x, y + rows, w - (line->text ? 2 : 0), line);
	return larger(rows, 1);
}

static int put_lines(struct canvas *c, const struct dialog *d, const struct dialog_layout *l)
{
	int values_at = value_column(d, l), y = c ? -l->first : 0, from = y;

	for (size_t i = 0; i < d->nlines; i++)
		y += put_line(c, y, &d->lines[i], l, values_at);
	return y - from;
}

/* "[ n  No, leave it ]" */
static int button_width(const struct dialog_button *b)
{
	return 2 + text_width(b->key) + 2 + text_width(b->label) + 2;
}

static size_t button_count(const struct dialog *d)
{
	return d->nbuttons < DIALOG_BUTTONS ? d->nbuttons : DIALOG_BUTTONS;
}

/* All in one row when they fit on w cells, else one a row. Returns the rows; *ret is the width of one row. */
static int button_rows(const struct dialog *d, int w, int *ret)
{
	int sum = 0, widest = 0;

	for (size_t i = 0; i < button_count(d); i++) {
		sum += button_width(&d->buttons[i]) + (i > 0 ? BUTTON_GAP : 0);
		widest = larger(widest, button_width(&d->buttons[i]));
	}
	*ret = sum <= w ? sum : smaller(widest, w);
	return sum <= w ? sum > 0 : (int)button_count(d);
}

static void place_buttons(const struct dialog *d, struct dialog_layout *l, int rows, int width)
{
	int x = l->box.x + (l->box.w - width) / 2, y = l->box.y + l->box.h - 1 - rows;

	for (size_t i = 0; i < button_count(d); i++) {
		int w = button_width(&d->buttons[i]);

		/* In a box that is lower than its buttons the harmless one, which comes first, is seen. */
		if (rows > 1)
			y = larger(l->box.y + 1, l->box.y + l->box.h - 1 - rows) + (int)i;
		if (width <= 0 || y <= l->box.y || y >= l->box.y + l->box.h - 1)
			continue;
		l->button[i] = (struct rect){x, y, smaller(w, width), 1};
		x += rows > 1 ? 0 : w + BUTTON_GAP;
	}
}

void dialog_layout(const struct dialog *d, int w, int h, struct dialog_layout *ret)
{
	struct dialog_layout l = {0};
	int limit, rows, width, blank;

	w = larger(w, 0);
	h = larger(h, 0);
	l.box.w = smaller(w < 60 ? w : w - 4, DIALOG_WIDTH);
	l.text.w = larger(l.box.w - 4, 0);
	l.label_w = label_column(d, l.text.w);
	l.rows = put_lines(NULL, d, &l);
	rows = button_rows(d, larger(l.box.w - 2, 0), &width);
	blank = rows > 0;
	limit = h < 20 ? h : h - 2;
	l.box.h = smaller(2 + l.rows + blank + rows, limit);
	/* The empty line above the buttons goes before lines of text do. */
	if (l.box.h - 2 - rows - blank < smaller(l.rows, 6))
		blank = 0;
	l.text.h = l.text.w > 0 ? smaller(larger(l.box.h - 2 - rows - blank, 0), l.rows) : 0;
	l.box.x = (w - l.box.w) / 2;
	l.box.y = (h - l.box.h) / 2;
	l.text.x = l.box.x + 2;
	l.text.y = l.box.y + 1;
	l.first = larger(smaller(d->first, l.rows - l.text.h), 0);
	place_buttons(d, &l, rows, width);
	*ret = l;
}

/* What is hidden above and below is said in the lower edge of the frame. */
static void draw_hint(struct canvas *c, const struct dialog_layout *l)
{
	int y = l->box.y + l->box.h - 1, x = l->box.x + 2, below = l->rows - l->first - l->text.h;

	if (l->box.w < 20 || l->text.h <= 0 || l->rows <= l->text.h)
		return;
	if (below > 0)
		canvas_printf(c, x, y, l->box.w - 4, ROLE_dim, " %s %d more ", glyph_text(c, GLYPH_DOWN), below);
	if (l->first > 0 && l->box.w >= 36)
		canvas_printf(c, x + 16, y, l->box.w - 20, ROLE_dim, " %s %d more ", glyph_text(c, GLYPH_UP), l->first);
}

void dialog_draw(struct canvas *c, const struct dialog *d, const struct dialog_layout *l)
{
	struct canvas text;

	frame_box(c, l->box, d->title, ROLE_box);
	text = canvas_part(c, l->text);
	put_lines(&text, d, l);
	for (size_t i = 0; i < button_count(d); i++) {
		const struct dialog_button *b = &d->buttons[i];
		const struct rect *r = &l->button[i];
		struct canvas part = canvas_part(c, *r);
		bool on = i == d->on;

		if (r->w <= 0)
			continue;
		canvas_printf(&part, 0, 0, -1, on ? ROLE_button_on : b->role, "%s %s  %s %s", on ? "[" : " ", b->key,
			b->label, on ? "]" : " ");
	}
	draw_hint(c, l);
}

/* Canvases: views on a grid of cells, clipping, and single characters. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/canvas.h"

#include "widgets/glyph.h"
#include "widgets/utf8.h"

bool rect_has(struct rect r, int x, int y)
{
	return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

struct canvas canvas_over(struct cell *cells, int w, int h, bool ascii)
{
	struct canvas c = {.cells = cells, .ascii = ascii};

	c.stride = c.w = c.at.w = w > 0 ? w : 0;
	c.h = c.at.h = h > 0 ? h : 0;
	for (size_t i = 0, n = (size_t)c.stride * (size_t)c.h; i < n; i++)
		cells[i] = (struct cell){.ch = ' ', .role = ROLE_text};
	return c;
}

/* The part of len cells from `from` on that lies in [lo, hi), where all may be anything; *cut is what is missing at the
 * left. */
static void clip(int64_t from, int64_t len, int64_t lo, int64_t hi, int *at, int *got, int *cut)
{
	int64_t a = from < lo ? lo : from;
	int64_t b = from + len > hi ? hi : from + len;

	if (len <= 0 || a >= b) {
		*at = (int)lo;
		*got = *cut = 0;
		return;
	}
	*at = (int)a;
	*got = (int)(b - a);
	*cut = (int)(a - from);
}

struct canvas canvas_part(const struct canvas *c, struct rect r)
{
	struct canvas p = *c;

	p.w = r.w > 0 ? r.w : 0;
	p.h = r.h > 0 ? r.h : 0;
	clip((int64_t)c->at.x - c->dx + r.x, r.w, c->at.x, (int64_t)c->at.x + c->at.w, &p.at.x, &p.at.w, &p.dx);
	clip((int64_t)c->at.y - c->dy + r.y, r.h, c->at.y, (int64_t)c->at.y + c->at.h, &p.at.y, &p.at.h, &p.dy);
	return p;
}

int canvas_w(const struct canvas *c)
{
	return c->w;
}

int canvas_h(const struct canvas *c)
{
	return c->h;
}

/* The cell at x, y of the view, or NULL outside of it. */
static struct cell *cell_at(const struct canvas *c, int64_t x, int64_t y)
{
	x -= c->dx;
	y -= c->dy;
	if (x < 0 || y < 0 || x >= c->at.w || y >= c->at.h)
		return NULL;
	return &c->cells[(size_t)(c->at.y + y) * (size_t)c->stride + (size_t)(c->at.x + x)];
}

/*
 * Where half of a wide character is drawn over, the other half becomes a space, also when it lies outside the view:
 * half a character would shift the whole line of a terminal.
 */
static void put(const struct canvas *c, struct cell *cell, uint32_t ch, enum role role)
{
	size_t column = (size_t)(cell - c->cells) % (size_t)c->stride;

	if (cell->ch == 0 && column > 0)
		cell[-1].ch = ' ';
	if (column + 1 < (size_t)c->stride && cell[1].ch == 0)
		cell[1].ch = ' ';
	*cell = (struct cell){.ch = ch, .role = (uint8_t)role};
}

void canvas_char(struct canvas *c, int x, int y, uint32_t ch, enum role role)
{
	int width = char_shown(&ch);
	struct cell *left = cell_at(c, x, y), *right = NULL;

	if (width == 0)
		return;
	if (width == 2)
		right = cell_at(c, (int64_t)x + 1, y);
	if (c->ascii)
		ch = (unsigned char)glyph_ascii(ch);
	if (width == 2 && !c->ascii && !(left && right))
		ch = ' '; /* the edge of the view cuts it in two */
	if (left)
		put(c, left, ch, role);
	if (right) {
		put(c, right, ch, role);
		if (left && !c->ascii)
			right->ch = 0;
	}
}

/* The part of r that is visible, in coordinates of the view. */
static struct rect seen(const struct canvas *c, struct rect r)
{
	struct rect s;
	int cut;

	clip(r.x, r.w, c->dx, (int64_t)c->dx + c->at.w, &s.x, &s.w, &cut);
	clip(r.y, r.h, c->dy, (int64_t)c->dy + c->at.h, &s.y, &s.h, &cut);
	return s;
}

void canvas_fill(struct canvas *c, struct rect r, uint32_t ch, enum role role)
{
	struct rect s = seen(c, r);
	int width = char_shown(&ch);

	if (width == 0)
		return;
	if (c->ascii)
		ch = (unsigned char)glyph_ascii(ch);
	for (int y = s.y; y < s.y + s.h; y++)
		for (int x = s.x; x < s.x + s.w; x++) {
			if (width == 2 && !c->ascii)
				canvas_char(c, x, y, x + 1 < s.x + s.w ? ch : ' ', role), x++;
			else
				put(c, cell_at(c, x, y), ch, role);
		}
}

void canvas_role(struct canvas *c, struct rect r, enum role role)
{
	struct rect s = seen(c, r);

	for (int y = s.y; y < s.y + s.h; y++)
		for (int x = s.x; x < s.x + s.w; x++)
			cell_at(c, x, y)->role = (uint8_t)role;
}

static void flag(struct canvas *c, struct rect r, enum cell_flags f)
{
	struct rect s = seen(c, r);

	for (int y = s.y; y < s.y + s.h; y++)
		for (int x = s.x; x < s.x + s.w; x++)
			cell_at(c, x, y)->flags |= (uint8_t)f;
}

void canvas_select(struct canvas *c, struct rect r)
{
	flag(c, r, CELL_SELECTED);
}

void canvas_differ(struct canvas *c, struct rect r)
{
	flag(c, r, CELL_DIFFERS);
}

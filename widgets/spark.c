/* Graphs of the past: drawing. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/spark.h"

#include <math.h>

#include "widgets/glyph.h"

/* Where v lies between lo and hi, as a share from 0 to 1; NAN stays. A range without extent is full from its value on.
 */
static double share_of(double v, double lo, double hi)
{
	if (isnan(v) || isnan(lo) || isnan(hi))
		return NAN;
	if (hi <= lo)
		return v >= hi ? 1 : 0;
	v = (v - lo) / (hi - lo);
	return v < 0 ? 0 : v > 1 ? 1 : v;
}

void spark(struct canvas *c, int x, int y, int w, const float *v, size_t n, double lo, double hi, enum role role)
{
	for (int i = 0; i < w; i++) {
		size_t back = (size_t)(w - 1 - i);
		double share = back < n ? share_of(v[n - 1 - back], lo, hi) : NAN;

		canvas_char(c, x + i, y, glyph_height(c, share), role);
	}
}

/* The row of a level, counted from the top; levels outside have none: -1. */
static int row_of(double at, double lo, double hi, int h)
{
	int row;

	if (!(at >= lo && at <= hi) || hi <= lo)
		return -1;
	row = h - 1 - (int)floor((at - lo) / (hi - lo) * h);
	return row < 0 ? 0 : row;
}

/* Cells at the left for the labels of marks; none where they would take more than a third. */
static int label_column(int w, const struct graph_mark *marks, size_t nmarks)
{
	int widest = 0;

	for (size_t i = 0; i < nmarks; i++)
		if (marks[i].label && text_width(marks[i].label) + 1 > widest)
			widest = text_width(marks[i].label) + 1;
	return widest <= w / 3 ? widest : 0;
}

static void draw_mark(struct canvas *c, struct rect r, int label_w, double lo, double hi, const struct graph_mark *m)
{
	int row = row_of(m->at, lo, hi, r.h);

	if (row < 0)
		return;
	canvas_fill(c, (struct rect){r.x + label_w, r.y + row, r.w - label_w, 1}, glyph_char(c, GLYPH_HLINE), m->role);
	if (m->label && label_w > 0)
		canvas_right(c, r.x, r.y + row, label_w - 1, m->role, m->label);
}

/* A column of h rows filled up to share: whole blocks, and the height of what remains on top of them. */
static void draw_column(struct canvas *c, int x, int y, int h, double share, enum role role)
{
	int eighths;

	if (isnan(share))
		return;
	eighths = (int)lround(share * h * 8);
	/* The lowest value still shows that something was read. */
	if (eighths < 1)
		eighths = 1;
	for (int row = h - 1; row >= 0 && eighths > 0; row--, eighths -= 8)
		canvas_char(c, x, y + row, glyph_height(c, eighths >= 8 ? 1 : (eighths - 1) / 7.0), role);
}

void graph(struct canvas *c, struct rect r, const float *v, size_t n, double lo, double hi, enum role role,
	const struct graph_mark *marks, size_t nmarks)
{
	int label_w = r.w > 0 ? label_column(r.w, marks, nmarks) : 0;

	if (r.w <= 0 || r.h <= 0)
		return;
	for (size_t i = 0; i < nmarks; i++)
		draw_mark(c, r, label_w, lo, hi, &marks[i]);
	for (int i = label_w; i < r.w; i++) {
		size_t back = (size_t)(r.w - 1 - i);

		if (back < n)
			draw_column(c, r.x + i, r.y, r.h, share_of(v[n - 1 - back], lo, hi), role);
	}
}

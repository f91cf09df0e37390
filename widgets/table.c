/* Tables: which columns stay, which rows are seen, and drawing. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/table.h"

#include "widgets/bar.h"
#include "widgets/glyph.h"
#include "widgets/spark.h"
#include "widgets/stack.h"

enum { GUTTER = 1 }; /* cells at the left, for marks */

int table_gap(int width)
{
	return width >= 60 ? 2 : 1;
}

static int least(const struct table_column *c)
{
	return c->min > 0 && c->min < c->width ? c->min : c->width > 0 ? c->width : 1;
}

static int sum_of(const int widths[], size_t n, int gap)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		if (widths[i] > 0)
			sum += widths[i] + (sum > 0 ? gap : 0);
	return sum;
}

/* The column that goes first, or -1 when only one is left. */
static ptrdiff_t least_wanted(const struct table_column *columns, size_t n, const int widths[])
{
	ptrdiff_t out = -1;
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		if (widths[i] == 0)
			continue;
		left++;
		if (out < 0 || columns[i].priority <= columns[out].priority)
			out = (ptrdiff_t)i;
	}
	return left > 1 ? out : -1;
}

/* Gives what is left to the columns that wanted more, the most important first, and then to the flexible one. */
static int grow(const struct table_column *columns, size_t n, int left, int widths[])
{
	for (int priority = UINT8_MAX; priority >= 0 && left > 0; priority--)
		for (size_t i = 0; i < n; i++) {
			int more = columns[i].width - widths[i];

			if (widths[i] == 0 || columns[i].priority != priority || more <= 0)
				continue;
			more = more < left ? more : left;
			widths[i] += more;
			left -= more;
		}
	for (size_t i = 0; i < n; i++)
		if (columns[i].flex && widths[i] > 0) {
			widths[i] += left;
			return 0;
		}
	return left;
}

int table_layout(const struct table_column *columns, size_t n, int width, int widths[])
{
	int room = width - GUTTER, gap = table_gap(width), sum;

	for (size_t i = 0; i < n; i++)
		widths[i] = room > 0 ? least(&columns[i]) : 0;
	if (n == 0 || room <= 0)
		return 0;
	while ((sum = sum_of(widths, n, gap)) > room) {
		ptrdiff_t out = least_wanted(columns, n, widths);

		if (out >= 0) {
			widths[out] = 0;
			continue;
		}
		for (size_t i = 0; i < n; i++)
			if (widths[i] > 0)
				widths[i] = room;
	}
	return width - grow(columns, n, room - sum, widths);
}

/* Whether the last line is needed for "12 more"; a table too low for both shows rows. */
static bool has_hint(size_t nrows, int h)
{
	return h >= 4 && nrows > (size_t)(h - 1);
}

size_t table_visible(size_t nrows, int h)
{
	if (h <= 1)
		return 0;
	return (size_t)(h - 1 - has_hint(nrows, h));
}

size_t table_scroll(size_t first, ptrdiff_t selected, size_t nrows, size_t visible)
{
	if (visible == 0 || nrows <= visible)
		return 0;
	if (selected >= 0) {
		size_t at = (size_t)selected < nrows ? (size_t)selected : nrows - 1;

		if (first > at)
			first = at;
		else if (at - first >= visible)
			first = at - visible + 1;
	}
	return first > nrows - visible ? nrows - visible : first;
}

static void draw_text(struct canvas *c, int x, int y, int w, enum align align, enum role role, const char *text)
{
	int width = text_width(text);

	/* Too long numbers lose their end like all else: a number without its first digits would be a lie. */
	if (align == ALIGN_RIGHT && width < w)
		canvas_right(c, x, y, w, role, text);
	else
		canvas_cut(c, x, y, w, role, text);
}

static void draw_head(struct canvas *c, struct rect r, const struct table *t, const int widths[])
{
	int x = r.x + GUTTER;

	canvas_fill(c, (struct rect){r.x, r.y, r.w, 1}, ' ', ROLE_head);
	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct table_column *column = &t->columns[i];

		if (widths[i] == 0)
			continue;
		if (t->sort == (ptrdiff_t)i && widths[i] > 1) {
			/* The arrow stands where the title ends, so titles that have one look like those that have
			 * none. */
			int w = text_width(column->title), arrow = widths[i] - 1;
			enum glyph g = t->descending ? GLYPH_DOWN : GLYPH_UP;

			if (column->align == ALIGN_LEFT && w < arrow)
				arrow = w;
			draw_text(c, x, r.y, arrow, column->align, ROLE_sort, column->title);
			canvas_char(c, x + arrow, r.y, glyph_char(c, g), ROLE_sort);
		} else {
			draw_text(c, x, r.y, widths[i], column->align, t->sort == (ptrdiff_t)i ? ROLE_sort : ROLE_head,
				column->title);
		}
		x += widths[i] + table_gap(r.w);
	}
}

static void draw_row(struct canvas *c, struct rect r, const struct table *t, const int widths[], size_t row)
{
	bool marked = t->marked && t->marked(t->data, row);
	int x = r.x + GUTTER;

	if (marked)
		canvas_char(c, r.x, r.y, glyph_char(c, GLYPH_MARK), ROLE_mark);
	for (size_t i = 0; i < t->ncolumns; i++) {
		struct cell_text cell = {.role = ROLE_text};

		if (widths[i] == 0)
			continue;
		t->cell(t->data, row, i, &cell);
		if (cell.kind == CELL_BAR)
			bar(c, x, r.y, widths[i], cell.share, cell.role);
		else if (cell.kind == CELL_STACK)
			stack(c, x, r.y, widths[i], cell.part, cell.n);
		else if (cell.kind == CELL_SPARK)
			spark(c, x, r.y, widths[i], cell.v, cell.n, cell.lo, cell.hi, cell.role);
		else
			draw_text(c, x, r.y, widths[i], t->columns[i].align,
				marked && cell.role == ROLE_text ? ROLE_mark : cell.role, cell.text);
		x += widths[i] + table_gap(r.w);
	}
	if (t->selected == (ptrdiff_t)row)
		canvas_select(c, r);
}

static void draw_hint(struct canvas *c, struct rect r, size_t above, size_t below)
{
	/* Each has its place, so that neither jumps when the other comes. */
	if (below > 0)
		canvas_printf(c, r.x + GUTTER, r.y, -1, ROLE_dim, "%s %zu more", glyph_text(c, GLYPH_DOWN), below);
	if (above > 0)
		canvas_printf(c, r.x + GUTTER + 14, r.y, -1, ROLE_dim, "%s %zu more", glyph_text(c, GLYPH_UP), above);
}

void table_draw(struct canvas *c, struct rect r, const struct table *t)
{
	struct canvas part = canvas_part(c, r);
	size_t visible = table_visible(t->nrows, r.h), first = t->first;
	int widths[TABLE_COLUMNS];

	if (r.w <= 0 || r.h <= 0 || t->ncolumns > TABLE_COLUMNS)
		return;
	if (first > t->nrows || visible >= t->nrows)
		first = 0;
	table_layout(t->columns, t->ncolumns, r.w, widths);
	draw_head(&part, (struct rect){0, 0, r.w, 1}, t, widths);
	for (size_t i = 0; i < visible && first + i < t->nrows; i++)
		draw_row(&part, (struct rect){0, 1 + (int)i, r.w, 1}, t, widths, first + i);
	if (t->nrows == 0 && t->empty && r.h > 1)
		canvas_cut(&part, GUTTER, 1, r.w - GUTTER, ROLE_dim, t->empty);
	if (has_hint(t->nrows, r.h))
		draw_hint(&part, (struct rect){0, r.h - 1, r.w, 1}, first,
			t->nrows - first > visible ? t->nrows - first - visible : 0);
}

bool table_hit(const struct table *t, struct rect r, int x, int y, ptrdiff_t *ret_row, ptrdiff_t *ret_column)
{
	size_t visible = table_visible(t->nrows, r.h), row;
	size_t first = t->first > t->nrows || visible >= t->nrows ? 0 : t->first;
	int widths[TABLE_COLUMNS], at = r.x + GUTTER;

	if (x < r.x || x - r.x >= r.w || y < r.y || y - r.y >= r.h || t->ncolumns > TABLE_COLUMNS)
		return false;
	if (y > r.y) {
		row = (size_t)(y - r.y - 1);
		if (row >= visible || first + row >= t->nrows)
			return false;
		*ret_row = (ptrdiff_t)(first + row);
		*ret_column = TABLE_NONE;
		return true;
	}
	table_layout(t->columns, t->ncolumns, r.w, widths);
	for (size_t i = 0; i < t->ncolumns; i++) {
		if (widths[i] > 0 && x >= at && x < at + widths[i]) {
			*ret_row = TABLE_NONE;
			*ret_column = (ptrdiff_t)i;
			return true;
		}
		at += widths[i] > 0 ? widths[i] + table_gap(r.w) : 0;
	}
	return false;
}

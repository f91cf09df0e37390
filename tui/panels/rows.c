/* How the cursor goes over the rows and columns of a list. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/panels/rows.h"

#include <math.h>

ptrdiff_t rows_step(ptrdiff_t row, size_t n, size_t page, enum motion m)
{
	ptrdiff_t last = (ptrdiff_t)n - 1;

	row += m == MOVE_DOWN        ? 1
	       : m == MOVE_UP        ? -1
	       : m == MOVE_PAGE_DOWN ? (ptrdiff_t)page
	       : m == MOVE_PAGE_UP   ? -(ptrdiff_t)page
				     : 0;
	return m == MOVE_HOME || row < 0 ? 0 : m == MOVE_END || row > last ? last : row;
}

size_t rows_column(const struct table_column *columns, size_t n, int width, size_t column, enum motion m)
{
	int widths[TABLE_COLUMNS];

	table_layout(columns, n, width, widths);
	do
		column = (column + (m == MOVE_NEXT ? 1 : n - 1)) % n;
	while (!widths[column] && column);
	return column;
}

void rows_head(struct canvas *c, struct rect r, const struct table_column *columns, size_t n, size_t column)
{
	int widths[TABLE_COLUMNS], x = 1;

	table_layout(columns, n, r.w, widths);
	for (size_t i = 0; i < column; i++)
		x += widths[i] ? widths[i] + table_gap(r.w) : 0;
	if (widths[column])
		canvas_select(c, (struct rect){r.x + x, r.y, widths[column], 1});
}

void rows_clicked(struct rows_order *o, size_t *column, ptrdiff_t row, ptrdiff_t clicked)
{
	if (clicked == TABLE_NONE)
		return;
	*o = (struct rows_order){(size_t)clicked,
		row == TABLE_NONE && o->chosen && *column == (size_t)clicked && !o->reverse,
		row == TABLE_NONE || o->chosen};
	*column = (size_t)clicked;
}

int rows_compare(double x, double y)
{
	if (isnan(x) || isnan(y))
		return isnan(x) - isnan(y);
	return x < y ? -1 : x > y;
}

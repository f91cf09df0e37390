/* Lists of rows in panels: how the cursor goes over rows and columns, alike in each. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_ROWS_H
#define TUI_PANELS_ROWS_H

#include "tui/panel.h"
#include "widgets/table.h"

/* The row after a motion of n rows, of which page are seen; n must not be 0. */
ptrdiff_t rows_step(ptrdiff_t row, size_t n, size_t page, enum motion m);
/* The column after MOVE_NEXT or _PREVIOUS on a table of that width: those that were given up have nothing to explain.
 */
size_t rows_column(const struct table_column *columns, size_t n, int width, size_t column, enum motion m);
/* Marks the head of the column under the cursor: what ? explains and s sorts by. */
void rows_head(struct canvas *c, struct rect r, const struct table_column *columns, size_t n, size_t column);

/* What sorts: the column, or, as long as none was chosen, what the panel itself thinks comes first. */
struct rows_order {
	size_t by;
	bool reverse, chosen;
};
/* After a click on a row (column under the cursor stays what sorts) or a head (again: the other way round). */
void rows_clicked(struct rows_order *o, size_t *column, ptrdiff_t row, ptrdiff_t clicked);
/* Numbers in order, what is not known last. */
int rows_compare(double x, double y);

#endif

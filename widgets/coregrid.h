/* Core grids: CPU grids with a column a core, its threads one below the other, and rows that say what the cores are. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_COREGRID_H
#define WIDGETS_COREGRID_H

#include "widgets/cpugrid.h"

enum { COREGRID_ROWS = 12 };

struct coregrid {
	struct cpugrid columns; /* their order, gaps, lines and labels; columns.cell is row[0] */
	struct {
		const struct cpugrid_cell *cell; /* one for each column; where nothing is: ch ' ' and rank 0 */
		const char *label; /* stands beside it; may be NULL */
	} row[COREGRID_ROWS];
	size_t nrows; /* at least 1 */
};

struct coregrid_layout {
	struct cpugrid_layout columns;
	int band; /* rows from one line of columns to the next: nrows, and an empty one where there is room */
	int rows; /* that it takes */
};

/* rows is 0 where not even one line of columns fits; columns.per_cell tells how many cores had to share one. */
void coregrid_layout(const struct coregrid *g, int w, int h, struct coregrid_layout *ret);

/* The column at x, y, counted from the grid's corner, and which of its rows, or SIZE_MAX. */
size_t coregrid_hit(const struct coregrid *g, const struct coregrid_layout *l, int x, int y, size_t *ret_row);

/* The column that stands `lines` lines below (above: negative) this one, at the same x or close to it. */
size_t coregrid_step(const struct coregrid *g, const struct coregrid_layout *l, size_t column, int lines);

void coregrid_draw(struct canvas *c, int x, int y, const struct coregrid *g, const struct coregrid_layout *l);

#endif
